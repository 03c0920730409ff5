import Foundation
import TestSupport
import Testing

/// `serve` with the clients that people have: each completes both versions and, where it can, comes back with a session.
@Suite(.serialized) struct ServeClientTests {
    @Test(arguments: [("1.2", "TLSv1.2"), ("1.3", "TLSv1.3")])
    func curlFetchesAPage(maximum: String, version: String) async throws {
        let server = try await ServeProcess("--alpn", "http/1.1")
        let curl = try await server.curl("--tls-max", maximum, "-i")
        #expect(curl.status == 0, "\(curl)")
        #expect(curl.output.hasPrefix("HTTP/1.1 200 OK\r\n"))
        let report = try await server.report(of: 1)
        #expect(curl.output.hasSuffix("\(version) \(report["tls.cipher.name"]?.text ?? "")\n"))
        #expect(report["tls.version"] == .string(version))
        #expect(report["tls.alpn"] == "http/1.1")
        #expect(report["client_hello.sni"] == "localhost")
        #expect(report["client_hello.alpn"] == ["h2", "http/1.1"])
        #expect(report["data.first_line"] == "GET / HTTP/1.1")
        #expect(report["session.offered"] == false)
        try expectGood(report)
        #expect(try await server.finish().status == 0)
    }

    @Test func opensslComesBackWithItsSession() async throws {
        let server = try await ServeProcess()
        for (version, mechanism) in [("-tls1_2", "ticket"), ("-tls1_3", "psk")] {
            let session = TemporaryFolder.path(UUID().uuidString)
            let first = try await server.openssl(version, "-sess_out", session)
            let second = try await server.openssl(version, "-sess_in", session)
            #expect(first.status == 0 && first.output.contains("New, TLSv1."), "\(first)")
            #expect(second.status == 0 && second.output.contains("Reused, TLSv1."), "\(second)")
            try await expectVisits(at: server, startingWith: version == "-tls1_2" ? 1 : 3, mechanism)
        }
        #expect(try await server.finish().connections().count == 4)
    }

    /// In TLS 1.2 without tickets it is the session's number that comes back.
    @Test func opensslComesBackWithANumber() async throws {
        let server = try await ServeProcess()
        let session = TemporaryFolder.path(UUID().uuidString)
        _ = try await server.openssl("-tls1_2", "-no_ticket", "-sess_out", session)
        let second = try await server.openssl("-tls1_2", "-no_ticket", "-sess_in", session)
        #expect(second.output.contains("Reused, TLSv1.2"), "\(second)")
        try await expectVisits(at: server, startingWith: 1, "id")
    }

    @Test func gnutlsComesBackWithItsSession() async throws {
        let server = try await ServeProcess()
        for (number, version, mechanism) in [(1, "1.2", "ticket"), (3, "1.3", "psk")] {
            let run = try await InstalledProgram.gnutlsCli.run(
                [
                    "--resume", "--priority", "NORMAL:-VERS-ALL:+VERS-TLS\(version)", "--x509cafile",
                    server.authorityPath, "-p", "\(server.port)", "localhost",
                ], input: "GET / HTTP/1.0\r\n\r\n")
            #expect(run.status == 0 && run.output.contains("*** This is a resumed session"), "\(run)")
            #expect(run.output.contains("Status: The certificate is trusted"))
            #expect(run.output.contains("HTTP/1.1 200 OK"))
            try await expectVisits(at: server, startingWith: number, mechanism, closesWell: false)
        }
    }

    @Test func pythonComesBackWithItsSession() async throws {
        let server = try await ServeProcess()
        for (number, version, mechanism) in [(1, "TLSv1_2", "ticket"), (3, "TLSv1_3", "psk")] {
            let run = try await InstalledProgram.python3.run([
                "-c", Self.python, "\(server.port)", server.authorityPath, version,
            ])
            #expect(run.status == 0, "\(run)")
            #expect(run.output.hasPrefix("False\n") && run.output.contains("\nTrue\n"), "\(run)")
            #expect(run.output.ranges(of: "HTTP/1.1 200 OK").count == 2)
            try await expectVisits(at: server, startingWith: number, mechanism)
        }
    }

    /// Debian package: nodejs.
    @Test(.enabled(if: InstalledProgram.node.isInstalled, "node is missing: install the Debian package nodejs"))
    func nodeComesBackWithItsSession() async throws {
        let server = try await ServeProcess()
        for (number, version, mechanism) in [(1, "TLSv1.2", "ticket"), (3, "TLSv1.3", "psk")] {
            let run = try await InstalledProgram.node.run([
                "-e", Self.node, "\(server.port)", server.authorityPath, version,
            ])
            #expect(run.status == 0, "\(run)")
            #expect(run.output.contains("\(version) true false\n"), "\(run)")
            #expect(run.output.contains("\(version) true true\n"), "\(run)")
            #expect(run.output.ranges(of: "HTTP/1.1 200 OK").count == 2)
            try await expectVisits(at: server, startingWith: number, mechanism)
        }
    }

    /// Debian package: default-jdk-headless, which has the compiler that runs a source file.
    @Test(
        .enabled(
            if: InstalledProgram.java.isInstalled && InstalledProgram.javac.isInstalled,
            "java or its compiler is missing: install the Debian package default-jdk-headless"))
    func javaComesBackWithItsSession() async throws {
        let server = try await ServeProcess()
        let source = try TemporaryFolder.write(Array(Self.java.utf8), to: "Client.java")
        let run = try await InstalledProgram.java.run(
            ["-XX:TieredStopAtLevel=1", source, "\(server.port)", server.authorityPath], limit: 120)
        #expect(run.status == 0, "\(run)")
        #expect(run.output.ranges(of: "HTTP/1.1 200 OK").count == 4, "\(run)")
        // Since Java 13 with a ticket, before that with the number of the session.
        let mechanism = try await server.report(of: 2)["session.mechanism"]
        #expect(mechanism == "ticket" || mechanism == "id")
        try await expectVisits(at: server, startingWith: 1, mechanism?.text ?? "")
        try await expectVisits(at: server, startingWith: 3, "psk")
    }

    /// `connect` and `serve` agree on what was negotiated.
    @Test(arguments: ["1.2", "1.3"])
    func bothEndsOfOurOwnAgree(version: String) async throws {
        let server = try await ServeProcess("--tls", version, "--alpn", "x,http/1.1")
        let run = try await Program.connect(
            "localhost:\(server.port)", "-4", "--ca", server.authorityPath, "--http")
        let client = try await run.report(ending: 0)
        let report = try await server.report(of: 1)
        for path in [
            "version", "cipher.name", "cipher.openssl_name", "cipher.bits", "group", "signature_algorithm", "alpn",
            "sni",
            "resumed", "secure_renegotiation", "extended_master_secret", "hello_retry_request",
        ] {
            #expect(client["tls." + path] == report["tls." + path], "\(path)")
        }
        #expect(client["tls.bytes_sent"] == report["tls.bytes_received"])
        #expect(client["tls.bytes_received"] == report["tls.bytes_sent"])
        #expect(client["tickets"]?.elements.count == report["tickets_issued"]?.double.map { Int($0) })
        #expect(client["data.http_status"] == 200)
        try expectGood(report)
    }

    /// Two visits: the second one resumed what the first one was given.
    private func expectVisits(
        at server: ServeProcess, startingWith number: Int, _ mechanism: String, closesWell: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let reports = [try await server.report(of: number), try await server.report(of: number + 1)]
        for report in reports {
            try expectGood(report, closesWell: closesWell, sourceLocation: sourceLocation)
            let version = mechanism == "psk" ? "TLSv1.3" : "TLSv1.2"
            #expect(report["tls.version"] == .string(version), sourceLocation: sourceLocation)
        }
        #expect(reports[0]["session.resumed"] == false, sourceLocation: sourceLocation)
        #expect(reports[0]["session.mechanism"] == .null, sourceLocation: sourceLocation)
        #expect(reports[1]["session.offered"] == true, sourceLocation: sourceLocation)
        #expect(reports[1]["session.resumed"] == true, sourceLocation: sourceLocation)
        #expect(reports[1]["tls.resumed"] == true, sourceLocation: sourceLocation)
        #expect(reports[1]["session.mechanism"] == .string(mechanism), sourceLocation: sourceLocation)
    }

    private func expectGood(
        _ report: JSON, closesWell: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(report["ok"] == true, sourceLocation: sourceLocation)
        #expect(report["outcome"] == "ok", sourceLocation: sourceLocation)
        #expect(report["error"] == .null, sourceLocation: sourceLocation)
        #expect(report["alerts"] == [], sourceLocation: sourceLocation)
        #expect(report["tls.confirmed.value"] == "yes", sourceLocation: sourceLocation)
        #expect(report["close.received"] == true, sourceLocation: sourceLocation)
        // A client that leaves without reading its tickets resets the connection, and may be faster than our answer.
        if closesWell { #expect(report["close.kind"] == "clean", sourceLocation: sourceLocation) }
    }

    private static let python = """
        import socket, ssl, sys
        port, authority, version = int(sys.argv[1]), sys.argv[2], getattr(ssl.TLSVersion, sys.argv[3])
        context = ssl.create_default_context(cafile=authority)
        context.minimum_version = context.maximum_version = version
        session = None
        for _ in range(2):
            raw = socket.create_connection(("127.0.0.1", port), timeout=20)
            with context.wrap_socket(raw, server_hostname="localhost", session=session) as client:
                print(client.session_reused)
                client.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
                while data := client.recv(4096):
                    sys.stdout.write(data.decode())
                session = client.session
                client.unwrap()
        """

    private static let node = """
        const [, port, authority, maxVersion] = process.argv
        const options = {
            port, host: "127.0.0.1", servername: "localhost", maxVersion, ca: require("fs").readFileSync(authority)
        }
        function visit(session, next) {
            const client = require("tls").connect({ ...options, session })
            let last
            client.on("session", (session) => { last = session })
            client.on("secureConnect", () => {
                console.log(client.getProtocol(), client.authorized, client.isSessionReused())
                client.write("GET / HTTP/1.0\\r\\n\\r\\n")
            })
            client.on("data", (data) => process.stdout.write(data))
            client.on("end", () => client.end())
            client.on("close", () => next?.(last))
        }
        visit(undefined, (session) => visit(session))
        """

    private static let java = """
        import java.nio.file.*;
        import java.security.KeyStore;
        import java.security.cert.CertificateFactory;
        import javax.net.ssl.*;

        public class Client {
            public static void main(String[] arguments) throws Exception {
                var store = KeyStore.getInstance(KeyStore.getDefaultType());
                store.load(null, null);
                try (var file = Files.newInputStream(Path.of(arguments[1]))) {
                    var authority = CertificateFactory.getInstance("X.509").generateCertificate(file);
                    store.setCertificateEntry("authority", authority);
                }
                var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(store);
                for (var version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                    var context = SSLContext.getInstance("TLS");
                    context.init(null, trust.getTrustManagers(), null);
                    for (int visit = 0; visit < 2; visit++) visit(context, version, Integer.parseInt(arguments[0]));
                }
            }

            static void visit(SSLContext context, String version, int port) throws Exception {
                try (var client = (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
                    var parameters = client.getSSLParameters();
                    parameters.setEndpointIdentificationAlgorithm("HTTPS");
                    parameters.setProtocols(new String[] {version});
                    client.setSSLParameters(parameters);
                    client.getOutputStream().write("GET / HTTP/1.0\\r\\n\\r\\n".getBytes());
                    System.out.print(new String(client.getInputStream().readAllBytes()));
                }
            }
        }
        """
}
