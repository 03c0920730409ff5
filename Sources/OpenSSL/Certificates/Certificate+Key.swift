import COpenSSL

/// The public key of a certificate.
public struct PublicKey: Hashable, Sendable {
    /// `RSA`, `EC`, `Ed25519`, … as OpenSSL names it, or the algorithm's object identifier when OpenSSL does not know it.
    public let type: String
    /// The size in bits; nil when OpenSSL cannot read the key.
    public let bits: Int?
    /// The curve by its TLS group name, such as `secp256r1`; nil for keys without one and for explicit parameters.
    public let curve: String?
}

extension Certificate {
    /// The public key. Wraps `X509_get0_pubkey(3)`.
    public var key: PublicKey {
        defer { ERR_clear_error() }
        guard let key = X509_get0_pubkey(pointer) else {
            return PublicKey(type: keyAlgorithm, bits: nil, curve: nil)
        }
        // OpenSSL's own constant, never bytes of a peer.
        let name = EVP_PKEY_get0_type_name(key).map { String(cString: $0) } ?? keyAlgorithm
        let bits = Int(EVP_PKEY_get_bits(key))
        return PublicKey(
            type: Self.spelled(name), bits: bits > 0 ? bits : nil,
            curve: name == "EC" || name == "SM2" ? Self.curve(of: key) : nil)
    }

    /// The algorithm of the signature by OpenSSL's long name such as `sha256WithRSAEncryption`, or its object identifier.
    public var signatureAlgorithm: String {
        var algorithm: UnsafePointer<X509_ALGOR>?
        X509_get0_signature(nil, &algorithm, pointer)
        return algorithm.map { ObjectName.long($0.pointee.algorithm) } ?? ""
    }

    private var keyAlgorithm: String {
        var object: OpaquePointer?
        guard X509_PUBKEY_get0_param(&object, nil, nil, nil, X509_get_X509_PUBKEY(pointer)) == 1, let object else {
            return "unknown"
        }
        return ObjectName.long(object)
    }

    /// The name of a key as RFC 8410 writes it where OpenSSL shouts.
    private static func spelled(_ name: String) -> String {
        switch name {
        case "ED25519": "Ed25519"
        case "ED448": "Ed448"
        default: name
        }
    }

    /// The TLS name of a curve; two are called by their ANSI X9.62 names by OpenSSL.
    private static func groupName(_ name: String) -> String {
        switch name {
        case "prime256v1": "secp256r1"
        case "prime192v1": "secp192r1"
        default: name
        }
    }

    private static func curve(of key: OpaquePointer) -> String? {
        var name = [CChar](repeating: 0, count: 80)
        var length = 0
        guard EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1, length <= name.count else { return nil }
        return groupName(String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}
