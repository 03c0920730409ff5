import COpenSSL
import Glibc

/// Where the password of an encrypted key is.
public enum PasswordSource: Hashable, Sendable {
    /// An environment variable.
    case environment(String)
    /// The first line of a file.
    case file(String)
    /// The password itself.
    case value([UInt8])

    /// Reads `env:NAME` or `file:PATH`; nil for anything else.
    public init?(argument: String) {
        for (prefix, make) in [("env:", PasswordSource.environment), ("file:", PasswordSource.file)]
        where argument.hasPrefix(prefix) && argument.utf8.count > prefix.utf8.count {
            self = make(String(argument.dropFirst(prefix.count)))
            return
        }
        return nil
    }

    /// Gets the password; only called for keys that need one.
    func read() throws(IdentityError) -> [UInt8] {
        switch self {
        case .value(let bytes): return bytes
        case .environment(let name):
            guard let value = getenv(name) else {
                throw .passwordUnavailable(source: "the environment variable \(name)", reason: "it is not set")
            }
            return UnsafeBufferPointer(start: value, count: strlen(value)).map { UInt8(bitPattern: $0) }
        case .file(let path):
            do {
                let line = try LocalFile.read(path).prefix { $0 != UInt8(ascii: "\n") }
                return line.last == UInt8(ascii: "\r") ? line.dropLast() : Array(line)
            } catch {
                throw .passwordUnavailable(source: path, reason: error.reason)
            }
        }
    }
}

// @unchecked: nothing changes the EVP_PKEY after init, and each signature has a context of its own.

/// A private key; its bytes leave OpenSSL only as the `pem` that the user asked for.
final class PrivateKey: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Makes a new key. Wraps `EVP_PKEY_Q_keygen(3)`.
    init(making kind: LeafTemplate.Key) throws(OpenSSLError) {
        ERR_clear_error()
        switch kind {
        case .ecP256: pointer = try require(probe_EVP_EC_gen("P-256"), "EVP_EC_gen")
        case .rsa(let bits): pointer = try require(probe_EVP_RSA_gen(UInt32(clamping: bits)), "EVP_RSA_gen")
        }
    }

    /// Reads the first key of a PEM file, or a DER file in any of OpenSSL's forms, encrypted PKCS#8 included.
    init(_ bytes: [UInt8], name: String, password source: PasswordSource?) throws(IdentityError) {
        defer { ERR_clear_error() }
        let isPEM = CertificateFile.isPEM(bytes)
        var password: [UInt8]?
        while true {
            ERR_clear_error()
            let attempt = Attempt(password: password)
            if let key = withExtendedLifetime(attempt, { attempt.read(bytes, isPEM: isPEM) }) {
                pointer = key
                return
            }
            // Which fault it was shows in what OpenSSL asked for; its error texts and even numbers vary.
            guard attempt.wasAsked else {
                throw Self.mentionsKey(bytes, isPEM: isPEM) ? .malformedKey(path: name) : .notAKey(path: name)
            }
            guard password == nil else { throw .wrongPassword(path: name) }
            guard let source else { throw .encryptedKey(path: name) }
            password = try source.read()
        }
    }

    deinit { EVP_PKEY_free(pointer) }

    /// The key in PKCS#8, not encrypted. Wraps `EVP_PKEY2PKCS8(3)`.
    var pem: String {
        get throws(OpenSSLError) {
            ERR_clear_error()
            let info = try require(EVP_PKEY2PKCS8(pointer), "EVP_PKEY2PKCS8")
            defer { PKCS8_PRIV_KEY_INFO_free(info) }
            return PEM.armor(Certificate.encode { i2d_PKCS8_PRIV_KEY_INFO(info, $0) }, label: "PRIVATE KEY")
        }
    }

    private static func mentionsKey(_ bytes: [UInt8], isPEM: Bool) -> Bool {
        let mark = Array("PRIVATE KEY-----".utf8)
        return isPEM && bytes.indices.contains { bytes[$0] == mark[0] && bytes[$0...].starts(with: mark) }
    }
}

/// One reading of a key with or without a password.
private final class Attempt {
    private let password: [UInt8]?
    private(set) var wasAsked = false

    init(password: [UInt8]?) {
        self.password = password
    }

    /// The caller keeps this object alive during the call: the callback finds it by an unretained pointer.
    func read(_ bytes: [UInt8], isPEM: Bool) -> OpaquePointer? {
        let context = Unmanaged.passUnretained(self).toOpaque()
        guard let input = try? MemoryBIO(bytes) else { return nil }
        return withExtendedLifetime(input) {
            if isPEM { return PEM_read_bio_PrivateKey(input.pointer, nil, givePassword, context) }
            if let key = d2i_PrivateKey_bio(input.pointer, nil) { return key }
            guard let again = try? MemoryBIO(bytes) else { return nil }
            return withExtendedLifetime(again) { d2i_PKCS8PrivateKey_bio(again.pointer, nil, givePassword, context) }
        }
    }

    /// Copies the password into OpenSSL's buffer; -1 when there is none, or it is longer than any that was ever set.
    func give(_ buffer: UnsafeMutableBufferPointer<CChar>) -> Int32 {
        wasAsked = true
        guard let password, password.count <= buffer.count else { return -1 }
        for (index, byte) in password.enumerated() { buffer[index] = CChar(bitPattern: byte) }
        return Int32(clamping: password.count)
    }
}

private func givePassword(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int32, _ isWriting: Int32, _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let context else { return -1 }
    let space = UnsafeMutableBufferPointer(start: buffer, count: max(0, Int(size)))
    return Unmanaged<Attempt>.fromOpaque(context).takeUnretainedValue().give(space)
}
