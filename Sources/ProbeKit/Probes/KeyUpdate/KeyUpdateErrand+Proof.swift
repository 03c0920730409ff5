import OpenSSL
import Reactor

// What it takes before a missing answer means something.

extension KeyUpdateErrand {
    /// Whether a whole answer without a KeyUpdate before it was one to what we had asked after the KeyUpdate. Our own line
    /// shows that; of a header one more request does, if its answer comes without a KeyUpdate too.
    func confirmsSilence(
        over exchange: Exchange, into findings: Findings
    ) async throws(Ending) -> Bool {
        let log = exchange.log.keyUpdates
        let received = log.receivedCount
        // One with which the server asks for ours changes its keys, and is no answer.
        guard log.requestsReceived == 0 else {
            doubt = "the server sent a KeyUpdate that asks for one, and none in answer to ours"
            return false
        }
        guard case .http? = elicitation, var second = elicitation?.next() else { return true }
        try await write(second.pieces, over: exchange, into: findings)
        second.isSent = true
        let end = Deadline.after(question.answerTimeout).earlier(of: exchange.limit)
        var reply: Elicitation.Reply? = second
        while cut == nil, reply?.isWhole == false {
            let heard = try await exchange.hear(until: end, into: findings)
            if case .nothing = heard { break }
            try take(heard, for: &reply, over: exchange, findings)
        }
        if exchange.log.keyUpdates.receivedCount > received {
            doubt = "a KeyUpdate came, but after an answer in place of before it"
        } else if reply?.isAnswer != true {
            doubt = "the server answered once without a KeyUpdate, and closed or said no more"
        }
        // What is decided is not told as a cut.
        cut = nil
        return doubt == nil
    }

    /// An echo before the first KeyUpdate: only then a missing one afterwards means something.
    func checkEcho(over exchange: Exchange, into findings: Findings) async throws(Ending) {
        var reply = Elicitation.echo.next()
        for piece in reply.pieces { try await exchange.send(piece) }
        reply.isSent = true
        let start = Instant.now
        defer { exchange.postpone(since: start) }
        let end = Deadline.after(question.answerTimeout).earlier(of: exchange.limit)
        while reply.isIntact != true {
            let heard = try await exchange.hear(until: end, into: findings)
            switch heard {
            case .message: continue
            case .data: exchange.channel.withLastRead { reply.take($0) }
            case .failed(let failure): throw exchange.explain(failure)
            case .closed, .nothing:
                throw Ending(
                    .inconclusive,
                    Failure(
                        .data, .keyUpdateUnproven,
                        "the server does not send back what it gets, even without a KeyUpdate",
                        hint: "--echo-check needs an echoing server, such as sslprobe serve --reply echo; else --http"))
            }
        }
    }
}
