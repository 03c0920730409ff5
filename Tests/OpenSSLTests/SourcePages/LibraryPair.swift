import COpenSSL
import Glibc
import TestSupport
import Testing

@testable import OpenSSL

/// The contexts of a `LibraryPair`: plain ones, as OpenSSL makes them, but for one protocol version.
///
/// Only for what the source pages claim and no command needs: everything else goes through the binding.
final class LibraryContexts {
    let client: OpaquePointer
    let server: OpaquePointer
    let version: Version
    /// Of the server, for localhost, signed by the authority of `ConnectionEnds`.
    let identity: Identity

    enum Version: Int32, CaseIterable, CustomTestStringConvertible {
        case tls12, tls13, dtls12

        var isDatagram: Bool { self == .dtls12 }

        fileprivate var number: Int32 {
            switch self {
            case .tls12: TLS1_2_VERSION
            case .tls13: TLS1_3_VERSION
            case .dtls12: DTLS1_2_VERSION
            }
        }

        var testDescription: String {
            switch self {
            case .tls12: "TLS 1.2"
            case .tls13: "TLS 1.3"
            case .dtls12: "DTLS 1.2"
            }
        }
    }

    init(_ version: Version) throws {
        self.version = version
        let method = version.isDatagram ? DTLS_method() : TLS_method()
        client = try #require(SSL_CTX_new(method))
        server = try #require(SSL_CTX_new(method))
        identity = try ConnectionEnds.authority.get().issue(LeafTemplate(names: ["localhost"]))
        try identity.apply(toContext: server)
        for context in [client, server] {
            try #require(probe_SSL_CTX_set_min_proto_version(context, version.number) == 1)
            try #require(probe_SSL_CTX_set_max_proto_version(context, version.number) == 1)
            // Without it a read would wait for data after a ticket or a KeyUpdate.
            _ = probe_SSL_CTX_clear_mode(context, Int(SSL_MODE_AUTO_RETRY))
        }
    }

    deinit {
        SSL_CTX_free(client)
        SSL_CTX_free(server)
    }

    /// Makes the client trust the authority, and check.
    func verifyServer() throws {
        let authority = try ConnectionEnds.authority.get().certificate
        X509_STORE_add_cert(SSL_CTX_get_cert_store(client), authority.pointer)
        SSL_CTX_set_verify(client, SSL_VERIFY_PEER, nil)
    }
}

/// Two ends of the C library joined by non-blocking sockets, with a trace of their messages.
final class LibraryPair {
    let contexts: LibraryContexts
    let client: OpaquePointer
    let server: OpaquePointer
    /// `c>client_hello` is what the client wrote, `s<client_hello` what the server read.
    var trace: [String] { record.lines }
    /// Whether the client resumed a session. A pair that nobody keeps lives for as long as this takes, which it would not
    /// behind its `client`.
    var isResumed: Bool { SSL_session_reused(client) == 1 }
    private let record = Record()
    private let sockets: (client: Int32, server: Int32)
    private var areOpen = (client: true, server: true)

    private final class Record {
        var lines: [String] = []
        var ends: [OpaquePointer: String] = [:]
    }

    /// New connections of the contexts, or those given, which are then the pair's.
    init(_ contexts: LibraryContexts, client: OpaquePointer? = nil, server: OpaquePointer? = nil) throws {
        self.contexts = contexts
        self.client = try #require(client ?? SSL_new(contexts.client))
        self.server = try #require(server ?? SSL_new(contexts.server))
        sockets = try contexts.version.isDatagram ? Self.datagramSockets() : Self.streamSockets()
        SSL_set_connect_state(self.client)
        SSL_set_accept_state(self.server)
        try attach(self.client, sockets.client)
        try attach(self.server, sockets.server)
        observe(self.client, "c")
        observe(self.server, "s")
    }

    /// The same with contexts of its own.
    convenience init(_ version: LibraryContexts.Version) throws { try self.init(LibraryContexts(version)) }

    deinit {
        SSL_free(client)
        SSL_free(server)
        closeClientSocket()
        closeServerSocket()
    }

    // MARK: Sockets

    private static func streamSockets() throws -> (client: Int32, server: Int32) {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        return (ends[0], ends[1])
    }

    /// Two UDP sockets of the loopback, each connected to the other.
    private static func datagramSockets() throws -> (client: Int32, server: Int32) {
        let sockets = (try boundSocket(), try boundSocket())
        try connect(sockets.0, to: sockets.1)
        try connect(sockets.1, to: sockets.0)
        return sockets
    }

    private static func boundSocket() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(descriptor >= 0 && status == 0)
        return descriptor
    }

    private static func connect(_ descriptor: Int32, to other: Int32) throws {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(other, $0, &length) == 0 ? Glibc.connect(descriptor, $0, length) : -1
            }
        }
        try #require(status == 0)
    }

    private func attach(_ ssl: OpaquePointer, _ descriptor: Int32) throws {
        guard contexts.version.isDatagram else {
            try #require(SSL_set_fd(ssl, descriptor) == 1)
            return
        }
        let bio = try #require(BIO_new_dgram(descriptor, BIO_NOCLOSE))
        var peer = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &peer) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) }
            BIO_ctrl(bio, BIO_CTRL_DGRAM_SET_CONNECTED, 0, pointer)
        }
        SSL_set_bio(ssl, bio, bio)
    }

    /// Ends the client's stream without a word of TLS.
    func closeClientSocket() {
        if areOpen.client { Self.end(sockets.client) }
        areOpen.client = false
    }

    /// Ends the server's stream without a word of TLS.
    func closeServerSocket() {
        if areOpen.server { Self.end(sockets.server) }
        areOpen.server = false
    }

    private static func end(_ socket: Int32) {
        // A program that another test starts just now may have the descriptor too: to close ours would not be enough.
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    // MARK: The trace

    private func observe(_ ssl: OpaquePointer, _ name: String) {
        record.ends[ssl] = name
        SSL_set_msg_callback(ssl) { isWritten, _, type, bytes, count, ssl, argument in
            guard let argument, let ssl, let bytes else { return }
            let record = Unmanaged<Record>.fromOpaque(argument).takeUnretainedValue()
            let text = LibraryPair.name(Int(type), UnsafeRawBufferPointer(start: bytes, count: count))
            guard let text, let end = record.ends[ssl] else { return }
            record.lines.append(end + (isWritten == 1 ? ">" : "<") + text)
        }
        SSL_ctrl(ssl, SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, Unmanaged.passUnretained(record).toOpaque())
    }

    /// Nil for what is no message, such as the header of a record, and for change_cipher_spec, which the versions of OpenSSL
    /// do not tell alike.
    private static func name(_ contentType: Int, _ bytes: UnsafeRawBufferPointer) -> String? {
        switch contentType {
        case Int(SSL3_RT_HANDSHAKE): bytes.first.map { HandshakeType(rawValue: $0).name }
        case Int(SSL3_RT_ALERT) where bytes.count == 2: "alert(\(bytes[1]))"
        default: nil
        }
    }

    /// Forgets what was traced so far.
    func clearTrace() { record.lines = [] }

    // MARK: Steps

    /// Both go on until neither waits for the other.
    func shakeHands() throws {
        for _ in 0..<50 {
            let client = SSL_do_handshake(client)
            let server = SSL_do_handshake(server)
            if client == 1, server == 1 { return }
            ERR_clear_error()
        }
        Issue.record("no handshake: \(trace)")
        throw ConnectionPair.Stuck()
    }

    /// Both read in turn until neither has more to say; returns the data that came.
    @discardableResult
    func settle() -> (client: [UInt8], server: [UInt8]) {
        var data: (client: [UInt8], server: [UInt8]) = ([], [])
        for _ in 0..<6 {
            data.server += drain(server)
            data.client += drain(client)
        }
        return data
    }

    /// Reads what is there.
    @discardableResult
    func drain(_ ssl: OpaquePointer) -> [UInt8] {
        var data: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            // Without AUTO_RETRY a read ends after each message: only an empty socket ends this.
            let outcome = Outcome(ssl) { SSL_read($0, &buffer, Int32(buffer.count)) }
            if outcome.status > 0 {
                data += buffer.prefix(Int(outcome.status))
            } else if outcome.error != SSL_ERROR_WANT_READ || outcome.systemError == EAGAIN {
                return data
            }
        }
    }

    /// Writes a text and returns what came of it.
    @discardableResult
    func write(_ text: String, from ssl: OpaquePointer) -> Outcome {
        let bytes = Array(text.utf8)
        return Outcome(ssl) { SSL_write($0, bytes, Int32(bytes.count)) }
    }

    /// Reads once and returns what came of it.
    @discardableResult
    func read(_ ssl: OpaquePointer) -> Outcome {
        var buffer = [UInt8](repeating: 0, count: 4096)
        return Outcome(ssl) { SSL_read($0, &buffer, Int32(buffer.count)) }
    }
}

/// What one call of the C library came to.
struct Outcome: Equatable {
    /// What it returned.
    let status: Int32
    /// `SSL_ERROR_*`.
    let error: Int32
    /// The reasons in the queue, oldest first; the first is the cause, and 3.5 adds more than 3.0.
    let reasons: [Int32]
    /// errno.
    let systemError: Int32

    /// The reason that names the cause; nil when the queue was empty.
    var cause: Int32? { reasons.first }

    /// Clears the queue, calls, and drains the queue.
    init(_ ssl: OpaquePointer, _ call: (OpaquePointer) -> Int32) {
        ERR_clear_error()
        probe_set_errno(0)
        status = call(ssl)
        systemError = probe_errno()
        error = SSL_get_error(ssl, status)
        reasons = OpenSSLError(draining: "").reasons.map(\.reason)
    }
}
