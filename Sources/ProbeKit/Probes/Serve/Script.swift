import Reactor

/// What a plan does to one connection after its handshake, and when it is due.
struct Script {
    /// One thing to do.
    enum Action {
        case issueTickets(Int)
        case updateKey
        case renegotiate
        case authenticate

        /// Whether both send the same message.
        func isSameKind(as other: Action) -> Bool {
            switch (self, other) {
            case (.issueTickets, .issueTickets), (.updateKey, .updateKey), (.renegotiate, .renegotiate),
                (.authenticate, .authenticate):
                true
            default: false
            }
        }
    }

    /// An action with its trigger, which repeats.
    private struct Step {
        let action: Action
        let trigger: ScriptPlan.Trigger
        var next: Instant?
        var bytes = 0
    }

    private var steps: [Step] = []

    init(_ plan: ServePlan, lateTickets: Int, established: Instant) {
        let script = plan.script
        // What was asked for as part of the handshake comes right after it, and not again.
        if lateTickets > 0 { add(.issueTickets(lateTickets), .after(.zero), established) }
        if let trigger = script.ticketsAfter {
            add(.issueTickets(max(1, script.extraTickets)), trigger, established)
        } else if script.extraTickets > 0 {
            add(.issueTickets(script.extraTickets), .after(.zero), established)
        }
        if let trigger = script.keyUpdateAfter { add(.updateKey, trigger, established) }
        if let trigger = script.renegotiateAfter ?? (plan.clientAuth == .renegotiation ? .request : nil) {
            add(.renegotiate, trigger, established)
        }
        if let trigger = script.authenticateAfter ?? (plan.clientAuth == .postHandshake ? .request : nil) {
            add(.authenticate, trigger, established)
        }
    }

    private mutating func add(_ action: Action, _ trigger: ScriptPlan.Trigger, _ established: Instant) {
        var step = Step(action: action, trigger: trigger)
        if case .after(let delay) = trigger { step.next = established.advanced(by: delay) }
        steps.append(step)
    }

    /// When the next one is due by the clock.
    var nextDeadline: Deadline {
        steps.reduce(.never) { first, step in step.next.map { first.earlier(of: Deadline($0)) } ?? first }
    }

    /// What is due by the clock; each is due again after the same time, but for what was due at once.
    mutating func due(at now: Instant) -> [Action] {
        var actions: [Action] = []
        for index in steps.indices {
            guard case .after(let delay) = steps[index].trigger, let next = steps[index].next, next <= now else {
                continue
            }
            actions.append(steps[index].action)
            steps[index].next = delay > .zero ? now.advanced(by: delay) : nil
        }
        return actions
    }

    /// What is due after so many more bytes of data in either direction; the count starts again each time it is exceeded.
    mutating func due(afterBytes count: Int) -> [Action] {
        var actions: [Action] = []
        for index in steps.indices {
            guard case .bytes(let limit) = steps[index].trigger else { continue }
            steps[index].bytes += count
            guard steps[index].bytes >= limit else { continue }
            steps[index].bytes = 0
            actions.append(steps[index].action)
        }
        return actions
    }

    /// What is due before a request is answered.
    func dueBeforeAnswer() -> [Action] {
        steps.filter { $0.trigger == .request }.map(\.action)
    }
}
