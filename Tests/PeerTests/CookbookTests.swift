import Foundation
import TestSupport
import Testing

/// Runs the shell lines of the README as they are printed, and holds their exit codes against its comments.
@Suite struct CookbookTests {
    @Test func theReadmeDoesWhatItSays() async throws {
        let blocks = try Self.blocks(of: CookbookServers.source("README.md"))
        #expect(blocks.count > 8)
        let servers = try await CookbookServers()
        for block in blocks {
            let run = try await servers.run(Self.checkingExitCodes(in: servers.replacingHosts(in: block)))
            #expect(run.status == 0, "\(block)\n\(run)")
            // What a path of jq leads to is there.
            #expect(!run.output.split(separator: "\n").contains { $0.contains("null") }, "\(block)\n\(run)")
        }
    }

    /// What stands between lines of ```sh and ```.
    private static func blocks(of text: String) -> [String] {
        text.components(separatedBy: "\n```sh\n").dropFirst().map { $0.components(separatedBy: "\n```\n")[0] }
    }

    /// The script, failing where a command does not end with the code of its comment `# exit N`, or else with 0.
    private static func checkingExitCodes(in script: String) -> String {
        var (checked, command) = ("", "")
        for line in script.split(separator: "\n") {
            command += line + "\n"
            let words = line.split(separator: "#")[0].trimmingCharacters(in: .whitespaces)
            if words.hasSuffix("\\") || words.hasSuffix("|") { continue }
            let code = line.firstMatch(of: /# exit (\d+)/).map { String($0.1) } ?? "0"
            checked +=
                words.hasSuffix("&")
                ? command
                : """
                code=0
                { \(command)} || code=$?
                [ $code = \(code) ] || { echo "exit $code, not \(code): "\(quoted(command)) >&2; exit 99; }

                """
            command = ""
        }
        return checked
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "'", with: #"'\''"#) + "'"
    }
}
