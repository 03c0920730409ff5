import Glibc
import Testing

@testable import Reactor

struct EventLoopTests {
    @Test func runsTheBodyOnTheCallingThread() async throws {
        let threads = await onThread { (pthread_self(), try? EventLoop.run { _ in pthread_self() }) }
        #expect(threads.0 == threads.1)
    }

    @Test func keepsChildTasksOnTheLoop() async throws {
        let threads = try await onLoop { loop in
            await withTaskGroup(of: pthread_t.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        await loop.yield()
                        return pthread_self()
                    }
                }
                return await group.reduce(into: Set([pthread_self()])) { $0.insert($1) }
            }
        }
        #expect(threads.count == 1)
    }

    @Test func sleepsUntilTheDeadline() async throws {
        let passed = try await onLoop { loop in
            let start = Instant.now
            try await loop.sleep(until: .after(.milliseconds(50)))
            return Instant.now.milliseconds(since: start)
        }
        #expect((50...300).contains(passed))
    }

    @Test func wakesSleepersInTheOrderOfTheirDeadlines() async throws {
        let order = try await onLoop { loop in
            await withTaskGroup(of: Int.self) { group in
                for delay in [30, 10, 50, 20, 40, 0] {
                    group.addTask {
                        try? await loop.sleep(until: .after(.milliseconds(delay)))
                        return delay
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(order == [0, 10, 20, 30, 40, 50])
    }

    @Test func keepsTimersAliveBesideABusyTask() async throws {
        let passed = try await onLoop { loop in
            await withTaskGroup(of: Double?.self) { group in
                group.addTask {
                    while !Task.isCancelled { await loop.yield() }
                    return nil
                }
                group.addTask {
                    let start = Instant.now
                    try? await loop.sleep(until: .after(.milliseconds(50)))
                    return Instant.now.milliseconds(since: start)
                }
                var result: Double?
                for await value in group where value != nil {
                    result = value
                    group.cancelAll()
                }
                return result
            }
        }
        #expect((50...300).contains(try #require(passed)))
    }

    @Test func endsASleepThatIsCancelled() async throws {
        let outcome = try await onLoop { loop in
            let task = Task(executorPreference: loop) { () -> WaitError? in
                do throws(WaitError) {
                    try await loop.sleep(until: .never)
                    return nil
                } catch { return error }
            }
            await loop.yield()
            task.cancel()
            return await task.value
        }
        #expect(outcome == .cancelled)
    }

    @Test func doesNotSleepInACancelledTask() async throws {
        let outcome = try await onLoop { loop in
            await withTaskGroup(of: WaitError?.self) { group in
                group.cancelAll()
                group.addTask {
                    do throws(WaitError) {
                        try await loop.sleep(until: .never)
                        return nil
                    } catch { return error }
                }
                return await group.next() ?? nil
            }
        }
        #expect(outcome == .cancelled)
    }

    @Test func survivesCancellationFromOtherThreadsAtAnyMoment() async throws {
        // Each sleep ends by its timer or by a foreign thread's cancellation, whichever comes first, and exactly once:
        // a second resumption would crash, a lost one would hang.
        let ended = try await onLoop { loop in
            var ended = 0
            for round in 0..<500 {
                let sleeper = Task(executorPreference: loop) {
                    try? await loop.sleep(until: .after(.microseconds(round % 50 * 20)))
                }
                let canceller = Task.detached { sleeper.cancel() }
                await sleeper.value
                await canceller.value
                ended += 1
            }
            return (ended, loop.waiters.count)
        }
        #expect(ended == (500, 0))
    }

    @Test func takesJobsFromOtherThreadsWhileAsleep() async throws {
        let value = try await onLoop { loop in
            let sleeper = Task(executorPreference: loop) { try? await loop.sleep(until: .never) }
            let value = await Task.detached { 42 }.value
            sleeper.cancel()
            await sleeper.value
            return value
        }
        #expect(value == 42)
    }
}

struct WaitersTests {
    @Test func expireInOrderWhateverWasRemoved() async throws {
        let delays = (0..<100).map { ($0 * 37) % 101 }
        let removed = delays.filter { $0 % 3 == 0 }
        let order = try await onLoop { loop in
            let base = Instant.now.advanced(by: .seconds(1000)).nanoseconds
            var tickets: [Int: Ticket] = [:]
            for delay in delays {
                let ticket = loop.waiters.reserve()
                tickets[delay] = ticket
                Task(executorPreference: loop) {
                    _ = await loop.suspend(ticket, until: Deadline(Instant(nanoseconds: base + Int64(delay))))
                }
                await loop.yield()
            }
            for delay in removed {
                let ticket = try #require(tickets[delay])
                let continuation = loop.waiters.take(ticket)
                #expect(continuation != nil)
                continuation?.resume(returning: .ready)
                #expect(loop.waiters.take(ticket) == nil)
            }
            var order: [Int] = []
            while loop.waiters.firstDeadline != .max {
                let first = loop.waiters.firstDeadline
                #expect(loop.waiters.takeExpired(at: first - 1) == nil)
                loop.waiters.takeExpired(at: first)?.resume(returning: .deadline)
                order.append(Int(first - base))
            }
            await loop.yield()
            #expect(loop.waiters.count == 0)
            return order
        }
        #expect(order == delays.filter { $0 % 3 != 0 }.sorted())
    }
}
