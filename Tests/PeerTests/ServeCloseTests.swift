import Foundation
import Glibc
import TestSupport
import Testing

/// How connections of `serve` end: by its own hand, and by the client's.
@Suite(.serialized) struct ServeCloseTests {
    /// A client of Python that does this once its handshake is over; what it prints.
    private func python(
        _ server: ServeProcess, _ lines: String, version: String = "TLSv1_2"
    ) async throws -> ClientRun {
        let script = """
            import socket, ssl, struct, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            context.maximum_version = ssl.TLSVersion.\(version)
            raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20)
            client = context.wrap_socket(raw, server_hostname="localhost", suppress_ragged_eofs=False)
            \(lines)
            """
        return try await InstalledProgram.python3.run(["-c", script, "\(server.port)", server.authorityPath])
    }

    private func expect(
        _ report: JSON, sent: Bool, received: Bool, kind: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(report["close.sent"] == .bool(sent), sourceLocation: sourceLocation)
        #expect(report["close.received"] == .bool(received), sourceLocation: sourceLocation)
        #expect(report["close.kind"] == .string(kind), sourceLocation: sourceLocation)
    }

    @Test(arguments: ["TLSv1_2", "TLSv1_3"])
    func closesCleanly(version: String) async throws {
        let server = try await ServeProcess()
        let run = try await python(
            server,
            """
            client.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
            while client.recv(4096): pass
            print(client.unwrap() is not None)
            """, version: version)
        #expect(run.output == "True\n", "\(run)")
        let report = try await server.report(of: 1)
        expect(report, sent: true, received: true, kind: "clean")
        #expect(report["ok"] == true)
    }

    /// close_notify and FIN, and it reads on.
    @Test(arguments: ["TLSv1_2", "TLSv1_3"])
    func closesItsHalf(version: String) async throws {
        let server = try await ServeProcess("--close", "half")
        let run = try await python(
            server,
            """
            client.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
            try:
                while client.recv(4096): pass
            except ssl.SSLZeroReturnError: pass
            client.sendall(b"there is more to say")
            client.unwrap()
            """, version: version)
        #expect(run.status == 0, "\(run)")
        let report = try await server.report(of: 1)
        expect(report, sent: true, received: true, kind: "clean")
        #expect(report["data.bytes_received"] == 38)
        let names = try await server.finish().lines().filter { $0["conn"] == 1 }.map { $0["event"] }
        #expect(
            names.suffix(7) == [
                "application_data", "application_data", "close_notify", "application_data", "close_notify",
                "tcp_closed",
                "client_closed",
            ])
    }

    @Test(arguments: ["TLSv1_2", "TLSv1_3"])
    func closesAbruptly(version: String) async throws {
        let server = try await ServeProcess("--close", "abrupt")
        let run = try await python(
            server,
            """
            client.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
            try:
                while client.recv(4096): pass
            except ssl.SSLEOFError: print("no close_notify")
            """, version: version)
        #expect(run.output == "no close_notify\n", "\(run)")
        let report = try await server.report(of: 1)
        expect(report, sent: false, received: false, kind: "none")
        #expect(report["ok"] == true)
        #expect(try await server.finish().eventNames().filter { $0 == "close_notify" }.isEmpty)
    }

    @Test func tellsAClientThatOnlyLeaves() async throws {
        let server = try await ServeProcess("--reply", "sink")
        _ = try await python(server, "raw = client.detach(); import os; os.close(raw)")
        let report = try await server.report(of: 1)
        expect(report, sent: false, received: false, kind: "truncated")
        #expect(report["ok"] == true && report["tls.version"] == "TLSv1.2")
    }

    @Test func tellsAClientThatResetsTheConnection() async throws {
        let server = try await ServeProcess("--reply", "sink")
        _ = try await python(
            server,
            """
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            import os; os.close(client.detach())
            """)
        let report = try await server.report(of: 1)
        expect(report, sent: false, received: false, kind: "reset")
        #expect(report["ok"] == true)
    }

    @Test func tellsAClientThatClosesFirst() async throws {
        let server = try await ServeProcess("--reply", "sink")
        _ = try await python(server, "client.unwrap()")
        expect(try await server.report(of: 1), sent: true, received: true, kind: "clean")
    }

    /// Its close_notify is there, and nobody to take ours; the server is stopped so that it sees both at once.
    @Test func tellsAClientThatClosesAndIsGone() async throws {
        let server = try await ServeProcess("--reply", "sink")
        let script = """
            import os, socket, ssl, struct, sys
            context = ssl.create_default_context(cafile=sys.argv[2])
            raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20)
            client = context.wrap_socket(raw, server_hostname="localhost")
            print("ready", flush=True)
            sys.stdin.readline()
            client.setblocking(False)
            try: client.unwrap()
            except ssl.SSLWantReadError: pass
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(client.detach())
            """
        let child = try ChildProcess(
            InstalledProgram.python3.path(), ["-c", script, "\(server.port)", server.authorityPath])
        #expect(try await server.printed(#""event":"handshake_done""#))
        server.signal(SIGSTOP)
        child.type("\n")
        let hasEnded = try await OwnThread.run { child.wait(seconds: 20) && child.ending?.status == 0 }
        server.signal(SIGCONT)
        #expect(hasEnded, "\(child.transcript)")
        let report = try await server.report(of: 1)
        expect(report, sent: false, received: true, kind: "half")
        #expect(report["ok"] == true)
    }

    /// The answer to a fatal alert is none.
    @Test func tellsAClientThatSendsAnAlert() async throws {
        let server = try await ServeProcess("--tls", "1.2", "--reply", "sink")
        let client = try await OpenSSLClient(server.port)
        client.type("R")
        let report = try await server.report(of: 1)
        expect(report, sent: false, received: false, kind: "none")
        #expect(report["outcome"] == "rejected" && report["error.stage"] == "post_handshake")
    }

    @Test(arguments: [true, false])
    func givesUpOnAHandshakeInTime(drips: Bool) async throws {
        let server = try await ServeProcess("--handshake-timeout", "400ms")
        let client = try RawClient(port: server.port)
        if drips { client.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]) }
        #expect(try await OwnThread.run { client.drain() })
        let report = try await server.report(of: 1)
        #expect(report["outcome"] == "timeout" && report["error.code"] == "timed_out")
        #expect(report["error.message"]?.text?.hasPrefix("no ClientHello in ") == true)
        #expect(try #require(report["duration_ms"]?.double) >= 400)
        let names = try await server.finish().eventNames()
        #expect(
            names == [
                "listening", "client_connected", "handshake_started", "timeout", "tcp_closed", "error",
                "client_closed", "summary",
            ])
    }
}
