import OpenSSL
import Reactor

/// Renegotiates over one connection as often as was asked for, or waits for the server to ask.
final class RenegotiationErrand: Errand {
    let question: RenegotiationPlan
    private let mode: Report.Renegotiation.Mode
    private var request: Request.Pieces

    private(set) var attempts: [Report.Renegotiation.Attempt] = []
    /// The events that show how they ended.
    private(set) var evidence: [Evidence] = []
    var end: End?
    /// Whether the end of the connection is all that shows how the last of them ended.
    var hasUnshownEnd = false
    /// How many renegotiations of the connection are told in `attempts`.
    private var told = 0
    private var lastEnd: Instant?

    /// Why not all that was asked for was tried.
    enum End {
        /// For a reason that need not be the renegotiations.
        case unrelated(String)
        /// The peer cut the connection because of them.
        case cut(String)
    }

    init(_ mode: Report.Renegotiation.Mode, question: RenegotiationPlan, request: Request.Pieces) {
        self.mode = mode
        self.question = question
        self.request = request
    }

    func needsConsent(_ findings: Findings) -> Bool { true }

    func run(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        guard let version = findings.negotiated?.version, version < .tls13 else { throw .noRenegotiation }
        if findings.isWithheld { request = Request.Pieces(nil) }
        if let duration = question.awaitRequest {
            if let rest = request.next(upTo: .max) { try await exchange.send(rest) }
            try await awaitRequests(for: duration, over: exchange, into: findings)
        } else if try await isDue(over: exchange, into: findings) {
            try await renegotiate(over: exchange, into: findings)
        }
        if let lateObjection { try object(lateObjection, over: exchange) }
        switch end {
        case .cut where isComplete:
            // It left when all was done: that is told as the kind of close.
            end = nil
            return
        case .cut: hasUnshownEnd = true
        case .unrelated, nil: break
        }
        guard end == nil, attempts.allSatisfy({ $0.result == .accepted }), exchange.log.closeNotifyReceived == nil
        else {
            return
        }
        // The answer shows that data flows under the new keys.
        try await RequestErrand(request, plan: exchange.plan.data).run(over: exchange, into: findings)
    }

    /// Waits for the moment that `--after` names; false when it never came.
    private func isDue(over exchange: Exchange, into findings: Findings) async throws(Ending) -> Bool {
        switch question.after {
        case nil: break
        case .time(let duration):
            if case .ended(let failure) = try await exchange.lapse(of: duration, into: findings) {
                leave(by: failure, over: exchange)
            }
        case .bytes(let size):
            if let shortfall = try await exchange.transfer(
                size, of: &request, patience: question.answerTimeout, into: findings)
            {
                end = .unrelated(shortfall)
            }
        }
        return end == nil
    }

    /// The connection is gone, and not in the middle of a renegotiation.
    func leave(by failure: StepFailure?, over exchange: Exchange) {
        if let failure { exchange.concludes(with: failure) }
        let words = exchange.words(for: failure)
        end = !hasAsked(exchange) && followsTheLast(exchange) ? .cut(words) : .unrelated(words)
    }

    /// Whether an end of the connection now is because of the renegotiation that was accepted last. The peer had a part in
    /// that one, so it can be known at once: its close may travel together with its Finished.
    private func followsTheLast(_ exchange: Exchange) -> Bool {
        lastEnd.map { exchange.follows(after: Instant.now.milliseconds(since: $0)) } ?? false
    }

    /// Whether a request of ours went out: a server may close when it has answered.
    private func hasAsked(_ exchange: Exchange) -> Bool { exchange.channel.sentCount > 0 }

    // MARK: Ours

    private func renegotiate(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        // One that crosses a request of the server's own says nothing of what a client may do.
        var left = question.count + 3
        while attempts.count(where: { $0.initiatedBy == .client }) < question.count, left > 0 {
            left -= 1
            if !attempts.isEmpty, question.interval > .zero,
                case .ended(let failure) = try await exchange.lapse(of: question.interval, into: findings)
            {
                return leave(by: failure, over: exchange)
            }
            try await renegotiateOnce(over: exchange, into: findings)
            guard end == nil, attempts.last?.result == .accepted else { return }
        }
        if attempts.last?.resumed == true { try await awaitObjection(over: exchange, into: findings) }
    }

    private func renegotiateOnce(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        let (channel, log) = (exchange.channel, exchange.log)
        // The server may be renegotiating by itself, or have done so while we waited.
        try await follow(the: log.renegotiations.count, over: exchange, into: findings)
        take(exchange, since: nil, isPending: false, into: findings)
        guard end == nil, attempts.allSatisfy({ $0.result == .accepted }) else { return }
        let before = NegotiatedKeys(channel.connection)
        do {
            switch mode {
            case .full: try channel.connection.renegotiate()
            case .abbreviated: try channel.connection.renegotiateAbbreviated()
            }
        } catch {
            end = .unrelated("the connection was in the middle of another handshake")
            return
        }
        let isPending = channel.connection.isRenegotiationPending
        let number = log.renegotiations.count + 1
        try await follow(the: number, over: exchange, into: findings)
        guard log.renegotiations.count >= number else {
            // The peer had closed already: none began.
            end = end ?? .unrelated("the connection took no ClientHello")
            return
        }
        take(exchange, since: before, isPending: isPending, into: findings)
    }

    /// Waits for the end of the renegotiation with this number. Drives with reads: `SSL_do_handshake` would die of data
    /// that is under way.
    func follow(
        the number: Int, over exchange: Exchange, into findings: Findings
    ) async throws(Ending) {
        let log = exchange.log
        let start = Instant.now
        defer { exchange.postpone(since: start) }
        let deadline = Deadline.after(question.answerTimeout).earlier(of: exchange.limit)
        while log.renegotiations.count < number || log.renegotiations.isPending {
            switch try await exchange.hear(until: deadline, into: findings) {
            case .message, .data: break
            case .nothing:
                try exchange.checkLimit("a renegotiation was not over")
                return log.gaveUpOnRenegotiation()
            case .closed:
                if !log.lostConnection() {
                    if log.renegotiations.count >= number { lastEnd = .now }
                    leave(by: nil, over: exchange)
                }
                return
            case .failed(let failure):
                return lose(failure, in: log.renegotiations.count >= number, over: exchange)
            }
        }
        // OpenSSL takes a refusal for the end: that has to be read before anything else is tried.
        if log.renegotiations.attempts.last?.result == .refusedWarning,
            case .failed(let failure) = try await exchange.hear(until: deadline, into: findings)
        {
            exchange.concludes(with: failure)
        }
    }

    /// - Parameter isOwn: whether it was in the renegotiation that is followed, or right after it.
    private func lose(_ failure: StepFailure, in isOwn: Bool, over exchange: Exchange) {
        let log = exchange.log
        if isOwn, log.renegotiations.attempts.last?.result == .refusedWarning {
            return exchange.concludes(with: failure)
        }
        let asksForCertificate = log.renegotiations.attempts.last?.asksForCertificate == true
        guard log.lostConnection(by: failure) else {
            if isOwn { lastEnd = .now }
            leave(by: failure, over: exchange)
            // An alert that came along with the last Finished is as much of a refusal as one that comes later.
            if log.alertReceived != nil || !request.isEmpty { lateObjection = failure }
            return
        }
        exchange.concludes(with: failure)
        // A server that asked for a certificate refused that, and not the renegotiation.
        if asksForCertificate, log.alertReceived != nil { lateObjection = failure }
    }

    /// What ended the connection when a renegotiation was over, or because of a certificate.
    private(set) var lateObjection: StepFailure?

    /// When a session is resumed our Finished is the last message, and the server has yet to say that it takes it.
    private func awaitObjection(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        let deadline = Deadline.after(exchange.window).earlier(of: exchange.limit)
        while true {
            switch try await exchange.hear(until: deadline, into: findings) {
            case .message: break
            case .data, .nothing: return
            case .closed: return
            case .failed(let failure):
                exchange.concludes(with: failure)
                lateObjection = failure
                return
            }
        }
    }

    private func object(_ failure: StepFailure, over exchange: Exchange) throws(Ending) {
        let last = attempts.indices.last
        if let found = exchange.log.alertReceived, let last, attempts[last].result == .accepted,
            attempts[last].resumed == true
        {
            attempts[last].result = .refusedFatal
            attempts[last].alert = found.entry
            return evidence.append(found.evidence)
        }
        // In the middle of a series it is told as the end of that.
        if !isComplete, attempts.last?.result == .accepted { return }
        throw exchange.explain(failure)
    }

    private var isComplete: Bool {
        attempts.count { $0.result == .accepted && $0.initiatedBy == .client } >= question.count
    }

    // MARK: What came of it

    /// Takes over what the log has that is not told yet: a server may ask again before we have read its first request.
    func take(
        _ exchange: Exchange, since before: NegotiatedKeys?, isPending: Bool, into findings: Findings
    ) {
        let known = exchange.log.renegotiations
        while told < known.count {
            // Of very many only the first ones and the latest are known.
            let index = known.attempts.indices.contains(told) ? told : known.attempts.count - 1
            told += 1
            guard known.attempts.indices.contains(index) else { return }
            take(known.attempts[index], exchange, since: before, isPending: isPending, into: findings)
        }
    }

    private func take(
        _ latest: Renegotiations.Attempt, _ exchange: Exchange, since before: NegotiatedKeys?, isPending: Bool,
        into findings: Findings
    ) {
        let channel = exchange.channel
        var attempt = Report.Renegotiation.Attempt(latest)
        if latest.initiator == .client { attempt.mode = mode }
        attempt.pendingBefore = isPending
        attempt.pendingAfter = channel.connection.isRenegotiationPending
        attempt.num = channel.connection.renegotiationCount
        attempt.total = channel.connection.totalRenegotiationCount
        if attempt.result == .accepted {
            if let before {
                let after = NegotiatedKeys(channel.connection)
                attempt.cipherChanged = after.cipher != before.cipher
                attempt.certificateChanged = after.certificate != before.certificate
                attempt.masterSecretChanged = after.hasOtherSecret(than: before)
            }
            // A server that shows another certificate has to be believed anew.
            if attempt.certificateChanged == true { findings.recordVerification() }
            lastEnd = .now
        }
        attempts.append(attempt)
        if let decisive = latest.evidence { evidence.append(decisive) } else { hasUnshownEnd = true }
        // Without an alert it need not be the ClientHello that the peer did not like; a close that was under way before that
        // could arrive is because of the one before.
        let isReaction = exchange.isReaction(after: attempt.durationMs) || followsTheLast(exchange)
        if attempt.result == .closed, attempt.alert == nil, hasAsked(exchange) || !isReaction {
            let waited = Words.seconds(attempt.durationMs)
            end = .unrelated(
                hasAsked(exchange)
                    ? "the server closed the connection, perhaps because it had answered our request"
                    : "the server closed the connection after \(waited), perhaps for another reason")
        }
    }
}
