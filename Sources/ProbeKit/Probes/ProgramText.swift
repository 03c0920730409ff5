import OpenSSL

/// Texts that the program prints about itself.
package enum ProgramText {
    /// What `--version` prints: the versions on the first line, then what the library can do.
    package static func version() -> String {
        let openssl = Report.Tool.current.openssl
        let built = openssl.headers == openssl.linked ? "" : " (built with \(openssl.headers))"
        let groups = LibraryFeatures.postQuantumGroups
        return """
            sslprobe \(programVersion), OpenSSL \(openssl.linked)\(built)
            TLS versions: \(LibraryFeatures.versions.map(\.name).joined(separator: ", "))
            post-quantum groups: \(groups.isEmpty ? "none, OpenSSL 3.5 has them" : groups.joined(separator: ", "))
            providers: \(LibraryFeatures.providers.joined(separator: ", "))\(LibraryFeatures.isFIPSOnly ? ", FIPS only" : "")

            """
    }

    /// What `--version --json` prints: the report's `tool`, and what the library can do.
    package static func versionJSON() -> String {
        let features = JSONValue.object([
            .init("tls_versions", .array(LibraryFeatures.versions.map { .string($0.name) })),
            .init("post_quantum_groups", .array(LibraryFeatures.postQuantumGroups.map { .string($0) })),
            .init("providers", .array(LibraryFeatures.providers.map { .string($0) })),
            .init("fips_only", .bool(LibraryFeatures.isFIPSOnly)),
        ])
        guard case .object(let tool) = JSONValue(Report.Tool.current) else { return line(features) }
        return line(.object(tool + [.init("features", features)]))
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
