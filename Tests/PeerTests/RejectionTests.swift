import Foundation
import TestSupport
import Testing

/// Servers that want a client certificate: what they demand, and how they take ours.
@Suite struct RejectionTests {
    @Test(arguments: ["1.2", "1.3"])
    func tellsThatACertificateIsRequired(_ version: String) async throws {
        let server = try await OpenSSLServer("-Verify", "1", certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port, patiently + ["--tls", version]).report(ending: 9)
        #expect(report["outcome"] == "rejected")
        #expect(report["client_auth.requested"] == true)
        #expect(report["client_auth.demand"] == "required")
        #expect(report["client_auth.certificate_sent"] == false)
        #expect(report["error.code"] == "client_certificate_required")
        #expect(report["error.stage"] == (version == "1.2" ? "tls" : "confirm"))
        #expect(report["error.alert.number"] == (version == "1.2" ? 40 : 116))
        #expect(report["error.alert.dir"] == "received")
        #expect(report["certificates"]?.elements.count == 2)
    }

    @Test(arguments: ["1.2", "1.3"])
    func tellsThatACertificateIsOnlyRequested(_ version: String) async throws {
        let fixtures = try Fixtures.get()
        let server = try await OpenSSLServer(
            "-verify", "1", "-CAfile", fixtures.root.certificatePath, certificate: fixtures.ecdsa)
        let report = try await connect(server.port, patiently + ["--tls", version]).report(ending: 0)
        #expect(report["client_auth.demand"] == "requested")
        #expect(report["client_auth.ca_names"] == ["CN=Test Root"])
    }

    @Test(arguments: ["1.2", "1.3"])
    func doesNotKnowTheDemandAfterSendingACertificate(_ version: String) async throws {
        let fixtures = try Fixtures.get()
        let server = try await OpenSSLServer(
            "-Verify", "1", "-verify_return_error", "-CAfile", fixtures.root.certificatePath,
            certificate: fixtures.ecdsa)
        let identity = ["--cert", fixtures.client.certificatePath, "--key", fixtures.client.keyPath]
        let report = try await connect(server.port, patiently + ["--tls", version] + identity).report(ending: 0)
        #expect(report["client_auth.demand"] == "unknown")
        #expect(report["client_auth.certificate_sent"] == true)
        #expect(try await server.printed("CN = client.example", "CN=client.example"))
    }

    @Test(arguments: ["1.2", "1.3"])
    func tellsThatItsCertificateIsRefused(_ version: String) async throws {
        let fixtures = try Fixtures.get()
        let server = try await OpenSSLServer(
            "-Verify", "1", "-verify_return_error", "-CAfile", fixtures.root.certificatePath,
            certificate: fixtures.ecdsa)
        let stranger = try CertificateAuthority("Stranger").issue(.named("stranger.example"))
        let identity = ["--cert", stranger.certificatePath, "--key", stranger.keyPath]
        let report = try await connect(server.port, patiently + ["--tls", version] + identity).report(ending: 9)
        #expect(report["error.code"] == "client_certificate_refused")
        #expect(report["client_auth.demand"] == "unknown")
        #expect(report["client_auth.certificate_sent"] == true)
        #expect(report["error.alert.number"] == 48)
    }

    /// Data is no acceptance where a certificate was asked for.
    @Test(arguments: ["data-then-reject", "late-reject"])
    func isNotFooledByWhatComesBeforeTheRejection(_ mode: String) async throws {
        let peer = try await FaultPeer(mode, certificate: Fixtures.get().ecdsa)
        let report = try await connect(peer.port, patiently).report(ending: 9)
        #expect(report["client_auth.demand"] == "required")
        #expect(report["error.code"] == "client_certificate_required")
        #expect(report["error.alert.number"] == 116)
        #expect(report["tls.confirmed.value"] != "yes")
    }

    @Test func takesDataForAnAnswerWhereNoCertificateWasRequested() async throws {
        let server = try await OpenSSLServer("-num_tickets", "0", "-rev", certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port, "--send", "abc\n").report(ending: 0)
        #expect(report["tls.confirmed.value"] == "yes")
        #expect(report["tls.confirmed.basis"] == "data")
    }

    @Test func takesAnEncryptedKeyWithItsPassword() async throws {
        let fixtures = try Fixtures.get()
        let key = TemporaryFolder.path("encrypted-\(UUID().uuidString).key")
        try OpenSSLCommand.run(
            ["pkey", "-in", fixtures.client.keyPath, "-aes256", "-passout", "pass:open sesame", "-out", key])
        let password = try TemporaryFolder.write(Array("open sesame\n".utf8))
        let server = try await OpenSSLServer(
            "-Verify", "1", "-verify_return_error", "-CAfile", fixtures.root.certificatePath,
            certificate: fixtures.ecdsa)
        let identity = ["--cert", fixtures.client.certificatePath, "--key", key]
        let arguments =
            ["connect", "localhost:\(server.port)", "-4", "--ca", fixtures.root.certificatePath, "--json"] + identity
        let byFile = try await Program.run(arguments + ["--key-password", "file:\(password)"])
        #expect(try await byFile.report(ending: 0)["client_auth.certificate_sent"] == true)
        let byVariable = try await Program.run(
            arguments + ["--key-password", "env:KEY_PASSWORD"], environment: ["KEY_PASSWORD": "open sesame"])
        #expect(try await byVariable.report(ending: 0)["client_auth.certificate_sent"] == true)
        let without = try await Program.run(arguments)
        #expect(try await without.report(ending: 13)["error.stage"] == "local")
    }
}
