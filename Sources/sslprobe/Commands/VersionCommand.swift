import ArgumentParser
import ProbeKit

/// `--version`: apart from the root, whose `--json` would swallow that of every command.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "--version",
        _superCommandName: "sslprobe",
        abstract: "Show the version.",
        usage: "sslprobe --version [--json]")

    @Flag(name: [.customShort("j"), .customLong("json")], help: "As JSON.")
    var json = false

    func run() throws {
        throw ExitCode(StandardOutput.write(json ? ProgramText.versionJSON() : ProgramText.version()))
    }
}
