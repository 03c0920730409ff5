/// What the attempts of a `resume` come to: the verdict, and the ending that goes with it.
struct ResumptionFinding {
    let value: Verdict.Value
    /// In words; nil when every attempt was resumed.
    let why: String?
    /// Nil when all went as asked.
    let ending: Ending?

    /// - Parameters:
    ///   - isElicited: whether the server had every reason to hand out a session.
    ///   - isDoubtful: whether a session that was not taken may have been too old or not.
    ///   - unsafeChange: what changed when the server resumed a session that it should not have.
    init(
        _ attempts: [Report.Resumption.Attempt], asked: ResumePlan, isElicited: Bool,
        unsafeChange: ResumePlan.Variation? = nil, isDoubtful: Bool = false
    ) {
        if attempts.isEmpty, asked.schedule != nil {
            // Nothing was due yet.
            (value, why, ending) = (.unknown, "nothing was due yet", nil)
            return
        }
        if isDoubtful {
            let doubt = "a session was not taken, but neither was a fresh one: it need not be its age"
            (value, why) = (.unknown, doubt)
            ending = Ending(
                .inconclusive,
                Failure(.postHandshake, .notResumed, doubt, hint: "--count 3 tells how often it resumes at all"))
            return
        }
        let resumed = attempts.count { $0.resumed }
        let offered = attempts.count { $0.offered }
        let early = attempts.compactMap(\.earlyData)
        if let unsafeChange {
            (value, why) = (.yes, "with \(unsafeChange.text) too")
            ending = Ending(
                .unsafe,
                Failure(
                    .postHandshake, .unsafeResumption,
                    "the server resumes a session with a client certificate under \(unsafeChange.text)",
                    hint: "keep sessions of different names apart: ticket keys and session caches of their own"))
        } else if asked.repetition == .replay, early.count(where: { $0 == .accepted }) > 1 {
            (value, why) = (.yes, nil)
            ending = Ending(
                .unsafe,
                Failure(
                    .postHandshake, .replayedEarlyData,
                    "the server took the same early data twice: whoever records it can send it again",
                    hint: "is anti-replay off? let it take only requests that may be repeated (RFC 8470)"))
        } else if asked.repetition == .replay, early.first == .accepted {
            // To take it once is the very thing that was asked for.
            (value, why, ending) = (.yes, "the early data was taken once, and not a second time", nil)
        } else if asked.repetition == .replay, offered > 0 {
            (value, why) = (.unknown, "the early data was not taken even once")
            ending = Ending(
                .inconclusive,
                Failure(
                    .postHandshake, .earlyDataRejected,
                    "the early data was not taken even once, so a replay tells nothing",
                    hint: "does the server offer any? sslprobe tickets says how much (max_early_data)"))
        } else if offered == 0 {
            let hasNone = attempts.contains { $0.whyNot == .noTicket }
            let ending = hasNone ? Self.noTicket(asked, isElicited) : Self.notOffered(attempts)
            value = ending.outcome == .unmet ? .no : .unknown
            why = ending.failure.message
            self.ending = ending
        } else if resumed < attempts.count {
            let miss = attempts.first { !$0.resumed }?.whyNot ?? .unknown
            (value, why) = (.no, "\(resumed) of \(attempts.count) resumed; \(miss.words)")
            ending = Ending(
                .unmet,
                Failure(
                    .postHandshake, .notResumed,
                    resumed == 0
                        ? "the server does not resume: \(miss.words)"
                        : "the server resumed \(resumed) of \(attempts.count): \(miss.words)",
                    hint: miss.hint))
        } else if let status = early.first(where: { $0 != .accepted }) {
            (value, why) = (.yes, nil)
            ending = Ending(
                .unmet,
                Failure(
                    .postHandshake, .earlyDataRejected,
                    status == .rejected
                        ? "the server resumed, and rejected the early data"
                        : "the early data was sent after the handshake: the session allows no such early data",
                    hint: status == .rejected
                        ? "servers reject what was sent before, or what is too old"
                        : "does the server offer any? tickets say how much (max_early_data)"))
        } else {
            (value, why, ending) = (.yes, nil, nil)
        }
    }

    private static func notOffered(_ attempts: [Report.Resumption.Attempt]) -> Ending {
        // OpenSSL does not offer what is too old.
        let isExpired = attempts.contains { $0.whyNot == .expired }
        return Ending(
            .inconclusive,
            Failure(
                .postHandshake, .notResumed,
                "no session was offered" + (isExpired ? ": \(Report.Resumption.Miss.expired.words)" : ""),
                hint: isExpired
                    ? Report.Resumption.Miss.expired.hint
                    : "one made for another name, or with a server that is not trusted, needs -k"))
    }

    private static func noTicket(_ asked: ResumePlan, _ isElicited: Bool) -> Ending {
        guard isElicited else {
            return Ending(
                .inconclusive,
                Failure(
                    .postHandshake, .noTicket, "no ticket came; some servers send none before they have data to send",
                    hint: "make it write: --http or --elicit STRING; --settle 5s waits longer"))
        }
        let wantsTicket = asked.mechanism == .ticket
        return Ending(
            .unmet,
            Failure(
                .postHandshake, .noTicket,
                wantsTicket ? "the server hands out no tickets" : "the server hands out nothing to come back with",
                hint: wantsTicket ? "it may remember sessions by their identifier: --mechanism id" : nil))
    }
}

extension Report.Resumption.Miss {
    /// Why a server made a full handshake, for a sentence.
    var words: String {
        switch self {
        case .noTicket: "no ticket came"
        case .expired: "the session is older than the server promised to take it"
        case .idNotEchoed: "it did not know the session's identifier any more"
        case .otherKeyName: "it seals tickets with another key"
        case .otherAddress: "the session is from another address"
        case .versionChanged: "it chose another version than the session's"
        case .helloRetry: "it answered with a HelloRetryRequest"
        case .cipherGone: "it chose another cipher than the session's"
        case .abruptClose: "it forgot the session when the connection broke"
        case .singleUse: "it takes a session only once"
        case .notOffered: "the session was not offered"
        case .unknown: "it made a full handshake and does not say why"
        }
    }

    fileprivate var hint: String? {
        switch self {
        case .otherKeyName: "servers behind one name have to share ticket keys; sslprobe tickets --track shows changes"
        case .abruptClose: "--close clean says goodbye first"
        case .expired: "take a newer session"
        case .idNotEchoed, .unknown: "is a load balancer between? -v shows the messages"
        default: nil
        }
    }
}
