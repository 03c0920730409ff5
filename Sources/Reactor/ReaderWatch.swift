import CPlatform
import Glibc

/// Notices that the reader of standard output has gone, while nothing is being written.
package struct ReaderWatch: ~Copyable {
    private let registration: Registration

    /// Throws when standard output is no pipe: files have no reader, and a terminal's input would look like one leaving.
    package init(on loop: EventLoop) throws(SystemError) {
        guard platform_is_pipe(STDOUT_FILENO) != 0 else {
            throw SystemError(operation: "watch the output", code: EINVAL)
        }
        let copy = try Descriptor(adopting: fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), from: "dup")
        registration = try Registration(copy, on: loop)
    }

    /// Suspends until the reader closes its end: the writing end of a pipe becomes "readable" by nothing else.
    package func untilItLeaves() async throws(WaitError) {
        try await registration.wait(for: .read, until: .never)
    }
}
