import COpenSSL

/// What the error queue of OpenSSL held after a call failed, drained as a whole.
///
/// The first entry is the cause: OpenSSL 3.5 pushes more after it. Identity is `(library, reason)`; the texts differ
/// between versions and are for people only.
public struct OpenSSLError: Error, Hashable, Sendable {
    /// The C function that failed, such as `SSL_CTX_use_certificate`.
    public let operation: String
    /// The queue, oldest first. Empty when OpenSSL failed without a word.
    public let reasons: [Reason]

    /// Makes an error by hand where OpenSSL reports none.
    public init(operation: String, reasons: [Reason]) {
        self.operation = operation
        self.reasons = reasons
    }

    /// Drains the calling thread's queue. Wraps `ERR_get_error_all(3)`.
    public init(draining operation: String) {
        self.init(operation: operation, reasons: Self.drainQueue())
    }

    /// The entry that names the cause.
    public var cause: Reason? { reasons.first }

    /// One entry of the queue.
    public struct Reason: Hashable, Sendable {
        /// `ERR_LIB_*`: 20 is TLS, 2 the operating system.
        public let library: Int32
        /// The reason within the library; for library 2 it is `errno`.
        public let reason: Int32
        /// The packed code as the `openssl errstr` command takes it.
        public let code: UInt
        /// OpenSSL's wording, for people.
        public let text: String
        /// What the caller of `ERR_raise_data` added, such as a file name.
        public let data: String

        /// Makes a reason; `text` and `data` are for people only.
        public init(library: Int32, reason: Int32, code: UInt = 0, text: String = "", data: String = "") {
            self.library = library
            self.reason = reason
            self.code = code
            self.text = text
            self.data = data
        }

        /// Whether this is reason `reason` of libssl.
        public func isTLS(_ reason: Int32) -> Bool { library == ERR_LIB_SSL && self.reason == reason }
    }

    private static func drainQueue() -> [Reason] {
        var reasons: [Reason] = []
        var data: UnsafePointer<CChar>?
        var flags: Int32 = 0
        while case let code = ERR_get_error_all(nil, nil, nil, &data, &flags), code != 0 {
            let library = ERR_GET_LIB(code)
            let reason = ERR_GET_REASON(code)
            reasons.append(
                Reason(
                    library: library, reason: reason, code: UInt(code),
                    text: describe(code, library: library, reason: reason),
                    data: flags & ERR_TXT_STRING == 0 ? "" : data.map(text) ?? ""))
        }
        return reasons
    }

    private static func describe(_ code: UInt, library: Int32, reason: Int32) -> String {
        if let known = ERR_reason_error_string(code) { return text(known) }
        // OpenSSL has no strings for the operating system's errors.
        return library == ERR_LIB_SYS ? text(strerror(reason)) : "reason \(reason)"
    }

    /// Copies text that OpenSSL or the C library owns; never bytes of a peer.
    private static func text(_ pointer: UnsafePointer<CChar>) -> String { String(cString: pointer) }
}

extension OpenSSLError: CustomStringConvertible {
    /// A lower-case sentence without full stop: the call and the cause.
    public var description: String {
        guard let cause else { return "\(operation) failed and OpenSSL gave no reason" }
        return cause.data.isEmpty ? "\(operation): \(cause.text)" : "\(operation): \(cause.text) (\(cause.data))"
    }
}

/// The one place where a status of 1 means success and everything else an error.
func require(_ status: Int32, _ operation: @autoclosure () -> String) throws(OpenSSLError) {
    guard status == 1 else { throw OpenSSLError(draining: operation()) }
}

/// The same for calls that return a pointer.
func require(_ pointer: OpaquePointer?, _ operation: @autoclosure () -> String) throws(OpenSSLError) -> OpaquePointer {
    guard let pointer else { throw OpenSSLError(draining: operation()) }
    return pointer
}

/// The same for pointers to structures that Swift sees into.
func require<Structure>(
    _ pointer: UnsafeMutablePointer<Structure>?, _ operation: @autoclosure () -> String
) throws(OpenSSLError) -> UnsafeMutablePointer<Structure> {
    guard let pointer else { throw OpenSSLError(draining: operation()) }
    return pointer
}
