import ArgumentParser
import ProbeKit

/// Limits on what a peer may make us do.
struct BoundOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Messages in a row without data, 1 to 1000000. (default: 64)", valueName: "N"))
    var maxIdleMessages: String?

    /// What was asked for, checked.
    func limit() throws(UsageError) -> Int {
        guard let maxIdleMessages else { return ClientPlan().maxIdleMessages }
        return Int(try OptionText("--max-idle-messages", maxIdleMessages).integer(in: 1...1_000_000))
    }
}
