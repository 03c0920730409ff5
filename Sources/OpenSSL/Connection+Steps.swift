import COpenSSL

/// What came of one call. Waiting is a step, never an error.
public enum Step: Sendable {
    /// Done; the number of bytes for reads and writes.
    case done(Int)
    /// Needs input. `drained` says that the socket had no more; otherwise OpenSSL merely handled a message, and the
    /// call is to be repeated without waiting: with edge-triggered readiness nobody would say so again.
    case wantsRead(drained: Bool)
    /// Needs room in the socket.
    case wantsWrite
    /// The peer sent close_notify.
    case closed
    /// The connection is dead.
    case failed(StepFailure)
}

/// Why a step failed. The first reason for which nothing can be read any longer is kept for every later call.
public struct StepFailure: Error, Hashable, Sendable {
    /// What kind of end it was.
    public enum Kind: Hashable, Sendable {
        /// The stream ended without close_notify.
        case endOfStream
        /// The operating system's error, as errno.
        case system(Int32)
        /// A TLS error, ours or the peer's.
        case tls
    }

    /// What kind of end it was.
    public let kind: Kind
    /// What OpenSSL had to say.
    public let error: OpenSSLError
}

extension Connection {
    /// Takes the handshake as far as the socket allows. Wraps `SSL_do_handshake(3)`.
    public func handshake() -> Step { observer.step(pointer, "SSL_do_handshake") { SSL_do_handshake($0) } }

    /// Reads application data, handling other messages on the way. Wraps `SSL_read(3)`.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Step {
        let count = Int32(clamping: buffer.count)
        return observer.step(pointer, "SSL_read") { SSL_read($0, buffer.baseAddress, count) }
    }

    /// Writes some or all of the bytes. Wraps `SSL_write(3)`.
    public func write(_ bytes: UnsafeRawBufferPointer) -> Step {
        let count = Int32(clamping: bytes.count)
        // A peer that went away may have said why: what it sent before can still be read.
        return observer.step(pointer, "SSL_write", isLast: { $0 == .tls }) { SSL_write($0, bytes.baseAddress, count) }
    }

    /// Sends close_notify; done(0) when the peer's has yet to come. Wraps `SSL_shutdown(3)`.
    public func shutdown() -> Step {
        // While a message is due, SSL_shutdown only fails (reason 407) and sends nothing. That hinders no later read, nor
        // does a peer that is no longer there to be told.
        observer.step(pointer, "SSL_shutdown", succeeds: { $0 >= 0 }, isLast: { _ in false }) { SSL_shutdown($0) }
    }
}

extension Observer {
    /// Clear the queue, call, classify and drain, in one stretch: queue and errno belong to the thread.
    func step(
        _ ssl: OpaquePointer, _ operation: String, succeeds: (Int32) -> Bool = { $0 > 0 },
        isLast: (StepFailure.Kind) -> Bool = { _ in true }, _ call: (OpaquePointer) -> Int32
    ) -> Step {
        if let failure { return .failed(failure) }
        readsLeft = Self.readsPerStep
        ERR_clear_error()
        probe_set_errno(0)
        let status = call(ssl)
        let code = probe_errno()
        if succeeds(status) { return .done(Int(status)) }
        switch SSL_get_error(ssl, status) {
        case SSL_ERROR_WANT_READ: return .wantsRead(drained: code == EAGAIN || code == EWOULDBLOCK)
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: return .closed
        case SSL_ERROR_SYSCALL: return fail(code == 0 ? .endOfStream : .system(code), operation, isLast)
        default: return fail(.tls, operation, isLast)
        }
    }

    /// A record takes two reads, and a flight rarely has more records than this allows.
    private static let readsPerStep = 16

    /// Lets every step end: in a handshake OpenSSL skips HelloRequests in a loop of its own, for as long as the socket has
    /// more, and no deadline would ever be looked at. After some reads the BIO says "retry", as an empty socket does, but
    /// without EAGAIN. Wraps `BIO_set_callback_ex(3)`.
    func limitReads(of ssl: OpaquePointer) {
        guard let bio = SSL_get_rbio(ssl) else { return }
        // The SSL owns both. When it is freed the BIO outlives us, so only a read may look here.
        BIO_set_callback_arg(bio, Unmanaged.passUnretained(self).toOpaque().assumingMemoryBound(to: CChar.self))
        BIO_set_callback_ex(bio) { bio, operation, _, _, _, _, result, _ in
            guard operation == BIO_CB_READ, let bio, let argument = BIO_get_callback_arg(bio) else {
                return Int(result)
            }
            let observer = Unmanaged<Observer>.fromOpaque(argument).takeUnretainedValue()
            guard observer.readsLeft > 0 else {
                BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
                return -1
            }
            observer.readsLeft -= 1
            return Int(result)
        }
    }

    private func fail(_ kind: StepFailure.Kind, _ operation: String, _ isLast: (StepFailure.Kind) -> Bool) -> Step {
        let error = OpenSSLError(draining: operation)
        let isEnd = error.cause?.isTLS(SSL_R_UNEXPECTED_EOF_WHILE_READING) ?? false
        let failure = StepFailure(kind: isEnd ? .endOfStream : kind, error: error)
        if isLast(failure.kind) { self.failure = failure }
        return .failed(failure)
    }
}
