import OpenSSL
import Reactor

/// Why a handshake did not come about, in words for a tired person.
struct HandshakeFailure {
    let channel: Channel
    let plan: ProbePlan
    let elapsed: Double

    private var log: WireLog { channel.log }
    private var place: String { "\(plan.dialed.host) \(plan.dialed.port)" }

    func explain(_ turn: Channel.Turn, until deadline: Deadline) async -> Ending {
        switch turn {
        case .stopped(.cancelled): return .interrupted(.tls)
        case .stopped(.deadline): return timedOut
        case .failed(let failure): return await explain(failure, until: deadline)
        case .message: return .flood(log.idle, .tls)
        case .closed, .data, .done: return cut("sent close_notify", .closedDuringHandshake, [])
        }
    }

    private var timedOut: Ending {
        let received = channel.connection.bytesReceived
        let waited = Words.seconds(elapsed)
        let silent = received == 0
        return Ending(
            .timeout,
            Failure(
                .tls, .timedOut,
                silent ? "no answer to the ClientHello in \(waited)" : "the handshake did not finish in \(waited)",
                hint: silent
                    ? "is a TLS listener behind that address? try nc -v \(place)"
                    : "\(received) B came and then nothing; -v shows the last message"))
    }

    private func explain(_ failure: StepFailure, until deadline: Deadline) async -> Ending {
        if let found = log.alertReceived { return refused(by: found, failure) }
        switch failure.kind {
        case .endOfStream:
            return cut("closed the connection", .closedDuringHandshake, failure.error.entries)
        case .system: return cut("reset the connection", .resetDuringHandshake, failure.error.entries)
        case .tls:
            if !log.hasServerHello, failure.isForeign { return await notTLS(failure, until: deadline) }
            return misunderstood(failure)
        }
    }

    /// The peer went away: before it said anything, after it had asked for our certificate, or just so.
    private func cut(_ how: String, _ code: Failure.Code, _ entries: [Failure.Reason]) -> Ending {
        if log.answeredWithCertificate != nil {
            return Ending(
                .rejected,
                Failure(
                    .tls, certificateCode, "the server asked for a client certificate, then \(how) without an alert",
                    hint: certificateHint, openssl: entries))
        }
        let received = channel.connection.bytesReceived
        if code == .resetDuringHandshake, received == 0 {
            return Ending(
                .connect,
                Failure(
                    .tcp, .resetBeforeTLS, "the peer \(how) before it answered the ClientHello",
                    hint: "a firewall or a full server does that; try nc -v \(place)", openssl: entries))
        }
        return Ending(
            .handshake,
            Failure(
                .tls, code,
                received == 0
                    ? "the peer \(how) instead of answering the ClientHello"
                    : "the peer \(how) in the middle of the handshake",
                hint: received == 0 ? "does it speak TLS? try nc -v \(place)" : "-v shows the last message",
                openssl: entries))
    }

    private func refused(by found: WireLog.AlertFound, _ failure: StepFailure) -> Ending {
        let alert = found.alert
        let words = "alert \(alert.name) (\(alert.number))"
        if log.answeredWithCertificate != nil {
            return Ending(
                .rejected,
                Failure(
                    .tls, certificateCode,
                    "the server asked for a client certificate and refused \(sentCertificate ? "ours" : "us without one")"
                        + ": \(words)",
                    hint: certificateHint, alert: found.entry, openssl: failure.error.entries))
        }
        return Ending(
            .handshake,
            Failure(
                .tls, .alertReceived, "the server refused the handshake: \(words)", hint: Self.hint(for: alert, plan),
                alert: found.entry, openssl: failure.error.entries))
    }

    private static func hint(for alert: Alert, _ plan: ProbePlan) -> String {
        switch alert.kind {
        case .handshakeFailure, .insufficientSecurity:
            "no cipher, group or signature algorithm in common? see --ciphers, --groups, --sigalgs, --legacy"
        case .protocolVersion:
            "the server wants another version; --tls 1.0-1.3 offers all"
        case .unrecognizedName: "the server does not know the name; try --sni NAME or --sni none"
        case .noApplicationProtocol:
            "the server speaks none of \(plan.client.offer.alpn.joined(separator: ", ")); try another --alpn"
        case .unknownPSKIdentity, .decryptError: "is the identity or the key of --psk right?"
        case .internalError: "the server itself failed; its log may say why"
        default: "the server's log may say why; -v shows the messages"
        }
    }

    /// OpenSSL found fault with what the peer sent, or has nothing to offer.
    private func misunderstood(_ failure: StepFailure) -> Ending {
        let cause = failure.error.cause
        let (code, words, hint): (Failure.Code, String, String) =
            switch cause {
            case let cause? where cause.isTLS(TLSReason.unsafeLegacyRenegotiationDisabled):
                (
                    .legacyRenegotiation, "the server does not support secure renegotiation (RFC 5746)",
                    "--legacy connects anyway"
                )
            case let cause?
            where cause.isTLS(TLSReason.unsupportedProtocol) || cause.isTLS(TLSReason.wrongSSLVersion):
                (
                    .unsupportedProtocol, "the server chose a version that was not offered",
                    "--tls 1.0-1.3 offers all versions"
                )
            case let cause?
            where cause.isTLS(TLSReason.noProtocolsAvailable) || cause.isTLS(TLSReason.noCiphersAvailable):
                (
                    .noSharedParameters, "nothing is left to offer: \(cause.text)",
                    "TLS 1.0 and 1.1 need --legacy; see --seclevel and --ciphers"
                )
            case let cause?
            where cause.isTLS(TLSReason.legacySignature) || cause.isTLS(TLSReason.wrongSignatureType)
                || cause.isTLS(TLSReason.noSuitableSignatureAlgorithm):
                (
                    .noSharedParameters, "the server signs in a way that the security level refuses: \(cause.text)",
                    "--legacy accepts it"
                )
            case let cause? where cause.isTLS(TLSReason.diffieHellmanKeyTooSmall):
                (
                    .noSharedParameters, "the server's Diffie-Hellman key is too small for the security level",
                    "--seclevel 0 accepts it"
                )
            case let cause? where cause.isTLS(TLSReason.excessiveMessageSize):
                (
                    .messageTooLarge, "the server's message is larger than OpenSSL accepts",
                    "a certificate chain of more than 100 kB? see openssl s_client -msg"
                )
            case let cause? where channel.connection.bytesReceived == 0:
                (
                    .noSharedParameters, "OpenSSL cannot make an offer of these settings: \(cause.text)",
                    "see --tls, --groups, --ciphers and --seclevel"
                )
            default:
                (
                    .badMessage, "the peer's answer breaks the protocol: \(cause?.text ?? "no reason given")",
                    "-v shows the messages"
                )
            }
        return Ending(
            .handshake,
            Failure(
                .tls, code, words, hint: hint, alert: log.alertSent?.entry, openssl: failure.error.entries))
    }

    private var sentCertificate: Bool { log.answeredWithCertificate ?? false }
    private var certificateCode: Failure.Code {
        sentCertificate ? .clientCertificateRefused : .clientCertificateRequired
    }
    private var certificateHint: String {
        sentCertificate
            ? "does the server know its issuer? intermediates go with --cert-chain FILE"
            : plan.client.identity == nil ? "--cert FILE --key FILE" : "does the key type fit what the server takes?"
    }
}

extension StepFailure {
    /// Whether the bytes were no records of TLS.
    var isForeign: Bool {
        guard let cause = error.cause else { return false }
        return [
            TLSReason.wrongVersionNumber, TLSReason.httpRequest, TLSReason.httpsProxyRequest, TLSReason.badRecordType,
        ].contains { cause.isTLS($0) }
    }
}

extension HandshakeFailure {
    /// Names what the peer speaks by its first bytes: those of the record header, and what the socket still gives.
    private func notTLS(_ failure: StepFailure, until deadline: Deadline) async -> Ending {
        let header = log.firstHeader?.bytes ?? []
        let rest = await channel.leftover(
            upTo: 200 - header.count, until: Deadline.after(.milliseconds(250)).earlier(of: deadline))
        let greeting = Greeting(header + rest)
        return Ending(
            .handshake,
            Failure(
                .tls, .notTLS, greeting.name.map { "the peer speaks \($0), not TLS" } ?? "the peer does not speak TLS",
                hint: greeting.hint, peerBytes: greeting.escaped, openssl: failure.error.entries))
    }
}
