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
}
