import OpenSSL
import Reactor
import Synchronization

/// Runs `serve` from plan to exit code: the files first, then the port, then whoever comes.
package enum ServeRun {
    /// Clients that wait to be accepted.
    private static let backlog: Int32 = 4096
    /// Descriptors that are no connections: output, files, the loops' own.
    private static let reservedDescriptors = 32
    private static let descriptorsPerWorker = 3
    /// How long a signal leaves for the drain and its output, when the reader of that is slow.
    private static let drainingLimit = Duration.seconds(30)

    /// - Throws: `UsageError` for values that OpenSSL does not take; nothing was printed and nothing listened then.
    package static func run(_ plan: ServePlan) throws(UsageError) -> Int32 {
        var paths: [ReportPath] = []
        for path in plan.output.paths { paths.append(try ReportPath.validate(path, in: Schema.connectionObject)) }
        let expectations = try Expectations(plan.output.expectations, of: Schema.connectionObject)
        // Before the printer, which empties its files: a mistake on the command line costs no result of an earlier run.
        let configured = Result { try ServerConfiguration(plan) }
        if case .failure(let mistake as UsageError) = configured { throw mistake }
        let printer: Printer
        do {
            printer = try Printer(plan.output, paths: paths)
        } catch {
            return Printer.complain(error)
        }
        do {
            let configuration = try configured.get()
            let server = try prepare(plan, configuration, expectations, printer)
            for note in plan.notes { Printer.warn(note) }
            Signals.block()
            return try EventLoop.run { loop in await run(server, printer, on: loop) }
        } catch let error as UsageError {
            throw error
        } catch let ending as Ending {
            return conclude(ending, plan, printer)
        } catch {
            return conclude(Ending(.internal, Failure(.local, .internalError, "\(error)")), plan, printer)
        }
    }

    private static func prepare(
        _ plan: ServePlan, _ configuration: ServerConfiguration, _ expectations: Expectations, _ printer: Printer
    ) throws -> Server {
        let keyLog = try KeyLog.open(plan.capture)
        if let path = plan.readyFile { try withdraw(readyFile: path) }
        let listener = try listen(plan.listen)
        try configuration.writeFiles()
        let reserved = reservedDescriptors + descriptorsPerWorker * plan.limits.workers
        let room = max(1, FileLimit.raise() - reserved)
        if room < plan.limits.openAtOnce {
            Printer.warn("the limit of open files leaves room for \(room) connections at once")
        }
        return Server(
            plan, configuration, listener: listener, limit: min(room, plan.limits.openAtOnce), keyLog: keyLog,
            expectations: expectations, printer: printer)
    }

    /// A file of an earlier run would tell scripts to come before anybody is there.
    private static func withdraw(readyFile path: String) throws(Ending) {
        do {
            try FileWriter.remove(path)
        } catch {
            throw Ending(.local, Failure(.local, .fileUnwritable, "--ready-file: \(error)"))
        }
    }

    private static func listen(_ plan: ListenPlan) throws(Ending) -> Listener {
        do {
            guard let host = plan.host else { return try Listener(everyAddressWithPort: plan.port, backlog: backlog) }
            guard let address = SocketAddress(numeric: host, port: plan.port) else {
                throw Ending(
                    .local, Failure(.local, .addressUnavailable, "--listen: \(host) is not an address of this machine"))
            }
            return try Listener(address, backlog: backlog)
        } catch let error as SystemError {
            throw Ending(
                .local,
                Failure(
                    .local, .addressUnavailable, "--listen \(plan.input): \(error.message)",
                    hint: error.isAddressInUse ? "--listen 127.0.0.1:0 takes a port that is free" : nil))
        } catch let ending as Ending {
            throw ending
        } catch {
            throw Ending(.internal, Failure(.local, .internalError, "\(error)"))
        }
    }

    private static func run(_ server: Server, _ printer: Printer, on loop: EventLoop) async -> Int32 {
        let stop = Stop()
        printer.onFailure { stop.pull(.outputFailed) }
        do throws(Ending) {
            try server.begin()
        } catch {
            return server.finish(error)
        }
        do {
            try Signals.onFirst(endingWithin: drainingLimit) { stop.pull(.signal) }
        } catch {
            return server.finish(Ending(.internal, Failure(.local, .internalError, "\(error)")))
        }
        let watchers = watchers(of: server, printer, stop, on: loop)
        let others = Task(executorPreference: loop) {
            let count = server.plan.limits.workers - 1
            guard count > 0 else { return }
            do throws(SystemError) {
                try await LoopThreads.run(count) { loop, _ in await Worker(server, on: loop).work(until: stop) }
            } catch {
                Printer.warn("--workers: one thread serves alone: \(error)")
            }
        }
        await Worker(server, on: loop).work(until: stop)
        await others.value
        for watcher in watchers {
            watcher.cancel()
            // What is not waited for would never end: the loop stops with this body.
            await watcher.value
        }
        if let path = server.plan.readyFile { try? FileWriter.remove(path) }
        let code = server.finish(ending(of: stop.reason, server))
        // With --get there may be nothing left to write, and so nothing that could fail.
        if case .readerLeft = stop.reason, code == 0 { return 141 }
        return code
    }

    /// What may end the run besides the connections themselves, and what changes keys while it lasts.
    private static func watchers(
        of server: Server, _ printer: Printer, _ stop: Stop, on loop: EventLoop
    ) -> [Task<Void, Never>] {
        let limits = server.plan.limits
        return [
            Task(executorPreference: loop) {
                guard printer.usesStandardOutput, let watch = try? ReaderWatch(on: loop),
                    (try? await watch.untilItLeaves()) != nil
                else { return }
                stop.pull(.readerLeft)
            },
            Task(executorPreference: loop) {
                guard let duration = limits.duration, (try? await loop.sleep(until: .after(duration))) != nil else {
                    return
                }
                stop.pull(.time)
            },
            Task(executorPreference: loop) {
                guard let keys = server.configuration.ticketKeys, let period = server.plan.tickets.rotation else {
                    return
                }
                while (try? await loop.sleep(until: .after(period))) != nil { try? keys.rotate() }
            },
        ]
    }

    private static func ending(of reason: Stop.Reason?, _ server: Server) -> Ending? {
        guard case .time = reason, let wanted = server.plan.limits.count, server.admission.counted < wanted else {
            return nil
        }
        return Ending(
            .timeout,
            Failure(
                .tcp, .timedOut,
                "\(server.admission.counted) of \(wanted) connections came in the time of --for"))
    }

    /// Reports a run that ended before anybody could come.
    private static func conclude(_ ending: Ending, _ plan: ServePlan, _ printer: Printer) -> Int32 {
        let recorder = Recorder(
            target: plan.listen.input, detail: .init(plan.output), onEvent: printer.serverEventSink())
        recorder.record(.error, nil, .error(ending.failure))
        let summary = ServeSummary(
            ok: false, exitCode: ending.outcome.exitCode, connections: 0, okCount: 0, failedCount: 0,
            byOutcome: OutcomeCounts(), durationMs: recorder.elapsed, error: ending.failure)
        recorder.record(.summary, nil, .serveSummary(summary))
        return printer.conclude(summary)
    }
}

/// Ends all loops of a run, from any thread; the first reason counts.
final class Stop: Sendable {
    enum Reason: Sendable {
        case signal, time, readerLeft, outputFailed

        /// How long what is under way may take; where nobody would read of it, no time at all.
        var gracePeriod: Duration {
            switch self {
            case .signal, .time: .seconds(1)
            case .readerLeft, .outputFailed: .zero
            }
        }
    }

    private struct State: Sendable {
        var reason: Reason?
        var tasks: [Task<Void, Never>] = []
    }

    private let state = Mutex(State())

    var reason: Reason? { state.withLock { $0.reason } }

    func pull(_ reason: Reason) {
        let tasks = state.withLock { state in
            state.reason = state.reason ?? reason
            defer { state.tasks = [] }
            return state.tasks
        }
        for task in tasks { task.cancel() }
    }

    /// Cancels the task when the run is to end, at once when it is already.
    func cancel(_ task: Task<Void, Never>) {
        let isOver = state.withLock { state in
            if state.reason == nil { state.tasks.append(task) }
            return state.reason != nil
        }
        if isOver { task.cancel() }
    }
}
