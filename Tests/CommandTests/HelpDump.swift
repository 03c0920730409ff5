import ArgumentParser
import Foundation

/// What `--experimental-dump-help` tells about a command.
struct HelpDump: Decodable {
    struct Command: Decodable {
        var commandName: String
        var arguments: [Argument]?
        var subcommands: [Command]?

        /// The options that help shows, with their dashes and all their names.
        var visibleNames: [String] { (arguments ?? []).filter(\.shouldDisplay).flatMap(\.spelledNames) }
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String
        }

        var names: [Name]?
        var shouldDisplay: Bool
        /// The title of its group in the help.
        var sectionTitle: String?

        /// Its names with their dashes.
        var spelledNames: [String] { (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name } }
    }

    var command: Command

    static func of(_ command: any ParsableCommand.Type) throws -> Command {
        try JSONDecoder().decode(HelpDump.self, from: Data(command._dumpHelp().utf8)).command
    }
}
