import COpenSSL

/// What a client offers, set once on a `Context`.
public struct ClientSettings: Sendable {
    /// Versions, ciphers, groups, signature algorithms, security level.
    public var tls = TLSSettings()
    /// Connects to servers without RFC 5746 and renegotiates with them. Wraps `SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION`.
    public var allowsUnsafeLegacyRenegotiation = false
    /// Answers a HelloRequest with no_renegotiation. Otherwise a flood of them never leaves `SSL_read(3)`: a client that
    /// is renegotiating skips them in a loop of its own. Wraps `SSL_OP_NO_RENEGOTIATION`.
    public var refusesRenegotiation = false
    /// Offers no session ticket in TLS 1.2. Wraps `SSL_OP_NO_TICKET`.
    public var offersNoTicket = false

    /// Offers to resume a TLS 1.3 session without a new key exchange as well (psk_ke). Wraps `SSL_OP_ALLOW_NO_DHE_KEX`.
    public var allowsPSKWithoutKeyExchange = false

    /// Settings that leave everything to the library.
    public init() {}

    func apply(to context: OpaquePointer) throws(SettingError) {
        try tls.apply(to: context)
        var options: UInt64 = 0
        if allowsUnsafeLegacyRenegotiation {
            options |= probe_SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION | probe_SSL_OP_LEGACY_SERVER_CONNECT
        }
        if refusesRenegotiation { options |= probe_SSL_OP_NO_RENEGOTIATION }
        if offersNoTicket { options |= probe_SSL_OP_NO_TICKET }
        if allowsPSKWithoutKeyExchange { options |= probe_SSL_OP_ALLOW_NO_DHE_KEX }
        if options != 0 { SSL_CTX_set_options(context, options) }
        ERR_clear_error()
    }
}
