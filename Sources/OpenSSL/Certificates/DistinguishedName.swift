import COpenSSL

/// A subject or issuer name.
struct DistinguishedName {
    /// One attribute of the name, in the order of the DER.
    private struct Attribute {
        let type: String
        let nid: Int32
        /// Attributes of one multi-valued RDN have the same number.
        let set: Int32
        let text: ASN1Text?
        let bytes: [UInt8]
        /// The whole value in DER, for the `#` form of RFC 4514; nil when it can be read as text.
        let der: [UInt8]?
    }

    private let attributes: [Attribute]

    /// Reads an `X509_NAME`, which the caller keeps alive during the call.
    init(_ name: OpaquePointer?) {
        attributes = (0..<max(0, name.map { X509_NAME_entry_count($0) } ?? 0)).compactMap { index in
            guard let entry = X509_NAME_get_entry(name, index),
                let object = X509_NAME_ENTRY_get_object(entry),
                let value = X509_NAME_ENTRY_get_data(entry)
            else { return nil }
            let (nid, bytes) = (OBJ_obj2nid(object), ASN1Text.bytes(of: value))
            let text = ASN1Text(bytes, type: ASN1_STRING_type(value))
            // Of a type that OpenSSL does not know by name RFC 4514 wants the bytes.
            let isReadable = nid != NID_undef && text != nil
            return Attribute(
                type: ObjectName.short(object), nid: nid, set: X509_NAME_ENTRY_set(entry), text: text, bytes: bytes,
                der: isReadable ? nil : ASN1DER.encode(value))
        }
    }

    /// The name as RFC 4514 writes it, last attribute first; control characters are written as `\XX`.
    var rfc4514: String {
        var text = ""
        var previous: Int32?
        for attribute in attributes.reversed() {
            if let previous { text += attribute.set == previous ? "+" : "," }
            previous = attribute.set
            text += attribute.type + "="
            if let der = attribute.der {
                text += "#" + der.hex
            } else if let value = attribute.text {
                text += Self.escape(value.text)
            }
        }
        return text
    }

    /// The most specific common name.
    var commonName: String? { attributes.last { $0.nid == NID_commonName }?.text?.text }

    /// The values that were not valid text of their type, as `(attribute, hex)`.
    var raw: [(type: String, hex: String)] {
        attributes.compactMap { attribute in
            guard let text = attribute.text, !text.isValid else { return nil }
            return (attribute.type, attribute.bytes.hex)
        }
    }

    /// Escapes an attribute value: the special characters of RFC 4514, section 2.4, and every control character.
    static func escape(_ value: String) -> String {
        if isPlain(value.utf8) { return value }
        let scalars = value.unicodeScalars
        let last = scalars.count - 1
        var text = ""
        text.reserveCapacity(value.utf8.count)
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "\"", "+", ",", ";", "<", ">", "\\":
                text += "\\"
                text.unicodeScalars.append(scalar)
            case "#" where index == 0, " " where index == 0 || index == last:
                text += "\\"
                text.unicodeScalars.append(scalar)
            case "\0"..."\u{1F}", "\u{7F}"..."\u{9F}":
                for byte in String(scalar).utf8 { text += "\\" + [byte].hex.uppercased() }
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Whether nothing has to be escaped, as in most values.
    private static func isPlain(_ value: String.UTF8View) -> Bool {
        guard let first = value.first, let last = value.last, first != UInt8(ascii: "#") else {
            return value.isEmpty
        }
        return first > 0x20 && last > 0x20
            && value.allSatisfy { byte in
                switch Unicode.Scalar(byte) {
                case "\"", "+", ",", ";", "<", ">", "\\": false
                default: 0x20..<0x7F ~= byte
                }
            }
    }
}

/// The names of object identifiers.
enum ObjectName {
    /// OpenSSL's short name such as `CN`, or the dotted form.
    static func short(_ object: OpaquePointer) -> String { name(object) { OBJ_nid2sn($0) } }

    /// OpenSSL's long name such as `sha256WithRSAEncryption`, or the dotted form.
    static func long(_ object: OpaquePointer) -> String { name(object) { OBJ_nid2ln($0) } }

    /// The dotted form. Wraps `OBJ_obj2txt(3)`.
    static func dotted(_ object: OpaquePointer) -> String {
        // Longer ones exist only to make the conversion, which takes quadratic time, slow (CVE-2023-2650).
        let longest = 128
        guard OBJ_length(object) <= longest else { return "oid-of-\(OBJ_length(object))-bytes" }
        var buffer = [CChar](repeating: 0, count: longest * 4)
        let length = Int(OBJ_obj2txt(&buffer, Int32(buffer.count), object, 1))
        guard length > 0, length < buffer.count else { return "invalid-oid" }
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func name(_ object: OpaquePointer, table: (Int32) -> UnsafePointer<CChar>?) -> String {
        let nid = OBJ_obj2nid(object)
        guard nid != NID_undef, let name = table(nid) else { return dotted(object) }
        // The library's own table, never bytes of a peer.
        return String(cString: name)
    }
}

/// DER of single values.
enum ASN1DER {
    /// The value with its tag and length.
    static func encode(_ string: UnsafeMutablePointer<ASN1_STRING>) -> [UInt8] {
        // An ASN1_TYPE that borrows the string; it is never freed, so the string stays its owner's.
        var value = ASN1_TYPE()
        value.type = ASN1_STRING_type(string) & ~V_ASN1_NEG
        value.value.asn1_string = string
        return Certificate.encode { i2d_ASN1_TYPE(&value, $0) }
    }
}
