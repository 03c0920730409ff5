/// What the targets of a run came to.
struct Tally {
    private(set) var outcomes = OutcomeCounts()
    private(set) var count = 0
    private(set) var okCount = 0
    /// The gravest of the exit codes.
    private(set) var exitCode: Int32 = 0
    private var rank = Int.max

    /// What one target came to.
    struct Entry {
        let outcome: Outcome
        let isOK: Bool
        /// What a run with this target alone would end with.
        let code: Int32
        /// What that code is of: a foreseen outcome is none to exit with; a result that cannot be written is our failure.
        let cause: Outcome

        init(_ report: Report, code: Int32) {
            outcome = report.outcome
            isOK = report.ok
            self.code = code
            cause = code == 0 ? .ok : code == report.exitCode ? report.outcome : .local
        }
    }

    mutating func add(_ entry: Entry) {
        count += 1
        outcomes.add(entry.outcome)
        if entry.isOK { okCount += 1 }
        end(with: entry.cause, code: entry.code)
    }

    /// The run ends with the gravest of these.
    mutating func end(with outcome: Outcome, code: Int32) {
        guard outcome.rank < rank else { return }
        rank = outcome.rank
        exitCode = code
    }
}
