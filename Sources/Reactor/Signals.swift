import CPlatform
import Glibc

/// SIGINT and SIGTERM as something a task waits for. Wraps `signalfd(2)`.
///
/// `block()` comes first in the program, before any thread starts.
package struct Signals: ~Copyable {
    private let registration: Registration

    /// Keeps SIGINT and SIGTERM from ending the program. Wraps `pthread_sigmask(3)`.
    package static func block() {
        var signals = endingSignals
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Makes writing to a closed pipe or connection an error instead of the end of the program.
    package static func ignorePipe() {
        _ = signal(SIGPIPE, SIG_IGN)
    }

    package init(on loop: EventLoop) throws(SystemError) {
        var signals = Self.endingSignals
        let descriptor = try Descriptor(adopting: platform_signalfd(&signals), from: "signalfd")
        registration = try Registration(descriptor, on: loop)
    }

    /// Suspends until SIGINT or SIGTERM comes and returns its number; from then on a second one ends the program at once,
    /// with status 128 plus its number.
    package func next() async throws(WaitError) -> Int32 {
        while true {
            var information = signalfd_siginfo()
            let size = MemoryLayout<signalfd_siginfo>.size
            let count = read(registration.descriptor, &information, size)
            if count == size {
                Self.exitOnSecond()
                return Int32(truncatingIfNeeded: information.ssi_signo)
            }
            if count < 0, errno == EINTR { continue }
            registration.exhausted(.read)
            try await registration.wait(for: .read, until: .never)
        }
    }

    /// Calls `act` on a thread of its own when SIGINT or SIGTERM comes, even while every loop is stuck in a write that nobody
    /// reads. A second one ends the program at once, and so does the first one after `limit`: status 128 plus its number.
    package static func onFirst(
        endingWithin limit: Duration, _ act: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let thread = try SystemThread.start {
            var signals = endingSignals
            var number: Int32 = 0
            while sigwait(&signals, &number) != 0 {}
            exitOnSecond()
            act()
            // A handler that returns would cut this short, and none does.
            sleep(UInt32(clamping: limit.components.seconds))
            _exit(128 &+ number)
        }
        pthread_detach(thread)
    }

    /// By a handler, so that it works even when the loop is stuck in a write that nobody reads.
    private static func exitOnSecond() {
        for number in [SIGINT, SIGTERM] { _ = signal(number) { _exit(128 &+ $0) } }
        var signals = endingSignals
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    private static var endingSignals: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        return signals
    }
}
