import COpenSSL

/// What a server accepts and hands out, set once on a `Context`.
public struct ServerSettings: Sendable {
    /// Versions, ciphers, groups, signature algorithms, security level.
    public var tls = TLSSettings()
    /// Application protocols, most wanted first; a client that offers only others is refused with the alert
    /// no_application_protocol. Empty: ALPN is not answered.
    public var alpn: [String] = []
    /// How sessions are handed out.
    public var tickets = TicketSettings()
    /// How many bytes of early data are taken; 0 for none. Wraps `SSL_CTX_set_max_early_data(3)`.
    public var maxEarlyData: UInt32 = 0
    /// Whether a ticket is good for early data once only, which makes tickets stateful. Wraps `SSL_OP_NO_ANTI_REPLAY`.
    public var preventsReplay = true
    /// Whether the handshake asks for a client certificate.
    public var clientCertificate = ClientCertificateDemand.none
    /// Takes part in renegotiations that a client begins. Wraps `SSL_OP_ALLOW_CLIENT_RENEGOTIATION`.
    public var allowsClientRenegotiation = false
    /// Renegotiates with clients without RFC 5746. Wraps `SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION`.
    public var allowsUnsafeLegacyRenegotiation = false
    /// Whether a renegotiation may resume the session. Wraps `SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION`.
    public var resumesInRenegotiation = true
    /// A key agreed outside TLS.
    public var preSharedKey: PreSharedKey?

    /// Settings that leave everything to the library.
    public init() {}

    /// What resumption needs is set always: without a session id context it is fatal as soon as client certificates are
    /// verified (reason 277).
    static let sessionContext = Array("sslprobe".utf8)

    func apply(to context: OpaquePointer) throws {
        try tls.apply(to: context)
        try tickets.apply(to: context)
        try require(SSL_CTX_set_max_early_data(context, maxEarlyData), "SSL_CTX_set_max_early_data")
        // The limit that is enforced; without it a client that sends too much fails in ways of its own.
        try require(SSL_CTX_set_recv_max_early_data(context, maxEarlyData), "SSL_CTX_set_recv_max_early_data")
        var options: UInt64 = 0
        if !preventsReplay { options |= probe_SSL_OP_NO_ANTI_REPLAY }
        if allowsClientRenegotiation { options |= probe_SSL_OP_ALLOW_CLIENT_RENEGOTIATION }
        if allowsUnsafeLegacyRenegotiation { options |= probe_SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION }
        if !resumesInRenegotiation { options |= probe_SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION }
        if options != 0 { SSL_CTX_set_options(context, options) }
        // An idle connection keeps no buffers, and only the chain that was given is sent, not what the store would add.
        _ = probe_SSL_CTX_set_mode(context, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN))
        try require(
            SSL_CTX_set_session_id_context(context, Self.sessionContext, UInt32(Self.sessionContext.count)),
            "SSL_CTX_set_session_id_context")
        ERR_clear_error()
    }
}

/// How a server lets clients resume.
public struct TicketSettings: Sendable {
    /// Where the session is kept.
    public enum Mode: Sendable {
        /// In the ticket, sealed.
        case stateless
        /// In the server's cache; the ticket, or the session id of TLS 1.2, only names it. Wraps `SSL_OP_NO_TICKET`.
        case stateful
        /// Nowhere: every handshake is a full one.
        case off
    }

    /// Where the session is kept.
    public var mode = Mode.stateless
    /// How many TLS 1.3 tickets are sent inside a full handshake; nil leaves OpenSSL's 2. Wraps `SSL_CTX_set_num_tickets(3)`.
    public var count: Int?
    /// How long a session may be resumed, in seconds; nil leaves OpenSSL's 7200. Wraps `SSL_CTX_set_timeout(3)`.
    public var lifetime: Int?
    /// Keys that change; nil leaves one key, made by OpenSSL, for the life of the context.
    public var keys: TicketKeyRing?

    /// Settings that leave everything to the library.
    public init() {}

    func apply(to context: OpaquePointer) throws(OpenSSLError) {
        if let lifetime { SSL_CTX_set_timeout(context, lifetime) }
        switch mode {
        case .stateless:
            if keys != nil { try TicketKeyRing.install(in: context) }
        case .stateful:
            SSL_CTX_set_options(context, probe_SSL_OP_NO_TICKET)
        case .off:
            SSL_CTX_set_options(context, probe_SSL_OP_NO_TICKET)
            _ = probe_SSL_CTX_set_session_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
        }
        let sent = mode == .off ? 0 : count
        if let sent { try require(SSL_CTX_set_num_tickets(context, sent), "SSL_CTX_set_num_tickets") }
    }
}

/// What a server's handshake says about a client certificate.
public enum ClientCertificateDemand: Sendable {
    /// It asks for none.
    case none
    /// It asks; a client without one, or with one that is not trusted, is served all the same.
    case request
    /// It asks; a client without one, or with one that is not trusted, is refused.
    case require

    /// Wraps `SSL_VERIFY_*`. FAIL_IF_NO_PEER_CERT alone asks for nothing.
    var mode: Int32 {
        switch self {
        case .none: SSL_VERIFY_NONE
        case .request: SSL_VERIFY_PEER
        case .require: SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
        }
    }
}
