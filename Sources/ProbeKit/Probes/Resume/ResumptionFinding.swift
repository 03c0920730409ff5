/// What the attempts of a `resume` come to: the verdict, and the ending that goes with it.
struct ResumptionFinding {
    let value: Verdict.Value
    /// In words; nil when every attempt was resumed.
    let why: String?
    /// Nil when all went as asked.
    let ending: Ending?

    /// What is known besides the attempts.
    struct Circumstances {
        /// Whether the server had every reason to hand out a session.
        var isElicited = true
        /// What changed when the server resumed a session that it should not have.
        var unsafeChange: ResumePlan.Variation?
        /// Whether nobody knows if a session that was taken in another context had anything to lose there.
        var isIdentityUnknown = false
        /// Whether a session that was not taken may have been too old or not.
        var isDoubtful = false
        /// Of a session that was not taken: when it was to be offered, and when it was.
        var lateMiss: (planned: Duration, actual: Duration)?
        var offerObstacle: OfferObstacle?
        var earlyObstacle: EarlyDataObstacle?
    }

    private init(_ value: Verdict.Value, _ why: String?, _ ending: Ending? = nil) {
        self.value = value
        self.why = why
        self.ending = ending
    }

    init(_ attempts: [Report.Resumption.Attempt], asked: ResumePlan, _ circumstances: Circumstances = Circumstances()) {
        self =
            Self.safety(attempts, asked, circumstances) ?? Self.life(attempts, asked, circumstances)
            ?? Self.replay(attempts, asked) ?? Self.resumption(attempts, asked, circumstances)
            ?? Self.earlyData(attempts, circumstances) ?? Self.identity(circumstances)
            ?? ResumptionFinding(.yes, nil)
    }

    // MARK: What must not be

    private static func safety(
        _ attempts: [Report.Resumption.Attempt], _ asked: ResumePlan, _ circumstances: Circumstances
    ) -> ResumptionFinding? {
        if let change = circumstances.unsafeChange {
            let isSameContext = change == .noClientCertificate
            return ResumptionFinding(
                .yes, "with \(change.text) too",
                failure(
                    .unsafe, .unsafeResumption,
                    isSameContext
                        ? "a session takes the place of the client certificate: whoever has it is taken for the client"
                        : "the server resumes a session with a client certificate under \(change.text)",
                    hint: isSameContext
                        ? "TLS allows it; a server that minds hands out no sessions (ssl_session_tickets off)"
                        : "keep sessions of different names apart: ticket keys and session caches of their own"))
        }
        guard asked.repetition == .replay, attempts.count(where: { $0.earlyData == .accepted }) > 1 else { return nil }
        return ResumptionFinding(
            .yes, nil,
            failure(
                .unsafe, .replayedEarlyData,
                "the server took the same early data twice: whoever records it can send it again",
                hint: "is anti-replay off? let it take only requests that may be repeated (RFC 8470)"))
    }

    // MARK: How long a session lives

    private static func life(
        _ attempts: [Report.Resumption.Attempt], _ asked: ResumePlan, _ circumstances: Circumstances
    ) -> ResumptionFinding? {
        guard asked.schedule != nil else { return nil }
        if attempts.isEmpty { return ResumptionFinding(.unknown, "nothing was due yet") }
        if let late = circumstances.lateMiss {
            return unknown(
                .notResumed,
                "the session for \(Words.time(late.planned)) was not taken, but it was \(Words.time(late.actual)) old by then",
                hint: "run it more often: each run does what is due")
        }
        if circumstances.isDoubtful {
            return unknown(
                .notResumed, "a session was not taken, but neither was a fresh one: it need not be its age",
                hint: "--count 3 tells how often it resumes at all")
        }
        return nil
    }

    // MARK: Replay

    private static func replay(_ attempts: [Report.Resumption.Attempt], _ asked: ResumePlan) -> ResumptionFinding? {
        guard asked.repetition == .replay, attempts.contains(where: { $0.offered }) else { return nil }
        let early = attempts.map(\.earlyData)
        guard early.first == .accepted else {
            return unknown(
                .earlyDataRejected, "the early data was not taken even once, so a replay tells nothing",
                hint: "does the server offer any? sslprobe tickets says how much (max_early_data)")
        }
        // To take it once is the very thing that was asked for.
        if early.count > 1, early.last == .rejected {
            return ResumptionFinding(.yes, "the early data was taken once, and not a second time")
        }
        return unknown(
            .earlyDataRejected, "the early data was taken once, and not sent a second time", hint: nil)
    }

    // MARK: Resumption

    private static func resumption(
        _ attempts: [Report.Resumption.Attempt], _ asked: ResumePlan, _ circumstances: Circumstances
    ) -> ResumptionFinding? {
        let resumed = attempts.count { $0.resumed }
        let misses = attempts.filter { isMiss($0, asked, circumstances) }
        if let first = misses.first(where: { $0.whyNot != .noTicket }) {
            let (miss, count) = (first.whyNot ?? .unknown, resumed + misses.count)
            return ResumptionFinding(
                .no, "\(resumed) of \(count) resumed; \(miss.words)",
                failure(
                    .unmet, .notResumed,
                    resumed == 0
                        ? "the server does not resume: \(miss.words)"
                        : "the server resumed \(resumed) of \(count): \(miss.words)",
                    hint: miss.hint))
        }
        if !misses.isEmpty {
            let (words, hint) = nothing(asked.mechanism)
            return ResumptionFinding(.no, words, failure(.unmet, .noTicket, words, hint: hint))
        }
        guard resumed < attempts.count || attempts.isEmpty else { return nil }
        if attempts.contains(where: { $0.whyNot == .noTicket }) {
            return unknown(
                .noTicket, "no ticket came; some servers send none before they have data to send",
                hint: "make it write: --http or --elicit STRING; --settle 5s waits longer")
        }
        let words = resumed == 0 ? "no session was offered" : "\(resumed) of \(attempts.count) sessions were offered"
        // OpenSSL does not offer what is too old.
        if attempts.contains(where: { $0.whyNot == .expired }) {
            let expired = Report.Resumption.Miss.expired
            return unknown(.notResumed, "\(words): \(expired.words)", hint: expired.hint)
        }
        let obstacle = circumstances.offerObstacle
        return unknown(.notResumed, words + (obstacle.map { ": \($0.words)" } ?? ""), hint: obstacle?.hint)
    }

    /// Whether the server declined, and not the client.
    private static func isMiss(
        _ attempt: Report.Resumption.Attempt, _ asked: ResumePlan, _ circumstances: Circumstances
    ) -> Bool {
        switch attempt.whyNot {
        case nil, .notOffered: false
        case .noTicket: circumstances.isElicited
        // For how long a session lives is told by the server's own promise, after which no client offers it.
        case .expired: attempt.offered || asked.schedule != nil
        default: attempt.offered
        }
    }

    private static func nothing(_ mechanism: ResumePlan.Mechanism) -> (words: String, hint: String?) {
        switch mechanism {
        case .ticket:
            ("the server hands out no tickets", "it may remember sessions by their identifier: --mechanism id")
        case .id: ("the server names no session to come back with", "it may hand out tickets: --mechanism ticket")
        case .auto, .psk: ("the server hands out nothing to come back with", nil)
        }
    }

    // MARK: Early data

    private static func earlyData(
        _ attempts: [Report.Resumption.Attempt], _ circumstances: Circumstances
    ) -> ResumptionFinding? {
        switch attempts.lazy.compactMap(\.earlyData).first(where: { $0 != .accepted }) {
        case .accepted, nil: return nil
        case .rejected:
            return ResumptionFinding(
                .yes, nil,
                failure(
                    .unmet, .earlyDataRejected, "the server resumed, and rejected the early data",
                    hint: "servers reject what was sent before, or what is too old"))
        case .notSent:
            let obstacle = circumstances.earlyObstacle
            let words = "the early data was sent after the handshake" + (obstacle.map { ": \($0.words)" } ?? "")
            let isTheirs = obstacle == .noneAllowed
            return ResumptionFinding(
                .yes, nil,
                failure(isTheirs ? .unmet : .inconclusive, .earlyDataRejected, words, hint: obstacle?.hint))
        }
    }

    // MARK: Who it was

    private static func identity(_ circumstances: Circumstances) -> ResumptionFinding? {
        guard circumstances.isIdentityUnknown else { return nil }
        return unknown(
            .unsafeResumption,
            "the session was taken, but the file does not say whether it was made with a client certificate",
            hint: "--save-session writes files that say it")
    }

    private static func unknown(_ code: Failure.Code, _ words: String, hint: String?) -> ResumptionFinding {
        ResumptionFinding(.unknown, words, failure(.inconclusive, code, words, hint: hint))
    }

    private static func failure(
        _ outcome: Outcome, _ code: Failure.Code, _ words: String, hint: String?
    ) -> Ending {
        Ending(outcome, Failure(.postHandshake, code, words, hint: hint))
    }
}

extension Report.Resumption.Miss {
    /// Why a server made a full handshake, for a sentence.
    var words: String {
        switch self {
        case .noTicket: "no ticket came"
        case .expired: "the session is older than the server promised to take it"
        case .idNotEchoed: "it does not know the session's identifier"
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
        case .idNotEchoed: "does it use tickets instead? --mechanism ticket; or is a load balancer between?"
        case .unknown: "is a load balancer between? -v shows the messages"
        case .versionChanged: "--tls with the session's version offers no other"
        default: nil
        }
    }
}
