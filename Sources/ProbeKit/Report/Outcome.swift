/// How a probe ended: the name and the exit code that scripts rely on.
package enum Outcome: String, Codable, CaseIterable, Sendable {
    case ok, expectation, dns, connect, timeout, handshake, verify, rejected, unmet
    case notApplicable = "not_applicable"
    case inconclusive, local, unsupported, unsafe, usage, `internal`, signal

    /// The exit code. `signal` is 128 plus the signal's number, which only the caller knows; SIGINT is assumed here.
    package var exitCode: Int32 {
        switch self {
        case .ok: 0
        case .expectation: 1
        case .dns: 3
        case .connect: 4
        case .timeout: 5
        case .handshake: 7
        case .verify: 8
        case .rejected: 9
        case .unmet: 10
        case .notApplicable: 11
        case .inconclusive: 12
        case .local: 13
        case .unsupported: 14
        case .unsafe: 15
        case .usage: 64
        case .internal: 70
        case .signal: 130
        }
    }

    /// Where in the course of a probe an outcome was decided.
    package enum Stage: String, Codable, CaseIterable, Sendable {
        case arguments, dns, tcp
        case preTLS = "pre_tls"
        case tls, verify, confirm, data
        case postHandshake = "post_handshake"
        case close, local
    }
}

/// What a measurement says. A measurement that failed is `unknown` with its reason, never `no`.
package struct Verdict: Codable, Sendable {
    package var value: Value
    package var why: String?
    package var evidence: [Evidence]

    package init(_ value: Value, why: String? = nil, evidence: [Evidence] = []) {
        self.value = value
        self.why = why
        self.evidence = evidence
    }

    package enum Value: String, Codable, CaseIterable, Sendable {
        case yes, no, unknown
        case notApplicable = "not_applicable"
    }
}

/// Points at an event that supports a verdict.
package struct Evidence: Codable, Sendable {
    package var seq: Int
    package var event: String
    package var tMs: Double
}
