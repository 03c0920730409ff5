import CPlatform
import Glibc

/// Connects to the first of several addresses that answers, as RFC 8305 wants it.
package struct Dialer: Sendable {
    package init() {}

    /// Tries the addresses with the families taking turns, the next one after the stagger or when the last one failed.
    ///
    /// The first that connects wins and the others are closed. Every attempt ends with the deadline or its own timeout.
    package func connect(
        to addresses: [SocketAddress],
        stagger: Duration = .milliseconds(250),
        until deadline: Deadline,
        attemptTimeout: Duration,
        on loop: EventLoop,
        report: (DialEvent) -> Void = { _ in }
    ) async -> DialResult {
        var race = Race(loop: loop, attemptTimeout: attemptTimeout)
        let queue = Self.interleaved(addresses)
        var next = 0
        var nextStart = Instant.now
        while true {
            if Task.isCancelled { return race.finish(.cancelled, report) }
            let now = Instant.now
            if deadline.nanoseconds <= now.nanoseconds { return race.finish(.deadline, report) }
            if race.endExpired(at: now, report) { nextStart = now }
            while next < queue.count, race.running.isEmpty || nextStart <= now {
                nextStart = race.start(queue[next], report) ? now.advanced(by: stagger) : now
                next += 1
            }
            if race.running.isEmpty { return race.finish(nil, report) }
            var wakeUp = deadline.earlier(of: race.firstTimeout)
            if next < queue.count { wakeUp = wakeUp.earlier(of: Deadline(nextStart)) }
            _ = await loop.wait(forWritingToAnyOf: race.running.map(\.registration.slot), until: wakeUp)
            switch race.collect(report) {
            case .connected: return race.finish(nil, report)
            case .failed: nextStart = .now
            case .nothing: break
            }
        }
    }

    /// The addresses in their order, but with the families taking turns (RFC 8305, section 4).
    static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let first = addresses.first?.family else { return [] }
        let preferred = addresses.filter { $0.family == first }
        let others = addresses.filter { $0.family != first }
        var result: [SocketAddress] = []
        result.reserveCapacity(addresses.count)
        for index in 0..<max(preferred.count, others.count) {
            if index < preferred.count { result.append(preferred[index]) }
            if index < others.count { result.append(others[index]) }
        }
        return result
    }
}

/// The attempts under way and those that ended.
private struct Race {
    enum Finding {
        case connected
        case failed
        case nothing
    }

    /// An attempt under way.
    struct Attempt {
        let address: SocketAddress
        /// Where its result goes.
        let position: Int
        let started: Instant
        let timeout: Deadline
        let registration: Registration
    }

    let loop: EventLoop
    let attemptTimeout: Duration
    private(set) var running: [Attempt] = []
    private var ended: [DialAttempt?] = []
    private var winner: Registration?

    init(loop: EventLoop, attemptTimeout: Duration) {
        self.loop = loop
        self.attemptTimeout = attemptTimeout
    }

    var firstTimeout: Deadline { running.reduce(.never) { $0.earlier(of: $1.timeout) } }

    /// Begins an attempt; false when it failed at once.
    mutating func start(_ address: SocketAddress, _ report: (DialEvent) -> Void) -> Bool {
        report(.started(address))
        let started = Instant.now
        let position = ended.count
        ended.append(nil)
        do {
            let registration = try Self.open(address, on: loop)
            let timeout = Deadline(started.advanced(by: attemptTimeout))
            running.append(
                Attempt(
                    address: address, position: position, started: started, timeout: timeout,
                    registration: registration))
            return true
        } catch {
            let attempt = DialAttempt(
                address: address, outcome: .failed(error), milliseconds: Instant.now.milliseconds(since: started))
            ended[position] = attempt
            report(.ended(attempt))
            return false
        }
    }

    /// Ends the attempts whose own time is over.
    mutating func endExpired(at now: Instant, _ report: (DialEvent) -> Void) -> Bool {
        let expired = running.filter { $0.timeout.nanoseconds <= now.nanoseconds }
        for attempt in expired { end(attempt, .timedOut, report) }
        return !expired.isEmpty
    }

    /// Looks at the attempts that have something to say; the first connected one wins.
    mutating func collect(_ report: (DialEvent) -> Void) -> Finding {
        var finding = Finding.nothing
        for attempt in running where loop.slots[attempt.registration.slot][.write].isReady {
            guard let error = Socket.pendingError(of: attempt.registration.descriptor) else {
                winner = attempt.registration
                end(attempt, .connected, report)
                return .connected
            }
            end(attempt, .failed(error), report)
            finding = .failed
        }
        return finding
    }

    /// Ends what is still under way and hands over the result.
    mutating func finish(_ interruption: WaitError?, _ report: (DialEvent) -> Void) -> DialResult {
        for attempt in running { end(attempt, interruption == .deadline ? .timedOut : .abandoned, report) }
        return DialResult(attempts: ended.compactMap { $0 }, interruption: interruption, winner: winner)
    }

    private mutating func end(
        _ attempt: Attempt, _ outcome: DialAttempt.Outcome, _ report: (DialEvent) -> Void
    ) {
        // Which closes it, unless it is the winner.
        running.removeAll { $0.position == attempt.position }
        let milliseconds = outcome == .abandoned ? nil : Instant.now.milliseconds(since: attempt.started)
        let result = DialAttempt(address: attempt.address, outcome: outcome, milliseconds: milliseconds)
        ended[attempt.position] = result
        report(.ended(result))
    }

    private static func open(_ address: SocketAddress, on loop: EventLoop) throws(SystemError) -> Registration {
        let descriptor = try Descriptor(adopting: platform_stream_socket(address.family.number), from: "socket")
        guard platform_without_delay(descriptor.number) == 0 else { throw .last("setsockopt") }
        let result = address.withSystemForm { Glibc.connect(descriptor.number, $0, $1) == 0 ? 0 : errno }
        // A connect that a signal interrupts goes on by itself.
        guard result == 0 || result == EINPROGRESS || result == EINTR else {
            throw SystemError(operation: "connect", code: result)
        }
        return try Registration(descriptor, on: loop)
    }
}
