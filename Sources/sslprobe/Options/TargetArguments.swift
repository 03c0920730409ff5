import ArgumentParser
import ProbeKit

/// The words that name servers.
struct TargetArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("HOST, HOST:PORT, [V6]:PORT or https://HOST/ (port 443).", valueName: "target"))
    var targets: [String] = []

    /// The one target that there may be for now.
    func only() throws(UsageError) -> Target {
        guard let first = targets.first else { throw UsageError("no target; give HOST:PORT") }
        if targets.count > 1 {
            throw UsageError("one target for now; \(UsageError.quoted(targets[1])) is a second one")
        }
        return try Target.parse(first)
    }
}
