import Testing

@testable import ProbeKit

private let renderer = TextRenderer(.init(color: false, unicode: true, width: 120))

/// The lines of a report that was held against expectations, as a person sees it.
private func lines(_ report: Report = .trusted, _ expectations: String...) throws -> [String] {
    var report = report
    let foreseen = try report.judge(by: Expectations(expectations, of: Schema.reportObject))
    report.error = foreseen ?? report.error
    return renderer.block(report).split(separator: "\n").map(String.init)
}

@Suite struct TextExpectationTests {
    @Test func countsWhatHolds() throws {
        let lines = try lines(.trusted, "tls.version = 1.3", "verify.ok = true")
        #expect(lines[0].hasPrefix("✓ api.example.com:443  TLSv1.3  trusted  48 ms"))
        #expect(lines.last == "  expected     2 of 2 hold")
    }

    @Test func tellsWhatDoesNotHoldBeforeTheRest() throws {
        let lines = try lines(.trusted, "tls.version = TLSv1.2", "verify.ok = true")
        #expect(
            lines[0]
                == "✗ api.example.com:443  TLSv1.3  tls.version = TLSv1.2 does not hold  (exit 1, expectation)  203.0.113.7"
        )
        #expect(lines[1] == "  expected     tls.version = TLSv1.2; it is TLSv1.3")
        #expect(lines[2].hasPrefix("  protocol "))
        #expect(lines.suffix(2).first == "  expected     1 of 2 holds")
        #expect(lines.last?.hasPrefix("  next ") == true)
        // The whole connection is there, its timing too.
        #expect(lines.contains { $0.hasPrefix("  timing       dns 3 · tcp 11 · tls 22 ") })
    }

    @Test func hasALineForEach() throws {
        let lines = try lines(.trusted, "tls.version = TLSv1.2", "tls.alpn = h3", "tls.early_data != null")
        #expect(lines[0].contains("  tls.version = TLSv1.2 and 2 more do not hold  "))
        #expect(lines[2] == "  expected     tls.alpn = h3; it is h2")
        #expect(lines[3] == "  expected     tls.early_data != null; there is no value")
        #expect(!lines.contains { $0.contains(" of 3 ") })
    }

    @Test func leavesTheHeadlineToAGraverOutcome() throws {
        var report = Report.trusted
        report.fail(.handshake, Failure(.tls, .alertReceived, "the server refused the handshake", hint: "try"))
        let lines = try lines(report, "outcome = handshake", "tls.version = 1.2")
        #expect(lines[0].contains("  the server refused the handshake  (exit 7, handshake)"))
        #expect(lines.contains("  expected     tls.version = 1.2; it is TLSv1.3"))
        #expect(lines.contains("  expected     1 of 2 holds"))
    }

    @Test func onlyCountsWhatAFailureLeavesWithoutAValue() throws {
        var report = Report.sample()
        report.fail(.connect, Failure(.tcp, .refused, "connection refused"))
        let all = try lines(report, "tls.version = 1.3", "verify.ok = true", "command = connect")
        #expect(all[1] == "  expected     2 of 3 have no value")
        #expect(try lines(report, "tls.version = 1.3")[1] == "  expected     tls.version = 1.3; there is no value")
    }

    @Test func showsAFailureThatWasExpectedAsSuch() throws {
        var report = Report.sample()
        let alert = Failure.AlertEntry(level: "fatal", description: "handshake_failure", number: 40, dir: .received)
        report.fail(
            .handshake,
            Failure(.tls, .alertReceived, "the server refused the handshake", hint: "try", alert: alert))
        let lines = try lines(report, "outcome = handshake")
        #expect(lines[0] == "✓ api.example.com:443  as expected: the server refused the handshake  48 ms")
        #expect(lines.contains("  alert        handshake_failure (40), fatal, from the peer"))
        #expect(lines.last == "  expected     1 of 1 holds")
    }

    @Test func saysWhoIsNotTrustedAsExpected() throws {
        var report = Report.trusted
        report.verify?.ok = false
        report.verify?.errors = [.init(depth: 0, code: 10, name: "X509_V_ERR_CERT_HAS_EXPIRED", message: "expired")]
        report.fail(.verify, Failure(.verify, .notTrusted, "not acceptable", hint: "renew"))
        #expect(try lines(report, "outcome = verify")[0].contains("  as expected: not trusted: expired  48 ms"))
        #expect(try lines(report, "tls.version = 1.2")[0].contains("  not trusted: expired  (exit 8, verify)"))
    }

    @Test func tellsTheValueInTheOneLineOfQ() throws {
        var report = Report.trusted
        _ = try report.judge(by: Expectations(["tls.version = TLSv1.2"], of: Schema.reportObject))
        #expect(
            renderer.failureLine(report)
                == "sslprobe: api.example.com:443: tls.version = TLSv1.2 does not hold: it is TLSv1.3 (exit 1, expectation)"
        )
    }

    @Test func letsNoExpressionSteerTheTerminal() throws {
        let lines = try lines(.trusted, "tls.alpn = \u{1b}[2J\u{202e}")
        #expect(lines.joined().unicodeScalars.allSatisfy { !TerminalText.steers($0) })
        #expect(lines[0].contains(#"tls.alpn = \x1b[2J\u{202e} does not hold"#))
    }

    @Test func isPartOfTheLadder() {
        let ladder = renderer.ladder([.sample(.expectation)])
        #expect(ladder.hasSuffix("expectation                   tls.version = 1.2 does not hold · it is TLSv1.3\n"))
    }
}
