extension TextRenderer {
    /// What happened, one line each: milliseconds, direction, message, bytes, the decoded essentials.
    package func ladder(_ events: [EventRecord]) -> String {
        var page = Page(style: style)
        for record in events where ![.summary, .clientClosed, .error].contains(record.event.name) {
            let start =
                Measure.tenths(record.tMs).rightAligned(to: 9) + "  " + style.arrow(record.wire?.dir) + " "
                + record.event.name.rawValue.padded(to: 20) + " "
                + (record.wire.map { Measure.size($0.bytes) } ?? "").rightAligned(to: 7)
            page.row(start, record.event.essentials)
        }
        return page.text
    }
}

extension Event {
    /// What a person wants to know of an event beside its name.
    fileprivate var essentials: [String] {
        switch self {
        case .probeStarted(let started): [started.command.rawValue, "\(started.host) port \(started.port)"]
        case .dnsResolved(let resolved): [resolved.addresses.joined(separator: ", ")]
        case .tcpConnected(let connected): [connected.address]
        case .tcpFailed(let failed): ["\(failed.address) \(failed.outcome.rawValue)", failed.error].compacted
        case .handshakeStarted(let started):
            [started.sni.map { "sni \($0)" } ?? "no sni", Self.alpn(started.alpnOffered)].compacted
        case .handshakeDone(let done):
            [done.version, done.cipher, done.group, done.signatureAlgorithm, done.alpn, done.resumed ? "resumed" : nil]
                .compacted
        case .verifyDone(let done): done.essentials
        case .handshakeConfirmed(let confirmed):
            [
                [confirmed.value.rawValue, confirmed.basis.map { "by \($0.rawValue)" }].compacted.joined(
                    separator: " "), confirmed.why,
            ].compacted
        case .handshakeFailed(let failed): [failed.message]
        case .newSessionTicket(let ticket):
            [
                "lifetime \(ticket.lifetimeS) s", "ticket \(Measure.size(ticket.ticketBytes))",
                ticket.maxEarlyData.flatMap { $0 > 0 ? "early data up to \(Measure.size($0))" : nil },
            ].compacted
        case .sessionSaved(let saved): [saved.file]
        case .sessionOffered(let offered): [offered.mechanism.rawValue]
        case .sessionResumed(let resumed):
            [resumed.mechanism.rawValue, resumed.renewed == true ? "sealed with the key before" : nil].compacted
        case .sessionNotResumed(let missed): [missed.mechanism.rawValue, missed.why].compacted
        case .earlyData(let early): [early.status.rawValue]
        case .renegotiationStarted(let started): ["begun by the \(started.initiatedBy.rawValue)"]
        case .renegotiationDone(let done):
            [
                "begun by the \(done.initiatedBy.rawValue)", done.resumed ? "abbreviated" : "full",
                Measure.duration(done.durationMs),
            ]
        case .renegotiationIgnored(let ignored): ["no answer in \(Measure.duration(ignored.afterMs))"]
        case .keyUpdate(let update): [update.requestUpdate.rawValue]
        case .postHandshakeAuth(let auth): [auth.certificateSent ? "certificate sent" : "no certificate sent"]
        case .alert(let alert): ["\(alert.level) \(alert.description) (\(alert.number))"]
        case .tcpClosed(let closed): [closed.kind.rawValue]
        case .floodStopped(let flood): ["\(flood.count) \(flood.kind.rawValue)"]
        case .timeout(let timeout): ["\(timeout.stage.rawValue) after \(Measure.duration(timeout.afterMs))"]
        case .expectation(let expected):
            ["\(expected.expression) \(expected.ok ? "holds" : "does not hold")", expected.ok ? nil : expected.finding]
                .compacted
        case .error(let failure): [failure.message]
        case .summary, .serveSummary, .clientClosed, .runDone: []
        case .listening(let listening): ["\(listening.address) port \(listening.port)"]
        case .clientConnected(let connected): [connected.peer]
        case .clientHello(let hello): hello.essentials
        case .helloRetryRequest(let hello), .serverHello(let hello):
            [hello.version, hello.cipher, hello.group, hello.pskSelected ? "psk" : nil].compacted
        case .encryptedExtensions(let extensions):
            [extensions.alpn.map { "alpn \($0)" }, extensions.earlyDataAccepted ? "early data accepted" : nil].compacted
        case .certificateRequest(let request):
            [
                Measure.count(request.signatureAlgorithms.count, "signature algorithm"),
                Measure.count(request.caNames.count, "CA name"),
            ]
        case .certificate(let message): message.essentials
        case .serverKeyExchange(let exchange): [exchange.group, exchange.signatureAlgorithm].compacted
        case .certificateVerify(let verify): [verify.signatureAlgorithm].compacted
        case .renegotiationRequested, .renegotiationRefused, .applicationData, .closeNotify,
            .certificateStatus, .serverHelloDone, .clientKeyExchange, .changeCipherSpec, .finished, .helloRequest,
            .endOfEarlyData:
            []
        }
    }

    fileprivate static func alpn(_ protocols: [String]) -> String? {
        protocols.isEmpty ? nil : "alpn " + protocols.joined(separator: ", ")
    }
}

extension VerifyDone {
    fileprivate var essentials: [String] {
        switch ok {
        case true: ["trusted"]
        case false: errors.map { "\($0.message) (\($0.code), depth \($0.depth))" }
        default: ["not verified"]
        }
    }
}

extension ClientHello {
    fileprivate var essentials: [String] {
        [
            sni.map { "sni \($0)" } ?? "no sni", Event.alpn(alpn), versions.joined(separator: ", "),
            Measure.count(ciphers.count, "cipher"), firstGroups,
            sessionOffered ? "offers a session" : nil, earlyDataOffered ? "offers early data" : nil,
        ].compacted
    }

    /// The first are those with a key share or the next choice; a dozen more say little.
    private var firstGroups: String {
        let others = groups.count > 4 ? " +\(groups.count - 4)" : ""
        return groups.prefix(4).joined(separator: ", ") + others
    }
}

extension CertificateMessage {
    fileprivate var essentials: [String] {
        if compressed { return ["compressed"] }
        guard certificates > 0 else { return ["none"] }
        let sizes = certificateBytes.map(String.init).joined(separator: ", ")
        return ["\(Measure.count(certificates, "certificate")) (\(sizes) B)"]
    }
}

extension [String?] {
    fileprivate var compacted: [String] { compactMap { $0 } }
}
