import TestSupport
import Testing

/// Runs `renegotiate` to a port of localhost, with the shared root as the only authority, and returns the run.
func renegotiate(_ port: UInt16, _ arguments: String...) async throws -> ProgramRun {
    try await renegotiate(port, arguments)
}

/// The same with the arguments in a list, and with another authority.
func renegotiate(
    _ port: UInt16, _ arguments: [String], authority: String? = nil, output: [String] = ["--json", "--events"]
) async throws -> ProgramRun {
    let authority = try authority ?? Fixtures.get().root.certificatePath
    return try await Program.run(
        ["renegotiate", "localhost:\(port)", "-4", "--ca", authority] + output + arguments, limit: 60)
}

/// What one attempt is to come to.
struct RenegotiationExpectation: Sendable {
    /// Nil when nobody can tell.
    var mode: String?
    var initiator = "client"
    var result = "accepted"
    /// Nil unless it was accepted.
    var isResumed: Bool?
    var alert: Double?
    var alertDirection = "received"
    /// With a key of another kind, and so another cipher.
    var showsOtherCertificate = false
    /// The event that the verdict rests on.
    var event = "renegotiation_done"

    static let full = RenegotiationExpectation(mode: "full", isResumed: false)
    static let abbreviated = RenegotiationExpectation(mode: "abbreviated", isResumed: true)
    /// The server insisted on new keys.
    static let abbreviatedInVain = RenegotiationExpectation(mode: "abbreviated", isResumed: false)
    static let requested = RenegotiationExpectation(mode: "abbreviated", initiator: "server", isResumed: true)
    static let requestedInFull = RenegotiationExpectation(mode: "full", initiator: "server", isResumed: false)

    static func refused(_ mode: String = "full") -> RenegotiationExpectation {
        RenegotiationExpectation(mode: mode, result: "refused_warning", alert: 100, event: "renegotiation_refused")
    }

    static func refused(withFatal alert: Double) -> RenegotiationExpectation {
        RenegotiationExpectation(mode: "full", result: "refused_fatal", alert: alert, event: "alert")
    }

    static let ignored = RenegotiationExpectation(mode: "full", result: "ignored", event: "renegotiation_ignored")

    static func closed(_ event: String = "tcp_closed") -> RenegotiationExpectation {
        RenegotiationExpectation(mode: "full", result: "closed", event: event)
    }

    /// Holds an attempt against this; `number` counts the attempts of its connection.
    func check(_ attempt: JSON, number: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        let isAccepted = result == "accepted"
        let changed: JSON = isAccepted ? .bool(showsOtherCertificate) : .null
        let expected: [String: JSON] = [
            "mode": mode.map(JSON.string) ?? .null, "initiated_by": .string(initiator), "result": .string(result),
            "resumed": isResumed.map(JSON.bool) ?? .null,
            "cipher_changed": changed, "certificate_changed": changed,
            "master_secret_changed": isResumed.map { .bool(!$0) } ?? .null,
            // Of the server's, nothing is seen before it is under way.
            "pending_before": .bool(initiator == "client"), "pending_after": .bool(!isAccepted),
            "num": .number(Double(number)), "total": .number(Double(number)),
        ]
        #expect(attempt.without("duration_ms", "alert") == .object(expected), sourceLocation: sourceLocation)
        #expect((attempt["duration_ms"]?.double ?? -1) >= 0, sourceLocation: sourceLocation)
        let shown = alert.map(JSON.number)
        #expect(attempt["alert.number"] == shown, sourceLocation: sourceLocation)
        #expect((attempt["alert"] == .null) == (alert == nil), sourceLocation: sourceLocation)
        if alert != nil { #expect(attempt["alert.dir"] == .string(alertDirection), sourceLocation: sourceLocation) }
    }
}

extension ProgramRun {
    /// The report of a `renegotiate` that must end with this code and come to these attempts, with the events that show
    /// it.
    @discardableResult
    func renegotiation(
        ending code: Int32, _ expected: [RenegotiationExpectation], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSON {
        let report = try await report(ending: code, sourceLocation: sourceLocation)
        let list = try #require(report["renegotiation.attempts"], "\(self)", sourceLocation: sourceLocation)
        let attempts = list.elements
        try #require(attempts.count == expected.count, "\(self)", sourceLocation: sourceLocation)
        var (number, mode) = (0, JSON?.none)
        for (attempt, expectation) in zip(attempts, expected) {
            // Each mode has a connection of its own.
            number = attempt["mode"] == mode ? number + 1 : 1
            mode = attempt["mode"]
            expectation.check(attempt, number: number, sourceLocation: sourceLocation)
        }
        let accepted = expected.filter { $0.result == "accepted" }.count
        #expect(report["renegotiation.accepted_count"] == .number(Double(accepted)), sourceLocation: sourceLocation)
        try expectEvidence(in: report, events: expected.map(\.event), sourceLocation: sourceLocation)
        return report
    }

    /// The verdict names these events, and so they happened.
    func expectEvidence(
        in report: JSON, events names: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let evidence = try #require(report["renegotiation.verdict.evidence"], sourceLocation: sourceLocation).elements
        #expect(evidence.map { $0["event"]?.text } == names, "\(self)", sourceLocation: sourceLocation)
        let events = try #require(report["events"], sourceLocation: sourceLocation).elements
        for item in evidence {
            let event = events.first { $0["seq"] == item["seq"] }
            #expect(event?["event"] == item["event"], sourceLocation: sourceLocation)
            #expect(event?["t_ms"] == item["t_ms"], sourceLocation: sourceLocation)
        }
        #expect(Set(evidence.map { $0["seq"] }).count == evidence.count, sourceLocation: sourceLocation)
    }
}
