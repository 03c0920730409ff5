import Foundation
import TestSupport
import Testing

/// Files that a run leaves behind, and keys agreed outside TLS.
@Suite struct CaptureTests {
    @Test(arguments: [("1.2", "CLIENT_RANDOM"), ("1.3", "SERVER_TRAFFIC_SECRET_0")])
    func writesTheKeyLogThatTheServerWrites(_ version: String, _ label: String) async throws {
        let (ours, theirs) = (newPath(), newPath())
        let server = try await OpenSSLServer("-keylogfile", theirs, certificate: Fixtures.get().ecdsa)
        let run = try await connect(server.port, "--tls", version, "--keylog", ours)
        _ = try await run.report(ending: 0)
        let lines = try keyLog(ours)
        #expect(lines.contains { $0.hasPrefix(label + " ") })
        #expect(try lines == keyLog(theirs))
        #expect(try mode(of: ours) == 0o600)
        for secret in lines.compactMap({ $0.split(separator: " ").last }) {
            #expect(!(run.output + run.errors).contains(secret))
        }
    }

    @Test func appendsToAKeyLog() async throws {
        let path = newPath()
        let server = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        _ = try await connect(server.port, "--keylog", path).report(ending: 0)
        let first = try String(contentsOfFile: path, encoding: .utf8)
        _ = try await connect(server.port, "--keylog", path).report(ending: 0)
        let both = try String(contentsOfFile: path, encoding: .utf8)
        #expect(both.hasPrefix(first))
        #expect(both.count == 2 * first.count)
    }

    @Test func announcesTheKeyLogOfTheEnvironment() async throws {
        let path = newPath()
        let server = try await OpenSSLServer("-tls1_3", certificate: Fixtures.get().ecdsa)
        let run = try await Program.run(
            ["connect", "localhost:\(server.port)", "-4", "--ca", Fixtures.get().root.certificatePath, "--json"],
            environment: ["SSLKEYLOGFILE": path])
        _ = try await run.report(ending: 0)
        #expect(run.errors.contains(path))
        #expect(try mode(of: path) == 0o600)
        #expect(try !keyLog(path).isEmpty)
    }

    @Test func writesNoKeyLogThroughASymbolicLink() async throws {
        let (link, target) = (newPath(), try TemporaryFolder.write(Array("precious".utf8)))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        let server = try RawServer.silent()
        let report = try await connect(server.port, "--keylog", link).report(ending: 13)
        #expect(report["error.code"] == "file_unwritable")
        #expect(server.connectionCount == 0)
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious")
    }

    @Test func savesTheCertificatesThatWereSent() async throws {
        let path = newPath()
        let fixtures = try Fixtures.get()
        let server = try await OpenSSLServer(certificate: fixtures.ecdsa)
        let report = try await connect(server.port, "--save-certs", path, "--show-certs").report(ending: 0)
        let saved = try ders(in: String(contentsOfFile: path, encoding: .utf8))
        #expect(saved == [fixtures.ecdsa.der, fixtures.intermediate.certificate.der])
        let shown = try #require(report["certificates"]).elements.compactMap { $0["pem"]?.text }.joined()
        #expect(ders(in: shown) == saved)
    }

    @Test(arguments: [("1.2", "-tls1_2"), ("1.3", "-tls1_3")])
    func connectsWithAPreSharedKey(_ version: String, _ option: String) async throws {
        let secret = "000102030405060708090a0b0c0d0e0f"
        let key = try TemporaryFolder.write(Array((secret + "\n").utf8))
        let server = try await OpenSSLServer(option, "-nocert", "-psk", secret, "-psk_identity", "probe")
        let run = try await connect(server.port, "--tls", version, "--psk", "probe:\(key)")
        let report = try await run.report(ending: 0)
        #expect(report["certificates"] == [])
        #expect(report["tls.version"] == .string("TLSv" + version))
        #expect(report["verify.ok"] != true)
        #expect(!run.output.contains(secret))
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func aWrongPreSharedKeyFailsTheHandshake(_ option: String) async throws {
        let key = try TemporaryFolder.write(Array("ffffffffffffffff".utf8))
        let server = try await OpenSSLServer(option, "-nocert", "-psk", "0001020304050607", "-psk_identity", "probe")
        let report = try await connect(server.port, "--psk", "probe:\(key)").report(ending: 7)
        #expect(report["error.stage"] == "tls")
    }

    private func newPath() -> String { TemporaryFolder.path(UUID().uuidString) }

    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    /// The lines of a key log, in one order and one case.
    private func keyLog(_ path: String) throws -> [String] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let words = line.split(separator: " ")
            return ([String(words[0])] + words.dropFirst().map { $0.lowercased() }).joined(separator: " ")
        }.sorted()
    }

    private func ders(in pem: String) -> [[UInt8]] {
        pem.matches(of: /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/).compactMap {
            Data(base64Encoded: String($0.output.1), options: .ignoreUnknownCharacters).map(Array.init)
        }
    }
}
