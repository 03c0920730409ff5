/// A run as a JUnit document: one suite, with a test case for each target and for each of its expectations.
///
/// It is made as a whole when the run ends, since the counts stand in its first lines. The elements and attributes are
/// those of Jenkins's schema, which other readers take as well.
package struct JUnitDocument: Sendable {
    /// Whether there are several targets: then an expectation alone does not say which of them it is about.
    private let isForMany: Bool
    private var cases = ""
    private var counts = Counts()
    private var milliseconds = 0.0
    private var startedAt: String?

    package init(isForMany: Bool) { self.isForMany = isForMany }

    /// Adds what became of a target.
    ///
    /// - Parameters:
    ///   - told: the same report for people, with the failure that was foreseen.
    ///   - events: of the wire, for the text.
    package mutating func add(_ report: Report, told: Report, events: [EventRecord]) {
        let headline = Headline(report)
        let target = TerminalText.escape(headline.target)
        milliseconds += report.timings.totalMs
        startedAt = startedAt ?? report.startedAt
        var content = ""
        if !report.ok {
            let element = report.outcome.gotThere ? "failure" : "error"
            let words = "\(headline.words) \(headline.ending)"
            content += problem(element, report.error?.code, words, details(report.error))
        }
        let text = TextRenderer(.init(color: false, unicode: true, width: 100)).block(told, events: events)
        content += "      <system-out>\(XMLText.content(text))</system-out>\n"
        add(report.command, target, report.timings.totalMs, content, report.ok ? nil : report.outcome.gotThere)
        for expected in report.expectations {
            let expression = TerminalText.escape(expected.expression)
            let failure = expected.failure
            let problem = expected.ok ? "" : problem("failure", failure.code, failure.message, "")
            let name = isForMany ? "\(target) \(expression)" : expression
            add(report.command, name, 0, problem, expected.ok ? nil : true)
        }
    }

    /// The whole document.
    ///
    /// - Parameter missing: how many targets were not tried because the run was interrupted.
    package func text(missing: Int) -> String {
        var document = self
        if missing > 0 {
            document.counts.all += 1
            document.counts.skipped += 1
            document.cases += """
                    <testcase classname="sslprobe" name="\(Measure.count(missing, "target")) not tried" time="0.000">
                      <skipped message="the run ended before"/>
                    </testcase>

                """
        }
        return document.text
    }

    private var text: String {
        let time = Self.seconds(milliseconds)
        // As Ant's schema has it, without a zone; it is UTC.
        let timestamp = startedAt.map { " timestamp=\"\(XMLText.attribute(String($0.prefix(19))))\"" } ?? ""
        let counted = "tests=\"\(counts.all)\" failures=\"\(counts.failures)\" errors=\"\(counts.errors)\""
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="sslprobe" \(counted) time="\(time)">
              <testsuite name="sslprobe" \(counted) skipped="\(counts.skipped)" time="\(time)"\(timestamp)>
            \(cases)  </testsuite>
            </testsuites>

            """
    }

    /// - Parameter isFailure: nil when all is well; false for an error, of a target that was not reached.
    private mutating func add(
        _ command: Report.Command, _ name: String, _ milliseconds: Double, _ content: String, _ isFailure: Bool?
    ) {
        counts.all += 1
        switch isFailure {
        case true: counts.failures += 1
        case false: counts.errors += 1
        default: break
        }
        let attributes = "classname=\"sslprobe.\(command.rawValue)\" name=\"\(XMLText.attribute(name))\""
        cases += "    <testcase \(attributes) time=\"\(Self.seconds(milliseconds))\""
        cases += content.isEmpty ? "/>\n" : ">\n\(content)    </testcase>\n"
    }

    private func problem(_ element: String, _ code: Failure.Code?, _ message: String, _ text: String) -> String {
        let message = XMLText.attribute(TerminalText.escape(message))
        let start = "      <\(element) type=\"\(code?.rawValue ?? "unknown")\" message=\"\(message)\""
        return start + (text.isEmpty ? "/>\n" : ">\(XMLText.content(text))</\(element)>\n")
    }

    /// What readers show below the message.
    private func details(_ failure: Failure?) -> String {
        guard let failure else { return "" }
        return ([failure.message] + (failure.hint.map { ["next: " + $0] } ?? []))
            .map { TerminalText.escape($0) }.joined(separator: "\n")
    }

    /// `0.048`
    private static func seconds(_ milliseconds: Double) -> String {
        let whole = max(0, Int(exactly: milliseconds.rounded()) ?? 0)
        let rest = String(whole % 1000)
        return "\(whole / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    private struct Counts {
        var all = 0
        var failures = 0
        var errors = 0
        var skipped = 0
    }
}

extension Outcome {
    /// Whether the server was reached, so that what was found can be as wanted or not.
    fileprivate var gotThere: Bool {
        switch self {
        case .ok, .expectation, .verify, .rejected, .unmet, .notApplicable, .inconclusive, .unsafe: true
        case .dns, .connect, .timeout, .handshake, .local, .unsupported, .usage, .internal, .signal: false
        }
    }
}

/// Text in an XML 1.0 document.
enum XMLText {
    /// Between tags.
    static func content(_ text: String) -> String { escape(text, numbering: "\r") }

    /// Between double quotes, where a reader would make a space of each line break and tab.
    static func attribute(_ text: String) -> String { escape(text, numbering: "\"", "\r", "\n", "\t") }

    private static func escape(_ text: String, numbering numbered: Unicode.Scalar...) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case _ where numbered.contains(scalar): escaped += "&#\(scalar.value);"
            case _ where isAllowed(scalar): escaped.unicodeScalars.append(scalar)
            default: escaped += "\u{fffd}"
            }
        }
        return escaped
    }

    /// The production Char of XML 1.0; what is outside cannot even be written as a number.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xa, 0xd, 0x20...0xd7ff, 0xe000...0xfffd, 0x10000...0x10ffff: true
        default: false
        }
    }
}
