import ArgumentParser
import ProbeKit

/// `connect`: one handshake and everything it tells.
struct ConnectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        _superCommandName: "sslprobe",
        abstract: "Do one handshake and say what was negotiated and verified.",
        usage: "sslprobe connect [options] <target>")

    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup var client: ClientOptions
    @OptionGroup var targets: TargetArguments

    func run() throws {
        throw ExitCode(try ConnectRun.run(try plan()))
    }

    /// What was asked for, checked.
    func plan() throws(UsageError) -> ConnectPlan {
        let target = try targets.only()
        var plan = ConnectPlan(target: target, client: try client.plan(for: target), output: try output.plan())
        plan.notes = client.offer.notes
        return plan
    }
}
