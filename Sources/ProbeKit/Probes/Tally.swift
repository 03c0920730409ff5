/// What the targets of a run came to.
struct Tally {
    private(set) var outcomes = OutcomeCounts()
    private(set) var count = 0
    private(set) var okCount = 0
    /// The gravest of the exit codes.
    private(set) var exitCode: Int32 = 0
    private var rank = Int.max

    mutating func add(_ entry: Entry) {
        count += 1
        outcomes.add(entry.outcome)
        if entry.isOK { okCount += 1 }
        end(with: entry.ending, code: entry.code)
    }

    /// The run ends with the gravest of these.
    mutating func end(with outcome: Outcome, code: Int32) {
        guard outcome.rank < rank else { return }
        rank = outcome.rank
        exitCode = code
    }

    /// What one target came to.
    struct Entry {
        let outcome: Outcome
        let isOK: Bool
        /// What a run with this target alone would end with.
        let code: Int32
        /// The outcome that goes with that code: what was foreseen does not count, and a result that cannot be written is
        /// our own failure.
        let ending: Outcome

        init(_ report: Report, code: Int32) {
            outcome = report.outcome
            isOK = report.ok
            self.code = code
            ending = code == 0 ? .ok : code == report.exitCode ? report.outcome : .local
        }
    }
}
