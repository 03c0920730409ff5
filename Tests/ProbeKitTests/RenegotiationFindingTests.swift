import Testing

@testable import ProbeKit

/// What the attempts of a `renegotiate` come to.
@Suite struct RenegotiationFindingTests {
    private typealias Attempt = Report.Renegotiation.Attempt
    private typealias Trial = RenegotiationFinding.Trial

    /// How one attempt ended, and what that says.
    struct Row: Sendable, CustomTestStringConvertible {
        let result: Report.Renegotiation.Result
        var alert: Int?
        let value: Verdict.Value
        let why: String?
        var outcome: Outcome?

        var testDescription: String { "\(result.rawValue) \(alert.map(String.init) ?? "")" }
    }

    static let rows = [
        Row(result: .accepted, value: .yes, why: nil),
        Row(
            result: .refusedWarning, alert: 100, value: .no, why: "refused with the warning alert_100 (100)",
            outcome: .unmet),
        Row(
            result: .refusedFatal, alert: 40, value: .no, why: "refused with the fatal alert alert_40 (40)",
            outcome: .unmet),
        Row(result: .closed, value: .no, why: "the server closed the connection", outcome: .unmet),
        // Our own alert: it was us who gave up.
        Row(
            result: .closed, alert: 50, value: .unknown,
            why: "the server's answer broke the protocol, and we sent alert_50 (50)", outcome: .inconclusive),
        Row(result: .ignored, value: .unknown, why: "no answer in 3.0 s", outcome: .inconclusive),
    ]

    @Test(arguments: rows)
    func oneAttemptDecides(_ row: Row) {
        let finding = judge([trial(.full, [attempt(row.result, alert: row.alert)])])
        #expect(finding.value == row.value && finding.why == row.why)
        #expect(finding.ending?.outcome == row.outcome)
        #expect(finding.ending?.failure.alert?.number == row.alert)
        if let ending = finding.ending, let why = row.why {
            #expect(ending.failure.stage == .postHandshake)
            #expect(ending.failure.code == (row.value == .no ? .renegotiationRefused : .renegotiationUnproven))
            #expect(ending.failure.message.hasSuffix(why))
        }
    }

    /// Some are not all.
    @Test(arguments: rows.dropFirst())
    func aSeriesNeedsAll(_ row: Row) {
        let attempts = [attempt(.accepted), attempt(.accepted), attempt(row.result, alert: row.alert)]
        let finding = judge([trial(.full, attempts)], count: 5)
        #expect(finding.value == row.value)
        #expect(finding.why == row.why.map { "2 of 5 accepted, then \($0)" })
        #expect(finding.ending?.outcome == row.outcome)
    }

    /// Until refused: one is enough, and how it ended is told.
    @Test(arguments: rows)
    func untilRefusedNeedsOne(_ row: Row) {
        let last = attempt(row.result, alert: row.alert)
        let some = judge([trial(.full, [attempt(.accepted), last])], count: 20, untilRefused: true)
        #expect(some.value == .yes && some.ending == nil)
        #expect(some.why == row.why.map { "1 accepted, then \($0)" } ?? "2 accepted, none refused")
        let one = judge([trial(.full, [last])], count: 20, untilRefused: true)
        #expect(one.value == row.value)
        #expect(one.ending?.outcome == row.outcome)
    }

    @Test func untilRefusedTellsWhatCutItOff() {
        let cut = trial(.full, [attempt(.accepted)], interruption: "the peer closed the connection", wasCut: true)
        let finding = judge([cut], count: 20, untilRefused: true)
        #expect(finding.value == .yes && finding.ending == nil)
        #expect(finding.why == "1 accepted, then the peer closed the connection")
    }

    /// A connection that the peer ended in the middle of a series is a no; one that was over before it is nothing.
    @Test(arguments: [(true, Verdict.Value.no, Outcome.unmet), (false, .unknown, .inconclusive)])
    func anInterruptedSeries(wasCut: Bool, value: Verdict.Value, outcome: Outcome) {
        let attempts = wasCut ? [attempt(.accepted)] : []
        let finding = judge([trial(.full, attempts, interruption: "the connection broke", wasCut: wasCut)], count: 2)
        #expect(finding.value == value && finding.ending?.outcome == outcome)
        #expect(finding.why == (wasCut ? "1 of 2 accepted, then the connection broke" : "the connection broke"))
    }

    @Test func nothingAtAllIsNotKnown() {
        let finding = judge([trial(.full, [])])
        #expect(finding.value == .unknown && finding.why == "nothing happened")
        #expect(finding.ending?.outcome == .inconclusive)
    }

    /// Of two modes a refusal weighs most, then what is not known.
    @Test func bothModesHaveToBeAccepted() {
        let (yes, no, unknown) = (attempt(.accepted), attempt(.refusedFatal, alert: 40), attempt(.ignored))
        let table: [(Attempt, Attempt, Verdict.Value, Outcome?)] = [
            (yes, yes, .yes, nil), (yes, no, .no, .unmet), (no, yes, .no, .unmet),
            (yes, unknown, .unknown, .inconclusive), (unknown, yes, .unknown, .inconclusive),
            (unknown, no, .no, .unmet), (no, unknown, .no, .unmet),
        ]
        for (full, abbreviated, value, outcome) in table {
            let finding = judge([trial(.full, [full]), trial(.abbreviated, [abbreviated])])
            #expect(finding.value == value && finding.ending?.outcome == outcome)
        }
    }

    /// One without RFC 5746 is unsafe, whatever became of the others; none is not.
    @Test func acceptedWithoutRFC5746IsUnsafe() {
        let table: [([Attempt], Int, Verdict.Value, Outcome)] = [
            ([attempt(.accepted)], 1, .yes, .unsafe),
            ([attempt(.accepted), attempt(.refusedWarning, alert: 100)], 3, .no, .unsafe),
            ([attempt(.accepted), attempt(.ignored)], 3, .unknown, .unsafe),
            ([attempt(.refusedWarning, alert: 100)], 1, .no, .unmet),
            ([attempt(.ignored)], 1, .unknown, .inconclusive),
        ]
        for (attempts, count, value, outcome) in table {
            let finding = judge([trial(.full, attempts)], count: count, support: .none)
            #expect(finding.value == value && finding.ending?.outcome == outcome)
        }
    }

    /// What helps depends on who was to ask.
    @Test func hintsAtWhatHelps() {
        var asked = RenegotiationPlan()
        let nothing = [trial(.full, [], interruption: "the server sent no HelloRequest in 1 s")]
        let ours = RenegotiationFinding(nothing, asked: asked, support: .rfc5746)
        #expect(ours.ending?.failure.hint?.contains("--answer-timeout") == true)
        asked.awaitRequest = .seconds(1)
        let theirs = RenegotiationFinding(nothing, asked: asked, support: .rfc5746)
        #expect(theirs.ending?.failure.hint?.contains("--http-path") == true)
        let refused = judge([trial(.full, [attempt(.refusedWarning, alert: 100)])])
        #expect(refused.ending?.failure.hint?.contains("--expect 'renegotiation.verdict.value = no'") == true)
    }

    // MARK: Making them

    private func judge(
        _ trials: [Trial], count: Int = 1, untilRefused: Bool = false, support: Report.Renegotiation.Support = .rfc5746
    ) -> RenegotiationFinding {
        var asked = RenegotiationPlan()
        asked.count = count
        asked.untilRefused = untilRefused
        return RenegotiationFinding(trials, asked: asked, support: support)
    }

    private func trial(
        _ mode: Report.Renegotiation.Mode, _ attempts: [Attempt], interruption: String? = nil, wasCut: Bool = false
    ) -> Trial {
        Trial(attempts: attempts, end: interruption.map { wasCut ? .cut($0) : .unrelated($0) })
    }

    private func attempt(_ result: Report.Renegotiation.Result, alert: Int? = nil) -> Attempt {
        Attempt(
            mode: .full, initiatedBy: .client, result: result, durationMs: 1, resumed: nil,
            alert: alert.map { .init(level: "fatal", description: "alert_\($0)", number: $0, dir: .received) },
            cipherChanged: nil, certificateChanged: nil, masterSecretChanged: nil, pendingBefore: true,
            pendingAfter: false, num: 1, total: 1)
    }
}
