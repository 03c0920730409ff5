import Reactor

/// The line on stderr that tells how far a run with many targets is; only on a terminal.
///
/// Belongs to the tasks of one loop.
final class Progress {
    private let isShown: Bool
    private let started = Instant.now
    private var isDrawn = false
    /// How many there are; nil as long as they are still being read.
    var total: Int?
    private var done = 0
    private var failed = 0

    init(isShown: Bool) { self.isShown = isShown }

    /// Whether the terminal can be drawn on.
    static var isPossible: Bool { Output.diagnostics.isTerminal && Environment.value(of: "TERM") != "dumb" }

    /// - Parameter hasFailed: whether the exit code is not 0.
    func count(hasFailed: Bool) {
        done += 1
        if hasFailed { failed += 1 }
    }

    /// Draws it anew.
    func draw() {
        guard isShown else { return }
        StandardError.write("\r\u{1B}[K" + text)
        isDrawn = true
    }

    /// Makes room for something else on the terminal.
    func clear() {
        guard isDrawn else { return }
        StandardError.write("\r\u{1B}[K")
        isDrawn = false
    }

    /// `1234/5000  310/s  12 failed  12 s left`
    private var text: String {
        let seconds = Instant.now.milliseconds(since: started) / 1000
        let rate = seconds > 0 ? Double(done) / seconds : 0
        var parts = [total.map { "\(done)/\($0)" } ?? "\(done) done"]
        parts.append(rate < 10 ? "\(Measure.tenths(rate))/s" : "\(Int(clamping: Int64(rate)))/s")
        if failed > 0 { parts.append("\(failed) failed") }
        if let total, rate > 0, done < total {
            let seconds = Int(exactly: (Double(total - done) / rate).rounded(.up)) ?? .max
            parts.append(seconds < 120 ? "\(seconds) s left" : "\(seconds / 60) min left")
        }
        return parts.joined(separator: "  ")
    }
}
