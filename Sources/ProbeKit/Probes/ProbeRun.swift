import OpenSSL
import Reactor

/// Runs a client command from plan to exit code: the files first, then the network, then the result.
package enum ProbeRun {
    /// Asks one target after the other.
    ///
    /// - Parameter plans: one for each target; they differ in nothing else.
    /// - Throws: `UsageError` for values that OpenSSL does not take; nothing was printed and nothing connected then.
    package static func run(_ plans: [ProbePlan]) throws(UsageError) -> Int32 {
        guard let plan = plans.first else { throw UsageError("no target; give HOST:PORT") }
        for plan in plans { try plan.requireFamily() }
        var paths: [ReportPath] = []
        for path in plan.output.paths { paths.append(try ReportPath.validate(path)) }
        let expectations = try Expectations(plan.output.expectations, of: Schema.reportObject)
        // Before the printer, which empties its files: a mistake on the command line costs no result of an earlier run.
        let configured = Result { try ClientConfiguration(plan) }
        if case .failure(let mistake as UsageError) = configured { throw mistake }
        let printer: Printer
        do {
            printer = try Printer(plan.output, paths: paths, isForMany: plans.count > 1)
        } catch {
            return Printer.complain(error)
        }
        do {
            let configuration = try configured.get()
            let provisions = try Provisions(for: plan)
            for note in plan.notes + Surroundings.notes(on: plan.client, configuration.context) { Printer.warn(note) }
            // Not before: reading a request from the terminal can be interrupted as usual.
            Signals.block()
            return try EventLoop.run { loop in
                let job = Job(
                    plans: plans, configuration: configuration, provisions: provisions, expectations: expectations,
                    printer: printer, loop: loop)
                return await job.run()
            }
        } catch let error as UsageError {
            throw error
        } catch let ending as Ending {
            return conclude(ending, plans, expectations, printer)
        } catch {
            let ending = Ending(.internal, Failure(.local, .internalError, "\(error)"))
            return conclude(ending, plans, expectations, printer)
        }
    }

    /// Reports a run that ended before there was anything to probe.
    private static func conclude(
        _ ending: Ending, _ plans: [ProbePlan], _ expectations: Expectations, _ printer: Printer
    ) -> Int32 {
        var tally = Tally()
        for plan in plans {
            let recorder = Recorder(target: plan.target.input, detail: .init(plan.output), onEvent: printer.eventSink)
            let report = Report.ended(ending, plan: plan, recorder: recorder)
            let conclusion = Conclusion(report, expectations: expectations, plan: plan.output, recorder: recorder)
            tally.add(conclusion.report, code: printer.conclude(conclusion, events: []))
        }
        return printer.conclude(tally, of: plans.count)
    }
}

/// The part of a run that has a loop.
private struct Job {
    let plans: [ProbePlan]
    /// For the first target; the others differ in their names alone.
    let configuration: ClientConfiguration
    let provisions: Provisions
    let expectations: Expectations
    let printer: Printer
    let loop: EventLoop

    func run() async -> Int32 {
        let interruption = Interruption()
        let probes = Task(executorPreference: loop) {
            let limit = plans[0].client.time.maxTime.map(Deadline.after) ?? .never
            var tally = Tally()
            for plan in plans where !Task.isCancelled {
                let (report, code) = await ask(plan, until: limit, interruption)
                tally.add(report, code: code)
            }
            return printer.conclude(tally, of: plans.count)
        }
        let watcher = Task(executorPreference: loop) {
            guard let signals = try? Signals(on: loop), let number = try? await signals.next() else { return }
            interruption.signal = number
            probes.cancel()
        }
        let reader = Task(executorPreference: loop) {
            // The failing write decides the exit code; this only spares the wait until there is something to write.
            guard printer.usesStandardOutput, let watch = try? ReaderWatch(on: loop),
                (try? await watch.untilItLeaves()) != nil
            else { return }
            probes.cancel()
        }
        let code = await probes.value
        watcher.cancel()
        reader.cancel()
        // What is not waited for would never end: the loop stops with this body.
        await watcher.value
        await reader.value
        return code
    }

    private func ask(
        _ plan: ProbePlan, until limit: Deadline, _ interruption: Interruption
    ) async -> (Report, Int32) {
        let recorder = Recorder(target: plan.target.input, detail: .init(plan.output), onEvent: printer.eventSink)
        var report: Report
        do {
            let configuration = try configuration.adapted(to: plan)
            let provisions = provisions.adapted(to: plan)
            for note in provisions.notes { Printer.warn(note) }
            let visit = Visit(
                plan: plan, configuration: configuration, provisions: provisions, loop: loop, recorder: recorder)
            visit.tellOfStart()
            report =
                plan.client.address.takesAll && !plan.question.findsAddresses
                ? await AddressSweep(visit: visit).run(until: limit) : await visit.answer(until: limit)
        } catch {
            let ending = Ending(.usage, Failure(.arguments, .internalError, "\(error)"))
            report = Report.ended(ending, plan: plan, recorder: recorder)
        }
        if report.outcome == .signal, let number = interruption.signal { report.exitCode = 128 + number }
        let conclusion = Conclusion(report, expectations: expectations, plan: plan.output, recorder: recorder)
        return (conclusion.report, printer.conclude(conclusion, events: recorder.events))
    }
}

/// What the targets of a run came to.
struct Tally {
    private(set) var outcomes = OutcomeCounts()
    private(set) var count = 0
    private(set) var okCount = 0
    /// The gravest of the exit codes.
    private(set) var exitCode: Int32 = 0
    private var rank = Int.max

    /// - Parameter code: what a run with this target alone would end with.
    mutating func add(_ report: Report, code: Int32) {
        count += 1
        outcomes.add(report.outcome)
        if report.ok { okCount += 1 }
        // A foreseen outcome keeps its name, and is none to exit with; a result that cannot be written is our failure.
        let outcome: Outcome = code == 0 ? .ok : code == report.exitCode ? report.outcome : .local
        guard outcome.rank < rank else { return }
        rank = outcome.rank
        exitCode = code
    }
}

extension Visit {
    fileprivate func tellOfStart() {
        recorder.record(
            .probeStarted, nil,
            .probeStarted(
                ProbeStarted(
                    command: plan.question.command, host: plan.target.host, port: Int(plan.target.port),
                    sni: plan.client.offer.sni(for: plan.target))))
    }

    /// Finds the answer to the plan's question.
    func answer(until limit: Deadline) async -> Report {
        switch plan.question {
        case .connect: await ConnectProbe(visit: self).run(until: limit)
        case .renegotiate(let question): await RenegotiateProbe(visit: self, question: question).run(until: limit)
        case .keyUpdate(let question): await KeyUpdateProbe(visit: self, question: question).run(until: limit)
        case .tickets(let question): await TicketsProbe(visit: self, question: question).run(until: limit)
        case .resume(let question): await ResumeProbe(visit: self, question: question).run(until: limit)
        }
    }
}

extension ProbePlan {
    /// A numeric address of the other family could never be reached.
    fileprivate func requireFamily() throws(UsageError) {
        let host = client.address.connectTo?.host ?? target.host
        guard let address = SocketAddress(numeric: host, port: 0) else { return }
        switch (client.address.family, address.isIPv6) {
        case (.v4, true): throw UsageError("-4 excludes the IPv6 address \(host)")
        case (.v6, false): throw UsageError("-6 excludes the IPv4 address \(host)")
        case (.any, _), (.v4, false), (.v6, true): return
        }
    }
}

extension Recorder.Detail {
    init(_ output: OutputPlan) {
        let showsLadder = output.isVerbose && (output.format == .text || output.makesJUnit)
        keeps = output.includesEvents || showsLadder
        includesHandshakeMessages = output.isVerbose || output.includesEvents
    }
}
