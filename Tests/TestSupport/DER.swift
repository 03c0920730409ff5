import Foundation

/// Writes DER, also such as no tool would write: certificates with hostile names are made of it.
public enum DER {
    /// Any tag with any content.
    public static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        if content.count < 0x80 {
            length = [UInt8(content.count)]
        } else {
            var rest = content.count
            while rest > 0 {
                length.insert(UInt8(rest & 0xFF), at: 0)
                rest >>= 8
            }
            length.insert(0x80 | UInt8(length.count), at: 0)
        }
        return [tag] + length + content
    }

    /// SEQUENCE.
    public static func sequence(_ elements: [UInt8]...) -> [UInt8] { element(0x30, elements.flatMap { $0 }) }

    /// SET.
    public static func set(_ elements: [UInt8]...) -> [UInt8] { element(0x31, elements.flatMap { $0 }) }

    /// Context-specific and constructed.
    public static func context(_ number: UInt8, _ content: [UInt8]) -> [UInt8] { element(0xA0 | number, content) }

    /// Context-specific and primitive.
    public static func implicit(_ number: UInt8, _ content: [UInt8]) -> [UInt8] { element(0x80 | number, content) }

    /// OBJECT IDENTIFIER in dotted form.
    public static func oid(_ dotted: String) -> [UInt8] {
        let arcs = dotted.split(separator: ".").compactMap { UInt64($0) }
        var content: [UInt8] = []
        for arc in [arcs[0] * 40 + arcs[1]] + arcs.dropFirst(2) {
            var groups = [UInt8(arc & 0x7F)]
            var rest = arc >> 7
            while rest > 0 {
                groups.insert(0x80 | UInt8(rest & 0x7F), at: 0)
                rest >>= 7
            }
            content += groups
        }
        return element(0x06, content)
    }

    /// UTF8String.
    public static func utf8(_ text: String) -> [UInt8] { element(0x0C, Array(text.utf8)) }

    /// OCTET STRING.
    public static func octets(_ content: [UInt8]) -> [UInt8] { element(0x04, content) }

    /// BIT STRING of whole bytes.
    public static func bits(_ content: [UInt8], unused: UInt8 = 0) -> [UInt8] { element(0x03, [unused] + content) }

    /// BOOLEAN true.
    public static let yes = element(0x01, [0xFF])

    /// UTCTime until 2049, GeneralizedTime from then on, as RFC 5280 wants it.
    public static func time(_ date: Date) -> [UInt8] {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .current
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        let year = parts.year ?? 0
        let rest = [parts.month, parts.day, parts.hour, parts.minute, parts.second]
            .map { String(format: "%02d", $0 ?? 0) }.joined()
        guard year < 2050, year >= 1950 else {
            return element(0x18, Array((String(format: "%04d", year) + rest + "Z").utf8))
        }
        return element(0x17, Array((String(format: "%02d", year % 100) + rest + "Z").utf8))
    }

    /// A name of single-valued RDNs.
    public static func name(_ attributes: [CertificateTemplate.Attribute]) -> [UInt8] {
        element(0x30, attributes.flatMap { set(sequence(oid($0.oid), $0.value)) })
    }
}
