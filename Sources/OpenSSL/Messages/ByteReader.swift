/// A cursor over borrowed bytes whose every read is bounded: past the end there is only `nil`.
///
/// It lives no longer than the call that was given the bytes; what outlives the call is copied out once.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    private let end: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(bytes: bytes, position: 0, end: bytes.count)
    }

    private init(bytes: UnsafeRawBufferPointer, position: Int, end: Int) {
        self.bytes = bytes
        self.position = position
        self.end = end
    }

    /// The number of unread bytes.
    var count: Int { end - position }
    var isEmpty: Bool { position == end }

    mutating func readUInt8() -> UInt8? {
        guard position < end else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func readUInt16() -> UInt16? { readInteger(byteCount: 2) }
    mutating func readUInt24() -> UInt32? { readInteger(byteCount: 3) }
    mutating func readUInt32() -> UInt32? { readInteger(byteCount: 4) }

    /// Takes the next `byteCount` bytes as a reader of their own.
    mutating func read(_ byteCount: Int) -> ByteReader? {
        guard byteCount >= 0, byteCount <= count else { return nil }
        defer { position += byteCount }
        return ByteReader(bytes: bytes, position: position, end: position + byteCount)
    }

    /// Takes a vector with a length of one byte before it, as RFC 8446 writes `<0..2^8-1>`.
    mutating func readVector8() -> ByteReader? {
        guard let length = readUInt8() else { return nil }
        return read(Int(length))
    }

    /// Takes a vector with a length of two bytes before it.
    mutating func readVector16() -> ByteReader? {
        guard let length = readUInt16() else { return nil }
        return read(Int(length))
    }

    /// Takes a vector with a length of three bytes before it.
    mutating func readVector24() -> ByteReader? {
        guard let length = readUInt24() else { return nil }
        return read(Int(length))
    }

    /// Copies the unread bytes.
    func array() -> [UInt8] {
        Array(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
    }

    /// Whether the unread bytes are exactly these.
    func isEqual(to other: [UInt8]) -> Bool {
        UnsafeRawBufferPointer(rebasing: bytes[position..<end]).elementsEqual(other)
    }

    /// Reads the rest as numbers of two bytes; `nil` when a byte is left over.
    func numbers<Number: WireNumber>(_: Number.Type) -> [Number]? where Number.RawValue == UInt16 {
        guard count.isMultiple(of: 2) else { return nil }
        var rest = self
        var numbers: [Number] = []
        numbers.reserveCapacity(count / 2)
        while let value = rest.readUInt16() { numbers.append(Number(rawValue: value)) }
        return numbers
    }

    private mutating func readInteger<Integer: FixedWidthInteger>(byteCount: Int) -> Integer? {
        guard count >= byteCount else { return nil }
        var value: Integer = 0
        for offset in position..<position + byteCount { value = value << 8 | Integer(bytes[offset]) }
        position += byteCount
        return value
    }
}
