import Glibc
import Testing

@testable import Reactor

struct SocketTests {
    @Test func waitsForDataOfThePeer() async throws {
        let bytes = try await onLoop { loop in
            let (near, far) = try socketPair()
            defer { close(far) }
            let socket = try Socket(adopting: near, on: loop)
            #expect(socket.receive(upTo: 10) == [])
            let writer = Task(executorPreference: loop) { write(far, "hello", 5) }
            try await socket.wait(for: .read, until: .after(.seconds(5)))
            #expect(await writer.value == 5)
            return socket.receive(upTo: 3) + socket.receive(upTo: 10)
        }
        #expect(bytes == Array("hello".utf8))
    }

    @Test func endsAWaitAtItsDeadline() async throws {
        let passed = try await onLoop { loop in
            let (near, far) = try socketPair()
            defer { close(far) }
            let socket = try Socket(adopting: near, on: loop)
            let start = Instant.now
            #expect(await Self.end(of: socket, until: .after(.milliseconds(50))) == .deadline)
            return Instant.now.milliseconds(since: start)
        }
        #expect((50...300).contains(passed))
    }

    @Test func endsAWaitThatIsCancelled() async throws {
        let outcome = try await onLoop { loop in
            let (near, far) = try socketPair()
            defer { close(far) }
            let task = Task(executorPreference: loop) { () -> WaitError? in
                guard let socket = try? Socket(adopting: near, on: loop) else { return nil }
                return await Self.end(of: socket, until: .never)
            }
            await loop.yield()
            task.cancel()
            return await task.value
        }
        #expect(outcome == .cancelled)
    }

    @Test func returnsAtOnceUntilExhausted() async throws {
        try await onLoop { loop in
            let (near, far) = try socketPair()
            defer { close(far) }
            let socket = try Socket(adopting: near, on: loop)
            write(far, "x", 1)
            try await socket.wait(for: .read, until: .after(.seconds(5)))
            let waiting = loop.waiters.count
            try await socket.wait(for: .read, until: .after(.seconds(5)))
            #expect(loop.waiters.count == waiting)
            #expect(socket.receive(upTo: 10).count == 1)
            #expect(await Self.end(of: socket, until: .after(.milliseconds(20))) == .deadline)
        }
    }

    @Test func holdsTheDeadlineAgainstAFlood() async throws {
        // The readiness bit is never cleared, as with a peer that always has more to say.
        let passed = try await onLoop { loop in
            let (near, far) = try socketPair()
            defer { close(far) }
            let socket = try Socket(adopting: near, on: loop)
            write(far, "x", 1)
            let start = Instant.now
            let deadline = Deadline.after(.milliseconds(50))
            let other = Task(executorPreference: loop) { Instant.now.milliseconds(since: start) }
            do throws(WaitError) {
                while true { try await socket.wait(for: .read, until: deadline) }
            } catch {
                #expect(error == .deadline)
            }
            #expect(await other.value < 40)
            return Instant.now.milliseconds(since: start)
        }
        #expect((50...300).contains(passed))
    }

    @Test func wakesForTheEndOfThePeer() async throws {
        try await onLoop { loop in
            let (near, far) = try socketPair()
            let socket = try Socket(adopting: near, on: loop)
            close(far)
            try await socket.wait(for: .read, until: .after(.seconds(5)))
            #expect(socket.receive(upTo: 10) == [])
        }
    }

    @Test func tellsThePeerThatNothingMoreComes() async throws {
        try await onLoop { loop in
            let (near, far) = try socketPair()
            defer { close(far) }
            let socket = try Socket(adopting: near, on: loop)
            socket.shutdownWriting()
            var byte: UInt8 = 0
            #expect(read(far, &byte, 1) == 0)
        }
    }

    @Test func reportsTheResetOfThePeer() async throws {
        let listener = try PeerListener()
        try await onLoop { loop in
            var result = await Dialer().connect(
                to: [listener.address], until: .after(.seconds(5)), attemptTimeout: .seconds(5), on: loop)
            guard let socket = result.takeSocket() else {
                Issue.record("not connected")
                return
            }
            var linger = linger(l_onoff: 1, l_linger: 0)
            let far = try listener.accept()
            setsockopt(far, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
            close(far)
            try await socket.wait(for: .read, until: .after(.seconds(5)))
            #expect(socket.pendingError?.code == ECONNRESET)
            #expect(socket.pendingError == nil)
        }
    }

    @Test func closesItsDescriptor() async throws {
        let (near, far) = try socketPair()
        defer { close(far) }
        try await onLoop { loop in
            let socket = try Socket(adopting: near, on: loop)
            #expect(fcntl(socket.descriptor, F_GETFL) & O_NONBLOCK != 0)
            #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0)
        }
        var byte: UInt8 = 0
        #expect(read(far, &byte, 1) == 0)
    }

    @Test func keepsLateEventsFromTheNextOwnerOfASlot() async throws {
        try await onLoop { loop in
            let (near, far) = try socketPair()
            let (next, nextFar) = try socketPair()
            // Another reference keeps the first socket's events coming after its descriptor is closed.
            let twin = dup(near)
            defer { for descriptor in [far, nextFar, twin] { close(descriptor) } }
            let slot = try Self.useOnce(near, on: loop)
            write(far, "x", 1)
            let socket = try Socket(adopting: next, on: loop)
            #expect(socket.registration.slot == slot)
            #expect(loop.slots[slot].generation == 1)
            #expect(await Self.end(of: socket, until: .after(.milliseconds(30))) == .deadline)
        }
    }

    @Test func refusesWhatCannotBeWatched() async throws {
        let error = try await onLoop { loop -> SystemError? in
            let file = open("/dev/null", O_RDONLY)
            do throws(SystemError) { _ = try Socket(adopting: file, on: loop) } catch {
                #expect(fcntl(file, F_GETFD) < 0)
                return error
            }
            return nil
        }
        #expect(error?.code == EPERM)
    }

    /// How a wait for the peer ends; nil when it became readable.
    private static func end(of socket: borrowing Socket, until deadline: Deadline) async -> WaitError? {
        do throws(WaitError) { try await socket.wait(for: .read, until: deadline) } catch { return error }
        return nil
    }

    private static func useOnce(_ descriptor: Int32, on loop: EventLoop) throws -> Int {
        try Socket(adopting: descriptor, on: loop).registration.slot
    }
}
