import OpenSSL
import ProbeKit
import TestSupport
import Testing

/// What is wrong with each profile for a client that follows the rules; the two last ones are valid.
private let faults: [(profile: CertificateProfile, errors: Set<String>)] = [
    (.expired, ["CERT_HAS_EXPIRED"]), (.notYetValid, ["CERT_NOT_YET_VALID"]), (.wrongHost, ["HOSTNAME_MISMATCH"]),
    (.selfSigned, ["DEPTH_ZERO_SELF_SIGNED_CERT"]),
    (.noIntermediate, ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"]),
    (.clientOnlyEKU, ["INVALID_PURPOSE"]), (.rsa1024, ["EE_KEY_TOO_SMALL"]), (.sha1, ["CA_MD_TOO_WEAK"]),
    (.manySANs, []), (.hostileSubject, []),
]

/// The errors by name for a client that knows the root, and the same from `openssl verify`.
private func verify(
    _ identity: Identity, root: EphemeralAuthority, host: String, level: Int32
) throws -> (ours: Set<String>, theirs: Set<String>) {
    let trust = try TrustStore([.certificates([root.certificate], name: "memory")])
    let chain = CertificateChain([identity.certificate] + identity.chain)
    let peer = PeerIdentity(host: host)
    let ours = try Verification.verify(chain: chain, against: trust, identity: peer, securityLevel: level)
    #expect(ours.store == "memory")
    var options = ["-purpose", "sslserver", "-auth_level", "\(level)", "-no-CApath", "-no-CAstore"]
    switch peer {
    case .name: options += ["-verify_hostname", host]
    case .address, .none: options += ["-verify_ip", host]
    }
    options += ["-CAfile", try TemporaryFolder.write(Array(root.certificate.pem.utf8))]
    options += ["-untrusted", try TemporaryFolder.write(Array(chain.pem.utf8))]
    let theirs = try OpenSSLCommand.verify(
        options + [try TemporaryFolder.write(Array(identity.certificate.pem.utf8))])
    func name(_ error: VerificationError) -> String { String(error.name.dropFirst("X509_V_ERR_".count)) }
    return (Set(ours.errors.map(name)), Set(theirs.map { name(VerificationError(depth: 0, code: $0)) }))
}

@Suite struct CertificateProfileTests {
    @Test func areTheTenOfTheCommandLine() {
        #expect(
            CertificateProfile.allCases.map(\.rawValue) == [
                "expired", "not-yet-valid", "wrong-host", "self-signed", "no-intermediate", "client-only-eku",
                "rsa-1024", "sha1", "many-sans", "hostile-subject",
            ])
        #expect(CertificateProfile.allCases == faults.map(\.profile))
        #expect(CertificateProfile.allCases.filter(\.needsSecurityLevelZero) == [.rsa1024, .sha1])
    }

    @Test(arguments: faults)
    func haveOneFaultEach(profile: CertificateProfile, errors: Set<String>) throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let identity = try profile.issue(by: root)
        let (ours, theirs) = try verify(identity, root: root, host: "localhost", level: 2)
        #expect(ours == errors)
        // The command stops at the first error of some kinds.
        #expect(theirs.isSubset(of: errors))
        #expect(theirs.isEmpty == errors.isEmpty)
        #expect(identity.chain.isEmpty)
    }

    @Test(arguments: [CertificateProfile.rsa1024, .sha1])
    func areValidAtLevelZeroWhenTheyNeedIt(profile: CertificateProfile) throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let identity = try profile.issue(by: root)
        let (ours, theirs) = try verify(identity, root: root, host: "localhost", level: 0)
        #expect(ours == [])
        #expect(theirs == [])
        // Level 1 already refuses them.
        #expect(try verify(identity, root: root, host: "localhost", level: 1).ours.count == (profile == .sha1 ? 1 : 0))
    }

    static let allButTheWrongHost = CertificateProfile.allCases.filter { $0 != .wrongHost }

    @Test(arguments: allButTheWrongHost)
    func areForTheNamesThatWereAskedFor(profile: CertificateProfile) throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let names = ["web.example", "192.0.2.7", "2001:db8::1"]
        let identity = try profile.issue(by: root, for: names)
        for host in names {
            let none = try TrustStore.none()
            let chain = CertificateChain([identity.certificate])
            let verification = try Verification.verify(chain: chain, against: none, identity: PeerIdentity(host: host))
            #expect(verification.isNameOK == true, "\(host)")
        }
        let sans = identity.certificate.sans
        #expect(sans.suffix(3).map(\.value) == names)
        #expect(sans.suffix(3).map(\.type) == ["DNS", "IP", "IP"])
        #expect(sans.count == (profile == .manySANs ? 1003 : 3))
    }

    @Test func areForThisMachineByDefault() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let identity = try CertificateProfile.expired.issue(by: root)
        #expect(identity.certificate.sans.map(\.value) == ["localhost", "127.0.0.1", "::1"])
        let other = try CertificateProfile.wrongHost.issue(by: root).certificate
        #expect(other.sans.map(\.value) == ["wrong.host.invalid"])
        #expect(other.subject == "CN=wrong.host.invalid")
    }

    @Test func wrongHostIsWrongForAddressesToo() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let identity = try CertificateProfile.wrongHost.issue(by: root)
        let (ours, theirs) = try verify(identity, root: root, host: "127.0.0.1", level: 2)
        #expect(ours == ["IP_ADDRESS_MISMATCH"])
        #expect(theirs == ours)
    }

    @Test func noIntermediateLacksWhatWouldMakeItValid() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let identity = try CertificateProfile.noIntermediate.issue(by: root)
        #expect(identity.certificate.issuer == "CN=sslprobe intermediate")
        #expect(identity.chain.isEmpty)
    }

    @Test func clientOnlyIsGoodForClients() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let chain = CertificateChain([try CertificateProfile.clientOnlyEKU.issue(by: root).certificate])
        let trust = try TrustStore([.certificates([root.certificate], name: "memory")])
        #expect(try Verification.verify(chain: chain, against: trust, purpose: .client).isOK == true)
    }

    @Test func hostileSubjectHoldsWhatNobodyMayPrint() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let certificate = try CertificateProfile.hostileSubject.issue(by: root).certificate
        let name = try #require(certificate.subjectCommonName)
        for text in ["\u{1B}[2J", "\0", "\r\n", "\n", "\"", "'", "\u{202E}", "\u{2066}", "\u{9B}", "\u{7F}"] {
            #expect(name.unicodeScalars.contains(text.unicodeScalars), "\(text.debugDescription)")
        }
        let raw = certificate.rawHex
        #expect(raw.map(\.field) == ["subject.CN", "subject.O"])
        #expect(raw.last?.hex == "4f7267ffc0afeda080e282")
        #expect(certificate.subject.contains(#"OU=\C2\9B31mUnit"#))
    }
}
