import Glibc
import Testing

@testable import Reactor

/// A socket that waits without a task.
struct RestTests {
    /// How a rest ended.
    enum End: Equatable {
        case readable
        case error(WaitError)
    }

    @Test func callsBackWhenThereIsSomethingToRead() async throws {
        try await onLoop { loop in
            let (near, far) = try socketPair()
            defer { close(far) }
            let socket = try Socket(adopting: near, on: loop)
            let end = await Self.end(of: socket, until: .after(.seconds(5))) { _ in write(far, "x", 1) }
            #expect(end == .readable)
            #expect(socket.receive(upTo: 10) == Array("x".utf8))
            // What comes later is for whoever waits then.
            write(far, "y", 1)
            try await socket.wait(for: .read, until: .after(.seconds(5)))
            #expect(socket.receive(upTo: 10) == Array("y".utf8))
        }
    }

    @Test func callsBackAtItsDeadline() async throws {
        try await onLoop { loop in
            let (near, far) = try socketPair()
            defer { close(far) }
            let socket = try Socket(adopting: near, on: loop)
            let start = Instant.now
            #expect(await Self.end(of: socket, until: .after(.milliseconds(50))) { _ in } == .error(.deadline))
            #expect(Instant.now.milliseconds(since: start) >= 50)
        }
    }

    @Test func callsBackOnceWhenItIsEnded() async throws {
        try await onLoop { loop in
            let (near, far) = try socketPair()
            defer { close(far) }
            let socket = try Socket(adopting: near, on: loop)
            let waiting = loop.waiters.count
            let end = await Self.end(of: socket, until: .after(.seconds(5))) { rest in
                rest.end()
                rest.end()
            }
            #expect(end == .error(.cancelled))
            #expect(loop.waiters.count == waiting)
        }
    }

    /// Empties the socket, lets it rest and does something meanwhile.
    private static func end(of socket: borrowing Socket, until deadline: Deadline, _ meanwhile: (Rest) -> Void) async
        -> End
    {
        _ = socket.receive(upTo: 10)
        return await withUnsafeContinuation { continuation in
            let rest = socket.rest(until: deadline) { error in
                continuation.resume(returning: error.map(End.error) ?? .readable)
            }
            meanwhile(rest)
        }
    }
}
