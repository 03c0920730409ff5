import Foundation
import TestSupport

/// The hosts that README and examples speak of, each a `serve`, and a folder to work in.
struct CookbookServers {
    private let plain: ServeProcess
    private let mutual: ServeProcess
    private let other: ServeProcess
    private let folder: URL

    init() async throws {
        folder = TemporaryFolder.url.appendingPathComponent(UUID().uuidString)
        let programs = folder.appendingPathComponent("bin")
        try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: programs.appendingPathComponent("sslprobe"),
            withDestinationURL: URL(fileURLWithPath: Program.path).absoluteURL)
        plain = try await ServeProcess()
        mutual = try await ServeProcess(
            "--client-auth", "require", "--write-client-cert", folder.appendingPathComponent("me.pem").path)
        other = try await ServeProcess()
        let authorities = try [plain, mutual, other].map {
            try String(contentsOfFile: $0.authorityPath, encoding: .utf8)
        }
        try authorities.joined().write(toFile: path("authorities.pem"), atomically: true, encoding: .utf8)
    }

    /// Two names of the server that all is well with.
    var targets: [String] { ["localhost:\(plain.port)", "127.0.0.1:\(plain.port)"] }

    /// The path of a file in the folder.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// A text with these hosts in place of those that it names.
    func replacingHosts(in text: String) -> String {
        let hosts = [
            ("api", "localhost:\(mutual.port)"), ("node3", "localhost:\(other.port)"), ("node2", targets[1]),
            ("node1", targets[0]), ("www", targets[0]),
        ]
        let replaced = hosts.reduce(text) { $0.replacingOccurrences(of: "\($1.0).example.com", with: $1.1) }
        return replaced.replacingOccurrences(of: "example.com", with: targets[0])
    }

    /// Runs a script in the folder by `bash -e`, with `sslprobe` in PATH.
    func run(_ script: String, environment: [String: String] = [:], input: String = "") async throws -> ClientRun {
        let search = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let own = ["PATH": "\(path("bin")):\(search)", "SSL_CERT_FILE": path("authorities.pem")]
        return try await InstalledProgram.bash.run(
            ["-e", "-c", "cd '\(folder.path)'\n" + script], environment: own.merging(environment) { $1 }, input: input)
    }

    /// A file of the project as text.
    static func source(_ name: String) throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(name)").standardized
        return try String(contentsOf: file, encoding: .utf8)
    }
}
