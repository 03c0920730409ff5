import TestSupport
import Testing

/// `tickets` against `serve`, in each of its modes, and at any time of the connection.
@Suite(.serialized) struct TicketsServeTests {
    private func tickets(
        _ server: ServeProcess, _ arguments: String..., ending code: Int32, _ expected: TicketExpectation,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let run = try await PeerTests.tickets(server.port, arguments, authority: server.authorityPath)
        try await run.tickets(ending: code, expected, sourceLocation: sourceLocation)
    }

    @Test(
        arguments: [
            ("stateless", 0, .stateless, 0, .tls12), ("stateful", 0, .stateful, 10, .identifiers),
            ("off", 12, .none, 10, .none),
        ] as [(String, Int32, TicketExpectation, Int32, TicketExpectation)])
    func tellsTheMode(
        mode: String, code: Int32, expected: TicketExpectation, older: Int32, before: TicketExpectation
    ) async throws {
        let server = try await ServeProcess("--ticket-mode", mode)
        try await tickets(server, ending: code, expected)
        try await tickets(server, "--tls", "1.2", ending: older, before)
    }

    @Test(arguments: [0, 1, 20, 255])
    func countsThemAll(count: Int) async throws {
        let server = try await ServeProcess("--tickets", "\(count)")
        let some = TicketExpectation(counts: [count, count])
        try await tickets(server, ending: count == 0 ? 12 : 0, count == 0 ? .none : some)
        if count == 0 { try await tickets(server, "--http", ending: 10, .elicited("http")) }
    }

    @Test func tellsTheLifetime() async throws {
        let server = try await ServeProcess("--ticket-lifetime", "600s")
        try await tickets(server, ending: 0, TicketExpectation(lifetime: 600))
    }

    @Test(arguments: [("on", 32.0...32, "stateful"), ("off", 33.0...1000, "stateless")])
    func tellsOfEarlyData(protection: String, sizes: ClosedRange<Double>, kind: String) async throws {
        let server = try await ServeProcess("--early-data", "777", "--anti-replay", protection)
        try await tickets(server, ending: 0, TicketExpectation(sizes: sizes, maxEarlyData: 777, kind: kind))
    }

    /// Only a request brings them, in front of the answer.
    @Test(arguments: [["--http"], ["--elicit", "http"], ["--alpn", "http/1.1"]])
    func waitsForTicketsThatComeWithData(how: [String]) async throws {
        let server = try await ServeProcess("--tickets", "0", "--new-ticket-after", "request", "--alpn", "http/1.1")
        let late = TicketExpectation(counts: [1, 1], elicited: "http", isLate: true)
        let run = try await PeerTests.tickets(server.port, how, authority: server.authorityPath)
        try await run.tickets(ending: 0, late)
        try await tickets(server, "--elicit", "none", ending: 12, .none)
    }

    @Test func saysThatTheyCameLate() async throws {
        let server = try await ServeProcess("--tickets", "0", "--new-ticket-after", "request")
        let run = try await Program.run([
            "tickets", "localhost:\(server.port)", "-4", "--ca", server.authorityPath, "--http",
        ])
        // Once the answer is whole nothing more is waited for than another ticket.
        #expect(run.seconds < 15)
        #expect(run.status == 0 && run.output.contains("3 of 3 came only after data"), "\(run)")
    }

    @Test func tellsEarlyOnesFromLateOnes() async throws {
        let server = try await ServeProcess(
            "--tickets", "1", "--extra-tickets", "3", "--new-ticket-after", "1B", "--reply", "echo")
        let run = try await PeerTests.tickets(
            server.port, "--elicit", "abc", "--count", "1", authority: server.authorityPath)
        let report = try await run.report(ending: 0)
        let list = try #require(report["tickets"]).elements.filter { $0["conn"] == 1 }
        let late = list.map { $0["after_data"] }
        #expect(late.first == false && late.contains(true))
        #expect(list.count == late.count { $0 == false } + late.count { $0 == true })
        // One kind of key sealed them all.
        #expect(report["ticket_summary.key_names"]?.elements.count == 1)
    }

    @Test func extraTicketsCountAsWell() async throws {
        let server = try await ServeProcess("--tickets", "1", "--extra-tickets", "3")
        try await tickets(server, ending: 0, TicketExpectation(counts: [4, 4], afterResumption: 4))
    }

    /// A server that never stops is left at the 1024th, unless more are wanted.
    @Test func stopsAFlood() async throws {
        let server = try await ServeProcess(
            "--tickets", "255", "--extra-tickets", "255", "--new-ticket-after", "1ms")
        let run = try await PeerTests.tickets(server.port, authority: server.authorityPath)
        let report = try await run.report(ending: 12)
        #expect(report["error.code"] == "flood" && report["ticket_summary.verdict.value"] == "unknown")
        #expect(report["ticket_summary.per_connection"] == [1024])
        let stopped = report["events"]?.elements.first { $0["event"] == "flood_stopped" }
        #expect(stopped?["kind"] == "tickets" && stopped?["count"] == 1025)
        #expect(run.peakKilobytes <= Program.memoryLimit)
        let less = try await PeerTests.tickets(
            server.port, "--max-idle-messages", "64", authority: server.authorityPath)
        #expect(try await less.report(ending: 12)["error.message"]?.text?.contains("65 tickets") == true)
    }

    /// Only a session of a trusted server is offered.
    @Test func anUntrustedServerIsCountedAllTheSame() async throws {
        let server = try await ServeProcess()
        let run = try await PeerTests.tickets(server.port)
        let report = try await run.report(ending: 8)
        try TicketExpectation(afterResumption: nil).check(report)
        #expect(report["outcome"] == "verify")
        let careless = try await PeerTests.tickets(server.port, "-k")
        try await careless.tickets(ending: 0, .stateless)
    }

    /// Up to TLS 1.2 nothing needs to be sent, so nothing is.
    @Test func sendsNothingInTLS12() async throws {
        let server = try await ServeProcess()
        try await tickets(server, "--tls", "1.2", "--http", ending: 0, .tls12)
        let reports = try await server.finish().connections()
        #expect(reports.map { $0["data.bytes_received"] } == [0, 0, 0])
    }
}
