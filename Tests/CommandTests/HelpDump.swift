import ArgumentParser
import Foundation

/// What `--experimental-dump-help` tells about a command.
struct HelpDump: Decodable {
    struct Command: Decodable {
        var commandName: String
        var arguments: [Argument]?
        var subcommands: [Command]?

        /// The options that help shows, with their dashes and all their names.
        var visibleNames: [String] {
            (arguments ?? []).filter(\.shouldDisplay).flatMap { $0.names ?? [] }
                .map { ($0.kind == "long" ? "--" : "-") + $0.name }
        }
    }

    struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String
        }

        var names: [Name]?
        var shouldDisplay: Bool
    }

    var command: Command

    static func of(_ command: any ParsableCommand.Type) throws -> Command {
        try JSONDecoder().decode(HelpDump.self, from: Data(command._dumpHelp().utf8)).command
    }
}
