import CPlatform
import Glibc

/// A few plain threads that look names up; each starts when there is work and ends when there is none.
final class LookupPool: Sendable {
    typealias Answer = Result<[SocketAddress], LookupError>

    static let process = LookupPool()

    private struct State: Sendable {
        /// How many lookups run at once.
        var limit = 4
        var queue: [Lookup] = []
        var threads = 0
        /// Threads in a lookup that was abandoned; others take their place.
        var stuck = 0

        /// There are not many more with those that hang in a lookup nobody waits for.
        var mayGrow: Bool { threads < min(limit + stuck, max(64, 2 * limit)) }
    }

    private let state = Locked(State())
    private let answer: @Sendable (LookupQuery) -> Answer

    init(answer: @escaping @Sendable (LookupQuery) -> Answer = { $0.perform() }) { self.answer = answer }

    /// Lets more lookups run at once than the few that one target needs.
    func allow(atOnce count: Int) { state.withLock { $0.limit = max($0.limit, count) } }

    func submit(_ lookup: Lookup) {
        state.withLock { $0.queue.append(lookup) }
        grow()
    }

    /// Gives a lookup up: it is taken from the queue, or its thread no longer counts.
    func abandon(_ lookup: Lookup) {
        state.withLock { state in
            state.queue.removeAll { $0 === lookup }
            if lookup.abandon() { state.stuck += 1 }
        }
        grow()
    }

    /// Starts a thread if there is work for one more.
    private func grow() {
        let shallStart = state.withLock { state in
            guard !state.queue.isEmpty, state.mayGrow else { return false }
            state.threads += 1
            return true
        }
        guard shallStart, !startThread() else { return }
        let failed = state.withLock { state in
            state.threads -= 1
            // With other threads at work the queue is still served.
            guard state.threads == state.stuck else { return [Lookup]() }
            let failed = state.queue
            state.queue = []
            return failed
        }
        for lookup in failed {
            lookup.finish(.failure(.failed(code: EAI_AGAIN, message: "no thread could be started for the lookup")))
        }
    }

    private func startThread() -> Bool {
        do throws(SystemError) {
            pthread_detach(try SystemThread.start { self.work() })
            return true
        } catch {
            return false
        }
    }

    private func work() {
        while let lookup = next() {
            let result = answer(lookup.query)
            state.withLock { if lookup.end(with: result) { $0.stuck -= 1 } }
            lookup.notify()
        }
    }

    private func next() -> Lookup? {
        state.withLock { state in
            guard !state.queue.isEmpty, state.threads <= state.limit + state.stuck else {
                state.threads -= 1
                return nil
            }
            let lookup = state.queue.removeFirst()
            lookup.begin()
            return lookup
        }
    }
}

/// One lookup on its way through the pool.
final class Lookup: Sendable {
    private enum Phase: Sendable {
        case queued
        case running
        case abandoned
        case ended(LookupPool.Answer)
    }

    let query: LookupQuery
    private let phase = Locked(Phase.queued)
    private let onEnd: @Sendable () -> Void

    init(_ query: LookupQuery, onEnd: @escaping @Sendable () -> Void) {
        self.query = query
        self.onEnd = onEnd
    }

    /// The answer, once there is one.
    var result: LookupPool.Answer? {
        phase.withLock { phase in
            guard case .ended(let result) = phase else { return nil }
            return result
        }
    }

    func begin() { phase.withLock { $0 = .running } }

    /// Keeps the answer; true when it was given up while it ran.
    func end(with result: LookupPool.Answer) -> Bool {
        phase.withLock { phase in
            if case .abandoned = phase { return true }
            phase = .ended(result)
            return false
        }
    }

    /// Gives it up; true when a thread is busy with it.
    func abandon() -> Bool {
        phase.withLock { phase in
            guard case .running = phase else { return false }
            phase = .abandoned
            return true
        }
    }

    func notify() { onEnd() }

    func finish(_ result: LookupPool.Answer) {
        _ = end(with: result)
        notify()
    }
}
