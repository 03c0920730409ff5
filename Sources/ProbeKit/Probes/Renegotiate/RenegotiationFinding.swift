/// What the attempts of a `renegotiate` come to: the verdict, and the ending that goes with it.
struct RenegotiationFinding {
    let value: Verdict.Value
    /// In words; nil when all that was asked for was accepted.
    let why: String?
    /// Nil when the server renegotiated as it was asked to, and safely.
    let ending: Ending?

    /// One connection, and what was tried over it.
    struct Trial {
        let mode: Report.Renegotiation.Mode
        let attempts: [Report.Renegotiation.Attempt]
        /// Why not all was tried.
        let interruption: String?
        /// Whether the peer ended the connection after some were accepted.
        var wasCut = false
    }

    init(_ trials: [Trial], asked: RenegotiationPlan, support: Report.Renegotiation.Support) {
        let partial = trials.map { Part($0, asked: asked) }
        let decisive =
            partial.first { $0.value == .no } ?? partial.first { $0.value != .yes }
        let accepted = trials.flatMap(\.attempts).count { $0.result == .accepted }
        value = decisive?.value ?? .yes
        why = decisive?.why ?? (asked.untilRefused ? partial.first?.why : nil)
        if accepted > 0, support == .none {
            ending = Ending(
                .unsafe,
                Failure(
                    .postHandshake, .unsafeRenegotiation,
                    "the server renegotiates without RFC 5746: an attacker can put data before a client's",
                    hint: "update the server's TLS library, or turn renegotiation off"))
        } else if let decisive {
            ending = decisive.ending(asked)
        } else {
            ending = nil
        }
    }

    /// What one connection came to.
    private struct Part {
        let value: Verdict.Value
        let why: String?
        let alert: Failure.AlertEntry?

        init(_ trial: Trial, asked: RenegotiationPlan) {
            let accepted = trial.attempts.count { $0.result == .accepted }
            let last = trial.attempts.last { $0.result != .accepted }
            alert = last?.alert
            let end = last.map { Part.words(for: $0, asked) } ?? trial.interruption
            if asked.untilRefused, accepted > 0 {
                value = .yes
                why = end.map { "\(accepted) accepted, then \($0)" } ?? "\(accepted) accepted, none refused"
            } else if accepted == asked.count {
                value = .yes
                why = nil
            } else {
                value = last.map(Part.value) ?? (trial.wasCut ? .no : .unknown)
                why =
                    (accepted > 0 ? "\(accepted) of \(asked.count) accepted, then " : "") + (end ?? "nothing happened")
            }
        }

        private static func value(_ attempt: Report.Renegotiation.Attempt) -> Verdict.Value {
            switch attempt.result {
            case .accepted: .yes
            case .refusedWarning, .refusedFatal: .no
            // When it was us who gave up, the peer did not refuse.
            case .closed: attempt.alert == nil ? .no : .unknown
            case .ignored: .unknown
            case .notApplicable: .notApplicable
            }
        }

        private static func words(for attempt: Report.Renegotiation.Attempt, _ asked: RenegotiationPlan) -> String {
            let alert = attempt.alert.map { "\($0.description) (\($0.number))" } ?? "no alert"
            switch attempt.result {
            case .accepted: return "accepted"
            case .refusedWarning: return "refused with the warning \(alert)"
            case .refusedFatal: return "refused with the fatal alert \(alert)"
            case .closed where attempt.alert == nil: return "the server closed the connection"
            case .closed: return "the server's answer broke the protocol, and we sent \(alert)"
            case .ignored: return "no answer in \(Words.time(asked.answerTimeout))"
            case .notApplicable: return "not applicable"
            }
        }

        func ending(_ asked: RenegotiationPlan) -> Ending {
            let why = why ?? ""
            guard value == .no else {
                return Ending(
                    .inconclusive,
                    Failure(
                        .postHandshake, .renegotiationUnproven,
                        "whether the server renegotiates is not known: \(why)",
                        hint: Self.hint(asked), alert: alert))
            }
            return Ending(
                .unmet,
                Failure(
                    .postHandshake, .renegotiationRefused, "the server does not renegotiate: \(why)",
                    hint: asked.awaitRequest == nil
                        ? "an audit wants just that: --expect 'renegotiation.verdict.value = no' makes it the success"
                        : "the server asked for it itself; its log may say why",
                    alert: alert))
        }

        private static func hint(_ asked: RenegotiationPlan) -> String {
            if asked.awaitRequest != nil { return "many servers ask only for some paths: --http-path PATH" }
            if case .bytes = asked.after { return "--send or --http is what makes data go over the connection" }
            return "--answer-timeout waits longer; -v shows the messages"
        }
    }
}
