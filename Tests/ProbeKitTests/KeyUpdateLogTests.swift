import Reactor
import Testing

@testable import ProbeKit

/// KeyUpdates as their messages tell them.
@Suite struct KeyUpdateLogTests {
    private let start = Instant.now

    private func later(_ milliseconds: Int) -> Instant { start.advanced(by: .milliseconds(milliseconds)) }
    private func evidence(_ number: Int) -> Evidence { Evidence(seq: number, event: "key_update", tMs: 0) }

    @Test func anAnswerComesWithItsTime() throws {
        var log = KeyUpdateLog()
        #expect(log.isEmpty)
        log.add(.updateRequested, .sent, at: start, evidence(1))
        #expect(!log.isEmpty && log.sent.first?.answer == nil)
        log.add(.updateNotRequested, .received, at: later(12), evidence(2))
        let answer = try #require(log.sent.first?.answer)
        #expect(log.sent.first?.answerMilliseconds == 12)
        #expect(answer.evidence.seq == 2 && answer.generation == 1 && !answer.isShared)
        #expect(log.sentCount == 1 && log.receivedCount == 1)
    }

    @Test func oneAnswerMayBeForSeveral() {
        var log = KeyUpdateLog()
        log.add(.updateRequested, .sent, at: start, evidence(1))
        log.add(.updateNotRequested, .sent, at: start, evidence(2))
        log.add(.updateRequested, .sent, at: later(5), evidence(3))
        log.add(.updateNotRequested, .received, at: later(10), evidence(4))
        #expect(log.sent.map(\.answerMilliseconds) == [10, nil, 5])
        #expect(log.sent.compactMap { $0.answer?.isShared } == [true, true])
        #expect(log.sent.map(\.generation) == [1, 2, 3])
        log.add(.updateRequested, .sent, at: later(20), evidence(5))
        log.add(.updateNotRequested, .received, at: later(21), evidence(6))
        #expect(log.sent.last?.answer?.isShared == false && log.sent.last?.answer?.generation == 2)
    }

    @Test func answersForEachAreToldApart() {
        var log = KeyUpdateLog()
        for number in 0..<3 { log.add(.updateRequested, .sent, at: later(number), evidence(number)) }
        log.add(.updateNotRequested, .received, at: later(10), evidence(3))
        #expect(log.isLatestAnswered && !log.isSettled)
        #expect(log.sent.compactMap { $0.answer?.isShared } == [true, true, true])
        log.add(.updateNotRequested, .received, at: later(20), evidence(4))
        log.add(.updateNotRequested, .received, at: later(30), evidence(5))
        #expect(log.isSettled)
        #expect(log.sent.map(\.answerMilliseconds) == [10, 19, 28])
        #expect(log.sent.compactMap { $0.answer?.isShared } == [false, false, false])
        #expect(log.sent.compactMap { $0.answer?.generation } == [1, 2, 3])
    }

    @Test func thePeersOwnRequestIsNoAnswer() {
        var log = KeyUpdateLog()
        log.add(.updateRequested, .sent, at: start, evidence(1))
        log.add(.updateRequested, .received, at: start, evidence(2))
        #expect(log.sent.first?.answer == nil)
        #expect(log.receivedCount == 1)
    }

    @Test func whatAsksForNothingGetsNoAnswer() {
        var log = KeyUpdateLog()
        log.add(.updateNotRequested, .sent, at: start, evidence(1))
        log.add(.updateNotRequested, .received, at: start, evidence(2))
        #expect(log.sent.first?.answer == nil)
    }

    @Test func countsOnWhereItKeepsNoMore() {
        var log = KeyUpdateLog()
        for number in 0..<1000 { log.add(.updateRequested, .sent, at: start, evidence(number)) }
        #expect(log.sent.count == 256 && log.sentCount == 1000)
    }
}
