/// What a code or a name means, what usually causes it, and which commands confirm it.
package struct Explanation: Codable, Hashable, Sendable {
    package var kind: Kind
    /// Nil for what has a name only.
    package var number: Int32?
    package var name: String
    /// One sentence.
    package var meaning: String
    package var causes: [String]
    package var confirm: [Check]

    /// What can be explained; the order is that of the answers.
    package enum Kind: String, Codable, CaseIterable, Sendable {
        case exitCode = "exit_code"
        case alert
        case verifyError = "verify_error"
        case event
        case errorCode = "error_code"
    }

    /// A command line and what it shows.
    package struct Check: Codable, Hashable, Sendable {
        package var command: String
        package var why: String
    }
}

/// What `explain --json` prints; every key is present, in this order.
package struct ExplanationList: Codable, Sendable {
    package static let schemaName = "sslprobe.explanation/1"

    package var schema = ExplanationList.schemaName
    /// As it was typed; nil when nothing was asked, and everything is answered.
    package var query: String?
    package var explanations: [Explanation]
}
