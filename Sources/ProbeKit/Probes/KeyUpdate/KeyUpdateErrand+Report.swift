import OpenSSL

extension KeyUpdateErrand {
    /// Every KeyUpdate of ours, with what came of it.
    func attempts(in log: KeyUpdateLog) -> [Report.KeyUpdates.Attempt] {
        let sent = log.sent
        return notes.enumerated().map { index, note in
            var attempt =
                index < sent.count
                ? Report.KeyUpdates.Attempt(sent[index]) : Report.KeyUpdates.Attempt(unsent: note.request)
            if note.isProvenUnanswered, attempt.answered == .unknown { attempt.answered = .no }
            attempt.pendingBefore = note.pendingBefore.map(KeyUpdate.Request.init)
            attempt.pendingAfter = note.pendingAfter.map(KeyUpdate.Request.init)
            attempt.dataIntact = note.dataIntact
            return attempt
        }
    }
}
