import Foundation
import OpenSSL
import TestSupport

/// A client connection on a plain non-blocking socket, driven by poll.
final class ConnectionClient {
    /// Names of the messages in order, with `>` for sent and `<` for received.
    private(set) var messages: [String] = []
    /// What was decoded of them.
    private(set) var contents: [Message.Content] = []
    private(set) var sessions: [Session] = []
    private(set) var keyLog: [String] = []
    private let connection: Connection
    private let descriptor: Int32

    /// It did not come as far as the test needs.
    enum Stuck: Error { case timedOut, ended(String) }

    init(_ connection: consuming Connection, port: UInt16) throws {
        descriptor = try RawSocket.connected(to: port)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let observer = connection.observer
        try connection.attach(descriptor: descriptor)
        self.connection = connection
        // The SSL owns its Observer, so a strong reference from there to here would keep both alive.
        observer.onMessage = { [weak self] message in
            guard let self, let name = message.name else { return }
            messages.append((message.direction == .sent ? ">" : "<") + name)
            contents.append(message.content)
        }
        observer.onSession = { [weak self] in self?.sessions.append($0) }
        observer.onKeyLogLine = { [weak self] in self?.keyLog.append($0) }
    }

    deinit { close(descriptor) }

    /// A connection with these settings to the port.
    convenience init(
        port: UInt16, settings: ConnectionSettings = ConnectionSettings(), client: ClientSettings = ClientSettings(),
        trust: TrustStore? = nil
    ) throws {
        var client = client
        client.tls.logsKeys = true
        let context = try Context(client: client, trust: trust ?? TrustStore.none())
        try self.init(Connection(client: context, settings: settings), port: port)
    }

    var version: ProtocolVersion { connection.version }
    var isFinished: Bool { connection.isFinished }
    var cipher: Connection.Cipher? { connection.cipher }
    var selectedProtocol: [UInt8]? { connection.selectedProtocol }
    var peerCertificates: [Certificate] { connection.peerCertificates }
    var verification: Verification? { connection.observer.verification }
    var isResumed: Bool { connection.isResumed }
    var usesExtendedMasterSecret: Bool { connection.usesExtendedMasterSecret }
    var supportsSecureRenegotiation: Bool { connection.supportsSecureRenegotiation }
    var bytes: (sent: Int, received: Int) { (connection.bytesSent, connection.bytesReceived) }
    var session: Session? { connection.session }
    var observer: Observer { connection.observer }

    /// Tries to copy the connection as it stands.
    func duplicate() throws { _ = try connection.duplicate() }

    func share() throws -> SharedConnection { SharedConnection(try connection.share()) }

    /// The tickets received so far.
    var tickets: [NewSessionTicket] {
        contents.compactMap { if case .newSessionTicket(let ticket) = $0 { ticket } else { nil } }
    }

    /// The first ClientHello.
    var clientHello: ClientHello? {
        contents.lazy.compactMap { if case .clientHello(let hello) = $0 { hello } else { nil } }.first
    }

    /// Takes the handshake to its end and returns the last step.
    @discardableResult
    func handshake() throws -> Step { try drive { $0.handshake() } }

    /// Takes the handshake to its end; throws when that is not success.
    func finishHandshake() throws {
        let step = try handshake()
        guard case .done = step else { throw Stuck.ended("\(step)") }
    }

    /// One read without waiting.
    func readOnce() -> (step: Step, bytes: [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let step = buffer.withUnsafeMutableBytes { connection.read(into: $0) }
        if case .done(let count) = step { return (step, Array(buffer.prefix(count))) }
        return (step, [])
    }

    /// Reads application data, waiting for it.
    func read() throws -> [UInt8] {
        var bytes: [UInt8] = []
        let step = try drive { _ in
            let result = self.readOnce()
            bytes = result.bytes
            return result.step
        }
        guard case .done = step else { throw Stuck.ended("\(step)") }
        return bytes
    }

    /// Reads messages until the condition holds.
    func readMessages(until isMet: () -> Bool) throws {
        while !isMet() {
            switch readOnce().step {
            case .wantsRead(drained: true): try waitForBytes()
            case .wantsRead(drained: false), .wantsWrite, .done: continue
            case .closed, .failed: throw Stuck.ended("before the messages came")
            }
        }
    }

    /// Reads until the connection ends and returns the step that says how.
    func readToTheEnd() throws -> Step {
        while true {
            let step = try drive { _ in self.readOnce().step }
            guard case .done = step else { return step }
        }
    }

    @discardableResult
    func write(_ text: String) throws -> Step {
        try drive { connection in Array(text.utf8).withUnsafeBytes { connection.write($0) } }
    }

    func shutdown() throws -> Step { try drive { $0.shutdown() } }

    /// Waits until the socket is readable.
    func waitForBytes() throws {
        guard ready(POLLIN) else { throw Stuck.timedOut }
    }

    private func drive(_ call: (borrowing Connection) -> Step) throws -> Step {
        while true {
            let step = call(connection)
            switch step {
            case .wantsRead(drained: true): guard ready(POLLIN) else { throw Stuck.timedOut }
            case .wantsRead(drained: false): continue
            case .wantsWrite: guard ready(POLLOUT) else { throw Stuck.timedOut }
            case .done, .closed, .failed: return step
            }
        }
    }

    private func ready(_ events: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return poll(&entry, 1, 10_000) == 1
    }
}

/// A second reference to a connection, in a box that a test can let go.
final class SharedConnection {
    private let connection: Connection

    init(_ connection: consuming Connection) { self.connection = connection }

    var version: ProtocolVersion { connection.version }
    var isFinished: Bool { connection.isFinished }
    var observer: Observer { connection.observer }
    func shutdown() -> Step { connection.shutdown() }
}
