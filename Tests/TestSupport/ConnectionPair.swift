import Glibc
import OpenSSL

/// A client and a server joined by a socket pair.
public final class ConnectionPair {
    /// The client's end.
    public let client: Connection
    /// The server's end.
    public let server: Connection
    /// What the client was given to resume with.
    public private(set) var sessions: [Session] = []
    /// The tickets that the client received.
    public private(set) var tickets: [NewSessionTicket] = []
    /// Every alert that the client sent or received.
    public private(set) var alerts: [AlertDescription] = []
    private let descriptors: [Int32]

    /// Both waited for each other.
    public struct Stuck: Error {
        /// Made where a pair is driven.
        public init() {}
    }

    /// Joins the ends; the handshake is yet to come.
    public convenience init(
        _ ends: ConnectionEnds, client settings: ConnectionSettings = ConnectionSettings(),
        resuming session: Session? = nil
    ) throws {
        try self.init(
            joining: Connection(client: ends.client, settings: settings), to: Connection(server: ends.server))
        if let session { try client.offer(session) }
    }

    /// Joins two connections that have not started.
    public init(joining client: consuming Connection, to server: consuming Connection) throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0 else {
            throw Stuck()
        }
        descriptors = ends
        self.client = client
        self.server = server
        try self.client.attach(descriptor: ends[0])
        try self.server.attach(descriptor: ends[1])
        self.client.observer.onSession = { [unowned self] in self.sessions.append($0) }
        self.client.observer.onMessage = { [unowned self] message in
            switch message.content {
            case .newSessionTicket(let ticket): self.tickets.append(ticket)
            case .alert(let alert): self.alerts.append(alert.kind)
            default: break
            }
        }
    }

    /// One whose server speaks these protocols.
    public convenience init(alpn: [String] = [], client: ConnectionSettings = ConnectionSettings()) throws {
        var settings = ServerSettings()
        settings.alpn = alpn
        try self.init(ConnectionEnds(settings), client: client)
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    // Connections cannot be copied, which the macros of the tests would do.

    /// Whether the session was resumed.
    public var isResumed: Bool { server.isResumed }
    /// Whether a renegotiation is not over, at either end.
    public var isRenegotiating: Bool { server.isRenegotiationPending || client.isRenegotiationPending }
    /// The certificate that the client saw.
    public var serverCertificate: Certificate? { client.peerCertificate }
    /// The certificate that the server saw.
    public var clientCertificate: Certificate? { server.peerCertificate }

    /// Takes both through the handshake.
    public func shakeHands() throws {
        var isDone = (client: false, server: false)
        for _ in 0..<100 where !(isDone.client && isDone.server) {
            if !isDone.client { isDone.client = try isFinished(client.handshake()) }
            if !isDone.server { isDone.server = try isFinished(server.handshake()) }
        }
        guard isDone.client, isDone.server else { throw Stuck() }
    }

    /// Reads what the server sent after its handshake, and returns the data in it.
    @discardableResult
    public func drainClient() throws -> [UInt8] { try drain { client.read(into: $0) } }

    /// Reads what the client sent after its handshake, and returns the data in it.
    @discardableResult
    public func drainServer() throws -> [UInt8] { try drain { server.read(into: $0) } }

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
    public func writeEarlyData(_ bytes: [UInt8]) throws {
        guard try isFinished(bytes.withUnsafeBytes { client.writeEarlyData($0) }) else { throw Stuck() }
    }

    /// Both read in turn until neither has more to say.
    public func settle() throws {
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
