/// What the attempts of a `renegotiate` come to: the verdict, and the ending that goes with it.
struct RenegotiationFinding {
    let value: Verdict.Value
    /// In words; nil when all that was asked for was accepted.
    let why: String?
    /// Nil when the server renegotiated as it was asked to, and safely.
    let ending: Ending?

    /// One connection, and what was tried over it.
    struct Trial {
        let attempts: [Report.Renegotiation.Attempt]
        /// Why not all was tried.
        var end: RenegotiationErrand.End?
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
            let initiator: Report.Renegotiation.Initiator = asked.awaitRequest == nil ? .client : .server
            // One that the server began says nothing of what a client may do.
            let own = trial.attempts.filter { $0.initiatedBy == initiator }
            let accepted = own.count { $0.result == .accepted }
            let last = own.last { $0.result != .accepted }
            alert = last?.alert
            let nothing =
                own.count < trial.attempts.count
                ? "the server asked for one by itself at the same time" : "nothing happened"
            let isCut = if case .cut? = trial.end { true } else { false }
            let end = trial.end?.words ?? last.map { Part.words(for: $0, asked) }
            if asked.untilRefused, accepted > 0 {
                value = .yes
                why = end.map { "\(accepted) accepted, then \($0)" } ?? "\(accepted) accepted, none refused"
            } else if accepted == asked.count {
                value = .yes
                why = nil
            } else {
                let isDoubtful = if case .unrelated? = trial.end { true } else { false }
                value = isDoubtful ? .unknown : last.map(Part.value) ?? (isCut ? .no : .unknown)
                why =
                    (accepted > 0 ? "\(accepted) of \(asked.count) accepted, then " : "")
                    + (end ?? nothing)
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

extension RenegotiationErrand.End {
    var words: String {
        switch self {
        case .unrelated(let words), .cut(let words): words
        }
    }
}
