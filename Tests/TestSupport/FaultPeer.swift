import Foundation

/// A hostile peer of the fault harness: `python3 Tests/Faults/peers.py MODE`.
public final class FaultPeer: Sendable {
    /// Where it listens, on 127.0.0.1.
    public let port: UInt16
    private let child: ChildProcess

    /// Starts it in a mode, with the mode's arguments and options.
    public convenience init(_ mode: String, _ arguments: String..., certificate: IssuedCertificate? = nil) async throws
    {
        try await self.init(mode, arguments, certificate: certificate)
    }

    /// The same with the arguments in a list.
    public init(_ mode: String, _ arguments: [String], certificate: IssuedCertificate? = nil) async throws {
        (child, port) = try await OwnThread.run {
            let identity = certificate.map { ["--cert", $0.chainPath, "--key", $0.keyPath] } ?? []
            let child = try ChildProcess(
                InstalledProgram.python3.path(), [Self.script, mode] + arguments + identity + ["--until-eof"])
            // The first one compiles a C program.
            child.wait(seconds: 60) { child.output.contains(UInt8(ascii: "\n")) }
            let line = String(decoding: child.output.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            guard let port = UInt16(line) else {
                throw MissingProgram("peers.py \(mode) did not start: \(child.transcript)")
            }
            return (child, port)
        }
    }

    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Faults/peers.py").path
}
