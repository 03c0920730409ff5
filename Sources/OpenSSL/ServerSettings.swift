import COpenSSL

/// What a server accepts, set once on a `Context`.
public struct ServerSettings: Sendable {
    /// Lowest version accepted; nil leaves OpenSSL's default.
    public var minimum: ProtocolVersion?
    /// Highest version accepted; nil leaves OpenSSL's default.
    public var maximum: ProtocolVersion?
    /// How many TLS 1.3 tickets are sent after a full handshake; nil leaves OpenSSL's 2. Wraps `SSL_CTX_set_num_tickets(3)`.
    public var ticketCount: Int?

    /// Settings that leave everything to the library.
    public init() {}

    func apply(to context: OpaquePointer) throws {
        try ProtocolVersion.limit(context, from: minimum, to: maximum)
        if let ticketCount { try require(SSL_CTX_set_num_tickets(context, ticketCount), "SSL_CTX_set_num_tickets") }
        // Without one a resumption is fatal as soon as client certificates are verified (reason 277).
        let name = Array("sslprobe".utf8)
        try require(SSL_CTX_set_session_id_context(context, name, UInt32(name.count)), "SSL_CTX_set_session_id_context")
    }
}

extension ProtocolVersion {
    /// Wraps `SSL_CTX_set_min_proto_version(3)` and `SSL_CTX_set_max_proto_version(3)`.
    static func limit(
        _ context: OpaquePointer, from minimum: ProtocolVersion?, to maximum: ProtocolVersion?
    ) throws(SettingError) {
        // OpenSSL takes a minimum above the maximum and fails in the handshake.
        if let minimum, let maximum, minimum > maximum { throw SettingError(.versions, "\(minimum)-\(maximum)") }
        if let minimum, probe_SSL_CTX_set_min_proto_version(context, Int32(minimum.rawValue)) != 1 {
            throw SettingError(.versions, "\(minimum)")
        }
        if let maximum, probe_SSL_CTX_set_max_proto_version(context, Int32(maximum.rawValue)) != 1 {
            throw SettingError(.versions, "\(maximum)")
        }
    }
}
