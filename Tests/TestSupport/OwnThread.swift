import Foundation
import Synchronization

/// Threads for what blocks: the pool that runs the tests has too few of its own.
public enum OwnThread {
    /// Runs the body on a new thread and suspends until it is done.
    public static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            start { continuation.resume(with: Swift.Result { try body() }) }
        }
    }

    /// What a body comes to that runs on a new thread meanwhile.
    public final class Result<Value: Sendable>: Sendable {
        private let value = Mutex<Value?>(nil)
        private let isThere = DispatchSemaphore(value: 0)

        /// Starts the body.
        public init(_ body: @escaping @Sendable () -> Value) {
            OwnThread.start {
                let result = body()
                self.value.withLock { $0 = result }
                self.isThere.signal()
            }
        }

        /// Blocks the thread until it is there.
        public func wait() -> Value {
            isThere.wait()
            guard let value = value.withLock({ $0 }) else { preconditionFailure("it is there before it is told") }
            return value
        }
    }

    /// Runs the body on a new thread and goes on.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let thread = Thread(block: body)
        thread.stackSize = 512 * 1024
        thread.start()
    }
}

/// Lets a few bodies run at once and keeps the others waiting, so that measured times mean something.
public actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Makes one that lets `count` bodies in.
    public init(_ count: Int) { free = count }

    /// Runs the body when it is its turn.
    public func pass<Value: Sendable>(_ body: @Sendable () async throws -> Value) async rethrows -> Value {
        await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
