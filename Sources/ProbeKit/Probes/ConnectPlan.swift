/// What `connect` was asked to do.
package struct ConnectPlan: Sendable {
    package var target: Target
    package var client: ClientPlan
    package var output: OutputPlan
    /// What the user should know about how the options were read; one line each on stderr.
    package var notes: [String] = []

    package init(target: Target, client: ClientPlan, output: OutputPlan) {
        self.target = target
        self.client = client
        self.output = output
    }
}
