/// An alert as it travelled: level and description.
public struct Alert: Hashable, Sendable {
    /// How the sender meant it. TLS 1.3 keeps the byte and ignores it.
    public let level: Level
    /// What the sender complains of.
    public let kind: AlertDescription

    /// Makes an alert from its two numbers.
    public init(level: Level, kind: AlertDescription) {
        self.level = level
        self.kind = kind
    }

    /// The name of the description, such as `handshake_failure`.
    public var name: String { kind.name }
    /// The number of the description, such as 40.
    public var number: UInt8 { kind.rawValue }
    /// Whether the level says fatal.
    public var isFatal: Bool { level == .fatal }
    /// Whether the sender announces an orderly end.
    public var isCloseNotify: Bool { kind == .closeNotify }

    /// The first byte of an alert.
    public struct Level: WireNumber {
        /// The byte of the wire.
        public let rawValue: UInt8
        /// Any number is a level, known or not.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// The connection goes on, unless this is close_notify.
        public static let warning = Level(rawValue: 1)
        /// The connection is over.
        public static let fatal = Level(rawValue: 2)
        /// The name in RFC 8446.
        public var knownName: String? {
            switch self {
            case .warning: "warning"
            case .fatal: "fatal"
            default: nil
            }
        }
    }
}

extension Alert: CustomStringConvertible {
    /// Level and name: `fatal handshake_failure`.
    public var description: String { "\(level) \(kind)" }
}

/// The second byte of an alert.
///
/// OpenSSL's own texts are not used: they differ between versions and are missing for 86, 109 and 116.
public struct AlertDescription: WireNumber {
    /// The byte of the wire.
    public let rawValue: UInt8

    /// Any number is a description, known or not.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// An orderly end.
    public static let closeNotify = AlertDescription(rawValue: 0)
    /// A message at the wrong time.
    public static let unexpectedMessage = AlertDescription(rawValue: 10)
    /// A record that could not be decrypted.
    public static let badRecordMAC = AlertDescription(rawValue: 20)
    /// No set of parameters that both sides accept.
    public static let handshakeFailure = AlertDescription(rawValue: 40)
    /// The certificate was not acceptable.
    public static let badCertificate = AlertDescription(rawValue: 42)
    /// The certificate's dates are over.
    public static let certificateExpired = AlertDescription(rawValue: 45)
    /// Something else is wrong with the certificate.
    public static let certificateUnknown = AlertDescription(rawValue: 46)
    /// The certificate's issuer is not known.
    public static let unknownCA = AlertDescription(rawValue: 48)
    /// The certificate was valid and access is denied.
    public static let accessDenied = AlertDescription(rawValue: 49)
    /// What was decrypted or signed is not right.
    public static let decryptError = AlertDescription(rawValue: 51)
    /// No version that both sides speak.
    public static let protocolVersion = AlertDescription(rawValue: 70)
    /// The offer is too weak for the server.
    public static let insufficientSecurity = AlertDescription(rawValue: 71)
    /// The sender's own trouble.
    public static let internalError = AlertDescription(rawValue: 80)
    /// The client retried with a lower version than the server speaks (RFC 7507).
    public static let inappropriateFallback = AlertDescription(rawValue: 86)
    /// The user gave up; close_notify follows.
    public static let userCanceled = AlertDescription(rawValue: 90)
    /// Renegotiation is declined.
    public static let noRenegotiation = AlertDescription(rawValue: 100)
    /// The server does not know the name asked for.
    public static let unrecognizedName = AlertDescription(rawValue: 112)
    /// No key goes by that name.
    public static let unknownPSKIdentity = AlertDescription(rawValue: 115)
    /// A client certificate was demanded and none came.
    public static let certificateRequired = AlertDescription(rawValue: 116)
    /// No application protocol that both sides speak.
    public static let noApplicationProtocol = AlertDescription(rawValue: 120)

    /// The name in the IANA registry, reserved numbers by the name they had.
    public var knownName: String? {
        switch rawValue {
        case 0: "close_notify"
        case 10: "unexpected_message"
        case 20: "bad_record_mac"
        case 21: "decryption_failed"
        case 22: "record_overflow"
        case 30: "decompression_failure"
        case 40: "handshake_failure"
        case 41: "no_certificate"
        case 42: "bad_certificate"
        case 43: "unsupported_certificate"
        case 44: "certificate_revoked"
        case 45: "certificate_expired"
        case 46: "certificate_unknown"
        case 47: "illegal_parameter"
        case 48: "unknown_ca"
        case 49: "access_denied"
        case 50: "decode_error"
        case 51: "decrypt_error"
        case 52: "too_many_cids_requested"
        case 60: "export_restriction"
        case 70: "protocol_version"
        case 71: "insufficient_security"
        case 80: "internal_error"
        case 86: "inappropriate_fallback"
        case 90: "user_canceled"
        case 100: "no_renegotiation"
        case 109: "missing_extension"
        case 110: "unsupported_extension"
        case 111: "certificate_unobtainable"
        case 112: "unrecognized_name"
        case 113: "bad_certificate_status_response"
        case 114: "bad_certificate_hash_value"
        case 115: "unknown_psk_identity"
        case 116: "certificate_required"
        case 117: "general_error"
        case 120: "no_application_protocol"
        case 121: "ech_required"
        default: nil
        }
    }
}
