import Reactor

/// The targets of a run: so many at once, what they came to, and how far they are.
final class Crowd: @unchecked Sendable {
    // Sendable without a check: used by tasks of its loop alone.
    private(set) var tally = Tally()
    let progress: Progress
    private var free: Int
    /// The one that waits for its turn; the targets are handed out by one task.
    private var waiting: UnsafeContinuation<Void, Never>?

    /// - Parameter jobs: how many at once.
    init(jobs: Int, progress: Progress) {
        free = jobs
        self.progress = progress
    }

    /// Suspends until there is room for one more.
    func enter() async {
        if free == 0 { await withUnsafeContinuation { waiting = $0 } }
        free -= 1
    }

    /// One is done.
    func leave(_ report: Report, code: Int32) {
        tally.add(report, code: code)
        progress.count(hasFailed: code != 0)
        free += 1
        waiting?.resume()
        waiting = nil
    }

    /// How many at once the process has descriptors for.
    static func room(for jobs: Int) -> Int {
        // Each may dial two addresses at once; the rest of the program has a few.
        min(jobs, max(1, (FileLimit.raise() - 32) / 2))
    }
}

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
        guard outcome.rank < rank else { return }
        rank = outcome.rank
        exitCode = code
    }
}
