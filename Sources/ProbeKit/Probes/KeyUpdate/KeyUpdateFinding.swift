import OpenSSL

/// What the KeyUpdates of a `keyupdate` come to: the verdict, and the ending that goes with it.
struct KeyUpdateFinding {
    let value: Verdict.Value
    /// In words; nil when all went as asked.
    let why: String?
    /// Nil when the server took them all, and answered those that asked for it.
    let ending: Ending?

    init(
        _ attempts: [Report.KeyUpdates.Attempt], _ cut: KeyUpdateErrand.Cut?, asked: KeyUpdatePlan, elicited: Bool,
        waited: Duration, doubt: String? = nil
    ) {
        let requests = attempts.filter { $0.requestUpdate == .updateRequested }
        let answered = requests.count { $0.answered == .yes || $0.answered == .coalesced }
        if let cut, cut.isAtKeyUpdate, let refusal = Self.refusal(by: cut, asked) {
            (value, why) = (.no, refusal)
            ending = Ending(
                .unmet,
                Failure(
                    .postHandshake, .keyUpdateRefused, "the server \(refusal)",
                    hint: Self.hint(cut),
                    alert: cut.alert))
        } else if requests.contains(where: { $0.answered == .no }) {
            let why = "a request after the KeyUpdate was answered, and no KeyUpdate came before that answer"
            (value, self.why) = (.no, why)
            ending = Ending(
                .unmet,
                Failure(
                    .postHandshake, .keyUpdateUnanswered, "the server does not answer a KeyUpdate: \(why)",
                    hint: "RFC 8446, 4.6.3 demands the answer before any other data"))
        } else if let doubt = doubt ?? Self.doubt(attempts, answered, requests.count, cut, asked, elicited, waited) {
            (value, why) = (.unknown, doubt)
            ending = Ending(
                .inconclusive,
                Failure(
                    .postHandshake, .keyUpdateUnproven, doubt,
                    hint: Self.hint(cut, asked, elicited), alert: cut?.alert))
        } else {
            (value, why, ending) = (.yes, nil, nil)
        }
    }

    /// An alert is an answer to the KeyUpdate; a close only when there was nothing else to object to.
    private static func refusal(by cut: KeyUpdateErrand.Cut, _ asked: KeyUpdatePlan) -> String? {
        let all = asked.directions.count
        // Of several that went together nobody knows which it was.
        let which =
            if all == 1 {
                "the KeyUpdate"
            } else if asked.interval > .zero || cut.sentCount == 1 {
                "KeyUpdate \(cut.sentCount) of \(all)"
            } else {
                "one of the first \(cut.sentCount) KeyUpdates"
            }
        switch cut.alert {
        case let alert? where alert.dir == .received:
            return "refused \(which): alert \(alert.description) (\(alert.number))"
        case nil where !cut.hadRequest && cut.isTimely: return "closed the connection at \(which)"
        default: return nil
        }
    }

    /// Why it is not known whether all went as asked; nil when it is.
    private static func doubt(
        _ attempts: [Report.KeyUpdates.Attempt], _ answered: Int, _ requested: Int, _ cut: KeyUpdateErrand.Cut?,
        _ asked: KeyUpdatePlan, _ elicited: Bool, _ patience: Duration
    ) -> String? {
        let all = asked.directions.count
        if let cut, attempts.count < all || requested > answered {
            if let alert = cut.alert {
                return "what the server sent after the KeyUpdate could not be read, and we sent alert "
                    + "\(alert.description) (\(alert.number))"
            }
            if cut.isAtKeyUpdate, !cut.hadRequest {
                return "the server closed the connection \(Words.seconds(cut.milliseconds)) after the KeyUpdate, "
                    + "perhaps for another reason"
            }
            let place = cut.isAtKeyUpdate && cut.hadRequest ? "after the KeyUpdate and the request behind it" : ""
            return "the server closed the connection "
                + (place.isEmpty ? "after \(cut.sentCount) of \(all) KeyUpdates" : place)
        }
        if attempts.contains(where: { $0.dataIntact == false }) {
            return "what came back after the KeyUpdate is not what was sent"
        }
        if requested > answered {
            let waited = Words.time(patience)
            return elicited
                ? "the server sent neither a KeyUpdate nor a whole answer in \(waited)"
                : "the server sent nothing in \(waited), and answers a KeyUpdate only with its next data"
        }
        if requested == 0, !attempts.contains(where: { $0.dataIntact == true }) {
            return "the server did not object, but nothing came back that shows that it follows our keys"
        }
        return nil
    }

    private static func hint(_ cut: KeyUpdateErrand.Cut) -> String {
        if cut.alert?.number == Int(AlertDescription.badRecordMAC.rawValue) {
            return "it could not read what came under the new keys: it missed the change"
        }
        return cut.sentCount > 1
            ? "some servers limit how many come in a second: --interval 1s"
            : "a server that speaks TLS 1.3 must take it (RFC 8446, 4.6.3); its log may say why"
    }

    private static func hint(_ cut: KeyUpdateErrand.Cut?, _ asked: KeyUpdatePlan, _ elicited: Bool) -> String {
        if cut?.hadRequest == true {
            return "does it close after each request anyway? try --trigger handshake --elicit none"
        }
        if cut != nil { return "--count 1, or --trigger handshake, which sends all at once" }
        return elicited
            ? "--answer-timeout waits longer; -v shows the messages"
            : "make it write: --http, --send STRING or --echo-check"
    }
}
