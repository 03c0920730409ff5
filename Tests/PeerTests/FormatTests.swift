import Foundation
import TestSupport
import Testing

/// The forms in which a result is written tell the same.
@Suite struct FormatTests {
    /// A way to end, and the arguments that lead there.
    struct Ending: Sendable, CustomTestStringConvertible {
        var code: Int32
        var arguments: [String]
        var testDescription: String { "\(code): \(arguments.joined(separator: " "))" }
    }

    static let endings = [
        Ending(code: 0, arguments: []), Ending(code: 0, arguments: ["--expect", "tls.version >= 1.2"]),
        Ending(code: 0, arguments: ["--min-days", "0"]), Ending(code: 1, arguments: ["--min-days", "3650"]),
        Ending(code: 1, arguments: ["--expect", "tls.alpn = h2", "--expect", "ok = true"]),
        Ending(code: 4, arguments: ["--connect-to", "127.0.0.1:1"]), Ending(code: 7, arguments: ["--tls", "1.2"]),
        Ending(code: 0, arguments: ["--tls", "1.2", "--expect", "outcome = handshake"]),
        Ending(code: 7, arguments: ["--tls", "1.2", "--expect", "tls.version = 1.2"]),
        Ending(code: 8, arguments: ["--verify-name", "other.example"]),
        Ending(code: 0, arguments: ["--verify-name", "other.example", "-k"]),
        Ending(code: 13, arguments: ["--cert", "/nonexistent.pem"]),
    ]

    private static let forms = ["text", "json", "jsonl", "junit", "github"]

    @Test(arguments: endings)
    func endTheSameInEveryForm(ending: Ending) async throws {
        let server = try await OpenSSLServer("-tls1_3", certificate: Fixtures.get().ecdsa)
        var failures: [String: Int] = [:]
        for form in Self.forms {
            let run = try await run(server.port, ["--format", form] + ending.arguments)
            #expect(run.status == ending.code && !run.output.isEmpty, "\(form): \(run)")
            if form == "junit" {
                let document = try await Validator.junit(run.output)
                let cases = try #require(document["cases"]).elements
                failures[form] = cases.count { $0["failure"] != nil || $0["error"] != nil }
                #expect((cases[0]["error"] != nil) == [4, 7, 13].contains(ending.code), "\(run)")
            }
            if form == "github" {
                let lines = run.output.split(separator: "\n")
                failures[form] = lines.count { $0.hasPrefix("::error title=sslprobe connect localhost%3A") }
                let isIgnored = ending.arguments.contains("-k")
                #expect(lines.contains { $0.hasPrefix("::warning title=") } == isIgnored, "\(run)")
            }
        }
        for form in ["junit", "github"] { #expect((failures[form] == 0) == (ending.code == 0), "\(form)") }
    }

    @Test func aMistakeIsToldInWordsAlone() async throws {
        for form in Self.forms {
            let run = try await Program.run(["connect", "localhost:1", "--format", form, "--expect", "tls.versoin = 1"])
            #expect(
                run.status == 64 && run.output.isEmpty && run.errors.contains("did you mean tls.version?"), "\(run)")
        }
    }

    @Test func theDocumentCanStandBesideTheText() async throws {
        let server = try await OpenSSLServer("-tls1_3", certificate: Fixtures.get().ecdsa)
        let (document, report) = (newPath(), newPath())
        let run = try await run(
            server.port, ["--min-days", "3650", "--save-junit", document, "--save-report", report])
        #expect(run.status == 1 && run.output.hasPrefix("✗ localhost:\(server.port)"), "\(run)")
        let read = try await Validator.junit(content(of: document))
        #expect(read["suite.tests"] == "2" && read["suite.failures"] == "2")
        #expect(read["cases.1.attributes.name"] == "certificates[*].days_left >= 3650")
        // The same report, measured once.
        let saved = try JSON(parsing: Array(content(of: report).utf8))
        #expect(saved["expectations.0.expression"] == read["cases.1.attributes.name"])
        #expect(read["cases.0.system-out.text"]?.text?.contains("expected     certificates[*].days_left") == true)
    }

    @Test(arguments: ["--json", "--jsonl", "-q", "--format=github", "--get=ok", "-v"])
    func theDocumentCanStandBesideAnything(option: String) async throws {
        let server = try await OpenSSLServer("-tls1_3", certificate: Fixtures.get().ecdsa)
        let path = newPath()
        let run = try await run(server.port, [option, "--save-junit", path])
        #expect(run.status == 0, "\(run)")
        let text = try await Validator.junit(content(of: path))["cases.0.system-out.text"]?.text ?? ""
        #expect(text.hasPrefix("✓ localhost:\(server.port)"))
        #expect(text.contains("client_hello") == (option == "-v"), "\(text)")
    }

    @Test(arguments: ["junit", "github"])
    func theyGoIntoAFile(form: String) async throws {
        let server = try await OpenSSLServer("-tls1_3", certificate: Fixtures.get().ecdsa)
        let path = newPath()
        let run = try await run(server.port, ["--format", form, "-o", path, "--verify-name", "other.example"])
        #expect(run.status == 8 && run.outputBytes.isEmpty && run.errorBytes.isEmpty, "\(run)")
        #expect(try content(of: path).hasPrefix(form == "junit" ? "<?xml " : "::error title="))
        #expect(try content(of: path).hasSuffix("\n"))
    }

    @Test func severalTargetsAreOneSuite() async throws {
        let server = try await OpenSSLServer("-www", certificate: Fixtures.get().ecdsa)
        let targets = ["localhost:\(server.port)", "localhost:1", "localhost:\(server.port)"]
        let arguments = [
            "--ca", try Fixtures.get().root.certificatePath, "-4", "--expect", "tls.version >= 1.2", "--jobs", "1",
        ]
        let run = try await Program.run(["tickets"] + targets + arguments + ["--format", "junit"])
        #expect(run.status == 4, "\(run)")
        let document = try await Validator.junit(run.output)
        #expect(document["suite.tests"] == "6" && document["suite.errors"] == "1" && document["suite.failures"] == "1")
        let cases = try #require(document["cases"]).elements
        #expect(
            cases.map { $0["attributes.name"]?.text } == targets.flatMap { [$0, "\($0) tls.version >= 1.2"] })
        #expect(cases.allSatisfy { $0["attributes.classname"] == "sslprobe.tickets" })
        let github = try await Program.run(["connect"] + targets + arguments + ["--format", "github"])
        #expect(github.status == 4, "\(github)")
        let lines = github.output.split(separator: "\n").map { String($0.prefix(7)) }
        #expect(lines == ["✓ local", "::error", "::error", "✓ local", "3 targe"], "\(github)")
    }

    /// What was found before the interruption is in a document that is whole.
    @Test func anInterruptionLeavesAWholeDocument() async throws {
        let server = try await OpenSSLServer("-www", certificate: Fixtures.get().ecdsa)
        let silent = try RawServer.silent()
        let arguments = [
            "connect", "localhost:\(server.port)", "localhost:\(silent.port)", "localhost:\(server.port)", "-4",
            "--timeout", "60s", "--ca", try Fixtures.get().root.certificatePath, "--format", "junit", "--jobs", "1",
        ]
        let (status, output) = try await OwnThread.run {
            let child = try ChildProcess(Program.path, arguments)
            child.wait(seconds: 20) { silent.connectionCount > 0 }
            child.signal(SIGINT)
            child.wait(seconds: 20)
            return (child.ending?.status, String(decoding: child.output, as: UTF8.self))
        }
        #expect(status == 130, "\(output)")
        let document = try await Validator.junit(output)
        #expect(document["suite.tests"] == "3" && document["suite.errors"] == "1" && document["suite.skipped"] == "1")
        #expect(document["cases.1.error.type"] == "interrupted")
        #expect(document["cases.2.attributes.name"] == "1 target not tried")
    }

    @Test func aDocumentThatCannotBeWrittenIsOurFailure() async throws {
        let server = try RawServer.silent()
        let run = try await run(server.port, ["--save-junit", "/nonexistent/file"])
        #expect(run.status == 13 && run.errors.contains("/nonexistent/file"), "\(run)")
        #expect(server.connectionCount == 0)
        let peer = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        let full = try await self.run(peer.port, ["--save-junit", "/dev/full"])
        #expect(full.status == 13 && full.output.hasPrefix("✓"), "\(full)")
        #expect(full.errors.split(separator: "\n").count == 1 && full.errors.contains("/dev/full"), "\(full)")
    }

    /// What a file holds is a target like any other.
    @Test func aFileOfTicketsIsATestToo() async throws {
        let path = try TemporaryFolder.write(Array(String(repeating: "ab", count: 64).utf8))
        for (file, code) in [(path, Int32(0)), ("/nonexistent.pem", 13)] {
            let run = try await Program.run(["tickets", "--decode", file, "--format", "junit"])
            #expect(run.status == code, "\(run)")
            let document = try await Validator.junit(run.output)
            #expect(document["cases.0.attributes.name"] == .string(file))
            #expect(document["suite.errors"] == (code == 0 ? "0" : "1"))
        }
    }

    private func run(_ port: UInt16, _ arguments: [String]) async throws -> ProgramRun {
        let authority = try Fixtures.get().root.certificatePath
        return try await Program.run(["connect", "localhost:\(port)", "-4", "--ca", authority] + arguments)
    }
}
