// What a server hands out to come back with, and what became of coming back.

extension Report {
    /// What was sent to make a server write; nothing of it is needed up to TLS 1.2.
    package enum Elicited: String, Codable, CaseIterable, Sendable { case http, data, echo }

    package struct TicketSummary: Codable, Sendable {
        /// How many full handshakes were made.
        package var connections: Int
        /// How many tickets came on each.
        package var perConnection: [Int]
        /// How many came on a connection that was resumed; nil when none was.
        package var afterResumption: Int?
        /// Whether a session was taken back; nil when there was none to offer.
        package var resumed: Bool?
        package var elicited: Elicited?
        /// On how many connections the server named a session of TLS 1.2 that it remembers itself.
        package var sessionIds: Int
        package var keyNames: [String]
        /// Only with `--track`.
        package var rotation: Rotation?
        package var verdict: Verdict

        package struct Rotation: Codable, Sendable {
            package var value: Value
            package var previousKeyName: String?
            /// When that one was seen last.
            package var since: String?

            package enum Value: String, Codable, CaseIterable, Sendable { case new, same, rotated, unknown }
        }
    }

    package struct Resumption: Codable, Sendable {
        package var attempts: [Attempt]
        /// The share of attempts that were resumed; nil when there was none.
        package var rate: Double?
        package var full: Latency
        package var abbreviated: Latency
        package var matrix: Matrix?
        /// Of `--at`: how many moments are yet to come; nil without it.
        package var pending: Int?
        /// When the first of them is, RFC 3339.
        package var nextAt: String?
        package var verdict: Verdict

        package enum Mechanism: String, Codable, CaseIterable, Sendable { case id, ticket, psk }

        package enum EarlyData: String, Codable, CaseIterable, Sendable {
            case accepted, rejected
            case notSent = "not_sent"
        }

        package enum Miss: String, Codable, CaseIterable, Sendable {
            case noTicket = "no_ticket"
            case expired
            case idNotEchoed = "id_not_echoed"
            case otherKeyName = "other_key_name"
            case otherAddress = "other_address"
            case versionChanged = "version_changed"
            case helloRetry = "hello_retry"
            case cipherGone = "cipher_gone"
            case abruptClose = "abrupt_close"
            case singleUse = "single_use"
            case notOffered = "not_offered"
            case unknown
        }

        package struct Attempt: Codable, Sendable {
            /// How it was offered; nil when there was nothing to offer.
            package var mechanism: Mechanism?
            package var offered: Bool
            package var resumed: Bool
            package var address: String?
            /// What was different from the handshake that made the session, such as `sni=other.example` or
            /// `at=10.0 s`.
            package var change: String?
            /// How old the session was, in seconds.
            package var sessionAgeS: Int64?
            package var earlyData: EarlyData?
            /// Whether the keys come from the session alone, without a key exchange; TLS 1.3.
            package var pskKe: Bool?
            package var durationMs: Double?
            package var whyNot: Miss?
            package var evidence: [Evidence]
        }

        package struct Matrix: Codable, Sendable {
            package var nodes: [String]
            /// The name of the key that seals the tickets of each node; nil where two tickets do not share one.
            package var keyNames: [String?]
            package var cells: [Cell]
            /// The nodes that take one another's sessions.
            package var groups: [[String]]
            /// How likely a client that returns to any of the nodes resumes; nil when not all cells are known.
            package var chance: Double?

            package struct Cell: Codable, Sendable {
                package var from: String
                package var to: String
                /// Nil when it could not be tried.
                package var resumed: Bool?
                package var whyNot: Miss?
            }
        }
    }
}
