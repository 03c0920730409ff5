/// Messages in a row that carry no data: what a flood is made of.
struct IdleMessages {
    private(set) var kind = FloodStopped.Kind.tickets
    private(set) var count = 0

    /// How many tickets or alerts of one connection are kept for the report.
    static let kept = 1024

    mutating func add(_ kind: FloodStopped.Kind) {
        self.kind = kind
        count += 1
    }
}

extension FloodStopped {
    init(_ idle: IdleMessages) { self.init(kind: idle.kind, count: idle.count) }
}
