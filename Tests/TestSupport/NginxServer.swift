import Foundation

/// nginx with a configuration of its own, one process in the foreground, without privileges.
public final class NginxServer: Sendable {
    /// Where it listens, on 127.0.0.1.
    public let port: UInt16
    private let child: ChildProcess
    private let log: String

    /// What it writes into its log of a request: the words of the TLS variables, separated by blanks.
    private static let format = "$ssl_protocol $ssl_cipher $ssl_curve $ssl_alpn_protocol $ssl_client_verify $status"

    /// Starts it with a certificate and more lines for the `server` block.
    public init(_ directives: String = "", certificate: IssuedCertificate) async throws {
        let folder = TemporaryFolder.path("nginx-" + UUID().uuidString)
        log = folder + "/access"
        (child, port) = try await OwnThread.run {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            return try PortSearch.withFreePort { port in
                let text = Self.configuration(folder, port, directives, certificate)
                try text.write(toFile: folder + "/nginx.conf", atomically: true, encoding: .utf8)
                let child = try ChildProcess(
                    InstalledProgram.nginx.path(),
                    ["-p", folder, "-c", folder + "/nginx.conf", "-e", folder + "/error"])
                child.wait(seconds: 10) { Self.answers(port) }
                guard child.ending == nil else {
                    let errors = try? String(contentsOfFile: folder + "/error", encoding: .utf8)
                    throw MissingProgram("nginx did not start: \(child.transcript)\(errors ?? "")")
                }
                return (child, port)
            }
        }
    }

    /// What it has logged of its first request, as words; waits until it is there.
    public func firstRequest() async throws -> [String] {
        let (child, log) = (child, log)
        return try await OwnThread.run {
            var line = ""
            child.wait(seconds: 5) {
                line = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                return line.contains("\n")
            }
            return line.split(separator: "\n").first?.split(separator: " ").map(String.init) ?? []
        }
    }

    private static func answers(_ port: UInt16) -> Bool {
        guard let probe = try? RawSocket.connected(to: port) else { return false }
        close(probe)
        return true
    }

    private static func configuration(
        _ folder: String, _ port: UInt16, _ directives: String, _ certificate: IssuedCertificate
    ) -> String {
        let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(folder)/\($0);" }
        return """
            daemon off;
            master_process off;
            pid \(folder)/pid;
            events {}
            http {
                log_format tls '\(format)';
                access_log \(folder)/access tls;
                \(places.joined(separator: "\n"))
                server {
                    listen 127.0.0.1:\(port) ssl;
                    server_name localhost;
                    ssl_certificate \(certificate.chainPath);
                    ssl_certificate_key \(certificate.keyPath);
                    \(directives)
                    location / { return 200 "hello\\n"; }
                }
            }
            """
    }
}
