import OpenSSL

// What the logs of a connection tell, as parts of its report.

extension Report.Renegotiation.Attempt {
    init(_ attempt: Renegotiations.Attempt) {
        self.init(
            mode: attempt.isAbbreviated.map { $0 ? .abbreviated : .full }, initiatedBy: attempt.initiator,
            result: attempt.result ?? .closed, durationMs: attempt.duration, resumed: attempt.isAbbreviated,
            alert: attempt.alert, cipherChanged: nil, certificateChanged: nil, masterSecretChanged: nil,
            pendingBefore: nil, pendingAfter: nil, num: nil, total: nil)
    }
}

extension Report.KeyUpdates.Attempt {
    init(_ update: KeyUpdateLog.Sent) {
        let answered: Report.KeyUpdates.Answer =
            if update.request != .updateRequested {
                .notApplicable
            } else if let answer = update.answer {
                answer.isShared ? .coalesced : .yes
            } else {
                .unknown
            }
        self.init(
            requestUpdate: KeyUpdate.Request(update.request), sent: true, answered: answered,
            answerMs: update.answerMilliseconds, pendingBefore: nil, pendingAfter: nil,
            generationSent: update.generation, generationReceived: update.answer?.generation, dataIntact: nil)
    }

    /// One that was arranged for and never went out.
    init(unsent request: KeyUpdateRequest) {
        self.init(
            requestUpdate: KeyUpdate.Request(request), sent: false,
            answered: request == .updateRequested ? .unknown : .notApplicable, answerMs: nil, pendingBefore: nil,
            pendingAfter: nil, generationSent: nil, generationReceived: nil, dataIntact: nil)
    }
}

extension KeyUpdate.Request {
    init(_ request: KeyUpdateRequest) {
        self = request == .updateRequested ? .updateRequested : .updateNotRequested
    }
}
