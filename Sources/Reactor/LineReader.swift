import CPlatform
import Glibc

/// Reads the lines of a file, a pipe or a terminal as they come, without blocking the loop.
///
/// Belongs to one task of its loop.
package final class LineReader {
    package enum Line: Hashable, Sendable {
        /// Without its end, which is LF or CR LF.
        case text([UInt8])
        /// Longer than the limit; it was passed over.
        case tooLong
    }

    /// Which line was handed out last, from 1.
    package private(set) var number = 0
    private let name: String
    private let limit: Int
    private let loop: EventLoop
    private let descriptor: Descriptor
    /// Nil for a file, which is always ready.
    private let registration: Registration?
    /// What was read and not handed out, from `start` on.
    private var buffer: [UInt8] = []
    private var start = 0
    private var isTooLong = false
    private var hasEnded = false

    private static let chunkSize = 65_536

    /// - Parameters:
    ///   - path: what to read; nil is standard input, which stays as it is.
    ///   - limit: how many bytes a line may have.
    package init(_ path: String?, limit: Int, on loop: EventLoop) throws(SystemError) {
        name = path ?? "standard input"
        self.limit = limit
        self.loop = loop
        if let path {
            // C would stop at a NUL and read another file.
            guard !path.isEmpty, !path.utf8.contains(0) else {
                throw SystemError(operation: "open \(path)", code: EINVAL)
            }
            descriptor = try Descriptor(
                adopting: open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), from: "open \(path)")
        } else {
            descriptor = try Descriptor(adopting: fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), from: "read standard input")
        }
        let watched = try Descriptor(adopting: fcntl(descriptor.number, F_DUPFD_CLOEXEC, 3), from: "open \(name)")
        do throws(SystemError) {
            registration = try Registration(watched, on: loop)
        } catch {
            guard error.code == EPERM else { throw error }
            registration = nil
        }
    }

    /// Whether it can be read again, and is as long as it will be.
    package var isFile: Bool { registration == nil }

    /// Whether there is nothing left to hand out.
    package var isAtEnd: Bool { hasEnded && start >= buffer.count && !isTooLong }

    /// The next line; nil at the end, when the deadline has passed, and when the task was cancelled.
    package func next(until deadline: Deadline = .never) async throws(SystemError) -> Line? {
        while true {
            if let line = takeLine() {
                number += 1
                return line
            }
            guard !hasEnded, !Task.isCancelled, !deadline.hasPassed else { return nil }
            try await fill(until: deadline)
            // A file is always ready: others have their turn all the same.
            await loop.yield()
        }
    }

    private func takeLine() -> Line? {
        if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
            defer { start = end + 1 }
            return line(buffer[start..<end])
        }
        if hasEnded {
            guard start < buffer.count || isTooLong else { return nil }
            defer { start = buffer.count }
            return line(buffer[start...])
        }
        if buffer.count - start > limit {
            isTooLong = true
            buffer.removeAll(keepingCapacity: true)
        } else if start > 0 {
            buffer.removeFirst(start)
        }
        start = 0
        return nil
    }

    private func line(_ bytes: ArraySlice<UInt8>) -> Line {
        defer { isTooLong = false }
        if isTooLong || bytes.count > limit { return .tooLong }
        return .text(Array(bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes))
    }

    /// Waits for more and reads it, or finds the end.
    private func fill(until deadline: Deadline) async throws(SystemError) {
        if let registration {
            // Others may read what standard input shares, so its mode is not ours to change: a read must not block.
            while !isReadable {
                registration.exhausted(.read)
                do throws(WaitError) { try await registration.wait(for: .read, until: deadline) } catch { return }
            }
        }
        var chunk = [UInt8](repeating: 0, count: Self.chunkSize)
        let count = Glibc.read(descriptor.number, &chunk, chunk.count)
        switch count {
        case 0: hasEnded = true
        case 1...: buffer += chunk[..<count]
        default:
            let code = errno
            guard code != EAGAIN, code != EINTR else { return }
            hasEnded = true
            throw SystemError(operation: "read \(name)", code: code)
        }
    }

    private var isReadable: Bool {
        var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) != 0
    }
}
