import CPlatform
import Glibc

/// Event loops on threads of their own.
package enum LoopThreads {
    /// Runs the body on so many new loops and suspends until all have ended; when one loop cannot be had, none begins.
    ///
    /// Cancelling the caller does not reach the bodies: they end by what they wait for.
    package static func run(
        _ count: Int, _ body: @escaping @Sendable (EventLoop, Int) async -> Void
    ) async throws(SystemError) {
        let crew = Crew(count)
        var threads: [pthread_t] = []
        for index in 0..<count {
            do throws(SystemError) {
                threads.append(try SystemThread.start { crew.work(at: index, body) })
            } catch {
                crew.lose(error)
            }
        }
        await crew.untilAllEnded()
        // They have nothing left to do: this waits for their last instructions only.
        for thread in threads { pthread_join(thread, nil) }
        if let failure = crew.failure { throw failure }
    }
}

/// What the threads of one run know of each other.
private final class Crew: Sendable {
    private struct State: Sendable {
        /// Loops that are still to be made.
        var expected: Int
        var working: Int
        var failure: SystemError?
        var starters: [UnsafeContinuation<Bool, Never>] = []
        var caller: UnsafeContinuation<Void, Never>?
    }

    private let state: Locked<State>

    init(_ count: Int) { state = Locked(State(expected: count, working: count)) }

    /// The first error of all.
    var failure: SystemError? { state.withLock { $0.failure } }

    /// What one thread does.
    func work(at index: Int, _ body: @escaping @Sendable (EventLoop, Int) async -> Void) {
        do throws(SystemError) {
            let loop = try EventLoop()
            do throws(SystemError) {
                try loop.run { loop in
                    if await self.mayBegin() { await body(loop, index) }
                }
            } catch {
                state.withLock { $0.failure = $0.failure ?? error }
            }
            end()
        } catch {
            lose(error)
        }
    }

    /// Counts out a loop that could not be had.
    func lose(_ error: SystemError) {
        state.withLock { state in
            state.failure = state.failure ?? error
            state.expected -= 1
        }
        release()
        end()
    }

    /// Suspends the caller of the run.
    func untilAllEnded() async {
        await withUnsafeContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.working > 0 else { return true }
                state.caller = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Suspends a loop's first task until every loop is there; false when one is not.
    private func mayBegin() async -> Bool {
        await withUnsafeContinuation { continuation in
            state.withLock { state in
                state.starters.append(continuation)
                state.expected -= 1
            }
            release()
        }
    }

    private func release() {
        let (released, mayBegin) = state.withLock { state in
            guard state.expected == 0 else { return ([UnsafeContinuation<Bool, Never>](), false) }
            defer { state.starters = [] }
            return (state.starters, state.failure == nil)
        }
        for continuation in released { continuation.resume(returning: mayBegin) }
    }

    private func end() {
        let caller = state.withLock { state in
            state.working -= 1
            return state.working == 0 ? state.caller : nil
        }
        caller?.resume()
    }
}
