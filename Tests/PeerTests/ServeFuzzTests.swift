import Foundation
import TestSupport
import Testing

/// Clients that send anything: `serve` says so once for each, and serves the next.
@Suite(.serialized) struct ServeFuzzTests {
    /// How many bad clients come; SSLPROBE_BAD_CLIENTS=10000 is what a release is held to.
    private static let count = ProcessInfo.processInfo.environment["SSLPROBE_BAD_CLIENTS"].flatMap { Int($0) } ?? 300

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func badClientHellosAreReportedAndSurvived(version: String) async throws {
        let hello = try await recordedClientHello(version)
        let server = try await ServeProcess("--handshake-timeout", "5s")
        let descriptors = server.descriptorCount
        var random = SplitMix64(state: version == "-tls1_2" ? 0x12 : 0x13)
        let hellos = (0..<Self.count / 2).map { Self.damaged(hello, $0, using: &random) }
        let port = server.port
        let unanswered = try await OwnThread.run {
            try hellos.filter { hello in
                let client = try RawClient(port: port)
                client.send(hello)
                client.finishSending()
                return !client.drain()
            }
        }
        #expect(unanswered.isEmpty)
        #expect(try await server.printed(#""event":"client_closed""#, times: hellos.count))
        #expect(try await server.curl().status == 0)
        _ = try await server.report(of: hellos.count + 1)
        #expect(server.descriptorCount == descriptors)

        let run = try await server.finish()
        #expect(run.status == 0 && run.errorBytes.isEmpty)
        let reports = try await run.connections()
        #expect(reports.map { $0["conn"] } == (1...hellos.count + 1).map { .number(Double($0)) })
        #expect(reports.last?["ok"] == true)
        let bad = reports.dropLast()
        #expect(bad.allSatisfy { $0["ok"] == false && $0["error"] != .null })
        let codes = Set(bad.compactMap { $0["error.code"]?.text })
        // The damage reaches every stage.
        #expect(
            codes.isSuperset(of: ["bad_message", "no_client_hello", "closed_during_handshake", "not_tls"]), "\(codes)")
        #expect(bad.allSatisfy { $0["outcome"] == "handshake" || $0["outcome"] == "connect" })
    }

    /// One client of each kind: noise, a ClientHello cut short, one with a few bits flipped, one with true lengths around
    /// noise.
    private static func damaged(_ hello: [UInt8], _ kind: Int, using random: inout SplitMix64) -> [UInt8] {
        switch kind % 4 {
        case 0: return (0..<Int.random(in: 0...600, using: &random)).map { _ in .random(in: 0...255, using: &random) }
        case 1: return Array(hello.prefix(Int.random(in: 0..<hello.count, using: &random)))
        case 2:
            var bytes = hello
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            }
            return bytes
        default:
            var bytes = hello
            let start = Int.random(in: 9..<bytes.count, using: &random)
            for place in start..<min(bytes.count, start + Int.random(in: 1...64, using: &random)) {
                bytes[place] = .random(in: 0...255, using: &random)
            }
            return bytes
        }
    }

    @Test func namesWhatTheClientSpeaks() async throws {
        let server = try await ServeProcess()
        let requests: [(String, JSON, JSON)] = [
            (
                "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "the client speaks HTTP, not TLS",
                "https:// instead of http://"
            ),
            ("SSH-2.0-OpenSSH_9.2\r\n", "the client speaks SSH, not TLS", .null),
            ("what is this?\r\n", "the client does not speak TLS", .null),
        ]
        for (index, (text, message, hint)) in requests.enumerated() {
            let client = try RawClient(port: server.port)
            client.send(Array(text.utf8))
            #expect(try await OwnThread.run { client.drain() })
            let report = try await server.report(of: index + 1)
            #expect(report["outcome"] == "handshake" && report["error.code"] == "not_tls")
            #expect(report["error.message"] == message && report["error.hint"] == hint)
            #expect(report["error.peer_bytes"]?.text?.isEmpty == false)
        }
    }
}

/// A generator whose sequence is known.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
