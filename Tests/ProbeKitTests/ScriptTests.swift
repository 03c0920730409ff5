import Reactor
import Testing

@testable import ProbeKit

/// What a plan does after the handshake, and when.
@Suite struct ScriptTests {
    private let start = Instant.now

    private func script(late: Int = 0, _ change: (inout ServePlan) -> Void) -> Script {
        var plan = ServePlan()
        change(&plan)
        return Script(plan, lateTickets: late, established: start)
    }

    private func later(_ milliseconds: Int) -> Instant { start.advanced(by: .milliseconds(milliseconds)) }

    private func names(_ actions: [Script.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .issueTickets(let count): "tickets \(count)"
            case .updateKey: "key"
            case .renegotiate: "renegotiate"
            case .authenticate: "authenticate"
            }
        }
    }

    @Test func doesNothingUnlessAsked() {
        var script = script { _ in }
        #expect(script.nextDeadline == .never)
        #expect(script.due(at: later(1_000_000)).isEmpty)
        #expect(script.due(afterBytes: 1 << 30).isEmpty)
        #expect(script.dueBeforeAnswer().isEmpty)
    }

    @Test func repeatsWhatIsDueByTheClock() {
        var script = script { $0.script.keyUpdateAfter = .after(.milliseconds(100)) }
        #expect(script.nextDeadline == Deadline(later(100)))
        #expect(script.due(at: later(99)).isEmpty)
        #expect(names(script.due(at: later(100))) == ["key"])
        #expect(script.due(at: later(100)).isEmpty)
        // Counted from when it was done: what was late is not made up for.
        #expect(script.nextDeadline == Deadline(later(200)))
        #expect(names(script.due(at: later(950))) == ["key"])
        #expect(script.nextDeadline == Deadline(later(1050)))
    }

    @Test func doesAtOnceOnlyOnce() {
        var script = script { $0.script.keyUpdateAfter = .after(.zero) }
        #expect(names(script.due(at: start)) == ["key"])
        #expect(script.due(at: later(1000)).isEmpty)
        #expect(script.nextDeadline == .never)
    }

    @Test func countsBytesExactly() {
        var script = script { $0.script.renegotiateAfter = .bytes(100) }
        #expect(script.due(afterBytes: 99).isEmpty)
        #expect(names(script.due(afterBytes: 1)) == ["renegotiate"])
        #expect(script.due(afterBytes: 99).isEmpty)
        // However much comes together, it is done once, and the count starts again.
        #expect(names(script.due(afterBytes: 1000)) == ["renegotiate"])
        #expect(script.due(afterBytes: 99).isEmpty)
        #expect(names(script.due(afterBytes: 1)) == ["renegotiate"])
        #expect(script.dueBeforeAnswer().isEmpty && script.nextDeadline == .never)
    }

    @Test func doesWhatARequestAsksForBeforeEachAnswer() {
        let script = script {
            $0.script.keyUpdateAfter = .request
            $0.script.ticketsAfter = .request
            $0.script.extraTickets = 3
        }
        for _ in 0..<3 { #expect(Set(names(script.dueBeforeAnswer())) == ["tickets 3", "key"]) }
    }

    @Test func keepsEachTriggerApart() {
        var script = script {
            $0.script.keyUpdateAfter = .after(.milliseconds(10))
            $0.script.renegotiateAfter = .bytes(10)
            $0.script.authenticateAfter = .request
        }
        #expect(names(script.due(at: later(10))) == ["key"])
        #expect(names(script.due(afterBytes: 10)) == ["renegotiate"])
        #expect(names(script.dueBeforeAnswer()) == ["authenticate"])
    }

    @Test func sendsTicketsThatDidNotFitIntoTheHandshakeFirst() {
        var script = script(late: 239) { $0.script.extraTickets = 2 }
        #expect(names(script.due(at: start)) == ["tickets 239", "tickets 2"])
        #expect(script.due(at: later(1000)).isEmpty)
    }

    @Test func aTriggerWithoutANumberSendsOneTicket() {
        var script = script { $0.script.ticketsAfter = .bytes(1) }
        #expect(names(script.due(afterBytes: 1)) == ["tickets 1"])
    }

    @Test func asksForACertificateByRequestUnlessToldWhen() {
        #expect(names(script { $0.clientAuth = .postHandshake }.dueBeforeAnswer()) == ["authenticate"])
        #expect(names(script { $0.clientAuth = .renegotiation }.dueBeforeAnswer()) == ["renegotiate"])
        var timed = script {
            $0.clientAuth = .postHandshake
            $0.script.authenticateAfter = .after(.zero)
        }
        #expect(timed.dueBeforeAnswer().isEmpty)
        #expect(names(timed.due(at: start)) == ["authenticate"])
        for plan in [ServePlan.ClientAuth.none, .request, .require] {
            #expect(script { $0.clientAuth = plan }.dueBeforeAnswer().isEmpty)
        }
    }
}
