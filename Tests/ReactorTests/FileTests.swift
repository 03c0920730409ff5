import CPlatform
import Foundation
import Glibc
import Testing

@testable import Reactor

final class FileTests {
    private let folder: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "/reactor-XXXXXX").utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } }
        folder = String(cString: try #require(made))
        // Nothing here may depend on the mask for its modes.
        umask(0)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @Test func replacesAFileAsAWhole() throws {
        let path = folder + "/report"
        try FileWriter.replace(path, with: Array("first".utf8))
        try FileWriter.replace(path, with: Array("second".utf8))
        #expect(try FileReader.read(path, limit: 100) == Array("second".utf8))
        #expect(try mode(of: path) == 0o600)
        #expect(try names() == ["report"])
    }

    @Test func keepsTheOldFileWhenTheNewOneDoesNotFit() throws {
        let path = folder + "/report"
        try FileWriter.replace(path, with: Array("old".utf8))
        #expect(try ChildRole.fullDisk.play(path) == ChildProcessTests.done)
        #expect(try FileReader.read(path, limit: 100) == Array("old".utf8))
        #expect(try names() == ["report"])
    }

    @Test func doesNotFollowALink() throws {
        let target = folder + "/target"
        let link = folder + "/link"
        try FileWriter.replace(target, with: Array("safe".utf8))
        #expect(symlink(target, link) == 0)
        #expect(code { try FileWriter.replace(link, with: [1]) } == EPERM)
        #expect(code { _ = try FileWriter.append(link) } == EPERM)
        #expect(try FileReader.read(target, limit: 100) == Array("safe".utf8))
    }

    @Test func appendsToAFileOfItsOwn() throws {
        let path = folder + "/keys"
        try FileWriter.append(path).write("one\n")
        try FileWriter.append(path).write("two\n")
        #expect(try FileReader.read(path, limit: 100) == Array("one\ntwo\n".utf8))
        #expect(try mode(of: path) == 0o600)
    }

    @Test func closesAFileToOthersBeforeItAppends() throws {
        let path = folder + "/keys"
        try FileWriter.replace(path, with: [], mode: 0o644)
        try FileWriter.append(path).write("secret")
        #expect(try mode(of: path) == 0o600)
    }

    @Test func reportsAFullDevice() throws {
        #expect(code { try FileWriter.replace("/dev/full", with: [1]) } == ENOSPC)
        #expect(code { try FileWriter.append("/dev/full").write([1]) } == ENOSPC)
        // Still the device and not a file in its place.
        var status = stat()
        #expect(lstat("/dev/full", &status) == 0)
        #expect(platform_is_regular(&status) == 0)
    }

    @Test func namesThePathThatFailed() throws {
        let path = folder + "/missing/report"
        do throws(SystemError) {
            try FileWriter.replace(path, with: [])
            Issue.record("written to a folder that is not there")
        } catch {
            #expect(error.description == "write \(path): no such file or directory")
        }
        #expect(code { try FileWriter.replace(folder, with: []) } == EISDIR)
        #expect(code { try FileWriter.replace("", with: []) } == EINVAL)
        #expect(code { try FileWriter.replace(folder + "/a\0b", with: []) } == EINVAL)
        #expect(code { _ = try FileReader.read(folder, limit: 1) } == EISDIR)
    }

    @Test func readsNoMoreThanTheLimit() throws {
        let path = folder + "/large"
        try FileWriter.replace(path, with: [UInt8](repeating: 1, count: 40_000))
        #expect(try FileReader.read(path, limit: 40_000).count == 40_000)
        #expect(code { _ = try FileReader.read(path, limit: 39_999) } == EFBIG)
        #expect(code { _ = try FileReader.read("/dev/zero", limit: 100_000) } == EFBIG)
    }

    @Test func writesEverythingToASlowReader() async throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (near, far) = (ends[0], ends[1])
        // As when a program that shares the terminal made it non-blocking.
        #expect(fcntl(far, F_SETFL, O_NONBLOCK) == 0)
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        async let received = onThread { try? FileReader.read(descriptor: near, name: "pipe", limit: 1_000_000) }
        let failure = await onThread { code { try Output(adopting: far, name: "pipe").write(bytes) } }
        #expect(failure == nil)
        #expect(await received == bytes)
        close(near)
    }

    private func mode(of path: String) throws -> mode_t {
        var status = stat()
        try #require(stat(path, &status) == 0)
        return platform_mode(&status)
    }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder) }
}

/// The error number of what fails; nil for what does not.
private func code(of body: () throws -> Void) -> Int32? {
    do { try body() } catch { return (error as? SystemError)?.code }
    return nil
}
