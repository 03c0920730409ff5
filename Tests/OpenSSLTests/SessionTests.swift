import Foundation
import TestSupport
import Testing

@testable import OpenSSL

/// What a session tells, and its encodings.
@Suite struct SessionTests {
    /// The ways to come back.
    enum Kind: CaseIterable { case identifier, ticket, psk }

    private func visit(_ kind: Kind, alpn: [String] = [], name: String? = nil) throws -> Session {
        let ends = try ConnectionEnds(kind.settings(alpn: alpn))
        var settings = ConnectionSettings()
        settings.serverName = name
        settings.alpn = alpn
        let pair = try ConnectionPair(ends, client: settings)
        try pair.shakeHands()
        try pair.drainClient()
        let session = try #require(pair.sessions.last)
        // A connection that goes away without a close spoils its session (openssl-truth, T9).
        return try withExtendedLifetime(pair) { try session.copy() }
    }

    @Test(arguments: Kind.allCases)
    func comesBackFromItsEncodings(kind: Kind) throws {
        let session = try visit(kind, alpn: ["h2"], name: "localhost")
        let others = [
            try Session(der: session.der), try Session(pem: Array(session.pem.utf8)), try session.copy(),
            try Session(pem: Array("# a comment\n\n\(session.pem)# another\n".utf8)),
        ]
        for other in others {
            #expect(other.der == session.der && other.pem == session.pem)
            #expect(other.version == session.version && other.ticket == session.ticket)
            #expect(other.identifier == session.identifier && other.cipherName == session.cipherName)
            #expect(other.serverName == session.serverName && other.time == session.time)
            #expect(other.selectedProtocol == session.selectedProtocol && other.isResumable)
            #expect(other.lifetimeHint == session.lifetimeHint && other.hasSameSecret(as: session))
            #expect(other.peerCertificate?.sha256 == session.peerCertificate?.sha256)
        }
    }

    @Test(arguments: Kind.allCases)
    func tellsWhatWasNegotiated(kind: Kind) throws {
        let session = try visit(kind, alpn: ["h2"])
        #expect(session.isResumable)
        #expect(session.version == (kind == .psk ? .tls13 : .tls12))
        #expect(session.ticket.isEmpty == (kind == .identifier))
        #expect(session.identifier.count == 32)
        #expect(session.cipherName?.hasPrefix(kind == .psk ? "TLS_AES_" : "TLS_ECDHE_ECDSA_WITH_") == true)
        #expect(session.lifetimeHint == (kind == .identifier ? 0 : 7200))
        #expect(session.peerCertificate?.subjectCommonName == "localhost")
        #expect(session.maxEarlyData == 0)
        #expect(abs(Date(timeIntervalSince1970: TimeInterval(session.time)).timeIntervalSinceNow) < 60)
        #expect(session.selectedProtocol == Array("h2".utf8))
    }

    @Test func remembersTheNameThatTheServerTook() throws {
        let integer = { (bytes: [UInt8]) in DER.element(2, bytes) }
        let session = try Session(
            der: DER.sequence(
                integer([1]), integer([3, 4]), DER.octets([0x13, 0x02]), DER.octets([]),
                DER.octets(Array(repeating: 5, count: 48)), DER.context(6, DER.octets(Array("a.example".utf8)))))
        #expect(session.serverName?.text == "a.example" && session.cipherName == "TLS_AES_256_GCM_SHA384")
        #expect(try visit(.psk).serverName == nil)
        #expect(try visit(.psk).selectedProtocol == nil)
    }

    /// OpenSSL's own writer, and its reader.
    @Test(arguments: Kind.allCases)
    func thePEMIsThatOfOpenSSL(kind: Kind) throws {
        let session = try visit(kind)
        let path = try TemporaryFolder.write(Array(session.pem.utf8))
        let theirs = try OpenSSLCommand.run(["sess_id", "-in", path])
        #expect(String(decoding: theirs, as: UTF8.self) == session.pem)
        #expect(try OpenSSLCommand.run(["sess_id", "-in", path, "-outform", "DER"]) == session.der)
    }

    @Test func twoSessionsHaveTwoSecrets() throws {
        let (one, other) = (try visit(.psk), try visit(.psk))
        #expect(!one.hasSameSecret(as: other) && one.hasSameSecret(as: one))
    }

    /// Before a ticket was read there is nothing to come back with (openssl-truth, 4).
    @Test func withoutATicketItIsNotResumable() throws {
        let pair = try ConnectionPair(ConnectionEnds())
        try pair.shakeHands()
        let known = pair.client.session
        let session = try #require(known)
        let again = try Session(der: session.der)
        #expect(!session.isResumable && session.ticket.isEmpty)
        #expect(!again.isResumable)
    }

    @Test func refusesWhatIsNoPEM() throws {
        let pem = try visit(.psk).pem
        let certificate = CertificateChain([try ConnectionEnds.authority.get().certificate]).pem
        let lines = pem.split(separator: "\n", omittingEmptySubsequences: false)
        let others = [
            "", "\n", "garbage", certificate, lines.dropLast(2).joined(separator: "\n"), String(pem.prefix(200)),
            lines.dropFirst().joined(separator: "\n"), pem.replacing("SSL SESSION", with: "TLS SESSION"),
            lines.prefix(2).joined(separator: "\n") + "\n" + lines.suffix(2).joined(separator: "\n"),
        ]
        for text in others {
            #expect(throws: OpenSSLError.self, "\(text)") { try Session(pem: Array(text.utf8)) }
        }
    }

    @Test func refusesWhatIsCutShort() throws {
        let der = try visit(.ticket).der
        for count in 0..<der.count {
            let part = Array(der.prefix(count))
            #expect(throws: OpenSSLError.self, "\(count) of \(der.count)") { try Session(der: part) }
        }
    }

    /// A file may hold anything; what parses can be asked everything.
    @Test(arguments: Kind.allCases)
    func survivesDamage(kind: Kind) throws {
        let der = try visit(kind, alpn: ["h2"], name: "localhost").der
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            var bytes = der
            for _ in 0..<Int.random(in: 1...4) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let session = try? Session(der: bytes) else { continue }
            _ = (session.der, session.pem, session.ticket, session.identifier, session.cipherName, session.version)
            _ = (session.serverName, session.selectedProtocol, session.isResumable, session.peerCertificate)
        }
    }
}

extension SessionTests.Kind {
    /// A server that lets clients come back in this way.
    func settings(alpn: [String] = []) -> ServerSettings {
        var settings = ServerSettings()
        settings.alpn = alpn
        if self != .psk { settings.tls.maximum = .tls12 }
        if self == .identifier { settings.tickets.mode = .stateful }
        return settings
    }
}
