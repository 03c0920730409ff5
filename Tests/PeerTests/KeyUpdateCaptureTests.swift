import Foundation
import TestSupport
import Testing

/// What a key update looks like to somebody who reads the line with the key log.
@Suite struct KeyUpdateCaptureTests {
    /// Proves the capture itself: both ends are OpenSSL's.
    @Test func decryptsWhatOpenSSLSaysAfterAKeyUpdate() async throws {
        let keyLog = TemporaryFolder.path(UUID().uuidString)
        let server = try await OpenSSLServer("-tls1_3", "-rev", certificate: Fixtures.get().ecdsa)
        let capture = try await PacketCapture(port: server.port)
        let client = try await OpenSSLClient(
            server.port, "-tls1_3", "-keylogfile", keyLog, authority: Fixtures.get().root.certificatePath)
        // Alone in what is read at once, or it would be no command.
        client.type("K")
        #expect(try await client.printed("KEYUPDATE"), "\(client.transcript)")
        client.type("after new keys")
        #expect(try await client.printed("syek wen retfa"), "\(client.transcript)")
        try await client.quit()

        let conversation = try await capture.follow(keyLog: keyLog)
        #expect(conversation.client == "after new keys\n")
        #expect(conversation.server == "syek wen retfa\n")
        // ClientHello, Finished and KeyUpdate; the server may send any number of tickets before its own.
        #expect(try await capture.handshakeTypes(keyLog: keyLog, from: .client) == [1, 20, 24])
        let answers = try await capture.handshakeTypes(keyLog: keyLog, from: .server)
        #expect(answers.filter { $0 != 4 } == [2, 8, 11, 15, 20, 24])
        try await expectData("after new keys\n", after: "1", from: "tcp.dstport == \(server.port)", capture, keyLog)
        try await expectData("syek wen retfa\n", after: "0", from: "tcp.srcport == \(server.port)", capture, keyLog)
    }

    /// Our own key log opens our own conversation, as far as the keys changed.
    @Test(arguments: [true, false])
    func decryptsWhatWeSayAfterEachKeyUpdate(isOurs: Bool) async throws {
        let identity = try Fixtures.get().ecdsa
        let keyLog = TemporaryFolder.path(UUID().uuidString)
        let ours =
            try await isOurs
            ? ServeProcess("--cert", identity.chainPath, "--key", identity.keyPath, "--reply", "echo") : nil
        let theirs = try await isOurs ? nil : OpenSSLServer("-tls1_3", "-rev", certificate: identity)
        let port = try #require(ours?.port ?? theirs?.port)
        let capture = try await PacketCapture(port: port)
        let run = try await keyUpdate(
            port, "--echo-check", "--count", "3", "--interval", "1ms", "--answer-timeout", "15s", "--keylog", keyLog)
        let report = try await run.report(ending: 0)
        #expect(report["key_update.verdict.value"] == "yes")

        // ClientHello, Finished and three KeyUpdates.
        #expect(try await capture.handshakeTypes(keyLog: keyLog, from: .client) == [1, 20, 24, 24, 24])
        let answers = try await capture.handshakeTypes(keyLog: keyLog, from: .server)
        #expect(answers.filter { $0 != 4 } == [2, 8, 11, 15, 20, 24, 24, 24])
        // A line to see whether there is an echo at all, and one after each KeyUpdate.
        let conversation = try await capture.follow(keyLog: keyLog)
        let lines = conversation.client.split(separator: "\n")
        #expect(lines.count == 4 && lines.allSatisfy { $0.hasPrefix("sslprobe ") })
        let echoes = conversation.server.split(separator: "\n").map(String.init)
        #expect(echoes == lines.map { isOurs ? String($0) : String($0.reversed()) })
        // The last line comes after the last KeyUpdate, either way.
        for end in ["tcp.dstport == \(port)", "tcp.srcport == \(port)"] {
            let order = try await capture.decrypted(
                with: keyLog, fields: ["tls.handshake.type", "data.data"],
                filter: "\(end) && (tls.handshake.type == 24 || data)")
            #expect(order.count { $0.hasPrefix("24") } == 3 && order.last?.hasSuffix("0a") == true, "\(order)")
        }
    }

    /// So what the other test reads was encrypted.
    @Test func decryptsNothingWithoutTheKeys() async throws {
        let keyLog = try TemporaryFolder.write([])
        let server = try await OpenSSLServer("-tls1_3", "-rev", certificate: Fixtures.get().ecdsa)
        let capture = try await PacketCapture(port: server.port)
        let client = try await OpenSSLClient(server.port, "-tls1_3")
        client.type("hidden")
        #expect(try await client.printed("neddih"), "\(client.transcript)")
        try await client.quit()

        let conversation = try await capture.follow(keyLog: keyLog)
        #expect(conversation.client + conversation.server == "")
        #expect(try await capture.handshakeTypes(keyLog: keyLog) == [1, 2])
    }

    /// The direction's only KeyUpdate, with this value of `request_update`, comes before its only data.
    private func expectData(
        _ text: String, after request: String, from end: String, _ capture: PacketCapture, _ keyLog: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let lines = try await capture.decrypted(
            with: keyLog, fields: ["tls.handshake.type", "tls.handshake.key_update.request_update", "data.data"],
            filter: "\(end) && (tls.handshake.type == 24 || data)")
        let digits = text.utf8.map { String(format: "%02x", $0) }.joined()
        #expect(lines == ["24\t\(request)\t", "\t\t\(digits)"], sourceLocation: sourceLocation)
    }
}
