import COpenSSL

/// What the library's configuration file changed before anybody set anything: on such a machine the same command means
/// something else.
public struct LibraryDefaults: Hashable, Sendable {
    /// The lowest version that is offered; nil when the file does not say.
    public let minimum: ProtocolVersion?
    /// The highest version that is offered; nil when the file does not say.
    public let maximum: ProtocolVersion?
    /// The security level; nil when it is one that distributions build in, 1 or 2.
    public let securityLevel: Int32?

    /// Reads a context that nothing was set on yet. Wraps `SSL_CTX_get_min_proto_version(3)` and
    /// `SSL_CTX_get_security_level(3)`.
    init(of context: OpaquePointer) {
        minimum = Self.version(probe_SSL_CTX_get_min_proto_version(context))
        maximum = Self.version(probe_SSL_CTX_get_max_proto_version(context))
        let level = SSL_CTX_get_security_level(context)
        securityLevel = (1...2).contains(level) ? nil : level
    }

    /// The file that the library reads. Wraps `CONF_get1_default_config_file(3)`.
    public static var path: String? {
        guard let path = CONF_get1_default_config_file() else { return nil }
        defer { probe_OPENSSL_free(path) }
        return String(cString: path)
    }

    private static func version(_ number: Int32) -> ProtocolVersion? {
        number > 0 ? UInt16(exactly: number).map(ProtocolVersion.init) : nil
    }
}
