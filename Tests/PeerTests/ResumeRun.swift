import Foundation
import TestSupport
import Testing

/// Runs `resume` on a port of localhost, with the events in the report.
///
/// - Parameter authority: the only one that is trusted; by default the shared root.
func resume(
    _ port: UInt16, _ arguments: [String], authority: String? = nil
) async throws -> ProgramRun {
    let authority = try authority ?? Fixtures.get().root.certificatePath
    return try await Program.run(
        ["resume", "localhost:\(port)", "-4", "--ca", authority, "--json", "--events"] + arguments,
        limit: 60)
}

/// The same with the arguments one by one.
func resume(_ port: UInt16, _ arguments: String...) async throws -> ProgramRun {
    try await resume(port, arguments)
}

/// `serve` with the shared certificate, so that sessions of one can be offered to another.
func serveResumable(_ arguments: String...) async throws -> ServeProcess {
    let identity = try Fixtures.get().ecdsa
    return try await ServeProcess(["--cert", identity.chainPath, "--key", identity.keyPath] + arguments)
}

/// What one attempt is to come to.
struct ResumptionExpectation: Sendable, Equatable {
    /// Nil when nothing was offered.
    var mechanism: String?
    /// Nil when it was resumed.
    var whyNot: String?
    var earlyData: String?
    var usesPSKAlone = false

    static func taken(_ mechanism: String, earlyData: String? = nil) -> ResumptionExpectation {
        ResumptionExpectation(mechanism: mechanism, earlyData: earlyData)
    }

    static func missed(_ whyNot: String, _ mechanism: String? = nil, earlyData: String? = nil) -> ResumptionExpectation
    {
        ResumptionExpectation(mechanism: mechanism, whyNot: whyNot, earlyData: earlyData)
    }

    /// Holds an attempt against this.
    fileprivate func check(_ attempt: JSON, sourceLocation: SourceLocation) {
        let isResumed = whyNot == nil
        let expected: [String: JSON] = [
            "mechanism": mechanism.map(JSON.string) ?? .null, "offered": .bool(mechanism != nil),
            "resumed": .bool(isResumed), "change": .null,
            "early_data": earlyData.map(JSON.string) ?? .null,
            "psk_ke": isResumed && mechanism == "psk" ? .bool(usesPSKAlone) : .null,
            "why_not": whyNot.map(JSON.string) ?? .null,
        ]
        #expect(
            attempt.without("duration_ms", "evidence", "session_age_s", "address") == .object(expected),
            sourceLocation: sourceLocation)
        // Without a session there may be no connection.
        #expect(attempt["address"] == "127.0.0.1" || mechanism == nil, sourceLocation: sourceLocation)
    }
}

extension ProgramRun {
    /// The report of a `resume` that must end with this code and come to these attempts, held against its events.
    ///
    /// - Parameter controls: for each fresh session that the attempts are compared with, whether it was taken each time.
    @discardableResult
    func resumption(
        ending code: Int32, _ error: String? = nil, verdict: String, _ expected: [ResumptionExpectation],
        controls: [[Bool]] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSON {
        let report = try await report(ending: code, sourceLocation: sourceLocation)
        #expect(report["error.code"]?.text == error, "\(self)", sourceLocation: sourceLocation)
        let list = try #require(report["resumption.attempts"], "\(self)", sourceLocation: sourceLocation)
        let attempts = list.elements
        try #require(attempts.count == expected.count, "\(self)", sourceLocation: sourceLocation)
        for (attempt, expectation) in zip(attempts, expected) {
            expectation.check(attempt, sourceLocation: sourceLocation)
        }
        #expect(report["resumption.verdict.value"] == .string(verdict), sourceLocation: sourceLocation)
        #expect(report["resumption.matrix"] == .null, sourceLocation: sourceLocation)
        let resumed = attempts.filter { $0["resumed"] == true }
        let rate = try #require(report["resumption.rate"]?.double, sourceLocation: sourceLocation)
        #expect(
            abs(rate - Double(resumed.count) / Double(attempts.count)) < 0.001, sourceLocation: sourceLocation)
        let events = try #require(report["events"], sourceLocation: sourceLocation).elements
        // What is only compared with comes last, and counts for nothing.
        let connections = events.compactMap { $0["conn"]?.double }.max() ?? 0
        let counted = connections - Double(controls.reduce(0) { $0 + 1 + $1.count })
        let (own, others) = (
            events.filter { $0["conn"]?.double ?? 0 <= counted }, events.filter { $0["conn"]?.double ?? 0 > counted }
        )
        #expect(
            others.filter { $0["event"] == "handshake_done" }.map { $0["resumed"] == true }
                == controls.flatMap { [false] + $0 }, sourceLocation: sourceLocation)
        Self.checkOrder(of: own, expected, sourceLocation)
        try Self.checkEvidence(report, attempts, own, sourceLocation)
        Self.checkCounts(report, own, sourceLocation)
        return report
    }

    /// Each session is first offered, and then resumed or not.
    private static func checkOrder(
        of events: [JSON], _ expected: [ResumptionExpectation], _ sourceLocation: SourceLocation
    ) {
        let told = events.filter { $0["event"]?.text?.hasPrefix("session_") == true && $0["event"] != "session_saved" }
        let offered = expected.filter { $0.mechanism != nil }
        let names: [String] = offered.flatMap { attempt -> [String] in
            ["session_offered", attempt.whyNot == nil ? "session_resumed" : "session_not_resumed"]
        }
        #expect(told.compactMap { $0["event"]?.text } == names, sourceLocation: sourceLocation)
        let mechanisms: [String] = offered.compactMap(\.mechanism).flatMap { [$0, $0] }
        #expect(told.compactMap { $0["mechanism"]?.text } == mechanisms, sourceLocation: sourceLocation)
        #expect(Set(told.map { $0["conn"] }).count == offered.count, sourceLocation: sourceLocation)
        let early = events.filter { $0["event"] == "early_data" }.compactMap { $0["status"]?.text }
        // What was not sent has no event.
        let wanted: [String] = expected.compactMap(\.earlyData).filter { $0 != "not_sent" }
        #expect(early == wanted, sourceLocation: sourceLocation)
    }

    /// An attempt is proven by the ServerHello of its own connection.
    private static func checkEvidence(
        _ report: JSON, _ attempts: [JSON], _ events: [JSON], _ sourceLocation: SourceLocation
    ) throws {
        let results = events.filter { $0["event"] == "session_resumed" || $0["event"] == "session_not_resumed" }
        for (attempt, result) in zip(attempts.filter { $0["offered"] == true }, results) {
            let evidence = attempt["evidence"]?.elements ?? []
            try #require(evidence.count == 1, sourceLocation: sourceLocation)
            let event = events.first { $0["seq"] == evidence[0]["seq"] }
            #expect(event?["event"] == "server_hello", sourceLocation: sourceLocation)
            #expect(evidence[0]["event"] == "server_hello", sourceLocation: sourceLocation)
            #expect(event?["t_ms"] == evidence[0]["t_ms"], sourceLocation: sourceLocation)
            #expect(event?["conn"] == result["conn"], sourceLocation: sourceLocation)
        }
        #expect(attempts.allSatisfy { ($0["duration_ms"]?.double ?? 1) > 0 }, sourceLocation: sourceLocation)
        let all: [JSON] = attempts.flatMap { $0["evidence"]?.elements ?? [] }
        #expect(report["resumption.verdict.evidence"]?.elements == all, sourceLocation: sourceLocation)
    }

    /// Every handshake that was finished is counted, once.
    private static func checkCounts(_ report: JSON, _ events: [JSON], _ sourceLocation: SourceLocation) {
        let done = events.filter { $0["event"] == "handshake_done" }
        #expect(report["tls.resumed"] == done.first?["resumed"], sourceLocation: sourceLocation)
        for (name, isResumed) in [("full", false), ("abbreviated", true)] {
            let count = done.count { $0["resumed"] == .bool(isResumed) }
            let latency = report["resumption.\(name)"]
            #expect(latency?["count"] == .number(Double(count)), "\(name)", sourceLocation: sourceLocation)
            let times = ["min_ms", "median_ms", "p95_ms", "max_ms"].compactMap { latency?[$0]?.double }
            #expect(times.count == (count == 0 ? 0 : 4), "\(name)", sourceLocation: sourceLocation)
            #expect(times == times.sorted(), "\(name)", sourceLocation: sourceLocation)
        }
    }
}
