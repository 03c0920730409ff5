import OpenSSL
import Reactor

/// What follows a handshake on the server's side: requests and answers, what the script asks for, the close.
final class Conversation {
    private unowned let client: ServedConnection
    private let channel: Channel
    private var responder: Responder
    private var script: Script
    /// Actions that wait for the next write.
    private var waiting: [Script.Action] = []
    /// When an answer to a HelloRequest or a CertificateRequest is no longer waited for.
    private var patience: Deadline?
    private var isOver = false
    /// How the connection ended by itself.
    private var kind: Report.Close.Kind?

    /// Why no certificate was asked for after the handshake.
    private(set) var authenticationTrouble: String?

    /// How long a client may take to answer a HelloRequest or a CertificateRequest.
    private static let answerTimeout = Duration.seconds(3)
    /// How many tickets may wait for a write.
    private static let mostTickets = 255
    /// How long the client's close_notify is waited for.
    private static let closeTimeout = Duration.seconds(1)

    init(with client: ServedConnection, over channel: Channel, early: [UInt8]) {
        self.client = client
        self.channel = channel
        let plan = client.server.plan
        responder = Responder(plan.reply)
        let isResumed = client.negotiated?.isResumed ?? false
        script = Script(
            plan, lateTickets: isResumed ? 0 : client.server.configuration.lateTickets, established: .now)
        if !early.isEmpty { early.withUnsafeBytes { responder.take($0) } }
    }

    private var plan: ServePlan { client.server.plan }
    private var log: WireLog { channel.log }
    private var recorder: Recorder { client.recorder }

    /// Talks until one of the two has had enough, which gives nil, or the client owes nothing: then until when to wait for
    /// it without a task.
    func proceed() async throws(Ending) -> Deadline? {
        while !isOver {
            let actions = script.due(at: .now)
            if !actions.isEmpty { try await perform(actions) }
            while !isOver, let request = responder.next() {
                try await answer(request)
                // One read may bring hundreds of requests.
                if !responder.isIdle, let turn = await channel.breathe() { try await take(turn) }
            }
            if isOver { break }
            guard responder.isIdle, patience == nil else {
                try await listen(until: script.nextDeadline)
                continue
            }
            let deadline = script.nextDeadline
            guard let turn = await channel.readAtOnce(until: deadline) else { return deadline }
            try await take(turn)
        }
        return nil
    }

    // MARK: Reading

    /// Takes in what comes next, and gives up on answers that do not come.
    private func listen(until deadline: Deadline) async throws(Ending) {
        try await take(await channel.read(until: patience.map { deadline.earlier(of: $0) } ?? deadline))
    }

    private func take(_ turn: Channel.Turn) async throws(Ending) {
        switch turn {
        case .data:
            recorder.recordData(channel.lastReadCount)
            channel.withLastRead { responder.take($0) }
            let actions = script.due(afterBytes: channel.lastReadCount)
            if !actions.isEmpty { try await perform(actions) }
        case .message, .done:
            if log.isFlooded {
                recorder.record(.floodStopped, nil, .floodStopped(FloodStopped(log.idle)))
                isOver = true
                throw .flood(by: log.idle)
            }
        case .closed: isOver = true
        case .failed(let failure): try lose(failure)
        case .stopped(.deadline): break
        case .stopped(.cancelled):
            isOver = true
            throw .ended(.data)
        }
        noteAnswers()
    }

    private func noteAnswers() {
        guard let patience else { return }
        if !isAwaitingAnswer {
            self.patience = nil
            client.tellOfVerification()
        } else if patience.hasPassed {
            self.patience = nil
            log.gaveUpOnRenegotiation()
        }
    }

    private var isAwaitingAnswer: Bool { log.renegotiations.isPending || log.lateRequests > log.lateAnswers }

    // MARK: Answering

    private func answer(_ request: Responder.Request) async throws(Ending) {
        let actions = script.dueBeforeAnswer()
        if !actions.isEmpty { try await perform(actions) }
        // A certificate that is asked for because of a request comes before its answer.
        while !isOver, patience != nil, !responder.isFull { try await listen(until: .never) }
        guard !isOver else { return }
        switch request {
        case .data(let bytes): if !bytes.isEmpty { try await write(bytes) }
        case .http(let request):
            let isStatus = plan.reply == .statusJSON
            let answer = Responder.answer(
                request, type: isStatus ? "application/json" : "text/plain; charset=utf-8",
                body: isStatus ? client.server.status(of: client) : Self.greeting(client.negotiated))
            try await write(answer)
            if !request.keepsAlive { isOver = true }
        }
    }

    /// `TLSv1.3 TLS_AES_256_GCM_SHA384`
    private static func greeting(_ negotiated: Negotiated?) -> [UInt8] {
        Array("\(negotiated?.version.name ?? "") \(negotiated?.cipher?.name ?? "")\n".utf8)
    }

    private func write(_ bytes: [UInt8]) async throws(Ending) {
        let actions = waiting
        waiting = []
        for (index, action) in actions.enumerated() where arrange(action) {
            // OpenSSL takes one at a time; the last goes out with the data.
            if index < actions.count - 1 { try await push() }
        }
        guard try isSent(await channel.write(bytes, until: .never), .data) else { return }
        recorder.recordSentData(bytes.count)
        let due = script.due(afterBytes: bytes.count)
        if !due.isEmpty { try await perform(due) }
    }

    /// Whether what was to be sent is; otherwise the connection is over.
    private func isSent(_ turn: Channel.Turn, _ stage: Outcome.Stage) throws(Ending) -> Bool {
        switch turn {
        case .done, .data, .message: return true
        case .closed: isOver = true
        case .failed(let failure): try lose(failure)
        case .stopped:
            isOver = true
            throw .ended(stage)
        }
        return false
    }

    /// The connection is gone; throws when the client is to blame.
    private func lose(_ failure: StepFailure) throws(Ending) {
        isOver = true
        kind = log.closeKind(of: failure)
        log.lostConnection(by: failure)
        let fault = ClientFault(channel: channel, plan: plan, elapsed: client.elapsed)
        if let ending = fault.afterHandshake(failure) { throw ending }
    }

    // MARK: The script

    private func perform(_ actions: [Script.Action]) async throws(Ending) {
        for action in actions where !isOver {
            // In the middle of a renegotiation there is no other handshake message to send.
            if plan.script.push == .write || log.renegotiations.isPending {
                hold(action)
            } else if arrange(action) {
                try await push()
            }
        }
    }

    /// Keeps an action for later: of each kind one, however often it is due meanwhile.
    private func hold(_ action: Script.Action) {
        guard let index = waiting.firstIndex(where: { $0.isSameKind(as: action) }) else {
            return waiting.append(action)
        }
        if case (.issueTickets(let before), .issueTickets(let more)) = (waiting[index], action) {
            waiting[index] = .issueTickets(min(before + more, Self.mostTickets))
        }
    }

    /// Arranges for the messages; false when this connection has none of that kind.
    private func arrange(_ action: Script.Action) -> Bool {
        guard let version = client.negotiated?.version else { return false }
        do {
            switch action {
            case .issueTickets(let count):
                guard version >= .tls13 else { return false }
                for _ in 0..<count { try channel.connection.issueTicket() }
            case .updateKey:
                guard version >= .tls13 else { return false }
                try channel.connection.updateKey(
                    plan.script.keyUpdate == .request ? .updateRequested : .updateNotRequested)
            case .renegotiate:
                guard version < .tls13, !log.renegotiations.isPending else { return false }
                if plan.clientAuth == .renegotiation {
                    channel.connection.demandCertificate(.require)
                    try channel.connection.leaveSessionContext()
                }
                try channel.connection.renegotiate()
                patience = .after(Self.answerTimeout)
            case .authenticate:
                guard version >= .tls13 else {
                    authenticationTrouble = "\(version.name) has no authentication after the handshake"
                    return false
                }
                guard log.lateRequests == log.lateAnswers else { return false }
                channel.connection.demandCertificate(.require)
                try channel.connection.requestCertificate()
                patience = .after(Self.answerTimeout)
            }
            return true
        } catch {
            if case .authenticate = action {
                channel.connection.demandCertificate(.none)
                let cause = error.cause
                authenticationTrouble =
                    cause?.isTLS(TLSReason.extensionNotReceived) ?? false
                    ? "the client did not offer post_handshake_auth" : "OpenSSL did not ask: \(error)"
            }
            return false
        }
    }

    /// Sends what was arranged for.
    private func push() async throws(Ending) {
        _ = try isSent(await channel.handshake(until: .never), .postHandshake)
    }

    // MARK: Close

    /// Closes in the way that was asked for, and says which kind of close it was in the end.
    ///
    /// In haste the client's close_notify is not waited for.
    func end(as style: ServePlan.Close, isHasty: Bool) async -> Report.Close.Kind {
        if let kind { return kind }
        guard style != .abrupt else { return log.closeNotifyReceived == nil ? .none : .half }
        // Fails where the connection is beyond that.
        _ = await channel.sendCloseNotify(until: .after(Self.closeTimeout))
        guard log.closeNotifySent else { return log.closeNotifyReceived == nil ? .none : .half }
        if log.closeNotifyReceived != nil { return .clean }
        if isHasty { return .none }
        if style == .half { channel.shutdownWriting() }
        let end = Deadline.after(style == .half ? plan.limits.handshakeTimeout : Self.closeTimeout)
        while true {
            switch await channel.read(until: end) {
            case .message, .done: if log.isFlooded { return .none }
            case .data: recorder.recordData(channel.lastReadCount)
            case .closed: return .clean
            case .failed(let failure): return log.closeKind(of: failure)
            case .stopped: return log.closeNotifyReceived == nil ? .none : .clean
            }
        }
    }
}
