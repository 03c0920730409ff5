import Foundation
import TestSupport
import Testing

/// What `serve` does after the handshake in TLS 1.3: KeyUpdates and more tickets, by each trigger.
@Suite(.serialized) struct ServeScriptTests {
    /// The events of the first connection with who sent them, without those of the handshake and of the close.
    private func conversation(_ run: ProgramRun) async throws -> [String] {
        let names = try await run.lines().filter { $0["conn"] == 1 }.compactMap { line in
            let direction = line["dir"].map { $0 == "sent" ? ">" : "<" } ?? ""
            return line["event"]?.text.map { direction + $0 }
        }
        return Array(names.drop { $0 != "handshake_done" }.dropFirst().prefix { !$0.hasSuffix("close_notify") })
    }

    /// Types lines to an echo and waits for each.
    private func chat(_ server: ServeProcess, lines: Int) async throws -> ProgramRun {
        let client = try await OpenSSLClient(server.port, "-tls1_3")
        for number in 1...lines {
            client.type("line \(number)")
            #expect(try await client.printed("line \(number)"), "\(client.transcript)")
        }
        #expect(try await client.quit() == 0)
        _ = try await server.report(of: 1)
        return try await server.finish()
    }

    /// s_client answers with its next write. Which trigger is meant shows in the order alone: both come before the answer.
    @Test(arguments: ["write", "handshake"])
    func asksForKeysBeforeEachAnswer(trigger: String) async throws {
        let server = try await ServeProcess(
            "--reply", "echo", "--keyupdate-after", "request", "--post-trigger", trigger)
        let run = try await chat(server, lines: 3)
        let turn = ["<application_data", ">key_update", ">application_data"]
        let answered: [String] = turn + ["<key_update"]
        let expected: [String] = answered + answered + turn
        #expect(try await conversation(run) == expected)
        let report = try #require(try await run.connections().first)
        let attempts = try #require(report["key_update.attempts"]).elements
        #expect(attempts.map { $0["request_update"] } == .init(repeating: "update_requested", count: 3))
        #expect(attempts.map { $0["answered"] } == ["yes", "yes", "unknown"])
        #expect(attempts.map { $0["generation_sent"] } == [1, 2, 3])
        #expect(attempts.map { $0["generation_received"] } == [1, 2, .null])
        #expect(attempts[0]["answer_ms"]?.double != nil && attempts[2]["answer_ms"] == .null)
        #expect(report["key_update.received_count"] == 2)
        #expect(report["key_update.verdict.value"] == "unknown")
    }

    @Test(arguments: ["write", "handshake"])
    func changesItsOwnKeysAlone(trigger: String) async throws {
        let server = try await ServeProcess(
            "--reply", "echo", "--keyupdate-after", "request", "--keyupdate", "one-way", "--post-trigger", trigger)
        let run = try await chat(server, lines: 2)
        let turn = ["<application_data", ">key_update", ">application_data"]
        #expect(try await conversation(run) == turn + turn)
        let report = try #require(try await run.connections().first)
        let attempts = try #require(report["key_update.attempts"]).elements
        #expect(attempts.map { $0["request_update"] } == .init(repeating: "update_not_requested", count: 2))
        #expect(attempts.map { $0["answered"] } == .init(repeating: "not_applicable", count: 2))
        #expect(report["key_update.received_count"] == 0)
        #expect(report["key_update.verdict.value"] == "not_applicable")
    }

    /// 7 bytes each way, so 14 are reached with the answer.
    @Test(arguments: [("handshake", false), ("write", true)])
    func countsBytesOfBothDirections(trigger: String, waits: Bool) async throws {
        let server = try await ServeProcess(
            "--reply", "echo", "--keyupdate-after", "14B", "--post-trigger", trigger)
        let run = try await chat(server, lines: 3)
        let events = try await conversation(run)
        // When the client reads a KeyUpdate that came with data, and so when it answers, is its own affair.
        let (data, update) = (">application_data", ">key_update")
        #expect(
            events.filter { $0.hasPrefix(">") }
                // Due with the first answer, sent along with the second.
                == (waits ? [data, update, data, update, data] : [data, update, data, update, data, update]))
        #expect(events.count { $0 == "<application_data" } == 3)
    }

    @Test func sendsByTheClock() async throws {
        let server = try await ServeProcess("--reply", "echo", "--keyupdate-after", "200ms", "--keyupdate", "one-way")
        let client = try await OpenSSLClient(server.port, "-tls1_3")
        // Without a word of the client's.
        #expect(try await server.printed(#""event":"key_update""#, times: 3))
        client.type("still here")
        #expect(try await client.printed("still here"))
        try await client.quit()
        let run = try await server.finish()
        let times = try await run.lines().filter { $0["event"] == "key_update" }.compactMap { $0["t_ms"]?.double }
        for (one, next) in zip(times, times.dropFirst()) { #expect(next - one >= 199) }
    }

    /// A message that waits for a write waits for ever when there is none.
    @Test func waitsForAWriteByTheClockToo() async throws {
        let server = try await ServeProcess(
            "--reply", "echo", "--keyupdate-after", "150ms", "--keyupdate", "one-way", "--post-trigger", "write")
        let client = try await OpenSSLClient(server.port, "-tls1_3")
        try await Task.sleep(for: .milliseconds(700))
        #expect(!server.transcript.contains(#""event":"key_update""#))
        client.type("now")
        #expect(try await client.printed("now"))
        #expect(try await server.printed(#""event":"key_update""#))
        try await client.quit()
    }

    /// s_client answers each when it reads the next one; on a busy machine it reads several, and answers them together.
    @Test func everyUpdateInARowIsAnswered() async throws {
        let server = try await ServeProcess("--reply", "echo", "--keyupdate-after", "150ms")
        let client = try await OpenSSLClient(server.port, "-tls1_3")
        #expect(try await server.printed(#""event":"key_update""#, times: 3))
        // It has read them when the first line is back, and answers with the second one at the latest.
        for line in ["hello", "again"] {
            client.type(line)
            #expect(try await client.printed(line))
        }
        try await client.quit()
        let report = try await server.report(of: 1)
        let attempts = try #require(report["key_update.attempts"]?.elements)
        let answered = attempts.prefix(3).map { $0["answered"] }
        #expect(answered.allSatisfy { $0 == "yes" || $0 == "coalesced" }, "\(report)")
        // As many answers as requests: each has its own.
        let isOneByOne = report["key_update.received_count"] == .number(Double(attempts.count))
        #expect(isOneByOne == attempts.allSatisfy { $0["answered"] == "yes" }, "\(report)")
        #expect(report["ok"] == true)
    }

    /// s_client's own commands: `k` changes its keys alone, `K` asks for ours.
    @Test func answersTheClientsKeyUpdates() async throws {
        let server = try await ServeProcess("--reply", "echo")
        let client = try await OpenSSLClient(server.port, "-tls1_3")
        for command in ["k", "K"] {
            client.type(command)
            #expect(try await client.printed("KEYUPDATE", times: command == "k" ? 1 : 2))
        }
        client.type("hello")
        #expect(try await client.printed("hello"))
        try await client.quit()
        let report = try await server.report(of: 1)
        let run = try await server.finish()
        let updates = try await run.lines().filter { $0["event"] == "key_update" }
        #expect(updates.map { $0["dir"] } == ["received", "received", "sent"])
        #expect(report["key_update.received_count"] == 2)
    }

    @Test(arguments: ["write", "handshake"])
    func sendsMoreTicketsAtOnce(trigger: String) async throws {
        let server = try await ServeProcess("--reply", "echo", "--extra-tickets", "3", "--post-trigger", trigger)
        let run = try await chat(server, lines: 1)
        let tickets = Array(repeating: ">new_session_ticket", count: 3)
        #expect(
            try await conversation(run)
                == (trigger == "write"
                    ? ["<application_data"] + tickets + [">application_data"]
                    : tickets + ["<application_data", ">application_data"]))
        #expect(try await run.connections().first?["tickets_issued"] == 5)
    }

    @Test func sendsMoreTicketsBeforeEachAnswer() async throws {
        let server = try await ServeProcess(
            "--reply", "echo", "--extra-tickets", "2", "--new-ticket-after", "request", "--tickets", "0")
        let run = try await chat(server, lines: 2)
        let turn = ["<application_data", ">new_session_ticket", ">new_session_ticket", ">application_data"]
        #expect(try await conversation(run) == turn + turn)
        let indices = try await run.lines().filter { $0["event"] == "new_session_ticket" }.map { $0["index"] }
        #expect(indices == [0, 1, 2, 3])
    }

    /// What belongs to TLS 1.3 is left out where the client wanted TLS 1.2.
    @Test func doesNothingOfItInTLS12() async throws {
        let server = try await ServeProcess("--keyupdate-after", "request", "--extra-tickets", "3")
        #expect(try await server.openssl("-tls1_2").status == 0)
        let report = try await server.report(of: 1)
        #expect(report["ok"] == true && report["tickets_issued"] == 1)
        #expect(report["key_update.verdict.value"] == "not_applicable" && report["key_update.attempts"] == [])
    }

    @Test func doesSeveralThingsInOneConnection() async throws {
        let server = try await ServeProcess(
            "--reply", "echo", "--extra-tickets", "2", "--new-ticket-after", "request", "--keyupdate-after", "request",
            "--client-auth", "post-handshake", "--write-client-cert", TemporaryFolder.path(UUID().uuidString))
        let run = try await chat(server, lines: 2)
        let report = try #require(try await run.connections().first)
        #expect(report["ok"] == true && report["tickets_issued"] == 6)
        #expect(report["key_update.attempts"]?.elements.count == 2)
        #expect(report["post_handshake_auth.why"] == "the client did not offer post_handshake_auth")
    }
}
