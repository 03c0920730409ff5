import CPlatform
import Glibc

/// Owns a connected, non-blocking socket that a loop watches; the end of its life closes it.
///
/// Belongs to tasks of its loop: every use elsewhere is a bug and stops the program.
package struct Socket: ~Copyable {
    let registration: Registration

    /// Takes over a descriptor, makes it non-blocking, close-on-exec and immediate, and watches it.
    package init(adopting descriptor: Int32, on loop: EventLoop) throws(SystemError) {
        let owned = Descriptor(adopting: descriptor)
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else { throw .last("fcntl") }
        guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { throw .last("fcntl") }
        // Fails for what is not TCP, such as a socket pair, where nothing is held back anyway.
        _ = platform_without_delay(descriptor)
        registration = try Registration(owned, on: loop)
    }

    /// Takes over what a listener accepted, which has all of that already but the watch.
    package init(accepted descriptor: Int32, on loop: EventLoop) throws(SystemError) {
        registration = try Registration(Descriptor(adopting: descriptor), on: loop)
    }

    /// Takes over a socket that is watched, non-blocking and close-on-exec.
    init(_ registration: Registration) { self.registration = registration }

    package var descriptor: Int32 { registration.descriptor }

    /// Suspends until the socket may be usable, at once when it was not exhausted since the last time.
    ///
    /// The deadline and cancellation count even then, and every 64 such turns the other tasks get theirs.
    package func wait(for interest: Interest, until deadline: Deadline) async throws(WaitError) {
        try await registration.wait(for: interest, until: deadline)
    }

    /// Goes on without a wait: the deadline and cancellation count, and every 64 such turns the other tasks get theirs.
    package func turn(until deadline: Deadline) async throws(WaitError) {
        try await registration.turn(until: deadline)
    }

    /// Notes that the last call said EAGAIN, so that the next wait suspends.
    package func exhausted(_ interest: Interest) {
        registration.exhausted(interest)
    }

    /// What can be read without waiting; empty when there is nothing, or no more. Wraps `recv(2)`.
    package func receive(upTo limit: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: max(0, limit)) { buffer, count in
            while count < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let received = recv(descriptor, rest.baseAddress, rest.count, Int32(MSG_DONTWAIT))
                if received < 0, errno == EINTR { continue }
                guard received > 0 else {
                    if received < 0 { registration.exhausted(.read) }
                    break
                }
                count += received
            }
        }
    }

    /// Says that nothing more will be sent. Wraps `shutdown(2)`.
    package func shutdownWriting() {
        // Fails only when the connection is gone already.
        _ = shutdown(descriptor, Int32(SHUT_WR))
    }

    /// The error the socket holds, which asking takes away. Wraps `SO_ERROR` of `socket(7)`.
    package var pendingError: SystemError? { Self.pendingError(of: descriptor) }

    static func pendingError(of descriptor: Int32) -> SystemError? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else { return .last("getsockopt") }
        return code == 0 ? nil : SystemError(operation: "connect", code: code)
    }
}
