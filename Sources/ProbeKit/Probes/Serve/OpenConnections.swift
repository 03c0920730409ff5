import Reactor

/// The connections that one loop serves, and their end.
final class OpenConnections: @unchecked Sendable {
    // Sendable without a check: used by tasks of its loop alone.
    let loop: EventLoop
    /// What their sockets read into.
    let buffer: ReadBuffer
    /// Whether no more requests are waited for.
    private(set) var isDraining = false
    private var tasks: [Int: Task<Void, Never>] = [:]
    /// Those that wait for a client that owes them nothing.
    private var resting: Set<Int> = []
    private var whenEmpty: UnsafeContinuation<Void, Never>?

    /// How long what is under way may take once the end has come.
    private static let grace = Duration.seconds(1)

    init(on loop: EventLoop) {
        self.loop = loop
        buffer = ReadBuffer(on: loop)
    }

    /// Serves a connection in a task of its own.
    func add(_ number: Int, _ serve: @escaping @Sendable () async -> Void) {
        tasks[number] = Task(executorPreference: loop) {
            await serve()
            self.remove(number)
        }
    }

    /// The connection waits for its client: it may be ended at once.
    func rest(_ number: Int) { resting.insert(number) }

    /// The connection has something to do again.
    func resume(_ number: Int) { resting.remove(number) }

    /// Ends the connections: those that rest at once, the others when they have answered, or after a second.
    func drain() async {
        isDraining = true
        for number in resting { tasks[number]?.cancel() }
        if !tasks.isEmpty { try? await loop.sleep(until: .after(Self.grace)) }
        for task in tasks.values { task.cancel() }
    }

    /// Suspends until the last connection has ended.
    func untilEmpty() async {
        guard !tasks.isEmpty else { return }
        await withUnsafeContinuation { whenEmpty = $0 }
    }

    private func remove(_ number: Int) {
        tasks[number] = nil
        guard tasks.isEmpty, let waiting = whenEmpty else { return }
        whenEmpty = nil
        waiting.resume()
    }
}
