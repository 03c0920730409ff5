import CPlatform
import Glibc

/// One epoll loop that is also the executor of the tasks it runs: straight-line code, one thread, no hops.
///
/// Wraps `epoll(7)`. A loop belongs to the thread that made it.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    // Unchecked: everything that changes is touched on `thread` alone; the inbox, for the others, has its own lock.
    private let thread = pthread_self()
    private let epoll: Descriptor
    private let alarm: Descriptor
    private let inbox = Locked(Inbox())
    private let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: eventCapacity)

    // Exclusivity is not checked at run time, which took a third of the loop's own instructions: with one thread, accesses
    // could only overlap within one call, and none passes these on.
    @exclusivity(unchecked) private var ready: [UnownedJob] = []
    @exclusivity(unchecked) private var nextReady = 0
    @exclusivity(unchecked) private var cancelled: [Ticket] = []
    @exclusivity(unchecked) private var yielding: [UnsafeContinuation<Void, Never>] = []
    @exclusivity(unchecked) var waiters = Waiters()
    @exclusivity(unchecked) var slots: [Slot] = []
    @exclusivity(unchecked) private var freeSlots: [Int] = []

    private static let eventCapacity = 64
    /// No task keeps the timers and the sockets waiting for longer than this many jobs.
    private static let jobsPerTurn = 64

    package init() throws(SystemError) {
        epoll = try Descriptor(adopting: platform_epoll(), from: "epoll_create1")
        alarm = try Descriptor(adopting: platform_eventfd(), from: "eventfd")
        guard platform_watch_alarm(epoll.number, alarm.number) == 0 else { throw .last("epoll_ctl") }
    }

    deinit { events.deallocate() }

    /// Runs a new loop on the calling thread until the body has ended.
    ///
    /// The body, its child tasks and what they await run here. A task it started and did not await is not waited for.
    package static func run<Result: Sendable>(
        _ body: @escaping @Sendable (EventLoop) async -> Result
    ) throws(SystemError) -> Result {
        try EventLoop().run(body)
    }

    /// Runs this loop, on the thread that made it, until the body has ended.
    package func run<Result: Sendable>(
        _ body: @escaping @Sendable (EventLoop) async -> Result
    ) throws(SystemError) -> Result {
        preconditionOnThread()
        let outcome = Outcome<Result>()
        Task(executorPreference: self) { outcome.value = await body(self) }
        while true {
            runJobs()
            if let value = outcome.value { return value }
            try poll()
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isOnThread {
            ready.append(job)
        } else {
            post { $0.jobs.append(job) }
        }
    }

    /// Lets the other tasks, the timers and the sockets have a turn.
    package func yield() async {
        preconditionOnThread()
        await withUnsafeContinuation { yielding.append($0) }
    }

    /// Ends a suspension from any thread; it takes effect on the loop's next turn.
    func cancel(_ ticket: Ticket) {
        if isOnThread {
            cancelled.append(ticket)
        } else {
            wake(ticket, .cancelled)
        }
    }

    /// Ends a suspension from another thread.
    func wake(_ ticket: Ticket, _ reason: Wake) {
        post { $0.wakes.append((ticket, reason)) }
    }

    /// Begins to watch a descriptor and returns its slot; one that other loops watch too wakes one of them at a time.
    func watch(_ descriptor: borrowing Descriptor, isShared: Bool = false) throws(SystemError) -> Int {
        preconditionOnThread()
        if freeSlots.isEmpty {
            freeSlots.append(slots.count)
            slots.append(Slot())
        }
        let index = freeSlots[freeSlots.count - 1]
        let mark = UInt64(slots[index].generation) << 32 | UInt64(truncatingIfNeeded: index)
        let result =
            isShared
            ? platform_watch_shared(epoll.number, descriptor.number, mark)
            : platform_watch(epoll.number, descriptor.number, mark)
        guard result == 0 else { throw .last("epoll_ctl") }
        freeSlots.removeLast()
        return index
    }

    /// Stops watching; events of the old owner that are still under way no longer match the slot's generation.
    func unwatch(_ descriptor: borrowing Descriptor, at index: Int) {
        preconditionOnThread()
        platform_unwatch(epoll.number, descriptor.number)
        slots[index] = Slot(generation: slots[index].generation &+ 1)
        freeSlots.append(index)
    }

    /// A wait on a foreign thread would race with the loop: that is a bug in the caller.
    func preconditionOnThread() {
        precondition(isOnThread, "used outside the event loop's tasks")
    }

    private var isOnThread: Bool { pthread_equal(pthread_self(), thread) != 0 }

    private func post(_ change: (inout Inbox) -> Void) {
        let maySleep = inbox.withLock { inbox in
            change(&inbox)
            let maySleep = inbox.mayLoopSleep
            inbox.mayLoopSleep = false
            return maySleep
        }
        if maySleep { eventfd_write(alarm.number, 1) }
    }

    private func runJobs() {
        var left = Self.jobsPerTurn
        while left > 0, nextReady < ready.count {
            let job = ready[nextReady]
            nextReady += 1
            left -= 1
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
        if nextReady == ready.count {
            ready.removeAll(keepingCapacity: true)
            nextReady = 0
        } else if nextReady >= 1024 {
            ready.removeFirst(nextReady)
            nextReady = 0
        }
    }

    /// Collects what happened: other threads first, then the sockets, then the timers.
    private func poll() throws(SystemError) {
        let isIdle = nextReady == ready.count && yielding.isEmpty && cancelled.isEmpty
        let timeout = openInbox(beforeSleep: isIdle) && isIdle ? timeoutUntilTimer() : 0
        let count = epoll_wait(epoll.number, events, Int32(Self.eventCapacity), timeout)
        let code = errno
        guard count >= 0 || code == EINTR else { throw SystemError(operation: "epoll_wait", code: code) }
        for index in 0..<max(0, Int(count)) { deliver(events[index]) }
        if waiters.firstDeadline != .max {
            let now = Instant.now.nanoseconds
            while let waiting = waiters.takeExpired(at: now) { waiting.resume(returning: .deadline) }
        }
        if !yielding.isEmpty {
            let resumed = yielding
            yielding.removeAll(keepingCapacity: true)
            for continuation in resumed { continuation.resume() }
        }
    }

    /// Takes in what other threads left; whether that was nothing. If so before sleep, the next one has to wake the loop.
    private func openInbox(beforeSleep: Bool) -> Bool {
        let (jobs, wakes) = inbox.withLock { inbox in
            let content = (inbox.jobs, inbox.wakes)
            if !inbox.isEmpty { inbox = Inbox() }
            inbox.mayLoopSleep = beforeSleep && content.0.isEmpty && content.1.isEmpty
            return content
        }
        ready.append(contentsOf: jobs)
        for (ticket, reason) in wakes { waiters.take(ticket)?.resume(returning: reason) }
        for ticket in cancelled { waiters.take(ticket)?.resume(returning: .cancelled) }
        cancelled.removeAll(keepingCapacity: true)
        return jobs.isEmpty && wakes.isEmpty
    }

    /// Milliseconds that epoll may wait, rounded up so that a timer is never early; -1 for ever.
    private func timeoutUntilTimer() -> Int32 {
        let first = waiters.firstDeadline
        guard first != .max else { return -1 }
        let (left, overflow) = first.subtractingReportingOverflow(Instant.now.nanoseconds)
        guard !overflow, left > 0 else { return 0 }
        return Int32(clamping: left / 1_000_000 + (left % 1_000_000 == 0 ? 0 : 1))
    }

    private func deliver(_ event: epoll_event) {
        let mark = event.data.u64
        // The alarm's mark is a slot that no loop has.
        let index = Int(mark & 0xFFFF_FFFF)
        guard index < slots.count, slots[index].generation == UInt32(truncatingIfNeeded: mark >> 32) else { return }
        if platform_may_read(event.events) != 0 { signal(.read, at: index) }
        if platform_may_write(event.events) != 0 { signal(.write, at: index) }
    }

    private func signal(_ interest: Interest, at index: Int) {
        slots[index][interest].isReady = true
        guard let waiter = slots[index][interest].waiter else { return }
        slots[index][interest].waiter = nil
        waiters.take(waiter)?.resume(returning: .ready)
    }
}

/// What other threads leave for the loop.
private struct Inbox: Sendable {
    var jobs: [UnownedJob] = []
    var wakes: [(Ticket, Wake)] = []
    /// Whether the loop is, or is about to be, asleep in epoll_wait, so that it has to be woken.
    var mayLoopSleep = false

    var isEmpty: Bool { jobs.isEmpty && wakes.isEmpty }
}

/// Carries the body's result out of its task.
private final class Outcome<Value: Sendable>: @unchecked Sendable {
    // Unchecked: written and read on the loop's thread only.
    var value: Value?
}
