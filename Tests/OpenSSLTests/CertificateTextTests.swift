import TestSupport
import Testing

@testable import OpenSSL

/// A certificate whose only subject attribute is a common name of this type with these bytes.
private func certificate(commonName bytes: [UInt8], tag: UInt8) throws -> Certificate {
    var template = CertificateTemplate()
    template.subject = [.init(oid: "2.5.4.3", value: DER.element(tag, bytes))]
    return try Certificate(der: IssuedCertificate.selfSigned(template).der)
}

private let utf8: UInt8 = 0x0C
private let printable: UInt8 = 0x13
private let t61: UInt8 = 0x14
private let ia5: UInt8 = 0x16
private let universal: UInt8 = 0x1C
private let bmp: UInt8 = 0x1E

@Suite struct CertificateTextTests {
    @Test(arguments: [
        (utf8, Array("naïve 🦉".utf8), "naïve 🦉"),
        (printable, Array("plain".utf8), "plain"),
        (t61, [0x4D, 0xFC, 0x6C, 0x6C, 0x65, 0x72], "Müller"),
        (bmp, [0x00, 0x4D, 0x00, 0xFC, 0x20, 0xAC], "Mü€"),
        (universal, [0, 0, 0, 0x4D, 0, 1, 0xF9, 0x89], "M🦉"),
    ])
    func decodesEachStringType(tag: UInt8, bytes: [UInt8], text: String) throws {
        let certificate = try certificate(commonName: bytes, tag: tag)
        #expect(certificate.subjectCommonName == text)
        #expect(certificate.subject == "CN=" + text)
        #expect(certificate.rawHex.isEmpty)
    }

    @Test(arguments: [
        (utf8, Array("good.example\0.evil.example".utf8), "good.example\0.evil.example"),
        (ia5, Array("é".utf8), "é"),
        (printable, [0x61, 0xE9, 0x62], "a\u{FFFD}b"),
    ])
    func keepsTheBytesOfWhatIsNotText(tag: UInt8, bytes: [UInt8], text: String) throws {
        let certificate = try certificate(commonName: bytes, tag: tag)
        #expect(certificate.subjectCommonName == text)
        #expect(certificate.rawHex.map(\.field) == ["subject.CN", "issuer.CN"])
        #expect(certificate.rawHex.map(\.hex) == [bytes.hex, bytes.hex])
    }

    // OpenSSL 3 does not accept these in a name at all; the decoder copes with them all the same.
    @Test(arguments: [
        (utf8, [0x61, 0xFF, 0x62], "a\u{FFFD}b"),
        (utf8, [0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
        (bmp, [0xD8, 0x00, 0x00, 0x61], "\u{FFFD}a"),
        (bmp, [0x00, 0x61, 0x00], "a\u{FFFD}"),
        (universal, [0, 0x11, 0, 0], "\u{FFFD}"),
        (universal, [0, 0, 0, 0x61, 0], "a\u{FFFD}"),
    ])
    func marksWhatCannotBeDecoded(tag: UInt8, bytes: [UInt8], text: String) throws {
        let decoded = try #require(ASN1Text(bytes, type: Int32(tag)))
        #expect(decoded.text == text)
        #expect(!decoded.isValid)
    }

    @Test func decodesSurrogatePairs() throws {
        let decoded = try #require(ASN1Text([0xD8, 0x3E, 0xDD, 0x89], type: Int32(bmp)))
        #expect(decoded.text == "🦉")
        #expect(decoded.isValid)
    }

    @Test func neverShortensANameAtANUL() throws {
        var template = CertificateTemplate.named("good.example\0.evil.example")
        template.rawNames = [DER.implicit(2, [0x61, 0xFF])]
        let certificate = try Certificate(der: IssuedCertificate.selfSigned(template).der)
        #expect(certificate.sans.map(\.value) == ["good.example\0.evil.example", "a\u{FFFD}"])
        #expect(certificate.subject == #"CN=good.example\00.evil.example"#)
        #expect(certificate.rawHex.map(\.field) == ["subject.CN", "issuer.CN", "sans.0", "sans.1"])
    }

    @Test(arguments: [
        (#"a,b+c"d\e<f>g;h"#, #"a\,b\+c\"d\\e\<f\>g\;h"#), (" a ", #"\ a\ "#), (" ", #"\ "#), ("#a#", "\\#a#"),
        ("a=b", "a=b"), ("a\nb\u{1B}[2J\u{7F}", #"a\0Ab\1B[2J\7F"#), ("\u{9B}", #"\C2\9B"#), ("", ""),
        ("e\u{301}\r\n", "e\u{301}" + #"\0D\0A"#),
    ])
    func escapesAsRFC4514Says(value: String, escaped: String) throws {
        #expect(DistinguishedName.escape(value) == escaped)
    }

    @Test func writesMultiValuedAndUnknownAttributes() throws {
        var template = CertificateTemplate()
        template.subject = [
            .organization("First"), .init(oid: "1.2.3.4.5", value: DER.utf8("x")),
            .init(oid: "2.5.4.45", value: DER.bits([0xAB])), .commonName("last"),
        ]
        let certificate = try Certificate(der: IssuedCertificate.selfSigned(template).der)
        #expect(certificate.subject == "CN=last,x500UniqueIdentifier=#030200ab,1.2.3.4.5=#0c0178,O=First")
    }

    @Test func reportsAnAlternativeNameThatCannotBeRead() throws {
        var template = CertificateTemplate()
        template.names = []
        template.addresses = [[1, 2, 3]]
        let address = try Certificate(der: IssuedCertificate.selfSigned(template).der)
        #expect(address.sans.map(\.value) == ["#010203"])
        #expect(address.rawHex.map(\.hex) == ["010203"])

        template.addresses = []
        template.rawNames = [[0x82, 0x7F]]
        let broken = try Certificate(der: IssuedCertificate.selfSigned(template).der)
        #expect(broken.sans.isEmpty)
        #expect(broken.rawHex.map(\.field) == ["sans"])
        #expect(broken.rawHex.map(\.hex) == ["3002827f"])
    }

    @Test func survivesHostileObjectIdentifiers() throws {
        var template = CertificateTemplate()
        let endless = DER.element(0x06, [UInt8](repeating: 0xFF, count: 20_000) + [0x7F])
        template.rawNames = [DER.element(0x88, Array(endless.dropFirst(4)))]
        let clock = ContinuousClock()
        let certificate = try Certificate(der: IssuedCertificate.selfSigned(template).der)
        #expect(clock.measure { _ = certificate.sans } < .seconds(1))
    }
}
