import ArgumentParser
import ProbeKit

/// Files that hold what went over the wire.
struct CaptureOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Append the secrets for Wireshark. (default: $SSLKEYLOGFILE)", valueName: "FILE"),
        completion: .file())
    var keylog: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Write the certificates that were sent, as PEM.", valueName: "FILE"),
        completion: .file())
    var saveCerts: String?

    /// What was asked for, checked.
    func plan() throws(UsageError) -> CapturePlan {
        var plan = CapturePlan()
        if let keylog { plan.keyLog = try OptionText("--keylog", keylog).path() }
        if let saveCerts { plan.saveCertificates = try OptionText("--save-certs", saveCerts).path() }
        return plan
    }
}
