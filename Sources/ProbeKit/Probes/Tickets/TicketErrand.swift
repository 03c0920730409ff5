import OpenSSL
import Reactor

/// Collects the tickets of one connection: those that come by themselves, and those that come only after data.
final class TicketErrand: Errand {
    private let asked: KeyUpdatePlan.Elicitation
    private let target: Target
    /// `--send`, `--elicit STRING` or the request of `--http`.
    private let request: [UInt8]?
    /// Enough of them: no more is waited for.
    private let limit: Int

    /// Nil when nothing had to be sent, or there was nothing to send.
    private(set) var elicitation: Elicitation?

    init(_ asked: KeyUpdatePlan.Elicitation, target: Target, request: [UInt8]?, upTo limit: Int = .max) {
        self.asked = asked
        self.target = target
        self.request = request
        self.limit = limit
    }

    func needsConsent(_ findings: Findings) -> Bool { true }

    func run(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        // Up to TLS 1.2 a ticket comes in the handshake or not at all.
        guard let version = findings.negotiated?.version, version >= .tls13 else { return }
        guard try await settle(exchange, into: findings), exchange.log.tickets.count < limit else { return }
        elicitation = Elicitation(
            asked, target: target, request: findings.isWithheld ? nil : request, alpn: findings.negotiated?.alpn)
        guard var reply = elicitation?.next() else { return }
        exchange.log.hasElicited = true
        for piece in reply.pieces { try await exchange.send(piece) }
        reply.isSent = true
        while !reply.isWhole, reply.hasEnd || reply.isEmpty {
            let heard = try await exchange.hear(until: exchange.deadline, into: findings)
            if case .data = heard { exchange.channel.withLastRead { reply.take($0) } }
            guard goesOn(after: heard, exchange) else { return }
        }
        _ = try await settle(exchange, into: findings)
    }

    /// Waits until no ticket has come for a while; false when the connection ended.
    private func settle(_ exchange: Exchange, into findings: Findings) async throws(Ending) -> Bool {
        var end = Deadline.after(exchange.window).earlier(of: exchange.deadline)
        while exchange.log.tickets.count < limit {
            let known = exchange.log.tickets.count
            let heard = try await exchange.hear(until: end, into: findings)
            if case .nothing = heard { return true }
            guard goesOn(after: heard, exchange) else { return false }
            // A time that was asked for is kept to; otherwise each ticket may be followed by another.
            if exchange.log.tickets.count > known, exchange.plan.time.settle == nil {
                end = Deadline.after(exchange.window).earlier(of: exchange.deadline)
            }
        }
        return true
    }

    private func goesOn(after heard: Exchange.Heard, _ exchange: Exchange) -> Bool {
        switch heard {
        case .message, .data: return true
        case .closed, .nothing: return false
        case .failed(let failure):
            exchange.concludes(with: failure)
            return false
        }
    }
}
