import ArgumentParser
import ProbeKit

/// How to come back, how often, and with what.
struct ResumptionOptions: ParsableArguments {
    @Option(
        name: .customLong("mechanism"), parsing: .unconditional,
        help: ArgumentHelp(
            "id: session ID, ticket: both TLS 1.2; psk: ticket of TLS 1.3; auto: what the server has. (default: auto)",
            valueName: "auto|id|ticket|psk"),
        completion: .list(ResumePlan.Mechanism.allCases.map(\.rawValue)))
    var mechanism: String?

    @Option(
        name: [.customLong("count"), .customLong("repeat"), .customLong("attempts"), .customLong("connections")],
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many attempts, each after a full handshake, 1 to 1000. (default: 3; 1 with --load-session)",
            valueName: "N"))
    var count: String?

    @Option(
        name: .customLong("reuse-ticket"), parsing: .unconditional,
        help: ArgumentHelp("Come back N times with the same session: is it taken only once?", valueName: "N"))
    var reuse: String?

    @Option(
        name: .customLong("lineage"), parsing: .unconditional,
        help: ArgumentHelp("Come back N times, each time with the newest session.", valueName: "N"))
    var lineage: String?

    @Option(
        name: .customLong("early-data"), parsing: .unconditional,
        help: ArgumentHelp(
            "Send this with the ClientHello (0-RTT), and again when it is rejected.", valueName: "STRING|@FILE"))
    var earlyData: String?

    @Flag(name: .customLong("replay"), help: "Send the --early-data with the same session twice: is it taken twice?")
    var replay = false

    @Flag(name: .customLong("allow-psk-ke"), help: "Offer to resume without a new key exchange as well (TLS 1.3).")
    var allowPSKKE = false

    @Option(
        name: .customLong("close"), parsing: .unconditional,
        help: ArgumentHelp(
            "How the first connection ends; abrupt: without close_notify. (default: clean)", valueName: "clean|abrupt"),
        completion: .list(ResumePlan.Close.allCases.map(\.rawValue)))
    var close: String?

    @Option(
        name: .customLong("at"), parsing: .unconditional,
        help: ArgumentHelp(
            "Spend a session at each of these moments, such as 0s,10s,1m: how long do they live?", valueName: "D,D"))
    var at: String?

    @Option(
        name: .customLong("state"), parsing: .unconditional,
        help: ArgumentHelp(
            "Do what --at has due and return; this file remembers the rest and holds secrets.", valueName: "FILE"),
        completion: .file())
    var state: String?

    @Flag(
        name: .customLong("matrix"),
        help: "Offer everyone's session to everyone: all addresses of the target, or all targets given.")
    var matrix = false

    @Option(
        name: .customLong("vary"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Offer the session with this changed, one change a time: sni=NAME, alpn=A:B, no-client-cert, tls=1.2, port=N.",
            valueName: "CHANGE[,CHANGE]"))
    var vary: [String] = []

    @Option(
        name: .customLong("elicit"), parsing: .unconditional,
        help: ArgumentHelp(
            "Some servers send tickets only with data; auto: HEAD / on port 443, 8443 or with http/1.1. (default: auto)",
            valueName: "auto|http|STRING|none"),
        completion: .list(["auto", "http", "none"]))
    var elicit: String?

    /// Adds what was asked for, checked.
    ///
    /// - Parameter loads: whether a session comes from a file, so that one attempt is enough.
    func add(
        to plan: inout ResumePlan, _ client: inout ClientPlan, _ connection: ConnectionOptions, loads: Bool
    ) throws(UsageError) {
        if let mechanism { plan.mechanism = try OptionText("--mechanism", mechanism).choice() }
        try pin(plan.mechanism, &client.offer)
        plan.repetition = try repetition(loads: loads)
        if let close { plan.close = try OptionText("--close", close).choice() }
        plan.elicitation = try connection.elicitation(elicit, &client.data)
        if let earlyData { plan.earlyData = try Self.payload(earlyData) }
        if replay, earlyData == nil { throw UsageError("--replay needs --early-data: what is sent twice") }
        if earlyData != nil || allowPSKKE, let versions = client.offer.versions, versions.upperBound < .tls13 {
            throw UsageError("\(earlyData != nil ? "--early-data" : "--allow-psk-ke") needs TLS 1.3")
        }
        plan.allowsPSKWithoutKeyExchange = allowPSKKE
        plan.isMatrix = matrix
        plan.schedule = try schedule()
        if matrix, earlyData != nil { throw UsageError("--matrix and --early-data exclude each other") }
        for list in vary { plan.variations += try OptionText("--vary", list).variations() }
        if !vary.isEmpty, earlyData != nil { throw UsageError("--vary and --early-data exclude each other") }
        if plan.variations.contains(.noClientCertificate), client.identity == nil {
            throw UsageError("--vary no-client-cert needs --cert: which certificate is left out")
        }
    }

    /// Each mechanism belongs to a version.
    private func pin(_ mechanism: ResumePlan.Mechanism, _ offer: inout TLSOffer) throws(UsageError) {
        let version: TLSOffer.Version
        switch mechanism {
        case .auto: return
        case .id, .ticket: version = .tls12
        case .psk: version = .tls13
        }
        if let versions = offer.versions, !versions.contains(version) {
            throw UsageError("--mechanism \(mechanism.rawValue) needs \(version.rawValue), which --tls excludes")
        }
        if mechanism == .ticket, offer.noTicket {
            throw UsageError("--mechanism ticket and --no-ticket exclude each other")
        }
        offer.versions = version...version
    }

    private func repetition(loads: Bool) throws(UsageError) -> ResumePlan.Repetition {
        let given = [
            (count != nil, "--count"), (reuse != nil, "--reuse-ticket"), (lineage != nil, "--lineage"),
            (replay, "--replay"),
            (!vary.isEmpty, "--vary"),
            (matrix, "--matrix"), (at != nil, "--at"),
        ].filter(\.0).map(\.1)
        if given.count > 1 { throw UsageError("\(given[0]) and \(given[1]) exclude each other") }
        if let reuse { return .reuse(Int(try OptionText("--reuse-ticket", reuse).integer(in: 1...1000))) }
        if let lineage { return .lineage(Int(try OptionText("--lineage", lineage).integer(in: 1...1000))) }
        if replay { return .replay }
        if let count { return .pairs(Int(try OptionText("--count", count).integer(in: 1...1000))) }
        return .pairs(loads ? 1 : 3)
    }

    private func schedule() throws(UsageError) -> ResumePlan.Schedule? {
        guard let at else {
            if state != nil { throw UsageError("--state needs --at: what is to be done when") }
            return nil
        }
        if earlyData != nil { throw UsageError("--at and --early-data exclude each other") }
        var points: [Duration] = []
        for word in at.split(separator: ",", omittingEmptySubsequences: false) {
            points.append(try OptionText("--at", String(word)).duration(from: .zero, through: .seconds(7 * 24 * 3600)))
        }
        guard points == points.sorted(), Set(points).count == points.count, points.count <= 100 else {
            throw OptionText("--at", at).mistake("is not a list of up to 100 different times in ascending order")
        }
        var schedule = ResumePlan.Schedule(points: points, state: nil)
        if let state { schedule.state = try OptionText("--state", state).path() }
        return schedule
    }

    private static func payload(_ text: String) throws(UsageError) -> DataPlan.Payload {
        if text == "@" { throw OptionText("--early-data", text).mistake("names no file") }
        if text.hasPrefix("@") { return .file(String(text.dropFirst())) }
        return .bytes(Array(try OptionText("--early-data", text).notEmpty().utf8))
    }
}

extension OptionText {
    /// `sni=other.example,alpn=h2:http/1.1,no-client-cert,tls=1.2,port=8443`.
    fileprivate func variations() throws(UsageError) -> [ResumePlan.Variation] {
        var variations: [ResumePlan.Variation] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = OptionText(option, parts.count == 2 ? String(parts[1]) : "")
            switch parts.first {
            case "no-client-cert" where parts.count == 1: variations.append(.noClientCertificate)
            case "sni" where parts.count == 2: variations.append(.sni(try value.serverName()))
            case "alpn" where parts.count == 2:
                let list = OptionText(option, value.text.split(separator: ":").joined(separator: ","))
                variations.append(.alpn(try list.protocols()))
            case "tls" where parts.count == 2: variations.append(.tls(try value.versions()))
            case "port" where parts.count == 2:
                guard let port = UInt16(value.text), port > 0 else { throw value.mistake("is not a port") }
                variations.append(.port(port))
            default:
                throw mistake("is not a list of sni=NAME, alpn=A:B, no-client-cert, tls=1.2, port=N")
            }
        }
        return variations
    }
}
