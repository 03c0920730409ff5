import COpenSSL
import Foundation
import TestSupport
import Testing

@testable import OpenSSL

/// What the callback of a handshake is given and what it leaves; one thread uses it.
private final class Check {
    let trust: TrustStore
    let identity: PeerIdentity
    var verification: Verification?
    var runs = 0

    init(trust: TrustStore, identity: PeerIdentity) {
        self.trust = trust
        self.identity = identity
    }
}

/// Shakes hands in memory and returns what the client's verification said, and `SSL_get_verify_result`.
private func handshake(
    _ server: Identity, check: Check, depth: Int32? = nil
) throws -> (verification: Verification, result: Int) {
    let clientContext = try require(SSL_CTX_new(TLS_client_method()), "SSL_CTX_new")
    defer { SSL_CTX_free(clientContext) }
    let serverContext = try require(SSL_CTX_new(TLS_server_method()), "SSL_CTX_new")
    defer { SSL_CTX_free(serverContext) }
    // So that the server may show keys that the client's level refuses.
    SSL_CTX_set_security_level(serverContext, 0)
    SSL_CTX_set_security_level(clientContext, 2)
    try server.apply(toContext: serverContext)
    check.trust.apply(toContext: clientContext)
    SSL_CTX_set_cert_verify_callback(
        clientContext,
        { context, argument in
            guard let context, let argument else { return 0 }
            let check = Unmanaged<Check>.fromOpaque(argument).takeUnretainedValue()
            check.verification = Verification.run(
                context, trust: check.trust, expectations: check.identity, isClients: false)
            check.runs += 1
            return 1
        }, Unmanaged.passUnretained(check).toOpaque())
    let client = try require(SSL_new(clientContext), "SSL_new")
    defer { SSL_free(client) }
    let peer = try require(SSL_new(serverContext), "SSL_new")
    defer { SSL_free(peer) }
    if let depth { X509_VERIFY_PARAM_set_depth(SSL_get0_param(client), depth) }
    var (near, far): (OpaquePointer?, OpaquePointer?)
    try #require(BIO_new_bio_pair(&near, 0, &far, 0) == 1)
    SSL_set_bio(client, near, near)
    SSL_set_bio(peer, far, far)
    SSL_set_connect_state(client)
    SSL_set_accept_state(peer)
    withExtendedLifetime(check) {
        for _ in 0..<10 {
            SSL_do_handshake(client)
            SSL_do_handshake(peer)
        }
    }
    #expect(SSL_is_init_finished(client) == 1)
    #expect(check.runs == 1)
    return (try #require(check.verification), SSL_get_verify_result(client))
}

private func identity(_ issued: IssuedCertificate) throws -> Identity {
    try Identity(certificate: .file(issued.chainPath), key: .file(issued.keyPath))
}

@Suite struct VerificationHandshakeTests {
    @Test func leavesTheVerdictInTheConnection() throws {
        let root = try CertificateAuthority("Root")
        let between = try root.intermediate()
        let trust = try TrustStore([.path(root.certificatePath)])
        let (good, result) = try handshake(
            identity(between.issue()), check: Check(trust: trust, identity: .name("localhost")))
        #expect(good.isOK == true)
        #expect(good.received.certificates.count == 2)
        #expect(good.path.count == 3)
        #expect(result == Int(X509_V_OK))

        let (wrong, code) = try handshake(
            identity(between.issue()), check: Check(trust: trust, identity: .name("other.example")))
        #expect(wrong.isNameOK == false)
        #expect(code == Int(X509_V_ERR_HOSTNAME_MISMATCH))
    }

    @Test func verifiesAChainThatWasFoundGoodOnlyOnce() throws {
        let root = try CertificateAuthority("Root")
        let trust = try TrustStore([.path(root.certificatePath)])
        let server = try identity(root.intermediate().issue())
        let check = { (name: String) in Check(trust: trust, identity: .name(name)) }
        let (first, _) = try handshake(server, check: check("localhost"))
        let (second, result) = try handshake(server, check: check("localhost"))
        #expect(second.isOK == true && result == Int(X509_V_OK))
        #expect(second.path == first.path)
        // OpenSSL would have built a path of its own; only the leaf is always the one that came.
        #expect(second.path[1] === first.path[1] && second.path[0].pointer == second.received.leaf?.pointer)

        let (wrong, code) = try handshake(server, check: check("other.example"))
        #expect(wrong.isChainOK == true && wrong.isNameOK == false)
        #expect(code == Int(X509_V_ERR_HOSTNAME_MISMATCH))
        let (long, _) = try handshake(server, check: check("localhost"), depth: 0)
        #expect(long.isOK == false)
        // An address is looked for each time as a name is.
        for (address, isHeld) in [("127.0.0.1", true), ("192.0.2.1", false)] {
            let (other, _) = try handshake(server, check: Check(trust: trust, identity: .address(address)))
            #expect(other.isChainOK == true && other.isNameOK == isHeld)
        }
    }

    /// The names are the same, the keys are not.
    @Test func verifiesAChainThatLooksLikeAGoodOne() throws {
        let root = try CertificateAuthority("Root")
        let trust = try TrustStore([.path(root.certificatePath)])
        let check = { Check(trust: trust, identity: .name("localhost")) }
        let (good, _) = try handshake(identity(root.issue()), check: check())
        let (bad, _) = try handshake(identity(CertificateAuthority("Root").issue()), check: check())
        #expect(good.isOK == true && bad.isOK == false)
        #expect(good.received.leaf?.subject == bad.received.leaf?.subject)
    }

    /// What is wrong is looked for again: the system's bundle may have been read meanwhile.
    @Test func verifiesAgainWhatWasNotFoundGood() throws {
        let root = try CertificateAuthority("Root")
        let trust = try TrustStore([.path(CertificateAuthority("Other").certificatePath)])
        let server = try identity(root.issue())
        let verdicts = try (0..<2).map { _ in
            try handshake(server, check: Check(trust: trust, identity: .none)).verification
        }
        #expect(verdicts.map(\.isOK) == [false, false])
        #expect(verdicts[0].errors == verdicts[1].errors)
    }

    @Test func keepsPurposeDepthAndLevelOfTheConnection() throws {
        let root = try CertificateAuthority("Root")
        let trust = try TrustStore([.path(root.certificatePath)])
        let check = { Check(trust: trust, identity: .none) }
        var template = CertificateTemplate()
        template.usages = [.client]
        let purpose = try handshake(identity(root.issue(template)), check: check()).verification
        #expect(purpose.errors.map(\.code) == [X509_V_ERR_INVALID_PURPOSE])

        var weak = CertificateTemplate()
        weak.key = .rsa(1024)
        let level = try handshake(identity(root.issue(weak)), check: check()).verification
        #expect(level.errors.map(\.code) == [X509_V_ERR_EE_KEY_TOO_SMALL])

        let far = try identity(root.intermediate().issue())
        #expect(try handshake(far, check: check(), depth: 1).verification.isOK == true)
        let depth = try handshake(far, check: check(), depth: 0).verification
        #expect(depth.errors.map(\.code).contains(X509_V_ERR_CERT_CHAIN_TOO_LONG))
    }

    @Test func reportsAllFaultsAndFinishesTheHandshake() throws {
        var template = CertificateTemplate()
        template.notAfter = Date(timeIntervalSinceNow: -3600)
        let trust = try TrustStore([.path(CertificateAuthority("Other").certificatePath)])
        let (verification, result) = try handshake(
            identity(CertificateAuthority("Root").issue(template)),
            check: Check(trust: trust, identity: .name("other.example")))
        #expect(verification.errors.map(\.code).first.map(Int.init) == result)
        #expect(
            Set(verification.errors.map(\.code)).isSuperset(of: [
                X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_CERT_HAS_EXPIRED,
                X509_V_ERR_HOSTNAME_MISMATCH,
            ]))
        #expect(verification.missingIssuer == "CN=Root")
    }
}
