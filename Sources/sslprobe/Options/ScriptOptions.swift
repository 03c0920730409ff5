import ArgumentParser
import ProbeKit

/// What the server does once a handshake is finished.
struct ScriptOptions: ParsableArguments {
    @Option(
        name: .customLong("keyupdate-after"), parsing: .unconditional,
        help: ArgumentHelp(
            "Send a KeyUpdate every D, every SIZE of data, or before each answer (TLS 1.3).",
            valueName: "D|SIZE|request"))
    var keyUpdateAfter: String?

    @Option(
        name: .customLong("keyupdate"), parsing: .unconditional,
        help: ArgumentHelp("Whether it asks for one in return. (default: request)", valueName: "request|one-way"),
        completion: .list(ScriptPlan.KeyUpdateKind.allCases.map(\.rawValue)))
    var keyUpdate: String?

    @Option(
        name: .customLong("renegotiate-after"), parsing: .unconditional,
        help: ArgumentHelp("Send a HelloRequest as often (TLS 1.2).", valueName: "D|SIZE|request"))
    var renegotiateAfter: String?

    @Option(
        name: .customLong("post-handshake-auth-after"), parsing: .unconditional,
        help: ArgumentHelp(
            "When --client-auth post-handshake asks for it. (default: request)",
            valueName: "D|SIZE|request"))
    var authenticateAfter: String?

    @Option(
        name: .customLong("post-trigger"), parsing: .unconditional,
        help: ArgumentHelp(
            "Send these at once (handshake) or with the next data (write). (default: handshake)",
            valueName: "write|handshake"),
        completion: .list(ScriptPlan.Push.allCases.map(\.rawValue)))
    var push: String?

    @Flag(name: .customLong("allow-client-renegotiation"), help: "Let clients renegotiate (TLS 1.2).")
    var allowClientRenegotiation = false

    @Flag(name: .customLong("no-resumption-on-renegotiation"), help: "Make every renegotiation a full handshake.")
    var noResumptionOnRenegotiation = false

    /// Adds what was asked for, checked; the offer and the certificates are known by now.
    func add(to plan: inout ServePlan) throws(UsageError) {
        if let keyUpdateAfter {
            plan.script.keyUpdateAfter = try OptionText("--keyupdate-after", keyUpdateAfter).trigger()
        }
        if let keyUpdate {
            if keyUpdateAfter == nil { throw UsageError("--keyupdate needs --keyupdate-after: when to send it") }
            plan.script.keyUpdate = try OptionText("--keyupdate", keyUpdate).choice()
        }
        if let renegotiateAfter {
            plan.script.renegotiateAfter = try OptionText("--renegotiate-after", renegotiateAfter).trigger()
        }
        if let authenticateAfter {
            plan.script.authenticateAfter = try OptionText("--post-handshake-auth-after", authenticateAfter).trigger()
            guard plan.clientAuth == .postHandshake else {
                throw UsageError("--post-handshake-auth-after needs --client-auth post-handshake")
            }
        }
        if let push { plan.script.push = try OptionText("--post-trigger", push).choice() }
        plan.allowsClientRenegotiation = allowClientRenegotiation
        plan.resumesInRenegotiation = !noResumptionOnRenegotiation
        try checkVersions(plan)
        addNotes(to: &plan)
    }

    private func checkVersions(_ plan: ServePlan) throws(UsageError) {
        for (option, isGiven) in [
            ("--renegotiate-after", renegotiateAfter != nil),
            ("--allow-client-renegotiation", allowClientRenegotiation),
            ("--no-resumption-on-renegotiation", noResumptionOnRenegotiation),
        ] where isGiven && plan.isTLS13Only {
            throw UsageError("\(option) needs TLS 1.2, which --tls excludes: TLS 1.3 has no renegotiation")
        }
        if keyUpdateAfter != nil, plan.excludesTLS13 {
            throw UsageError("--keyupdate-after needs TLS 1.3, which --tls excludes")
        }
    }

    private func addNotes(to plan: inout ServePlan) {
        let isAboutTLS12 = renegotiateAfter != nil || allowClientRenegotiation || plan.clientAuth == .renegotiation
        if isAboutTLS12, !plan.excludesTLS13 {
            plan.notes.append("TLS 1.3 has no renegotiation, and most clients choose it; --tls 1.2 leaves it out")
        }
    }
}

extension OptionText {
    /// `10s`, `4kB` or `request`.
    func trigger() throws(UsageError) -> ScriptPlan.Trigger {
        if text == "request" { return .request }
        switch try moment(or: "request") {
        case .time(let duration): return .after(duration)
        case .bytes(let size): return .bytes(size)
        }
    }

    /// `10s` or `4kB`; a number alone could be either.
    ///
    /// - Parameter keyword: another value that the option takes, for the message.
    func moment(or keyword: String? = nil) throws(UsageError) -> RenegotiationPlan.Moment {
        guard !text.isEmpty, !text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2e }) else {
            let other = keyword.map { "; or give \($0)" } ?? ""
            throw mistake("needs a unit: 500ms, 10s, 2m for a time, 512B, 4kB, 1MB for a size\(other)")
        }
        if text.utf8.last == UInt8(ascii: "B") { return .bytes(try size(in: 1...(1 << 30))) }
        return .time(try duration(from: .zero, or: "4kB" + (keyword.map { ", \($0)" } ?? "")))
    }

    /// A size such as `512`, `512B`, `4kB`, `1MB`; a kB is 1024 bytes.
    func size(in range: ClosedRange<Int>) throws(UsageError) -> Int {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        let unit: Int
        switch text[digits.endIndex...] {
        case "", "B": unit = 1
        case "kB": unit = 1 << 10
        case "MB": unit = 1 << 20
        default: throw mistake("is not a size; give 512, 512B, 4kB or 1MB")
        }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
            throw mistake("is not a size; give 512, 512B, 4kB or 1MB")
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
        guard !overflow, range.contains(bytes) else {
            throw mistake("is out of range: \(range.lowerBound) to \(range.upperBound) bytes")
        }
        return bytes
    }

    /// `on` or `off`.
    func isOn() throws(UsageError) -> Bool {
        switch text {
        case "on": return true
        case "off": return false
        default: throw mistake("is neither on nor off")
        }
    }
}
