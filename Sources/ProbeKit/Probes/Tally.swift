/// What the targets of a run came to.
struct Tally {
    private(set) var outcomes = OutcomeCounts()
    private(set) var count = 0
    private(set) var okCount = 0
    /// The gravest of the exit codes.
    private(set) var exitCode: Int32 = 0
    private var rank = Int.max

    /// - Parameter code: what a run with this target alone would end with.
    mutating func add(_ report: Report, code: Int32) {
        count += 1
        outcomes.add(report.outcome)
        if report.ok { okCount += 1 }
        // A foreseen outcome keeps its name, and is none to exit with; a result that cannot be written is our failure.
        let outcome: Outcome = code == 0 ? .ok : code == report.exitCode ? report.outcome : .local
        end(with: outcome, code: code)
    }

    /// The run ends with the gravest of these.
    mutating func end(with outcome: Outcome, code: Int32) {
        guard outcome.rank < rank else { return }
        rank = outcome.rank
        exitCode = code
    }
}
