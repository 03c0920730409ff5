/// What `serve` shows a person: where it listens, a line for each client, what they add up to.
struct ServeText {
    private let style: TextRenderer.Style

    init(_ style: TextRenderer.Style) { self.style = style }

    /// `listening on 127.0.0.1:4433 · localhost, 127.0.0.1, ::1 · made in memory`
    func listening(at address: String, _ facts: [String], next: String?) -> String {
        var page = Page(style: style)
        page.row("listening on \(address)", facts)
        page.line("next", next)
        return page.text
    }

    /// A connection's line, with its messages below it.
    func block(_ report: ConnectionReport, foreseen: Failure?, events: [EventRecord]) -> String {
        let line = line(report, foreseen: foreseen)
        return events.isEmpty ? line : line + TextRenderer(style).ladder(events) + "\n"
    }

    /// `✓ 1  127.0.0.1:50614  TLSv1.3  3 ms  TLS_AES_256_GCM_SHA384 · sni localhost`
    ///
    /// Where it is longer than the terminal the facts go on below themselves.
    func line(_ report: ConnectionReport, foreseen: Failure?) -> String {
        let tone = tone(report)
        let start = ["\(report.conn)", report.peer, report.tls?.version].compactMap { $0 }
        let ending = report.ok ? Measure.duration(report.durationMs) : "(\(report.outcome.rawValue))"
        let rest = " " + (start + [ending]).joined(separator: "  ")
        let words =
            report.ok
            ? [foreseen.map { "as expected: " + $0.message }].compactMap { $0 } + facts(report)
            : failures(report) + facts(report)
        var page = Page(style: style)
        let symbol = style.symbol(tone)
        page.row(style.paint(symbol, tone) + rest, width: (symbol + rest).count, words)
        return page.text
    }

    /// `3 connections · 2 ok · 1 failed (handshake 1) · 12 s`
    func summary(_ summary: ServeSummary) -> String {
        let failed = Outcome.allCases.filter { $0 != .ok && summary.byOutcome[$0] > 0 }
            .map { "\($0.rawValue) \(summary.byOutcome[$0])" }.joined(separator: ", ")
        var page = Page(style: style)
        page.row(
            Measure.count(summary.connections, "connection"),
            summary.connections == 0
                ? [Measure.duration(summary.durationMs)]
                : [
                    "\(summary.okCount) ok",
                    summary.failedCount == 0 ? "0 failed" : "\(summary.failedCount) failed (\(failed))",
                    Measure.duration(summary.durationMs),
                ])
        if let error = summary.error {
            let words = TerminalText.escape(error.message, unicode: style.unicode)
            page.verbatim("\(style.paint(style.symbol(.bad), .bad)) \(words)  (exit \(summary.exitCode))\n")
            page.line("next", error.hint)
        }
        return page.text
    }

    private func tone(_ report: ConnectionReport) -> TextRenderer.Style.Tone {
        if !report.ok { return .bad }
        return report.close?.kind == .truncated || report.close?.kind == .reset ? .warning : .good
    }

    private func failures(_ report: ConnectionReport) -> [String] {
        guard report.outcome == .expectation else { return [report.error?.message ?? report.outcome.rawValue] }
        return report.expectations.filter { !$0.ok }.map(\.failure.message)
    }

    private static func count(of updates: Report.KeyUpdates) -> String {
        let count = updates.attempts.count
        return count < KeyUpdateLog.usuallyKept ? Measure.count(count, "KeyUpdate") : "\(count) or more KeyUpdates"
    }

    private func facts(_ report: ConnectionReport) -> [String] {
        guard let tls = report.tls, tls.version != nil else { return [] }
        var facts = [tls.cipher?.name, tls.sni.map { "sni \($0)" }, tls.alpn.map { "alpn \($0)" }].compactMap { $0 }
        if let session = report.session, session.resumed, let mechanism = session.mechanism {
            facts.append("resumed (\(mechanism.rawValue)\(session.renewed == true ? ", renewed" : ""))")
        }
        if let early = tls.earlyData { facts.append("early data \(early)") }
        if let certificate = report.certificates.first { facts.append("client \(certificate.name)") }
        if let late = report.postHandshakeAuth, !late.answered { facts.append(late.why ?? "no client certificate") }
        if let count = report.renegotiation?.acceptedCount, count > 0 {
            facts.append(Measure.count(count, "renegotiation"))
        }
        if let updates = report.keyUpdate, updates.verdict.value != .notApplicable || updates.receivedCount > 0 {
            facts.append(
                "\(Self.count(of: updates)) sent, \(updates.receivedCount) received")
        }
        switch report.close?.kind {
        case .truncated: facts.append("closed without close_notify")
        case .reset: facts.append("reset")
        case .clean, .half, .none?, nil: break
        }
        return facts
    }
}
