import OpenSSL
import Reactor

/// What was tried to come back to a server, and what came of it.
struct ResumptionCourse {
    private let question: ResumePlan
    /// Full handshakes.
    private(set) var beginnings: [Findings] = []
    private var steps: [Step] = []
    /// What was compared with: no attempts, and nothing to count.
    private var controls: [Findings] = []
    var control = ResumptionTrial.Control()
    private(set) var offerObstacle: OfferObstacle?
    var elicited: Report.Elicited?

    /// What was made of a session.
    private enum Step {
        case trial(ResumptionTrial)
        /// It was not offered, or was not there.
        case missed(Report.Resumption.Attempt)
    }

    init(_ question: ResumePlan) { self.question = question }

    var trials: [ResumptionTrial] { steps.compactMap { if case .trial(let trial) = $0 { trial } else { nil } } }

    /// Every handshake that counts, in order of time.
    private var all: [Findings] {
        let all = beginnings + trials.map(\.findings)
        // What was not reached has no number, and tells least.
        return all.filter { $0.connection > 0 }.sorted { $0.connection < $1.connection }
            + all.filter { $0.connection == 0 }
    }

    /// Where the first handshake went: another address may have another server behind it.
    var address: SocketAddress? { beginnings.first?.address ?? trials.first?.findings.address }

    /// Whether the network or the peer put an end to it. A place or a context in which a session is merely tried does not.
    var isOver: Bool {
        let decisive = beginnings + trials.filter { $0.change == nil }.map(\.findings)
        return isInterrupted || decisive.contains { findings in findings.endings.contains { $0.outcome != .verify } }
    }

    /// Whether a signal, or something that is wrong here, put an end to it.
    var isInterrupted: Bool {
        (all + controls).contains { $0.endings.contains { $0.outcome == .signal || $0.outcome == .local } }
    }

    var attemptCount: Int { steps.count }

    mutating func began(with findings: Findings) { beginnings.append(findings) }

    /// Whether the latest full handshake came about: otherwise nothing is known of tickets.
    private var isReached: Bool { beginnings.last.map { $0.negotiated != nil } ?? false }

    /// Whether whoever handed out no session had every reason to hand one out.
    private var isElicited: Bool { beginnings.allSatisfy { !$0.sessions.all.isEmpty || $0.isElicited } }

    /// There was no session, or there is something in its way.
    mutating func missed(
        _ session: SavedSession?, _ change: ResumePlan.Variation? = nil, because obstacle: OfferObstacle? = nil
    ) {
        offerObstacle = offerObstacle ?? obstacle
        steps.append(
            .missed(
                Report.Resumption.Attempt(
                    mechanism: nil, offered: false, resumed: false, address: address?.host, change: change?.text,
                    sessionAgeS: nil, earlyData: nil, pskKe: nil, durationMs: nil,
                    whyNot: session != nil ? .notOffered : isReached ? .noTicket : nil,
                    evidence: [])))
    }

    mutating func cameBack(
        with session: SavedSession, _ findings: Findings, changing change: ResumePlan.Variation? = nil,
        wantsEarlyData: Bool = false, because obstacle: EarlyDataObstacle? = nil
    ) {
        let trial = ResumptionTrial(
            offered: session, findings: findings, change: change, wantsEarlyData: wantsEarlyData,
            earlyObstacle: obstacle, age: session.age ?? 0,
            timesTaken: trials.count { $0.offered.der == session.der && $0.isResumed })
        if change != nil, trial.isDeclined {
            // What a full handshake comes to in another context is another question.
            trial.findings.endings.removeAll { [.verify, .rejected, .handshake].contains($0.outcome) }
        }
        steps.append(.trial(trial))
    }

    /// A fresh session was got or offered.
    mutating func compared(with findings: Findings) { controls.append(findings) }

    /// What a miss may be due to that only a comparison with fresh sessions shows.
    enum Doubt { case close, use }

    var doubt: Doubt? {
        let declined = trials.filter(\.isDeclined)
        if declined.contains(where: { $0.timesTaken > 0 }) { return .use }
        return question.close == .abrupt && !declined.isEmpty ? .close : nil
    }

    /// The names of the keys that sealed tickets, where two tickets share one.
    var keyNames: Set<String> { Set(TicketEntries(sources).keyNames) }

    private var sources: [TicketEntries.Source] { all.compactMap(TicketEntries.Source.init) }

    // MARK: Authentication

    /// The sessions that were taken in a context in which the server had to lose what it knew of the client.
    private var carriedOver: [ResumptionTrial] {
        trials.filter { $0.isResumed && $0.change?.dropsAuthentication == true }
    }

    private var unsafeChange: ResumePlan.Variation? {
        carriedOver.first { $0.offered.origin?.hasClientCertificate == true }?.change
    }

    /// Whether nobody knows if there was something to lose.
    private var isIdentityUnknown: Bool { carriedOver.contains { $0.offered.origin?.hasClientCertificate == nil } }

    // MARK: The report

    /// Every attempt, in order.
    private var attempts: [Report.Resumption.Attempt] {
        let names = keyNames
        let trials = trials
        return steps.map { step in
            guard case .trial(let trial) = step else {
                guard case .missed(let attempt) = step else { preconditionFailure("there are two kinds") }
                return attempt
            }
            return trial.attempt(
                in: ResumptionTrial.Context(
                    keyNames: names, isAbrupt: question.close == .abrupt, control: control,
                    isTakenLater: trials.contains {
                        $0.isResumed && $0.offered.der == trial.offered.der
                            && $0.findings.connection > trial.findings.connection
                    }))
        }
    }

    /// The one that was made last.
    var latestAttempt: Report.Resumption.Attempt? { attempts.last }

    /// Whether there was no handshake yet.
    var isEmpty: Bool { all.isEmpty }

    /// See `Draft`.
    ///
    /// - Parameters:
    ///   - life: in place of all attempts those of `--at`.
    ///   - stopped: what put an end to it besides what the connections tell.
    @inline(never)
    func draft(
        _ visit: Visit, matrix: ResumptionMatrix? = nil, life: TicketLifeState? = nil, stopped: Ending? = nil
    ) -> Draft {
        let findings =
            all.first
            ?? Findings(plan: visit.plan, configuration: visit.configuration, recorder: visit.recorder)
        findings.endings = endings + (stopped.map { [$0] } ?? [])
        let attempts = life?.attempts ?? self.attempts
        let failures = findings.endings.filter { $0.outcome != .verify }
        let finding = ResumptionFinding(attempts, asked: question, circumstances(life))
        var verdict = Verdict(
            failures.contains { $0.outcome == .notApplicable } ? .notApplicable : .unknown,
            why: failures.first?.failure.message)
        if failures.isEmpty || finding.ending?.outcome == .unsafe {
            if let ending = finding.ending { findings.endings.append(ending) }
            verdict = Verdict(
                finding.value, why: finding.why,
                evidence: trials.compactMap { $0.findings.channel?.log.serverHelloEvidence })
        }
        var report = findings.report()
        report.close = all.last?.close
        report.tickets = TicketEntries(sources).all
        let isReached = all.contains { $0.negotiated != nil }
        guard isReached || life != nil || offerObstacle != nil else { return Draft(report) }
        let resumed = trials.filter(\.isResumed)
        report.resumption = Report.Resumption(
            attempts: attempts,
            rate: attempts.isEmpty ? nil : Double(attempts.count { $0.resumed }) / Double(attempts.count),
            full: Report.Latency(
                all.filter { $0.negotiated?.isResumed == false }.compactMap(\.timings.tlsMs)),
            abbreviated: Report.Latency(resumed.compactMap(\.findings.timings.tlsMs)),
            matrix: matrix?.report(attempts, keyNames: keyNames, isElicited: isElicited), pending: life?.pending.count,
            nextAt: life?.nextTime?.description,
            verdict: verdict)
        return Draft(report)
    }

    private func circumstances(_ life: TicketLifeState?) -> ResumptionFinding.Circumstances {
        ResumptionFinding.Circumstances(
            isElicited: isElicited, unsafeChange: unsafeChange, isIdentityUnknown: isIdentityUnknown,
            isDoubtful: life?.isDoubtful ?? false, lateMiss: life?.lateMiss, offerObstacle: offerObstacle,
            earlyObstacle: trials.lazy.compactMap(\.earlyObstacle).first)
    }
}

extension ResumptionCourse {
    private var endings: [Ending] {
        let began = beginnings.flatMap(\.endings).map(reading)
        let interrupted = controls.flatMap(\.endings).filter { $0.outcome == .signal }
        return began + trials.flatMap { trial in trial.findings.endings.map { reading($0, of: trial) } } + interrupted
    }

    /// A mechanism belongs to a version, which was all that was offered.
    private func reading(_ ending: Ending) -> Ending {
        let failure = ending.failure
        guard question.mechanism != .auto, failure.alert?.dir == .received,
            failure.alert?.number == Int(AlertDescription.protocolVersion.rawValue)
        else { return ending }
        return Ending(
            .notApplicable,
            Failure(
                failure.stage, .wrongVersion,
                "the server does not speak the version that --mechanism \(question.mechanism.rawValue) belongs to",
                hint: "--mechanism auto takes what the server has", alert: failure.alert, openssl: failure.openssl))
    }

    /// A server that had shaken hands before fails because of the session.
    private func reading(_ ending: Ending, of trial: ResumptionTrial) -> Ending {
        let failure = ending.failure
        guard trial.findings.negotiated == nil, trial.findings.offeredMechanism != nil, trial.change == nil,
            beginnings.contains(where: { $0.negotiated != nil }),
            ending.outcome == .handshake || ending.outcome == .timeout
        else { return reading(ending) }
        return Ending(
            ending.outcome,
            Failure(
                failure.stage, failure.code, "when a session is offered: \(failure.message)",
                hint: "a full handshake went well: the server fails when a client comes back",
                alert: failure.alert, openssl: failure.openssl))
    }
}
