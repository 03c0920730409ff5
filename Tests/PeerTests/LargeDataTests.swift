import TestSupport
import Testing

/// Much data, in both directions.
@Suite struct LargeDataTests {
    /// The peer answers while we still send: who only writes waits for ever.
    @Test func sendsAllOfALargeFileToAPeerThatAnswersMeanwhile() async throws {
        let size = 8 << 20
        let line = Array(repeating: UInt8(ascii: "x"), count: 63) + [UInt8(ascii: "\n")]
        let file = try TemporaryFolder.write(Array([[UInt8]](repeating: line, count: size / 64).joined()))
        let peer = try await FaultPeer("echo", certificate: Fixtures.get().ecdsa)
        let report = try await connect(peer.port, "--send", "@\(file)", "--timeout", "25s").report(ending: 0)
        #expect(report["data.bytes_sent"] == .number(Double(size)))
        #expect(try #require(report["data.bytes_received"]?.double) > 0)
    }

    @Test func keepsLittleOfDataWithoutEnd() async throws {
        let peer = try await FaultPeer("data-flood", certificate: Fixtures.get().ecdsa)
        let run = try await connect(peer.port, "--read-for", "1s", "--events")
        let report = try await run.report()
        #expect([0, 5, 12].contains(run.status), "\(run.status)")
        let received = try #require(report["data.bytes_received"]?.double)
        #expect(received > 1_048_576)
        let events = try #require(report["events"]).elements
        #expect(events.count <= 1000)
        #expect(run.peakKilobytes > 0)
        #expect(run.peakKilobytes <= Program.memoryLimit)
    }
}
