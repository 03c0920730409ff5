import CPlatform
import Glibc

/// Writes files that others may not read: certificates as received, key logs.
package enum FileWriter {
    /// Replaces a file as a whole: after a failure the old one is still there. Refuses to follow a symbolic link.
    ///
    /// What is not a regular file, such as a device or a pipe, is written to.
    package static func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o600) throws(SystemError) {
        try requirePath(path)
        var status = stat()
        if lstat(path, &status) == 0 {
            if platform_is_link(&status) != 0 {
                throw .link(path)
            }
            if platform_is_folder(&status) != 0 { throw SystemError(operation: "write \(path)", code: EISDIR) }
            if platform_is_regular(&status) == 0 {
                let flags = O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
                let descriptor = try Descriptor(adopting: open(path, flags), from: "open \(path)")
                return try Output(descriptor, name: path).write(bytes)
            }
        }
        var temporary = try TemporaryFile(besides: path)
        try temporary.fill(with: bytes, mode: mode)
        try temporary.rename()
    }

    /// Replaces a file as a whole, and returns the new one, which is locked before anybody else can see it.
    static func replaceLocked(_ path: String, with bytes: [UInt8]) throws(SystemError) -> Descriptor {
        var temporary = try TemporaryFile(besides: path)
        try temporary.lock()
        try temporary.fill(with: bytes, mode: 0o600)
        try temporary.rename()
        return try temporary.duplicate()
    }

    /// Opens a file to add to its end, makes it if need be, and keeps it from others. Refuses to follow a symbolic link.
    package static func append(_ path: String) throws(SystemError) -> Output {
        try requirePath(path)
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
        let number = open(path, flags, 0o600)
        if number < 0, errno == ELOOP { throw .link(path) }
        let descriptor = try Descriptor(adopting: number, from: "open \(path)")
        var status = stat()
        guard fstat(descriptor.number, &status) == 0 else { throw .last("open \(path)") }
        if platform_is_regular(&status) != 0, platform_mode(&status) != 0o600 {
            // Fails on a file that is someone else's, which is right: it is not for our secrets.
            guard fchmod(descriptor.number, 0o600) == 0 else { throw .last("restrict \(path)") }
        }
        return Output(descriptor, name: path)
    }

    /// Removes a regular file; nothing happens when there is none. Wraps `unlink(2)`.
    package static func remove(_ path: String) throws(SystemError) {
        try requirePath(path)
        var status = stat()
        guard lstat(path, &status) == 0, platform_is_regular(&status) != 0 else { return }
        guard unlink(path) == 0 else { throw .last("remove \(path)") }
    }

    /// C would stop at a NUL and write to another file.
    private static func requirePath(_ path: String) throws(SystemError) {
        guard !path.isEmpty, !path.utf8.contains(0) else { throw SystemError(operation: "open \(path)", code: EINVAL) }
    }
}

/// A file under a name of its own next to the one it is to replace; removed unless it did.
private struct TemporaryFile: ~Copyable {
    private let destination: String
    private let path: String
    private let descriptor: Descriptor
    private var isRenamed = false

    init(besides destination: String) throws(SystemError) {
        let file = try Self.open(besides: destination)
        self.destination = destination
        path = file.path
        descriptor = Descriptor(adopting: file.number)
    }

    /// Opens a file under a name that is not taken. (Apart from `init`, whose compiler crash in Swift 6.0 it avoids.)
    private static func open(besides destination: String) throws(SystemError) -> (path: String, number: Int32) {
        let folder = destination.lastIndex(of: "/").map { String(destination[...$0]) } ?? ""
        while true {
            let path = folder + ".sslprobe-" + String(UInt64.random(in: 0 ... .max), radix: 36)
            let number = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
            if number >= 0 { return (path, number) }
            guard errno == EEXIST else { throw .last("write \(destination)") }
        }
    }

    deinit {
        if !isRenamed { unlink(path) }
    }

    func fill(with bytes: [UInt8], mode: mode_t) throws(SystemError) {
        // The mode of open(2) is subject to the umask.
        guard fchmod(descriptor.number, mode) == 0 else { throw .last("write \(destination)") }
        try Output.write(bytes, to: descriptor.number, name: destination)
        guard fsync(descriptor.number) == 0 else { throw .last("write \(destination)") }
    }

    func lock() throws(SystemError) {
        guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else { throw .last("lock \(destination)") }
    }

    /// Shares the lock. Wraps `dup(2)`.
    func duplicate() throws(SystemError) -> Descriptor {
        try Descriptor(adopting: fcntl(descriptor.number, F_DUPFD_CLOEXEC, 0), from: "open \(destination)")
    }

    mutating func rename() throws(SystemError) {
        guard Glibc.rename(path, destination) == 0 else { throw .last("write \(destination)") }
        isRenamed = true
    }
}

extension SystemError {
    /// A symbolic link may lead anywhere, and what we write is not for everybody.
    static func link(_ path: String) -> SystemError {
        SystemError(operation: "write \(path), a symbolic link", code: EPERM)
    }
}
