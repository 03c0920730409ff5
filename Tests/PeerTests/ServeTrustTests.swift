import Foundation
import TestSupport
import Testing

/// What `serve` must not say of a client that did nothing wrong, nor let a bad one do.
@Suite(.serialized) struct ServeTrustTests {
    /// A ClientHello in the format of SSL 2.0: TLS 1.2 with one suite, TLS_RSA_WITH_AES_128_GCM_SHA256.
    private static let oldHello: [UInt8] =
        [0x80, 0x2F, 1, 3, 3, 0, 6, 0, 0, 0, 32, 0, 0, 0x9C, 0, 0, 0xFF] + [UInt8](repeating: 7, count: 32)

    @Test func aClientHelloInTheFormatOfSSL2Counts() async throws {
        let server = try await ServeProcess("--legacy", "--count", "1")
        let client = try RawClient(port: server.port)
        client.send(Self.oldHello)
        client.finishSending()
        #expect(client.drain())
        let run = try await server.finish(by: nil)
        #expect(run.status == 0, "\(run)")
        let report = try #require(try await run.connections().first)
        #expect(report["outcome"] == "handshake" && report["client_hello"] == .null && report["tls.sni"] == .null)
        #expect(report["tls.bytes_received"] == .number(Double(Self.oldHello.count)))
    }

    /// A client that sits idle and takes up each HelloRequest.
    @Test func renegotiationsThatWeAskForAreNoFlood() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--renegotiate-after", "10ms")
        let client = try await OpenSSLClient(server.port)
        // Far more than the idle messages that are taken: they are answers to ours.
        #expect(try await server.printed(#""event":"renegotiation_done""#, times: 100, within: 60))
        let run = try await server.finish()
        withExtendedLifetime(client) {}
        let report = try #require(try await run.connections().first)
        #expect(report["outcome"] != "inconclusive")
    }

    @Test func answersToOurKeyUpdatesAreNoFlood() async throws {
        let server = try await ServeProcess("--tls", "1.3", "--keyupdate-after", "5ms")
        let client = try await OpenSSLClient(server.port)
        #expect(try await server.printed(#""event":"key_update""#, times: 300, within: 60))
        let run = try await server.finish()
        withExtendedLifetime(client) {}
        let report = try #require(try await run.connections().first)
        #expect(report["outcome"] != "inconclusive" && report["error.code"] != "flood")
    }

    @Test func whoIsCutOffByTheEndIsNotJudged() async throws {
        let server = try await ServeProcess("--expect", "tls.version = 1.3")
        #expect(try await server.curl().status == 0)
        let client = try RawClient(port: server.port)
        client.send(try await recordedClientHello())
        try await server.printed(#""event":"client_hello""#, times: 2)
        let run = try await server.finish()
        withExtendedLifetime(client) {}
        #expect(run.status == 0, "\(run)")
        let report = try #require(try await run.connections().last)
        #expect(report["outcome"] == "signal" && report["expectations"]?.elements.isEmpty == true)
        #expect(report["error.message"] == "the server was ended")
    }

    @Test func ourAlertIsNoRefusalOfTheClient() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--client-auth", "renegotiation")
        _ = try await server.openssl(sending: "GET / HTTP/1.1\r\n\r\n")
        let report = try await server.report(of: 1)
        #expect(report["outcome"] == "verify")
        #expect(report["renegotiation.attempts"]?.elements.first?["result"] == "closed")
        #expect(report["renegotiation.verdict.value"] == "unknown", "\(report)")
    }

    @Test func aSecondSignalEndsAServerThatNobodyReads() async throws {
        let script = """
            import os, signal, socket, ssl, subprocess, sys
            readable, writable = os.pipe()
            server = subprocess.Popen(
                [sys.argv[1], "serve", "--listen", "127.0.0.1:0", "--ready-file", sys.argv[2], "--jsonl", "-v"],
                stdout=writable)
            while not os.path.exists(sys.argv[2]): pass
            port = int(open(sys.argv[2]).read().split(":")[-1])
            context = ssl._create_unverified_context()
            try:
                while True:
                    with socket.create_connection(("127.0.0.1", port), timeout=2) as raw:
                        with context.wrap_socket(raw) as client: client.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
            except OSError:
                pass
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(1)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGINT)
            try:
                print(server.wait(5))
            except subprocess.TimeoutExpired:
                server.kill()
                print("still there")
            """
        let run = try await InstalledProgram.python3.run(
            ["-c", script, Program.path, TemporaryFolder.path(UUID().uuidString)])
        #expect(run.output == "130\n", "\(run)")
    }

    @Test func thousandsOfProtocolsCostNoMemory() async throws {
        let server = try await ServeProcess("--json", output: [])
        let before = server.residentKilobytes
        let hello = Self.hello(protocols: 32_000)
        let clients = try (0..<8).map { _ in try RawClient(port: server.port) }
        for client in clients { client.send(hello) }
        for client in clients { client.finishSending() }
        #expect(clients.allSatisfy { $0.drain() })
        #expect(server.residentKilobytes - before < 12_000)
        let run = try await server.finish()
        #expect(try #require(try await run.connections().first)["client_hello.alpn"]?.elements.count == 32_000)
        #expect(try #require(try await run.connections().first)["client_hello.raw_hex"]?.elements.count == 64)
    }

    /// With so many names of one byte that is no UTF-8.
    private static func hello(protocols count: Int) -> [UInt8] {
        func vector(_ size: Int, _ content: [UInt8]) -> [UInt8] {
            (0..<size).reversed().map { UInt8(truncatingIfNeeded: content.count >> ($0 * 8)) } + content
        }
        let names = (0..<count).flatMap { _ in [1, 0xFF] as [UInt8] }
        let extensions = [0, 16] + vector(2, vector(2, names))
        let body = [3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0, 2, 0xC0, 0x2B, 1, 0] + vector(2, extensions)
        let message = [1] + vector(3, body)
        return stride(from: 0, to: message.count, by: 16384).flatMap { start in
            [22, 3, 1] + vector(2, Array(message[start..<min(start + 16384, message.count)]))
        }
    }
}
