import OpenSSL
import Reactor
import Testing

@testable import ProbeKit

/// Renegotiations as their messages tell them.
@Suite struct RenegotiationsTests {
    private let start = Instant.now
    private let alert = Failure.AlertEntry(
        level: "warning", description: "no_renegotiation", number: 100, dir: .received)

    private func later(_ milliseconds: Int) -> Instant { start.advanced(by: .milliseconds(milliseconds)) }

    @Test(arguments: [true, false])
    func isAcceptedWithBothFinished(isFull: Bool) throws {
        var log = Renegotiations()
        log.request(at: start, by: .server)
        #expect(log.isPending && !log.isRunning)
        #expect(log.start(at: later(10)) == .server)
        #expect(log.isPending && log.isRunning)
        if isFull { log.sawKeyExchange() }
        #expect(log.finish(.sent, at: later(20)) == nil)
        #expect(log.isPending)
        let last = log.finish(.received, at: later(30))
        let done = try #require(last)
        #expect(done.initiatedBy == .server && done.resumed == !isFull)
        // The event counts from the ClientHello, the report from the request.
        #expect(done.durationMs == 20)
        let attempt = try #require(log.attempts.first)
        #expect(attempt.duration == 30)
        #expect(attempt.result == .accepted && attempt.isAbbreviated == !isFull && attempt.alert == nil)
        #expect(!log.isPending && log.acceptedCount == 1)
    }

    @Test func theClientBeganWhatNobodyRequested() {
        var log = Renegotiations()
        #expect(log.start(at: start) == .client)
        #expect(log.attempts.first?.initiator == .client)
    }

    @Test func theFirstHandshakeIsNone() {
        var log = Renegotiations()
        log.sawKeyExchange()
        #expect(log.finish(.sent, at: start) == nil && log.finish(.received, at: start) == nil)
        #expect(log.attempts.isEmpty)
    }

    @Test func oneFinishedTwiceIsNotDone() {
        var log = Renegotiations()
        _ = log.start(at: start)
        #expect(log.finish(.sent, at: start) == nil && log.finish(.sent, at: start) == nil)
        #expect(log.isPending)
    }

    @Test func aSecondRequestIsNoSecondAttempt() {
        var log = Renegotiations()
        log.request(at: start, by: .server)
        log.request(at: later(5), by: .server)
        #expect(log.attempts.count == 1)
    }

    @Test(arguments: [OpenSSL.Direction.sent, .received])
    func isRefusedByNoRenegotiation(direction: OpenSSL.Direction) {
        var log = Renegotiations()
        if direction == .received { log.request(at: start, by: .server) }
        log.refuse(direction, alert, at: later(7))
        #expect(log.wasDeclinedByUs == (direction == .sent))
        #expect(log.attempts.map(\.result) == [.refusedWarning])
        #expect(log.attempts.first?.initiator == (direction == .sent ? .client : .server))
        #expect(log.attempts.first?.alert?.number == 100)
        #expect(log.attempts.first?.duration == (direction == .sent ? 0 : 7))
        #expect(!log.isPending && log.acceptedCount == 0)
    }

    @Test func isIgnoredAfterAWhile() {
        var log = Renegotiations()
        #expect(log.ignore(at: start) == nil)
        log.request(at: start, by: .server)
        #expect(log.ignore(at: later(3000)) == 3000)
        #expect(log.attempts.map(\.result) == [.ignored])
        #expect(log.ignore(at: later(6000)) == nil)
    }

    @Test func endsWithTheConnection() {
        var idle = Renegotiations()
        idle.close(by: alert, orByOurs: nil, at: start)
        #expect(idle.attempts.isEmpty)
        // Our own alert is no refusal of the peer's.
        for (theirs, ours, result) in [
            (alert, nil, Report.Renegotiation.Result.refusedFatal), (nil, alert, .closed), (nil, nil, .closed),
        ] {
            var log = Renegotiations()
            log.request(at: start, by: .server)
            log.close(by: theirs, orByOurs: ours, at: later(1))
            #expect(log.attempts.map(\.result) == [result])
            #expect(log.attempts.first?.alert?.number == (theirs ?? ours)?.number)
            log.close(by: nil, orByOurs: nil, at: later(2))
            #expect(log.attempts.map(\.result) == [result])
        }
    }

    @Test func keepsSoManyAndNoMore() {
        var log = Renegotiations()
        for _ in 0..<1000 {
            _ = log.start(at: start)
            _ = log.finish(.sent, at: start)
            _ = log.finish(.received, at: start)
        }
        #expect(log.attempts.count == 256 && log.acceptedCount == 1000)
        #expect(!log.isPending)
        // The latest is among them, and says whether there is an answer to wait for.
        log.request(at: later(9), by: .server)
        #expect(log.attempts.count == 256 && log.isPending)
    }
}
