import Foundation
import TestSupport
import Testing

/// Certificates that most tests share; made once per run.
struct Fixtures: Sendable {
    let root: CertificateAuthority
    let intermediate: CertificateAuthority
    /// For localhost and 127.0.0.1, under the intermediate.
    let ecdsa: IssuedCertificate
    let rsa: IssuedCertificate
    /// Of a client, under the root.
    let client: IssuedCertificate

    private static let made = Result { try Fixtures() }

    static func get() throws -> Fixtures { try made.get() }

    private init() throws {
        root = try CertificateAuthority()
        intermediate = try root.intermediate()
        ecdsa = try intermediate.issue()
        var template = CertificateTemplate()
        template.key = .rsa(2048)
        rsa = try intermediate.issue(template)
        client = try root.issue(.named("client.example"))
    }
}

/// Runs `connect` to a port of localhost, with the shared root as the only authority, and returns the run.
func connect(_ port: UInt16, _ arguments: String...) async throws -> ProgramRun {
    try await connect(port, arguments)
}

/// The same with the arguments in a list.
func connect(_ port: UInt16, _ arguments: [String]) async throws -> ProgramRun {
    try await Program.run(
        ["connect", "localhost:\(port)", "-4", "--ca", Fixtures.get().root.certificatePath, "--json"] + arguments)
}

/// Makes a server's objection, or its first ticket, count however late a busy machine lets it come.
let patiently = ["--settle", "5s"]

/// Runs `connect` with a deadline of 700 ms, which it has to keep by its own clock, and ends soon after.
///
/// A busy machine may delay one run, and the start of any; a missing deadline would delay all.
func connectWithDeadline(
    _ port: UInt16, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
) async throws -> (run: ProgramRun, report: JSON) {
    let all =
        [
            "connect", "localhost:\(port)", "-4", "--ca", try Fixtures.get().root.certificatePath, "--json",
            "--timeout", "700ms",
        ] + arguments
    var (run, milliseconds) = (try await Program.run(all), 0.0)
    var report = try await run.report()
    for _ in 0..<3 {
        milliseconds = try #require(report["timings.total_ms"]?.double)
        if milliseconds <= 950, run.seconds <= 4 { break }
        run = try await Program.run(all)
        report = try await run.report()
    }
    #expect(milliseconds <= 950, "\(run)", sourceLocation: sourceLocation)
    #expect(run.seconds <= 4, "\(run)", sourceLocation: sourceLocation)
    #expect(run.peakKilobytes <= Program.memoryLimit, sourceLocation: sourceLocation)
    return (run, report)
}

extension ProgramRun {
    /// The report of a run that must end with this code.
    func report(ending code: Int32, sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSON {
        #expect(status == code, "\(self)", sourceLocation: sourceLocation)
        let report = try await report()
        #expect(report["exit_code"] == .number(Double(code)), sourceLocation: sourceLocation)
        #expect(report["ok"] == .bool(code == 0), sourceLocation: sourceLocation)
        #expect((report["error"] == .null) == (code == 0), sourceLocation: sourceLocation)
        return report
    }
}

/// What `openssl s_client` sends first, with these arguments.
func recordedClientHello(_ arguments: String...) async throws -> [UInt8] {
    let record = Record()
    let listener = try RawServer { record.keep($0.receive()) }
    _ = try await InstalledProgram.openssl.run(
        ["s_client", "-connect", "127.0.0.1:\(listener.port)", "-servername", "localhost"] + arguments)
    return try #require(record.bytes)
}

/// What came first.
private final class Record: @unchecked Sendable {
    // Sendable without a check: written before the program ends that is waited for.
    private(set) var bytes: [UInt8]?

    func keep(_ bytes: [UInt8]) { if self.bytes == nil, !bytes.isEmpty { self.bytes = bytes } }
}
