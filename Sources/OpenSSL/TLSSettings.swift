import COpenSSL

/// What both ends of a connection may set: which versions and algorithms they take.
public struct TLSSettings: Sendable {
    /// Lowest version; nil leaves OpenSSL's default.
    public var minimum: ProtocolVersion?
    /// Highest version; nil leaves OpenSSL's default.
    public var maximum: ProtocolVersion?
    /// TLS 1.2 and below: OpenSSL's cipher string, in which IANA names are understood as well.
    public var ciphers: String?
    /// TLS 1.3, by their IANA names.
    public var ciphersuites: String?
    /// Named groups, most wanted first.
    public var groups: String?
    /// Signature algorithms, most wanted first.
    public var signatureAlgorithms: String?
    /// OpenSSL's security level, 0 to 5; nil leaves the library's.
    public var securityLevel: Int32?
    /// Whether Observers get the lines of the key log; to spell them costs a tenth of a handshake.
    public var logsKeys = false

    /// Settings that leave everything to the library.
    public init() {}

    func apply(to context: OpaquePointer) throws(SettingError) {
        if let securityLevel { SSL_CTX_set_security_level(context, securityLevel) }
        try ProtocolVersion.limit(context, from: minimum, to: maximum)
        if let ciphers { try apply(ciphers: ciphers, to: context) }
        if let ciphersuites { try apply(ciphersuites: ciphersuites, to: context) }
        if let groups { try apply(groups: groups, to: context) }
        if let signatureAlgorithms {
            guard probe_SSL_CTX_set1_sigalgs_list(context, colonSeparated(signatureAlgorithms)) == 1 else {
                throw SettingError(.signatureAlgorithms, signatureAlgorithms)
            }
        }
        ERR_clear_error()
    }

    /// OpenSSL skips names that it does not know as long as one is known; a typing error must not pass unseen.
    private func apply(ciphers: String, to context: OpaquePointer) throws(SettingError) {
        var list: [String] = []
        for element in elements(of: ciphers) {
            if element.contains("@") || "!-+".contains(element.prefix(1)) {
                list.append(element)
                continue
            }
            let name = Self.opensslName(ofCipher: element)
            guard SSL_CTX_set_cipher_list(context, name) == 1, !name.hasPrefix("TLS_") else {
                throw SettingError(.ciphers, element)
            }
            list.append(name)
        }
        guard !list.isEmpty, SSL_CTX_set_cipher_list(context, list.joined(separator: ":")) == 1 else {
            throw SettingError(.ciphers, ciphers)
        }
    }

    private func apply(ciphersuites: String, to context: OpaquePointer) throws(SettingError) {
        let list = elements(of: ciphersuites)
        for element in list where SSL_CTX_set_ciphersuites(context, element) != 1 {
            throw SettingError(.ciphersuites, element)
        }
        guard !list.isEmpty, SSL_CTX_set_ciphersuites(context, list.joined(separator: ":")) == 1 else {
            throw SettingError(.ciphersuites, ciphersuites)
        }
    }

    private func apply(groups: String, to context: OpaquePointer) throws(SettingError) {
        for element in elements(of: groups) where probe_SSL_CTX_set1_groups_list(context, element) != 1 {
            let isKnownLater = element.uppercased().contains("MLKEM") && !LibraryVersion.isAtLeast(3, 5)
            throw SettingError(.groups, element, neededVersion: isKnownLater ? "3.5" : nil)
        }
        guard probe_SSL_CTX_set1_groups_list(context, colonSeparated(groups)) == 1 else {
            throw SettingError(.groups, groups)
        }
    }

    /// Wraps `OPENSSL_cipher_name(3)`: gives the IANA name's other spelling, or the name itself.
    private static func opensslName(ofCipher name: String) -> String {
        guard name.hasPrefix("TLS_"), let known = OPENSSL_cipher_name(name) else { return name }
        let text = String(cString: known)
        return text == "(NONE)" ? name : text
    }

    private func elements(of list: String) -> [String] {
        list.split(whereSeparator: { $0 == ":" || $0 == "," || $0 == " " }).map(String.init)
    }

    private func colonSeparated(_ list: String) -> String { elements(of: list).joined(separator: ":") }
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
