import Foundation
import TestSupport
import Testing

/// `serve --client-auth`, with the authority and the client's certificate that it makes itself.
@Suite(.serialized) struct ServeClientAuthTests {
    /// What a client shows.
    enum Shown: String, CaseIterable, Sendable { case ours, nothing, strangers }

    /// A server that wrote a client's certificate, and the clients that come to it.
    private struct Station {
        let server: ServeProcess
        let clientPath: String

        init(_ when: String, tls: String, _ arguments: String...) async throws {
            clientPath = TemporaryFolder.path(UUID().uuidString + ".client.pem")
            server = try await ServeProcess(
                ["--client-auth", when, "--write-client-cert", clientPath, "--tls", tls] + arguments)
        }

        /// One visit of s_client, and the server's report of it.
        func visit(_ shown: Shown, number: Int, _ arguments: String...) async throws -> (ClientRun, JSON) {
            let identity =
                switch shown {
                case .ours: ["-cert", clientPath]
                case .nothing: [String]()
                case .strangers:
                    try ["-cert", Fixtures.get().client.certificatePath, "-key", Fixtures.get().client.keyPath]
                }
            let run = try await InstalledProgram.openssl.run(
                [
                    "s_client", "-connect", "127.0.0.1:\(server.port)", "-CAfile", server.authorityPath, "-ign_eof",
                ] + identity + arguments, input: "GET / HTTP/1.0\r\n\r\n")
            return (run, try await server.report(of: number))
        }
    }

    private func expectServed(_ run: ClientRun, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(run.status == 0 && run.output.contains("HTTP/1.1 200 OK"), "\(run)", sourceLocation: sourceLocation)
    }

    /// The alert at both ends, and no data.
    private func expectRefused(
        _ run: ClientRun, _ report: JSON, alert: Int, code: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(run.status == 1, "\(run)", sourceLocation: sourceLocation)
        #expect(run.transcript.contains("SSL alert number \(alert)"), "\(run)", sourceLocation: sourceLocation)
        #expect(!run.output.contains("HTTP/1.1 200 OK"), sourceLocation: sourceLocation)
        #expect(report["outcome"] == "verify" && report["ok"] == false, sourceLocation: sourceLocation)
        #expect(report["error.code"] == .string(code), sourceLocation: sourceLocation)
        #expect(report["error.alert.number"] == .number(Double(alert)), sourceLocation: sourceLocation)
        #expect(report["error.alert.dir"] == "sent", sourceLocation: sourceLocation)
        #expect(report["alerts"]?.elements.count == 1, sourceLocation: sourceLocation)
    }

    private func expectVerified(_ report: JSON, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(report["ok"] == true && report["error"] == .null, "\(report)", sourceLocation: sourceLocation)
        #expect(report["verify.ok"] == true, sourceLocation: sourceLocation)
        #expect(report["certificates.0.subject_cn"] == "client.sslprobe.test", sourceLocation: sourceLocation)
        #expect(report["alerts"] == [], sourceLocation: sourceLocation)
    }

    private func expectDistrusted(_ report: JSON, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(report["verify.ok"] == false, sourceLocation: sourceLocation)
        #expect(report["certificates.0.subject_cn"] == "client.example", sourceLocation: sourceLocation)
        #expect(
            report["verify.errors.0.name"] == "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
            sourceLocation: sourceLocation)
    }

    /// certificate_required is new in TLS 1.3; before it was handshake_failure. unknown_ca is the same in both.
    @Test(arguments: [("1.2", 40), ("1.3", 116)])
    func requiresACertificate(tls: String, alert: Int) async throws {
        let station = try await Station("require", tls: tls)
        let (known, knownReport) = try await station.visit(.ours, number: 1)
        expectServed(known)
        expectVerified(knownReport)

        let (nobody, nobodysReport) = try await station.visit(.nothing, number: 2)
        expectRefused(nobody, nobodysReport, alert: alert, code: "client_certificate_required")
        #expect(nobodysReport["verify"] == .null && nobodysReport["certificates"] == [])
        #expect(nobodysReport["error.hint"]?.text?.contains("--write-client-cert") == true)

        let (stranger, strangersReport) = try await station.visit(.strangers, number: 3)
        expectRefused(stranger, strangersReport, alert: 48, code: "not_trusted")
        expectDistrusted(strangersReport)

        let summary = try await station.server.finish().serveSummary()
        #expect(summary?["exit_code"] == 0 && summary?["by_outcome.verify"] == 2 && summary?["ok_count"] == 1)
    }

    @Test(arguments: ["1.2", "1.3"])
    func requestsACertificateAndServesEverybody(tls: String) async throws {
        let station = try await Station("request", tls: tls)
        for (index, shown) in Shown.allCases.enumerated() {
            let (run, report) = try await station.visit(shown, number: index + 1)
            expectServed(run)
            #expect(report["alerts"] == [] && report["close.kind"] == "clean")
            switch shown {
            case .ours: expectVerified(report)
            case .nothing:
                #expect(report["ok"] == true && report["verify"] == .null && report["certificates"] == [])
            case .strangers:
                expectDistrusted(report)
                #expect(report["outcome"] == "verify" && report["error.code"] == "not_trusted")
                #expect(report["error.alert"] == .null)
            }
        }
    }

    @Test func asksForACertificateAfterTheHandshake() async throws {
        let station = try await Station("post-handshake", tls: "1.3")
        let (known, knownReport) = try await station.visit(.ours, number: 1, "-enable_pha")
        expectServed(known)
        expectVerified(knownReport)
        expectAsked(knownReport, requested: true, answered: true, why: .null)

        let (nobody, nobodysReport) = try await station.visit(.nothing, number: 2, "-enable_pha")
        expectRefused(nobody, nobodysReport, alert: 116, code: "client_certificate_required")
        expectAsked(nobodysReport, requested: true, answered: true, why: .null)

        let (stranger, strangersReport) = try await station.visit(.strangers, number: 3, "-enable_pha")
        expectRefused(stranger, strangersReport, alert: 48, code: "not_trusted")
        expectDistrusted(strangersReport)
        expectAsked(strangersReport, requested: true, answered: true, why: .null)

        // A client that never offered it is served, and the report says why it was not asked.
        let (other, othersReport) = try await station.visit(.ours, number: 4)
        expectServed(other)
        #expect(othersReport["ok"] == true && othersReport["verify"] == .null)
        expectAsked(
            othersReport, requested: false, answered: false, why: "the client did not offer post_handshake_auth")

        let run = try await station.server.finish()
        let events = try await run.lines().filter { $0["conn"] == 1 }.compactMap { $0["event"]?.text }
        let order = ["handshake_done", "application_data", "post_handshake_auth", "verify_done", "application_data"]
        #expect(events.filter(order.contains) == order)
    }

    private func expectAsked(
        _ report: JSON, requested: Bool, answered: Bool, why: JSON, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(report["post_handshake_auth.requested"] == .bool(requested), sourceLocation: sourceLocation)
        #expect(report["post_handshake_auth.answered"] == .bool(answered), sourceLocation: sourceLocation)
        #expect(report["post_handshake_auth.why"] == why, sourceLocation: sourceLocation)
    }

    @Test func tellsThatTLS12HasNothingAfterTheHandshake() async throws {
        let station = try await Station("post-handshake", tls: "1.2-1.3")
        let (run, report) = try await station.visit(.ours, number: 1, "-tls1_2")
        expectServed(run)
        expectAsked(
            report, requested: false, answered: false, why: "TLSv1.2 has no authentication after the handshake")
    }

    /// The first handshake asks for nothing, the second, full one, does.
    @Test func asksForACertificateInARenegotiation() async throws {
        let station = try await Station("renegotiation", tls: "1.2")
        let (known, knownReport) = try await station.visit(.ours, number: 1)
        expectServed(known)
        expectVerified(knownReport)
        #expect(knownReport["renegotiation.attempts.0.mode"] == "full")
        #expect(knownReport["renegotiation.attempts.0.initiated_by"] == "server")
        #expect(knownReport["renegotiation.attempts.0.result"] == "accepted")
        #expect(knownReport["renegotiation.verdict.value"] == "yes")

        let (nobody, nobodysReport) = try await station.visit(.nothing, number: 2)
        expectRefused(nobody, nobodysReport, alert: 40, code: "client_certificate_required")
        #expect(nobodysReport["renegotiation.attempts.0.result"] == "closed")
        #expect(nobodysReport["renegotiation.attempts.0.alert.number"] == 40)
        #expect(nobodysReport["renegotiation.verdict.value"] == "unknown")

        let (stranger, strangersReport) = try await station.visit(.strangers, number: 3)
        expectRefused(stranger, strangersReport, alert: 48, code: "not_trusted")
        expectDistrusted(strangersReport)
    }

    @Test func trustsAnotherAuthority() async throws {
        let root = try Fixtures.get().root.certificatePath
        let server = try await ServeProcess("--client-auth", "require", "--client-ca", root)
        let client = try Fixtures.get().client
        let run = try await server.openssl("-cert", client.certificatePath, "-key", client.keyPath)
        expectServed(run)
        let names = run.output.replacing(" = ", with: "=")
        #expect(names.contains("Acceptable client certificate CA names\nCN=Test Root"), "\(run)")
        let report = try await server.report(of: 1)
        #expect(report["verify.ok"] == true && report["certificates.0.subject_cn"] == "client.example")
    }

    @Test func theClientsCertificateIsForItsOwnerAlone() async throws {
        let station = try await Station("require", tls: "1.3")
        let mode = try FileManager.default.attributesOfItem(atPath: station.clientPath)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let text = try String(contentsOfFile: station.clientPath, encoding: .utf8)
        #expect(text.contains("BEGIN CERTIFICATE") && text.contains("PRIVATE KEY"))
        let curl = try await station.server.curl("--cert", station.clientPath)
        #expect(curl.status == 0, "\(curl)")
        expectVerified(try await station.server.report(of: 1))
        let run = try await station.server.finish()
        #expect(!run.output.contains("PRIVATE KEY") && !run.errors.contains("PRIVATE KEY"))
    }

    /// The certificate of the first handshake, and what was said of it, belong to the session.
    @Test(arguments: ["1.2", "1.3"])
    func remembersTheClientOfAResumedSession(tls: String) async throws {
        let station = try await Station("require", tls: tls)
        let session = TemporaryFolder.path(UUID().uuidString)
        let (first, _) = try await station.visit(.ours, number: 1, "-sess_out", session)
        expectServed(first)
        let (second, report) = try await station.visit(.nothing, number: 2, "-sess_in", session)
        expectServed(second)
        #expect(report["session.resumed"] == true)
        expectVerified(report)
    }
}
