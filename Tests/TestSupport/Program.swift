import Foundation

/// The program under test: `sslprobe` as it was built beside the tests, or the one that SSLPROBE_BINARY names.
public enum Program {
    // More at once would make each slow on two cores, and the tests measure times.
    private static let turnstile = Turnstile(6)

    /// Where it is.
    public static let path: String = {
        if let path = ProcessInfo.processInfo.environment["SSLPROBE_BINARY"] { return path }
        let runner = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        let itself = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let folders = [Bundle.main.bundleURL, runner.deletingLastPathComponent(), itself.deletingLastPathComponent()]
        let candidates = folders.map { $0.appendingPathComponent("sslprobe").path }
        return candidates.first(where: FileManager.default.isExecutableFile) ?? ".build/debug/sslprobe"
    }()

    /// The environment it gets: ours without what would change its results.
    private static let cleanEnvironment = ProcessInfo.processInfo.environment.filter { name, _ in
        !["SSLKEYLOGFILE", "SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF", "NO_COLOR", "TERM"].contains(name)
    }

    /// The environment it gets, with these variables besides.
    static func environment(adding variables: [String: String]) -> [String: String] {
        cleanEnvironment.merging(variables) { $1 }
    }

    /// Whether AddressSanitizer is linked, which needs several times the memory and the time.
    public static let isSanitized = dlsym(dlopen(nil, RTLD_NOW), "__asan_init") != nil

    /// What its memory may reach in kB.
    public static let memoryLimit = isSanitized ? 4 * 65536 : 65536

    /// Runs it to its end. It is killed after `limit` seconds, and the run says so.
    public static func run(
        _ arguments: [String], environment: [String: String] = [:],
        input: ChildProcess.StandardInput = .bytes([]), limit: Double = 30
    ) async throws -> ProgramRun {
        try await turnstile.pass {
            try await OwnThread.run {
                let start = monotonicSeconds()
                let child = try ChildProcess(
                    path, arguments, environment: Self.environment(adding: environment), input: input,
                    measuresMemory: true)
                if !child.wait(seconds: limit) {
                    child.signal(SIGKILL)
                    child.wait(seconds: 5)
                }
                guard let ending = child.ending else {
                    throw MissingProgram("\(path) \(arguments) does not end even when killed")
                }
                return ProgramRun(
                    arguments: arguments, status: ending.status, outputBytes: child.output, errorBytes: child.errors,
                    seconds: ending.time - start, peakKilobytes: child.peakKilobytes,
                    wasKilled: ending.time - start >= limit)
            }
        }
    }

    /// Runs `connect` with `--json` and returns the run; the report is `run.report()`.
    public static func connect(_ arguments: String...) async throws -> ProgramRun {
        try await run(["connect"] + arguments + ["--json"])
    }

    /// The schemas that the program prints, by the value of `schema` in its lines.
    static let schemas = Task { () throws -> Schemas in
        var schemas: [String: Any] = [:]
        for (name, command) in [
            ("sslprobe.report/1", "report"), ("sslprobe.event/1", "event"), ("sslprobe.connection/1", "connection"),
            ("sslprobe.serve-summary/1", "serve-summary"),
        ] {
            let run = try await run(["schema", command])
            guard run.status == 0 else { throw MissingProgram("sslprobe schema \(command): \(run)") }
            schemas[name] = try JSONSerialization.jsonObject(with: Data(run.outputBytes))
        }
        return Schemas(byName: schemas)
    }

    /// Parsed schemas.
    struct Schemas: @unchecked Sendable {
        // Sendable without a check: JSONSerialization's values are never changed.
        let byName: [String: Any]
    }
}
