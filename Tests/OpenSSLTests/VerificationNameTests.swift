import TestSupport
import Testing

@testable import OpenSSL

/// What a certificate holds, who was meant, and whether they agree.
struct NameCase: Sendable {
    let names: [String]
    let addresses: [[UInt8]]
    let commonName: String
    let target: String
    let matches: Bool

    init(_ names: [String], addresses: [[UInt8]] = [], commonName: String = "x", _ target: String, _ matches: Bool) {
        self.names = names
        self.addresses = addresses
        self.commonName = commonName
        self.target = target
        self.matches = matches
    }
}

private let loopback6 = [UInt8](repeating: 0, count: 15) + [1]

@Suite struct VerificationNameTests {
    @Test(arguments: [
        NameCase(["a.example"], "a.example", true),
        NameCase(["a.example"], "A.EXAMPLE", true),
        NameCase(["A.Example"], "a.example", true),
        NameCase(["a.example"], "b.example", false),
        NameCase(["a.example"], "aXexample", false),
        NameCase(["a.example"], "sub.a.example", false),
        NameCase(["a.example", "b.example"], "b.example", true),
        NameCase(["*.example.com"], "a.example.com", true),
        NameCase(["*.example.com"], "a.b.example.com", false),
        NameCase(["*.example.com"], "example.com", false),
        NameCase(["*.com"], "example.com", false),
        NameCase(["*"], "localhost", false),
        NameCase(["a.*.example.com"], "a.b.example.com", false),
        NameCase(["f*.example.com"], "foo.example.com", true),
        NameCase(["*.example.com"], "*.example.com", true),
        NameCase(["xn--mller-kva.example"], "xn--mller-kva.example", true),
        NameCase(["a.example"], "a.example.", false),
        NameCase(["good.example\0.evil.example"], "good.example", false),
        NameCase(["evil\0good.example"], "evil", false),
        NameCase(["evil\0good.example"], "good.example", false),
        NameCase([], commonName: "cn.example", "cn.example", true),
        NameCase(["a.example"], commonName: "cn.example", "cn.example", false),
        NameCase([], commonName: "good.example\0.evil", "good.example", false),
        NameCase([], addresses: [[127, 0, 0, 1]], "127.0.0.1", true),
        NameCase([], addresses: [[127, 0, 0, 1]], "127.0.0.2", false),
        NameCase([], addresses: [[127, 0, 0, 1]], "127.1", false),
        NameCase([], addresses: [loopback6], "::1", true),
        NameCase([], addresses: [loopback6], "0:0:0:0:0:0:0:1", true),
        NameCase([], addresses: [loopback6], "::2", false),
        NameCase([], addresses: [loopback6], "::1%lo", false),
        NameCase([], addresses: [loopback6], "[::1]", false),
        NameCase(["127.0.0.1"], "127.0.0.1", false),
        NameCase([], commonName: "127.0.0.1", "127.0.0.1", false),
        NameCase(["a.example"], "", false),
        NameCase(["a.example"], ".example", false),
        NameCase(["a.example"], "a.example\0", false),
        NameCase(["a.example"], "a.example\0.b", false),
    ])
    func comparesAsOpenSSLDoes(row: NameCase) throws {
        var template = CertificateTemplate(row.commonName)
        template.names = row.names
        template.addresses = row.addresses
        let root = try CertificateAuthority("Root")
        let leaf = try root.issue(template)
        let identity = PeerIdentity(host: row.target)
        let verification = try Verification.verify(
            chain: CertificateChain([Certificate(der: leaf.der)]), against: TrustStore([.path(root.certificatePath)]),
            identity: identity)
        #expect(verification.isNameOK == row.matches)
        #expect(verification.isChainOK == true)
        #expect(verification.errors.contains(where: \.isAboutName) == !row.matches)
        // The command cannot be asked about an empty name or one with a NUL, and takes a dot for "anything below".
        guard identity.isPossible else { return }
        let option = if case .address = identity { "-verify_ip" } else { "-verify_hostname" }
        let theirs = try OpenSSLCommand.outcome([
            "verify", "-CAfile", root.certificatePath, option, row.target, leaf.certificatePath,
        ])
        #expect((theirs.status == 0) == row.matches)
    }

    @Test func tellsAddressesFromNames() {
        #expect(PeerIdentity(host: "192.0.2.1") == .address("192.0.2.1"))
        #expect(PeerIdentity(host: "2001:db8::1") == .address("2001:db8::1"))
        #expect(PeerIdentity(host: "192.0.2.1.example") == .name("192.0.2.1.example"))
        #expect(PeerIdentity(host: "1.2.3") == .name("1.2.3"))
        #expect(PeerIdentity(host: "127.0.0.1\0") == .name("127.0.0.1\0"))
    }
}
