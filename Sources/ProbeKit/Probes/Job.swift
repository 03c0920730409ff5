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
        if isShown { crowd.progress.total = await total(list, until: limit) }
        let ticker = Task(executorPreference: loop) {
            while isShown, (try? await loop.sleep(until: .after(.milliseconds(200)))) != nil { crowd.progress.draw() }
        }
        // How many were taken from the list, and were asked unless the run ended.
        var count = 0
        await withDiscardingTaskGroup { group in
            var named = plans.makeIterator()
            // The first has its result however soon the run has to end.
            var isOver: Bool { Task.isCancelled || count > 1 && limit.hasPassed }
            while !isOver, let entry = await next(&named, list, until: limit) {
                count += 1
                await crowd.enter()
                guard !isOver else { break }
                group.addTask {
                    crowd.leave(await answer(entry, until: limit, interruption, crowd))
                }
            }
        }
        ticker.cancel()
        await ticker.value
        crowd.progress.clear()
        if isMany, count == 0, !Task.isCancelled, !limit.hasPassed {
            Printer.warn("no target: the list is empty")
            crowd.end(with: .usage, code: Outcome.usage.exitCode)
        }
        let all = await number(of: list, atLeast: count)
        let isCutShort = crowd.tally.count < all || list?.isAtEnd == false
        if let number = interruption.signal {
            crowd.end(with: .signal, code: 128 + number)
        } else if isCutShort, limit.hasPassed {
            Printer.warn("--max-time ended the run")
            crowd.end(with: .timeout, code: Outcome.timeout.exitCode)
        }
        return printer.conclude(crowd.tally, of: all)
    }

    /// How many there were to ask: the rest is counted when the run ended before they were.
    private func number(of list: LineReader?, atLeast count: Int) async -> Int {
        guard let list else { return plans.count }
        guard !list.isAtEnd, list.isFile else { return count }
        let job = self
        // Of its own, for this task may be cancelled; and not for long, for somebody waits for the end.
        let counting = Task(executorPreference: loop) { await job.countList(until: .after(.seconds(1))) }
        return await counting.value ?? count
    }

    /// How many targets there are; nil when a list is not a file, or too long to count in time.
    private func total(_ list: LineReader?, until limit: Deadline) async -> Int? {
        guard let list else { return plans.count }
        return list.isFile ? await countList(until: limit) : nil
    }

    private func countList(until limit: Deadline) async -> Int? {
        guard let path = template.many.source?.path,
            let list = try? LineReader(path, limit: TargetLine.longest, on: loop)
        else { return nil }
        var count = plans.count
        while let line = try? await list.next(until: limit) {
            if TargetLine(line) != nil { count += 1 }
        }
        return list.isAtEnd ? count : nil
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
    ) async -> Tally.Entry {
        switch entry {
        case .plan(let plan): return await ask(plan, until: limit, interruption, crowd)
        case .mistake(let input, let ending):
            if printer.mayWriteToTerminal { crowd.progress.clear() }
            return printer.conclude(ending, plan(of: input), expectations)
        }
    }

    private func ask(
        _ plan: ProbePlan, until limit: Deadline, _ interruption: Interruption, _ crowd: Crowd
    ) async -> Tally.Entry {
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
        var draft = await first.answerEverywhere(until: limit)
        for _ in 0..<plan.many.retries where [.dns, .connect, .timeout].contains(draft.outcome) {
            let pause = Deadline.after(plan.many.retryDelay)
            do throws(WaitError) { try await loop.sleep(until: pause.earlier(of: limit)) } catch {
                draft = .ended(.interrupted(.tcp), plan: plan, recorder: recorder)
            }
            if draft.outcome == .signal || limit.hasPassed { break }
            draft = await visit().answerEverywhere(until: limit)
        }
        if printer.mayWriteToTerminal { crowd.progress.clear() }
        return conclude(draft, interruption, plan, recorder)
    }

    /// Apart, for what it needs a task should not keep while it waits.
    @inline(never)
    private func conclude(
        _ draft: Draft, _ interruption: Interruption, _ plan: ProbePlan, _ recorder: Recorder
    ) -> Tally.Entry {
        var report = draft.report
        if report.outcome == .signal, let number = interruption.signal { report.exitCode = 128 + number }
        let conclusion = Conclusion(report, expectations: expectations, plan: plan.output, recorder: recorder)
        return printer.conclude(conclusion, events: recorder.events)
    }
}
