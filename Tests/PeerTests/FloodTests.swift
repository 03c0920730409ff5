import TestSupport
import Testing

/// Endless messages without data: stopped by the limit, with little memory, long before the deadline.
@Suite struct FloodTests {
    @Test(arguments: [
        ("ticket-flood", "tickets"), ("keyupdate-flood", "key_updates"), ("keyupdate-request-flood", "key_updates"),
        ("empty-flood-1.3", "empty_records"), ("alert-flood-1.3", "warning_alerts"),
    ])
    func stopsAFlood(_ mode: String, _ kind: String) async throws {
        let peer = try await FaultPeer(mode, certificate: Fixtures.get().ecdsa)
        let run = try await connect(peer.port, "--events")
        let report = try await run.report(ending: 12)
        #expect(report["outcome"] == "inconclusive")
        #expect(report["error.code"] == "flood")
        #expect(run.seconds < 5)
        #expect(run.peakKilobytes > 0)
        #expect(run.peakKilobytes <= 65536)
        let events = try #require(report["events"]).elements
        let stopped = try #require(events.first { $0["event"] == "flood_stopped" })
        #expect(stopped["kind"] == .string(kind))
        #expect(events.count <= 1000)
        // What is known stays in the report.
        #expect(report["tls.version"] == "TLSv1.3")
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
        let arguments = [
            "connect", "localhost:\(peer.port)", "-4", "--ca", try Fixtures.get().root.certificatePath, "--json",
            "--timeout", "700ms", "--max-idle-messages", "1000000",
        ]
        // A busy machine may delay one run; a missing deadline would delay all.
        var run = try await Program.run(arguments)
        for _ in 0..<2 where run.seconds > 0.95 { run = try await Program.run(arguments) }
        #expect(run.seconds <= 0.95, "\(run)")
        #expect(run.peakKilobytes <= 65536)
        #expect([0, 5, 12].contains(run.status))
        #expect(try await run.report()["verify.ok"] == true)
    }
}
