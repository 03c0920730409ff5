import ArgumentParser
import ProbeKit

/// `explain`: what a code or a name means.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        _superCommandName: "sslprobe",
        abstract: "Say what a code or a name means, its causes, and how to confirm it.",
        usage: "sslprobe explain [--json] [exit|alert|verify|event|error] [<CODE|NAME>]",
        discussion: """
            Knows the exit codes, TLS alerts, verification errors of OpenSSL (X509_V_ERR_*), events and values of \
            error.code. A number alone is answered in each meaning that it has: 'exit 10', 'alert 10' and 'verify 10' ask \
            for one. Names may be in small letters, with - for _. Without a word it lists the topics.
            """)

    @Flag(name: [.customShort("j"), .customLong("json")], help: "As JSON; without a word, all explanations.")
    var json = false

    @Argument(
        help: ArgumentHelp("Such as 8, 'alert 40', unknown_ca, cert-has-expired.", valueName: "CODE|NAME"),
        completion: .list(["exit", "alert", "verify", "event", "error"]))
    var words: [String] = []

    func run() throws {
        throw ExitCode(try Explainer.run(words, json: json))
    }
}
