import COpenSSL
import TestSupport
import Testing

@testable import OpenSSL

/// Coming back with a session, and what is sent along.
@Suite struct ConnectionResumptionTests {
    private func visit(_ ends: ConnectionEnds, offering session: Session? = nil) throws -> ConnectionPair {
        let pair = try ConnectionPair(ends)
        if let session { try pair.client.offer(session) }
        try pair.shakeHands()
        try pair.drainClient()
        return pair
    }

    @Test(arguments: SessionTests.Kind.allCases)
    func resumes(kind: SessionTests.Kind) throws {
        let ends = try ConnectionEnds(kind.settings())
        let first = try visit(ends)
        let session = try #require(first.sessions.first)
        #expect(!first.isResumed)
        // The server forgets the session of a connection that goes away without a close (openssl-truth, 5).
        var pairs = [first]
        // By one encoding after the other: an object of TLS 1.3 is used up.
        for copy in [try session.copy(), try Session(pem: Array(session.pem.utf8)), try Session(der: session.der)] {
            let pair = try visit(ends, offering: copy)
            pairs.append(pair)
            #expect(pair.isResumed)
            // One ticket at most comes after a resumption.
            #expect(pair.tickets.count == (kind == .psk ? 1 : 0))
        }
        #expect(pairs.count == 4)
    }

    @Test func refusesASessionThatIsUsedUp() throws {
        let ends = try ConnectionEnds()
        let session = try #require(visit(ends).sessions.first)
        let pair = try visit(ends, offering: session)
        #expect(pair.isResumed && !session.isResumable)
        let next = try ConnectionPair(ends)
        #expect(throws: OpenSSLError.self) { try next.client.offer(session) }
        // Nothing was offered, and the handshake is an ordinary one.
        try next.shakeHands()
        #expect(!next.isResumed)
    }

    @Test func refusesASessionWithoutATicket() throws {
        let ends = try ConnectionEnds()
        let first = try ConnectionPair(ends)
        try first.shakeHands()
        let known = first.client.session
        let session = try #require(known)
        let next = try ConnectionPair(ends)
        #expect(throws: OpenSSLError.self) { try next.client.offer(session) }
    }

    @Test(arguments: [true, false])
    func refusesOnceTheHandshakeHasBegun(isOver: Bool) throws {
        let ends = try ConnectionEnds()
        let session = try #require(visit(ends).sessions.first)
        let pair = try ConnectionPair(ends)
        if isOver { try pair.shakeHands() } else { _ = pair.client.handshake() }
        #expect(throws: OpenSSLError.self) { try pair.client.offer(session) }
        #expect(session.isResumable)
        try pair.shakeHands()
        #expect(!pair.isResumed)
    }

    @Test func anotherServerMakesAFullHandshake() throws {
        for kind in SessionTests.Kind.allCases {
            let first = try visit(ConnectionEnds(kind.settings()))
            let session = try #require(first.sessions.first)
            let pair = try visit(ConnectionEnds(kind.settings()), offering: session)
            #expect(!pair.isResumed && !first.isResumed)
        }
    }

    // MARK: Early data

    private func earlyEnds(limit: UInt32 = 100, preventsReplay: Bool = true) throws -> ConnectionEnds {
        var settings = ServerSettings()
        settings.maxEarlyData = limit
        settings.preventsReplay = preventsReplay
        return try ConnectionEnds(settings)
    }

    /// Sends the text with the ClientHello; what the server took of it before the handshake was over.
    private func sendEarly(_ text: String, over pair: ConnectionPair, isRead: Bool = true) throws -> String {
        let bytes = Array(text.utf8)
        let step = bytes.withUnsafeBytes { pair.client.writeEarlyData($0) }
        guard case .done(let count) = step else {
            Issue.record("early data gave \(step)")
            return ""
        }
        #expect(count == bytes.count)
        var buffer = [UInt8](repeating: 0, count: 1024)
        var data: [UInt8] = []
        reading: for _ in 0..<50 where isRead {
            switch buffer.withUnsafeMutableBytes({ pair.server.readEarlyData(into: $0) }) {
            case .data(let count): data += buffer.prefix(count)
            case .finished: break reading
            case .step: _ = pair.client.handshake()
            }
        }
        try pair.shakeHands()
        try pair.drainClient()
        return String(decoding: data, as: UTF8.self)
    }

    @Test(arguments: ["x", String(repeating: "x", count: 100)])
    func earlyDataArrivesWithTheHandshake(text: String) throws {
        let ends = try earlyEnds()
        let session = try #require(visit(ends).sessions.first)
        let pair = try ConnectionPair(ends)
        try pair.client.offer(session)
        let taken = try sendEarly(text, over: pair)
        let status = pair.client.earlyData
        #expect(taken == text && status == .accepted && pair.isResumed)
    }

    /// A server that does not look for it passes over it, and resumes all the same.
    @Test func aServerNeedNotTakeIt() throws {
        let ends = try earlyEnds()
        let session = try #require(visit(ends).sessions.first)
        let pair = try ConnectionPair(ends)
        try pair.client.offer(session)
        let taken = try sendEarly("hello", over: pair, isRead: false)
        let status = pair.client.earlyData
        #expect(taken.isEmpty && status == .rejected && pair.isResumed)
    }

    /// The second time is a replay, for which the server does not even resume.
    @Test func aTicketIsGoodForItOnce() throws {
        let ends = try earlyEnds()
        let session = try #require(visit(ends).sessions.first)
        var statuses: [Connection.EarlyDataStatus] = []
        for copy in [try session.copy(), try session.copy()] {
            let pair = try ConnectionPair(ends)
            try pair.client.offer(copy)
            _ = try sendEarly("hello", over: pair)
            statuses.append(pair.client.earlyData)
            #expect(pair.isResumed == (statuses.count == 1))
        }
        #expect(statuses == [.accepted, .rejected])
    }

    @Test func withoutASessionNothingIsSentEarly() throws {
        let pair = try ConnectionPair(earlyEnds())
        let step = Array("hello".utf8).withUnsafeBytes { pair.client.writeEarlyData($0) }
        guard case .failed = step else {
            Issue.record("early data gave \(step)")
            return
        }
    }

    @Test func moreThanTheServerTakesKillsTheConnection() throws {
        let ends = try earlyEnds(limit: 4)
        let session = try #require(visit(ends).sessions.first)
        let pair = try ConnectionPair(ends)
        try pair.client.offer(session)
        let step = Array("hello".utf8).withUnsafeBytes { pair.client.writeEarlyData($0) }
        guard case .failed = step else {
            Issue.record("early data gave \(step)")
            return
        }
    }

    // MARK: Without a key exchange

    private func ends(groups: String, allows: Bool, server: ConnectionEnds? = nil) throws -> ConnectionEnds {
        var client = ClientSettings()
        client.tls.groups = groups
        client.allowsPSKWithoutKeyExchange = allows
        var settings = ServerSettings()
        settings.tls.groups = "X25519"
        let made = try ConnectionEnds(settings, client: client)
        return server.map { ConnectionEnds(client: made.client, server: $0.server) } ?? made
    }

    /// The share of the server's key in its ServerHello, from a handshake with the session.
    private func groupOfResumption(_ ends: ConnectionEnds, _ session: Session) throws -> NamedGroup? {
        let pair = try ConnectionPair(ends)
        var group: NamedGroup?
        pair.client.observer.onMessage = { message in
            if case .serverHello(let hello) = message.content { group = hello.group }
        }
        try pair.client.offer(session)
        try pair.shakeHands()
        #expect(pair.isResumed)
        return group
    }

    /// Whether the server allows it or not: OpenSSL prefers the exchange (openssl-truth, 5).
    @Test(arguments: [true, false])
    func keysAreStillExchanged(serverAllows: Bool) throws {
        let ends = try ends(groups: "X25519", allows: true)
        if serverAllows { SSL_CTX_set_options(ends.server.pointer, probe_SSL_OP_ALLOW_NO_DHE_KEX) }
        let session = try #require(visit(ends).sessions.first)
        #expect(try groupOfResumption(ends, session) == NamedGroup(rawValue: 29))
    }

    @Test func withoutACommonGroupTheSessionAloneWillDo() throws {
        let first = try ends(groups: "X25519", allows: true)
        SSL_CTX_set_options(first.server.pointer, probe_SSL_OP_ALLOW_NO_DHE_KEX)
        let session = try #require(visit(first).sessions.first)
        let other = try ends(groups: "P-256", allows: true, server: first)
        #expect(try groupOfResumption(other, session.copy()) == nil)
        // It is the client's choice as well.
        let strict = try ends(groups: "P-256", allows: false, server: first)
        #expect(throws: StepFailure.self) { try groupOfResumption(strict, session.copy()) }
    }
}
