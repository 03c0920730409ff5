import OpenSSL
import TestSupport
import Testing

/// Both ends of a connection in one process, over a socket pair.
@Suite struct ConnectionPairTests {
    @Test func choosesTheServersFavouriteOfWhatTheClientOffers() throws {
        var settings = ConnectionSettings()
        settings.alpn = ["http/1.1", "h2"]
        let pair = try ConnectionPair(alpn: ["h2", "http/1.1"], client: settings)
        var offered: [String] = []
        var chosen: String?
        pair.server.observer.onALPN = { names, choice in
            offered = names.map(\.text)
            chosen = choice?.text
        }
        try pair.shakeHands()
        #expect(offered == ["http/1.1", "h2"])
        #expect(chosen == "h2")
        #expect(pair.client.selectedProtocol == Array("h2".utf8))
    }

    @Test func refusesAClientWithoutACommonProtocol() throws {
        var settings = ConnectionSettings()
        settings.alpn = ["spdy/3"]
        let pair = try ConnectionPair(alpn: ["h2"], client: settings)
        var alerts: [AlertDescription] = []
        pair.client.observer.onMessage = { if case .alert(let alert) = $0.content { alerts.append(alert.kind) } }
        #expect(throws: StepFailure.self) { try pair.shakeHands() }
        _ = pair.client.handshake()
        #expect(alerts == [.noApplicationProtocol])
    }

    @Test func tellsTheBeginningAndTheEndOfAHandshake() throws {
        let pair = try ConnectionPair()
        var steps: [Connection.Progress] = []
        pair.client.observeProgress { steps.append($0) }
        try pair.shakeHands()
        #expect(steps.first?.isStart == true)
        #expect(steps.contains { $0.isDone })
    }

    @Test func handsOutKeyLogLinesAndResumableSessions() throws {
        let pair = try ConnectionPair()
        var labels: [String] = []
        var sessions: [Session] = []
        pair.client.observer.onKeyLogLine = { labels.append(String($0.prefix { $0 != " " })) }
        pair.client.observer.onSession = { sessions.append($0) }
        try pair.shakeHands()
        try pair.drainClient()
        #expect(labels.contains("CLIENT_TRAFFIC_SECRET_0"))
        #expect(sessions.count == 2)
        let copies = try sessions.map { try Session(der: $0.der) }
        #expect(copies.allSatisfy { $0.isResumable && $0.version == .tls13 && $0.lifetimeHint == 7200 })
    }

    @Test func sendsAsManyTicketsAsAsked() throws {
        var server = ServerSettings()
        server.tickets.count = 5
        let pair = try ConnectionPair(ConnectionEnds(server))
        var nonces: [[UInt8]] = []
        pair.client.observer.onMessage = {
            if case .newSessionTicket(let ticket) = $0.content { nonces.append(ticket.nonce) }
        }
        try pair.shakeHands()
        try pair.drainClient()
        #expect(nonces == (0..<5).map { [0, 0, 0, 0, 0, 0, 0, $0] })
    }

    @Test func refusesARangeThatIsUpsideDown() throws {
        var server = ServerSettings()
        server.tls.minimum = .tls13
        server.tls.maximum = .tls12
        #expect(throws: SettingError.self) { try ConnectionPair(ConnectionEnds(server)) }
    }
}
