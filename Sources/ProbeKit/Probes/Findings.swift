import OpenSSL
import Reactor

/// What a probe has found so far on one connection, and the report made of it.
final class Findings {
    let plan: ProbePlan
    let configuration: ClientConfiguration
    let recorder: Recorder
    /// What went wrong; the gravest one names the outcome.
    var endings: [Ending] = []
    /// Which of the run's connections this is, from 1.
    var connection = 0
    var address: SocketAddress?
    var addresses: [Report.AddressAttempt] = []
    var timings = Report.Timings()
    var channel: Channel?
    /// The session that was brought along.
    var offer: Offer?
    /// Those that the server handed out.
    let sessions = ReceivedSessions()
    var negotiated: Negotiated?
    var confirmation: Report.Confirmation?
    var close: Report.Close?
    /// The event of the close.
    var closing: Evidence?
    private(set) var verify: Report.Verify?
    private(set) var certificates: [Certificate] = []

    init(plan: ProbePlan, configuration: ClientConfiguration, recorder: Recorder) {
        self.plan = plan
        self.configuration = configuration
        self.recorder = recorder
    }

    /// Whether the peer is not to be trusted, and nobody said that this does not matter.
    var isDistrusted: Bool { !plan.client.trust.insecure && endings.contains { $0.outcome == .verify } }

    /// After a failed verification nothing of the user's is sent, a path included; our own HEAD / still is.
    var isWithheld: Bool {
        let data = plan.client.data
        guard data.send != nil || data.httpPath.map({ $0 != "/" }) ?? false else { return false }
        return isDistrusted
    }

    /// Takes in what the verification of the chain said, once the peer's certificates are known.
    func recordVerification() {
        guard let channel else { return }
        channel.observer.completeVerification()
        let verification = channel.observer.verification
        certificates = verification?.received.certificates ?? channel.connection.peerCertificates
        if let verification { verify = Report.Verify(verification) }
        if negotiated?.isResumed == true, let saved = offer?.saved { recordVerification(of: saved) }
        if verification == nil, let negotiated, !channel.log.usesPreSharedKey, !negotiated.isResumed,
            negotiated.cipher?.name.contains("PSK") != true
        {
            verify = Report.Verify(unauthenticatedBy: configuration.context.trust.description)
        }
        guard let verify else { return }
        recorder.record(
            .verifyDone, nil,
            .verifyDone(VerifyDone(ok: verify.ok, errors: verify.errors, checkedName: verify.checkedName)))
        if verify.ok == false, !plan.client.trust.insecure { endings.append(verify.ending(target: plan.target)) }
    }

    /// OpenSSL verifies nothing when a session is resumed, so the chain that was received with it is checked again.
    private func recordVerification(of saved: SavedSession) {
        certificates = saved.chain
        guard saved.origin != nil, !saved.chain.isEmpty,
            let verification = try? Verification.verify(
                chain: CertificateChain(saved.chain), against: configuration.context.trust,
                identity: configuration.settings.peer, depth: configuration.settings.verifyDepth)
        else {
            verify = Report.Verify(unknownTo: configuration.context.trust.description)
            if !plan.client.trust.insecure { endings.append(.unknownOrigin) }
            return
        }
        verify = Report.Verify(verification)
    }

    /// Whether the server had every reason to hand out a session: it wrote something, or it had to do it in the handshake.
    var isElicited: Bool {
        guard let negotiated, let channel else { return false }
        return negotiated.version < .tls13 || channel.receivedCount > 0
    }

    /// By which of the three the session was offered; nil when none was. The messages say so.
    var offeredMechanism: Report.Resumption.Mechanism? { channel?.log.offeredMechanism }

    /// What became of early data; nil when there was none.
    var earlyData: Connection.EarlyDataStatus? {
        guard offer?.earlyData != nil, negotiated != nil, let channel else { return nil }
        return channel.connection.earlyData
    }

    /// The session that the server handed out last, with all that is known of this handshake.
    var latestSession: SavedSession? { sessions.all.last.map(saved) }

    /// The one that was brought along, when it was taken and stays good: up to TLS 1.2 no other comes in its place.
    var resumedSession: SavedSession? {
        guard let negotiated, negotiated.isResumed, negotiated.version < .tls13 else { return nil }
        return offer?.saved
    }

    /// A session of this connection, with all that is known of its handshake.
    func saved(_ der: [UInt8]) -> SavedSession {
        let verdict: SavedSession.Origin.Verdict =
            switch verify?.ok {
            case true: .trusted
            case false: .untrusted
            default: .unchecked
            }
        // A session that grows out of another stands for the same client.
        let inherited = negotiated?.isResumed == true ? offer?.saved.origin?.hasClientCertificate : nil
        return SavedSession(
            der: der,
            origin: SavedSession.Origin(
                host: plan.target.host, port: plan.target.port, sni: configuration.settings.serverName,
                verdict: verdict, time: WallClock.now.description, address: address?.host,
                hasClientCertificate: inherited ?? channel?.log.hasSentCertificate),
            chain: certificates)
    }

    /// The name of a file for this connection.
    func fileName(_ pattern: String) -> String {
        plan.fileName(pattern).replacing("{address}", with: address?.host ?? "unknown")
    }

    /// Writes what the peer sent, leaf first, in PEM.
    func saveCertificates(to path: String) {
        guard !certificates.isEmpty else { return }
        do throws(Ending) {
            try LocalFile.write(
                Array(CertificateChain(certificates).pem.utf8), to: fileName(path), option: "--save-certs")
        } catch {
            endings.append(error)
        }
    }

    /// The event that tells what was negotiated.
    var handshakeDone: HandshakeDone {
        let tls = tls
        return HandshakeDone(
            version: tls?.version, cipher: tls?.cipher?.name, group: tls?.group,
            signatureAlgorithm: tls?.signatureAlgorithm, alpn: tls?.alpn, resumed: tls?.resumed ?? false,
            tlsMs: timings.tlsMs ?? 0)
    }

    /// The gravest ending; nil when all went as asked.
    private var decisive: Ending? { endings.min { $0.outcome.rank < $1.outcome.rank } }

    var outcome: Outcome { decisive?.outcome ?? .ok }

    /// See `Draft`.
    @inline(never)
    func draft() -> Draft { Draft(report()) }

    /// All of it but the events, and not yet judged.
    func report() -> Report {
        var report = Report.ended(decisive, plan: plan, recorder: recorder)
        report.address = address?.host
        report.timings = timings
        report.timings.totalMs = recorder.elapsed
        report.tls = tls
        report.verify = verify
        report.certificates = entries
        report.addresses = attempts(with: report)
        report.clientAuth = clientAuth
        report.data = data
        report.tickets =
            channel.map { TicketEntries([.init(connection: connection, address: address?.host, log: $0.log)]).all }
            ?? []
        report.postHandshakeAuth = postHandshakeAuth
        report.close = close
        return report
    }

    private func attempts(with report: Report) -> [Report.AddressAttempt] {
        addresses.map { attempt in
            var attempt = attempt
            guard attempt.outcome == .connected else { return attempt }
            attempt.tlsVersion = report.tls?.version
            attempt.leafSha256 = report.certificates.first?.sha256
            return attempt
        }
    }

    private var entries: [Report.CertificateEntry] {
        certificates.map {
            configuration.entries.entry(
                for: $0, at: recorder.startedAt.seconds, withPEM: plan.output.showsCertificates)
        }
    }

    private var tls: Report.TLS? {
        guard let channel else { return nil }
        let log = channel.log
        return Report.TLS(
            version: negotiated?.version.name, versionsOffered: log.versionsOffered.map(\.name),
            cipher: negotiated?.cipher, group: log.group?.name, signatureAlgorithm: log.signature?.name,
            alpn: negotiated?.alpn.map { String(decoding: $0, as: UTF8.self) },
            alpnHex: negotiated?.alpn.flatMap { String(validating: $0, as: UTF8.self) == nil ? $0.hex : nil },
            alpnOffered: plan.client.offer.alpn,
            sni: configuration.settings.serverName, resumed: negotiated?.isResumed,
            sessionOffered: log.offeredMechanism,
            secureRenegotiation: negotiated?.secureRenegotiation,
            extendedMasterSecret: negotiated?.extendedMasterSecret, helloRetryRequest: log.wasRetried,
            earlyData: earlyData.map { $0 == .accepted ? "accepted" : $0 == .rejected ? "rejected" : "not_sent" },
            confirmed: confirmation, roundTrips: log.roundTrips, bytesSent: channel.connection.bytesSent,
            bytesReceived: channel.connection.bytesReceived + channel.leftoverCount)
    }

    private var clientAuth: Report.ClientAuth? {
        guard let channel, channel.log.hasServerHello else { return nil }
        let log = channel.log
        let sent = log.hasSentCertificate
        let wasRequested = log.certificateRequest != nil || log.lateRequests > 0
        let demand: Report.ClientAuth.Demand =
            if !wasRequested {
                .none
            } else if sent {
                .unknown
            } else if endings.contains(where: { $0.failure.code == .clientCertificateRequired }) {
                .required
            } else if confirmation?.value == .yes, log.lateRequests == 0 {
                // What confirmed the handshake says nothing about a request that came later.
                .requested
            } else {
                .unknown
            }
        let request = log.certificateRequest
        return Report.ClientAuth(
            requested: wasRequested, demand: demand, certificateSent: sent,
            caNames: request?.authorities.map(Certificate.name(fromDER:)) ?? [],
            signatureAlgorithms: request?.signatureSchemes.map(\.name) ?? [])
    }

    private var data: Report.Data? {
        guard let channel, negotiated != nil else { return nil }
        let answer = Answer(channel.received)
        return Report.Data(
            bytesSent: channel.sentCount, bytesReceived: channel.receivedCount, firstLine: answer.firstLine,
            firstLineHex: answer.firstLineHex,
            httpStatus: answer.httpStatus, withheld: isWithheld || isDistrusted && plan.question.hasEarlyData)
    }

    private var postHandshakeAuth: Report.PostHandshakeAuth? {
        guard let channel, negotiated != nil, plan.client.offer.postHandshakeAuth else { return nil }
        return Report.PostHandshakeAuth(
            requested: channel.log.lateRequests > 0, answered: channel.log.lateAnswers > 0, why: nil)
    }
}

extension Ending {
    /// A session of which nobody knows whether its server was to be trusted.
    static let unknownOrigin = Ending(
        .verify,
        Failure(
            .verify, .notTrusted, "the server was not verified: the session's file does not say how it was checked",
            hint: "-k goes on without; --save-session writes files that say it"))
}

extension Report {
    /// A report with its outcome and nothing else yet.
    static func ended(_ ending: Ending?, plan: ProbePlan, recorder: Recorder) -> Report {
        let target = plan.target
        let outcome = ending?.outcome ?? .ok
        return Report(
            tool: .current, command: plan.question.command,
            target: Target(
                input: target.input, host: target.isUnnamed ? nil : target.host,
                port: target.isUnnamed ? nil : Int(target.port),
                sni: target.isUnnamed ? nil : plan.client.offer.sni(for: target)),
            startedAt: recorder.startedAt.description, ok: outcome == .ok, outcome: outcome,
            exitCode: outcome.exitCode, address: nil, addresses: [], differs: [],
            timings: Timings(totalMs: recorder.elapsed),
            tls: nil, verify: nil, certificates: [], ocsp: nil, scts: [], clientAuth: nil, data: nil, tickets: [],
            ticketSummary: nil, renegotiation: nil, keyUpdate: nil, postHandshakeAuth: nil, resumption: nil,
            repeat: nil, close: nil, expectations: [], error: ending?.failure, events: [])
    }
}
