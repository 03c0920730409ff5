import Foundation
import TestSupport
import Testing

/// What `serve` writes: every event in its place, one report for each connection, a summary at the end.
@Suite(.serialized) struct ServeEventTests {
    private func directedNames(_ lines: [JSON]) -> [String] {
        lines.compactMap { line in
            let direction = line["dir"].map { $0 == "sent" ? ">" : "<" } ?? ""
            return line["event"]?.text.map { direction + $0 }
            // OpenSSL 3.5 tells of a received change_cipher_spec, 3.0 does not.
        }.filter { $0 != "<change_cipher_spec" }
    }

    /// What holds for every stream of events.
    private func expectFrame(of run: ProgramRun, connections: Int) async throws {
        #expect(run.status == 0 && run.errorBytes.isEmpty, "\(run)")
        let lines = try await run.lines()
        #expect(lines.first?["event"] == "listening" && lines.last?["event"] == "summary")
        #expect(lines.first?["time"]?.text?.hasSuffix("Z") == true)
        let numbers = lines.compactMap { $0["seq"]?.double }
        #expect(numbers.count == lines.count)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 })
        let times = lines.compactMap { $0["t_ms"]?.double }
        #expect(times.count == lines.count && times.allSatisfy { $0 >= 0 })
        #expect(lines.allSatisfy { $0["target"] == "127.0.0.1:0" })
        #expect(lines.first?["conn"] == 0 && lines.last?["conn"] == 0)
        let reports = try await run.connections()
        #expect(reports.map { $0["conn"] } == (0..<connections).map { .number(Double($0 + 1)) })
        #expect(lines.last?["report.connections"] == .number(Double(connections)))
    }

    @Test func beginsWithWhereItListens() async throws {
        let server = try await ServeProcess()
        let run = try await server.finish()
        let first = try #require(try await run.lines().first)
        #expect(first["address"] == "127.0.0.1" && first["port"] == .number(Double(server.port)))
        #expect(first["ca_file"] == .string(server.authorityPath))
        #expect(directedNames(try await run.lines()) == ["listening", "summary"])
        try await expectFrame(of: run, connections: 0)
    }

    @Test func tellsAConnectionOfTLS13InOrder() async throws {
        let server = try await ServeProcess("--tls", "1.3")
        #expect(try await server.openssl().status == 0)
        _ = try await server.report(of: 1)
        let run = try await server.finish()
        #expect(
            directedNames(try await run.lines()) == [
                "listening", "client_connected", "handshake_started", "<client_hello", ">new_session_ticket",
                ">new_session_ticket", "handshake_done", "<application_data", ">application_data", ">close_notify",
                "<close_notify", "tcp_closed", "client_closed", "summary",
            ])
        try await expectFrame(of: run, connections: 1)
    }

    @Test func showsEveryMessageOfTLS13() async throws {
        let server = try await ServeProcess("--tls", "1.3", "-v")
        #expect(try await server.openssl().status == 0)
        _ = try await server.report(of: 1)
        let run = try await server.finish()
        #expect(
            directedNames(try await run.lines()) == [
                "listening", "client_connected", "handshake_started", "<client_hello", ">server_hello",
                ">change_cipher_spec", ">encrypted_extensions", ">certificate", ">certificate_verify", ">finished",
                "<finished", ">new_session_ticket", ">new_session_ticket", "handshake_done", "<application_data",
                ">application_data", ">close_notify", "<close_notify", "tcp_closed", "client_closed", "summary",
            ])
        try await expectFrame(of: run, connections: 1)
    }

    @Test func showsEveryMessageOfTLS12WithAClientCertificate() async throws {
        let client = TemporaryFolder.path(UUID().uuidString)
        let server = try await ServeProcess(
            "--tls", "1.2", "-v", "--client-auth", "require", "--write-client-cert", client)
        #expect(try await server.openssl("-cert", client).status == 0)
        _ = try await server.report(of: 1)
        let run = try await server.finish()
        #expect(
            directedNames(try await run.lines()) == [
                "listening", "client_connected", "handshake_started", "<client_hello", ">server_hello", ">certificate",
                ">server_key_exchange", ">certificate_request", ">server_hello_done", "<certificate",
                "<client_key_exchange", "<certificate_verify", "<finished", ">new_session_ticket",
                ">change_cipher_spec", ">finished", "handshake_done", "verify_done", "<application_data",
                ">application_data", ">close_notify", "<close_notify", "tcp_closed", "client_closed", "summary",
            ])
        try await expectFrame(of: run, connections: 1)
    }

    @Test func tellsARefusedClientInOrder() async throws {
        let server = try await ServeProcess("--tls", "1.3")
        #expect(try await server.openssl("-tls1_2").status == 1)
        _ = try await server.report(of: 1)
        let run = try await server.finish()
        #expect(
            directedNames(try await run.lines()) == [
                "listening", "client_connected", "handshake_started", "<client_hello", ">alert", "handshake_failed",
                "tcp_closed", "error", "client_closed", "summary",
            ])
        try await expectFrame(of: run, connections: 1)
    }

    /// The decoded offer, against what s_client was told to send.
    @Test func tellsTheClientHelloWithoutBeingAsked() async throws {
        let server = try await ServeProcess("--reply", "echo")
        _ = try await server.openssl(
            "-tls1_3", "-groups", "P-256:X25519", "-sigalgs", "ECDSA+SHA256:RSA-PSS+SHA256", "-alpn", "a,b",
            "-ciphersuites", "TLS_AES_128_GCM_SHA256", sending: nil)
        let report = try await server.report(of: 1)
        let lines = try await server.finish().lines()
        let hello = try #require(lines.first { $0["event"] == "client_hello" })
        for key in [
            "sni", "alpn", "versions", "ciphers", "groups", "signature_algorithms", "extensions", "session_offered",
            "early_data_offered",
        ] {
            #expect(hello[key] == report["client_hello." + key], "\(key)")
        }
        #expect(hello["sni"] == "localhost" && hello["alpn"] == ["a", "b"] && hello["versions"] == ["TLSv1.3"])
        #expect(hello["ciphers"]?.elements.first == "TLS_AES_128_GCM_SHA256")
        #expect(hello["groups"] == ["secp256r1", "x25519"])
        #expect(hello["signature_algorithms"] == ["ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256"])
        #expect(hello["session_offered"] == false && hello["early_data_offered"] == false)
        let extensions = try #require(hello["extensions"]).elements
        #expect(extensions.contains { $0["number"] == 0 && $0["name"] == "server_name" && $0["bytes"] == 14 })
        #expect(try #require(hello["bytes"]?.double) > 100)
    }

    @Test func putsTheSameEventsIntoTheReport() async throws {
        let file = TemporaryFolder.path(UUID().uuidString)
        let server = try await ServeProcess("--tls", "1.3", "--events", "--save-report", file, output: ["--json"])
        #expect(try await server.openssl().status == 0)
        let run = try await server.finish()
        let lines = try await run.lines()
        #expect(lines.map { $0["schema"] } == ["sslprobe.connection/1", "sslprobe.serve-summary/1"])
        let names = directedNames(try #require(lines.first?["events"]).elements)
        #expect(names.first == "client_connected" && names.last == "tcp_closed")
        #expect(names.contains("<client_hello") && names.contains(">encrypted_extensions"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == run.output)
    }

    @Test func endsJSONWithTheSummary() async throws {
        let server = try await ServeProcess(output: ["--json"])
        for _ in 0..<2 { #expect(try await server.curl().status == 0) }
        _ = try RawClient(port: server.port)
        try await server.printed(#""conn":3,"#)
        let run = try await server.finish()
        let lines = try await run.lines()
        #expect(lines.count == 4)
        #expect(lines.dropLast().allSatisfy { $0["schema"] == "sslprobe.connection/1" && $0["events"] == [] })
        let summary = try #require(lines.last)
        #expect(summary["schema"] == "sslprobe.serve-summary/1" && summary["ok"] == true)
        #expect(summary["connections"] == 3 && summary["ok_count"] == 2 && summary["failed_count"] == 1)
        #expect(summary["by_outcome.ok"] == 2 && summary["by_outcome.connect"] == 1 && summary["error"] == .null)
    }

    @Test func writesALineForEachConnection() async throws {
        let server = try await ServeProcess("--color", "never", output: [], environment: ["LC_ALL": "C.UTF-8"])
        #expect(try await server.curl().status == 0)
        #expect(try await server.openssl("-cipher", "NULL", "-tls1_2").status == 1)
        try await server.printed("\n✗ 2")
        let run = try await server.finish()
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(lines.first?.hasPrefix("listening on 127.0.0.1:\(server.port)") == true, "\(run)")
        #expect(
            lines.contains { $0.contains("curl --cacert \(server.authorityPath) https://localhost:\(server.port)/") })
        let good = try #require(lines.first { $0.hasPrefix("✓ 1") })
        #expect(good.contains("  127.0.0.1:") && good.contains("  TLSv1.3  "), "\(good)")
        #expect(good.hasSuffix(" ms  TLS_AES_256_GCM_SHA384 · sni localhost"), "\(good)")
        #expect(lines.last?.contains("1 ok · 1 failed (handshake 1)") == true)
        #expect(run.errorBytes.isEmpty)
    }

    @Test func quietLeavesOneLineForAFailure() async throws {
        let server = try await ServeProcess("-q", "--tls", "1.3", output: [])
        #expect(try await server.curl().status == 0)
        #expect(try await server.openssl("-tls1_2").status == 1)
        try await server.printed("(handshake)")
        let run = try await server.finish()
        #expect(run.status == 0 && run.outputBytes.isEmpty)
        let lines = run.errors.split(separator: "\n")
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix("sslprobe: 127.0.0.1:") == true)
        #expect(lines.first?.hasSuffix("no version that is accepted here (handshake)") == true, "\(run)")
    }

    @Test func printsThePathsThatAreWanted() async throws {
        let server = try await ServeProcess("--get", "conn,tls.version,session.resumed", output: [])
        for maximum in ["1.2", "1.3"] { #expect(try await server.curl("--tls-max", maximum).status == 0) }
        let run = try await server.finish()
        #expect(run.output == "1\tTLSv1.2\tfalse\n2\tTLSv1.3\tfalse\n", "\(run)")
    }

    @Test func keepsTheOrderWithSeveralWorkers() async throws {
        let server = try await ServeProcess("--workers", "3")
        let script = """
            import socket, ssl, sys, threading
            def visit(number):
                context = ssl.create_default_context(cafile=sys.argv[2])
                raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=30)
                with context.wrap_socket(raw, server_hostname="localhost") as client:
                    client.sendall(b"GET /%d HTTP/1.0\\r\\n\\r\\n" % number)
                    while client.recv(4096): pass
                    client.unwrap()
            threads = [threading.Thread(target=visit, args=(number,)) for number in range(60)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            """
        let python = try await InstalledProgram.python3.run(["-c", script, "\(server.port)", server.authorityPath])
        #expect(python.status == 0 && python.transcript.isEmpty, "\(python)")
        try await server.printed(#""event":"client_closed""#, times: 60)
        let run = try await server.finish()
        try await expectFrame(of: run, connections: 60)
        let reports = try await run.connections()
        #expect(reports.allSatisfy { $0["ok"] == true })
        let requests = Set(reports.compactMap { $0["data.first_line"]?.text })
        #expect(requests == Set((0..<60).map { "GET /\($0) HTTP/1.0" }))
        // The events of each connection keep their order among the others'.
        for (number, lines) in Dictionary(grouping: try await run.lines(), by: { $0["conn"]?.double }) where number != 0
        {
            #expect(lines.first?["event"] == "client_connected" && lines.last?["event"] == "client_closed")
        }
    }

    @Test func keepsTheKeyLogThatTheClientKeeps() async throws {
        let (ours, theirs) = (TemporaryFolder.path(UUID().uuidString), TemporaryFolder.path(UUID().uuidString))
        let server = try await ServeProcess("--keylog", ours)
        for version in ["-tls1_2", "-tls1_3"] {
            #expect(try await server.openssl(version, "-keylogfile", theirs).status == 0)
        }
        let run = try await server.finish()
        func lines(_ path: String) throws -> [String] {
            try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
                .map { $0.lowercased() }.sorted()
        }
        #expect(try lines(ours) == lines(theirs))
        for secret in try lines(ours).compactMap({ $0.split(separator: " ").last }) {
            #expect(!run.output.contains(secret))
        }
        #expect(try FileManager.default.attributesOfItem(atPath: ours)[.posixPermissions] as? Int == 0o600)
    }
}
