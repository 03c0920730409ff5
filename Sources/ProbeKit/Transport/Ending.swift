/// Why a probe stopped early, or what it found wanting; the peer's doing as much as ours.
struct Ending: Error {
    let outcome: Outcome
    let failure: Failure

    init(_ outcome: Outcome, _ failure: Failure) {
        self.outcome = outcome
        self.failure = failure
    }
}

extension Outcome {
    /// Which of several outcomes a probe is reported with: the first in this list.
    static let precedence: [Outcome] = [
        .internal, .usage, .signal, .local, .dns, .connect, .timeout, .handshake, .rejected, .verify, .unsafe, .unmet,
        .inconclusive, .notApplicable, .unsupported, .expectation, .ok,
    ]

    var rank: Int { Self.precedence.firstIndex(of: self) ?? Self.precedence.count }
}
