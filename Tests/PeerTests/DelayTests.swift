import Foundation
import TestSupport
import Testing

/// The verdict does not depend on the round-trip time: 0, 50 and 200 ms of delay each way give the same report.
@Suite struct DelayTests {
    struct Scene: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let server: [String]
        var command = "connect"
        var arguments = [String]()
        let code: Int32
    }

    static let scenes = [
        Scene(testDescription: "accepted, TLS 1.3", server: ["-tls1_3"], code: 0),
        Scene(testDescription: "accepted, TLS 1.2", server: ["-tls1_2"], code: 0),
        Scene(testDescription: "certificate required, TLS 1.3", server: ["-tls1_3", "-Verify", "1"], code: 9),
        Scene(testDescription: "certificate required, TLS 1.2", server: ["-tls1_2", "-Verify", "1"], code: 9),
        Scene(testDescription: "no tickets", server: ["-tls1_3", "-num_tickets", "0"], code: 0),
        Scene(
            testDescription: "data sent", server: ["-tls1_3", "-rev"], arguments: ["--send", "abc\n"], code: 0),
        Scene(
            testDescription: "renegotiations accepted", server: ["-client_renegotiation"], command: "renegotiate",
            arguments: ["--mode", "both", "--count", "2"], code: 0),
        Scene(testDescription: "renegotiation refused", server: [], command: "renegotiate", code: 10),
    ]

    @Test(arguments: scenes)
    func delayChangesNothing(_ scene: Scene) async throws {
        let server = try await OpenSSLServer(scene.server, certificate: Fixtures.get().ecdsa)
        try await expectSameReports(scene, from: server.port, authority: Fixtures.get().root.certificatePath)
    }

    @Test(arguments: [[], ["--no-resumption-on-renegotiation"]])
    func delayChangesNothingOfARenegotiationThatIsAwaited(options: [String]) async throws {
        let server = try await ServeProcess(
            ["--tls", "1.2", "--reply", "echo", "--renegotiate-after", "500ms"] + options)
        let scene = Scene(
            testDescription: "awaited", server: [], command: "renegotiate", arguments: ["--await-request", "20s"],
            code: 0)
        try await expectSameReports(scene, from: server.port, authority: server.authorityPath)
    }

    private func expectSameReports(_ scene: Scene, from port: UInt16, authority: String) async throws {
        var first: JSON?
        for delay in [0, 50, 200] {
            // A busy machine may stall the server for longer than the window is; then its silence is told truthfully.
            var differences: [String] = []
            for _ in 0..<3 {
                let relay = try DelayRelay(to: port, eachWay: delay)
                let run = try await Program.run(
                    [scene.command, "localhost:\(relay.port)", "-4", "--ca", authority, "--json"] + scene.arguments)
                let report = try await run.report()
                // What shows that the delay was there at all.
                #expect(try #require(report["timings.total_ms"]?.double) >= Double(4 * delay), "\(run)")
                let facts = Self.withoutTimes(report)
                differences = first.map { Self.differences($0, facts) } ?? []
                if run.status != scene.code { differences.append("exit code \(run.status): \(run)") }
                if differences.isEmpty {
                    first = first ?? facts
                    break
                }
            }
            #expect(differences == [], "\(delay) ms")
        }
    }

    /// Late by more than the usual window: the window grows with the round-trip time.
    @Test func aRejectionFarAwayIsStillSeen() async throws {
        let server = try await OpenSSLServer("-tls1_3", "-Verify", "1", certificate: Fixtures.get().ecdsa)
        let relay = try DelayRelay(to: server.port, eachWay: 600)
        let report = try await connect(relay.port).report(ending: 9)
        #expect(report["client_auth.demand"] == "required")
    }

    /// The report without what a clock, a port or a random number decides.
    private static func withoutTimes(_ report: JSON) -> JSON {
        guard case .object(var object) = report else { return report }
        for key in ["started_at", "timings", "target"] { object[key] = nil }
        object["addresses"] = .array(report["addresses"]?.elements.map { $0.without("tcp_ms") } ?? [])
        if let tls = report["tls"], case .object = tls {
            // A signature's size varies, and silence says how long it was.
            let confirmed = tls["confirmed"]?.without("evidence", tls["confirmed.basis"] == "silence" ? "why" : "")
            guard case .object(var fields) = tls.without("bytes_received", "bytes_sent") else { return report }
            fields["confirmed"] = confirmed
            object["tls"] = .object(fields)
        }
        object["tickets"] = .array(report["tickets"]?.elements.map { $0.without("age_add") } ?? [])
        object["renegotiation"] = report["renegotiation"].map(withoutTimes(ofRenegotiation:))
        return .object(object)
    }

    private static func withoutTimes(ofRenegotiation renegotiation: JSON) -> JSON {
        guard case .object(var object) = renegotiation, case .object(var verdict)? = object["verdict"] else {
            return renegotiation
        }
        object["attempts"] = .array(object["attempts"]?.elements.map { $0.without("duration_ms") } ?? [])
        verdict["evidence"] = .array(verdict["evidence"]?.elements.map { $0.without("t_ms") } ?? [])
        object["verdict"] = .object(verdict)
        return .object(object)
    }

    private static func differences(_ one: JSON, _ other: JSON, at path: String = "") -> [String] {
        if one == other { return [] }
        switch (one, other) {
        case (.object(let first), .object(let second)):
            return Set(first.keys).union(second.keys).sorted().flatMap {
                differences(first[$0] ?? "absent", second[$0] ?? "absent", at: "\(path).\($0)")
            }
        case (.array(let first), .array(let second)) where first.count == second.count:
            return zip(first, second).enumerated().flatMap { differences($1.0, $1.1, at: "\(path)[\($0)]") }
        default: return ["\(path): \(one) and \(other)"]
        }
    }
}
