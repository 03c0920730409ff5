/// Owns a descriptor that a loop watches; ends the watch, then closes it.
///
/// A class, so that an array can hold what dialing has under way.
final class Registration: Sendable {
    private let owned: Descriptor
    let loop: EventLoop
    let slot: Int

    init(_ descriptor: consuming Descriptor, on loop: EventLoop) throws(SystemError) {
        slot = try loop.watch(descriptor)
        owned = descriptor
        self.loop = loop
    }

    deinit { loop.unwatch(owned, at: slot) }

    var descriptor: Int32 { owned.number }

    func wait(for interest: Interest, until deadline: Deadline) async throws(WaitError) {
        try await loop.wait(for: interest, at: slot, until: deadline)
    }

    func turn(until deadline: Deadline) async throws(WaitError) {
        try await loop.turn(at: slot, until: deadline)
    }

    func exhausted(_ interest: Interest) {
        loop.exhausted(interest, at: slot)
    }

    func rest(until deadline: Deadline, _ call: @escaping (WaitError?) -> Void) -> Rest {
        let ticket = loop.rest(at: slot, until: deadline) { wake in
            switch wake {
            case .ready: call(nil)
            case .cancelled: call(.cancelled)
            case .deadline: call(.deadline)
            }
        }
        return Rest(loop: loop, ticket: ticket)
    }
}

/// A socket that waits without a task.
package struct Rest {
    fileprivate let loop: EventLoop
    fileprivate let ticket: Ticket

    /// Ends it, which is called back as cancelled; nothing happens when it is over.
    package func end() { loop.cancel(ticket) }
}
