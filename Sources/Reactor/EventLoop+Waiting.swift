/// Why a wait ended without what it waited for.
package enum WaitError: Error, Hashable, Sendable {
    case cancelled
    case deadline
}

/// The direction in which a socket is to become usable.
package enum Interest: Sendable {
    case read
    case write
}

/// What the loop knows of one descriptor.
struct Slot {
    struct Direction {
        /// Set by an edge from epoll, cleared by a call that said EAGAIN.
        var isReady = false
        var waiter: Ticket?
    }

    /// Counts the owners, so that a late event cannot reach the next one.
    var generation: UInt32 = 0
    /// Waits in a row that did not have to suspend.
    var busyTurns = 0
    private var read = Direction()
    private var write = Direction()

    init(generation: UInt32 = 0) { self.generation = generation }

    subscript(interest: Interest) -> Direction {
        get {
            switch interest {
            case .read: read
            case .write: write
            }
        }
        set {
            switch interest {
            case .read: read = newValue
            case .write: write = newValue
            }
        }
    }
}

extension EventLoop {
    /// Suspends the task until the deadline has passed.
    package func sleep(until deadline: Deadline) async throws(WaitError) {
        preconditionOnThread()
        if Task.isCancelled { throw .cancelled }
        switch await suspend(waiters.reserve(), until: deadline) {
        case .cancelled: throw .cancelled
        case .deadline, .ready: return
        }
    }

    /// Suspends the task until its ticket is woken, its deadline passes or it is cancelled; the caller reserved the ticket
    /// in the same turn.
    func suspend(_ ticket: Ticket, until deadline: Deadline) async -> Wake {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { waiters.arm(ticket, .task($0), until: deadline) }
        } onCancel: {
            cancel(ticket)
        }
    }

    /// Suspends the task until the slot is ready for the interest.
    func wait(for interest: Interest, at index: Int, until deadline: Deadline) async throws(WaitError) {
        preconditionOnThread()
        if slots[index][interest].isReady {
            if try takesTurn(at: index, until: deadline) { await yield() }
            return
        }
        if Task.isCancelled { throw .cancelled }
        slots[index].busyTurns = 0
        precondition(slots[index][interest].waiter == nil, "two tasks wait for the same direction of one descriptor")
        let ticket = waiters.reserve()
        slots[index][interest].waiter = ticket
        let wake = await suspend(ticket, until: deadline)
        slots[index][interest].waiter = nil
        switch wake {
        case .cancelled: throw .cancelled
        case .deadline: throw .deadline
        case .ready: return
        }
    }

    /// Calls back when the slot can be read, the deadline has passed or the rest is ended; no task waits meanwhile.
    ///
    /// To be called right after a read that said EAGAIN.
    func rest(at index: Int, until deadline: Deadline, _ call: @escaping (Wake) -> Void) -> Ticket {
        preconditionOnThread()
        precondition(slots[index][.read].waiter == nil, "two wait for the same direction of one descriptor")
        slots[index].busyTurns = 0
        let ticket = waiters.reserve()
        slots[index][.read].waiter = ticket
        waiters.arm(
            ticket,
            .callback { wake in
                // Unwatched in the meantime, the slot is somebody else's.
                if self.slots[index][.read].waiter == ticket { self.slots[index][.read].waiter = nil }
                call(wake)
            }, until: deadline)
        return ticket
    }

    /// Takes a turn without a wait: a flooding peer leaves nothing to wait for, and neither the deadline nor the other tasks
    /// may starve on it.
    func turn(at index: Int, until deadline: Deadline) async throws(WaitError) {
        if try takesTurn(at: index, until: deadline) { await yield() }
    }

    /// The part of a turn that does not suspend; whether it is the others' turn then.
    func takesTurn(at index: Int, until deadline: Deadline) throws(WaitError) -> Bool {
        preconditionOnThread()
        if Task.isCancelled { throw .cancelled }
        if deadline.hasPassed { throw .deadline }
        slots[index].busyTurns += 1
        return slots[index].busyTurns.isMultiple(of: 64)
    }

    /// Notes that the last call on the slot said EAGAIN.
    func exhausted(_ interest: Interest, at index: Int) {
        preconditionOnThread()
        slots[index][interest].isReady = false
    }

    /// Suspends the task until one of the slots can be written to.
    func wait(forWritingToAnyOf indices: [Int], until deadline: Deadline) async -> Wake {
        preconditionOnThread()
        if Task.isCancelled { return .cancelled }
        if indices.contains(where: { slots[$0][.write].isReady }) { return .ready }
        let ticket = waiters.reserve()
        for index in indices { slots[index][.write].waiter = ticket }
        let wake = await suspend(ticket, until: deadline)
        for index in indices { slots[index][.write].waiter = nil }
        return wake
    }
}
