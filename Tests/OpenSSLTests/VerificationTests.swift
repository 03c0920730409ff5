import COpenSSL
import Foundation
import TestSupport
import Testing

@testable import OpenSSL

/// The codes that `openssl verify` prints for the same question, each once.
private func opensslVerify(
    _ chain: [IssuedCertificate], _ options: [String], environment: [String: String] = [:]
) throws -> Set<Int32> {
    let untrusted = chain.dropFirst().flatMap { ["-untrusted", $0.certificatePath] }
    return try OpenSSLCommand.verify(
        ["-purpose", "sslserver"] + options + untrusted + chain.prefix(1).map(\.certificatePath),
        environment: environment)
}

private func received(_ chain: [IssuedCertificate]) throws -> CertificateChain {
    try CertificateChain(chain.map { try Certificate(der: $0.der) })
}

/// Our verdict, held against that of `openssl verify`.
private func verify(
    _ chain: [IssuedCertificate], ca: [String], identity: PeerIdentity = .none
) throws -> Verification {
    let trust = try TrustStore(arguments: ca)
    let verification = try Verification.verify(chain: received(chain), against: trust, identity: identity)
    var options = ["-no-CAfile", "-no-CApath", "-no-CAstore"]
    for path in ca {
        options += [try LocalFile.isDirectory(path) ? "-CApath" : "-CAfile", path]
    }
    switch identity {
    case .name(let name): options += ["-verify_hostname", name]
    case .address(let address): options += ["-verify_ip", address]
    case .none: break
    }
    let theirs = try opensslVerify(chain, options)
    let ours = Set(verification.errors.map(\.code))
    // The command stops at the first error of some kinds, so it never knows more than we do.
    #expect(theirs.isSubset(of: ours))
    #expect(theirs.isEmpty == ours.isEmpty)
    return verification
}

@Suite struct VerificationTests {
    @Test func acceptsAGoodChain() throws {
        let root = try CertificateAuthority("Root")
        let between = try root.intermediate("Between")
        let leaf = try between.issue()
        let verification = try verify(
            [leaf, between.certificate], ca: [root.certificatePath], identity: .name("localhost"))
        #expect(verification.isOK == true)
        #expect(verification.errors.isEmpty)
        #expect(verification.isNameOK == true)
        #expect(verification.matchedName == "localhost")
        #expect(verification.path.map(\.subject) == ["CN=localhost", "CN=Between", "CN=Root"])
        #expect(verification.store == root.certificatePath)
        #expect(verification.isSentInOrder)
        #expect(verification.missingIssuer == nil)
    }

    @Test func saysWhichIssuerIsMissing() throws {
        let between = try CertificateAuthority("Root").intermediate("Between, Ltd")
        let leaf = try between.issue()
        let other = try CertificateAuthority("Other")
        let verification = try verify([leaf], ca: [other.certificatePath])
        #expect(verification.isOK == false)
        #expect(verification.errors.map(\.name).first == "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY")
        #expect(verification.errors.map(\.depth) == [0, 0])
        #expect(verification.missingIssuer == #"CN=Between\, Ltd"#)
    }

    @Test func toldApartWhetherTheUntrustedRootWasSent() throws {
        let root = try CertificateAuthority("Root")
        let other = try CertificateAuthority("Other")
        let leaf = try root.issue()
        let sent = try verify([leaf, root.certificate], ca: [other.certificatePath])
        #expect(sent.errors == [VerificationError(depth: 1, code: X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN)])
        #expect(sent.missingIssuer == nil)
        let notSent = try verify([leaf], ca: [other.certificatePath])
        #expect(notSent.missingIssuer == "CN=Root")
    }

    @Test func refusesASelfSignedCertificate() throws {
        let root = try CertificateAuthority("Root")
        let verification = try verify([IssuedCertificate.selfSigned()], ca: [root.certificatePath])
        #expect(verification.errors == [VerificationError(depth: 0, code: X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT)])
    }

    @Test func refusesWhatIsNotValidNow() throws {
        let root = try CertificateAuthority("Root")
        var template = CertificateTemplate()
        template.notAfter = Date(timeIntervalSinceNow: -3600)
        let expired = try verify([root.issue(template)], ca: [root.certificatePath])
        #expect(expired.errors == [VerificationError(depth: 0, code: X509_V_ERR_CERT_HAS_EXPIRED)])
        template.notBefore = Date(timeIntervalSinceNow: 3600)
        template.notAfter = Date(timeIntervalSinceNow: 7200)
        let early = try verify([root.issue(template)], ca: [root.certificatePath])
        #expect(early.errors == [VerificationError(depth: 0, code: X509_V_ERR_CERT_NOT_YET_VALID)])
    }

    @Test func refusesACertificateForClients() throws {
        let root = try CertificateAuthority("Root")
        var template = CertificateTemplate()
        template.usages = [.client]
        let leaf = try root.issue(template)
        let verification = try verify([leaf], ca: [root.certificatePath])
        #expect(verification.errors == [VerificationError(depth: 0, code: X509_V_ERR_INVALID_PURPOSE)])
        let asClient = try Verification.verify(
            chain: received([leaf]), against: TrustStore([.path(root.certificatePath)]), purpose: .client)
        #expect(asClient.isOK == true)
    }

    @Test func refusesWrongNamesAndAddresses() throws {
        let root = try CertificateAuthority("Root")
        let leaf = try root.issue()
        let name = try verify([leaf], ca: [root.certificatePath], identity: .name("other.example"))
        #expect(name.errors == [VerificationError(depth: 0, code: X509_V_ERR_HOSTNAME_MISMATCH)])
        #expect(name.isChainOK == true)
        #expect(name.isNameOK == false)
        #expect(name.isOK == false)
        #expect(name.checkedName == "other.example")
        #expect(name.matchedName == nil)
        let address = try verify([leaf], ca: [root.certificatePath], identity: .address("192.0.2.1"))
        #expect(address.errors == [VerificationError(depth: 0, code: X509_V_ERR_IP_ADDRESS_MISMATCH)])
        #expect(try verify([leaf], ca: [root.certificatePath], identity: .address("127.0.0.1")).isOK == true)
    }

    @Test func reportsEveryFaultAtOnce() throws {
        let between = try CertificateAuthority("Root").intermediate()
        var template = CertificateTemplate()
        template.notAfter = Date(timeIntervalSinceNow: -3600)
        template.usages = [.client]
        let verification = try verify(
            [between.issue(template)], ca: [CertificateAuthority("Other").certificatePath],
            identity: .name("other.example"))
        #expect(
            Set(verification.errors.map(\.name)) == [
                "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE",
                "X509_V_ERR_CERT_HAS_EXPIRED", "X509_V_ERR_INVALID_PURPOSE", "X509_V_ERR_HOSTNAME_MISMATCH",
            ])
    }

    @Test func judgesOnlyTheNameWithoutAuthorities() throws {
        let leaf = try CertificateAuthority().issue()
        let verification = try Verification.verify(
            chain: received([leaf]), against: TrustStore.none(), identity: .name("other.example"))
        #expect(verification.isOK == nil)
        #expect(verification.isChainOK == nil)
        #expect(verification.isNameOK == false)
        #expect(verification.errors == [VerificationError(depth: 0, code: X509_V_ERR_HOSTNAME_MISMATCH)])
        #expect(verification.store == "none")
    }

    @Test func countsIntermediatesForTheDepth() throws {
        let root = try CertificateAuthority("Root")
        let between = try root.intermediate()
        let chain = try received([between.issue(), between.certificate])
        let trust = try TrustStore([.path(root.certificatePath)])
        #expect(try Verification.verify(chain: chain, against: trust, depth: 1).isOK == true)
        let tooLong = try Verification.verify(chain: chain, against: trust, depth: 0)
        #expect(tooLong.errors.map(\.name).contains("X509_V_ERR_CERT_CHAIN_TOO_LONG"))
    }

    @Test func refusesWeakKeysAtTheLevelOfTLS() throws {
        let root = try CertificateAuthority("Root")
        var template = CertificateTemplate()
        template.key = .rsa(1024)
        let chain = try received([root.issue(template)])
        let trust = try TrustStore([.path(root.certificatePath)])
        let verification = try Verification.verify(chain: chain, against: trust, securityLevel: 2)
        #expect(verification.errors == [VerificationError(depth: 0, code: X509_V_ERR_EE_KEY_TOO_SMALL)])
    }

    @Test func endsWithALongChain() throws {
        var authority = try CertificateAuthority("Root")
        let root = authority
        var chain: [IssuedCertificate] = []
        for index in 0..<20 {
            authority = try authority.intermediate("Between \(index)")
            chain.insert(authority.certificate, at: 0)
        }
        chain.insert(try authority.issue(), at: 0)
        #expect(try verify(chain, ca: [root.certificatePath]).path.count == 22)
    }

    @Test func namesEveryCodeAsTheHeaderDoes() throws {
        let output = OpenSSLCommand.includeDirectory() + "/openssl/x509_vfy.h"
        let header = try String(contentsOfFile: output, encoding: .utf8)
        var seen = 0
        for line in header.split(separator: "\n") where line.contains("define") && line.contains(" X509_V_ERR_") {
            let words = line.split(separator: " ").map(String.init)
            guard let index = words.firstIndex(where: { $0.hasPrefix("X509_V_ERR_") }),
                let code = Int32(words[index + 1])
            else { continue }
            #expect(VerificationError(depth: 0, code: code).name == words[index])
            seen += 1
        }
        #expect(seen >= 90)
        #expect(VerificationError(depth: 0, code: 999).name == "X509_V_ERR_999")
    }
}
