import TestSupport
import Testing

/// `resume --vary`: a session in another context than the one that it was made in.
@Suite struct ResumeVaryTests {
    private func changes(_ report: JSON) -> [[JSON?]] {
        (report["resumption.attempts"]?.elements ?? []).map { [$0["change"], $0["resumed"], $0["why_not"]] }
    }

    @Test func triesEachChangeOnce() async throws {
        let (server, other) = (try await serveResumable(), try await serveResumable())
        let list = "sni=other.example,alpn=h2,tls=1.2,port=\(other.port)"
        let report = try await resume(server.port, "--vary", list).report(ending: 10)
        let expected: [[JSON?]] = [
            ["sni=other.example", true, .null], ["alpn=h2", true, .null], ["tls=1.2", false, "not_offered"],
            [.string("port=\(other.port)"), false, "other_key_name"],
        ]
        #expect(changes(report) == expected)
        #expect(report["error.code"] == "not_resumed" && report["resumption.verdict.value"] == "no")
        // Each had a session of its own; two came back here, and one could not.
        let reports = try await server.finish().connections()
        #expect(reports.count == 6 && reports.filter { $0["session.resumed"] == true }.count == 2)
        #expect(try await other.finish().connections().map { $0["session.resumed"] } == [false])
    }

    /// One context that cannot be reached does not keep the others from being tried, and is no miss.
    @Test func whatCannotBeTriedIsNotKnown() async throws {
        let server = try await serveResumable()
        let report = try await resume(server.port, "--vary", "port=1,alpn=h2").report(ending: 4)
        #expect(changes(report) == [["port=1", false, .null], ["alpn=h2", true, .null]])
        #expect(report["resumption.verdict.value"] == "unknown")
    }

    /// What the full handshake of another name comes to is another question.
    @Test func anotherNameThatIsNotResumedIsAMiss() async throws {
        let (one, other) = (try await serveResumable(), try await ServeProcess())
        let report = try await resume(one.port, "--vary", "sni=other.example,port=\(other.port)").report(ending: 10)
        #expect(changes(report).last?.prefix(2) == [.string("port=\(other.port)"), false])
        #expect(report["error.code"] == "not_resumed")
    }

    @Test func whatIsResumedAllTheSameIsAYes() async throws {
        let server = try await serveResumable()
        let report = try await resume(server.port, "--vary", "sni=none,alpn=h2:http/1.1").report(ending: 0)
        #expect(changes(report) == [["sni=none", true, .null], ["alpn=h2:http/1.1", true, .null]])
        #expect(report["resumption.verdict.value"] == "yes")
    }

    /// What the server knew of the client does not hold for another name, nor for somebody without a certificate.
    @Test(arguments: ["no-client-cert", "sni=other.example"], ["1.2", "1.3"])
    func aClientCertificateIsNotForOthers(change: String, version: String) async throws {
        let client = try Fixtures.get().client
        let server = try await serveResumable(
            "--client-auth", "request", "--client-ca", Fixtures.get().root.certificatePath)
        let report = try await resume(
            server.port, "--cert", client.chainPath, "--key", client.keyPath, "--vary", change, "--tls", version
        ).report(ending: 15)
        #expect(report["outcome"] == "unsafe" && report["error.code"] == "unsafe_resumption")
        #expect(changes(report) == [[.string(change), true, .null]])
        #expect(report["resumption.verdict.why"] == .string("with \(change) too"))
    }

    /// Another protocol is no other client.
    @Test func aClientCertificateHoldsUnderAnotherProtocol() async throws {
        let client = try Fixtures.get().client
        let server = try await serveResumable(
            "--client-auth", "request", "--client-ca", Fixtures.get().root.certificatePath)
        let report = try await resume(
            server.port, "--cert", client.chainPath, "--key", client.keyPath, "--vary", "alpn=h2"
        ).report(ending: 0)
        #expect(changes(report) == [["alpn=h2", true, .null]])
    }

    @Test func withoutACertificateThereIsNoneToLeaveOut() async throws {
        let server = try RawServer.silent()
        let run = try await resume(server.port, "--vary", "no-client-cert")
        #expect(run.status == 64 && run.errors.contains("--cert"), "\(run)")
        #expect(server.connectionCount == 0)
    }
}
