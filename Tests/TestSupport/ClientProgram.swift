import Foundation

/// What a client that ran to its end had to say.
public struct ClientRun: Sendable, CustomStringConvertible {
    /// The exit status, or 128 and the signal's number.
    public let status: Int32
    /// Standard output as text.
    public let output: String
    /// Standard error as text.
    public let errors: String
    /// How long it took, in seconds.
    public let seconds: Double

    /// Both outputs.
    public var transcript: String { output + errors }
    /// All of it, for the failure of a test.
    public var description: String { "status \(status) after \(Int(seconds * 1000)) ms: \(transcript)" }
}

extension InstalledProgram {
    // More at once would make each slow on two cores.
    private static let turnstile = Turnstile(6)

    /// Runs it to its end; it is killed after `limit` seconds.
    public func run(
        _ arguments: [String], environment: [String: String] = [:], input: String = "", limit: Double = 60
    ) async throws -> ClientRun {
        let path = try path()
        return try await Self.turnstile.pass {
            try await OwnThread.run {
                let start = monotonicSeconds()
                let child = try ChildProcess(
                    path, arguments, environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
                    input: .bytes(Array(input.utf8)))
                guard child.wait(seconds: limit), let ending = child.ending else {
                    throw MissingProgram("\(path) \(arguments) does not end: \(child.transcript)")
                }
                return ClientRun(
                    status: ending.status, output: String(decoding: child.output, as: UTF8.self),
                    errors: String(decoding: child.errors, as: UTF8.self), seconds: ending.time - start)
            }
        }
    }
}

/// `openssl s_client` whose standard input a test types into.
public final class OpenSSLClient: Sendable {
    private let child: ChildProcess

    /// Connects to a port of 127.0.0.1 as `localhost` and waits until the handshake is over.
    public init(_ port: UInt16, _ arguments: String..., authority: String? = nil) async throws {
        child = try await OwnThread.run {
            let child = try ChildProcess(
                InstalledProgram.openssl.path(), Self.arguments(port, authority: authority) + arguments)
            child.wait(seconds: 20) { child.transcript.contains("Verify return code") }
            return child
        }
    }

    /// What names the peer for s_client.
    static func arguments(_ port: UInt16, authority: String?) -> [String] {
        let trust = authority.map { ["-CAfile", $0, "-verify_return_error"] } ?? []
        return ["s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost"] + trust
    }

    /// What it has printed so far.
    public var transcript: String { child.transcript }

    /// Types a line, or one of its commands such as `R`.
    public func type(_ line: String) { child.type(line + "\n") }

    /// Waits until it has printed the text so many times.
    public func printed(_ text: String, times: Int = 1, within seconds: Double = 20) async throws -> Bool {
        let child = child
        return try await OwnThread.run {
            let isThere = { child.transcript.ranges(of: text).count >= times }
            child.wait(seconds: seconds, until: isThere)
            return isThere()
        }
    }

    /// Ends it as its user would and returns its exit status; nil when it does not end by itself.
    @discardableResult
    public func quit() async throws -> Int32? {
        let child = child
        return try await OwnThread.run {
            child.type("Q\n")
            child.wait(seconds: 10)
            return child.ending?.status
        }
    }

    /// Stops it from reading and writing; it is there all the same.
    public func freeze() { child.signal(SIGSTOP) }

    /// Lets it go on.
    public func thaw() { child.signal(SIGCONT) }
}

extension ServeProcess {
    /// One run of `openssl s_client`, which fails when it does not trust the server.
    ///
    /// It sends the text and reads to the end; without a text it leaves once the handshake is over.
    public func openssl(
        _ arguments: String..., sending text: String? = "GET / HTTP/1.0\r\n\r\n"
    ) async throws -> ClientRun {
        try await openssl(arguments: arguments, sending: text)
    }

    /// The same with the arguments in a list.
    public func openssl(
        arguments: [String], sending text: String? = "GET / HTTP/1.0\r\n\r\n"
    ) async throws -> ClientRun {
        try await InstalledProgram.openssl.run(
            OpenSSLClient.arguments(port, authority: authorityPath) + (text == nil ? [] : ["-ign_eof"]) + arguments,
            input: text ?? "")
    }

    /// One run of curl, which trusts the server's authority.
    public func curl(_ arguments: String..., path: String = "/") async throws -> ClientRun {
        try await curl(arguments, paths: [path])
    }

    /// The same for several paths, which curl asks for over one connection.
    public func curl(_ arguments: [String], paths: [String]) async throws -> ClientRun {
        try await InstalledProgram.curl.run(
            ["-sS", "--max-time", "30", "--cacert", authorityPath] + arguments
                + paths.map { "https://localhost:\(port)\($0)" })
    }
}
