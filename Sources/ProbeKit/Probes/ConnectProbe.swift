import OpenSSL
import Reactor

/// One handshake: what was negotiated, whether it is to be trusted, and whether the peer accepts us.
struct ConnectProbe {
    let plan: ConnectPlan
    let configuration: ClientConfiguration
    /// What `--send` or `--http` sends, read before the network is touched.
    let request: [UInt8]?
    let keyLog: KeyLog?
    let loop: EventLoop
    let recorder: Recorder

    /// Runs the probe to its end, whatever the peer does; the report says what happened.
    func run(until limit: Deadline) async -> Report {
        var findings = Findings(plan: plan, configuration: configuration, recorder: recorder)
        let target = plan.target
        recorder.record(
            .probeStarted, nil,
            .probeStarted(
                ProbeStarted(
                    command: .connect, host: target.host, port: Int(target.port),
                    sni: plan.client.offer.sni(for: target))))
        let deadline = Deadline(recorder.started.advanced(by: plan.client.time.total(with: plan.client.data)))
            .earlier(of: limit)
        do {
            let channel = try await open(until: deadline, into: &findings)
            findings.channel = channel
            try await shakeHands(over: channel, until: deadline, into: &findings)
            let exchange = Exchange(
                channel: channel, plan: plan.client, request: findings.isWithheld ? nil : request,
                deadline: deadline, recorder: recorder)
            await exchange.run(into: &findings)
        } catch {
            findings.endings.append(error)
        }
        if let ending = keyLog?.ending { findings.endings.append(ending) }
        if let path = plan.client.capture.saveCertificates { findings.saveCertificates(to: path) }
        return findings.report()
    }

    private func open(until deadline: Deadline, into findings: inout Findings) async throws(Ending) -> Channel {
        let route = Route(plan: plan, loop: loop, recorder: recorder)
        let addresses = try await route.lookUp(until: deadline, into: &findings)
        let socket = try await route.dial(addresses, until: deadline, into: &findings)
        recorder.connection = 1
        do { return try channel(on: socket) } catch {
            throw Ending(.internal, Failure(.tls, .internalError, "\(error)"))
        }
    }

    /// Untyped, since optimising this with typed throws crashes Swift 6.0.
    private func channel(on socket: consuming Socket) throws -> Channel {
        let connection = try Connection(client: configuration.context, settings: configuration.settings)
        connection.observer.onKeyLogLine = keyLog?.append
        return try Channel(
            connection, on: socket,
            log: WireLog(recorder: recorder, role: .client, idleLimit: plan.client.maxIdleMessages),
            loop: loop)
    }

    private func shakeHands(
        over channel: Channel, until deadline: Deadline, into findings: inout Findings
    ) async throws(Ending) {
        let started = Instant.now
        recorder.record(
            .handshakeStarted, nil,
            .handshakeStarted(
                HandshakeStarted(
                    address: findings.address?.host ?? "", sni: configuration.settings.serverName,
                    alpnOffered: configuration.settings.alpn)))
        let turn = await channel.handshake(until: deadline)
        findings.timings.tlsMs = Instant.now.milliseconds(since: started)
        guard case .done = turn else {
            findings.recordVerification()
            let ending = await HandshakeFailure(channel: channel, plan: plan, elapsed: recorder.elapsed)
                .explain(turn, until: deadline)
            switch ending.failure.code {
            case .timedOut: recorder.record(.timeout, nil, .timeout(TimedOut(stage: .tls, afterMs: recorder.elapsed)))
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
        recorder.record(.handshakeDone, nil, .handshakeDone(findings.handshakeDone))
        findings.recordVerification()
    }
}

extension TimePlan {
    /// How long a connection may take: the timeout, and the waits that were asked for.
    func total(with data: DataPlan) -> Duration { timeout + (settle ?? .zero) + (data.readFor ?? .zero) }
}
