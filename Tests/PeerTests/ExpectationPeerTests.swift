import Foundation
import TestSupport
import Testing

/// `--expect` against `openssl s_server`: what it makes of the exit code and of the report.
@Suite struct ExpectationPeerTests {
    @Test func endsWithZeroWhenAllHold() async throws {
        let server = try await OpenSSLServer("-tls1_3", "-alpn", "h2", certificate: Fixtures.get().ecdsa)
        let report = try await connect(
            server.port, "--alpn", "h2", "--expect", "tls.version >= 1.2", "--expect", "certificates[*].days_left > 14",
            "--expect", "certificates[0].sans[any].value = localhost", "--expect-client", "tls.alpn=h2",
            "--expect", "certificates[0].not_after > 2026-01-01", "--expect", "error = null",
            "--expect", "tls.cipher.name !~ CBC"
        ).report(ending: 0)
        #expect(report["outcome"] == "ok")
        let expectations = try #require(report["expectations"]).elements
        #expect(expectations.map { $0["ok"] } == Array(repeating: true, count: 7))
        #expect(expectations.first?["expression"] == "tls.version >= 1.2")
        #expect(expectations.first?["actual"] == "TLSv1.3")
    }

    @Test func endsWithOneWhenOneFails() async throws {
        let server = try await OpenSSLServer("-tls1_2", certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port, "--expect", "verify.ok = true", "--expect", "tls.version = 1.3")
            .report(ending: 1)
        #expect(report["ok"] == false)
        #expect(report["outcome"] == "expectation")
        #expect(report["error.code"] == "expectation_failed")
        #expect(report["error.stage"] == "close")
        #expect(report["error.message"] == "tls.version = 1.3 does not hold: it is TLSv1.2")
        #expect(report["expectations.0.ok"] == true)
        #expect(report["expectations.1.ok"] == false)
        #expect(report["expectations.1.actual"] == "TLSv1.2")
        // The probe itself went well: all of it is there.
        #expect(report["verify.ok"] == true)
        #expect(report["close"] != .null)
    }

    @Test func endsWithZeroWhenTheRefusalWasExpected() async throws {
        let server = try await OpenSSLServer("-tls1_3", certificate: Fixtures.get().ecdsa)
        let offer = ["--tls", "1.2"]
        let refused = try await connect(server.port, offer).report(ending: 7)
        #expect(refused["error.alert.description"] == "protocol_version")
        let report = try await connect(server.port, offer + ["--expect", "outcome = handshake"]).report(ending: 0)
        #expect(report["outcome"] == "handshake")
        #expect(report["expectations.0.actual"] == "handshake")
        // Of several, all have to hold.
        let other = ["--expect", "outcome = handshake", "--expect", "tls.version = 1.2"]
        let kept = try await connect(server.port, offer + other).report(ending: 7)
        #expect(kept["error.code"] == "alert_received")
        #expect(kept["expectations.1.actual"] == .null)
    }

    @Test(arguments: [("tls.version >= 1.2", true), ("tls.version < 1.2", false)])
    func keepsEightOfAFailedVerification(_ expression: String, _ holds: Bool) async throws {
        let server = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        let arguments = ["--verify-name", "other.example", "--expect", expression]
        let report = try await connect(server.port, arguments).report(ending: 8)
        #expect(report["outcome"] == "verify")
        #expect(report["error.code"] == "wrong_name")
        #expect(report["expectations.0.ok"] == .bool(holds))
        _ = try await connect(server.port, arguments + ["-k"]).report(ending: holds ? 0 : 1)
    }

    @Test func keepsTheCodeOfWhatNeverCame() async throws {
        let server = try RawServer { $0.drain() }
        let (run, report) = try await connectWithDeadline(server.port, "--expect", "tls.version >= 1.2")
        #expect(run.status == 5)
        #expect(report["outcome"] == "timeout")
        #expect(report["expectations.0.ok"] == false)
    }

    @Test(arguments: [
        ("tls.versoin = 1.3", "did you mean tls.version?"), ("tls.version = 1.4", "is not a TLS version"),
        ("outcome = handshke", "did you mean handshake?"), ("tls.version", "FIELD OP VALUE"),
    ])
    func refusesAMistakeBeforeItConnects(_ expression: String, _ words: String) async throws {
        let server = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        let run = try await connect(server.port, "--expect", "ok = true", "--expect", expression)
        #expect(run.status == 64)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("sslprobe: --expect: \"\(expression)\": "))
        #expect(run.errors.contains(words))
        #expect(!server.transcript.contains("CIPHER is"))
    }

    @Test func tellsEachBeforeTheSummary() async throws {
        let server = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        let root = try Fixtures.get().root.certificatePath
        let run = try await Program.run([
            "connect", "localhost:\(server.port)", "-4", "--ca", root, "--jsonl", "--expect", "ok = true", "--expect",
            "tls.version < 1.2",
        ])
        #expect(run.status == 1)
        let lines = try await run.lines().suffix(4)
        #expect(lines.map { $0["event"]?.text } == ["expectation", "expectation", "error", "summary"])
        #expect(lines.map { $0["ok"] } == [true, false, nil, nil])
        #expect(lines.last?["report.expectations.1.actual"] == lines.first { $0["ok"] == false }?["actual"])
    }

    @Test func putsTheEventsIntoTheReport() async throws {
        let server = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        let report = try await connect(
            server.port, "--events", "--expect", "events[any].event = new_session_ticket", "--settle", "5s"
        ).report(ending: 0)
        #expect(report["events"]?.elements.last?["event"] == "expectation")
    }

    @Test func letsASignalStand() async throws {
        let server = try RawServer { $0.drain() }
        let child = try ChildProcess(
            Program.path, ["connect", "127.0.0.1:\(server.port)", "--jsonl", "--expect", "outcome = signal"])
        try await OwnThread.run {
            child.wait(seconds: 10) { child.transcript.contains("handshake_started") }
            child.signal(SIGTERM)
            child.wait(seconds: 10)
        }
        #expect(child.ending?.status == 143)
        let summary = try #require(child.output.split(separator: UInt8(ascii: "\n")).last)
        let report = try JSON(parsing: Array(summary))["report"]
        #expect(report?["exit_code"] == 143)
        #expect(report?["expectations.0.ok"] == true)
    }
}
