import COpenSSL

/// The configuration that connections are made from: one per set of options, shared by all of its connections.
///
/// Frozen once made. Wraps `SSL_CTX_new(3)`; making one costs a hundred times what a `Connection` does.
public final class Context: @unchecked Sendable {
    // Sendable without a check: nothing changes the SSL_CTX after `init`, and OpenSSL locks its reference count.
    let pointer: OpaquePointer
    /// What the library's configuration file had set.
    public let defaults: LibraryDefaults
    /// What certificates are checked against.
    public let trust: TrustStore
    /// What the callbacks of a server need; nil in a client's context.
    let server: ServerRole?

    /// Makes a client context.
    ///
    /// - Throws: `SettingError` naming the setting that OpenSSL does not take.
    public init(client settings: ClientSettings, trust: TrustStore, identity: Identity? = nil) throws {
        ERR_clear_error()
        pointer = try require(SSL_CTX_new(TLS_client_method()), "SSL_CTX_new")
        self.trust = trust
        server = nil
        defaults = LibraryDefaults(of: pointer)
        Self.setModes(of: pointer)
        _ = probe_SSL_CTX_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL))
        try settings.apply(to: pointer)
        trust.apply(toContext: pointer)
        try identity?.apply(toContext: pointer)
        Observer.install(in: pointer, logsKeys: settings.tls.logsKeys)
    }

    /// Makes a server context that shows one of these identities, by the name that the client asks for and the keys that it
    /// can verify, and checks the certificates of clients against `trust`.
    ///
    /// - Throws: `SettingError` naming the setting that OpenSSL does not take; `OpenSSLError` for an identity that it refuses.
    public init(server settings: ServerSettings, identities: [Identity], trust: TrustStore) throws {
        ERR_clear_error()
        // First: what throws before every property has a value leaves the others to nobody.
        let role = try ServerRole(settings, identities: identities)
        pointer = try require(SSL_CTX_new(TLS_server_method()), "SSL_CTX_new")
        self.trust = trust
        server = role
        defaults = LibraryDefaults(of: pointer)
        Self.setModes(of: pointer)
        try settings.apply(to: pointer)
        for identity in role.identities(for: nil).reversed() { try identity.apply(toContext: pointer) }
        if !trust.isNone {
            trust.apply(toContext: pointer)
            // Trusting authorities does not name them to the client.
            for authority in trust.loadedCertificates { SSL_CTX_add_client_CA(pointer, authority.pointer) }
        }
        Observer.install(inServer: pointer, role: role, logsKeys: settings.tls.logsKeys)
    }

    deinit { SSL_CTX_free(pointer) }

    private static func setModes(of context: OpaquePointer) {
        // Without AUTO_RETRY a call returns after each message, so a deadline can be held against a flood.
        _ = probe_SSL_CTX_clear_mode(context, Int(SSL_MODE_AUTO_RETRY))
        _ = probe_SSL_CTX_set_mode(context, Int(SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
    }
}

/// A setting that OpenSSL does not take. Its setters often fail with an empty error queue, so the name of the
/// setting and the value are what a person needs.
public struct SettingError: Error, Hashable, Sendable {
    /// What was set.
    public enum Setting: Hashable, Sendable {
        /// `TLSSettings.ciphers`.
        case ciphers
        /// `TLSSettings.ciphersuites`.
        case ciphersuites
        /// `TLSSettings.groups`.
        case groups
        /// `TLSSettings.signatureAlgorithms`.
        case signatureAlgorithms
        /// The application protocols of either end.
        case alpn
        /// `TLSSettings.minimum` and `.maximum`.
        case versions
        /// `ConnectionSettings.serverName`.
        case serverName
        /// The name or address of `ConnectionSettings.peer`.
        case verifyName
    }

    /// Which setting.
    public let setting: Setting
    /// The offending part of the value.
    public let value: String
    /// The library that knows the value, when this one is too old for it, such as "3.5".
    public let neededVersion: String?

    /// Makes an error for one setting.
    public init(_ setting: Setting, _ value: String, neededVersion: String? = nil) {
        self.setting = setting
        self.value = value
        self.neededVersion = neededVersion
    }
}

/// The versions of the library, as it names itself.
public enum LibraryVersion {
    /// What we were built with. Wraps `OPENSSL_VERSION_STR`.
    public static let headers = OPENSSL_VERSION_STR
    /// What runs now. Wraps `OpenSSL_version(3)`.
    public static let linked = String(cString: OpenSSL_version(OPENSSL_VERSION_STRING))

    /// Whether the running library is at least the given version. Wraps `OpenSSL_version_num(3)`.
    public static func isAtLeast(_ major: UInt, _ minor: UInt, _ patch: UInt = 0) -> Bool {
        OpenSSL_version_num() >> 4 >= major << 24 | minor << 16 | patch
    }
}
