import OpenSSL
import Reactor

/// `connect --count`: the same handshake many times, several at once, and what they came to together.
///
/// Each begins as a copy of one template, so that all of them offer the same.
final class RepeatedConnections: @unchecked Sendable {
    // Sendable without a check: used by tasks of its loop alone.
    private let visit: Visit
    private let question: RepetitionPlan
    private let limit: Deadline
    private let template: ConnectionTemplate
    private var addresses: [SocketAddress] = []
    /// How many were begun.
    private var count = 0
    /// When the next one may begin.
    private var nextStart = Instant.now
    private var isOver = false
    private var ended: [Attempt] = []
    /// The gravest; the first of those that are alike.
    private var decisive: (number: Int, findings: Findings)?
    private var lookupMs: Double?

    private struct Attempt {
        var outcome: Outcome
        /// Nil when the handshake was not finished.
        var latency: (isResumed: Bool, milliseconds: Double)?
    }

    /// - Throws: what keeps all of them from being made.
    init(_ visit: Visit, _ question: RepetitionPlan, until limit: Deadline) throws {
        template = ConnectionTemplate(
            try Connection(client: visit.configuration.context, settings: visit.configuration.settings))
        self.visit = visit
        self.question = question
        self.limit = limit
    }

    func run() async -> Draft {
        do throws(Ending) {
            // Once for all: what is repeated is the handshake.
            (addresses, lookupMs) = try await visit.lookUp(until: limit)
        } catch {
            return .ended(error, plan: visit.plan, recorder: visit.recorder)
        }
        await withDiscardingTaskGroup { group in
            for _ in 0..<Crowd.room(for: min(question.parallel, question.count), option: "--parallel") {
                group.addTask {
                    while let number = await self.next() { await self.attempt(number) }
                }
            }
        }
        return draft()
    }

    /// The number of the next one, from 1, when its time has come; nil when there is none.
    private func next() async -> Int? {
        guard count < question.count, !isOver, !Task.isCancelled else { return nil }
        count += 1
        let number = count
        let start = max(nextStart, .now)
        nextStart = start.advanced(by: question.interval)
        if start > .now { try? await visit.loop.sleep(until: Deadline(start).earlier(of: limit)) }
        guard !isOver, !Task.isCancelled, !limit.hasPassed else {
            isOver = true
            return nil
        }
        return number
    }

    private func attempt(_ number: Int) async {
        let visit = visit.another(number, to: addresses, template)
        let errand = RequestErrand(visit.provisions.request, plan: visit.plan.client.data)
        let findings = await visit.run(errand, offering: visit.loadedOffer, until: limit)
        self.visit.recorder.take(visit.recorder.events)
        // What was cut short says nothing of the server.
        let isCut = findings.outcome == .signal || findings.outcome == .timeout && limit.hasPassed
        guard !isCut else {
            isOver = true
            return
        }
        ended.append(
            Attempt(
                outcome: findings.outcome,
                latency: findings.negotiated.flatMap { negotiated in
                    findings.timings.tlsMs.map { (negotiated.isResumed, $0) }
                }))
        // What is wrong here would go wrong each time.
        if [.local, .internal].contains(findings.outcome) { isOver = true }
        if let decisive {
            let (one, other) = (findings.outcome.rank, decisive.findings.outcome.rank)
            guard one < other || one == other && number < decisive.number else { return }
        }
        decisive = (number, findings)
    }

    /// What kept the rest of them from being begun.
    private var unfinished: Ending? {
        guard ended.count < question.count else { return nil }
        if Task.isCancelled { return .interrupted(.tcp) }
        guard limit.hasPassed else { return nil }
        return Ending(
            .timeout,
            Failure(
                .tcp, .timedOut, "\(ended.count) of \(question.count) handshakes were done in time",
                hint: "--max-time ended the run"))
    }

    /// See `Draft`.
    @inline(never)
    private func draft() -> Draft {
        guard let decisive else {
            return .ended(unfinished ?? .interrupted(.tcp), plan: visit.plan, recorder: visit.recorder)
        }
        if let unfinished { decisive.findings.endings.append(unfinished) }
        var outcomes = OutcomeCounts()
        for attempt in ended { outcomes.add(attempt.outcome) }
        func latency(isResumed: Bool) -> Report.Latency {
            Report.Latency(ended.compactMap(\.latency).filter { $0.isResumed == isResumed }.map(\.milliseconds))
        }
        var report = decisive.findings.report()
        report.timings.dnsMs = lookupMs
        report.repeat = Report.Repetition(
            attempts: ended.count, okCount: outcomes[.ok], failedCount: ended.count - outcomes[.ok],
            byOutcome: outcomes, full: latency(isResumed: false), resumed: latency(isResumed: true))
        return Draft(report)
    }
}

extension Visit {
    /// One of many that are alike, with events of its own in the same order of numbers.
    fileprivate func another(_ number: Int, to addresses: [SocketAddress], _ template: ConnectionTemplate) -> Visit {
        var plan = plan
        if number > 1 {
            // To write files takes time from those that are measured.
            plan.client.capture.saveCertificates = nil
            plan.client.capture.saveSession = nil
        }
        return Visit(
            plan: plan, configuration: configuration, provisions: provisions, loop: loop,
            recorder: recorder.another(), addresses: addresses, template: template)
    }
}
