/// A report as text: the verdict first, then what failed, then what was found, then what to try next.
///
/// Results are whole lines, each with its newline.
package struct TextRenderer: Sendable {
    let style: Style

    package init(_ style: Style) { self.style = style }

    /// The verdict: all that several targets show of each.
    package func firstLine(_ report: Report) -> String { Headline(report).text(style) }

    /// Everything about a target, on one screen; with events also what went over the wire, as `-v` shows it.
    package func block(_ report: Report, events: [EventRecord] = []) -> String {
        var page = Page(style: style)
        page.verbatim(firstLine(report))
        failingLines(report, on: &page)
        addresses(report, on: &page)
        repetition(report, on: &page)
        renegotiation(report, on: &page)
        keyUpdates(report, on: &page)
        resumption(report, on: &page)
        if let tls = report.tls, tls.version != nil { negotiated(tls, on: &page) }
        certificate(report, on: &page)
        session(report, on: &page)
        clientAuth(report, on: &page)
        data(report, on: &page)
        if !report.stoppedEarly { timing(report, on: &page) }
        close(report, on: &page)
        expectations(report, on: &page)
        if !events.isEmpty {
            page.blank()
            page.verbatim(ladder(events))
        }
        for certificate in report.certificates { page.pem(certificate.pem) }
        if !report.ok { page.line("next", report.error?.hint) }
        return page.text
    }

    /// The one line that `-q` leaves on stderr, without a newline.
    package func failureLine(_ report: Report) -> String {
        let headline = Headline(report)
        // There is no other line to say what was found instead.
        let words = report.outcome == .expectation ? report.error?.message ?? headline.words : headline.words
        return TerminalText.escape("sslprobe: \(headline.target): \(words) \(headline.ending)", unicode: style.unicode)
    }

    private func failingLines(_ report: Report, on page: inout Page) {
        if let verify = report.verify, verify.ok == false {
            Distrust(verify: verify, certificates: report.certificates).lines(on: &page)
        }
        for disappointment in report.disappointments { page.line("expected", disappointment) }
        guard let error = report.error else { return }
        if report.stoppedEarly { gotTo(report, on: &page) }
        page.line("peer bytes", error.peerBytes.map { "\"\($0)\"" })
        // Of renegotiations every one is told, with its alert.
        if report.renegotiation?.attempts.isEmpty != false { page.line("alert", error.alert.map(described)) }
        // An alert says it all; OpenSSL's words for one name versions that nobody used.
        if error.alert?.dir == .received { return }
        for reason in error.openssl { page.line("openssl", "\(reason.text) (\(reason.code))") }
    }

    private func described(_ alert: Failure.AlertEntry) -> String {
        let sender = alert.dir == .received ? "from the peer" : "from us"
        return "\(alert.description) (\(alert.number)), \(alert.level), \(sender)"
    }

    private func gotTo(_ report: Report, on page: inout Page) {
        var facts: [String] = []
        if let lookup = report.timings.dnsMs { facts.append("dns \(Measure.phase(lookup))") }
        if let tcp = report.timings.tcpMs { facts.append("tcp \(Measure.phase(tcp))") }
        if let tls = report.tls {
            let received = tls.bytesReceived == 0 ? "0" : Measure.size(tls.bytesReceived)
            facts.append("handshake: \(Measure.size(tls.bytesSent)) sent, \(received) received")
        }
        page.line("got to", facts)
    }

    /// Only when there was trouble on the way: otherwise the first line has the one that matters.
    private func addresses(_ report: Report, on page: inout Page) {
        page.line("differs", report.differs)
        if report.addresses.count(where: { $0.outcome == .connected }) > 1 {
            page.line("addresses", report.addresses.map { "\($0.address) \($0.tlsVersion ?? $0.outcome.rawValue)" })
            return
        }
        guard report.addresses.contains(where: { $0.outcome == .failed || $0.outcome == .timeout }) else { return }
        page.line(
            "addresses",
            report.addresses.map { attempt in
                "\(attempt.address) \(attempt.outcome.rawValue)" + (attempt.error.map { " (\($0))" } ?? "")
            })
    }

    private func negotiated(_ tls: Report.TLS, on page: inout Page) {
        var facts = [tls.version, tls.cipher?.name, tls.group, tls.signatureAlgorithm].compactMap { $0 }
        if tls.resumed == true { facts.append("resumed") }
        if tls.sessionOffered != nil, tls.resumed == false { facts.append("a session was offered and not taken") }
        if tls.helloRetryRequest { facts.append("after a HelloRetryRequest") }
        if tls.secureRenegotiation == false { facts.append("no secure renegotiation (RFC 5746)") }
        if tls.extendedMasterSecret == false { facts.append("no extended master secret (RFC 7627)") }
        if let earlyData = tls.earlyData { facts.append("early data \(earlyData)") }
        page.line("protocol", facts)
        guard tls.alpn != nil || !tls.alpnOffered.isEmpty else { return }
        let offered = tls.alpnOffered.isEmpty ? "" : " (offered \(tls.alpnOffered.joined(separator: ", ")))"
        page.line("alpn", (tls.alpn ?? "none chosen") + offered)
    }

    private func timing(_ report: Report, on page: inout Page) {
        let timings = report.timings
        var facts: [String] = []
        if let lookup = timings.dnsMs { facts.append("dns \(Measure.phase(lookup))") }
        if let tcp = timings.tcpMs { facts.append("tcp \(Measure.phase(tcp))") }
        if let before = timings.preTlsMs { facts.append("before tls \(Measure.phase(before))") }
        if let tls = timings.tlsMs { facts.append("tls \(Measure.phase(tls))") }
        if let confirmed = report.tls?.confirmed { facts += confirmation(confirmed, timings.confirmMs) }
        if let tls = report.tls {
            facts.append("\(Measure.traffic(tls.bytesReceived)) in, \(Measure.traffic(tls.bytesSent)) out")
        }
        page.line("timing", facts)
    }

    private func confirmation(_ confirmed: Report.Confirmation, _ milliseconds: Double?) -> [String] {
        switch confirmed.value {
        // The server's Finished ended the handshake: nothing was waited for.
        case .yes where confirmed.basis == .finished: ["confirmed"]
        case .yes: ["confirmed" + (milliseconds.map { " +" + Measure.phase($0) } ?? "")]
        case .no: ["refused" + (milliseconds.map { " +" + Measure.phase($0) } ?? "")]
        case .unknown where confirmed.basis == .silence: [confirmed.doubt(after: milliseconds)]
        // Why nobody knows is in the first line.
        case .unknown: []
        case .notApplicable: []
        }
    }

    /// Those that hold, together; each of the others has a line among what is wrong.
    private func expectations(_ report: Report, on page: inout Page) {
        let expectations = report.expectations
        let held = expectations.filter(\.ok).count
        guard held > 0 else { return }
        page.line("expected", "\(held) of \(expectations.count) \(held == 1 ? "holds" : "hold")")
    }

    private func close(_ report: Report, on page: inout Page) {
        guard let close = report.close else { return }
        // Many servers only hang up when they are told goodbye: no news where nothing was to be sent.
        if report.ok, close.sent, close.kind == .truncated, report.data?.bytesReceived == 0 { return }
        switch close.kind {
        case .clean, .none: return
        case .half:
            page.line(
                "close",
                close.sent ? "we sent close_notify, the peer did not" : "the peer sent close_notify, we did not")
        case .truncated: page.line("close", "the peer closed without close_notify")
        case .reset: page.line("close", "the peer reset the connection")
        }
    }
}

extension Report {
    /// The expectations that do not hold, each with what there is instead.
    ///
    /// Where the probe did not get far, what has no value at all is only counted: another line tells why.
    var disappointments: [String] {
        let failed = expectations.filter { !$0.ok }
        let missing = stoppedEarly ? failed.count { $0.actual == nil } : 0
        let told = failed.filter { missing < 2 || $0.actual != nil }.map { "\($0.expression); \($0.finding)" }
        return missing > 1 ? told + ["\(missing) of \(expectations.count) have no value"] : told
    }

    /// Whether the handshake was never finished: then the way there is told, not the timing of the whole.
    var stoppedEarly: Bool {
        switch error?.stage {
        case .arguments, .dns, .tcp, .preTLS, .tls, .local: true
        case .verify, .confirm, .data, .postHandshake, .close, nil: false
        }
    }
}

extension Page {
    /// PEM is made by us from the certificate's bytes, but a report may come from elsewhere: line by line, escaped.
    fileprivate mutating func pem(_ pem: String?) {
        guard let pem else { return }
        for line in pem.split(separator: "\n") { verbatim(escape(String(line)) + "\n") }
    }
}
