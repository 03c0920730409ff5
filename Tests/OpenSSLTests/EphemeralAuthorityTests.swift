import COpenSSL
import TestSupport
import Testing

@testable import OpenSSL

private func trust(_ authority: EphemeralAuthority) throws -> TrustStore {
    try TrustStore([.certificates([authority.certificate], name: "memory")])
}

/// Our verdict on what the identity sends; `openssl verify -x509_strict` has to agree.
private func verify(
    _ identity: Identity, root: EphemeralAuthority, purpose: Verification.Purpose = .server
) throws -> Verification {
    let chain = CertificateChain([identity.certificate] + identity.chain)
    let ours = try Verification.verify(chain: chain, against: trust(root), purpose: purpose, securityLevel: 2)
    let theirs = try OpenSSLCommand.verify([
        "-x509_strict", "-purpose", purpose == .server ? "sslserver" : "sslclient", "-auth_level", "2",
        "-no-CApath", "-no-CAstore", "-CAfile", TemporaryFolder.write(Array(root.certificate.pem.utf8)),
        "-untrusted", TemporaryFolder.write(Array(chain.pem.utf8)),
        TemporaryFolder.write(Array(identity.certificate.pem.utf8)),
    ])
    #expect(theirs.isSubset(of: Set(ours.errors.map(\.code))))
    #expect(theirs.isEmpty == ours.errors.isEmpty)
    return ours
}

@Suite struct EphemeralAuthorityTests {
    @Test func issuesCertificatesThatBearAStrictLook() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let verification = try verify(root.issue(LeafTemplate(names: ["localhost"])), root: root)
        #expect(verification.isOK == true)
        #expect(verification.store == "memory")
        #expect(verification.path.map(\.subject) == ["CN=localhost", "CN=Root"])
    }

    @Test func sendsTheIssuersButNotTheRoot() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let upper = try root.intermediate(commonName: "Upper")
        let lower = try upper.intermediate(commonName: "Lower")
        var template = LeafTemplate(names: ["localhost"])
        let identity = try lower.issue(template)
        #expect(identity.chain == [lower.certificate, upper.certificate])
        #expect(try verify(identity, root: root).isOK == true)
        template.sendsIssuers = false
        let alone = try lower.issue(template)
        #expect(alone.chain.isEmpty)
        let verification = try verify(alone, root: root)
        #expect(verification.missingIssuer == "CN=Lower")
    }

    @Test func trustsNobodyElse() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        // The same name, so only the key tells them apart.
        let other = try EphemeralAuthority(commonName: "Root")
        let identity = try other.issue(LeafTemplate(names: ["localhost"]))
        #expect(try verify(identity, root: root).isChainOK == false)
        #expect(try verify(identity, root: other).isChainOK == true)
    }

    @Test func authoritiesMaySignAndNothingElse() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let between = try root.intermediate(commonName: "Between")
        for authority in [root, between] {
            let pointer = authority.certificate.pointer
            #expect(X509_check_ca(pointer) == 1)
            #expect(X509_get_key_usage(pointer) == UInt32(KU_KEY_CERT_SIGN | KU_CRL_SIGN))
            #expect(X509_get0_subject_key_id(pointer) != nil)
            let extensions = [NID_basic_constraints, NID_key_usage].map { X509_get_ext_by_NID(pointer, $0, -1) }
            #expect(extensions.allSatisfy { X509_EXTENSION_get_critical(X509_get_ext(pointer, $0)) == 1 })
            #expect(authority.certificate.key == PublicKey(type: "EC", bits: 256, curve: "secp256r1"))
        }
        #expect(root.certificate.isSelfSigned)
        #expect(between.certificate.issuer == "CN=Root")
        #expect(!between.certificate.isSelfSigned)
    }

    @Test(arguments: [
        (LeafTemplate.Usage.server, true, false), (.client, false, true), (.both, true, true),
    ])
    func issuesForTheEndThatWasAskedFor(usage: LeafTemplate.Usage, asServer: Bool, asClient: Bool) throws {
        let root = try EphemeralAuthority(commonName: "Root")
        var template = LeafTemplate(names: ["localhost"])
        template.usage = usage
        let identity = try root.issue(template)
        for (purpose, isGood) in [(Verification.Purpose.server, asServer), (.client, asClient)] {
            let verification = try verify(identity, root: root, purpose: purpose)
            #expect(verification.errors.map(\.code) == (isGood ? [] : [X509_V_ERR_INVALID_PURPOSE]))
        }
    }

    @Test(arguments: [
        (LeafTemplate.Key.ecP256, PublicKey(type: "EC", bits: 256, curve: "secp256r1"), KU_DIGITAL_SIGNATURE),
        (.rsa(bits: 2048), PublicKey(type: "RSA", bits: 2048, curve: nil), KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT),
    ])
    func makesTheKeyThatWasAskedFor(kind: LeafTemplate.Key, key: PublicKey, usage: Int32) throws {
        let root = try EphemeralAuthority(commonName: "Root")
        var template = LeafTemplate(names: ["localhost"])
        template.key = kind
        let identity = try root.issue(template)
        #expect(identity.certificate.key == key)
        #expect(identity.keyType == key.type)
        #expect(X509_get_key_usage(identity.certificate.pointer) == UInt32(usage))
        #expect(X509_check_ca(identity.certificate.pointer) == 0)
        #expect(try verify(identity, root: root).isOK == true)
    }

    @Test func saysWhyAKeyCannotBeMade() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        var template = LeafTemplate(names: ["localhost"])
        template.key = .rsa(bits: -1)
        var failure: OpenSSLError?
        do { _ = try root.issue(template) } catch { failure = error }
        #expect(failure?.operation == "EVP_RSA_gen")
        #expect(ERR_peek_error() == 0)
    }

    @Test func signsOverTheDigestThatWasAskedFor() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        var template = LeafTemplate(names: ["localhost"])
        #expect(try root.issue(template).certificate.signatureAlgorithm == "ecdsa-with-SHA256")
        template.digest = .sha1
        #expect(try root.issue(template).certificate.signatureAlgorithm == "ecdsa-with-SHA1")
    }

    @Test func signsByItselfWhenAsked() throws {
        let root = try EphemeralAuthority(commonName: "Root").intermediate(commonName: "Between")
        var template = LeafTemplate(names: ["localhost"])
        template.isSelfSigned = true
        let identity = try root.issue(template)
        #expect(identity.certificate.isSelfSigned)
        #expect(identity.chain.isEmpty)
        let alone = try Verification.verify(
            chain: CertificateChain([identity.certificate]),
            against: TrustStore([.certificates([identity.certificate], name: "itself")]))
        #expect(alone.isOK == true)
    }

    @Test func countsTheValidityFromNow() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        var template = LeafTemplate(names: ["localhost"])
        // The end is written as GeneralizedTime, the beginning as UTCTime.
        template.validity = -3600...40 * 365 * LeafTemplate.day
        let now = Int64(time(nil))
        let certificate = try root.issue(template).certificate
        let (start, end) = (try #require(certificate.notBefore), try #require(certificate.notAfter))
        #expect((-3600 ... -3590).contains(start.secondsSinceEpoch - now))
        #expect((0...10).contains(end.secondsSinceEpoch - now - 40 * 365 * 86_400))
        let usual = [root.certificate, try root.issue(LeafTemplate(names: ["localhost"])).certificate]
        #expect(usual.map { $0.daysLeft(at: now) } == [90, 90])
        #expect(usual.compactMap(\.notBefore).allSatisfy { (86_390...86_400).contains(now - $0.secondsSinceEpoch) })
    }

    @Test func numbersCertificatesAtRandom() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let serials = try (0..<50).map { _ in try root.issue(LeafTemplate(names: ["a"])).certificate.serialHex }
        #expect(Set(serials).count == 50)
        #expect(serials.allSatisfy { $0.utf8.count == 32 && "4567".contains($0.prefix(1)) })
    }

    @Test func yieldsWhatAPeerDecodes() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let certificate = try root.issue(LeafTemplate(names: ["localhost", "::1"])).certificate
        #expect(try Certificate(der: certificate.der) == certificate)
        let path = try TemporaryFolder.write(Array(certificate.pem.utf8))
        #expect(try OpenSSLCommand.run(["x509", "-in", path, "-outform", "DER"]) == certificate.der)
    }

    @Test func issuesFromManyTasksAtOnce() async throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let identities = try await withThrowingTaskGroup(of: Identity.self) { group in
            for index in 0..<64 { group.addTask { try root.issue(LeafTemplate(names: ["name-\(index).example"])) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let trust = try trust(root)
        for identity in identities {
            let chain = CertificateChain([identity.certificate])
            #expect(try Verification.verify(chain: chain, against: trust).isOK == true)
        }
        #expect(Set(identities.flatMap { $0.certificate.sans.map(\.value) }).count == 64)
    }
}
