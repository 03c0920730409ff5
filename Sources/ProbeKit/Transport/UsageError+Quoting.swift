extension UsageError {
    /// What the user typed, in quotes, harmless to a terminal and cut to a length that leaves the message readable.
    package static func quoted(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let start = String(scalars.prefix(80))
        return "\"\(TerminalText.escape(start))\(start.unicodeScalars.count < scalars.count ? "…" : "")\""
    }
}
