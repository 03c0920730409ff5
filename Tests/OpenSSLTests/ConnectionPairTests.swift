import Foundation
import TestSupport
import Testing

@testable import OpenSSL

/// Both ends of a connection in one process, over a socket pair.
@Suite struct ConnectionPairTests {
    @Test func choosesTheServersFavouriteOfWhatTheClientOffers() throws {
        var settings = ConnectionSettings()
        settings.alpn = ["http/1.1", "h2"]
        let pair = try ConnectionPair(client: settings, serverALPN: ["h2", "http/1.1"])
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
        let pair = try ConnectionPair(client: settings, serverALPN: ["h2"])
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
        let pair = try ConnectionPair(serverSettings: server)
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
        #expect(throws: SettingError.self) { try ConnectionPair(serverSettings: server) }
    }
}

/// A client and a server joined by a socket pair.
private final class ConnectionPair {
    let client: Connection
    let server: Connection
    private let descriptors: [Int32]

    init(
        client settings: ConnectionSettings = ConnectionSettings(), serverSettings: ServerSettings = ServerSettings(),
        serverALPN: [String] = []
    ) throws {
        let authority = try CertificateAuthority("Pair CA")
        let leaf = try authority.issue(CertificateTemplate("localhost"))
        let identity = try Identity(certificate: .file(leaf.certificatePath), key: .file(leaf.keyPath))
        var clientSettings = ClientSettings()
        clientSettings.tls.logsKeys = true
        let clientContext = try Context(
            client: clientSettings, trust: TrustStore([.path(authority.certificatePath)]))
        client = try Connection(client: clientContext, settings: settings)
        var serverSettings = serverSettings
        serverSettings.alpn = serverALPN
        server = try Connection(
            server: Context(server: serverSettings, identities: [identity], trust: TrustStore.none()))
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        descriptors = ends
        try client.attach(descriptor: ends[0])
        try server.attach(descriptor: ends[1])
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    func shakeHands() throws {
        var isDone = (client: false, server: false)
        for _ in 0..<100 where !(isDone.client && isDone.server) {
            if !isDone.client { isDone.client = try isFinished(client.handshake()) }
            if !isDone.server { isDone.server = try isFinished(server.handshake()) }
        }
        try #require(isDone.client && isDone.server)
    }

    /// Reads what the server sent after its handshake.
    func drainClient() throws {
        var buffer = [UInt8](repeating: 0, count: 1024)
        while true {
            let step = buffer.withUnsafeMutableBytes { client.read(into: $0) }
            if case .wantsRead(drained: true) = step { return }
            _ = try isFinished(step)
        }
    }

    private func isFinished(_ step: Step) throws -> Bool {
        switch step {
        case .done: return true
        case .wantsRead, .wantsWrite, .closed: return false
        case .failed(let failure): throw failure
        }
    }
}
