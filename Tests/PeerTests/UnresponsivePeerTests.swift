import TestSupport
import Testing

/// Peers that say nothing, little or nothing useful: the right code, within `--timeout` and 250 ms.
@Suite struct UnresponsivePeerTests {
    @Test func aSilentServerRunsIntoTheDeadline() async throws {
        let report = try await expectTimeout(RawServer.silent())
        #expect(report["tls"] == .null || report["tls.version"] == .null)
        #expect(report["verify"] == .null)
        #expect(report["certificates"] == [])
    }

    @Test func aDrippingServerRunsIntoTheDeadline() async throws {
        _ = try await expectTimeout(RawServer.dripping(everyMilliseconds: 50))
    }

    @Test func halfAServerHelloRunsIntoTheDeadline() async throws {
        _ = try await expectTimeout(RawServer.halfServerHello())
    }

    @Test func aServerThatDripsItsWholeFlightRunsIntoTheDeadline() async throws {
        let peer = try await FaultPeer("drip", "1", "20", certificate: Fixtures.get().ecdsa)
        _ = try await expectTimeout(port: peer.port)
    }

    @Test func aListenerThatNeverAcceptsRunsIntoTheDeadline() async throws {
        let peer = try await FaultPeer("accept-only")
        _ = try await expectTimeout(port: peer.port)
    }

    @Test func aDroppedConnectionAttemptRunsIntoTheDeadline() async throws {
        let peer = try await FaultPeer("full-backlog")
        let report = try await expectTimeout(port: peer.port, stage: "tcp")
        #expect(report["address"] == .null)
    }

    @Test func aCloseInTheHandshakeIsAFailedHandshake() async throws {
        let server = try RawServer.closing()
        let report = try await connect(server.port).report(ending: 7)
        #expect(report["error.stage"] == "tls")
        #expect(report["error.code"] == "closed_during_handshake")
    }

    @Test func aResetAtOnceIsNoConnection() async throws {
        let server = try RawServer.resetting()
        let report = try await connect(server.port).report(ending: 4)
        #expect(report["outcome"] == "connect")
        #expect(report["error.stage"] == "tcp")
    }

    @Test func aResetBeforeAnyAnswerIsNoConnection() async throws {
        let server = try RawServer { connection in
            _ = connection.receive()
            connection.resetAtEnd()
        }
        let report = try await connect(server.port).report(ending: 4)
        #expect(report["error.code"] == "reset_before_tls")
    }

    @Test func aResetInTheHandshakeIsAFailedHandshake() async throws {
        let server = try RawServer { connection in
            _ = connection.receive()
            connection.send([0x16, 0x03, 0x03, 0x00, 0x7A, 0x02, 0x00, 0x00, 0x76, 0x03, 0x03])
            // The client has it before the reset, for it would wait for the rest.
            _ = connection.pause(milliseconds: 100)
            connection.resetAtEnd()
        }
        let report = try await connect(server.port).report(ending: 7)
        #expect(report["error.code"] == "reset_during_handshake")
    }

    @Test func aRefusedConnectionIsToldAtOnce() async throws {
        // Nobody listens there; a port that was free a moment ago may be another test's by now.
        let run = try await connect(1)
        let report = try await run.report(ending: 4)
        #expect(report["error.stage"] == "tcp")
        #expect(report["error.code"] == "refused")
        #expect(report["addresses.0.outcome"] == "failed")
        #expect(try #require(report["timings.total_ms"]?.double) < 2000)
    }

    @Test(arguments: [
        ("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "HTTP"),
        ("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "SSH"),
        ("+OK POP3 ready\r\n", "POP3"),
        ("* OK [CAPABILITY IMAP4rev1] ready\r\n", "IMAP"),
        ("220 mail.example ready\r\n", "SMTP or FTP"),
    ])
    func namesWhatIsNotTLS(_ greeting: String, _ name: String) async throws {
        let server = try RawServer.banner(Array(greeting.utf8))
        let report = try await connect(server.port).report(ending: 7)
        #expect(report["error.code"] == "not_tls")
        #expect(try #require(report["error.message"]?.text).contains(name))
        #expect(try #require(report["error.peer_bytes"]?.text).contains(greeting.prefix(8)))
    }

    private func expectTimeout(_ server: RawServer) async throws -> JSON {
        let report = try await expectTimeout(port: server.port)
        withExtendedLifetime(server) {}
        return report
    }

    private func expectTimeout(port: UInt16, stage: JSON = "tls") async throws -> JSON {
        let (run, report) = try await connectWithDeadline(port)
        #expect(run.status == 5, "\(run)")
        #expect(run.seconds >= 0.7)
        #expect(report["outcome"] == "timeout")
        #expect(report["error.stage"] == stage)
        #expect(report["error.code"] == "timed_out")
        return report
    }
}
