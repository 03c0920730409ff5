import COpenSSL

/// What was negotiated. Facts about the handshake are worth asking only when it is finished: before that OpenSSL
/// names what it hopes for.
extension Connection {
    /// Whether the handshake is finished. Wraps `SSL_is_init_finished(3)`.
    public var isFinished: Bool { SSL_is_init_finished(pointer) == 1 }

    /// The version in use. Wraps `SSL_version(3)`.
    public var version: ProtocolVersion {
        ProtocolVersion(rawValue: UInt16(truncatingIfNeeded: SSL_version(pointer)))
    }

    /// The cipher in use. Wraps `SSL_get_current_cipher(3)`.
    public var cipher: Cipher? {
        guard let cipher = SSL_get_current_cipher(pointer), let name = SSL_CIPHER_get_name(cipher) else { return nil }
        let opensslName = String(cString: name)
        return Cipher(
            name: SSL_CIPHER_standard_name(cipher).map { String(cString: $0) } ?? opensslName,
            opensslName: opensslName, bits: Int(SSL_CIPHER_get_bits(cipher, nil)))
    }

    /// The application protocol the server chose, as its bytes. Wraps `SSL_get0_alpn_selected(3)`.
    public var selectedProtocol: [UInt8]? {
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(pointer, &bytes, &count)
        guard let bytes, count > 0 else { return nil }
        return [UInt8](UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    /// Whether an earlier session was resumed. Wraps `SSL_session_reused(3)`.
    public var isResumed: Bool { SSL_session_reused(pointer) == 1 }

    /// Whether the peer speaks RFC 5746; meaningful up to TLS 1.2. Wraps `SSL_get_secure_renegotiation_support(3)`.
    public var supportsSecureRenegotiation: Bool { probe_SSL_get_secure_renegotiation_support(pointer) == 1 }

    /// Whether RFC 7627 is in use; meaningful up to TLS 1.2. Wraps `SSL_get_extms_support(3)`.
    public var usesExtendedMasterSecret: Bool { probe_SSL_get_extms_support(pointer) == 1 }

    /// The certificates the peer sent, leaf first; empty after a resumption. Wraps `SSL_get_peer_cert_chain(3)`.
    public var peerCertificates: [Certificate] {
        guard let chain = SSL_get_peer_cert_chain(pointer) else { return [] }
        return (0..<probe_sk_X509_num(chain)).compactMap { index in
            probe_sk_X509_value(chain, index).map { Certificate(sharing: $0) }
        }
    }

    /// The peer's own certificate, after a resumption too; nil when it showed none. Wraps `SSL_get0_peer_certificate(3)`.
    public var peerCertificate: Certificate? {
        SSL_get0_peer_certificate(pointer).map { Certificate(sharing: $0) }
    }

    /// What the verification of that certificate objected to, after a resumption the one of the first handshake.
    /// Wraps `SSL_get_verify_result(3)`.
    public var verificationError: VerificationError? {
        let code = Int32(clamping: SSL_get_verify_result(pointer))
        return code == X509_V_OK ? nil : VerificationError(depth: 0, code: code)
    }

    /// The session as it stands; in TLS 1.3 of use only once a ticket came. Wraps `SSL_get1_session(3)`.
    public var session: Session? { SSL_get1_session(pointer).map { Session(adopting: $0) } }

    /// Bytes taken from the socket so far. Wraps `BIO_number_read(3)`.
    public var bytesReceived: Int { SSL_get_rbio(pointer).map { Int(clamping: BIO_number_read($0)) } ?? 0 }

    /// Bytes given to the socket so far. Wraps `BIO_number_written(3)`.
    public var bytesSent: Int { SSL_get_wbio(pointer).map { Int(clamping: BIO_number_written($0)) } ?? 0 }

    /// A cipher suite by both its names.
    public struct Cipher: Hashable, Sendable {
        /// IANA's name.
        public let name: String
        /// OpenSSL's name.
        public let opensslName: String
        /// Secret bits.
        public let bits: Int
    }
}
