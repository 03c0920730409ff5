import Foundation
import Glibc

/// `sslprobe serve` on a port that the system chose, with its events on standard output.
public final class ServeProcess: Sendable {
    /// Where it listens, on 127.0.0.1.
    public let port: UInt16
    /// The authority of its certificate in PEM, when it makes one in memory.
    public let authorityPath: String
    /// How long it took to accept clients, in seconds.
    public let startSeconds: Double
    private let child: ChildProcess
    private let arguments: [String]
    private let start: Double

    /// Starts it with these arguments and waits until clients can come.
    public convenience init(
        _ arguments: String..., output: [String] = ["--jsonl"], environment: [String: String] = [:]
    ) async throws {
        try await self.init(arguments, output: output, environment: environment)
    }

    /// The same with the arguments in a list.
    public init(
        _ arguments: [String], output: [String] = ["--jsonl"], environment: [String: String] = [:]
    ) async throws {
        let name = UUID().uuidString
        let readyFile = TemporaryFolder.path(name + ".ready")
        authorityPath = TemporaryFolder.path(name + ".ca.pem")
        var all = ["serve", "--listen", "127.0.0.1:0", "--ready-file", readyFile] + output
        if !arguments.contains("--cert"), !arguments.contains("--write-ca") { all += ["--write-ca", authorityPath] }
        all += arguments
        self.arguments = all
        let (start, command) = (monotonicSeconds(), all)
        self.start = start
        (child, port, startSeconds) = try await OwnThread.run {
            let child = try ChildProcess(Program.path, command, environment: Program.environment(adding: environment))
            // It appears as a whole.
            child.wait(seconds: 30) { FileManager.default.fileExists(atPath: readyFile) }
            guard let port = Self.port(in: readyFile) else {
                throw MissingProgram("sslprobe \(command) did not start: \(child.transcript)")
            }
            return (child, port, monotonicSeconds() - start)
        }
    }

    private static func port(in readyFile: String) -> UInt16? {
        guard let text = try? String(contentsOfFile: readyFile, encoding: .utf8), text.hasSuffix("\n") else {
            return nil
        }
        return text.dropLast().split(separator: ":").last.flatMap { UInt16($0) }
    }

    /// Its number.
    public var identifier: pid_t { child.identifier }

    /// What it has printed so far.
    public var transcript: String { child.transcript }

    /// Sends a signal.
    public func signal(_ number: Int32) { child.signal(number) }

    /// Waits until it has printed the text so many times.
    @discardableResult
    public func printed(_ text: String, times: Int = 1, within seconds: Double = 20) async throws -> Bool {
        let child = child
        return try await OwnThread.run {
            let isThere = { child.transcript.ranges(of: text).count >= times }
            child.wait(seconds: seconds, until: isThere)
            return isThere()
        }
    }

    /// The report of the connection with this number, once it has closed; needs `--jsonl`.
    public func report(of connection: Int, within seconds: Double = 20) async throws -> JSON {
        let child = child
        let line = try await OwnThread.run {
            let find = { Self.closing(of: connection, in: child.output) }
            child.wait(seconds: seconds) { find() != nil }
            return find()
        }
        guard let line, let report = try JSON(parsing: line)["report"] else {
            throw MissingProgram("sslprobe \(arguments) did not report connection \(connection): \(transcript)")
        }
        return report
    }

    private static func closing(of connection: Int, in output: [UInt8]) -> [UInt8]? {
        output.split(separator: UInt8(ascii: "\n")).first { line in
            let start = String(decoding: line.prefix(200), as: UTF8.self)
            return line.last == UInt8(ascii: "}") && start.contains(#""event":"client_closed""#)
                && start.contains(#""conn":\#(connection),"#)
        }.map(Array.init)
    }

    /// Asks it to end, unless it has or `number` is nil, and returns the whole run; it is killed after `limit` seconds.
    public func finish(by number: Int32? = SIGTERM, limit: Double = 30) async throws -> ProgramRun {
        let (child, asked) = (child, monotonicSeconds())
        return try await OwnThread.run { [arguments, start] in
            if let number { child.signal(number) }
            let hasEnded = child.wait(seconds: limit)
            if !hasEnded {
                child.signal(SIGKILL)
                child.wait(seconds: 5)
            }
            guard let ending = child.ending else {
                throw MissingProgram("sslprobe \(arguments) does not end even when killed")
            }
            return ProgramRun(
                arguments: arguments, status: ending.status, outputBytes: child.output, errorBytes: child.errors,
                seconds: ending.time - (number == nil ? start : asked), peakKilobytes: 0, wasKilled: !hasEnded)
        }
    }

    /// How many descriptors it has open.
    public var descriptorCount: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/fd").count) ?? 0
    }

    /// Its resident memory in kB.
    public var residentKilobytes: Int {
        let text = (try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
    }
}

extension ProgramRun {
    /// The reports of the connections of `serve`, in the order of their numbers; from `--json` or `--jsonl`.
    public func connections() async throws -> [JSON] {
        try await lines().compactMap { line in
            if line["schema"] == "sslprobe.connection/1" { return line }
            return line["event"] == "client_closed" ? line["report"] : nil
        }.sorted { ($0["conn"]?.double ?? 0) < ($1["conn"]?.double ?? 0) }
    }

    /// What `serve` said at its end.
    public func serveSummary() async throws -> JSON? {
        let last = try await lines().last
        return last?["event"] == "summary" ? last?["report"] : last
    }
}
