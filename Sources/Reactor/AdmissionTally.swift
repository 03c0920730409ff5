/// The rules of an admission, without the waiting.
struct AdmissionTally: Hashable, Sendable {
    let openAtOnce: Int
    let inAll: Int?
    private(set) var open = 0
    /// How many have shown that they count.
    private(set) var counted = 0
    private(set) var isStopped = false
    /// How many of the open ones have yet to show it; they hold a place of the total until they do or leave.
    private var unsettled = 0

    init(openAtOnce: Int, inAll: Int?) {
        precondition(openAtOnce > 0 && inAll ?? 1 > 0, "an admission that admits nobody")
        self.openAtOnce = openAtOnce
        self.inAll = inAll
    }

    /// Whether all that are wanted have come.
    var isFull: Bool { counted == inAll }

    /// Whether one more may be accepted; nil when that depends on what becomes of the open ones.
    mutating func admit() -> Bool? {
        if isStopped || isFull { return false }
        guard open < openAtOnce else { return nil }
        if let inAll, counted + unsettled == inAll { return nil }
        open += 1
        unsettled += 1
        return true
    }

    /// Makes one of the open count; whether that was the last that was wanted.
    mutating func settle() -> Bool {
        precondition(unsettled > 0, "a connection that counts twice")
        unsettled -= 1
        counted += 1
        return isFull
    }

    /// Ends one of the open.
    mutating func leave(counts: Bool) {
        if !counts { unsettled -= 1 }
        open -= 1
        precondition(unsettled >= 0 && open >= unsettled, "a connection that left twice or never settled")
    }

    mutating func stop() { isStopped = true }
}
