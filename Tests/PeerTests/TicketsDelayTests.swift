import TestSupport
import Testing

/// What `tickets` says does not depend on the round-trip time: 0, 50 and 200 ms each way give the same.
@Suite struct TicketsDelayTests {
    @Test(arguments: [0, 50, 200])
    func countsWhatComesFromFarAway(delay: Int) async throws {
        let server = try await ServeProcess()
        try await expect(server, delay, [], ending: 0, .stateless)
        try await expect(server, delay, ["--tls", "1.2"], ending: 0, .tls12)
    }

    @Test(arguments: [0, 50, 200])
    func waitsForWhatComesWithDataFromFarAway(delay: Int) async throws {
        let server = try await ServeProcess("--tickets", "0", "--new-ticket-after", "request")
        let late = TicketExpectation(counts: [1, 1], elicited: "http", isLate: true)
        try await expect(server, delay, ["--http"], ending: 0, late)
    }

    /// Without data nobody knows, however long the silence travels; after data it is an answer.
    @Test(arguments: [0, 50, 200])
    func takesNoSilenceForAnAnswer(delay: Int) async throws {
        let server = try await ServeProcess("--tickets", "0")
        try await expect(server, delay, [], ending: 12, .none)
        try await expect(server, delay, ["--http"], ending: 10, .elicited("http"))
    }

    private func expect(
        _ server: ServeProcess, _ delay: Int, _ arguments: [String], ending code: Int32, _ expected: TicketExpectation,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let relay = try DelayRelay(to: server.port, eachWay: delay)
        let run = try await tickets(relay.port, arguments, authority: server.authorityPath)
        let report = try await run.tickets(ending: code, expected, sourceLocation: sourceLocation)
        // What shows that the delay was there at all: a round trip for each connection, and one to its end.
        let connections = expected.counts.count + (expected.afterResumption == nil ? 0 : 1)
        let total = try #require(report["timings.total_ms"]?.double, sourceLocation: sourceLocation)
        #expect(total >= Double(2 * 2 * connections * delay), sourceLocation: sourceLocation)
    }
}
