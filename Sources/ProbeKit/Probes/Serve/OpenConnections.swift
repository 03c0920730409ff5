import Reactor

/// The connections that one loop serves, and their end.
final class OpenConnections: @unchecked Sendable {
    // Sendable without a check: used by tasks of its loop alone.
    let loop: EventLoop
    /// What their sockets read into.
    let buffer: ReadBuffer
    /// Whether no more requests are waited for.
    private(set) var isDraining = false
    private var working: [Int: Work] = [:]
    /// Those that wait for a client that owes them nothing: a task for each would take half of their memory.
    private var resting: [Int: Rest] = [:]
    private var whenEmpty: UnsafeContinuation<Void, Never>?
    private var grace: Task<Void, Never>?

    private struct Work {
        let client: ServedConnection
        let task: Task<Void, Never>
    }

    init(on loop: EventLoop) {
        self.loop = loop
        buffer = ReadBuffer(on: loop)
    }

    /// Lets a connection go on in a task of its own: until it ends, or rests.
    func run(_ client: ServedConnection, _ work: @escaping @Sendable () async -> Void) {
        let number = client.number
        let task = Task(executorPreference: loop) {
            await work()
            self.working[number] = nil
            self.tellIfEmpty()
        }
        working[number] = Work(client: client, task: task)
    }

    /// The connection has nothing to do until its client says something or the deadline passes.
    func rest(_ client: ServedConnection, on channel: Channel, until deadline: Deadline) {
        let number = client.number
        resting[number] = channel.rest(until: deadline) { _ in
            self.resting[number] = nil
            self.run(client) { await client.proceed(in: self) }
        }
    }

    /// Ends the connections: those that rest or have not said hello at once, the others when they have answered, or when
    /// the grace period is over.
    func drain(within gracePeriod: Duration) {
        isDraining = true
        for rest in resting.values { rest.end() }
        for work in working.values where !work.client.log.hasClientHello { work.task.cancel() }
        guard !isEmpty else { return }
        grace = Task(executorPreference: loop) {
            try? await self.loop.sleep(until: .after(gracePeriod))
            if !Task.isCancelled { for work in self.working.values { work.task.cancel() } }
        }
    }

    /// Suspends until the last connection has ended.
    func untilEmpty() async {
        if !isEmpty { await withUnsafeContinuation { whenEmpty = $0 } }
        grace?.cancel()
        await grace?.value
    }

    private var isEmpty: Bool { working.isEmpty && resting.isEmpty }

    private func tellIfEmpty() {
        guard isEmpty, let waiting = whenEmpty else { return }
        whenEmpty = nil
        waiting.resume()
    }
}
