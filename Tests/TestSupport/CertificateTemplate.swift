import Foundation

/// What a certificate is to say; the defaults make a good server certificate for `localhost`.
public struct CertificateTemplate: Sendable {
    /// One attribute of the subject: the type and the value in DER, whatever it holds.
    public struct Attribute: Sendable {
        let oid: String
        let value: [UInt8]

        /// An attribute with any value in DER.
        public init(oid: String, value: [UInt8]) {
            self.oid = oid
            self.value = value
        }

        /// A common name in UTF-8.
        public static func commonName(_ text: String) -> Attribute { Attribute(oid: "2.5.4.3", value: DER.utf8(text)) }

        /// An organisation in UTF-8.
        public static func organization(_ text: String) -> Attribute {
            Attribute(oid: "2.5.4.10", value: DER.utf8(text))
        }
    }

    /// Kinds of private keys.
    public enum Key: Hashable, Sendable {
        /// RSA of so many bits.
        case rsa(Int)
        /// A curve by OpenSSL's name, such as `P-256`.
        case ec(String)
        /// Ed25519.
        case ed25519
    }

    /// What the key may be used for.
    public enum Usage: String, Sendable {
        /// A TLS server.
        case server = "1.3.6.1.5.5.7.3.1"
        /// A TLS client.
        case client = "1.3.6.1.5.5.7.3.2"
    }

    /// The subject, in order.
    public var subject: [Attribute]
    /// DNS names.
    public var names: [String] = ["localhost"]
    /// IP addresses as bytes.
    public var addresses: [[UInt8]] = [[127, 0, 0, 1]]
    /// Further GeneralNames in DER.
    public var rawNames: [[UInt8]] = []
    /// The beginning of the validity.
    public var notBefore = Date(timeIntervalSinceNow: -86_400)
    /// The end of the validity.
    public var notAfter = Date(timeIntervalSinceNow: 90 * 86_400)
    /// Extended key usages; empty leaves the extension out.
    public var usages: [Usage] = [.server, .client]
    /// The kind of key.
    public var key = Key.ec("P-256")
    /// Whether the certificate may sign others.
    public var isAuthority = false
    /// Whether subject and authority key identifiers are written.
    public var hasKeyIdentifiers = true
    /// The serial number's bytes.
    public var serial = [0x40] + (0..<7).map { _ in UInt8.random(in: 0...255) }

    /// A server certificate with this common name.
    public init(_ commonName: String = "localhost") {
        subject = [.commonName(commonName)]
    }

    /// A name alone: the SAN is that name and nothing else.
    public static func named(_ name: String) -> CertificateTemplate {
        var template = CertificateTemplate(name)
        template.names = [name]
        template.addresses = []
        return template
    }

    /// A certificate that signs others.
    public static func authority(_ commonName: String, key: Key = .ec("P-256")) -> CertificateTemplate {
        var template = CertificateTemplate(commonName)
        template.names = []
        template.addresses = []
        template.usages = []
        template.isAuthority = true
        template.key = key
        return template
    }

    /// The TBSCertificate in DER.
    func toBeSigned(publicKey: [UInt8], issuer: [UInt8], issuerKey: [UInt8], signature: [UInt8]) -> [UInt8] {
        DER.sequence(
            DER.context(0, DER.element(0x02, [2])),
            DER.element(0x02, serial),
            signature,
            issuer,
            DER.sequence(DER.time(notBefore), DER.time(notAfter)),
            DER.name(subject),
            publicKey,
            DER.context(3, DER.element(0x30, extensions(publicKey: publicKey, issuerKey: issuerKey))))
    }

    private func extensions(publicKey: [UInt8], issuerKey: [UInt8]) -> [UInt8] {
        func write(_ oid: String, critical: Bool = false, _ value: [UInt8]) -> [UInt8] {
            DER.sequence(DER.oid(oid), critical ? DER.yes : [], DER.octets(value))
        }
        var extensions = write("2.5.29.19", critical: true, isAuthority ? DER.sequence(DER.yes) : DER.sequence())
        // keyCertSign and cRLSign, or digitalSignature.
        extensions += write(
            "2.5.29.15", critical: true, DER.bits([isAuthority ? 0x06 : 0x80], unused: isAuthority ? 1 : 7))
        if hasKeyIdentifiers {
            // Any bytes that differ with the key will do.
            extensions += write("2.5.29.14", DER.octets(Self.identifier(publicKey)))
            extensions += write("2.5.29.35", DER.sequence(DER.implicit(0, Self.identifier(issuerKey))))
        }
        if !usages.isEmpty {
            extensions += write("2.5.29.37", DER.element(0x30, usages.flatMap { DER.oid($0.rawValue) }))
        }
        let general =
            names.flatMap { DER.implicit(2, Array($0.utf8)) } + addresses.flatMap { DER.implicit(7, $0) }
            + rawNames.flatMap { $0 }
        if !general.isEmpty { extensions += write("2.5.29.17", DER.element(0x30, general)) }
        return extensions
    }

    private static func identifier(_ publicKey: [UInt8]) -> [UInt8] { Array(publicKey.suffix(32)) }
}
