import OpenSSL
import Reactor

/// Runs a client command from plan to exit code: the files first, then the network, then the result.
package enum ProbeRun {
    /// Asks all targets, several at once.
    ///
    /// - Parameters:
    ///   - plans: one for each target that was named; they differ in nothing else.
    ///   - plan: what those of a list get, each with its own target.
    /// - Throws: `UsageError` for values that OpenSSL does not take; nothing was printed and nothing connected then.
    package static func run(_ plans: [ProbePlan], like plan: ProbePlan) throws(UsageError) -> Int32 {
        for plan in plans { try plan.requireFamily() }
        var paths: [ReportPath] = []
        for path in plan.output.paths { paths.append(try ReportPath.validate(path)) }
        let expectations = try Expectations(plan.output.expectations, of: Schema.reportObject)
        // Before the printer, which empties its files: a mistake on the command line costs no result of an earlier run.
        let configured = Result { try ClientConfiguration(plan) }
        if case .failure(let mistake as UsageError) = configured { throw mistake }
        let printer: Printer
        do {
            printer = try Printer(plan.output, paths: paths, isForMany: plan.isMany(plans.count))
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
                    plans: plans, template: plan, configuration: configuration, provisions: provisions,
                    expectations: expectations, printer: printer, loop: loop)
                return await job.run()
            }
        } catch let error as UsageError {
            throw error
        } catch let ending as Ending {
            return conclude(ending, plans.isEmpty ? [plan] : plans, expectations, printer)
        } catch {
            let ending = Ending(.internal, Failure(.local, .internalError, "\(error)"))
            return conclude(ending, plans.isEmpty ? [plan] : plans, expectations, printer)
        }
    }

    /// Reports a run that ended before there was anything to probe.
    static func conclude(
        _ ending: Ending, _ plans: [ProbePlan], _ expectations: Expectations, _ printer: Printer
    ) -> Int32 {
        var tally = Tally()
        for plan in plans { tally.add(printer.conclude(ending, plan, expectations)) }
        return printer.conclude(tally, of: plans.count)
    }
}

extension Printer {
    /// Reports a target that was not even asked; apart, see `Draft`.
    @inline(never)
    func conclude(_ ending: Ending, _ plan: ProbePlan, _ expectations: Expectations) -> Tally.Entry {
        let recorder = Recorder(target: plan.target.input, detail: .init(plan.output), onEvent: eventSink)
        let report = Report.ended(ending, plan: plan, recorder: recorder)
        let conclusion = Conclusion(report, expectations: expectations, plan: plan.output, recorder: recorder)
        return conclude(conclusion, events: [])
    }
}

extension Visit {
    func tellOfStart() {
        recorder.record(
            .probeStarted, nil,
            .probeStarted(
                ProbeStarted(
                    command: plan.question.command, host: plan.target.host, port: Int(plan.target.port),
                    sni: plan.client.offer.sni(for: plan.target))))
    }

    /// Finds the answer at the address that is reached first, or at all of them.
    func answerEverywhere(until limit: Deadline) async -> Draft {
        guard plan.client.address.takesAll, !plan.question.findsAddresses else { return await answer(until: limit) }
        return await AddressSweep(self, until: limit).run()
    }

    /// Finds the answer to the plan's question.
    func answer(until limit: Deadline) async -> Draft {
        switch plan.question {
        case .connect(let question): await ConnectProbe(visit: self, question: question).run(until: limit)
        case .renegotiate(let question): await RenegotiateProbe(visit: self, question: question).run(until: limit)
        case .keyUpdate(let question): await KeyUpdateProbe(visit: self, question: question).run(until: limit)
        case .tickets(let question): await TicketsProbe(visit: self, question: question).run(until: limit)
        case .resume(let question): await ResumeProbe(visit: self, question: question).run(until: limit)
        }
    }
}

extension ProbePlan {
    /// - Parameter named: how many targets were named.
    func isMany(_ named: Int) -> Bool { named > 1 || many.source != nil }

    /// How many connections to one target there may be at once.
    var connectionsAtOnce: Int {
        let sweep = client.address.takesAll ? min(many.jobs, AddressSweep.mostAtOnce) : 1
        return if case .connect(let repetition) = question { max(sweep, repetition.parallel) } else { sweep }
    }

    /// A numeric address of the other family could never be reached.
    func requireFamily() throws(UsageError) {
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
