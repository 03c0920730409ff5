import TestSupport
import Testing

/// The relays that other tests lean on: they change when something arrives, not what.
@Suite struct RelayTests {
    @Test(arguments: [0, 100])
    func aRelayOfTheFaultsPassesAResetOnAfterTheBytes(delay: Int) async throws {
        let server = try Self.speakingAndResetting()
        let relay = try await FaultPeer("relay", "\(server.port)", "\(delay)")
        try await expectBytesThenReset(relay.port)
    }

    @Test(arguments: [0, 100])
    func ourOwnRelayPassesAResetOnAfterTheBytes(delay: Int) async throws {
        let server = try Self.speakingAndResetting()
        let relay = try DelayRelay(to: server.port, eachWay: delay)
        try await expectBytesThenReset(relay.port)
    }

    /// Half a ServerHello, then RST.
    private static func speakingAndResetting() throws -> RawServer {
        try RawServer { connection in
            _ = connection.receive()
            connection.send([0x16, 0x03, 0x03, 0x00, 0x7A, 0x02, 0x00, 0x00, 0x76, 0x03, 0x03])
            connection.resetAtEnd()
        }
    }

    /// Without the bytes it would be a reset before TLS and no connection; without the reset a timeout or a close.
    private func expectBytesThenReset(_ port: UInt16) async throws {
        let report = try await connect(port).report(ending: 7)
        #expect(report["error.code"] == "reset_during_handshake")
        #expect(report["tls.bytes_received"] == 11 || report["tls"] == .null)
    }
}
