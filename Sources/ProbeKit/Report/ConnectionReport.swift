/// What `serve --json` prints for each connection when it has closed; every key is present, in this order.
///
/// The stored properties are the contract, as in `Report`.
package struct ConnectionReport: Codable, Sendable {
    package static let schemaName = "sslprobe.connection/1"

    package var schema = ConnectionReport.schemaName
    /// Counts from 1 within a run.
    package var conn: Int
    /// The client's address and port.
    package var peer: String
    /// RFC 3339, UTC.
    package var startedAt: String
    package var ok: Bool
    package var outcome: Outcome
    /// The first one of the connection; nil when none came.
    package var clientHello: ClientHello?
    package var tls: Report.TLS?
    /// What came of checking the client's certificate; nil when it showed none.
    package var verify: Report.Verify?
    /// The client's.
    package var certificates: [Report.CertificateEntry]
    package var session: SessionUse?
    package var ticketsIssued: Int
    package var renegotiation: Report.Renegotiation?
    package var keyUpdate: Report.KeyUpdates?
    package var postHandshakeAuth: Report.PostHandshakeAuth?
    package var data: Report.Data?
    /// In the order on the wire, close_notify left out.
    package var alerts: [Failure.AlertEntry]
    package var handshakeMs: Double?
    package var durationMs: Double
    package var close: Report.Close?
    package var expectations: [Expected]
    package var error: Failure?
    package var events: [EventRecord]

    /// Whether the client came back with a session, and what became of it.
    package struct SessionUse: Codable, Sendable {
        package var offered: Bool
        package var resumed: Bool
        package var mechanism: Report.Resumption.Mechanism?
        /// Whether the ticket was sealed with the key before the current one; nil where keys do not change.
        package var renewed: Bool?
    }
}

/// What `serve` prints at its end.
package struct ServeSummary: Codable, Sendable {
    package static let schemaName = "sslprobe.serve-summary/1"

    package var schema = ServeSummary.schemaName
    package var ok: Bool
    package var exitCode: Int32
    package var connections: Int
    package var okCount: Int
    package var failedCount: Int
    package var byOutcome: OutcomeCounts
    package var durationMs: Double
    /// Why the exit code is not 0.
    package var error: Failure?
}

/// How many ended with each outcome; every outcome is a key.
package struct OutcomeCounts: Codable, Sendable {
    private var counts: [Outcome: Int] = [:]

    package init() {}

    package subscript(outcome: Outcome) -> Int { counts[outcome] ?? 0 }

    package mutating func add(_ outcome: Outcome) { counts[outcome, default: 0] += 1 }

    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(_ outcome: Outcome) { stringValue = outcome.rawValue }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        for outcome in Outcome.allCases { try object.encode(self[outcome], forKey: Key(outcome)) }
    }

    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Key.self)
        for outcome in Outcome.allCases { counts[outcome] = try object.decode(Int.self, forKey: Key(outcome)) }
    }
}
