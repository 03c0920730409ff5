import OpenSSL
import Reactor

/// Whether a server takes a client back with the session that it handed out, and if not, why.
struct ResumeProbe {
    let visit: Visit
    let question: ResumePlan

    private var earlyData: [UInt8]? { visit.provisions.earlyData }
    private var loaded: SavedSession? { visit.provisions.session }

    func run(until limit: Deadline) async -> Draft {
        if question.isMatrix { return await runMatrix(until: limit) }
        if let schedule = question.schedule {
            return await TicketLifeProbe(probe: self, schedule: schedule).run(until: limit)
        }
        var course = ResumptionCourse(question)
        if let obstacle = visit.provisions.obstacle {
            // Who brings a session asks about that one; a handshake without it tells of the server.
            if let session = await start(&course, until: limit), !course.isOver {
                course.missed(session, because: obstacle)
            }
        } else if !question.variations.isEmpty {
            await vary(&course, until: limit)
        } else {
            await repeatedly(&course, until: limit)
        }
        if !course.isOver {
            switch course.doubt {
            case .close: await compare(&course, until: limit)
            case .use: await compareUse(&course, until: limit)
            case nil: break
            }
        }
        return course.draft(visit)
    }

    private func repeatedly(_ course: inout ResumptionCourse, until limit: Deadline) async {
        switch question.repetition {
        case .pairs(let count):
            for number in 0..<count {
                let saved = number == 0 ? loaded : nil
                let session = if let saved { saved } else { await start(&course, until: limit) }
                guard !course.isOver else { break }
                await comeBack(with: session, &course, until: limit)
                guard !course.isOver else { break }
            }
        case .reuse(let count): await comeBack(count, keepsSession: true, &course, until: limit)
        case .lineage(let count): await comeBack(count, keepsSession: false, &course, until: limit)
        case .replay: await comeBack(2, keepsSession: true, &course, until: limit)
        }
    }

    private func comeBack(
        _ count: Int, keepsSession: Bool, _ course: inout ResumptionCourse, until limit: Deadline
    ) async {
        var session = if let loaded { loaded } else { await start(&course, until: limit) }
        for _ in 0..<count where !course.isOver {
            await comeBack(with: session, &course, until: limit)
            if !keepsSession, let newest = course.trials.last?.findings.latestSession { session = newest }
        }
    }

    /// Each change with a session of its own: some are taken only once.
    private func vary(_ course: inout ResumptionCourse, until limit: Deadline) async {
        for change in question.variations where !course.isOver {
            let session = if let loaded { loaded } else { await start(&course, until: limit) }
            guard !course.isOver else { return }
            await comeBack(with: session, changing: change, &course, until: limit)
        }
    }

    // MARK: Full handshakes

    /// A full handshake, and the session that came of it; nil when none did.
    func start(
        _ course: inout ResumptionCourse, _ visit: Visit? = nil, at address: SocketAddress? = nil, upTo count: Int = 1,
        until limit: Deadline
    ) async -> SavedSession? {
        let address = address ?? (question.isMatrix ? nil : course.address)
        let (findings, elicited) = await shakeHands(
            visit ?? self.visit, at: address, upTo: count, isCutOff: question.close == .abrupt, until: limit)
        course.elicited = course.elicited ?? elicited
        course.began(with: findings)
        return latestSession(of: findings)
    }

    /// The sessions of one full handshake, as many as are wanted.
    func startings(_ course: inout ResumptionCourse, upTo count: Int, until limit: Deadline) async -> [SavedSession] {
        let known = course.beginnings.count
        _ = await start(&course, upTo: count, until: limit)
        guard course.beginnings.count > known, let findings = course.beginnings.last else { return [] }
        return findings.sessions.all.prefix(count).map(findings.saved)
    }

    private func shakeHands(
        _ visit: Visit, at address: SocketAddress?, upTo count: Int = 1, isCutOff: Bool, until limit: Deadline
    ) async -> (Findings, Report.Elicited?) {
        // Of several sessions a server forgets the last one alone, when the connection breaks.
        let errand = TicketErrand(
            question.elicitation, target: visit.plan.target, request: visit.provisions.request.whole,
            upTo: isCutOff ? .max : count)
        let findings = await visit.run(errand, at: address, isCutOff: isCutOff, until: limit)
        return (findings, errand.elicitation?.kind)
    }

    private func latestSession(of findings: Findings) -> SavedSession? {
        // A server without tickets may remember sessions by their identifier, which is not what was asked.
        let isOfNoUse = question.mechanism == .ticket && findings.channel?.log.tickets.isEmpty == true
        return isOfNoUse ? nil : findings.latestSession
    }

    /// Whether a fresh session is taken after a clean close: otherwise a miss says nothing about the one that was not.
    @discardableResult
    func compare(
        _ course: inout ResumptionCourse, at address: SocketAddress? = nil, until limit: Deadline
    ) async -> Bool {
        await offer(afresh: 1, &course, at: address, until: limit)
        return course.control.isTaken == true
    }

    /// Whether fresh sessions are taken once, and not a second time: a key that changed in between explains one of them.
    private func compareUse(_ course: inout ResumptionCourse, until limit: Deadline) async {
        for _ in 0..<2 where !course.isInterrupted {
            await offer(afresh: 2, &course, at: nil, until: limit)
            guard course.control.isTakenOnce == true else { return }
        }
    }

    /// Gets a session and offers it, as long as it is taken.
    private func offer(
        afresh times: Int, _ course: inout ResumptionCourse, at address: SocketAddress?, until limit: Deadline
    ) async {
        course.control = ResumptionTrial.Control()
        let address = address ?? course.address
        var (findings, _) = await shakeHands(visit, at: address, isCutOff: false, until: limit)
        course.compared(with: findings)
        guard let session = latestSession(of: findings), obstacle(to: session, visit) == nil else {
            course.control.isTaken = false
            return
        }
        for number in 1...times where !course.isInterrupted {
            findings = await visit.run(
                ResumptionErrand(data: nil), offering: Offer(saved: session), at: address, until: limit)
            course.compared(with: findings)
            guard let negotiated = findings.negotiated else { return }
            if number == 1 {
                course.control.isTaken = negotiated.isResumed
            } else {
                course.control.isTakenOnce = !negotiated.isResumed
            }
            guard negotiated.isResumed else { return }
        }
    }

    // MARK: Coming back

    func comeBack(
        with session: SavedSession?, changing change: ResumePlan.Variation? = nil, _ course: inout ResumptionCourse,
        at address: SocketAddress? = nil, until limit: Deadline
    ) async {
        guard let session, let visit = visit.changed(by: change) else { return course.missed(session, change) }
        if let obstacle = obstacle(to: session, visit, isElsewhere: change != nil) {
            return course.missed(session, change, because: obstacle)
        }
        let earlyObstacle = earlyData.flatMap { self.earlyObstacle(to: $0, with: session) }
        let early = earlyObstacle == nil ? earlyData : nil
        let isOtherPort = if case .port = change { true } else { false }
        let findings = await visit.run(
            ResumptionErrand(data: earlyData), offering: Offer(saved: session, earlyData: early),
            at: isOtherPort ? nil : address ?? course.address, until: limit)
        course.cameBack(
            with: session, findings, changing: change, wantsEarlyData: earlyData != nil, because: earlyObstacle)
    }

    /// A session is for the name that it was made with, and of no use when that server was not to be trusted.
    ///
    /// - Parameter isElsewhere: whether another name is just what is wanted.
    func obstacle(to saved: SavedSession, _ visit: Visit, isElsewhere: Bool = false) -> OfferObstacle? {
        if let origin = saved.origin, !visit.plan.client.trust.insecure {
            if origin.verdict == .untrusted { return .untrusted }
            let isItsName =
                origin.host == visit.plan.target.host && origin.sni == visit.configuration.settings.serverName
            if !isElsewhere, !isItsName { return .otherName }
        }
        guard let session = try? saved.session() else { return nil }
        let isOfMechanism =
            switch question.mechanism {
            case .auto: true
            case .psk: session.version >= .tls13
            case .ticket: session.version < .tls13 && !session.ticket.isEmpty
            case .id: session.version < .tls13 && session.ticket.isEmpty
            }
        if !isOfMechanism { return .otherMechanism }
        guard let versions = visit.plan.client.offer.versions, let version = TLSOffer.Version(session.version) else {
            return nil
        }
        return versions.contains(version) ? nil : .otherVersion
    }

    /// OpenSSL kills the connection over early data that does not go with the session.
    private func earlyObstacle(to data: [UInt8], with saved: SavedSession) -> EarlyDataObstacle? {
        guard let session = try? saved.session(), session.maxEarlyData > 0 else { return .noneAllowed }
        let limit = Int(session.maxEarlyData)
        guard data.count <= limit else { return .tooLarge(data.count, limit: limit) }
        guard visit.plan.client.trust.insecure || isTrusted(saved) else { return .untrusted }
        let settings = visit.configuration.settings
        // Not every server makes OpenSSL remember the name.
        guard let origin = saved.origin, origin.host == visit.plan.target.host, origin.sni == settings.serverName,
            session.serverName.map({ $0.text == settings.serverName }) ?? true
        else { return .otherName }
        // With a session that is too old to be offered OpenSSL sends early data all the same.
        if session.age(at: .now) > Int64(clamping: session.lifetimeHint) { return .tooOld }
        guard let chosen = session.selectedProtocol else { return nil }
        return settings.alpn.contains { Array($0.utf8) == chosen } ? nil : .otherProtocol
    }

    /// Whether the server was to be trusted then, and would be today: early data is gone before anything is checked.
    private func isTrusted(_ saved: SavedSession) -> Bool {
        let (context, settings) = (visit.configuration.context, visit.configuration.settings)
        let verification = try? Verification.verify(
            chain: CertificateChain(saved.chain), against: context.trust, identity: settings.peer,
            depth: settings.verifyDepth)
        return saved.origin?.verdict == .trusted && verification?.isOK == true
    }
}

extension TLSOffer.Version {
    init?(_ version: ProtocolVersion) { self.init(rawValue: version.name) }
}

extension Visit {
    /// The same in another context; nil when OpenSSL does not take it.
    fileprivate func changed(by change: ResumePlan.Variation?) -> Visit? {
        guard let change else { return self }
        let plan = change.applied(to: plan)
        return (try? ClientConfiguration(plan)).map { adapted(to: plan, $0) }
    }
}
