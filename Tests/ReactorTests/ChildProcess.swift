import CPlatform
import Foundation
import Glibc
import Testing

@testable import Reactor

/// What a child of the test process does and tells by its exit status, for what concerns a whole process: signals,
/// limits, the standard descriptors.
///
/// The child is this program once more, not a fork: a fork copies one thread and whatever lock another one held.
enum ChildRole: String {
    case closedDescriptors
    case descriptorsUsedUp
    case firstSignal
    case fullDisk
    case loopsBeyondTheLimit
    case lowLimit
    case manyConnections
    case secondSignal

    /// What this process was started for; nil in an ordinary run.
    static var ofThisProcess: ChildRole? { ProcessInfo.processInfo.environment[name].flatMap(ChildRole.init) }
    static var argument: String { ProcessInfo.processInfo.environment[argumentName] ?? "" }

    private static let name = "REACTOR_TESTS_ROLE"
    private static let argumentName = "REACTOR_TESTS_ARGUMENT"

    /// Plays the role in a new process and returns its exit status, or minus the signal that ended it.
    func play(_ argument: String) throws -> Int32 {
        var environment = ProcessInfo.processInfo.environment
        environment[Self.name] = rawValue
        environment[Self.argumentName] = argument
        let program = CommandLine.arguments[0]
        let arguments = [program, "--testing-library", "swift-testing", "--filter", "ChildProcessTests"]

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)

        var child = pid_t()
        let code = withCStrings(arguments) { arguments in
            withCStrings(environment.map { "\($0)=\($1)" }) { environment in
                posix_spawn(&child, "/proc/self/exe", &actions, nil, arguments, environment)
            }
        }
        try #require(code == 0)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 { try #require(errno == EINTR) }
        return status & 0x7F == 0 ? status >> 8 : -(status & 0x7F)
    }

    private func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}

struct ChildProcessTests {
    /// Not 0, which a run without any test gives as well.
    static let done: Int32 = 42

    @Test(.enabled(if: ChildRole.ofThisProcess != nil)) func playsItsRole() throws {
        alarm(30)
        switch try #require(ChildRole.ofThisProcess) {
        case .closedDescriptors: closedDescriptors(ChildRole.argument.compactMap(\.wholeNumberValue).map(Int32.init))
        case .descriptorsUsedUp: _exit(ServerRoles.descriptorsUsedUp())
        case .firstSignal: _exit(firstSignal(Int32(ChildRole.argument) ?? 0) ?? 99)
        case .fullDisk: fullDisk(ChildRole.argument)
        case .loopsBeyondTheLimit: _exit(ServerRoles.loopsBeyondTheLimit())
        case .lowLimit: _exit(ServerRoles.lowLimit())
        case .manyConnections: _exit(ServerRoles.manyConnections())
        case .secondSignal:
            _ = firstSignal(SIGINT)
            raise(Int32(ChildRole.argument) ?? 0)
            _exit(99)
        }
    }

    // To the thread itself: the process has one that waits for any signal, for the test library's sake.
    private func firstSignal(_ number: Int32) -> Int32? {
        let result = try? EventLoop.run { loop -> Int32? in
            guard let signals = try? Signals(on: loop) else { return nil }
            // Sent while the task waits.
            Task(executorPreference: loop) { raise(number) }
            return try? await signals.next()
        }
        return result ?? nil
    }

    private func closedDescriptors(_ closed: [Int32]) {
        for number in closed { close(number) }
        guard StandardDescriptors.fill() == closed else { _exit(1) }
        guard (0...2).allSatisfy({ fcntl($0, F_GETFD) >= 0 }) else { _exit(2) }
        guard closed.contains(1) else { _exit(Self.done) }
        do throws(SystemError) {
            try Output.standard.write("lost")
            _exit(3)
        } catch {
            _exit(error.code == EBADF ? Self.done : 4)
        }
    }

    private func fullDisk(_ path: String) {
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 100, rlim_max: 100)
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        do throws(SystemError) {
            try FileWriter.replace(path, with: [UInt8](repeating: 0x78, count: 1000))
            _exit(1)
        } catch {
            _exit(error.code == EFBIG ? Self.done : 2)
        }
    }
}
