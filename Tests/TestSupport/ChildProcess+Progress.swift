import Foundation
import Glibc

extension ChildProcess {
    /// What is known about a program; its reader keeps it, so that the program can be let go meanwhile.
    final class Progress: @unchecked Sendable {
        // Sendable without a check: what changes is only touched under `condition`.
        private let condition = NSCondition()
        private let identifier: pid_t
        private var streams: (output: [UInt8], errors: [UInt8]) = ([], [])
        private var peak = 0
        private var end: Ending?

        init(_ identifier: pid_t) { self.identifier = identifier }

        var output: [UInt8] { condition.withLock { streams.output } }
        var errors: [UInt8] { condition.withLock { streams.errors } }
        var peakKilobytes: Int { condition.withLock { peak } }
        var ending: Ending? { condition.withLock { end } }

        /// Not after it was reaped: its number may be somebody else's by then.
        func signal(_ number: Int32) { condition.withLock { if end == nil { kill(identifier, number) } } }

        /// False when time ran out.
        func wait(until date: Date, _ isMet: () -> Bool) -> Bool {
            while true {
                // Outside the lock, for the condition looks at the output.
                if isMet() { return true }
                condition.lock()
                defer { condition.unlock() }
                if end != nil { return true }
                // A change between the look and the wait is seen at the next turn.
                let turn = min(date, Date(timeIntervalSinceNow: 0.05))
                if !condition.wait(until: turn), turn >= date { return false }
            }
        }

        /// Reads both streams to their end and reaps the program; runs on a thread of its own.
        func collect(_ output: Int32, _ errors: Int32, measuresMemory: Bool) {
            var entries = [output, errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            while entries.contains(where: { $0.fd >= 0 }) {
                _ = poll(&entries, 2, measuresMemory ? 20 : -1)
                if measuresMemory { measure() }
                for index in entries.indices where entries[index].fd >= 0 && entries[index].revents != 0 {
                    let bytes = Descriptors.read(entries[index].fd)
                    if bytes.isEmpty {
                        close(entries[index].fd)
                        entries[index].fd = -1
                    }
                    condition.withLock {
                        if index == 0 { streams.output += bytes } else { streams.errors += bytes }
                        condition.broadcast()
                    }
                }
            }
            reap()
        }

        private func reap() {
            var information = siginfo_t()
            while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            let time = monotonicSeconds()
            condition.withLock {
                var status: Int32 = 0
                waitpid(identifier, &status, 0)
                let signal = status & 0x7F
                end = Ending(status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, time: time)
                condition.broadcast()
            }
        }

        /// The kernel keeps the peak itself, so only what happens after the last look is missed.
        private func measure() {
            guard let text = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8),
                let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
                let number = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
            else { return }
            condition.withLock { peak = max(peak, number) }
        }
    }
}
