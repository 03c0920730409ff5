import OpenSSL
import TestSupport
import Testing

@testable import ProbeKit

/// The file of a session: what is written, and what is taken for one.
@Suite struct SavedSessionTests {
    private typealias Origin = SavedSession.Origin

    /// A session as DER has it: version, cipher, identifier, secret, time, timeout, lifetime hint, ticket.
    private static let raw = DER.sequence(
        integer([1]), integer([3, 4]), DER.octets([0x13, 0x02]), DER.octets(Array(repeating: 9, count: 32)),
        DER.octets(Array(repeating: 5, count: 48)), DER.context(1, integer([0x69, 0x55, 0xB9, 0])),
        DER.context(2, integer([0x1C, 0x20])), DER.context(9, integer([0x1C, 0x20])),
        DER.context(10, DER.octets(Array(repeating: 0xAB, count: 200))))

    /// As OpenSSL writes it.
    private static var der: [UInt8] { (try? Session(der: raw))?.der ?? [] }

    private static func integer(_ bytes: [UInt8]) -> [UInt8] { DER.element(2, bytes) }

    private static let chain = Result {
        let authority = try EphemeralAuthority(commonName: "Session CA")
        return [authority.certificate]
    }

    private func saved(_ origin: Origin? = origin(), chain: [Certificate]? = nil) throws -> SavedSession {
        SavedSession(der: Self.der, origin: origin, chain: try chain ?? Self.chain.get())
    }

    private static func origin(
        host: String = "a.example", sni: String? = "b.example", _ verdict: Origin.Verdict = .trusted
    ) -> Origin {
        Origin(host: host, port: 8443, sni: sni, verdict: verdict, time: "2026-01-01T00:00:00.000Z")
    }

    private func parse(_ text: String) throws -> SavedSession { try SavedSession(parsing: Array(text.utf8)) }

    @Test func theFileIsCommentsSessionAndChain() throws {
        let text = try saved().file()
        let comments = text.split(separator: "\n").prefix { $0.hasPrefix("#") }
        #expect(
            comments == [
                "# sslprobe session", "# target: a.example:8443", "# sni: b.example", "# verdict: trusted",
                "# time: 2026-01-01T00:00:00.000Z",
            ])
        let rest = text.split(separator: "\n").dropFirst(comments.count)
        #expect(rest.first == "-----BEGIN SSL SESSION PARAMETERS-----")
        #expect(rest.last == "-----END CERTIFICATE-----" && text.hasSuffix("\n"))
        #expect(text.ranges(of: "-----BEGIN ").count == 2)
    }

    private static let origins = [
        origin(), origin(host: "2001:db8::1", sni: nil, .untrusted), origin(host: "192.0.2.1", sni: nil, .unchecked),
        origin(sni: nil), origin(host: "xn--bcher-kva.example"),
    ]

    @Test func comesBackAsItWas() throws {
        for origin in Self.origins {
            let saved = try saved(origin)
            let again = try parse(saved.file())
            #expect(again.origin == origin && again.der == saved.der)
            #expect(again.chain.map(\.sha256) == saved.chain.map(\.sha256))
            #expect(try again.file() == saved.file())
        }
    }

    @Test func theChainMayBeMissing() throws {
        let again = try parse(saved(chain: []).file())
        #expect(again.chain.isEmpty && again.origin == Self.origin())
    }

    /// A file may hold any time. OpenSSL 3.3 and later take this one for the beginning of 1970.
    @Test func anAbsurdTimeIsAnAge() throws {
        func integer(_ bytes: [UInt8]) -> [UInt8] { DER.element(2, bytes) }
        let raw = DER.sequence(
            integer([1]), integer([3, 4]), DER.octets([0x13, 0x02]), DER.octets(Array(repeating: 9, count: 32)),
            DER.octets(Array(repeating: 5, count: 48)), DER.context(1, integer([0x80, 0, 0, 0, 0, 0, 0, 0])),
            DER.context(2, integer([0x1C, 0x20])))
        let age = try Session(der: raw).age(at: .now)
        #expect(age == .max || LibraryVersion.isAtLeast(3, 3) && age > 1_700_000_000, "\(age)")
    }

    /// An editor may end the lines in another way.
    @Test func theEndsOfLinesDoNotMatter() throws {
        let text = try saved().file().replacing("\n", with: "\r\n")
        #expect(try parse(text).origin == Self.origin())
    }

    @Test func aSessionAloneHasNoOrigin() throws {
        let session = try Session(der: Self.der)
        for again in [try parse(session.pem), try SavedSession(parsing: session.der)] {
            #expect(again.origin == nil && again.chain.isEmpty && again.der == session.der)
            #expect(try !again.file().contains("# target"))
        }
        #expect(session.ticket.count == 200 && session.version == .tls13 && session.lifetimeHint == 7200)
    }

    /// What is not exactly ours is of unknown origin, and treated so.
    @Test func damagedCommentsAreNone() throws {
        let text = try saved().file()
        let others = [
            "\n" + text, text.replacing("# sslprobe session\n", with: "# session\n"),
            text.replacing("# target: a.example:8443\n", with: ""), text.replacing("# sni: b.example\n", with: ""),
            text.replacing("# verdict: trusted", with: "# verdict: good"),
            text.replacing("# verdict: trusted", with: "# verdict trusted"),
            text.replacing("# time:", with: "# when:"), text.replacing("a.example:8443", with: "a.example:99999"),
            text.replacing("a.example:8443", with: ""),
        ]
        for text in others {
            let again = try parse(text)
            #expect(again.origin == nil, "\(text.prefix(150))")
            #expect(again.der == Self.der)
        }
    }

    @Test func aLineThatWeDoNotKnowIsPassedOver() throws {
        let text = try saved().file().replacing("# time:", with: "# weather: fine\n# time:")
        #expect(try parse(text).origin == Self.origin())
    }

    @Test func aDamagedChainIsNone() throws {
        let text = try saved().file()
        let damaged = text.replacing("-----END CERTIFICATE-----", with: "")
        #expect(try parse(damaged).chain.isEmpty)
        #expect(try parse(damaged).origin == Self.origin())
    }

    @Test func refusesWhatHoldsNoSession() throws {
        let text = try saved().file()
        let comments = text.split(separator: "\n").prefix(5).joined(separator: "\n")
        let chain = CertificateChain(try Self.chain.get()).pem
        for other in [
            "", "\0", "garbage", comments, chain, String(text.prefix(300)), text.replacing("SSL SES", with: ""),
        ] {
            #expect(throws: OpenSSLError.self, "\(other)") { try parse(other) }
        }
    }

    @Test func survivesDamage() throws {
        let whole = try Array(saved().file().utf8)
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8) { bytes[Int.random(in: bytes.indices)] = .random(in: .min ... .max) }
            _ = try? SavedSession(parsing: bytes).file()
            _ = try? SavedSession(parsing: Array(bytes.prefix(.random(in: bytes.indices)))).file()
        }
    }
}
