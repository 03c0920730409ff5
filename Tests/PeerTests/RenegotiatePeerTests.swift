import TestSupport
import Testing

/// `renegotiate` against the servers that people run.
@Suite struct RenegotiatePeerTests {
    /// A server's options, ours, and what comes of it.
    struct Row: Sendable, CustomTestStringConvertible {
        let server: [String]
        var arguments = [String]()
        let code: Int32
        let attempts: [RenegotiationExpectation]

        var testDescription: String { (server + ["|"] + arguments).joined(separator: " ") }
        var verdict: JSON { code == 0 ? "yes" : "no" }
        var outcome: JSON { code == 0 ? "ok" : "unmet" }
    }

    static let openSSL = [
        Row(server: [], code: 10, attempts: [.refused()]),
        Row(
            server: [], arguments: ["--mode", "both"], code: 10, attempts: [.refused(), .refused("abbreviated")]),
        Row(server: [], arguments: ["--count", "3"], code: 10, attempts: [.refused()]),
        Row(server: [], arguments: ["--until-refused"], code: 10, attempts: [.refused()]),
        Row(server: ["-client_renegotiation"], code: 0, attempts: [.full]),
        Row(
            server: ["-client_renegotiation"], arguments: ["--mode", "abbreviated"], code: 0, attempts: [.abbreviated]),
        Row(
            server: ["-client_renegotiation"], arguments: ["--mode", "both"], code: 0, attempts: [.full, .abbreviated]),
        Row(
            server: ["-client_renegotiation"], arguments: ["--count", "3"], code: 0, attempts: [.full, .full, .full]),
        Row(
            server: ["-client_renegotiation"], arguments: ["--mode", "both", "--count", "2"], code: 0,
            attempts: [.full, .full, .abbreviated, .abbreviated]),
        Row(
            server: ["-client_renegotiation"], arguments: ["--until-refused"], code: 0,
            attempts: Array(repeating: .full, count: 20)),
        Row(server: ["-legacy_renegotiation"], code: 10, attempts: [.refused()]),
        Row(server: ["-legacy_renegotiation", "-client_renegotiation"], code: 0, attempts: [.full]),
        Row(server: ["-no_renegotiation"], code: 10, attempts: [.refused()]),
        Row(server: ["-no_renegotiation", "-client_renegotiation"], code: 10, attempts: [.refused()]),
        Row(
            server: ["-no_resumption_on_reneg", "-client_renegotiation"], arguments: ["--mode", "both"], code: 0,
            attempts: [.full, .abbreviatedInVain]),
        Row(
            server: ["-no_resumption_on_reneg"], arguments: ["--mode", "abbreviated"], code: 10,
            attempts: [.refused("abbreviated")]),
    ]

    @Test(arguments: openSSL)
    func tellsWhatOpenSSLDoes(_ row: Row) async throws {
        let server = try await OpenSSLServer(row.server, certificate: Fixtures.get().ecdsa)
        try await expect(row, of: renegotiate(server.port, row.arguments))
    }

    static let ours = [
        Row(server: [], code: 10, attempts: [.refused()]),
        Row(server: ["--allow-client-renegotiation"], code: 0, attempts: [.full]),
        Row(
            server: ["--allow-client-renegotiation"], arguments: ["--mode", "both"], code: 0,
            attempts: [.full, .abbreviated]),
        Row(
            server: ["--allow-client-renegotiation", "--no-resumption-on-renegotiation"],
            arguments: ["--mode", "both"], code: 0, attempts: [.full, .abbreviatedInVain]),
    ]

    /// The server's report of the same agrees.
    @Test(arguments: ours)
    func tellsWhatServeDoes(_ row: Row) async throws {
        let server = try await ServeProcess(["--tls", "1.2", "--reply", "echo"] + row.server)
        let run = try await renegotiate(server.port, row.arguments, authority: server.authorityPath)
        try await expect(row, of: run)
        for (index, expected) in row.attempts.enumerated() {
            let report = try await server.report(of: index + 1)
            let attempt = try #require(report["renegotiation.attempts"]?.elements.first)
            #expect(attempt["initiated_by"] == "client")
            #expect(attempt["result"] == .string(expected.result))
            if row.code == 0 { #expect(attempt["resumed"] == expected.isResumed.map(JSON.bool)) }
        }
    }

    private func expect(_ row: Row, of run: ProgramRun) async throws {
        let report = try await run.renegotiation(ending: row.code, row.attempts)
        #expect(report["outcome"] == row.outcome)
        #expect(report["tls.version"] == "TLSv1.2" && report["verify.ok"] == true)
        #expect(report["renegotiation.protocol_support"] == "rfc5746")
        #expect(report["renegotiation.verdict.value"] == row.verdict)
        if row.code == 0 {
            #expect(report["close.kind"] == "clean")
            let why: JSON = row.arguments == ["--until-refused"] ? "20 accepted, none refused" : .null
            #expect(report["renegotiation.verdict.why"] == why)
        } else {
            #expect(report["error.code"] == "renegotiation_refused" && report["error.stage"] == "post_handshake")
            #expect(report["error.alert.number"] == 100)
            #expect(report["renegotiation.verdict.why"] == "refused with the warning no_renegotiation (100)")
        }
    }

    /// Each brings a ticket: what was asked for is no flood.
    @Test func aLongSeriesIsNoFlood() async throws {
        let server = try await OpenSSLServer("-client_renegotiation", certificate: Fixtures.get().ecdsa)
        let report = try await renegotiate(server.port, ["--count", "100"], output: ["--json"]).report(ending: 0)
        #expect(report["renegotiation.accepted_count"] == 100)
        #expect(report["renegotiation.attempts.99.total"] == 100)
    }

    /// A server without TLS 1.2 cannot be asked, and is as safe as it gets.
    @Test func doesNotApplyToTLS13() async throws {
        let server = try await OpenSSLServer("-tls1_3", certificate: Fixtures.get().ecdsa)
        let report = try await renegotiate(server.port).report(ending: 11)
        #expect(report["outcome"] == "not_applicable" && report["error.code"] == "wrong_version")
        // What it does speak was tried: an alert alone would not say that.
        #expect(report["tls.version"] == "TLSv1.3" && report["renegotiation.attempts"]?.elements == [])
        #expect(report["renegotiation.protocol_support"] == "unknown")
        #expect(report["renegotiation.verdict.value"] == "not_applicable")
    }

    /// A refusal of the version does not say which one the server speaks.
    @Test(arguments: [[], ["--tls", "1.0-1.1"]])
    func aVersionAlertAloneProvesNothing(_ arguments: [String]) async throws {
        let server = try await OpenSSLServer("-tls1_2", "-client_renegotiation", certificate: Fixtures.get().ecdsa)
        let peer = try RawServer { connection in
            _ = connection.receive()
            _ = connection.send([0x15, 0x03, 0x03, 0, 2, 2, 70])
            _ = connection.receive()
        }
        let port = arguments.isEmpty ? peer.port : server.port
        let report = try await renegotiate(port, arguments).report(ending: 7)
        #expect(report["renegotiation.verdict.value"] != "not_applicable")
    }

    /// Offered on purpose, TLS 1.3 is what such a server chooses.
    @Test func saysThatTheServerChoseTLS13() async throws {
        let server = try await OpenSSLServer([], certificate: Fixtures.get().ecdsa)
        let report = try await renegotiate(server.port, "--tls", "1.2-1.3").renegotiation(ending: 11, [])
        #expect(report["tls.version"] == "TLSv1.3")
        #expect(report["error.code"] == "wrong_version" && report["error.alert"] == .null)
        #expect(report["renegotiation.verdict.value"] == "not_applicable")
    }

    @Test(arguments: [("1.0", "-tls1"), ("1.1", "-tls1_1")])
    func reachesOldVersionsWhenToldTo(version: String, option: String) async throws {
        let server = try await OpenSSLServer(
            option, "-cipher", "DEFAULT@SECLEVEL=0", "-client_renegotiation", certificate: Fixtures.get().ecdsa)
        let run = try await renegotiate(server.port, "--legacy", "--tls", version, "--mode", "both")
        let report = try await run.renegotiation(ending: 0, [.full, .abbreviated])
        #expect(report["tls.version"] == .string(version == "1.0" ? "TLSv1" : "TLSv1.1"))
    }

    // MARK: GnuTLS and nginx

    @Test func gnuTLSRenegotiates() async throws {
        let server = try await GnuTLSServer(certificate: Fixtures.get().ecdsa)
        let report = try await renegotiate(server.port, "--count", "2").renegotiation(ending: 0, [.full, .full])
        #expect(report["renegotiation.protocol_support"] == "rfc5746")
        #expect(report["renegotiation.verdict.value"] == "yes")
    }

    /// gnutls-serv takes a resumption in a renegotiation for an error of its own: the alert comes right after, in the
    /// same read as the Finished or later. Since 3.8 it takes the resumption for what it is.
    @Test func gnuTLSServGivesUpAfterAnAbbreviatedOne() async throws {
        let server = try await GnuTLSServer("--disable-client-cert", certificate: Fixtures.get().ecdsa)
        let isMended = try await GnuTLSServer.isAtLeast(3, 8)
        for _ in 0..<5 {
            guard !isMended else {
                let report = try await renegotiate(server.port, "--mode", "abbreviated").report(ending: 0)
                #expect(report["renegotiation.attempts.0.result"] == "accepted")
                continue
            }
            let report = try await renegotiate(server.port, "--mode", "abbreviated").report(ending: 10)
            #expect(report["outcome"] == "unmet" && report["error.alert.number"] == 80)
            #expect(report["renegotiation.attempts.0.result"] == "refused_fatal")
            #expect(report["renegotiation.verdict.value"] == "no")
        }
    }

    private static let unsafe = "--priority=NORMAL:%DISABLE_SAFE_RENEGOTIATION"

    @Test func isNotTriedWithoutRFC5746() async throws {
        let server = try await GnuTLSServer(Self.unsafe, certificate: Fixtures.get().ecdsa)
        let report = try await renegotiate(server.port).renegotiation(ending: 11, [])
        #expect(report["outcome"] == "not_applicable")
        #expect(report["error.code"] == "legacy_renegotiation" && report["error.openssl.0.reason"] == 338)
        #expect(report["error.hint"]?.text?.contains("--allow-unsafe") == true)
        #expect(report["renegotiation.protocol_support"] == "none")
        #expect(report["renegotiation.verdict.value"] == "not_applicable")
    }

    /// Twice: what is unsafe stays so when it was asked for more often.
    @Test(arguments: ["1", "2"])
    func isUnsafeWithoutRFC5746(count: String) async throws {
        let server = try await GnuTLSServer(Self.unsafe, certificate: Fixtures.get().ecdsa)
        let run = try await renegotiate(server.port, "--allow-unsafe", "--count", count)
        let report = try await run.renegotiation(ending: 15, count == "1" ? [.full] : [.full, .full])
        #expect(report["outcome"] == "unsafe" && report["error.code"] == "unsafe_renegotiation")
        #expect(report["renegotiation.protocol_support"] == "none")
        #expect(report["renegotiation.verdict.value"] == "yes")
        #expect(report["tls.secure_renegotiation"] == false)
    }

    @Test func nginxRefuses() async throws {
        let server = try await NginxServer(certificate: Fixtures.get().ecdsa)
        let run = try await renegotiate(server.port, "--mode", "both")
        let report = try await run.renegotiation(ending: 10, [.refused(), .refused("abbreviated")])
        #expect(report["outcome"] == "unmet" && report["renegotiation.verdict.value"] == "no")
        #expect(report["renegotiation.protocol_support"] == "rfc5746")
    }
}
