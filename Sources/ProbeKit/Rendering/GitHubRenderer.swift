/// A report as workflow commands of GitHub Actions, which become annotations: an error for each thing that is wrong, a
/// warning for what deserves attention, and a plain line for a success.
package struct GitHubRenderer: Sendable {
    let style: TextRenderer.Style

    package init(_ style: TextRenderer.Style) { self.style = style }

    /// What is told of a target; whole lines, each with its newline.
    ///
    /// - Parameters:
    ///   - report: as it is told, with the failure that was foreseen.
    ///   - quiet: leaves out what is no annotation.
    package func lines(_ report: Report, quiet: Bool = false) -> String {
        let headline = Headline(report)
        switch headline.tone {
        case .good: return quiet ? "" : Self.plain(TextRenderer(style).firstLine(report))
        case .warning: return command(.warning, [headline.words], of: report)
        case .bad:
            var errors: [[String]] = []
            // An expectation that failed is all there is to such a failure.
            if report.outcome != .expectation { errors.append(["\(headline.words) \(headline.ending)"]) }
            errors += report.disappointments.map { ["expected \($0)"] }
            if let hint = report.error?.hint, !errors.isEmpty { errors[0].append("next: " + hint) }
            return errors.map { command(.error, $0, of: report) }.joined()
        }
    }

    private enum Level: String { case error, warning }

    /// The log shows the message alone, the list of annotations the title too: both name the target.
    private func command(_ level: Level, _ lines: [String], of report: Report) -> String {
        let target = escape(Headline(report).target)
        let title = Self.property("sslprobe \(report.command.rawValue) \(target)")
        let data = Self.data("\(target): " + lines.map(escape).joined(separator: "\n"))
        return "::\(level.rawValue) title=\(title)::\(data)\n"
    }

    private func escape(_ text: String) -> String { TerminalText.escape(text, unicode: style.unicode) }

    /// What stands behind the second pair of colons.
    static func data(_ text: String) -> String { text.percentEncoding("%\r\n") }

    /// What stands between the two.
    static func property(_ text: String) -> String { text.percentEncoding("%\r\n:,") }

    /// A line that is no command, whatever a server made it say: the runner finds an older form, `##[command]`, anywhere.
    static func plain(_ line: String) -> String {
        var text = ""
        for scalar in line.unicodeScalars {
            if scalar == "[", text.utf8.suffix(2).elementsEqual("##".utf8) { text += " " }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}

extension String {
    /// With these characters as `%0A` and the like. Scalar by scalar: a return and a newline are one `Character`.
    fileprivate func percentEncoding(_ encoded: String) -> String {
        var text = ""
        for scalar in unicodeScalars {
            if encoded.unicodeScalars.contains(scalar) {
                text += (scalar.value < 0x10 ? "%0" : "%") + String(scalar.value, radix: 16, uppercase: true)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
