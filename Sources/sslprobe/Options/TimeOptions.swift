import ArgumentParser
import ProbeKit

/// Deadlines and waits.
struct TimeOptions: ParsableArguments {
    @Option(
        name: [.customShort("t"), .customLong("timeout")], parsing: .unconditional,
        help: ArgumentHelp("Deadline from lookup to close. (default: 10s)", valueName: "D"))
    var timeout: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Deadline of each TCP attempt. (default: 5s)", valueName: "D"))
    var connectTimeout: String?

    @Option(
        name: [.customShort("m"), .customLong("max-time")], parsing: .unconditional,
        help: ArgumentHelp("Deadline of the whole run.", valueName: "D"))
    var maxTime: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How long to listen for a late rejection; auto: 250ms or three round trips. (default: auto)",
            valueName: "auto|D"),
        completion: .list(["auto"]))
    var settle: String?

    /// What was asked for, checked.
    func plan() throws(UsageError) -> TimePlan {
        var plan = TimePlan()
        if let timeout { plan.timeout = try OptionText("--timeout", timeout).duration() }
        if let connectTimeout { plan.connectTimeout = try OptionText("--connect-timeout", connectTimeout).duration() }
        if let maxTime { plan.maxTime = try OptionText("--max-time", maxTime).duration() }
        if let settle, settle != "auto" {
            plan.settle = try OptionText("--settle", settle).duration(from: .zero, or: "auto")
        }
        return plan
    }
}
