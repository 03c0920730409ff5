import Foundation
import TestSupport
import Testing

/// What the program prints, held against its schemas by a validator that is not ours.
@Suite struct IndependentSchemaTests {
    @Test func everyLineIsValidForOthersToo() async throws {
        var lines: [String: [UInt8]] = [:]
        let server = try await ServeProcess("--allow-client-renegotiation")
        for command in ["connect", "renegotiate", "keyupdate", "tickets", "resume"] {
            for form in ["--json", "--jsonl"] {
                let run = try await Program.run([
                    command, "localhost:\(server.port)", "-4", "--ca", server.authorityPath, form, "-v", "--http",
                    "--expect",
                    "tls.version >= 1.2",
                ])
                #expect(run.status == 0, "\(run)")
                lines[command + form] = run.outputBytes
            }
        }
        lines["serve--jsonl"] = try await server.finish().outputBytes
        // Nobody trusts its authority.
        let untrusted = try await ServeProcess()
        for (name, arguments, code) in [
            ("dns", ["connect", "nobody.invalid", "--min-days", "7"], Int32(3)),
            ("refused", ["connect", "localhost:1", "-4"], 4),
            ("verify", ["connect", "localhost:\(untrusted.port)", "-4"], 8),
        ] {
            for form in ["--json", "--jsonl"] {
                let run = try await Program.run(arguments + [form])
                #expect(run.status == code, "\(run)")
                lines[name + form] = run.outputBytes
            }
        }
        lines["serve--json"] = try await served()
        let counts = try await Validator.schema(schemas(), lines: lines)
        #expect(counts["sslprobe.report/1"] == 5 + 3)
        #expect(counts["sslprobe.connection/1"] == 2 && counts["sslprobe.serve-summary/1"] == 1)
        #expect(counts["sslprobe.event/1"] ?? 0 > 150, "\(counts)")
    }

    /// The validator is one that finds mistakes.
    @Test func aMistakeIsFound() async throws {
        let run = try await Program.run(["connect", "localhost:1", "-4", "--json"])
        let schemas = try await schemas()
        _ = try await Validator.schema(schemas, lines: ["good": run.outputBytes])
        for (old, new) in [(#""exit_code":4"#, #""exit_code":"4""#), (#""outcome":"connect""#, #""outcome":"x""#)] {
            let bad = Array(run.output.replacingOccurrences(of: old, with: new).utf8)
            await #expect(throws: ProgramRun.BadOutput.self) {
                try await Validator.schema(schemas, lines: ["bad": bad])
            }
        }
    }

    private func schemas() async throws -> [[UInt8]] {
        var schemas: [[UInt8]] = []
        for subject in ["report", "event", "connection", "serve-summary"] {
            schemas.append(try await Program.run(["schema", subject]).outputBytes)
        }
        return schemas
    }

    /// The lines of `serve --json`: a client that is fine, one that is not, and the summary.
    private func served() async throws -> [UInt8] {
        let server = try await ServeProcess("--tls", "1.3", output: ["--json"])
        _ = try await Program.run(["connect", "localhost:\(server.port)", "-4", "--ca", server.authorityPath])
        _ = try await Program.run(["connect", "localhost:\(server.port)", "-4", "--tls", "1.2"])
        try await server.printed("sslprobe.connection/1", times: 2)
        return try await server.finish().outputBytes
    }
}
