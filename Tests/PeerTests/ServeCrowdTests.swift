import Foundation
import TestSupport
import Testing

/// `serve` among clients that do nothing, too slowly, or many times over.
@Suite(.serialized) struct ServeCrowdTests {
    /// A crowd of a program's own, since descriptors are few: so many idle connections, and so many that send the start of
    /// a ClientHello byte by byte.
    private func crowd(at port: UInt16, idle: Int, dripping: Int) async throws -> ChildProcess {
        let script = """
            import resource, socket, sys, time
            resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
            port, idle, dripping = map(int, sys.argv[1:])
            clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(idle + dripping)]
            hello = bytes.fromhex("1603010200010001fc0303") + bytes(500)
            print("ready", flush=True)
            for byte in hello:
                for client in clients[idle:]:
                    try: client.send(bytes([byte]))
                    except OSError: pass
                time.sleep(0.05)
            sys.stdin.read()
            """
        return try await OwnThread.run {
            let child = try ChildProcess(
                InstalledProgram.python3.path(), ["-c", script, "\(port)", "\(idle)", "\(dripping)"])
            child.wait(seconds: 30) { child.transcript.contains("ready") }
            #expect(child.transcript.hasPrefix("ready"))
            return child
        }
    }

    /// s_client's whole life against a busy server; a busy machine may delay one of them, a busy server would delay all.
    private func expectPromptService(
        at server: ServeProcess, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var shortest = Double.infinity
        for _ in 0..<8 where shortest > 1 {
            let run = try await server.openssl()
            #expect(run.status == 0, "\(run)", sourceLocation: sourceLocation)
            shortest = min(shortest, run.seconds)
        }
        #expect(shortest <= 1, sourceLocation: sourceLocation)
    }

    @Test func idleAndDrippingClientsDelayNobody() async throws {
        let server = try await ServeProcess("--handshake-timeout", "10m")
        let crowd = try await crowd(at: server.port, idle: 500, dripping: 50)
        #expect(try await server.printed(#""event":"client_connected""#, times: 550))
        try await expectPromptService(at: server)
        #expect(server.descriptorCount > 550)
        let run = try await server.finish()
        #expect(run.status == 0 && run.seconds < 10)
        let summary = try #require(try await run.serveSummary())
        #expect(try #require(summary["connections"]?.double) > 550)
        #expect(try #require(summary["ok_count"]?.double) >= 1)
        withExtendedLifetime(crowd) {}
    }

    /// Nobody is dropped: who is one too many waits until another leaves.
    @Test func moreThanAreTakenAtOnceWait() async throws {
        let server = try await ServeProcess("--max-connections", "2", "--handshake-timeout", "30s")
        var idle = try (0..<2).map { _ in try RawClient(port: server.port) }
        #expect(try await server.printed(#""event":"client_connected""#, times: 2))
        async let served = server.openssl()
        try await Task.sleep(for: .milliseconds(300))
        #expect(server.transcript.ranges(of: #""event":"client_connected""#).count == 2)
        idle.removeLast()
        #expect(try await served.status == 0)
        #expect(try await server.report(of: 3)["ok"] == true)
        withExtendedLifetime(idle) {}
    }

    /// A process without a free descriptor waits, and does not spin meanwhile.
    @Test func aLackOfDescriptorsIsWaitedOut() async throws {
        let script = #"ulimit -n 64 && exec "$@""#
        let ready = TemporaryFolder.path(UUID().uuidString)
        let arguments = [
            "serve", "--listen", "127.0.0.1:0", "--ready-file", ready, "--handshake-timeout", "3s", "--jsonl",
        ]
        let child = try await OwnThread.run {
            let child = try ChildProcess("/bin/sh", ["-c", script, "sh", Program.path] + arguments)
            child.wait(seconds: 20) { FileManager.default.fileExists(atPath: ready) }
            return child
        }
        let address = try String(contentsOfFile: ready, encoding: .utf8).dropLast()
        let port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
        let idle = try (0..<100).map { _ in try RawClient(port: port) }
        let curl = try await InstalledProgram.curl.run(["-sSk", "--max-time", "30", "https://\(address)/"])
        #expect(curl.status == 0, "\(curl)")
        let ending = try await OwnThread.run {
            child.signal(SIGTERM)
            child.wait(seconds: 20)
            return child.ending
        }
        #expect(ending?.status == 0)
        #expect(child.transcript.contains("leaves room for"))
        withExtendedLifetime(idle) {}
    }

    /// Full handshakes one after the other; what they take is given back.
    @Test func leavesNothingBehind() async throws {
        let server = try await ServeProcess("-q", output: [])
        let script = """
            import socket, ssl, sys
            for _ in range(int(sys.argv[3])):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.load_verify_locations(sys.argv[2])
                raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=30)
                with context.wrap_socket(raw, server_hostname="localhost") as client:
                    client.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
                    while client.recv(4096): pass
                    client.unwrap()
            """
        func visit(_ count: Int) async throws {
            let python = try await InstalledProgram.python3.run(
                ["-c", script, "\(server.port)", server.authorityPath, "\(count)"])
            #expect(python.status == 0, "\(python)")
        }
        try await visit(100)
        let (descriptors, memory) = (server.descriptorCount, server.residentKilobytes)
        try await visit(500)
        #expect(server.descriptorCount == descriptors)
        #expect(server.residentKilobytes - memory <= 2048)
        let run = try await server.finish()
        #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
    }
}
