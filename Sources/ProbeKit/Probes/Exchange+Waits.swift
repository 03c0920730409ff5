import OpenSSL
import Reactor

/// Waits that an errand makes, and what the end of a connection may mean.
extension Exchange {
    /// What became of a wait.
    enum Lapse {
        case over
        /// The peer ended the connection meanwhile; nil with close_notify.
        case ended(StepFailure?)
    }

    /// Reads whatever comes for so long. The connection's deadline moves by as much.
    func lapse(of duration: Duration, into findings: Findings) async throws(Ending) -> Lapse {
        let start = Instant.now
        defer { postpone(since: start) }
        let end = Deadline.after(duration).earlier(of: limit)
        while true {
            switch try await hear(until: end, into: findings) {
            case .message, .data: break
            case .nothing:
                try checkLimit("the wait was not over")
                return .over
            case .closed: return .ended(nil)
            case .failed(let failure): return .ended(failure)
            }
        }
    }

    /// Whoever bounds the run wants it to end, and not to go on with the next thing.
    func checkLimit(_ what: String) throws(Ending) {
        if limit.hasPassed { throw timedOut(what, hint: "--max-time ended the run") }
    }

    /// Whether a close so long after something that the peer did is due to that, and not to a peer that is tired of waiting.
    func follows(after milliseconds: Double) -> Bool { Duration.milliseconds(milliseconds) <= window }

    /// Whether a close so long after something that we sent can be an answer to it: not before that could have got there and
    /// back, either.
    func isReaction(after milliseconds: Double) -> Bool {
        // Below this the time is that of the machine, not of the way.
        guard let way, way > 5 else { return follows(after: milliseconds) }
        return follows(after: milliseconds) && milliseconds > 0.8 * way
    }

    /// How the peer ended the connection, in words.
    func words(for failure: StepFailure?) -> String {
        if let found = log.alertReceived {
            return "the peer ended the connection: alert \(found.alert.name) (\(found.alert.number))"
        }
        guard let failure, failure.kind != .endOfStream else { return "the peer closed the connection" }
        return "the connection broke"
    }
}
