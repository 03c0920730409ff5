import Testing

@testable import ProbeKit

/// What expectations make of an outcome.
@Suite struct ExpectationOutcomeTests {
    /// The report after it was judged, and the failure that was foreseen.
    private func judged(
        _ expectations: String..., report: Report = .trusted
    ) throws -> (report: Report, foreseen: Failure?) {
        var report = report
        let foreseen = try report.judge(by: Expectations(expectations, of: Schema.reportObject))
        #expect(report.ok == (report.exitCode == 0))
        #expect((report.error == nil) == (report.exitCode == 0))
        #expect(report.expectations.map(\.expression) == expectations)
        return (report, foreseen)
    }

    private func failed(_ outcome: Outcome) -> Report {
        var report = Report.trusted
        report.fail(outcome, Failure(.tls, .alertReceived, "refused", hint: "try"))
        return report
    }

    @Test func leavesASuccessThatWasExpected() throws {
        let (report, foreseen) = try judged("tls.version = 1.3", "outcome = ok", "certificates[*].days_left > 7")
        #expect(report.outcome == .ok && report.exitCode == 0 && foreseen == nil)
        #expect(report.expectations.allSatisfy { $0.ok })
    }

    @Test func turnsASuccessIntoAnUnmetExpectation() throws {
        let (report, foreseen) = try judged("tls.alpn = h2", "tls.version = TLSv1.2", "tls.group = P-256")
        #expect(report.outcome == .expectation && report.exitCode == 1 && foreseen == nil)
        #expect(report.expectations.map(\.ok) == [true, false, false])
        #expect(report.error?.code == .expectationFailed && report.error?.stage == .close)
        #expect(report.error?.message == "tls.version = TLSv1.2 does not hold: it is TLSv1.3")
    }

    @Test func saysSoWhenThereIsNoValue() throws {
        let (report, _) = try judged("tls.early_data = accepted")
        #expect(report.error?.message == "tls.early_data = accepted does not hold: there is no value")
    }

    @Test func cutsALongValueInTheMessageAlone() throws {
        var report = Report.trusted
        report.data?.firstLine = String(repeating: "x", count: 1000)
        let (judged, _) = try judged("data.first_line = y", report: report)
        #expect(judged.error?.message.utf8.count ?? 0 < 150)
        #expect(judged.expectations.first?.actual?.utf8.count == 1000)
    }

    static let failures = Outcome.allCases.filter { $0 != .ok }

    @Test(arguments: failures)
    func keepsEveryOtherOutcome(_ outcome: Outcome) throws {
        for expectation in ["tls.version = 1.3", "tls.version = 1.2"] {
            let (report, foreseen) = try judged(expectation, report: failed(outcome))
            #expect(report.outcome == outcome && report.exitCode == outcome.exitCode && foreseen == nil)
            #expect(report.error?.message == "refused")
        }
    }

    static let failuresButSignals = failures.filter { $0 != .signal }

    @Test(arguments: failuresButSignals)
    func takesOverAnOutcomeThatIsNamed(_ outcome: Outcome) throws {
        let (report, foreseen) = try judged(
            "outcome = \(outcome.rawValue)", "tls.alpn = h2", report: failed(outcome))
        #expect(report.outcome == outcome && report.exitCode == 0)
        #expect(foreseen?.message == "refused")
    }

    @Test func takesOverOnlyWhenAllHold() throws {
        let (report, foreseen) = try judged("outcome = handshake", "tls.alpn = h3", report: failed(.handshake))
        #expect(report.outcome == .handshake && report.exitCode == 7 && foreseen == nil)
        let (other, _) = try judged("outcome = timeout", report: failed(.handshake))
        #expect(other.outcome == .handshake && other.exitCode == 7)
    }

    @Test(arguments: ["outcome != ok", "outcome ~ hand", ".outcome = handshake", "outcome == handshake"])
    func seesTheOutcomeHoweverItIsNamed(_ expectation: String) throws {
        #expect(try judged(expectation, report: failed(.handshake)).report.exitCode == 0)
    }

    @Test(arguments: ["addresses[0].outcome = connected", "exit_code = 7", "ok = false", "error.code = alert_received"])
    func takesNothingElseForTheOutcome(_ expectation: String) throws {
        let (report, _) = try judged(expectation, report: failed(.handshake))
        #expect(report.expectations.allSatisfy { $0.ok })
        #expect(report.exitCode == 7)
    }

    @Test func letsASignalStand() throws {
        var interrupted = failed(.signal)
        interrupted.exitCode = 143
        let (report, foreseen) = try judged("outcome = signal", report: interrupted)
        #expect(report.outcome == .signal && report.exitCode == 143 && foreseen == nil)
        #expect(report.expectations.allSatisfy { $0.ok })
    }

    @Test func judgesByTheReportAsItWasDecided() throws {
        let (report, _) = try judged("outcome = handshake", "error.code = alert_received", report: failed(.handshake))
        #expect(report.exitCode == 0 && report.error == nil)
    }

    /// A report with a verdict, which no command of this version fills.
    @Test(arguments: ["renegotiation.verdict.value", "renegotiation.verdict"])
    func takesOverWhatNamesTheVerdict(_ path: String) throws {
        let verdict = JSONValue.object([
            .init("type", .string("object")),
            .init("properties", .object([.init(path.hasSuffix("value") ? "value" : "verdict", .type("string"))])),
        ])
        let renegotiation =
            path.hasSuffix("value")
            ? JSONValue.object([
                .init("type", .string("object")), .init("properties", .object([.init("verdict", verdict)])),
            ]) : verdict
        let schema = JSONValue.object([
            .init("type", .string("object")), .init("properties", .object([.init("renegotiation", renegotiation)])),
        ])
        let expectations = try Expectations(["\(path) = no"], of: schema)
        let held = [Expected(expression: "", ok: true, actual: "no")]
        let missed = [Expected(expression: "", ok: false, actual: "yes")]
        for outcome in [Outcome.unmet, .inconclusive, .notApplicable] {
            guard case .foreseen = expectations.judgement(of: outcome, held) else {
                Issue.record("\(outcome) was not taken over")
                continue
            }
        }
        // Who is not to be trusted stays so, whatever its verdict.
        for (outcome, results) in [(Outcome.verify, held), (.signal, held), (.unmet, missed)] {
            guard case .stands = expectations.judgement(of: outcome, results) else {
                Issue.record("\(outcome) did not stand")
                continue
            }
        }
    }

    /// A report of each command with the verdict that it fills, and the path to it.
    static let verdicts: [(path: String, fill: @Sendable (inout Report, Verdict) -> Void)] = [
        (
            "renegotiation.verdict.value",
            { $0.renegotiation = .init(protocolSupport: .rfc5746, attempts: [], acceptedCount: 0, verdict: $1) }
        ),
        ("key_update.verdict.value", { $0.keyUpdate = .init(attempts: [], receivedCount: 0, verdict: $1) }),
        (
            "ticket_summary.verdict.value",
            {
                $0.ticketSummary = .init(
                    connections: 2, perConnection: [0, 0], sessionIds: 0, keyNames: [], verdict: $1)
            }
        ),
        (
            "resumption.verdict.value",
            { $0.resumption = .init(attempts: [], full: .init(count: 0), abbreviated: .init(count: 0), verdict: $1) }
        ),
    ]

    @Test(arguments: verdicts.indices)
    func takesOverTheVerdictOfEachCommand(index: Int) throws {
        let (path, fill) = Self.verdicts[index]
        for (outcome, code, other) in [
            (Outcome.unmet, Int32(0), Int32(10)), (.inconclusive, 0, 12), (.timeout, 0, 5), (.verify, 8, 8),
        ] {
            var report = failed(outcome)
            fill(&report, Verdict(.no))
            #expect(try judged("\(path) = no", report: report).report.exitCode == code)
            #expect(try judged("\(path) = no", "tls.alpn = h3", report: report).report.exitCode == other)
            #expect(try judged("\(path) = yes", report: report).report.exitCode == other)
            // A verdict that was never reached is none.
            #expect(try judged("\(path) = no", report: failed(outcome)).report.exitCode == other)
        }
        var fine = Report.trusted
        fill(&fine, Verdict(.yes))
        #expect(try judged("\(path) = yes", report: fine).report.exitCode == 0)
        #expect(try judged("\(path) = no", report: fine).report.exitCode == 1)
    }

    /// What `--min-days` is short for.
    @Test func wantsEveryCertificateToLast() throws {
        var report = Report.trusted
        #expect(try judged("certificates[*].days_left >= 38", report: report).report.exitCode == 0)
        report.certificates[1].daysLeft = 5
        let short = try judged("certificates[*].days_left >= 14", report: report).report
        #expect(short.exitCode == 1 && short.error?.message.hasSuffix("does not hold: it is 5") == true)
        report.certificates = []
        #expect(try judged("certificates[*].days_left >= 0", report: report).report.exitCode == 1)
    }

    @Test func costsNothingWhenNothingIsExpected() throws {
        var isMade = false
        func schema() -> JSONValue {
            isMade = true
            return .null
        }
        let expectations = try Expectations([], of: schema())
        #expect(expectations.isEmpty && !isMade)
        _ = try? Expectations(["a = b"], of: schema())
        #expect(isMade)
    }
}
