import ArgumentParser
import ProbeKit

/// How sessions are handed out and taken back.
struct SessionOptions: ParsableArguments {
    @Option(
        name: .customLong("tickets"), parsing: .unconditional,
        help: ArgumentHelp("After a full handshake, 0 to 255 (TLS 1.3). (default: 2)", valueName: "N"))
    var tickets: String?

    @Option(
        name: .customLong("ticket-lifetime"), parsing: .unconditional,
        help: ArgumentHelp("How long a session can be resumed, up to 168h. (default: 2h)", valueName: "D"))
    var lifetime: String?

    @Option(
        name: .customLong("ticket-mode"), parsing: .unconditional,
        help: ArgumentHelp(
            "stateless (sealed in the ticket), stateful (kept here) or off. (default: stateless)", valueName: "MODE"),
        completion: .list(ServePlan.TicketMode.allCases.map(\.rawValue)))
    var mode: String?

    @Option(
        name: .customLong("rotate-ticket-key"), parsing: .unconditional,
        help: ArgumentHelp(
            "Seal with a new key as often; the one before is still taken. (default: never)", valueName: "D"))
    var rotation: String?

    @Option(
        name: .customLong("early-data"), parsing: .unconditional,
        help: ArgumentHelp("How much is taken, 0 to 16MB (TLS 1.3). (default: 0)", valueName: "BYTES"))
    var earlyData: String?

    @Option(
        name: .customLong("anti-replay"), parsing: .unconditional,
        help: ArgumentHelp("off: tickets for early data work again and again. (default: on)", valueName: "on|off"),
        completion: .list(["on", "off"]))
    var antiReplay: String?

    @Option(
        name: .customLong("extra-tickets"), parsing: .unconditional,
        help: ArgumentHelp("More tickets after the handshake, 1 to 255 (TLS 1.3).", valueName: "N"))
    var extraTickets: String?

    @Option(
        name: .customLong("new-ticket-after"), parsing: .unconditional,
        help: ArgumentHelp(
            "When to send those, or one, each time. (default: once, at once)", valueName: "D|SIZE|request"))
    var newTicketAfter: String?

    /// Adds what was asked for, checked.
    func add(to plan: inout ServePlan) throws(UsageError) {
        if let mode { plan.tickets.mode = try OptionText("--ticket-mode", mode).choice() }
        if let tickets { plan.tickets.count = Int(try OptionText("--tickets", tickets).integer(in: 0...255)) }
        if let lifetime {
            plan.tickets.lifetime = try OptionText("--ticket-lifetime", lifetime)
                .duration(from: .seconds(1), through: .seconds(7 * 86_400))
        }
        if let rotation { plan.tickets.rotation = try OptionText("--rotate-ticket-key", rotation).duration() }
        if let earlyData {
            plan.earlyData = UInt32(clamping: try OptionText("--early-data", earlyData).size(in: 0...(16 << 20)))
        }
        if let antiReplay { plan.preventsReplay = try OptionText("--anti-replay", antiReplay).isOn() }
        if let extraTickets {
            plan.script.extraTickets = Int(try OptionText("--extra-tickets", extraTickets).integer(in: 1...255))
        }
        if let newTicketAfter {
            plan.script.ticketsAfter = try OptionText("--new-ticket-after", newTicketAfter).trigger()
        }
        try check(plan)
    }

    private func check(_ plan: ServePlan) throws(UsageError) {
        if plan.tickets.mode == .off {
            for (option, isGiven) in [
                ("--tickets", tickets != nil && plan.tickets.count > 0), ("--ticket-lifetime", lifetime != nil),
                ("--rotate-ticket-key", rotation != nil), ("--early-data", plan.earlyData > 0),
                ("--extra-tickets", extraTickets != nil), ("--new-ticket-after", newTicketAfter != nil),
            ] where isGiven {
                throw UsageError("\(option) is about tickets, and --ticket-mode off sends none")
            }
        }
        if rotation != nil, plan.tickets.mode == .stateful {
            throw UsageError("--rotate-ticket-key is about keys that seal tickets; --ticket-mode stateful seals none")
        }
        if rotation != nil, plan.earlyData > 0, plan.preventsReplay {
            throw UsageError(
                "--rotate-ticket-key needs --anti-replay off here: with it, tickets for early data are not sealed")
        }
        if antiReplay != nil, plan.earlyData == 0 { throw UsageError("--anti-replay needs --early-data") }
        guard plan.excludesTLS13 else { return }
        for (option, isGiven) in [
            ("--early-data", plan.earlyData > 0), ("--extra-tickets", extraTickets != nil),
            ("--new-ticket-after", newTicketAfter != nil),
        ] where isGiven {
            throw UsageError("\(option) needs TLS 1.3, which --tls excludes")
        }
    }
}
