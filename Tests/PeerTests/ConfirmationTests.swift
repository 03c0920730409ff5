import TestSupport
import Testing

/// Whether the server took the handshake, told by what comes after it, whenever it comes.
@Suite struct ConfirmationTests {
    /// The ticket often comes with the server's last words; it must not be overlooked.
    @Test func aSingleTicketConfirmsEveryTime() async throws {
        let server = try await OpenSSLServer("-tls1_3", "-num_tickets", "1", certificate: Fixtures.get().ecdsa)
        for _ in 0..<20 {
            let report = try await connect(server.port).report(ending: 0)
            #expect(report["tls.confirmed.value"] == "yes")
            #expect(report["tls.confirmed.basis"] == "ticket")
            #expect(report["tickets"]?.elements.count == 1)
        }
    }

    /// Whether it comes while we read or while we wait for the end.
    @Test(arguments: [("ticket", "ticket"), ("data:welcome\\n", "data")], [["--read-for", "1s"], []])
    func whatComesAfterTheWindowStillConfirms(_ coming: (step: String, basis: String), _ reading: [String]) async throws
    {
        let peer = try await FaultPeer(
            "forge", "1.3", "wait:300", coming.step, "request", "fin", certificate: Fixtures.get().ecdsa)
        let target = ["connect", "localhost:\(peer.port)", "-4", "--ca", try Fixtures.get().root.certificatePath]
        let run = try await Program.run(target + ["--jsonl", "--settle", "1ms"] + reading)
        #expect(run.status == 0, "\(run)")
        let lines = try await run.lines()
        let verdicts = lines.filter { $0["event"] == "handshake_confirmed" }
        #expect(verdicts.map { $0["value"] } == ["unknown", "yes"])
        #expect(verdicts.map { $0["basis"] } == ["silence", .string(coming.basis)])
        let report = try #require(lines.last?["report"])
        #expect(report["tls.confirmed.value"] == "yes")
        #expect(report["tls.confirmed.basis"] == .string(coming.basis))
    }

    /// A close that comes within the longer window of a distant server is nothing else than one that comes after it.
    @Test func aLateCloseMeansTheSameFromFarAway() async throws {
        let peer = try await FaultPeer("forge", "1.3", "wait:500", "fin", certificate: Fixtures.get().ecdsa)
        var reports: [JSON] = []
        for delay in [0, 200] {
            let relay = try DelayRelay(to: peer.port, eachWay: delay)
            reports.append(try await connect(relay.port).report())
        }
        for path in ["exit_code", "outcome", "error.code", "tls.confirmed.value", "tls.confirmed.basis"] {
            #expect(reports[0][path] == reports[1][path], "\(path)")
        }
    }

    @Test func aPreSharedKeyIsNoResumption() async throws {
        let secret = "000102030405060708090a0b0c0d0e0f"
        let key = try TemporaryFolder.write(Array((secret + "\n").utf8))
        let server = try await OpenSSLServer("-tls1_3", "-nocert", "-psk", secret, "-psk_identity", "probe")
        let report = try await connect(server.port, "--tls", "1.3", "--psk", "probe:\(key)").report(ending: 0)
        #expect(report["tls.resumed"] == false)
    }
}
