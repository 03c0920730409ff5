import ArgumentParser
import ProbeKit

/// What the server's certificate is held against, and the one to show when it asks for ours.
struct CertificateOptions: ParsableArguments {
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
        name: .customLong("verify-name"), parsing: .unconditional,
        help: ArgumentHelp("Name to check. (default: --sni, else the host)", valueName: "NAME"))
    var verifyName: String?

    @Option(
        name: .customLong("verify-depth"), parsing: .unconditional,
        help: ArgumentHelp("How many intermediates are allowed, 0 to 100.", valueName: "N"))
    var verifyDepth: String?

    @Option(
        name: .customLong("min-days"), parsing: .unconditional,
        help: ArgumentHelp("Exit 1 unless every certificate sent has N days left.", valueName: "N"))
    var minDays: String?

    @Option(
        name: .customLong("cert"), parsing: .unconditional,
        help: ArgumentHelp("Client certificate, PEM or DER.", valueName: "FILE"),
        completion: .file())
    var cert: String?

    @Option(
        name: .customLong("key"), parsing: .unconditional,
        help: ArgumentHelp("Its private key, PEM or DER. (default: in --cert)", valueName: "FILE"),
        completion: .file())
    var key: String?

    @Option(
        name: .customLong("cert-chain"), parsing: .unconditional,
        help: ArgumentHelp("Intermediate certificates to send with it.", valueName: "FILE"),
        completion: .file())
    var certChain: String?

    @Option(
        name: .customLong("key-password"), parsing: .unconditional,
        help: ArgumentHelp("Where the key's password is; there is no prompt.", valueName: "env:NAME|file:PATH"))
    var keyPassword: String?

    @Option(
        name: .customLong("save-certs"), parsing: .unconditional,
        help: ArgumentHelp("Write the server's certificates, as PEM.", valueName: "FILE"),
        completion: .file())
    var saveCerts: String?

    /// Where the server's certificates go; nil for nowhere.
    func saveFile() throws(UsageError) -> String? {
        guard let saveCerts else { return nil }
        return try OptionText("--save-certs", saveCerts).path()
    }

    /// What `--min-days` is short for, checked.
    func expectation() throws(UsageError) -> String? {
        guard let minDays else { return nil }
        return "certificates[*].days_left >= \(try OptionText("--min-days", minDays).integer(in: 0...3650))"
    }

    /// What to trust, checked.
    func trust() throws(UsageError) -> TrustPlan {
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

    /// Our own certificate, checked; nil when there is none.
    func identity() throws(UsageError) -> IdentityPlan? {
        guard let cert else {
            for (option, value) in [("--key", key), ("--cert-chain", certChain), ("--key-password", keyPassword)]
            where value != nil {
                throw UsageError("\(option) needs --cert: the certificate that it belongs to")
            }
            return nil
        }
        var plan = IdentityPlan(certificate: try OptionText("--cert", cert).path())
        if let key { plan.key = try OptionText("--key", key).path() }
        if let certChain { plan.chain = try OptionText("--cert-chain", certChain).path() }
        if let keyPassword { plan.password = try OptionText("--key-password", keyPassword).password() }
        return plan
    }
}
