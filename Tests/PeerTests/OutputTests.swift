import Foundation
import TestSupport
import Testing

/// Where results and complaints go.
@Suite struct OutputTests {
    @Test func pathsOfAFailedRunComeWithAComplaint() async throws {
        let server = try await OpenSSLServer(certificate: IssuedCertificate.selfSigned())
        let run = try await Program.run([
            "connect", "localhost:\(server.port)", "-4", "--ca", Fixtures.get().root.certificatePath, "--get",
            "outcome,exit_code",
        ])
        #expect(run.status == 8)
        #expect(run.output == "verify\t8\n")
        #expect(run.errors.contains("localhost:\(server.port)"))
        #expect(run.errors.split(separator: "\n").count == 1)
    }

    @Test func aMistakeLeavesTheFileAsItWas() async throws {
        let file = try TemporaryFolder.write(Array("precious".utf8))
        let server = try RawServer.silent()
        let run = try await Program.run([
            "connect", "localhost:\(server.port)", "-4", "--ciphers", "bogus", "-o", file,
        ])
        #expect(run.status == 64)
        #expect(run.errors.contains("--ciphers"))
        #expect(run.outputBytes.isEmpty)
        #expect(server.connectionCount == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
    }

    /// Nobody's standard output is of interest to one who writes into a file.
    @Test func aReaderThatLeftMattersOnlyToWhatItWouldRead() async throws {
        let server = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        let file = TemporaryFolder.path(UUID().uuidString)
        let target = ["connect", "localhost:\(server.port)", "-4", "--ca", try Fixtures.get().root.certificatePath]
        #expect(try await statusWithoutReader(target + ["--json"]) == 141)
        #expect(try await statusWithoutReader(target + ["--json", "-o", file]) == 0)
        let written = try JSON(parsing: Array(Data(contentsOf: URL(fileURLWithPath: file))))
        #expect(written["ok"] == true)
    }

    @Test(arguments: [["help", "foo"], ["connect", "localhost:1", "--http", "--alpn", "h2"]])
    func isAUsageErrorThatPrintsNoResult(_ arguments: [String]) async throws {
        let run = try await Program.run(arguments)
        #expect(run.status == 64, "\(run)")
        #expect(run.outputBytes.isEmpty)
        #expect(!run.errorBytes.isEmpty)
    }

    @Test func optionsMayComeBeforeTheTarget() async throws {
        let server = try await OpenSSLServer(certificate: Fixtures.get().ecdsa)
        let options = ["--json", "-4", "--tls", "1.2", "--ca", try Fixtures.get().root.certificatePath]
        for arguments in [["connect"] + options, options] {
            let report = try await Program.run(arguments + ["localhost:\(server.port)"]).report(ending: 0)
            #expect(report["tls.version"] == "TLSv1.2")
            #expect(report["address"] == "127.0.0.1")
        }
    }

    /// Runs the program with a pipe for its standard output whose reader has left already.
    private func statusWithoutReader(_ arguments: [String]) async throws -> Int32 {
        let script = #"mkfifo "$0" && exec 3<>"$0" 4>"$0" 3>&- && exec "$@" >&4"#
        let pipe = TemporaryFolder.path(UUID().uuidString)
        return try await OwnThread.run {
            let child = try ChildProcess("/bin/sh", ["-c", script, pipe, Program.path] + arguments)
            child.wait(seconds: 20)
            return try #require(child.ending?.status, "\(child.transcript)")
        }
    }
}
