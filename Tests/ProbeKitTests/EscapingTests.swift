import Foundation
import Testing

@testable import ProbeKit

/// What may never reach a terminal raw: C0, DEL, C1, separators and bidirectional controls.
private let harmful: [Unicode.Scalar] =
    (Array(0...0x1f) + Array(0x7f...0x9f) + [0x61c, 0x200e, 0x200f] + Array(0x2028...0x202e) + Array(0x2066...0x2069))
    .compactMap { Unicode.Scalar(UInt32($0)) }

struct EscapingTests {
    @Test(arguments: harmful)
    func keepsControlsFromTheTerminal(scalar: Unicode.Scalar) {
        let text = TerminalText.escape("a\(Character(scalar))b")
        #expect(!text.unicodeScalars.contains(scalar))
        #expect(text.hasPrefix("a\\") && text.hasSuffix("b"))
    }

    @Test(arguments: harmful)
    func keepsControlsOutOfJSONWithoutLosingThem(scalar: Unicode.Scalar) throws {
        let original = "é\(Character(scalar))\"\\"
        let bytes = JSONWriter.bytes(.array([.string(original)]))
        #expect(!String(decoding: bytes, as: UTF8.self).unicodeScalars.contains(scalar))
        let back = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String]
        #expect(back.map { $0.map { Array($0.unicodeScalars) } } == [Array(original.unicodeScalars)])
    }

    @Test func spellsControlsSoThatAPersonCanReadThem() {
        #expect(
            TerminalText.escape("\u{1b}[31mred\r\n\u{202e}txt\u{85}") == "\\x1b[31mred\\x0d\\x0a\\u{202e}txt\\u{85}")
    }

    @Test func leavesOtherTextAlone() {
        let text = "Bücher 東京 🔒 — plain"
        #expect(TerminalText.escape(text) == text)
        #expect(String(decoding: JSONWriter.bytes(.string(text)), as: UTF8.self) == "\"\(text)\"")
    }

    @Test func spellsEverythingBeyondASCIIWithoutUTF8() {
        #expect(TerminalText.escape("é\t🔒", unicode: false) == "\\u{e9}\\x09\\u{1f512}")
    }
}
