import COpenSSL
import TestSupport
import Testing

@testable import OpenSSL

/// When a KeyUpdate can be arranged for, and what happens to one that is.
@Suite struct KeyUpdateOrderTests {
    /// What OpenSSL says to a call that comes at the wrong time.
    private static let (stillInInit, badWriteRetry, shutdownWhileInInit): (Int32, Int32, Int32) = (121, 127, 407)

    private func connected() throws -> (pair: ConnectionPair, sent: Sent) {
        let pair = try ConnectionPair(ConnectionEnds())
        try pair.shakeHands()
        try pair.drainClient()
        return (pair, Sent(of: pair))
    }

    /// The KeyUpdates and close_notify that the client sends.
    private final class Sent {
        private(set) var messages: [String] = []

        init(of pair: ConnectionPair) {
            pair.client.observer.onMessage = { [unowned self] message in
                guard message.direction == .sent else { return }
                switch message.content {
                case .keyUpdate: self.messages.append("key_update")
                case .alert(let alert): self.messages.append("alert \(alert.kind.rawValue)")
                default: break
                }
            }
        }
    }

    /// The reasons that OpenSSL gives for refusing; nil when it does not.
    private func refusal(of request: KeyUpdateRequest, by pair: ConnectionPair) -> [Int32]? {
        do {
            try pair.client.updateKey(request)
            return nil
        } catch {
            return error.reasons.map(\.reason)
        }
    }

    /// It would go out in the clear, before the handshake.
    @Test func noneBeforeTheHandshakeIsFinished() throws {
        let pair = try ConnectionPair(ConnectionEnds())
        let sent = Sent(of: pair)
        #expect(throws: OpenSSLError.self) { try pair.client.updateKey(.updateRequested) }
        #expect(pair.client.pendingKeyUpdate == nil)
        _ = pair.client.handshake()
        #expect(throws: OpenSSLError.self) { try pair.client.updateKey(.updateRequested) }
        #expect(sent.messages.isEmpty)
        try pair.shakeHands()
        try pair.drainServer()
        #expect(sent.messages.isEmpty && pair.client.pendingKeyUpdate == nil)
    }

    @Test(arguments: [KeyUpdateRequest.updateRequested, .updateNotRequested])
    func aSecondOneWaitsForTheFirst(_ first: KeyUpdateRequest) throws {
        let (pair, sent) = try connected()
        try pair.client.updateKey(first)
        #expect(pair.client.pendingKeyUpdate == first)
        let second: KeyUpdateRequest = first == .updateRequested ? .updateNotRequested : .updateRequested
        // We do not even ask OpenSSL, which would say the same.
        #expect(refusal(of: second, by: pair) == [])
        let status = SSL_key_update(pair.client.pointer, Int32(second.rawValue))
        #expect(status == 0)
        #expect(OpenSSLError(draining: "SSL_key_update").cause?.isTLS(Self.stillInInit) == true)
        #expect(pair.client.pendingKeyUpdate == first)
        #expect(sent.messages.isEmpty)
        _ = pair.client.handshake()
        #expect(pair.client.pendingKeyUpdate == nil && sent.messages == ["key_update"])
        try pair.client.updateKey(second)
        #expect(pair.client.pendingKeyUpdate == second)
    }

    @Test func noneWhileAWriteIsPending() throws {
        let (pair, sent) = try connected()
        let piece = [UInt8](repeating: 1, count: 16384)
        var isFull = false
        for _ in 0..<10000 where !isFull {
            let step = piece.withUnsafeBytes { pair.client.write($0) }
            if case .wantsWrite = step { isFull = true }
        }
        try #require(isFull)
        #expect(refusal(of: .updateRequested, by: pair) == [Self.badWriteRetry])
        #expect(pair.client.pendingKeyUpdate == nil && sent.messages.isEmpty)
    }

    /// Neither goes out: close_notify would come after a message that is due, and that one is not asked for.
    @Test func closeNotifyWaitsForIt() throws {
        let (pair, sent) = try connected()
        try pair.client.updateKey(.updateRequested)
        guard case .failed(let failure) = pair.client.shutdown() else {
            Issue.record("it closed")
            return
        }
        #expect(failure.error.cause?.isTLS(Self.shutdownWhileInInit) == true)
        #expect(sent.messages.isEmpty && pair.client.pendingKeyUpdate == .updateRequested)
        #expect(try pair.drainServer().isEmpty)
        _ = pair.client.handshake()
        _ = pair.client.shutdown()
        #expect(sent.messages == ["key_update", "alert 0"])
    }

    /// What is owed to the peer does not go out with close_notify either.
    @Test func closeNotifyLeavesAnAnswerBehind() throws {
        let (pair, sent) = try connected()
        try pair.server.updateKey(.updateRequested)
        _ = pair.server.handshake()
        try pair.drainClient()
        #expect(pair.client.pendingKeyUpdate == .updateNotRequested)
        _ = pair.client.shutdown()
        #expect(sent.messages == ["alert 0"])
    }

    /// Our own request takes the place of the answer that is owed: the peer sees one KeyUpdate.
    @Test func ourOwnTakesThePlaceOfAnAnswer() throws {
        let (pair, sent) = try connected()
        try pair.server.updateKey(.updateRequested)
        _ = pair.server.handshake()
        try pair.drainClient()
        try pair.client.updateKey(.updateRequested)
        #expect(pair.client.pendingKeyUpdate == .updateRequested)
        _ = [UInt8]("x".utf8).withUnsafeBytes { pair.client.write($0) }
        #expect(pair.client.pendingKeyUpdate == nil && sent.messages == ["key_update"])
        #expect(try pair.drainServer() == Array("x".utf8))
    }
}
