/// The first line of a target: the verdict and the few facts that a person needs first.
struct Headline {
    /// Addresses of short lines stand below one another.
    private static let addressColumn = 60

    let tone: TextRenderer.Style.Tone
    /// The verdict in words.
    let words: String
    private let report: Report

    init(_ report: Report) {
        self.report = report
        if report.outcome == .ok {
            let warnings = Self.warnings(report)
            let ignored = report.verify?.ok == false
            let isUnverified = report.verify.map { $0.ok == nil } ?? false
            tone = warnings.isEmpty && !ignored && !isUnverified ? .good : .warning
            words = ([Self.achievement(report), Self.trust(report)].compactMap { $0 } + warnings)
                .joined(separator: ", ")
        } else if report.ok {
            tone = .good
            words = "as expected: " + Self.failure(report)
        } else {
            tone = .bad
            words = Self.failure(report)
        }
    }

    /// `api.example.com:443`, and the server name that was sent when it is another: one place has several.
    var target: String {
        guard let host = report.target.host, let port = report.target.port else { return report.target.input }
        let place = host.contains { $0 == ":" } ? "[\(host)]:\(port)" : "\(host):\(port)"
        guard let name = report.target.sni, name.lowercased() != host.lowercased() else { return place }
        return "\(place) (sni \(name))"
    }

    /// `(exit 8, verify)`
    var ending: String { "(exit \(report.exitCode), \(report.outcome.rawValue))" }

    func text(_ style: TextRenderer.Style) -> String {
        let words = TerminalText.escape(words, unicode: style.unicode)
        let before = [target, report.tls?.version].compactMap { $0 }
            .map { TerminalText.escape($0, unicode: style.unicode) }
        let after = tone == .bad ? ending : Measure.duration(report.timings.totalMs)
        let symbol = style.symbol(tone)
        let plain = symbol + " " + (before + [words, after]).joined(separator: "  ")
        let painted =
            style.paint(symbol, tone) + " " + (before + [style.paint(words, tone), after]).joined(separator: "  ")
        let address = report.address.map { TerminalText.escape($0, unicode: style.unicode) }
        if max(plain.count + 2, Self.addressColumn) + (address?.count ?? 0) > style.width, before.count > 0 {
            // A terminal would cut words in two.
            let facts = [words, ([after] + [address].compactMap { $0 }).joined(separator: "  ")]
            let lines = Page.wrapped(facts, room: max(20, style.width - 2), separator: "  ").map { "  " + $0 }
            return ([style.paint(symbol, tone) + " " + before.joined(separator: "  ")] + lines)
                .joined(separator: "\n") + "\n"
        }
        guard let address else { return painted + "\n" }
        let gap = String(repeating: " ", count: max(2, Self.addressColumn - plain.count))
        return painted + gap + address + "\n"
    }

    /// What the command asked for and got, beyond the handshake.
    private static func achievement(_ report: Report) -> String? {
        switch report.command {
        case .connect: return report.repeat.map { "\($0.okCount) of \(Measure.count($0.attempts, "handshake"))" }
        case .renegotiate:
            let attempts = report.renegotiation?.attempts.filter { $0.result == .accepted } ?? []
            let isAsked = attempts.contains { $0.initiatedBy == .server }
            return isAsked ? "renegotiated as the server asked" : "lets clients renegotiate"
        case .keyUpdate:
            let isAnswered = report.keyUpdate?.attempts.contains { $0.answered != .notApplicable } ?? false
            return isAnswered ? "answers KeyUpdate" : "takes KeyUpdate"
        case .tickets: return report.tls == nil ? "decoded" : "hands out tickets"
        case .resume:
            guard let resumption = report.resumption, !resumption.attempts.isEmpty else { return "nothing to do yet" }
            let early = resumption.attempts.compactMap(\.earlyData)
            return early.contains(.rejected) ? "takes the early data only once" : "resumes sessions"
        }
    }

    private static func trust(_ report: Report) -> String? {
        // Nothing was connected to.
        if report.target.host == nil || report.address == nil { return nil }
        guard let verify = report.verify else { return report.certificates.isEmpty ? "no certificate" : "not verified" }
        switch verify.ok {
        case true: return "trusted"
        case false:
            let distrust = Distrust(verify: verify, certificates: report.certificates)
            return "not trusted, ignored (-k): \(distrust.summary)"
        default: return verify.store == "none" ? "not verified (--ca none)" : "not verified"
        }
    }

    private static func failure(_ report: Report) -> String {
        let share = report.repeat.flatMap { $0.failedCount > 0 ? "\($0.failedCount) of \($0.attempts) failed: " : nil }
        return (share ?? "") + cause(report)
    }

    private static func cause(_ report: Report) -> String {
        if report.outcome == .verify, let verify = report.verify, verify.ok == false {
            return "not trusted: " + Distrust(verify: verify, certificates: report.certificates).summary
        }
        let words = disappointment(report) ?? report.error?.message ?? report.outcome.rawValue
        guard let verify = report.verify, verify.ok == false else { return words }
        // Another outcome is graver, but whoever reads only this line must know.
        let isIgnored = report.outcome.rank > Outcome.verify.rank
        return words + (isIgnored ? "; not trusted, ignored (-k): " : "; not trusted: ")
            + Distrust(verify: verify, certificates: report.certificates).summary
    }

    /// `tls.version = TLSv1.2 does not hold`; what there is instead is on a line of its own.
    private static func disappointment(_ report: Report) -> String? {
        let failed = report.expectations.filter { !$0.ok }
        guard report.outcome == .expectation, let first = failed.first else { return nil }
        return first.expression + (failed.count == 1 ? " does not hold" : " and \(failed.count - 1) more do not hold")
    }

    /// What deserves attention although the exit code is 0.
    private static func warnings(_ report: Report) -> [String] {
        var warnings: [String] = []
        if let days = report.certificates.first?.daysLeft, 0..<14 ~= days {
            warnings.append(days == 0 ? "expires in less than a day" : "expires in \(Measure.count(days, "day"))")
        }
        if let confirmed = report.tls?.confirmed, confirmed.value == .unknown {
            warnings.append("not confirmed: " + confirmed.doubt(after: report.timings.confirmMs))
        }
        return warnings
    }
}

extension Report.Confirmation {
    /// Why nobody knows whether the peer accepted.
    func doubt(after milliseconds: Double?) -> String {
        guard basis == .silence || why == nil else { return why ?? "" }
        return "no objection" + (milliseconds.map { " in " + Measure.duration($0) } ?? "")
    }
}
