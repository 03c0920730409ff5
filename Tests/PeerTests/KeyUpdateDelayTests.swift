import TestSupport
import Testing

/// What `keyupdate` says does not depend on the round-trip time: 0, 50 and 200 ms each way give the same report.
@Suite struct KeyUpdateDelayTests {
    private static let answer = #"data:HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"#

    @Test(arguments: ["write", "handshake"])
    func anAnswerFarAwayIsAnAnswer(_ trigger: String) async throws {
        let identity = try Fixtures.get().ecdsa
        let server = try await ServeProcess(
            "--cert", identity.chainPath, "--key", identity.keyPath, "--reply", "echo")
        let order = KeyUpdateOrder(trigger: trigger, count: 3)
        try await expectTheSame(
            server.port, order.arguments + ["--echo-check", "--interval", "1ms"], code: 0, roundTrips: 4)
    }

    @Test func silenceFarAwayIsSilence() async throws {
        let server = try await OpenSSLServer("-tls1_3", certificate: Fixtures.get().ecdsa)
        try await expectTheSame(server.port, ["--answer-timeout", "1s"], code: 12, roundTrips: 2)
    }

    @Test(arguments: ["write", "handshake"])
    func aNoFarAwayIsANo(_ trigger: String) async throws {
        let peer = try await FaultPeer(
            "forge", "1.3", "request", "wait:100", "take", Self.answer, "request", Self.answer, "drain",
            certificate: Fixtures.get().ecdsa)
        try await expectTheSame(peer.port, ["--http", "--trigger", trigger], code: 10, roundTrips: 2)
    }

    @Test func aRefusalFarAwayIsARefusal() async throws {
        let peer = try await FaultPeer(
            "forge", "1.3", "request", "alert:2:10", "fin", certificate: Fixtures.get().ecdsa)
        try await expectTheSame(peer.port, ["--elicit", "none"], code: 10, roundTrips: 2)
    }

    private func expectTheSame(
        _ port: UInt16, _ arguments: [String], code: Int32, roundTrips: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var near: JSON?
        for delay in [0, 50, 200] {
            let relay = try DelayRelay(to: port, eachWay: delay)
            let report = try await keyUpdate(relay.port, arguments)
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
        // Sizes of signatures and of numbers vary, and which message shows the server's consent depends on
        // what comes first.
        object["tls"] = report["tls"]?.without("bytes_sent", "bytes_received", "confirmed", "round_trips")
        object["data"] = report["data"]?.without("bytes_sent", "bytes_received", "first_line")
        return timeless(.object(object))
    }

    private static func timeless(_ value: JSON) -> JSON {
        switch value {
        case .object(let object):
            .object(
                object.filter { !$0.key.hasSuffix("_ms") && $0.key != "seq" }.mapValues { timeless($0) })
        case .array(let list): .array(list.map { timeless($0) })
        default: value
        }
    }
}
