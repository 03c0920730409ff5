// What happened to a connection's keys after its handshake.

extension Report {
    package struct Renegotiation: Codable, Sendable {
        package var protocolSupport: Support
        package var attempts: [Attempt]
        package var acceptedCount: Int
        package var verdict: Verdict

        /// RFC 5746; unknown in TLS 1.3, which has no renegotiation.
        package enum Support: String, Codable, CaseIterable, Sendable { case rfc5746, none, unknown }
        package enum Initiator: String, Codable, CaseIterable, Sendable { case client, server }
        package enum Mode: String, Codable, CaseIterable, Sendable { case full, abbreviated }
        package enum Result: String, Codable, CaseIterable, Sendable {
            case accepted
            case refusedWarning = "refused_warning"
            case refusedFatal = "refused_fatal"
            case closed, ignored
            case notApplicable = "not_applicable"
        }

        package struct Attempt: Codable, Sendable {
            /// Nil when there was no handshake to tell by.
            package var mode: Mode?
            package var initiatedBy: Initiator
            package var result: Result
            package var durationMs: Double
            package var resumed: Bool?
            package var alert: Failure.AlertEntry?
            package var cipherChanged: Bool?
            package var certificateChanged: Bool?
            package var masterSecretChanged: Bool?
            package var pendingBefore: Bool?
            package var pendingAfter: Bool?
            /// `SSL_num_renegotiations` and `SSL_total_renegotiations`.
            package var num: Int?
            package var total: Int?
        }
    }

    package struct KeyUpdates: Codable, Sendable {
        /// Those that we sent.
        package var attempts: [Attempt]
        package var receivedCount: Int
        /// What was sent to make the server write; nil when nothing was, and in a server's report.
        package var elicited: Elicited?
        package var verdict: Verdict

        package enum Answer: String, Codable, CaseIterable, Sendable {
            case yes, no, coalesced, unknown
            case notApplicable = "not_applicable"
        }

        package struct Attempt: Codable, Sendable {
            package var requestUpdate: KeyUpdate.Request
            package var sent: Bool
            package var answered: Answer
            package var answerMs: Double?
            package var pendingBefore: KeyUpdate.Request?
            package var pendingAfter: KeyUpdate.Request?
            /// How many KeyUpdates each direction's keys have seen, this one and its answer included.
            package var generationSent: Int?
            package var generationReceived: Int?
            package var dataIntact: Bool?
        }
    }
}
