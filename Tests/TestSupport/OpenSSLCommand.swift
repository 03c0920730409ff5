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

    /// Where its headers are, for tests that hold our tables against them.
    public static func includeDirectory() -> String {
        let places = ["/usr/include", "/usr/local/include"]
        return places.first { FileManager.default.fileExists(atPath: $0 + "/openssl/x509_vfy.h") } ?? places[0]
    }

    /// Runs it and returns status and outputs, whatever they are.
    public static func outcome(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (status: Int32, output: [UInt8], errors: [UInt8]) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        // The errors of these commands fit into a pipe, so reading one after the other cannot block.
        let written = output.fileHandleForReading.readDataToEndOfFile()
        let complaints = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, Array(written), Array(complaints))
    }
}
