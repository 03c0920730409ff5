/// Something that happened during a probe. The vocabulary is closed; names follow RFC 8446 and RFC 5246.
package enum Event: Sendable {
    // What every probe tells.
    case probeStarted(ProbeStarted)
    case dnsResolved(DNSResolved)
    case tcpConnected(TCPConnected)
    case tcpFailed(TCPFailed)
    case handshakeStarted(HandshakeStarted)
    case handshakeDone(HandshakeDone)
    case verifyDone(VerifyDone)
    case handshakeConfirmed(HandshakeConfirmed)
    case handshakeFailed(HandshakeFailed)
    case newSessionTicket(NewSessionTicket)
    case sessionSaved(SessionSaved)
    case sessionOffered(SessionOffered)
    case sessionResumed(SessionResumed)
    case sessionNotResumed(SessionNotResumed)
    case earlyData(EarlyData)
    case renegotiationRequested
    case renegotiationStarted(RenegotiationStarted)
    case renegotiationDone(RenegotiationDone)
    case renegotiationRefused
    case renegotiationIgnored(RenegotiationIgnored)
    case keyUpdate(KeyUpdate)
    case postHandshakeAuth(PostHandshakeAuth)
    case applicationData
    case alert(AlertSeen)
    case closeNotify
    case tcpClosed(TCPClosed)
    case floodStopped(FloodStopped)
    case timeout(TimedOut)
    case expectation(Expected)
    case error(Failure)
    indirect case summary(Report)
    case runDone(RunDone)

    // What a server tells.
    case listening(Listening)
    case clientConnected(ClientConnected)
    indirect case clientClosed(ConnectionReport)
    indirect case serveSummary(ServeSummary)

    // The messages of the handshake, shown with -v.
    case clientHello(ClientHello)
    case helloRetryRequest(ServerHello)
    case serverHello(ServerHello)
    case encryptedExtensions(EncryptedExtensions)
    case certificateRequest(CertificateRequest)
    case certificate(CertificateMessage)
    case certificateStatus
    case serverKeyExchange(ServerKeyExchange)
    case certificateVerify(CertificateVerify)
    case serverHelloDone
    case clientKeyExchange
    case changeCipherSpec
    case finished
    case helloRequest
    case endOfEarlyData

    /// The names as they appear in JSON; never renamed after a release.
    package enum Name: String, Codable, CaseIterable, Sendable {
        case probeStarted = "probe_started"
        case dnsResolved = "dns_resolved"
        case tcpConnected = "tcp_connected"
        case tcpFailed = "tcp_failed"
        case handshakeStarted = "handshake_started"
        case handshakeDone = "handshake_done"
        case verifyDone = "verify_done"
        case handshakeConfirmed = "handshake_confirmed"
        case handshakeFailed = "handshake_failed"
        case newSessionTicket = "new_session_ticket"
        case sessionSaved = "session_saved"
        case sessionOffered = "session_offered"
        case sessionResumed = "session_resumed"
        case sessionNotResumed = "session_not_resumed"
        case earlyData = "early_data"
        case renegotiationRequested = "renegotiation_requested"
        case renegotiationStarted = "renegotiation_started"
        case renegotiationDone = "renegotiation_done"
        case renegotiationRefused = "renegotiation_refused"
        case renegotiationIgnored = "renegotiation_ignored"
        case keyUpdate = "key_update"
        case postHandshakeAuth = "post_handshake_auth"
        case applicationData = "application_data"
        case alert
        case closeNotify = "close_notify"
        case tcpClosed = "tcp_closed"
        case floodStopped = "flood_stopped"
        case timeout
        case expectation
        case error
        case summary
        case runDone = "run_done"
        case listening
        case clientConnected = "client_connected"
        case clientClosed = "client_closed"
        case clientHello = "client_hello"
        case helloRetryRequest = "hello_retry_request"
        case serverHello = "server_hello"
        case encryptedExtensions = "encrypted_extensions"
        case certificateRequest = "certificate_request"
        case certificate
        case certificateStatus = "certificate_status"
        case serverKeyExchange = "server_key_exchange"
        case certificateVerify = "certificate_verify"
        case serverHelloDone = "server_hello_done"
        case clientKeyExchange = "client_key_exchange"
        case changeCipherSpec = "change_cipher_spec"
        case finished
        case helloRequest = "hello_request"
        case endOfEarlyData = "end_of_early_data"

        /// Whether the event is one of the handshake messages that only `-v` shows.
        package var isLadderOnly: Bool {
            switch self {
            case .clientHello, .helloRetryRequest, .serverHello, .encryptedExtensions, .certificateRequest,
                .certificate, .certificateStatus, .serverKeyExchange, .certificateVerify, .serverHelloDone,
                .clientKeyExchange, .changeCipherSpec, .finished, .helloRequest, .endOfEarlyData:
                true
            case .probeStarted, .dnsResolved, .tcpConnected, .tcpFailed, .handshakeStarted, .handshakeDone,
                .verifyDone, .handshakeConfirmed, .handshakeFailed, .newSessionTicket, .sessionSaved, .sessionOffered,
                .sessionResumed,
                .sessionNotResumed, .earlyData, .renegotiationRequested, .renegotiationStarted, .renegotiationDone,
                .renegotiationRefused, .renegotiationIgnored, .keyUpdate, .postHandshakeAuth, .applicationData, .alert,
                .closeNotify, .tcpClosed, .floodStopped, .timeout, .expectation, .error, .summary, .runDone, .listening,
                .clientConnected,
                .clientClosed:
                false
            }
        }
    }
}
