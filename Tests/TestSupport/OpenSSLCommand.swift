import Foundation

/// The `openssl` program, as what our own results are held against.
public enum OpenSSLCommand {
    /// It ended with an error.
    public struct Failure: Error, CustomStringConvertible {
        /// The arguments.
        public let arguments: [String]
        /// Both outputs.
        public let output: String
        /// What to show.
        public var description: String { "openssl \(arguments.joined(separator: " ")): \(output)" }
    }

    /// Runs it and returns its standard output; throws when it fails.
    @discardableResult
    public static func run(_ arguments: [String]) throws -> [UInt8] {
        let result = try outcome(arguments)
        guard result.status == 0 else {
            throw Failure(arguments: arguments, output: String(decoding: result.output + result.errors, as: UTF8.self))
        }
        return result.output
    }

    /// The codes that `openssl verify` prints, each once; throws when they do not agree with its status.
    public static func verify(_ arguments: [String], environment: [String: String] = [:]) throws -> Set<Int32> {
        let outcome = try outcome(["verify"] + arguments, environment: environment)
        // Lines such as: error 10 at 0 depth lookup: certificate has expired
        let output = String(decoding: outcome.errors + outcome.output, as: UTF8.self)
        let lines = output.split(separator: "\n").filter { $0.hasPrefix("error ") }
        let codes = Set(lines.compactMap { Int32($0.split(separator: " ")[1]) })
        guard (outcome.status == 0) == codes.isEmpty else {
            throw Failure(arguments: ["verify"] + arguments, output: output)
        }
        return codes
    }

    /// Where its headers are, for tests that hold our tables against them.
    public static func includeDirectory() -> String {
        let places = ["/usr/include", "/usr/local/include"]
        return places.first { FileManager.default.fileExists(atPath: $0 + "/openssl/x509_vfy.h") } ?? places[0]
    }

    /// Runs it and returns status and outputs, whatever they are.
    public static func outcome(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (status: Int32, output: [UInt8], errors: [UInt8]) {
        let child = try ChildProcess(
            InstalledProgram.openssl.path(), arguments,
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 }, input: .bytes([]))
        child.wait(seconds: 60)
        guard let ending = child.ending else {
            throw Failure(arguments: arguments, output: "does not end: \(child.transcript)")
        }
        return (ending.status, child.output, child.errors)
    }
}
