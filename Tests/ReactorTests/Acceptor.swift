import Glibc

@testable import Reactor

/// What a server does on each of its loops, as a program that uses the reactor writes it.
enum Acceptor {
    /// Accepts until the listener is closed or the admission ends, then waits for the connections of all loops.
    ///
    /// `answer` gets each descriptor, has to close it, and says whether the connection counts.
    static func run(
        _ listener: Listener, _ admission: Admission, on loop: EventLoop,
        answer: @escaping @Sendable (Int32) async -> Bool
    ) async throws {
        let watch = try listener.watch(on: loop)
        accepting: while true {
            switch try await watch.next(admittedBy: admission) {
            case .connection(let descriptor, _):
                Task(executorPreference: loop) {
                    let counts = await answer(descriptor)
                    if counts { admission.settled() }
                    admission.left(counts: counts)
                }
            case .none, .again: preconditionFailure("no answer")
            case .closed: break accepting
            case .exhausted(let error), .failed(let error): throw error
            }
        }
        while admission.open > 0 { await loop.yield() }
    }
}
