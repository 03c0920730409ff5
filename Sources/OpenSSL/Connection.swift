import COpenSSL

/// One end of a TLS connection. It owns one reference to the SSL and belongs to one task.
///
/// Wraps `SSL_new(3)`; the end of its life is `SSL_free(3)`. `share()` is `SSL_up_ref(3)`, `duplicate()` is
/// `SSL_dup(3)` completed with what that leaves out. The descriptor stays the caller's.
public struct Connection: ~Copyable {
    let pointer: OpaquePointer
    /// The configuration it was made from.
    public let context: Context
    /// Where its callbacks report.
    public let observer: Observer
    private let settings: ConnectionSettings

    /// Makes a client connection that has not started.
    ///
    /// - Throws: `SettingError` naming the setting that OpenSSL does not take; `OpenSSLError` when there is no memory.
    public init(client context: Context, settings: ConnectionSettings) throws {
        ERR_clear_error()
        let observer = Observer(peer: settings.peer, trust: context.trust, preSharedKey: settings.preSharedKey)
        pointer = try Self.prepare(SSL_new(context.pointer), "SSL_new", observer: observer, settings: settings)
        self.context = context
        self.observer = observer
        self.settings = settings
    }

    /// Makes the server's end of a connection that has not started.
    ///
    /// - Throws: `OpenSSLError` when there is no memory.
    public init(server context: Context) throws {
        ERR_clear_error()
        let observer = Observer(server: context.server, trust: context.trust)
        let settings = ConnectionSettings()
        pointer = try Self.prepare(
            SSL_new(context.pointer), "SSL_new", observer: observer, settings: settings, isServer: true)
        self.context = context
        self.observer = observer
        self.settings = settings
    }

    /// Sets a new SSL up, or frees it: nothing can throw once it is a Connection.
    private static func prepare(
        _ new: OpaquePointer?, _ operation: String, observer: Observer, settings: ConnectionSettings,
        isServer: Bool = false
    ) throws -> OpaquePointer {
        let ssl = try require(new, operation)
        do {
            try observer.attach(to: ssl)
            if isServer { SSL_set_accept_state(ssl) } else { SSL_set_connect_state(ssl) }
            try settings.apply(to: ssl)
            return ssl
        } catch {
            SSL_free(ssl)
            throw error
        }
    }

    private init(
        adopting pointer: OpaquePointer, context: Context, observer: Observer, settings: ConnectionSettings
    ) {
        self.pointer = pointer
        self.context = context
        self.observer = observer
        self.settings = settings
    }

    deinit { SSL_free(pointer) }

    /// A second reference to the same connection. Wraps `SSL_up_ref(3)`.
    ///
    /// - Throws: `OpenSSLError` should OpenSSL refuse, which it does not for a connection that lives.
    public func share() throws(OpenSSLError) -> Connection {
        ERR_clear_error()
        try require(SSL_up_ref(pointer), "SSL_up_ref")
        return Connection(adopting: pointer, context: context, observer: observer, settings: settings)
    }

    /// A new connection with the same settings, and an Observer of its own.
    ///
    /// `SSL_dup(3)` leaves out the host name, ALPN, the verification name and post-handshake authentication: they are
    /// applied again. A connection that has started cannot be copied: OpenSSL would hand out the same one.
    ///
    /// - Throws: `DuplicationError.started` once the handshake has begun.
    public func duplicate() throws -> Connection {
        guard SSL_in_before(pointer) == 1 else { throw DuplicationError.started }
        let isServer = SSL_is_server(pointer) == 1
        ERR_clear_error()
        let observer = observer.copy()
        let copy = try Self.prepare(
            SSL_dup(pointer), "SSL_dup", observer: observer, settings: settings, isServer: isServer)
        return Connection(adopting: copy, context: context, observer: observer, settings: settings)
    }

    /// Reports each step of the state machine as it happens. Wraps `SSL_set_info_callback(3)`.
    public func observeProgress(_ handler: @escaping (Progress) -> Void) {
        observer.installProgress(on: pointer, handler)
    }

    /// One step of the state machine. A HelloRequest counts as a handshake of its own: do not count renegotiations here.
    public struct Progress: Hashable, Sendable {
        /// `SSL_CB_*`: what kind of step.
        public let place: Int32
        /// The alert in `SSL_CB_ALERT` steps, else the status.
        public let value: Int32
        /// OpenSSL's words for the state, for people only.
        public let state: String

        /// Whether a handshake begins. Wraps `SSL_CB_HANDSHAKE_START`.
        public var isStart: Bool { place & SSL_CB_HANDSHAKE_START != 0 }
        /// Whether a handshake is done. Wraps `SSL_CB_HANDSHAKE_DONE`.
        public var isDone: Bool { place & SSL_CB_HANDSHAKE_DONE != 0 }
    }

    /// Reads and writes go to this non-blocking socket, which stays the caller's. Wraps `SSL_set_fd(3)`.
    ///
    /// - Throws: `OpenSSLError` when there is no memory.
    public func attach(descriptor: Int32) throws(OpenSSLError) {
        ERR_clear_error()
        try require(SSL_set_fd(pointer, descriptor), "SSL_set_fd")
        observer.limitReads(of: pointer)
    }

    /// Why a connection cannot be copied.
    public enum DuplicationError: Error {
        /// Its handshake has begun.
        case started
    }
}

/// What a single connection sets beside its context.
public struct ConnectionSettings: Sendable {
    /// The name sent as SNI; nil sends none.
    public var serverName: String?
    /// Whom the certificate must be for.
    public var peer = PeerIdentity.none
    /// How many intermediates a chain may have; nil leaves OpenSSL's limit.
    public var verifyDepth: Int32?
    /// Offered application protocols, most wanted first, each of 1 to 255 bytes.
    public var alpn: [String] = []
    /// A key agreed outside TLS.
    public var preSharedKey: PreSharedKey?
    /// Offers to authenticate when the server asks later. Wraps `SSL_set_post_handshake_auth(3)`.
    public var offersPostHandshakeAuth = false

    /// Settings that offer nothing and expect nobody.
    public init() {}

    func apply(to ssl: OpaquePointer) throws {
        if let serverName, probe_SSL_set_tlsext_host_name(ssl, serverName) != 1 {
            throw SettingError(.serverName, serverName)
        }
        do {
            if peer != .none { try peer.apply(to: require(SSL_get0_param(ssl), "SSL_get0_param")) }
        } catch {
            throw SettingError(.verifyName, peer.checked ?? "")
        }
        if let verifyDepth { SSL_set_verify_depth(ssl, verifyDepth) }
        if !alpn.isEmpty { try applyALPN(to: ssl) }
        if preSharedKey != nil { PreSharedKey.install(in: ssl) }
        if offersPostHandshakeAuth { SSL_set_post_handshake_auth(ssl, 1) }
    }

    /// Wraps `SSL_set_alpn_protos(3)`, whose 0 means success.
    private func applyALPN(to ssl: OpaquePointer) throws(SettingError) {
        let wire = try ALPN.wire(alpn)
        guard SSL_set_alpn_protos(ssl, wire, UInt32(wire.count)) == 0 else {
            throw SettingError(.alpn, alpn.joined(separator: ","))
        }
    }
}
