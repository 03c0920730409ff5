import ArgumentParser
import ProbeKit

/// How often to renegotiate, when, and how.
struct RenegotiationOptions: ParsableArguments {
    @Option(
        name: .customLong("mode"), parsing: .unconditional,
        help: ArgumentHelp(
            "Full handshakes, the session resumed, or each on its own connection. (default: full)",
            valueName: "full|abbreviated|both"),
        completion: .list(["full", "abbreviated", "both"]))
    var mode: String?

    @Option(
        name: [.customLong("count"), .customLong("repeat"), .customLong("attempts"), .customLong("connections")],
        parsing: .unconditional,
        help: ArgumentHelp("How many renegotiations, 1 to 1000. (default: 1)", valueName: "N"))
    var count: String?

    @Flag(
        name: .customLong("until-refused"),
        help: "Go on until the server refuses, 20 times at most; exit 0 when one was accepted.")
    var untilRefused = false

    @Option(
        name: .customLong("interval"), parsing: .unconditional,
        help: ArgumentHelp("Wait between two renegotiations. (default: 0)", valueName: "D"))
    var interval: String?

    @Option(
        name: .customLong("after"), parsing: .unconditional,
        help: ArgumentHelp(
            "Before the first, wait this long, or until exactly this much data went both ways.", valueName: "D|SIZE"))
    var after: String?

    @Option(
        name: .customLong("await-request"), parsing: .unconditional,
        help: ArgumentHelp("Start none; wait this long for the server to ask with a HelloRequest.", valueName: "D"))
    var awaitRequest: String?

    @Option(
        name: [.customLong("answer-timeout"), .customLong("refusal-timeout")], parsing: .unconditional,
        help: ArgumentHelp("How long each renegotiation may take. (default: 3s)", valueName: "D"))
    var answerTimeout: String?

    @Flag(name: .customLong("allow-unsafe"), help: "Also connect to a server without RFC 5746, and try it there.")
    var allowUnsafe = false

    /// What was asked for, checked.
    func plan() throws(UsageError) -> RenegotiationPlan {
        var plan = RenegotiationPlan()
        if let mode { plan.modes = try Self.modes(mode) }
        if let count {
            if untilRefused { throw UsageError("--until-refused and --count exclude each other") }
            plan.count = Int(try OptionText("--count", count).integer(in: 1...1000))
        }
        if untilRefused {
            plan.untilRefused = true
            plan.count = RenegotiationPlan.mostUntilRefused
        }
        if let interval { plan.interval = try OptionText("--interval", interval).duration(from: .zero) }
        if let after { plan.after = try OptionText("--after", after).moment() }
        if let awaitRequest {
            plan.awaitRequest = try OptionText("--await-request", awaitRequest).duration()
            try checkWaiting()
        }
        if let answerTimeout { plan.answerTimeout = try OptionText("--answer-timeout", answerTimeout).duration() }
        plan.allowsUnsafe = allowUnsafe
        return plan
    }

    /// The server decides when and how it asks.
    private func checkWaiting() throws(UsageError) {
        for (option, isGiven) in [
            ("--mode", mode != nil), ("--until-refused", untilRefused), ("--interval", interval != nil),
            ("--after", after != nil),
        ] where isGiven {
            throw UsageError("--await-request and \(option) exclude each other: the server asks, not we")
        }
    }

    private static func modes(_ text: String) throws(UsageError) -> [Report.Renegotiation.Mode] {
        switch text {
        case "full": return [.full]
        case "abbreviated": return [.abbreviated]
        case "both": return [.full, .abbreviated]
        default: throw OptionText("--mode", text).mistake("is not one of full, abbreviated, both")
        }
    }
}
