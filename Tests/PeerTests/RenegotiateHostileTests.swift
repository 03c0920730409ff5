import TestSupport
import Testing

/// `renegotiate` against peers that answer a ClientHello in ways of their own, or leave.
@Suite struct RenegotiateHostileTests {
    struct Scene: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [String]
        let code: Int32
        let attempt: RenegotiationExpectation
        let why: String
        var close: String?
    }

    static let scenes = [
        Scene(
            testDescription: "ignores", steps: ["hold"], code: 12, attempt: .ignored, why: "no answer in 300 ms"),
        Scene(
            testDescription: "sends data instead", steps: ["request", "data:abc", "hold"], code: 12, attempt: .ignored,
            why: "no answer in 300 ms"),
        Scene(
            testDescription: "sends another warning", steps: ["request", "alert:1:90", "hold"], code: 12,
            attempt: .ignored, why: "no answer in 300 ms"),
        Scene(
            testDescription: "fatal handshake_failure", steps: ["request", "alert:2:40", "drain"], code: 10,
            attempt: .refused(withFatal: 40), why: "refused with the fatal alert handshake_failure (40)"),
        Scene(
            testDescription: "fatal no_renegotiation", steps: ["request", "alert:2:100", "drain"], code: 10,
            attempt: .refused(withFatal: 100), why: "refused with the fatal alert no_renegotiation (100)"),
        Scene(
            testDescription: "warning no_renegotiation", steps: ["request", "alert:1:100", "drain"], code: 10,
            attempt: .refused(), why: "refused with the warning no_renegotiation (100)"),
        Scene(
            testDescription: "closes without close_notify", steps: ["request", "fin"], code: 10, attempt: .closed(),
            why: "the server closed the connection", close: "truncated"),
        Scene(
            testDescription: "resets", steps: ["request", "rst"], code: 10, attempt: .closed(),
            why: "the server closed the connection", close: "reset"),
        Scene(
            testDescription: "closes with close_notify", steps: ["request", "alert:1:0", "drain"], code: 10,
            attempt: .closed("close_notify"), why: "the server closed the connection", close: "half"),
        Scene(
            testDescription: "an empty ServerHello", steps: ["request", "handshake:02000000", "drain"], code: 12,
            attempt: RenegotiationExpectation(
                mode: "full", result: "closed", alert: 50, alertDirection: "sent", event: "alert"),
            why: "the server's answer broke the protocol, and we sent decode_error (50)"),
    ]

    @Test(arguments: scenes)
    func tellsTheEndsApart(_ scene: Scene) async throws {
        let peer = try await forge(scene.steps)
        let run = try await renegotiate(peer.port, "--answer-timeout", "300ms")
        let report = try await run.renegotiation(ending: scene.code, [scene.attempt])
        #expect(report["outcome"] == (scene.code == 10 ? "unmet" : "inconclusive"))
        #expect(report["renegotiation.verdict.value"] == (scene.code == 10 ? "no" : "unknown"))
        #expect(report["renegotiation.verdict.why"] == .string(scene.why))
        let code: JSON = scene.code == 10 ? "renegotiation_refused" : "renegotiation_unproven"
        #expect(report["error.code"] == code)
        #expect(report["error.alert.number"] == scene.attempt.alert.map(JSON.number))
        #expect(report["renegotiation.protocol_support"] == "rfc5746")
        if let close = scene.close { #expect(report["close.kind"] == .string(close)) }
        if scene.steps.contains("data:abc") { #expect(report["data.bytes_received"] == 3) }
        if scene.attempt.result == "ignored" {
            #expect(try #require(report["timings.total_ms"]?.double) >= 300)
        }
        #expect(run.peakKilobytes <= Program.memoryLimit)
    }

    /// Each mode is asked on a connection of its own, whatever the other came to.
    @Test func bothModesAreAskedThoughTheFirstIsIgnored() async throws {
        let peer = try await forge(["hold"])
        let run = try await renegotiate(peer.port, "--answer-timeout", "300ms", "--mode", "both")
        var abbreviated = RenegotiationExpectation.ignored
        abbreviated.mode = "abbreviated"
        try await run.renegotiation(ending: 12, [.ignored, abbreviated])
    }

    /// What happened before anything was asked is no answer.
    @Test(arguments: [
        ("fin", "the peer closed the connection"), ("rst", "the connection broke"),
        ("alert:2:80", "the peer ended the connection: alert internal_error (80)"),
        ("alert:1:0", "the peer closed the connection"),
    ])
    func aPeerThatLeavesBeforeIsNotJudged(_ ending: String, _ why: String) async throws {
        let peer = try await forge([ending, "drain"])
        let report = try await renegotiate(peer.port, "--after", "20s").renegotiation(ending: 12, [])
        #expect(report["error.code"] == "renegotiation_unproven")
        #expect(report["renegotiation.verdict.value"] == "unknown")
        #expect(report["renegotiation.verdict.why"] == .string(why))
        #expect(try #require(report["timings.total_ms"]?.double) < 15000)
    }

    /// One that was accepted is counted once, though the peer left with it.
    @Test(arguments: ["clean", "fin", "reset"], [[], ["--interval", "1s"]])
    func isCutOffAfterTheFirst(_ ending: String, _ interval: [String]) async throws {
        let peer = try await FaultPeer("renegotiating", "1", "0", ending, certificate: Fixtures.get().ecdsa)
        let run = try await renegotiate(peer.port, ["--count", "3"] + interval)
        let report = try await run.report(ending: 10)
        let attempts = try #require(report["renegotiation.attempts"]).elements
        // The ClientHello of the second may have been on its way.
        let isAsked = attempts.count == 2 && interval.isEmpty
        #expect(attempts.count == 1 || isAsked, "\(run)")
        #expect(attempts.map { $0["result"]?.text }.prefix(2) == (isAsked ? ["accepted", "closed"] : ["accepted"]))
        #expect(report["renegotiation.accepted_count"] == 1)
        #expect(report["renegotiation.verdict.value"] == "no")
        #expect(report["renegotiation.verdict.why"]?.text?.hasPrefix("1 of 3 accepted, then ") == true)
        let last = attempts.count == 2 && ending == "clean" ? "close_notify" : "tcp_closed"
        try run.expectEvidence(in: report, events: ["renegotiation_done", last])
    }

    /// The same when the way is long: the close travels with the Finished, or meets the second ClientHello.
    @Test(arguments: ["clean", "fin", "reset"], [[], ["--interval", "1s"]])
    func isCutOffAfterTheFirstFarAway(_ ending: String, _ interval: [String]) async throws {
        let peer = try await FaultPeer("renegotiating", "1", "0", ending, certificate: Fixtures.get().ecdsa)
        // How long the way is shows in the time that connecting takes.
        let slowly = ["-f", "-qq", "-o", "/dev/null", "-e", "trace=connect", "-e", "inject=connect:delay_exit=60000"]
        let command = ["renegotiate", "localhost:\(peer.port)", "-4", "-k", "--json", "--count", "3"] + interval
        let run = try await InstalledProgram.strace.run(slowly + [Program.path] + command)
        let report = try JSON(parsing: Array(run.output.utf8))
        #expect(try #require(report["timings.tcp_ms"]?.double) >= 60, "\(run)")
        #expect(run.status == 10 && report["renegotiation.verdict.value"] == "no", "\(run)")
        #expect(report["renegotiation.accepted_count"] == 1)
        #expect(report["renegotiation.verdict.why"]?.text?.hasPrefix("1 of 3 accepted, then ") == true)
    }

    /// Once is what was asked for: how the peer leaves afterwards is told as the kind of close.
    @Test(arguments: ["clean", "fin", "reset"])
    func leavingAfterwardsTakesNothingBack(_ ending: String) async throws {
        let peer = try await FaultPeer("renegotiating", "1", "0", ending, certificate: Fixtures.get().ecdsa)
        let report = try await renegotiate(peer.port).renegotiation(ending: 0, [.full])
        #expect(report["renegotiation.verdict.value"] == "yes")
        #expect(report["close.kind"] != "none")
    }

    /// Until refused: the end of the connection is what ends the series.
    @Test(arguments: ["clean", "fin", "reset"])
    func tellsHowManyThereWereUntilCutOff(_ ending: String) async throws {
        let peer = try await FaultPeer("renegotiating", "4", "0", ending, certificate: Fixtures.get().ecdsa)
        let report = try await renegotiate(peer.port, "--until-refused").report(ending: 0)
        #expect(report["renegotiation.accepted_count"] == 4)
        #expect(report["renegotiation.verdict.value"] == "yes")
        #expect(report["renegotiation.verdict.why"]?.text?.hasPrefix("4 accepted, then ") == true)
    }

    /// `serve` takes 64 in a row for a flood.
    @Test func serveStopsASeriesThatIsTooLong() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "echo", "--allow-client-renegotiation")
        let run = try await renegotiate(server.port, ["--count", "100"], authority: server.authorityPath)
        let report = try await run.report(ending: 10)
        let accepted = try #require(report["renegotiation.accepted_count"]?.double.map { Int($0) })
        // The last of them may be done before it is counted.
        #expect((64...65).contains(accepted))
        #expect(report["renegotiation.verdict.why"]?.text?.hasPrefix("\(accepted) of 100 accepted, then ") == true)
        #expect(try await server.report(of: 1)["error.code"] == "flood")
    }

    private func forge(_ steps: [String]) async throws -> FaultPeer {
        // Three are enough for every scene; a peer that reads to the end may be told to do so twice.
        let all = steps + Array(repeating: "drain", count: 3 - steps.count)
        return try await FaultPeer("forge", "1.2", all[0], all[1], all[2], certificate: Fixtures.get().ecdsa)
    }
}
