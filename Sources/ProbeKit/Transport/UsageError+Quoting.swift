extension UsageError {
    /// What the user typed, in quotes and cut to a length that leaves the message readable.
    package static func quoted(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let start = String(String.UnicodeScalarView(scalars.prefix(80)))
        return "\"\(escaped(start))\(start.unicodeScalars.count < scalars.count ? "…" : "")\""
    }

    /// The text with everything escaped that could move the cursor or break the line.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
