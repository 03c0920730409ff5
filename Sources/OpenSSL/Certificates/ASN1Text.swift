import COpenSSL

/// A text value of a certificate, decoded by its ASN.1 type from the bytes and their length.
///
/// OpenSSL's own converters stop at a NUL or refuse the whole value; here every byte arrives, and `isValid` says whether
/// the bytes were proper text of their type.
struct ASN1Text {
    /// The decoded text: any Unicode, control characters and NUL included.
    let text: String
    /// False when a byte had to be replaced or a NUL is inside: the raw bytes then belong into the report.
    let isValid: Bool

    /// Decodes a string type; nil for types that are not text, such as BIT STRING.
    init?(_ string: UnsafePointer<ASN1_STRING>) {
        self.init(Self.bytes(of: string), type: ASN1_STRING_type(string))
    }

    init?(_ bytes: [UInt8], type: Int32) {
        switch type {
        case V_ASN1_UTF8STRING:
            self.init(utf8: bytes)
        case V_ASN1_PRINTABLESTRING, V_ASN1_IA5STRING, V_ASN1_VISIBLESTRING, V_ASN1_NUMERICSTRING:
            // Many an authority has put UTF-8 here; readable, but not what the type allows.
            self.init(utf8: bytes, isValid: bytes.allSatisfy { $0 < 0x80 })
        case V_ASN1_T61STRING:
            // Nobody writes real T.61; like OpenSSL and browsers, read it as Latin-1.
            self.init(scalars: bytes.map(UInt32.init))
        case V_ASN1_BMPSTRING:
            self.init(utf16: bytes)
        case V_ASN1_UNIVERSALSTRING:
            self.init(utf32: bytes)
        default:
            return nil
        }
    }

    /// UTF-8, or ASCII where the type wants it.
    init(utf8 bytes: [UInt8], isValid: Bool = true) {
        let valid = String(validating: bytes, as: UTF8.self)
        text = valid ?? String(decoding: bytes, as: UTF8.self)
        self.isValid = isValid && valid != nil && !bytes.contains(0)
    }

    private init(utf16 bytes: [UInt8]) {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2 + 1)
        for start in stride(from: 0, to: bytes.count, by: 2) {
            // Half a unit at the end becomes a lone surrogate, and so a replacement character.
            units.append(start + 1 < bytes.count ? UInt16(bytes[start]) << 8 | UInt16(bytes[start + 1]) : 0xD800)
        }
        text = String(decoding: units, as: UTF16.self)
        isValid = !units.contains(0) && text.utf16.elementsEqual(units)
    }

    private init(utf32 bytes: [UInt8]) {
        var scalars: [UInt32] = []
        scalars.reserveCapacity(bytes.count / 4 + 1)
        for start in stride(from: 0, to: bytes.count, by: 4) {
            let unit = bytes[start..<min(start + 4, bytes.count)]
            scalars.append(unit.count == 4 ? unit.reduce(0) { $0 << 8 | UInt32($1) } : .max)
        }
        self.init(scalars: scalars)
    }

    private init(scalars: [UInt32]) {
        var text = String.UnicodeScalarView()
        var isValid = true
        for value in scalars {
            let scalar = Unicode.Scalar(value)
            text.append(scalar ?? "\u{FFFD}")
            if scalar == nil || value == 0 { isValid = false }
        }
        self.text = String(text)
        self.isValid = isValid
    }

    /// The content bytes, whatever they are.
    static func bytes(of string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        guard let start = ASN1_STRING_get0_data(string) else { return [] }
        return [UInt8](UnsafeBufferPointer(start: start, count: max(0, Int(ASN1_STRING_length(string)))))
    }
}

extension Collection<UInt8> {
    /// Lower-case hex without separators.
    @inlinable public var hex: String {
        String(unsafeUninitializedCapacity: 2 * count) { text in
            var end = 0
            for byte in self {
                for half in [byte >> 4, byte & 15] {
                    text[end] = half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10
                    end += 1
                }
            }
            return end
        }
    }
}
