import TestSupport
import Testing

/// Runs `tickets` on a port of localhost, with the shared root as the only authority and the events in the report.
func tickets(_ port: UInt16, _ arguments: [String], authority: String? = nil) async throws -> ProgramRun {
    let authority = try authority ?? Fixtures.get().root.certificatePath
    return try await Program.run(
        ["tickets", "localhost:\(port)", "-4", "--ca", authority, "--json", "--events"] + arguments, limit: 60)
}

/// The same with the arguments one by one.
func tickets(_ port: UInt16, _ arguments: String..., authority: String? = nil) async throws -> ProgramRun {
    try await tickets(port, arguments, authority: authority)
}

/// What a `tickets` is to come to.
struct TicketExpectation: Sendable, CustomTestStringConvertible {
    /// How many on each connection.
    var counts = [2, 2]
    /// How many after a resumption; nil when nothing is resumed.
    var afterResumption: Int? = 1
    var elicited: String?
    var sessionIDs = 0
    var version = "TLSv1.3"
    var lifetime = 7200.0
    /// The sizes that tickets may have.
    var sizes: ClosedRange<Double> = 33...1000
    var maxEarlyData: Double?
    var kind = "stateless"
    var isLate = false

    static let stateless = TicketExpectation()
    static let stateful = TicketExpectation(sizes: 32...32, kind: "stateful")
    static let tls12 = TicketExpectation(counts: [1, 1], afterResumption: 0, version: "TLSv1.2")
    static let identifiers = TicketExpectation(counts: [0, 0], afterResumption: 0, sessionIDs: 2, version: "TLSv1.2")
    static let none = TicketExpectation(counts: [0, 0], afterResumption: nil)

    static func elicited(_ how: String, _ base: TicketExpectation = .none) -> TicketExpectation {
        var expectation = base
        expectation.elicited = how
        return expectation
    }

    var testDescription: String { "\(counts), then \(afterResumption.map(String.init) ?? "none"), \(kind), \(version)" }

    private var total: Int { counts.reduce(afterResumption ?? 0, +) }

    /// Holds a report against this.
    func check(_ report: JSON, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let summary = try #require(report["ticket_summary"], sourceLocation: sourceLocation)
        let list = try #require(report["tickets"], sourceLocation: sourceLocation).elements
        #expect(
            summary["per_connection"] == .array(counts.map { .number(Double($0)) }), sourceLocation: sourceLocation)
        #expect(summary["connections"] == .number(Double(counts.count)), sourceLocation: sourceLocation)
        let after = afterResumption.map { JSON.number(Double($0)) } ?? .null
        #expect(summary["after_resumption"] == after, sourceLocation: sourceLocation)
        #expect(summary["elicited"] == elicited.map(JSON.string) ?? .null, sourceLocation: sourceLocation)
        #expect(summary["session_ids"] == .number(Double(sessionIDs)), sourceLocation: sourceLocation)
        #expect(list.count == total, sourceLocation: sourceLocation)
        let perConnection = counts + (afterResumption.map { [$0] } ?? [])
        let places = perConnection.enumerated().flatMap { index, count in
            (0..<count).map { [JSON.number(Double(index + 1)), .number(Double($0))] }
        }
        #expect(list.map { [$0["conn"] ?? .null, $0["index"] ?? .null] } == places, sourceLocation: sourceLocation)
        for ticket in list { try check(ticket, sourceLocation) }
        try checkKeys(summary, list, sourceLocation)
        try checkEvents(report, list, sourceLocation)
    }

    private func check(_ ticket: JSON, _ sourceLocation: SourceLocation) throws {
        let isModern = version == "TLSv1.3"
        #expect(ticket["version"] == .string(version), sourceLocation: sourceLocation)
        #expect(ticket["address"] == "127.0.0.1", sourceLocation: sourceLocation)
        // GnuTLS counts down after a resumption.
        let shown = try #require(ticket["lifetime_s"]?.double, sourceLocation: sourceLocation)
        #expect(lifetime - 60...lifetime ~= shown, sourceLocation: sourceLocation)
        #expect((ticket["age_add"]?.double != nil) == isModern, sourceLocation: sourceLocation)
        #expect((ticket["nonce"]?.text != nil) == isModern, sourceLocation: sourceLocation)
        let size = try #require(ticket["ticket_bytes"]?.double, sourceLocation: sourceLocation)
        #expect(sizes ~= size, sourceLocation: sourceLocation)
        #expect(ticket["max_early_data"] == maxEarlyData.map(JSON.number) ?? .null, sourceLocation: sourceLocation)
        #expect(
            ticket["extensions"] == (maxEarlyData == nil ? [] : ["early_data"]), sourceLocation: sourceLocation)
        #expect(ticket["kind"] == .string(kind), sourceLocation: sourceLocation)
        let why =
            switch kind {
            case "stateful":
                "\(Int(size)) bytes: too short to hold a session, so it names one that the server remembers"
            case "stateless": "a 16-byte prefix shared by \(total) of \(total) tickets"
            default: total > 1 ? "no other ticket begins like it" : "one ticket does not tell"
            }
        #expect(ticket["kind_why"] == .string(why), sourceLocation: sourceLocation)
        #expect((ticket["prefix_hex"] == .null) == (kind == "stateful"), sourceLocation: sourceLocation)
        if kind != "stateful" { #expect(ticket["prefix_hex"]?.text?.count == 32, sourceLocation: sourceLocation) }
        let name = kind == "stateless" ? ticket["prefix_hex"] : .null
        #expect(ticket["key_name"] == name, sourceLocation: sourceLocation)
        #expect(ticket["after_data"] == .bool(isLate), sourceLocation: sourceLocation)
    }

    private func checkKeys(_ summary: JSON, _ list: [JSON], _ sourceLocation: SourceLocation) throws {
        let names = try #require(summary["key_names"], sourceLocation: sourceLocation).elements
        #expect(
            Set(names) == Set(list.compactMap { $0["key_name"] }).subtracting([.null]), sourceLocation: sourceLocation)
        #expect(names.count == (kind == "stateless" && total > 0 ? 1 : 0), sourceLocation: sourceLocation)
        // Nonces tell the tickets of one connection apart, and age_add all of them.
        for connection in Set(list.compactMap { $0["conn"] }) where version == "TLSv1.3" {
            let nonces = list.filter { $0["conn"] == connection }.map { $0["nonce"] }
            #expect(Set(nonces).count == nonces.count, sourceLocation: sourceLocation)
        }
    }

    private func checkEvents(_ report: JSON, _ list: [JSON], _ sourceLocation: SourceLocation) throws {
        let events = try #require(report["events"], sourceLocation: sourceLocation).elements
        // One more connection tries to resume; when that fails, its tickets are no answer to anything.
        let last = Double(counts.count + (afterResumption == nil ? 0 : 1))
        let received = events.filter { $0["event"] == "new_session_ticket" && ($0["conn"]?.double ?? 0) <= last }
        #expect(received.map { $0["conn"] } == list.map { $0["conn"] }, sourceLocation: sourceLocation)
        #expect(received.map { $0["ticket_bytes"] } == list.map { $0["ticket_bytes"] }, sourceLocation: sourceLocation)
        let resumptions = events.count { $0["event"] == "session_resumed" }
        #expect(resumptions == (afterResumption == nil ? 0 : 1), sourceLocation: sourceLocation)
        let verdict = try #require(report["ticket_summary.verdict"], sourceLocation: sourceLocation)
        let hasAny = counts.contains { $0 > 0 }
        #expect((verdict["value"] == "yes") == hasAny, sourceLocation: sourceLocation)
        let evidence = try #require(verdict["evidence"], sourceLocation: sourceLocation).elements
        #expect(evidence.count == counts.count { $0 > 0 }, sourceLocation: sourceLocation)
        for item in evidence {
            #expect(received.contains { $0["seq"] == item["seq"] }, sourceLocation: sourceLocation)
        }
    }
}

extension ProgramRun {
    /// The report of a `tickets` that must end with this code and come to this.
    @discardableResult
    func tickets(
        ending code: Int32, _ expectation: TicketExpectation, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSON {
        let report = try await report(ending: code, sourceLocation: sourceLocation)
        try expectation.check(report, sourceLocation: sourceLocation)
        guard code != 0 else { return report }
        let verdict: JSON = code == 10 ? "no" : "unknown"
        #expect(report["ticket_summary.verdict.value"] == verdict, sourceLocation: sourceLocation)
        #expect(report["error.code"] == "no_ticket" && report["error.stage"] == "post_handshake")
        return report
    }
}
