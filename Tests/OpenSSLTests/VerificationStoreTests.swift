import COpenSSL
import Foundation
import TestSupport
import Testing

@testable import OpenSSL

/// What the default store says with this bundle and this directory, and what `openssl verify` says with the same.
private func verifyBySystem(
    _ leaf: IssuedCertificate, file: CertificateAuthority?, directory: [CertificateAuthority]
) throws -> (ours: Verification, theirs: Bool) {
    let filePath = file?.certificatePath ?? TemporaryFolder.path("no-such-bundle")
    let directoryPath =
        try directory.isEmpty
        ? TemporaryFolder.path("no-such-directory") : CertificateAuthority.hashedDirectory(of: directory)
    let trust = try TrustStore([.system], system: .init(directory: directoryPath, file: filePath))
    let verification = try Verification.verify(chain: CertificateChain([Certificate(der: leaf.der)]), against: trust)
    let outcome = try OpenSSLCommand.outcome(
        ["verify", "-purpose", "sslserver", leaf.certificatePath],
        environment: ["SSL_CERT_FILE": filePath, "SSL_CERT_DIR": directoryPath])
    return (verification, outcome.status == 0)
}

@Suite struct VerificationStoreTests {
    @Test func leavesTheBundleAloneWhenTheDirectorySuffices() throws {
        let root = try CertificateAuthority("Root")
        let (ours, theirs) = try verifyBySystem(
            root.issue(), file: CertificateAuthority("Other"), directory: [root])
        #expect(ours.isOK == true && theirs)
        #expect(!ours.usedBundle)
        #expect(ours.store == "system")
    }

    @Test func readsTheBundleWhenTheDirectoryDoesNotHaveTheRoot() throws {
        let root = try CertificateAuthority("Root")
        let (ours, theirs) = try verifyBySystem(
            root.issue(), file: root, directory: [CertificateAuthority("Other")])
        #expect(ours.isOK == true && theirs)
        #expect(ours.usedBundle)
        #expect(try verifyBySystem(root.issue(), file: root, directory: []).ours.isOK == true)
    }

    @Test func refusesWhatNeitherHas() throws {
        let other = try CertificateAuthority("Other")
        let leaf = try CertificateAuthority("Root").issue()
        let (ours, theirs) = try verifyBySystem(leaf, file: other, directory: [other])
        #expect(ours.isOK == false && !theirs)
        #expect(try verifyBySystem(leaf, file: nil, directory: []).ours.isOK == false)
    }

    @Test(arguments: [true, false])
    func findsTheRightOneOfTwoRootsWithOneName(hasKeyIdentifiers: Bool) throws {
        var template = CertificateTemplate.authority("Root")
        template.hasKeyIdentifiers = hasKeyIdentifiers
        let (old, new) = (try CertificateAuthority(template), try CertificateAuthority(template))
        var request = CertificateTemplate()
        request.hasKeyIdentifiers = hasKeyIdentifiers
        let inFile = try verifyBySystem(new.issue(request), file: new, directory: [old])
        #expect(inFile.ours.isOK == inFile.theirs)
        #expect(inFile.ours.usedBundle)

        // OpenSSL looks at the bundle's namesake alone and refuses. The right root is in a directory that is trusted, so
        // our answer is the true one, and the bundle need not be read for it.
        let inDirectory = try verifyBySystem(old.issue(request), file: new, directory: [old])
        #expect(inDirectory.ours.isOK == true)
        #expect(!inDirectory.ours.usedBundle)
    }

    @Test func doesNotReadTheBundleForFaultsOfTheLeaf() throws {
        let root = try CertificateAuthority("Root")
        var template = CertificateTemplate()
        template.notAfter = Date(timeIntervalSinceNow: -3600)
        let (ours, theirs) = try verifyBySystem(root.issue(template), file: root, directory: [root])
        #expect(ours.isOK == false && !theirs)
        #expect(!ours.usedBundle)
    }

    @Test func addsUpItsSources() throws {
        let (one, two) = (try CertificateAuthority("One"), try CertificateAuthority("Two"))
        let directory = try CertificateAuthority.hashedDirectory(of: [two])
        let trust = try TrustStore(arguments: [one.certificatePath, directory])
        for authority in [one, two] {
            let chain = CertificateChain([try Certificate(der: authority.issue().der)])
            #expect(try Verification.verify(chain: chain, against: trust).isOK == true)
        }
        #expect(trust.description == one.certificatePath + "," + directory)
    }

    @Test func takesCertificatesInDERAndAmongOtherBlocks() throws {
        let root = try CertificateAuthority("Root")
        let chain = CertificateChain([try Certificate(der: root.issue().der)])
        let der = try TemporaryFolder.write(root.certificate.der)
        let key = try Array(Data(contentsOf: URL(fileURLWithPath: root.certificate.keyPath)))
        let pem = try Array(Data(contentsOf: URL(fileURLWithPath: root.certificatePath)))
        let mixed = try TemporaryFolder.write(Array("Our root:\n".utf8) + key + pem)
        for path in [der, mixed] {
            #expect(try Verification.verify(chain: chain, against: TrustStore(arguments: [path])).isOK == true)
        }
    }

    @Test func namesWhatCannotBeUsed() throws {
        let missing = TemporaryFolder.path("missing.pem")
        let unhashed = TemporaryFolder.path(UUID().uuidString)
        try FileManager.default.createDirectory(atPath: unhashed, withIntermediateDirectories: false)
        let root = try CertificateAuthority("Root")
        try FileManager.default.copyItem(atPath: root.certificatePath, toPath: unhashed + "/root.pem")
        let empty = try TemporaryFolder.write([])
        let junk = try TemporaryFolder.write(Array("junk".utf8))
        let broken = try TemporaryFolder.write(
            Array("-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n".utf8))
        let expected: [(String, TrustStoreError)] = [
            (missing, .unreadable(path: missing, reason: "No such file or directory")),
            (unhashed, .notHashed(path: unhashed)),
            (empty, .noCertificate(path: empty)),
            (junk, .noCertificate(path: junk)),
            (root.certificate.keyPath, .noCertificate(path: root.certificate.keyPath)),
            (broken, .malformed(path: broken)),
            ("/dev/zero", .unreadable(path: "/dev/zero", reason: "File too large")),
        ]
        for (path, error) in expected {
            #expect(throws: error) { try TrustStore(arguments: [path]) }
            #expect(error.description.contains(path))
        }
        #expect(throws: TrustStoreError.noneAmongOthers) { try TrustStore(arguments: ["none", "system"]) }
        #expect(try TrustStore(arguments: ["none"]).isNone)
    }
}
