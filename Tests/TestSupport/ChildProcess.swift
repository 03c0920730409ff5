import Foundation
import Glibc

/// A program started by a test: its output is collected, and it is killed when nobody holds it any more.
///
/// Foundation's Process would leave SIGTERM blocked in it, as the threads that run the tests do.
public final class ChildProcess: Sendable {
    /// Its number.
    public let identifier: pid_t
    private let progress: Progress
    private let input: Int32

    /// How it ended.
    public struct Ending: Sendable {
        /// The exit status, or 128 and the signal's number.
        public let status: Int32
        /// When it ended, in seconds of the clock that never jumps.
        public let time: Double
    }

    /// Starts a program. Its standard input stays open and empty unless `input` says otherwise.
    ///
    /// With `measuresMemory` its peak is looked at 50 times a second.
    public init(
        _ path: String, _ arguments: [String], environment: [String: String] = ProcessInfo.processInfo.environment,
        input: StandardInput = .open, measuresMemory: Bool = false
    ) throws {
        let (output, errors) = (try Descriptors.pipe(), try Descriptors.pipe())
        let standardInput = try input.open()
        defer {
            for end in [output.writing, errors.writing, standardInput.child] where end >= 0 { close(end) }
        }
        self.input = standardInput.parent ?? -1
        identifier = try Self.spawn(
            path, arguments, environment, [standardInput.child, output.writing, errors.writing])
        progress = Progress(identifier)
        let progress = progress
        OwnThread.start { progress.collect(output.reading, errors.reading, measuresMemory: measuresMemory) }
    }

    deinit {
        closeInput()
        // Its reader reaps it: waiting here could block whoever let go of it.
        progress.signal(SIGKILL)
    }

    /// Where a program's standard input comes from.
    public enum StandardInput: Sendable {
        /// A pipe that stays open while the program is held.
        case open
        /// A pipe with these bytes in it, then its end.
        case bytes([UInt8])
        /// A descriptor of the test's; it stays the test's.
        case descriptor(Int32)

        fileprivate func open() throws -> (child: Int32, parent: Int32?) {
            switch self {
            case .open:
                let ends = try Descriptors.pipe()
                return (ends.reading, ends.writing)
            case .bytes(let bytes):
                let ends = try Descriptors.pipe()
                // A pipe holds 64 kB, so nobody has to read yet.
                _ = bytes.withUnsafeBytes { write(ends.writing, $0.baseAddress, $0.count) }
                close(ends.writing)
                return (ends.reading, nil)
            case .descriptor(let descriptor): return (dup(descriptor), nil)
            }
        }
    }

    /// What it has written to standard output so far.
    public var output: [UInt8] { progress.output }

    /// What it has written to standard error so far.
    public var errors: [UInt8] { progress.errors }

    /// Both outputs as text.
    public var transcript: String { String(decoding: output + errors, as: UTF8.self) }

    /// Its peak of resident memory in kB, when it was measured.
    public var peakKilobytes: Int { progress.peakKilobytes }

    /// How it ended; nil while it runs.
    public var ending: Ending? { progress.ending }

    /// Writes to its standard input, which has to be `.open`.
    public func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
    }

    /// Sends a signal unless it has ended.
    public func signal(_ number: Int32) { progress.signal(number) }

    /// Blocks until the condition holds, the program ended with all its output read, or so many seconds have passed.
    @discardableResult
    public func wait(seconds: Double, until condition: () -> Bool = { false }) -> Bool {
        progress.wait(until: Date(timeIntervalSinceNow: seconds), condition)
    }

    private func closeInput() { if input >= 0 { close(input) } }

    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String: String], _ descriptors: [Int32]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        // Foundation's pipes have no close-on-exec flag, and whoever reads one waits until the last copy is closed.
        for other in 3..<min(1024, getdtablesize()) { posix_spawn_file_actions_addclose(&actions, other) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let variables = environment.map { "\($0)=\($1)" }
        var identifier = pid_t()
        let code = withStrings([path] + arguments) { arguments in
            withStrings(variables) { variables in
                Descriptors.alone { posix_spawn(&identifier, path, &actions, &attributes, arguments, variables) }
            }
        }
        guard code == 0 else { throw MissingProgram("\(path) does not start: \(String(cString: strerror(code)))") }
        return identifier
    }

    private static func withStrings<Value>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}

/// A monotonic clock's time in seconds.
public func monotonicSeconds() -> Double { Double(DispatchTime.now().uptimeNanoseconds) / 1e9 }
