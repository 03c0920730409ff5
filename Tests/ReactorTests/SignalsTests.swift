import CPlatform
import Glibc
import Testing

@testable import Reactor

struct SignalsTests {
    @Test(arguments: [SIGINT, SIGTERM])
    func deliversTheFirstSignalToATask(_ number: Int32) throws {
        #expect(try ChildRole.firstSignal.play("\(number)") == number)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func endsTheProgramAtTheSecondSignal(_ number: Int32) throws {
        #expect(try ChildRole.secondSignal.play("\(number)") == 128 + number)
    }

    @Test func blocksWhatWouldEndTheProgram() async {
        let blocked = await onThread {
            var mask = sigset_t()
            sigemptyset(&mask)
            pthread_sigmask(SIG_SETMASK, &mask, nil)
            Signals.block()
            pthread_sigmask(SIG_BLOCK, nil, &mask)
            return [SIGINT, SIGTERM, SIGALRM].map { sigismember(&mask, $0) }
        }
        #expect(blocked == [1, 1, 0])
    }

    @Test func makesABrokenPipeAnError() throws {
        Signals.ignorePipe()
        var ends: [Int32] = [0, 0]
        // Close-on-exec: a child that another test starts just now must not inherit the reader.
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
        close(ends[0])
        do throws(SystemError) {
            try Output(adopting: ends[1], name: "pipe").write("x")
            Issue.record("written to a pipe without a reader")
        } catch {
            #expect(error.isBrokenPipe)
        }
    }

    @Test(arguments: ["", "0", "1", "2", "01", "02", "12", "012"])
    func fillsStandardDescriptorsThatAreClosed(_ closed: String) throws {
        #expect(try ChildRole.closedDescriptors.play(closed) == ChildProcessTests.done)
    }
}
