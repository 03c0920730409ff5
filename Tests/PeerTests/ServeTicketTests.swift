import Foundation
import TestSupport
import Testing

/// The tickets of `serve`: how many, of which kind, for how long, and under which key.
@Suite(.serialized) struct ServeTicketTests {
    /// Two visits of s_client, the second with the first one's session.
    private func visitTwice(
        _ server: ServeProcess, _ version: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let session = TemporaryFolder.path(UUID().uuidString)
        let first = try await server.openssl(version, "-sess_out", session)
        let hasSession = FileManager.default.fileExists(atPath: session)
        let second = try await server.openssl(arguments: [version] + (hasSession ? ["-sess_in", session] : []))
        #expect(first.status == 0 && second.status == 0, "\(first)\(second)", sourceLocation: sourceLocation)
    }

    /// A callback for the keys could leave a client that was resumed without a ticket.
    @Test(arguments: [[], ["--rotate-ticket-key", "1h"]])
    func giveTheSameCountsWithAndWithoutRotation(rotation: [String]) async throws {
        for (tickets, full) in [(1, 1), (2, 2), (5, 5), (20, 20)] {
            let server = try await ServeProcess(["--tickets", "\(tickets)"] + rotation)
            try await visitTwice(server, "-tls1_3")
            try await visitTwice(server, "-tls1_2")
            let reports = try await server.finish().connections()
            #expect(reports.map { $0["tickets_issued"] } == [.number(Double(full)), 1, 1, 0], "\(tickets)")
            #expect(reports.map { $0["session.resumed"] } == [false, true, false, true], "\(tickets)")
            #expect(reports.map { $0["session.mechanism"] } == [.null, "psk", .null, "ticket"])
            let renewed: JSON = rotation.isEmpty ? .null : false
            #expect(reports.map { $0["session.renewed"] } == [.null, renewed, .null, renewed])
        }
    }

    @Test func noneAtAll() async throws {
        let server = try await ServeProcess("--tickets", "0")
        try await visitTwice(server, "-tls1_3")
        let run = try await server.finish()
        let reports = try await run.connections()
        #expect(reports.map { $0["tickets_issued"] } == [0, 0])
        #expect(reports.map { $0["session.offered"] } == [false, false])
        #expect(try await !run.eventNames().contains("new_session_ticket"))
    }

    @Test func withoutTicketsNothingIsResumed() async throws {
        let server = try await ServeProcess("--ticket-mode", "off")
        try await visitTwice(server, "-tls1_3")
        try await visitTwice(server, "-tls1_2")
        let reports = try await server.finish().connections()
        #expect(reports.map { $0["tickets_issued"] } == [0, 0, 0, 0])
        #expect(reports.map { $0["session.resumed"] } == [false, false, false, false])
    }

    @Test func tellsWhyASessionIsNotTaken() async throws {
        let (one, other) = (try await ServeProcess(), try await ServeProcess())
        let strict = try await ServeProcess("--rotate-ticket-key", "1h")
        for version in ["-tls1_3", "-tls1_2"] {
            let session = TemporaryFolder.path(UUID().uuidString)
            _ = try await one.openssl(version, "-sess_out", session)
            // Their certificates differ, so nothing may be verified here.
            for server in [other, strict] {
                let run = try await InstalledProgram.openssl.run(
                    ["s_client", "-connect", "127.0.0.1:\(server.port)", version, "-sess_in", session])
                #expect(run.status == 0 && run.output.contains("New, TLSv1."), "\(run)")
            }
        }
        for (server, why) in [
            (other, JSON.string("expired, or not of this server")),
            (strict, "sealed with a key that is no longer known"),
        ] {
            let run = try await server.finish()
            let events = try await run.lines().filter { $0["event"] == "session_not_resumed" }
            #expect(events.map { $0["mechanism"] } == ["psk", "ticket"])
            #expect(events.map { $0["why"] } == [why, why])
            #expect(try await run.connections().allSatisfy { $0["session.offered"] == true && $0["ok"] == true })
        }
    }

    @Test func aStatefulTicketIsShort() async throws {
        let server = try await ServeProcess("--ticket-mode", "stateful")
        try await visitTwice(server, "-tls1_3")
        try await visitTwice(server, "-tls1_2")
        let run = try await server.finish()
        let reports = try await run.connections()
        #expect(reports.map { $0["session.resumed"] } == [false, true, false, true])
        #expect(reports.map { $0["session.mechanism"] } == [.null, "psk", .null, "id"])
        #expect(reports.map { $0["tickets_issued"] } == [2, 1, 0, 0])
        let sizes = try await run.lines().filter { $0["event"] == "new_session_ticket" }.map { $0["ticket_bytes"] }
        #expect(sizes == [32, 32, 32])
    }

    @Test func lastAsLongAsAsked() async throws {
        let server = try await ServeProcess("--ticket-lifetime", "1s")
        for version in ["-tls1_3", "-tls1_2"] {
            let session = TemporaryFolder.path(UUID().uuidString)
            let first = try await server.openssl(version, "-sess_out", session)
            #expect(first.output.contains("TLS session ticket lifetime hint: 1 (seconds)"), "\(first)")
            // Whole seconds are compared.
            try await Task.sleep(for: .milliseconds(2100))
            let second = try await server.openssl(version, "-sess_in", session)
            #expect(second.output.contains("New, TLSv1."), "\(second)")
        }
        let run = try await server.finish()
        let lifetimes = try await run.lines().filter { $0["event"] == "new_session_ticket" }.map { $0["lifetime_s"] }
        #expect(!lifetimes.isEmpty && lifetimes.allSatisfy { $0 == 1 })
    }

    /// What became of a session that was offered again and again while keys changed: resumed, renewed, refused.
    private func fate(of session: String, at server: ServeProcess, _ version: String) async throws -> [String] {
        var fates: [String] = []
        for number in 2...200 where fates.last != "refused" {
            // Without -sess_out the file keeps the first ticket.
            #expect(try await server.openssl(version, "-sess_in", session).status == 0)
            let report = try await server.report(of: number)
            let fate =
                switch (report["session.resumed"], report["session.renewed"]) {
                case (true, false): "resumed"
                case (true, true): "renewed"
                default: "refused"
                }
            if fates.last != fate { fates.append(fate) }
            // In TLS 1.2 only whoever was resumed with the old key gets a ticket, of the new one.
            let usual: [String: JSON] = version == "-tls1_2" ? ["resumed": 0] : ["refused": 2]
            #expect(report["tickets_issued"] == usual[fate] ?? 1)
        }
        return fates
    }

    @Test(arguments: [("-tls1_2", "ticket"), ("-tls1_3", "psk")])
    func aKeyIsTakenForOnePeriodMore(version: String, mechanism: String) async throws {
        let expected = ["resumed", "renewed", "refused"]
        var fates: [String] = []
        // A busy machine may sleep through a period.
        for period in ["2s", "4s", "8s"] where fates != expected {
            let server = try await ServeProcess("--rotate-ticket-key", period)
            let session = TemporaryFolder.path(UUID().uuidString)
            _ = try await server.openssl(version, "-sess_out", session)
            fates = try await fate(of: session, at: server, version)
            #expect(fates.last == "refused")
            guard fates == expected else { continue }
            let run = try await server.finish()
            let resumed = try await run.lines().filter { $0["event"] == "session_resumed" }
            #expect(resumed.allSatisfy { $0["mechanism"] == .string(mechanism) })
            #expect(resumed.last?["renewed"] == true)
            let refused = try await run.lines().filter { $0["event"] == "session_not_resumed" }
            #expect(refused.map { $0["why"] } == ["sealed with a key that is no longer known"])
        }
        #expect(fates == expected)
    }

    /// OpenSSL sends the tickets inside the handshake, which a client that does not read could hold up for ever.
    @Test(arguments: [[], ["--rotate-ticket-key", "1h"]])
    func manyTicketsHoldUpNobodyAndAllArrive(rotation: [String]) async throws {
        let server = try await ServeProcess(["--tickets", "255"] + rotation)
        let script = """
            import socket, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            context.minimum_version = ssl.TLSVersion.TLSv1_3
            raw = socket.socket()
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            raw.settimeout(30)
            raw.connect(("127.0.0.1", int(sys.argv[1])))
            client = context.wrap_socket(raw, server_hostname="localhost")
            print("connected", flush=True)
            sys.stdin.readline()
            client.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
            while data := client.recv(4096):
                print(data.decode(), flush=True)
            client.unwrap()
            """
        let lazy = try await OwnThread.run {
            let child = try ChildProcess(
                InstalledProgram.python3.path(), ["-c", script, "\(server.port)", server.authorityPath])
            child.wait(seconds: 20) { child.transcript.contains("connected") }
            return child
        }
        #expect(lazy.transcript.hasPrefix("connected"))
        let other = try await server.curl()
        #expect(other.status == 0, "\(other)")
        #expect(try await server.report(of: 2)["tickets_issued"] == 255)
        lazy.type("go\n")
        let ending = try await OwnThread.run {
            lazy.wait(seconds: 20)
            return lazy.ending
        }
        #expect(ending?.status == 0 && lazy.transcript.contains("HTTP/1.1 200 OK"), "\(lazy.transcript)")
        let report = try await server.report(of: 1)
        #expect(report["ok"] == true && report["tickets_issued"] == 255)
    }
}
