import COpenSSL

/// What a certificate of an `EphemeralAuthority` is to say; the defaults make a good server certificate for its names.
public struct LeafTemplate: Sendable {
    /// The subject, in order.
    public var subject: [Attribute]
    /// The subjectAltNames, in order: an IP literal becomes an address, everything else a DNS name, whatever it holds.
    public var names: [String]
    /// Which ends of a connection may show the certificate.
    public var usage = Usage.server
    /// The kind of key.
    public var key = Key.ecP256
    /// What the signature is made over.
    public var digest = Digest.sha256
    /// From when to when, in seconds from now.
    public var validity = Self.currentValidity
    /// Whether the certificate's own key signs it, instead of the authority's.
    public var isSelfSigned = false
    /// Whether the authorities between the root and the certificate go into the chain of the identity.
    public var sendsIssuers = true

    /// From one day ago, for peers whose clock is late, to 90 days ahead.
    public static let currentValidity = -day...90 * day
    /// The seconds of a day.
    public static let day = 86_400

    /// The longest common name that RFC 5280 allows (ub-common-name).
    private static let longestCommonName = 64

    /// A server certificate for these names; the first of them is also the common name unless it is too long for one.
    public init(names: [String]) {
        self.names = names
        subject = names.prefix(1).filter { $0.unicodeScalars.count <= Self.longestCommonName }.map(Attribute.commonName)
    }

    /// Which ends of a connection may show a certificate.
    public enum Usage: Hashable, Sendable {
        /// The server's end.
        case server
        /// The client's end.
        case client
        /// Either end.
        case both
    }

    /// Kinds of private keys.
    public enum Key: Hashable, Sendable {
        /// The curve P-256.
        case ecP256
        /// RSA of so many bits.
        case rsa(bits: Int)
    }

    /// Digests of signatures.
    public enum Digest: Hashable, Sendable {
        /// SHA-256.
        case sha256
        /// SHA-1, which the security level rules out by default.
        case sha1
    }

    /// One attribute of a subject: any bytes in any type of string that OpenSSL lets pass.
    public struct Attribute: Hashable, Sendable {
        /// The types of strings in ASN.1.
        public enum StringType: Hashable, Sendable {
            /// UTF8String.
            case utf8
            /// PrintableString.
            case printable
            /// TeletexString.
            case t61
            /// IA5String: ASCII.
            case ia5
            /// BMPString: two bytes for a character.
            case bmp
            /// UniversalString: four bytes for a character.
            case universal
        }

        /// The type by its short name such as `CN`, or in dotted form.
        public var type: String
        /// The content.
        public var bytes: [UInt8]
        /// What the content says it is.
        public var stringType: StringType

        /// An attribute with any content.
        public init(_ type: String, _ bytes: [UInt8], as stringType: StringType) {
            self.type = type
            self.bytes = bytes
            self.stringType = stringType
        }

        /// A common name in UTF-8.
        public static func commonName(_ text: String) -> Attribute { Attribute("CN", Array(text.utf8), as: .utf8) }
    }
}

extension LeafTemplate.Attribute.StringType {
    /// `V_ASN1_*`.
    var tag: Int32 {
        switch self {
        case .utf8: V_ASN1_UTF8STRING
        case .printable: V_ASN1_PRINTABLESTRING
        case .t61: V_ASN1_T61STRING
        case .ia5: V_ASN1_IA5STRING
        case .bmp: V_ASN1_BMPSTRING
        case .universal: V_ASN1_UNIVERSALSTRING
        }
    }
}

extension LeafTemplate.Usage {
    /// The object identifiers of the extended key usage.
    var purposes: [Int32] {
        switch self {
        case .server: [NID_server_auth]
        case .client: [NID_client_auth]
        case .both: [NID_server_auth, NID_client_auth]
        }
    }
}

extension LeafTemplate.Key {
    /// What the key is for: signatures, and for RSA the key exchange of TLS 1.2 without forward secrecy too.
    var usages: [CertificateDraft.KeyUsage] {
        switch self {
        case .ecP256: [.digitalSignature]
        case .rsa: [.digitalSignature, .keyEncipherment]
        }
    }
}

extension LeafTemplate.Digest {
    /// The `EVP_MD`, a constant of the library.
    var algorithm: OpaquePointer? {
        switch self {
        case .sha256: EVP_sha256()
        case .sha1: EVP_sha1()
        }
    }
}
