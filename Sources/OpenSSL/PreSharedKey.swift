import COpenSSL
import Glibc

/// A key that both sides agreed on outside TLS, with the name it goes by on the wire.
public struct PreSharedKey: Sendable {
    /// What the server looks the key up by; at most 256 bytes.
    public let identity: String
    /// The key itself; at most 256 bytes. Never printed.
    let key: [UInt8]

    /// Makes a key; nil when the identity or the key is empty or longer than OpenSSL takes.
    public init?(identity: String, key: [UInt8]) {
        guard !identity.isEmpty, identity.utf8.count <= 256, !key.isEmpty, key.count <= 256 else { return nil }
        self.identity = identity
        self.key = key
    }

    /// Offers the Observer's key in TLS 1.2 and 1.3 (there with SHA-256). Wraps `SSL_set_psk_client_callback(3)`.
    static func install(in ssl: OpaquePointer) {
        SSL_set_psk_client_callback(ssl) { ssl, _, identity, identityLimit, key, keyLimit in
            guard let shared = Observer.of(ssl)?.preSharedKey, let identity, let key,
                shared.identity.utf8.count <= Int(identityLimit), shared.key.count <= Int(keyLimit)
            else { return 0 }
            // The limit leaves room for the NUL that ends the identity.
            for (offset, byte) in shared.identity.utf8.enumerated() { identity[offset] = CChar(bitPattern: byte) }
            identity[shared.identity.utf8.count] = 0
            key.update(from: shared.key, count: shared.key.count)
            return UInt32(shared.key.count)
        }
    }

    /// Takes a client that names the Observer's key. Wraps `SSL_CTX_set_psk_server_callback(3)`.
    static func install(inServer context: OpaquePointer) {
        SSL_CTX_set_psk_server_callback(context) { ssl, identity, key, keyLimit in
            guard let observer = Observer.of(ssl), let shared = observer.preSharedKey, let identity, let key,
                shared.key.count <= Int(keyLimit),
                strcmp(identity, shared.identity) == 0
            else { return 0 }
            observer.usesPreSharedKey = true
            key.update(from: shared.key, count: shared.key.count)
            return UInt32(shared.key.count)
        }
    }
}
