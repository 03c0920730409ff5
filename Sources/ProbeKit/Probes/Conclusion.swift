/// How a probe ended: the report as it is printed, and what a person is told beside it.
struct Conclusion {
    private(set) var report: Report
    /// Why the probe ended as it was expected to; such a report has no error.
    private let foreseen: Failure?

    /// Judges a report by what was expected of it, and records that, the error and the end.
    init(_ report: Report, expectations: Expectations, plan: OutputPlan, recorder: Recorder) {
        self.report = report
        if plan.includesEvents { self.report.events = recorder.events }
        foreseen = self.report.judge(by: expectations)
        for expected in self.report.expectations { recorder.record(.expectation, nil, .expectation(expected)) }
        if let failure = self.report.error { recorder.record(.error, nil, .error(failure)) }
        if plan.includesEvents { self.report.events = recorder.events }
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
