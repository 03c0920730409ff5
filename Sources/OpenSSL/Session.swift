import COpenSSL

/// What a client keeps to resume a connection. It holds secrets; its encodings belong into files with mode 0600.
///
/// A TLS 1.3 session works once while a context caches client sessions: keep `der` copies. Wraps `SSL_SESSION`.
public final class Session: @unchecked Sendable {
    // Sendable without a check: only read after it was made, and OpenSSL locks its reference count.
    let pointer: OpaquePointer

    /// Takes over one reference. Wraps `SSL_SESSION_free(3)` on release.
    init(adopting pointer: OpaquePointer) { self.pointer = pointer }

    deinit { SSL_SESSION_free(pointer) }

    /// Reads the DER form. Wraps `d2i_SSL_SESSION(3)`.
    public convenience init(der: [UInt8]) throws(OpenSSLError) {
        ERR_clear_error()
        let session = der.withUnsafeBufferPointer { bytes in
            var cursor = bytes.baseAddress
            return d2i_SSL_SESSION(nil, &cursor, bytes.count)
        }
        self.init(adopting: try require(session, "d2i_SSL_SESSION"))
    }

    /// The DER form. Wraps `i2d_SSL_SESSION(3)`.
    public var der: [UInt8] {
        let count = i2d_SSL_SESSION(pointer, nil)
        guard count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
            var cursor = buffer.baseAddress
            initialized = max(0, Int(i2d_SSL_SESSION(pointer, &cursor)))
        }
    }

    /// Whether a client may offer it. Wraps `SSL_SESSION_is_resumable(3)`.
    public var isResumable: Bool { SSL_SESSION_is_resumable(pointer) == 1 }

    /// How long the server promises to take its ticket, in seconds. Wraps `SSL_SESSION_get_ticket_lifetime_hint(3)`.
    public var lifetimeHint: UInt { UInt(SSL_SESSION_get_ticket_lifetime_hint(pointer)) }

    /// How many bytes of early data may go with it. Wraps `SSL_SESSION_get_max_early_data(3)`.
    public var maxEarlyData: UInt32 { SSL_SESSION_get_max_early_data(pointer) }

    /// Whether both were made from the same secret, which is compared and not shown.
    /// Wraps `SSL_SESSION_get_master_key(3)` and `CRYPTO_memcmp(3)`.
    public func hasSameSecret(as other: Session) -> Bool {
        withSecret { ours in
            other.withSecret { theirs in
                ours.count == theirs.count && CRYPTO_memcmp(ours.baseAddress, theirs.baseAddress, ours.count) == 0
            }
        }
    }

    private func withSecret<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(SSL_MAX_MASTER_KEY_LENGTH)) { buffer in
            let count = SSL_SESSION_get_master_key(pointer, buffer.baseAddress, buffer.count)
            defer { OPENSSL_cleanse(buffer.baseAddress, buffer.count) }
            return body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer).prefix(count)))
        }
    }

    /// The version it was made with. Wraps `SSL_SESSION_get_protocol_version(3)`.
    public var version: ProtocolVersion {
        ProtocolVersion(rawValue: UInt16(truncatingIfNeeded: SSL_SESSION_get_protocol_version(pointer)))
    }
}
