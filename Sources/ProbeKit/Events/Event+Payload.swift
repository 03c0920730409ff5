extension Event {
    /// The name in JSON.
    package var name: Name {
        switch self {
        case .probeStarted: .probeStarted
        case .dnsResolved: .dnsResolved
        case .tcpConnected: .tcpConnected
        case .tcpFailed: .tcpFailed
        case .handshakeStarted: .handshakeStarted
        case .handshakeDone: .handshakeDone
        case .verifyDone: .verifyDone
        case .handshakeConfirmed: .handshakeConfirmed
        case .handshakeFailed: .handshakeFailed
        case .newSessionTicket: .newSessionTicket
        case .sessionSaved: .sessionSaved
        case .sessionOffered: .sessionOffered
        case .sessionResumed: .sessionResumed
        case .sessionNotResumed: .sessionNotResumed
        case .earlyData: .earlyData
        case .renegotiationRequested: .renegotiationRequested
        case .renegotiationStarted: .renegotiationStarted
        case .renegotiationDone: .renegotiationDone
        case .renegotiationRefused: .renegotiationRefused
        case .renegotiationIgnored: .renegotiationIgnored
        case .keyUpdate: .keyUpdate
        case .postHandshakeAuth: .postHandshakeAuth
        case .applicationData: .applicationData
        case .alert: .alert
        case .closeNotify: .closeNotify
        case .tcpClosed: .tcpClosed
        case .floodStopped: .floodStopped
        case .timeout: .timeout
        case .expectation: .expectation
        case .error: .error
        case .summary, .serveSummary: .summary
        case .runDone: .runDone
        case .listening: .listening
        case .clientConnected: .clientConnected
        case .clientClosed: .clientClosed
        case .clientHello: .clientHello
        case .helloRetryRequest: .helloRetryRequest
        case .serverHello: .serverHello
        case .encryptedExtensions: .encryptedExtensions
        case .certificateRequest: .certificateRequest
        case .certificate: .certificate
        case .certificateStatus: .certificateStatus
        case .serverKeyExchange: .serverKeyExchange
        case .certificateVerify: .certificateVerify
        case .serverHelloDone: .serverHelloDone
        case .clientKeyExchange: .clientKeyExchange
        case .changeCipherSpec: .changeCipherSpec
        case .finished: .finished
        case .helloRequest: .helloRequest
        case .endOfEarlyData: .endOfEarlyData
        }
    }

    /// Encodes what the event carries beside its envelope, if anything. As an existential value it would be copied first.
    func encodePayload(to encoder: any Encoder) throws {
        switch self {
        case .probeStarted(let payload): try payload.encode(to: encoder)
        case .dnsResolved(let payload): try payload.encode(to: encoder)
        case .tcpConnected(let payload): try payload.encode(to: encoder)
        case .tcpFailed(let payload): try payload.encode(to: encoder)
        case .handshakeStarted(let payload): try payload.encode(to: encoder)
        case .handshakeDone(let payload): try payload.encode(to: encoder)
        case .verifyDone(let payload): try payload.encode(to: encoder)
        case .handshakeConfirmed(let payload): try payload.encode(to: encoder)
        case .handshakeFailed(let payload): try payload.encode(to: encoder)
        case .newSessionTicket(let payload): try payload.encode(to: encoder)
        case .sessionSaved(let payload): try payload.encode(to: encoder)
        case .sessionOffered(let payload): try payload.encode(to: encoder)
        case .sessionResumed(let payload): try payload.encode(to: encoder)
        case .sessionNotResumed(let payload): try payload.encode(to: encoder)
        case .earlyData(let payload): try payload.encode(to: encoder)
        case .renegotiationStarted(let payload): try payload.encode(to: encoder)
        case .renegotiationDone(let payload): try payload.encode(to: encoder)
        case .renegotiationIgnored(let payload): try payload.encode(to: encoder)
        case .keyUpdate(let payload): try payload.encode(to: encoder)
        case .postHandshakeAuth(let payload): try payload.encode(to: encoder)
        case .alert(let payload): try payload.encode(to: encoder)
        case .tcpClosed(let payload): try payload.encode(to: encoder)
        case .floodStopped(let payload): try payload.encode(to: encoder)
        case .runDone(let payload): try payload.encode(to: encoder)
        case .timeout(let payload): try payload.encode(to: encoder)
        case .expectation(let payload): try payload.encode(to: encoder)
        case .error(let payload): try payload.encode(to: encoder)
        case .summary(let report): try Summary(report: report).encode(to: encoder)
        case .listening(let payload): try payload.encode(to: encoder)
        case .clientConnected(let payload): try payload.encode(to: encoder)
        case .clientClosed(let report): try ClientClosed(report: report).encode(to: encoder)
        case .serveSummary(let summary): try ServerSummary(report: summary).encode(to: encoder)
        case .clientHello(let payload): try payload.encode(to: encoder)
        case .helloRetryRequest(let payload): try payload.encode(to: encoder)
        case .serverHello(let payload): try payload.encode(to: encoder)
        case .encryptedExtensions(let payload): try payload.encode(to: encoder)
        case .certificateRequest(let payload): try payload.encode(to: encoder)
        case .certificate(let payload): try payload.encode(to: encoder)
        case .serverKeyExchange(let payload): try payload.encode(to: encoder)
        case .certificateVerify(let payload): try payload.encode(to: encoder)
        case .renegotiationRequested, .renegotiationRefused, .applicationData, .closeNotify,
            .certificateStatus, .serverHelloDone, .clientKeyExchange, .changeCipherSpec, .finished, .helloRequest,
            .endOfEarlyData:
            break
        }
    }

    /// The types of the payloads that go with a name, one of which an event has; the schema is derived from them.
    package static func payloadTypes(of name: Name) -> [any Codable.Type] {
        if name == .summary { return [Summary.self, ServerSummary.self] }
        return payloadType(of: name).map { [$0] } ?? []
    }

    private static func payloadType(of name: Name) -> (any Codable.Type)? {
        switch name {
        case .probeStarted: ProbeStarted.self
        case .dnsResolved: DNSResolved.self
        case .tcpConnected: TCPConnected.self
        case .tcpFailed: TCPFailed.self
        case .handshakeStarted: HandshakeStarted.self
        case .handshakeDone: HandshakeDone.self
        case .verifyDone: VerifyDone.self
        case .handshakeConfirmed: HandshakeConfirmed.self
        case .handshakeFailed: HandshakeFailed.self
        case .newSessionTicket: NewSessionTicket.self
        case .sessionSaved: SessionSaved.self
        case .sessionOffered: SessionOffered.self
        case .sessionResumed: SessionResumed.self
        case .sessionNotResumed: SessionNotResumed.self
        case .earlyData: EarlyData.self
        case .renegotiationStarted: RenegotiationStarted.self
        case .renegotiationDone: RenegotiationDone.self
        case .renegotiationIgnored: RenegotiationIgnored.self
        case .keyUpdate: KeyUpdate.self
        case .postHandshakeAuth: PostHandshakeAuth.self
        case .alert: AlertSeen.self
        case .tcpClosed: TCPClosed.self
        case .floodStopped: FloodStopped.self
        case .runDone: RunDone.self
        case .timeout: TimedOut.self
        case .expectation: Expected.self
        case .error: Failure.self
        case .summary: Summary.self
        case .listening: Listening.self
        case .clientConnected: ClientConnected.self
        case .clientClosed: ClientClosed.self
        case .clientHello: ClientHello.self
        case .helloRetryRequest, .serverHello: ServerHello.self
        case .encryptedExtensions: EncryptedExtensions.self
        case .certificateRequest: CertificateRequest.self
        case .certificate: CertificateMessage.self
        case .serverKeyExchange: ServerKeyExchange.self
        case .certificateVerify: CertificateVerify.self
        case .renegotiationRequested, .renegotiationRefused, .applicationData, .closeNotify,
            .certificateStatus, .serverHelloDone, .clientKeyExchange, .changeCipherSpec, .finished, .helloRequest,
            .endOfEarlyData:
            nil
        }
    }

    /// The last event of a target.
    package struct Summary: Codable, Sendable {
        package var report: Report
    }

    /// The last event of a connection to `serve`.
    package struct ClientClosed: Codable, Sendable {
        package var report: ConnectionReport
    }

    /// The last event of `serve`.
    package struct ServerSummary: Codable, Sendable {
        package var report: ServeSummary
    }
}
