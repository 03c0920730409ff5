import ArgumentParser
import ProbeKit

/// The root of the command tree, for help, completions and mistakes.
///
/// A known command is parsed by itself: through the root it costs 11 million instructions more.
@main
struct SSLProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sslprobe",
        abstract: "Asks TLS servers questions and answers truthfully.",
        usage: """
            sslprobe <command> [options] [<target>]
            sslprobe [connect] [options] <target>
            """,
        discussion: """
            A first word that holds a dot, a colon or a slash is a target, and connect is meant. \
            Exit status: 0 when all is well, 1 when only an --expect does not hold, 3 to 7 when the server was not reached, 8 to 12 when it was and \
            something is not as wanted, 64 for a mistake on the command line; 'sslprobe explain' has them all.
            """,
        subcommands: commands)

    static let commands: [any ParsableCommand.Type] = [
        ConnectCommand.self, ServeCommand.self, RenegotiateCommand.self, KeyUpdateCommand.self, TicketsCommand.self,
        ResumeCommand.self, ExplainCommand.self, SchemaCommand.self,
    ]

    @Flag(
        name: [.customShort("V"), .customLong("version")],
        help: "Show the versions of sslprobe and OpenSSL; with --json as JSON.")
    var showsVersion = false

    static func main() {
        Program.begin()
        Program.end(run(Array(CommandLine.arguments.dropFirst())))
    }

    /// Runs the program with these arguments and returns its exit code.
    static func run(_ arguments: [String]) -> Int32 {
        do {
            var command = try parse(command: arguments)
            try command.run()
            return 0
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            if exitCode(for: error) == .success {
                let text = fullMessage(for: error)
                return StandardOutput.write(text.hasSuffix("\n") ? text : text + "\n")
            }
            StandardError.write("sslprobe: \(Mistake.sentence(for: error, arguments: arguments))\n")
            return ExitCode.validationFailure.rawValue
        }
    }

    /// Finds the command that the first word names or implies, and parses the rest for it.
    static func parse(command arguments: [String]) throws -> any ParsableCommand {
        guard let word = arguments.first else {
            throw UsageError("no command; try 'sslprobe connect HOST:443' or 'sslprobe --help'")
        }
        // The parser would take the next word for the value.
        if let option = arguments.first(where: Mistake.lacksItsValue) {
            throw UsageError("'\(TerminalText.escape(option))' lacks its value")
        }
        if let command = commands.first(where: { $0._commandName == word }) {
            return try command.parseAsRoot(Array(arguments.dropFirst()))
        }
        if word == "--version" || word == "-V" { return try VersionCommand.parseAsRoot(Array(arguments.dropFirst())) }
        if word == "help", let topic = arguments.dropFirst().first, !topic.hasPrefix("-"),
            !commands.contains(where: { $0._commandName == topic })
        {
            throw Mistake.unknownCommand(topic)
        }
        if isForRoot(word) { return try parseAsRoot(arguments) }
        // `sslprobe -k host:443`, as one types curl.
        if word.hasPrefix("-") { return try ConnectCommand.parseAsRoot(arguments) }
        guard word.contains(where: { $0 == "." || $0 == ":" || $0 == "/" }) else {
            throw Mistake.unknownCommand(word)
        }
        return try ConnectCommand.parseAsRoot(arguments)
    }

    /// Whether the word is about the program itself.
    private static func isForRoot(_ word: String) -> Bool {
        ["help", "-h", "--help", "--help-hidden"].contains(word) || word.hasPrefix("--generate-completion-script")
            || word.hasPrefix("--experimental-dump-help")
    }

    /// Only a mistake or an option without a command comes here; see `parse(command:)`.
    func run() throws {
        throw UsageError("no command; try 'sslprobe connect HOST:443' or 'sslprobe --help'")
    }
}
