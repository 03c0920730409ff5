import Testing

@testable import ProbeKit

/// What the attempts of a `resume` come to: every way they can end.
@Suite struct ResumptionFindingTests {
    private typealias Attempt = Report.Resumption.Attempt

    private static let taken = attempt()
    private static let early = attempt(early: .accepted)

    private static func missed(
        _ miss: Report.Resumption.Miss, offered: Bool = true, early: Report.Resumption.EarlyData? = nil
    ) -> Attempt {
        attempt(miss, offered: offered, early: early)
    }

    private static func attempt(
        _ miss: Report.Resumption.Miss? = nil, offered: Bool = true, early: Report.Resumption.EarlyData? = nil
    ) -> Attempt {
        Attempt(
            mechanism: offered ? .psk : nil, offered: offered, resumed: miss == nil, address: nil, change: nil,
            sessionAgeS: nil, earlyData: early, pskKe: nil, durationMs: nil, whyNot: miss, evidence: [])
    }

    private func finding(
        _ attempts: [Attempt], _ repetition: ResumePlan.Repetition = .pairs(3), elicited: Bool = true
    ) -> ResumptionFinding {
        var plan = ResumePlan()
        plan.repetition = repetition
        return ResumptionFinding(attempts, asked: plan, .init(isElicited: elicited))
    }

    private func expect(
        _ finding: ResumptionFinding, _ value: Verdict.Value, _ outcome: Outcome? = nil, _ code: Failure.Code? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(finding.value == value, sourceLocation: sourceLocation)
        #expect(finding.ending?.outcome == outcome, sourceLocation: sourceLocation)
        #expect(finding.ending?.failure.code == code, sourceLocation: sourceLocation)
        let stage = finding.ending?.failure.stage
        #expect(stage == nil || stage == .postHandshake, sourceLocation: sourceLocation)
    }

    @Test func allTakenIsAYes() {
        expect(finding([Self.taken]), .yes)
        expect(finding([Self.taken, Self.taken, Self.taken]), .yes)
        #expect(finding([Self.taken]).why == nil)
        expect(finding([Self.taken, Self.taken], .reuse(2)), .yes)
        expect(finding([Self.taken, Self.taken], .lineage(2)), .yes)
    }

    @Test func oneMissIsANo() {
        let some = finding([Self.taken, Self.missed(.otherKeyName), Self.taken])
        expect(some, .no, .unmet, .notResumed)
        #expect(some.why == "2 of 3 resumed; it seals tickets with another key")
        #expect(some.ending?.failure.message == "the server resumed 2 of 3: it seals tickets with another key")
        #expect(some.ending?.failure.hint?.contains("ticket keys") == true)
        let none = finding([Self.missed(.unknown)])
        expect(none, .no, .unmet, .notResumed)
        #expect(
            none.ending?.failure.message
                == "the server does not resume: it made a full handshake and does not say why")
    }

    /// The first miss is named, whatever comes later.
    @Test func namesTheFirstMiss() {
        let two = finding([Self.taken, Self.missed(.singleUse), Self.missed(.unknown)], .reuse(3))
        expect(two, .no, .unmet, .notResumed)
        #expect(two.why == "1 of 3 resumed; it takes a session only once")
    }

    /// What was offered and not taken; the others are no doing of the server's. Swift 6.0 crashes at a closure in the
    /// arguments of `@Test`.
    private static let misses = Report.Resumption.Miss.allCases.filter { $0 != .noTicket && $0 != .notOffered }

    @Test(arguments: misses)
    func everyMissHasWords(_ miss: Report.Resumption.Miss) {
        let finding = finding([Self.missed(miss)])
        expect(finding, .no, .unmet, .notResumed)
        #expect(finding.why == "0 of 1 resumed; \(miss.words)" && !miss.words.isEmpty)
    }

    @Test func nothingToComeBackWithIsANo() {
        let nothing = finding([Self.missed(.noTicket, offered: false)])
        expect(nothing, .no, .unmet, .noTicket)
        #expect(nothing.why == "the server hands out nothing to come back with")
    }

    /// Only the identifier of a session, where a ticket was asked for.
    @Test func noTicketIsANoEvenWithAnIdentifier() {
        var plan = ResumePlan()
        plan.mechanism = .ticket
        let nothing = ResumptionFinding(
            [Self.missed(.noTicket, offered: false)], asked: plan)
        expect(nothing, .no, .unmet, .noTicket)
        #expect(nothing.why == "the server hands out no tickets")
        #expect(nothing.ending?.failure.hint?.contains("--mechanism id") == true)
    }

    /// Some servers send a ticket only along with data.
    @Test func nothingWithoutDataIsUnknown() {
        let nothing = finding([Self.missed(.noTicket, offered: false)], elicited: false)
        expect(nothing, .unknown, .inconclusive, .noTicket)
        #expect(nothing.ending?.failure.hint?.contains("--elicit") == true)
    }

    @Test func whatWasNotOfferedTellsNothing() {
        let nothing = finding([Self.missed(.notOffered, offered: false)])
        expect(nothing, .unknown, .inconclusive, .notResumed)
        #expect(nothing.why == "no session was offered")
        let foreign = ResumptionFinding(
            [Self.missed(.notOffered, offered: false)], asked: ResumePlan(), .init(offerObstacle: .otherName))
        #expect(foreign.why == "no session was offered: the session is for another name")
        #expect(foreign.ending?.failure.hint?.contains("-k") == true)
        let old = finding([Self.missed(.expired, offered: false)])
        expect(old, .unknown, .inconclusive, .notResumed)
        #expect(old.ending?.failure.hint == "take a newer session")
        expect(finding([]), .unknown, .inconclusive, .notResumed)
    }

    @Test func earlyDataHasToBeTakenAsWell() {
        expect(finding([Self.early, Self.early]), .yes)
        let rejected = finding([Self.early, Self.attempt(early: .rejected)])
        expect(rejected, .yes, .unmet, .earlyDataRejected)
        #expect(rejected.ending?.failure.message == "the server resumed, and rejected the early data")
        // To send none in time is the server's doing only where it allows none.
        func late(_ obstacle: EarlyDataObstacle) -> ResumptionFinding {
            ResumptionFinding(
                [Self.attempt(early: .notSent)], asked: ResumePlan(), .init(earlyObstacle: obstacle))
        }
        expect(late(.noneAllowed), .yes, .unmet, .earlyDataRejected)
        expect(late(.tooLarge(20, limit: 10)), .yes, .inconclusive, .earlyDataRejected)
        #expect(late(.tooLarge(20, limit: 10)).ending?.failure.message.contains("20 B") == true)
        // Not to resume is the graver of the two.
        expect(finding([Self.missed(.singleUse, early: .rejected)]), .no, .unmet, .notResumed)
    }

    @Test func aReplayThatIsTakenIsUnsafe() {
        let twice = finding([Self.early, Self.early], .replay)
        expect(twice, .yes, .unsafe, .replayedEarlyData)
        #expect(twice.why == nil)
    }

    @Test func aReplayThatIsRefusedIsWhatIsWanted() {
        let once = finding([Self.early, Self.missed(.singleUse, early: .rejected)], .replay)
        expect(once, .yes)
        #expect(once.why == "the early data was taken once, and not a second time")
        expect(finding([Self.early, Self.attempt(early: .rejected)], .replay), .yes)
    }

    @Test func aReplayThatWasNotSentIsUnknown() {
        expect(
            finding([Self.early, Self.attempt(early: .notSent)], .replay), .unknown, .inconclusive, .earlyDataRejected)
        expect(finding([Self.early], .replay), .unknown, .inconclusive, .earlyDataRejected)
    }

    /// What the server was never asked is not its refusal.
    @Test func whatWasNotOfferedIsNoMiss() {
        let mixed = finding([Self.taken, Self.missed(.notOffered, offered: false)])
        expect(mixed, .unknown, .inconclusive, .notResumed)
        #expect(mixed.why?.hasPrefix("1 of 2 sessions were offered") == true)
        let refused = finding([Self.taken, Self.missed(.notOffered, offered: false), Self.missed(.otherKeyName)])
        expect(refused, .no, .unmet, .notResumed)
        #expect(refused.why == "1 of 2 resumed; it seals tickets with another key")
        // A handshake that failed says nothing either.
        let broken = Attempt(
            mechanism: .psk, offered: true, resumed: false, address: nil, change: nil, sessionAgeS: nil, earlyData: nil,
            pskKe: nil, durationMs: nil, whyNot: nil, evidence: [])
        expect(finding([Self.taken, broken]), .unknown, .inconclusive, .notResumed)
    }

    /// After its own promise is over no client offers a session: that is how long it lives.
    @Test func theLifeOfASessionEndsWithThePromise() {
        var plan = ResumePlan()
        plan.schedule = .init(points: [.zero, .seconds(9)], state: nil)
        let expired = [Self.taken, Self.missed(.expired, offered: false)]
        expect(ResumptionFinding(expired, asked: plan), .no, .unmet, .notResumed)
        let late = ResumptionFinding(expired, asked: plan, .init(lateMiss: (.seconds(1), .seconds(20))))
        expect(late, .unknown, .inconclusive, .notResumed)
        expect(ResumptionFinding(expired, asked: plan, .init(isDoubtful: true)), .unknown, .inconclusive, .notResumed)
        expect(ResumptionFinding([], asked: plan), .unknown)
    }

    @Test func whoeverMayHaveBeenSomebodyIsUnknown() {
        expect(
            ResumptionFinding([Self.taken], asked: ResumePlan(), .init(isIdentityUnknown: true)), .unknown,
            .inconclusive, .unsafeResumption)
        expect(
            ResumptionFinding([Self.taken], asked: ResumePlan(), .init(unsafeChange: .noClientCertificate)), .yes,
            .unsafe, .unsafeResumption)
    }

    @Test func aReplayOfWhatWasNeverTakenIsUnknown() {
        let rejected = [Self.attempt(early: .rejected), Self.attempt(early: .rejected)]
        expect(finding(rejected, .replay), .unknown, .inconclusive, .earlyDataRejected)
        let late = [Self.attempt(early: .notSent), Self.attempt(early: .notSent)]
        expect(finding(late, .replay), .unknown, .inconclusive, .earlyDataRejected)
        let misses = [Self.missed(.unknown, early: .rejected), Self.missed(.unknown, early: .rejected)]
        expect(finding(misses, .replay), .unknown, .inconclusive, .earlyDataRejected)
    }

    @Test func aReplayWithoutASessionIsNone() {
        let nothing = [Self.missed(.noTicket, offered: false), Self.missed(.noTicket, offered: false)]
        expect(finding(nothing, .replay), .no, .unmet, .noTicket)
        expect(finding(nothing, .replay, elicited: false), .unknown, .inconclusive, .noTicket)
    }
}

/// The durations of handshakes: by the nearest rank, so that each is one that was measured.
@Suite struct ResumptionLatencyTests {
    private typealias Latency = Report.Latency

    @Test func ofNothingThereIsNone() {
        let latency = Latency([])
        #expect(latency.count == 0 && latency.minMs == nil && latency.medianMs == nil)
        #expect(latency.p95Ms == nil && latency.maxMs == nil)
    }

    @Test func ofOneAllAreThatOne() {
        let latency = Latency([7.5])
        #expect(latency.count == 1 && latency.minMs == 7.5 && latency.medianMs == 7.5)
        #expect(latency.p95Ms == 7.5 && latency.maxMs == 7.5)
    }

    @Test(arguments: [
        (2, 1.0, 2.0), (3, 2, 3), (4, 2, 4), (5, 3, 5), (19, 10, 19), (20, 10, 19), (21, 11, 20), (100, 50, 95),
        (1000, 500, 950),
    ])
    func ofManyEachIsOneOfThem(count: Int, median: Double, ninetyFifth: Double) {
        let durations = (1...count).map(Double.init)
        for order in [durations, durations.reversed()] {
            let latency = Latency(order)
            #expect(latency.count == count && latency.minMs == 1 && latency.maxMs == Double(count))
            #expect(latency.medianMs == median && latency.p95Ms == ninetyFifth)
        }
    }
}
