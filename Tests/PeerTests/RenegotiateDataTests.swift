import TestSupport
import Testing

/// `renegotiate` in the middle of data: when exactly, and that nothing is lost.
@Suite struct RenegotiateDataTests {
    private static let megabyte = 1 << 20

    private static func file() throws -> String {
        try TemporaryFolder.write((0..<megabyte).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
    }

    /// Counted in both directions, to the byte.
    @Test(arguments: [("1B", 1), ("100B", 100), ("16384B", 16384), ("16385B", 16385), ("300kB", 307_200)])
    func beginsAfterExactlySoManyBytes(size: String, bytes: Int) async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "echo", "--allow-client-renegotiation")
        let run = try await renegotiate(
            server.port, ["--after", size, "--send", "@\(Self.file())", "--read-for", "4s"],
            authority: server.authorityPath, output: ["--jsonl"])
        #expect(run.status == 0, "\(run.errors)")
        let lines = try await run.lines()
        let before = lines.prefix { $0["event"] != "renegotiation_started" }
        #expect(Self.dataBytes(in: before) == Double(bytes))
        #expect(before.count < lines.count)
        let report = try #require(lines.last?["report"])
        #expect(report["renegotiation.accepted_count"] == 1)
        #expect(report["data.bytes_sent"] == .number(Double(Self.megabyte)))
        #expect(report["data.bytes_received"] == .number(Double(Self.megabyte)))
        #expect(Self.dataBytes(in: lines[...]) == Double(2 * Self.megabyte))
    }

    private static func dataBytes(in lines: ArraySlice<JSON>) -> Double {
        lines.filter { $0["event"] == "application_data" }.compactMap { $0["bytes"]?.double }.reduce(0, +)
    }

    /// What there is to send does not suffice, and the server has nothing of its own to say.
    @Test func doesNotBeginWhenThereIsNotEnoughData() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "echo", "--allow-client-renegotiation")
        let run = try await renegotiate(
            server.port, ["--after", "1kB", "--send", "12345678", "--answer-timeout", "500ms"],
            authority: server.authorityPath)
        let report = try await run.renegotiation(ending: 12, [])
        #expect(report["renegotiation.verdict.why"] == "only 16 of 1024 bytes of data went over the connection")
    }

    @Test func waitsForSoLong() async throws {
        let server = try await OpenSSLServer("-client_renegotiation", certificate: Fixtures.get().ecdsa)
        let report = try await renegotiate(server.port, "--after", "300ms").renegotiation(ending: 0, [.full])
        let done = try time(of: "handshake_done", in: report)
        #expect(try time(of: "renegotiation_started", in: report) >= done + 299)
    }

    @Test func waitsBetweenTwo() async throws {
        let server = try await OpenSSLServer("-client_renegotiation", certificate: Fixtures.get().ecdsa)
        let run = try await renegotiate(server.port, "--count", "3", "--interval", "200ms")
        let report = try await run.renegotiation(ending: 0, [.full, .full, .full])
        let events = try #require(report["events"]).elements
        let started = events.filter { $0["event"] == "renegotiation_started" }.compactMap { $0["t_ms"]?.double }
        let done = events.filter { $0["event"] == "renegotiation_done" }.compactMap { $0["t_ms"]?.double }
        #expect(zip(started.dropFirst(), done).allSatisfy { $0 - $1 >= 199 }, "\(started) \(done)")
    }

    private func time(of name: String, in report: JSON) throws -> Double {
        let event = report["events"]?.elements.first { $0["event"] == .string(name) }
        return try #require(event?["t_ms"]?.double)
    }

    // MARK: In flight

    /// OpenSSL dies of data under way when a renegotiation is driven by SSL_do_handshake.
    @Test(arguments: [["--interval", "30ms"], []])
    func aServerThatNeverStopsSendingIsHeardOut(_ interval: [String]) async throws {
        let size = 1_000_000
        let peer = try await FaultPeer("renegotiating", "8", "\(size)", certificate: Fixtures.get().ecdsa)
        // The server's close_notify ends it.
        let run = try await renegotiate(
            peer.port, ["--after", "10kB", "--count", "8", "--read-for", "20s"] + interval)
        let report = try await run.renegotiation(ending: 0, Array(repeating: .full, count: 8))
        #expect(report["data.bytes_received"] == .number(Double(size)))
        #expect(report["close.kind"] == "clean")
    }

    /// Our own data is under way in both directions.
    @Test(arguments: ["full", "abbreviated"])
    func anEchoIsWhole(mode: String) async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "echo", "--allow-client-renegotiation")
        let run = try await renegotiate(
            server.port,
            ["--after", "200kB", "--count", "5", "--mode", mode, "--send", "@\(Self.file())", "--read-for", "4s"],
            authority: server.authorityPath)
        let one = mode == "full" ? RenegotiationExpectation.full : .abbreviated
        let report = try await run.renegotiation(ending: 0, Array(repeating: one, count: 5))
        #expect(report["data.bytes_sent"] == .number(Double(Self.megabyte)))
        #expect(report["data.bytes_received"] == .number(Double(Self.megabyte)))
    }

    // MARK: Requests and trust

    /// The answer shows that data flows under the new keys.
    @Test func aRequestIsAnsweredUnderTheNewKeys() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--allow-client-renegotiation")
        let run = try await renegotiate(server.port, ["--http"], authority: server.authorityPath)
        let report = try await run.renegotiation(ending: 0, [.full])
        #expect(report["data.http_status"] == 200)
        let names = try #require(report["events"]).elements.compactMap { $0["event"]?.text }
        let done = try #require(names.firstIndex(of: "renegotiation_done"))
        #expect(try #require(names.firstIndex(of: "application_data")) > done)
    }

    /// Who cannot be trusted is still measured, and gets nothing of the user's.
    @Test(arguments: [true, false])
    func aFailedVerificationWinsAndNothingIsSent(accepts: Bool) async throws {
        let server = try await OpenSSLServer(
            accepts ? ["-client_renegotiation"] : [], certificate: .selfSigned())
        let expected = [accepts ? RenegotiationExpectation.full : .refused()]
        let report = try await renegotiate(server.port, "--send", "secret").renegotiation(ending: 8, expected)
        #expect(report["outcome"] == "verify" && report["error.stage"] == "verify")
        #expect(report["renegotiation.verdict.value"] == (accepts ? "yes" : "no"))
        #expect(report["data.withheld"] == true && report["data.bytes_sent"] == 0)
    }

    /// A server that shows another certificate has to be believed anew.
    @Test(arguments: [true, false])
    func aNewCertificateIsVerifiedAnew(isTrusted: Bool) async throws {
        var template = CertificateTemplate()
        template.key = .rsa(2048)
        let other = try isTrusted ? Fixtures.get().rsa : .selfSigned(template)
        let peer = try await FaultPeer(
            "renegotiating", "1", "0", "clean", other.chainPath, other.keyPath, certificate: Fixtures.get().ecdsa)
        var expected = RenegotiationExpectation.full
        expected.showsOtherCertificate = true
        let report = try await renegotiate(peer.port).renegotiation(ending: isTrusted ? 0 : 8, [expected])
        #expect(report["verify.ok"] == .bool(isTrusted) && report["certificates.0.key.type"] == "RSA")
        #expect(report["renegotiation.verdict.value"] == "yes")
        let verified = report["events"]?.elements.filter { $0["event"] == "verify_done" }.map { $0["ok"] }
        #expect(verified == [true, .bool(isTrusted)])
    }

    /// With `-k` the verdict stays and the code goes.
    @Test(arguments: [(true, 0), (false, 10)])
    func insecureDropsTheCode(accepts: Bool, code: Int32) async throws {
        let server = try await OpenSSLServer(
            accepts ? ["-client_renegotiation", "-rev"] : [], certificate: .selfSigned())
        let run = try await renegotiate(server.port, "-k", "--send", "secret\n")
        let report = try await run.renegotiation(ending: code, [accepts ? .full : .refused()])
        #expect(report["verify.ok"] == false && report["data.withheld"] == false)
        #expect(report["data.bytes_sent"] == (accepts ? 7 : 0))
    }

    /// What is a refusal to the command is the success of an audit.
    @Test(arguments: [(false, 0, "unmet"), (true, 1, "expectation")])
    func anAuditWantsARefusal(accepts: Bool, code: Int32, outcome: String) async throws {
        let server = try await OpenSSLServer(
            accepts ? ["-client_renegotiation"] : [], certificate: Fixtures.get().ecdsa)
        let run = try await renegotiate(server.port, "--expect", "renegotiation.verdict.value = no")
        let report = try await run.renegotiation(ending: code, [accepts ? .full : .refused()])
        #expect(report["outcome"] == .string(outcome))
        #expect(report["expectations.0.ok"] == .bool(!accepts))
    }
}
