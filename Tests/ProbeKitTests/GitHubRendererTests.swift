import Testing

@testable import ProbeKit

private let renderer = GitHubRenderer(.init(color: false, unicode: true, width: .max))

private func judged(_ report: Report, _ expectations: String...) throws -> Report {
    var report = report
    let foreseen = try report.judge(by: Expectations(expectations, of: Schema.reportObject))
    report.error = foreseen ?? report.error
    return report
}

private func failed(_ outcome: Outcome, _ message: String, hint: String? = nil) -> Report {
    var report = Report.trusted
    report.fail(outcome, Failure(.tls, .alertReceived, message, hint: hint))
    return report
}

@Suite struct GitHubRendererTests {
    @Test func tellsASuccessInAPlainLine() throws {
        let line = TextRenderer(.init(width: .max)).firstLine(.trusted)
        #expect(renderer.lines(.trusted) == line)
        #expect(renderer.lines(.trusted, quiet: true).isEmpty)
        let foreseen = try judged(failed(.handshake, "refused"), "outcome = handshake")
        #expect(renderer.lines(foreseen).hasPrefix("✓ api.example.com:443  TLSv1.3  as expected: refused"))
    }

    @Test func makesAnErrorOfAFailure() {
        #expect(
            renderer.lines(failed(.handshake, "no shared cipher, 100% sure: really", hint: "try --legacy")) == """
                ::error title=sslprobe connect api.example.com%3A443::api.example.com:443: \
                no shared cipher, 100%25 sure: really (exit 7, handshake)%0Anext: try --legacy

                """)
    }

    @Test func makesAnErrorOfEveryExpectationThatFailed() throws {
        let report = try judged(.trusted, "tls.version = 1.3", "tls.alpn = h3", "certificates[*].days_left >= 40")
        #expect(
            renderer.lines(report) == """
                ::error title=sslprobe connect api.example.com%3A443::api.example.com:443: expected tls.alpn = h3; \
                it is h2%0Anext: --json shows every value that can be expected
                ::error title=sslprobe connect api.example.com%3A443::api.example.com:443: \
                expected certificates[*].days_left >= 40; it is 38

                """)
        let rejected = try judged(failed(.rejected, "refused"), "tls.alpn = h3")
        let lines = renderer.lines(rejected).split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix("::error title=") })
        #expect(lines[0].hasSuffix(": refused (exit 9, rejected)"))
        #expect(lines[1].hasSuffix(": expected tls.alpn = h3; it is h2"))
    }

    @Test func makesAWarningOfWhatDeservesAttention() {
        var report = Report.trusted
        report.certificates[0].daysLeft = 5
        #expect(
            renderer.lines(report) == """
                ::warning title=sslprobe connect api.example.com%3A443::api.example.com:443: trusted, expires in 5 days

                """)
        #expect(renderer.lines(report, quiet: true) == renderer.lines(report))
        report = .trusted
        report.verify?.ok = false
        report.verify?.errors = [.init(depth: 0, code: 10, name: "X509_V_ERR_CERT_HAS_EXPIRED", message: "expired")]
        #expect(renderer.lines(report).hasPrefix("::warning title="))
        #expect(renderer.lines(report).contains(": not trusted, ignored (-k): "))
    }

    @Test func escapesAsTheRunnerReadsIt() {
        #expect(GitHubRenderer.data("a%\r\n:,b%0A") == "a%25%0D%0A:,b%250A")
        #expect(GitHubRenderer.property("a%\r\n:,b") == "a%25%0D%0A%3A%2Cb")
        // A combining accent does not hide what stands before it.
        #expect(Array(GitHubRenderer.data("%\u{301}").unicodeScalars) == Array("%25\u{301}".unicodeScalars))
        #expect(GitHubRenderer.plain("a ##[error]b ##[\u{301}") == "a ## [error]b ## [\u{301}")
    }

    /// No peer writes a command of its own, and none breaks out of its line.
    @Test(arguments: [
        "x\n::error::y", "x\r\n::stop-commands::z", "::set-env name=A::b", "##[error]x", "a\u{2028}b\u{1b}[",
    ])
    func isOneCommandALine(text: String) throws {
        for report in [failed(.rejected, text), try judged(failed(.rejected, text), "outcome = rejected")] {
            let lines = renderer.lines(report)
            #expect(lines.unicodeScalars.allSatisfy { $0 == "\n" || !TerminalText.steers($0) })
            #expect(lines.split(separator: "\n").count == 1)
            #expect(lines.hasPrefix("::error title=") || !lines.contains("##["))
        }
    }
}
