// What `renegotiate` and `keyupdate` found, and what that means.

extension TextRenderer {
    func renegotiation(_ report: Report, on page: inout Page) {
        guard let renegotiation = report.renegotiation, let tls = report.tls else { return }
        if !tls.versionsOffered.isEmpty, !tls.versionsOffered.contains("TLSv1.3") {
            let reason = tls.versionsOffered[0] == "TLSv1.2" ? ": TLS 1.3 has no renegotiation" : ""
            page.line("offered", "nothing above \(tls.versionsOffered[0])\(reason)")
        }
        switch renegotiation.protocolSupport {
        case .rfc5746: page.line("rfc 5746", "supported: a renegotiation is bound to its connection")
        case .none: page.line("rfc 5746", "not supported: a renegotiation is not bound to its connection")
        case .unknown: break
        }
        for attempts in renegotiation.attempts.grouped(by: { $0.isToldLike($1) }) { tell(attempts, on: &page) }
        let own = renegotiation.attempts.filter { $0.initiatedBy == .client }
        guard !own.isEmpty else { return }
        page.line(
            "meaning",
            own.contains { $0.result == .accepted }
                ? "a client can make the server do handshake after handshake: a denial-of-service risk; "
                    + "most people want it refused"
                : "client-initiated renegotiation is a denial-of-service risk: a refusal is what most people want")
    }

    private func tell(_ attempts: ArraySlice<Report.Renegotiation.Attempt>, on page: inout Page) {
        guard let first = attempts.first else { return }
        let label = first.initiatedBy == .server ? "server's" : first.mode?.rawValue ?? "attempt"
        let times = attempts.map(\.durationMs)
        let count = attempts.count > 1 ? "\(attempts.count) " : ""
        page.line(label, [count + first.resultWords + duration(times)] + first.changes)
    }

    private func duration(_ milliseconds: [Double]) -> String {
        guard let least = milliseconds.min(), let most = milliseconds.max() else { return "" }
        let (shortest, longest) = (Measure.phase(least), Measure.phase(most))
        return shortest == longest ? " in \(longest) ms" : " in \(shortest) to \(longest) ms"
    }

    func keyUpdates(_ report: Report, on page: inout Page) {
        guard let updates = report.keyUpdate else { return }
        let sent = updates.attempts.filter(\.sent)
        let requests = sent.filter { $0.requestUpdate == .updateRequested }
        let oneWay = sent.count - requests.count
        if !requests.isEmpty {
            let answered = requests.filter { $0.answered == .yes || $0.answered == .coalesced }
            let isShared = answered.contains { $0.answered == .coalesced }
            page.line(
                "key update", "\(requests.count) sent with update_requested",
                "\(answered.count) answered" + (isShared ? ", together" : "")
                    + (answered.isEmpty ? "" : duration(answered.compactMap(\.answerMs))))
        }
        if oneWay > 0 { page.line("key update", "\(oneWay) sent with update_not_requested") }
        guard !sent.isEmpty else { return }
        page.line(
            "keys", "generation \(sent.last?.generationSent ?? 0) of ours, \(updates.receivedCount) of the server's",
            Self.intactness(sent))
        page.line("elicited by", updates.elicited.map(Self.words) ?? "nothing that the server could answer")
    }

    private static func intactness(_ attempts: [Report.KeyUpdates.Attempt]) -> String? {
        if attempts.contains(where: { $0.dataIntact == false }) { return "data damaged" }
        return attempts.contains { $0.dataIntact == true } ? "data intact" : nil
    }

    static func words(_ elicited: Report.Elicited) -> String {
        switch elicited {
        case .http: "a HEAD request"
        case .data: "the data that was given"
        case .echo: "a line to be sent back"
        }
    }
}

extension Report.Renegotiation.Attempt {
    /// Whether one line can tell of both.
    fileprivate func isToldLike(_ other: Self) -> Bool {
        mode == other.mode && initiatedBy == other.initiatedBy && result == other.result && resumed == other.resumed
            && changes == other.changes
    }

    fileprivate var resultWords: String {
        switch result {
        case .accepted: "accepted"
        case .refusedWarning: "refused with a warning, \(alertWords),"
        case .refusedFatal: "refused with the fatal alert \(alertWords),"
        case .closed: "ended by a close"
        case .ignored: "not answered"
        case .notApplicable: "not applicable"
        }
    }

    private var alertWords: String { alert.map { "\($0.description) (\($0.number))" } ?? "no alert" }

    fileprivate var changes: [String] {
        guard result == .accepted else { return [] }
        let handshake: String? =
            switch (mode, resumed) {
            case (.abbreviated, false): "with a full handshake"
            case (_, true): "session resumed"
            default: nil
            }
        return [
            handshake, masterSecretChanged.map { $0 ? "new master secret" : "same master secret" },
            cipherChanged.map { $0 ? "another cipher" : "same cipher" },
            certificateChanged.map { $0 ? "ANOTHER CERTIFICATE" : "same certificate" },
        ].compactMap { $0 }
    }
}

extension Array {
    /// Runs of neighbours that belong together.
    fileprivate func grouped(by belongs: (Element, Element) -> Bool) -> [ArraySlice<Element>] {
        var groups: [ArraySlice<Element>] = []
        var start = startIndex
        for index in indices.dropFirst() where !belongs(self[index - 1], self[index]) {
            groups.append(self[start..<index])
            start = index
        }
        return isEmpty ? [] : groups + [self[start...]]
    }
}
