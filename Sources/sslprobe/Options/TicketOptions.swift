import ArgumentParser
import ProbeKit

/// How tickets are collected, and where their keys are remembered.
struct TicketOptions: ParsableArguments {
    @Option(
        name: [.customLong("count"), .customLong("repeat"), .customLong("attempts"), .customLong("connections")],
        parsing: .unconditional,
        help: ArgumentHelp("How many full handshakes, 1 to 1000. (default: 2)", valueName: "N"))
    var count: String?

    @Option(
        name: .customLong("elicit"), parsing: .unconditional,
        help: ArgumentHelp(
            "Some servers send tickets only with data; auto: HEAD / on port 443, 8443 or with http/1.1. (default: auto)",
            valueName: "auto|http|STRING|none"),
        completion: .list(["auto", "http", "none"]))
    var elicit: String?

    @Option(
        name: .customLong("wait"), parsing: .unconditional,
        help: ArgumentHelp("Same as --settle: how long to wait for tickets.", valueName: "auto|D"),
        completion: .list(["auto"]))
    var wait: String?

    @Option(
        name: .customLong("track"), parsing: .unconditional,
        help: ArgumentHelp(
            "Remember the name of the ticket key here, and say whether it has changed.", valueName: "FILE"),
        completion: .file())
    var track: String?

    @Option(
        name: .customLong("decode"), parsing: .unconditional,
        help: ArgumentHelp("Show a saved session, or a ticket in hex or base64, without a server.", valueName: "FILE"),
        completion: .file())
    var decode: String?

    /// Adds what was asked for, checked.
    func add(
        to plan: inout TicketsPlan, _ client: inout ClientPlan, _ connection: ConnectionOptions
    ) throws(UsageError) {
        if let count { plan.count = Int(try OptionText("--count", count).integer(in: 1...1000)) }
        plan.elicitation = try connection.elicitation(elicit, &client.data)
        if let wait {
            if connection.settle != nil { throw UsageError("--wait and --settle are the same; give one of them") }
            if wait != "auto" { client.time.settle = try OptionText("--wait", wait).duration(from: .zero, or: "auto") }
        }
        if let track { plan.track = try OptionText("--track", track).path() }
        if connection.maxIdleMessages == nil { client.maxIdleMessages = 1024 }
    }
}
