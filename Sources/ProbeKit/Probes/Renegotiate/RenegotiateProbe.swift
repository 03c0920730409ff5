import OpenSSL
import Reactor

/// Whether a server lets its client renegotiate, or asks for it.
struct RenegotiateProbe {
    let visit: Visit
    let question: RenegotiationPlan

    /// What one connection came to.
    private struct Trial {
        let errand: RenegotiationErrand
        let findings: Findings
    }

    func run(until limit: Deadline) async -> Draft {
        var trials: [Trial] = []
        for mode in question.modes {
            let errand = RenegotiationErrand(mode, question: question, request: visit.provisions.request)
            let findings = await visit.run(
                errand, offering: visit.loadedOffer, at: trials.first?.findings.address, until: limit)
            trials.append(Trial(errand: errand, findings: findings))
            // What ended the first connection early would end the second as well.
            if findings.endings.contains(where: { $0.outcome != .verify }) { break }
        }
        if let first = trials.first?.findings, refusesVersion(first), let draft = await tryTLS13(until: limit) {
            return draft
        }
        return draft(of: trials)
    }

    /// See `Draft`.
    @inline(never)
    private func draft(of trials: [Trial]) -> Draft {
        guard let findings = trials.first?.findings else { preconditionFailure("there is always a mode") }
        for other in trials.dropFirst() { findings.endings += other.findings.endings }
        findings.endings = findings.endings.map(reading)
        let attempts = trials.flatMap(\.errand.attempts)
        let support = support(findings)
        let finding = RenegotiationFinding(
            trials.map { .init(attempts: $0.errand.attempts, end: $0.errand.end) }, asked: question, support: support)
        // What else went wrong tells why nothing is known, but takes nothing back of what is.
        let isUndisturbed = findings.endings.allSatisfy { $0.outcome == .verify }
        let isKnown =
            !attempts.isEmpty && finding.value != .unknown && !findings.endings.contains { $0.outcome == .rejected }
        if let ending = finding.ending, isUndisturbed || ending.outcome == .unsafe { findings.endings.append(ending) }
        var report = findings.report()
        if trials.count > 1 { report.close = trials.last?.findings.close }
        guard findings.channel != nil else { return Draft(report) }
        // That the peer left without a word shows in no other event than that of the close.
        let evidence = trials.flatMap { trial in
            trial.errand.evidence
                + (trial.errand.hasUnshownEnd ? [trial.findings.closing].compactMap { $0 } : [])
        }
        report.renegotiation = Report.Renegotiation(
            protocolSupport: support, attempts: attempts,
            acceptedCount: attempts.count { $0.result == .accepted },
            verdict: isUndisturbed || isKnown
                ? Verdict(finding.value, why: finding.why, evidence: evidence)
                : Verdict(
                    findings.endings.contains { $0.outcome == .notApplicable } ? .notApplicable : .unknown,
                    why: findings.endings.first { $0.outcome != .verify }?.failure.message, evidence: evidence))
        return Draft(report)
    }

    private func support(_ findings: Findings) -> Report.Renegotiation.Support {
        if let negotiated = findings.negotiated { return negotiated.renegotiationSupport }
        return findings.endings.contains { $0.failure.code == .legacyRenegotiation } ? .none : .unknown
    }

    /// What a failed handshake means to this question.
    private func reading(_ ending: Ending) -> Ending {
        let failure = ending.failure
        switch failure.code {
        case .legacyRenegotiation:
            return Ending(
                .notApplicable,
                Failure(
                    failure.stage, failure.code,
                    "the server does not support secure renegotiation (RFC 5746), so it is not tried",
                    hint: "--allow-unsafe connects and tries all the same",
                    alert: failure.alert, openssl: failure.openssl))
        default: return ending
        }
    }
}

// A server of TLS 1.3 alone.

extension RenegotiateProbe {
    /// Whether the server refused TLS 1.2 by its version, which was all that was offered.
    private func refusesVersion(_ findings: Findings) -> Bool {
        visit.plan.client.offer.versions?.upperBound == .tls12
            && findings.endings.contains {
                $0.failure.alert?.dir == .received
                    && $0.failure.alert?.number == Int(AlertDescription.protocolVersion.rawValue)
            }
    }

    /// An alert alone does not say what a server does speak: one more connection does. Nil when that did not come about.
    private func tryTLS13(until limit: Deadline) async -> Draft? {
        var plan = visit.plan
        plan.client.offer.versions = .tls13 ... .tls13
        guard let configuration = try? ClientConfiguration(plan) else { return nil }
        let other = visit.adapted(to: plan, configuration)
        let errand = RenegotiationErrand(.full, question: question, request: Request.Pieces(nil))
        let findings = await other.run(errand, until: limit)
        return findings.negotiated?.version == .tls13 ? draft(ofTLS13: findings) : nil
    }

    /// See `Draft`.
    @inline(never)
    private func draft(ofTLS13 findings: Findings) -> Draft {
        let ending = Ending(
            .notApplicable,
            Failure(
                .postHandshake, .wrongVersion,
                "the server speaks TLS 1.3 and refuses TLS 1.2, so there is nothing to renegotiate",
                hint: "for new keys in TLS 1.3: sslprobe keyupdate"))
        findings.endings = findings.endings.map { $0.outcome == .notApplicable ? ending : $0 }
        var report = findings.report()
        report.renegotiation = Report.Renegotiation(
            protocolSupport: .unknown, attempts: [], acceptedCount: 0,
            verdict: Verdict(
                .notApplicable, why: ending.failure.message,
                evidence: [findings.channel?.log.finishedReceived].compactMap { $0 }))
        return Draft(report)
    }
}
