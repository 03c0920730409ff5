/// What `--json` prints: one object per target, every key present, in this order.
///
/// The stored properties are the contract: the JSON keys are their names in snake_case, and the JSON Schema is read
/// off these types. An object is nil as a whole when its stage was not reached.
package struct Report: Codable, Sendable {
    package static let schemaName = "sslprobe.report/1"

    package var schema = Report.schemaName
    package var tool: Tool
    package var command: Command
    package var target: Target
    /// RFC 3339, UTC.
    package var startedAt: String
    package var ok: Bool
    package var outcome: Outcome
    package var exitCode: Int32
    package var address: String?
    package var addresses: [AddressAttempt]
    /// With `--all-addresses`: which of the facts that have to be the same at all of them are not.
    package var differs: [String]
    package var timings: Timings
    package var tls: TLS?
    package var verify: Verify?
    package var certificates: [CertificateEntry]
    package var ocsp: Never?
    package var scts: [Never]
    package var clientAuth: ClientAuth?
    package var data: Data?
    package var tickets: [Ticket]
    package var ticketSummary: TicketSummary?
    package var renegotiation: Renegotiation?
    package var keyUpdate: KeyUpdates?
    package var postHandshakeAuth: PostHandshakeAuth?
    package var resumption: Resumption?
    /// With `--count`: what the handshakes came to; the rest is of the gravest of them, or of the first.
    package var `repeat`: Repetition?
    package var close: Close?
    package var expectations: [Expected]
    package var error: Failure?
    package var events: [EventRecord]

    package enum Command: String, Codable, CaseIterable, Sendable {
        case connect, renegotiate
        case keyUpdate = "keyupdate"
        case tickets, resume
    }

    package struct Tool: Codable, Sendable {
        package var name: String
        package var version: String
        package var openssl: Libraries

        package struct Libraries: Codable, Sendable {
            package var headers: String
            package var linked: String
        }
    }

    package struct Target: Codable, Sendable {
        package var input: String
        package var host: String?
        package var port: Int?
        package var sni: String?
    }

    package struct AddressAttempt: Codable, Sendable {
        package var address: String
        package var outcome: Result
        package var error: String?
        package var tcpMs: Double?
        package var tlsVersion: String?
        package var leafSha256: String?

        package enum Result: String, Codable, CaseIterable, Sendable { case connected, failed, timeout, abandoned }
    }

    /// Durations of phases in milliseconds, monotonic; nil when a phase was not reached.
    package struct Timings: Codable, Sendable {
        package var dnsMs: Double?
        package var tcpMs: Double?
        package var preTlsMs: Double?
        package var tlsMs: Double?
        package var confirmMs: Double?
        package var totalMs: Double

        package init(totalMs: Double = 0) { self.totalMs = totalMs }
    }

    package struct Verify: Codable, Sendable {
        package var ok: Bool?
        package var errors: [Problem]
        package var chainOk: Bool?
        package var nameOk: Bool?
        package var checkedName: String?
        package var sentInOrder: Bool
        package var missingIssuer: String?
        package var path: [String]
        package var store: String

        package struct Problem: Codable, Sendable {
            package var depth: Int
            package var code: Int
            package var name: String
            package var message: String
        }
    }

    package struct ClientAuth: Codable, Sendable {
        package var requested: Bool
        package var demand: Demand
        package var certificateSent: Bool
        package var caNames: [String]
        package var signatureAlgorithms: [String]

        package enum Demand: String, Codable, CaseIterable, Sendable { case none, requested, required, unknown }
    }

    package struct Data: Codable, Sendable {
        package var bytesSent: Int
        package var bytesReceived: Int
        package var firstLine: String?
        /// The bytes of the first line, when they were not valid UTF-8.
        package var firstLineHex: String?
        package var httpStatus: Int?
        package var withheld: Bool
    }

    package struct PostHandshakeAuth: Codable, Sendable {
        package var requested: Bool
        package var answered: Bool
        /// Why it was not requested, or not answered; nil when it was.
        package var why: String?
    }

    package struct Close: Codable, Sendable {
        package var sent: Bool
        package var received: Bool
        package var kind: Kind

        package enum Kind: String, Codable, CaseIterable, Sendable { case clean, half, truncated, reset, none }
    }
}
