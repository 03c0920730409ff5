import TestSupport
import Testing

/// `keyupdate` against our own `serve`.
@Suite struct KeyUpdateServeTests {
    private func server(_ arguments: String...) async throws -> ServeProcess {
        let identity = try Fixtures.get().ecdsa
        return try await ServeProcess(["--cert", identity.chainPath, "--key", identity.keyPath] + arguments)
    }

    @Test(arguments: KeyUpdatePeerTests.orders)
    func echoTakesThem(_ order: KeyUpdateOrder) async throws {
        let server = try await server("--reply", "echo")
        let run = try await keyUpdate(server.port, order.arguments + ["--echo-check", "--answer-timeout", "15s"])
        try await checkAllTaken(run, order, elicited: "echo", intact: true)
        // The other end tells the same.
        let other = try await server.report(of: 1)
        let report = try await run.report()
        #expect(other["key_update.received_count"] == .number(Double(order.requests.count)))
        let answers = other["key_update.attempts"]?.elements.map { $0["request_update"] } ?? []
        #expect(answers.allSatisfy { $0 == "update_not_requested" })
        #expect(report["key_update.received_count"] == .number(Double(answers.count)))
        #expect(other["close"] == report["close"])
    }

    @Test(arguments: KeyUpdatePeerTests.orders)
    func webServerTakesThem(_ order: KeyUpdateOrder) async throws {
        let server = try await server()
        let run = try await keyUpdate(server.port, order.arguments + ["--http", "--answer-timeout", "15s"])
        try await checkAllTaken(run, order, elicited: "http", intact: true)
    }

    @Test(arguments: ["request", "one-way"])
    func echoTakesManyWithData(_ direction: String) async throws {
        let server = try await server("--reply", "echo")
        let order = KeyUpdateOrder(direction: direction, count: 200)
        let run = try await keyUpdate(server.port, order.arguments + ["--echo-check", "--answer-timeout", "20s"])
        try await checkAllTaken(run, order, elicited: "echo", intact: true)
    }

    @Test func webServerTakesManyWithData() async throws {
        let server = try await server()
        let order = KeyUpdateOrder(count: 200)
        let run = try await keyUpdate(server.port, order.arguments + ["--http", "--answer-timeout", "20s"])
        try await checkAllTaken(run, order, elicited: "http", intact: true)
    }

    /// That is a flood to it, and it leaves without a word.
    @Test(arguments: ["--echo-check", "--http"])
    func manyWithoutDataAreRefused(_ elicitation: String) async throws {
        let server = try await server("--reply", elicitation == "--http" ? "http" : "echo")
        let order = KeyUpdateOrder(direction: "one-way", trigger: "handshake", count: 200)
        let run = try await keyUpdate(server.port, order.arguments + [elicitation])
        let report = try await run.report()
        try checkKeyUpdates(report, order)
        // Once the request is out too, the close may be about that.
        let attempts = report["key_update.attempts"]?.elements ?? []
        let wasEarly = attempts.count < 200 || elicitation == "--echo-check"
        #expect(run.status == (wasEarly ? 10 : 12), "\(run)")
        #expect(attempts.count > 64)
        #expect(report["key_update.verdict.value"] == (wasEarly ? "no" : "unknown"))
        #expect(try await server.report(of: 1)["error.code"] == "flood")
    }

    /// Each on its own, so each has an answer of its own.
    @Test(arguments: ["write", "handshake"])
    func inTurnEachIsAnswered(_ trigger: String) async throws {
        let server = try await server("--reply", "echo")
        let order = KeyUpdateOrder(trigger: trigger, count: 3)
        let run = try await keyUpdate(
            server.port, order.arguments + ["--echo-check", "--interval", "10ms", "--answer-timeout", "15s"])
        try await checkAllTaken(run, order, elicited: "echo", intact: true, inTurn: true)
    }

    @Test func echoCheckNeedsAnEcho() async throws {
        let server = try await server("--reply", "sink")
        let run = try await keyUpdate(server.port, "--echo-check", "--answer-timeout", "300ms")
        let report = try await run.report(ending: 12)
        #expect(report["error.code"] == "key_update_unproven" && report["error.stage"] == "data")
        #expect(
            report["error.message"] == "the server does not send back what it gets, even without a KeyUpdate")
        #expect(report["key_update.attempts"] == [] && report["key_update.verdict.value"] == "unknown")
        let events = report["events"]?.elements ?? []
        #expect(!events.contains { $0["event"] == "key_update" })
    }
}
