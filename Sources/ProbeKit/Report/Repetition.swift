extension Report {
    /// `connect --count`: what many handshakes came to.
    package struct Repetition: Codable, Sendable {
        /// How many were begun; fewer than were asked for when the run was cut short.
        package var attempts: Int
        package var okCount: Int
        package var failedCount: Int
        package var byOutcome: OutcomeCounts
        /// Full handshakes that were finished, whatever was found wrong after that.
        package var full: Latency
        package var resumed: Latency
    }

    /// How long handshakes took, in milliseconds from the first byte that was sent to the end of the handshake.
    package struct Latency: Codable, Sendable {
        package var count: Int
        package var minMs: Double?
        package var medianMs: Double?
        package var p95Ms: Double?
        package var maxMs: Double?
    }
}

extension Report.Latency {
    /// Of durations in milliseconds, in any order; percentiles by the nearest rank.
    init(_ durations: [Double]) {
        let sorted = durations.sorted()
        func rank(_ share: Double) -> Double? {
            guard !sorted.isEmpty else { return nil }
            let index = Int((share * Double(sorted.count)).rounded(.up)) - 1
            return sorted[Swift.min(Swift.max(index, 0), sorted.count - 1)]
        }
        self.init(count: sorted.count, minMs: sorted.first, medianMs: rank(0.5), p95Ms: rank(0.95), maxMs: sorted.last)
    }
}
