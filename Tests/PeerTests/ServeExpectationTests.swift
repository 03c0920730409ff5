import TestSupport
import Testing

/// `serve --expect`: held against each client's report, and what that does to the exit code.
@Suite(.serialized) struct ServeExpectationTests {
    @Test func allClientsDidAsExpected() async throws {
        let server = try await ServeProcess(
            "--expect", "tls.version = TLSv1.3", "--expect-client", "client_hello.alpn[any] = http/1.1")
        for _ in 0..<2 { #expect(try await server.curl().status == 0) }
        let run = try await server.finish()
        #expect(run.status == 0)
        for report in try await run.connections() {
            #expect(report["ok"] == true)
            #expect(report["expectations"]?.elements.map { $0["ok"] } == [true, true])
            #expect(report["expectations.0.actual"] == "TLSv1.3")
        }
        #expect(try await run.serveSummary()?["ok"] == true)
    }

    @Test func oneClientDidNot() async throws {
        let server = try await ServeProcess("--expect", "tls.version = TLSv1.3")
        #expect(try await server.curl().status == 0)
        #expect(try await server.curl("--tls-max", "1.2").status == 0)
        let run = try await server.finish()
        #expect(run.status == 1, "\(run)")
        let reports = try await run.connections()
        #expect(reports.map { $0["ok"] } == [true, false])
        #expect(reports.map { $0["outcome"] } == ["ok", "expectation"])
        #expect(reports.last?["error.code"] == "expectation_failed")
        #expect(reports.last?["expectations.0.actual"] == "TLSv1.2")
        let summary = try #require(try await run.serveSummary())
        #expect(summary["exit_code"] == 1 && summary["ok"] == false)
        #expect(summary["error.code"] == "expectation_failed")
        #expect(summary["by_outcome.expectation"] == 1 && summary["by_outcome.ok"] == 1)
        #expect(try await run.eventNames().suffix(2) == ["error", "summary"])
    }

    /// The report of a second visit is what a test of resumption looks at.
    @Test func resumptionIsExpectedOfEachClient() async throws {
        let server = try await ServeProcess("--expect", "tls.resumed = true")
        let session = TemporaryFolder.path("expected-session")
        _ = try await server.openssl("-sess_out", session)
        _ = try await server.openssl("-sess_in", session)
        let run = try await server.finish()
        #expect(run.status == 1)
        #expect(try await run.connections().map { $0["expectations.0.ok"] } == [false, true])
    }

    @Test func aRefusalCanBeWhatIsExpected() async throws {
        let server = try await ServeProcess("--tls", "1.3", "--expect", "outcome = handshake")
        #expect(try await server.openssl("-tls1_2").status == 1)
        let run = try await server.finish()
        #expect(run.status == 0, "\(run)")
        let report = try #require(try await run.connections().first)
        #expect(report["outcome"] == "handshake" && report["ok"] == true)
    }

    @Test func nobodyCameToBeMeasured() async throws {
        let server = try await ServeProcess("--expect", "tls.resumed = true")
        _ = try RawClient(port: server.port)
        #expect(try await server.report(of: 1)["expectations"] == [])
        let run = try await server.finish()
        #expect(run.status == 1, "\(run)")
        let summary = try #require(try await run.serveSummary())
        #expect(summary["exit_code"] == 1 && summary["error.code"] == "no_client")
    }

    /// A port scan cannot make an expectation fail.
    @Test func whoSaysNothingIsNotJudged() async throws {
        let server = try await ServeProcess("--expect", "ok = true")
        _ = try RawClient(port: server.port)
        _ = try await server.report(of: 1)
        #expect(try await server.curl().status == 0)
        _ = try await server.report(of: 2)
        let run = try await server.finish()
        #expect(run.status == 0, "\(run)")
        #expect(try await run.connections().map { $0["ok"] } == [false, true])
    }

    @Test func timeIsUpFirst() async throws {
        let server = try await ServeProcess("--expect", "tls.resumed = true", "--count", "5", "--for", "300ms")
        let run = try await server.finish(by: nil)
        #expect(run.status == 5, "\(run)")
    }

    @Test(arguments: [("tls.versoin = x", "tls.version"), ("ok ?", "--expect"), ("conn ~ 1", "--expect")])
    func aMistakeIsToldBeforeItListens(expression: String, word: String) async throws {
        let run = try await Program.run(["serve", "--listen", "127.0.0.1:0", "--for", "5s", "--expect", expression])
        #expect(run.status == 64 && run.outputBytes.isEmpty, "\(run)")
        #expect(run.errors.contains(word), "\(run)")
    }
}
