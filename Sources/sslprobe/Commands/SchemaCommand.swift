import ArgumentParser
import ProbeKit

/// `schema`: the JSON Schema of what `--json` and `--jsonl` print.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        _superCommandName: "sslprobe",
        abstract: "Print the JSON Schema of what --json and --jsonl print.",
        usage: "sslprobe schema \(SchemaSubject.allCases.map(\.rawValue).joined(separator: "|"))")

    @Argument(
        help: ArgumentHelp(
            "report: --json; event: a line of --jsonl; connection, serve-summary: serve --json; explanation: explain --json.",
            valueName: "subject"),
        completion: .list(SchemaSubject.allCases.map(\.rawValue)))
    var subjects: [String] = []

    func run() throws {
        let choices = SchemaSubject.allCases.map(\.rawValue).joined(separator: ", ")
        guard let subject = subjects.first, subjects.count == 1 else {
            throw UsageError("schema takes one of \(choices)")
        }
        guard let known = SchemaSubject(rawValue: subject) else {
            throw UsageError("schema: \(UsageError.quoted(subject)) is not one of \(choices)")
        }
        throw ExitCode(StandardOutput.write(ProgramText.schema(known)))
    }
}
