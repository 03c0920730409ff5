import OpenSSL
import Reactor

/// What is known of one client, and the report made of it.
struct ServedFindings {
    private let client: ServedConnection

    init(of client: ServedConnection) { self.client = client }

    private var log: WireLog { client.log }
    private var plan: ServePlan { client.server.plan }
    private var channel: Channel? { client.channel }

    /// The gravest ending; nil when all went well.
    var decisive: Ending? { client.endings.min { $0.outcome.rank < $1.outcome.rank } ?? distrust }

    /// A client whose certificate is not trusted is served on request, but not well.
    private var distrust: Ending? {
        guard let verify, verify.ok == false else { return nil }
        let faults = verify.errors.map(\.message).joined(separator: "; ")
        return Ending(
            .verify,
            Failure(
                .verify, .notTrusted, "the client was served though its certificate is not acceptable: \(faults)",
                hint: "--client-ca FILE trusts another authority"))
    }

    func report() -> ConnectionReport {
        let ending = decisive
        let outcome = ending?.outcome ?? .ok
        return ConnectionReport(
            conn: client.number, peer: client.peer.description, startedAt: client.startedAt.description,
            ok: outcome == .ok, outcome: outcome, clientHello: log.clientHello.map(ClientHello.init), tls: tls,
            verify: verify, certificates: certificates, session: session, ticketsIssued: log.ticketsIssued,
            renegotiation: renegotiation, keyUpdate: keyUpdate, postHandshakeAuth: postHandshakeAuth, data: data,
            alerts: log.alerts.map(\.entry), handshakeMs: client.handshakeMilliseconds, durationMs: client.elapsed,
            close: client.close, expectations: [], error: ending?.failure, events: [])
    }

    /// The event that tells what was negotiated.
    var handshakeDone: HandshakeDone {
        let negotiated = client.negotiated
        return HandshakeDone(
            version: negotiated?.version.name, cipher: negotiated?.cipher?.name, group: log.group?.name,
            signatureAlgorithm: log.signature?.name,
            alpn: negotiated?.alpn.map { String(decoding: $0, as: UTF8.self) },
            resumed: negotiated?.isResumed ?? false, tlsMs: client.handshakeMilliseconds ?? 0)
    }

    private var tls: Report.TLS? {
        guard let channel, log.hasClientHello else { return nil }
        // One in the format of SSL 2.0 has no names to offer.
        let hello = log.clientHello
        let negotiated = client.negotiated
        let confirmation = log.finishedReceived.flatMap {
            negotiated == nil ? nil : Report.Confirmation.yes(.finished, $0)
        }
        return Report.TLS(
            version: negotiated?.version.name, versionsOffered: log.versionsOffered.map(\.name),
            cipher: negotiated?.cipher, group: log.group?.name, signatureAlgorithm: log.signature?.name,
            alpn: negotiated?.alpn.map { String(decoding: $0, as: UTF8.self) },
            alpnHex: negotiated?.alpn.flatMap { String(validating: $0, as: UTF8.self) == nil ? $0.hex : nil },
            alpnOffered: hello?.alpn.map(\.text) ?? [], sni: hello?.serverName?.text, resumed: negotiated?.isResumed,
            secureRenegotiation: negotiated?.secureRenegotiation,
            extendedMasterSecret: negotiated?.extendedMasterSecret, helloRetryRequest: log.wasRetried,
            earlyData: earlyData, confirmed: confirmation, roundTrips: log.roundTrips,
            bytesSent: channel.connection.bytesSent, bytesReceived: channel.connection.bytesReceived)
    }

    private var earlyData: String? {
        switch client.earlyData {
        case .accepted: EarlyData.Status.accepted.rawValue
        case .rejected, .notSent: EarlyData.Status.rejected.rawValue
        case nil: nil
        }
    }

    // MARK: The client's certificate

    /// What the handshake, or the one that made the session, said about the certificate.
    var verify: Report.Verify? {
        guard let channel else { return nil }
        if let verification = channel.observer.verification { return Report.Verify(verification) }
        guard plan.clientAuth != .none, client.negotiated?.isResumed == true, channel.connection.peerCertificate != nil
        else { return nil }
        let error = channel.connection.verificationError
        return Report.Verify(
            ok: error == nil, errors: error.map { [Report.Verify.Problem($0)] } ?? [], chainOk: error == nil,
            nameOk: nil, checkedName: nil, sentInOrder: true, missingIssuer: nil, path: [],
            store: client.server.configuration.context.trust.description)
    }

    private var certificates: [Report.CertificateEntry] {
        guard plan.clientAuth != .none, let channel else { return [] }
        let received = channel.observer.verification?.received.certificates
        let shown = received ?? channel.connection.peerCertificate.map { [$0] } ?? []
        return shown.map {
            Report.CertificateEntry($0, at: client.startedAt.seconds, withPEM: plan.output.showsCertificates)
        }
    }

    // MARK: Sessions

    var session: ConnectionReport.SessionUse? {
        guard let hello = log.clientHello, let negotiated = client.negotiated else { return nil }
        let mechanism = mechanism(in: hello, negotiated)
        let age = channel?.observer.ticketKeyAge
        return ConnectionReport.SessionUse(
            offered: mechanism != nil, resumed: negotiated.isResumed, mechanism: mechanism,
            renewed: plan.tickets.rotation == nil || !negotiated.isResumed ? nil : age == .previous)
    }

    private func mechanism(
        in hello: OpenSSL.ClientHello, _ negotiated: Negotiated
    ) -> Report.Resumption.Mechanism? {
        // A key agreed outside TLS is offered like a session and is none.
        if channel?.observer.usesPreSharedKey == true { return nil }
        if negotiated.version >= .tls13 { return hello.offersPSK ? .psk : nil }
        if hello.offersSessionTicket { return .ticket }
        // A client that offers TLS 1.3 may make an identifier up; one that was resumed it did not.
        let isMadeUp = hello.versions.contains(.tls13) && !negotiated.isResumed
        return hello.sessionID.isEmpty || isMadeUp ? nil : .id
    }

    /// Why the session that was offered was not taken, as far as we know.
    var whyNotResumed: String? {
        switch channel?.observer.ticketKeyAge {
        case .unknown: "sealed with a key that is no longer known"
        case .current, .previous: "expired, or made for something else"
        case nil where plan.tickets.mode == .off: "--ticket-mode off"
        case nil where plan.earlyData > 0 && plan.preventsReplay: "used before, expired, or not of this server"
        case nil: "expired, or not of this server"
        }
    }

    // MARK: After the handshake

    private var data: Report.Data? {
        guard let channel, client.negotiated != nil else { return nil }
        let received = Answer(channel.received)
        return Report.Data(
            bytesSent: channel.sentCount, bytesReceived: channel.receivedCount, firstLine: received.firstLine,
            firstLineHex: received.firstLineHex, httpStatus: nil, withheld: false)
    }

    private var postHandshakeAuth: Report.PostHandshakeAuth? {
        let wasAsked = plan.clientAuth == .postHandshake || plan.script.authenticateAfter != nil
        guard wasAsked, client.negotiated != nil else { return nil }
        let requested = log.lateRequests > 0
        let answered = log.lateAnswers > 0
        return Report.PostHandshakeAuth(
            requested: requested, answered: answered,
            why: requested
                ? (answered ? nil : "the client did not answer")
                : client.conversation?.authenticationTrouble ?? "the connection ended before")
    }

    private var renegotiation: Report.Renegotiation? {
        guard let negotiated = client.negotiated, wantsRenegotiation || !log.renegotiations.attempts.isEmpty else {
            return nil
        }
        let attempts = log.renegotiations.attempts.map(Report.Renegotiation.Attempt.init)
        return Report.Renegotiation(
            protocolSupport: negotiated.renegotiationSupport, attempts: attempts,
            acceptedCount: log.renegotiations.acceptedCount,
            verdict: verdict(on: attempts, negotiated))
    }

    private var wantsRenegotiation: Bool {
        plan.script.renegotiateAfter != nil || plan.clientAuth == .renegotiation
    }

    private func verdict(on attempts: [Report.Renegotiation.Attempt], _ negotiated: Negotiated) -> Verdict {
        if negotiated.version >= .tls13 { return Verdict(.notApplicable, why: "TLS 1.3 has no renegotiation") }
        guard let last = attempts.last else { return Verdict(.unknown, why: "the connection ended before") }
        let evidence = log.renegotiations.attempts.compactMap(\.evidence)
        if log.renegotiations.acceptedCount > 0 { return Verdict(.yes, evidence: evidence) }
        switch last.result {
        case .accepted: return Verdict(.yes, evidence: evidence)
        case .refusedWarning, .refusedFatal: return Verdict(.no, why: "refused", evidence: evidence)
        case .closed: return Verdict(.unknown, why: "the connection ended")
        case .ignored: return Verdict(.unknown, why: "no answer")
        case .notApplicable: return Verdict(.notApplicable)
        }
    }

    private var keyUpdate: Report.KeyUpdates? {
        guard let negotiated = client.negotiated, plan.script.keyUpdateAfter != nil || !log.keyUpdates.isEmpty else {
            return nil
        }
        let updates = log.keyUpdates
        let attempts = updates.sent.map(Report.KeyUpdates.Attempt.init)
        // One message may answer several.
        let evidence = updates.sent.compactMap(\.answer).filter { !$0.isRepeated }.map(\.evidence)
        let verdict: Verdict =
            if negotiated.version < .tls13 {
                Verdict(.notApplicable, why: "KeyUpdate is a message of TLS 1.3")
            } else if attempts.contains(where: { $0.answered == .unknown }) {
                Verdict(.unknown, why: "a client answers only with its next data", evidence: evidence)
            } else if attempts.contains(where: { $0.answered != .notApplicable }) {
                Verdict(.yes, evidence: evidence)
            } else {
                Verdict(.notApplicable, why: "no answer was asked for")
            }
        return Report.KeyUpdates(
            attempts: attempts, receivedCount: updates.receivedCount, elicited: nil, verdict: verdict)
    }
}
