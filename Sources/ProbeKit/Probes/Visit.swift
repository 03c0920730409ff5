import OpenSSL
import Reactor

/// Makes connections to one target, each from the lookup to the close.
struct Visit {
    let plan: ProbePlan
    let configuration: ClientConfiguration
    let keyLog: KeyLog?
    let loop: EventLoop
    let recorder: Recorder

    /// Connects, shakes hands, does the errand and closes, whatever the peer does.
    ///
    /// - Parameter address: where to, if an earlier visit has found that out.
    func run(_ errand: any Errand, at address: SocketAddress? = nil, until limit: Deadline) async -> Findings {
        var findings = Findings(plan: plan, configuration: configuration, recorder: recorder)
        let isFirst = recorder.connection == 0
        let started = isFirst ? recorder.started : .now
        let time = plan.client.time
        let opening = Deadline(started.advanced(by: time.timeout)).earlier(of: limit)
        // Waits that are asked for come on top.
        let asked = (time.settle ?? .zero) + (plan.client.data.readFor ?? .zero)
        let deadline = Deadline(started.advanced(by: time.timeout + asked)).earlier(of: limit)
        do {
            let channel = try await open(at: address, until: opening, into: &findings)
            findings.channel = channel
            try await shakeHands(over: channel, until: opening, into: &findings)
            let exchange = Exchange(
                channel: channel, plan: plan.client, deadline: deadline, limit: limit, recorder: recorder)
            await exchange.run(errand, into: &findings)
        } catch {
            findings.endings.append(error)
        }
        if let ending = keyLog?.ending { findings.endings.append(ending) }
        if isFirst, let path = plan.client.capture.saveCertificates { findings.saveCertificates(to: path) }
        return findings
    }

    private func open(
        at address: SocketAddress?, until deadline: Deadline, into findings: inout Findings
    ) async throws(Ending) -> Channel {
        let route = Route(plan: plan, loop: loop, recorder: recorder)
        let addresses: [SocketAddress]
        if let address {
            addresses = [address]
        } else {
            addresses = try await route.lookUp(until: deadline, into: &findings)
        }
        let socket = try await route.dial(addresses, until: deadline, into: &findings)
        recorder.connection += 1
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

/// What a command does between a finished handshake and the close.
protocol Errand: AnyObject {
    /// Whether the peer's consent to the handshake is waited for first; otherwise the answer to a request may show it.
    func needsConsent(_ findings: Findings) -> Bool

    /// - Throws: what ends the probe; what the errand was sent to find out it keeps.
    func run(over exchange: Exchange, into findings: inout Findings) async throws(Ending)
}
