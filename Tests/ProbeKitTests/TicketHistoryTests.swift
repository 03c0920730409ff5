import Foundation
import Reactor
import TestSupport
import Testing

@testable import ProbeKit

/// The file of `--track`: what it holds, and what it says of a key.
@Suite struct TicketHistoryTests {
    private typealias Rotation = Report.TicketSummary.Rotation

    private let path = TemporaryFolder.path(UUID().uuidString)

    private func record(
        _ names: String..., host: String = "a.example", port: UInt16 = 443, at second: Int64 = 0
    ) throws -> Rotation {
        let target = Target(input: host, host: host, port: port, isAddress: false)
        let time = WallClock(seconds: 1_767_225_600 + second)
        return try TicketHistory(path).record(names, of: target, at: "192.0.2.1", time: time)
    }

    private func expect(
        _ rotation: Rotation, _ value: Rotation.Value, _ previous: String? = nil, since second: Int? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(rotation.value == value, sourceLocation: sourceLocation)
        #expect(rotation.previousKeyName == previous, sourceLocation: sourceLocation)
        let since = second.map { "2026-01-01T00:00:0\($0).000Z" }
        #expect(rotation.since == since, sourceLocation: sourceLocation)
    }

    private func lines() throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test func tellsNewSameAndRotated() throws {
        expect(try record("aa"), .new)
        expect(try record("aa", at: 1), .same, "aa", since: 0)
        expect(try record("bb", at: 2), .rotated, "aa", since: 1)
        expect(try record("bb", at: 3), .same, "bb", since: 2)
        // A key that was seen before: several servers with keys of their own take turns.
        expect(try record("aa", at: 4), .same, "bb", since: 1)
        #expect(try lines().count == 5)
    }

    /// Servers behind one name may each have their own key, and a key may change in the middle of a run.
    @Test func oneKeyInCommonIsEnough() throws {
        _ = try record("aa", "bb")
        expect(try record("bb", "cc", at: 1), .same, "bb", since: 0)
        expect(try record("dd", at: 2), .rotated, "cc", since: 1)
    }

    @Test func aRunWithoutANameSaysNothing() throws {
        expect(try record(), .unknown)
        expect(try record("aa", at: 1), .new)
        expect(try record(at: 2), .unknown, "aa", since: 1)
        expect(try record("aa", at: 3), .same, "aa", since: 1)
    }

    @Test func targetsAreKeptApart() throws {
        _ = try record("aa")
        expect(try record("bb", host: "b.example"), .new)
        expect(try record("cc", port: 8443), .new)
        expect(try record("aa", at: 1), .same, "aa", since: 0)
    }

    @Test func writesOneLineForEachRun() throws {
        _ = try record("aa", "bb")
        let line = try #require(lines().first)
        let expected = """
            {"schema":"sslprobe.ticket-history/1","time":"2026-01-01T00:00:00.000Z","target":"a.example:443",\
            "address":"192.0.2.1","key_names":["aa","bb"]}
            """
        #expect(line == expected)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    /// However much of the last line the disk took.
    @Test func passesOverATornLine() throws {
        _ = try record("aa")
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        _ = try record("bb", at: 1)
        let both = try Data(contentsOf: URL(fileURLWithPath: path))
        for count in (whole.count + 1)..<(both.count - 1) {
            try both.prefix(count).write(to: URL(fileURLWithPath: path))
            expect(try record("aa", at: 2), .same, "aa", since: 0)
            // The torn line ends where it was torn, and the next stands by itself.
            expect(try record("aa", at: 3), .same, "aa", since: 2)
        }
        // Only the newline is missing.
        try both.dropLast().write(to: URL(fileURLWithPath: path))
        expect(try record("bb", at: 2), .same, "bb", since: 1)
    }

    @Test func passesOverWhatIsNotOurs() throws {
        _ = try record("aa")
        let ours = try #require(lines().first)
        let others = [
            "", "null", "[]", "{}", "not JSON", "{\"schema\":\"other/1\"}", "\u{0}\u{1}",
            ours.replacing("ticket-history/1", with: "ticket-history/9"),
            ours.replacing("\"key_names\":", with: "\"x\":"),
            ours.replacing("[\"aa\"]", with: "\"aa\""), ours.replacing("\"a.example:443\"", with: "7"),
        ]
        let text = others.joined(separator: "\n") + "\n"
        let file = try #require(FileHandle(forWritingAtPath: path))
        file.seekToEndOfFile()
        file.write(Data(text.utf8) + [0xFF, 0xFE, 0x0A])
        file.closeFile()
        expect(try record("aa", at: 1), .same, "aa", since: 0)
    }

    @Test func aFileThatCannotBeUsedIsOurFault() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        do {
            _ = try record("aa")
            Issue.record("a folder was taken for a file")
        } catch let ending as Ending {
            #expect(ending.outcome == .local && ending.failure.message.hasPrefix("--track: "))
        }
    }
}
