import COpenSSL

/// A connection behind a BIO: the same bytes, and renegotiations by itself after so many of them, or after so long.
///
/// Wraps `BIO_f_ssl(3)`. It holds a reference to the connection, which stays usable beside it and after it.
public struct ConnectionFilter: ~Copyable {
    let pointer: OpaquePointer
    let connection: Connection

    /// Puts a filter in front of the connection. Wraps `BIO_set_ssl(3)`.
    ///
    /// - Throws: `OpenSSLError` when there is no memory.
    public init(_ connection: borrowing Connection) throws(OpenSSLError) {
        let shared = try connection.share()
        let filter = try require(BIO_new(BIO_f_ssl()), "BIO_new")
        _ = probe_BIO_set_ssl(filter, shared.pointer, Int(BIO_NOCLOSE))
        self.connection = shared
        pointer = filter
    }

    // All: BIO_set_ssl takes a reference to the BIO of the connection, which is the next of the chain.
    deinit { BIO_free_all(pointer) }

    /// The fewest bytes that OpenSSL takes for a limit; it ignores less without a word.
    public static let fewestBytes = 512
    /// The shortest time in seconds that OpenSSL takes for a limit; it takes 5 seconds for anything less.
    public static let fewestSeconds = 60

    /// Arranges for a renegotiation each time that so many bytes were read or written.
    ///
    /// In TLS 1.3 it is counted and nothing happens. Wraps `BIO_set_ssl_renegotiate_bytes(3)`.
    ///
    /// - Throws: `OpenSSLError` without a reason below `fewestBytes`.
    public func renegotiate(everyBytes count: Int) throws(OpenSSLError) {
        guard count >= Self.fewestBytes else {
            throw OpenSSLError(operation: "BIO_set_ssl_renegotiate_bytes", reasons: [])
        }
        _ = probe_BIO_set_ssl_renegotiate_bytes(pointer, count)
    }

    /// Arranges for a renegotiation with the first read or write after so many seconds.
    ///
    /// In TLS 1.3 it is counted and nothing happens. Wraps `BIO_set_ssl_renegotiate_timeout(3)`.
    ///
    /// - Throws: `OpenSSLError` without a reason below `fewestSeconds`.
    public func renegotiate(everySeconds seconds: Int) throws(OpenSSLError) {
        guard seconds >= Self.fewestSeconds else {
            throw OpenSSLError(operation: "BIO_set_ssl_renegotiate_timeout", reasons: [])
        }
        _ = probe_BIO_set_ssl_renegotiate_timeout(pointer, seconds)
    }

    /// How many renegotiations it arranged for. Wraps `BIO_get_num_renegotiates(3)`.
    public var renegotiationCount: Int { probe_BIO_get_num_renegotiates(pointer) }

    /// Reads application data. Wraps `BIO_read(3)`.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Step {
        connection.observer.step(connection.pointer, "BIO_read") { _ in
            BIO_read(pointer, buffer.baseAddress, Int32(clamping: buffer.count))
        }
    }

    /// Writes some or all of the bytes. Wraps `BIO_write(3)`.
    public func write(_ bytes: UnsafeRawBufferPointer) -> Step {
        connection.observer.step(connection.pointer, "BIO_write", isLast: { $0 == .tls }) { _ in
            BIO_write(pointer, bytes.baseAddress, Int32(clamping: bytes.count))
        }
    }
}
