import Glibc
import Testing

@testable import Reactor

struct SignalsTests {
    @Test(arguments: [SIGINT, SIGTERM])
    func deliversTheFirstSignalToATask(_ number: Int32) throws {
        let status = try inChild {
            Signals.block()
            kill(getpid(), number)
            return firstSignal() ?? 99
        }
        #expect(status == exited(number))
    }

    @Test func wakesATaskThatWaits() throws {
        let status = try inChild {
            Signals.block()
            return firstSignal { loop in
                Task(executorPreference: loop) { kill(getpid(), SIGTERM) }
            } ?? 99
        }
        #expect(status == exited(SIGTERM))
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func endsTheProgramAtTheSecondSignal(_ number: Int32) throws {
        let status = try inChild {
            Signals.block()
            kill(getpid(), SIGINT)
            _ = firstSignal()
            kill(getpid(), number)
            return 99
        }
        #expect(status == exited(128 + number))
    }

    @Test func makesABrokenPipeAnError() throws {
        let status = try inChild {
            Signals.ignorePipe()
            var ends: [Int32] = [0, 0]
            pipe(&ends)
            close(ends[0])
            do throws(SystemError) {
                try Output(adopting: ends[1], name: "pipe").write("x")
                return 1
            } catch {
                return error.isBrokenPipe ? 0 : 2
            }
        }
        #expect(status == exited(0))
    }

    @Test(arguments: [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2], []] as [[Int32]])
    func fillsStandardDescriptorsThatAreClosed(_ closed: [Int32]) throws {
        let status = try inChild {
            for number in closed { close(number) }
            guard StandardDescriptors.fill() == closed else { return 1 }
            guard (0...2).allSatisfy({ fcntl($0, F_GETFD) >= 0 }) else { return 2 }
            guard closed.contains(1) else { return 0 }
            do throws(SystemError) {
                try Output.standard.write("lost")
                return 3
            } catch {
                return error.code == EBADF ? 0 : 4
            }
        }
        #expect(status == exited(0))
    }
}

/// The first signal a loop of its own gets.
private func firstSignal(after prepare: @escaping @Sendable (EventLoop) -> Void = { _ in }) -> Int32? {
    let number = try? EventLoop.run { loop -> Int32? in
        guard let signals = try? Signals(on: loop) else { return nil }
        prepare(loop)
        return try? await signals.next()
    }
    return number ?? nil
}
