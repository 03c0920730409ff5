import OpenSSL

/// Why a connection died after the handshake was done on our side.
struct Refusal {
    let log: WireLog
    let failure: StepFailure

    var ending: Ending {
        if log.hasDeclinedRenegotiation {
            return Ending(
                .inconclusive,
                Failure(
                    .postHandshake, .renegotiationDeclined,
                    "the server asked for a renegotiation, which we declined, and gave the connection up",
                    hint: "some servers ask for a client certificate that way; --tls 1.3 avoids it",
                    alert: log.alertReceived?.entry, openssl: failure.error.entries))
        }
        if let found = log.alertReceived { return refused(by: found) }
        if let sent = log.alertSent, case .tls = failure.kind { return broken(sent) }
        let how =
            switch failure.kind {
            case .endOfStream: "closed the connection"
            case .system: "reset the connection"
            case .tls: "broke the protocol"
            }
        if log.acceptance != nil {
            return Ending(
                .inconclusive,
                Failure(
                    .data, .closedAfterHandshake, "the peer accepted the handshake, then \(how) without an answer",
                    hint: "was the request one that it understands? its log may say why",
                    openssl: failure.error.entries))
        }
        guard log.certificateRequest != nil else {
            return Ending(
                .inconclusive,
                Failure(
                    .confirm, .closedAfterHandshake,
                    "the peer \(how) right after the handshake, without an alert",
                    hint: "whether it refused us cannot be told; its log may say why", openssl: failure.error.entries))
        }
        return Ending(
            .rejected,
            Failure(
                .confirm, certificateCode,
                "the peer asked for a client certificate, then \(how) without an alert", hint: certificateHint,
                openssl: failure.error.entries))
    }

    private func refused(by found: WireLog.AlertFound) -> Ending {
        let isAboutCertificate =
            (log.certificateRequest != nil || log.lateRequests > 0) && found.alert.isAboutCertificate
            || found.alert.kind == .certificateRequired
        let words = "the peer refused us after the handshake: alert \(found.alert.name) (\(found.alert.number))"
        return Ending(
            .rejected,
            Failure(
                .confirm, isAboutCertificate ? certificateCode : .rejected, words,
                hint: isAboutCertificate ? certificateHint : "the peer's log may say why", alert: found.entry,
                openssl: failure.error.entries))
    }

    /// We sent the alert: the peer's messages made no sense to OpenSSL.
    private func broken(_ sent: WireLog.AlertFound) -> Ending {
        Ending(
            .inconclusive,
            Failure(
                .postHandshake, .badMessage,
                "the peer broke the protocol after the handshake: \(failure.error.cause?.text ?? "no reason given")",
                hint: "-v shows the messages", alert: sent.entry, openssl: failure.error.entries))
    }

    private var certificateCode: Failure.Code {
        log.hasSentCertificate ? .clientCertificateRefused : .clientCertificateRequired
    }

    private var certificateHint: String {
        log.hasSentCertificate
            ? "does the server know its issuer? intermediates go with --cert-chain FILE"
            : "--cert FILE --key FILE"
    }
}

extension Alert {
    /// Whether it can mean a client's certificate, or that there was none.
    var isAboutCertificate: Bool {
        switch number {
        // handshake_failure, those on certificates, unknown_ca and access_denied, decrypt_error.
        case 40...46, 48, 49, 51, 116: true
        default: false
        }
    }
}

extension StepFailure {
    /// What OpenSSL itself counts and stops.
    var floodKind: FloodStopped.Kind? {
        switch error.cause {
        case let cause? where cause.isTLS(TLSReason.tooManyWarnAlerts): .warningAlerts
        case let cause? where cause.isTLS(TLSReason.recordTooSmall): .emptyRecords
        default: nil
        }
    }
}

extension FloodStopped.Kind {
    /// How many OpenSSL takes in a row before it gives up by itself.
    var openSSLLimit: Int {
        switch self {
        case .warningAlerts: 4
        case .emptyRecords: 32
        case .tickets, .keyUpdates, .helloRequests, .renegotiations: 0
        }
    }
}

extension Ending {
    static func flood(_ idle: IdleMessages, _ stage: Outcome.Stage = .postHandshake) -> Ending {
        flood(idle.kind, "\(idle.count)", stage)
    }

    static func flood(
        _ kind: FloodStopped.Kind, _ count: String, _ stage: Outcome.Stage = .postHandshake,
        hint: String? = "--max-idle-messages sets how many are taken"
    ) -> Ending {
        let words =
            switch kind {
            case .tickets: "tickets"
            case .keyUpdates: "KeyUpdates"
            case .helloRequests: "HelloRequests"
            case .warningAlerts: "warning alerts"
            case .emptyRecords: "empty records"
            case .renegotiations: "renegotiations"
            }
        return Ending(
            .inconclusive,
            Failure(
                stage, .flood, "the peer sent \(count) \(words) in a row without data",
                hint: hint))
    }
}
