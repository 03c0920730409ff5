import Foundation
import TestSupport
import Testing

/// What `--version` says of the library, held against what its own program says.
@Suite struct VersionTests {
    @Test func namesItselfAndTheLibrary() async throws {
        let run = try await Program.run(["--version"])
        let lines = run.output.split(separator: "\n").map(String.init)
        #expect(run.status == 0 && lines.count == 4, "\(run)")
        let installed = try await InstalledProgram.openssl.run(["version"]).output.split(separator: " ")[1]
        #expect(lines.first?.hasPrefix("sslprobe ") == true && lines.first?.contains("OpenSSL \(installed)") == true)
        #expect(
            lines.dropFirst().map { $0.prefix { $0 != ":" } } == ["TLS versions", "post-quantum groups", "providers"])
    }

    @Test func tellsWhatTheLibraryCanDo() async throws {
        let run = try await Program.run(["--version", "--json"])
        let version = try JSON(parsing: run.outputBytes)
        #expect(run.status == 0 && version["name"] == "sslprobe", "\(run)")
        let linked = try #require(version["openssl.linked"]?.text)
        let features = try #require(version["features"])
        #expect(features["tls_versions"]?.elements.contains("TLSv1.3") == true)
        #expect(features["providers"]?.elements.isEmpty == false && features["fips_only"] == false)
        // 3.5 brought them.
        let isRecent = linked.compare("3.5", options: .numeric) != .orderedAscending
        #expect(features["post_quantum_groups"]?.elements.contains("X25519MLKEM768") == isRecent)
        // A group that it names is one that it takes.
        let taken = try await Program.run(["connect", "localhost:1", "--groups", "X25519MLKEM768"])
        #expect(taken.status == (isRecent ? 4 : 14), "\(taken)")
    }
}
