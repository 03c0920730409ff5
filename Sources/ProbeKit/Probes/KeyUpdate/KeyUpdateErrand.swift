import OpenSSL
import Reactor

/// Sends KeyUpdates over one connection, and makes the server write something, since it answers only then.
final class KeyUpdateErrand: Errand {
    let question: KeyUpdatePlan
    private let target: Target
    /// `--send`, `--elicit STRING` or the request of `--http`.
    private let request: [UInt8]?

    /// Nil when there was nothing to send.
    private(set) var elicitation: Elicitation?
    /// One for each KeyUpdate, in order.
    private(set) var notes: [Note] = []
    /// Whether a KeyUpdate was sent of which nothing has come yet.
    private var isAwaiting = false
    /// Whether a request was sent of which nothing has come yet.
    private var hasRequested = false
    var cut: Cut?
    /// The KeyUpdates as they stood when all was decided: what comes with the close is no answer any longer.
    private(set) var decided: KeyUpdateLog?
    /// When something was sent last.
    private var lastSent = Instant.now
    /// How long an answer was waited for.
    private(set) var patience = Duration.zero
    /// Why an answer without a KeyUpdate before it proves nothing.
    var doubt: String?
    /// The data that came whole although a request to change the keys was not answered.
    private(set) var counterEvidence: Evidence?

    init(_ question: KeyUpdatePlan, target: Target, request: [UInt8]?) {
        self.question = question
        self.target = target
        self.request = request
    }

    func needsConsent(_ findings: Findings) -> Bool { true }

    func run(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        guard let negotiated = findings.negotiated, negotiated.version >= .tls13 else {
            throw .noKeyUpdate(findings.negotiated?.version.name ?? "an older version")
        }
        elicitation = Elicitation(
            question.elicitation, target: target, request: findings.isWithheld ? nil : request, alpn: negotiated.alpn)
        if question.elicitation == .echo { try await checkEcho(over: exchange, into: findings) }
        guard cut == nil else { return }
        if question.interval == .zero {
            try await updateTogether(over: exchange, into: findings)
        } else {
            try await updateInTurn(over: exchange, into: findings)
        }
        guard cut == nil else { return }
        let rest = RequestErrand(Request.Pieces(nil), plan: exchange.plan.data)
        try await rest.run(over: exchange, into: findings)
    }

    // MARK: One after the other

    /// Each with a request of its own, and the next only when its answer has come: so each answer belongs to one.
    private func updateInTurn(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        for (number, direction) in question.directions.enumerated() {
            if number > 0 { try await pause(over: exchange, into: findings) }
            // A server that has left meanwhile is told nothing more.
            var nothing: Elicitation.Reply?
            try await glance(&nothing, over: exchange, into: findings)
            guard cut == nil else { return }
            try arrange(direction, over: exchange)
            var reply = elicitation?.next()
            if isPushed { try await push(over: exchange, into: findings) }
            try await write(reply?.pieces ?? [], over: exchange, into: findings)
            reply?.isSent = true
            notePending(exchange)
            try await awaitAnswers(to: 1, &reply, over: exchange, into: findings)
            // After silence nobody could tell what is an answer to what.
            guard cut == nil, !(direction == .request && isAwaiting) else { return }
        }
    }

    private func pause(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        let start = Instant.now
        defer { exchange.postpone(since: start) }
        let end = Deadline.after(question.interval).earlier(of: exchange.limit)
        var nothing: Elicitation.Reply?
        while cut == nil {
            let heard = try await exchange.hear(until: end, into: findings)
            if case .nothing = heard { return }
            try take(heard, for: &nothing, over: exchange, findings)
        }
    }

    // MARK: All at once

    /// All of them with one request, parted among them or behind them: a server may answer them together.
    private func updateTogether(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        let directions = question.directions
        var reply = elicitation?.next(writes: isPushed ? 1 : directions.count)
        for (number, direction) in directions.enumerated() {
            // A server that objects does so at once, and later its alert could not be read any more.
            try await glance(&reply, over: exchange, into: findings)
            guard cut == nil else { return }
            try arrange(direction, over: exchange)
            if isPushed {
                try await push(over: exchange, into: findings)
            } else {
                try await write(reply?.pieces[number...].prefix(1) ?? [], over: exchange, into: findings)
            }
            notePending(exchange)
        }
        if isPushed { try await write(reply?.pieces[...] ?? [], over: exchange, into: findings) }
        reply?.isSent = true
        try await awaitAnswers(to: notes.count, &reply, over: exchange, into: findings)
    }

    /// Whether `SSL_do_handshake` sends the KeyUpdates: when that was asked for, or there is nothing to write.
    private var isPushed: Bool { question.trigger == .handshake || elicitation == nil }

    // MARK: Sending

    private func arrange(_ direction: KeyUpdatePlan.Direction, over exchange: Exchange) throws(Ending) {
        let channel = exchange.channel
        let request: KeyUpdateRequest = direction == .oneWay ? .updateNotRequested : .updateRequested
        do {
            try channel.connection.updateKey(request)
        } catch {
            throw Ending(.internal, Failure(.postHandshake, .internalError, "\(error)", openssl: error.entries))
        }
        isAwaiting = true
        notes.append(Note(request: request, pendingBefore: channel.connection.pendingKeyUpdate))
        sentBefore = exchange.log.keyUpdates.sentCount
    }

    /// How many were on the wire before the latest one of ours.
    private var sentBefore = 0

    private func notePending(_ exchange: Exchange) {
        guard let last = notes.indices.last else { return }
        notes[last].pendingAfter = exchange.channel.connection.pendingKeyUpdate
        let sent = exchange.log.keyUpdates.sent
        notes[last].index = sent.indices.dropFirst(sentBefore).first { sent[$0].request == notes[last].request }
    }

    private func push(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        let end = Deadline.after(question.answerTimeout).earlier(of: exchange.limit)
        lastSent = .now
        try await sawWrite(await exchange.channel.push(until: end), over: exchange, into: findings)
    }

    func write(
        _ pieces: some Sequence<[UInt8]>, over exchange: Exchange, into findings: Findings
    ) async throws(Ending) {
        for piece in pieces where cut == nil {
            hasRequested = true
            lastSent = .now
            try await sawWrite(await exchange.write(piece), over: exchange, into: findings)
        }
    }

    private func sawWrite(
        _ turn: Channel.Turn, over exchange: Exchange, into findings: Findings
    ) async throws(Ending) {
        switch turn {
        case .done, .data, .message: break
        case .closed: end(by: nil, over: exchange)
        case .stopped(.cancelled): throw .interrupted(.postHandshake)
        case .stopped(.deadline): throw exchange.timedOut("the server read no more: a KeyUpdate could not be sent")
        case .failed(let failure):
            // A server that is gone may have said before why. While a KeyUpdate is due that cannot be read.
            var nothing: Elicitation.Reply?
            try await glance(&nothing, over: exchange, into: findings)
            end(by: failure, over: exchange)
        }
    }

    private func end(by failure: StepFailure?, over exchange: Exchange) {
        guard cut == nil else { return }
        if let failure { exchange.concludes(with: failure) }
        let log = exchange.log
        // To a close without close_notify OpenSSL says that it could not decode it.
        let isBroken = if case .tls? = failure?.kind { true } else { false }
        let found = log.alertReceived ?? (isBroken ? log.alertSent : nil)
        // One answer may be for all; but an alert is about one that has none of its own.
        let isAnswered =
            notes.last?.request == .updateRequested
            && (log.alertReceived == nil ? log.keyUpdates.isLatestAnswered : log.keyUpdates.isSettled)
        let milliseconds = Instant.now.milliseconds(since: lastSent)
        decided = log.keyUpdates
        cut = Cut(
            alert: found?.entry, evidence: found?.evidence ?? log.closeNotifyReceived,
            isAtKeyUpdate: isAwaiting && !isAnswered,
            // That it sends lines back was seen before the first KeyUpdate.
            hadRequest: hasRequested && question.elicitation != .echo, sentCount: log.keyUpdates.sentCount,
            milliseconds: milliseconds, isTimely: exchange.isReaction(after: milliseconds))
    }

    // MARK: Listening

    /// Waits for what there is to come after the latest KeyUpdates.
    private func awaitAnswers(
        to count: Int, _ reply: inout Elicitation.Reply?, over exchange: Exchange, into findings: Findings
    ) async throws(Ending) {
        let asksForAnswers = notes.suffix(count).contains { $0.request == .updateRequested }
        // Where nothing is to come, a server may still object.
        patience =
            asksForAnswers || reply != nil
            ? question.answerTimeout + KeyUpdatePlan.timeForOneMore * (count - 1) : exchange.window
        let start = Instant.now
        defer { exchange.postpone(since: start) }
        let end = Deadline.after(patience).earlier(of: exchange.limit)
        while cut == nil, !isComplete(reply, asksForAnswers, exchange.log.keyUpdates) {
            let heard = try await exchange.hear(until: end, into: findings)
            if case .nothing = heard {
                try exchange.checkLimit("an answer to a KeyUpdate was still awaited")
                break
            }
            try take(heard, for: &reply, over: exchange, findings)
        }
        for index in notes.indices.suffix(count) { notes[index].dataIntact = reply?.isIntact }
        let log = exchange.log.keyUpdates
        decided = log
        if reply?.isWhole == true || (asksForAnswers && log.isLatestAnswered) {
            (isAwaiting, hasRequested) = (false, false)
        }
        guard let reply, reply.isAnswer, asksForAnswers, !log.isLatestAnswered, cut == nil else { return }
        counterEvidence = exchange.latestData
        guard try await confirmsSilence(over: exchange, into: findings) else { return }
        for index in notes.indices.suffix(count) where notes[index].request == .updateRequested {
            notes[index].isProvenUnanswered = true
        }
    }

    private func isComplete(_ reply: Elicitation.Reply?, _ asksForAnswers: Bool, _ log: KeyUpdateLog) -> Bool {
        if let reply, reply.hasEnd { return reply.isWhole }
        guard asksForAnswers else { return reply?.isEmpty == false }
        // When data follows an answer, that was the answer to all.
        return log.isSettled || (log.isLatestAnswered && reply?.isEmpty == false)
    }

    /// Takes in what has come already.
    private func glance(
        _ reply: inout Elicitation.Reply?, over exchange: Exchange, into findings: Findings
    ) async throws(Ending) {
        while cut == nil {
            let heard = try await exchange.glance(into: findings)
            if case .nothing = heard { return }
            try take(heard, for: &reply, over: exchange, findings)
        }
    }

    func take(
        _ heard: Exchange.Heard, for reply: inout Elicitation.Reply?, over exchange: Exchange, _ findings: Findings
    ) throws(Ending) {
        switch heard {
        case .message, .nothing: break
        case .data: exchange.channel.withLastRead { reply?.take($0) }
        case .closed: end(by: nil, over: exchange)
        case .failed(let failure):
            // A server that asked for a certificate may mean that, as long as it has not accepted us.
            guard exchange.log.certificateRequest == nil || findings.confirmation?.value == .yes else {
                throw exchange.explain(failure)
            }
            end(by: failure, over: exchange)
        }
    }
}
