import TestSupport
import Testing

@testable import OpenSSL

/// A small generator, seeded so that a failure comes back (SplitMix64).
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

private let commonName = "PLACEHOLDER-PLACEHOLDER!"

/// One certificate with every kind of field; its bytes are then changed.
private func sample() throws -> [UInt8] {
    var template = CertificateTemplate.named("a.example")
    template.subject = [.organization("Org"), .commonName(commonName)]
    template.addresses = [[192, 0, 2, 1]]
    template.rawNames = [
        DER.context(4, DER.name([.commonName("dir")])), DER.implicit(8, [0x2A, 3, 4]),
        DER.context(0, DER.oid("1.3.6.1.4.1.311.20.2.3") + DER.context(0, DER.utf8("me@corp"))),
        DER.implicit(6, Array("https://a.example/".utf8)),
    ]
    return try IssuedCertificate.selfSigned(template).der
}

/// Asks for everything that a report shows.
private func readAll(_ certificate: Certificate) -> Int {
    let texts: [String] = [
        certificate.subject, certificate.issuer, certificate.subjectCommonName ?? "",
        certificate.issuerCommonName ?? "",
        certificate.serialHex, certificate.sha256, certificate.spkiSHA256, certificate.key.type,
        certificate.signatureAlgorithm, certificate.pem, certificate.notBefore?.rfc3339 ?? "",
        certificate.notAfter?.rfc3339 ?? "",
    ]
    var size = certificate.sans.count + certificate.rawHex.count
    for text in texts { size += text.utf8.count }
    if certificate.isSelfSigned { size += 1 }
    if let days = certificate.daysLeft(at: 0) { size += days == 0 ? 0 : 1 }
    return size
}

@Suite struct CertificateFuzzTests {
    @Test func readsAnyBytesThatOpenSSLTakesForACertificate() throws {
        let original = try sample()
        let trust = try TrustStore([.path(CertificateAuthority().certificatePath)])
        var generator = Generator(state: 1)
        var accepted = 0
        for _ in 0..<5000 {
            var der = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                der[Int.random(in: 0..<der.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            guard let certificate = try? Certificate(der: der) else { continue }
            accepted += 1
            #expect(readAll(certificate) > 0)
            let verification = try Verification.verify(
                chain: CertificateChain([certificate]), against: trust, identity: .name("a.example"))
            #expect(verification.isOK == false)
        }
        #expect(accepted > 1000)
    }

    @Test func decodesTenThousandNames() throws {
        let original = try sample()
        let mark = Array(commonName.utf8)
        // The second one: issuer and subject are the same here, and the subject comes last.
        let start = try #require(original.indices.last { original[$0...].starts(with: mark) })
        let interesting: [UInt8] = [0, 0x0A, 0x1B, 0x22, 0x2C, 0x5C, 0x7F, 0x80, 0x9B, 0xC3, 0xA9, 0xD8, 0xE2, 0xFF]
        let tags: [UInt8] = [0x0C, 0x12, 0x13, 0x14, 0x16, 0x1A, 0x1C, 0x1E]
        var generator = Generator(state: 2)
        var accepted = 0
        for _ in 0..<10_000 {
            var der = original
            der[start - 2] = tags.randomElement(using: &generator) ?? 0
            for index in start..<start + mark.count where Bool.random(using: &generator) {
                der[index] = interesting.randomElement(using: &generator) ?? 0
            }
            guard let certificate = try? Certificate(der: der) else { continue }
            accepted += 1
            let name = try #require(certificate.subjectCommonName)
            let isSuspect = name.unicodeScalars.contains { $0 == "\u{FFFD}" || $0 == "\0" }
            let raw = certificate.rawHex.filter { $0.field == "subject.CN" }
            #expect(!isSuspect || raw.map(\.hex) == [der[start..<start + mark.count].hex])
            let controls = certificate.subject.unicodeScalars.filter { $0.properties.generalCategory == .control }
            #expect(controls.isEmpty)
            #expect(certificate.der == der)
        }
        #expect(accepted > 2000)
    }
}
