import CPlatform
import Glibc

/// A file of ours that no other run may use at the same time. Wraps `flock(2)`.
package final class LockedFile {
    package let path: String
    private var descriptor: Descriptor

    /// Opens the file, makes it if need be, and locks it. Refuses to follow a symbolic link, and does not wait.
    ///
    /// What is in it stays as it is, and so do its permissions: it may be somebody else's.
    package init(_ path: String) throws(SystemError) {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw SystemError(operation: "open \(path)", code: EINVAL) }
        self.path = path
        descriptor = try Self.lock(path)
    }

    private static func lock(_ path: String) throws(SystemError) -> Descriptor {
        while true {
            let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
            let number = open(path, flags, 0o600)
            if number < 0, errno == ELOOP { throw .link(path) }
            let descriptor = try Descriptor(adopting: number, from: "open \(path)")
            var status = stat()
            guard fstat(number, &status) == 0 else { throw .last("open \(path)") }
            guard platform_is_regular(&status) != 0 else {
                throw SystemError(operation: "open \(path), which is no regular file", code: EINVAL)
            }
            guard flock(number, LOCK_EX | LOCK_NB) == 0 else { throw .last("lock \(path), which another run uses") }
            // Whoever held it may have put another file in its place.
            var current = stat()
            if lstat(path, &current) == 0, current.st_ino == status.st_ino, current.st_dev == status.st_dev {
                return descriptor
            }
        }
    }

    /// What it holds; EFBIG when that is more than the limit.
    package func read(limit: Int) throws(SystemError) -> [UInt8] {
        lseek(descriptor.number, 0, SEEK_SET)
        return try FileReader.read(descriptor: descriptor.number, name: path, limit: limit)
    }

    /// Puts another in its place, as a whole or not at all, and keeps that locked. Only its owner can read it.
    package func replace(with bytes: [UInt8]) throws(SystemError) {
        descriptor = try FileWriter.replaceLocked(path, with: bytes)
    }

    /// Removes it. Wraps `unlink(2)`.
    package func remove() throws(SystemError) { try FileWriter.remove(path) }
}
