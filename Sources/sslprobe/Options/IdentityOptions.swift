import ArgumentParser
import ProbeKit

/// The certificate that the client shows when it is asked for one.
struct IdentityOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Client certificate, PEM or DER.", valueName: "FILE"),
        completion: .file())
    var cert: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Its private key, PEM or DER. (default: in --cert)", valueName: "FILE"),
        completion: .file())
    var key: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Intermediate certificates to send with it.", valueName: "FILE"),
        completion: .file())
    var certChain: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Where the key's password is; there is no prompt.", valueName: "env:NAME|file:PATH"))
    var keyPassword: String?

    /// What was asked for, checked; nil without a certificate.
    func plan() throws(UsageError) -> IdentityPlan? {
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
        if let keyPassword { plan.password = try Self.password(keyPassword) }
        return plan
    }

    /// The message does not quote the value: it may be the password.
    private static func password(_ text: String) throws(UsageError) -> IdentityPlan.Password {
        if text.hasPrefix("env:"), text.utf8.count > 4 { return .environment(String(text.dropFirst(4))) }
        if text.hasPrefix("file:"), text.utf8.count > 5 { return .file(String(text.dropFirst(5))) }
        throw UsageError("--key-password: give env:NAME or file:PATH, not the password itself")
    }
}
