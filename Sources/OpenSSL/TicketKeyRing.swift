import COpenSSL

// @unchecked: the keys are only touched under `lock`.

/// The keys that seal stateless tickets, when they are to change: the current one and the one before.
///
/// A ticket of the key before is still taken; older ones lead to a full handshake. Shared by all connections of a context
/// and all threads. Wraps `SSL_CTX_set_tlsext_ticket_key_evp_cb(3)`.
public final class TicketKeyRing: @unchecked Sendable {
    private var current: Key
    private var previous: Key?
    private let lock: UnsafeMutableRawPointer

    /// One key; its bytes are secret but for the name.
    private struct Key {
        let name: [UInt8]
        let cipher: [UInt8]
        let mac: [UInt8]

        init() throws(OpenSSLError) {
            name = try Self.random(16)
            cipher = try Self.random(32)
            mac = try Self.random(32)
        }

        private static func random(_ count: Int) throws(OpenSSLError) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count)
            try require(RAND_bytes(&bytes, Int32(clamping: count)), "RAND_bytes")
            return bytes
        }
    }

    /// Which key a ticket was sealed with.
    public enum Age: Sendable {
        /// The current key.
        case current
        /// The key before.
        case previous
        /// A key that is no longer known, or never was.
        case unknown
    }

    /// Makes a ring with one key.
    ///
    /// - Throws: `OpenSSLError` when there is no randomness to be had.
    public init() throws(OpenSSLError) {
        current = try Key()
        guard let lock = CRYPTO_THREAD_lock_new() else { throw OpenSSLError(draining: "CRYPTO_THREAD_lock_new") }
        self.lock = lock
    }

    deinit { CRYPTO_THREAD_lock_free(lock) }

    /// The 16 bytes that tickets of the current key begin with.
    public var keyName: [UInt8] { withLock { current.name } }

    /// Makes a new key the current one; the one that was current is still taken until the next time.
    ///
    /// - Throws: `OpenSSLError` when there is no randomness to be had; the keys stay as they were.
    public func rotate() throws(OpenSSLError) {
        let next = try Key()
        withLock {
            previous = current
            current = next
        }
    }

    private func withLock<Value>(_ body: () -> Value) -> Value {
        CRYPTO_THREAD_write_lock(lock)
        defer { CRYPTO_THREAD_unlock(lock) }
        return body()
    }

    private func key(named name: UnsafePointer<UInt8>) -> (Key, Age)? {
        withLock {
            let name = UnsafeBufferPointer(start: name, count: 16)
            if current.name.elementsEqual(name) { return (current, .current) }
            return previous.flatMap { $0.name.elementsEqual(name) ? ($0, .previous) : nil }
        }
    }
}

extension TicketKeyRing {
    /// Lets the context's tickets be sealed by the ring of each connection.
    static func install(in context: OpaquePointer) throws(OpenSSLError) {
        let status = SSL_CTX_set_tlsext_ticket_key_evp_cb(context) { ssl, name, vector, cipher, mac, isSealing in
            guard let observer = Observer.of(ssl), let ring = observer.server?.ticketKeys, let name, let vector else {
                return -1
            }
            if isSealing == 1 { return ring.seal(name, vector, cipher, mac) }
            let (status, age) = ring.open(name, vector, cipher, mac, version: SSL_version(ssl))
            observer.ticketKeyAge = age
            return status
        }
        try require(Int32(clamping: status), "SSL_CTX_set_tlsext_ticket_key_evp_cb")
    }

    private func seal(
        _ name: UnsafeMutablePointer<UInt8>, _ vector: UnsafeMutablePointer<UInt8>, _ cipher: OpaquePointer?,
        _ mac: OpaquePointer?
    ) -> Int32 {
        let key = withLock { current }
        name.update(from: key.name, count: key.name.count)
        guard RAND_bytes(vector, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) == 1,
            EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.cipher, vector) == 1, Self.key(mac, with: key)
        else { return -1 }
        return 1
    }

    /// 2 asks for a new ticket. In TLS 1.3 it is the answer always, since 1 would leave the client without one.
    private func open(
        _ name: UnsafePointer<UInt8>, _ vector: UnsafePointer<UInt8>, _ cipher: OpaquePointer?, _ mac: OpaquePointer?,
        version: Int32
    ) -> (Int32, Age) {
        guard let (key, age) = key(named: name) else { return (0, .unknown) }
        guard EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.cipher, vector) == 1, Self.key(mac, with: key)
        else { return (-1, age) }
        return (version >= TLS1_3_VERSION || age == .previous ? 2 : 1, age)
    }

    /// Wraps `EVP_MAC_CTX_set_params(3)`: HMAC with SHA-256.
    private static func key(_ mac: OpaquePointer?, with key: Key) -> Bool {
        var bytes = key.mac
        return probe_EVP_MAC_CTX_set_hmac_sha256(mac, &bytes, bytes.count) == 1
    }
}
