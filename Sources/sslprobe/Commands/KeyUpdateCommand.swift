import ArgumentParser
import ProbeKit

/// `keyupdate`: new keys within one connection, in TLS 1.3.
struct KeyUpdateCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "keyupdate",
        _superCommandName: "sslprobe",
        abstract: "Send KeyUpdates in TLS 1.3 and say whether the server answers them.",
        usage: "sslprobe keyupdate [options] <target>",
        discussion: """
            A server answers a KeyUpdate only with the next data that it sends, so something has to make it send some: \
            HEAD / where HTTP is to be expected, else --http, --send, --elicit or --echo-check. Exit status: 0 when the KeyUpdates were answered, 10 when the server \
            provably did not answer or cut the connection, 11 when it does not speak TLS 1.3, 12 when nobody can tell. \
            D is a time (500ms, 10s, 2m).
            """)

    @OptionGroup(title: "KeyUpdate") var keyUpdate: KeyUpdateOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Certificates") var certificates: CertificateOptions
    @OptionGroup(title: "TLS offer") var offer: OfferOptions
    @OptionGroup(title: "Connection and data") var connection: ConnectionOptions

    @Argument(help: Self.targetHelp) var targets: [String] = []

    func plan() throws(UsageError) -> ProbePlan {
        var question = KeyUpdatePlan()
        var plan = try probePlan(.keyUpdate(question), http: keyUpdate.elicitsHTTP)
        try keyUpdate.add(to: &question, data: &plan.client.data, connection)
        plan.question = .keyUpdate(question)
        if let versions = plan.client.offer.versions, versions.upperBound < .tls13 {
            throw UsageError("--tls excludes TLS 1.3, and KeyUpdate is a message of it; see sslprobe renegotiate")
        }
        return plan
    }
}
