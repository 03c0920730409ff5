import OpenSSL
import Reactor
import Synchronization

/// What the loops of one `serve` share: the configuration, the limits, the output, the tally.
final class Server: Sendable {
    let plan: ServePlan
    let configuration: ServerConfiguration
    let keyLog: KeyLog?
    let admission: Admission
    let listener: Listener
    /// Whether anybody sees more of a connection than how it ended.
    let needsReports: Bool
    private let expectations: Expectations
    private let printer: Printer
    private let numbers = EventNumbers()
    private let tally = Mutex(Tally())
    private let detail: Recorder.Detail
    private let eventSink: (@Sendable (EventRecord) -> Void)?

    /// What all connections add up to.
    private struct Tally: Sendable {
        var connections = 0
        var outcomes = OutcomeCounts()
        var ok = 0
        /// Connections with a ClientHello: the others are listed and not judged.
        var measured = 0
        /// The first expectation that did not hold.
        var missed: Expected?
        var hasToldOfExhaustion = false
    }

    init(
        _ plan: ServePlan, _ configuration: ServerConfiguration, listener: Listener, limit openAtOnce: Int,
        keyLog: KeyLog?, expectations: Expectations, printer: Printer
    ) {
        self.plan = plan
        self.configuration = configuration
        self.listener = listener
        self.keyLog = keyLog
        self.expectations = expectations
        self.printer = printer
        detail = Recorder.Detail(serving: plan.output)
        eventSink = printer.serverEventSink()
        let output = plan.output
        needsReports =
            !(output.isQuiet && output.format == .text) || output.reportFile != nil || !output.paths.isEmpty
            || !expectations.isEmpty || plan.reply == .statusJSON || plan.followsHandshakes
        admission = Admission(openAtOnce: openAtOnce, inAll: plan.limits.count) { listener.close() }
    }

    /// Where a connection's events go; number 0 is the server itself.
    func recorder(for connection: Int) -> Recorder {
        let recorder = Recorder(
            target: plan.listen.input, detail: detail, numbers: numbers, onEvent: eventSink)
        recorder.connection = connection
        return recorder
    }

    /// The number of the next connection.
    func nextNumber() -> Int {
        tally.withLock { tally in
            tally.connections += 1
            return tally.connections
        }
    }

    /// The process has no room for more; told once.
    func tellOfExhaustion(_ error: SystemError) {
        let isNews = tally.withLock { tally in
            defer { tally.hasToldOfExhaustion = true }
            return !tally.hasToldOfExhaustion
        }
        if isNews { Printer.warn("\(error.message): new clients wait until others leave") }
    }

    /// Clients are accepted from here on.
    func begin() throws(Ending) {
        let address = listener.address
        recorder(for: 0).record(
            .listening, nil,
            .listening(
                Listening(address: address.host, port: Int(address.port), caFile: plan.selfMade.authorityFile)))
        try writeReadyFile()
        printer.show(ServeBanner(at: address.description, port: address.port, plan, configuration))
    }

    private func writeReadyFile() throws(Ending) {
        guard let path = plan.readyFile else { return }
        do {
            try FileWriter.replace(path, with: Array("\(listener.address)\n".utf8), mode: 0o644)
        } catch {
            throw Ending(.local, Failure(.local, .fileUnwritable, "--ready-file: \(error)"))
        }
    }

    /// A connection has ended.
    func conclude(_ client: ServedConnection) {
        let findings = ServedFindings(of: client)
        let counts = client.isCounted
        defer { admission.left(counts: counts) }
        guard needsReports else {
            let ending = findings.decisive
            tally.withLock { tally in
                tally.outcomes.add(ending?.outcome ?? .ok)
                if ending == nil { tally.ok += 1 }
            }
            if let ending, counts { printer.tellFailure(ending, of: client.peer.description) }
            return
        }
        var report = findings.report()
        // Who never spoke TLS, or was cut off by our own end, is listed and not judged.
        let isMeasured = counts && report.outcome != .signal
        let foreseen = isMeasured ? report.judge(by: expectations) : nil
        for expected in report.expectations { client.recorder.record(.expectation, nil, .expectation(expected)) }
        if let failure = report.error { client.recorder.record(.error, nil, .error(failure)) }
        if plan.output.includesEvents { report.events = client.recorder.events }
        note(report, isMeasured: isMeasured)
        client.recorder.record(.clientClosed, nil, .clientClosed(report))
        printer.show(report, foreseen: foreseen, events: client.recorder.events)
    }

    /// The report of a connection that goes on, as JSON.
    func status(of client: ServedConnection) -> [UInt8] {
        JSONReport.line(ServedFindings(of: client).report(), indented: true)
    }

    private func note(_ report: ConnectionReport, isMeasured: Bool) {
        tally.withLock { tally in
            tally.outcomes.add(report.outcome)
            if report.ok { tally.ok += 1 }
            if isMeasured { tally.measured += 1 }
            if tally.missed == nil { tally.missed = report.expectations.first { !$0.ok } }
        }
    }

    /// Prints the summary and returns the exit code.
    func finish(_ ending: Ending?) -> Int32 {
        let tally = tally.withLock { $0 }
        let ending = ending ?? keyLog?.ending ?? missed(tally)
        let recorder = recorder(for: 0)
        if let ending { recorder.record(.error, nil, .error(ending.failure)) }
        let connections = Outcome.allCases.reduce(0) { $0 + tally.outcomes[$1] }
        let summary = ServeSummary(
            ok: ending == nil, exitCode: ending?.outcome.exitCode ?? 0, connections: connections,
            okCount: tally.ok, failedCount: connections - tally.ok, byOutcome: tally.outcomes,
            durationMs: recorder.elapsed, error: ending?.failure)
        recorder.record(.summary, nil, .serveSummary(summary))
        return printer.conclude(summary)
    }

    private func missed(_ tally: Tally) -> Ending? {
        guard !expectations.isEmpty else { return nil }
        if let missed = tally.missed { return Ending(.expectation, missed.failure) }
        guard tally.measured == 0 else { return nil }
        return Ending(
            .expectation, Failure(.tcp, .noClient, "no client came, so no expectation was held against anything"))
    }
}

extension ServePlan {
    /// Whether what is done depends on the messages of the handshakes.
    fileprivate var followsHandshakes: Bool {
        allowsClientRenegotiation || clientAuth == .postHandshake || clientAuth == .renegotiation
            || script.renegotiateAfter != nil || script.authenticateAfter != nil
    }
}

extension Recorder.Detail {
    fileprivate init(serving output: OutputPlan) {
        self.init(output)
        includesClientHello = true
    }
}
