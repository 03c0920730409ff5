/// One attempt to reach one address, and how it ended.
package struct DialAttempt: Hashable, Sendable {
    /// How an attempt ended.
    package enum Outcome: Hashable, Sendable {
        /// Another address was faster, or the caller was cancelled.
        case abandoned
        case connected
        case failed(SystemError)
        case timedOut
    }

    package let address: SocketAddress
    package let outcome: Outcome
    /// From the start of the attempt to its end; nil for one that was abandoned.
    package let milliseconds: Double?

    package init(address: SocketAddress, outcome: Outcome, milliseconds: Double?) {
        self.address = address
        self.outcome = outcome
        self.milliseconds = milliseconds
    }
}

/// What happens while dialing, as it happens.
package enum DialEvent: Hashable, Sendable {
    case started(SocketAddress)
    case ended(DialAttempt)
}

/// How dialing ended: a socket or none, and every attempt in the order started.
package struct DialResult: ~Copyable {
    package let attempts: [DialAttempt]
    /// Why dialing stopped before it had a socket or had tried every address; nil otherwise.
    package let interruption: WaitError?
    private var winner: Registration?

    init(attempts: [DialAttempt], interruption: WaitError?, winner: Registration?) {
        self.attempts = attempts
        self.interruption = interruption
        self.winner = winner
    }

    /// The address that was reached.
    package var address: SocketAddress? { attempts.first { $0.outcome == .connected }?.address }

    /// Hands over the connected socket, once; nil when no address was reached.
    package mutating func takeSocket() -> Socket? {
        guard let registration = winner else { return nil }
        winner = nil
        return Socket(registration)
    }
}
