import Reactor

/// What `serve` prints: a beginning, something for each connection, a summary.
extension Printer {
    /// Writes an event as it happens; nil when events are not the output. What a client offers is shown always.
    ///
    /// For one stream of events, whose `EventNumbers` let only one of them be written at a time.
    func serverEventSink() -> (@Sendable (EventRecord) -> Void)? {
        guard plan.format == .jsonl else { return nil }
        let lines = EventLines()
        return { record in
            let name = record.event.name
            guard self.plan.isVerbose || !name.isLadderOnly || name == .clientHello else { return }
            self.write(lines.line(record))
        }
    }

    /// Where clients can come.
    func show(listening address: String, _ serve: ServePlan) {
        guard isText else { return }
        let made = serve.selfMade
        let isMade = serve.identities.isEmpty
        let names = made.names.prefix(4).joined(separator: ", ") + (made.names.count > 4 ? " and more" : "")
        let facts = [
            isMade ? "a certificate for \(names), made in memory" : nil, made.profile.map { "profile \($0.rawValue)" },
            serve.clientAuth == .none ? nil : "client certificate: \(serve.clientAuth.rawValue)",
            "reply \(serve.reply.rawValue)",
        ]
        let host = made.names.first ?? "localhost"
        let port = address.split(separator: ":").last ?? ""
        let next =
            switch (isMade, made.authorityFile) {
            case (true, let file?): "curl --cacert \(file) https://\(host):\(port)/"
            case (true, nil): "--write-ca FILE writes the authority that clients are to trust"
            case (false, _): nil as String?
            }
        write(
            Array(ServeText(style).listening(at: address, facts.compactMap { $0 }, next: next).utf8))
    }

    /// One connection that has closed.
    func show(_ report: ConnectionReport, events: [EventRecord]) {
        if !paths.isEmpty {
            let line = GetRenderer.line(JSONValue(report), paths: paths)
            write(Array(line.text.utf8))
        } else {
            switch plan.format {
            case .json: write(JSONReport.line(report, indented: false))
            case .jsonl: break
            case .text where plan.isQuiet: break
            case .text: write(Array(ServeText(style).block(report, events: plan.isVerbose ? events : []).utf8))
            }
        }
        if let reportFile { write(JSONReport.line(report, indented: false), to: reportFile) }
        if plan.isQuiet || !paths.isEmpty, !report.ok, report.clientHello != nil { tellFailure(of: report) }
    }

    /// The one line that `-q` leaves of a connection.
    func tellFailure(_ ending: Ending, of peer: String) {
        Printer.warn("\(peer): \(ending.failure.message) (\(ending.outcome.rawValue))")
    }

    private func tellFailure(of report: ConnectionReport) {
        Printer.warn("\(report.peer): \(report.error?.message ?? "") (\(report.outcome.rawValue))")
    }

    /// Writes the summary and returns the exit code.
    func conclude(_ summary: ServeSummary) -> Int32 {
        if paths.isEmpty {
            switch plan.format {
            case .json: write(JSONReport.line(summary, indented: false))
            case .jsonl: break
            case .text where plan.isQuiet: break
            case .text: write(Array(ServeText(style).summary(summary).utf8))
            }
        }
        if let reportFile { write(JSONReport.line(summary, indented: false), to: reportFile) }
        let error = firstFailure
        // Whoever left is told nothing.
        if let error, error.isBrokenPipe { return 141 }
        if let failure = summary.error, !isText || !paths.isEmpty {
            Printer.warn("\(failure.message) (exit \(summary.exitCode))")
        }
        return error.map(Printer.complain) ?? summary.exitCode
    }

    private var isText: Bool { plan.format == .text && !plan.isQuiet && paths.isEmpty }
}

/// Spells events one after the other.
private final class EventLines: @unchecked Sendable {
    // Sendable without a check: see `serverEventSink`.
    private let writer = JSONLineWriter()
    private var bytes: [UInt8] = []

    func line(_ record: EventRecord) -> [UInt8] {
        bytes.removeAll(keepingCapacity: true)
        writer.append(record, to: &bytes)
        return bytes
    }
}
