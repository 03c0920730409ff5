import TestSupport
import Testing

/// TLS 1.2 servers: what they ask for at the wrong time, and how they leave.
@Suite struct RenegotiationTests {
    @Test func tellsThatItDeclinedTheServersWish() async throws {
        let server = try await OpenSSLServer("-tls1_2", certificate: Fixtures.get().ecdsa)
        async let ended = connect(server.port, "--read-for", "20s", "--events")
        #expect(try await server.printed("CIPHER is", within: 240))
        server.type("r\n")
        let report = try await ended.report(ending: 12)
        #expect(report["outcome"] == "inconclusive")
        #expect(report["error.code"] == "renegotiation_declined")
        let events = try #require(report["events"]).elements.compactMap { $0["event"]?.text }
        #expect(events.contains("renegotiation_requested"))
        #expect(events.contains("renegotiation_refused"))
    }

    /// OpenSSL skips HelloRequests while it waits for a ServerHello, and would do so for ever.
    @Test(arguments: [1, 4000])
    func helloRequestsInTheHandshakeAreAFlood(perRecord count: Int) async throws {
        let length = 4 * count
        let header: [UInt8] = [0x16, 0x03, 0x03, UInt8(length >> 8), UInt8(length & 0xFF)]
        let record = header + Array(repeating: 0, count: length)
        let server = try RawServer { connection in
            _ = connection.receive()
            while connection.send(record) {}
        }
        let run = try await connect(server.port)
        let report = try await run.report(ending: 12)
        #expect(report["outcome"] == "inconclusive")
        #expect(report["error.code"] == "flood")
        #expect(try #require(report["timings.total_ms"]?.double) < 5000)
        #expect(run.peakKilobytes <= Program.memoryLimit)
    }

    @Test(arguments: ["fin", "rst"], [[], ["--http"]])
    func aRudeEndTakesNothingBack(_ ending: String, _ request: [String]) async throws {
        let steps = request.isEmpty ? ["wait:50", ending] : ["request", ending]
        let peer = try await FaultPeer("forge", "1.2", steps[0], steps[1], certificate: Fixtures.get().ecdsa)
        let run = try await Program.run(
            [
                "connect", "localhost:\(peer.port)", "-4", "--ca", Fixtures.get().root.certificatePath, "--json",
                "--read-for", "1s",
            ] + request)
        let report = try await run.report()
        #expect(report["tls.version"] == "TLSv1.2")
        #expect(report["tls.extended_master_secret"] == true)
        #expect(report["tls.secure_renegotiation"] == true)
        #expect(report["tls.confirmed.value"] == "yes")
        #expect(report["close.kind"] == .string(ending == "rst" ? "reset" : "truncated"))
    }
}
