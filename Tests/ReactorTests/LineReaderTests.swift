import Foundation
import Glibc
import Testing

@testable import Reactor

/// Lines as they come.
@Suite struct LineReaderTests {
    private func path(_ content: String) throws -> String {
        let path = NSTemporaryDirectory() + UUID().uuidString
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func lines(_ content: String, limit: Int = 100) throws -> [LineReader.Line] {
        let path = try path(content)
        defer { unlink(path) }
        return try EventLoop.run { loop in
            await Self.all(of: path, limit, loop)
        }
    }

    private static func all(of path: String, _ limit: Int, _ loop: EventLoop) async -> [LineReader.Line] {
        var lines: [LineReader.Line] = []
        guard let reader = try? LineReader(path, limit: limit, on: loop) else { return lines }
        while let line = try? await reader.next() { lines.append(line) }
        return lines
    }

    private func text(_ text: String) -> LineReader.Line { .text(Array(text.utf8)) }

    @Test(arguments: [
        ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("\n\n", ["", ""]),
        ("a\rb\n", ["a\rb"]),
    ])
    func endsLinesWithLineFeeds(content: String, expected: [String]) throws {
        #expect(try lines(content) == expected.map(text))
    }

    @Test func passesOverLongLines() throws {
        let long = String(repeating: "x", count: 200_000)
        #expect(try lines("a\n\(long)\nb\n\(long)", limit: 10) == [text("a"), .tooLong, text("b"), .tooLong])
        #expect(try lines("1234567890\n12345678901\n", limit: 10) == [text("1234567890"), .tooLong])
    }

    @Test func readsMoreThanFitsAtOnce() throws {
        let expected = (0..<50_000).map { "line \($0)" }
        #expect(try lines(expected.joined(separator: "\n")) == expected.map(text))
    }

    @Test func namesAFileThatIsNotThere() throws {
        let code = try EventLoop.run { loop -> Int32 in
            do throws(SystemError) {
                _ = try LineReader("/nonexistent", limit: 10, on: loop)
                return 0
            } catch { return error.code }
        }
        #expect(code == ENOENT)
    }

    /// What the writer of a pipe has written is handed out before it writes on, and the loop is free meanwhile.
    @Test func handsOutWhatIsThere() throws {
        let path = NSTemporaryDirectory() + UUID().uuidString
        try #require(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        let writer = open(path, O_RDWR)
        defer { close(writer) }
        let seen = try EventLoop.run { loop in await Self.dialogue(path, writer, loop) }
        #expect(seen == [text("one"), text("two")])
    }

    private static func dialogue(_ path: String, _ writer: Int32, _ loop: EventLoop) async -> [LineReader.Line?] {
        guard let reader = try? LineReader(path, limit: 100, on: loop) else { return [] }
        write(writer, "one\ntw", 6)
        var seen = [try? await reader.next()]
        let later = Task(executorPreference: loop) {
            try? await loop.sleep(until: .after(.milliseconds(20)))
            write(writer, "o\n", 2)
        }
        seen.append(try? await reader.next())
        await later.value
        return seen
    }
}
