import OpenSSL
import Reactor

/// What follows the handshake on one connection: the peer's consent, an errand, the close.
final class Exchange {
    let channel: Channel
    let plan: ClientPlan
    /// Of the connection.
    private(set) var deadline: Deadline
    /// How long the way to the peer and back is, in milliseconds.
    private(set) var way: Double?
    /// Of the whole run.
    let limit: Deadline
    let recorder: Recorder
    private let established = Instant.now
    /// Whether we sent something for the peer to answer.
    private var hasAsked = false
    /// The event of the data that came last.
    private(set) var latestData: Evidence?
    /// Why nothing can be read any longer, where the errand has made its own of it.
    private var end: StepFailure?

    /// Whether it ends without a word: a server then forgets the session that it remembered.
    private let isCutOff: Bool

    init(
        channel: Channel, plan: ClientPlan, deadline: Deadline, limit: Deadline, recorder: Recorder,
        isCutOff: Bool = false
    ) {
        self.isCutOff = isCutOff
        self.channel = channel
        self.plan = plan
        self.deadline = deadline
        self.limit = limit
        self.recorder = recorder
    }

    var log: WireLog { channel.log }

    /// Moves the deadline by a wait that was asked for and began then.
    func postpone(since start: Instant) {
        guard let instant = deadline.instant else { return }
        let waited = Duration.milliseconds(Instant.now.milliseconds(since: start))
        deadline = Deadline(instant.advanced(by: waited)).earlier(of: limit)
    }

    func run(_ errand: any Errand, into findings: Findings) async {
        way = findings.addresses.last { $0.outcome == .connected }?.tcpMs
        do {
            // A server that asked for a certificate may send data before it looks at our answer. Only what comes after a
            // request that was sent when all that was over is an answer to it.
            let mustSettleFirst = log.certificateRequest != nil
            if mustSettleFirst || errand.needsConsent(findings) {
                record(try await consent(dataCounts: !mustSettleFirst), into: findings)
            }
            try await errand.run(over: self, into: findings)
        } catch {
            findings.endings.append(error)
        }
        reconsider(nil, into: findings)
        findings.timings.confirmMs = findings.timings.confirmMs ?? Instant.now.milliseconds(since: established)
        if findings.confirmation == nil { findings.confirmation = .unknown(findings.endings.last?.failure.message) }
        await close(into: findings)
        if let refusal = findings.endings.first(where: { $0.outcome == .rejected }) {
            findings.confirmation = Report.Confirmation(
                value: .no, basis: nil, why: refusal.failure.message,
                evidence: log.alertReceived.map { [$0.evidence] } ?? [])
        }
    }

    // MARK: Consent

    private func record(_ confirmation: Report.Confirmation, into findings: Findings) {
        let duration = Instant.now.milliseconds(since: established)
        findings.confirmation = confirmation
        findings.timings.confirmMs = duration
        recorder.record(
            .handshakeConfirmed, nil,
            .handshakeConfirmed(
                HandshakeConfirmed(
                    value: confirmation.value, basis: confirmation.basis, why: confirmation.why, confirmMs: duration)))
    }

    /// In TLS 1.3 the client is done before the server has looked at its Finished: a refusal comes later.
    private func consent(dataCounts: Bool) async throws(Ending) -> Report.Confirmation {
        let start = established
        if let shown = log.acceptance { return shown }
        let end = Deadline(start.advanced(by: window)).earlier(of: deadline)
        while true {
            switch await channel.read(until: end) {
            case .message, .done:
                try checkFlood()
                if let shown = log.acceptance { return shown }
            case .data:
                let evidence = recorder.recordData(channel.lastReadCount)
                if dataCounts { return .yes(.data, evidence) }
            case .closed:
                return log.closeNotifyReceived.map { .yes(.closeNotify, $0) } ?? .unknown("the peer closed")
            case .failed(let failure):
                // On a longer way the window is longer: a server that hangs up later than the shortest window allows for
                // is not judged there either, or the verdict would depend on the distance.
                let travel = log.roundTripTime ?? .zero
                let isLate = Instant.now > start.advanced(by: travel + Self.shortestWindow)
                guard plan.time.settle == nil, isLate, log.alertReceived == nil, failure.kind != .tls else {
                    throw explain(failure)
                }
                return .silence(Instant.now.milliseconds(since: start))
            case .stopped(.cancelled): throw .interrupted(.confirm)
            case .stopped(.deadline): return .silence(Instant.now.milliseconds(since: start))
            }
        }
    }

    /// How long a server has to object.
    var window: Duration { plan.time.settle ?? max(Self.shortestWindow, (log.roundTripTime ?? .zero) * 3) }

    /// How long it may take, beside the way that its objection travels.
    private static let shortestWindow = Duration.milliseconds(250)

    // MARK: Data

    /// What one read brought.
    enum Heard {
        /// A message that is no data.
        case message
        case data
        /// The peer sent close_notify.
        case closed
        case failed(StepFailure)
        /// Nothing came in time.
        case nothing
    }

    /// Reads once, no more than so many bytes of data, and records what came.
    func hear(
        until end: Deadline, upTo limit: Int = .max, into findings: Findings
    ) async throws(Ending) -> Heard {
        try take(await channel.read(upTo: limit, until: end), into: findings)
    }

    /// Reads what is there, without waiting for more.
    func glance(upTo limit: Int = .max, into findings: Findings) async throws(Ending) -> Heard {
        guard let turn = await channel.readAtOnce(upTo: limit, until: deadline) else { return .nothing }
        return try take(turn, into: findings)
    }

    private func take(_ turn: Channel.Turn, into findings: Findings) throws(Ending) -> Heard {
        switch turn {
        case .message, .done:
            try checkFlood()
            reconsider(nil, into: findings)
            return .message
        case .data:
            let evidence = recorder.recordData(channel.lastReadCount)
            latestData = evidence
            reconsider(isAnswer ? evidence : nil, into: findings)
            return .data
        case .closed: return .closed
        case .failed(let failure): return .failed(failure)
        case .stopped(.deadline): return .nothing
        case .stopped(.cancelled): throw .interrupted(.data)
        }
    }

    /// Sends all of it. A peer that is gone may have said before why; that is read, and thrown.
    func send(_ bytes: [UInt8]) async throws(Ending) {
        switch await write(bytes) {
        case .done, .data, .message, .closed: break
        case .failed(let failure): try await readLastWords(after: failure)
        case .stopped(let error): throw stopped(error, "the request could not be sent")
        }
    }

    /// Sends all of it, and leaves what came of that to the caller.
    func write(_ bytes: [UInt8]) async -> Channel.Turn {
        hasAsked = true
        let turn = await channel.write(bytes, until: deadline)
        if case .done = turn {
            recorder.record(.applicationData, EventRecord.Wire(.sent, bytes: bytes.count), .applicationData)
        }
        return turn
    }

    /// A peer that is gone when we write may have said before why, or even have answered.
    private func readLastWords(after failure: StepFailure) async throws(Ending) {
        while channel.receivedCount == 0 {
            switch await channel.read(until: deadline) {
            case .message, .done: try checkFlood()
            case .data: recorder.recordData(channel.lastReadCount)
            case .closed: throw explain(failure)
            case .failed(let later): throw explain(log.alertReceived == nil ? failure : later)
            case .stopped(let error): throw stopped(error, "the request could not be sent")
            }
        }
    }

    /// Data or a ticket that came later than the window still shows that the peer accepted us.
    func reconsider(_ evidence: Evidence?, into findings: Findings) {
        guard findings.confirmation?.value != .yes,
            let shown = log.acceptance ?? evidence.map({ .yes(.data, $0) })
        else { return }
        record(shown, into: findings)
    }

    /// Whether data that comes now shows that the peer accepted us: when nothing was at stake, or we had asked.
    private var isAnswer: Bool { hasAsked || log.certificateRequest == nil }

    // MARK: Close

    /// Sends close_notify and reads what was under way until the peer's: so tickets and late refusals are seen however
    /// long they travel. Never longer than a second.
    private func close(into findings: Findings) async {
        let isInterrupted = findings.endings.contains { $0.outcome == .signal }
        let end = isInterrupted ? Deadline(.now) : Deadline.after(.seconds(1)).earlier(of: deadline)
        let isFlooded = findings.endings.contains { $0.failure.code == .flood }
        // Who floods is not listened to any longer.
        var kind = isFlooded || isCutOff ? Report.Close.Kind.none : self.end.map(log.closeKind)
        var isReset = false
        // The write may be what is told of a reset; the read after it sees only an end.
        if !isCutOff, case .failed(let failure) = await channel.sendCloseNotify(until: end), case .system = failure.kind
        {
            isReset = true
        }
        while kind == nil {
            switch await channel.read(until: end) {
            case .message, .done:
                reconsider(nil, into: findings)
                if let ending = flood {
                    findings.endings.append(ending)
                    kind = Report.Close.Kind.none
                }
            case .data:
                let evidence = recorder.recordData(channel.lastReadCount)
                reconsider(isAnswer ? evidence : nil, into: findings)
            case .closed: kind = log.closeNotifySent ? .clean : .half
            case .failed(let failure):
                kind = isReset && failure.kind == .endOfStream ? .reset : log.closeKind(of: failure)
                // A refusal that came after the window is a refusal all the same, and so is a flood.
                let isKnown = findings.endings.contains { $0.outcome == .rejected || $0.outcome == .inconclusive }
                if !isKnown, log.alertReceived != nil || failure.floodKind != nil {
                    findings.endings.append(explain(failure))
                }
            case .stopped: kind = log.closeNotifyReceived == nil ? Report.Close.Kind.none : .clean
            }
        }
        let received = log.closeNotifyReceived != nil
        let close = Report.Close(sent: log.closeNotifySent, received: received, kind: kind ?? .none)
        findings.close = close
        findings.closing = recorder.record(.tcpClosed, nil, .tcpClosed(TCPClosed(kind: close.kind)))
    }

    // MARK: What goes wrong

    /// Takes the connection for ended: the errand says in its own words what that means.
    func concludes(with failure: StepFailure) { end = failure }

    private func checkFlood() throws(Ending) {
        if let ending = flood { throw ending }
    }

    private var flood: Ending? {
        guard log.isFlooded else { return nil }
        recorder.record(.floodStopped, nil, .floodStopped(FloodStopped(log.idle)))
        return .flood(log.idle)
    }

    func explain(_ failure: StepFailure) -> Ending {
        if log.alertReceived == nil, let kind = failure.floodKind {
            recorder.record(.floodStopped, nil, .floodStopped(FloodStopped(kind: kind, count: kind.openSSLLimit + 1)))
            return .flood(kind, "more than \(kind.openSSLLimit)")
        }
        return Refusal(log: log, failure: failure).ending
    }

    private func stopped(_ error: WaitError, _ what: String) -> Ending {
        switch error {
        case .cancelled: .interrupted(.data)
        case .deadline: timedOut(what)
        }
    }

    func timedOut(
        _ what: String, hint: String = "the TLS handshake was finished; --timeout gives the application longer"
    ) -> Ending {
        recorder.record(.timeout, nil, .timeout(TimedOut(stage: .data, afterMs: recorder.waited)))
        return Ending(
            .timeout,
            Failure(
                .data, .timedOut, "\(what) in \(Words.seconds(recorder.waited))", hint: hint))
    }
}
