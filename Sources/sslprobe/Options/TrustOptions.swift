import ArgumentParser
import ProbeKit

/// What the certificate is held against.
struct TrustOptions: ParsableArguments {
    @Option(
        name: [.customLong("ca"), .customLong("cacert"), .customLong("capath"), .customLong("CAfile")],
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "File, directory, system or none; replaces the system's store; repeatable.", valueName: "CA"),
        completion: .file())
    var ca: [String] = []

    @Flag(name: [.customShort("k"), .customLong("insecure")], help: "Report a failed verification, but exit 0.")
    var insecure = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Name to check. (default: --sni, else the host)", valueName: "NAME"))
    var verifyName: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many intermediates are allowed, 0 to 100.", valueName: "N"))
    var verifyDepth: String?

    /// What was asked for, checked.
    func plan() throws(UsageError) -> TrustPlan {
        var plan = TrustPlan()
        for source in ca {
            switch source {
            case "system": plan.sources.append(.system)
            case "none": plan.sources.append(.none)
            default: plan.sources.append(.path(try OptionText("--ca", source).path()))
            }
        }
        if plan.sources.contains(.none), plan.sources.count > 1 {
            throw UsageError("--ca none excludes every other --ca")
        }
        if let verifyName { plan.name = try OptionText("--verify-name", verifyName).hostName().host }
        if let verifyDepth { plan.depth = try OptionText("--verify-depth", verifyDepth).integer(in: 0...100) }
        plan.insecure = insecure
        return plan
    }
}
