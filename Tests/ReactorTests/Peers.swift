import CPlatform
import Glibc
import Testing

@testable import Reactor

/// A listening socket on a loopback port nobody chose.
final class PeerListener: Sendable {
    let descriptor: Int32
    let address: SocketAddress

    init(host: String = "127.0.0.1", backlog: Int32 = 16) throws {
        let any = try #require(SocketAddress(numeric: host, port: 0))
        let descriptor = socket(any.isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        try #require(any.withSystemForm { bind(descriptor, $0, $1) } == 0)
        try #require(listen(descriptor, backlog) == 0)
        self.descriptor = descriptor
        address = try #require(SocketAddress(boundTo: descriptor))
    }

    deinit { close(descriptor) }

    /// The next connection, blocking.
    func accept() throws -> Int32 {
        let connection = Glibc.accept(descriptor, nil, nil)
        try #require(connection >= 0)
        return connection
    }
}

/// An address that never answers: the queue of its listener is full, so that the system drops what comes.
final class BlackHole: Sendable {
    private let listener: PeerListener
    private let fillers: [Int32]

    var address: SocketAddress { listener.address }

    init() throws {
        let listener = try PeerListener(backlog: 0)
        var fillers: [Int32] = []
        // The system takes one more than the backlog; the first that stays unanswered shows that it is full.
        while fillers.count < 8 {
            let filler = platform_stream_socket(AF_INET)
            fillers.append(filler)
            _ = listener.address.withSystemForm { connect(filler, $0, $1) }
            var entry = pollfd(fd: filler, events: Int16(POLLOUT), revents: 0)
            if poll(&entry, 1, 100) == 0 { break }
        }
        self.listener = listener
        self.fillers = fillers
    }

    deinit { for filler in fillers { close(filler) } }
}

/// A loopback address on which nothing listens.
func closedAddress() throws -> SocketAddress {
    // Bound but not listening: refused, and nobody else gets the port meanwhile.
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let any = try #require(SocketAddress(numeric: "127.0.0.1", port: 0))
    try #require(any.withSystemForm { bind(descriptor, $0, $1) } == 0)
    return try #require(SocketAddress(boundTo: descriptor))
}

/// A blocking socket that is connected to the address; nil when nobody listens there.
func connectedClient(of address: SocketAddress) -> Int32? {
    let descriptor = socket(address.family.number, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard address.withSystemForm({ connect(descriptor, $0, $1) }) == 0 else {
        close(descriptor)
        return nil
    }
    return descriptor
}

/// Reads from a blocking socket until its peer has closed it, and closes it.
func drain(_ descriptor: Int32) {
    var byte: UInt8 = 0
    while read(descriptor, &byte, 1) > 0 {}
    close(descriptor)
}

/// Two connected sockets.
func socketPair() throws -> (Int32, Int32) {
    var pair: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
    return (pair[0], pair[1])
}

/// Runs the body on a loop with a thread of its own; what it throws is thrown here.
func onLoop<Value: Sendable>(_ body: @escaping @Sendable (EventLoop) async throws -> Value) async throws -> Value {
    let result = await onThread {
        Result {
            try EventLoop.run { loop in
                do { return Result<Value, any Error>.success(try await body(loop)) } catch { return .failure(error) }
            }.get()
        }
    }
    return try result.get()
}

/// Runs the body on a thread of its own: the pool that runs the tests has too few for bodies that block.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        let thread = try? SystemThread.start { continuation.resume(returning: body()) }
        precondition(thread != nil, "no thread for the test")
        if let thread { pthread_detach(thread) }
    }
}
