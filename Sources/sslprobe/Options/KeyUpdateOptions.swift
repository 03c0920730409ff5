import ArgumentParser
import ProbeKit

/// Which KeyUpdates to send, and how to make the server answer.
struct KeyUpdateOptions: ParsableArguments {
    @Option(
        name: .customLong("direction"), parsing: .unconditional,
        help: ArgumentHelp(
            "Request a KeyUpdate in return, change our keys alone, or one of each. (default: request)",
            valueName: "request|one-way|both"),
        completion: .list(KeyUpdatePlan.Direction.allCases.map(\.rawValue)))
    var direction: String?

    @Option(
        name: [.customLong("count"), .customLong("repeat"), .customLong("attempts"), .customLong("connections")],
        parsing: .unconditional,
        help: ArgumentHelp("How many KeyUpdates, 1 to 1000; of each kind with both. (default: 1)", valueName: "N"))
    var count: String?

    @Option(
        name: .customLong("interval"), parsing: .unconditional,
        help: ArgumentHelp(
            "Await each answer, then pause this long; 0: send all without waiting. (default: 0)", valueName: "D"))
    var interval: String?

    @Option(
        name: .customLong("trigger"), parsing: .unconditional,
        help: ArgumentHelp(
            "Send each together with the next data, or by itself before any data. (default: write)",
            valueName: "write|handshake"),
        completion: .list(KeyUpdatePlan.Trigger.allCases.map(\.rawValue)))
    var trigger: String?

    @Option(
        name: .customLong("elicit"), parsing: .unconditional,
        help: ArgumentHelp(
            "Send this so that the server writes; auto: HEAD / on ports 443 and 8443 or with http/1.1. (default: auto)",
            valueName: "auto|http|STRING|none"),
        completion: .list(["auto", "http", "none"]))
    var elicit: String?

    @Flag(name: .customLong("echo-check"), help: "Send a line with each, and check that the server sends it back.")
    var echoCheck = false

    @Option(
        name: [.customLong("answer-timeout"), .customLong("refusal-timeout")], parsing: .unconditional,
        help: ArgumentHelp("How long to wait for each answer. (default: 3s)", valueName: "D"))
    var answerTimeout: String?

    /// Whether a HEAD request is certain.
    var elicitsHTTP: Bool { elicit == "http" }

    /// Adds what was asked for, checked.
    func add(
        to plan: inout KeyUpdatePlan, data: inout DataPlan, _ connection: ConnectionOptions
    ) throws(UsageError) {
        if let direction {
            plan.direction = direction == "local" ? .oneWay : try OptionText("--direction", direction).choice()
        }
        if let count { plan.count = Int(try OptionText("--count", count).integer(in: 1...1000)) }
        if let interval { plan.interval = try OptionText("--interval", interval).duration(from: .zero) }
        if let answerTimeout { plan.answerTimeout = try OptionText("--answer-timeout", answerTimeout).duration() }
        plan.elicitation = try elicitation(&data, connection)
        if let trigger {
            plan.trigger = try OptionText("--trigger", trigger).choice()
            if plan.trigger == .write, plan.elicitation == .none {
                throw UsageError("--trigger write needs something to write, which --elicit none excludes")
            }
        }
    }

    private func elicitation(
        _ data: inout DataPlan, _ connection: ConnectionOptions
    ) throws(UsageError) -> KeyUpdatePlan.Elicitation {
        let given = [
            (elicit != nil, "--elicit"), (echoCheck, "--echo-check"), (connection.http, "--http"),
            (connection.httpPath != nil, "--http-path"), (connection.send != nil, "--send"),
        ].filter(\.0).map(\.1)
        if given.count > 1, given != ["--http", "--http-path"] {
            throw UsageError("\(given[0]) and \(given[1]) exclude each other")
        }
        if echoCheck { return .echo }
        if data.httpPath != nil { return .http }
        if data.send != nil { return .data }
        switch elicit {
        case nil, "auto": return .auto
        case "none": return .none
        case "http":
            data.httpPath = "/"
            return .http
        case let text?:
            data.send = .bytes(Array(try OptionText("--elicit", text).notEmpty().utf8))
            return .data
        }
    }
}
