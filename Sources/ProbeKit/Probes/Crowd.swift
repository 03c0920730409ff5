import Reactor

/// The targets of a run: so many at once, what they came to, and how far they are.
final class Crowd: @unchecked Sendable {
    // Sendable without a check: used by tasks of its loop alone.
    private(set) var tally = Tally()
    let progress: Progress
    private var free: Int
    /// What was said, so that it is said once.
    private var notes: Set<String> = []
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
    func leave(_ entry: Tally.Entry) {
        tally.add(entry)
        progress.count(hasFailed: entry.code != 0)
        free += 1
        waiting?.resume()
        waiting = nil
    }

    /// Ends the run with this, unless something graver was found.
    func end(with outcome: Outcome, code: Int32) { tally.end(with: outcome, code: code) }

    /// Says what many targets may have in common.
    func warn(_ note: String) {
        guard notes.insert(note).inserted else { return }
        progress.clear()
        Printer.warn(note)
    }

    /// How many at once the process has descriptors for; a line on stderr says so when these are fewer.
    ///
    /// - Parameter each: how many connections each of them may have at once.
    static func room(for count: Int, each: Int = 1, option: String) -> Int {
        guard count > 1 || each > 1 else { return count }
        // Each may dial two addresses at once; the rest of the program has a few.
        let room = max(1, (FileLimit.raise() - 32) / (2 * each))
        if room < count {
            Printer.warn("\(option): only \(room) at once: the process may open no more files (ulimit -n)")
        }
        return min(count, room)
    }
}
