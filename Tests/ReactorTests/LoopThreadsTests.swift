import Glibc
import Testing

@testable import Reactor

struct LoopThreadsTests {
    @Test func runsEachLoopOnAThreadOfItsOwnUntilAllHaveEnded() async throws {
        let seen = Locked<[Int: pthread_t]>([:])
        let (before, after) = try await onLoop { loop in
            let before = pthread_self()
            try await LoopThreads.run(3) { loop, index in
                // They end one after the other.
                try? await loop.sleep(until: .after(.milliseconds(10 * index)))
                seen.withLock { $0[index] = pthread_self() }
            }
            return (before, pthread_self())
        }
        let threads = seen.withLock { $0 }
        #expect(threads.keys.sorted() == [0, 1, 2])
        #expect(Set(threads.values).union([before]).count == 4)
        #expect(before == after)
    }

    @Test func leavesSignalsToTheOthers() async throws {
        let blocked = Locked<[Int32]>([])
        try await onLoop { _ in
            try await LoopThreads.run(1) { _, _ in
                var mask = sigset_t()
                pthread_sigmask(SIG_BLOCK, nil, &mask)
                blocked.withLock { $0 = [SIGINT, SIGTERM].map { sigismember(&mask, $0) } }
            }
        }
        #expect(blocked.withLock { $0 } == [1, 1])
    }

    @Test func beginsNothingWhenALoopCannotBeHad() throws {
        #expect(try ChildRole.loopsBeyondTheLimit.play("") == ChildProcessTests.done)
    }

    @Test func returnsAtOnceWithoutLoops() async throws {
        try await onLoop { _ in try await LoopThreads.run(0) { _, _ in } }
    }
}
