import Foundation

/// Programs that are not ours say whether output is what it claims to be.
public enum Validator {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Validators").standardized

    /// A JUnit document as JSON: the attributes of its `suite`, and its `cases`; throws what is wrong with it.
    public static func junit(_ document: String) async throws -> JSON {
        try await run("junit.py", TemporaryFolder.write(Array(document.utf8)))
    }

    /// Holds lines against JSON Schemas, and returns how many name which schema; throws what is wrong.
    ///
    /// - Parameters:
    ///   - schemas: what `sslprobe schema` prints.
    ///   - lines: of `--json` and `--jsonl`, by the name under which a mistake is told.
    public static func schema(_ schemas: [[UInt8]], lines: [String: [UInt8]]) async throws -> [String: Int] {
        let folder = TemporaryFolder.path(UUID().uuidString)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        for (index, schema) in schemas.enumerated() {
            try Data(schema).write(to: URL(fileURLWithPath: "\(folder)/\(index).schema.json"))
        }
        for (name, lines) in lines { try Data(lines).write(to: URL(fileURLWithPath: "\(folder)/\(name).jsonl")) }
        guard case .object(let counts) = try await run("schema.py", folder) else { return [:] }
        return counts.compactMapValues { $0.double.flatMap(Int.init(exactly:)) }
    }

    private static func run(_ script: String, _ file: String) async throws -> JSON {
        let path = folder.appendingPathComponent(script).path
        let run = try await InstalledProgram.python3.run([path, file], limit: 120)
        guard run.status == 0 else { throw ProgramRun.BadOutput(description: "\(script) \(file): \(run.errors)") }
        return try JSON(parsing: Array(run.output.utf8))
    }
}
