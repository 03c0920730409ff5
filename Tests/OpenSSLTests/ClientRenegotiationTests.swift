import Foundation
import TestSupport
import Testing

@testable import OpenSSL

/// Renegotiations that the client begins.
@Suite struct ClientRenegotiationTests {
    @Test(arguments: [false, true], [false, true])
    func resumesOnlyWhenAbbreviatedAndAllowed(isAbbreviated: Bool, serverResumes: Bool) throws {
        let pair = try connected(resumes: serverResumes)
        var exchanges = 0
        pair.client.observer.onMessage = { if case .clientKeyExchange = $0.content { exchanges += 1 } }
        let before = try pair.clientSession()
        if isAbbreviated { try pair.client.renegotiateAbbreviated() } else { try pair.client.renegotiate() }
        let isPendingBefore = pair.client.isRenegotiationPending
        #expect(isPendingBefore)
        try pair.drainClient()
        try pair.settle()
        let after = try pair.clientSession()
        let isResumed = isAbbreviated && serverResumes
        #expect(exchanges == (isResumed ? 0 : 1))
        let (isSame, isPending) = (after.hasSameSecret(as: before), pair.isRenegotiating)
        #expect(isSame == isResumed)
        #expect(!isPending)
        let counts = [pair.client.renegotiationCount, pair.client.totalRenegotiationCount]
        #expect(counts == [1, 1])
        // A server counts only what it asked for itself.
        let others = pair.server.renegotiationCount
        #expect(others == 0)
        #expect(pair.isResumed == isResumed)
    }

    /// Of two calls before any I/O the last one counts, and makes one handshake.
    @Test func theLastOfTwoCallsCounts() throws {
        let pair = try connected(resumes: true)
        var hellos = 0
        pair.client.observer.onMessage = {
            if $0.direction == .sent, case .clientHello = $0.content { hellos += 1 }
        }
        let before = try pair.clientSession()
        try pair.client.renegotiate()
        try pair.client.renegotiateAbbreviated()
        try pair.drainClient()
        try pair.settle()
        let after = try pair.clientSession()
        let isSame = after.hasSameSecret(as: before)
        #expect(hellos == 1 && isSame)
    }

    @Test func comparesSecrets() throws {
        let (one, other) = (try connected(resumes: true), try connected(resumes: true))
        let (first, again) = (try one.clientSession(), try one.clientSession())
        let second = try other.clientSession()
        let copy = try Session(der: first.der)
        let results = [
            first.hasSameSecret(as: again), first.hasSameSecret(as: copy), copy.hasSameSecret(as: first),
            first.hasSameSecret(as: second), second.hasSameSecret(as: first),
        ]
        #expect(results == [true, true, true, false, false])
    }

    /// OpenSSL would take the call, fail the handshake and send the next data in clear.
    @Test(arguments: [false, true], [false, true])
    func throwsBeforeTheHandshakeIsFinishedAndSendsNothing(isAbbreviated: Bool, hasBegun: Bool) throws {
        let pair = try ConnectionPair(ConnectionEnds(settings(resumes: true)))
        if hasBegun {
            _ = pair.client.handshake()
            _ = pair.server.handshake()
        }
        var sent = 0
        pair.client.observer.onMessage = { if $0.direction == .sent { sent += 1 } }
        #expect(throws: OpenSSLError.self) {
            if isAbbreviated { try pair.client.renegotiateAbbreviated() } else { try pair.client.renegotiate() }
        }
        let isPending = pair.client.isRenegotiationPending
        #expect(!isPending && sent == 0)
        // The handshake goes on as if nothing had happened, and what is written afterwards arrives.
        try pair.shakeHands()
        try pair.drainClient()
        let secret = Array("SECRET".utf8)
        _ = secret.withUnsafeBytes { pair.client.write($0) }
        let arrived = try pair.drainServer()
        #expect(arrived == secret)
        let count = pair.client.totalRenegotiationCount
        #expect(count == 0)
    }

    /// Nothing goes over the wire at all, not even in clear.
    @Test(arguments: [false, true])
    func sendsNothingToAPeerThatWasNotSpokenTo(isAbbreviated: Bool) throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        let context = try ConnectionEnds(settings(resumes: true)).client
        let client = try Connection(client: context, settings: ConnectionSettings())
        try client.attach(descriptor: ends[0])
        #expect(throws: OpenSSLError.self) {
            if isAbbreviated { try client.renegotiateAbbreviated() } else { try client.renegotiate() }
        }
        var byte: UInt8 = 0
        #expect(recv(ends[1], &byte, 1, 0) == -1 && errno == EAGAIN)
    }

    @Test func thereIsNoneInTLS13() throws {
        let pair = try ConnectionPair(ConnectionEnds())
        try pair.shakeHands()
        try pair.drainClient()
        for isAbbreviated in [false, true] {
            var reason: Int?
            do throws(OpenSSLError) {
                if isAbbreviated { try pair.client.renegotiateAbbreviated() } else { try pair.client.renegotiate() }
            } catch {
                reason = error.reasons.first.map { Int($0.reason) }
            }
            // SSL_R_WRONG_SSL_VERSION
            #expect(reason == 266)
        }
    }

    private func settings(resumes: Bool) -> ServerSettings {
        var settings = ServerSettings()
        settings.tls.maximum = .tls12
        settings.allowsClientRenegotiation = true
        settings.resumesInRenegotiation = resumes
        return settings
    }

    private func connected(resumes: Bool) throws -> ConnectionPair {
        let pair = try ConnectionPair(ConnectionEnds(settings(resumes: resumes)))
        try pair.shakeHands()
        try pair.drainClient()
        return pair
    }
}

extension ConnectionPair {
    /// What the client's keys were made from.
    fileprivate func clientSession() throws -> Session {
        let session = client.session
        return try #require(session)
    }
}
