import COpenSSL

/// Who the peer must be: the name or address that its certificate has to hold.
public enum PeerIdentity: Hashable, Sendable {
    /// A DNS name, without the final dot.
    case name(String)
    /// An IPv4 or IPv6 address in text form, without brackets.
    case address(String)
    /// Nobody in particular, as for a server that looks at its clients.
    case none

    /// Takes an IP literal as an address and everything else as a name.
    public init(host: String) {
        let address = host.utf8.contains(0) ? nil : a2i_IPADDRESS(host)
        ERR_clear_error()
        ASN1_OCTET_STRING_free(address)
        self = address == nil ? .name(host) : .address(host)
    }

    /// What is compared, as the report shows it.
    public var checked: String? {
        switch self {
        case .name(let text), .address(let text): text
        case .none: nil
        }
    }

    /// Makes a verification demand this identity. Wraps `X509_VERIFY_PARAM_set1_host(3)` and `X509_VERIFY_PARAM_set1_ip_asc(3)`.
    ///
    /// Throws for what cannot be an identity: OpenSSL would take an empty name for no demand at all.
    public func apply(to parameters: OpaquePointer) throws(OpenSSLError) {
        ERR_clear_error()
        switch self {
        case .name(let name):
            guard isPossible else { throw OpenSSLError(operation: "X509_VERIFY_PARAM_set1_host", reasons: []) }
            try require(
                X509_VERIFY_PARAM_set1_host(parameters, name, name.utf8.count), "X509_VERIFY_PARAM_set1_host")
        case .address(let address):
            guard isPossible else { throw OpenSSLError(operation: "X509_VERIFY_PARAM_set1_ip_asc", reasons: []) }
            try require(X509_VERIFY_PARAM_set1_ip_asc(parameters, address), "X509_VERIFY_PARAM_set1_ip_asc")
        case .none:
            break
        }
    }

    /// False for an empty name, for one with a NUL, which OpenSSL would cut, and for one that begins with a dot, which it
    /// would take for every name below.
    var isPossible: Bool {
        switch self {
        case .name(let name): !name.isEmpty && !name.hasPrefix(".") && !name.utf8.contains(0)
        case .address(let address): !address.isEmpty && !address.utf8.contains(0)
        case .none: true
        }
    }

    /// Whether the certificate holds this identity, and under which name; nil when nothing is demanded.
    ///
    /// Wraps `X509_check_host(3)` and `X509_check_ip_asc(3)`, with the flags of the verification.
    func match(_ certificate: Certificate, flags: UInt32) -> (matches: Bool, name: String?)? {
        defer { ERR_clear_error() }
        switch self {
        case .none: return nil
        case _ where !isPossible: return (false, nil)
        case .name(let name):
            var matched: UnsafeMutablePointer<CChar>?
            defer { probe_OPENSSL_free(matched) }
            guard X509_check_host(certificate.pointer, name, name.utf8.count, flags, &matched) == 1 else {
                return (false, nil)
            }
            // It matched a name without NUL, so OpenSSL's copy has none either.
            return (true, matched.map { String(cString: $0) })
        case .address(let address):
            return (X509_check_ip_asc(certificate.pointer, address, flags) == 1, nil)
        }
    }
}
