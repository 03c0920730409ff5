/// Writes JSON as UTF-8 that a terminal can show as it is: no control and no bidirectional character is raw.
package struct JSONWriter {
    /// Two spaces for each level and one key a line, as jq prints; else everything on one line.
    private let isIndented: Bool
    private var bytes: [UInt8] = []

    /// The document without a newline at its end.
    package static func bytes(_ value: JSONValue, indented: Bool = false) -> [UInt8] {
        var writer = JSONWriter(isIndented: indented)
        writer.bytes.reserveCapacity(4096)
        writer.write(value, level: 0)
        return writer.bytes
    }

    private init(isIndented: Bool) { self.isIndented = isIndented }

    private mutating func write(_ value: JSONValue, level: Int) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .int(let number): bytes += String(number).utf8
        case .number(let number): write(number)
        case .string(let text): write(text)
        case .array(let values):
            list(values, between: (UInt8(ascii: "["), UInt8(ascii: "]")), level: level) { writer, value in
                writer.write(value, level: level + 1)
            }
        case .object(let members):
            list(members, between: (UInt8(ascii: "{"), UInt8(ascii: "}")), level: level) { writer, member in
                writer.write(member.key)
                writer.bytes.append(UInt8(ascii: ":"))
                if writer.isIndented { writer.bytes.append(UInt8(ascii: " ")) }
                writer.write(member.value, level: level + 1)
            }
        }
    }

    private mutating func list<Element>(
        _ elements: [Element], between brackets: (UInt8, UInt8), level: Int,
        each: (inout JSONWriter, Element) -> Void
    ) {
        bytes.append(brackets.0)
        var isFirst = true
        for element in elements {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            startLine(level + 1)
            each(&self, element)
        }
        if !isFirst { startLine(level) }
        bytes.append(brackets.1)
    }

    private mutating func startLine(_ level: Int) {
        guard isIndented else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
    }

    /// The number that is written: rounded to three decimals.
    static func printed(_ number: Double) -> Double {
        let thousandths = (number * 1000).rounded()
        return thousandths.magnitude < 9e15 ? thousandths / 1000 : number
    }

    /// At most three decimals and no exponent: every fraction in our documents is milliseconds.
    private mutating func write(_ number: Double) {
        guard number.isFinite else {
            bytes += "null".utf8
            return
        }
        let thousandths = (number * 1000).rounded()
        // Beyond this a Double has no thousandths.
        guard thousandths.magnitude < 9e15, let all = Int64(exactly: thousandths) else {
            bytes += number.description.utf8
            return
        }
        if all < 0 { bytes.append(UInt8(ascii: "-")) }
        let (whole, fraction) = all.magnitude.quotientAndRemainder(dividingBy: 1000)
        bytes += String(whole).utf8
        guard fraction > 0 else { return }
        var digits = Array(String(fraction + 1000).utf8.dropFirst())
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        bytes.append(UInt8(ascii: "."))
        bytes += digits
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ 0x20..<0x7f ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            bytes += text.utf8
        } else {
            for scalar in text.unicodeScalars { write(scalar) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": bytes += "\\\"".utf8
        case "\\": bytes += "\\\\".utf8
        case "\u{8}": bytes += "\\b".utf8
        case "\u{c}": bytes += "\\f".utf8
        case "\n": bytes += "\\n".utf8
        case "\r": bytes += "\\r".utf8
        case "\t": bytes += "\\t".utf8
        case _ where TerminalText.steers(scalar):
            // All of these lie in the first plane: four digits are enough.
            let digits = String(scalar.value, radix: 16)
            bytes += "\\u".utf8
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, 4 - digits.utf8.count)))
            bytes += digits.utf8
        default:
            bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        }
    }
}

/// `--jsonl`: one event a line.
package enum JSONLines {
    /// The event and its newline.
    package static func line(_ record: EventRecord) -> [UInt8] {
        JSONWriter.bytes(JSONValue(record)) + [UInt8(ascii: "\n")]
    }
}

/// `--json`: one report a line, or indented for a person.
package enum JSONReport {
    /// The report and its newline.
    package static func line(_ report: Report, indented: Bool) -> [UInt8] {
        JSONWriter.bytes(JSONValue(report), indented: indented) + [UInt8(ascii: "\n")]
    }

    package static func line(_ report: ConnectionReport, indented: Bool) -> [UInt8] {
        JSONWriter.bytes(JSONValue(report), indented: indented) + [UInt8(ascii: "\n")]
    }

    package static func line(_ summary: ServeSummary, indented: Bool) -> [UInt8] {
        JSONWriter.bytes(JSONValue(summary), indented: indented) + [UInt8(ascii: "\n")]
    }
}
