import CPlatform
import Glibc

/// A TCP socket that clients connect to, shared by the loops of a process. Wraps `listen(2)`.
package final class Listener: Sendable {
    /// Where it listens, with the port that the system chose for port 0.
    package let address: SocketAddress
    fileprivate let owned: Descriptor

    /// Listens on one address; while it does, nobody else can.
    package init(_ address: SocketAddress, backlog: Int32) throws(SystemError) {
        owned = try Self.listen(on: address, isDualStack: false, backlog)
        self.address = try Self.boundAddress(of: owned)
    }

    /// Listens on every address of the machine, those of IPv4 alone where there is no IPv6.
    package init(everyAddressWithPort port: UInt16, backlog: Int32) throws(SystemError) {
        owned = try Self.listenOnEveryAddress(port, backlog)
        address = try Self.boundAddress(of: owned)
    }

    /// Begins to watch for clients on one of the loops.
    package func watch(on loop: EventLoop) throws(SystemError) -> ListenerWatch {
        try ListenerWatch(self, on: loop)
    }

    /// Refuses whoever comes from now on, and who came but was not accepted yet; every watch ends with `.closed`.
    ///
    /// From any thread, any number of times. Wraps `shutdown(2)`: the number stays taken until no loop watches it any more,
    /// so that none can mistake another's descriptor for it.
    package func close() {
        _ = shutdown(owned.number, Int32(SHUT_RDWR))
    }

    private static func listenOnEveryAddress(_ port: UInt16, _ backlog: Int32) throws(SystemError) -> Descriptor {
        do throws(SystemError) {
            return try listen(on: SocketAddress(everyAddressIn: .v6, port: port), isDualStack: true, backlog)
        } catch {
            guard error.meansNoIPv6 else { throw error }
            return try listen(on: SocketAddress(everyAddressIn: .v4, port: port), isDualStack: false, backlog)
        }
    }

    private static func listen(
        on address: SocketAddress, isDualStack: Bool, _ backlog: Int32
    ) throws(SystemError) -> Descriptor {
        let operation = "listen on \(address)"
        let socket = try Descriptor(adopting: platform_stream_socket(address.family.number), from: operation)
        // Without SO_REUSEPORT, with which two programs would share the clients of one port and neither would know.
        guard platform_reuse_address(socket.number) == 0 else { throw .last(operation) }
        if address.isIPv6, platform_only_ipv6(socket.number, isDualStack ? 0 : 1) != 0 { throw .last(operation) }
        // What is accepted inherits it, which saves a call for each client.
        guard platform_without_delay(socket.number) == 0 else { throw .last(operation) }
        guard address.withSystemForm({ bind(socket.number, $0, $1) }) == 0 else { throw .last(operation) }
        guard Glibc.listen(socket.number, backlog) == 0 else { throw .last(operation) }
        return socket
    }

    private static func boundAddress(of descriptor: borrowing Descriptor) throws(SystemError) -> SocketAddress {
        guard let address = SocketAddress(boundTo: descriptor.number) else { throw .last("getsockname") }
        return address
    }
}

/// A listener as one loop sees it: the end of its life ends the watch, not the listener.
///
/// A client wakes one loop of those that sleep, and only that one knows. So a loop that was woken has to go on accepting
/// until there is nothing more, and may not hold an `Admission` while it waits here: the loop that knows could be waiting
/// for that.
package struct ListenerWatch: ~Copyable {
    private let listener: Listener
    private let loop: EventLoop
    private let slot: Int

    fileprivate init(_ listener: Listener, on loop: EventLoop) throws(SystemError) {
        slot = try loop.watch(listener.owned, isShared: true)
        self.listener = listener
        self.loop = loop
    }

    deinit { loop.unwatch(listener.owned, at: slot) }

    /// Suspends until a client is there and admitted; `.closed` when no more will be. The admission of everything but
    /// `.connection` is given back, and no client for whom there is no place is accepted.
    ///
    /// Ends by cancellation even when clients are there, and every 64 of them the other tasks get their turn.
    package func next(admittedBy admission: Admission) async throws(WaitError) -> AcceptResult {
        while true {
            if try loop.takesTurn(at: slot, until: .never) { await loop.yield() }
            let isAdmitted: Bool
            if let answer = admission.admitAtOnce() {
                isAdmitted = answer
            } else {
                isAdmitted = await admission.admit()
            }
            guard isAdmitted else { return .closed }
            let result = accept()
            if case .connection = result { return result }
            admission.withdraw()
            switch result {
            case .none: try await loop.wait(for: .read, at: slot, until: .never)
            case .again: continue
            case .connection, .exhausted, .closed, .failed: return result
            }
        }
    }

    /// Suspends until there may be a client, at once unless the last `accept()` found none.
    ///
    /// The deadline and cancellation count even then, and every 64 such turns the other tasks get theirs.
    package func wait(until deadline: Deadline) async throws(WaitError) {
        try await loop.wait(for: .read, at: slot, until: deadline)
    }

    /// Takes the next client without waiting: non-blocking, close-on-exec and immediate. Wraps `accept4(2)`.
    package func accept() -> AcceptResult {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                let descriptor = platform_accept(listener.owned.number, $0, &length)
                guard descriptor >= 0 else { return AcceptResult(code: errno) }
                guard let peer = SocketAddress($0, length: length) else {
                    // An IP listener has no other clients.
                    close(descriptor)
                    return .again
                }
                return .connection(descriptor: descriptor, peer: peer.unmapped)
            }
        }
        if result == .none { loop.exhausted(.read, at: slot) }
        return result
    }
}
