import COpenSSL

/// A connection that is read by lines, and written when `flush()` says so.
///
/// Wraps `BIO_f_buffer(3)` in front of `BIO_f_ssl(3)`. It holds a reference to the connection. What it has read and not
/// handed out is lost to the connection.
public struct LineStream: ~Copyable {
    private let pointer: OpaquePointer
    private let filter: ConnectionFilter

    /// Puts buffers in front of the connection. Wraps `BIO_push(3)`.
    ///
    /// - Throws: `OpenSSLError` when there is no memory.
    public init(_ connection: borrowing Connection) throws(OpenSSLError) {
        let filter = try ConnectionFilter(connection)
        let buffer = try require(BIO_new(BIO_f_buffer()), "BIO_new")
        BIO_push(buffer, filter.pointer)
        self.filter = filter
        pointer = buffer
    }

    deinit {
        BIO_pop(pointer)
        BIO_free(pointer)
    }

    /// Reads up to the end of a line, which is part of it, or as much as is there. Wraps `BIO_gets(3)`.
    ///
    /// A line without an end is not whole: the rest has yet to come, or there was no room. One byte of the room is needed
    /// for the zero that C ends it with.
    public func nextLine(into buffer: UnsafeMutableRawBufferPointer) -> Step {
        filter.connection.observer.step(filter.connection.pointer, "BIO_gets") { _ in
            BIO_gets(pointer, buffer.assumingMemoryBound(to: CChar.self).baseAddress, Int32(clamping: buffer.count))
        }
    }

    /// Keeps the bytes to be written; those that find no more room go out. Wraps `BIO_write(3)`.
    public func write(_ bytes: UnsafeRawBufferPointer) -> Step {
        filter.connection.observer.step(filter.connection.pointer, "BIO_write", isLast: { $0 == .tls }) { _ in
            BIO_write(pointer, bytes.baseAddress, Int32(clamping: bytes.count))
        }
    }

    /// Sends what was kept; to be repeated until it is done. Wraps `BIO_flush(3)`.
    public func flush() -> Step {
        filter.connection.observer.step(filter.connection.pointer, "BIO_flush", isLast: { $0 == .tls }) { _ in
            probe_BIO_flush(pointer)
        }
    }
}
