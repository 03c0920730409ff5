import Foundation

/// A certificate with its key in files of the run's temporary folder.
public struct IssuedCertificate: Sendable {
    /// The certificate in DER.
    public let der: [UInt8]
    /// The certificate in PEM.
    public let certificatePath: String
    /// The certificate and the intermediates above it, in PEM: what a server sends.
    public let chainPath: String
    /// The private key in PEM, not encrypted.
    public let keyPath: String

    fileprivate let subject: [UInt8]
    fileprivate let publicKey: [UInt8]
    fileprivate let key: CertificateTemplate.Key
    /// PEM of the certificates between this one and the root, this one included unless it is the root.
    fileprivate let chain: String

    fileprivate init(_ template: CertificateTemplate, issuer: IssuedCertificate?) throws {
        key = template.key
        subject = DER.name(template.subject)
        let name = UUID().uuidString
        keyPath = TemporaryFolder.path(name + ".key")
        try OpenSSLCommand.run(template.key.generation + ["-out", keyPath])
        publicKey = try OpenSSLCommand.run(["pkey", "-in", keyPath, "-pubout", "-outform", "DER"])
        let signer = issuer?.key ?? template.key
        let body = template.toBeSigned(
            publicKey: publicKey, issuer: issuer?.subject ?? subject, issuerKey: issuer?.publicKey ?? publicKey,
            signature: signer.signatureAlgorithm)
        let bodyPath = try TemporaryFolder.write(body, to: name + ".tbs")
        let signature = try OpenSSLCommand.run(signer.signing(bodyPath, with: issuer?.keyPath ?? keyPath))
        der = DER.sequence(body, signer.signatureAlgorithm, DER.bits(signature))
        let base64 = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        let pem = "-----BEGIN CERTIFICATE-----\n\(base64)\n-----END CERTIFICATE-----\n"
        certificatePath = try TemporaryFolder.write(Array(pem.utf8), to: name + ".pem")
        chain = issuer == nil ? "" : pem + (issuer?.chain ?? "")
        chainPath = try TemporaryFolder.write(Array((issuer == nil ? pem : chain).utf8), to: name + ".chain.pem")
    }

    /// A certificate signed with its own key.
    public static func selfSigned(_ template: CertificateTemplate = CertificateTemplate()) throws -> IssuedCertificate {
        try IssuedCertificate(template, issuer: nil)
    }
}

/// A certificate authority for one test: a root or an intermediate.
public struct CertificateAuthority: Sendable {
    /// The authority's own certificate.
    public let certificate: IssuedCertificate

    /// Its certificate in PEM: what `--ca` takes.
    public var certificatePath: String { certificate.certificatePath }

    /// Makes a root.
    public init(_ name: String = "Test Root", key: CertificateTemplate.Key = .ec("P-256")) throws {
        try self.init(.authority(name, key: key))
    }

    /// Makes a root from any template.
    public init(_ template: CertificateTemplate) throws {
        certificate = try IssuedCertificate(template, issuer: nil)
    }

    private init(_ template: CertificateTemplate, issuer: CertificateAuthority) throws {
        certificate = try IssuedCertificate(template, issuer: issuer.certificate)
    }

    /// Issues an intermediate authority.
    public func intermediate(_ name: String = "Test Intermediate") throws -> CertificateAuthority {
        try CertificateAuthority(.authority(name), issuer: self)
    }

    /// Issues a certificate; by default a good one for `localhost`.
    public func issue(_ template: CertificateTemplate = CertificateTemplate()) throws -> IssuedCertificate {
        try IssuedCertificate(template, issuer: certificate)
    }

    /// A directory with the hashed names that OpenSSL looks for.
    public static func hashedDirectory(of authorities: [CertificateAuthority]) throws -> String {
        let path = TemporaryFolder.path("hashed-" + UUID().uuidString)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        for (index, authority) in authorities.enumerated() {
            try FileManager.default.copyItem(atPath: authority.certificatePath, toPath: "\(path)/\(index).pem")
        }
        try OpenSSLCommand.run(["rehash", path])
        return path
    }
}

extension CertificateTemplate.Key {
    fileprivate var generation: [String] {
        switch self {
        case .rsa(let bits): ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:\(bits)"]
        case .ec(let curve): ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:\(curve)"]
        case .ed25519: ["genpkey", "-algorithm", "ED25519"]
        }
    }

    fileprivate var signatureAlgorithm: [UInt8] {
        switch self {
        case .rsa: DER.sequence(DER.oid("1.2.840.113549.1.1.11"), DER.element(0x05, []))
        case .ec: DER.sequence(DER.oid("1.2.840.10045.4.3.2"))
        case .ed25519: DER.sequence(DER.oid("1.3.101.112"))
        }
    }

    fileprivate func signing(_ file: String, with key: String) -> [String] {
        switch self {
        case .rsa, .ec: ["dgst", "-sha256", "-sign", key, file]
        case .ed25519: ["pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", file]
        }
    }
}
