import ArgumentParser
import ProbeKit

/// How often to connect, how many at once, and how far apart.
struct RepetitionOptions: ParsableArguments {
    @Option(
        name: [.customLong("count"), .customLong("repeat"), .customLong("attempts"), .customLong("connections")],
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many handshakes, 1 to 100000; tells how long they took and how many failed. (default: 1)",
            valueName: "N"))
    var count: String?

    @Option(
        name: .customLong("parallel"), parsing: .unconditional,
        help: ArgumentHelp("How many of them at once, 1 to 1000. (default: 1)", valueName: "M"))
    var parallel: String?

    @Option(
        name: .customLong("interval"), parsing: .unconditional,
        help: ArgumentHelp("From the start of one to the start of the next. (default: 0)", valueName: "D"))
    var interval: String?

    /// What was asked for, checked.
    func plan() throws(UsageError) -> RepetitionPlan {
        var plan = RepetitionPlan()
        if let count { plan.count = Int(try OptionText("--count", count).integer(in: 1...100_000)) }
        if let parallel { plan.parallel = Int(try OptionText("--parallel", parallel).integer(in: 1...1000)) }
        if let interval { plan.interval = try OptionText("--interval", interval).duration(from: .zero) }
        for (option, isGiven) in [("--parallel", parallel != nil), ("--interval", interval != nil)]
        where isGiven && count == nil {
            throw UsageError("\(option) is about several handshakes: say how many with --count")
        }
        return plan
    }
}
