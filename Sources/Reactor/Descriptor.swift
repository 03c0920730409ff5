import CPlatform
import Glibc

/// Owns a file descriptor and closes it at the end of its life.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    init(adopting number: Int32) { self.number = number }

    /// Takes over what a system call returned, or throws the error it left.
    init(adopting number: Int32, from operation: String) throws(SystemError) {
        guard number >= 0 else { throw .last(operation) }
        self.number = number
    }

    deinit { close(number) }
}
