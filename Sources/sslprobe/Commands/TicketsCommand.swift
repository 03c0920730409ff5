import ArgumentParser
import ProbeKit

/// `tickets`: what a server hands out to come back with.
struct TicketsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "tickets",
        _superCommandName: "sslprobe",
        abstract: "Count the session tickets of a server and say what they are.",
        usage: """
            sslprobe tickets [options] <target>
            sslprobe tickets --decode FILE
            """,
        discussion: """
            Makes two full handshakes, since only tickets that begin alike show the name of the key that seals them, and \
            then one that resumes. Exit status: 0 when tickets came, 10 when none came although the \
            server wrote something or speaks TLS 1.2, 12 when none came and nothing made it write.
            """)

    @OptionGroup(title: "Tickets") var tickets: TicketOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Certificates") var certificates: CertificateOptions
    @OptionGroup(title: "TLS offer") var offer: OfferOptions
    @OptionGroup(title: "Connection and data") var connection: ConnectionOptions

    @Argument(help: Self.targetHelp) var targets: [String] = []

    func run() throws {
        if let file = tickets.decode {
            guard targets.isEmpty else { throw UsageError("--decode reads a file; a target is one too many") }
            for (option, isGiven) in [
                ("--track", tickets.track != nil), ("--count", tickets.count != nil),
                ("--min-days", certificates.minDays != nil), ("--targets", connection.list != nil),
                ("--all-addresses", connection.allAddresses),
            ] where isGiven {
                throw UsageError("\(option) is about a server; --decode reads a file")
            }
            throw ExitCode(try TicketDecoder.run(OptionText("--decode", file).path(), output: output.plan()))
        }
        let plan = try plan()
        throw ExitCode(try ProbeRun.run(plans(like: plan), like: plan))
    }

    func plan() throws(UsageError) -> ProbePlan {
        var question = TicketsPlan()
        var plan = try probePlan(.tickets(question), http: tickets.elicit == "http")
        try tickets.add(to: &question, &plan.client, connection)
        plan.question = .tickets(question)
        return plan
    }
}
