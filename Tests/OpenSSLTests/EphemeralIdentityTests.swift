import COpenSSL
import Foundation
import TestSupport
import Testing

@testable import OpenSSL

/// An identity with a certificate in between, and the root.
private func identity(
    for name: String = "localhost", usage: LeafTemplate.Usage = .server, key: LeafTemplate.Key = .ecP256
) throws -> (identity: Identity, root: EphemeralAuthority) {
    let root = try EphemeralAuthority(commonName: "Root")
    var template = LeafTemplate(names: [name])
    template.usage = usage
    template.key = key
    return (try root.intermediate(commonName: "Between").issue(template), root)
}

@Suite struct EphemeralIdentityTests {
    @Test(arguments: [LeafTemplate.Key.ecP256, .rsa(bits: 2048)])
    func writesAFileThatCanBeReadAgain(key: LeafTemplate.Key) throws {
        let (identity, _) = try identity(key: key)
        let pem = Array(try identity.pem.utf8)
        let again = try Identity(certificate: .bytes(pem))
        #expect(again.certificate == identity.certificate)
        #expect(again.chain == identity.chain)
        #expect(try again.pem == identity.pem)
        let path = try TemporaryFolder.write(pem)
        // The program's own look at both halves of the file.
        #expect(
            try OpenSSLCommand.run(["pkey", "-in", path, "-pubout"])
                == OpenSSLCommand.run(["x509", "-in", path, "-noout", "-pubkey"]))
        let labels = String(decoding: pem, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("-----BEGIN") }
        let certificate: Substring = "-----BEGIN CERTIFICATE-----"
        #expect(labels == [certificate, certificate, "-----BEGIN PRIVATE KEY-----"])
    }

    @Test func matchesTheNamesOfItsCertificate() throws {
        let root = try EphemeralAuthority(commonName: "Root")
        let identity = try root.issue(LeafTemplate(names: ["a.example", "*.b.example", "127.0.0.1"]))
        for name in ["a.example", "A.Example", "x.b.example"] { #expect(identity.matches(serverName: name), "\(name)") }
        for name in ["b.example", "x.y.b.example", "c.example", "", ".example", "a.example\0", "127.0.0.1"] {
            #expect(!identity.matches(serverName: name), "\(name)")
        }
    }

    @Test func showsEachEndWhoTheOtherIs() throws {
        let (server, root) = try identity()
        let (client, clientRoot) = try identity(for: "client", usage: .client)
        let contexts = (
            try require(SSL_CTX_new(TLS_client_method()), "SSL_CTX_new"),
            try require(SSL_CTX_new(TLS_server_method()), "SSL_CTX_new")
        )
        defer { for context in [contexts.0, contexts.1] { SSL_CTX_free(context) } }
        let demand = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
        for (context, authority) in [(contexts.0, root), (contexts.1, clientRoot)] {
            try TrustStore([.certificates([authority.certificate], name: "memory")]).apply(toContext: context)
            SSL_CTX_set_verify(context, demand, nil)
        }
        let near = try require(SSL_new(contexts.0), "SSL_new")
        defer { SSL_free(near) }
        let far = try require(SSL_new(contexts.1), "SSL_new")
        defer { SSL_free(far) }
        try client.apply(toConnection: near)
        try server.apply(toConnection: far)
        #expect(SSL_set1_host(near, "localhost") == 1)
        try shakeHands(near, far)
        for (connection, peer) in [(near, server), (far, client)] {
            #expect(SSL_get_verify_result(connection) == Int(X509_V_OK))
            let chain = CertificateChain(copying: SSL_get_peer_cert_chain(connection)).certificates
            // A server's list leaves out the client's own certificate.
            #expect(chain.suffix(1) == peer.chain)
            let leaf = try require(SSL_get1_peer_certificate(connection), "SSL_get1_peer_certificate")
            #expect(Certificate(adopting: leaf) == peer.certificate)
        }
    }

    @Test func replacesTheIdentityOfOneConnectionOnly() throws {
        let (first, _) = try identity()
        let root = try EphemeralAuthority(commonName: "Other")
        let second = try root.issue(LeafTemplate(names: ["second.example"]))
        let context = try require(SSL_CTX_new(TLS_server_method()), "SSL_CTX_new")
        defer { SSL_CTX_free(context) }
        try first.apply(toContext: context)
        let connection = try require(SSL_new(context), "SSL_new")
        defer { SSL_free(connection) }
        try second.apply(toConnection: connection)
        #expect(Certificate(sharing: try #require(SSL_get_certificate(connection))) == second.certificate)
        #expect(Certificate(sharing: try #require(SSL_CTX_get0_certificate(context))) == first.certificate)
        var chain: OpaquePointer?
        #expect(SSL_ctrl(connection, SSL_CTRL_GET_CHAIN_CERTS, 0, &chain) == 1)
        #expect(chain == nil)
    }

    @Test func saysThatAWeakKeyWasMadeInMemory() throws {
        let (weak, _) = try identity(key: .rsa(bits: 1024))
        let context = try require(SSL_CTX_new(TLS_server_method()), "SSL_CTX_new")
        defer { SSL_CTX_free(context) }
        SSL_CTX_set_security_level(context, 2)
        let connection = try require(SSL_new(context), "SSL_new")
        defer { SSL_free(connection) }
        var refusal: IdentityError?
        do { try weak.apply(toConnection: connection) } catch { refusal = error }
        guard case .refused("memory", let cause) = try #require(refusal) else {
            Issue.record("another error")
            return
        }
        #expect(cause.cause?.isTLS(SSL_R_EE_KEY_TOO_SMALL) == true)
        SSL_set_security_level(connection, 0)
        try weak.apply(toConnection: connection)
    }

    // Under a sanitizer this finds what is freed twice or never.
    @Test func freesEverythingOnce() throws {
        var template = LeafTemplate(names: ["localhost", "127.0.0.1", "a,b"])
        template.subject = [.init("O", [0xFF], as: .printable), .commonName("localhost")]
        var broken = template
        broken.subject = [.init("CN", [0xFF], as: .utf8)]
        let context = try require(SSL_CTX_new(TLS_server_method()), "SSL_CTX_new")
        defer { SSL_CTX_free(context) }
        for _ in 0..<300 {
            weak var certificate: Certificate?
            do {
                let root = try EphemeralAuthority(commonName: "Root")
                let between = try root.intermediate(commonName: "Between")
                #expect(throws: OpenSSLError.self) { try between.issue(broken) }
                let identity = try between.issue(template)
                certificate = identity.certificate
                let connection = try require(SSL_new(context), "SSL_new")
                defer { SSL_free(connection) }
                try identity.apply(toConnection: connection)
                #expect(try identity.pem.hasSuffix("-----END PRIVATE KEY-----\n"))
                _ = try TrustStore([.certificates([root.certificate, between.certificate], name: "both")])
            }
            #expect(certificate == nil)
        }
        #expect(ERR_peek_error() == 0)
    }

    private func shakeHands(_ client: OpaquePointer, _ server: OpaquePointer) throws {
        var (near, far): (OpaquePointer?, OpaquePointer?)
        try #require(BIO_new_bio_pair(&near, 0, &far, 0) == 1)
        SSL_set_bio(client, near, near)
        SSL_set_bio(server, far, far)
        SSL_set_connect_state(client)
        SSL_set_accept_state(server)
        for _ in 0..<10 {
            SSL_do_handshake(client)
            SSL_do_handshake(server)
        }
        try #require(SSL_is_init_finished(client) == 1 && SSL_is_init_finished(server) == 1)
    }
}
