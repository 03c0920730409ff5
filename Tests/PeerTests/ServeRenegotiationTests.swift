import Foundation
import TestSupport
import Testing

/// Renegotiations at `serve`: its own and its clients', taken up, refused and ignored.
@Suite(.serialized) struct ServeRenegotiationTests {
    private static let data = ["<application_data", ">application_data"]

    /// The events of the first connection from the first data on, with who sent them.
    private func events(_ run: ProgramRun) async throws -> [String] {
        let names = try await run.lines().filter { $0["conn"] == 1 }.compactMap { line in
            let direction = line["dir"].map { $0 == "sent" ? ">" : "<" } ?? ""
            return line["event"]?.text.map { direction + $0 }
        }
        return Array(names.drop { $0 != "handshake_done" }.dropFirst().prefix { !$0.hasSuffix("close_notify") })
    }

    @Test(arguments: [([], "abbreviated"), (["--no-resumption-on-renegotiation"], "full")])
    func asksBeforeEachAnswer(options: [String], mode: String) async throws {
        let server = try await ServeProcess(
            ["--tls", "1.2", "--reply", "echo", "--renegotiate-after", "request"] + options)
        let client = try await OpenSSLClient(server.port)
        for line in ["#first", "#second"] {
            client.type(line)
            #expect(try await client.printed(line))
        }
        #expect(try await client.quit() == 0)
        let report = try await server.report(of: 1)
        let attempts = try #require(report["renegotiation.attempts"]).elements
        #expect(attempts.map { $0["result"] } == ["accepted", "accepted"])
        #expect(attempts.map { $0["initiated_by"] } == ["server", "server"])
        #expect(attempts.map { $0["mode"] } == [.string(mode), .string(mode)])
        #expect(attempts.map { $0["resumed"] } == [.bool(mode == "abbreviated"), .bool(mode == "abbreviated")])
        #expect(report["renegotiation.accepted_count"] == 2 && report["renegotiation.verdict.value"] == "yes")
        #expect(report["renegotiation.protocol_support"] == "rfc5746")
        #expect(report["ok"] == true && report["data.bytes_sent"] == 15)
        let turn = [
            "<application_data", ">renegotiation_requested", "<client_hello", "renegotiation_started",
            "renegotiation_done", ">application_data",
        ]
        let names = try await events(server.finish())
        #expect(names == turn + turn)
    }

    /// The HelloRequest goes out with the answer, and the client takes it up afterwards.
    @Test func asksWithTheNextWrite() async throws {
        let server = try await ServeProcess(
            "--tls", "1.2", "--reply", "echo", "--renegotiate-after", "request", "--post-trigger", "write")
        let script = """
            import socket, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20)
            client = context.wrap_socket(raw, server_hostname="localhost")
            for text in b"one", b"two":
                client.sendall(text)
                print(client.recv(100).decode())
            client.setblocking(False)
            """
        let python = try await InstalledProgram.python3.run(["-c", script, "\(server.port)", server.authorityPath])
        #expect(python.output == "one\ntwo\n", "\(python)")
        let start = try await events(server.finish()).prefix(6)
        #expect(
            start == [
                "<application_data", ">renegotiation_requested", ">application_data", "<client_hello",
                "renegotiation_started", "renegotiation_done",
            ])
    }

    @Test(arguments: [("200ms", 0), ("8B", 3)])
    func asksByTheClockAndByBytes(trigger: String, lines: Int) async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "echo", "--renegotiate-after", trigger)
        let client = try await OpenSSLClient(server.port)
        for number in 0..<lines {
            // Four bytes each way: OpenSSL itself takes no limit below 512.
            client.type("#l\(number)")
            #expect(try await client.printed("#l\(number)"))
            #expect(try await server.printed(#""event":"renegotiation_done""#, times: number + 1))
        }
        #expect(try await server.printed(#""event":"renegotiation_done""#, times: 3))
        #expect(try await client.quit() == 0)
        let report = try await server.report(of: 1)
        #expect(report["ok"] == true)
        #expect(report["renegotiation.attempts"]?.elements.allSatisfy { $0["initiated_by"] == "server" } == true)
        if lines > 0 { #expect(report["renegotiation.accepted_count"] == 3) }
    }

    /// OpenSSL takes the client's warning for the end, and so the connection ends.
    @Test func isRefusedByAClientThatDoesNotRenegotiate() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "echo", "--renegotiate-after", "request")
        let client = try await OpenSSLClient(server.port, "-no_renegotiation")
        client.type("hello")
        let report = try await server.report(of: 1)
        #expect(report["renegotiation.attempts.0.result"] == "refused_warning")
        #expect(report["renegotiation.attempts.0.alert.number"] == 100)
        #expect(report["renegotiation.attempts.0.alert.dir"] == "received")
        #expect(report["renegotiation.attempts.0.mode"] == .null)
        #expect(report["renegotiation.accepted_count"] == 0 && report["renegotiation.verdict.value"] == "no")
        #expect(report["error.code"] == "renegotiation_declined")
        #expect(try await client.printed("SSL alert number 40"))
        let names = try await events(server.finish())
        #expect(names.contains("<renegotiation_refused") && !names.contains("renegotiation_started"))
    }

    /// A client that does not read does not even know that it was asked.
    @Test func isIgnoredByAClientThatDoesNotRead() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "echo", "--renegotiate-after", "request")
        let script = """
            import socket, ssl, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20)
            client = context.wrap_socket(raw, server_hostname="localhost")
            client.sendall(b"hello")
            sys.stdin.readline()
            """
        let child = try ChildProcess(
            InstalledProgram.python3.path(), ["-c", script, "\(server.port)", server.authorityPath])
        #expect(try await server.printed(#""event":"renegotiation_ignored""#))
        // The answer that waited comes after all.
        #expect(try await server.printed(#""event":"application_data""#, times: 2))
        child.type("\n")
        let report = try await server.report(of: 1)
        #expect(report["renegotiation.attempts.0.result"] == "ignored")
        #expect(report["renegotiation.verdict.value"] == "unknown")
        #expect(try #require(report["renegotiation.attempts.0.duration_ms"]?.double) >= 3000)
        let names = try await events(server.finish())
        #expect(
            names.prefix(4) == [
                "<application_data", ">renegotiation_requested", "renegotiation_ignored", ">application_data",
            ])
    }

    @Test func refusesTheClientsUnlessAllowed() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "echo")
        let client = try await OpenSSLClient(server.port)
        client.type("R")
        let report = try await server.report(of: 1)
        #expect(report["renegotiation.attempts.0.initiated_by"] == "client")
        #expect(report["renegotiation.attempts.0.result"] == "refused_warning")
        #expect(report["renegotiation.attempts.0.alert.number"] == 100)
        #expect(report["renegotiation.attempts.0.alert.dir"] == "sent")
        #expect(report["renegotiation.verdict.value"] == "no")
        // OpenSSL's client gives up then, which is its own decision.
        #expect(report["outcome"] == "rejected" && report["error.alert.number"] == 40)
        #expect(try await client.printed("no renegotiation"))
        #expect(try await events(server.finish()).contains(">renegotiation_refused"))
    }

    @Test func takesPartInTheClientsWhenAllowed() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "echo", "--allow-client-renegotiation")
        let client = try await OpenSSLClient(server.port)
        for number in 1...2 {
            client.type("R")
            #expect(try await server.printed(#""event":"renegotiation_done""#, times: number))
        }
        client.type("hello")
        #expect(try await client.printed("hello"))
        #expect(try await client.quit() == 0)
        let report = try await server.report(of: 1)
        let attempts = try #require(report["renegotiation.attempts"]).elements
        #expect(attempts.map { $0["initiated_by"] } == ["client", "client"])
        #expect(attempts.map { $0["result"] } == ["accepted", "accepted"])
        #expect(attempts.map { $0["mode"] } == ["full", "full"])
        #expect(report["ok"] == true && report["renegotiation.verdict.value"] == "yes")
        let run = try await server.finish()
        let done = try await run.lines().filter { $0["event"] == "renegotiation_done" }
        #expect(done.map { $0["initiated_by"] } == ["client", "client"])
        #expect(done.allSatisfy { $0["resumed"] == false && ($0["duration_ms"]?.double ?? 0) > 0 })
    }

    /// A client that renegotiates without end is stopped like one that sends empty records.
    @Test func stopsAClientThatDoesNothingElse() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "echo", "--allow-client-renegotiation")
        let client = try await OpenSSLClient(server.port)
        for number in 1...80 {
            client.type("R")
            let isDone = try await client.printed("RENEGOTIATING", times: number, within: 5)
            let handled = try await server.printed(#""event":"renegotiation_done""#, times: number, within: 5)
            if !isDone || !handled || server.transcript.contains("flood_stopped") { break }
        }
        let report = try await server.report(of: 1)
        #expect(report["error.code"] == "flood" && report["outcome"] == "inconclusive")
        #expect(try await server.printed(#""event":"flood_stopped""#))
    }

    @Test func hasNoneInTLS13() async throws {
        let server = try await ServeProcess("--reply", "echo", "--renegotiate-after", "request")
        let client = try await OpenSSLClient(server.port, "-tls1_3")
        client.type("hello")
        #expect(try await client.printed("hello"))
        #expect(try await client.quit() == 0)
        let report = try await server.report(of: 1)
        #expect(report["ok"] == true && report["renegotiation.attempts"] == [])
        #expect(report["renegotiation.verdict.value"] == "not_applicable")
        #expect(report["renegotiation.verdict.why"] == "TLS 1.3 has no renegotiation")
        #expect(try await server.finish().errors.contains("TLS 1.3 has no renegotiation"))
    }
}
