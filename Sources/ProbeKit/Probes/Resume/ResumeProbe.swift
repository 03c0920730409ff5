import OpenSSL
import Reactor

/// Whether a server takes a client back with the session that it handed out, and if not, why.
struct ResumeProbe {
    let visit: Visit
    let question: ResumePlan

    private var earlyData: [UInt8]? { visit.provisions.earlyData }
    private var loaded: SavedSession? { visit.provisions.session }

    func run(until limit: Deadline) async -> Report {
        if question.isMatrix { return await runMatrix(until: limit) }
        if let schedule = question.schedule {
            return await TicketLifeProbe(probe: self, schedule: schedule).run(until: limit)
        }
        var course = ResumptionCourse(question)
        guard question.variations.isEmpty else {
            await vary(&course, until: limit)
            return course.report(visit, isElicited: isElicited(course))
        }
        guard !visit.provisions.hasForeignSession else {
            // Who brings a session asks about that one; a handshake without it tells of the server.
            if let session = await start(&course, until: limit), !course.isOver { course.missed(session, nil) }
            return course.report(visit, isElicited: isElicited(course))
        }
        switch question.repetition {
        case .pairs(let count):
            for number in 0..<count {
                let saved = number == 0 ? loaded : nil
                let session = if let saved { saved } else { await start(&course, until: limit) }
                guard !course.isOver else { break }
                await comeBack(with: session, &course, until: limit)
                guard !course.isOver else { break }
            }
        case .reuse(let count): await repeatedly(count, keepsSession: true, &course, until: limit)
        case .lineage(let count): await repeatedly(count, keepsSession: false, &course, until: limit)
        case .replay: await repeatedly(2, keepsSession: true, &course, until: limit)
        }
        return course.report(visit, isElicited: isElicited(course))
    }

    /// Each change with a session of its own: some are taken only once.
    private func vary(_ course: inout ResumptionCourse, until limit: Deadline) async {
        for change in question.variations where !course.isOver {
            let session = if let loaded { loaded } else { await start(&course, until: limit) }
            guard !course.isOver else { return }
            await comeBack(with: session, changing: change, &course, until: limit)
        }
    }

    private func repeatedly(
        _ count: Int, keepsSession: Bool, _ course: inout ResumptionCourse, until limit: Deadline
    ) async {
        var session = if let loaded { loaded } else { await start(&course, until: limit) }
        for _ in 0..<count where !course.isOver {
            await comeBack(with: session, &course, until: limit)
            if !keepsSession, let newest = course.trials.last?.findings.latestSession { session = newest }
        }
    }

    /// A full handshake, and the session that came of it; nil when none did.
    /// The sessions of one full handshake, as many as are wanted.
    func startings(_ course: inout ResumptionCourse, upTo count: Int, until limit: Deadline) async -> [SavedSession] {
        let known = course.beginnings.count
        _ = await start(&course, upTo: count, until: limit)
        guard course.beginnings.count > known, let findings = course.beginnings.last else { return [] }
        return findings.sessions.all.prefix(count).map(findings.saved)
    }

    func start(
        _ course: inout ResumptionCourse, _ visit: Visit? = nil, at address: SocketAddress? = nil, upTo count: Int = 1,
        until limit: Deadline
    ) async -> SavedSession? {
        let visit = visit ?? self.visit
        // Of several sessions a server forgets the last one alone, when the connection breaks.
        let isCutOff = question.close == .abrupt
        let errand = TicketErrand(
            question.elicitation, target: visit.plan.target, request: visit.provisions.request.whole,
            upTo: isCutOff ? .max : count)
        let findings = await visit.run(
            errand, at: address ?? (question.isMatrix ? nil : course.address), isCutOff: isCutOff, until: limit)
        course.elicited = course.elicited ?? errand.elicitation?.kind
        course.began(with: findings)
        // A server without tickets may remember sessions by their identifier, which is not what was asked.
        let isOfNoUse = question.mechanism == .ticket && findings.channel?.log.tickets.isEmpty == true
        return isOfNoUse ? nil : findings.latestSession
    }

    func comeBack(
        with session: SavedSession?, changing change: ResumePlan.Variation? = nil, _ course: inout ResumptionCourse,
        at address: SocketAddress? = nil, until limit: Deadline
    ) async {
        // Whoever asks for another name wants just that.
        guard let session, change != nil || isOfferable(session), let visit = visit.changed(by: change) else {
            return course.missed(session, change)
        }
        let early = earlyData.flatMap { isTakenEarly($0, with: session) ? $0 : nil }
        let isElsewhere = if case .port = change { true } else { false }
        let findings = await visit.run(
            ResumptionErrand(data: earlyData), offering: Offer(saved: session, earlyData: early),
            at: isElsewhere ? nil : address ?? course.address, until: limit)
        course.cameBack(with: session, findings, change, wantedEarlyData: earlyData != nil)
    }

    /// A session is for the name that it was made with, and of no use when that server was not to be trusted.
    private func isOfferable(_ session: SavedSession) -> Bool {
        guard let origin = session.origin, !visit.plan.client.trust.insecure else { return true }
        return origin.verdict != .untrusted && origin.host == visit.plan.target.host
            && origin.sni == visit.configuration.settings.serverName
    }

    /// OpenSSL kills the connection over early data that does not go with the session.
    private func isTakenEarly(_ data: [UInt8], with saved: SavedSession) -> Bool {
        guard let session = try? saved.session(), data.count <= Int(session.maxEarlyData),
            visit.plan.client.trust.insecure || isTrusted(saved),
            let origin = saved.origin, origin.host == visit.plan.target.host
        else { return false }
        let settings = visit.configuration.settings
        // Not every server makes OpenSSL remember the name, and with a session that is too old to be offered OpenSSL
        // sends early data all the same.
        guard origin.sni == settings.serverName,
            WallClock.now.seconds - session.time <= Int64(clamping: session.lifetimeHint)
        else { return false }
        if let name = session.serverName, name.text != settings.serverName { return false }
        guard let chosen = session.selectedProtocol else { return true }
        return settings.alpn.contains { Array($0.utf8) == chosen }
    }

    /// Whether the server was to be trusted then, and would be today: early data is gone before anything is checked.
    private func isTrusted(_ saved: SavedSession) -> Bool {
        let (context, settings) = (visit.configuration.context, visit.configuration.settings)
        let verification = try? Verification.verify(
            chain: CertificateChain(saved.chain), against: context.trust, identity: settings.peer,
            depth: settings.verifyDepth)
        return saved.origin?.verdict == .trusted && verification?.isOK == true
    }

    /// Whether a server had every reason to hand out something to come back with.
    func isElicited(_ course: ResumptionCourse) -> Bool {
        course.elicited != nil || course.beginnings.contains { $0.negotiated.map { $0.version < .tls13 } ?? false }
    }
}

extension Visit {
    /// The same in another context; nil when OpenSSL does not take it.
    fileprivate func changed(by change: ResumePlan.Variation?) -> Visit? {
        guard let change else { return self }
        let plan = change.applied(to: plan)
        guard let configuration = try? ClientConfiguration(plan) else { return nil }
        return Visit(
            plan: plan, configuration: configuration, provisions: provisions, loop: loop, recorder: recorder)
    }
}
