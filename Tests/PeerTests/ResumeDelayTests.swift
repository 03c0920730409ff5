import Foundation
import TestSupport
import Testing

/// What `resume` says does not depend on the round-trip time: 0, 50 and 200 ms each way give the same report.
@Suite struct ResumeDelayTests {
    @Test func aTicketFarAwayIsTaken() async throws {
        let server = try await serveResumable("--tls", "1.2")
        try await expectTheSame(server.port, ["--count", "2"], code: 0, roundTrips: 10)
    }

    @Test func aPSKFarAwayIsTaken() async throws {
        let server = try await serveResumable("--tls", "1.3")
        try await expectTheSame(server.port, ["--count", "2"], code: 0, roundTrips: 8)
    }

    @Test(arguments: ["1.2", "1.3"])
    func aMissFarAwayIsAMiss(version: String) async throws {
        let server = try await NginxServer(
            "ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets off;", certificate: Fixtures.get().ecdsa)
        try await expectTheSame(server.port, ["--count", "2", "--tls", version], code: 10, roundTrips: 8)
    }

    @Test func nothingToComeBackWithFarAwayIsNothing() async throws {
        let server = try await serveResumable("--tls", "1.3", "--tickets", "0")
        try await expectTheSame(server.port, ["--count", "2"], code: 12, roundTrips: 4)
        try await expectTheSame(server.port, ["--count", "2", "--http"], code: 10, roundTrips: 4)
    }

    @Test func earlyDataFarAwayIsTaken() async throws {
        let server = try await serveResumable("--early-data", "1000", "--reply", "echo")
        try await expectTheSame(server.port, ["--count", "2", "--early-data", "hello\n"], code: 0, roundTrips: 8)
    }

    @Test func aReplayFarAwayIsAReplay() async throws {
        let open = try await serveResumable("--early-data", "1000", "--anti-replay", "off", "--reply", "echo")
        try await expectTheSame(open.port, ["--replay", "--early-data", "hello\n"], code: 15, roundTrips: 6)
        let safe = try await serveResumable("--early-data", "1000", "--reply", "echo")
        try await expectTheSame(safe.port, ["--replay", "--early-data", "hello\n"], code: 0, roundTrips: 6)
    }

    private func expectTheSame(
        _ port: UInt16, _ arguments: [String], code: Int32, roundTrips: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var near: JSON?
        for delay in [0, 50, 200] {
            let relay = try DelayRelay(to: port, eachWay: delay)
            let report = try await resume(relay.port, arguments)
                .report(ending: code, sourceLocation: sourceLocation)
            // What shows that the delay was there at all.
            let total = try #require(report["timings.total_ms"]?.double)
            #expect(total >= Double(2 * roundTrips * delay), "\(delay) ms", sourceLocation: sourceLocation)
            let facts = Self.facts(of: report)
            if let near { #expect(facts == near, "\(delay) ms", sourceLocation: sourceLocation) }
            near = near ?? facts
        }
    }

    /// The report without what a clock, a port or a random number decides.
    private static func facts(of report: JSON) -> JSON {
        guard case .object(var object) = report else { return report }
        for key in ["started_at", "timings", "target", "events", "tickets"] { object[key] = nil }
        // Sizes of signatures vary, and which message shows the server's consent depends on what comes first.
        object["tls"] = report["tls"]?.without("bytes_sent", "bytes_received", "confirmed", "round_trips")
        return timeless(.object(object))
    }

    private static func timeless(_ value: JSON) -> JSON {
        switch value {
        case .object(let object):
            .object(
                object.filter { !$0.key.hasSuffix("_ms") && !["seq", "session_age_s"].contains($0.key) }.mapValues {
                    timeless($0)
                })
        case .array(let list): .array(list.map { timeless($0) })
        default: value
        }
    }
}
