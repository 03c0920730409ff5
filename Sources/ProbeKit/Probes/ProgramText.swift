/// Texts that the program prints about itself.
package enum ProgramText {
    /// What `--version` prints.
    package static func version() -> String {
        let openssl = Report.Tool.current.openssl
        let built = openssl.headers == openssl.linked ? "" : " (built with \(openssl.headers))"
        return "sslprobe \(programVersion), OpenSSL \(openssl.linked)\(built)\n"
    }

    /// What `--version --json` prints: the report's `tool`.
    package static func versionJSON() -> String {
        line(JSONValue(Report.Tool.current))
    }

    /// The JSON Schema of what is printed.
    package static func schema(_ subject: SchemaSubject) -> String {
        switch subject {
        case .report: line(Schema.report)
        case .event: line(Schema.event)
        case .connection: line(Schema.connection)
        case .serveSummary: line(Schema.serveSummary)
        case .explanation: line(Schema.explanation)
        }
    }

    private static func line(_ value: JSONValue) -> String {
        String(decoding: JSONWriter.bytes(value), as: UTF8.self) + "\n"
    }
}

/// What `schema` can describe.
package enum SchemaSubject: String, CaseIterable, Sendable {
    case report, event, connection
    case serveSummary = "serve-summary"
    case explanation
}
