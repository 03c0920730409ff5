/// All that is expected of a report, and what that makes of its outcome.
package struct Expectations: Sendable {
    private let all: [Expectation]

    /// Reads what was typed for `--expect`.
    ///
    /// - Parameter schema: of the report, such as `Schema.reportObject`; it is costly, and made only when something is
    ///   expected.
    package init(_ texts: [String], of schema: @autoclosure () -> JSONValue) throws(UsageError) {
        var all: [Expectation] = []
        if !texts.isEmpty {
            let schema = schema()
            for text in texts { all.append(try Expectation(text, of: schema)) }
        }
        self.all = all
    }

    package var isEmpty: Bool { all.isEmpty }

    /// What becomes of each, in the order in which they were typed.
    package func evaluate(in report: JSONValue) -> [Expected] { all.map { $0.evaluate(in: report) } }

    /// What they make of an outcome that was decided without them.
    package enum Judgement: Sendable {
        /// The outcome and its exit code stand.
        case stands
        /// The probe worked, and this is the first that does not hold: the outcome is `expectation`.
        case disappointed(Expected)
        /// The probe ended as it was expected to: the exit code is 0, and the outcome keeps its name.
        case foreseen
    }

    /// Judges an outcome by what became of the expectations.
    ///
    /// Whoever names the outcome, or the verdict of the command, and is right about everything, gets 0. A verdict says nothing
    /// of trust, so code 8 is dropped only by an expectation of the outcome itself. A signal is nobody's expectation.
    package func judgement(of outcome: Outcome, _ results: [Expected]) -> Judgement {
        if outcome == .ok { return results.first { !$0.ok }.map(Judgement.disappointed) ?? .stands }
        guard outcome != .signal, results.allSatisfy(\.ok) else { return .stands }
        let isForeseen = all.contains { $0.namesOutcome || ($0.namesVerdict && outcome != .verify) }
        return isForeseen ? .foreseen : .stands
    }
}

extension Expectation {
    /// Whether it is about how the probe ended.
    fileprivate var namesOutcome: Bool { path.steps == [.key("outcome")] }

    /// Whether it is about what the command measured, such as `renegotiation.verdict.value`.
    fileprivate var namesVerdict: Bool {
        let steps = path.steps.last == .key("value") ? path.steps.dropLast() : path.steps[...]
        return steps.last == .key("verdict")
    }
}

extension Expected {
    /// What there is instead, in words.
    var finding: String {
        guard let actual else { return "there is no value" }
        let start = String(String.UnicodeScalarView(actual.unicodeScalars.prefix(80)))
        return "it is " + (start.utf8.count < actual.utf8.count ? start + "..." : start)
    }

    /// Why a probe that worked does not end with 0.
    package var failure: Failure {
        // Judged when all is over, so the stage is the last.
        Failure(
            .close, .expectationFailed, "\(expression) does not hold: \(finding)",
            hint: "--json shows every value that can be expected")
    }
}

/// A report that is held against expectations.
protocol JudgedReport {
    var ok: Bool { get set }
    var outcome: Outcome { get set }
    var expectations: [Expected] { get set }
    var error: Failure? { get set }
    /// What expectations are evaluated in.
    var document: JSONValue { get }
}

extension JudgedReport {
    /// Judges the report by what was expected of it.
    ///
    /// - Returns: the failure that was foreseen: a report that is ok has none, but a person likes to read it.
    fileprivate mutating func hold(against expectations: Expectations) -> Failure? {
        self.expectations = expectations.evaluate(in: document)
        switch expectations.judgement(of: outcome, self.expectations) {
        case .stands: return nil
        case .disappointed(let expected):
            (outcome, ok) = (.expectation, false)
            error = expected.failure
            return nil
        case .foreseen:
            let foreseen = error
            ok = true
            error = nil
            return foreseen
        }
    }
}

extension Report: JudgedReport {
    var document: JSONValue { JSONValue(self) }

    /// Judges the report by what was expected of it; returns a failure that was foreseen.
    package mutating func judge(by expectations: Expectations) -> Failure? {
        guard !expectations.isEmpty else { return nil }
        defer {
            if ok {
                exitCode = Outcome.ok.exitCode
            } else if outcome == .expectation {
                exitCode = Outcome.expectation.exitCode
            }
        }
        return hold(against: expectations)
    }
}

extension ConnectionReport: JudgedReport {
    var document: JSONValue { JSONValue(self) }

    /// Judges the report by what was expected of it; returns a failure that was foreseen.
    package mutating func judge(by expectations: Expectations) -> Failure? {
        expectations.isEmpty ? nil : hold(against: expectations)
    }
}
