import Foundation
import TestSupport
import Testing

/// `resume --at`: for how long a server takes its sessions, in one run or in several.
@Suite struct TicketLifeTests {
    private let path = newPath()

    private func attempts(_ report: JSON) -> [[JSON?]] {
        (report["resumption.attempts"]?.elements ?? []).map { [$0["change"], $0["resumed"], $0["why_not"]] }
    }

    /// Runs it until nothing is left to do, and returns what it told each time.
    private func untilDone(_ port: UInt16, _ points: String) async throws -> [ProgramRun] {
        var runs: [ProgramRun] = []
        for _ in 0..<200 where runs.isEmpty || FileManager.default.fileExists(atPath: path) {
            runs.append(try await resume(port, "--at", points, "--state", path))
        }
        return runs
    }

    private func expectRefusal(
        _ run: ProgramRun, _ code: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let report = try await run.report(ending: 13, sourceLocation: sourceLocation)
        #expect(report["error.stage"] == "local", sourceLocation: sourceLocation)
        #expect(report["error.code"] == .string(code), "\(run)", sourceLocation: sourceLocation)
        #expect(report["error.message"]?.text?.contains("--state") == true, sourceLocation: sourceLocation)
        #expect(report["resumption"] == .null, sourceLocation: sourceLocation)
    }

    @Test(arguments: ["1.2", "1.3"])
    func waitsForEachMoment(version: String) async throws {
        let server = try await serveResumable()
        let run = try await resume(server.port, "--at", "0s,1s,2s", "--tls", version)
        let report = try await run.report(ending: 0)
        let expected: [[JSON?]] = [["at=0 ms", true, .null], ["at=1.0 s", true, .null], ["at=2.0 s", true, .null]]
        #expect(attempts(report) == expected)
        #expect(report["resumption.verdict.value"] == "yes")
        #expect(run.seconds >= 1)
    }

    @Test(arguments: ["1.2", "1.3"])
    func anOldSessionIsNotTaken(version: String) async throws {
        let server = try await serveResumable("--ticket-lifetime", "1s")
        let report = try await resume(server.port, "--at", "0s,3s", "--tls", version).report(ending: 10)
        #expect(attempts(report) == [["at=0 ms", true, .null], ["at=3.0 s", false, "expired"]])
        #expect(report["error.code"] == "not_resumed" && report["resumption.verdict.value"] == "no")
    }

    @Test(arguments: ["1.2", "1.3"])
    func aFileCarriesItFromRunToRun(version: String) async throws {
        let server = try await serveResumable("--tls", version)
        let first = try await resume(server.port, "--at", "0s,1h", "--state", path)
        #expect(attempts(try await first.report(ending: 0)) == [["at=0 ms", true, .null]])
        #expect(try mode(of: path) == 0o600)
        // Nothing else is due, so the server is left alone.
        let second = try await resume(server.port, "--at", "0s,1h", "--state", path)
        #expect(attempts(try await second.report(ending: 0)) == [["at=0 ms", true, .null]])
        #expect(try mode(of: path) == 0o600)
        let count = try await server.finish().connections().count
        #expect(count == (version == "1.2" ? 3 : 2))
    }

    @Test func theFileGoesAfterTheLastMoment() async throws {
        let server = try await serveResumable()
        let runs = try await untilDone(server.port, "0s,1s")
        #expect(runs.allSatisfy { $0.status == 0 })
        let last = try #require(runs.last)
        #expect(attempts(try await last.report(ending: 0)) == [["at=0 ms", true, .null], ["at=1.0 s", true, .null]])
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aFileRemembersWhatHasExpired() async throws {
        let server = try await serveResumable("--ticket-lifetime", "1s")
        let runs = try await untilDone(server.port, "0s,3s")
        let last = try #require(runs.last)
        let report = try await last.report(ending: 10)
        #expect(attempts(report) == [["at=0 ms", true, .null], ["at=3.0 s", false, "expired"]])
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aLinkIsNotFollowed() async throws {
        let server = try RawServer.silent()
        let target = try TemporaryFolder.write([])
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        try await expectRefusal(try await resume(server.port, "--at", "0s,1s", "--state", path), "file_unwritable")
        #expect(try content(of: target).isEmpty && server.connectionCount == 0)
    }

    @Test(arguments: ["precious", "{}", #"{"schema":"sslprobe.ticket-life/1"}"#])
    func anothersFileIsLeftAlone(text: String) async throws {
        let server = try RawServer.silent()
        let file = try TemporaryFolder.write(Array(text.utf8))
        try await expectRefusal(try await resume(server.port, "--at", "0s,1s", "--state", file), "file_unreadable")
        #expect(try content(of: file) == text)
        #expect(server.connectionCount == 0)
    }

    @Test func isForOneTargetAndItsMoments() async throws {
        let server = try await serveResumable()
        let other = try RawServer.silent()
        let first = try await resume(server.port, "--at", "0s,1h", "--state", path)
        #expect(first.status == 0, "\(first)")
        let before = try content(of: path)
        try await expectRefusal(try await resume(other.port, "--at", "0s,1h", "--state", path), "file_unreadable")
        try await expectRefusal(try await resume(server.port, "--at", "0s,2h", "--state", path), "file_unreadable")
        #expect(try content(of: path) == before)
        #expect(other.connectionCount == 0)
    }

    /// A file without sessions would be in the way of the next run.
    @Test func aRunThatFailsLeavesNoFile() async throws {
        // Nothing listens on it.
        let down = try await resume(1, "--at", "0s,1h", "--state", path)
        #expect(down.status == 4, "\(down)")
        #expect(!FileManager.default.fileExists(atPath: path))
        let server = try await serveResumable()
        let other = try await resume(
            server.port, ["--at", "0s,1h", "--state", path],
            authority: CertificateAuthority("Other CA").certificatePath)
        #expect(other.status == 8, "\(other)")
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try await resume(server.port, "--at", "0s,1h", "--state", path).status == 0)
    }

    /// Nothing was tried, so nothing is said of the server.
    @Test func nothingDueSaysNothing() async throws {
        let server = try await serveResumable()
        let words = ["--at", "1h,2h", "--state", path]
        _ = try await resume(server.port, words)
        let report = try await resume(server.port, words).report(ending: 0)
        #expect(report["resumption.verdict.value"] == "unknown" && report["resumption.pending"] == 2)
        #expect(report["resumption.next_at"] != .null)
        let text = try await Program.run(
            ["resume", "localhost:\(server.port)", "-4", "--ca", Fixtures.get().root.certificatePath] + words)
        #expect(text.status == 0 && text.output.contains("nothing to do yet"), "\(text)")
        #expect(text.output.contains("2 moments") && !text.output.contains("resumes sessions"), "\(text)")
    }

    @Test func oneRunAtATime() async throws {
        let server = try await serveResumable()
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        try #require(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let run = try await resume(server.port, "--at", "0s,1h", "--state", path)
        // A program that another test starts just now may have the descriptor too: to close ours would not be enough.
        #expect(flock(descriptor, LOCK_UN) == 0)
        close(descriptor)
        try await expectRefusal(run, "file_unwritable")
        #expect(try content(of: path).isEmpty)
        let free = try await resume(server.port, "--at", "0s,1h", "--state", path)
        #expect(free.status == 0, "\(free)")
    }
}
