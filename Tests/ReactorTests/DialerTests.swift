import Glibc
import Testing

@testable import Reactor

struct DialerTests {
    @Test func connectsToTheOnlyAddress() async throws {
        let listener = try PeerListener()
        let (attempts, events, _) = try await dial([listener.address])
        #expect(attempts.map(\.outcome) == [.connected])
        #expect(attempts.first?.milliseconds != nil)
        #expect(events == [.started(listener.address)] + attempts.map { .ended($0) })
    }

    @Test func goesOnAtOnceAfterARefusal() async throws {
        let listener = try PeerListener()
        let (attempts, _, _) = try await dial([try closedAddress(), listener.address], stagger: .seconds(20))
        #expect(
            attempts.map(\.outcome) == [
                .failed(SystemError(operation: "connect", code: ECONNREFUSED)), .connected,
            ])
    }

    @Test func startsTheNextAfterTheStagger() async throws {
        let hole = try BlackHole()
        let listener = try PeerListener()
        let (attempts, _, passed) = try await dial([hole.address, listener.address], stagger: .milliseconds(60))
        #expect((60...300).contains(passed))
        #expect(attempts.map(\.outcome) == [.abandoned, .connected])
        #expect(attempts.first?.milliseconds == nil)
    }

    @Test func endsEveryAttemptAtTheDeadline() async throws {
        let holes = [try BlackHole(), try BlackHole()]
        let (attempts, _, passed) = try await dial(
            holes.map(\.address), stagger: .milliseconds(10), deadline: .milliseconds(60), interruption: .deadline)
        #expect((60...300).contains(passed))
        #expect(attempts.map(\.outcome) == [.timedOut, .timedOut])
    }

    @Test func givesEachAttemptItsOwnTime() async throws {
        let hole = try BlackHole()
        let listener = try PeerListener()
        let (attempts, _, _) = try await dial(
            [hole.address, listener.address], stagger: .seconds(20), attemptTimeout: .milliseconds(50))
        #expect(attempts.map(\.outcome) == [.timedOut, .connected])
        #expect((50...300).contains(try #require(attempts.first?.milliseconds)))
    }

    @Test func failsWhenEveryAddressFails() async throws {
        let (attempts, _, _) = try await dial([try closedAddress(), try closedAddress()], stagger: .seconds(20))
        #expect(attempts.count == 2)
        #expect(attempts.allSatisfy { $0.outcome == .failed(SystemError(operation: "connect", code: ECONNREFUSED)) })
    }

    @Test func hasNoAttemptsWithoutAddresses() async throws {
        #expect(try await dial([]).attempts.isEmpty)
    }

    @Test func leavesNoDescriptorBehind() async throws {
        let hole = try BlackHole()
        let listener = try PeerListener()
        try await onLoop { loop in
            for _ in 0..<20 {
                let result = await Dialer().connect(
                    to: [hole.address, listener.address], stagger: .milliseconds(1), until: .after(.seconds(5)),
                    attemptTimeout: .seconds(5), on: loop)
                #expect(result.address == listener.address)
                close(try listener.accept())
            }
            // Each attempt's slot came back: two at once is all there ever were.
            #expect(loop.slots.count == 2)
            #expect(loop.waiters.count == 0)
        }
    }

    @Test func abandonsItsAttemptsWhenCancelled() async throws {
        let hole = try BlackHole()
        let outcome = try await onLoop { loop in
            let task = Task(executorPreference: loop) {
                let result = await Dialer().connect(
                    to: [hole.address], until: .never, attemptTimeout: .seconds(100), on: loop)
                return (result.attempts.map(\.outcome), result.interruption)
            }
            await loop.yield()
            task.cancel()
            return await task.value
        }
        #expect(outcome.0 == [.abandoned])
        #expect(outcome.1 == .cancelled)
    }

    @Test func letsTheFamiliesTakeTurns() async throws {
        let v4 = try ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map { try #require(SocketAddress(numeric: $0, port: 1)) }
        let v6 = try ["2001:db8::1", "2001:db8::2"].map { try #require(SocketAddress(numeric: $0, port: 1)) }
        #expect(Dialer.interleaved(v6 + v4) == [v6[0], v4[0], v6[1], v4[1], v4[2]])
        #expect(Dialer.interleaved(v4) == v4)
        #expect(Dialer.interleaved([]) == [])
    }

    private func dial(
        _ addresses: [SocketAddress], stagger: Duration = .milliseconds(250), deadline: Duration = .seconds(10),
        attemptTimeout: Duration = .seconds(10), interruption: WaitError? = nil
    ) async throws -> (attempts: [DialAttempt], events: [DialEvent], milliseconds: Double) {
        try await onLoop { loop in
            var events: [DialEvent] = []
            let start = Instant.now
            var result = await Dialer().connect(
                to: addresses, stagger: stagger, until: .after(deadline), attemptTimeout: attemptTimeout, on: loop
            ) { events.append($0) }
            #expect(result.interruption == interruption)
            let attempts = result.attempts
            let isConnected = result.takeSocket() != nil
            #expect(isConnected == attempts.contains { $0.outcome == .connected })
            return (attempts, events, Instant.now.milliseconds(since: start))
        }
    }
}
