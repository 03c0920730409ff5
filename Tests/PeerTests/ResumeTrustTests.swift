import Foundation
import TestSupport
import Testing

/// OpenSSL verifies nothing when it resumes, so `resume` does: sessions are no way around a bad certificate.
@Suite struct ResumeTrustTests {
    /// A session of the server in a file.
    private func session(
        _ server: ServeProcess, _ options: [String] = [], authority: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let file = TemporaryFolder.path(UUID().uuidString)
        let saved = try await connect(
            server.port, ["--save-session", file] + options + patiently + (authority.map { ["--ca", $0] } ?? []))
        #expect(saved.status == 0, "\(saved)", sourceLocation: sourceLocation)
        return file
    }

    /// What was made under -k is refused without it; the handshake without it fails as it should.
    @Test(arguments: ["1.2", "1.3"])
    func aSessionWithAServerThatIsNotTrustedIsNotOffered(version: String) async throws {
        let server = try await ServeProcess("--tls", version)
        let file = try await session(server, ["-k"])
        let run = try await resume(server.port, "--load-session", file)
        let report = try await run.report(ending: 8)
        #expect(report["outcome"] == "verify" && report["verify.ok"] == false && report["tls.resumed"] == false)
        #expect(run.errors.contains("that server was not trusted, so it is not offered"))
        let events = report["events"]?.elements ?? []
        #expect(!events.contains { $0["event"] == "session_offered" })
        #expect(report["resumption.attempts"]?.elements.allSatisfy { $0["why_not"] == "not_offered" } == true)
        // Nor does it help that the server is trusted meanwhile; and no other session is taken for this one.
        let trusting = try await resume(server.port, ["--load-session", file], authority: server.authorityPath)
        let fresh = try await trusting.report(ending: 12)
        #expect(fresh["tls.resumed"] == false && fresh["resumption.attempts"]?.elements.count == 1)
        #expect(fresh["resumption.attempts.0.why_not"] == "not_offered")
    }

    @Test(arguments: ["1.2", "1.3"])
    func underInsecureItIsOfferedAndSaysSo(version: String) async throws {
        let server = try await ServeProcess("--tls", version)
        let file = try await session(server, ["-k"])
        let run = try await resume(server.port, "--load-session", file, "-k")
        let report = try await run.resumption(
            ending: 0, verdict: "yes", [.taken(version == "1.2" ? "ticket" : "psk")])
        #expect(report["verify.ok"] == false && report["tls.resumed"] == true)
        #expect(report["verify.errors"]?.elements.isEmpty == false)
    }

    /// The chain of the session is held against what is trusted today.
    @Test(arguments: ["1.2", "1.3"])
    func theSavedChainIsCheckedAgain(version: String) async throws {
        let server = try await serveResumable("--tls", version)
        let file = try await session(server)
        let good = try await resume(server.port, "--load-session", file)
        let report = try await good.resumption(
            ending: 0, verdict: "yes", [.taken(version == "1.2" ? "ticket" : "psk")])
        #expect(report["verify.ok"] == true && report["verify.chain_ok"] == true && report["verify.name_ok"] == true)
        #expect(report["certificates"]?.elements.count == 2)
        let other = try CertificateAuthority("Another Root")
        let bad = try await resume(server.port, ["--load-session", file], authority: other.certificatePath)
        let second = try await bad.report(ending: 8)
        #expect(second["verify.ok"] == false && second["verify.chain_ok"] == false)
        #expect(second["tls.resumed"] == true)
        #expect(second["certificates"]?.elements.count == 2)
    }

    /// The name is, too.
    @Test func theNameIsCheckedAgain() async throws {
        let server = try await serveResumable()
        let file = try await session(server)
        let report = try await resume(server.port, "--load-session", file, "--verify-name", "other.example")
            .report(ending: 8)
        #expect(report["verify.name_ok"] == false && report["tls.resumed"] == true)
        #expect(report["verify.checked_name"] == "other.example")
    }

    @Test func aSessionForAnotherNameIsNotOffered() async throws {
        let server = try await serveResumable()
        let file = try await session(server)
        let run = try await resume(server.port, "--load-session", file, "--sni", "other.example")
        let report = try await run.report()
        #expect(run.errors.contains("the session is for localhost, so it is not offered"), "\(run)")
        #expect(report["tls.resumed"] == false)
        let careless = try await resume(server.port, "--load-session", file, "--sni", "other.example", "-k")
        #expect(try await careless.report()["resumption.attempts.0.offered"] == true)
    }

    /// A file of s_client says neither where it is from nor what the server showed.
    @Test(arguments: ["1.2", "1.3"])
    func aSessionOfUnknownOriginProvesNothing(version: String) async throws {
        let server = try await serveResumable("--tls", version)
        let file = TemporaryFolder.path(UUID().uuidString)
        let made = try await InstalledProgram.openssl.run(
            [
                "s_client", "-connect", "127.0.0.1:\(server.port)", "-servername", "localhost", "-sess_out", file,
                "-ign_eof",
            ],
            input: "GET / HTTP/1.0\r\n\r\n")
        #expect(made.status == 0, "\(made)")
        let run = try await resume(server.port, "--load-session", file)
        let report = try await run.report(ending: 8)
        #expect(report["verify.ok"] == .null && report["tls.resumed"] == true)
        #expect(run.errors.contains("the file does not say where its session is from"))
        let careless = try await resume(server.port, "--load-session", file, "-k")
        try await careless.resumption(
            ending: 0, verdict: "yes", [.taken(version == "1.2" ? "ticket" : "psk")])
    }

    /// All that is resumed in one run is checked as well.
    @Test func everyResumedConnectionIsVerified() async throws {
        let server = try await serveResumable()
        let report = try await resume(server.port, "--count", "2").report(ending: 0)
        let verified = (report["events"]?.elements ?? []).filter { $0["event"] == "verify_done" }
        #expect(verified.map { $0["ok"] } == [true, true, true, true])
    }
}
