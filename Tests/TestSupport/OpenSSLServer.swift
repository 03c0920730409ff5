import Foundation

/// `openssl s_server` on a port that nobody chose.
public final class OpenSSLServer: Sendable {
    /// Where it listens, on 127.0.0.1 unless told otherwise.
    public let port: UInt16
    private let child: ChildProcess

    /// Starts it with these arguments and, when given, a certificate with its chain.
    ///
    /// Its standard input stays open: at its end it would leave. `-quiet` would hide the port.
    public convenience init(
        _ arguments: String..., certificate: IssuedCertificate? = nil, host: String = "127.0.0.1"
    ) async throws {
        try await self.init(arguments, certificate: certificate, host: host)
    }

    /// The same with the arguments in a list.
    public init(
        _ arguments: [String], certificate: IssuedCertificate? = nil, host: String = "127.0.0.1"
    ) async throws {
        (child, port) = try await OwnThread.run {
            let identity = certificate.map { ["-cert", $0.certificatePath, "-key", $0.keyPath] } ?? []
            let chain = try certificate.map(Self.chainArguments) ?? []
            let child = try ChildProcess(
                InstalledProgram.openssl.path(),
                ["s_server", "-accept", "\(host):0"] + identity + chain + arguments)
            child.wait(seconds: 10) { Self.port(in: child.transcript) != nil }
            guard let port = Self.port(in: child.transcript) else {
                throw MissingProgram("openssl s_server \(arguments) did not start: \(child.transcript)")
            }
            return (child, port)
        }
    }

    /// What it has printed so far.
    public var transcript: String { child.transcript }

    /// Types one of its commands, such as `r` for a renegotiation, with its newline.
    public func type(_ command: String) { child.type(command) }

    /// Waits until it has printed one of the texts; its output lags behind its peer.
    public func printed(_ texts: String..., within seconds: Double = 5) async throws -> Bool {
        let child = child
        return try await OwnThread.run {
            let isThere = { texts.contains { child.transcript.contains($0) } }
            child.wait(seconds: seconds, until: isThere)
            return isThere()
        }
    }

    /// `-cert` takes the first certificate of a file alone, `-cert_chain` sends all of them: the leaf must not be there.
    private static func chainArguments(of certificate: IssuedCertificate) throws -> [String] {
        let start = "-----BEGIN CERTIFICATE-----"
        let text = try String(contentsOfFile: certificate.chainPath, encoding: .utf8)
        let others = text.components(separatedBy: start).dropFirst(2)
        guard !others.isEmpty else { return [] }
        return ["-cert_chain", try TemporaryFolder.write(Array(others.map { start + $0 }.joined().utf8))]
    }

    private static func port(in transcript: String) -> UInt16? {
        // The line has to be whole: a port cut short is a port as well.
        guard let start = transcript.firstRange(of: "ACCEPT ")?.upperBound,
            let end = transcript[start...].firstIndex(of: "\n"),
            let port = transcript[start..<end].split(separator: ":").last
        else { return nil }
        return UInt16(port)
    }
}
