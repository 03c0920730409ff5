import Foundation
import TestSupport
import Testing

/// The ways to come back: how a server is made to offer each, and what is resumed by it.
struct SessionKind: Sendable, CustomTestStringConvertible {
    let name: String
    let options: [String]
    let isModern: Bool

    static let identifier = SessionKind(name: "id", options: ["-tls1_2", "-no_ticket"], isModern: false)
    static let ticket = SessionKind(name: "ticket", options: ["-tls1_2"], isModern: false)
    static let psk = SessionKind(name: "psk", options: ["-tls1_3"], isModern: true)
    static let all = [identifier, ticket, psk]

    var testDescription: String { name }

    /// `openssl s_server` that answers HTTP and lets clients come back in this way.
    func server(_ more: String..., certificate: IssuedCertificate? = nil) async throws -> OpenSSLServer {
        try await OpenSSLServer(options + ["-www"] + more, certificate: certificate ?? Fixtures.get().ecdsa)
    }
}

/// A path that nobody else has.
func newPath() -> String { TemporaryFolder.path(UUID().uuidString) }

/// The permissions of a file.
func mode(of path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
}

/// The content of a file.
func content(of path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

/// Runs a client command on a port of localhost, with the shared root as the only authority.
func client(
    _ command: String, _ port: UInt16, _ arguments: [String], authority: String? = nil,
    input: ChildProcess.StandardInput = .bytes([])
) async throws -> ProgramRun {
    let authority = try authority ?? Fixtures.get().root.certificatePath
    return try await Program.run(
        [command, "localhost:\(port)", "-4", "--ca", authority, "--json", "--events"] + arguments, input: input,
        limit: 60)
}

/// Connects and returns the file of the session.
func savedSession(
    _ port: UInt16, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
) async throws -> String {
    let path = newPath()
    let run = try await client("connect", port, ["--save-session", path] + patiently + arguments)
    #expect(run.status == 0, "\(run)", sourceLocation: sourceLocation)
    return path
}

/// What `openssl s_client` has to say of a visit with these arguments.
func openSSLVisit(_ port: UInt16, _ arguments: String...) async throws -> ClientRun {
    try await InstalledProgram.openssl.run(
        [
            "s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost", "-CAfile",
            Fixtures.get().root.certificatePath, "-ign_eof",
        ] + arguments, input: "GET / HTTP/1.0\r\n\r\n")
}

extension ProgramRun {
    /// Whether the session was resumed, and by which mechanism it was offered; from the events of the last connection.
    func offer() async throws -> (mechanism: JSON?, isResumed: JSON?) {
        let report = try await report()
        let events = report["events"]?.elements ?? []
        return (
            events.last { $0["event"] == "session_offered" }?["mechanism"],
            events.last { $0["event"] == "handshake_done" }?["resumed"]
        )
    }

    /// The run offered the session and was resumed with it.
    func expectResumed(by kind: SessionKind, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let offer = try await offer()
        #expect(
            offer.mechanism == .string(kind.name) && offer.isResumed == true, "\(self)", sourceLocation: sourceLocation)
    }

    /// The run offered no session.
    func expectNotOffered(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let offer = try await offer()
        #expect(offer.mechanism == nil && offer.isResumed == false, "\(self)", sourceLocation: sourceLocation)
    }
}
