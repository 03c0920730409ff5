import CPlatform
import Glibc
import Testing

@testable import Reactor

/// A listening socket on a loopback port nobody chose.
final class Listener: Sendable {
    let descriptor: Int32
    let address: SocketAddress

    init(host: String = "127.0.0.1", backlog: Int32 = 16) throws {
        let any = try #require(SocketAddress(numeric: host, port: 0))
        let descriptor = socket(any.isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        try #require(any.withSystemForm { bind(descriptor, $0, $1) } == 0)
        try #require(listen(descriptor, backlog) == 0)
        self.descriptor = descriptor
        address = try #require(Self.localAddress(of: descriptor))
    }

    deinit { close(descriptor) }

    /// The next connection, blocking.
    func accept() throws -> Int32 {
        let connection = Glibc.accept(descriptor, nil, nil)
        try #require(connection >= 0)
        return connection
    }

    static func localAddress(of descriptor: Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length) == 0 ? SocketAddress($0, length: length) : nil
            }
        }
    }
}

/// An address that never answers: the queue of its listener is full, so that the system drops what comes.
final class BlackHole: Sendable {
    private let listener: Listener
    private let fillers: [Int32]

    var address: SocketAddress { listener.address }

    init() throws {
        let listener = try Listener(backlog: 0)
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
    return try #require(Listener.localAddress(of: descriptor))
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
        let work = Unmanaged.passRetained(Work { continuation.resume(returning: body()) })
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        precondition(code == 0, "no thread for the test")
        pthread_detach(thread)
    }
}

private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
