import TestSupport
import Testing

/// `renegotiate --await-request`: the server's HelloRequest, and what followed.
@Suite struct RenegotiateRequestTests {
    // A machine that stalls for longer than the server's clock sees several at once.
    @Test(arguments: [([], 1), (["--no-resumption-on-renegotiation"], 1), ([], 2)])
    func followsTheServersClock(options: [String], count: Int) async throws {
        let server = try await ServeProcess(
            ["--tls", "1.2", "--reply", "echo", "--renegotiate-after", "1s"] + options)
        let run = try await renegotiate(
            server.port, ["--await-request", "20s", "--count", "\(count)"], authority: server.authorityPath)
        let expected = options.isEmpty ? RenegotiationExpectation.requested : .requestedInFull
        let report = try await run.renegotiation(ending: 0, Array(repeating: expected, count: count))
        #expect(report["renegotiation.verdict.value"] == "yes")
        let names = try #require(report["events"]).elements.compactMap { $0["event"]?.text }
        let course = names.filter { $0.hasPrefix("renegotiation_") || $0 == "hello_request" }
        let one = ["hello_request", "renegotiation_requested", "renegotiation_started", "renegotiation_done"]
        #expect(course == Array(repeating: one, count: count).flatMap { $0 })
        let attempt = try await server.report(of: 1)["renegotiation.attempts.0"]
        #expect(attempt?["initiated_by"] == "server" && attempt?["result"] == "accepted")
    }

    /// Many servers ask only for some paths, and so after the request.
    @Test func followsARequest() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--renegotiate-after", "request")
        let run = try await renegotiate(
            server.port, ["--await-request", "20s", "--http"], authority: server.authorityPath)
        let report = try await run.renegotiation(ending: 0, [.requested])
        #expect(report["data.http_status"] == 200)
    }

    @Test func followsOpenSSL() async throws {
        let server = try await OpenSSLServer("-tls1_2", certificate: Fixtures.get().ecdsa)
        async let ended = renegotiate(server.port, "--await-request", "30s")
        #expect(try await server.printed("CIPHER is", within: 240))
        server.type("r\n")
        let report = try await ended.renegotiation(ending: 0, [.requested])
        #expect(report["renegotiation.protocol_support"] == "rfc5746")
        #expect(report["close.kind"] == "clean")
    }

    /// A server that wants a certificate renegotiates to get it; who has none is refused, which says nothing else.
    @Test func aDemandForACertificateIsToldAsSuch() async throws {
        let server = try await ServeProcess(
            "--tls", "1.2", "--client-auth", "renegotiation", "--renegotiate-after", "request")
        let run = try await renegotiate(
            server.port, ["--await-request", "20s", "--http"], authority: server.authorityPath)
        let report = try await run.report(ending: 9)
        #expect(report["outcome"] == "rejected" && report["error.code"] == "client_certificate_required")
        #expect(report["client_auth.demand"] == "required" && report["client_auth.certificate_sent"] == false)
        #expect(report["renegotiation.attempts.0.result"] == "refused_fatal")
        #expect(report["renegotiation.verdict.value"] == "unknown")
    }

    /// A server that asks by itself takes our ClientHello for an answer: that says nothing of what a client may do.
    @Test func oneThatCrossesARequestIsNoAnswer() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--renegotiate-after", "request")
        let run = try await renegotiate(
            server.port, ["--http", "--after", "101B", "--answer-timeout", "1s"], authority: server.authorityPath)
        let report = try await run.report()
        #expect(report["renegotiation.verdict.value"] != "yes", "\(run)")
        #expect([10, 12].contains(run.status), "\(run)")
    }

    /// A server closes when it has answered, and not because of the ClientHello that came then.
    @Test(arguments: ["110B", "200B"])
    func aRequestKeepsTheConnection(_ size: String) async throws {
        let server = try await ServeProcess("--tls", "1.2", "--allow-client-renegotiation")
        let run = try await renegotiate(server.port, ["--http", "--after", size], authority: server.authorityPath)
        #expect(try await run.report(ending: 0)["renegotiation.verdict.value"] == "yes")
    }

    /// Whoever bounds the run wants its end, and not the next attempt.
    @Test(arguments: [["--after", "20s"], ["--count", "2", "--interval", "20s"], ["--await-request", "20s"]])
    func theEndOfTheRunIsNoAnswer(_ arguments: [String]) async throws {
        let server = try await ServeProcess("--tls", "1.2", "--allow-client-renegotiation")
        let run = try await renegotiate(
            server.port, arguments + ["--max-time", "1500ms"], authority: server.authorityPath)
        let report = try await run.report(ending: 5)
        #expect(report["error.hint"]?.text?.contains("--max-time") == true)
        #expect(report["renegotiation.accepted_count"]?.double == (arguments[0] == "--count" ? 1 : 0))
    }

    @Test func whatNeverComesIsAskedFor() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "echo")
        let run = try await renegotiate(
            server.port, ["--after", "4kB", "--answer-timeout", "300ms"], authority: server.authorityPath)
        let report = try await run.renegotiation(ending: 12, [])
        #expect(report["error.hint"]?.text?.contains("--send") == true)
    }

    @Test func aServerThatDoesNotAskIsNotJudged() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "echo")
        let run = try await renegotiate(server.port, ["--await-request", "300ms"], authority: server.authorityPath)
        let report = try await run.renegotiation(ending: 12, [])
        #expect(report["error.code"] == "renegotiation_unproven")
        #expect(report["renegotiation.verdict.value"] == "unknown")
        #expect(report["renegotiation.verdict.why"] == "the server sent no HelloRequest in 300 ms")
    }

    /// Asked once, a server that does not ask again has not refused anything.
    @Test func oneOfTwoIsNotKnown() async throws {
        let server = try await OpenSSLServer("-tls1_2", certificate: Fixtures.get().ecdsa)
        async let ended = renegotiate(server.port, "--await-request", "5s", "--count", "2")
        #expect(try await server.printed("CIPHER is", within: 240))
        server.type("r\n")
        let report = try await ended.renegotiation(ending: 12, [.requested])
        let why = "1 of 2 accepted, then the server sent no other HelloRequest in 5.0 s"
        #expect(report["renegotiation.verdict.why"] == .string(why))
    }

    /// The server asked, and then did not answer, or left.
    @Test(arguments: [("hold", "ignored", 12, "renegotiation_ignored"), ("fin", "closed", 10, "tcp_closed")])
    func tellsWhatFollowed(_ step: String, _ result: String, _ code: Int32, _ event: String) async throws {
        let peer = try await FaultPeer(
            "forge", "1.2", "hello-request", "request", step, certificate: Fixtures.get().ecdsa)
        let run = try await renegotiate(peer.port, "--await-request", "20s", "--answer-timeout", "300ms")
        let expected = RenegotiationExpectation(initiator: "server", result: result, event: event)
        let report = try await run.renegotiation(ending: code, [expected])
        #expect(report["renegotiation.verdict.value"] == (code == 12 ? "unknown" : "no"))
    }

    @Test func theLadderShowsTheHelloRequest() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "echo", "--renegotiate-after", "1s")
        let run = try await renegotiate(
            server.port, ["--await-request", "20s", "-v"], authority: server.authorityPath, output: [])
        #expect(run.status == 0, "\(run)")
        let steps = run.output.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(separator: " ")
            guard let first = words.first, first.allSatisfy({ $0.isNumber || $0 == "." }) else { return nil }
            return ["→", "←"].contains(words[1]) ? "\(words[1]) \(words[2])" : String(words[1])
        }
        let expected = [
            "← hello_request", "← renegotiation_requested", "→ client_hello", "renegotiation_started",
            "← server_hello", "← finished", "→ change_cipher_spec", "→ finished", "renegotiation_done",
            "→ close_notify", "← close_notify", "tcp_closed",
        ]
        // OpenSSL before 3.5 does not show the ChangeCipherSpec that it receives.
        let seen = steps.drop { $0 != "← hello_request" }.filter { $0 != "← change_cipher_spec" }
        #expect(seen == expected, "\(run)")
        #expect(run.output.contains("renegotiated as the server asked"))
    }
}
