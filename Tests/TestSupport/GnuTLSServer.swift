import Foundation

/// `gnutls-serv`, as an HTTP server unless the arguments say otherwise.
public final class GnuTLSServer: Sendable {
    /// Where it listens.
    public let port: UInt16
    private let child: ChildProcess

    /// Starts it with a certificate and these arguments.
    public convenience init(_ arguments: String..., certificate: IssuedCertificate) async throws {
        try await self.init(arguments, certificate: certificate)
    }

    /// The same with the arguments in a list.
    public init(_ arguments: [String], certificate: IssuedCertificate) async throws {
        (child, port) = try await OwnThread.run {
            try PortSearch.withFreePort { port in
                let child = try ChildProcess(
                    InstalledProgram.gnutlsServ.path(),
                    [
                        "--port", "\(port)", "--x509certfile", certificate.chainPath,
                        "--x509keyfile", certificate.keyPath,
                    ] + arguments)
                child.wait(seconds: 10) { child.transcript.contains("IPv4 0.0.0.0 port") }
                guard child.ending == nil, child.transcript.contains("IPv4 0.0.0.0 port") else {
                    throw MissingProgram("gnutls-serv \(arguments) did not start: \(child.transcript)")
                }
                return (child, port)
            }
        }
    }

    /// Whether the installed GnuTLS is at least of this version.
    public static func isAtLeast(_ major: Int, _ minor: Int) async throws -> Bool {
        let version = try await InstalledProgram.gnutlsServ.run(["--version"]).output
        let numbers = version.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
        return !numbers.lexicographicallyPrecedes([major, minor])
    }

    /// Waits until it has printed the text, and returns all that it has printed.
    public func transcript(with text: String, within seconds: Double = 5) async throws -> String {
        let child = child
        return try await OwnThread.run {
            child.wait(seconds: seconds) { child.transcript.contains(text) }
            return child.transcript
        }
    }
}
