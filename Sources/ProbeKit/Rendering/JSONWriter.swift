/// Writes JSON as UTF-8 that a terminal can show as it is: no control and no bidirectional character is raw.
///
/// It takes a document piece by piece: a value, or a bracket, what is inside and the bracket that closes it.
package struct JSONWriter {
    enum Bracket {
        case object, array
    }

    /// What comes before the next piece: nothing, at most a new line, or a comma as well.
    private enum Place {
        case inline, first, next
    }

    /// Two spaces for each level and one key a line, as jq prints; else everything on one line.
    let isIndented: Bool
    private var buffer = ByteBuffer(capacity: 4096)
    private var place = Place.inline
    private var level = 0

    /// The document without a newline at its end.
    package static func bytes(_ value: JSONValue, indented: Bool = false) -> [UInt8] {
        var writer = JSONWriter(isIndented: indented)
        defer { writer.deallocate() }
        writer.write(value)
        return Array(writer.bytes)
    }

    init(isIndented: Bool) { self.isIndented = isIndented }

    func deallocate() { buffer.deallocate() }

    var bytes: UnsafeBufferPointer<UInt8> { buffer.bytes }

    /// Ends a document that stands on a line of its own.
    mutating func endLine() { buffer.append(UInt8(ascii: "\n")) }

    /// Begins another document.
    mutating func restart() {
        buffer.removeAll()
        place = .inline
        level = 0
    }

    private mutating func write(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .int(let number): integer(number)
        case .number(let number): self.number(number)
        case .string(let text): string(text)
        case .array(let values):
            open(.array)
            for value in values { write(value) }
            close(.array)
        case .object(let members):
            open(.object)
            for member in members {
                key(member.key)
                write(member.value)
            }
            close(.object)
        }
    }

    mutating func open(_ bracket: Bracket) {
        separate(reserving: 1)
        buffer.append(reserved: bracket == .object ? UInt8(ascii: "{") : UInt8(ascii: "["))
        place = .first
        level += 1
    }

    mutating func close(_ bracket: Bracket) {
        level -= 1
        if isIndented, place == .next { startLine() }
        buffer.append(bracket == .object ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        place = .next
    }

    mutating func key(_ name: String) {
        string(name)
        buffer.append(UInt8(ascii: ":"))
        if isIndented { buffer.append(UInt8(ascii: " ")) }
        place = .inline
    }

    /// A key whose name is a property's: `leafSha256` is `leaf_sha256`.
    mutating func key(inSnakeCase name: String) {
        // A dictionary's key can hold anything.
        if name.utf8.withContiguousStorageIfAvailable({ property($0) }) != true { key(snakeCase(name)) }
    }

    /// Writes the name of a property; of any other false comes back.
    private mutating func property(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.allSatisfy({ 0x30...0x7a ~= $0 && $0 != UInt8(ascii: "\\") }) else { return false }
        separate(reserving: 2 * name.count + 4)
        var end = buffer.end
        func append(_ byte: UInt8) {
            end.pointee = byte
            end += 1
        }
        append(UInt8(ascii: "\""))
        for byte in name {
            let isUpperCase = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
            if isUpperCase { append(UInt8(ascii: "_")) }
            append(isUpperCase ? byte | 0x20 : byte)
        }
        append(UInt8(ascii: "\""))
        append(UInt8(ascii: ":"))
        if isIndented { append(UInt8(ascii: " ")) }
        buffer.advance(to: end)
        place = .inline
        return true
    }

    mutating func null() {
        separate(reserving: 0)
        buffer.append("null")
    }

    mutating func bool(_ value: Bool) {
        separate(reserving: 0)
        buffer.append(value ? "true" : "false")
    }

    mutating func integer(_ value: Int64) {
        separate(reserving: 0)
        digits(value.magnitude, isNegative: value < 0)
    }

    /// The number that is written: rounded to three decimals.
    static func printed(_ number: Double) -> Double {
        let thousandths = (number * 1000).rounded()
        return thousandths.magnitude < 9e15 ? thousandths / 1000 : number
    }

    /// At most three decimals and no exponent: every fraction in our documents is milliseconds.
    mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        separate(reserving: 0)
        let thousandths = (value * 1000).rounded()
        // Beyond this a Double has no thousandths.
        guard thousandths.magnitude < 9e15, let all = Int64(exactly: thousandths) else {
            for byte in value.description.utf8 { buffer.append(byte) }
            return
        }
        var (whole, fraction) = all.magnitude.quotientAndRemainder(dividingBy: 1000)
        digits(whole, isNegative: all < 0)
        guard fraction > 0 else { return }
        buffer.append(UInt8(ascii: "."))
        while fraction > 0 {
            (whole, fraction) = (fraction * 10).quotientAndRemainder(dividingBy: 1000)
            buffer.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: whole))
        }
    }

    mutating func string(_ value: String) {
        if value.utf8.withContiguousStorageIfAvailable({ plain($0) }) != true { escape(value) }
    }

    mutating func strings(_ values: [String]) {
        open(.array)
        for value in values { string(value) }
        close(.array)
    }

    /// Writes a string that JSON shows as it is; of any other false comes back.
    private mutating func plain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let isPlain = text.allSatisfy { 0x20..<0x7f ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        guard isPlain else { return false }
        separate(reserving: text.count + 2)
        buffer.append(reserved: UInt8(ascii: "\""))
        buffer.append(text)
        buffer.append(UInt8(ascii: "\""))
        return true
    }

    /// Writes what comes before a piece, and makes room for the piece.
    @inline(__always)
    private mutating func separate(reserving count: Int) {
        buffer.reserve(count &+ 1)
        if place == .next { buffer.append(reserved: UInt8(ascii: ",")) }
        if isIndented, place != .inline {
            startLine()
            buffer.reserve(count)
        }
        place = .next
    }

    @inline(never)
    private mutating func startLine() {
        buffer.append(UInt8(ascii: "\n"))
        for _ in 0..<level { buffer.append("  ") }
    }

    /// A number's own description allocates.
    private mutating func digits(_ value: UInt64, isNegative: Bool) {
        buffer.reserve(21)
        if isNegative { buffer.append(reserved: UInt8(ascii: "-")) }
        var end = buffer.end + 1
        var rest = value
        while rest > 9 {
            rest /= 10
            end += 1
        }
        buffer.advance(to: end)
        rest = value
        repeat {
            end -= 1
            end.pointee = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
    }

    @inline(never)
    private mutating func escape(_ text: String) {
        separate(reserving: 0)
        buffer.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars { escape(scalar) }
        buffer.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": buffer.append("\\\"")
        case "\\": buffer.append("\\\\")
        case "\u{8}": buffer.append("\\b")
        case "\u{c}": buffer.append("\\f")
        case "\n": buffer.append("\\n")
        case "\r": buffer.append("\\r")
        case "\t": buffer.append("\\t")
        case _ where TerminalText.steers(scalar):
            // All of these lie in the first plane: four digits are enough.
            buffer.append("\\u")
            for shift in [12, 8, 4, 0] {
                let digit = UInt8(truncatingIfNeeded: scalar.value >> shift & 0xf)
                buffer.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        default:
            for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { buffer.append(byte) }
        }
    }
}
