import OpenSSL
import Reactor

/// Which tickets a server hands out: how many, when, and whether it can read them itself.
struct TicketsProbe {
    let visit: Visit
    let question: TicketsPlan

    func run(until limit: Deadline) async -> Draft {
        let history: TicketHistory?
        do throws(Ending) {
            history = try question.track.map { path throws(Ending) in try TicketHistory(path) }
        } catch {
            return .ended(error, plan: visit.plan, recorder: visit.recorder)
        }
        var visits: [Findings] = []
        var elicited: Report.Elicited?
        for _ in 0..<question.count {
            let errand = errand
            let findings = await visit.run(errand, at: visits.first?.address, until: limit)
            visits.append(findings)
            elicited = elicited ?? errand.elicitation?.kind
            if findings.endings.contains(where: { $0.outcome != .verify }) { break }
        }
        let resumed = await afterResumption(visits, until: limit)
        return draft(of: visits, resumed, elicited, history)
    }

    private var errand: TicketErrand {
        TicketErrand(question.elicitation, target: visit.plan.target, request: visit.provisions.request.whole)
    }

    /// One more connection, which resumes: OpenSSL then sends one ticket at most.
    private func afterResumption(_ visits: [Findings], until limit: Deadline) async -> Findings? {
        guard let last = visits.last, last.endings.allSatisfy({ $0.outcome == .verify }),
            let saved = visit.provisions.session ?? last.latestSession,
            !last.isDistrusted
        else { return nil }
        return await visit.run(errand, offering: Offer(saved: saved), at: last.address, until: limit)
    }

    /// See `Draft`.
    ///
    /// - Parameter comeback: the connection for which a session was brought along.
    @inline(never)
    private func draft(
        of visits: [Findings], _ comeback: Findings?, _ elicited: Report.Elicited?, _ history: TicketHistory?
    ) -> Draft {
        guard let findings = visits.first else { preconditionFailure("there is always a connection") }
        for other in visits.dropFirst() { findings.endings += other.endings }
        // What a server does to a client that comes back is told; what it sends to the others counts all the same.
        findings.endings += (comeback?.endings ?? []).filter { [.signal, .local, .inconclusive].contains($0.outcome) }
        let resumed = comeback.flatMap { $0.negotiated?.isResumed == true ? $0 : nil }
        let reached = visits.filter { $0.negotiated != nil }
        let entries = TicketEntries(
            (visits + (resumed.map { [$0] } ?? [])).compactMap(TicketEntries.Source.init))
        let counts = reached.map { $0.channel?.log.tickets.count ?? 0 }
        var verdict = Verdict(.unknown, why: findings.endings.first { $0.outcome != .verify }?.failure.message)
        if !reached.isEmpty, findings.endings.allSatisfy({ $0.outcome == .verify }) {
            let finding = TicketFinding(
                counts, isElicited: reached.allSatisfy(\.isElicited),
                sessionIdentifiers: Self.identifiers(reached), isResumed: resumed != nil)
            if let ending = finding.ending { findings.endings.append(ending) }
            let evidence = reached.compactMap { $0.channel?.log.tickets.first?.evidence }
            verdict = Verdict(finding.value, why: finding.why, evidence: evidence)
        }
        var rotation: Report.TicketSummary.Rotation?
        if let history, !reached.isEmpty {
            do throws(Ending) {
                rotation = try history.record(
                    entries.keyNames, of: visit.plan.target, at: findings.address?.host,
                    time: findings.recorder.startedAt)
            } catch {
                findings.endings.append(error)
            }
        }
        var report = findings.report()
        report.close = visits.last?.close
        report.tickets = entries.all
        guard !reached.isEmpty else { return Draft(report) }
        report.ticketSummary = Report.TicketSummary(
            connections: reached.count, perConnection: counts,
            afterResumption: resumed.map { $0.channel?.log.tickets.count ?? 0 },
            resumed: comeback.flatMap { $0.negotiated?.isResumed }, elicited: elicited,
            sessionIds: Self.identifiers(reached), keyNames: entries.keyNames, rotation: rotation, verdict: verdict)
        return Draft(report)
    }

    /// On how many connections of TLS 1.2 the server named a session that it remembers.
    private static func identifiers(_ visits: [Findings]) -> Int {
        visits.count { findings in
            guard let log = findings.channel?.log, let hello = log.serverHello, hello.version < .tls13 else {
                return false
            }
            return log.tickets.isEmpty && !hello.sessionID.isEmpty
        }
    }
}

/// What the tickets come to: the verdict, and the ending that goes with it.
struct TicketFinding {
    let value: Verdict.Value
    let why: String?
    let ending: Ending?

    /// - Parameters:
    ///   - isElicited: whether the server had every reason to send some.
    ///   - isResumed: whether it took a session back; nginx names sessions that it then forgets.
    init(_ counts: [Int], isElicited: Bool, sessionIdentifiers: Int, isResumed: Bool) {
        if counts.contains(where: { $0 > 0 }) {
            (value, ending) = (.yes, nil)
            why = counts.contains(0) ? "on \(counts.count { $0 > 0 }) of \(counts.count) connections" : nil
        } else if isElicited {
            (value, why) = (.no, "no ticket came")
            ending = Ending(
                .unmet,
                Failure(
                    .postHandshake, .noTicket,
                    sessionIdentifiers == 0
                        ? "the server hands out no tickets"
                        : isResumed
                            ? "the server hands out no tickets, but remembers sessions by their identifier"
                            : "the server hands out no tickets, and does not remember the sessions that it names",
                    hint: sessionIdentifiers > 0 && isResumed
                        ? "sslprobe resume --mechanism id tries to come back with one" : nil))
        } else {
            (value, why) = (.unknown, "no ticket came, and nothing was sent for which some servers wait")
            ending = Ending(
                .inconclusive,
                Failure(
                    .postHandshake, .noTicket, "no ticket came; some servers send none before they have data to send",
                    hint: "make it write: --http or --elicit STRING; --settle 5s waits longer"))
        }
    }
}
