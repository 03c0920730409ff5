/// Limits how many connections the loops of a process have open at once, and how many they take in all.
///
/// Only a connection that settles uses up the total: the place that a port scan or a health check takes, it gives back.
package final class Admission: Sendable {
    private struct State: Sendable {
        var tally: AdmissionTally
        /// In the order in which they came; not empty only while the answer is "later".
        var waiting: [Waiting] = []
        var lastNumber: UInt64 = 0

        /// Takes out those for whom there is an answer now.
        mutating func takeAnswered() -> [(Waiting, Bool)] {
            var answered: [(Waiting, Bool)] = []
            while !waiting.isEmpty, let answer = tally.admit() { answered.append((waiting.removeFirst(), answer)) }
            return answered
        }
    }
    private struct Waiting: Sendable {
        let number: UInt64
        let continuation: UnsafeContinuation<Bool, Never>
    }

    private let state: Locked<State>
    private let onFull: @Sendable () -> Void

    /// Calls `onFull` once, on the thread of the connection that made the total full.
    package init(openAtOnce: Int, inAll: Int?, onFull: @escaping @Sendable () -> Void = {}) {
        state = Locked(State(tally: AdmissionTally(openAtOnce: openAtOnce, inAll: inAll)))
        self.onFull = onFull
    }

    /// How many are admitted and have not left.
    package var open: Int { state.withLock { $0.tally.open } }

    /// How many have settled.
    package var counted: Int { state.withLock { $0.tally.counted } }

    /// Whether as many have settled as are wanted in all.
    package var isFull: Bool { state.withLock { $0.tally.isFull } }

    /// Suspends until one more connection may be accepted, who came first first; false when none may any more, or the task
    /// is cancelled.
    ///
    /// Not to be held while waiting for a client: see `ListenerWatch`.
    package func admit() async -> Bool {
        if Task.isCancelled { return false }
        let (answer, number) = state.withLock { state in
            state.lastNumber += 1
            return (state.tally.admit(), state.lastNumber)
        }
        if let answer { return answer }
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { wait($0, as: number) }
        } onCancel: {
            giveUp(number)
        }
    }

    /// Admits one more connection, or says that none may any more; nil where `admit()` would suspend.
    package func admitAtOnce() -> Bool? { state.withLock { $0.tally.admit() } }

    /// Gives back an admission that led to no connection.
    package func withdraw() { left(counts: false) }

    /// Notes that a connection has shown that it counts, once for each.
    package func settled() {
        let isNowFull = change { $0.settle() }
        if isNowFull { onFull() }
    }

    /// Notes that a connection has ended; `counts` says whether it had settled.
    package func left(counts: Bool) { change { $0.leave(counts: counts) } }

    /// Admits nobody any more. From any thread.
    package func stop() { change { $0.stop() } }

    private func wait(_ continuation: UnsafeContinuation<Bool, Never>, as number: UInt64) {
        let answer = state.withLock { state -> Bool? in
            // Under the lock: who is cancelled later than this is found by giveUp().
            if Task.isCancelled { return false }
            if let answer = state.tally.admit() { return answer }
            state.waiting.append(Waiting(number: number, continuation: continuation))
            return nil
        }
        if let answer { continuation.resume(returning: answer) }
    }

    private func giveUp(_ number: UInt64) {
        let waiting = state.withLock { state -> Waiting? in
            guard let index = state.waiting.firstIndex(where: { $0.number == number }) else { return nil }
            return state.waiting.remove(at: index)
        }
        waiting?.continuation.resume(returning: false)
    }

    /// Changes the tally and answers those who waited for that, before anybody else can ask.
    private func change<Result>(_ change: (inout AdmissionTally) -> Result) -> Result {
        let (result, answered) = state.withLock { state in
            let result = change(&state.tally)
            return (result, state.takeAnswered())
        }
        for (waiting, answer) in answered { waiting.continuation.resume(returning: answer) }
        return result
    }
}
