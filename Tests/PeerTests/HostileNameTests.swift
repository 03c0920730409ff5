import Foundation
import TestSupport
import Testing

/// Names with escape sequences, line ends, bidirectional controls and invalid UTF-8 reach nobody's terminal.
@Suite struct HostileNameTests {
    private static let escape =
        "a\u{1B}[31mred\u{1B}]0;title\u{07}\r\nforged: line\u{7F}\u{9B}2J\u{202E}gnp.exe\u{2066}"
    private static let notUTF8: [UInt8] = [0x62, 0xC3, 0x28, 0xFF, 0x1B, 0x5B, 0x48]
    private static let hostileName: [UInt8] =
        Array("x".utf8) + [0x1B, 0x5B, 0x32, 0x4A, 0x0A, 0xFE] + Array(".example".utf8)

    private static let certificate = Result {
        var template = CertificateTemplate()
        template.subject = [
            .commonName(escape), .init(oid: "2.5.4.10", value: DER.element(0x13, notUTF8)),
        ]
        template.rawNames = [DER.implicit(2, hostileName), DER.implicit(6, Array(escape.utf8))]
        return try Fixtures.get().intermediate.issue(template)
    }

    @Test(arguments: [
        [], ["-v"], ["--show-certs"], ["-v", "--verify-name", "wrong.example"], ["--color", "always", "-v"],
    ])
    func textHoldsNoRawControl(_ options: [String]) async throws {
        let server = try await OpenSSLServer(certificate: Self.certificate.get())
        let run = try await Program.run(
            ["connect", "localhost:\(server.port)", "-4", "--ca", Fixtures.get().root.certificatePath] + options)
        #expect(run.output.contains("red"), "the name is not shown at all: \(run)")
        // Our own colours are the only escape sequences, and they are taken out first.
        let isColoured = options.contains("always")
        let text = isColoured ? run.output.replacing(/\u{1B}\[[0-9;]*m/, with: "") : run.output
        expectNoControls(in: text + run.errors)
        if isColoured { #expect(!run.output.contains("\u{1B}[31mred")) }
        #expect(!text.split(separator: "\n").contains { $0.hasPrefix("forged:") })
    }

    @Test func textHoldsNoRawControlInOtherLocales() async throws {
        let server = try await OpenSSLServer(certificate: Self.certificate.get())
        let run = try await Program.run(
            ["connect", "localhost:\(server.port)", "-4", "--ca", Fixtures.get().root.certificatePath, "-v"],
            environment: ["LC_ALL": "C"])
        expectNoControls(in: run.output)
        #expect(run.outputBytes.allSatisfy { $0 < 0x80 })
    }

    @Test func jsonKeepsTheBytesInHex() async throws {
        let server = try await OpenSSLServer(certificate: Self.certificate.get())
        let run = try await connect(server.port)
        let report = try await run.report(ending: 0)
        #expect(report["certificates.0.subject_cn"] == .string(Self.escape))
        let raw = try #require(report["certificates.0.raw_hex"]).elements.compactMap { $0["hex"]?.text }
        #expect(raw.contains { $0.contains(hex(Self.notUTF8)) })
        #expect(raw.contains { $0.contains(hex(Self.hostileName)) })
        // JSON escapes the C0 controls; that leaves none raw in the line.
        #expect(run.outputBytes.dropLast().allSatisfy { $0 >= 0x20 })
    }

    @Test func whatThePeerSaysIsEscaped() async throws {
        let reply = "HTTP/1.1 200 \\x1b[31mOK\\x07\\x9b\\r\\n\\r\\n"
        let peer = try await FaultPeer("good", "--reply", reply, certificate: Fixtures.get().ecdsa)
        let arguments = [
            "connect", "localhost:\(peer.port)", "-4", "--ca", try Fixtures.get().root.certificatePath, "--http",
        ]
        let text = try await Program.run(arguments)
        #expect(text.output.contains("[31mOK"), "\(text)")
        expectNoControls(in: text.output)
        let report = try await Program.run(arguments + ["--json"]).report(ending: 0)
        #expect(report["data.http_status"] == 200)
    }

    @Test func aForeignGreetingIsEscaped() async throws {
        let server = try RawServer.banner(Array("SSH-2.0-\u{1B}]0;title\u{07}\u{202E}x\r\n".utf8))
        let run = try await Program.run(["connect", "localhost:\(server.port)", "-4"])
        #expect(run.status == 7)
        #expect(run.output.contains("SSH"))
        expectNoControls(in: run.output)
    }

    private func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    private func expectNoControls(in text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let controls = text.unicodeScalars.filter { scalar in
            switch scalar.value {
            case 0x0A: false
            case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x2028, 0x2029: true
            default: false
            }
        }
        #expect(controls.isEmpty, "\(controls.map { String($0.value, radix: 16) })", sourceLocation: sourceLocation)
    }
}
