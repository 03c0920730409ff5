/// A number of the protocol with a name where one is assigned.
///
/// Peers send what they like, so every value is representable; nothing is looked up before a name is printed.
public protocol WireNumber: RawRepresentable, Hashable, Sendable, CustomStringConvertible
where RawValue: FixedWidthInteger & UnsignedInteger & Sendable {
    /// Every number is representable.
    init(rawValue: RawValue)
    /// The name that the registry or RFC assigns, or `nil`.
    var knownName: String? { get }
}

extension WireNumber {
    /// The assigned name, `GREASE_0x3a3a` for the reserved values of RFC 8701, or the number as `0x1234`.
    public var name: String {
        if let knownName { return knownName }
        let digits = String(rawValue, radix: 16)
        let padding = String(repeating: "0", count: max(0, RawValue.bitWidth / 4 - digits.count))
        return (isGREASE ? "GREASE_0x" : "0x") + padding + digits
    }

    /// The same as `name`.
    public var description: String { name }

    /// Whether this is one of the sixteen two-byte values 0x0a0a, 0x1a1a … 0xfafa that RFC 8701 reserves.
    public var isGREASE: Bool {
        // Widened first: the masks do not fit where RawValue is one byte.
        let value = UInt64(rawValue)
        return RawValue.bitWidth == 16 && value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff
    }
}
