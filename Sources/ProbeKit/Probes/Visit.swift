import OpenSSL
import Reactor

/// Makes connections to one target, each from the lookup to the close.
struct Visit {
    let plan: ProbePlan
    let configuration: ClientConfiguration
    let provisions: Provisions
    let loop: EventLoop
    let recorder: Recorder
    /// Where to, when that was found out before.
    private let addresses: [SocketAddress]?
    /// What its connections begin as a copy of; nil makes each from the configuration.
    private let template: ConnectionTemplate?
    /// How many connections the run had made before.
    private let earlier: Int

    init(
        plan: ProbePlan, configuration: ClientConfiguration, provisions: Provisions, loop: EventLoop,
        recorder: Recorder,
        addresses: [SocketAddress]? = nil, template: ConnectionTemplate? = nil
    ) {
        self.plan = plan
        self.configuration = configuration
        self.provisions = provisions
        self.loop = loop
        self.recorder = recorder
        self.addresses = addresses
        self.template = template
        earlier = recorder.connection
    }

    private init(_ visit: Visit, plan: ProbePlan, configuration: ClientConfiguration) {
        self.plan = plan
        self.configuration = configuration
        provisions = visit.provisions
        loop = visit.loop
        recorder = visit.recorder
        addresses = visit.addresses
        template = visit.template
        earlier = visit.earlier
    }

    /// The same errands with other settings.
    func adapted(to plan: ProbePlan, _ configuration: ClientConfiguration) -> Visit {
        Visit(self, plan: plan, configuration: configuration)
    }

    /// Whether it has made no connection yet.
    private var isFirst: Bool { recorder.connection == earlier }

    /// What `--load-session` brings along to the first connection.
    var loadedOffer: Offer? { isFirst ? provisions.session.map { Offer(saved: $0) } : nil }

    /// Connects, shakes hands, does the errand and closes, whatever the peer does.
    ///
    /// - Parameters:
    ///   - offer: a session to come back with.
    ///   - address: where to, if an earlier visit has found that out.
    ///   - isCutOff: whether the connection is dropped in the end, without close_notify.
    func run(
        _ errand: any Errand, offering offer: Offer? = nil, at address: SocketAddress? = nil, isCutOff: Bool = false,
        until limit: Deadline
    ) async -> Findings {
        let findings = Findings(plan: plan, configuration: configuration, recorder: recorder)
        findings.offer = offer
        let isFirst = isFirst
        recorder.beginVisit()
        let started = recorder.visitStarted
        let time = plan.client.time
        let opening = Deadline(started.advanced(by: time.timeout)).earlier(of: limit)
        // Waits that are asked for come on top.
        let asked = (time.settle ?? .zero) + (plan.client.data.readFor ?? .zero)
        let deadline = Deadline(started.advanced(by: time.timeout + asked)).earlier(of: limit)
        do {
            let channel = try await open(at: address, until: opening, into: findings)
            findings.channel = channel
            try await shakeHands(over: channel, until: opening, into: findings)
            let exchange = Exchange(
                channel: channel, plan: plan.client, deadline: deadline, limit: limit, recorder: recorder,
                isCutOff: isCutOff)
            await exchange.run(errand, into: findings)
        } catch {
            findings.endings.append(error)
        }
        if let ending = provisions.keyLog?.ending { findings.endings.append(ending) }
        if isFirst, let path = plan.client.capture.saveCertificates { findings.saveCertificates(to: path) }
        if let path = plan.client.capture.saveSession { save(to: path, findings) }
        // The findings outlive the connection, and a peer shall not wait for the last of many.
        findings.channel?.hangUp()
        return findings
    }

    /// Writes the last session of this connection; one with a server that is not trusted is of no use.
    private func save(to path: String, _ findings: Findings) {
        guard !findings.isDistrusted else { return }
        guard let saved = findings.latestSession ?? findings.resumedSession else {
            let isOver = findings.endings.contains { $0.outcome != .verify }
            if !isOver, plan.question.isOneConnection {
                findings.endings.append(
                    Ending(
                        .unmet,
                        Failure(
                            .postHandshake, .noTicket, "no session was saved: the server handed out none",
                            hint: "some servers send a ticket only with data: --http; --settle 5s waits longer")))
            }
            return
        }
        do {
            let path = findings.fileName(path)
            try LocalFile.write(Array(saved.file().utf8), to: path, option: "--save-session")
            recorder.record(.sessionSaved, nil, .sessionSaved(SessionSaved(file: path)))
        } catch let ending as Ending {
            findings.endings.append(ending)
        } catch {
            findings.endings.append(Ending(.internal, Failure(.local, .internalError, "\(error)")))
        }
    }

    /// The addresses of the target, found out within its time, and how long that took.
    func lookUp(until limit: Deadline) async throws(Ending) -> (addresses: [SocketAddress], milliseconds: Double?) {
        recorder.beginVisit()
        let findings = Findings(plan: plan, configuration: configuration, recorder: recorder)
        let deadline = Deadline.after(plan.client.time.timeout).earlier(of: limit)
        let addresses = try await Route(plan: plan, loop: loop, recorder: recorder).lookUp(
            until: deadline, into: findings)
        return (addresses, findings.timings.dnsMs)
    }

    private func open(
        at address: SocketAddress?, until deadline: Deadline, into findings: Findings
    ) async throws(Ending) -> Channel {
        let route = Route(plan: plan, loop: loop, recorder: recorder)
        let addresses: [SocketAddress]
        if let known = address.map({ [$0] }) ?? self.addresses {
            addresses = known
        } else {
            addresses = try await route.lookUp(until: deadline, into: findings)
        }
        let socket = try await route.dial(addresses, until: deadline, into: findings)
        findings.connection = recorder.nextConnection()
        do { return try channel(on: socket, into: findings) } catch let error as SettingError {
            throw Ending(.usage, Failure(.arguments, .badTarget, "\(error.complaint)"))
        } catch {
            throw Ending(.internal, Failure(.tls, .internalError, "\(error)"))
        }
    }

    /// Untyped, since optimising this with typed throws crashes Swift 6.0.
    private func channel(on socket: consuming Socket, into findings: Findings) throws -> Channel {
        let log = WireLog(recorder: recorder, role: .client, idleLimit: plan.client.maxIdleMessages)
        if let session = try findings.offer?.saved.session(), session.isResumable { log.session = session }
        // All that branches is done elsewhere: optimising it while the connection is held here crashes Swift 6.0.
        let connection = try newConnection()
        prepare(connection.observer, into: findings)
        try connection.offer(ifAny: log.session)
        return try Channel(connection, on: socket, log: log, loop: loop)
    }

    private func newConnection() throws -> Connection {
        if let template { return try template.connection() }
        return try Connection(client: configuration.context, settings: configuration.settings)
    }

    private func prepare(_ observer: Observer, into findings: Findings) {
        observer.onKeyLogLine = provisions.keyLog?.append
        guard plan.needsSessions else { return }
        let sessions = findings.sessions
        observer.onSession = { sessions.add($0) }
    }

    private func shakeHands(
        over channel: Channel, until deadline: Deadline, into findings: Findings
    ) async throws(Ending) {
        let started = Instant.now
        recorder.record(
            .handshakeStarted, nil,
            .handshakeStarted(
                HandshakeStarted(
                    address: findings.address?.host ?? "", sni: configuration.settings.serverName,
                    alpnOffered: configuration.settings.alpn)))
        var turn = Channel.Turn.done
        if let early = findings.offer?.earlyData { turn = await channel.writeEarlyData(early, until: deadline) }
        if case .done = turn { turn = await channel.handshake(until: deadline) }
        findings.timings.tlsMs = Instant.now.milliseconds(since: started)
        guard case .done = turn else {
            findings.recordVerification()
            let ending = await HandshakeFailure(channel: channel, plan: plan, elapsed: recorder.waited)
                .explain(turn, until: deadline)
            switch ending.failure.code {
            case .timedOut: recorder.record(.timeout, nil, .timeout(TimedOut(stage: .tls, afterMs: recorder.waited)))
            case .flood: recorder.record(.floodStopped, nil, .floodStopped(FloodStopped(channel.log.idle)))
            default:
                recorder.record(
                    .handshakeFailed, nil,
                    .handshakeFailed(HandshakeFailed(code: ending.failure.code, message: ending.failure.message)))
            }
            throw ending
        }
        channel.log.isEstablished = true
        findings.negotiated = Negotiated(
            channel.connection, usesPreSharedKey: configuration.settings.preSharedKey != nil)
        tellOfResumption(findings)
        recorder.record(.handshakeDone, nil, .handshakeDone(findings.handshakeDone))
        findings.recordVerification()
    }

    private func tellOfResumption(_ findings: Findings) {
        if let mechanism = findings.offeredMechanism {
            if findings.negotiated?.isResumed == true {
                recorder.record(
                    .sessionResumed, nil, .sessionResumed(SessionResumed(mechanism: mechanism, renewed: nil)))
            } else {
                recorder.record(
                    .sessionNotResumed, nil, .sessionNotResumed(SessionNotResumed(mechanism: mechanism, why: nil)))
            }
        }
        if let status = findings.earlyData, status != .notSent {
            recorder.record(
                .earlyData, nil, .earlyData(EarlyData(status: status == .accepted ? .accepted : .rejected)))
        }
    }
}

/// What is brought along to a handshake.
struct Offer {
    let saved: SavedSession
    /// Sent with the ClientHello; it was made sure that OpenSSL takes it.
    var earlyData: [UInt8]?
}

/// The sessions that a server handed out on one connection, in order.
final class ReceivedSessions {
    /// As DER, at once: the objects are spoiled when the connection breaks.
    private(set) var all: [[UInt8]] = []

    /// A flood is none of their business.
    private static let kept = 1024

    func add(_ session: Session) {
        if all.count < Self.kept { all.append(session.der) }
    }
}

/// What a command does between a finished handshake and the close.
protocol Errand: AnyObject {
    /// Whether the peer's consent to the handshake is waited for first; otherwise the answer to a request may show it.
    func needsConsent(_ findings: Findings) -> Bool

    /// - Throws: what ends the probe; what the errand was sent to find out it keeps.
    func run(over exchange: Exchange, into findings: Findings) async throws(Ending)
}
