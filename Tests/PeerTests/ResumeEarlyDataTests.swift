import Foundation
import TestSupport
import Testing

/// Early data of `resume`: taken, refused, not sent at all, and withheld.
@Suite struct ResumeEarlyDataTests {
    private static let text = "early words\n"

    /// What each connection of `serve` received; the first is the full handshake that makes the session.
    private func received(_ server: ServeProcess) async throws -> [JSON?] {
        try await server.finish().connections().map { $0["data.bytes_received"] }
    }

    private static let size = JSON.number(Double(text.utf8.count))

    @Test func isTaken() async throws {
        let server = try await serveResumable("--early-data", "1000", "--reply", "sink")
        let attempt = ResumptionExpectation.taken("psk", earlyData: "accepted")
        try await resume(server.port, "--early-data", Self.text, "--count", "2")
            .resumption(ending: 0, verdict: "yes", [attempt, attempt])
        let reports = try await server.finish().connections()
        #expect(reports.map { $0["tls.early_data"] } == [.null, "accepted", .null, "accepted"])
        #expect(reports.map { $0["data.bytes_received"] } == [0, Self.size, 0, Self.size])
    }

    @Test func comesFromAFile() async throws {
        let bytes = (0..<1000).map { UInt8($0 % 251) }
        let file = try TemporaryFolder.write(bytes)
        let server = try await serveResumable("--early-data", "1000", "--reply", "sink")
        try await resume(server.port, "--early-data", "@" + file, "--count", "1")
            .resumption(ending: 0, verdict: "yes", [.taken("psk", earlyData: "accepted")])
        #expect(try await received(server) == [0, 1000])
        let missing = try await resume(server.port, "--early-data", "@" + file + ".none").report(ending: 13)
        #expect(missing["error.code"] == "file_unreadable")
        #expect(missing["error.message"]?.text?.hasPrefix("--early-data: ") == true)
    }

    /// A server that took it once does not even resume; what it refused comes again after the handshake, once.
    @Test func isResentWhenItWasUsedBefore() async throws {
        let server = try await serveResumable("--early-data", "1000", "--reply", "sink")
        let file = TemporaryFolder.path(UUID().uuidString)
        let saved = try await connect(server.port, ["--save-session", file] + patiently)
        #expect(saved.status == 0, "\(saved)")
        let options = ["--load-session", file, "--early-data", Self.text]
        try await resume(server.port, options)
            .resumption(ending: 0, verdict: "yes", [.taken("psk", earlyData: "accepted")])
        try await resume(server.port, options)
            .resumption(
                ending: 10, "not_resumed", verdict: "no", [.missed("unknown", "psk", earlyData: "rejected")])
        #expect(try await received(server) == [0, Self.size, Self.size])
    }

    @Test func isSentLaterWhereNoneIsAllowed() async throws {
        let server = try await serveResumable("--reply", "sink")
        let report = try await resume(server.port, "--early-data", Self.text, "--count", "1")
            .resumption(
                ending: 10, "early_data_rejected", verdict: "yes", [.taken("psk", earlyData: "not_sent")])
        #expect(report["error.message"]?.text?.contains("sent after the handshake") == true)
        #expect(try await received(server) == [0, Self.size])
    }

    @Test func isSentLaterWhenItIsTooLarge() async throws {
        let server = try await serveResumable("--early-data", "11", "--reply", "sink")
        try await resume(server.port, "--early-data", Self.text, "--count", "1")
            .resumption(
                ending: 12, "early_data_rejected", verdict: "yes", [.taken("psk", earlyData: "not_sent")])
        try await resume(server.port, "--early-data", String(Self.text.dropLast()), "--count", "1")
            .resumption(ending: 0, verdict: "yes", [.taken("psk", earlyData: "accepted")])
        #expect(try await received(server) == [0, Self.size, 0, 11])
    }

    /// OpenSSL would kill the connection over it.
    @Test(arguments: [
        (["--alpn", "http/1.1"], ["--alpn", "h2"]), (["--alpn", "http/1.1"], []),
        ([], ["--sni", "other.example", "-k"]), ([], ["--sni", "none", "-k"]),
    ])
    func isSentLaterWhenTheSessionIsForSomethingElse(first: [String], second: [String]) async throws {
        let server = try await serveResumable(
            "--early-data", "1000", "--reply", "sink", "--alpn", "h2,http/1.1")
        let file = TemporaryFolder.path(UUID().uuidString)
        let saved = try await connect(server.port, ["--save-session", file] + first + patiently)
        #expect(saved.status == 0, "\(saved)")
        let run = try await resume(server.port, ["--load-session", file, "--early-data", Self.text] + second)
        let report = try await run.report(ending: 12)
        #expect(report["error.code"] == "early_data_rejected" || report["error.code"] == "not_resumed", "\(run)")
        #expect(report["resumption.attempts.0.early_data"] == "not_sent" && report["error.alert"] == .null)
        #expect(report["resumption.attempts.0.offered"] == true)
        #expect(try await received(server) == [0, Self.size])
    }

    /// A session that was made with a server that is not trusted today.
    @Test func isWithheldFromAServerThatIsNotTrusted() async throws {
        let server = try await serveResumable("--early-data", "1000", "--anti-replay", "off", "--reply", "sink")
        let file = TemporaryFolder.path(UUID().uuidString)
        let saved = try await connect(server.port, ["--save-session", file] + patiently)
        #expect(saved.status == 0, "\(saved)")
        let other = try CertificateAuthority("Another Root")
        let options = ["--load-session", file, "--early-data", Self.text]
        let run = try await resume(server.port, options, authority: other.certificatePath)
        let report = try await run.report(ending: 8)
        #expect(report["outcome"] == "verify" && report["verify.ok"] == false)
        #expect(report["tls.resumed"] == true && report["data.withheld"] == true)
        #expect(report["resumption.attempts.0.early_data"] == "not_sent")
        #expect(!(report["events"]?.elements ?? []).contains { $0["event"] == "application_data" })
        // With -k nobody cares.
        let careless = try await resume(server.port, options + ["-k"], authority: other.certificatePath)
        let second = try await careless.report(ending: 0)
        #expect(second["verify.ok"] == false && second["resumption.attempts.0.early_data"] == "accepted")
        #expect(try await received(server) == [0, 0, Self.size])
    }

    @Test func isWithheldFromAServerThatWasNeverTrusted() async throws {
        let server = try await serveResumable("--early-data", "1000", "--reply", "sink")
        let other = try CertificateAuthority("Another Root")
        let report = try await resume(server.port, ["--early-data", Self.text], authority: other.certificatePath)
            .report(ending: 8)
        #expect(report["data.withheld"] == true)
        #expect(report["resumption.attempts"]?.elements.allSatisfy { $0["offered"] == false } == true)
        #expect(try await received(server).allSatisfy { $0 == 0 })
    }

    // MARK: Replays

    @Test func aReplayThatServeRefuses() async throws {
        let server = try await serveResumable("--early-data", "1000", "--reply", "sink")
        let report = try await resume(server.port, "--replay", "--early-data", Self.text)
            .resumption(
                ending: 0, verdict: "yes",
                [.taken("psk", earlyData: "accepted"), .missed("single_use", "psk", earlyData: "rejected")],
                controls: [[true, false], [true, false]])
        #expect(report["resumption.verdict.why"] == "the early data was taken once, and not a second time")
        #expect(try await received(server) == [0, Self.size, Self.size, 0, 0, 0, 0, 0, 0])
    }

    private let twice: [ResumptionExpectation] = [
        .taken("psk", earlyData: "accepted"), .taken("psk", earlyData: "accepted"),
    ]

    @Test func aReplayThatServeTakes() async throws {
        let server = try await serveResumable("--early-data", "1000", "--anti-replay", "off", "--reply", "sink")
        let report = try await resume(server.port, "--replay", "--early-data", Self.text)
            .resumption(ending: 15, "replayed_early_data", verdict: "yes", twice)
        #expect(report["outcome"] == "unsafe")
        #expect(try await received(server) == [0, Self.size, Self.size])
    }

    @Test func aReplayOfWhatNobodyTakes() async throws {
        let server = try await serveResumable("--reply", "sink")
        try await resume(server.port, "--replay", "--early-data", Self.text)
            .resumption(
                ending: 12, "early_data_rejected", verdict: "unknown",
                [.taken("psk", earlyData: "not_sent"), .taken("psk", earlyData: "not_sent")])
    }

    @Test func aReplayAtOpenSSL() async throws {
        let safe = try await OpenSSLServer("-tls1_3", "-early_data", certificate: Fixtures.get().ecdsa)
        try await resume(safe.port, "--replay", "--early-data", Self.text)
            .resumption(
                ending: 0, verdict: "yes",
                [.taken("psk", earlyData: "accepted"), .missed("single_use", "psk", earlyData: "rejected")],
                controls: [[true, false], [true, false]])
        let unsafe = try await OpenSSLServer(
            "-tls1_3", "-early_data", "-no_anti_replay", certificate: Fixtures.get().ecdsa)
        try await resume(unsafe.port, "--replay", "--early-data", Self.text)
            .resumption(ending: 15, "replayed_early_data", verdict: "yes", twice)
        #expect(try await unsafe.printed(Self.text))
    }

    /// Neither keeps a record of what was used, as their manuals say.
    @Test func aReplayAtServersWithoutProtection() async throws {
        let gnuTLS = try await GnuTLSServer(
            "--echo", "--earlydata", "--maxearlydata", "1000", certificate: Fixtures.get().ecdsa)
        // It takes early data only with a ticket that is as old as it seems, and a busy machine ages.
        var run = try await resume(gnuTLS.port, "--replay", "--early-data", Self.text)
        for _ in 0..<3 where run.status != 15 {
            run = try await resume(gnuTLS.port, "--replay", "--early-data", Self.text)
        }
        try await run.resumption(ending: 15, "replayed_early_data", verdict: "yes", twice)
        let nginx = try await NginxServer(
            "ssl_protocols TLSv1.3; ssl_early_data on;", certificate: Fixtures.get().ecdsa)
        try await resume(nginx.port, "--replay", "--early-data", "GET / HTTP/1.0\r\n\r\n")
            .resumption(ending: 15, "replayed_early_data", verdict: "yes", twice)
    }
}
