import TestSupport
import Testing

/// `resume --matrix`: whose sessions are taken by whom.
@Suite struct ResumeMatrixTests {
    /// An nginx whose ticket key is made of one byte.
    private func server(key: UInt8) async throws -> NginxServer {
        let path = try TemporaryFolder.write(Array(repeating: key, count: 80))
        return try await NginxServer(
            "ssl_protocols TLSv1.2 TLSv1.3; ssl_session_ticket_key \(path);", certificate: Fixtures.get().ecdsa)
    }

    private func matrix(_ ports: [UInt16], _ arguments: String...) async throws -> ProgramRun {
        let authority = try Fixtures.get().root.certificatePath
        return try await Program.run(
            ["resume", "--matrix"] + ports.map(Self.label) + ["-4", "--ca", authority, "--json"] + arguments,
            limit: 60)
    }

    private static func label(_ port: UInt16) -> String { "localhost:\(port)" }

    private static func labels(_ ports: [UInt16]) -> JSON { .array(ports.map { .string(label($0)) }) }

    /// The cell of each pair of places, in the order in which they were tried.
    private static func cells(_ ports: [UInt16], _ result: (Int, Int) -> (JSON, JSON)) -> JSON {
        var cells: [JSON] = []
        for (index, from) in ports.enumerated() {
            for (other, to) in ports.enumerated() {
                let (resumed, whyNot) = result(index, other)
                cells.append(
                    .object([
                        "from": .string(label(from)), "to": .string(label(to)), "resumed": resumed, "why_not": whyNot,
                    ]))
            }
        }
        return .array(cells)
    }

    @Test(arguments: ["1.2", "1.3"])
    func tellsApartWhoSharesAKey(version: String) async throws {
        let servers = [try await server(key: 1), try await server(key: 1), try await server(key: 2)]
        let ports = servers.map(\.port)
        let report = try await matrix(ports, "--tls", version).report(ending: 10)
        #expect(report["outcome"] == "unmet" && report["error.code"] == "not_resumed")
        #expect(report["resumption.verdict.value"] == "no")
        #expect(report["resumption.matrix.nodes"] == Self.labels(ports))
        let expected = Self.cells(ports) { from, to in
            (from == 2) == (to == 2) ? (true, .null) : (false, "other_key_name")
        }
        #expect(report["resumption.matrix.cells"] == expected)
        let groups: JSON = .array([Self.labels(Array(ports[..<2])), Self.labels(Array(ports[2...]))])
        #expect(report["resumption.matrix.groups"] == groups)
        let chance = try #require(report["resumption.matrix.chance"]?.double)
        #expect(abs(chance - 5.0 / 9) < 0.001)
    }

    @Test(arguments: ["1.2", "1.3"])
    func oneKeyMakesOneGroup(version: String) async throws {
        let servers = [try await server(key: 3), try await server(key: 3)]
        let ports = servers.map(\.port)
        let report = try await matrix(ports, "--tls", version).report(ending: 0)
        #expect(report["resumption.verdict.value"] == "yes")
        #expect(report["resumption.matrix.nodes"] == Self.labels(ports))
        let expected = Self.cells(ports) { _, _ in (true, .null) }
        #expect(report["resumption.matrix.cells"] == expected)
        #expect(report["resumption.matrix.groups"] == .array([Self.labels(ports)]))
        #expect(report["resumption.matrix.chance"] == 1)
        let mechanism: JSON = version == "1.2" ? "ticket" : "psk"
        let attempts = try #require(report["resumption.attempts"]).elements
        #expect(attempts.map { $0["mechanism"] } == Array(repeating: mechanism, count: 4))
    }

    /// Of a place that cannot be reached nothing is known, not even that it refuses. Port 1 has nobody who listens.
    @Test(arguments: [0, 1])
    func whatIsNotReachedIsUnknown(place: Int) async throws {
        let server = try await server(key: 4)
        let ports: [UInt16] = place == 0 ? [1, server.port] : [server.port, 1]
        let report = try await matrix(ports).report(ending: 4)
        #expect(report["outcome"] == "connect" && report["error.code"] == "refused")
        #expect(report["resumption.verdict.value"] == "unknown")
        let expected = Self.cells(ports) { from, to in from != place && to != place ? (true, .null) : (.null, .null) }
        #expect(report["resumption.matrix.cells"] == expected)
        #expect(report["resumption.matrix.groups"] == .array([Self.labels([server.port])]))
        #expect(report["resumption.matrix.chance"] == .null)
    }
}
