import OpenSSL
import Reactor

/// Whether a TLS 1.3 server takes KeyUpdates, and answers those that ask for it.
struct KeyUpdateProbe {
    let visit: Visit
    let question: KeyUpdatePlan

    func run(until limit: Deadline) async -> Draft {
        let errand = KeyUpdateErrand(question, target: visit.plan.target, request: visit.provisions.request.whole)
        let findings = await visit.run(errand, offering: visit.loadedOffer, until: limit)
        return draft(of: findings, errand)
    }

    /// See `Draft`.
    @inline(never)
    private func draft(of findings: Findings, _ errand: KeyUpdateErrand) -> Draft {
        findings.endings = findings.endings.map(reading)
        guard let channel = findings.channel else { return findings.draft() }
        let log = errand.decided ?? channel.log.keyUpdates
        let attempts = errand.attempts(in: log)
        var verdict = Verdict(
            findings.endings.contains { $0.outcome == .notApplicable } ? .notApplicable : .unknown,
            why: findings.endings.first { $0.outcome != .verify }?.failure.message)
        // Whatever else went wrong has told already why nothing is known.
        if findings.endings.allSatisfy({ $0.outcome == .verify }) {
            let finding = KeyUpdateFinding(
                attempts, errand.cut, asked: question, elicited: errand.elicitation != nil, waited: errand.patience,
                doubt: errand.doubt)
            if let ending = finding.ending { findings.endings.append(ending) }
            // One message may answer several.
            let answers = log.sent.compactMap(\.answer).filter { !$0.isRepeated }.map(\.evidence)
            let others = [errand.cut?.evidence, errand.counterEvidence].compactMap { $0 }
            verdict = Verdict(finding.value, why: finding.why, evidence: answers + others)
        }
        var report = findings.report()
        report.keyUpdate = Report.KeyUpdates(
            attempts: attempts, receivedCount: channel.log.keyUpdates.receivedCount, elicited: errand.elicitation?.kind,
            verdict: verdict)
        return Draft(report)
    }
}

extension KeyUpdateProbe {
    /// What a failed handshake means to this question.
    private func reading(_ ending: Ending) -> Ending {
        let failure = ending.failure
        let offersOlder = visit.plan.client.offer.versions.map { $0.lowerBound < .tls13 } ?? true
        guard failure.alert?.number == Int(AlertDescription.protocolVersion.rawValue), failure.alert?.dir == .received,
            !offersOlder
        else { return ending }
        return Ending(
            .notApplicable,
            Failure(
                failure.stage, .wrongVersion, "the server does not speak TLS 1.3, and KeyUpdate is a message of it",
                hint: "what older versions have is renegotiation: sslprobe renegotiate", alert: failure.alert,
                openssl: failure.openssl))
    }
}

extension Ending {
    static func noKeyUpdate(_ version: String) -> Ending {
        Ending(
            .notApplicable,
            Failure(
                .postHandshake, .wrongVersion, "the server chose \(version), and KeyUpdate is a message of TLS 1.3",
                hint: "what older versions have is renegotiation: sslprobe renegotiate"))
    }
}
