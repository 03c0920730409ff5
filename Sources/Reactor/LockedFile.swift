import CPlatform
import Glibc

/// A file of ours that no other run may use at the same time; nobody else can read it. Wraps `flock(2)`.
package final class LockedFile: Sendable {
    package let path: String
    private let descriptor: Int32

    /// Opens the file, makes it if need be, and locks it. Refuses to follow a symbolic link, and does not wait.
    package init(_ path: String) throws(SystemError) {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw SystemError(operation: "open \(path)", code: EINVAL) }
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0o600)
        guard descriptor >= 0 else { throw .last("open \(path)") }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last("open \(path)") }
        guard platform_is_regular(&status) != 0 else {
            throw SystemError(operation: "open \(path), which is no regular file", code: EINVAL)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .last("lock \(path), which another run uses") }
        guard fchmod(descriptor, 0o600) == 0 else { throw .last("restrict \(path)") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// What it holds; EFBIG when that is more than the limit.
    package func read(limit: Int) throws(SystemError) -> [UInt8] {
        lseek(descriptor, 0, SEEK_SET)
        return try FileReader.read(descriptor: descriptor, name: path, limit: limit)
    }
}
