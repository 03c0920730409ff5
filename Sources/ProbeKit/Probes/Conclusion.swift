/// How a probe ended: the report as it is printed, and what a person is told beside it.
final class Conclusion {
    let report: Report
    /// Why the probe ended as it was expected to; such a report has no error.
    private let foreseen: Failure?

    /// Judges a report by what was expected of it, and records that, the error and the end.
    init(_ report: consuming Report, expectations: Expectations, plan: OutputPlan, recorder: Recorder) {
        if plan.includesEvents { report.events = recorder.events }
        foreseen = report.judge(by: expectations)
        for expected in report.expectations { recorder.record(.expectation, nil, .expectation(expected)) }
        if let failure = report.error { recorder.record(.error, nil, .error(failure)) }
        if plan.includesEvents { report.events = recorder.events }
        self.report = report
        recorder.record(.summary, nil, .summary(self.report))
    }

    /// The report for people, who like to read why even when all is as they expected.
    var told: Report {
        guard let foreseen else { return report }
        var told = report
        told.error = foreseen
        return told
    }
}
