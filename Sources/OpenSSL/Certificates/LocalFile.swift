import COpenSSL
import Glibc

/// Files of the user: certificates, keys, authorities.
enum LocalFile {
    /// Why a file could not be read, as the operating system says it.
    struct Failure: Error {
        /// `errno`.
        let number: Int32
        /// The C library's wording, such as `No such file or directory`.
        var reason: String { String(cString: strerror(number)) }
    }

    /// No certificate or key file is larger; a path such as /dev/zero ends here and not in memory.
    private static let largest = 64 << 20

    /// Reads the whole file.
    static func read(_ path: String) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return contents }
            if count < 0 {
                let number = errno
                if number == EINTR { continue }
                throw Failure(number: number)
            }
            contents += buffer.prefix(count)
            guard contents.count <= largest else { throw Failure(number: EFBIG) }
        }
    }

    /// Whether the path leads to a directory.
    static func isDirectory(_ path: String) throws(Failure) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Failure(number: errno) }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether a name in the directory satisfies `condition`; stops at the first.
    static func directory(_ path: String, holds condition: (String) -> Bool) throws(Failure) -> Bool {
        guard let directory = opendir(path) else { throw Failure(number: errno) }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if condition(name) { return true }
        }
        return false
    }
}

/// A read-only memory BIO over bytes that it copied.
final class MemoryBIO {
    let pointer: OpaquePointer

    /// Copies `bytes`, so that nothing points into a Swift array afterwards. Wraps `BIO_write(3)`.
    init(_ bytes: [UInt8]) throws(OpenSSLError) {
        pointer = try require(BIO_new(BIO_s_mem()), "BIO_new")
        guard bytes.isEmpty || BIO_write(pointer, bytes, Int32(clamping: bytes.count)) == Int32(clamping: bytes.count)
        else { throw OpenSSLError(draining: "BIO_write") }
    }

    deinit { BIO_free(pointer) }
}
