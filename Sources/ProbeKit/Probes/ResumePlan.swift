/// `tickets`: how many connections, and what makes the server send some.
package struct TicketsPlan: Sendable {
    /// Full handshakes; the name of a key shows only when two tickets share it.
    package var count = 2
    package var elicitation = KeyUpdatePlan.Elicitation.auto
    /// A file that remembers the names of the keys.
    package var track: String?

    package init() {}
}

/// `resume`: how to come back, and how often.
package struct ResumePlan: Sendable {
    package enum Mechanism: String, CaseIterable, Sendable { case auto, id, ticket, psk }
    package enum Close: String, CaseIterable, Sendable { case clean, abrupt }

    package enum Repetition: Hashable, Sendable {
        /// Each attempt with a full handshake of its own before it.
        case pairs(Int)
        /// The same session again and again.
        case reuse(Int)
        /// Each with the newest session.
        case lineage(Int)
        /// The same session and the same early data twice.
        case replay
    }

    package var mechanism = Mechanism.auto
    package var repetition = Repetition.pairs(3)
    package var close = Close.clean
    package var elicitation = KeyUpdatePlan.Elicitation.auto
    package var earlyData: DataPlan.Payload?
    package var allowsPSKWithoutKeyExchange = false

    package init() {}
}
