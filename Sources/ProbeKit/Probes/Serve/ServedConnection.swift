import OpenSSL
import Reactor

/// One client, from its TCP connection to the report.
final class ServedConnection: @unchecked Sendable {
    // Sendable without a check: used by one task of its loop after the other.
    let server: Server
    let number: Int
    let peer: SocketAddress
    let recorder: Recorder
    let log: WireLog
    let startedAt = WallClock.now
    private let started = Instant.now

    private(set) var channel: Channel?
    private(set) var negotiated: Negotiated?
    /// Whether it counts: a ClientHello came in its first handshake.
    private(set) var isCounted = false
    private(set) var handshakeMilliseconds: Double?
    private(set) var earlyData: Connection.EarlyDataStatus?
    private(set) var conversation: Conversation?
    private(set) var close: Report.Close?
    /// What went wrong; the gravest one names the outcome.
    private(set) var endings: [Ending] = []

    init(_ server: Server, number: Int, peer: SocketAddress) {
        self.server = server
        self.number = number
        self.peer = peer
        recorder = server.recorder(for: number)
        log = WireLog(recorder: recorder, role: .server, idleLimit: ClientPlan().maxIdleMessages)
    }

    /// Milliseconds since the client came.
    var elapsed: Double { Instant.now.milliseconds(since: started) }

    private var plan: ServePlan { server.plan }

    /// Serves the client, whatever it does, until it has gone or is waited for.
    func serve(_ descriptor: Int32, in connections: OpenConnections) async {
        recorder.record(.clientConnected, nil, .clientConnected(ClientConnected(peer: peer.description)))
        do {
            let channel = try open(descriptor, in: connections)
            self.channel = channel
            let early = try await shakeHands(over: channel)
            conversation = Conversation(with: self, over: channel, early: early)
        } catch {
            endings.append(error)
        }
        await proceed(in: connections)
    }

    /// Goes on after the handshake, or a rest.
    func proceed(in connections: OpenConnections) async {
        do {
            // The draining may have begun meanwhile: nobody rests then.
            if let conversation, let channel, let deadline = try await conversation.proceed(), !connections.isDraining {
                return connections.rest(self, on: channel, until: deadline)
            }
        } catch {
            endings.append(error)
        }
        if let channel { await close(channel, isHasty: connections.isDraining) }
        recorder.record(.tcpClosed, nil, .tcpClosed(TCPClosed(kind: close?.kind ?? .none)))
        server.conclude(self)
    }

    private func open(_ descriptor: Int32, in connections: OpenConnections) throws(Ending) -> Channel {
        do { return try channel(on: descriptor, in: connections) } catch {
            throw Ending(.local, Failure(.tcp, .internalError, "\(error)"))
        }
    }

    /// Untyped, since optimising this with typed throws crashes Swift 6.0.
    private func channel(on descriptor: Int32, in connections: OpenConnections) throws -> Channel {
        let socket = try Socket(accepted: descriptor, on: connections.loop)
        let connection = try Connection(server: server.configuration.context)
        connection.observer.onKeyLogLine = server.keyLog?.append
        connection.observer.detail = server.needsReports ? .everything : .outline
        return try Channel(
            connection, on: socket, log: log, buffer: connections.buffer, keptBytes: server.needsReports ? 1024 : 0,
            readsWhileWriting: false)
    }

    // MARK: Handshake

    /// Returns the early data that came with it.
    private func shakeHands(over channel: Channel) async throws(Ending) -> [UInt8] {
        recorder.record(
            .handshakeStarted, nil,
            .handshakeStarted(HandshakeStarted(address: peer.host, sni: nil, alpnOffered: [])))
        let deadline = Deadline(started.advanced(by: plan.limits.handshakeTimeout))
        var early: [UInt8] = []
        var turn = Channel.Turn.done
        if plan.earlyData > 0 { turn = await readEarlyData(over: channel, into: &early, until: deadline) }
        if case .done = turn { turn = await channel.handshake(until: deadline) }
        handshakeMilliseconds = elapsed
        if log.hasClientHello {
            isCounted = true
            server.admission.settled()
        }
        guard case .done = turn else { throw await fail(turn, over: channel) }
        log.isEstablished = true
        negotiated = Negotiated(channel.connection, usesPreSharedKey: channel.observer.usesPreSharedKey)
        if log.clientHello?.offersEarlyData == true { earlyData = channel.connection.earlyData }
        tellOfHandshake(over: channel)
        return early
    }

    private func readEarlyData(
        over channel: Channel, into early: inout [UInt8], until deadline: Deadline
    ) async -> Channel.Turn {
        while true {
            let turn = await channel.readEarlyData(until: deadline)
            guard case .data = turn else { return turn }
            recorder.recordData(channel.lastReadCount)
            // OpenSSL holds the client to the limit.
            early += channel.withLastRead { Array($0) }
        }
    }

    private func fail(_ turn: Channel.Turn, over channel: Channel) async -> Ending {
        let ending = await ClientFault(channel: channel, plan: plan, elapsed: elapsed).explain(turn)
        switch ending.failure.code {
        case .timedOut: recorder.record(.timeout, nil, .timeout(TimedOut(stage: .tls, afterMs: elapsed)))
        case .flood: recorder.record(.floodStopped, nil, .floodStopped(FloodStopped(log.idle)))
        default:
            recorder.record(
                .handshakeFailed, nil,
                .handshakeFailed(HandshakeFailed(code: ending.failure.code, message: ending.failure.message)))
        }
        return ending
    }

    private func tellOfHandshake(over channel: Channel) {
        let findings = ServedFindings(of: self)
        if let session = findings.session, session.offered, let mechanism = session.mechanism {
            if session.resumed {
                recorder.record(
                    .sessionResumed, nil,
                    .sessionResumed(SessionResumed(mechanism: mechanism, renewed: session.renewed)))
            } else {
                recorder.record(
                    .sessionNotResumed, nil,
                    .sessionNotResumed(SessionNotResumed(mechanism: mechanism, why: findings.whyNotResumed)))
            }
        }
        if let earlyData, earlyData != .notSent {
            recorder.record(
                .earlyData, nil, .earlyData(EarlyData(status: earlyData == .accepted ? .accepted : .rejected)))
        }
        recorder.record(.handshakeDone, nil, .handshakeDone(findings.handshakeDone))
        tellOfVerification()
    }

    /// The client's certificate was looked at: in the handshake, or later.
    func tellOfVerification() {
        guard let verify = ServedFindings(of: self).verify else { return }
        recorder.record(
            .verifyDone, nil,
            .verifyDone(VerifyDone(ok: verify.ok, errors: verify.errors, checkedName: verify.checkedName)))
    }

    // MARK: Close

    private func close(_ channel: Channel, isHasty: Bool) async {
        let ending = endings.last
        let kind: Report.Close.Kind
        if let conversation {
            kind = await conversation.end(as: plan.close, isHasty: isHasty)
        } else {
            // What has not been read when a socket closes turns the close into a reset, and the client may never see the
            // alert that says why.
            if log.alertSent != nil, ending?.outcome != .signal {
                channel.shutdownWriting()
                _ = await channel.leftover(upTo: 65536, until: .after(.milliseconds(250)))
            }
            kind = .none
        }
        close = Report.Close(sent: log.closeNotifySent, received: log.closeNotifyReceived != nil, kind: kind)
    }
}
