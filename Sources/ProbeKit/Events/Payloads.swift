// What each event carries beside its envelope. JSON keys are the property names in snake_case.

package struct ProbeStarted: Codable, Sendable {
    package var command: Report.Command
    package var host: String
    package var port: Int
    package var sni: String?
}

package struct DNSResolved: Codable, Sendable {
    package var host: String
    package var addresses: [String]
    package var dnsMs: Double
}

package struct TCPConnected: Codable, Sendable {
    package var address: String
    package var port: Int
    package var tcpMs: Double
}

package struct TCPFailed: Codable, Sendable {
    package var address: String
    package var port: Int
    package var outcome: Report.AddressAttempt.Result
    package var error: String?
    package var tcpMs: Double?
}

package struct HandshakeStarted: Codable, Sendable {
    package var address: String
    package var sni: String?
    package var alpnOffered: [String]
}

package struct HandshakeDone: Codable, Sendable {
    package var version: String?
    package var cipher: String?
    package var group: String?
    package var signatureAlgorithm: String?
    package var alpn: String?
    package var resumed: Bool
    package var tlsMs: Double
}

package struct VerifyDone: Codable, Sendable {
    package var ok: Bool?
    package var errors: [Report.Verify.Problem]
    package var checkedName: String?
}

package struct HandshakeConfirmed: Codable, Sendable {
    package var value: Verdict.Value
    package var basis: Report.Confirmation.Basis?
    package var why: String?
    package var confirmMs: Double
}

package struct HandshakeFailed: Codable, Sendable {
    package var code: Failure.Code
    package var message: String
}

package struct NewSessionTicket: Codable, Sendable {
    package var index: Int
    package var version: String
    package var lifetimeS: Int
    package var ageAdd: Int?
    package var nonce: String?
    package var ticketBytes: Int
    package var maxEarlyData: Int?
    package var extensions: [String]
}

package struct KeyUpdate: Codable, Sendable {
    package var requestUpdate: Request

    package enum Request: String, Codable, CaseIterable, Sendable {
        case updateNotRequested = "update_not_requested"
        case updateRequested = "update_requested"
    }
}

/// A client's answer to a CertificateRequest after the handshake.
package struct PostHandshakeAuth: Codable, Sendable {
    package var certificateSent: Bool
}

package struct SessionSaved: Codable, Sendable {
    package var file: String
}

package struct SessionOffered: Codable, Sendable {
    package var mechanism: Report.Resumption.Mechanism
}

package struct SessionResumed: Codable, Sendable {
    package var mechanism: Report.Resumption.Mechanism
    /// Whether a key before the current one had sealed the ticket; nil where keys do not change.
    package var renewed: Bool?
}

package struct SessionNotResumed: Codable, Sendable {
    /// How the session was offered.
    package var mechanism: Report.Resumption.Mechanism
    /// Why, as far as we know.
    package var why: String?
}

package struct EarlyData: Codable, Sendable {
    package var status: Status

    package enum Status: String, Codable, CaseIterable, Sendable { case accepted, rejected }
}

package struct RenegotiationStarted: Codable, Sendable {
    package var initiatedBy: Report.Renegotiation.Initiator
}

package struct RenegotiationDone: Codable, Sendable {
    package var initiatedBy: Report.Renegotiation.Initiator
    package var resumed: Bool
    package var durationMs: Double
}

package struct RenegotiationIgnored: Codable, Sendable {
    package var afterMs: Double
}

package struct Listening: Codable, Sendable {
    package var address: String
    package var port: Int
    /// Where `--write-ca` put the authority that clients are to trust.
    package var caFile: String?
}

package struct ClientConnected: Codable, Sendable {
    package var peer: String
}

package struct RunDone: Codable, Sendable {
    package var targets: Int
    package var byOutcome: OutcomeCounts
    package var exitCode: Int32
}

package struct AlertSeen: Codable, Sendable {
    package var level: String
    package var description: String
    package var number: Int
}

package struct TCPClosed: Codable, Sendable {
    package var kind: Report.Close.Kind
}

package struct FloodStopped: Codable, Sendable {
    package var kind: Kind
    package var count: Int

    package enum Kind: String, Codable, CaseIterable, Sendable {
        case tickets
        case keyUpdates = "key_updates"
        case helloRequests = "hello_requests"
        case warningAlerts = "warning_alerts"
        case emptyRecords = "empty_records"
        case renegotiations
    }
}

package struct TimedOut: Codable, Sendable {
    package var stage: Outcome.Stage
    package var afterMs: Double
}
