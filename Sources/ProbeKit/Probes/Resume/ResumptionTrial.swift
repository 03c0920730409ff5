import OpenSSL
import Reactor

/// One handshake with a session.
struct ResumptionTrial {
    let offered: SavedSession
    let findings: Findings
    /// What was different from the handshake that made the session.
    let change: ResumePlan.Variation?
    let wantsEarlyData: Bool
    /// Why there was no early data with it, although it was wanted.
    let earlyObstacle: EarlyDataObstacle?
    /// How old the session was, in seconds.
    let age: Int64
    /// How often the same session was taken before.
    let timesTaken: Int

    var isResumed: Bool { findings.negotiated?.isResumed == true }

    /// Whether the server began a full handshake: what became of that is another question.
    var isDeclined: Bool {
        guard !isResumed, let log = findings.channel?.log, log.offeredMechanism != nil else { return false }
        return findings.negotiated != nil || log.certificateRequest != nil
    }

    /// What the other attempts and a comparison tell about this one.
    struct Context {
        /// The names of keys, where two tickets share one.
        let keyNames: Set<String>
        /// Whether the connection that made the session was cut off.
        let isAbrupt: Bool
        let control: Control
        /// Whether the same session was taken later.
        let isTakenLater: Bool
    }

    /// What became of fresh sessions after a clean close; nil where that was not tried.
    struct Control {
        var isTaken: Bool?
        /// Whether one that was taken is refused when it comes again.
        var isTakenOnce: Bool?
    }

    func attempt(in context: Context) -> Report.Resumption.Attempt {
        let log = findings.channel?.log
        let mechanism = findings.offeredMechanism
        let early: Report.Resumption.EarlyData? =
            switch findings.earlyData {
            case .accepted: .accepted
            case .rejected: .rejected
            case .notSent: .notSent
            case nil: wantsEarlyData ? .notSent : nil
            }
        return Report.Resumption.Attempt(
            mechanism: mechanism, offered: mechanism != nil, resumed: isResumed, address: findings.address?.host,
            change: change?.text, sessionAgeS: age, earlyData: early,
            pskKe: isResumed && mechanism == .psk ? log?.serverHello?.group == nil : nil,
            durationMs: findings.timings.tlsMs, whyNot: miss(mechanism, context),
            evidence: log?.serverHelloEvidence.map { [$0] } ?? [])
    }

    /// Why the server made a full handshake, as far as the messages tell; nil when nobody knows that it did.
    private func miss(
        _ mechanism: Report.Resumption.Mechanism?, _ context: Context
    ) -> Report.Resumption.Miss? {
        guard let mechanism else {
            guard findings.negotiated != nil, !isResumed else { return nil }
            return isExpired ? .expired : .notOffered
        }
        guard isDeclined else { return nil }
        guard let log = findings.channel?.log, let hello = log.serverHello, let session = try? offered.session() else {
            return .unknown
        }
        if hello.version != session.version { return .versionChanged }
        if log.wasRetried { return .helloRetry }
        // Time and a new key end a session that was taken before as well.
        if isExpired { return .expired }
        if isSealedWithAnotherKey(session, log, context.keyNames) { return .otherKeyName }
        if timesTaken > 0, !context.isTakenLater, context.control.isTakenOnce == true { return .singleUse }
        // Only what the server itself remembers can be forgotten.
        if context.isAbrupt, session.ticket.count <= TicketEntries.longestReference, context.control.isTaken == true {
            return .abruptClose
        }
        if let origin = offered.origin?.address, origin != findings.address?.host { return .otherAddress }
        if let cipher = session.cipherName, cipher != hello.cipherSuite.name, session.version < .tls13 {
            return .cipherGone
        }
        return mechanism == .id ? .idNotEchoed : .unknown
    }

    private var isExpired: Bool {
        guard let session = try? offered.session() else { return false }
        return session.lifetimeHint > 0 && age > Int64(clamping: session.lifetimeHint)
    }

    /// Whether the server seals with another key than the one that sealed the session.
    private func isSealedWithAnotherKey(_ session: Session, _ log: WireLog, _ known: Set<String>) -> Bool {
        let name = TicketEntries.name(of: session.ticket).hex
        guard known.contains(name), let now = log.tickets.first.map({ TicketEntries.name(of: $0.ticket.ticket).hex }),
            known.contains(now)
        else { return false }
        return now != name
    }
}
