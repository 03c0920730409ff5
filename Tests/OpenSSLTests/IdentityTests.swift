import COpenSSL
import Foundation
import TestSupport
import Testing

@testable import OpenSSL

private func read(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(fileURLWithPath: path))) }

/// An encrypted copy of a key, and the form it is in.
private func encrypted(_ issued: IssuedCertificate, _ options: [String]) throws -> String {
    let path = TemporaryFolder.path(UUID().uuidString)
    try OpenSSLCommand.run(options + ["-in", issued.keyPath, "-out", path, "-passout", "pass:open sesame"])
    return path
}

@Suite struct IdentityTests {
    @Test func loadsLeafIntermediatesAndKeyFromOneFile() throws {
        let between = try CertificateAuthority().intermediate()
        let issued = try between.issue()
        let file = try TemporaryFolder.write(read(issued.chainPath) + read(issued.keyPath))
        let identity = try Identity(certificate: .file(file))
        #expect(identity.certificate.der == issued.der)
        #expect(identity.chain.map(\.der) == [between.certificate.der])
    }

    @Test func loadsAChainOfItsOwn() throws {
        let between = try CertificateAuthority().intermediate()
        let issued = try between.issue()
        let identity = try Identity(
            certificate: .file(issued.certificatePath), key: .file(issued.keyPath),
            chain: .file(between.certificatePath))
        #expect(identity.chain.map(\.der) == [between.certificate.der])
    }

    @Test func loadsDER() throws {
        let issued = try IssuedCertificate.selfSigned()
        let key = try OpenSSLCommand.run(["pkey", "-in", issued.keyPath, "-outform", "DER"])
        let identity = try Identity(certificate: .bytes(issued.der), key: .bytes(key))
        #expect(identity.certificate.der == issued.der)
    }

    @Test(arguments: [
        ["pkcs8", "-topk8"], ["pkcs8", "-topk8", "-outform", "DER"], ["ec", "-aes256"],
    ])
    func opensEncryptedKeysWithThePasswordOnly(form: [String]) throws {
        let issued = try IssuedCertificate.selfSigned()
        let key = try encrypted(issued, form)
        func load(_ password: PasswordSource?) throws -> Identity {
            try Identity(certificate: .file(issued.certificatePath), key: .file(key), password: password)
        }
        #expect(try load(.value(Array("open sesame".utf8))).certificate.der == issued.der)
        let line = try TemporaryFolder.write(Array("open sesame\r\nsecond line\n".utf8))
        #expect(try load(.file(line)).certificate.der == issued.der)
        #expect(throws: IdentityError.encryptedKey(path: key)) { try load(nil) }
        #expect(throws: IdentityError.wrongPassword(path: key)) { try load(.value(Array("wrong".utf8))) }
        #expect(throws: IdentityError.wrongPassword(path: key)) {
            try load(.value([UInt8](repeating: 65, count: 5000)))
        }
        #expect(
            throws: IdentityError.passwordUnavailable(
                source: "the environment variable SSLPROBE_NOT_SET", reason: "it is not set")
        ) { try load(.environment("SSLPROBE_NOT_SET")) }
        let missing = TemporaryFolder.path("no-password")
        #expect(
            throws: IdentityError.passwordUnavailable(source: missing, reason: "No such file or directory")
        ) { try load(.file(missing)) }
    }

    @Test func readsPasswordSourcesAsWritten() {
        #expect(PasswordSource(argument: "env:NAME") == .environment("NAME"))
        #expect(PasswordSource(argument: "file:/a:b") == .file("/a:b"))
        #expect(PasswordSource(argument: "env:") == nil)
        #expect(PasswordSource(argument: "secret") == nil)
    }

    @Test func refusesTheKeyOfAnotherCertificate() throws {
        let (one, two) = (try IssuedCertificate.selfSigned(), try IssuedCertificate.selfSigned())
        #expect(throws: IdentityError.keyMismatch(certificate: one.certificatePath, key: two.keyPath)) {
            try Identity(certificate: .file(one.certificatePath), key: .file(two.keyPath))
        }
    }

    @Test func namesWhatCannotBeUsed() throws {
        let issued = try IssuedCertificate.selfSigned()
        let missing = TemporaryFolder.path("missing.pem")
        let junk = try TemporaryFolder.write(Array("junk".utf8))
        let broken = try TemporaryFolder.write(
            Array("-----BEGIN CERTIFICATE-----\nMAAA\n-----END CERTIFICATE-----\n".utf8))
        let brokenKey = try TemporaryFolder.write(
            Array("-----BEGIN PRIVATE KEY-----\nMAAA\n-----END PRIVATE KEY-----\n".utf8))
        let noFile = "No such file or directory"
        let expected: [(String, String?, IdentityError)] = [
            (missing, nil, .unreadable(path: missing, reason: noFile)),
            (junk, nil, .notACertificate(path: junk)),
            (issued.keyPath, nil, .notACertificate(path: issued.keyPath)),
            (broken, nil, .malformedCertificate(path: broken)),
            (issued.certificatePath, nil, .noKey(path: issued.certificatePath)),
            (issued.certificatePath, missing, .unreadable(path: missing, reason: noFile)),
            (issued.certificatePath, junk, .notAKey(path: junk)),
            (issued.certificatePath, issued.certificatePath, .notAKey(path: issued.certificatePath)),
            (issued.certificatePath, brokenKey, .malformedKey(path: brokenKey)),
            (issued.certificatePath, "/", .unreadable(path: "/", reason: "Is a directory")),
        ]
        for (certificate, key, error) in expected {
            #expect(throws: error) {
                try Identity(certificate: .file(certificate), key: key.map { .file($0) })
            }
        }
    }

    @Test func installsCertificateKeyAndChain() throws {
        let between = try CertificateAuthority().intermediate()
        let issued = try between.issue()
        let identity = try Identity(certificate: .file(issued.chainPath), key: .file(issued.keyPath))
        let context = try #require(SSL_CTX_new(TLS_method()))
        defer { SSL_CTX_free(context) }
        try identity.apply(toContext: context)
        #expect(SSL_CTX_check_private_key(context) == 1)
        let installed = try #require(SSL_CTX_get0_certificate(context))
        #expect(Certificate(sharing: installed).der == issued.der)
        var chain: OpaquePointer?
        #expect(SSL_CTX_ctrl(context, SSL_CTRL_GET_CHAIN_CERTS, 0, &chain) == 1)
        #expect(CertificateChain(copying: chain).certificates.map(\.der) == [between.certificate.der])
    }

    @Test func saysWhenOpenSSLRefusesAWeakKey() throws {
        var template = CertificateTemplate()
        template.key = .rsa(1024)
        let issued = try IssuedCertificate.selfSigned(template)
        let identity = try Identity(certificate: .file(issued.certificatePath), key: .file(issued.keyPath))
        let context = try #require(SSL_CTX_new(TLS_method()))
        defer { SSL_CTX_free(context) }
        SSL_CTX_set_security_level(context, 2)
        var refusal: IdentityError?
        do { try identity.apply(toContext: context) } catch { refusal = error }
        guard case .refused(let path, let cause) = try #require(refusal) else {
            Issue.record("another error")
            return
        }
        #expect(path == issued.certificatePath)
        #expect(cause.cause?.isTLS(SSL_R_EE_KEY_TOO_SMALL) == true)
    }
}
