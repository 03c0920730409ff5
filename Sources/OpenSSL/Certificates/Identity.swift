import COpenSSL

// @unchecked: nothing changes after init, and OpenSSL counts its references atomically.

/// What we show a peer that asks who we are: a certificate, its private key, and the certificates in between.
public final class Identity: @unchecked Sendable {
    /// Where the certificate or the key comes from.
    public enum Source: Hashable, Sendable {
        /// A file in PEM or DER.
        case file(String)
        /// The contents of such a file, made by ourselves.
        case bytes([UInt8])

        /// What error messages call it.
        var name: String {
            switch self {
            case .file(let path): path
            case .bytes: "memory"
            }
        }
    }

    /// The certificate of the key.
    public let certificate: Certificate
    /// The certificates that are sent after it, in the order of the files.
    public let chain: [Certificate]

    private let key: PrivateKey
    private let name: String

    /// Loads certificate, key and chain. Throws `IdentityError`.
    ///
    /// The first certificate is our own and others in its file belong to the chain; without `key`, the key is in that file
    /// too. `password` is only asked for when the key is encrypted, and nobody is ever prompted.
    public init(
        certificate: Source, key: Source? = nil, chain: Source? = nil, password: PasswordSource? = nil
    ) throws(IdentityError) {
        let bytes = try certificate.read()
        var certificates = try Self.certificates(bytes, certificate)
        self.certificate = certificates.removeFirst()
        if let chain { certificates += try Self.certificates(try chain.read(), chain) }
        self.chain = certificates
        name = certificate.name
        let keySource = key ?? certificate
        do {
            self.key = try PrivateKey(try key?.read() ?? bytes, name: keySource.name, password: password)
        } catch .notAKey where key == nil {
            throw .noKey(path: certificate.name)
        }
        ERR_clear_error()
        // Explicitly, since a certificate set after the key makes OpenSSL drop the key without a word.
        guard X509_check_private_key(self.certificate.pointer, self.key.pointer) == 1 else {
            ERR_clear_error()
            throw .keyMismatch(certificate: certificate.name, key: keySource.name)
        }
    }

    /// Takes a certificate with its key that were made here.
    init(certificate: Certificate, chain: [Certificate], key: PrivateKey) {
        self.certificate = certificate
        self.chain = chain
        self.key = key
        name = Source.bytes([]).name
    }

    /// Certificate, chain and private key in PEM. The key is not encrypted: this belongs into files with mode 0600.
    public var pem: String {
        get throws(OpenSSLError) { certificate.pem + chain.map(\.pem).joined() + (try key.pem) }
    }

    /// The type of the key, such as `RSA` or `EC`, as OpenSSL names it.
    public var keyType: String { certificate.key.type }

    /// Whether the certificate is for the name that a client asked for. Wraps `X509_check_host(3)`.
    public func matches(serverName: String) -> Bool {
        PeerIdentity.name(serverName).match(certificate, flags: 0)?.matches ?? false
    }

    /// Installs certificate, key and chain. Wraps `SSL_CTX_use_cert_and_key(3)`.
    func apply(toContext context: OpaquePointer) throws(IdentityError) {
        try install(in: context, SSL_CTX_use_cert_and_key, "SSL_CTX_use_cert_and_key")
    }

    /// Installs the same in one connection; keys of other types that it has stay. Wraps `SSL_use_cert_and_key(3)`.
    func apply(toConnection ssl: OpaquePointer) throws(IdentityError) {
        try install(in: ssl, SSL_use_cert_and_key, "SSL_use_cert_and_key")
    }

    private func install(
        in target: OpaquePointer,
        _ use: (OpaquePointer?, OpaquePointer?, OpaquePointer?, OpaquePointer?, Int32) -> Int32, _ operation: String
    ) throws(IdentityError) {
        ERR_clear_error()
        do {
            let stack = chain.isEmpty ? nil : try CertificateStack(chain)
            // OpenSSL takes references of its own, to each certificate as well.
            let status = withExtendedLifetime(stack) {
                use(target, certificate.pointer, key.pointer, stack?.pointer, 1)
            }
            try require(status, operation)
        } catch {
            throw .refused(path: name, error)
        }
    }

    private static func certificates(_ bytes: [UInt8], _ source: Source) throws(IdentityError) -> [Certificate] {
        let certificates: [Certificate]
        do { certificates = try CertificateFile.parse(bytes) } catch {
            throw .malformedCertificate(path: source.name)
        }
        guard !certificates.isEmpty else { throw .notACertificate(path: source.name) }
        return certificates
    }
}

extension Identity.Source {
    fileprivate func read() throws(IdentityError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): return bytes
        case .file(let path):
            do { return try LocalFile.read(path) } catch {
                throw .unreadable(path: path, reason: error.reason)
            }
        }
    }
}

/// Why an identity cannot be used; every case names the file.
public enum IdentityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file cannot be read.
    case unreadable(path: String, reason: String)
    /// The file holds no certificate.
    case notACertificate(path: String)
    /// The file holds a certificate that cannot be decoded.
    case malformedCertificate(path: String)
    /// The file given for the key holds none.
    case notAKey(path: String)
    /// The file holds a private key that cannot be decoded.
    case malformedKey(path: String)
    /// No file was given for the key, and that of the certificate holds none.
    case noKey(path: String)
    /// The key is encrypted and there is no password.
    case encryptedKey(path: String)
    /// The password does not open the key.
    case wrongPassword(path: String)
    /// The password cannot be had.
    case passwordUnavailable(source: String, reason: String)
    /// The key is not the one of the certificate.
    case keyMismatch(certificate: String, key: String)
    /// OpenSSL does not accept the identity, such as one below the security level.
    case refused(path: String, OpenSSLError)

    /// A lower-case sentence without full stop.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .notACertificate(let path): "\(path) holds no certificate"
        case .malformedCertificate(let path): "\(path) holds a certificate that cannot be decoded"
        case .notAKey(let path): "\(path) holds no private key"
        case .malformedKey(let path): "\(path) holds a private key that cannot be decoded"
        case .noKey(let path): "\(path) holds a certificate but no private key; give the key with --key"
        case .encryptedKey(let path): "the private key in \(path) is encrypted; give its password with --key-password"
        case .wrongPassword(let path): "the password does not open the private key in \(path)"
        case .passwordUnavailable(let source, let reason): "cannot get the password from \(source): \(reason)"
        case .keyMismatch(let certificate, let key):
            "the private key in \(key) does not belong to the certificate in \(certificate)"
        case .refused(let path, let error): "OpenSSL refuses the certificate in \(path): \(error)"
        }
    }
}
