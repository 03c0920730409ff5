import Foundation
import TestSupport
import Testing

/// What is sent after the handshake, and what must not be.
@Suite struct DataTests {
    @Test func showsTheAnswerToWhatItSends() async throws {
        let server = try await OpenSSLServer("-rev", certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port, "--send", "stressed\n").report(ending: 0)
        #expect(report["data.bytes_sent"] == 9)
        #expect(report["data.bytes_received"] == 9)
        #expect(report["data.first_line"] == "desserts")
        #expect(report["data.http_status"] == .null)
        #expect(report["data.withheld"] == false)
    }

    @Test func sendsAFile() async throws {
        let server = try await OpenSSLServer("-rev", certificate: Fixtures.get().ecdsa)
        let file = try TemporaryFolder.write(Array("drawer\n".utf8))
        let report = try await connect(server.port, "--send", "@\(file)").report(ending: 0)
        #expect(report["data.first_line"] == "reward")
    }

    @Test func sendsItsInputWhenToldTo() async throws {
        let server = try await OpenSSLServer("-rev", certificate: Fixtures.get().ecdsa)
        let run = try await Program.run(
            [
                "connect", "localhost:\(server.port)", "-4", "--ca", Fixtures.get().root.certificatePath, "--json",
                "--send", "-",
            ], input: .bytes(Array("diaper\n".utf8)))
        #expect(try await run.report(ending: 0)["data.first_line"] == "repaid")
    }

    @Test func leavesItsInputAloneOtherwise() async throws {
        let server = try await OpenSSLServer("-rev", certificate: Fixtures.get().ecdsa)
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("untouched".utf8))
        try pipe.fileHandleForWriting.close()
        let run = try await Program.run(
            [
                "connect", "localhost:\(server.port)", "-4", "--ca", Fixtures.get().root.certificatePath, "--json",
                "--send", "abc\n",
            ], input: .descriptor(pipe.fileHandleForReading.fileDescriptor))
        _ = try await run.report(ending: 0)
        #expect(try pipe.fileHandleForReading.readToEnd() == Data("untouched".utf8))
    }

    @Test func readsAPageOfSServer() async throws {
        let server = try await OpenSSLServer("-www", certificate: Fixtures.get().rsa)
        let report = try await connect(server.port, "--send", "GET / HTTP/1.0\r\n\r\n").report(ending: 0)
        #expect(report["data.first_line"] == "HTTP/1.0 200 ok")
    }

    @Test func asksNginxForAPath() async throws {
        let server = try await NginxServer(
            "location = /missing { return 404; }", certificate: Fixtures.get().ecdsa)
        let report = try await connect(server.port, "--http-path", "/missing").report(ending: 0)
        #expect(report["data.http_status"] == 404)
        #expect(report["tls.alpn_offered"] == ["http/1.1"])
        #expect(try await server.firstRequest().last == "404")
    }

    /// The server prints what reaches it.
    @Test(arguments: ["1.2", "1.3"])
    func withholdsTheUsersDataAfterAFailedVerification(_ version: String) async throws {
        let server = try await OpenSSLServer(certificate: IssuedCertificate.selfSigned())
        let report = try await connect(server.port, "--tls", version, "--send", "confidential\n").report(ending: 8)
        #expect(report["data.withheld"] == true)
        #expect(report["data.bytes_sent"] == 0)
        // It serves one after the other: once it has printed this, it has seen all of the first connection.
        _ = try await connect(server.port, "-k", "--send", "marker\n", "--read-for", "200ms").report(ending: 0)
        #expect(try await server.printed("marker"))
        #expect(!server.transcript.contains("confidential"))
    }

    @Test func sendsItAllTheSameWhenToldToIgnoreTheVerdict() async throws {
        let server = try await OpenSSLServer(certificate: IssuedCertificate.selfSigned())
        let report = try await connect(server.port, "-k", "--send", "confidential\n", "--read-for", "200ms")
            .report(ending: 0)
        #expect(report["data.withheld"] == false)
        #expect(report["data.bytes_sent"] == 13)
        #expect(try await server.printed("confidential"))
    }

    /// HEAD is ours, not the user's, so it is sent.
    @Test func stillProbesAfterAFailedVerification() async throws {
        let server = try await NginxServer(certificate: IssuedCertificate.selfSigned())
        let report = try await connect(server.port, "--http").report(ending: 8)
        #expect(report["data.http_status"] == 200)
        #expect(report["data.withheld"] == false)
    }
}
