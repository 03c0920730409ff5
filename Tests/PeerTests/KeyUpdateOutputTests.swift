import Foundation
import TestSupport
import Testing

/// What `keyupdate` writes besides its report, and what it holds back.
@Suite struct KeyUpdateOutputTests {
    private func echo() async throws -> ServeProcess {
        let identity = try Fixtures.get().ecdsa
        return try await ServeProcess("--cert", identity.chainPath, "--key", identity.keyPath, "--reply", "echo")
    }

    private func text(_ port: UInt16, _ arguments: String...) async throws -> ProgramRun {
        try await Program.run(
            ["keyupdate", "localhost:\(port)", "-4", "--ca", Fixtures.get().root.certificatePath] + arguments)
    }

    /// The label is the same each time.
    @Test func theKeyLogHasEveryUpdate() async throws {
        let server = try await echo()
        let keyLog = TemporaryFolder.path(UUID().uuidString)
        let run = try await keyUpdate(
            server.port, "--echo-check", "--count", "3", "--interval", "1ms", "--keylog", keyLog)
        _ = try await run.report(ending: 0)
        let lines = try String(contentsOfFile: keyLog, encoding: .utf8).split(separator: "\n")
        for end in ["CLIENT", "SERVER"] {
            let secrets = lines.filter { $0.hasPrefix("\(end)_TRAFFIC_SECRET_N ") }
            #expect(secrets.count == 3 && Set(secrets).count == 3, "\(lines)")
            #expect(lines.count { $0.hasPrefix("\(end)_TRAFFIC_SECRET_0 ") } == 1)
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: keyLog)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(!run.output.contains(lines[0].split(separator: " ")[2]))
    }

    @Test(arguments: [["--send", "secret"], ["--elicit", "secret"], ["--http", "--http-path", "/secret"]])
    func whatTheUserGaveIsWithheld(_ data: [String]) async throws {
        let server = try await echo()
        let run = try await keyUpdate(
            server.port, data + ["--verify-name", "other.example", "--answer-timeout", "300ms"])
        let report = try await run.report(ending: 8)
        try checkKeyUpdates(report, KeyUpdateOrder(trigger: "handshake"))
        #expect(report["data.withheld"] == true && report["data.bytes_sent"] == 0)
        #expect(report["key_update.elicited"] == .null)
        // Our own probe still runs.
        #expect(report["key_update.attempts.0.sent"] == true)
        let served = try await server.report(of: 1)
        #expect(served["data.bytes_received"] == 0 && served["key_update.received_count"] == 1)
    }

    @Test func whatIsOursIsNotWithheld() async throws {
        let server = try await NginxServer("ssl_protocols TLSv1.3;", certificate: Fixtures.get().ecdsa)
        let run = try await keyUpdate(server.port, "--http", "--verify-name", "other.example")
        let report = try await run.report(ending: 8)
        try checkKeyUpdates(report, KeyUpdateOrder())
        #expect(report["data.withheld"] == false && report["data.http_status"] == 200)
        #expect(report["key_update.attempts.0.answered"] == "yes" && report["key_update.verdict.value"] == "yes")
        #expect(report["error.stage"] == "verify")
    }

    @Test func insecureSendsAll() async throws {
        let server = try await echo()
        let run = try await keyUpdate(server.port, "--send", "secret", "--verify-name", "other.example", "-k")
        let report = try await run.report(ending: 0)
        #expect(report["data.withheld"] == false && report["data.bytes_received"] == 6)
        #expect(report["verify.ok"] == false && report["key_update.verdict.value"] == "yes")
    }

    @Test func theLadderShowsEachKeyUpdate() async throws {
        let server = try await echo()
        let run = try await text(server.port, "--echo-check", "--count", "3", "--interval", "1ms", "-v")
        #expect(run.status == 0, "\(run)")
        let steps = (run.output + run.errors).split(separator: "\n").filter { $0.contains("key_update ") }
        #expect(steps.count == 6, "\(run)")
        #expect(steps.count { $0.contains("update_requested") } == 3)
        #expect(steps.count { $0.contains("update_not_requested") } == 3)
    }

    @Test func theTextFitsAScreen() async throws {
        let server = try await echo()
        let run = try await text(server.port, "--echo-check", "--count", "3", "--interval", "1ms")
        #expect(run.status == 0, "\(run)")
        #expect(run.output.contains("3 sent with update_requested"), "\(run)")
        #expect(run.output.contains("3 answered"), "\(run)")
        #expect(run.output.split(separator: "\n").count <= 24, "\(run)")
    }

    @Test func eventsCarryDirectionEpochAndGeneration() async throws {
        let server = try await echo()
        let run = try await Program.run([
            "keyupdate", "localhost:\(server.port)", "-4", "--ca", Fixtures.get().root.certificatePath, "--jsonl",
            "--echo-check", "--count", "2", "--interval", "1ms",
        ])
        #expect(run.status == 0, "\(run)")
        let updates = try await run.lines().filter { $0["event"] == "key_update" }
        #expect(updates.map { $0["dir"] } == ["sent", "received", "sent", "received"])
        #expect(updates.map { $0["generation"] } == [0, 0, 1, 1])
        #expect(updates.allSatisfy { $0["epoch"] == 3 && $0["bytes"] == 5 && $0["conn"] == 1 })
        #expect(
            updates.map { $0["request_update"] } == [
                "update_requested", "update_not_requested", "update_requested", "update_not_requested",
            ])
        // What follows an update is under the next keys.
        let lines = try await run.lines()
        let data = lines.filter { $0["event"] == "application_data" }
        #expect(data.count == 6)
    }
}
