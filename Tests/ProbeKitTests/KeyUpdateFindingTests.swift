import Testing

@testable import ProbeKit

/// What KeyUpdates come to: every way they can end.
@Suite struct KeyUpdateFindingTests {
    private typealias Attempt = Report.KeyUpdates.Attempt

    private func attempt(_ answered: Report.KeyUpdates.Answer, intact: Bool? = nil) -> Attempt {
        let request: KeyUpdate.Request = answered == .notApplicable ? .updateNotRequested : .updateRequested
        return Attempt(
            requestUpdate: request, sent: true, answered: answered, answerMs: nil, pendingBefore: request,
            pendingAfter: nil, generationSent: 1, generationReceived: nil, dataIntact: intact)
    }

    private func cut(
        _ direction: ProbeKit.Direction? = nil, atKeyUpdate: Bool = true, hadRequest: Bool = false, sent: Int = 1,
        isTimely: Bool = true
    ) -> KeyUpdateErrand.Cut {
        let alert = direction.map {
            Failure.AlertEntry(level: "fatal", description: "unexpected_message", number: 10, dir: $0)
        }
        return KeyUpdateErrand.Cut(
            alert: alert, evidence: nil, isAtKeyUpdate: atKeyUpdate, hadRequest: hadRequest, sentCount: sent,
            milliseconds: isTimely ? 1 : 1500, isTimely: isTimely)
    }

    private func finding(
        _ attempts: [Attempt], _ cut: KeyUpdateErrand.Cut? = nil, count: Int? = nil, elicited: Bool = true
    ) -> KeyUpdateFinding {
        var plan = KeyUpdatePlan()
        plan.count = count ?? attempts.count
        return KeyUpdateFinding(attempts, cut, asked: plan, elicited: elicited, waited: .seconds(3))
    }

    private func expect(
        _ finding: KeyUpdateFinding, _ value: Verdict.Value, _ outcome: Outcome?, _ code: Failure.Code? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(finding.value == value, sourceLocation: sourceLocation)
        #expect(finding.ending?.outcome == outcome, sourceLocation: sourceLocation)
        #expect(finding.ending?.failure.code == code, sourceLocation: sourceLocation)
        #expect((finding.why == nil) == (value == .yes), sourceLocation: sourceLocation)
    }

    @Test func answersAreAYes() {
        expect(finding([attempt(.yes)]), .yes, nil)
        expect(finding([attempt(.coalesced), attempt(.coalesced)]), .yes, nil)
        expect(finding([attempt(.notApplicable), attempt(.yes, intact: true)]), .yes, nil)
    }

    /// Where nothing is to be answered, the data have to show it.
    @Test func oneWayNeedsData() {
        expect(finding([attempt(.notApplicable, intact: true)]), .yes, nil)
        expect(finding([attempt(.notApplicable)]), .unknown, .inconclusive, .keyUpdateUnproven)
    }

    @Test func provenSilenceIsANo() {
        expect(finding([attempt(.no)]), .no, .unmet, .keyUpdateUnanswered)
        expect(finding([attempt(.yes), attempt(.no)]), .no, .unmet, .keyUpdateUnanswered)
    }

    @Test func silenceIsUnknown() {
        let silent = finding([attempt(.unknown)], elicited: false)
        expect(silent, .unknown, .inconclusive, .keyUpdateUnproven)
        #expect(silent.why?.contains("only with its next data") == true)
        let partial = finding([attempt(.unknown)])
        expect(partial, .unknown, .inconclusive, .keyUpdateUnproven)
        #expect(partial.why?.contains("a whole answer") == true)
        expect(finding([attempt(.yes), attempt(.unknown)]), .unknown, .inconclusive, .keyUpdateUnproven)
    }

    @Test func damagedDataAreUnknown() {
        let damaged = finding([attempt(.yes, intact: false)])
        expect(damaged, .unknown, .inconclusive, .keyUpdateUnproven)
    }

    /// Whether or not there was something else that it could be about.
    @Test(arguments: [true, false])
    func anAlertIsARefusal(hadRequest: Bool) {
        let refused = finding([attempt(.unknown)], cut(.received, hadRequest: hadRequest))
        expect(refused, .no, .unmet, .keyUpdateRefused)
        #expect(refused.ending?.failure.alert?.number == 10)
        #expect(refused.why == "refused the KeyUpdate: alert unexpected_message (10)")
    }

    /// A server that is tired of waiting closes as well: only a close soon after the KeyUpdate is an answer to it.
    @Test func aLateCloseIsNoAnswer() {
        let finding = finding([attempt(.unknown)], cut(isTimely: false))
        expect(finding, .unknown, .inconclusive, .keyUpdateUnproven)
        #expect(finding.why?.contains("1.5 s after the KeyUpdate") == true)
    }

    /// Of several that went together nobody knows which one it was.
    @Test func saysWhichOneWasRefused() {
        var plan = KeyUpdatePlan()
        plan.count = 3
        let attempts = [attempt(.yes), attempt(.unknown)]
        let together = KeyUpdateFinding(
            attempts, cut(.received, sent: 2), asked: plan, elicited: true, waited: .seconds(3))
        #expect(together.why?.hasPrefix("refused one of the first 2 KeyUpdates: ") == true)
        plan.interval = .seconds(1)
        let inTurn = KeyUpdateFinding(
            attempts, cut(.received, sent: 2), asked: plan, elicited: true, waited: .seconds(3))
        #expect(inTurn.why?.hasPrefix("refused KeyUpdate 2 of 3: ") == true)
    }

    @Test func aCloseIsARefusalOnlyOfAKeyUpdateAlone() {
        expect(finding([attempt(.unknown)], cut()), .no, .unmet, .keyUpdateRefused)
        expect(finding([attempt(.unknown)], cut(hadRequest: true)), .unknown, .inconclusive, .keyUpdateUnproven)
        expect(finding([attempt(.yes)], cut(atKeyUpdate: false), count: 3), .unknown, .inconclusive, .keyUpdateUnproven)
    }

    /// What we could not read says nothing about the server's will.
    @Test func ourOwnAlertIsNoRefusal() {
        let broken = finding([attempt(.unknown)], cut(.sent))
        expect(broken, .unknown, .inconclusive, .keyUpdateUnproven)
        #expect(broken.ending?.failure.alert?.dir == .sent)
    }

    /// A server may close after its answer to all.
    @Test func aCloseAfterAllIsNoMatter() {
        expect(finding([attempt(.yes)], cut(atKeyUpdate: false, hadRequest: true)), .yes, nil)
    }
}
