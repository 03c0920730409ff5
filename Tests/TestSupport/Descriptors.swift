import Foundation
import Glibc

/// Makes descriptors that no program started by a test inherits.
enum Descriptors {
    // Glibc's pipe2 and accept4 are not importable: without the lock a program started between the two calls would
    // keep the descriptor open, and its peer would never see the end.
    private static let lock = NSLock()

    /// Runs what makes descriptors, or starts a program, apart from all others that do.
    static func alone<Value>(_ body: () throws -> Value) rethrows -> Value { try lock.withLock(body) }

    /// A pipe: the end to read from and the end to write to.
    static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        try alone {
            guard Glibc.pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }
        return (ends[0], ends[1])
    }

    /// The next connection of a non-blocking listener; nil when there is none.
    static func accept(_ listener: Int32) -> Int32? {
        alone {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { return nil }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            return connection
        }
    }

    /// Waits until the descriptor is ready; false after the given time.
    static func wait(_ descriptor: Int32, for events: Int32, milliseconds: Int32 = -1) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        while true {
            let count = poll(&entry, 1, milliseconds)
            if count >= 0 || errno != EINTR { return count > 0 }
        }
    }

    /// What comes out of a socket.
    enum Arrival {
        case bytes([UInt8])
        case end
        case reset
    }

    /// The next that comes out of a blocking socket.
    static func receive(_ descriptor: Int32) -> Arrival {
        errno = 0
        let bytes = read(descriptor)
        guard bytes.isEmpty else { return .bytes(bytes) }
        return errno == ECONNRESET ? .reset : .end
    }

    /// What one read(2) gives; empty at the end and after an error.
    static func read(_ descriptor: Int32, upTo limit: Int = 65536) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            repeat { count = Glibc.read(descriptor, buffer.baseAddress, limit) } while count < 0 && errno == EINTR
            count = max(0, count)
        }
    }

    /// Writes all bytes to a blocking socket; false when the peer is gone.
    @discardableResult
    static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            // A peer that went away must not end the tests by SIGPIPE.
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
