import ArgumentParser
import ProbeKit

/// `connect`: one handshake and everything it tells.
struct ConnectCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        _superCommandName: "sslprobe",
        abstract: "Do one handshake and say what was negotiated and verified.",
        usage: "sslprobe connect [options] <target>")

    @OptionGroup(title: "Repetition") var repetition: RepetitionOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Certificates") var certificates: CertificateOptions
    @OptionGroup(title: "TLS offer") var offer: OfferOptions
    @OptionGroup(title: "Connection and data") var connection: ConnectionOptions

    @Argument(help: Self.targetHelp) var targets: [String] = []

    func plan() throws(UsageError) -> ProbePlan {
        let plan = try probePlan(.connect(repetition.plan()))
        if plan.client.address.takesAll, case .connect(let question) = plan.question, question.count > 1 {
            throw UsageError("--count and --all-addresses exclude each other")
        }
        if plan.many.retries > 0, case .connect(let question) = plan.question, question.count > 1 {
            throw UsageError("--count and --retry exclude each other")
        }
        return plan
    }
}
