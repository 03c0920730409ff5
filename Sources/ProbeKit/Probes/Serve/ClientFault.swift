import OpenSSL
import Reactor

/// Why a client and this server did not come together, in words for whoever tests the client.
struct ClientFault {
    let channel: Channel
    let plan: ServePlan
    /// Milliseconds since the client came.
    let elapsed: Double

    private var log: WireLog { channel.log }

    /// Why the handshake did not come about.
    func explain(_ turn: Channel.Turn) async -> Ending {
        switch turn {
        case .stopped(.cancelled):
            return log.hasClientHello ? .ended(.tls) : cut("said nothing until the end", .interrupted, [])
        case .stopped(.deadline): return timedOut
        case .message: return .flood(by: log.idle, .tls)
        case .failed(let failure): return await explain(failure)
        case .closed, .data, .done: return cut("sent close_notify", .closedDuringHandshake, [])
        }
    }

    /// Why a connection died after its handshake; nil when the client merely went away.
    func afterHandshake(_ failure: StepFailure) -> Ending? {
        let entries = failure.error.entries
        if let found = log.alertReceived {
            return Ending(
                .rejected,
                Failure(
                    .postHandshake, .rejected,
                    (log.hasDeclinedRenegotiation
                        ? "the client gave up when we declined its renegotiation" : "the client gave up")
                        + ": alert \(found.alert.name) (\(found.alert.number))",
                    alert: found.entry, openssl: entries))
        }
        if let kind = failure.floodKind { return .flood(kind, "more than \(kind.openSSLLimit)", hint: nil) }
        guard case .tls = failure.kind else { return nil }
        if let refusal = refusedCertificate(failure) { return refusal }
        if log.renegotiations.attempts.last?.result == .refusedWarning, !log.hasDeclinedRenegotiation {
            return Ending(
                .unmet,
                Failure(
                    .postHandshake, .renegotiationDeclined, "the client declined to renegotiate, and OpenSSL gave up",
                    alert: log.alertSent?.entry, openssl: entries))
        }
        return Ending(
            .inconclusive,
            Failure(
                .postHandshake, .badMessage,
                "the client broke the protocol after the handshake: \(failure.error.cause?.text ?? "no reason given")",
                hint: "-v shows the messages", alert: log.alertSent?.entry, openssl: entries))
    }

    private var timedOut: Ending {
        let received = channel.connection.bytesReceived
        let waited = Words.seconds(elapsed)
        return Ending(
            .timeout,
            Failure(
                .tls, .timedOut,
                log.hasClientHello
                    ? "the handshake did not finish in \(waited)" : "no ClientHello in \(waited)",
                hint: received == 0 ? nil : "\(received) B came; -v shows the last message"))
    }

    private func explain(_ failure: StepFailure) async -> Ending {
        let entries = failure.error.entries
        if let found = log.alertReceived {
            return Ending(
                .handshake,
                Failure(
                    .tls, .alertReceived,
                    "the client refused the handshake: alert \(found.alert.name) (\(found.alert.number))",
                    hint: Self.hint(for: found.alert), alert: found.entry, openssl: entries))
        }
        switch failure.kind {
        case .endOfStream: return cut("closed the connection", .closedDuringHandshake, entries)
        case .system: return cut("reset the connection", .resetDuringHandshake, entries)
        case .tls:
            if let refusal = refusedCertificate(failure) { return refusal }
            if !log.hasClientHello, failure.isForeign { return await notTLS(entries) }
            return refused(failure)
        }
    }

    private func cut(_ how: String, _ code: Failure.Code, _ entries: [Failure.Reason]) -> Ending {
        guard log.hasClientHello else {
            let received = channel.connection.bytesReceived
            return Ending(
                .connect,
                Failure(
                    .tcp, .noClientHello,
                    "the client \(how)\(received == 0 ? "" : ", before its ClientHello was complete")",
                    hint: received == 0 ? "a health check or a port scan looks like this" : nil, openssl: entries))
        }
        return Ending(
            .handshake,
            Failure(
                .tls, code, "the client \(how) in the middle of the handshake",
                hint: "many clients do so when they do not trust the certificate", openssl: entries))
    }

    /// The client's certificate, or that it showed none.
    private func refusedCertificate(_ failure: StepFailure) -> Ending? {
        guard let cause = failure.error.cause else { return nil }
        if cause.isTLS(TLSReason.certificateVerifyFailed) {
            let faults = channel.observer.verification?.errors.map(\.message) ?? []
            return Ending(
                .verify,
                Failure(
                    .verify, .notTrusted,
                    "the client's certificate is not acceptable: \(faults.first ?? "no reason given")",
                    hint: "--client-ca FILE trusts another authority; --client-auth request serves the client anyway",
                    alert: log.alertSent?.entry, openssl: failure.error.entries))
        }
        guard cause.isTLS(TLSReason.noPeerCertificate) else { return nil }
        return Ending(
            .verify,
            Failure(
                .verify, .clientCertificateRequired, "the client showed no certificate, and one is required",
                hint: "--write-client-cert FILE makes one for it", alert: log.alertSent?.entry,
                openssl: failure.error.entries))
    }

    private static func hint(for alert: Alert) -> String {
        switch alert.kind {
        case .unknownCA, .badCertificate, .certificateUnknown, .certificateExpired:
            "it does not trust the certificate; --write-ca FILE writes the authority that it should trust"
        default: "its own log may say why"
        }
    }

    private func refused(_ failure: StepFailure) -> Ending {
        let cause = failure.error.cause
        let (code, words, hint): (Failure.Code, String, String?) =
            switch cause {
            case let cause?
            where cause.isTLS(TLSReason.unsupportedProtocol) || cause.isTLS(TLSReason.noProtocolsAvailable):
                (
                    .unsupportedProtocol, "the client offers no version that is accepted here",
                    "--tls 1.0-1.3 accepts all"
                )
            case let cause? where cause.isTLS(TLSReason.noSharedCipher):
                (
                    .noSharedParameters, "no cipher in common",
                    "see --ciphers, --sigalgs and the kind of the key (one made in memory is EC)"
                )
            case let cause? where cause.isTLS(TLSReason.noSuitableKeyShare) || cause.isTLS(TLSReason.noSharedGroups):
                (.noSharedParameters, "no group in common", "see --groups")
            case let cause?
            where cause.isTLS(TLSReason.noSuitableSignatureAlgorithm)
                || cause.isTLS(TLSReason.noSharedSignatureAlgorithms):
                (
                    .noSharedParameters, "no signature algorithm in common",
                    "see --sigalgs and the kind of the key (one made in memory is EC)"
                )
            case let cause? where cause.isTLS(TLSReason.noApplicationProtocol):
                (
                    .noSharedParameters,
                    "the client speaks none of \(plan.offer.alpn.joined(separator: ", ")) (ALPN)", "see --alpn"
                )
            case let cause? where cause.isTLS(TLSReason.inappropriateFallback):
                (
                    .noSharedParameters, "the client fell back to an older version than it could have had",
                    "it says so itself (TLS_FALLBACK_SCSV); why did its first attempt fail?"
                )
            default: (.badMessage, "the client broke the protocol: \(cause?.text ?? "no reason given")", nil)
            }
        return Ending(
            .handshake,
            Failure(.tls, code, words, hint: hint, alert: log.alertSent?.entry, openssl: failure.error.entries))
    }

    /// Names what the client speaks by its first bytes.
    private func notTLS(_ entries: [Failure.Reason]) async -> Ending {
        let header = log.firstHeader?.bytes ?? []
        let rest = await channel.leftover(upTo: 200 - header.count, until: .after(.milliseconds(50)))
        let greeting = Greeting(header + rest)
        return Ending(
            .handshake,
            Failure(
                .tls, .notTLS,
                greeting.name.map { "the client speaks \($0), not TLS" } ?? "the client does not speak TLS",
                hint: greeting.name == "HTTP" ? "https:// instead of http://" : nil, peerBytes: greeting.escaped,
                openssl: entries))
    }
}

extension Ending {
    /// Our own end came in the middle of something.
    static func ended(_ stage: Outcome.Stage) -> Ending {
        Ending(.signal, Failure(stage, .interrupted, "the server was ended"))
    }

    /// A client's flood; how much of one is taken is not up to options here.
    static func flood(by idle: IdleMessages, _ stage: Outcome.Stage = .postHandshake) -> Ending {
        flood(idle.kind, "\(idle.count)", stage, hint: nil)
    }
}
