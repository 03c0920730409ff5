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

    /// What the event carries beside its envelope, if anything.
    package var payload: (any Codable & Sendable)? {
        switch self {
        case .probeStarted(let payload): payload
        case .dnsResolved(let payload): payload
        case .tcpConnected(let payload): payload
        case .tcpFailed(let payload): payload
        case .handshakeStarted(let payload): payload
        case .handshakeDone(let payload): payload
        case .verifyDone(let payload): payload
        case .handshakeConfirmed(let payload): payload
        case .handshakeFailed(let payload): payload
        case .newSessionTicket(let payload): payload
        case .sessionResumed(let payload): payload
        case .sessionNotResumed(let payload): payload
        case .earlyData(let payload): payload
        case .renegotiationStarted(let payload): payload
        case .renegotiationDone(let payload): payload
        case .renegotiationIgnored(let payload): payload
        case .keyUpdate(let payload): payload
        case .postHandshakeAuth(let payload): payload
        case .alert(let payload): payload
        case .tcpClosed(let payload): payload
        case .floodStopped(let payload): payload
        case .timeout(let payload): payload
        case .expectation(let payload): payload
        case .error(let payload): payload
        case .summary(let report): Summary(report: report)
        case .listening(let payload): payload
        case .clientConnected(let payload): payload
        case .clientClosed(let report): ClientClosed(report: report)
        case .serveSummary(let summary): ServerSummary(report: summary)
        case .clientHello(let payload): payload
        case .helloRetryRequest(let payload): payload
        case .serverHello(let payload): payload
        case .encryptedExtensions(let payload): payload
        case .certificateRequest(let payload): payload
        case .certificate(let payload): payload
        case .serverKeyExchange(let payload): payload
        case .certificateVerify(let payload): payload
        case .renegotiationRequested, .renegotiationRefused, .applicationData, .closeNotify,
            .certificateStatus, .serverHelloDone, .clientKeyExchange, .changeCipherSpec, .finished, .helloRequest,
            .endOfEarlyData:
            nil
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
