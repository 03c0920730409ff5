import Reactor

/// Sends what `--send` or `--http` asks for, reads the answer, and reads on for as long as `--read-for` says.
final class RequestErrand: Errand {
    private var request: Request.Pieces
    private let plan: DataPlan
    /// How much had come before the request was sent.
    private var known = 0

    init(_ request: Request.Pieces, plan: DataPlan) {
        self.request = request
        self.plan = plan
    }

    func needsConsent(_ findings: Findings) -> Bool { !request.exists || findings.isWithheld }

    func run(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        if request.exists, !findings.isWithheld {
            // What came before is no answer, unless part of the request was sent then.
            if request.isWhole { known = exchange.channel.receivedCount }
            if let rest = request.next(upTo: .max) { try await exchange.send(rest) }
            try await awaitAnswer(over: exchange, into: findings)
        }
        try await readOn(over: exchange, into: findings)
    }

    /// A HEAD request is answered when the header is complete, anything else when the first data came.
    private func awaitAnswer(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        exchange.reconsider(nil, into: findings)
        guard plan.readFor == nil else { return }
        let channel = exchange.channel
        while !isComplete(channel), channel.log.closeNotifyReceived == nil {
            switch try await exchange.hear(until: exchange.deadline, into: findings) {
            case .message, .data: break
            case .closed: return
            case .failed(let failure):
                // After an answer has begun, a cut is told as the kind of close.
                guard channel.receivedCount == 0 || channel.log.alertReceived != nil else { return }
                throw exchange.explain(failure)
            case .nothing: throw exchange.timedOut("no complete answer to the request")
            }
        }
    }

    private func isComplete(_ channel: Channel) -> Bool {
        plan.httpPath == nil ? channel.receivedCount > known : Answer(channel.received).isHeaderComplete
    }

    /// `--read-for`: whatever comes for that long.
    private func readOn(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        guard let duration = plan.readFor else { return }
        let end = Deadline.after(duration).earlier(of: exchange.deadline)
        while exchange.channel.log.closeNotifyReceived == nil {
            switch try await exchange.hear(until: end, into: findings) {
            case .message, .data: break
            case .closed, .nothing: return
            case .failed(let failure):
                guard exchange.channel.log.alertReceived != nil else { return }
                throw exchange.explain(failure)
            }
        }
    }
}
