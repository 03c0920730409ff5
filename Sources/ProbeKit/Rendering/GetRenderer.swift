/// `--get`: a few values of the report on one line, for `read` and `cut`.
package enum GetRenderer {
    /// The values of a report; see below.
    package static func line(
        _ report: Report, paths: [ReportPath], unicode: Bool = true
    ) -> (text: String, missing: [String]) {
        line(JSONValue(report), paths: paths, unicode: unicode)
    }

    /// The values, tab-separated, and a newline; a null prints as nothing and is named in `missing`.
    ///
    /// Strings are bare but safe for a terminal; lists and objects are JSON.
    package static func line(
        _ document: JSONValue, paths: [ReportPath], unicode: Bool = true
    ) -> (text: String, missing: [String]) {
        let values = paths.map { $0.value(in: document) }
        let missing = zip(paths, values).filter { $0.1 == .null }.map(\.0.text)
        return (values.map { text(of: $0, unicode: unicode) ?? "" }.joined(separator: "\t") + "\n", missing)
    }

    /// One value as it is printed; nil for null.
    static func text(of value: JSONValue, unicode: Bool = true) -> String? {
        switch value {
        case .null: nil
        case .string(let text): TerminalText.escape(text, unicode: unicode)
        case .bool, .int, .number, .array, .object:
            String(decoding: JSONWriter.bytes(value), as: UTF8.self)
        }
    }
}
