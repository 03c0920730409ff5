import ArgumentParser
import ProbeKit

/// `renegotiate`: new keys within one connection, in TLS 1.2 and below.
struct RenegotiateCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "renegotiate",
        _superCommandName: "sslprobe",
        abstract: "Renegotiate in TLS 1.2 and say whether the server lets a client do that.",
        usage: "sslprobe renegotiate [options] <target>",
        discussion: """
            Offers TLS 1.2 alone, since TLS 1.3 has no renegotiation. Exit status: 0 when the server renegotiated, 10 when \
            it refused, 11 when it speaks only TLS 1.3 or lacks RFC 5746, 12 when nobody can tell, 15 when it renegotiates \
            without RFC 5746. A refusal is what most people want: --expect 'renegotiation.verdict.value = no' makes it the \
            success of an audit. D is a time (500ms, 10s, 2m), SIZE a number of bytes (512B, 4kB, 1MB).
            """)

    @OptionGroup(title: "Renegotiation") var renegotiation: RenegotiationOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Certificates") var certificates: CertificateOptions
    @OptionGroup(title: "TLS offer") var offer: OfferOptions
    @OptionGroup(title: "Connection and data") var connection: ConnectionOptions

    @Argument(help: Self.targetHelp) var targets: [String] = []

    func plan() throws(UsageError) -> ProbePlan {
        var plan = try probePlan(.renegotiate(try renegotiation.plan()))
        let versions = plan.client.offer.versions ?? (offer.legacy ? .tls10 ... .tls12 : .tls12 ... .tls12)
        guard versions.lowerBound < .tls13 else {
            throw UsageError("--tls 1.3: TLS 1.3 has no renegotiation; give 1.2 or below, or see sslprobe keyupdate")
        }
        plan.client.offer.versions = versions
        return plan
    }
}
