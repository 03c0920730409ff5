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
    ///
    /// - Throws: `OpenSSLError` for bytes that are no session.
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

    /// Reads the first session in a PEM file. Wraps `PEM_read_bio_SSL_SESSION(3)`.
    ///
    /// - Throws: `OpenSSLError` when no block is a session, or the first cannot be read.
    public convenience init(pem: [UInt8]) throws(OpenSSLError) {
        let source = try MemoryBIO(pem)
        ERR_clear_error()
        // Sessions are not encrypted: nobody is asked for a password.
        let session = PEM_read_bio_SSL_SESSION(source.pointer, nil, refusePassword, nil)
        self.init(adopting: try require(session, "PEM_read_bio_SSL_SESSION"))
    }

    /// The PEM form, as `openssl s_client -sess_out` writes it.
    public var pem: String { PEM.armor(der, label: "SSL SESSION PARAMETERS") }

    /// A copy that is not spoiled by use: of a TLS 1.3 session OpenSSL lets every object be offered once.
    ///
    /// - Throws: `OpenSSLError` when there is no memory, or for a session without a DER form.
    public func copy() throws(OpenSSLError) -> Session { try Session(der: der) }

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

    /// The ticket, empty when it is resumed by its identifier. Wraps `SSL_SESSION_get0_ticket(3)`.
    public var ticket: [UInt8] {
        var bytes: UnsafePointer<UInt8>?
        var count = 0
        SSL_SESSION_get0_ticket(pointer, &bytes, &count)
        return bytes.map { [UInt8](UnsafeBufferPointer(start: $0, count: count)) } ?? []
    }

    /// Its identifier; for a session with a ticket one that OpenSSL made up. Wraps `SSL_SESSION_get_id(3)`.
    public var identifier: [UInt8] {
        var count: UInt32 = 0
        guard let bytes = SSL_SESSION_get_id(pointer, &count) else { return [] }
        return [UInt8](UnsafeBufferPointer(start: bytes, count: Int(count)))
    }

    /// The name that was sent as SNI and that the server took. Wraps `SSL_SESSION_get0_hostname(3)`.
    public var serverName: PeerText? {
        SSL_SESSION_get0_hostname(pointer).map { name in
            PeerText(bytes: Array(UnsafeBufferPointer(start: name, count: strlen(name)).map { UInt8(bitPattern: $0) }))
        }
    }

    /// The application protocol that was chosen; early data goes only to the same. Wraps `SSL_SESSION_get0_alpn_selected(3)`.
    public var selectedProtocol: [UInt8]? {
        var bytes: UnsafePointer<UInt8>?
        var count = 0
        SSL_SESSION_get0_alpn_selected(pointer, &bytes, &count)
        guard let bytes, count > 0 else { return nil }
        return [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    }

    /// When it was made, in seconds since 1970. Wraps `SSL_SESSION_get_time(3)`.
    public var time: Int64 { probe_SSL_SESSION_get_time(pointer) }

    /// The cipher that it was made with, by IANA's name. Wraps `SSL_SESSION_get0_cipher(3)`.
    public var cipherName: String? {
        // A constant of the library.
        SSL_SESSION_get0_cipher(pointer).flatMap { SSL_CIPHER_standard_name($0) }.map { String(cString: $0) }
    }

    /// The server's certificate. Wraps `SSL_SESSION_get0_peer(3)`.
    public var peerCertificate: Certificate? {
        SSL_SESSION_get0_peer(pointer).map { Certificate(sharing: $0) }
    }
}
