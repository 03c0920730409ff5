import ProbeKit
import Testing

@testable import sslprobe

/// What `connect` would do with these arguments.
func plan(_ arguments: String...) throws -> ConnectPlan { try plan(arguments) }

/// What `connect` would do with these arguments.
func plan(_ arguments: [String]) throws -> ConnectPlan {
    let command = try #require(try SSLProbe.parse(command: arguments) as? ConnectCommand)
    return try command.plan()
}

/// What the user reads for these arguments, nil when nothing is wrong with them.
func mistake(_ arguments: String...) -> String? { mistake(arguments) }

/// What the user reads for these arguments, nil when nothing is wrong with them.
func mistake(_ arguments: [String]) -> String? {
    do {
        var command = try SSLProbe.parse(command: arguments)
        if let connect = command as? ConnectCommand { _ = try connect.plan() } else { try command.run() }
        return nil
    } catch {
        return Mistake.sentence(for: error, arguments: arguments)
    }
}
