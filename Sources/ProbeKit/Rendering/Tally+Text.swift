extension Tally {
    /// `3 targets: 2 ok, 1 verify`
    func line(of all: Int) -> String {
        let missing = all > count ? ["\(all - count) not tried"] : []
        let parts = (outcomes.words + missing).joined(separator: ", ")
        return Measure.count(all, "target") + (parts.isEmpty ? "" : ": \(parts)") + "\n"
    }
}
