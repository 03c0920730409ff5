import CPlatform
import Glibc

/// Why a name gave no addresses.
package enum LookupError: Error, Hashable, Sendable {
    case cancelled
    case deadline
    /// The number of `gai_strerror(3)`, such as EAI_NONAME, and its words.
    case failed(code: Int32, message: String)
}

/// Finds the addresses of a name on plain threads, so that no lookup holds up a loop.
package struct Resolver: Sendable {
    private let pool: LookupPool

    package init() { pool = .process }

    /// Lets so many lookups run at once in this process; never fewer than before.
    package static func allow(atOnce count: Int) { LookupPool.process.allow(atOnce: count) }

    /// Looks names up by other means than the system's.
    init(pool: LookupPool) { self.pool = pool }

    /// The addresses of a host in the system's order (RFC 6724), each once; a numeric host is answered at once.
    ///
    /// The deadline and cancellation abandon the lookup: nothing waits for it. Wraps `getaddrinfo(3)`.
    package func addresses(
        of host: String, port: UInt16, family: AddressFamily?, on loop: EventLoop, until deadline: Deadline
    ) async throws(LookupError) -> [SocketAddress] {
        if let numeric = SocketAddress(numeric: host, port: port) {
            guard family == nil || family == numeric.family else { throw .system(platform_other_family()) }
            return [numeric]
        }
        // C would look up what is before the NUL.
        guard !host.isEmpty, !host.utf8.contains(0) else { throw .system(EAI_NONAME) }
        loop.preconditionOnThread()
        if Task.isCancelled { throw .cancelled }
        let ticket = loop.waiters.reserve()
        let lookup = Lookup(LookupQuery(host: host, port: port, family: family)) { loop.wake(ticket, .ready) }
        pool.submit(lookup)
        switch await loop.suspend(ticket, until: deadline) {
        case .cancelled:
            pool.abandon(lookup)
            throw .cancelled
        case .deadline:
            pool.abandon(lookup)
            throw .deadline
        case .ready:
            guard let result = lookup.result else { throw .system(EAI_AGAIN) }
            return try result.get()
        }
    }
}

/// What a lookup asks for.
struct LookupQuery: Hashable, Sendable {
    let host: String
    let port: UInt16
    let family: AddressFamily?

    /// Asks the system, which may take long.
    func perform() -> Result<[SocketAddress], LookupError> {
        // The system hides a family that no interface has, which keeps useless attempts away. Loopback has both anyway,
        // and who asked for one family shall hear what becomes of it.
        if family == nil, !isLocal {
            let result = perform(flags: AI_ADDRCONFIG)
            guard case .failure(.failed(let code, _)) = result,
                code == platform_no_data() || code == platform_other_family()
            else { return result }
            // The name exists with addresses that this machine cannot reach: "no route" is truer than "no such name".
        }
        let result = perform(flags: 0)
        guard case .failure(let error) = result, isLocal, error.isNotFound else { return result }
        return .success(loopback)
    }

    /// What localhost means where no hosts file says so, as in a container (RFC 6761, section 6.3).
    var loopback: [SocketAddress] {
        ["127.0.0.1", "::1"].compactMap { SocketAddress(numeric: $0, port: port) }
            .filter { family == nil || family == $0.family }
    }

    private func perform(flags: Int32) -> Result<[SocketAddress], LookupError> {
        var hints = addrinfo()
        hints.ai_family = family?.number ?? AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { return .failure(.system(code)) }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var entry = list
        while let current = entry {
            if let raw = current.pointee.ai_addr,
                let address = SocketAddress(raw, length: current.pointee.ai_addrlen),
                !found.contains(address)
            {
                found.append(address)
            }
            entry = current.pointee.ai_next
        }
        return found.isEmpty ? .failure(.system(platform_no_data())) : .success(found)
    }

    private var isLocal: Bool {
        let name = host.lowercased()
        return ["localhost", "localhost."].contains { name == $0 || name.hasSuffix("." + $0) }
    }
}

extension LookupError {
    /// The error of a `getaddrinfo(3)` that just returned the code.
    static func system(_ code: Int32) -> LookupError {
        if code == EAI_SYSTEM { return .failed(code: code, message: SystemError.last("getaddrinfo").message) }
        // The C library's own constant text.
        return .failed(code: code, message: gai_strerror(code).map { String(cString: $0) } ?? "error \(code)")
    }
}
