import COpenSSL

// @unchecked: nobody changes the X509 after it was made, its count is atomic, and OpenSSL fills its caches under a lock.

/// An X.509 certificate.
///
/// Nothing is computed before it is asked for, and nothing is kept: a report asks once for each field.
/// Text comes length-first from the DER, so a NUL never shortens a name. What is not valid text is decoded with U+FFFD,
/// and `rawHex` lists its bytes.
public final class Certificate: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes over a reference that the caller owns.
    init(adopting pointer: OpaquePointer) {
        self.pointer = pointer
    }

    /// Takes a reference of its own beside the owner's. Wraps `X509_up_ref(3)`.
    convenience init(sharing pointer: OpaquePointer) {
        // The count cannot fail for an object that its owner holds.
        _ = X509_up_ref(pointer)
        self.init(adopting: pointer)
    }

    /// Reads one certificate in DER; bytes after it are an error. Wraps `d2i_X509(3)`.
    ///
    /// - Throws: `OpenSSLError` for bytes that are no certificate, or more than one.
    public convenience init(der: [UInt8]) throws(OpenSSLError) {
        ERR_clear_error()
        var consumed = 0
        let parsed = der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var cursor = bytes.baseAddress
            let parsed = d2i_X509(nil, &cursor, bytes.count)
            if let start = bytes.baseAddress, let cursor { consumed = cursor - start }
            return parsed
        }
        self.init(adopting: try require(parsed, "d2i_X509"))
        guard consumed == der.count else { throw OpenSSLError(operation: "d2i_X509", reasons: []) }
    }

    deinit { X509_free(pointer) }

    /// The certificate in DER. Wraps `i2d_X509(3)`.
    public var der: [UInt8] { Self.encode { i2d_X509(pointer, $0) } }

    /// The certificate in PEM, with a final newline.
    public var pem: String { PEM.armor(der, label: "CERTIFICATE") }

    /// SHA-256 over the DER, in lower-case hex.
    public var sha256: String { Self.sha256(der) }

    /// SHA-256 over the SubjectPublicKeyInfo in DER, in lower-case hex: what key pinning compares.
    public var spkiSHA256: String {
        Self.sha256(Self.encode { i2d_X509_PUBKEY(X509_get_X509_PUBKEY(pointer), $0) })
    }

    /// The serial number in lower-case hex, two digits for each byte; a negative one, which RFC 5280 forbids, starts with `-`.
    public var serialHex: String {
        guard let serial = X509_get0_serialNumber(pointer) else { return "" }
        let digits = ASN1Text.bytes(of: serial).hex
        let isNegative = ASN1_STRING_type(serial) & V_ASN1_NEG != 0
        return (isNegative ? "-" : "") + (digits.isEmpty ? "00" : digits)
    }

    /// Whether subject and issuer are the same name.
    public var isSelfIssued: Bool {
        X509_NAME_cmp(X509_get_subject_name(pointer), X509_get_issuer_name(pointer)) == 0
    }

    /// Whether the certificate's own key made its signature. Wraps `X509_self_signed(3)`.
    public var isSelfSigned: Bool {
        defer { ERR_clear_error() }
        return X509_self_signed(pointer, 1) == 1
    }

    /// Runs an `i2d_…` function: once for the length, once for the bytes.
    static func encode(
        _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
    ) -> [UInt8] {
        let length = Int(write(nil))
        guard length > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            var cursor = buffer.baseAddress
            count = max(0, min(length, Int(write(&cursor))))
        }
    }

    private static func sha256(_ bytes: [UInt8]) -> String {
        var length: UInt32 = 0
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        guard EVP_Digest(bytes, bytes.count, &digest, &length, sha256Algorithm, nil) == 1 else { return "" }
        return digest.prefix(Int(length)).hex
    }

    /// Fetched once: `EVP_sha256` is looked up at each use.
    ///
    /// Unsafe in name only: nothing changes an EVP_MD that was fetched, and it is kept as long as the program runs.
    private nonisolated(unsafe) static let sha256Algorithm = EVP_MD_fetch(nil, "SHA2-256", nil) ?? EVP_sha256()
}

extension Certificate: Hashable {
    /// Equal when every byte is. Wraps `X509_cmp(3)`.
    public static func == (left: Certificate, right: Certificate) -> Bool {
        left.pointer == right.pointer || X509_cmp(left.pointer, right.pointer) == 0
    }

    /// Hashes the serial number: equal certificates have equal ones.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(serialHex)
    }
}
