import CPlatform
import Glibc

@testable import Reactor

/// What children do whose limits or descriptors matter; each returns its exit status.
enum ServerRoles {
    private static let done = ChildProcessTests.done

    static func descriptorsUsedUp() -> Int32 {
        run { loop in
            let listener = try ListenerTests.listener()
            let watch = try listener.watch(on: loop)
            guard connectedClient(of: listener.address) != nil else { return 1 }
            let limit = fileLimit
            setFileLimit(rlimit(rlim_cur: 0, rlim_max: limit.rlim_max))
            for _ in 0..<2 {
                try await watch.wait(until: .after(.seconds(5)))
                guard watch.accept() == .exhausted(SystemError(operation: "accept", code: EMFILE)) else { return 2 }
            }
            setFileLimit(limit)
            try await watch.wait(until: .after(.seconds(5)))
            guard case .connection = watch.accept() else { return 3 }
            return watch.accept() == .none ? done : 4
        }
    }

    static func lowLimit() -> Int32 {
        setFileLimit(rlimit(rlim_cur: 64, rlim_max: 128))
        guard FileLimit.raise() == 128, fileLimit.rlim_cur == 128 else { return 1 }
        return FileLimit.raise() == 128 ? done : 2
    }

    static func loopsBeyondTheLimit() -> Int32 {
        run { _ in
            // Enough for the first loop, which takes two.
            let next = dup(0)
            close(next)
            setFileLimit(rlimit(rlim_cur: rlim_t(max(0, next)) + 3, rlim_max: fileLimit.rlim_max))
            let ran = Locked(0)
            do throws(SystemError) {
                try await LoopThreads.run(3) { _, _ in ran.withLock { $0 += 1 } }
                return 1
            } catch {
                guard error.code == EMFILE else { return 2 }
                return ran.withLock { $0 } == 0 ? done : 3
            }
        }
    }

    static func manyConnections() -> Int32 {
        run { loop in
            // Warms up: thread stacks, the queues of the loop and the library's pools.
            try await serve(1000, on: loop)
            let before = (descriptors: openDescriptors, memory: residentPages)
            try await serve(5000, on: loop)
            guard openDescriptors == before.descriptors else { return 1 }
            // Four clients at once, each after the end of its last connection, and the listener.
            guard loop.slots.count <= 5 else { return 2 }
            guard loop.waiters.count == 0 else { return 3 }
            // 50 bytes for each connection at most, far less than a task or a registration takes.
            return residentPages - before.memory <= 5000 * 50 / 4096 ? done : 4
        }
    }

    /// Serves so many connections to four clients, which wait for the end of each.
    private static func serve(_ count: Int, on loop: EventLoop) async throws {
        let listener = try ListenerTests.listener()
        let admission = Admission(openAtOnce: 100, inAll: count) { listener.close() }
        var clients: [pthread_t] = []
        for _ in 0..<4 {
            clients.append(
                try SystemThread.start {
                    while let client = connectedClient(of: listener.address) {
                        write(client, "x", 1)
                        drain(client)
                    }
                })
        }
        try await Acceptor.run(listener, admission, on: loop) { descriptor in
            guard let socket = try? Socket(accepted: descriptor, on: loop) else { return false }
            try? await socket.wait(for: .read, until: .after(.seconds(5)))
            return socket.receive(upTo: 1).count == 1
        }
        for client in clients { pthread_join(client, nil) }
    }

    private static func run(_ body: @escaping @Sendable (EventLoop) async throws -> Int32) -> Int32 {
        let status = try? EventLoop.run { loop -> Int32 in
            do { return try await body(loop) } catch { return 98 }
        }
        return status ?? 99
    }

    private static var openDescriptors: Int { (Int32(0)..<1024).count { fcntl($0, F_GETFD) >= 0 } }

    private static var residentPages: Int {
        let fields = try? FileReader.read("/proc/self/statm", limit: 4096).split(separator: UInt8(ascii: " "))
        return fields.flatMap { Int(String(decoding: $0[1], as: UTF8.self)) } ?? 0
    }

    private static var fileLimit: rlimit {
        var limit = rlimit()
        _ = platform_file_limit(&limit)
        return limit
    }

    private static func setFileLimit(_ limit: rlimit) {
        var limit = limit
        _ = platform_set_file_limit(&limit)
    }
}
