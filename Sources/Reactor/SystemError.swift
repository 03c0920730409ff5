import CPlatform
import Glibc

/// A system call that failed: what was tried and the number the system gave.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, such as `connect` or `open report.json`.
    package let operation: String
    /// The number of `errno(3)`.
    package let code: Int32

    package init(operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    /// The error of the call that just failed; nothing may come between the two.
    static func last(_ operation: String) -> SystemError {
        SystemError(operation: operation, code: errno)
    }

    /// The system's words, lower-case and without full stop. Wraps `strerror(3)`.
    package var message: String {
        // The C library's own constant text; its buffer is per thread since glibc 2.32.
        guard let text = strerror(code) else { return "error \(code)" }
        var bytes = Array(UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) })
        if let first = bytes.first, bytes.dropFirst().first.map({ !isUpper($0) }) ?? true, isUpper(first) {
            bytes[0] = first | 0x20
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    package var description: String { "\(operation): \(message)" }

    /// Whether the reader of a pipe or socket has gone.
    package var isBrokenPipe: Bool { code == EPIPE }

    /// Whether somebody listens there already.
    package var isAddressInUse: Bool { code == EADDRINUSE }

    private func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
}
