extension TextRenderer {
    /// What many handshakes came to, and how long they took.
    func repetition(_ report: Report, on page: inout Page) {
        guard let repetition = report.repeat else { return }
        page.line("attempts", ["\(repetition.attempts)"] + repetition.byOutcome.words)
        page.line("full", spread(repetition.full))
        page.line("resumed", spread(repetition.resumed))
    }

    /// `median 9 ms · p95 14 ms · 7 to 20 ms · 50 handshakes`
    private func spread(_ latency: Report.Latency) -> [String] {
        guard let median = latency.medianMs, let tail = latency.p95Ms, let least = latency.minMs,
            let most = latency.maxMs
        else { return [] }
        return [
            "median \(Measure.phase(median)) ms", "p95 \(Measure.phase(tail)) ms",
            "\(Measure.phase(least)) to \(Measure.phase(most)) ms", Measure.count(latency.count, "handshake"),
        ]
    }
}

extension OutcomeCounts {
    /// `47 ok`, `3 timeout`
    var words: [String] { Outcome.allCases.filter { self[$0] > 0 }.map { "\(self[$0]) \($0.rawValue)" } }
}
