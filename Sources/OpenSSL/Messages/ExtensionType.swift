/// The type of an extension.
public struct ExtensionType: WireNumber {
    /// The two bytes of the wire.
    public let rawValue: UInt16

    /// Any number is a type, known or not.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The host name that the client asks for.
    public static let serverName = ExtensionType(rawValue: 0)
    /// A wish for, or a stapled, OCSP response.
    public static let statusRequest = ExtensionType(rawValue: 5)
    /// Groups for the key exchange.
    public static let supportedGroups = ExtensionType(rawValue: 10)
    /// Signature algorithms of the handshake.
    public static let signatureAlgorithms = ExtensionType(rawValue: 13)
    /// ALPN.
    public static let applicationProtocols = ExtensionType(rawValue: 16)
    /// Certificate transparency.
    public static let signedCertificateTimestamp = ExtensionType(rawValue: 18)
    /// MAC after encryption (RFC 7366).
    public static let encryptThenMAC = ExtensionType(rawValue: 22)
    /// Keys bound to the whole handshake (RFC 7627).
    public static let extendedMasterSecret = ExtensionType(rawValue: 23)
    /// A ticket of TLS 1.2, or the wish for one.
    public static let sessionTicket = ExtensionType(rawValue: 35)
    /// Sessions and external keys that TLS 1.3 may resume with.
    public static let preSharedKey = ExtensionType(rawValue: 41)
    /// Data in the first flight.
    public static let earlyData = ExtensionType(rawValue: 42)
    /// Versions offered, or the one chosen.
    public static let supportedVersions = ExtensionType(rawValue: 43)
    /// The cookie of HelloRetryRequest.
    public static let cookie = ExtensionType(rawValue: 44)
    /// Whether a PSK may go without a new key exchange.
    public static let pskKeyExchangeModes = ExtensionType(rawValue: 45)
    /// Names of certificate authorities.
    public static let certificateAuthorities = ExtensionType(rawValue: 47)
    /// The client may be asked for a certificate later.
    public static let postHandshakeAuth = ExtensionType(rawValue: 49)
    /// Shares of the key exchange.
    public static let keyShare = ExtensionType(rawValue: 51)
    /// Secure renegotiation (RFC 5746).
    public static let renegotiationInfo = ExtensionType(rawValue: 0xff01)

    /// The name in the IANA registry.
    public var knownName: String? {
        switch rawValue {
        case 0: "server_name"
        case 1: "max_fragment_length"
        case 2: "client_certificate_url"
        case 3: "trusted_ca_keys"
        case 4: "truncated_hmac"
        case 5: "status_request"
        case 6: "user_mapping"
        case 7: "client_authz"
        case 8: "server_authz"
        case 9: "cert_type"
        case 10: "supported_groups"
        case 11: "ec_point_formats"
        case 12: "srp"
        case 13: "signature_algorithms"
        case 14: "use_srtp"
        case 15: "heartbeat"
        case 16: "application_layer_protocol_negotiation"
        case 17: "status_request_v2"
        case 18: "signed_certificate_timestamp"
        case 19: "client_certificate_type"
        case 20: "server_certificate_type"
        case 21: "padding"
        case 22: "encrypt_then_mac"
        case 23: "extended_master_secret"
        case 24: "token_binding"
        case 25: "cached_info"
        case 26: "tls_lts"
        case 27: "compress_certificate"
        case 28: "record_size_limit"
        case 29: "pwd_protect"
        case 30: "pwd_clear"
        case 31: "password_salt"
        case 32: "ticket_pinning"
        case 33: "tls_cert_with_extern_psk"
        case 34: "delegated_credential"
        case 35: "session_ticket"
        case 41: "pre_shared_key"
        case 42: "early_data"
        case 43: "supported_versions"
        case 44: "cookie"
        case 45: "psk_key_exchange_modes"
        case 47: "certificate_authorities"
        case 48: "oid_filters"
        case 49: "post_handshake_auth"
        case 50: "signature_algorithms_cert"
        case 51: "key_share"
        case 52: "transparency_info"
        case 54: "connection_id"
        case 55: "external_id_hash"
        case 56: "external_session_id"
        case 57: "quic_transport_parameters"
        case 58: "ticket_request"
        case 59: "dnssec_chain"
        case 60: "sequence_number_encryption_algorithms"
        case 61: "rrc"
        case 62: "tls_flags"
        case 13172: "next_protocol_negotiation"
        case 17513, 17613: "application_settings"
        case 64768: "ech_outer_extensions"
        case 65037: "encrypted_client_hello"
        case 65281: "renegotiation_info"
        default: nil
        }
    }
}
