import COpenSSL

// Extensions are made of OpenSSL's objects, never of its configuration language: in that a comma in a name would begin
// another entry.

extension CertificateDraft {
    /// What a key may do: the bits of the extension.
    enum KeyUsage: Int32 {
        case digitalSignature = 0
        case keyEncipherment = 2
        case keyCertSign = 5
        case cRLSign = 6
    }

    /// Says whether the certificate may sign others.
    func addBasicConstraints(isAuthority: Bool) throws(OpenSSLError) {
        let constraints = try require(BASIC_CONSTRAINTS_new(), "BASIC_CONSTRAINTS_new")
        defer { BASIC_CONSTRAINTS_free(constraints) }
        // Any other value than 0 is encoded as it is, and DER wants 0xFF.
        constraints.pointee.ca = isAuthority ? 0xFF : 0
        try add(NID_basic_constraints, constraints, isCritical: true)
    }

    /// Says what the key may do.
    func addKeyUsage(_ usages: [KeyUsage]) throws(OpenSSLError) {
        let bits = try require(ASN1_BIT_STRING_new(), "ASN1_BIT_STRING_new")
        defer { ASN1_BIT_STRING_free(bits) }
        for usage in usages { try require(ASN1_BIT_STRING_set_bit(bits, usage.rawValue, 1), "ASN1_BIT_STRING_set_bit") }
        try add(NID_key_usage, bits, isCritical: true)
    }

    /// Says for what purposes the certificate is, by their `NID_*`.
    func addExtendedKeyUsage(_ purposes: [Int32]) throws(OpenSSLError) {
        let usage = try require(EXTENDED_KEY_USAGE_new(), "EXTENDED_KEY_USAGE_new")
        defer { EXTENDED_KEY_USAGE_free(usage) }
        for purpose in purposes {
            // The library's own object: freeing the stack leaves it alone.
            try push(try require(OBJ_nid2obj(purpose), "OBJ_nid2obj"), to: usage)
        }
        try add(NID_ext_key_usage, UnsafeMutableRawPointer(usage), isCritical: false)
    }

    /// Says for whom the certificate is; without names the extension is left out, since an empty one is malformed.
    func addAlternativeNames(_ names: [String], isCritical: Bool) throws(OpenSSLError) {
        guard !names.isEmpty else { return }
        let general = try require(GENERAL_NAMES_new(), "GENERAL_NAMES_new")
        defer { GENERAL_NAMES_free(general) }
        for text in names {
            let name = try generalName(text)
            do { try push(OpaquePointer(name), to: general) } catch {
                GENERAL_NAME_free(name)
                throw error
            }
        }
        try add(NID_subject_alt_name, UnsafeMutableRawPointer(general), isCritical: isCritical)
    }

    /// Names the certificate's own key.
    func addSubjectKeyIdentifier() throws(OpenSSLError) {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        try require(X509_pubkey_digest(pointer, EVP_sha256(), &digest, nil), "X509_pubkey_digest")
        // The leftmost 160 bits of SHA-256 (RFC 7093, 2): SHA-1 may be switched off.
        let identifier = try octets(Array(digest.prefix(20)))
        defer { ASN1_OCTET_STRING_free(identifier) }
        try add(NID_subject_key_identifier, identifier, isCritical: false)
    }

    /// Names the key that signs, as its own certificate does.
    func addAuthorityKeyIdentifier(of issuer: Certificate) throws(OpenSSLError) {
        let authority = try require(AUTHORITY_KEYID_new(), "AUTHORITY_KEYID_new")
        defer { AUTHORITY_KEYID_free(authority) }
        authority.pointee.keyid = try require(
            ASN1_OCTET_STRING_dup(X509_get0_subject_key_id(issuer.pointer)), "X509_get0_subject_key_id")
        try add(NID_authority_key_identifier, authority, isCritical: false)
    }

    /// The caller frees the name.
    private func generalName(_ text: String) throws(OpenSSLError) -> UnsafeMutablePointer<GENERAL_NAME> {
        let name = try require(GENERAL_NAME_new(), "GENERAL_NAME_new")
        do {
            // set0 takes the value.
            switch PeerIdentity(host: text) {
            case .address(let address):
                GENERAL_NAME_set0_value(name, GEN_IPADD, try require(a2i_IPADDRESS(address), "a2i_IPADDRESS"))
            case .name, .none:
                GENERAL_NAME_set0_value(name, GEN_DNS, try ia5(Array(text.utf8)))
            }
        } catch {
            GENERAL_NAME_free(name)
            throw error
        }
        return name
    }

    /// The caller frees the string.
    private func ia5(_ bytes: [UInt8]) throws(OpenSSLError) -> UnsafeMutablePointer<ASN1_STRING> {
        try filled(try require(ASN1_STRING_type_new(V_ASN1_IA5STRING), "ASN1_STRING_type_new"), bytes)
    }

    /// The caller frees the string.
    private func octets(_ bytes: [UInt8]) throws(OpenSSLError) -> UnsafeMutablePointer<ASN1_STRING> {
        try filled(try require(ASN1_STRING_type_new(V_ASN1_OCTET_STRING), "ASN1_STRING_type_new"), bytes)
    }

    private func filled(
        _ string: UnsafeMutablePointer<ASN1_STRING>, _ bytes: [UInt8]
    ) throws(OpenSSLError) -> UnsafeMutablePointer<ASN1_STRING> {
        guard ASN1_STRING_set(string, bytes, Int32(clamping: bytes.count)) == 1 else {
            ASN1_STRING_free(string)
            throw OpenSSLError(draining: "ASN1_STRING_set")
        }
        return string
    }

    private func push(_ element: OpaquePointer, to stack: OpaquePointer) throws(OpenSSLError) {
        // It returns how many there are now.
        try require(min(1, OPENSSL_sk_push(stack, UnsafeRawPointer(element))), "OPENSSL_sk_push")
    }

    /// Encodes a value of the type that belongs to `nid`; the value stays the caller's. Wraps `X509_add1_ext_i2d(3)`.
    private func add(_ nid: Int32, _ value: UnsafeMutableRawPointer, isCritical: Bool) throws(OpenSSLError) {
        try require(
            X509_add1_ext_i2d(pointer, nid, value, isCritical ? 1 : 0, UInt(X509V3_ADD_DEFAULT)), "X509_add1_ext_i2d")
    }
}
