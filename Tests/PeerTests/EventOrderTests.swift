import TestSupport
import Testing

/// The whole order of events of `--jsonl`.
@Suite struct EventOrderTests {
    @Test func tellsTLS13InOrder() async throws {
        let server = try await OpenSSLServer("-tls1_3", "-num_tickets", "1", certificate: Fixtures.get().ecdsa)
        let run = try await jsonl(server.port)
        #expect(
            try await run.eventNames() == [
                "probe_started", "dns_resolved", "tcp_connected", "handshake_started", "handshake_done", "verify_done",
                "new_session_ticket", "handshake_confirmed", "close_notify", "close_notify", "tcp_closed", "summary",
            ])
        try await expectFrame(of: run, ending: 0)
    }

    @Test func tellsTLS12InOrder() async throws {
        let server = try await OpenSSLServer("-tls1_2", certificate: Fixtures.get().rsa)
        let run = try await jsonl(server.port)
        #expect(
            try await run.eventNames() == [
                "probe_started", "dns_resolved", "tcp_connected", "handshake_started", "new_session_ticket",
                "handshake_done", "verify_done", "handshake_confirmed", "close_notify", "close_notify", "tcp_closed",
                "summary",
            ])
        try await expectFrame(of: run, ending: 0)
    }

    @Test func addsTheMessagesOfTLS13WhenVerbose() async throws {
        let server = try await OpenSSLServer("-tls1_3", "-num_tickets", "1", certificate: Fixtures.get().ecdsa)
        let run = try await jsonl(server.port, "-v")
        #expect(
            try await directedNames(run) == [
                "probe_started", "dns_resolved", "tcp_connected", "handshake_started", ">client_hello",
                "<server_hello", "<encrypted_extensions", "<certificate", "<certificate_verify", "<finished",
                ">change_cipher_spec", ">finished", "handshake_done", "verify_done", "<new_session_ticket",
                "handshake_confirmed", ">close_notify", "<close_notify", "tcp_closed", "summary",
            ])
        try await expectFrame(of: run, ending: 0)
    }

    @Test func addsTheMessagesOfTLS12WhenVerbose() async throws {
        let fixtures = try Fixtures.get()
        let server = try await OpenSSLServer(
            "-tls1_2", "-verify", "1", "-CAfile", fixtures.root.certificatePath, certificate: fixtures.rsa)
        let run = try await jsonl(
            server.port, "-v", "--cert", fixtures.client.certificatePath, "--key", fixtures.client.keyPath)
        #expect(
            try await directedNames(run) == [
                "probe_started", "dns_resolved", "tcp_connected", "handshake_started", ">client_hello",
                "<server_hello", "<certificate", "<server_key_exchange", "<certificate_request",
                "<server_hello_done", ">certificate", ">client_key_exchange", ">certificate_verify",
                ">change_cipher_spec", ">finished", "<new_session_ticket", "<finished", "handshake_done",
                "verify_done", "handshake_confirmed", ">close_notify", "<close_notify", "tcp_closed", "summary",
            ])
        try await expectFrame(of: run, ending: 0)
    }

    @Test func tellsARejectionInOrder() async throws {
        let server = try await OpenSSLServer("-tls1_3", "-Verify", "1", certificate: Fixtures.get().ecdsa)
        let run = try await jsonl(server.port)
        #expect(
            try await run.eventNames() == [
                "probe_started", "dns_resolved", "tcp_connected", "handshake_started", "handshake_done", "verify_done",
                "alert", "tcp_closed", "error", "summary",
            ])
        try await expectFrame(of: run, ending: 9)
    }

    @Test func tellsAFailedHandshakeInOrder() async throws {
        let server = try await OpenSSLServer("-tls1_2", certificate: Fixtures.get().ecdsa)
        let run = try await jsonl(server.port, "--tls", "1.3")
        #expect(
            try await run.eventNames() == [
                "probe_started", "dns_resolved", "tcp_connected", "handshake_started", "alert", "handshake_failed",
                "error", "summary",
            ])
        try await expectFrame(of: run, ending: 7)
    }

    @Test func putsTheSameEventsIntoTheReport() async throws {
        let server = try await OpenSSLServer("-tls1_3", "-num_tickets", "1", certificate: Fixtures.get().ecdsa)
        let lines = try await jsonl(server.port, "-v").eventNames()
        let report = try await connect(server.port, patiently + ["--events"]).report(ending: 0)
        let names = try #require(report["events"]).elements.compactMap { $0["event"]?.text }
        #expect(names == lines.filter { $0 != "summary" })
    }

    private func jsonl(_ port: UInt16, _ arguments: String...) async throws -> ProgramRun {
        try await Program.run(
            ["connect", "localhost:\(port)", "-4", "--ca", Fixtures.get().root.certificatePath, "--jsonl"] + patiently
                + arguments)
    }

    /// OpenSSL 3.5 tells of a received change_cipher_spec, 3.0 does not.
    private func directedNames(_ run: ProgramRun) async throws -> [String] {
        try await run.lines().compactMap { line in
            let direction = line["dir"].map { $0 == "sent" ? ">" : "<" } ?? ""
            return line["event"]?.text.map { direction + $0 }
        }.filter { $0 != "<change_cipher_spec" }
    }

    /// What holds for every stream of events.
    private func expectFrame(of run: ProgramRun, ending code: Int32) async throws {
        #expect(run.status == code, "\(run)")
        let lines = try await run.lines()
        #expect(lines.first?["time"]?.text?.hasSuffix("Z") == true)
        #expect(lines.last?["report.exit_code"] == .number(Double(code)))
        let numbers = lines.compactMap { $0["seq"]?.double }
        #expect(numbers == Array(Set(numbers)).sorted())
        let times = lines.compactMap { $0["t_ms"]?.double }
        #expect(times == times.sorted())
        #expect(times.count == lines.count)
        let target = lines.first?["target"]
        #expect(lines.allSatisfy { $0["target"] == target })
    }
}
