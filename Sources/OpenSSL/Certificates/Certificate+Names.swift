import COpenSSL

extension Certificate {
    /// The subject as RFC 4514 writes it.
    public var subject: String { DistinguishedName(X509_get_subject_name(pointer)).rfc4514 }

    /// The issuer as RFC 4514 writes it.
    public var issuer: String { DistinguishedName(X509_get_issuer_name(pointer)).rfc4514 }

    /// The subject's most specific common name.
    public var subjectCommonName: String? { DistinguishedName(X509_get_subject_name(pointer)).commonName }

    /// The issuer's most specific common name.
    public var issuerCommonName: String? { DistinguishedName(X509_get_issuer_name(pointer)).commonName }

    /// The names of the subjectAltName extension, in its order; empty when it is missing or cannot be read.
    public var sans: [SubjectAlternativeName] {
        defer { ERR_clear_error() }
        guard let names = X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil) else { return [] }
        let stack = OpaquePointer(names)
        defer { GENERAL_NAMES_free(stack) }
        return (0..<max(0, OPENSSL_sk_num(stack))).compactMap { index in
            OPENSSL_sk_value(stack, index).map { name in
                SubjectAlternativeName(UnsafePointer(name.assumingMemoryBound(to: GENERAL_NAME.self)))
            }
        }
    }

    /// The fields whose bytes were not valid text, such as `subject.CN` or `sans.3`, with those bytes in lower-case hex.
    public var rawHex: [(field: String, hex: String)] { rawHex(sans: sans) }

    /// The same for whoever has read the certificate's `sans` already.
    public func rawHex(sans: [SubjectAlternativeName]) -> [(field: String, hex: String)] {
        var raw: [(field: String, hex: String)] = []
        for (field, name) in [("subject", X509_get_subject_name(pointer)), ("issuer", X509_get_issuer_name(pointer))] {
            raw += DistinguishedName(name).raw.map { (field + "." + $0.type, $0.hex) }
        }
        for (index, name) in sans.enumerated() {
            if let hex = name.raw { raw.append(("sans.\(index)", hex)) }
        }
        if sans.isEmpty { raw += unreadableSANs.map { ("sans", $0) } }
        if notBefore == nil { raw.append(("not_before", Self.hex(X509_get0_notBefore(pointer)))) }
        if notAfter == nil { raw.append(("not_after", Self.hex(X509_get0_notAfter(pointer)))) }
        return raw
    }

    /// The values of subjectAltName extensions that are malformed, empty or there twice.
    private var unreadableSANs: [String] {
        var values: [String] = []
        var index = X509_get_ext_by_NID(pointer, NID_subject_alt_name, -1)
        while index >= 0 {
            values.append(Self.hex(X509_EXTENSION_get_data(X509_get_ext(pointer, index))))
            index = X509_get_ext_by_NID(pointer, NID_subject_alt_name, index)
        }
        return values
    }

    private static func hex(_ string: UnsafePointer<ASN1_STRING>?) -> String {
        string.map { ASN1Text.bytes(of: $0).hex } ?? ""
    }
}

extension Certificate {
    /// A name in DER, such as a CertificateRequest holds, as RFC 4514 writes it; its bytes in hex after a `#` when it is
    /// no name. Wraps `d2i_X509_NAME(3)`.
    public static func name(fromDER bytes: [UInt8]) -> String {
        defer { ERR_clear_error() }
        let name = bytes.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return d2i_X509_NAME(nil, &cursor, buffer.count)
        }
        guard let name else { return "#" + bytes.hex }
        defer { X509_NAME_free(name) }
        return DistinguishedName(name).rfc4514
    }
}
