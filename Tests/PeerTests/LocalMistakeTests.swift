import Foundation
import TestSupport
import Testing

/// Files of ours that cannot be used: exit 13 with a named error, and no connection is made.
@Suite struct LocalMistakeTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// A word that the message must hold.
        let word: String
        let arguments: @Sendable (Fixtures) throws -> [String]
    }

    static let mistakes = [
        Mistake(testDescription: "no CA file", word: "/nonexistent/ca.pem") { _ in ["--ca", "/nonexistent/ca.pem"] },
        Mistake(testDescription: "CA file without a certificate", word: "certificate") { _ in
            ["--ca", try TemporaryFolder.write(Array("hello\n".utf8))]
        },
        Mistake(testDescription: "empty CA file", word: "certificate") { _ in
            ["--ca", try TemporaryFolder.write([])]
        },
        Mistake(testDescription: "CA folder without hashes", word: "rehash") { fixtures in
            let folder = TemporaryFolder.path("unhashed-" + UUID().uuidString)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            try FileManager.default.copyItem(atPath: fixtures.root.certificatePath, toPath: folder + "/root.pem")
            return ["--ca", folder]
        },
        Mistake(testDescription: "no certificate file", word: "/nonexistent/cert.pem") { fixtures in
            ["--cert", "/nonexistent/cert.pem", "--key", fixtures.client.keyPath]
        },
        Mistake(testDescription: "no key file", word: "/nonexistent/key.pem") { fixtures in
            ["--cert", fixtures.client.certificatePath, "--key", "/nonexistent/key.pem"]
        },
        Mistake(testDescription: "certificate file without its key", word: "key") { fixtures in
            ["--cert", fixtures.client.certificatePath]
        },
        Mistake(testDescription: "another certificate's key", word: "key") { fixtures in
            ["--cert", fixtures.client.certificatePath, "--key", fixtures.rsa.keyPath]
        },
        Mistake(testDescription: "junk for a certificate", word: "certificate") { fixtures in
            ["--cert", try TemporaryFolder.write([0x30, 0x82, 0xFF]), "--key", fixtures.client.keyPath]
        },
        Mistake(testDescription: "encrypted key without a password", word: "--key-password") { fixtures in
            ["--cert", fixtures.client.certificatePath, "--key", try encrypted(fixtures.client.keyPath)]
        },
        Mistake(testDescription: "encrypted key with a wrong password", word: "password") { fixtures in
            let password = try TemporaryFolder.write(Array("wrong\n".utf8))
            return [
                "--cert", fixtures.client.certificatePath, "--key", try encrypted(fixtures.client.keyPath),
                "--key-password", "file:\(password)",
            ]
        },
        Mistake(testDescription: "key log nowhere", word: "/nonexistent/keys") { _ in
            ["--keylog", "/nonexistent/keys"]
        },
        Mistake(testDescription: "nothing to send", word: "/nonexistent/data") { _ in
            ["--send", "@/nonexistent/data"]
        },
        Mistake(testDescription: "no PSK file", word: "/nonexistent/psk") { _ in ["--psk", "me:/nonexistent/psk"] },
    ]

    @Test(arguments: mistakes)
    func areToldBeforeAnyConnection(_ mistake: Mistake) async throws {
        let server = try RawServer.silent()
        let arguments = try mistake.arguments(Fixtures.get())
        let target = ["connect", "127.0.0.1:\(server.port)", "--timeout", "2s"]
        let run = try await Program.run(target + ["--json"] + arguments)
        let report = try await run.report(ending: 13)
        #expect(report["outcome"] == "local")
        #expect(report["error.stage"] == "local")
        let message = try #require(report["error.message"]?.text)
        #expect(message.contains(mistake.word), "\(run)")
        let option = try #require(arguments.first)
        #expect(message.hasPrefix("--") && message.contains(option), "\(message)")
        #expect(report["address"] == .null)
        let text = try await Program.run(target + arguments)
        #expect(text.status == 13)
        #expect((text.output + text.errors).contains(mistake.word))
        #expect(server.connectionCount == 0)
        // Nobody is prompted.
        #expect(!(text.output + text.errors).contains("pass phrase"))
    }

    private static func encrypted(_ key: String) throws -> String {
        let path = TemporaryFolder.path(UUID().uuidString + ".key")
        try OpenSSLCommand.run(["pkey", "-in", key, "-aes256", "-passout", "pass:secret", "-out", path])
        return path
    }
}
