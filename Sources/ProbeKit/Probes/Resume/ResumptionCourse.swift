import OpenSSL
import Reactor

/// What was tried to come back to a server, and what came of it.
struct ResumptionCourse {
    private let question: ResumePlan
    /// Full handshakes.
    private(set) var beginnings: [Findings] = []
    private var steps: [Step] = []
    var elicited: Report.Elicited?

    /// What was made of a session.
    private enum Step {
        case trial(Trial)
        /// It was not offered, or was not there.
        case missed(Report.Resumption.Attempt)
    }

    /// One handshake with a session.
    struct Trial {
        let offered: SavedSession
        let findings: Findings
        /// What was different from the handshake that made the session.
        let change: ResumePlan.Variation?
        let wantedEarlyData: Bool
        /// How often the same session was taken before.
        let timesTaken: Int
        /// How old the session was, in seconds.
        let age: Int64
    }

    init(_ question: ResumePlan) { self.question = question }

    var trials: [Trial] { steps.compactMap { if case .trial(let trial) = $0 { trial } else { nil } } }

    /// Every handshake, in order of time.
    private var all: [Findings] {
        (beginnings + trials.map(\.findings)).sorted { $0.connection < $1.connection }
    }

    /// Where the first handshake went: another address may have another server behind it.
    var address: SocketAddress? { beginnings.first?.address ?? trials.first?.findings.address }

    /// Whether the network or the peer put an end to it.
    var isOver: Bool {
        all.contains { findings in findings.endings.contains { $0.outcome != .verify } }
    }

    /// Whether a signal, or the end of the whole run, put an end to it; a place of a matrix that fails does not.
    var isInterrupted: Bool { all.contains { findings in findings.endings.contains { $0.outcome == .signal } } }

    var attemptCount: Int { steps.count }

    mutating func began(with findings: Findings) { beginnings.append(findings) }

    /// Whether the latest full handshake came about: otherwise nothing is known of tickets.
    private var isReached: Bool { beginnings.last.map { $0.negotiated != nil } ?? false }

    /// There was no session, or it was not for this server.
    mutating func missed(_ session: SavedSession?, _ change: ResumePlan.Variation?) {
        steps.append(
            .missed(
                Report.Resumption.Attempt(
                    mechanism: nil, offered: false, resumed: false, address: address?.host, change: change?.text,
                    sessionAgeS: nil, earlyData: nil, pskKe: nil, durationMs: nil,
                    whyNot: session != nil ? .notOffered : isReached ? .noTicket : nil,
                    evidence: [])))
    }

    mutating func cameBack(
        with session: SavedSession, _ findings: Findings, _ change: ResumePlan.Variation?, wantedEarlyData: Bool
    ) {
        let timesTaken = trials.count { $0.offered.der == session.der && $0.isResumed }
        let made = (try? session.session())?.time ?? findings.recorder.startedAt.seconds
        steps.append(
            .trial(
                Trial(
                    offered: session, findings: findings, change: change, wantedEarlyData: wantedEarlyData,
                    timesTaken: timesTaken, age: WallClock.now.seconds - made)))
    }

    /// The names of the keys that sealed tickets, where two tickets share one.
    var keyNames: Set<String> { Set(TicketEntries(sources).keyNames) }

    private var sources: [TicketEntries.Source] { all.compactMap(TicketEntries.Source.init) }

    /// The first change under which the server resumed although it was to lose what it knew of the client: a session that
    /// was made with a client certificate, taken for another place or from nobody.
    private var unsafeChange: ResumePlan.Variation? {
        guard beginnings.contains(where: { $0.channel?.log.hasSentCertificate == true }) else { return nil }
        return trials.first { $0.isResumed && $0.change?.dropsAuthentication == true }?.change
    }

    // MARK: The report

    /// Every attempt, in order.
    private var attempts: [Report.Resumption.Attempt] {
        let names = keyNames
        return steps.map { step in
            switch step {
            case .trial(let trial): trial.attempt(isAbrupt: question.close == .abrupt, keyNames: names)
            case .missed(let attempt): attempt
            }
        }
    }

    /// The one that was made last.
    var latestAttempt: Report.Resumption.Attempt? { attempts.last }

    /// Whether there was no handshake yet.
    var isEmpty: Bool { all.isEmpty }

    /// - Parameters:
    ///   - life: in place of all attempts those that count.
    ///   - isDoubtful: whether one of them may have failed for another reason.
    ///   - stopped: what put an end to it besides what the connections tell.
    func report(
        _ visit: Visit, isElicited: Bool, matrix: ResumptionMatrix? = nil, life: [Report.Resumption.Attempt]? = nil,
        isDoubtful: Bool = false, stopped: Ending? = nil
    ) -> Report {
        var findings =
            all.first
            ?? Findings(plan: visit.plan, configuration: visit.configuration, recorder: visit.recorder)
        for other in all.dropFirst() { findings.endings += other.endings }
        if let stopped { findings.endings.append(stopped) }
        findings.endings = findings.endings.map(reading)
        let attempts = life ?? self.attempts
        var verdict = Verdict(
            findings.endings.contains { $0.outcome == .notApplicable } ? .notApplicable : .unknown,
            why: findings.endings.first { $0.outcome != .verify }?.failure.message)
        let evidence = trials.compactMap { $0.findings.channel?.log.serverHelloEvidence }
        if findings.endings.allSatisfy({ $0.outcome == .verify }) {
            let finding = ResumptionFinding(
                attempts, asked: question, isElicited: isElicited, unsafeChange: unsafeChange,
                isDoubtful: isDoubtful)
            if let ending = finding.ending { findings.endings.append(ending) }
            verdict = Verdict(finding.value, why: finding.why, evidence: evidence)
        }
        var report = findings.report()
        report.close = all.last?.close
        report.tickets = TicketEntries(sources).all
        guard life != nil || all.contains(where: { $0.negotiated != nil }) else { return report }
        let resumed = trials.filter(\.isResumed)
        report.resumption = Report.Resumption(
            attempts: attempts,
            rate: attempts.isEmpty ? nil : Double(attempts.count { $0.resumed }) / Double(attempts.count),
            full: Report.Resumption.Latency(
                all.filter { $0.negotiated?.isResumed == false }.compactMap(\.timings.tlsMs)),
            abbreviated: Report.Resumption.Latency(resumed.compactMap(\.findings.timings.tlsMs)),
            matrix: matrix?.report(attempts), verdict: verdict)
        return report
    }
}

extension ResumptionCourse {
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
}

extension ResumptionCourse.Trial {
    var isResumed: Bool { findings.negotiated?.isResumed == true }

    fileprivate func attempt(isAbrupt: Bool, keyNames: Set<String>) -> Report.Resumption.Attempt {
        let log = findings.channel?.log
        let mechanism = findings.offeredMechanism
        let early: Report.Resumption.EarlyData? =
            switch findings.earlyData {
            case .accepted: .accepted
            case .rejected: .rejected
            case .notSent: .notSent
            case nil: wantedEarlyData ? .notSent : nil
            }
        return Report.Resumption.Attempt(
            mechanism: mechanism, offered: mechanism != nil, resumed: isResumed, address: findings.address?.host,
            change: change?.text, sessionAgeS: age, earlyData: early,
            pskKe: isResumed && mechanism == .psk ? log?.serverHello?.group == nil : nil,
            durationMs: findings.timings.tlsMs,
            whyNot: isResumed || findings.negotiated == nil ? nil : miss(mechanism, isAbrupt, keyNames),
            evidence: log?.serverHelloEvidence.map { [$0] } ?? [])
    }

    /// Why the server made a full handshake, as far as the messages tell.
    private func miss(
        _ mechanism: Report.Resumption.Mechanism?, _ isAbrupt: Bool, _ keyNames: Set<String>
    ) -> Report.Resumption.Miss {
        guard let log = findings.channel?.log, let hello = log.serverHello, let session = try? offered.session() else {
            return .unknown
        }
        let isExpired = session.lifetimeHint > 0 && age > Int64(clamping: session.lifetimeHint)
        guard let mechanism else { return isExpired ? .expired : .notOffered }
        if hello.version != session.version { return .versionChanged }
        if log.wasRetried { return .helloRetry }
        // Time and a new key end a session that was taken before as well.
        if isExpired { return .expired }
        if let other = otherKeyName(session, log, keyNames), other { return .otherKeyName }
        if timesTaken == 1 { return .singleUse }
        // Only what the server itself remembers can be forgotten.
        if isAbrupt, session.ticket.count <= 32 { return .abruptClose }
        if let origin = offeredAddress, origin != findings.address?.host { return .otherAddress }
        if let cipher = session.cipherName, cipher != hello.cipherSuite.name, session.version < .tls13 {
            return .cipherGone
        }
        return mechanism == .id ? .idNotEchoed : .unknown
    }

    /// Whether the server seals with another key than the one that sealed the session.
    private func otherKeyName(_ session: Session, _ log: WireLog, _ known: Set<String>) -> Bool? {
        let name = TicketEntries.name(of: session.ticket).hex
        guard known.contains(name), let now = log.tickets.first.map({ TicketEntries.name(of: $0.ticket.ticket).hex }),
            known.contains(now)
        else { return nil }
        return now != name
    }

    private var offeredAddress: String? { nil }
}

extension Report.Resumption.Latency {
    /// Of durations in milliseconds, in any order; percentiles by the nearest rank.
    init(_ durations: [Double]) {
        let sorted = durations.sorted()
        func rank(_ share: Double) -> Double? {
            guard !sorted.isEmpty else { return nil }
            let index = Int((share * Double(sorted.count)).rounded(.up)) - 1
            return sorted[Swift.min(Swift.max(index, 0), sorted.count - 1)]
        }
        self.init(count: sorted.count, minMs: sorted.first, medianMs: rank(0.5), p95Ms: rank(0.95), maxMs: sorted.last)
    }
}
