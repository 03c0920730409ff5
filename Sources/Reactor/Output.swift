import CPlatform
import Glibc

/// Writes everything it is given to one descriptor, or says why it could not.
package final class Output: Sendable {
    package static let standard = Output(borrowing: STDOUT_FILENO, name: "standard output")
    package static let diagnostics = Output(borrowing: STDERR_FILENO, name: "standard error")

    /// Whether it is a terminal. Wraps `isatty(3)`.
    package let isTerminal: Bool
    private let number: Int32
    private let name: String
    /// Nil for a descriptor that outlives this.
    private let owned: Descriptor?

    /// Takes over a descriptor; the name is for the error message.
    package convenience init(adopting descriptor: Int32, name: String) {
        self.init(Descriptor(adopting: descriptor), name: name)
    }

    init(_ descriptor: consuming Descriptor, name: String) {
        number = descriptor.number
        isTerminal = isatty(number) == 1
        owned = consume descriptor
        self.name = name
    }

    private init(borrowing number: Int32, name: String) {
        self.number = number
        isTerminal = isatty(number) == 1
        self.name = name
        owned = nil
    }

    package func write(_ text: String) throws(SystemError) {
        try write(Array(text.utf8))
    }

    /// Writes all bytes, waiting for the reader as long as it takes. Wraps `write(2)`.
    package func write(_ bytes: [UInt8]) throws(SystemError) {
        try Self.write(bytes, to: number, name: name)
    }

    static func write(_ bytes: [UInt8], to number: Int32, name: String) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let (count, code) = bytes.withUnsafeBytes { all in
                let rest = UnsafeRawBufferPointer(rebasing: all[written...])
                let count = Glibc.write(number, rest.baseAddress, rest.count)
                return (count, count < 0 ? errno : 0)
            }
            switch code {
            case 0 where count > 0: written += count
            // Nothing written and no reason given: not to be tried for ever.
            case 0: throw SystemError(operation: "write to \(name)", code: EIO)
            case EINTR: continue
            case EAGAIN: awaitReader(of: number)
            default: throw SystemError(operation: "write to \(name)", code: code)
            }
        }
    }

    /// The terminal or pipe may be non-blocking because of a program that shares it.
    private static func awaitReader(of number: Int32) {
        var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        // Whatever it says, the next write tells more.
        _ = poll(&entry, 1, -1)
    }
}
