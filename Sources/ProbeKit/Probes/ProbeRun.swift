import OpenSSL
import Reactor

/// Runs a client command from plan to exit code: the files first, then the network, then the result.
package enum ProbeRun {
    /// - Throws: `UsageError` for values that OpenSSL does not take; nothing was printed and nothing connected then.
    package static func run(_ plan: ProbePlan) throws(UsageError) -> Int32 {
        try plan.requireFamily()
        var paths: [ReportPath] = []
        for path in plan.output.paths { paths.append(try ReportPath.validate(path)) }
        let expectations = try Expectations(plan.output.expectations, of: Schema.reportObject)
        // Before the printer, which empties its files: a mistake on the command line costs no result of an earlier run.
        let configured = Result { try ClientConfiguration(plan) }
        if case .failure(let mistake as UsageError) = configured { throw mistake }
        let printer: Printer
        do {
            printer = try Printer(plan.output, paths: paths)
        } catch {
            return Printer.complain(error)
        }
        do {
            let configuration = try configured.get()
            let provisions = try Provisions(for: plan)
            for note in plan.notes + provisions.notes + Surroundings.notes(on: plan.client, configuration.context) {
                Printer.warn(note)
            }
            // Not before: reading a request from the terminal can be interrupted as usual.
            Signals.block()
            return try EventLoop.run { loop in
                await run(
                    plan, configuration, provisions, expectations: expectations, printer: printer, on: loop)
            }
        } catch let error as UsageError {
            throw error
        } catch let ending as Ending {
            return conclude(ending, plan, expectations, printer)
        } catch {
            return conclude(Ending(.internal, Failure(.local, .internalError, "\(error)")), plan, expectations, printer)
        }
    }

    private static func run(
        _ plan: ProbePlan, _ configuration: ClientConfiguration, _ provisions: Provisions,
        expectations: Expectations, printer: Printer, on loop: EventLoop
    ) async -> Int32 {
        let interruption = Interruption()
        let probe = Task(executorPreference: loop) {
            let recorder = Recorder(
                target: plan.target.input, detail: .init(plan.output), onEvent: printer.eventSink)
            let limit = plan.client.time.maxTime.map(Deadline.after) ?? .never
            let visit = Visit(
                plan: plan, configuration: configuration, provisions: provisions, loop: loop, recorder: recorder)
            var report = await answer(visit, until: limit)
            if report.outcome == .signal, let number = interruption.signal { report.exitCode = 128 + number }
            let conclusion = Conclusion(
                report, expectations: expectations, plan: plan.output, recorder: recorder)
            return printer.conclude(conclusion, events: recorder.events)
        }
        let watcher = Task(executorPreference: loop) {
            guard let signals = try? Signals(on: loop), let number = try? await signals.next() else { return }
            interruption.signal = number
            probe.cancel()
        }
        let reader = Task(executorPreference: loop) {
            // The failing write decides the exit code; this only spares the wait until there is something to write.
            guard printer.usesStandardOutput, let watch = try? ReaderWatch(on: loop),
                (try? await watch.untilItLeaves()) != nil
            else { return }
            probe.cancel()
        }
        let code = await probe.value
        watcher.cancel()
        reader.cancel()
        // What is not waited for would never end: the loop stops with this body.
        await watcher.value
        await reader.value
        return code
    }

    private static func answer(_ visit: Visit, until limit: Deadline) async -> Report {
        let (plan, target) = (visit.plan, visit.plan.target)
        visit.recorder.record(
            .probeStarted, nil,
            .probeStarted(
                ProbeStarted(
                    command: plan.question.command, host: target.host, port: Int(target.port),
                    sni: plan.client.offer.sni(for: target))))
        switch plan.question {
        case .connect: return await ConnectProbe(visit: visit).run(until: limit)
        case .renegotiate(let question):
            return await RenegotiateProbe(visit: visit, question: question).run(until: limit)
        case .keyUpdate(let question):
            return await KeyUpdateProbe(visit: visit, question: question).run(until: limit)
        case .tickets(let question):
            return await TicketsProbe(visit: visit, question: question).run(until: limit)
        case .resume(let question):
            return await ResumeProbe(visit: visit, question: question).run(until: limit)
        }
    }

    /// Reports a run that ended before there was anything to probe.
    private static func conclude(
        _ ending: Ending, _ plan: ProbePlan, _ expectations: Expectations, _ printer: Printer
    ) -> Int32 {
        let recorder = Recorder(target: plan.target.input, detail: .init(plan.output), onEvent: printer.eventSink)
        let report = Report.ended(ending, plan: plan, recorder: recorder)
        let conclusion = Conclusion(report, expectations: expectations, plan: plan.output, recorder: recorder)
        return printer.conclude(conclusion, events: [])
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
        let showsLadder = output.isVerbose && output.format == .text
        keeps = output.includesEvents || showsLadder
        includesHandshakeMessages = output.isVerbose || output.includesEvents
    }
}
