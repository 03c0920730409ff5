import CPlatform
import Glibc

/// Reads files that may not be larger than expected.
package enum FileReader {
    /// The whole content of a file, or an error that names it; EFBIG when it is larger than the limit.
    package static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        // C would stop at a NUL and read another file.
        guard !path.isEmpty, !path.utf8.contains(0) else { throw SystemError(operation: "open \(path)", code: EINVAL) }
        let descriptor = try Descriptor(
            adopting: open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), from: "open \(path)")
        return try read(descriptor: descriptor.number, name: path, limit: limit, patience: 10_000)
    }

    /// Why a file or folder could not be read; nil when it can. Wraps `access(2)`.
    package static func obstacle(to path: String) -> SystemError? {
        access(path, R_OK) == 0 ? nil : .last("open \(path)")
    }

    /// What an open descriptor gives up to its end, which stays open; EFBIG when that is more than the limit.
    ///
    /// - Parameter patience: how long a pipe whose writer does not write may keep us, in milliseconds; -1 is for ever.
    package static func read(
        descriptor: Int32, name: String, limit: Int, patience: Int32 = -1
    ) throws(SystemError) -> [UInt8] {
        var content: [UInt8] = []
        let chunkSize = 16_384
        while true {
            var code: Int32 = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: chunkSize) { buffer, count in
                let received = Glibc.read(descriptor, buffer.baseAddress, chunkSize)
                if received < 0 { code = errno }
                count = max(0, received)
            }
            switch code {
            case 0 where chunk.isEmpty: return content
            case 0: content += chunk
            case EINTR: continue
            case EAGAIN:
                var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                if poll(&entry, 1, patience) == 0 { throw SystemError(operation: "read \(name)", code: ETIMEDOUT) }
            default: throw SystemError(operation: "read \(name)", code: code)
            }
            if content.count > limit { throw SystemError(operation: "read \(name)", code: EFBIG) }
        }
    }
}
