extension Tally {
    /// `3 targets: 2 ok, 1 verify`
    func line(of all: Int) -> String {
        let counts = Outcome.allCases.filter { outcomes[$0] > 0 }.map { "\(outcomes[$0]) \($0.rawValue)" }
        let missing = all > count ? ["\(all - count) not tried"] : []
        return "\(Measure.count(all, "target")): " + (counts + missing).joined(separator: ", ") + "\n"
    }
}
