import ProbeKit
import Testing

@testable import sslprobe

/// What a client command would do with these arguments.
func plan(_ arguments: String...) throws -> ProbePlan { try plan(arguments) }

/// What a client command would do with these arguments.
func plan(_ arguments: [String]) throws -> ProbePlan {
    let command = try #require(try SSLProbe.parse(command: arguments) as? any ClientCommand)
    return try command.plan()
}

/// What the user reads for these arguments, nil when nothing is wrong with them.
func mistake(_ arguments: String...) -> String? { mistake(arguments) }

/// What the user reads for these arguments, nil when nothing is wrong with them.
func mistake(_ arguments: [String]) -> String? {
    do {
        var command = try SSLProbe.parse(command: arguments)
        switch command {
        case let client as any ClientCommand: _ = try client.plan()
        case let serve as ServeCommand: _ = try serve.plan()
        default: try command.run()
        }
        return nil
    } catch {
        return Mistake.sentence(for: error, arguments: arguments)
    }
}

/// What `serve` would do with these arguments.
func servePlan(_ arguments: String...) throws -> ServePlan { try servePlan(arguments) }

/// The same with the arguments in a list.
func servePlan(_ arguments: [String]) throws -> ServePlan {
    let command = try #require(try SSLProbe.parse(command: ["serve"] + arguments) as? ServeCommand)
    return try command.plan()
}
