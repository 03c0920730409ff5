import Foundation
import TestSupport
import Testing

/// Several targets on one command line, one after the other: a result for each, and the exit code of the gravest.
@Suite struct SeveralTargetsTests {
    /// One that is trusted, one where nobody listens, one that is not trusted.
    private struct Three {
        let trusted: OpenSSLServer
        let untrusted: OpenSSLServer

        init() async throws {
            trusted = try await OpenSSLServer("-www", certificate: Fixtures.get().ecdsa)
            untrusted = try await OpenSSLServer("-www", certificate: IssuedCertificate.selfSigned())
        }

        var targets: [String] { ["localhost:\(trusted.port)", "localhost:1", "localhost:\(untrusted.port)"] }

        func run(_ command: String, _ arguments: String...) async throws -> ProgramRun {
            let authority = try Fixtures.get().root.certificatePath
            return try await Program.run([command] + targets + ["-4", "--ca", authority, "--jobs", "1"] + arguments)
        }
    }

    @Test(arguments: ["connect", "tickets"])
    func eachHasALineOfJSON(command: String) async throws {
        let three = try await Three()
        let run = try await three.run(command, "--json")
        #expect(run.status == 4, "\(run)")
        let reports = try await run.lines()
        #expect(reports.map { $0["target.input"]?.text } == three.targets)
        #expect(reports.map { $0["outcome"] } == ["ok", "connect", "verify"])
        #expect(reports.map { $0["exit_code"] } == [0, 4, 8])
        #expect(reports.map { $0["command"] } == Array(repeating: .string(command), count: 3))
    }

    @Test(arguments: ["connect", "tickets"])
    func eachHasALineOfText(command: String) async throws {
        let three = try await Three()
        let run = try await three.run(command)
        #expect(run.status == 4 && run.errors.isEmpty, "\(run)")
        let lines = run.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 4, "\(run)")
        for (line, target) in zip(lines, three.targets) { #expect(line.contains(target)) }
        #expect(lines[1].contains("(exit 4, connect)") && lines[2].contains("(exit 8, verify)"))
        #expect(lines[3] == "3 targets: 1 ok, 1 connect, 1 verify")
    }

    @Test func theGravestDecidesInAnyOrder() async throws {
        let three = try await Three()
        let authority = try Fixtures.get().root.certificatePath
        for targets in [three.targets, three.targets.reversed()] {
            let run = try await Program.run(["connect"] + targets + ["-4", "--ca", authority, "-q"])
            #expect(run.status == 4, "\(run)")
        }
        let twice = [three.targets[0], three.targets[0]]
        let run = try await Program.run(["connect"] + twice + ["-4", "--ca", authority])
        #expect(run.status == 0 && run.output.hasSuffix("\n2 targets: 2 ok\n"), "\(run)")
    }

    @Test(arguments: ["connect", "tickets"])
    func theLastEventCountsThemAll(command: String) async throws {
        let three = try await Three()
        let run = try await three.run(command, "--jsonl")
        #expect(run.status == 4, "\(run)")
        let lines = try await run.lines()
        #expect(lines.filter { $0["event"] == "run_done" }.count == 1)
        let last = try #require(lines.last)
        #expect(last["event"] == "run_done" && last["targets"] == 3 && last["exit_code"] == 4)
        guard case .object(let counts) = try #require(last["by_outcome"]) else {
            Issue.record("by_outcome is no object: \(run)")
            return
        }
        #expect(counts.filter { $0.value != 0 } == ["ok": 1, "connect": 1, "verify": 1])
        let summaries = lines.filter { $0["event"] == "summary" }
        #expect(summaries.map { $0["target"]?.text } == three.targets)
    }

    @Test func pathsHaveALineEach() async throws {
        let run = try await Three().run("connect", "--get", "outcome,exit_code")
        #expect(run.status == 4, "\(run)")
        #expect(run.output == "ok\t0\nconnect\t4\nverify\t8\n")
        #expect(run.errors.split(separator: "\n").count == 2)
    }

    @Test func quietTellsWhatFailedAlone() async throws {
        let three = try await Three()
        let run = try await three.run("connect", "-q")
        #expect(run.status == 4 && run.outputBytes.isEmpty, "\(run)")
        let lines = run.errors.split(separator: "\n")
        try #require(lines.count == 2, "\(run)")
        #expect(lines[0].contains(three.targets[1]) && lines[1].contains(three.targets[2]))
    }

    @Test(arguments: ["--save-certs", "--save-session"])
    func filesNeedAName(option: String) async throws {
        let server = try RawServer.silent()
        let path = newPath()
        let target = "localhost:\(server.port)"
        let run = try await Program.run(["connect", target, target, option, path])
        #expect(run.status == 64 && run.outputBytes.isEmpty, "\(run)")
        #expect(run.errors.contains(option) && run.errors.contains("{host}"))
        #expect(server.connectionCount == 0)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func filesAreNamedAfterHostAndAddress() async throws {
        let server = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        let (certificates, session) = (newPath(), newPath())
        let authority = try Fixtures.get().root.certificatePath
        let run = try await Program.run(
            [
                "connect", "localhost:\(server.port)", "127.0.0.1:\(server.port)", "-4", "--ca", authority,
                "--save-certs", certificates + "-{host}-{address}", "--save-session", session + "-{host}",
            ] + patiently)
        #expect(run.status == 0, "\(run)")
        for host in ["localhost", "127.0.0.1"] {
            #expect(try content(of: certificates + "-\(host)-127.0.0.1").contains("BEGIN CERTIFICATE"))
            #expect(try mode(of: session + "-\(host)") == 0o600)
        }
    }

    @Test func anInterruptionKeepsWhatIsDone() async throws {
        let server = try await OpenSSLServer("-www", certificate: Fixtures.get().ecdsa)
        let silent = try RawServer.silent()
        let authority = try Fixtures.get().root.certificatePath
        let arguments = [
            "connect", "localhost:\(server.port)", "localhost:\(silent.port)", "localhost:\(server.port)", "-4",
            "--jobs", "1",
            "--timeout", "60s", "--ca", authority,
        ]
        let (status, output) = try await OwnThread.run {
            let child = try ChildProcess(Program.path, arguments)
            child.wait(seconds: 20) { silent.connectionCount > 0 }
            child.signal(SIGINT)
            child.wait(seconds: 20)
            return (child.ending?.status, String(decoding: child.output, as: UTF8.self))
        }
        #expect(status == 130, "\(output)")
        let lines = output.split(separator: "\n")
        try #require(lines.count == 3, "\(output)")
        #expect(lines[0].contains("localhost:\(server.port)") && lines[1].contains("localhost:\(silent.port)"))
        #expect(lines[2] == "3 targets: 1 ok, 1 signal, 1 not tried")
    }
}
