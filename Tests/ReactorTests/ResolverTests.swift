import Glibc
import Testing

@testable import Reactor

struct ResolverTests {
    @Test func answersNumericHostsWithoutAThread() async throws {
        let pool = LookupPool { _ in
            Issue.record("asked for a numeric host")
            return .success([])
        }
        let found = try await onLoop { loop in
            try await Resolver(pool: pool).addresses(
                of: "2001:db8::7", port: 443, family: .v6, on: loop, until: .after(.seconds(5)))
        }
        #expect(found.map(\.description) == ["[2001:db8::7]:443"])
    }

    @Test func refusesANumericHostOfTheOtherFamily() async throws {
        let error = try await failure(of: "127.0.0.1", family: .v6)
        #expect(error == .system(-9))
    }

    @Test func findsEachAddressOfLocalhostOnce() async throws {
        let found = try await onLoop { loop in
            try await Resolver().addresses(
                of: "localhost", port: 443, family: nil, on: loop, until: .after(.seconds(10)))
        }
        #expect(found.map(\.host).contains("127.0.0.1"))
        #expect(found.allSatisfy { ["127.0.0.1", "::1"].contains($0.host) && $0.port == 443 })
        #expect(Set(found).count == found.count)
    }

    @Test func knowsLocalhostWithoutAHostsFile() {
        let both = LookupQuery(host: "localhost", port: 7, family: nil).loopback.map(\.description)
        #expect(both == ["127.0.0.1:7", "[::1]:7"])
        #expect(LookupQuery(host: "a.localhost", port: 7, family: .v6).loopback.map(\.description) == ["[::1]:7"])
    }

    @Test func keepsToTheFamilyAskedFor() async throws {
        let found = try await onLoop { loop in
            try await Resolver().addresses(
                of: "localhost", port: 1, family: .v4, on: loop, until: .after(.seconds(10)))
        }
        #expect(found.map(\.description) == ["127.0.0.1:1"])
    }

    @Test(arguments: [String(repeating: "a", count: 70) + ".invalid", "", "localhost\0.example"])
    func saysWhyANameHasNoAddress(_ host: String) async throws {
        guard case .failed(let code, let message) = try await failure(of: host, family: nil) else {
            Issue.record("not a failure of the name")
            return
        }
        #expect(code != 0)
        #expect(!message.isEmpty)
    }

    @Test func abandonsALookupAtTheDeadline() async throws {
        let gate = try Gate()
        let passed = try await onLoop { loop in
            let start = Instant.now
            do throws(LookupError) {
                _ = try await Resolver(pool: gate.pool).addresses(
                    of: "stuck.example", port: 1, family: nil, on: loop, until: .after(.milliseconds(50)))
                Issue.record("found what hangs")
            } catch {
                #expect(error == .deadline)
            }
            return Instant.now.milliseconds(since: start)
        }
        #expect((50...300).contains(passed))
        gate.open()
    }

    @Test func abandonsALookupThatIsCancelled() async throws {
        let gate = try Gate()
        let error = try await onLoop { loop in
            let task = Task(executorPreference: loop) { () -> LookupError? in
                do throws(LookupError) {
                    _ = try await Resolver(pool: gate.pool).addresses(
                        of: "stuck.example", port: 1, family: nil, on: loop, until: .never)
                    return nil
                } catch { return error }
            }
            await loop.yield()
            task.cancel()
            return await task.value
        }
        #expect(error == .cancelled)
        gate.open()
    }

    @Test func looksOnWhileAbandonedLookupsHang() async throws {
        let gate = try Gate()
        let found = try await onLoop { loop in
            let resolver = Resolver(pool: gate.pool)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        _ = try? await resolver.addresses(
                            of: "stuck\(number).example", port: 1, family: nil, on: loop,
                            until: .after(.milliseconds(30)))
                    }
                }
            }
            return try await resolver.addresses(
                of: "good.example", port: 1, family: nil, on: loop, until: .after(.seconds(10)))
        }
        #expect(found == Gate.answer)
        gate.open()
    }

    @Test func runsNoMoreThanFourLookupsAtOnce() async throws {
        let pool = LookupPool { _ in
            let now = Self.running.withLock { running in
                running += 1
                return running
            }
            Self.most.withLock { $0 = max($0, now) }
            sched_yield()
            Self.running.withLock { $0 -= 1 }
            return .success(Gate.answer)
        }
        let answered = try await onLoop { loop in
            await withTaskGroup(of: Int.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let found = try? await Resolver(pool: pool).addresses(
                            of: "name\(number).example", port: 1, family: nil, on: loop, until: .never)
                        return found?.count ?? 0
                    }
                }
                return await group.reduce(0, +)
            }
        }
        #expect(answered == 40)
        #expect((1...4).contains(Self.most.withLock { $0 }))
    }

    private static let running = Locked(0)
    private static let most = Locked(0)

    private func failure(
        of host: String, family: AddressFamily?
    ) async throws -> LookupError? {
        try await onLoop { loop in
            do throws(LookupError) {
                _ = try await Resolver().addresses(
                    of: host, port: 1, family: family, on: loop, until: .after(.seconds(10)))
                return nil
            } catch { return error }
        }
    }
}

/// Holds up the lookups of names that begin with "stuck" until it is opened.
private final class Gate: Sendable {
    static let answer = [SocketAddress(numeric: "192.0.2.1", port: 1)].compactMap { $0 }

    let pool: LookupPool
    private let far: Int32

    init() throws {
        let (near, far) = try socketPair()
        self.far = far
        pool = LookupPool { query in
            guard query.host.hasPrefix("stuck") else { return .success(Self.answer) }
            var byte: UInt8 = 0
            _ = recv(near, &byte, 1, Int32(MSG_PEEK))
            return .success([])
        }
    }

    /// Every lookup that waits, or is still to come, sees the end of the connection.
    func open() { close(far) }
}
