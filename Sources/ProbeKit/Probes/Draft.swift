/// A report on its way from a probe to the printer.
///
/// It is referred to, and made where no task waits: a report has 1.6 kB, and a task that waits keeps room for each value in
/// each of its frames. With a thousand targets under way that was half of the memory.
final class Draft {
    let report: Report

    init(_ report: Report) { self.report = report }

    /// Of a target of which nothing is known but its end.
    @inline(never)
    static func ended(_ ending: Ending, plan: ProbePlan, recorder: Recorder) -> Draft {
        Draft(Report.ended(ending, plan: plan, recorder: recorder))
    }

    var outcome: Outcome { report.outcome }
}
