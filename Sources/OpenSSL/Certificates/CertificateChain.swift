import COpenSSL

/// Certificates as a peer sent them: its own first.
public struct CertificateChain: Sendable {
    /// Leaf first, in the order of arrival.
    public let certificates: [Certificate]

    /// Makes a chain of certificates in the order in which they were sent.
    public init(_ certificates: [Certificate]) {
        self.certificates = certificates
    }

    /// Reads all certificates of a PEM file in their order; other blocks are passed over.
    ///
    /// - Throws: `OpenSSLError` when one of them cannot be read.
    public init(pem: [UInt8]) throws(OpenSSLError) { certificates = try CertificateFile.parse(pem) }

    /// Copies a `STACK_OF(X509)`, such as `SSL_get_peer_cert_chain` returns; the stack stays its owner's.
    init(copying stack: OpaquePointer?) {
        let count = stack.map { probe_sk_X509_num($0) } ?? 0
        certificates = (0..<max(0, count)).compactMap { index in
            probe_sk_X509_value(stack, index).map { Certificate(sharing: $0) }
        }
    }

    /// The peer's own certificate.
    public var leaf: Certificate? { certificates.first }

    /// Whether each certificate was issued by the one after it, as TLS 1.2 demands and TLS 1.3 prefers.
    public var isSentInOrder: Bool {
        zip(certificates, certificates.dropFirst()).allSatisfy { $0.names(issuer: $1) }
    }

    /// All certificates in PEM, leaf first.
    public var pem: String { certificates.map(\.pem).joined() }
}

extension Certificate {
    /// Whether this certificate names `issuer` as its issuer, by name and key identifier. Wraps `X509_check_issued(3)`.
    ///
    /// An issuer that must not sign certificates still counts: that is for the verification to say.
    public func names(issuer: Certificate) -> Bool {
        defer { ERR_clear_error() }
        switch X509_check_issued(issuer.pointer, pointer) {
        case X509_V_ERR_SUBJECT_ISSUER_MISMATCH, X509_V_ERR_AKID_SKID_MISMATCH, X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH:
            return false
        default:
            return true
        }
    }
}

/// A `STACK_OF(X509)` of our own, for the calls that want one.
final class CertificateStack {
    let pointer: OpaquePointer

    /// Fills a stack that holds a reference to each certificate.
    init(_ certificates: [Certificate]) throws(OpenSSLError) {
        pointer = try require(OPENSSL_sk_new_null(), "OPENSSL_sk_new_null")
        for certificate in certificates {
            // X509_add_cert takes the reference here, and the stack's deinit gives it back.
            try require(X509_add_cert(pointer, certificate.pointer, X509_ADD_FLAG_UP_REF), "X509_add_cert")
        }
    }

    deinit { probe_sk_X509_free(pointer) }
}
