extension TextRenderer {
    /// How text may look. The caller decides, from the terminal, the locale and `--color`.
    package struct Style: Hashable, Sendable {
        /// Colour for the symbol and the key words; the words carry the meaning without it.
        package var color: Bool
        /// Whether the locale is UTF-8; otherwise everything is ASCII.
        package var unicode: Bool
        /// Columns; lines that can be wrapped are. `Int.max` for output that is no terminal.
        package var width: Int

        package init(color: Bool = false, unicode: Bool = true, width: Int = 80) {
            self.color = color
            self.unicode = unicode
            self.width = width
        }

        /// The tone of a symbol or a key word.
        enum Tone { case good, warning, bad }
    }
}

extension TextRenderer.Style {
    /// Between facts on a line.
    var separator: String { unicode ? " · " : " | " }

    func symbol(_ tone: Tone) -> String {
        switch tone {
        case .good: unicode ? "✓" : "ok  "
        case .warning: unicode ? "!" : "warn"
        case .bad: unicode ? "✗" : "FAIL"
        }
    }

    func arrow(_ direction: Direction?) -> String {
        switch direction {
        case .sent: unicode ? "→" : "->"
        case .received: unicode ? "←" : "<-"
        case nil: unicode ? " " : "  "
        }
    }

    func paint(_ text: String, _ tone: Tone) -> String {
        guard color else { return text }
        switch tone {
        case .good: return "\u{1b}[32m\(text)\u{1b}[0m"
        case .warning: return "\u{1b}[33m\(text)\u{1b}[0m"
        case .bad: return "\u{1b}[31m\(text)\u{1b}[0m"
        }
    }
}
