import COpenSSL

/// A certificate authority that lives in memory only, for servers that test clients: its key is gone with it.
public final class EphemeralAuthority: Sendable {
    /// The authority's own certificate.
    public let certificate: Certificate

    private let key: PrivateKey
    /// What a peer that knows the root needs beside a leaf: this certificate and those above it, without the root.
    private let issuers: [Certificate]

    /// Makes a root.
    ///
    /// - Throws: `OpenSSLError` when OpenSSL cannot make it.
    public convenience init(commonName: String) throws(OpenSSLError) {
        let key = try PrivateKey(making: .ecP256)
        let draft = try Self.draft(commonName, key)
        self.init(try draft.sign(with: key, of: nil, digest: .sha256), key, issuers: [])
    }

    private init(_ certificate: Certificate, _ key: PrivateKey, issuers: [Certificate]) {
        self.certificate = certificate
        self.key = key
        self.issuers = issuers
    }

    /// Makes an authority under this one.
    ///
    /// - Throws: `OpenSSLError` when OpenSSL cannot make it.
    public func intermediate(commonName: String) throws(OpenSSLError) -> EphemeralAuthority {
        let newKey = try PrivateKey(making: .ecP256)
        let draft = try Self.draft(commonName, newKey)
        let issued = try draft.sign(with: key, of: certificate, digest: .sha256)
        return EphemeralAuthority(issued, newKey, issuers: [issued] + issuers)
    }

    /// Makes a key and the certificate that the template asks for.
    ///
    /// Throws for a template that OpenSSL does not encode or that no peer could decode, such as one with a UTF8String that
    /// is none.
    public func issue(_ template: LeafTemplate) throws(OpenSSLError) -> Identity {
        let leafKey = try PrivateKey(making: template.key)
        let draft = try CertificateDraft(subject: template.subject, validity: template.validity, key: leafKey)
        try draft.addBasicConstraints(isAuthority: false)
        try draft.addKeyUsage(template.key.usages)
        try draft.addExtendedKeyUsage(template.usage.purposes)
        try draft.addAlternativeNames(template.names, isCritical: template.subject.isEmpty)
        guard !template.isSelfSigned else {
            let leaf = try draft.sign(with: leafKey, of: nil, digest: template.digest)
            return Identity(certificate: leaf, chain: [], key: leafKey)
        }
        let leaf = try draft.sign(with: key, of: certificate, digest: template.digest)
        return Identity(certificate: leaf, chain: template.sendsIssuers ? issuers : [], key: leafKey)
    }

    private static func draft(_ commonName: String, _ key: PrivateKey) throws(OpenSSLError) -> CertificateDraft {
        let draft = try CertificateDraft(
            subject: [.commonName(commonName)], validity: LeafTemplate.currentValidity, key: key)
        try draft.addBasicConstraints(isAuthority: true)
        try draft.addKeyUsage([.keyCertSign, .cRLSign])
        return draft
    }
}
