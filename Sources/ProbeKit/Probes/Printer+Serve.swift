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
    func show(_ banner: @autoclosure () -> ServeBanner) {
        guard isText else { return }
        let banner = banner()
        write(Array(ServeText(style).listening(at: banner.address, banner.facts, next: banner.next).utf8))
    }

    /// One connection that has closed.
    func show(_ report: ConnectionReport, foreseen: Failure?, events: [EventRecord]) {
        if !paths.isEmpty {
            let line = GetRenderer.line(JSONValue(report), paths: paths)
            write(Array(line.text.utf8))
        } else {
            switch plan.format {
            case .json: write(JSONReport.line(report, indented: false))
            // `serve` refuses the last two.
            case .jsonl, .junit, .github: break
            case .text where plan.isQuiet: break
            case .text:
                let events = plan.isVerbose ? events : []
                write(Array(ServeText(style).block(report, foreseen: foreseen, events: events).utf8))
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
        // Where nobody could come there is nothing to sum up.
        let neverListened = summary.error?.stage == .local && summary.connections == 0
        if paths.isEmpty, !(neverListened && plan.format == .text) {
            switch plan.format {
            case .json: write(JSONReport.line(summary, indented: false))
            case .jsonl, .junit, .github: break
            case .text where plan.isQuiet: break
            case .text: write(Array(ServeText(style).summary(summary).utf8))
            }
        }
        if let reportFile { write(JSONReport.line(summary, indented: false), to: reportFile) }
        let error = firstFailure
        // Whoever left is told nothing.
        if let error, error.isBrokenPipe { return 141 }
        if let failure = summary.error, !isText || neverListened {
            Printer.warn("\(failure.message)\(failure.hint.map { "; \($0)" } ?? "") (exit \(summary.exitCode))")
        }
        return error.map(Printer.complain) ?? summary.exitCode
    }

    private var isText: Bool { plan.format == .text && !plan.isQuiet && paths.isEmpty }
}

/// Spells events one after the other.
private final class EventLines: @unchecked Sendable {
    // Sendable without a check: used while the number of an event is handed out, which is under a lock.
    private let writer = JSONLineWriter()
    private var bytes: [UInt8] = []

    func line(_ record: EventRecord) -> [UInt8] {
        bytes.removeAll(keepingCapacity: true)
        writer.append(record, to: &bytes)
        return bytes
    }
}
