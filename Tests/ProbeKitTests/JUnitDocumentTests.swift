import TestSupport
import Testing

@testable import ProbeKit

/// A document of these reports, as a parser of XML reads it.
private func document(_ reports: Report..., missing: Int = 0) async throws -> JSON {
    var document = JUnitDocument(isForMany: reports.count + missing > 1)
    for report in reports { document.add(report, told: report, events: []) }
    return try await Validator.junit(document.text(missing: missing))
}

private func failed(_ outcome: Outcome, _ message: String = "refused") -> Report {
    var report = Report.trusted
    report.fail(outcome, Failure(.tls, .alertReceived, message, hint: "try again"))
    return report
}

@Suite struct JUnitDocumentTests {
    @Test func hasATestCaseForATarget() async throws {
        let document = try await document(.trusted)
        #expect(document["suite.name"] == "sslprobe" && document["suite.tests"] == "1")
        #expect(
            document["suite.failures"] == "0" && document["suite.errors"] == "0" && document["suite.skipped"] == "0")
        #expect(document["suite.time"] == "0.048" && document["suite.timestamp"] == "2026-11-21T03:00:00")
        let cases = try #require(document["cases"]).elements
        try #require(cases.count == 1)
        #expect(cases[0]["attributes.classname"] == "sslprobe.connect")
        #expect(cases[0]["attributes.name"] == "api.example.com:443" && cases[0]["attributes.time"] == "0.048")
        #expect(cases[0]["failure"] == nil && cases[0]["error"] == nil)
        let text = TextRenderer(.init(width: 100)).block(.trusted)
        #expect(cases[0]["system-out.text"] == .string(text))
    }

    @Test func hasATestCaseForEveryExpectation() async throws {
        var report = Report.trusted
        _ = try report.judge(
            by: Expectations(["tls.version >= 1.2", "tls.alpn = h3 & <more>"], of: Schema.reportObject))
        let document = try await document(report)
        #expect(document["suite.tests"] == "3" && document["suite.failures"] == "2")
        let cases = try #require(document["cases"]).elements
        #expect(
            cases.map { $0["attributes.name"] } == [
                "api.example.com:443", "tls.version >= 1.2", "tls.alpn = h3 & <more>",
            ])
        #expect(cases.map { $0["attributes.classname"] } == Array(repeating: "sslprobe.connect", count: 3))
        #expect(cases[0]["failure.type"] == "expectation_failed")
        #expect(cases[0]["failure.message"] == "tls.alpn = h3 & <more> does not hold (exit 1, expectation)")
        #expect(cases[1]["failure"] == nil)
        #expect(cases[2]["failure.type"] == "expectation_failed")
        #expect(cases[2]["failure.message"] == "tls.alpn = h3 & <more> does not hold: it is h2")
    }

    /// Swift 6.0 crashes at a closure in the arguments of `@Test`.
    private static let unhappyOutcomes = Outcome.allCases.filter { $0 != .ok }

    /// Who was reached and is not as wanted has failed; who was not reached is an error.
    @Test(arguments: unhappyOutcomes)
    func tellsFailuresFromErrors(outcome: Outcome) async throws {
        let document = try await document(failed(outcome))
        let isFailure = [1, 8, 9, 10, 11, 12, 15].contains(outcome.exitCode)
        #expect(document["suite.failures"] == (isFailure ? "1" : "0"))
        #expect(document["suite.errors"] == (isFailure ? "0" : "1"))
        let problem = try #require(document["cases.0"]?[isFailure ? "failure" : "error"])
        #expect(problem["type"] == "alert_received")
        #expect(problem["message"] == .string("refused (exit \(outcome.exitCode), \(outcome.rawValue))"))
        #expect(problem["text"] == "refused\nnext: try again")
        #expect(document["cases.0.system-out.text"]?.text?.hasPrefix("✗ api.example.com:443") == true)
    }

    @Test func isASuccessWhenTheFailureWasForeseen() async throws {
        var report = failed(.handshake)
        let failure = try report.judge(by: Expectations(["outcome = handshake"], of: Schema.reportObject))
        var told = report
        told.error = failure
        var document = JUnitDocument(isForMany: false)
        document.add(report, told: told, events: [])
        let read = try await Validator.junit(document.text(missing: 0))
        #expect(read["suite.tests"] == "2" && read["suite.failures"] == "0" && read["suite.errors"] == "0")
        #expect(read["cases.0.system-out.text"]?.text?.contains("as expected: refused") == true)
    }

    @Test func putsAllTargetsIntoOneSuite() async throws {
        var one = Report.trusted
        var other = failed(.verify)
        other.target.host = "::1"
        other.target.sni = "b.example"
        for index in [true, false] {
            let expectations = try Expectations(["tls.version = 1.3"], of: Schema.reportObject)
            if index { _ = one.judge(by: expectations) } else { _ = other.judge(by: expectations) }
        }
        let document = try await document(one, other, failed(.dns), missing: 2)
        #expect(document["suite.tests"] == "6" && document["suite.failures"] == "1")
        #expect(document["suite.errors"] == "1" && document["suite.skipped"] == "1")
        #expect(document["suite.time"] == "0.144")
        let cases = try #require(document["cases"]).elements
        // Of several, an expectation says whose it is.
        #expect(
            cases.map { $0["attributes.name"] } == [
                "api.example.com:443", "api.example.com:443 tls.version = 1.3", "[::1]:443 (sni b.example)",
                "[::1]:443 (sni b.example) tls.version = 1.3", "api.example.com:443", "2 targets not tried",
            ])
        #expect(cases.last?["skipped.message"] == "the run ended before")
    }

    @Test func isWholeWhenNothingWasTried() async throws {
        let document = try await document(missing: 3)
        #expect(document["suite.tests"] == "1" && document["suite.skipped"] == "1")
        #expect(document["suite.timestamp"] == nil && document["suite.time"] == "0.000")
    }

    /// Whatever a peer or a user writes, it is XML that says the same.
    @Test(arguments: [
        "a & b < c > d \"e\" 'f'", "]]>", "<![CDATA[", "&#0;", "é ✓ 🧪 e\u{301}", "%s", "</failure>", "a\u{e000}b",
    ])
    func keepsWhatXMLCanSay(text: String) async throws {
        let document = try await document(failed(.rejected, text))
        #expect(document["cases.0.failure.message"] == .string("\(text) (exit 9, rejected)"))
        #expect(document["cases.0.failure.text"] == .string("\(text)\nnext: try again"))
    }

    @Test func replacesWhatXMLForbids() async throws {
        let every = String(String.UnicodeScalarView((0...0x2100).compactMap(Unicode.Scalar.init)))
        let document = try await document(failed(.rejected, every + "\u{fffe}\u{ffff}\u{1fffe}"))
        let message = try #require(document["cases.0.failure.message"]?.text)
        #expect(message.hasPrefix(#"\x00\x01"#) && message.contains(#"\x1b"#) && message.contains(#"\x0d\x0e"#))
        #expect(message.hasSuffix("\u{fffd}\u{fffd}\u{1fffe} (exit 9, rejected)"))
    }

    @Test(arguments: [
        ("a\u{0}b\u{8}\u{b}\u{1f}", "a\u{fffd}b\u{fffd}\u{fffd}\u{fffd}"), ("\t\n", "\t\n"), ("\r\n", "&#13;\n"),
        ("&<>\"", "&amp;&lt;&gt;\""), ("\u{7f}\u{85}", "\u{7f}\u{85}"), ("&\u{301}", "&amp;\u{301}"),
    ])
    func escapesScalarByScalar(text: String, content: String) {
        #expect(Array(XMLText.content(text).unicodeScalars) == Array(content.unicodeScalars))
    }

    @Test func keepsLineBreaksInAttributes() {
        #expect(XMLText.attribute("a\r\n\t\"'b") == "a&#13;&#10;&#9;&#34;'b")
    }

    @Test(arguments: [
        (0.0, "0.000"), (0.4, "0.000"), (999.6, "1.000"), (61_005, "61.005"), (-1, "0.000"), (.nan, "0.000"),
    ])
    func writesSecondsWithThreeDecimals(milliseconds: Double, seconds: String) async throws {
        var report = Report.trusted
        report.timings.totalMs = milliseconds
        #expect(try await document(report)["cases.0.attributes.time"] == .string(seconds))
    }

    @Test func showsTheWireWhenThereAreEvents() async throws {
        var document = JUnitDocument(isForMany: false)
        document.add(.trusted, told: .trusted, events: [.sample(.handshakeDone)])
        let text = try await Validator.junit(document.text(missing: 0))["cases.0.system-out.text"]?.text
        #expect(text == TextRenderer(.init(width: 100)).block(.trusted, events: [.sample(.handshakeDone)]))
    }
}
