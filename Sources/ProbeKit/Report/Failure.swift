/// Why a probe did not end with exit code 0: who, where, what, and what to try next.
package struct Failure: Codable, Sendable, Error {
    package var stage: Outcome.Stage
    package var code: Code
    package var message: String
    package var hint: String?
    /// The first bytes of a peer that does not speak TLS, escaped, at most 200 bytes.
    package var peerBytes: String?
    package var alert: AlertEntry?
    package var openssl: [Reason]

    package init(
        _ stage: Outcome.Stage, _ code: Code, _ message: String, hint: String? = nil, peerBytes: String? = nil,
        alert: AlertEntry? = nil, openssl: [Reason] = []
    ) {
        self.stage = stage
        self.code = code
        self.message = message
        self.hint = hint
        self.peerBytes = peerBytes
        self.alert = alert
        self.openssl = openssl
    }

    /// The closed list of `error.code`; alphabetical.
    package enum Code: String, Codable, CaseIterable, Sendable {
        case addressUnavailable = "address_unavailable"
        case alertReceived = "alert_received"
        case badMessage = "bad_message"
        case badTarget = "bad_target"
        case clientCertificateRefused = "client_certificate_refused"
        case clientCertificateRequired = "client_certificate_required"
        case closedAfterHandshake = "closed_after_handshake"
        case closedDuringHandshake = "closed_during_handshake"
        case connectFailed = "connect_failed"
        case earlyDataRejected = "early_data_rejected"
        case expectationFailed = "expectation_failed"
        case fileUnreadable = "file_unreadable"
        case fileUnwritable = "file_unwritable"
        case flood
        case internalError = "internal_error"
        case interrupted
        case keyUpdateRefused = "key_update_refused"
        case keyUpdateUnanswered = "key_update_unanswered"
        case keyUpdateUnproven = "key_update_unproven"
        case legacyRenegotiation = "legacy_renegotiation"
        case lookupFailed = "lookup_failed"
        case messageTooLarge = "message_too_large"
        case nameNotFound = "name_not_found"
        case needsNewerOpenSSL = "needs_newer_openssl"
        case noClient = "no_client"
        case noClientHello = "no_client_hello"
        case noSharedParameters = "no_shared_parameters"
        case noTicket = "no_ticket"
        case notResumed = "not_resumed"
        case notTLS = "not_tls"
        case notTrusted = "not_trusted"
        case refused
        case rejected
        case renegotiationDeclined = "renegotiation_declined"
        case renegotiationRefused = "renegotiation_refused"
        case renegotiationUnproven = "renegotiation_unproven"
        case replayedEarlyData = "replayed_early_data"
        case resetBeforeTLS = "reset_before_tls"
        case resetDuringHandshake = "reset_during_handshake"
        case timedOut = "timed_out"
        case unreachable
        case unsafeRenegotiation = "unsafe_renegotiation"
        case unsafeResumption = "unsafe_resumption"
        case unsupportedProtocol = "unsupported_protocol"
        case wrongName = "wrong_name"
        case wrongVersion = "wrong_version"
    }

    package struct AlertEntry: Codable, Sendable {
        package var level: String
        package var description: String
        package var number: Int
        package var dir: Direction
    }

    /// One entry of OpenSSL's error queue.
    package struct Reason: Codable, Sendable {
        package var library: Int
        package var reason: Int
        /// As the `openssl errstr` command takes it.
        package var code: String
        package var text: String
    }
}

/// Which way a message went, seen from us.
package enum Direction: String, Codable, CaseIterable, Sendable { case sent, received }
