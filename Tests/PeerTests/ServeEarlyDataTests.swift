import Foundation
import TestSupport
import Testing

/// Early data at `serve`: taken, limited, and protected against a replay.
@Suite(.serialized) struct ServeEarlyDataTests {
    private static let request = "GET /early HTTP/1.0\r\n\r\n"

    /// A session of the server, and a file with a request to send along with it.
    private func prepare(_ server: ServeProcess, _ text: String = request) async throws -> [String] {
        let session = TemporaryFolder.path(UUID().uuidString)
        let first = try await server.openssl("-tls1_3", "-sess_out", session)
        #expect(first.status == 0, "\(first)")
        return ["-sess_in", session, "-early_data", try TemporaryFolder.write(Array(text.utf8))]
    }

    @Test(arguments: [[], ["--anti-replay", "on"]])
    func isTakenOnceWithProtection(protection: [String]) async throws {
        let server = try await ServeProcess(["--early-data", "1kB"] + protection)
        let arguments = try await prepare(server)
        let first = try await server.openssl(arguments: arguments, sending: "")
        #expect(first.output.contains("Early data was accepted"), "\(first)")
        #expect(first.output.contains("HTTP/1.1 200 OK"))
        let second = try await server.openssl(arguments: arguments)
        #expect(second.output.contains("Early data was rejected"), "\(second)")
        #expect(second.output.contains("HTTP/1.1 200 OK"))

        let run = try await server.finish()
        let reports = try await run.connections()
        #expect(reports.map { $0["tls.early_data"] } == [.null, "accepted", "rejected"])
        #expect(reports.map { $0["client_hello.early_data_offered"] } == [false, true, true])
        #expect(reports.map { $0["session.resumed"] } == [false, true, false])
        #expect(reports.map { $0["data.first_line"] } == ["GET / HTTP/1.0", "GET /early HTTP/1.0", "GET / HTTP/1.0"])
        let events = try await run.lines().filter { $0["event"] == "early_data" }
        #expect(events.map { $0["status"] } == ["accepted", "rejected"])
        let tickets = try await run.lines().filter { $0["event"] == "new_session_ticket" }
        #expect(tickets.allSatisfy { $0["max_early_data"] == 1024 })
    }

    @Test(arguments: [[], ["--rotate-ticket-key", "1h"]])
    func isTakenTwiceWithoutProtection(rotation: [String]) async throws {
        let server = try await ServeProcess(["--early-data", "1kB", "--anti-replay", "off"] + rotation)
        let arguments = try await prepare(server)
        for _ in 0..<2 {
            let run = try await server.openssl(arguments: arguments, sending: "")
            #expect(run.output.contains("Early data was accepted"), "\(run)")
            #expect(run.output.contains("Reused, TLSv1.3"))
        }
        let reports = try await server.finish().connections()
        #expect(reports.map { $0["tls.early_data"] } == [.null, "accepted", "accepted"])
        #expect(reports.suffix(2).map { $0["data.first_line"] } == ["GET /early HTTP/1.0", "GET /early HTTP/1.0"])
    }

    @Test func isNotOfferedUnlessAskedFor() async throws {
        let server = try await ServeProcess()
        let arguments = try await prepare(server)
        let second = try await server.openssl(arguments: arguments)
        #expect(second.status == 0 && second.output.contains("Early data was not sent"), "\(second)")
        #expect(try await server.report(of: 2)["tls.early_data"] == .null)
    }

    /// A client that breaks the limit, which OpenSSL would not send: the bytes come in by another server's promise.
    @Test func isEchoedLikeOtherData() async throws {
        let server = try await ServeProcess("--early-data", "16kB", "--reply", "echo")
        let session = TemporaryFolder.path(UUID().uuidString)
        let client = try await OpenSSLClient(server.port, "-tls1_3", "-sess_out", session)
        client.type("#first")
        #expect(try await client.printed("#first"))
        try await client.quit()
        let text = String(repeating: "early data, ", count: 1000)
        let second = try await OpenSSLClient(
            server.port, "-sess_in", session, "-early_data", try TemporaryFolder.write(Array(text.utf8)))
        #expect(try await second.printed(text))
        second.type("\nlate data")
        #expect(try await second.printed("late data"))
        try await second.quit()
        let report = try await server.report(of: 2)
        #expect(report["tls.early_data"] == "accepted")
        #expect(report["data.bytes_received"] == report["data.bytes_sent"])
        #expect(try #require(report["data.bytes_received"]?.double) > 12_000)
    }
}
