import Glibc
import Testing

@testable import Reactor

struct AdmissionTests {
    enum Step: Sendable {
        case admit(Bool?)
        case withdraw
        case settle(isNowFull: Bool)
        case leave(counts: Bool)
        case stop
    }

    @Test(
        arguments: [
            ("a withdrawal gives back", 1, nil, [.admit(true), .admit(nil), .withdraw, .admit(true)]),
            (
                "an end gives back", 2, nil,
                [.admit(true), .admit(true), .admit(nil), .leave(counts: false), .admit(true)]
            ),
            (
                "the total holds places for those that may count", 9, 2,
                [.admit(true), .admit(true), .admit(nil), .leave(counts: false), .admit(true), .admit(nil)]
            ),
            (
                "the total is full once all have settled", 9, 2,
                [
                    .admit(true), .admit(true), .settle(isNowFull: false), .admit(nil), .settle(isNowFull: true),
                    .admit(false),
                ]
            ),
            (
                "who counted takes its place along", 9, 1,
                [.admit(true), .settle(isNowFull: true), .leave(counts: true), .admit(false)]
            ),
            (
                "both limits at once", 1, 2,
                [
                    .admit(true), .settle(isNowFull: false), .admit(nil), .leave(counts: true), .admit(true),
                    .admit(nil),
                    .settle(isNowFull: true), .admit(false),
                ]
            ),
            ("without a total it is never full", 1, nil, [.admit(true), .settle(isNowFull: false), .admit(nil)]),
            (
                "nobody after a stop", 9, nil,
                [.admit(true), .stop, .admit(false), .leave(counts: false), .admit(false)]
            ),
        ] as [(String, Int, Int?, [Step])])
    func keepsToItsLimits(_ name: String, _ openAtOnce: Int, _ inAll: Int?, _ steps: [Step]) {
        var tally = AdmissionTally(openAtOnce: openAtOnce, inAll: inAll)
        for (index, step) in steps.enumerated() {
            switch step {
            case .admit(let expected):
                let answer = tally.admit()
                #expect(answer == expected, "\(name), step \(index)")
            case .withdraw: tally.leave(counts: false)
            case .settle(let expected):
                let answer = tally.settle()
                #expect(answer == expected, "\(name), step \(index)")
            case .leave(let counts): tally.leave(counts: counts)
            case .stop: tally.stop()
            }
        }
    }

    @Test func countsWhatIsOpenAndWhatHasSettled() {
        var tally = AdmissionTally(openAtOnce: 3, inAll: 2)
        for _ in 0..<2 { _ = tally.admit() }
        _ = tally.settle()
        #expect((tally.open, tally.counted) == (2, 1))
        tally.leave(counts: true)
        tally.leave(counts: false)
        #expect((tally.open, tally.counted) == (0, 1))
        #expect(!tally.isFull)
    }

    @Test func admitsInTheOrderInWhichTheyCame() async throws {
        let order = try await onLoop { loop in
            let admission = Admission(openAtOnce: 1, inAll: nil)
            #expect(await admission.admit())
            let order = Locked<[Int]>([])
            let tasks = (0..<5).map { number in
                Task(executorPreference: loop) {
                    #expect(await admission.admit())
                    order.withLock { $0.append(number) }
                    admission.withdraw()
                }
            }
            await loop.yield()
            #expect(order.withLock { $0 }.isEmpty)
            admission.left(counts: false)
            for task in tasks { await task.value }
            #expect(admission.open == 0)
            return order.withLock { $0 }
        }
        #expect(order == [0, 1, 2, 3, 4])
    }

    @Test func resumesEachOnItsOwnLoop() async throws {
        let admission = Admission(openAtOnce: 1, inAll: nil)
        let admitted = Locked(0)
        try await onLoop { _ in
            try await LoopThreads.run(2) { _, _ in
                let thread = pthread_self()
                for _ in 0..<500 {
                    guard await admission.admit() else { return }
                    #expect(pthread_equal(pthread_self(), thread) != 0)
                    admitted.withLock { $0 += 1 }
                    admission.left(counts: false)
                }
            }
        }
        #expect(admitted.withLock { $0 } == 1000)
    }

    @Test func tellsOnceThatItIsFull() async throws {
        try await onLoop { loop in
            let full = Locked(0)
            let admission = Admission(openAtOnce: 9, inAll: 2) { full.withLock { $0 += 1 } }
            #expect(await admission.admit())
            #expect(await admission.admit())
            let waiting = Task(executorPreference: loop) { await admission.admit() }
            await loop.yield()
            admission.settled()
            #expect(full.withLock { $0 } == 0)
            admission.settled()
            #expect(await waiting.value == false)
            #expect(await admission.admit() == false)
            #expect(full.withLock { $0 } == 1)
            #expect((admission.isFull, admission.counted, admission.open) == (true, 2, 2))
        }
    }

    @Test func endsEveryWaitWhenItIsStopped() async throws {
        let answers = try await onLoop { loop in
            let admission = Admission(openAtOnce: 1, inAll: nil)
            #expect(await admission.admit())
            let tasks = (0..<3).map { _ in Task(executorPreference: loop) { await admission.admit() } }
            await loop.yield()
            await onThread { admission.stop() }
            var answers = [await admission.admit()]
            for task in tasks { answers.append(await task.value) }
            return answers
        }
        #expect(answers == [false, false, false, false])
    }

    @Test func survivesCancellationFromOtherThreadsAtAnyMoment() async throws {
        // Each wait ends by a place or by a foreign thread's cancellation, and exactly once: a lost place would hang.
        let open = try await onLoop { loop in
            let admission = Admission(openAtOnce: 1, inAll: nil)
            for _ in 0..<500 {
                #expect(await admission.admit())
                let waiting = Task(executorPreference: loop) {
                    if await admission.admit() { admission.withdraw() }
                }
                let canceller = Task.detached { waiting.cancel() }
                await loop.yield()
                admission.withdraw()
                await waiting.value
                await canceller.value
            }
            return admission.open
        }
        #expect(open == 0)
    }

    @Test func admitsNoCancelledTask() async throws {
        let answers = try await onLoop { loop in
            let admission = Admission(openAtOnce: 1, inAll: nil)
            #expect(await admission.admit())
            let waiting = Task(executorPreference: loop) { await admission.admit() }
            await loop.yield()
            waiting.cancel()
            let answer = await waiting.value
            admission.withdraw()
            // The place was not given to the one that had gone.
            return [answer, await admission.admit()]
        }
        #expect(answers == [false, true])
    }
}
