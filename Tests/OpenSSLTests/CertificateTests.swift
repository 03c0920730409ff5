import Foundation
import TestSupport
import Testing

@testable import OpenSSL

/// What `openssl x509` says, for comparison.
private func x509(_ issued: IssuedCertificate, _ options: String...) throws -> String {
    let output = try OpenSSLCommand.run(["x509", "-in", issued.certificatePath, "-noout"] + options)
    return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
}

@Suite struct CertificateTests {
    @Test(arguments: [CertificateTemplate.Key.rsa(2048), .ec("P-256"), .ec("P-384"), .ed25519])
    func agreesWithTheOpenSSLCommand(key: CertificateTemplate.Key) throws {
        var template = CertificateTemplate()
        template.key = key
        template.subject = [.organization("Müller & Söhne, GmbH"), .commonName("localhost")]
        let issued = try CertificateAuthority("Root + One").issue(template)
        let certificate = try Certificate(der: issued.der)

        #expect(try "subject=" + certificate.subject == x509(issued, "-subject", "-nameopt", "RFC2253,-esc_msb,utf8"))
        #expect(try "issuer=" + certificate.issuer == x509(issued, "-issuer", "-nameopt", "RFC2253,-esc_msb,utf8"))
        #expect(try "serial=" + certificate.serialHex.uppercased() == x509(issued, "-serial"))
        let fingerprint = try x509(issued, "-fingerprint", "-sha256").replacingOccurrences(of: ":", with: "")
        #expect(fingerprint.lowercased().hasSuffix("=" + certificate.sha256))
        let file = try TemporaryFolder.write(
            OpenSSLCommand.run(["pkey", "-in", issued.keyPath, "-pubout", "-outform", "DER"]))
        let pin = try String(decoding: OpenSSLCommand.run(["dgst", "-sha256", "-r", file]), as: UTF8.self)
        #expect(pin.hasPrefix(certificate.spkiSHA256 + " "))
        #expect(certificate.der == issued.der)
        #expect(try certificate.pem == String(contentsOfFile: issued.certificatePath, encoding: .utf8))
        #expect(certificate.rawHex.isEmpty)
    }

    @Test func namesKeysAsTLSDoes() throws {
        func key(_ key: CertificateTemplate.Key) throws -> PublicKey {
            var template = CertificateTemplate()
            template.key = key
            return try Certificate(der: IssuedCertificate.selfSigned(template).der).key
        }
        #expect(try key(.rsa(2048)) == PublicKey(type: "RSA", bits: 2048, curve: nil))
        #expect(try key(.ec("P-256")) == PublicKey(type: "EC", bits: 256, curve: "secp256r1"))
        #expect(try key(.ec("P-521")) == PublicKey(type: "EC", bits: 521, curve: "secp521r1"))
        #expect(try key(.ed25519) == PublicKey(type: "Ed25519", bits: 256, curve: nil))
    }

    @Test func namesSignatureAlgorithms() throws {
        func algorithm(_ key: CertificateTemplate.Key) throws -> String {
            try Certificate(der: CertificateAuthority(key: key).certificate.der).signatureAlgorithm
        }
        #expect(try algorithm(.rsa(2048)) == "sha256WithRSAEncryption")
        #expect(try algorithm(.ec("P-256")) == "ecdsa-with-SHA256")
        #expect(try algorithm(.ed25519) == "ED25519")
    }

    @Test func listsEveryKindOfAlternativeName() throws {
        var template = CertificateTemplate.named("a.example")
        template.addresses = [[192, 0, 2, 1], [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]]
        template.rawNames = [
            DER.implicit(1, Array("who@a.example".utf8)),
            DER.implicit(6, Array("https://a.example/".utf8)),
            DER.context(4, DER.name([.organization("Org"), .commonName("dir")])),
            DER.implicit(8, Array(DER.oid("1.2.3.4").dropFirst(2))),
            DER.context(0, DER.oid("1.3.6.1.4.1.311.20.2.3") + DER.context(0, DER.utf8("me@corp"))),
            DER.context(0, DER.oid("1.2.3") + DER.context(0, DER.octets([1, 2]))),
        ]
        let sans = try Certificate(der: IssuedCertificate.selfSigned(template).der).sans
        #expect(
            sans.map { "\($0.type) \($0.value)" } == [
                "DNS a.example", "IP 192.0.2.1", "IP 2001:db8::1", "email who@a.example", "URI https://a.example/",
                "dirName CN=dir,O=Org", "RID 1.2.3.4", "otherName 1.3.6.1.4.1.311.20.2.3:me@corp",
                "otherName 1.2.3:#04020102",
            ])
    }

    @Test func countsDaysDownwardsFromTheEnd() throws {
        var template = CertificateTemplate()
        template.notBefore = Date(timeIntervalSince1970: 1_000_000_000)
        template.notAfter = Date(timeIntervalSince1970: 1_700_000_000)
        let certificate = try Certificate(der: IssuedCertificate.selfSigned(template).der)
        #expect(certificate.notBefore?.rfc3339 == "2001-09-09T01:46:40Z")
        #expect(certificate.notAfter?.secondsSinceEpoch == 1_700_000_000)
        #expect(certificate.daysLeft(at: 1_700_000_000) == 0)
        #expect(certificate.daysLeft(at: 1_700_000_000 - 86_399) == 0)
        #expect(certificate.daysLeft(at: 1_700_000_000 - 86_400) == 1)
        #expect(certificate.daysLeft(at: 1_700_000_001) == -1)
        #expect(certificate.daysLeft(at: 1_700_000_000 + 86_401) == -2)
    }

    @Test(arguments: [
        (253_402_300_799, "9999-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (4_107_542_399, "2100-02-28T23:59:59Z"), (-1, "1969-12-31T23:59:59Z"),
    ])
    func readsTheWholeCalendar(seconds: Int, text: String) throws {
        var template = CertificateTemplate()
        template.notAfter = Date(timeIntervalSince1970: TimeInterval(seconds))
        let time = try #require(try Certificate(der: IssuedCertificate.selfSigned(template).der).notAfter)
        #expect(time.secondsSinceEpoch == Int64(seconds))
        #expect(time.rfc3339 == text)
    }

    @Test func tellsSelfSignedFromSelfIssued() throws {
        let root = try CertificateAuthority("Same Name")
        var template = CertificateTemplate("Same Name")
        template.hasKeyIdentifiers = false
        let leaf = try Certificate(der: root.issue(template).der)
        let anchor = try Certificate(der: root.certificate.der)
        #expect(anchor.isSelfIssued && anchor.isSelfSigned)
        #expect(leaf.isSelfIssued && !leaf.isSelfSigned)
    }

    @Test func refusesBytesAfterTheCertificate() throws {
        let der = try IssuedCertificate.selfSigned().der
        #expect(throws: OpenSSLError.self) { try Certificate(der: der + [0]) }
        #expect(throws: OpenSSLError.self) { try Certificate(der: der.dropLast()) }
        #expect(throws: OpenSSLError.self) { try Certificate(der: []) }
    }

    @Test func knowsTheOrderInWhichAChainWasSent() throws {
        let root = try CertificateAuthority()
        let between = try root.intermediate()
        let certificates = try [between.issue().der, between.certificate.der, root.certificate.der].map {
            try Certificate(der: $0)
        }
        #expect(CertificateChain(certificates).isSentInOrder)
        #expect(CertificateChain([certificates[0]]).isSentInOrder)
        #expect(!CertificateChain([certificates[0], certificates[2], certificates[1]]).isSentInOrder)
        #expect(!CertificateChain([certificates[0], certificates[2]]).isSentInOrder)
    }

    @Test func readsSixThousandNamesWithinASecond() throws {
        var template = CertificateTemplate()
        template.names = (0..<6000).map { "host-\($0).example.com" }
        let certificate = try Certificate(der: IssuedCertificate.selfSigned(template).der)
        let clock = ContinuousClock()
        let taken = clock.measure {
            #expect(certificate.sans.count == 6001)
            #expect(certificate.rawHex.isEmpty)
        }
        #expect(taken < .seconds(Program.isSanitized ? 10 : 1))
    }
}
