/// Explanations as text: what it is and what it means, usual causes, and the commands that confirm it.
struct ExplanationText {
    let style: TextRenderer.Style

    /// The answer to a question.
    func text(_ explanations: [Explanation]) -> String {
        var page = Page(style: style)
        for (index, explanation) in explanations.enumerated() {
            if index > 0 { page.blank() }
            add(explanation, to: &page)
        }
        // Of all alerts one does not want to be told how to ask for each.
        if explanations.count > 1, Set(explanations.map(\.kind)).count == explanations.count {
            page.blank()
            for (index, explanation) in explanations.enumerated() {
                page.line(index == 0 ? "ask for one" : "", "sslprobe explain " + explanation.question)
            }
        }
        return page.text
    }

    /// What can be asked.
    func topics(_ entries: (Explanation.Kind) -> [Explanation]) -> String {
        var page = Page(style: style)
        paragraph(
            "'sslprobe explain' says what a code or a name means, what usually causes it, and which command confirms it.",
            on: &page)
        for kind in Explanation.Kind.allCases {
            page.blank()
            let entries = entries(kind)
            page.line(kind.singular, "sslprobe explain " + kind.examples[0])
            for example in kind.examples.dropFirst() { page.more("sslprobe explain " + example) }
            switch kind {
            case .verifyError:
                let numbers = entries.compactMap(\.number)
                page.more("X509_V_ERR_*, \(numbers.first ?? 0) to \(numbers.last ?? 0)")
            case .exitCode, .alert, .event, .errorCode:
                page.line("", entries.map { entry in entry.number.map { "\($0) \(entry.name)" } ?? entry.name })
            }
        }
        page.blank()
        page.line("names", "in capitals or not, with - or spaces for _, without X509_V_ERR_")
        page.line("all of it", "sslprobe explain --json")
        return page.text
    }

    private func add(_ explanation: Explanation, to page: inout Page) {
        paragraph("\(explanation.title): \(explanation.meaning)", on: &page)
        if let first = explanation.causes.first { page.line("causes", first) }
        for cause in explanation.causes.dropFirst() { page.more(cause) }
        for (index, check) in explanation.confirm.enumerated() {
            let label = index == 0 ? "confirm" : ""
            let line = "\(check.command)  # \(check.why)"
            // A line can be copied as it is: a shell ignores what is behind the #.
            if Page.fits(line, style) {
                page.line(label, line)
            } else {
                page.line(label, check.command)
                page.more("# " + check.why)
            }
        }
    }

    private func paragraph(_ text: String, on page: inout Page) {
        let lines = Page.wrapped([page.escape(text)], room: max(20, style.width), separator: style.separator)
        page.verbatim(lines.joined(separator: "\n") + "\n")
    }
}

extension Explanation {
    /// What asks for this one alone.
    fileprivate var question: String { "\(kind.word) \(number.map(String.init) ?? key)" }

    /// `alert 40, handshake_failure`, `event key_update`
    fileprivate var title: String {
        number.map { "\(kind.singular) \($0), \(name)" } ?? "\(kind.singular) \(name)"
    }
}

extension Explanation.Kind {
    /// The word that asks for one of this kind.
    fileprivate var word: String {
        switch self {
        case .exitCode: "exit"
        case .alert: "alert"
        case .verifyError: "verify"
        case .event: "event"
        case .errorCode: "error"
        }
    }

    fileprivate var examples: [String] {
        switch self {
        case .exitCode: ["8", "exit 8"]
        case .alert: ["handshake_failure", "alert 40"]
        case .verifyError: ["X509_V_ERR_CERT_HAS_EXPIRED", "verify 10"]
        case .event: ["key_update"]
        case .errorCode: ["not_tls"]
        }
    }
}
