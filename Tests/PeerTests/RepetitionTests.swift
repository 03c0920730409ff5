import Foundation
import TestSupport
import Testing

/// `connect --count`: many handshakes and what they come to together.
@Suite struct RepetitionTests {
    private func repeated(
        _ port: UInt16, _ arguments: [String], authority: String? = nil, command: [String] = ["connect"]
    ) async throws -> ProgramRun {
        let authority = try authority ?? Fixtures.get().root.certificatePath
        return try await Program.run(
            command + ["localhost:\(port)", "-4", "--ca", authority, "--json", "--events"] + arguments, limit: 60)
    }

    /// Holds the counts and times of a report against its own events and returns them.
    private func latencies(
        _ report: JSON, full: Int, resumed: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let done = (report["events"]?.elements ?? []).filter { $0["event"] == "handshake_done" }
        for (name, count) in [("full", full), ("resumed", resumed)] {
            let times = done.filter { $0["resumed"] == .bool(name == "resumed") }.compactMap { $0["tls_ms"]?.double }
                .sorted()
            let latency = try #require(report["repeat.\(name)"], sourceLocation: sourceLocation)
            #expect(latency["count"] == .number(Double(count)) && times.count == count, sourceLocation: sourceLocation)
            guard count > 0 else {
                #expect(latency["median_ms"] == .null && latency["max_ms"] == .null, sourceLocation: sourceLocation)
                continue
            }
            // By the nearest rank.
            func rank(_ share: Double) -> Double { times[max(0, Int((share * Double(count)).rounded(.up)) - 1)] }
            let expected: [Double] = [times[0], rank(0.5), rank(0.95), times[count - 1]]
            let told = ["min_ms", "median_ms", "p95_ms", "max_ms"].compactMap { latency[$0]?.double }
            #expect(told == expected, sourceLocation: sourceLocation)
        }
    }

    @Test func countsWhatServeSaw() async throws {
        let server = try await ServeProcess()
        let run = try await repeated(
            server.port, ["--count", "50", "--parallel", "4"], authority: server.authorityPath)
        let report = try await run.report(ending: 0)
        #expect(report["repeat.attempts"] == 50 && report["repeat.ok_count"] == 50)
        #expect(report["repeat.failed_count"] == 0 && report["repeat.by_outcome.ok"] == 50)
        try latencies(report, full: 50, resumed: 0)
        let events = report["events"]?.elements ?? []
        #expect(Set(events.compactMap { $0["conn"]?.double }).subtracting([0]) == Set((1...50).map(Double.init)))
        let numbers = events.compactMap { $0["seq"]?.double }
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
        // The rest is of the first one.
        #expect(report["tls.confirmed.value"] == "yes" && report["tickets.0.conn"] == 1)
        #expect(try await server.finish().connections().map { $0["ok"] } == Array(repeating: true, count: 50))
    }

    /// As many as were asked for at once, and never more.
    @Test func keepsToTheNumberAtOnce() async throws {
        let server = try await ServeProcess()
        let relay = try DelayRelay(to: server.port, eachWay: 25)
        let run = try await repeated(
            relay.port, ["--count", "9", "--parallel", "3"], authority: server.authorityPath)
        var (open, most) = (Set<Double>(), 0)
        for event in try await run.report(ending: 0)["events"]?.elements ?? [] {
            guard let number = event["conn"]?.double else { continue }
            if event["event"] == "handshake_started" { open.insert(number) }
            if event["event"] == "tcp_closed" || event["event"] == "close_notify" { open.remove(number) }
            most = max(most, open.count)
        }
        #expect(most == 3)
    }

    @Test func theGravestDecides() async throws {
        let server = try await ServeProcess()
        let mail = try RawServer { client in
            _ = client.send(Array("220 mail.example ESMTP\r\n".utf8))
            client.drain()
        }
        let relay = try AlternatingRelay(to: [server.port, mail.port])
        let run = try await repeated(relay.port, ["--count", "6"], authority: server.authorityPath)
        let report = try await run.report(ending: 7)
        #expect(report["outcome"] == "handshake" && report["error.stage"] == "tls")
        #expect(report["repeat.attempts"] == 6 && report["repeat.failed_count"] == 3)
        #expect(report["repeat.by_outcome.ok"] == 3 && report["repeat.by_outcome.handshake"] == 3)
        try latencies(report, full: 3, resumed: 0)
        let text = try await Program.run([
            "connect", "localhost:\(relay.port)", "-4", "--ca", server.authorityPath, "--count", "6",
        ])
        #expect(text.status == 7 && text.output.contains("3 of 6 failed: "), "\(text)")
        #expect(text.output.contains("6 · 3 ok · 3 handshake"), "\(text)")
    }

    /// What was brought along is offered each time.
    @Test func tellsResumedHandshakesApart() async throws {
        let server = try await serveResumable()
        let session = try await savedSession(server.port)
        let run = try await repeated(server.port, ["--count", "5", "--load-session", session])
        let report = try await run.report(ending: 0)
        #expect(report["tls.resumed"] == true && report["repeat.ok_count"] == 5)
        try latencies(report, full: 0, resumed: 5)
    }

    @Test func keepsTheInterval() async throws {
        let server = try await ServeProcess()
        let run = try await repeated(
            server.port, ["--count", "4", "--interval", "100ms", "--parallel", "4"], authority: server.authorityPath)
        let starts = (try await run.report(ending: 0)["events"]?.elements ?? [])
            .filter { $0["event"] == "handshake_started" }.compactMap { $0["t_ms"]?.double }
        #expect(starts.count == 4)
        // What is measured begins with the connect before it, which a busy machine may take its time for.
        for (number, start) in starts.enumerated() { #expect(start >= Double(number) * 100 - 1) }
    }

    /// What is wrong with all of them is said once, and nobody is connected to.
    @Test(arguments: [
        (["--cert", "/nonexistent"], "--cert"), (["--ca", "/nonexistent"], "--ca"),
        (["--load-session", "/nonexistent"], "--load-session"),
    ])
    func aTemplateThatCannotBeMadeIsOneError(options: [String], name: String) async throws {
        let server = try RawServer.silent()
        let run = try await repeated(server.port, ["--count", "50", "--parallel", "4"] + options)
        let report = try await run.report(ending: 13)
        #expect(report["error.stage"] == "local" && report["error.message"]?.text?.contains(name) == true)
        #expect(report["repeat"] == .null && server.connectionCount == 0)
    }

    @Test func aNameWithoutAddressIsLookedUpOnce() async throws {
        let run = try await Program.run(["connect", "nosuch.invalid", "--count", "50", "--json", "--events"])
        let report = try await run.report(ending: 3)
        #expect(report["repeat"] == .null && report["events"]?.elements.count { $0["event"] == "error" } == 1)
    }

    @Test func endsWithTheRun() async throws {
        let server = try await ServeProcess()
        let run = try await repeated(
            server.port, ["--count", "5", "--interval", "10s", "--max-time", "1s"], authority: server.authorityPath)
        let report = try await run.report(ending: 5)
        #expect(report["repeat.attempts"] == 1 && report["repeat.ok_count"] == 1)
        #expect(report["error.message"] == "1 of 5 handshakes were done in time")
    }

    @Test func anInterruptionKeepsWhatIsDone() async throws {
        let server = try await ServeProcess()
        let arguments = [
            "connect", "localhost:\(server.port)", "-4", "--ca", server.authorityPath, "--count", "3", "--interval",
            "60s", "--jsonl",
        ]
        let (status, output) = try await OwnThread.run {
            let child = try ChildProcess(Program.path, arguments)
            child.wait(seconds: 20) { String(decoding: child.output, as: UTF8.self).contains("close_notify") }
            child.signal(SIGINT)
            child.wait(seconds: 20)
            return (child.ending?.status, child.output)
        }
        #expect(status == 130)
        let last = try #require(output.split(separator: UInt8(ascii: "\n")).last)
        let report = try #require(try JSON(parsing: Array(last))["report"])
        #expect(report["outcome"] == "signal" && report["repeat.attempts"] == 1 && report["repeat.ok_count"] == 1)
    }

    /// A file for all of them has the last session; a handshake without one is no failure.
    @Test func savesASession() async throws {
        let server = try await serveResumable()
        let path = newPath()
        let run = try await repeated(server.port, ["--count", "3", "--parallel", "3", "--save-session", path])
        _ = try await run.report(ending: 0)
        let again = try await client("connect", server.port, ["--load-session", path])
        #expect(try await again.report(ending: 0)["tls.resumed"] == true)
    }
}
