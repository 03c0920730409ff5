import Reactor

/// The part of a run that has a loop.
struct Job {
    let plans: [ProbePlan]
    /// For those of a list.
    let template: ProbePlan
    /// For the first target; the others differ in their names alone.
    let configuration: ClientConfiguration
    let provisions: Provisions
    let expectations: Expectations
    let printer: Printer
    let loop: EventLoop

    func run() async -> Int32 {
        let interruption = Interruption()
        let probes = Task(executorPreference: loop) { await askAll(interruption) }
        // What cannot be written need not be found out.
        printer.onFailure { probes.cancel() }
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

    private func askAll(_ interruption: Interruption) async -> Int32 {
        let limit = template.client.time.maxTime.map(Deadline.after) ?? .never
        let list: LineReader?
        do throws(SystemError) {
            list = try template.many.source.map { source throws(SystemError) in
                try LineReader(source.path, limit: TargetLine.longest, on: loop)
            }
        } catch {
            let ending = Ending(.local, Failure(.local, .fileUnreadable, "--targets: \(error)"))
            return ProbeRun.conclude(ending, [plan(of: template.many.source?.path ?? "-")], expectations, printer)
        }
        let isMany = template.isMany(plans.count)
        let jobs =
            isMany
            ? Crowd.room(
                for: list == nil ? min(template.many.jobs, plans.count) : template.many.jobs,
                each: template.connectionsAtOnce, option: "--jobs") : 1
        Resolver.allow(atOnce: min(jobs, 64))
        let isShown = isMany && !template.output.isQuiet && Progress.isPossible
        let crowd = Crowd(jobs: jobs, progress: Progress(isShown: isShown))
        let total = await total(list)
        crowd.progress.total = total
        let ticker = Task(executorPreference: loop) {
            while isShown, (try? await loop.sleep(until: .after(.milliseconds(200)))) != nil { crowd.progress.draw() }
        }
        var count = 0
        await withDiscardingTaskGroup { group in
            var named = plans.makeIterator()
            while !Task.isCancelled, !limit.hasPassed, let entry = await next(&named, list, until: limit) {
                count += 1
                await crowd.enter()
                guard !Task.isCancelled, !limit.hasPassed else { break }
                group.addTask {
                    let (report, code) = await answer(entry, until: limit, interruption, crowd)
                    crowd.leave(report, code: code)
                }
            }
            crowd.progress.total = count
        }
        ticker.cancel()
        await ticker.value
        crowd.progress.clear()
        if isMany, count == 0, !Task.isCancelled, !limit.hasPassed {
            Printer.warn("no target: the list is empty")
            crowd.end(with: .usage, code: Outcome.usage.exitCode)
        }
        if let number = interruption.signal {
            crowd.end(with: .signal, code: 128 + number)
        } else if limit.hasPassed, isMany {
            Printer.warn("--max-time ended the run")
            crowd.end(with: .timeout, code: Outcome.timeout.exitCode)
        }
        return printer.conclude(crowd.tally, of: total ?? count)
    }

    /// How many targets there are; nil when a list is not a file.
    private func total(_ list: LineReader?) async -> Int? {
        guard let list else { return plans.count }
        guard list.isFile, let path = template.many.source?.path,
            let again = try? LineReader(path, limit: TargetLine.longest, on: loop)
        else { return nil }
        var count = plans.count
        while let line = try? await again.next() {
            if TargetLine(line) != nil { count += 1 }
        }
        return count
    }

    /// The plan for what is no target.
    private func plan(of input: String) -> ProbePlan {
        var plan = template
        plan.target = .unnamed(input)
        return plan
    }

    private enum Entry {
        case plan(ProbePlan)
        case mistake(input: String, Ending)
    }

    /// Those that were named come first, then the list; nil when there are no more.
    private func next(
        _ named: inout some IteratorProtocol<ProbePlan>, _ list: LineReader?, until limit: Deadline
    ) async -> Entry? {
        if let plan = named.next() { return .plan(plan) }
        guard let list else { return nil }
        do throws(SystemError) {
            while let line = try await list.next(until: limit) {
                switch TargetLine(line) {
                case nil: continue
                case .target(let target, let serverName)?:
                    var plan = template
                    plan.target = target
                    if let serverName { plan.client.offer.serverName = serverName }
                    do throws(UsageError) { try plan.requireFamily() } catch {
                        return .mistake(input: target.input, ending(of: error, at: list.number))
                    }
                    return .plan(plan)
                case .mistake(let input, let mistake)?:
                    return .mistake(
                        input: input.isEmpty ? "line \(list.number)" : input, ending(of: mistake, at: list.number))
                }
            }
            return nil
        } catch {
            // What was read so far is asked; the run is no success all the same.
            guard !Task.isCancelled else { return nil }
            return .mistake(
                input: template.many.source?.path ?? "-",
                Ending(.local, Failure(.local, .fileUnreadable, "--targets: \(error)")))
        }
    }

    private func ending(of mistake: UsageError, at line: Int) -> Ending {
        Ending(.usage, Failure(.arguments, .badTarget, "line \(line): \(mistake)"))
    }

    private func answer(
        _ entry: Entry, until limit: Deadline, _ interruption: Interruption, _ crowd: Crowd
    ) async -> (Report, Int32) {
        switch entry {
        case .plan(let plan): return await ask(plan, until: limit, interruption, crowd)
        case .mistake(let input, let ending):
            let plan = plan(of: input)
            let recorder = Recorder(target: input, detail: .init(plan.output), onEvent: printer.eventSink)
            let report = Report.ended(ending, plan: plan, recorder: recorder)
            return conclude(report, plan, recorder, crowd)
        }
    }

    private func conclude(
        _ report: Report, _ plan: ProbePlan, _ recorder: Recorder, _ crowd: Crowd
    ) -> (Report, Int32) {
        let conclusion = Conclusion(report, expectations: expectations, plan: plan.output, recorder: recorder)
        if printer.mayWriteToTerminal { crowd.progress.clear() }
        return (conclusion.report, printer.conclude(conclusion, events: recorder.events))
    }

    private func ask(
        _ plan: ProbePlan, until limit: Deadline, _ interruption: Interruption, _ crowd: Crowd
    ) async -> (Report, Int32) {
        let recorder = Recorder(target: plan.target.input, detail: .init(plan.output), onEvent: printer.eventSink)
        let provisions = provisions.adapted(to: plan)
        for note in provisions.notes { crowd.warn(note) }
        let configuration = configuration.adapted(to: plan)
        // Each time anew: what a first connection does beside, it does again.
        func visit() -> Visit {
            Visit(plan: plan, configuration: configuration, provisions: provisions, loop: loop, recorder: recorder)
        }
        let first = visit()
        first.tellOfStart()
        var report = await first.answerEverywhere(until: limit)
        for _ in 0..<plan.many.retries where [.dns, .connect, .timeout].contains(report.outcome) {
            let pause = Deadline.after(plan.many.retryDelay)
            do throws(WaitError) { try await loop.sleep(until: pause.earlier(of: limit)) } catch {
                report = Report.ended(.interrupted(.tcp), plan: plan, recorder: recorder)
            }
            if report.outcome == .signal || limit.hasPassed { break }
            report = await visit().answerEverywhere(until: limit)
        }
        if report.outcome == .signal, let number = interruption.signal { report.exitCode = 128 + number }
        return conclude(report, plan, recorder, crowd)
    }
}
