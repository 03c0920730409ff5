import ArgumentParser
import ProbeKit

/// How the connection is made, how long it may take, and what is said over it.
struct ConnectionOptions: ParsableArguments {
    @Flag(name: .customLong("http"), help: "Send HEAD / and show the status; offers http/1.1.")
    var http = false

    @Option(
        name: .customLong("http-path"), parsing: .unconditional,
        help: ArgumentHelp("Like --http, with this path.", valueName: "PATH"))
    var httpPath: String?

    @Option(
        name: .customLong("send"), parsing: .unconditional,
        help: ArgumentHelp("Send this text, file or stdin.", valueName: "STRING|@FILE|-"))
    var send: String?

    @Option(
        name: .customLong("read-for"), parsing: .unconditional,
        help: ArgumentHelp("Read what the server says for this long.", valueName: "D"))
    var readFor: String?

    @Option(
        name: [.customShort("t"), .customLong("timeout")], parsing: .unconditional,
        help: ArgumentHelp("Deadline from lookup to close, such as 500ms, 10s, 2m. (default: 10s)", valueName: "D"))
    var timeout: String?

    @Option(
        name: .customLong("connect-timeout"), parsing: .unconditional,
        help: ArgumentHelp("Deadline of each TCP attempt. (default: 5s)", valueName: "D"))
    var connectTimeout: String?

    @Option(
        name: [.customShort("m"), .customLong("max-time")], parsing: .unconditional,
        help: ArgumentHelp("Deadline of the whole run.", valueName: "D"))
    var maxTime: String?

    @Option(
        name: .customLong("settle"), parsing: .unconditional,
        help: ArgumentHelp(
            "How long to listen for a late rejection; auto: 250ms or three round trips. (default: auto)",
            valueName: "auto|D"),
        completion: .list(["auto"]))
    var settle: String?

    @Flag(name: .customShort("4"), help: "IPv4 only.") var v4 = false
    @Flag(name: .customShort("6"), help: "IPv6 only.") var v6 = false

    @Flag(name: .customLong("all-addresses"), help: "Ask every address of the name, and say what differs.")
    var allAddresses = false

    @Option(
        name: .customLong("connect-to"), parsing: .unconditional,
        help: ArgumentHelp(
            "Dial this; SNI and name check stay the target's. curl's HOST1:PORT1:HOST2:PORT2 works too.",
            valueName: "HOST:PORT"))
    var connectTo: String?

    @Option(
        name: [.customLong("load-session"), .customLong("sess-in")], parsing: .unconditional,
        help: ArgumentHelp("Offer the session in this file, if it is this server's.", valueName: "FILE"),
        completion: .file())
    var loadSession: String?

    @Option(
        name: [.customLong("save-session"), .customLong("sess-out")], parsing: .unconditional,
        help: ArgumentHelp("Write the last session that came to this file; it holds secrets.", valueName: "FILE"),
        completion: .file())
    var saveSession: String?

    @Option(
        name: .customLong("targets"), parsing: .unconditional,
        help: ArgumentHelp(
            "Ask the targets in this file or stdin, one on each line; SNI after a tab.", valueName: "FILE|-"),
        completion: .file())
    var list: String?

    @Option(
        name: .customLong("jobs"), parsing: .unconditional,
        help: ArgumentHelp("How many targets at once, 1 to 10000. (default: 32)", valueName: "N"))
    var jobs: String?

    @Option(
        name: .customLong("retry"), parsing: .unconditional,
        help: ArgumentHelp("Ask again up to N times when a server was not reached (exit 3 to 5).", valueName: "N"))
    var retry: String?

    @Option(
        name: .customLong("retry-delay"), parsing: .unconditional,
        help: ArgumentHelp("How long to wait before that. (default: 1s)", valueName: "D"))
    var retryDelay: String?

    @Option(
        name: .customLong("max-idle-messages"), parsing: .unconditional,
        help: ArgumentHelp("Messages in a row without data, 1 to 1000000. (default: 64)", valueName: "N"))
    var maxIdleMessages: String?

    /// Where to dial, checked.
    func address(for target: Target) throws(UsageError) -> AddressPlan {
        if v4 && v6 { throw UsageError("-4 and -6 exclude each other") }
        var plan = AddressPlan()
        if v4 { plan.family = .v4 }
        if v6 { plan.family = .v6 }
        plan.takesAll = allAddresses
        if let connectTo { plan.connectTo = try target.connectTo(connectTo) }
        return plan
    }

    /// Deadlines and waits, checked.
    func time() throws(UsageError) -> TimePlan {
        var plan = TimePlan()
        if let timeout { plan.timeout = try OptionText("--timeout", timeout).duration() }
        if let connectTimeout { plan.connectTimeout = try OptionText("--connect-timeout", connectTimeout).duration() }
        if let maxTime { plan.maxTime = try OptionText("--max-time", maxTime).duration() }
        if let settle, settle != "auto" {
            plan.settle = try OptionText("--settle", settle).duration(from: .zero, or: "auto")
        }
        return plan
    }

    /// Many targets, checked.
    func many() throws(UsageError) -> ManyPlan {
        var plan = ManyPlan()
        if let list {
            plan.source = list == "-" ? .standardInput : .file(try OptionText("--targets", list).path())
        }
        if let jobs { plan.jobs = Int(try OptionText("--jobs", jobs).integer(in: 1...10_000)) }
        if let retry { plan.retries = Int(try OptionText("--retry", retry).integer(in: 0...1000)) }
        if let retryDelay { plan.retryDelay = try OptionText("--retry-delay", retryDelay).duration(from: .zero) }
        if retryDelay != nil, retry == nil { throw UsageError("--retry-delay is about --retry: say how often") }
        return plan
    }

    /// How much a peer may make us read, checked.
    func idleMessages() throws(UsageError) -> Int {
        guard let maxIdleMessages else { return ClientPlan().maxIdleMessages }
        return Int(try OptionText("--max-idle-messages", maxIdleMessages).integer(in: 1...1_000_000))
    }
}
