import ArgumentParser
import ProbeKit

/// `serve`: a TLS server for testing clients.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        _superCommandName: "sslprobe",
        abstract: "Be a TLS server for testing clients, and say what each of them did.",
        usage: "sslprobe serve [options]",
        discussion: """
            Certificates are made in memory unless --cert gives some: with --write-ca ca.pem clients can trust them, \
            as in curl --cacert ca.pem https://localhost:4433/. Each client is reported when it has gone; --jsonl \
            tells as it happens. What a client does changes no exit status, unless --expect says so, such as \
            --expect 'ok = true'. D is a time (500ms, 10s, 2m), SIZE a number of bytes (512B, 4kB, 1MB).
            """)

    @OptionGroup(title: "Listening") var listening: ListeningOptions
    @OptionGroup(title: "Certificates") var certificates: ServerCertificateOptions
    @OptionGroup(title: "What is accepted") var acceptance: AcceptanceOptions
    @OptionGroup(title: "Sessions") var sessions: SessionOptions
    @OptionGroup(title: "After the handshake") var script: ScriptOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        throw ExitCode(try ServeRun.run(plan()))
    }

    /// What was asked for, checked.
    func plan() throws(UsageError) -> ServePlan {
        var plan = ServePlan()
        try listening.add(to: &plan)
        plan.offer = try acceptance.plan()
        try listening.settleReply(of: &plan)
        try certificates.add(to: &plan)
        try sessions.add(to: &plan)
        try script.add(to: &plan)
        plan.output = try output.serverPlan()
        plan.capture = try output.capture()
        plan.notes += acceptance.notes
        return plan
    }
}

extension ServePlan {
    /// Whether no connection can be of TLS 1.3.
    var excludesTLS13: Bool { offer.versions.map { $0.upperBound < .tls13 } ?? false }

    /// Whether every connection is of TLS 1.3.
    var isTLS13Only: Bool { offer.versions.map { $0.lowerBound >= .tls13 } ?? false }
}
