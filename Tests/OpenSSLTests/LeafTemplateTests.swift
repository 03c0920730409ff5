import COpenSSL
import Foundation
import TestSupport
import Testing

@testable import OpenSSL

private func issue(_ template: LeafTemplate) throws -> Certificate {
    try EphemeralAuthority(commonName: "Root").issue(template).certificate
}

@Suite struct LeafTemplateTests {
    @Test func tellsAddressesFromNames() throws {
        let names = ["localhost", "127.0.0.1", "::1", "*.example.com", "2001:db8::1", "1.2.3", "::ffff:192.0.2.1"]
        let sans = try issue(LeafTemplate(names: names)).sans
        #expect(sans.map(\.value) == names)
        #expect(sans.map(\.type) == ["DNS", "IP", "IP", "DNS", "IP", "DNS", "IP"])
    }

    @Test(arguments: [
        "a.example,IP:192.0.2.1", "a.example,DNS:b.example", "DNS:a.example", "critical,a.example", "@section",
        "$ENV::HOME",
        "copy", "a\nb", "a\0b", "127.0.0.1\0", "127.0.0.1.", "", "é.example", "\"a", "#a",
    ])
    func takesEveryNameAsItIs(name: String) throws {
        let certificate = try issue(LeafTemplate(names: ["first.example", name]))
        #expect(certificate.sans.map(\.value) == ["first.example", name])
        #expect(certificate.sans.map(\.type) == ["DNS", "DNS"])
        #expect(X509_get_ext_count(certificate.pointer) == 6)
    }

    @Test func holdsTheNamesThatTheProgramSees() throws {
        let certificate = try issue(LeafTemplate(names: ["localhost", "127.0.0.1", "a,b"]))
        let path = try TemporaryFolder.write(Array(certificate.pem.utf8))
        let output = try OpenSSLCommand.run(["x509", "-in", path, "-noout", "-ext", "subjectAltName"])
        #expect(String(decoding: output, as: UTF8.self).contains("DNS:localhost, IP Address:127.0.0.1, DNS:a,b\n"))
        for (option, name) in [("-checkip", "127.0.0.1"), ("-checkhost", "localhost")] {
            let answer = try OpenSSLCommand.run(["x509", "-in", path, "-noout", option, name])
            #expect(String(decoding: answer, as: UTF8.self).contains("does match"), "\(name)")
        }
    }

    @Test func namesTheSubjectLikeTheFirstName() throws {
        #expect(try issue(LeafTemplate(names: ["a,b.example", "c.example"])).subject == #"CN=a\,b.example"#)
        let long = String(repeating: "a", count: 60) + ".example"
        let certificate = try issue(LeafTemplate(names: [long]))
        #expect(certificate.subject == "")
        #expect(certificate.sans.map(\.value) == [long])
        // Without a subject the names alone say for whom it is (RFC 5280, 4.2.1.6).
        let index = X509_get_ext_by_NID(certificate.pointer, NID_subject_alt_name, -1)
        #expect(X509_EXTENSION_get_critical(X509_get_ext(certificate.pointer, index)) == 1)
    }

    @Test func leavesOutTheExtensionWithoutNames() throws {
        let certificate = try issue(LeafTemplate(names: []))
        #expect(X509_get_ext_by_NID(certificate.pointer, NID_subject_alt_name, -1) == -1)
    }

    @Test(arguments: [
        (LeafTemplate.Attribute.StringType.utf8, Array("na\0ïve".utf8), "na\0ïve"),
        (.printable, [0x61, 0xE9], "a\u{FFFD}"), (.t61, [0x9B, 0xFC], "\u{9B}ü"), (.ia5, [0x61, 0x1B], "a\u{1B}"),
        (.bmp, [0x20, 0x2E], "\u{202E}"), (.universal, [0, 1, 0xF9, 0x89], "🦉"),
    ])
    func takesTheBytesOfASubjectAsTheyAre(
        type: LeafTemplate.Attribute.StringType, bytes: [UInt8], text: String
    ) throws {
        var template = LeafTemplate(names: ["localhost"])
        template.subject = [.init("O", Array("First".utf8), as: .printable), .init("CN", bytes, as: type)]
        let certificate = try issue(template)
        #expect(certificate.subjectCommonName == text)
        let entry = X509_NAME_get_entry(X509_get_subject_name(certificate.pointer), 1)
        let value = try #require(X509_NAME_ENTRY_get_data(entry))
        #expect(ASN1Text.bytes(of: value) == bytes)
        #expect(ASN1_STRING_type(value) == type.tag)
        #expect(certificate.subject.hasSuffix(",O=First"))
    }

    @Test(arguments: [
        LeafTemplate.Attribute("CN", [0x61, 0xFF], as: .utf8), .init("CN", [0x61], as: .bmp),
        .init("no such attribute", [0x61], as: .utf8),
    ])
    func refusesWhatNoPeerCouldDecode(attribute: LeafTemplate.Attribute) throws {
        var template = LeafTemplate(names: ["localhost"])
        template.subject = [attribute]
        #expect(throws: OpenSSLError.self) { try issue(template) }
        #expect(ERR_peek_error() == 0)
    }

    @Test func refusesADateThatCannotBeWritten() throws {
        var template = LeafTemplate(names: ["localhost"])
        template.validity = 0...10_000 * 366 * LeafTemplate.day
        #expect(throws: OpenSSLError.self) { try issue(template) }
    }
}
