import TestSupport
import Testing

/// Runs `keyupdate` on a port of localhost, with the shared root as the only authority and the events in the report.
func keyUpdate(_ port: UInt16, _ arguments: [String]) async throws -> ProgramRun {
    try await Program.run(
        ["keyupdate", "localhost:\(port)", "-4", "--ca", Fixtures.get().root.certificatePath, "--json", "--events"]
            + arguments,
        limit: 60)
}

/// The same with the arguments one by one.
func keyUpdate(_ port: UInt16, _ arguments: String...) async throws -> ProgramRun {
    try await keyUpdate(port, arguments)
}

/// What a `keyupdate` was asked to do.
struct KeyUpdateOrder: Sendable, CustomStringConvertible {
    var direction = "request"
    var trigger = "write"
    var count = 1

    var arguments: [String] { ["--direction", direction, "--trigger", trigger, "--count", "\(count)"] }
    var description: String { arguments.joined(separator: " ") }

    /// The value of `request_update` in each KeyUpdate.
    var requests: [JSON] {
        switch direction {
        case "request": .init(repeating: "update_requested", count: count)
        case "one-way": .init(repeating: "update_not_requested", count: count)
        default: (0..<count).flatMap { _ -> [JSON] in ["update_not_requested", "update_requested"] }
        }
    }

    var requestCount: Int { direction == "one-way" ? 0 : count }
}

/// Holds a report against its events: everything that is true of every `keyupdate`, whatever the peer did.
func checkKeyUpdates(
    _ report: JSON, _ order: KeyUpdateOrder, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let attempts = try #require(report["key_update.attempts"]?.elements, sourceLocation: sourceLocation)
    #expect(
        attempts.map { $0["request_update"] } == Array(order.requests.prefix(attempts.count)),
        sourceLocation: sourceLocation)
    // What is pending is what was asked for, and nothing once it is sent.
    #expect(
        attempts.map { $0["pending_before"] } == attempts.map { $0["request_update"] }, sourceLocation: sourceLocation)
    let sent = attempts.filter { $0["sent"] == true }
    #expect(sent.allSatisfy { $0["pending_after"] == .null }, sourceLocation: sourceLocation)
    #expect(
        sent.map { $0["generation_sent"] } == (0..<sent.count).map { .number(Double($0 + 1)) },
        sourceLocation: sourceLocation)
    for attempt in attempts {
        let answered = attempt["answered"]
        if attempt["request_update"] == "update_not_requested" {
            #expect(answered == "not_applicable", sourceLocation: sourceLocation)
        }
        let hasAnswer = answered == "yes" || answered == "coalesced"
        #expect((attempt["answer_ms"]?.double != nil) == hasAnswer, sourceLocation: sourceLocation)
        #expect((attempt["generation_received"]?.double != nil) == hasAnswer, sourceLocation: sourceLocation)
    }
    try checkKeyUpdateEvents(report, order, sourceLocation: sourceLocation)
}

private func checkKeyUpdateEvents(
    _ report: JSON, _ order: KeyUpdateOrder, sourceLocation: SourceLocation
) throws {
    let events = try #require(report["events"]?.elements, sourceLocation: sourceLocation)
    let updates = events.filter { $0["event"] == "key_update" }
    for direction in ["sent", "received"] {
        let own = updates.filter { $0["dir"] == .string(direction) }
        #expect(own.allSatisfy { $0["epoch"] == 3 }, sourceLocation: sourceLocation)
        // Each is the last message under the keys of the one before.
        #expect(
            own.map { $0["generation"] } == (0..<own.count).map { .number(Double($0)) }, sourceLocation: sourceLocation)
        // Nothing follows close_notify.
        let rest = events.drop { !($0["event"] == "close_notify" && $0["dir"] == .string(direction)) }.dropFirst()
        #expect(
            !rest.contains { $0["event"] == "key_update" && $0["dir"] == .string(direction) },
            sourceLocation: sourceLocation)
    }
    let sent = updates.count { $0["dir"] == "sent" }
    #expect(
        sent == report["key_update.attempts"]?.elements.count { $0["sent"] == true }, sourceLocation: sourceLocation)
    let received = updates.count { $0["dir"] == "received" }
    #expect(report["key_update.received_count"] == .number(Double(received)), sourceLocation: sourceLocation)
    for evidence in report["key_update.verdict.evidence"]?.elements ?? [] {
        let event = events.first { $0["seq"] == evidence["seq"] }
        #expect(event?["event"] == evidence["event"], sourceLocation: sourceLocation)
        #expect(event?["t_ms"] == evidence["t_ms"], sourceLocation: sourceLocation)
        if evidence["event"] == "key_update" { #expect(event?["dir"] == "received", sourceLocation: sourceLocation) }
    }
    guard order.trigger == "write", report["key_update.elicited"] != .null else { return }
    // SSL_write sends each KeyUpdate and the piece behind it.
    let outgoing = events.filter { $0["dir"] == "sent" }.compactMap { $0["event"]?.text }
    for (one, next) in zip(outgoing, outgoing.dropFirst()) where one == "key_update" {
        #expect(next != "key_update", sourceLocation: sourceLocation)
    }
}

/// Checks the report of a server that took every KeyUpdate, and answered those that asked for it.
///
/// - Parameter intact: what is to be said of the data; nil when that depends on when it came.
func checkAllTaken(
    _ run: ProgramRun, _ order: KeyUpdateOrder, elicited: JSON, intact: JSON?, inTurn: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let report = try await run.report(ending: 0, sourceLocation: sourceLocation)
    try checkKeyUpdates(report, order, sourceLocation: sourceLocation)
    #expect(report["outcome"] == "ok" && report["key_update.elicited"] == elicited, sourceLocation: sourceLocation)
    let attempts = try #require(report["key_update.attempts"]?.elements, sourceLocation: sourceLocation)
    #expect(attempts.count == order.requests.count, sourceLocation: sourceLocation)
    #expect(attempts.allSatisfy { $0["sent"] == true }, sourceLocation: sourceLocation)
    if let intact { #expect(attempts.allSatisfy { $0["data_intact"] == intact }, sourceLocation: sourceLocation) }
    #expect(report["key_update.verdict"]?.without("evidence") == .verdict("yes"), sourceLocation: sourceLocation)

    let requests = attempts.filter { $0["request_update"] == "update_requested" }
    let received = Int(report["key_update.received_count"]?.double ?? -1)
    let evidence = report["key_update.verdict.evidence"]?.elements.filter { $0["event"] == "key_update" } ?? []
    if inTurn || received == order.requestCount {
        // As many answers as requests: each has its own.
        #expect(received == order.requestCount, sourceLocation: sourceLocation)
        #expect(requests.allSatisfy { $0["answered"] == "yes" }, sourceLocation: sourceLocation)
        #expect(
            requests.map { $0["generation_received"] } == (0..<received).map { .number(Double($0 + 1)) },
            sourceLocation: sourceLocation)
        #expect(evidence.count == received, sourceLocation: sourceLocation)
    } else {
        #expect((1..<order.requestCount).contains(received), sourceLocation: sourceLocation)
        #expect(
            requests.allSatisfy { $0["answered"] == "yes" || $0["answered"] == "coalesced" },
            sourceLocation: sourceLocation)
        #expect(requests.contains { $0["answered"] == "coalesced" }, sourceLocation: sourceLocation)
        #expect(!evidence.isEmpty && evidence.count <= received, sourceLocation: sourceLocation)
    }
}

extension JSON {
    /// A verdict without a reason, and without its evidence.
    fileprivate static func verdict(_ value: String) -> JSON { .object(["value": .string(value), "why": .null]) }
}
