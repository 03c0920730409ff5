import Foundation
import TestSupport
import Testing

/// `--load-session`: what is offered, what is not, and what is believed of a server that takes it.
@Suite(.serialized) struct LoadSessionTests {
    private static let unknown = "--load-session: the file does not say where its session is from"

    private func connect(
        _ server: OpenSSLServer, with path: String, _ more: String..., authority: String? = nil
    ) async throws -> ProgramRun {
        try await client("connect", server.port, ["--load-session", path] + more, authority: authority)
    }

    // MARK: Of other makers

    /// The server's certificates are not in it, so nobody knows who takes it.
    @Test(arguments: SessionKind.all, ["PEM", "DER"])
    func aSessionOfOpenSSLIsOfUnknownOrigin(kind: SessionKind, format: String) async throws {
        let server = try await kind.server()
        var path = newPath()
        let theirs = try await openSSLVisit(server.port, "-sess_out", path)
        try #require(theirs.status == 0 && FileManager.default.fileExists(atPath: path), "\(theirs)")
        if format == "DER" {
            path = try TemporaryFolder.write(OpenSSLCommand.run(["sess_id", "-in", path, "-outform", "DER"]))
        }
        let strict = try await connect(server, with: path)
        let report = try await strict.report(ending: 8)
        try await strict.expectResumed(by: kind)
        #expect(report["verify.ok"] == .null && report["certificates"] == [])
        #expect(report["error.message"]?.text?.contains("does not say how it was checked") == true)
        #expect(strict.errors.contains(Self.unknown))
        // A ticket of TLS 1.3 is good as often as the server likes, and s_server does.
        let careless = try await connect(server, with: path, "-k")
        #expect(try await careless.report(ending: 0)["verify.ok"] == .null)
        try await careless.expectResumed(by: kind)
        #expect(careless.errors.contains(Self.unknown))
    }

    /// A path is the user's; it stays home when nobody knows who would read it.
    @Test func nothingOfTheUsersIsSentToNobodyKnowsWhom() async throws {
        let server = try await SessionKind.ticket.server()
        let path = newPath()
        _ = try await openSSLVisit(server.port, "-sess_out", path)
        let report = try await connect(server, with: path, "--http-path", "/secret").report(ending: 8)
        #expect(report["data.withheld"] == true && report["data.bytes_sent"] == 0)
    }

    // MARK: For others

    /// A session file with other comment lines.
    private func changed(_ path: String, _ changes: (String, String)...) throws -> String {
        var text = try content(of: path)
        for (old, new) in changes {
            #expect(text.contains(old))
            text.replace(old, with: new)
        }
        return try TemporaryFolder.write(Array(text.utf8))
    }

    @Test func aSessionOfAnotherNameIsNotOffered() async throws {
        let server = try await SessionKind.psk.server()
        let path = try await savedSession(server.port)
        let other = try changed(
            path, ("target: localhost", "target: other.example"), ("sni: localhost", "sni: other.example"))
        let strict = try await connect(server, with: other)
        #expect(try await strict.report(ending: 0)["verify.ok"] == true)
        try await strict.expectNotOffered()
        #expect(
            strict.errors.contains(
                "--load-session: the session is for other.example, so it is not offered; -k offers it all the same"))
        let careless = try await connect(server, with: other, "-k")
        _ = try await careless.report(ending: 0)
        try await careless.expectResumed(by: .psk)
        #expect(!careless.errors.contains("not offered"))
    }

    @Test(arguments: [["--sni", "none"], ["--sni", "127.example"]])
    func norIsOneOfAnotherSNI(sni: [String]) async throws {
        let server = try await SessionKind.psk.server()
        let path = try await savedSession(server.port)
        let run = try await client(
            "connect", server.port, ["--load-session", path, "--verify-name", "localhost"] + sni)
        _ = try await run.report(ending: 0)
        try await run.expectNotOffered()
        #expect(run.errors.contains("so it is not offered"))
    }

    @Test func aSessionOfAnUntrustedServerIsNotOffered() async throws {
        let server = try await SessionKind.psk.server()
        let (path, other) = (newPath(), try CertificateAuthority("Others").certificatePath)
        _ = try await client("connect", server.port, ["--save-session", path, "-k"], authority: other)
        let strict = try await connect(server, with: path)
        #expect(try await strict.report(ending: 0)["verify.ok"] == true)
        try await strict.expectNotOffered()
        #expect(strict.errors.contains("--load-session: that server was not trusted, so it is not offered"))
        let careless = try await connect(server, with: path, "-k")
        _ = try await careless.report(ending: 0)
        try await careless.expectResumed(by: .psk)
    }

    @Test func anotherPortOfTheSameNameIsTheSameServer() async throws {
        let (one, two) = (try await SessionKind.psk.server(), try await SessionKind.psk.server())
        let path = try await savedSession(one.port)
        let run = try await connect(two, with: path)
        let report = try await run.report(ending: 0)
        // Its keys are others.
        #expect(report["tls.resumed"] == false && report["verify.ok"] == true)
        #expect(try await run.offer().mechanism == "psk")
    }

    // MARK: Believed again

    /// OpenSSL verifies nothing when a session is resumed (openssl-truth, T2).
    @Test(arguments: SessionKind.all)
    func theSavedChainIsVerifiedAgain(kind: SessionKind) async throws {
        let server = try await kind.server()
        let path = try await savedSession(server.port)
        let trusted = try await connect(server, with: path).report(ending: 0)
        #expect(trusted["verify.ok"] == true && trusted["certificates"]?.elements.count == 2)
        #expect(trusted["verify.checked_name"] == "localhost")

        let other = try CertificateAuthority("Others").certificatePath
        let run = try await connect(server, with: path, authority: other)
        let report = try await run.report(ending: 8)
        try await run.expectResumed(by: kind)
        #expect(report["verify.ok"] == false && report["verify.chain_ok"] == false)
        let careless = try await connect(server, with: path, "-k", authority: other).report(ending: 0)
        #expect(careless["verify.ok"] == false && careless["tls.resumed"] == true)
        let misnamed = try await connect(server, with: path, "--verify-name", "other.example").report(ending: 8)
        #expect(misnamed["verify.name_ok"] == false && misnamed["tls.resumed"] == true)
    }

    /// TLS 1.3 offers no ticket that is too old, so it is TLS 1.2 that would take it.
    @Test(arguments: [SessionKind.ticket, .identifier])
    func aCertificateExpiresMeanwhile(kind: SessionKind) async throws {
        let server = try await kind.server()
        let path = try await savedSession(server.port)
        let run = try await InstalledProgram.faketime.run([
            "-f", "+100d", Program.path, "connect", "localhost:\(server.port)", "-4", "--ca",
            Fixtures.get().root.certificatePath, "--json", "--load-session", path,
        ])
        #expect(run.status == 8, "\(run)")
        let report = try JSON(parsing: Array(run.output.utf8))
        #expect(report["tls.resumed"] == true && report["verify.ok"] == false)
        #expect(report["error.message"]?.text?.contains("expired") == true)
    }

    // MARK: Damaged

    @Test func whatIsNoSessionIsOurFault() async throws {
        let maker = try await SessionKind.psk.server()
        let session = try await savedSession(maker.port)
        let text = try content(of: session)
        let server = try RawServer.silent()
        let certificate = try content(of: Fixtures.get().root.certificatePath)
        let comments = text.split(separator: "\n").prefix(5).joined(separator: "\n")
        let start = "-----BEGIN SSL SESSION PARAMETERS-----\n"
        let broken = text.replacing(start + "M", with: start + "A")
        let files = [
            "", "\n", "garbage", comments, certificate, String(text.prefix(400)), broken, "\u{0}" + text.prefix(3),
            String(repeating: "x", count: 2 << 20),
        ]
        for file in files {
            let path = try TemporaryFolder.write(Array(file.utf8))
            let saved = try TemporaryFolder.write(Array("precious".utf8))
            let run = try await client("connect", server.port, ["--load-session", path, "--save-session", saved])
            let report = try await run.report(ending: 13)
            #expect(report["error.code"] == "file_unreadable" && report["error.stage"] == "local")
            let message = try #require(report["error.message"]?.text)
            #expect(message.hasPrefix("--load-session: ") && message.contains(path) && !message.contains("\n"))
            #expect(try content(of: saved) == "precious")
            #expect(try content(of: path) == file)
        }
        for path in [TemporaryFolder.url.path, newPath()] {
            let run = try await client("connect", server.port, ["--load-session", path])
            #expect(try await run.report(ending: 13)["error.code"] == "file_unreadable")
        }
        #expect(server.connectionCount == 0)
    }

    /// Whatever was changed, the run ends as one that resumed, or did not.
    @Test func damageIsSurvived() async throws {
        let server = try await ServeProcess()
        let path = newPath()
        _ = try await client("connect", server.port, ["--save-session", path], authority: server.authorityPath)
        let der = try OpenSSLCommand.run(["sess_id", "-in", path, "-outform", "DER"])
        for _ in 0..<20 {
            var bytes = der
            for _ in 0..<Int.random(in: 1...6) { bytes[Int.random(in: bytes.indices)] = .random(in: .min ... .max) }
            let damaged = try TemporaryFolder.write(bytes)
            let run = try await client(
                "connect", server.port, ["--load-session", damaged, "-k"], authority: server.authorityPath)
            #expect([0, 7, 9, 13].contains(run.status), "\(run) \(bytes)")
        }
    }
}
