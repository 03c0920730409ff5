/// Lines of text under construction. Everything that is added is escaped here, so that nothing can be forgotten.
struct Page {
    private static let valueColumn = 15
    private static let longestFact = 1024

    let style: TextRenderer.Style
    private(set) var text = ""

    init(style: TextRenderer.Style) { self.style = style }

    /// A label and the facts beside it, wrapped under themselves. Nothing to say, no line.
    mutating func line(_ label: String, _ facts: String?...) { line(label, facts.compactMap { $0 }) }

    mutating func line(_ label: String, _ facts: [String]) {
        add(
            facts.filter { !$0.isEmpty }, after: "  " + label.padded(to: Self.valueColumn - 2), column: Self.valueColumn
        )
    }

    /// Another line of the value above.
    mutating func more(_ facts: String?...) { line("", facts.compactMap { $0 }) }

    /// A beginning of ours and facts beside it, wrapped under themselves; a painted beginning is longer than it looks.
    mutating func row(_ start: String, width: Int? = nil, _ facts: [String]) {
        let facts = facts.filter { !$0.isEmpty }
        guard !facts.isEmpty else {
            text += start.trimmedAtEnd + "\n"
            return
        }
        add(facts, after: start + "  ", column: (width ?? start.count) + 2)
    }

    private mutating func add(_ facts: [String], after start: String, column: Int) {
        guard !facts.isEmpty else { return }
        let lines = Self.wrapped(
            facts.map(escape), room: max(20, style.width - column), separator: style.separator)
        let margin = "\n" + String(repeating: " ", count: column)
        text += start + lines.joined(separator: margin) + "\n"
    }

    mutating func blank() { text += "\n" }

    /// Text of ours that is complete already.
    mutating func verbatim(_ lines: String) { text += lines }

    /// A fact as it may be shown. A certificate can hold a name of many kB; nobody reads that to its end.
    func escape(_ text: String) -> String {
        guard text.utf8.count > Self.longestFact else { return TerminalText.escape(text, unicode: style.unicode) }
        let beginning = String(text.unicodeScalars.prefix(Self.longestFact / 4))
        return TerminalText.escape(beginning + "...", unicode: style.unicode)
    }

    /// Whether a fact has room on one line beside a label.
    static func fits(_ fact: String, _ style: TextRenderer.Style) -> Bool { fact.count <= style.width - valueColumn }

    /// Breaks between facts; within one only when it is longer than a line.
    static func wrapped(_ facts: [String], room: Int, separator: String) -> [String] {
        var lines: [String] = []
        for fact in facts {
            let joined = (lines.last ?? "") + separator + fact
            if !lines.isEmpty, joined.count <= room {
                lines[lines.count - 1] = joined
            } else if fact.count <= room {
                lines.append(fact)
            } else {
                lines += words(of: fact, room: room)
            }
        }
        return lines
    }

    private static func words(of fact: String, room: Int) -> [String] {
        var lines: [String] = []
        for word in fact.split(separator: " ") {
            let joined = (lines.last ?? "") + " " + word
            if !lines.isEmpty, joined.count <= room {
                lines[lines.count - 1] = joined
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

extension String {
    var trimmedAtEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }

    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    func rightAligned(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
