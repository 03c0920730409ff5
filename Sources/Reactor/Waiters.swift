/// Why a suspended task goes on.
enum Wake: Sendable {
    case cancelled
    case deadline
    case ready
}

/// Names one suspension; once it is over, the name is stale and waking it does nothing.
struct Ticket: Hashable, Sendable {
    let index: Int
    let generation: UInt32
}

/// What goes on when a wait is over.
enum Waiting {
    case task(UnsafeContinuation<Wake, Never>)
    /// For those who wait so long that a task would take too much memory.
    case callback((Wake) -> Void)

    func resume(returning wake: Wake) {
        switch self {
        case .task(let continuation): continuation.resume(returning: wake)
        case .callback(let call): call(wake)
        }
    }
}

/// What a loop's tasks wait for, with their deadlines: a pool, so that waiting allocates nothing, and a heap of timers.
struct Waiters {
    private struct Waiter {
        var waiting: Waiting?
        var generation: UInt32 = 0
        /// Where its timer is in the heap; -1 without one.
        var timer = -1
    }
    private struct Timer {
        let nanoseconds: Int64
        let waiter: Int
    }

    private var pool: [Waiter] = []
    private var free: [Int] = []
    private var heap: [Timer] = []

    /// The first deadline of all, Int64.max for none.
    var firstDeadline: Int64 { heap.first?.nanoseconds ?? .max }

    /// How many tasks wait.
    var count: Int { pool.count - free.count }

    /// Takes a place for the suspension that follows at once.
    mutating func reserve() -> Ticket {
        if let index = free.popLast() { return Ticket(index: index, generation: pool[index].generation) }
        pool.append(Waiter())
        return Ticket(index: pool.count - 1, generation: 0)
    }

    /// Puts who waits into its place.
    mutating func arm(_ ticket: Ticket, _ waiting: Waiting, until deadline: Deadline) {
        pool[ticket.index].waiting = waiting
        guard deadline.nanoseconds != .max else { return }
        heap.append(Timer(nanoseconds: deadline.nanoseconds, waiter: ticket.index))
        pool[ticket.index].timer = heap.count - 1
        siftUp(heap.count - 1)
    }

    /// Ends a suspension; nil when it was over before.
    mutating func take(_ ticket: Ticket) -> Waiting? {
        guard pool[ticket.index].generation == ticket.generation else { return nil }
        return take(ticket.index)
    }

    /// Ends the suspension with the earliest deadline if that is not after the given time.
    mutating func takeExpired(at now: Int64) -> Waiting? {
        guard let first = heap.first, first.nanoseconds <= now else { return nil }
        return take(first.waiter)
    }

    private mutating func take(_ index: Int) -> Waiting? {
        guard let waiting = pool[index].waiting else { return nil }
        if pool[index].timer >= 0 { removeTimer(at: pool[index].timer) }
        pool[index] = Waiter(generation: pool[index].generation &+ 1)
        free.append(index)
        return waiting
    }

    private mutating func removeTimer(at index: Int) {
        let last = heap.removeLast()
        guard index < heap.count else { return }
        place(last, at: index)
        siftUp(index)
        siftDown(index)
    }

    private mutating func place(_ timer: Timer, at index: Int) {
        heap[index] = timer
        pool[timer.waiter].timer = index
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        let timer = heap[index]
        while index > 0 {
            let parent = (index - 1) / 2
            guard timer.nanoseconds < heap[parent].nanoseconds else { break }
            place(heap[parent], at: index)
            index = parent
        }
        place(timer, at: index)
    }

    private mutating func siftDown(_ start: Int) {
        var index = start
        let timer = heap[index]
        while true {
            var child = 2 * index + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].nanoseconds < heap[child].nanoseconds { child += 1 }
            guard heap[child].nanoseconds < timer.nanoseconds else { break }
            place(heap[child], at: index)
            index = child
        }
        place(timer, at: index)
    }
}
