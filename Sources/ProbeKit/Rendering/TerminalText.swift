/// The one way in which text from outside reaches a terminal.
package enum TerminalText {
    /// The text on one line, with everything that steers a terminal or reorders a line spelled out: `\x1b`, `\u{202e}`.
    ///
    /// Without `unicode`, for a terminal whose locale is not UTF-8, everything beyond ASCII is spelled out too.
    package static func escape(_ text: String, unicode: Bool = true) -> String {
        if text.utf8.allSatisfy({ 0x20..<0x7f ~= $0 }) { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            if !steers(scalar), unicode || scalar.isASCII {
                escaped.unicodeScalars.append(scalar)
            } else if scalar.isASCII {
                escaped += scalar.value < 0x10 ? "\\x0" : "\\x"
                escaped += String(scalar.value, radix: 16)
            } else {
                escaped += "\\u{" + String(scalar.value, radix: 16) + "}"
            }
        }
        return escaped
    }

    /// C0, DEL, C1, the line and paragraph separators, and the bidirectional controls.
    static func steers(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f...0x9f, 0x61c, 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
