import OpenSSL
import Reactor

// The server asks.

extension RenegotiationErrand {
    /// Waits for the server to ask, as often as was wanted, and follows what it asks for.
    func awaitRequests(
        for duration: Duration, over exchange: Exchange, into findings: Findings
    ) async throws(Ending) {
        let (log, start) = (exchange.log, Instant.now)
        let deadline = Deadline.after(duration).earlier(of: exchange.limit)
        while attempts.count < question.count {
            let before = NegotiatedKeys(exchange.channel.connection)
            let known = log.renegotiations.count
            while log.renegotiations.count == known {
                switch try await exchange.hear(until: deadline, into: findings) {
                case .message, .data: break
                case .nothing:
                    exchange.postpone(since: start)
                    try exchange.checkLimit("no HelloRequest came")
                    end = .unrelated(
                        "the server sent \(known == 0 ? "no" : "no other") HelloRequest in \(Words.time(duration))")
                    return
                case .closed:
                    end = .unrelated("the server closed the connection and sent no HelloRequest")
                    hasUnshownEnd = true
                    return
                case .failed(let failure):
                    // One that came and ended in the same read is told below.
                    guard log.renegotiations.count == known else { break }
                    return leave(by: failure, over: exchange)
                }
            }
            try await follow(the: known + 1, over: exchange, into: findings)
            take(exchange, since: before, isPending: false, into: findings)
            if let lateObjection { throw exchange.explain(lateObjection) }
            guard attempts.last?.result == .accepted, end == nil else { return }
        }
    }
}
