import TestSupport
import Testing

/// Endless messages without data: stopped by the limit, with little memory, long before the deadline.
@Suite struct FloodTests {
    @Test(arguments: [
        ("ticket-flood", "tickets"), ("keyupdate-flood", "key_updates"), ("keyupdate-request-flood", "key_updates"),
        ("empty-flood-1.3", "empty_records"), ("alert-flood-1.3", "warning_alerts"),
        ("empty-flood-1.2", "empty_records"), ("alert-flood-1.2", "warning_alerts"),
    ])
    func stopsAFlood(_ mode: String, _ kind: String) async throws {
        let peer = try await FaultPeer(mode, certificate: Fixtures.get().ecdsa)
        let run = try await connect(peer.port, "--events")
        let report = try await run.report(ending: 12)
        #expect(report["outcome"] == "inconclusive")
        #expect(report["error.code"] == "flood")
        #expect(try #require(report["timings.total_ms"]?.double) < 5000)
        #expect(run.peakKilobytes > 0)
        #expect(run.peakKilobytes <= Program.memoryLimit)
        let events = try #require(report["events"]).elements
        let stopped = try #require(events.first { $0["event"] == "flood_stopped" })
        #expect(stopped["kind"] == .string(kind))
        #expect(events.count <= 1000)
        // What is known stays in the report.
        #expect(report["tls.version"] == (mode.hasSuffix("1.2") ? "TLSv1.2" : "TLSv1.3"))
        #expect(report["verify.ok"] == true)
    }

    @Test func countsAsFarAsItIsTold() async throws {
        let peer = try await FaultPeer("keyupdate-flood", certificate: Fixtures.get().ecdsa)
        let report = try await connect(peer.port, "--events", "--max-idle-messages", "7").report(ending: 12)
        let events = try #require(report["events"]).elements
        let stopped = try #require(events.first { $0["event"] == "flood_stopped" })
        #expect(try #require(stopped["count"]?.double) <= 8)
    }

    @Test(arguments: ["keyupdate-flood", "slow-keyupdates", "data-flood"])
    func theDeadlineEndsWhatTheLimitDoesNot(_ mode: String) async throws {
        let peer = try await FaultPeer(mode, certificate: Fixtures.get().ecdsa)
        let (run, report) = try await connectWithDeadline(peer.port, "--max-idle-messages", "1000000")
        #expect([0, 5, 12].contains(run.status))
        #expect(report["verify.ok"] == true)
    }
}
