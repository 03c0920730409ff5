import Foundation
import TestSupport
import Testing

/// `resume` against servers that people run: each mechanism, with and without what it needs.
@Suite struct ResumePeerTests {
    /// What a server is started with, what is asked, and what comes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var server: [String]
        var client: [String] = []
        var result: ResumptionExpectation
        var code: Int32 = 0
        var error: String?
        var verdict = "yes"

        static func no(_ server: [String], _ result: ResumptionExpectation) -> Case { no(server, [], result) }

        static func no(_ server: [String], _ client: [String], _ result: ResumptionExpectation) -> Case {
            Case(
                server: server, client: client, result: result, code: 10,
                error: result.mechanism == nil ? "no_ticket" : "not_resumed", verdict: "no")
        }

        static func unknown(_ server: [String], _ client: [String] = []) -> Case {
            Case(
                server: server, client: client, result: .missed("no_ticket"), code: 12, error: "no_ticket",
                verdict: "unknown")
        }

        var testDescription: String { "\(server) \(client)" }

        func check(_ run: ProgramRun, attempts: Int = 2, sourceLocation: SourceLocation = #_sourceLocation) async throws
        {
            let report = try await run.resumption(
                ending: code, error, verdict: verdict, .init(repeating: result, count: attempts),
                sourceLocation: sourceLocation)
            #expect(report["tls.resumed"] == false, sourceLocation: sourceLocation)
            let outcome: JSON = [0: "ok", 10: "unmet", 12: "inconclusive"][code] ?? .null
            #expect(report["outcome"] == outcome, sourceLocation: sourceLocation)
        }
    }

    /// It serves one client at a time, and waits half a second after each.
    @Test(arguments: [
        Case(server: ["-tls1_2"], result: .taken("ticket")),
        Case(server: ["-tls1_2"], client: ["--mechanism", "ticket"], result: .taken("ticket")),
        Case(server: ["-tls1_2"], client: ["--mechanism", "id"], result: .taken("id")),
        Case(server: ["-tls1_2", "-no_ticket"], result: .taken("id")),
        Case(server: ["-tls1_2", "-no_ticket"], client: ["--mechanism", "id"], result: .taken("id")),
        Case(server: ["-tls1_2", "-no_cache"], result: .taken("ticket")),
        Case.no(["-tls1_2", "-no_cache"], ["--mechanism", "id"], .missed("no_ticket")),
        Case.no(["-tls1_2", "-no_ticket"], ["--mechanism", "ticket"], .missed("no_ticket")),
        Case.no(["-tls1_2", "-no_cache", "-no_ticket"], .missed("no_ticket")),
        Case(server: ["-tls1_3"], result: .taken("psk")),
        Case(server: ["-tls1_3"], client: ["--mechanism", "psk"], result: .taken("psk")),
        Case(server: ["-tls1_3", "-no_ticket"], result: .taken("psk")),
        Case(server: ["-tls1_3", "-no_cache"], result: .taken("psk")),
        Case.no(["-tls1_3", "-no_cache", "-no_ticket"], .missed("unknown", "psk")),
        Case.unknown(["-tls1_3", "-num_tickets", "0"]),
        Case.unknown(["-tls1_3", "-num_tickets", "0"], ["--elicit", "none"]),
        Case(server: [], client: ["--mechanism", "psk"], result: .taken("psk")),
        Case(server: [], client: ["--mechanism", "ticket"], result: .taken("ticket")),
        Case(server: [], client: ["--mechanism", "id"], result: .taken("id")),
        Case(server: [], client: ["--mechanism", "auto"], result: .taken("psk")),
    ])
    func opensslServer(_ test: Case) async throws {
        let server = try await OpenSSLServer(test.server, certificate: Fixtures.get().ecdsa)
        try await test.check(try await resume(server.port, test.client + ["--count", "2"]))
    }

    /// Once it has been made to write, there is no doubt any more.
    @Test func aServerThatWritesAndHandsOutNothingIsANo() async throws {
        let server = try await OpenSSLServer(
            "-tls1_3", "-rev", "-num_tickets", "0", certificate: Fixtures.get().ecdsa)
        let test = Case.no(["-rev"], .missed("no_ticket"))
        try await test.check(try await resume(server.port, "--elicit", "turn\n", "--count", "2"))
    }

    @Test(arguments: [
        Case(server: ["--echo"], client: ["--tls", "1.2"], result: .taken("ticket")),
        Case(server: ["--echo"], client: ["--mechanism", "id"], result: .taken("id")),
        Case(server: ["--echo"], client: ["--mechanism", "ticket"], result: .taken("ticket")),
        Case(server: ["--echo"], client: ["--mechanism", "psk"], result: .taken("psk")),
        Case(server: ["--echo"], result: .taken("psk")),
        Case(server: ["--echo", "--noticket"], client: ["--tls", "1.2"], result: .taken("id")),
        Case.unknown(["--echo", "--noticket"]),
        Case.no(["--echo", "--noticket", "--nodb"], ["--tls", "1.2"], .missed("id_not_echoed", "id")),
    ])
    func gnuTLS(_ test: Case) async throws {
        let server = try await GnuTLSServer(
            test.server[0], test.server.count > 1 ? test.server[1] : "--echo", test.server.last ?? "--echo",
            certificate: Fixtures.get().ecdsa)
        try await test.check(try await resume(server.port, test.client + ["--count", "2"]))
    }

    /// It leaves the key exchange out; a client that insists on one it gives nothing to come back with.
    @Test func withoutAKeyExchangeWhenBothAllowIt() async throws {
        let server = try await GnuTLSServer("--echo", "--priority", "NORMAL:+PSK", certificate: Fixtures.get().ecdsa)
        var result = ResumptionExpectation.taken("psk")
        result.usesPSKAlone = true
        try await resume(server.port, "--allow-psk-ke", "--count", "2")
            .resumption(ending: 0, verdict: "yes", [result, result])
        try await resume(server.port, "--count", "1")
            .resumption(ending: 12, "no_ticket", verdict: "unknown", [.missed("no_ticket")])
    }

    /// OpenSSL's servers do not leave it out.
    @Test func allowingItIsNotDoingIt() async throws {
        let server = try await serveResumable()
        let run = try await resume(server.port, "--allow-psk-ke", "--count", "1")
        try await run.resumption(ending: 0, verdict: "yes", [.taken("psk")])
    }

    @Test(arguments: [
        Case(server: [], client: ["--tls", "1.2"], result: .taken("ticket")),
        Case(server: [], client: ["--tls", "1.3"], result: .taken("psk")),
        // Its cache is off: what it names or hands out it does not remember.
        Case.no(["ssl_session_tickets off;"], ["--tls", "1.2"], .missed("id_not_echoed", "id")),
        Case.no(["ssl_session_tickets off;"], ["--tls", "1.3"], .missed("unknown", "psk")),
        Case(
            server: ["ssl_session_tickets off;", "ssl_session_cache shared:x:1m;"], client: ["--tls", "1.2"],
            result: .taken("id")),
        Case(
            server: ["ssl_session_tickets off;", "ssl_session_cache shared:x:1m;"], client: ["--tls", "1.3"],
            result: .taken("psk")),
        Case(
            server: ["ssl_session_cache shared:x:1m;"], client: ["--mechanism", "id"], result: .taken("id")),
        Case(
            server: ["ssl_session_cache shared:x:1m;"], client: ["--mechanism", "ticket"], result: .taken("ticket")),
    ])
    func nginx(_ test: Case) async throws {
        let server = try await NginxServer(
            "ssl_protocols TLSv1.2 TLSv1.3; " + test.server.joined(separator: " "), certificate: Fixtures.get().ecdsa)
        try await test.check(try await resume(server.port, test.client + ["--count", "2"]))
    }

    @Test(arguments: [
        Case(server: ["stateless"], client: ["--tls", "1.2"], result: .taken("ticket")),
        Case(server: ["stateless"], client: ["--tls", "1.3"], result: .taken("psk")),
        Case(server: ["stateless"], client: ["--mechanism", "id"], result: .taken("id")),
        Case(server: ["stateful"], client: ["--tls", "1.2"], result: .taken("id")),
        Case(server: ["stateful"], client: ["--tls", "1.3"], result: .taken("psk")),
        Case.no(["stateful"], ["--mechanism", "ticket"], .missed("no_ticket")),
        Case.no(["off"], ["--tls", "1.2"], .missed("no_ticket")),
        Case.unknown(["off"], ["--tls", "1.3"]),
        Case.no(["off"], ["--tls", "1.3", "--http"], .missed("no_ticket")),
    ])
    func serve(_ test: Case) async throws {
        let server = try await serveResumable("--ticket-mode", test.server[0])
        try await test.check(try await resume(server.port, test.client), attempts: 3)
        let reports = try await server.finish().connections()
        let isTaken = test.result.whyNot == nil
        let resumed = isTaken ? [false, true, false, true, false, true] : [false, false, false]
        #expect(reports.map { $0["session.resumed"] == true } == resumed)
        #expect(reports.allSatisfy { $0["ok"] == true })
    }

    @Test(arguments: [("1.3", "id"), ("1.3", "ticket"), ("1.2", "psk")])
    func aMechanismBelongsToAVersion(spoken: String, mechanism: String) async throws {
        let server = try await serveResumable("--tls", spoken)
        let report = try await resume(server.port, "--mechanism", mechanism).report(ending: 11)
        #expect(report["outcome"] == "not_applicable" && report["error.code"] == "wrong_version")
        #expect(report["error.alert.number"] == 70 && report["resumption"] == .null)
        #expect(report["error.hint"] == "--mechanism auto takes what the server has")
    }

    /// Each with the newest session, or all with the same: a server with sealed tickets takes both.
    @Test(arguments: ["--reuse-ticket", "--lineage"], ["1.2", "1.3"])
    func comesBackAgainAndAgain(option: String, version: String) async throws {
        let server = try await serveResumable()
        let run = try await resume(server.port, option, "5", "--tls", version)
        let attempt = ResumptionExpectation.taken(version == "1.2" ? "ticket" : "psk")
        let report = try await run.resumption(ending: 0, verdict: "yes", .init(repeating: attempt, count: 5))
        #expect(report["resumption.full.count"] == 1)
        #expect(report["resumption.abbreviated.count"] == 5)
    }

    @Test(arguments: ["1.2", "1.3"])
    func aSessionFromAFileNeedsNoFullHandshake(version: String) async throws {
        let server = try await serveResumable("--tls", version)
        let file = TemporaryFolder.path(UUID().uuidString)
        let saved = try await connect(server.port, ["--save-session", file] + patiently)
        #expect(saved.status == 0, "\(saved)")
        let run = try await resume(server.port, "--load-session", file)
        let report = try await run.resumption(
            ending: 0, verdict: "yes", [.taken(version == "1.2" ? "ticket" : "psk")])
        #expect(report["tls.resumed"] == true && report["resumption.full.count"] == 0)
        #expect(report["verify.ok"] == true && report["tls.version"] == .string("TLSv" + version))
    }

    /// What is offered along with it may win.
    @Test func aSessionOfAnOlderVersionGivesWay() async throws {
        let server = try await serveResumable()
        let file = TemporaryFolder.path(UUID().uuidString)
        let saved = try await connect(server.port, ["--tls", "1.2", "--save-session", file] + patiently)
        #expect(saved.status == 0, "\(saved)")
        try await resume(server.port, "--load-session", file)
            .resumption(ending: 10, "not_resumed", verdict: "no", [.missed("version_changed", "ticket")])
        try await resume(server.port, "--load-session", file, "--tls", "1.2")
            .resumption(ending: 0, verdict: "yes", [.taken("ticket")])
        // The other way round there is nothing to offer.
        let newer = try await connect(server.port, ["--save-session", file] + patiently)
        #expect(newer.status == 0, "\(newer)")
        try await resume(server.port, "--load-session", file, "--tls", "1.2")
            .resumption(ending: 12, "not_resumed", verdict: "unknown", [.missed("not_offered")])
    }

    /// A connection is over when its turn is: a thousand of them need no thousand descriptors.
    @Test func manyAttemptsNeedFewDescriptors() async throws {
        let server = try await serveResumable()
        let command = "ulimit -n 64; exec \"$0\" \"$@\""
        let run = try await InstalledProgram.sh.run(
            [
                "-c", command, Program.path, "resume", "localhost:\(server.port)", "-4", "--ca",
                Fixtures.get().root.certificatePath, "--json", "--lineage", "100",
            ])
        #expect(run.status == 0, "\(run)")
    }
}
