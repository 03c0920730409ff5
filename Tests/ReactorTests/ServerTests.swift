import Glibc
import Testing

@testable import Reactor

struct ServerTests {
    @Test func sharesClientsBetweenTwoLoops() async throws {
        let listener = try ListenerTests.listener()
        let admission = Admission(openAtOnce: 100, inAll: 200) { listener.close() }
        let accepted = Locked([0, 0])
        let (first, second) = try socketPair()
        defer { for descriptor in [first, second] { close(descriptor) } }
        async let served: Void = onLoop { _ in
            try await LoopThreads.run(2) { loop, index in
                try? await Acceptor.run(listener, admission, on: loop) { descriptor in
                    close(descriptor)
                    let isFirst = accepted.withLock { accepted in
                        accepted[index] += 1
                        return accepted[index] == 1
                    }
                    // Busy until the other loop has had one too, which a loop that sleeps would have to leave to it.
                    if isFirst { Self.meet(index == 0 ? first : second) }
                    return true
                }
            }
        }
        await onThread { while let client = connectedClient(of: listener.address) { drain(client) } }
        try await served
        let counts = accepted.withLock { $0 }
        #expect(counts.reduce(0, +) == 200)
        #expect(counts.allSatisfy { $0 > 0 })
    }

    @Test func losesNoClientAtTheLimit() async throws {
        let listener = try ListenerTests.listener()
        let admission = Admission(openAtOnce: 1, inAll: 300) { listener.close() }
        let open = Locked((now: 0, most: 0))
        async let served: Void = onLoop { _ in
            try await LoopThreads.run(2) { loop, _ in
                try? await Acceptor.run(listener, admission, on: loop) { descriptor in
                    open.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                    await loop.yield()
                    open.withLock { $0.now -= 1 }
                    close(descriptor)
                    return true
                }
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    await onThread { while let client = connectedClient(of: listener.address) { drain(client) } }
                }
            }
        }
        try await served
        #expect(open.withLock { $0.most } == 1)
        #expect(admission.counted == 300)
        #expect(admission.open == 0)
    }

    @Test func keepsAClientUntilThereAreDescriptorsAgain() throws {
        #expect(try ChildRole.descriptorsUsedUp.play("") == ChildProcessTests.done)
    }

    @Test func leavesNothingBehindAfterManyConnections() throws {
        #expect(try ChildRole.manyConnections.play("") == ChildProcessTests.done)
    }

    @Test func raisesTheLimitOfDescriptors() throws {
        #expect(try ChildRole.lowLimit.play("") == ChildProcessTests.done)
        #expect(FileLimit.target(hard: 4096) == 4096)
        #expect(FileLimit.target(hard: .max) == 1_048_576)
    }

    @Test func lendsTheSameMemoryToEverySocketOfALoop() async throws {
        try await onLoop { loop in
            let buffer = ReadBuffer(on: loop)
            #expect(buffer.bytes.count == 16_384)
            buffer.bytes.storeBytes(of: 42, as: UInt8.self)
            #expect(buffer.bytes.first == 42)
        }
    }

    /// Writes a byte for the other loop and waits for its own.
    private static func meet(_ descriptor: Int32) {
        write(descriptor, "x", 1)
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, 10_000)
    }
}
