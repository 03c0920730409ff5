import TestSupport
import Testing

/// `keyupdate` against servers that do something else than answer.
@Suite struct KeyUpdateHostileTests {
    private static let answer = #"data:HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"#

    /// A server that has shaken hands and then does this; `request` waits for what we send.
    private func peer(_ steps: String...) async throws -> FaultPeer {
        try await FaultPeer("forge", ["1.3"] + steps, certificate: Fixtures.get().ecdsa)
    }

    private func report(
        _ peer: FaultPeer, _ order: KeyUpdateOrder = KeyUpdateOrder(), _ arguments: String..., ending code: Int32,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSON {
        let run = try await keyUpdate(peer.port, order.arguments + arguments)
        let report = try await run.report(ending: code, sourceLocation: sourceLocation)
        try checkKeyUpdates(report, order, sourceLocation: sourceLocation)
        return report
    }

    // MARK: No answer

    @Test(arguments: ["write", "handshake"])
    func anAnswerWithoutAKeyUpdateIsANo(_ trigger: String) async throws {
        // Both records have come when it answers.
        let peer = try await peer("request", "wait:100", "take", Self.answer, "request", Self.answer, "drain")
        let report = try await report(peer, KeyUpdateOrder(trigger: trigger), "--http", ending: 10)
        #expect(report["outcome"] == "unmet" && report["error.code"] == "key_update_unanswered")
        #expect(report["error.alert"] == .null)
        #expect(report["key_update.attempts.0.answered"] == "no")
        #expect(report["key_update.attempts.0.answer_ms"] == .null)
        #expect(report["key_update.attempts.0.generation_received"] == .null)
        #expect(report["key_update.verdict.value"] == "no" && report["key_update.received_count"] == 0)
        #expect(report["key_update.verdict.evidence"]?.elements.map { $0["event"] } == ["application_data"])
        #expect(report["data.http_status"] == 200)
    }

    /// A server that answers once and leaves may have answered something else.
    @Test(arguments: ["fin", "drain"])
    func oneAnswerIsNotEnough(_ ending: String) async throws {
        let peer = try await peer("request", "wait:100", "take", Self.answer, ending)
        let report = try await report(peer, KeyUpdateOrder(), "--http", "--answer-timeout", "500ms", ending: 12)
        #expect(report["key_update.attempts.0.answered"] == "unknown")
    }

    /// What came before the request is no answer to it.
    @Test func dataThatWasUnderWayProvesNothing() async throws {
        let peer = try await peer("request", Self.answer, "wait:100", "take", "request", Self.answer, "drain")
        let order = KeyUpdateOrder(trigger: "handshake")
        let report = try await report(peer, order, "--http", "--answer-timeout", "500ms", ending: 12)
        #expect(report["key_update.attempts.0.answered"] == "unknown")
    }

    /// A server that is tired of waiting closes as well.
    @Test func aLateCloseIsNoRefusal() async throws {
        let peer = try await peer("request", "wait:1000", "fin")
        let order = KeyUpdateOrder(trigger: "handshake")
        let report = try await report(peer, order, "--elicit", "none", ending: 12)
        #expect(report["error.code"] == "key_update_unproven")
    }

    /// Each of several that were sent before the request is unanswered.
    @Test func aNoIsForAllBeforeIt() async throws {
        let peer = try await peer("request", "wait:300", "take", Self.answer, "request", Self.answer, "drain")
        let order = KeyUpdateOrder(direction: "both", count: 3)
        let report = try await report(peer, order, "--http", ending: 10)
        #expect(
            report["key_update.attempts"]?.elements.map { $0["answered"] }
                == ["not_applicable", "no", "not_applicable", "no", "not_applicable", "no"])
    }

    /// What says that a server was tired of waiting does not show that it read the request.
    @Test func aTimeoutOfTheServersIsNoAnswer() async throws {
        let peer = try await peer(
            "request", #"data:HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"#, "drain")
        let report = try await report(peer, KeyUpdateOrder(), "--http", ending: 12)
        #expect(report["key_update.attempts.0.answered"] == "unknown")
        #expect(report["key_update.verdict.value"] == "unknown" && report["data.http_status"] == 408)
    }

    @Test func halfAnAnswerIsUnknown() async throws {
        let peer = try await peer("request", #"data:HTTP/1.1 200 OK\r\nServer: half\r\n"#, "drain")
        let report = try await report(peer, KeyUpdateOrder(), "--http", "--answer-timeout", "300ms", ending: 12)
        #expect(report["error.code"] == "key_update_unproven")
        #expect(report["key_update.attempts.0.answered"] == "unknown")
        #expect(report["key_update.attempts.0.data_intact"] == .null)
        #expect(report["key_update.verdict.value"] == "unknown" && report["key_update.verdict.evidence"] == [])
    }

    // MARK: The end of the connection

    @Test(arguments: [("--http", "write"), ("--http", "handshake"), ("--elicit=none", "handshake")])
    func anAlertIsARefusal(_ elicitation: String, _ trigger: String) async throws {
        let peer = try await peer("request", "alert:2:10", "fin")
        let order = KeyUpdateOrder(trigger: trigger)
        let report = try await report(peer, order, elicitation, ending: 10)
        #expect(report["outcome"] == "unmet" && report["error.code"] == "key_update_refused")
        #expect(report["error.alert.level"] == "fatal" && report["error.alert.number"] == 10)
        #expect(report["error.alert.description"] == "unexpected_message" && report["error.alert.dir"] == "received")
        #expect(report["key_update.attempts.0.answered"] == "unknown")
        #expect(report["key_update.verdict.value"] == "no")
        #expect(report["key_update.verdict.evidence"]?.elements.map { $0["event"] } == ["alert"])
    }

    /// One answer may be for all; an alert before the others says that it was not.
    @Test func anAlertAfterOneAnswerIsARefusalOfTheOthers() async throws {
        let peer = try await peer("request", "wait:300", "keyupdate", "alert:2:80", "fin")
        let report = try await report(peer, KeyUpdateOrder(count: 3), "--http", ending: 10)
        #expect(report["error.code"] == "key_update_refused" && report["error.alert.number"] == 80)
        #expect(report["key_update.verdict.value"] == "no" && report["key_update.received_count"] == 1)
        let attempts = report["key_update.attempts"]?.elements ?? []
        #expect(attempts.count == 3 && attempts.allSatisfy { $0["answered"] == "coalesced" })
    }

    @Test(arguments: ["fin", "rst"])
    func aCloseAtTheKeyUpdateAloneIsARefusal(_ end: String) async throws {
        let peer = try await peer("request", end)
        let order = KeyUpdateOrder(trigger: "handshake")
        let report = try await report(peer, order, "--elicit", "none", ending: 10)
        #expect(report["error.code"] == "key_update_refused" && report["error.alert"] == .null)
        #expect(report["key_update.attempts.0.answered"] == "unknown")
        #expect(report["key_update.verdict.value"] == "no")
        #expect(report["close.kind"] == (end == "fin" ? "truncated" : "reset"))
    }

    /// The request may be what it did not like.
    @Test(arguments: ["fin", "rst"], ["write", "handshake"])
    func aCloseAfterTheRequestIsUnknown(_ end: String, _ trigger: String) async throws {
        let peer = try await peer("request", "wait:100", end)
        let report = try await report(peer, KeyUpdateOrder(trigger: trigger), "--http", ending: 12)
        #expect(report["error.code"] == "key_update_unproven" && report["error.alert"] == .null)
        #expect(report["key_update.attempts.0.answered"] == "unknown")
        #expect(report["key_update.verdict.value"] == "unknown")
    }

    @Test(arguments: ["clean", "fin", "reset"])
    func oneThatClosesAfterARequestHasAnsweredOnce(_ end: String) async throws {
        let server = try await FaultPeer("ending", end, "--tls", "1.3", certificate: Fixtures.get().ecdsa)
        let order = KeyUpdateOrder(count: 3)
        let report = try await report(server, order, "--http", "--interval", "10ms", ending: 12)
        #expect(report["error.code"] == "key_update_unproven")
        let attempts = report["key_update.attempts"]?.elements ?? []
        #expect(attempts.first?["answered"] == "yes" && attempts.first?["data_intact"] == true)
        #expect(attempts.dropFirst().allSatisfy { $0["answered"] == "unknown" })
        #expect(attempts.count < 3 && report["key_update.received_count"] == 1)
        #expect(report["key_update.verdict.value"] == "unknown")
    }

    /// A rejection is about the certificate, whenever it comes.
    @Test(arguments: ["reject-on-request", "late-reject"])
    func aLateRejectionIsNoRefusal(_ mode: String) async throws {
        let peer = try await FaultPeer(mode, certificate: Fixtures.get().ecdsa)
        let run = try await keyUpdate(peer.port, "--http")
        let report = try await run.report(ending: 9)
        #expect(report["outcome"] == "rejected" && report["error.alert.number"] == 116)
        #expect(report["error.code"] == "client_certificate_required")
        #expect(report["key_update.verdict.value"] == "unknown")
        #expect(report["client_auth.demand"] == "required")
    }

    // MARK: The server's own

    @Test func aFloodIsStopped() async throws {
        let flood = Array(repeating: "keyupdate", count: 200)
        let peer = try await FaultPeer(
            "forge", ["1.3", "request"] + flood + ["drain"], certificate: Fixtures.get().ecdsa)
        let report = try await report(peer, KeyUpdateOrder(), "--http", ending: 12)
        #expect(report["error.code"] == "flood")
        let stopped = report["events"]?.elements.first { $0["event"] == "flood_stopped" }
        #expect(stopped?["kind"] == "key_updates")
        #expect(report["key_update.verdict.value"] == "unknown")
    }

    /// Only what follows our request and asks for nothing is an answer to it.
    @Test func theServersOwnAreCounted() async throws {
        let peer = try await peer("keyupdate", "keyupdate-request", "request", "keyupdate", Self.answer, "drain")
        let report = try await report(peer, KeyUpdateOrder(), "--http", ending: 0)
        #expect(report["key_update.received_count"] == 3)
        #expect(report["key_update.attempts.0.answered"] == "yes")
        #expect(report["key_update.attempts.0.generation_received"] == 3)
        #expect(report["key_update.verdict.value"] == "yes")
        #expect(report["key_update.verdict.evidence"]?.elements.count == 1)
        // Ours, whatever it asks, is the answer to theirs: so there is no second one.
        let updates = report["events"]?.elements.filter { $0["event"] == "key_update" } ?? []
        #expect(updates.map { $0["dir"] } == ["received", "received", "sent", "received"])
        #expect(
            updates.map { $0["request_update"] } == [
                "update_not_requested", "update_requested", "update_requested", "update_not_requested",
            ])
    }

    /// A request of the server's is no answer to ours, and answering is left to our next one.
    @Test func requestsThatCrossAreNoAnswers() async throws {
        let peer = try await peer("request", "wait:100", "keyupdate-request", Self.answer, "drain")
        let report = try await report(peer, KeyUpdateOrder(), "--http", ending: 12)
        #expect(report["error.code"] == "key_update_unproven" && report["key_update.received_count"] == 1)
        let updates = report["events"]?.elements.filter { $0["event"] == "key_update" } ?? []
        #expect(updates.map { $0["dir"] } == ["sent", "received"])
        #expect(report["close.sent"] == true)
    }
}
