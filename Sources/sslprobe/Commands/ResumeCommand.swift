import ArgumentParser
import ProbeKit

/// `resume`: coming back to a server with a session.
struct ResumeCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        _superCommandName: "sslprobe",
        abstract: "Come back with a session and say whether the server takes it, and if not, why.",
        usage: "sslprobe resume [options] <target>",
        discussion: """
            Each attempt is a full handshake and one that offers its session. Exit status: 0 when every attempt was \
            resumed and its early data accepted, 10 when one was not, 11 when the server does not speak the version that \
            --mechanism needs, 12 when nobody can tell, 15 when it takes the same early data twice, or under --vary a \
            session that was made with a client certificate.
            """)

    @OptionGroup(title: "Resumption") var resumption: ResumptionOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Certificates") var certificates: CertificateOptions
    @OptionGroup(title: "TLS offer") var offer: OfferOptions
    @OptionGroup(title: "Connection and data") var connection: ConnectionOptions

    @Argument(help: Self.targetHelp) var targets: [String] = []

    var takesSeveralAsOne: Bool { resumption.matrix }

    func plan() throws(UsageError) -> ProbePlan {
        var question = ResumePlan()
        if resumption.matrix {
            guard targets.count <= ResumePlan.mostNodes else {
                throw UsageError("--matrix takes \(ResumePlan.mostNodes) targets at most")
            }
            for other in targets.dropFirst() { question.others.append(try Target.parse(other)) }
            if Set(targets).count < targets.count { throw UsageError("--matrix: a target is named twice") }
        }
        var plan = try probePlan(.resume(question), http: resumption.elicit == "http")
        try resumption.add(to: &question, &plan.client, connection, loads: connection.loadSession != nil)
        plan.question = .resume(question)
        try check(question, plan.client)
        return plan
    }

    private func check(_ question: ResumePlan, _ plan: ClientPlan) throws(UsageError) {
        let capture = plan.capture
        if question.isMatrix {
            for (option, isGiven) in [
                ("--load-session", capture.loadSession != nil), ("--save-session", capture.saveSession != nil),
                ("--save-certs", capture.saveCertificates != nil),
                ("--connect-to", plan.address.connectTo != nil && !question.others.isEmpty),
            ] where isGiven {
                throw UsageError("--matrix and \(option) exclude each other")
            }
        }
        guard let schedule = question.schedule else { return }
        if capture.loadSession != nil {
            throw UsageError("--at and --load-session exclude each other: each moment needs a session of its own")
        }
        guard schedule.state != nil else { return }
        if targets.count > 1 || connection.list != nil { throw UsageError("--state is about one target") }
        if plan.address.takesAll { throw UsageError("--state and --all-addresses exclude each other") }
    }
}
