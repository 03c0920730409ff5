import Foundation
import Synchronization

/// What one run of the program gave.
public struct ProgramRun: Sendable, CustomStringConvertible {
    /// What it was called with.
    public let arguments: [String]
    /// The exit code, or 128 and the signal's number.
    public let status: Int32
    /// Its standard output.
    public let outputBytes: [UInt8]
    /// Its standard error.
    public let errorBytes: [UInt8]
    /// How long it took, in seconds, from before it was started until it had ended.
    public let seconds: Double
    /// Its peak of resident memory.
    public let peakKilobytes: Int
    /// Whether it had to be killed.
    public let wasKilled: Bool
    private let checked = CheckedLines()

    /// What has been held against the schemas already: that takes long.
    private final class CheckedLines: Sendable {
        let lines = Mutex<[JSON]?>(nil)
    }

    /// Standard output as text.
    public var output: String { String(decoding: outputBytes, as: UTF8.self) }
    /// Standard error as text.
    public var errors: String { String(decoding: errorBytes, as: UTF8.self) }

    /// All of it, for the failure of a test.
    public var description: String {
        "sslprobe \(arguments.joined(separator: " ")): status \(status) after \(Int(seconds * 1000)) ms\n\(output)\(errors)"
    }

    /// Output that is not what was promised.
    public struct BadOutput: Error, CustomStringConvertible {
        /// What is wrong, and the run.
        public let description: String
    }

    /// The one report of `--json`, which is valid by the schema.
    public func report() async throws -> JSON {
        let values = try await lines()
        guard values.count == 1 else { throw BadOutput(description: "\(values.count) lines instead of one: \(self)") }
        return values[0]
    }

    /// All lines of standard output, each one JSON value that is valid by the schema that it names.
    public func lines() async throws -> [JSON] {
        if let lines = checked.lines.withLock({ $0 }) { return lines }
        let lines = try await check()
        checked.lines.withLock { $0 = lines }
        return lines
    }

    private func check() async throws -> [JSON] {
        guard outputBytes.last == UInt8(ascii: "\n") else { throw BadOutput(description: "no whole line: \(self)") }
        guard String(validating: outputBytes, as: UTF8.self) != nil else {
            throw BadOutput(description: "not UTF-8: \(self)")
        }
        let schemas = try await Program.schemas.value.byName
        return try outputBytes.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { line in
                let value = try JSONSerialization.jsonObject(with: Data(line))
                let name = (value as? [String: Any])?["schema"] as? String ?? "none"
                guard let schema = schemas[name] else { throw BadOutput(description: "schema \(name): \(self)") }
                let problems = SchemaValidator.validate(value, schema: schema, closed: true)
                guard problems.isEmpty else { throw BadOutput(description: "\(problems) in \(self)") }
                return JSON(value)
            }
    }

    /// The names of the events of `--jsonl`, in order.
    public func eventNames() async throws -> [String] { try await lines().compactMap { $0["event"]?.text } }
}
