import Foundation
import TestSupport
import Testing

/// `--save-session`: the file, who can read it, and what is left of the one before.
@Suite(.serialized) struct SaveSessionTests {
    @Test(arguments: SessionKind.all)
    func theFileIsOursAndOpenSSLs(kind: SessionKind) async throws {
        let server = try await kind.server()
        let path = try await savedSession(server.port)
        #expect(try mode(of: path) == 0o600)
        let lines = try content(of: path).split(separator: "\n")
        #expect(
            lines.prefix(4) == [
                "# sslprobe session", "# target: localhost:\(server.port)", "# sni: localhost", "# verdict: trusted",
            ])
        #expect(lines[4].wholeMatch(of: /# time: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        #expect(
            lines[5...7] == [
                "# address: 127.0.0.1", "# client-certificate: no", "-----BEGIN SSL SESSION PARAMETERS-----",
            ])
        // The leaf and the intermediate, as they were sent.
        #expect(lines.count { $0 == "-----BEGIN CERTIFICATE-----" } == 2)
        let text = String(decoding: try OpenSSLCommand.run(["sess_id", "-in", path, "-text", "-noout"]), as: UTF8.self)
        #expect(text.contains("Protocol  : \(kind.isModern ? "TLSv1.3" : "TLSv1.2")"))
        let theirs = try await openSSLVisit(server.port, "-sess_in", path)
        #expect(theirs.status == 0 && theirs.output.contains("Reused, TLSv1."), "\(theirs)")
        let ours = try await client("connect", server.port, ["--load-session", path])
        _ = try await ours.report(ending: 0)
        try await ours.expectResumed(by: kind)
    }

    @Test func tellsWhereItIs() async throws {
        let server = try await SessionKind.psk.server()
        let path = newPath()
        let run = try await client("connect", server.port, ["--save-session", path])
        let events = try #require(try await run.report(ending: 0)["events"]).elements
        #expect(events.filter { $0["event"] == "session_saved" }.map { $0["file"] } == [.string(path)])
        // The secret is in the file alone.
        let secret = try OpenSSLCommand.run(["sess_id", "-in", path, "-text", "-noout"])
        let key = try #require(
            String(decoding: secret, as: UTF8.self).firstMatch(of: /(?:Resumption PSK|Master-Key): ([0-9A-F]+)/))
        #expect(!(run.output + run.errors).lowercased().contains(key.output.1.lowercased()))
    }

    /// Each has a session to come back with, whatever else it was for.
    @Test(
        arguments: [
            ("tickets", .psk), ("resume", .psk), ("keyupdate", .psk), ("connect", .ticket), ("tickets", .ticket),
            ("resume", .identifier), ("renegotiate", .ticket), ("renegotiate", .identifier),
        ] as [(String, SessionKind)])
    func everyCommandSavesAndComesBack(command: String, kind: SessionKind) async throws {
        let server = try await kind.server("-client_renegotiation")
        let path = newPath()
        // The server closes after its answer: whatever comes of an update is not the question here.
        let more = command == "keyupdate" ? ["--elicit", "http"] : []
        let run = try await client(command, server.port, ["--save-session", path] + more)
        #expect([0, 10, 12].contains(run.status), "\(run)")
        let origin = try content(of: path).split(separator: "\n").prefix(3)
        #expect(origin.last == "# sni: localhost", "\(run)")
        let again = try await client(command, server.port, ["--load-session", path] + more)
        #expect(again.status == run.status, "\(again)")
        try await again.expectResumed(by: kind)
        #expect(try await again.report()["verify.ok"] == true)
        try await client("connect", server.port, ["--load-session", path]).expectResumed(by: kind)
    }

    @Test func theLatestTicketIsSaved() async throws {
        let server = try await SessionKind.psk.server()
        let path = try await savedSession(server.port)
        let first = try content(of: path)
        let run = try await client(
            "connect", server.port, ["--load-session", path, "--save-session", path] + patiently)
        _ = try await run.report(ending: 0)
        try await run.expectResumed(by: .psk)
        #expect(try content(of: path) != first && mode(of: path) == 0o600)
        try await client("connect", server.port, ["--load-session", path]).expectResumed(by: .psk)
    }

    /// Up to TLS 1.2 no other comes in place of the one that was taken.
    @Test(arguments: [SessionKind.ticket, .identifier])
    func theOneThatWasTakenStaysGood(kind: SessionKind) async throws {
        let server = try await kind.server()
        let (path, copy) = (try await savedSession(server.port), newPath())
        for _ in 0..<2 {
            let run = try await client("connect", server.port, ["--load-session", path, "--save-session", copy])
            _ = try await run.report(ending: 0)
            try await run.expectResumed(by: kind)
            #expect(try content(of: copy) == content(of: path))
        }
    }

    @Test func noSessionIsUnmet() async throws {
        let server = try await SessionKind.psk.server("-num_tickets", "0")
        let path = try TemporaryFolder.write(Array("precious".utf8))
        let report = try await client("connect", server.port, ["--save-session", path]).report(ending: 10)
        #expect(report["error.code"] == "no_ticket" && report["error.stage"] == "post_handshake")
        #expect(try content(of: path) == "precious")
    }

    /// Whoever could not be trusted then cannot be trusted because of it later.
    @Test func nothingIsSavedOfAnUntrustedServer() async throws {
        let server = try await SessionKind.psk.server()
        let (path, other) = (newPath(), try CertificateAuthority("Others").certificatePath)
        for command in ["connect", "tickets", "resume"] {
            let run = try await client(command, server.port, ["--save-session", path], authority: other)
            let events = try #require(try await run.report(ending: 8)["events"]).elements
            #expect(!FileManager.default.fileExists(atPath: path))
            #expect(!events.contains { $0["event"] == "session_saved" })
        }
        let careless = try await client("connect", server.port, ["--save-session", path, "-k"], authority: other)
        _ = try await careless.report(ending: 0)
        #expect(try content(of: path).contains("# verdict: untrusted\n"))
        let unchecked = try await client("connect", server.port, ["--save-session", path], authority: "none")
        _ = try await unchecked.report(ending: 0)
        #expect(try content(of: path).contains("# verdict: unchecked\n"))
    }

    @Test func aSymbolicLinkIsRefused() async throws {
        let server = try await SessionKind.psk.server()
        let (link, target) = (newPath(), try TemporaryFolder.write(Array("precious".utf8)))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        let report = try await client("connect", server.port, ["--save-session", link]).report(ending: 13)
        #expect(report["error.code"] == "file_unwritable")
        #expect(report["error.message"]?.text?.contains("a symbolic link") == true)
        #expect(try content(of: target) == "precious")
        #expect(report["tls.version"] == "TLSv1.3")
    }

    @Test func whatCannotBeWrittenIsOurFault() async throws {
        let server = try await SessionKind.psk.server()
        let file = try TemporaryFolder.write([])
        for path in [TemporaryFolder.path("none/such"), TemporaryFolder.url.path, file + "/below", "/dev/full"] {
            let report = try await client("connect", server.port, ["--save-session", path]).report(ending: 13)
            #expect(report["error.code"] == "file_unwritable" && report["error.stage"] == "local")
            #expect(report["error.message"]?.text?.hasPrefix("--save-session: ") == true)
            #expect(report["error.message"]?.text?.contains(path) == true)
        }
    }

    /// The disk takes 512 bytes, and the session is longer.
    @Test func aFullDiskLeavesTheOldFile() async throws {
        let server = try await SessionKind.psk.server()
        let folder = newPath()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let path = folder + "/session"
        try FileManager.default.copyItem(atPath: await savedSession(server.port), toPath: path)
        let before = try content(of: path)
        let script = """
            import os, resource, signal, sys
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))
            os.execv(sys.argv[1], sys.argv[1:])
            """
        let run = try await InstalledProgram.python3.run([
            "-c", script, Program.path, "connect", "localhost:\(server.port)", "-4", "--ca",
            Fixtures.get().root.certificatePath, "--json", "--save-session", path,
        ])
        #expect(run.status == 13, "\(run)")
        #expect(try JSON(parsing: Array(run.output.utf8))["error.code"] == "file_unwritable")
        #expect(try content(of: path) == before)
        // Nothing half-written stays beside it.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["session"])
    }

    /// With its input at the end s_client leaves before the tickets come, and saves nothing.
    @Test func twentyOfTwentyAreSavedWithoutAnInput() async throws {
        let server = try await SessionKind.psk.server()
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(null) }
        var saved = 0
        for _ in 0..<20 {
            let path = newPath()
            let run = try await client(
                "connect", server.port, ["--save-session", path], input: .descriptor(null))
            #expect(run.status == 0, "\(run)")
            if FileManager.default.fileExists(atPath: path) { saved += 1 }
        }
        #expect(saved == 20)
    }
}
