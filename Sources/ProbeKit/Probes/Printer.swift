import Reactor
import Synchronization

/// The one writer: results go to stdout or a file in the form that was asked for, complaints to stderr.
///
/// Whole lines only; the first write that fails decides the exit code.
final class Printer: Sendable {
    let plan: OutputPlan
    let paths: [ReportPath]
    let reportFile: Output?
    private let junitFile: Output?
    /// What is written as a whole when the run ends; nil when nobody wants it.
    private let junit: Mutex<JUnitDocument?>
    /// Whether there are several targets: then each gets a line, and all of them one more.
    private let isForMany: Bool
    private let output: Output
    private let failure = Mutex<SystemError?>(nil)
    /// Whether the user knows of it.
    private let isTold = Mutex(false)
    private let failureHandler = Mutex<(@Sendable () -> Void)?>(nil)

    /// Opens the files, so that one that cannot be written is known before anything connects.
    init(_ plan: OutputPlan, paths: [ReportPath], isForMany: Bool = false) throws(SystemError) {
        self.plan = plan
        self.isForMany = isForMany
        self.paths = paths
        output = try plan.file.map(Printer.create) ?? Output.standard
        reportFile = try plan.reportFile.map(Printer.create)
        junitFile = try plan.junitFile.map(Printer.create)
        junit = Mutex(plan.makesJUnit ? JUnitDocument(isForMany: isForMany) : nil)
    }

    /// Writes an event as it happens; nil when events are not the output.
    var eventSink: ((EventRecord) -> Void)? {
        guard plan.format == .jsonl else { return nil }
        let writer = JSONLineWriter()
        var line: [UInt8] = []
        return { record in
            guard self.plan.isVerbose || !record.event.name.isLadderOnly else { return }
            line.removeAll(keepingCapacity: true)
            writer.append(record, to: &line)
            // Nobody reads on, so there is no use in probing on.
            if !self.write(line) { withUnsafeCurrentTask { $0?.cancel() } }
        }
    }

    /// Whether anybody waits for something on stdout.
    var usesStandardOutput: Bool {
        plan.file == nil && !(plan.isQuiet && plan.format == .text && paths.isEmpty)
    }

    /// Whether a result may end up where progress is drawn: values that are null are told on stderr.
    var mayWriteToTerminal: Bool { output.isTerminal || !paths.isEmpty }

    /// Writes the result.
    func conclude(_ conclusion: Conclusion, events: [EventRecord]) -> Tally.Entry {
        Tally.Entry(conclusion.report, code: write(conclusion, events: events))
    }

    /// Writes the result and returns the exit code.
    private func write(_ conclusion: Conclusion, events: [EventRecord]) -> Int32 {
        let report = conclusion.report
        var missing: [String] = []
        if !paths.isEmpty {
            let line = GetRenderer.line(report, paths: paths)
            missing = line.missing
            write(Array(line.text.utf8))
        } else {
            switch plan.format {
            case .json: write(JSONReport.line(report, indented: !isForMany && plan.file == nil && output.isTerminal))
            case .jsonl, .junit: break
            case .github: write(Array(GitHubRenderer(style).lines(conclusion.told, quiet: plan.isQuiet).utf8))
            case .text where plan.isQuiet: break
            case .text:
                let renderer = TextRenderer(style)
                // Events may be kept for the saved report alone.
                let text =
                    isForMany && !plan.isVerbose
                    ? renderer.firstLine(conclusion.told)
                    : renderer.block(conclusion.told, events: plan.isVerbose ? events : [])
                write(Array(text.utf8))
            }
        }
        if let reportFile { write(JSONReport.line(report, indented: false), to: reportFile) }
        junit.withLock { $0?.add(report, told: conclusion.told, events: plan.isVerbose ? events : []) }
        let error = firstFailure
        // Whoever left is told nothing.
        if let error, error.isBrokenPipe { return 141 }
        for path in missing { Printer.warn("\(path) is null") }
        if plan.isQuiet || !paths.isEmpty, !report.ok { Printer.tell(TextRenderer(style).failureLine(report)) }
        return error.map(complainOnce) ?? report.exitCode
    }

    /// Ends a run: of several targets it tells how many came to what. Writes what is one document; returns the exit code.
    func conclude(_ tally: Tally, of count: Int) -> Int32 {
        if isForMany { tell(tally, of: count) }
        if let document = junit.withLock({ $0?.text(missing: count - tally.count) }) {
            if plan.format == .junit { write(Array(document.utf8)) }
            if let junitFile { write(Array(document.utf8), to: junitFile) }
        }
        guard let error = firstFailure else { return tally.exitCode }
        if error.isBrokenPipe { return 141 }
        return complainOnce(error)
    }

    /// However many results cannot be written, one line says so.
    private func complainOnce(_ error: SystemError) -> Int32 {
        let isKnown = isTold.withLock { isTold in
            defer { isTold = true }
            return isTold
        }
        return isKnown ? Outcome.local.exitCode : Printer.complain(error)
    }

    private func tell(_ tally: Tally, of count: Int) {
        if let eventSink {
            Recorder(target: "", detail: .init(plan), onEvent: eventSink).record(
                .runDone, nil,
                .runDone(RunDone(targets: tally.count, byOutcome: tally.outcomes, exitCode: tally.exitCode)))
        }
        guard paths.isEmpty, !plan.isQuiet, plan.format == .text || plan.format == .github else { return }
        write(Array(tally.line(of: count).utf8))
    }

    /// The first write that failed.
    var firstFailure: SystemError? { failure.withLock { $0 } }

    /// Called at the first write that fails, on whatever thread that is.
    func onFailure(_ handler: @escaping @Sendable () -> Void) { failureHandler.withLock { $0 = handler } }

    /// False when this or an earlier write failed.
    @discardableResult
    func write(_ bytes: [UInt8], to file: Output? = nil) -> Bool {
        let (isWritten, isFirst) = failure.withLock { failure in
            // The saved report does not share the fate of what is on stdout.
            guard failure == nil || file != nil else { return (false, false) }
            do throws(SystemError) {
                try (file ?? output).write(bytes)
                return (true, false)
            } catch {
                defer { failure = failure ?? error }
                return (false, failure == nil)
            }
        }
        if isFirst { failureHandler.withLock { $0 }?() }
        return isWritten
    }

    var style: TextRenderer.Style { Self.style(plan, on: output) }

    /// How text is to look there.
    static func style(_ plan: OutputPlan, on output: Output) -> TextRenderer.Style {
        let hasColor =
            switch plan.color {
            case .always: true
            case .never: false
            case .auto:
                plan.file == nil && output.isTerminal && Environment.value(of: "NO_COLOR") == nil
                    && Environment.value(of: "TERM") != "dumb"
            }
        let width = plan.file == nil && output.isTerminal ? Environment.terminalWidth ?? 80 : .max
        return TextRenderer.Style(color: hasColor, unicode: Environment.isUTF8, width: width)
    }

    private static func create(_ path: String) throws(SystemError) -> Output { try FileWriter.create(path) }

    /// One line on stderr, and the exit code of a local failure.
    static func complain(_ error: SystemError) -> Int32 {
        tell("sslprobe: \(error)")
        return Outcome.local.exitCode
    }

    /// Tells what is remarkable but no failure.
    static func warn(_ text: String) { tell("sslprobe: \(text)") }

    private static func tell(_ line: String) {
        // Where stderr cannot be written there is nobody left to tell.
        try? Output.diagnostics.write(TerminalText.escape(line) + "\n")
    }
}

extension OutputPlan {
    /// Whether a JUnit document is wanted, on stdout or beside it.
    var makesJUnit: Bool { format == .junit || junitFile != nil }
}
