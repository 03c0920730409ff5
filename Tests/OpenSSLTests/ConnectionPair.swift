import COpenSSL
import Foundation
import Testing

@testable import OpenSSL

/// The contexts of a client and a server that trust each other's authority, which is in memory.
struct ConnectionEnds {
    static let authority = Result { try EphemeralAuthority(commonName: "Pair CA") }

    let client: Context
    let server: Context

    /// Makes both; the server shows a certificate for localhost unless told otherwise.
    init(
        _ settings: ServerSettings = ServerSettings(), client clientSettings: ClientSettings = ClientSettings(),
        identities: [Identity]? = nil, clientIdentity: Identity? = nil
    ) throws {
        let authority = try Self.authority.get()
        let trust = try TrustStore([.certificates([authority.certificate], name: "memory")])
        var clientSettings = clientSettings
        clientSettings.tls.logsKeys = true
        let shown = try identities ?? [authority.issue(LeafTemplate(names: ["localhost"]))]
        self.init(
            client: try Context(client: clientSettings, trust: trust, identity: clientIdentity),
            server: try Context(server: settings, identities: shown, trust: trust))
    }

    init(client: Context, server: Context) {
        self.client = client
        self.server = server
    }
}

/// A client and a server joined by a socket pair.
final class ConnectionPair {
    let client: Connection
    let server: Connection
    /// What the client was given to resume with.
    private(set) var sessions: [Session] = []
    /// The tickets that the client received.
    private(set) var tickets: [NewSessionTicket] = []
    /// Every alert that the client sent or received.
    private(set) var alerts: [AlertDescription] = []
    private let descriptors: [Int32]

    init(
        _ ends: ConnectionEnds, client settings: ConnectionSettings = ConnectionSettings(),
        resuming session: Session? = nil
    ) throws {
        client = try Connection(client: ends.client, settings: settings)
        server = try Connection(server: ends.server)
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        descriptors = ends
        try client.attach(descriptor: ends[0])
        try server.attach(descriptor: ends[1])
        if let session { try require(SSL_set_session(client.pointer, session.pointer), "SSL_set_session") }
        client.observer.onSession = { [unowned self] in self.sessions.append($0) }
        client.observer.onMessage = { [unowned self] message in
            switch message.content {
            case .newSessionTicket(let ticket): self.tickets.append(ticket)
            case .alert(let alert): self.alerts.append(alert.kind)
            default: break
            }
        }
    }

    /// One whose server speaks these protocols.
    convenience init(alpn: [String] = [], client: ConnectionSettings = ConnectionSettings()) throws {
        var settings = ServerSettings()
        settings.alpn = alpn
        try self.init(ConnectionEnds(settings), client: client)
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    // Connections cannot be copied, which the macros of the tests would do.

    /// Whether the session was resumed.
    var isResumed: Bool { server.isResumed }
    /// Whether a renegotiation is not over, at either end.
    var isRenegotiating: Bool { server.isRenegotiationPending || client.isRenegotiationPending }
    /// The certificate that the client saw.
    var serverCertificate: Certificate? { client.peerCertificate }
    /// The certificate that the server saw.
    var clientCertificate: Certificate? { server.peerCertificate }

    func shakeHands() throws {
        var isDone = (client: false, server: false)
        for _ in 0..<100 where !(isDone.client && isDone.server) {
            if !isDone.client { isDone.client = try isFinished(client.handshake()) }
            if !isDone.server { isDone.server = try isFinished(server.handshake()) }
        }
        try #require(isDone.client && isDone.server)
    }

    /// Reads what the server sent after its handshake, and returns the data in it.
    @discardableResult
    func drainClient() throws -> [UInt8] { try drain { client.read(into: $0) } }

    /// Reads what the client sent after its handshake, and returns the data in it.
    @discardableResult
    func drainServer() throws -> [UInt8] { try drain { server.read(into: $0) } }

    private func drain(_ read: (UnsafeMutableRawBufferPointer) -> Step) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1024)
        var data: [UInt8] = []
        while true {
            let step = buffer.withUnsafeMutableBytes { read($0) }
            switch step {
            case .done(let count): data += buffer.prefix(count)
            case .wantsRead(drained: true): return data
            case .wantsRead, .wantsWrite, .closed: _ = try isFinished(step)
            case .failed(let failure): throw failure
            }
        }
    }

    /// Sends early data along with the ClientHello.
    func writeEarlyData(_ bytes: [UInt8]) throws {
        var count = 0
        try require(SSL_write_early_data(client.pointer, bytes, bytes.count, &count), "SSL_write_early_data")
    }

    /// Both read in turn until neither has more to say.
    func settle() throws {
        for _ in 0..<4 {
            try drainServer()
            try drainClient()
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
