import OpenSSL
import Reactor

/// Renegotiates over one connection as often as was asked for, or waits for the server to ask.
final class RenegotiationErrand: Errand {
    private let question: RenegotiationPlan
    private let mode: Report.Renegotiation.Mode
    private var request: Request.Pieces

    private(set) var attempts: [Report.Renegotiation.Attempt] = []
    /// The events that show how they ended.
    private(set) var evidence: [Evidence] = []
    /// Whether the end of the connection is all that shows how the last of them ended.
    private(set) var hasUnshownEnd = false
    /// Why the connection, or the wait, was over before all that was asked for was tried.
    private(set) var interruption: String?
    /// Whether the peer ended the connection after some were accepted, while we wanted more.
    private(set) var wasCut = false { didSet { if wasCut { hasUnshownEnd = true } } }
    /// What ended the connection right after a renegotiation.
    private var loss: StepFailure?
    /// What ended a renegotiation in which the server asked for a certificate: that is what it refused.
    private var refusal: StepFailure?

    init(_ mode: Report.Renegotiation.Mode, question: RenegotiationPlan, request: Request.Pieces) {
        self.mode = mode
        self.question = question
        self.request = request
    }

    func needsConsent(_ findings: Findings) -> Bool { true }

    func run(over exchange: Exchange, into findings: inout Findings) async throws(Ending) {
        guard let version = findings.negotiated?.version, version < .tls13 else { throw .noRenegotiation }
        if findings.isWithheld { request = Request.Pieces(nil) }
        if let duration = question.awaitRequest {
            try await sendRest(over: exchange)
            try await awaitRequests(for: duration, over: exchange, into: &findings)
        } else if try await isDue(over: exchange, into: &findings) {
            try await renegotiate(over: exchange, into: &findings)
        }
        if let refusal { throw exchange.explain(refusal) }
        // An alert that came along with the last Finished is as much of a refusal as one that comes later.
        if let loss, !wasCut, attempts.last?.result == .accepted,
            exchange.log.alertReceived != nil || !request.isEmpty
        {
            throw exchange.explain(loss)
        }
        guard isUsable(exchange.channel) else { return }
        // The answer shows that data flows under the new keys.
        try await RequestErrand(request, plan: exchange.plan.data).run(over: exchange, into: &findings)
    }

    private func isUsable(_ channel: Channel) -> Bool {
        interruption == nil && attempts.allSatisfy { $0.result == .accepted } && channel.log.closeNotifyReceived == nil
    }

    // MARK: When

    /// Waits for the moment that `--after` names; false when it never came.
    private func isDue(over exchange: Exchange, into findings: inout Findings) async throws(Ending) -> Bool {
        switch question.after {
        case nil: return true
        case .time(let duration): return try await wait(duration, over: exchange, into: &findings)
        case .bytes(let size): return try await transfer(size, over: exchange, into: &findings)
        }
    }

    /// Reads whatever comes for so long; false when the connection ended meanwhile.
    private func wait(
        _ duration: Duration, over exchange: Exchange, into findings: inout Findings
    ) async throws(Ending) -> Bool {
        let start = Instant.now
        defer { exchange.postpone(since: start) }
        let end = Deadline.after(duration).earlier(of: exchange.limit)
        while true {
            switch try await exchange.hear(until: end, into: &findings) {
            case .message, .data: break
            case .nothing: return true
            case .closed: return leave("the peer closed the connection")
            case .failed(let failure): return leave(failure, over: exchange)
            }
        }
    }

    /// Exchanges exactly so many bytes of data, both ways together.
    private func transfer(
        _ size: Int, over exchange: Exchange, into findings: inout Findings
    ) async throws(Ending) -> Bool {
        let start = Instant.now
        defer { exchange.postpone(since: start) }
        let channel = exchange.channel
        var left: Int { size - channel.sentCount - channel.receivedCount }
        while left > 0 {
            // What the peer says is read before more is sent: two that only send would wait for each other for ever.
            let heard =
                request.isEmpty
                ? try await exchange.hear(
                    until: .after(question.answerTimeout).earlier(of: exchange.limit), upTo: left, into: &findings)
                : try await exchange.glance(upTo: left, into: &findings)
            switch heard {
            case .message, .data: break
            case .nothing:
                guard let piece = request.next(upTo: min(left, Self.pieceSize)) else {
                    return leave("only \(size - left) of \(size) bytes of data went over the connection")
                }
                channel.mostRead = channel.receivedCount + left - piece.count
                defer { channel.mostRead = .max }
                try await exchange.send(piece)
            case .closed: return leave("the peer closed the connection after \(size - left) of \(size) bytes")
            case .failed(let failure): return leave(failure, over: exchange)
            }
        }
        return true
    }

    /// What fits into a record.
    private static let pieceSize = 16384

    private func leave(_ why: String) -> Bool {
        interruption = why
        return false
    }

    private func leave(_ failure: StepFailure, over exchange: Exchange) -> Bool {
        exchange.concludes(with: failure)
        if let found = exchange.log.alertReceived {
            return leave("the peer ended the connection: alert \(found.alert.name) (\(found.alert.number))")
        }
        return leave(failure.kind == .endOfStream ? "the peer closed the connection" : "the connection broke")
    }

    private func sendRest(over exchange: Exchange) async throws(Ending) {
        if let rest = request.next(upTo: .max) { try await exchange.send(rest) }
    }

    // MARK: Ours

    private func renegotiate(over exchange: Exchange, into findings: inout Findings) async throws(Ending) {
        for number in 0..<question.count {
            if number > 0, question.interval > .zero,
                try await !wait(question.interval, over: exchange, into: &findings)
            {
                wasCut = true
                return
            }
            try await renegotiateOnce(over: exchange, into: &findings)
            guard attempts.last?.result == .accepted else { return }
            if interruption != nil {
                wasCut = attempts.count < question.count
                return
            }
        }
    }

    private func renegotiateOnce(over exchange: Exchange, into findings: inout Findings) async throws(Ending) {
        let channel = exchange.channel
        let before = NegotiatedKeys(channel.connection)
        do {
            switch mode {
            case .full: try channel.connection.renegotiate()
            case .abbreviated: try channel.connection.renegotiateAbbreviated()
            }
        } catch {
            throw Ending(.internal, Failure(.postHandshake, .internalError, "\(error)", openssl: error.entries))
        }
        let isPending = channel.connection.isRenegotiationPending
        let number = exchange.log.renegotiations.count + 1
        let start = Instant.now
        defer { exchange.postpone(since: start) }
        try await follow(the: number, over: exchange, into: &findings)
        guard exchange.log.renegotiations.count >= number else {
            // The peer had closed already: none began.
            interruption = interruption ?? "the connection took no ClientHello"
            return
        }
        take(exchange, number - 1, since: before, isPending: isPending, into: &findings)
    }

    /// Waits for the end of the renegotiation with this number. Drives with reads: `SSL_do_handshake` would die of data
    /// that is under way.
    private func follow(
        the number: Int, over exchange: Exchange, into findings: inout Findings
    ) async throws(Ending) {
        let end = Deadline.after(question.answerTimeout).earlier(of: exchange.limit)
        while exchange.log.renegotiations.count < number || exchange.log.renegotiations.isPending {
            switch try await exchange.hear(until: end, into: &findings) {
            case .message, .data: break
            case .nothing: return exchange.log.gaveUpOnRenegotiation()
            case .closed:
                if !exchange.log.lostConnection() { _ = leave("the peer closed the connection") }
                return
            case .failed(let failure):
                exchange.concludes(with: failure)
                let asksForCertificate = exchange.log.renegotiations.attempts.last?.asksForCertificate == true
                if asksForCertificate, exchange.log.alertReceived != nil { refusal = failure }
                if !exchange.log.lostConnection(by: failure) {
                    loss = failure
                    _ = leave(failure, over: exchange)
                }
                return
            }
        }
        // OpenSSL takes a refusal for the end: that has to be read before anything else is tried.
        if exchange.log.renegotiations.attempts.last?.result == .refusedWarning,
            case .failed(let failure) = try await exchange.hear(until: end, into: &findings)
        {
            exchange.concludes(with: failure)
        }
    }

    // MARK: The server's

    private func awaitRequests(
        for duration: Duration, over exchange: Exchange, into findings: inout Findings
    ) async throws(Ending) {
        let (log, start) = (exchange.log, Instant.now)
        defer { exchange.postpone(since: start) }
        let end = Deadline.after(duration).earlier(of: exchange.limit)
        while attempts.count < question.count {
            let before = NegotiatedKeys(exchange.channel.connection)
            let known = log.renegotiations.count
            while log.renegotiations.count == known {
                switch try await exchange.hear(until: end, into: &findings) {
                case .message, .data: break
                case .nothing:
                    _ = leave(
                        "the server sent \(known == 0 ? "no" : "no other") HelloRequest in \(Words.time(duration))")
                    return
                case .closed:
                    _ = leave("the server closed the connection and sent no HelloRequest")
                    return
                case .failed(let failure):
                    // One that came and ended in the same read is told below.
                    guard log.renegotiations.count == known else { break }
                    _ = leave(failure, over: exchange)
                    return
                }
            }
            try await follow(the: known + 1, over: exchange, into: &findings)
            // A server may ask again before we have read its first request.
            for index in known..<log.renegotiations.count where attempts.count < question.count {
                take(exchange, index, since: before, isPending: false, into: &findings)
            }
            guard attempts.last?.result == .accepted, interruption == nil else { return }
        }
    }

    // MARK: What came of it

    private func take(
        _ exchange: Exchange, _ index: Int, since before: NegotiatedKeys, isPending: Bool, into findings: inout Findings
    ) {
        let channel = exchange.channel
        let known = exchange.log.renegotiations.attempts
        // Of very many only the first ones and the latest are known.
        guard let latest = known.indices.contains(index) ? known[index] : known.last else { return }
        var attempt = Report.Renegotiation.Attempt(latest)
        if latest.initiator == .client { attempt.mode = mode }
        attempt.pendingBefore = isPending
        attempt.pendingAfter = channel.connection.isRenegotiationPending
        attempt.num = channel.connection.renegotiationCount
        attempt.total = channel.connection.totalRenegotiationCount
        if attempt.result == .accepted {
            let after = NegotiatedKeys(channel.connection)
            attempt.cipherChanged = after.cipher != before.cipher
            attempt.certificateChanged = after.certificate != before.certificate
            attempt.masterSecretChanged = after.hasOtherSecret(than: before)
            // A server that shows another certificate has to be believed anew.
            if attempt.certificateChanged == true { findings.recordVerification() }
        }
        attempts.append(attempt)
        if let decisive = latest.evidence { evidence.append(decisive) } else { hasUnshownEnd = true }
    }
}

extension Ending {
    /// The peer chose TLS 1.3.
    static let noRenegotiation = Ending(
        .notApplicable,
        Failure(
            .postHandshake, .wrongVersion, "the server chose TLS 1.3, which has no renegotiation",
            hint: "without --tls only TLS 1.2 is offered; KeyUpdate is what TLS 1.3 has: sslprobe keyupdate"))
}
