import CPlatform
import Glibc
import Testing

@testable import Reactor

struct ListenerTests {
    @Test func tellsThePortTheSystemChose() throws {
        let listener = try Self.listener()
        #expect(listener.address.host == "127.0.0.1")
        #expect(listener.address.port != 0)
    }

    @Test func acceptsAClientWithoutDelayAndForThisProgramAlone() async throws {
        try await onLoop { loop in
            let listener = try Self.listener()
            let watch = try listener.watch(on: loop)
            #expect(watch.accept() == .none)
            let client = try #require(connectedClient(of: listener.address))
            defer { close(client) }
            try await watch.wait(until: .after(.seconds(5)))
            guard case .connection(let descriptor, let peer) = watch.accept() else {
                Issue.record("no client")
                return
            }
            #expect(peer == SocketAddress(boundTo: client))
            #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
            var isImmediate: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            #expect(getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isImmediate, &length) == 0)
            #expect(isImmediate != 0)
            #expect(watch.accept() == .none)
            let socket = try Socket(accepted: descriptor, on: loop)
            write(client, "x", 1)
            try await socket.wait(for: .read, until: .after(.seconds(5)))
            #expect(socket.receive(upTo: 10).count == 1)
        }
    }

    @Test func endsAWaitAtItsDeadline() async throws {
        let error = try await onLoop { loop -> WaitError? in
            let watch = try Self.listener().watch(on: loop)
            do throws(WaitError) { try await watch.wait(until: .after(.milliseconds(20))) } catch { return error }
            return nil
        }
        #expect(error == .deadline)
    }

    @Test func acceptsNobodyWithoutAdmission() async throws {
        try await onLoop { loop in
            let listener = try Self.listener()
            let admission = Admission(openAtOnce: 1, inAll: nil)
            let clients = [connectedClient(of: listener.address), connectedClient(of: listener.address)]
            defer { for client in clients { close(client ?? -1) } }
            let acceptor = Task(executorPreference: loop) { () -> [AcceptResult] in
                let watch = try listener.watch(on: loop)
                return [try await watch.next(admittedBy: admission), try await watch.next(admittedBy: admission)]
            }
            while admission.open == 0 { await loop.yield() }
            // The second client is there, and whoever is admitted next takes it, after the stop nobody.
            await loop.yield()
            admission.stop()
            let results = try await acceptor.value
            guard case .connection(let descriptor, _) = results[0] else {
                Issue.record("no client")
                return
            }
            close(descriptor)
            #expect(results[1] == .closed)
            #expect(admission.open == 1)
        }
    }

    @Test func holdsNoAdmissionWhileNobodyIsThere() async throws {
        try await onLoop { loop in
            let listener = try Self.listener()
            let admission = Admission(openAtOnce: 1, inAll: nil)
            let acceptor = Task(executorPreference: loop) { () -> AcceptResult in
                let watch = try listener.watch(on: loop)
                return try await watch.next(admittedBy: admission)
            }
            // The acceptor comes first and waits for a client by then.
            await loop.yield()
            #expect(loop.waiters.count == 1)
            #expect(admission.open == 0)
            acceptor.cancel()
            await #expect(throws: WaitError.cancelled) { try await acceptor.value }
            #expect(admission.open == 0)
        }
    }

    @Test func isAloneOnItsPort() throws {
        let listener = try Self.listener()
        #expect(throws: SystemError(operation: "listen on \(listener.address)", code: EADDRINUSE)) {
            try Listener(listener.address, backlog: 16)
        }
    }

    @Test func listensAgainBesideConnectionsThatHaveJustEnded() async throws {
        try await onLoop { loop in
            let address = try await Self.addressWithAnEndedConnection(on: loop)
            _ = try Listener(address, backlog: 16)
        }
    }

    @Test func listensOnEveryAddressOfBothFamilies() async throws {
        try await onLoop { loop in
            let listener = try Listener(everyAddressWithPort: 0, backlog: 16)
            let watch = try listener.watch(on: loop)
            // Loopback of IPv6 may be missing where that of IPv4 is not.
            let hasIPv6 = (try? Self.listener("::1")) != nil
            for host in hasIPv6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"] {
                let address = try #require(SocketAddress(numeric: host, port: listener.address.port))
                let client = try #require(connectedClient(of: address))
                defer { close(client) }
                try await watch.wait(until: .after(.seconds(5)))
                guard case .connection(let descriptor, let peer) = watch.accept() else {
                    Issue.record("no client from \(host)")
                    continue
                }
                close(descriptor)
                #expect(peer == SocketAddress(boundTo: client))
            }
        }
    }

    @Test func leavesIPv4ToOthersWhenAskedForIPv6() throws {
        // Somebody else may have taken the same port there meanwhile, but not each time.
        let answers = try (0..<3).map { _ in
            let listener = try Self.listener("::")
            let address = try #require(SocketAddress(numeric: "127.0.0.1", port: listener.address.port))
            let client = connectedClient(of: address)
            if let client { close(client) }
            return client != nil
        }
        #expect(answers.contains(false))
    }

    @Test func endsTheWaitsOfAllLoopsWhenItIsClosed() async throws {
        // Of its own: at the usual address another test's server may take the port as soon as it is free.
        let listener = try Self.listener("127.0.0.2")
        let results = Locked<[AcceptResult]>([])
        try await onLoop { _ in
            let asleep = Locked(0)
            try await LoopThreads.run(2) { loop, _ in
                guard let watch = try? listener.watch(on: loop) else { return }
                // Runs once the other task waits; the last loop to wait closes it for both.
                Task(executorPreference: loop) {
                    let count = asleep.withLock { count in
                        count += 1
                        return count
                    }
                    if count == 2 { listener.close() }
                }
                try? await watch.wait(until: .after(.seconds(5)))
                let result = watch.accept()
                results.withLock { $0.append(result) }
            }
        }
        #expect(results.withLock { $0 } == [.closed, .closed])
        #expect(connectedClient(of: listener.address) == nil)
        listener.close()
    }

    @Test func refusesThoseWhoWaitWhenItIsClosed() throws {
        let listener = try Self.listener()
        let client = try #require(connectedClient(of: listener.address))
        defer { close(client) }
        listener.close()
        var byte: UInt8 = 0
        #expect(read(client, &byte, 1) == -1 && errno == ECONNRESET)
    }

    @Test(
        arguments: [
            ([EAGAIN], "none"), ([EINVAL], "closed"), ([EMFILE, ENFILE, ENOBUFS, ENOMEM], "exhausted"),
            ([EINTR, ECONNABORTED, ENETDOWN, EPROTO, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH], "again"),
            ([EOPNOTSUPP, ENETUNREACH], "again"), ([EBADF, ENOTSOCK, EPERM, EFAULT, 0], "failed"),
        ])
    func tellsWhatAFailureMeans(_ codes: [Int32], _ expected: String) {
        for code in codes {
            let error = SystemError(operation: "accept", code: code)
            let results: [String: AcceptResult] = [
                "none": .none, "again": .again, "closed": .closed, "exhausted": .exhausted(error),
                "failed": .failed(error),
            ]
            #expect(AcceptResult(code: code) == results[expected])
        }
    }

    @Test func fallsBackToIPv4OnlyWithoutIPv6() {
        let codes = [EAFNOSUPPORT, EADDRNOTAVAIL, EADDRINUSE, EACCES, EMFILE]
        #expect(codes.map { SystemError(operation: "", code: $0).meansNoIPv6 } == [true, true, false, false, false])
    }

    static func listener(_ host: String = "127.0.0.1") throws -> Listener {
        try Listener(try #require(SocketAddress(numeric: host, port: 0)), backlog: 128)
    }

    /// An address at which a server has closed a connection first, which keeps its port busy for a minute.
    private static func addressWithAnEndedConnection(on loop: EventLoop) async throws -> SocketAddress {
        let listener = try Self.listener()
        let watch = try listener.watch(on: loop)
        let client = try #require(connectedClient(of: listener.address))
        try await watch.wait(until: .after(.seconds(5)))
        guard case .connection(let descriptor, _) = watch.accept() else { return listener.address }
        close(descriptor)
        drain(client)
        return listener.address
    }
}
