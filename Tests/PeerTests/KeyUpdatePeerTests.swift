import TestSupport
import Testing

/// `keyupdate` against servers that people run: each type, both triggers, few and many.
@Suite struct KeyUpdatePeerTests {
    /// Small orders of every kind.
    static let orders = ["request", "one-way", "both"].flatMap { direction in
        ["write", "handshake"].flatMap { trigger in
            [1, 3].map { KeyUpdateOrder(direction: direction, trigger: trigger, count: $0) }
        }
    }

    private static let get = "GET / HTTP/1.0\r\n\r\n"

    /// It sends lines back in reverse, and sleeps for a second at each KeyUpdate.
    @Test(arguments: orders)
    func serverThatReversesTakesThem(_ order: KeyUpdateOrder) async throws {
        let server = try await OpenSSLServer("-tls1_3", "-rev", certificate: Fixtures.get().ecdsa)
        let run = try await keyUpdate(server.port, order.arguments + ["--echo-check", "--answer-timeout", "15s"])
        try await checkAllTaken(run, order, elicited: "echo", intact: true)
    }

    /// It answers the first request and closes; its page does not show by itself that it follows our keys.
    @Test(arguments: orders)
    func serverOfOnePageTakesThem(_ order: KeyUpdateOrder) async throws {
        let server = try await OpenSSLServer("-tls1_3", "-www", certificate: Fixtures.get().ecdsa)
        let run = try await keyUpdate(
            server.port, order.arguments + ["--send", Self.get, "--answer-timeout", "15s"])
        let asksTooLate = order.direction == "both" && order.trigger == "write"
        guard order.requestCount == 0 || asksTooLate else {
            return try await checkAllTaken(run, order, elicited: "data", intact: .null)
        }
        let report = try await run.report(ending: 12)
        try checkKeyUpdates(report, order)
        #expect(report["error.code"] == "key_update_unproven" && report["key_update.elicited"] == "data")
        #expect(report["key_update.verdict.value"] == "unknown")
        #expect(report["key_update.attempts"]?.elements.count == order.requests.count)
    }

    /// It would take minutes over its answers: the first one, for all, is enough.
    @Test(arguments: ["-rev", "-www"])
    func serverOfOpenSSLTakesManyAtOnce(_ mode: String) async throws {
        let server = try await OpenSSLServer("-tls1_3", mode, certificate: Fixtures.get().ecdsa)
        let order = KeyUpdateOrder(trigger: "handshake", count: 200)
        let data = mode == "-rev" ? ["--echo-check"] : ["--send", Self.get]
        let run = try await keyUpdate(server.port, order.arguments + data)
        try await checkAllTaken(run, order, elicited: mode == "-rev" ? "echo" : "data", intact: nil)
    }

    /// It writes only what somebody types.
    @Test(arguments: ["request", "one-way"])
    func silenceIsUnknown(_ direction: String) async throws {
        let server = try await OpenSSLServer("-tls1_3", certificate: Fixtures.get().ecdsa)
        let run = try await keyUpdate(server.port, "--direction", direction, "--answer-timeout", "300ms")
        let report = try await run.report(ending: 12)
        try checkKeyUpdates(report, KeyUpdateOrder(direction: direction, trigger: "handshake"))
        #expect(report["outcome"] == "inconclusive" && report["error.code"] == "key_update_unproven")
        #expect(report["error.stage"] == "post_handshake" && report["error.alert"] == .null)
        #expect(report["key_update.attempts.0.answered"] == (direction == "request" ? "unknown" : "not_applicable"))
        #expect(report["key_update.attempts.0.data_intact"] == .null)
        #expect(report["key_update.received_count"] == 0 && report["key_update.elicited"] == .null)
        #expect(report["key_update.verdict.value"] == "unknown")
        #expect(report["key_update.verdict.why"] == report["error.message"])
        #expect(report["key_update.verdict.evidence"] == [])
    }

    @Test(arguments: orders)
    func gnuTLSTakesThem(_ order: KeyUpdateOrder) async throws {
        let server = try await GnuTLSServer("--echo", certificate: Fixtures.get().ecdsa)
        let run = try await keyUpdate(server.port, order.arguments + ["--echo-check", "--answer-timeout", "15s"])
        try await checkAllTaken(run, order, elicited: "echo", intact: true)
    }

    /// It takes eight in a second, and tells by an alert that it took no more.
    @Test(arguments: ["write", "handshake"])
    func gnuTLSRefusesTooManyInASecond(_ trigger: String) async throws {
        let server = try await GnuTLSServer("--echo", certificate: Fixtures.get().ecdsa)
        let order = KeyUpdateOrder(trigger: trigger, count: 30)
        let run = try await keyUpdate(server.port, order.arguments + ["--echo-check"])
        let report = try await run.report(ending: 10)
        try checkKeyUpdates(report, order)
        #expect(report["outcome"] == "unmet" && report["error.code"] == "key_update_refused")
        // What is written to a connection that is gone may take the alert along.
        let hasAlert = report["close.kind"] != "reset"
        #expect(report["error.alert.number"] == (hasAlert ? 80 : nil))
        #expect(report["key_update.verdict.value"] == "no")
        let evidence = report["key_update.verdict.evidence"]?.elements ?? []
        #expect(evidence.contains { $0["event"] == "alert" } == hasAlert)
        let attempts = report["key_update.attempts"]?.elements ?? []
        #expect((9...30).contains(attempts.count))
    }

    /// It does not know HEAD, and closes; the KeyUpdate it has answered before.
    @Test(arguments: ["write", "handshake"])
    func gnuTLSAnswersBeforeItCloses(_ trigger: String) async throws {
        let server = try await GnuTLSServer("--http", certificate: Fixtures.get().ecdsa)
        let order = KeyUpdateOrder(trigger: trigger)
        let run = try await keyUpdate(server.port, order.arguments + ["--http"])
        let report = try await run.report(ending: 0)
        try checkKeyUpdates(report, order)
        #expect(report["key_update.attempts.0.answered"] == "yes")
        #expect(report["key_update.verdict.value"] == "yes")
    }

    @Test(arguments: orders)
    func nginxTakesThem(_ order: KeyUpdateOrder) async throws {
        let server = try await NginxServer("ssl_protocols TLSv1.3;", certificate: Fixtures.get().ecdsa)
        let run = try await keyUpdate(server.port, order.arguments + ["--http", "--answer-timeout", "15s"])
        try await checkAllTaken(run, order, elicited: "http", intact: true)
        #expect(try await run.report()["data.http_status"] == 200)
    }

    @Test(arguments: ["write", "handshake"])
    func nginxTakesMany(_ trigger: String) async throws {
        let server = try await NginxServer("ssl_protocols TLSv1.3;", certificate: Fixtures.get().ecdsa)
        let order = KeyUpdateOrder(trigger: trigger, count: 200)
        let run = try await keyUpdate(server.port, order.arguments + ["--http", "--answer-timeout", "15s"])
        try await checkAllTaken(run, order, elicited: "http", intact: true)
    }

    @Test func olderVersionsHaveNone() async throws {
        let server = try await OpenSSLServer("-tls1_2", "-rev", certificate: Fixtures.get().ecdsa)
        let report = try await keyUpdate(server.port, "--echo-check").report(ending: 11)
        #expect(report["outcome"] == "not_applicable" && report["error.code"] == "wrong_version")
        #expect(report["tls.version"] == "TLSv1.2")
        #expect(report["key_update.attempts"] == [] && report["key_update.received_count"] == 0)
        #expect(report["key_update.verdict.value"] == "not_applicable")
        #expect(report["key_update.verdict.why"] == report["error.message"])
        #expect(report["data.bytes_sent"] == 0)
    }
}
