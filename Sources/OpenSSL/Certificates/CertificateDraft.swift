import COpenSSL

/// A certificate that is being made: everything but the issuer and the signature, which end it.
final class CertificateDraft {
    let pointer: OpaquePointer

    /// Begins a certificate of version 3 with a random serial number.
    ///
    /// `validity` counts in seconds from now.
    init(subject: [LeafTemplate.Attribute], validity: ClosedRange<Int>, key: PrivateKey) throws(OpenSSLError) {
        ERR_clear_error()
        pointer = try require(X509_new(), "X509_new")
        // From here on deinit frees, also when something throws.
        try require(X509_set_version(pointer, Int(X509_VERSION_3)), "X509_set_version")
        let serial = Self.serial()
        try require(
            ASN1_STRING_set(X509_get_serialNumber(pointer), serial, Int32(clamping: serial.count)), "ASN1_STRING_set")
        _ = try require(X509_gmtime_adj(X509_getm_notBefore(pointer), validity.lowerBound), "X509_gmtime_adj")
        _ = try require(X509_gmtime_adj(X509_getm_notAfter(pointer), validity.upperBound), "X509_gmtime_adj")
        try setSubject(subject)
        try require(X509_set_pubkey(pointer, key.pointer), "X509_set_pubkey")
        try addSubjectKeyIdentifier()
    }

    deinit { X509_free(pointer) }

    /// Signs with the key of `issuer`; without one the certificate is its own issuer, and `key` its own.
    ///
    /// What comes back was read from the DER, so it is what a peer sees.
    func sign(
        with key: PrivateKey, of issuer: Certificate?, digest: LeafTemplate.Digest
    ) throws(OpenSSLError) -> Certificate {
        ERR_clear_error()
        if let issuer { try addAuthorityKeyIdentifier(of: issuer) }
        try require(
            X509_set_issuer_name(pointer, X509_get_subject_name(issuer?.pointer ?? pointer)), "X509_set_issuer_name")
        // It returns the length of the signature.
        try require(min(1, X509_sign(pointer, key.pointer, digest.algorithm)), "X509_sign")
        return try Certificate(der: Certificate.encode { i2d_X509(pointer, $0) })
    }

    /// 16 bytes, positive and without leading zeros.
    private static func serial() -> [UInt8] {
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        bytes[0] = bytes[0] & 0x7F | 0x40
        return bytes
    }

    private func setSubject(_ attributes: [LeafTemplate.Attribute]) throws(OpenSSLError) {
        let name = try require(X509_NAME_new(), "X509_NAME_new")
        defer { X509_NAME_free(name) }
        for attribute in attributes {
            // With a plain V_ASN1 type OpenSSL takes the bytes as they are; -1 and 0 mean: behind the others, on its own.
            try require(
                X509_NAME_add_entry_by_txt(
                    name, attribute.type, attribute.stringType.tag, attribute.bytes,
                    Int32(clamping: attribute.bytes.count), -1, 0), "X509_NAME_add_entry_by_txt")
        }
        try require(X509_set_subject_name(pointer, name), "X509_set_subject_name")
    }
}
