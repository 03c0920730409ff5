import Testing

@testable import ProbeKit

/// What tickets, or their absence, come to.
@Suite struct TicketFindingTests {
    private func finding(_ counts: [Int], elicited: Bool = true, identifiers: Int = 0, resumed: Bool = true)
        -> TicketFinding
    {
        TicketFinding(counts, isElicited: elicited, sessionIdentifiers: identifiers, isResumed: resumed)
    }

    @Test(arguments: [[1], [2, 2], [255, 255], [1, 2, 3]], [true, false])
    func ticketsAreAYes(counts: [Int], elicited: Bool) {
        let finding = finding(counts, elicited: elicited)
        #expect(finding.value == .yes && finding.why == nil && finding.ending == nil)
    }

    @Test(arguments: [([0, 2], "on 1 of 2 connections"), ([1, 0, 0, 1], "on 2 of 4 connections")])
    func saysOnHowManyConnectionsTheyCame(counts: [Int], why: String) {
        let finding = finding(counts, elicited: false)
        #expect(finding.value == .yes && finding.why == why && finding.ending == nil)
    }

    @Test(arguments: [[0], [0, 0]])
    func noneAlthoughElicitedIsANo(counts: [Int]) throws {
        let finding = finding(counts)
        #expect(finding.value == .no && finding.why != nil)
        let ending = try #require(finding.ending)
        #expect(ending.outcome == .unmet && ending.failure.code == .noTicket && ending.failure.stage == .postHandshake)
        #expect(ending.failure.message == "the server hands out no tickets" && ending.failure.hint == nil)
    }

    @Test func identifiersAreNoTickets() throws {
        let finding = finding([0, 0], identifiers: 2)
        #expect(finding.value == .no)
        let failure = try #require(finding.ending?.failure)
        #expect(failure.message.contains("by their identifier"))
        #expect(failure.hint?.contains("resume --mechanism id") == true)
    }

    /// nginx without a cache names every session, and remembers none.
    @Test func anIdentifierIsNoPromise() throws {
        let finding = finding([0, 0], identifiers: 2, resumed: false)
        let failure = try #require(finding.ending?.failure)
        #expect(failure.message.contains("does not remember") && failure.hint == nil)
    }

    @Test(arguments: [[0], [0, 0]], [0, 2])
    func noneWithoutAReasonToSendSomeIsUnknown(counts: [Int], identifiers: Int) throws {
        let finding = finding(counts, elicited: false, identifiers: identifiers)
        #expect(finding.value == .unknown && finding.why != nil)
        let ending = try #require(finding.ending)
        #expect(ending.outcome == .inconclusive && ending.failure.code == .noTicket)
        #expect(ending.failure.hint?.contains("--elicit") == true)
    }
}
