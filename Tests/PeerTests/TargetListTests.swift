import Foundation
import Glibc
import TestSupport
import Testing

/// `--targets`, `--jobs`, `--retry`: many targets, none lost.
@Suite struct TargetListTests {
    private func connect(_ list: String, _ arguments: String..., authority: String) async throws -> ProgramRun {
        // A pipe holds less than the longest of these lists.
        let file = open(try TemporaryFolder.write(Array(list.utf8)), O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        return try await Program.run(
            ["connect", "--targets", "-", "-4", "--ca", authority, "--json"] + arguments, input: .descriptor(file),
            limit: 240)
    }

    private func reports(_ run: ProgramRun) throws -> [JSON] {
        try run.output.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
    }

    /// Five thousand lines, of which two in five fail in five different ways: every one gets its own result.
    @Test func losesNone() async throws {
        let server = try await ServeProcess("--max-connections", "10000")
        let rude = try RawServer { client in
            _ = client.send(Array("220 mail.example ESMTP\r\n".utf8))
            client.drain()
        }
        let silent = try RawServer.silent()
        let kinds: [(line: String, code: Double)] = [
            ("localhost:\(server.port)", 0), ("localhost:\(server.port)", 0), ("localhost:\(server.port)", 0),
            ("127.0.0.1:1", 4), ("127.0.0.1:\(server.port)\tother.example", 8),
        ]
        // Some of the failures cost time or a lookup, and need not be that many.
        let rare: [Int: (line: String, code: Double)] = [
            3: ("localhost:\(rude.port)", 7), 203: ("localhost:\(silent.port)", 5), 403: ("bad/line", 64),
            603: ("nosuch.invalid", 3),
        ]
        let entries = (0..<5000).map { number in rare[number % 1000] ?? kinds[number % kinds.count] }
        let run = try await connect(
            entries.map(\.line).joined(separator: "\n"), "--timeout", "2s", "--jobs", "64",
            authority: server.authorityPath)
        #expect(run.status == 64, "\(run.errors.prefix(1000))")
        let reports = try reports(run)
        try #require(reports.count == entries.count)
        func tally(_ results: [(String, Double)]) -> [String: Int] {
            Dictionary(results.map { ("\($0.0) \($0.1)", 1) }, uniquingKeysWith: +)
        }
        let told = reports.map { ($0["target.input"]?.text ?? "", $0["exit_code"]?.double ?? -1) }
        let expected = entries.map { (String($0.line.prefix { $0 != "\t" }), $0.code) }
        #expect(tally(told) == tally(expected))
    }

    /// The first line is answered while the second is not written yet.
    @Test func doesNotWaitForTheEndOfTheList() async throws {
        let server = try await ServeProcess()
        let line = "localhost:\(server.port)\n"
        let outputs = try await OwnThread.run {
            let child = try ChildProcess(
                Program.path, ["connect", "--targets", "-", "-4", "--ca", server.authorityPath, "--get", "exit_code"])
            child.type(line)
            child.wait(seconds: 20) { String(decoding: child.output, as: UTF8.self) == "0\n" }
            let first = String(decoding: child.output, as: UTF8.self)
            child.type(line)
            child.wait(seconds: 20) { String(decoding: child.output, as: UTF8.self) == "0\n0\n" }
            let both = String(decoding: child.output, as: UTF8.self)
            child.signal(SIGINT)
            child.wait(seconds: 20)
            return [first, both, child.ending.map { "\($0.status)" } ?? "runs"]
        }
        #expect(outputs == ["0\n", "0\n0\n", "130"])
    }

    @Test func asksSeveralAtOnceAndNoMore() async throws {
        let silent = try RawServer.silent()
        let list = Array(repeating: "127.0.0.1:\(silent.port)", count: 6).joined(separator: "\n")
        let run = try await connect(
            list, "--timeout", "1s", "--jobs", "3", authority: Fixtures.get().root.certificatePath)
        #expect(run.status == 5)
        #expect(try reports(run).count == 6)
        // Two rounds of a second; one after the other they would be six.
        #expect((1.9...4.5).contains(run.seconds), "\(run.seconds)")
    }

    @Test func tellsTheLineOfAMistake() async throws {
        let run = try await connect("# none\n\nbad/line\n", authority: Fixtures.get().root.certificatePath)
        let report = try #require(try reports(run).first)
        #expect(report["outcome"] == "usage" && report["exit_code"] == 64 && report["target.input"] == "bad/line")
        #expect(report["error.code"] == "bad_target" && report["error.stage"] == "arguments")
        #expect(report["error.message"]?.text?.hasPrefix("line 3: \"bad/line\"") == true)
        #expect(report["target.host"] == .null && report["target.sni"] == .null)
    }

    /// Who makes the list may have failed.
    @Test func anEmptyListIsAMistake() async throws {
        let run = try await Program.run(["connect", "--targets", "-"], input: .bytes(Array("# nothing\n".utf8)))
        #expect(run.status == 64 && run.output == "0 targets\n", "\(run)")
        #expect(run.errors == "sslprobe: no target: the list is empty\n", "\(run)")
    }

    @Test(arguments: ["/nonexistent", "/"])
    func aListThatCannotBeReadIsOurFault(path: String) async throws {
        let run = try await Program.run(["connect", "--targets", path, "--json"])
        let report = try await run.report(ending: 13)
        #expect(report["error.message"]?.text?.hasPrefix("--targets: ") == true)
        #expect(report["target.input"] == .string(path) && report["target.host"] == .null)
    }

    /// Each line of JSON lines says whose it is, and the last one counts them.
    @Test func countsThemAtTheEnd() async throws {
        let server = try await ServeProcess()
        let run = try await Program.run(
            ["connect", "--targets", "-", "-4", "--ca", server.authorityPath, "--jsonl"],
            input: .bytes(Array("localhost:\(server.port)\n127.0.0.1:1\n".utf8)))
        #expect(run.status == 4)
        let events = try reports(run)
        #expect(events.filter { $0["event"] == "summary" }.count == 2)
        let last = try #require(events.last)
        #expect(last["event"] == "run_done" && last["targets"] == 2 && last["exit_code"] == 4)
        #expect(last["by_outcome.ok"] == 1 && last["by_outcome.connect"] == 1)
    }

    @Test func asksAgainWhereNobodyWasReached() async throws {
        let server = try RawServer.silent()
        let run = try await connect(
            "127.0.0.1:\(server.port)", "--timeout", "500ms", "--retry", "2", "--retry-delay", "10ms",
            authority: Fixtures.get().root.certificatePath)
        let report = try #require(try reports(run).first)
        #expect(run.status == 5 && server.connectionCount == 3)
        // What is told of waiting is told of the last try.
        let waited = try #require(report["error.message"]?.text?.firstMatch(of: /in (\d+) ms$/)?.output.1)
        #expect((500..<1000).contains(try #require(Int(waited))))
    }

    /// A later try is a first connection as well: its files are written.
    @Test func theTryThatSucceedsWritesTheFiles() async throws {
        let server = try await ServeProcess()
        let silent = try RawServer.silent()
        let relay = try AlternatingRelay(to: [silent.port, server.port], cycles: false)
        let path = newPath()
        let run = try await connect(
            "localhost:\(relay.port)", "--timeout", "1s", "--retry", "1", "--retry-delay", "0", "--save-certs",
            path + "{port}", authority: server.authorityPath)
        #expect(run.status == 0, "\(run)")
        #expect(try content(of: path + "\(relay.port)").contains("BEGIN CERTIFICATE"))
    }

    /// Neither a list that does not end nor the pause before another try keeps a run from ending.
    @Test(
        arguments: [
            (["--targets", "-"], SIGINT, 130), (["--targets", "-"], SIGTERM, 143),
            (["localhost:1", "--retry", "1", "--retry-delay", "60s"], SIGINT, 130),
        ] as [([String], Int32, Int32)])
    func aSignalWhileNothingIsAsked(arguments: [String], signal: Int32, code: Int32) async throws {
        let status = try await OwnThread.run {
            let child = try ChildProcess(Program.path, ["connect", "-4", "--jsonl"] + arguments)
            if arguments[0] == "--targets" {
                child.type("localhost:1\n")
            }
            // The first try is over, and the next event is far away.
            child.wait(seconds: 20) { String(decoding: child.output, as: UTF8.self).contains("\"tcp_failed\"") }
            child.signal(signal)
            child.wait(seconds: 20)
            return child.ending?.status
        }
        #expect(status == code)
    }

    @Test func theRunEndsThoughTheListDoesNot() async throws {
        let (status, output) = try await OwnThread.run {
            let child = try ChildProcess(
                Program.path, ["connect", "--targets", "-", "--max-time", "1s", "--get", "exit_code"])
            child.type("127.0.0.1:1\n")
            child.wait(seconds: 20)
            return (child.ending?.status, String(decoding: child.output, as: UTF8.self))
        }
        #expect(status == 4 && output == "4\n", "\(output)")
    }

    /// However soon the run has to end, who asks has an answer.
    @Test(arguments: ["1ms", "50ms"])
    func aRunThatIsOverAtOnceHasAResult(time: String) async throws {
        let server = try RawServer.silent()
        let run = try await Program.run(["connect", "127.0.0.1:\(server.port)", "--max-time", time, "--json"])
        let report = try await run.report(ending: 5)
        #expect(report["error.code"] == "timed_out" && run.errors.isEmpty, "\(run)")
    }

    @Test func theFamilyHoldsForALineToo() async throws {
        let run = try await Program.run(
            ["connect", "--targets", "-", "-6", "--json"], input: .bytes(Array("127.0.0.1:1\n".utf8)))
        let report = try #require(try reports(run).first)
        #expect(run.status == 64 && report["error.message"] == "line 1: -6 excludes the IPv4 address 127.0.0.1")
    }

    /// A full disk is told once, and the rest is not asked.
    @Test func aResultThatCannotBeWrittenEndsTheRun() async throws {
        let server = try RawServer.silent()
        let list = Array(repeating: "127.0.0.1:1", count: 100) + ["127.0.0.1:\(server.port)"]
        let run = try await connect(
            list.joined(separator: "\n"), "-o", "/dev/full", "--jobs", "1",
            authority: Fixtures.get().root.certificatePath)
        #expect(run.status == 13, "\(run)")
        #expect(run.errors.split(separator: "\n").count == 1 && server.connectionCount == 0, "\(run.errors)")
    }

    /// Fewer at once, and each of them right.
    @Test func needsNoMoreDescriptorsThanThereAre() async throws {
        let server = try await ServeProcess()
        let run = try await InstalledProgram.sh.run(
            [
                "-c", "ulimit -n 64; exec \"$0\" \"$@\"", Program.path, "connect", "localhost:\(server.port)", "-4",
                "--ca",
                server.authorityPath, "--count", "100", "--parallel", "100", "--get", "repeat.ok_count",
            ])
        #expect(run.status == 0 && run.output == "100\n", "\(run)")
        #expect(run.errors.hasPrefix("sslprobe: --parallel: only 16 at once"), "\(run)")
    }

    @Test func doesNotAskAgainWhereTheAnswerIsKnown() async throws {
        let server = try await ServeProcess()
        let run = try await connect(
            "127.0.0.1:\(server.port)\tother.example", "--retry", "5", authority: server.authorityPath)
        #expect(run.status == 8)
        #expect(try await server.finish().connections().count == 1)
    }

    /// One of them that is interrupted is told, those that were not begun are not.
    @Test func anInterruptionTellsWhatIsDone() async throws {
        let server = try await ServeProcess()
        let silent = try RawServer.silent()
        let list = try TemporaryFolder.write(
            Array("localhost:\(server.port)\nlocalhost:\(silent.port)\nlocalhost:\(server.port)\n".utf8))
        let (status, output) = try await OwnThread.run {
            let child = try ChildProcess(
                Program.path,
                [
                    "connect", "--targets", list, "-4", "--ca", server.authorityPath, "--jobs", "1", "--timeout", "60s",
                    "--get", "outcome",
                ])
            child.wait(seconds: 20) { silent.connectionCount > 0 }
            child.signal(SIGINT)
            child.wait(seconds: 20)
            return (child.ending?.status, String(decoding: child.output, as: UTF8.self))
        }
        #expect(status == 130 && output == "ok\nsignal\n", "\(output)")
        let text = try await Program.run(
            ["connect", "--targets", list, "-4", "--ca", server.authorityPath, "--jobs", "1", "--max-time", "1s"])
        #expect(text.status == 5 && text.output.hasSuffix("3 targets: 1 ok, 1 timeout, 1 not tried\n"), "\(text)")
    }

    /// Whatever the moment, only whole lines are left.
    @Test func aKillLeavesWholeLines() async throws {
        let server = try await ServeProcess("--max-connections", "10000")
        let list = try TemporaryFolder.write(
            Array(String(repeating: "localhost:\(server.port)\n", count: 20_000).utf8))
        let path = Program.path
        let outputs = try await OwnThread.run {
            try (0..<20).map { round -> String in
                let child = try ChildProcess(
                    path, ["connect", "--targets", list, "-4", "--ca", server.authorityPath, "--json"])
                // A moment is so much output; there is more of it with each round.
                child.wait(seconds: 20) { child.output.count > round * 20_000 }
                child.signal(SIGKILL)
                child.wait(seconds: 20)
                return String(decoding: child.output, as: UTF8.self)
            }
        }
        for output in outputs where !output.isEmpty {
            let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.last?.isEmpty == true)
            for line in lines.dropLast() { _ = try JSON(parsing: Array(line.utf8)) }
        }
    }
}
