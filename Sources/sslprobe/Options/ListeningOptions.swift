import ArgumentParser
import ProbeKit

/// Where clients are waited for, how many and how long.
struct ListeningOptions: ParsableArguments {
    @Option(
        name: .customLong("listen"), parsing: .unconditional,
        help: ArgumentHelp(
            "Where: ADDR:PORT, PORT (127.0.0.1) or *:PORT (every address); port 0 is any free one. "
                + "(default: 127.0.0.1:4433)", valueName: "ADDR:PORT"))
    var listen: String?

    @Option(
        name: .customLong("ready-file"), parsing: .unconditional,
        help: ArgumentHelp("Write ADDR:PORT here when clients can come.", valueName: "FILE"),
        completion: .file())
    var readyFile: String?

    @Option(
        name: [
            .customLong("count"), .customLong("accept"), .customLong("repeat"), .customLong("attempts"),
            .customLong("connections"),
        ],
        parsing: .unconditional,
        help: ArgumentHelp("End after so many clients. (default: never)", valueName: "N"))
    var count: String?

    @Option(
        name: .customLong("for"), parsing: .unconditional,
        help: ArgumentHelp("End after this time. (default: never)", valueName: "D"))
    var duration: String?

    @Option(
        name: .customLong("max-connections"), parsing: .unconditional,
        help: ArgumentHelp("Open at once; more clients wait. (default: 10000)", valueName: "N"))
    var maxConnections: String?

    @Option(
        name: .customLong("handshake-timeout"), parsing: .unconditional,
        help: ArgumentHelp("Deadline of each handshake. (default: 10s)", valueName: "D"))
    var handshakeTimeout: String?

    @Option(
        name: .customLong("workers"), parsing: .unconditional,
        help: ArgumentHelp("Threads that serve clients, 1 to 64. (default: 1)", valueName: "N"))
    var workers: String?

    @Option(
        name: .customLong("reply"), parsing: .unconditional,
        help: ArgumentHelp(
            "http (one line), status-json (the connection's report), echo or sink (nothing). (default: http)",
            valueName: "KIND"),
        completion: .list(ServePlan.Reply.allCases.map(\.rawValue)))
    var reply: String?

    @Option(
        name: .customLong("close"), parsing: .unconditional,
        help: ArgumentHelp(
            "clean (close_notify), half (close_notify, then read on) or abrupt (neither). (default: clean)",
            valueName: "KIND"),
        completion: .list(ServePlan.Close.allCases.map(\.rawValue)))
    var close: String?

    /// Adds what was asked for, checked.
    func add(to plan: inout ServePlan) throws(UsageError) {
        if let listen { plan.listen = try OptionText("--listen", listen).listener() }
        if let readyFile { plan.readyFile = try OptionText("--ready-file", readyFile).path() }
        if let count { plan.limits.count = Int(try OptionText("--count", count).integer(in: 1...1_000_000_000)) }
        if let duration { plan.limits.duration = try OptionText("--for", duration).duration() }
        if let maxConnections {
            plan.limits.openAtOnce = Int(try OptionText("--max-connections", maxConnections).integer(in: 1...1_000_000))
        }
        if let handshakeTimeout {
            plan.limits.handshakeTimeout = try OptionText("--handshake-timeout", handshakeTimeout).duration()
        }
        if let workers { plan.limits.workers = Int(try OptionText("--workers", workers).integer(in: 1...64)) }
        if let reply { plan.reply = try OptionText("--reply", reply).choice() }
        if let close { plan.close = try OptionText("--close", close).choice() }
    }

    /// HTTP/1 is no answer to a client that was promised HTTP/2; the offer is known by now.
    func settleReply(of plan: inout ServePlan) throws(UsageError) {
        guard plan.offer.alpn.contains("h2"), plan.reply == .http || plan.reply == .statusJSON else { return }
        if plan.offer.alpn == ["h2"], reply == nil {
            plan.reply = .sink
            return
        }
        throw UsageError(
            "--reply \(plan.reply.rawValue)\(reply == nil ? ", the default," : "") speaks HTTP/1.1, so --alpn cannot "
                + "promise h2 with it; --reply sink and echo go with any protocol")
    }
}

extension OptionText {
    /// `ADDR:PORT`, `PORT`, `:PORT` or `*:PORT`; port 0 is any free one.
    func listener() throws(UsageError) -> ListenPlan {
        var plan = ListenPlan()
        plan.input = text
        let colon = text.lastIndex(of: ":")
        let host = colon.map { text[..<$0] } ?? ""
        let digits = colon.map { text[text.index(after: $0)...] } ?? text[...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(digits)
        else { throw mistake("does not end in a port from 0 to 65535; give ADDR:PORT, PORT or *:PORT") }
        plan.port = port
        switch host {
        case "", "localhost": plan.host = "127.0.0.1"
        case "*": plan.host = nil
        default:
            let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
            let address = isBracketed ? host.dropFirst().dropLast() : host
            guard ListenPlan.isAddress(String(address), bracketed: isBracketed) else {
                throw mistake("needs a numeric address before the port, such as 127.0.0.1 or [::1], or * for all")
            }
            plan.host = String(address)
        }
        return plan
    }
}
