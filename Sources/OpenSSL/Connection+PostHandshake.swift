import COpenSSL

/// What either end may do once the handshake is finished. Each only arranges for a message: the next step sends it.
///
/// All fail before the handshake is finished. OpenSSL itself would take `SSL_renegotiate` there, and then write what was
/// meant to be encrypted as it is.
extension Connection {
    /// Arranges for a KeyUpdate. Wraps `SSL_key_update(3)`.
    ///
    /// - Throws: `OpenSSLError`; without a reason before the handshake is finished.
    public func updateKey(_ request: KeyUpdateRequest) throws(OpenSSLError) {
        try requireFinished("SSL_key_update")
        try require(SSL_key_update(pointer, Int32(request.rawValue)), "SSL_key_update")
    }

    /// The KeyUpdate that is arranged for or owed to the peer; nil when none is. Wraps `SSL_get_key_update_type(3)`.
    public var pendingKeyUpdate: KeyUpdateRequest? {
        UInt8(exactly: SSL_get_key_update_type(pointer)).map(KeyUpdateRequest.init)
    }

    /// Arranges for a renegotiation: a ClientHello that resumes nothing, or a server's HelloRequest.
    /// Wraps `SSL_renegotiate(3)`.
    ///
    /// - Throws: `OpenSSLError` in TLS 1.3; without a reason before the handshake is finished.
    public func renegotiate() throws(OpenSSLError) {
        try requireFinished("SSL_renegotiate")
        try require(SSL_renegotiate(pointer), "SSL_renegotiate")
    }

    /// Arranges for a renegotiation that offers to resume the session; to a server it is the same as the other.
    /// Wraps `SSL_renegotiate_abbreviated(3)`.
    ///
    /// - Throws: `OpenSSLError` in TLS 1.3; without a reason before the handshake is finished.
    public func renegotiateAbbreviated() throws(OpenSSLError) {
        try requireFinished("SSL_renegotiate_abbreviated")
        try require(SSL_renegotiate_abbreviated(pointer), "SSL_renegotiate_abbreviated")
    }

    /// Whether a renegotiation is arranged for, runs, or was asked for and not answered. Wraps `SSL_renegotiate_pending(3)`.
    public var isRenegotiationPending: Bool { SSL_renegotiate_pending(pointer) == 1 }

    /// How many renegotiations this end began or answered; a server counts only its own HelloRequests.
    /// Wraps `SSL_num_renegotiations(3)`.
    public var renegotiationCount: Int { probe_SSL_num_renegotiations(pointer) }

    /// The same since the connection was made. Wraps `SSL_total_renegotiations(3)`.
    public var totalRenegotiationCount: Int { probe_SSL_total_renegotiations(pointer) }

    /// Arranges for another ticket; a TLS 1.3 server's. Wraps `SSL_new_session_ticket(3)`.
    ///
    /// - Throws: `OpenSSLError` without a reason: on a client, before TLS 1.3, before the handshake is finished.
    public func issueTicket() throws(OpenSSLError) {
        // OpenSSL refuses before the handshake is finished by itself, and counts as unfinished where a ticket is due already.
        ERR_clear_error()
        try require(SSL_new_session_ticket(pointer), "SSL_new_session_ticket")
    }

    /// Arranges for a CertificateRequest; a TLS 1.3 server's, and only to a client that offered it.
    /// Wraps `SSL_verify_client_post_handshake(3)`.
    ///
    /// - Throws: `OpenSSLError` where it may not ask; without a reason before the handshake is finished.
    public func requestCertificate() throws(OpenSSLError) {
        try requireFinished("SSL_verify_client_post_handshake")
        try require(SSL_verify_client_post_handshake(pointer), "SSL_verify_client_post_handshake")
    }

    /// From the next handshake or request on. Wraps `SSL_set_verify(3)`.
    public func demandCertificate(_ demand: ClientCertificateDemand) {
        observer.ask(for: demand, of: pointer)
    }

    /// Keeps the next renegotiation from resuming the session: it would not ask for a certificate.
    /// Wraps `SSL_set_session_id_context(3)`.
    ///
    /// - Throws: `OpenSSLError` should OpenSSL not take the name.
    public func leaveSessionContext() throws(OpenSSLError) {
        ERR_clear_error()
        let name = ServerSettings.sessionContext + Array("/certificate".utf8)
        try require(
            SSL_set_session_id_context(pointer, name, UInt32(clamping: name.count)), "SSL_set_session_id_context")
    }

    private func requireFinished(_ operation: String) throws(OpenSSLError) {
        ERR_clear_error()
        guard isFinished else { throw OpenSSLError(operation: operation, reasons: []) }
    }
}

/// Early data, as a server takes it.
extension Connection {
    /// What a read of early data gave.
    public enum EarlyDataStep: Sendable {
        /// This many bytes.
        case data(Int)
        /// No more will come; the handshake goes on.
        case finished
        /// The handshake on the way there waits or failed.
        case step(Step)
    }

    /// Takes the handshake as far as early data may come, and reads it. Wraps `SSL_read_early_data(3)`.
    public func readEarlyData(into buffer: UnsafeMutableRawBufferPointer) -> EarlyDataStep {
        var count = 0
        var isFinished = false
        let step = observer.step(pointer, "SSL_read_early_data") { ssl in
            let status = SSL_read_early_data(ssl, buffer.baseAddress, buffer.count, &count)
            isFinished = status == SSL_READ_EARLY_DATA_FINISH
            return status == SSL_READ_EARLY_DATA_ERROR ? -1 : 1
        }
        guard case .done = step else { return .step(step) }
        return isFinished ? .finished : .data(count)
    }

    /// What became of early data; worth asking once the handshake is finished. Wraps `SSL_get_early_data_status(3)`.
    public var earlyData: EarlyDataStatus {
        switch SSL_get_early_data_status(pointer) {
        case SSL_EARLY_DATA_ACCEPTED: .accepted
        case SSL_EARLY_DATA_REJECTED: .rejected
        default: .notSent
        }
    }

    /// What became of early data.
    public enum EarlyDataStatus: Sendable {
        /// The server read it.
        case accepted
        /// The server passed it over; the client has to send it again.
        case rejected
        /// There was none.
        case notSent
    }
}
