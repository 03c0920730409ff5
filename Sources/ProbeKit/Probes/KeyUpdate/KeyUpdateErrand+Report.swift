import OpenSSL

extension KeyUpdateErrand {
    /// What was seen of one KeyUpdate beside its messages.
    struct Note {
        let request: KeyUpdateRequest
        let pendingBefore: KeyUpdateRequest?
        var pendingAfter: KeyUpdateRequest?
        var dataIntact: Bool?
        /// Which of the KeyUpdates on the wire it was; OpenSSL answers those of the server between ours.
        var index: Int?
        /// Whether an answer to a later request came whole, and no KeyUpdate before it.
        var isProvenUnanswered = false
    }

    /// How the connection ended before all was done.
    struct Cut {
        let alert: Failure.AlertEntry?
        let evidence: Evidence?
        /// Whether it was while an answer to a KeyUpdate was awaited.
        let isAtKeyUpdate: Bool
        /// Whether there was something else that the server might have objected to: a request.
        let hadRequest: Bool
        /// How many KeyUpdates we had sent.
        let sentCount: Int
        /// How long after the last thing that we sent.
        let milliseconds: Double
        /// Whether that is a time in which a server reacts.
        let isTimely: Bool
    }

    /// Every KeyUpdate of ours, with what came of it.
    func attempts(in log: KeyUpdateLog) -> [Report.KeyUpdates.Attempt] {
        let sent = log.sent
        return notes.map { note in
            let update = note.index.flatMap { sent.indices.contains($0) ? sent[$0] : nil }
            var attempt =
                update.map(Report.KeyUpdates.Attempt.init) ?? Report.KeyUpdates.Attempt(unsent: note.request)
            if note.isProvenUnanswered, attempt.answered == .unknown { attempt.answered = .no }
            attempt.pendingBefore = note.pendingBefore.map(KeyUpdate.Request.init)
            attempt.pendingAfter = note.pendingAfter.map(KeyUpdate.Request.init)
            attempt.dataIntact = note.dataIntact
            return attempt
        }
    }
}
