import Foundation
import TestSupport
import Testing

/// The same server asked by `openssl s_client`: both clients tell the same.
@Suite struct ReferenceTests {
    @Test(arguments: ["1.2", "1.3"], [false, true])
    func agreesWithSClient(_ version: String, _ usesRSA: Bool) async throws {
        let fixtures = try Fixtures.get()
        let server = try await OpenSSLServer(
            "-alpn", "h2", "-verify", "1", "-CAfile", fixtures.root.certificatePath,
            certificate: usesRSA ? fixtures.rsa : fixtures.ecdsa)
        let report = try await connect(server.port, "--tls", version, "--alpn", "h2").report(ending: 0)
        let words = try await reference(server.port, version, fixtures)
        #expect(words.contains("New, TLSv\(version), Cipher is \(report["tls.cipher.openssl_name"]?.text ?? "none")"))
        #expect(words.contains("ALPN protocol: h2"))
        #expect(report["tls.alpn"] == "h2")
        #expect(words.contains("Verify return code: 0 (ok)") && report["verify.ok"] == true)
        #expect(words.contains("Acceptable client certificate CA names"))
        #expect(report["client_auth.requested"] == true)
        let subjects = words.matches(of: /(?m)^ *\d+ s:(.*)$/).map { $0.output.1.filter { $0 != " " } }
        #expect(report["certificates"]?.elements.compactMap { $0["subject"]?.text?.filter { $0 != " " } } == subjects)
        let signature = try #require(report["tls.signature_algorithm"]?.text)
        #expect(words.lowercased().contains("peer signing digest: sha256") && signature.hasSuffix("sha256"))
        let type = words.firstMatch(of: /Peer signature type: (\S+)/)?.output.1
        let oldName = signature.hasPrefix("rsa_pss") ? "RSA-PSS" : signature.hasPrefix("rsa") ? "RSA" : "ECDSA"
        // OpenSSL 3.5 says which scheme it is, 3.0 only which kind.
        #expect(type == oldName[...] || type == signature[...])
    }

    private func reference(_ port: UInt16, _ version: String, _ fixtures: Fixtures) async throws -> String {
        try await OwnThread.run {
            let child = try ChildProcess(
                InstalledProgram.openssl.path(),
                [
                    "s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost", "-alpn", "h2",
                    "-tls1_\(version.suffix(1))", "-CAfile", fixtures.root.certificatePath, "-verify_hostname",
                    "localhost",
                ])
            child.wait(seconds: 5) { child.transcript.contains("Verify return code:") }
            return child.transcript
        }
    }
}
