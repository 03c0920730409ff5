import ArgumentParser
import ProbeKit

/// `connect`: one handshake and everything it tells.
struct ConnectCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        _superCommandName: "sslprobe",
        abstract: "Do one handshake and say what was negotiated and verified.",
        usage: "sslprobe connect [options] <target>")

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Certificates") var certificates: CertificateOptions
    @OptionGroup(title: "TLS offer") var offer: OfferOptions
    @OptionGroup(title: "Connection and data") var connection: ConnectionOptions

    @Argument(help: Self.targetHelp) var targets: [String] = []

    func plan() throws(UsageError) -> ProbePlan { try probePlan(.connect) }
}
