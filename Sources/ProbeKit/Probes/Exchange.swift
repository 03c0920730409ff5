import OpenSSL
import Reactor

/// What follows the handshake: the peer's consent, our request and its answer, the close.
struct Exchange {
    let channel: Channel
    let plan: ClientPlan
    let request: [UInt8]?
    let deadline: Deadline
    let recorder: Recorder

    private var log: WireLog { channel.log }

    func run(into findings: inout Findings) async {
        let established = Instant.now
        do {
            // A server that asked for a certificate may send data before it looks at our answer. Only what comes after a
            // request that was sent when all that was over is an answer to it.
            let mustSettleFirst = log.certificateRequest != nil
            if mustSettleFirst || request == nil {
                try await confirm(since: established, dataCounts: !mustSettleFirst, into: &findings)
            }
            if let request {
                try await send(request)
                try await awaitAnswer(since: established, into: &findings)
            }
            try await readOn(since: established, into: &findings)
        } catch {
            findings.endings.append(error)
        }
        reconsider(nil, since: established, into: &findings)
        findings.timings.confirmMs = findings.timings.confirmMs ?? Instant.now.milliseconds(since: established)
        if findings.confirmation == nil { findings.confirmation = .unknown(findings.endings.last?.failure.message) }
        await end(since: established, into: &findings)
        if let refusal = findings.endings.first(where: { $0.outcome == .rejected }) {
            findings.confirmation = Report.Confirmation(
                value: .no, basis: nil, why: refusal.failure.message,
                evidence: log.alertReceived.map { [$0.evidence] } ?? [])
        }
    }

    // MARK: Consent

    private func confirm(since start: Instant, dataCounts: Bool, into findings: inout Findings) async throws(Ending) {
        record(try await consent(since: start, dataCounts: dataCounts), since: start, into: &findings)
    }

    private func record(_ confirmation: Report.Confirmation, since start: Instant, into findings: inout Findings) {
        let duration = Instant.now.milliseconds(since: start)
        findings.confirmation = confirmation
        findings.timings.confirmMs = duration
        recorder.record(
            .handshakeConfirmed, nil,
            .handshakeConfirmed(
                HandshakeConfirmed(
                    value: confirmation.value, basis: confirmation.basis, why: confirmation.why, confirmMs: duration)))
    }

    /// In TLS 1.3 the client is done before the server has looked at its Finished: a refusal comes later.
    private func consent(since start: Instant, dataCounts: Bool) async throws(Ending) -> Report.Confirmation {
        if let shown = log.acceptance { return shown }
        let window = plan.time.settle ?? max(Self.shortestWindow, (log.roundTripTime ?? .zero) * 3)
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

    /// How long a server may take to object, beside the way that its objection travels.
    private static let shortestWindow = Duration.milliseconds(250)

    // MARK: Data

    private func send(_ bytes: [UInt8]) async throws(Ending) {
        switch await channel.write(bytes, until: deadline) {
        case .done, .data, .message:
            recorder.record(
                .applicationData, EventRecord.Wire(.sent, bytes: bytes.count), .applicationData)
        case .closed: break
        case .failed(let failure): try await readLastWords(after: failure)
        case .stopped(let error): throw stopped(error, "the request could not be sent")
        }
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
    private func reconsider(_ evidence: Evidence?, since start: Instant, into findings: inout Findings) {
        guard findings.confirmation?.value != .yes,
            let shown = log.acceptance ?? evidence.map({ .yes(.data, $0) })
        else { return }
        record(shown, since: start, into: &findings)
    }

    /// A HEAD request is answered when the header is complete, anything else when the first data came.
    private func awaitAnswer(since start: Instant, into findings: inout Findings) async throws(Ending) {
        reconsider(nil, since: start, into: &findings)
        guard plan.data.readFor == nil else { return }
        while !answerIsComplete, log.closeNotifyReceived == nil {
            switch await channel.read(until: deadline) {
            case .message, .done:
                try checkFlood()
                reconsider(nil, since: start, into: &findings)
            case .data:
                let evidence = recorder.recordData(channel.lastReadCount)
                reconsider(evidence, since: start, into: &findings)
            case .closed: return
            case .failed(let failure):
                // After an answer has begun, a cut is told as the kind of close.
                guard channel.receivedCount == 0 || log.alertReceived != nil else { return }
                throw explain(failure)
            case .stopped(let error): throw stopped(error, "no complete answer to the request")
            }
        }
    }

    private var answerIsComplete: Bool {
        plan.data.httpPath == nil ? channel.receivedCount > 0 : Answer(channel.received).isHeaderComplete
    }

    /// `--read-for`: whatever comes for that long.
    private func readOn(since start: Instant, into findings: inout Findings) async throws(Ending) {
        guard let duration = plan.data.readFor else { return }
        let end = Deadline.after(duration).earlier(of: deadline)
        while log.closeNotifyReceived == nil {
            switch await channel.read(until: end) {
            case .message, .done:
                try checkFlood()
                reconsider(nil, since: start, into: &findings)
            case .data:
                let evidence = recorder.recordData(channel.lastReadCount)
                reconsider(isAnswer ? evidence : nil, since: start, into: &findings)
            case .closed, .stopped(.deadline): return
            case .failed(let failure):
                guard log.alertReceived != nil else { return }
                throw explain(failure)
            case .stopped(.cancelled): throw .interrupted(.data)
            }
        }
    }

    /// Whether data that comes now shows that the peer accepted us: when nothing was at stake, or we had asked.
    private var isAnswer: Bool { request != nil || log.certificateRequest == nil }

    // MARK: Close

    /// Sends close_notify and reads what was under way until the peer's: so tickets and late refusals are seen however
    /// long they travel. Never longer than a second.
    private func end(since start: Instant, into findings: inout Findings) async {
        let isInterrupted = findings.endings.contains { $0.outcome == .signal }
        let end = isInterrupted ? Deadline(.now) : Deadline.after(.seconds(1)).earlier(of: deadline)
        let isFlooded = findings.endings.contains { $0.failure.code == .flood }
        // Who floods is not listened to any longer.
        var kind = isFlooded ? Report.Close.Kind.none : nil
        var isReset = false
        // The write may be what is told of a reset; the read after it sees only an end.
        if case .failed(let failure) = await channel.sendCloseNotify(until: end), case .system = failure.kind {
            isReset = true
        }
        while kind == nil {
            switch await channel.read(until: end) {
            case .message, .done:
                reconsider(nil, since: start, into: &findings)
                if let ending = flood {
                    findings.endings.append(ending)
                    kind = Report.Close.Kind.none
                }
            case .data:
                let evidence = recorder.recordData(channel.lastReadCount)
                reconsider(isAnswer ? evidence : nil, since: start, into: &findings)
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
        recorder.record(.tcpClosed, nil, .tcpClosed(TCPClosed(kind: close.kind)))
    }

    // MARK: What goes wrong

    private func checkFlood() throws(Ending) {
        if let ending = flood { throw ending }
    }

    private var flood: Ending? {
        guard log.isFlooded else { return nil }
        recorder.record(.floodStopped, nil, .floodStopped(FloodStopped(log.idle)))
        return .flood(log.idle)
    }

    private func explain(_ failure: StepFailure) -> Ending {
        if log.alertReceived == nil, let kind = failure.floodKind {
            recorder.record(.floodStopped, nil, .floodStopped(FloodStopped(kind: kind, count: kind.openSSLLimit + 1)))
            return .flood(kind, "more than \(kind.openSSLLimit)")
        }
        return Refusal(log: log, failure: failure).ending
    }

    private func stopped(_ error: WaitError, _ what: String) -> Ending {
        switch error {
        case .cancelled: return .interrupted(.data)
        case .deadline:
            recorder.record(.timeout, nil, .timeout(TimedOut(stage: .data, afterMs: recorder.elapsed)))
            return Ending(
                .timeout,
                Failure(
                    .data, .timedOut, "\(what) in \(Words.seconds(recorder.elapsed))",
                    hint: "the TLS handshake was finished; --timeout gives the application longer")
            )
        }
    }
}

extension WireLog {
    /// What kind of close it was when a read after the handshake failed.
    func closeKind(of failure: StepFailure) -> Report.Close.Kind {
        if closeNotifyReceived != nil { return closeNotifySent ? .clean : .half }
        switch failure.kind {
        case .system: return .reset
        case .endOfStream: return .truncated
        case .tls: return alertReceived == nil ? .truncated : .none
        }
    }

    /// What the wire alone shows of the peer's consent: its Finished up to TLS 1.2, a ticket after it in TLS 1.3.
    var acceptance: Report.Confirmation? {
        if let version, version < .tls13, let finishedReceived { return .yes(.finished, finishedReceived) }
        return tickets.first.map { .yes(.ticket, $0.evidence) }
    }
}

extension Report.Confirmation {
    static func yes(_ basis: Basis, _ evidence: Evidence) -> Report.Confirmation {
        Report.Confirmation(value: .yes, basis: basis, why: nil, evidence: [evidence])
    }

    static func silence(_ milliseconds: Double) -> Report.Confirmation {
        Report.Confirmation(
            value: .unknown, basis: .silence, why: "no objection in \(Words.seconds(milliseconds))", evidence: [])
    }

    static func unknown(_ why: String?) -> Report.Confirmation {
        Report.Confirmation(value: .unknown, basis: nil, why: why, evidence: [])
    }
}
