import OpenSSL
import Reactor

/// Whether a server lets its client renegotiate, or asks for it.
struct RenegotiateProbe {
    let visit: Visit
    let question: RenegotiationPlan

    /// What one connection came to.
    private struct Trial {
        let mode: Report.Renegotiation.Mode
        let errand: RenegotiationErrand
        let findings: Findings
    }

    func run(until limit: Deadline) async -> Report {
        var trials: [Trial] = []
        for mode in question.modes {
            let errand = RenegotiationErrand(mode, question: question, request: visit.provisions.request)
            let findings = await visit.run(errand, at: trials.first?.findings.address, until: limit)
            trials.append(Trial(mode: mode, errand: errand, findings: findings))
            // What ended the first connection early would end the second as well.
            if findings.endings.contains(where: { $0.outcome != .verify }) { break }
        }
        return report(on: trials)
    }

    private func report(on trials: [Trial]) -> Report {
        guard var findings = trials.first?.findings else { preconditionFailure("there is always a mode") }
        for other in trials.dropFirst() { findings.endings += other.findings.endings }
        findings.endings = findings.endings.map(reading)
        let attempts = trials.flatMap(\.errand.attempts)
        let support = support(findings)
        let finding = RenegotiationFinding(
            trials.map {
                .init(
                    mode: $0.mode, attempts: $0.errand.attempts, interruption: $0.errand.interruption,
                    wasCut: $0.errand.wasCut)
            },
            asked: question, support: support)
        // What else went wrong tells why nothing is known, but takes nothing back of what was accepted.
        let isUndisturbed = findings.endings.allSatisfy { $0.outcome == .verify }
        if isUndisturbed, let ending = finding.ending { findings.endings.append(ending) }
        var report = findings.report()
        if trials.count > 1 { report.close = trials.last?.findings.close }
        guard findings.channel != nil else { return report }
        // That the peer left without a word shows in no other event than that of the close.
        let evidence = trials.flatMap { trial in
            trial.errand.evidence
                + (trial.errand.hasUnshownEnd ? [trial.findings.closing].compactMap { $0 } : [])
        }
        report.renegotiation = Report.Renegotiation(
            protocolSupport: support, attempts: attempts,
            acceptedCount: attempts.count { $0.result == .accepted },
            verdict: isUndisturbed || (finding.value == .yes && !findings.endings.contains { $0.outcome == .rejected })
                ? Verdict(finding.value, why: finding.why, evidence: evidence)
                : Verdict(
                    findings.endings.contains { $0.outcome == .notApplicable } ? .notApplicable : .unknown,
                    why: findings.endings.first { $0.outcome != .verify }?.failure.message, evidence: evidence))
        return report
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
        case .alertReceived
        where failure.alert?.number == Int(AlertDescription.protocolVersion.rawValue) && !offersTLS13:
            return Ending(
                .notApplicable,
                Failure(
                    failure.stage, .wrongVersion,
                    "the server speaks nothing below TLS 1.3, which has no renegotiation",
                    hint: "that is as safe as it gets; for new keys in TLS 1.3: sslprobe keyupdate",
                    alert: failure.alert, openssl: failure.openssl))
        default: return ending
        }
    }

    private var offersTLS13: Bool { visit.plan.client.offer.versions.map { $0.upperBound >= .tls13 } ?? true }
}
