import COpenSSL

/// Coming back with a session, and what may be sent before the server has answered.
extension Connection {
    /// Offers a session in the handshake to come.
    ///
    /// OpenSSL verifies nothing when the server resumes it: neither the chain nor the name. Wraps `SSL_set_session(3)`,
    /// which takes anything; a session that cannot be resumed is refused here.
    ///
    /// - Throws: `OpenSSLError` for a session that is used up, and once the handshake has begun.
    public func offer(_ session: Session) throws(OpenSSLError) {
        ERR_clear_error()
        guard session.isResumable, SSL_in_before(pointer) == 1 else {
            throw OpenSSLError(operation: "SSL_set_session", reasons: [])
        }
        try require(SSL_set_session(pointer, session.pointer), "SSL_set_session")
    }

    /// Offers a session where there is one. Wraps `SSL_set_session(3)`.
    ///
    /// - Throws: as `offer(_:)` does.
    public func offer(ifAny session: Session?) throws(OpenSSLError) {
        guard let session else { return }
        try offer(session)
    }

    /// Sends data with the ClientHello; to be repeated until all is written, and before any other step.
    ///
    /// More than the session's `maxEarlyData`, another server name or another protocol than the session's kill the
    /// connection: that is to be checked before. Wraps `SSL_write_early_data(3)`.
    public func writeEarlyData(_ bytes: UnsafeRawBufferPointer) -> Step {
        var count = 0
        let step = observer.step(pointer, "SSL_write_early_data", isLast: { $0 == .tls }) { ssl in
            SSL_write_early_data(ssl, bytes.baseAddress, bytes.count, &count)
        }
        guard case .done = step else { return step }
        return .done(count)
    }
}
