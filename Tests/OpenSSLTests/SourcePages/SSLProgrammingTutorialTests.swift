import COpenSSL
import Foundation
import Glibc
import TestSupport
import Testing

@testable import OpenSSL

/// The page "SSL Programming Tutorial", claim by claim and in its order.
///
/// It was written for OpenSSL 0.9: most of what is corrected here are calls that went away, and consequences of what came
/// since, such as tickets, TLS 1.3 and the refusal of renegotiations. What it says of closing and freeing still holds.
@Suite struct SSLProgrammingTutorialTests {
    // Every section of the page is a suite of its own, below.
}

private let tlsVersions: [LibraryContexts.Version] = [.tls12, .tls13]

// MARK: - Initializing the SSL Library

extension SSLProgrammingTutorialTests {
    @Suite struct Initializing {
        /// Corrects "you must perform initialization": nothing needs to be called. What the page calls is still there, under
        /// a macro, and returns 1 as often as it is asked.
        @Test func initialisingIsPossibleAndNotNeeded() throws {
            try LibraryPair(.tls13).shakeHands()
            #expect((0..<2).map { _ in OPENSSL_init_ssl(0, nil) } == [1, 1])
        }

        /// Corrects "both SSL and Crypto error strings need to be loaded".
        @Test func errorsHaveTheirWordsWithoutLoadingThem() throws {
            let context = try #require(SSL_CTX_new(TLS_method()))
            defer { SSL_CTX_free(context) }
            _ = SSL_CTX_set_cipher_list(context, "NOSUCH")
            _ = SSL_CTX_use_certificate_file(context, try TemporaryFolder.write([]), SSL_FILETYPE_PEM)
            let reasons = OpenSSLError(draining: "").reasons
            #expect(Set(reasons.map(\.library)).isSuperset(of: [ERR_LIB_SSL, ERR_LIB_PEM]))
            #expect(reasons.allSatisfy { !$0.text.isEmpty && $0.text != "reason \($0.reason)" })
        }

        /// Corrects the list of what is loaded: of DES-CBC, DES-EDE3-CBC, RC2, RC4, MD2, MD5 and SHA only three are.
        @Test func mostAlgorithmsOfThePageAreNotLoadedAnyMore() {
            let ciphers = ["DES-CBC", "DES-EDE3-CBC", "RC2-CBC", "RC4", "AES-256-GCM"].filter { name in
                let cipher = EVP_CIPHER_fetch(nil, name, nil)
                defer { EVP_CIPHER_free(cipher) }
                return cipher != nil
            }
            let digests = ["MD2", "MD5", "SHA1", "SHA256"].filter { name in
                let digest = EVP_MD_fetch(nil, name, nil)
                defer { EVP_MD_free(digest) }
                return digest != nil
            }
            ERR_clear_error()
            #expect(ciphers == ["DES-EDE3-CBC", "AES-256-GCM"])
            #expect(digests == ["MD5", "SHA1", "SHA256"])
        }
    }
}

// MARK: - Creating and Setting Up the SSL Context Structure

extension SSLProgrammingTutorialTests {
    @Suite struct CreatingTheContext {
        /// Corrects "table 4-2": SSLv2 is gone, and SSLv3 is not built in.
        @Test func thereAreNoMethodsForSSLv2AndSSLv3() {
            let found = ["SSLv2_method", "SSLv3_method", "SSLv23_method", "TLSv1_2_method", "TLS_method"].filter {
                (name: String) in dlsym(nil, name) != nil
            }
            #expect(found == ["TLSv1_2_method", "TLS_method"])
        }

        /// SSLv3 may be set as the lowest version, which says nothing, and as the only one, which finds no version to offer.
        @Test func aConnectionCannotBeMadeToSpeakSSLv3() throws {
            let contexts = try LibraryContexts(.tls12)
            #expect(probe_SSL_CTX_set_min_proto_version(contexts.client, SSL3_VERSION) == 1)
            #expect(probe_SSL_CTX_set_max_proto_version(contexts.client, SSL3_VERSION) == 1)
            let (client, _) = try LibraryPair(contexts).conclude()
            #expect(client.cause == SSL_R_NO_PROTOCOLS_AVAILABLE)
        }

        /// The page's "there is no SSL protocol version named SSLv23": the method for all versions takes the highest that
        /// both ends speak.
        @Test(arguments: tlsVersions)
        func theMethodForAllVersionsTakesTheHighestOfBoth(other: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(other)
            for bound in [probe_SSL_CTX_set_min_proto_version, probe_SSL_CTX_set_max_proto_version] {
                try #require(bound(contexts.server, 0) == 1)
            }
            let pair = try LibraryPair(contexts)
            try pair.shakeHands()
            #expect(SSL_version(pair.server) == (other == .tls12 ? TLS1_2_VERSION : TLS1_3_VERSION))
        }

        /// Corrects "the SSL client using the SSLv23 method cannot establish connection with the SSL server with the
        /// SSLv3/TLSv1 method because SSLv2 hello message is sent": the hello is one of TLS.
        @Test func aClientForAllVersionsReachesAServerForOne() throws {
            let contexts = try LibraryContexts(.tls12)
            try #require(probe_SSL_CTX_set_max_proto_version(contexts.client, 0) == 1)
            let context = try #require(SSL_CTX_new(probe_TLSv1_2_method()))
            defer { SSL_CTX_free(context) }
            try contexts.identity.apply(toContext: context)
            let pair = try LibraryPair(contexts, server: SSL_new(context))
            try pair.shakeHands()
            #expect(SSL_version(pair.client) == TLS1_2_VERSION)
        }

        /// The page's "consider the incompatibility among the versions": both are told, by the alert protocol_version.
        @Test func endsWithoutACommonVersionAreTold() throws {
            let contexts = try LibraryContexts(.tls13)
            try #require(probe_SSL_CTX_set_min_proto_version(contexts.server, TLS1_2_VERSION) == 1)
            try #require(probe_SSL_CTX_set_max_proto_version(contexts.server, TLS1_2_VERSION) == 1)
            let pair = try LibraryPair(contexts)
            let (client, server) = pair.conclude()
            #expect(server.cause == SSL_R_UNSUPPORTED_PROTOCOL)
            #expect(client.cause == SSL_AD_REASON_OFFSET + SSL_AD_PROTOCOL_VERSION)
            #expect(pair.trace.contains("s>alert(70)"))
        }

        /// The page's "one for server only, and one for client only".
        @Test func aMethodForOneEndCannotPlayTheOther() throws {
            for (method, call) in [(TLS_server_method(), SSL_connect), (TLS_client_method(), SSL_accept)] {
                let context = try #require(SSL_CTX_new(method))
                defer { SSL_CTX_free(context) }
                let ssl = try #require(SSL_new(context))
                defer { SSL_free(ssl) }
                let outcome = Outcome(ssl) { call($0) }
                #expect(outcome.status <= 0 && outcome.cause == probe_ERR_R_SHOULD_NOT_HAVE_BEEN_CALLED)
            }
        }

        /// The page's "takes the SSL_METHOD structure as an argument".
        @Test func aContextNeedsAMethod() {
            ERR_clear_error()
            #expect(SSL_CTX_new(nil) == nil)
            #expect(OpenSSLError(draining: "").cause?.isTLS(SSL_R_NULL_SSL_METHOD_PASSED) == true)
        }
    }

    /// What the setters of a context refuse, and how little they say.
    @Suite struct SettingUpTheContext {
        private let context: OwnContext

        init() throws { context = try OwnContext(TLS_method()) }

        @Test func unknownCiphersAreRefusedWithAReason() throws {
            for set in [SSL_CTX_set_cipher_list, SSL_CTX_set_ciphersuites] {
                #expect(Answer { set(context.pointer, "NOSUCH") } == Answer(0, ERR_LIB_SSL, SSL_R_NO_CIPHER_MATCH))
            }
            var settings = ClientSettings()
            settings.tls.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:NOSUCH"
            #expect(throws: SettingError(.ciphers, "NOSUCH")) { try Context(client: settings, trust: .none()) }
        }

        /// An unknown cipher beside a known one passes unseen, which the binding does not let happen.
        @Test func anUnknownCipherBesideAKnownOneIsSkipped() {
            #expect(SSL_CTX_set_cipher_list(context.pointer, "NOSUCH:ECDHE-ECDSA-AES128-GCM-SHA256") == 1)
        }

        /// OpenSSL 3.5 says nothing; 3.0 that an argument is invalid.
        @Test func unknownGroupsAreRefused() throws {
            let expected =
                LibraryVersion.isAtLeast(3, 5)
                ? Answer(0) : Answer(0, ERR_LIB_SSL, probe_ERR_R_PASSED_INVALID_ARGUMENT)
            #expect(Answer { probe_SSL_CTX_set1_groups_list(context.pointer, "NOSUCH") } == expected)
            var settings = ClientSettings()
            settings.tls.groups = "P-256:NOSUCH"
            #expect(throws: SettingError(.groups, "NOSUCH")) { try Context(client: settings, trust: .none()) }
        }

        @Test func unknownSignatureAlgorithmsAreRefusedWithoutAReason() throws {
            #expect(Answer { probe_SSL_CTX_set1_sigalgs_list(context.pointer, "NOSUCH") } == Answer(0))
            var settings = ClientSettings()
            settings.tls.signatureAlgorithms = "NOSUCH"
            #expect(throws: SettingError(.signatureAlgorithms, "NOSUCH")) {
                try Context(client: settings, trust: .none())
            }
        }

        @Test func unknownVersionsAreRefusedWithoutAReason() {
            for bound in [probe_SSL_CTX_set_min_proto_version, probe_SSL_CTX_set_max_proto_version] {
                #expect(Answer { bound(context.pointer, 0x0305) } == Answer(0))
            }
        }

        /// They are refused beside a version of TLS only, and have no effect where they are taken.
        @Test func versionsOfDTLSAreNotForTLS() throws {
            for bound in [probe_SSL_CTX_set_min_proto_version, probe_SSL_CTX_set_max_proto_version] {
                #expect(Answer { bound(context.pointer, DTLS1_2_VERSION) } == Answer(1))
            }
            let contexts = try LibraryContexts(.tls13)
            let pair = try LibraryPair(contexts, client: SSL_new(context.pointer))
            try pair.shakeHands()
            #expect(SSL_version(pair.client) == TLS1_3_VERSION)
            #expect(Answer { probe_SSL_CTX_set_min_proto_version(contexts.client, DTLS1_2_VERSION) } == Answer(0))
        }

        /// OpenSSL takes it, and has nothing to offer in the handshake; the binding refuses at once.
        @Test func aLowestVersionAboveTheHighestIsNoticedInTheHandshake() throws {
            let contexts = try LibraryContexts(.tls12)
            #expect(probe_SSL_CTX_set_min_proto_version(contexts.client, TLS1_3_VERSION) == 1)
            let pair = try LibraryPair(contexts)
            #expect(pair.conclude().client.cause == SSL_R_NO_PROTOCOLS_AVAILABLE)
            #expect(pair.trace.first == "c>alert(70)")
            var settings = ClientSettings()
            settings.tls.minimum = .tls13
            settings.tls.maximum = .tls12
            #expect(throws: SettingError.self) { try Context(client: settings, trust: .none()) }
        }

        @Test func namesThatCannotBeSentAreRefusedAndAddressesAreTaken() throws {
            let ssl = try #require(SSL_new(context.pointer))
            defer { SSL_free(ssl) }
            let refused = Answer(0, ERR_LIB_SSL, SSL_R_SSL3_EXT_INVALID_SERVERNAME)
            for name in ["", String(repeating: "a", count: 256)] {
                #expect(Answer { probe_SSL_set_tlsext_host_name(ssl, name) } == refused)
            }
            #expect(Answer { probe_SSL_set_tlsext_host_name(ssl, "192.0.2.1") } == Answer(1))
        }

        /// The one setter whose 0 means success, and whose failure says nothing.
        @Test func theListOfProtocolsHasItsReturnValueTurnedRound() throws {
            let ssl = try #require(SSL_new(context.pointer))
            defer { SSL_free(ssl) }
            #expect(Answer { SSL_set_alpn_protos(ssl, [2, 104, 50], 3) } == Answer(0))
            #expect(Answer { SSL_set_alpn_protos(ssl, [3, 104, 50], 3) } == Answer(1))
            var settings = ConnectionSettings()
            settings.alpn = [""]
            let context = try Context(client: ClientSettings(), trust: .none())
            #expect(throws: SettingError(.alpn, "")) {
                _ = try Connection(client: context, settings: settings).isFinished
            }
        }
    }
}

// MARK: - Setting Up the Certificate and Key

extension SSLProgrammingTutorialTests {
    @Suite struct SettingUpTheCertificateAndKey {
        /// The page's "server's own certificate (mandatory)". A server that lacks it does not even speak TLS 1.3.
        @Test(arguments: tlsVersions)
        func aServerWithoutACertificateCannotServe(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let server = try #require(SSL_new(contexts.server))
            SSL_certs_clear(server)
            let pair = try LibraryPair(contexts, server: server)
            let (client, outcome) = pair.conclude()
            let isOld = version == .tls12
            #expect(outcome.cause == (isOld ? SSL_R_NO_SHARED_CIPHER : SSL_R_UNSUPPORTED_PROTOCOL))
            let alert = isOld ? SSL_AD_HANDSHAKE_FAILURE : SSL_AD_PROTOCOL_VERSION
            #expect(client.cause == SSL_AD_REASON_OFFSET + alert)
        }

        /// Corrects "CA certificate (mandatory)" for a client: nothing is verified unless it asks for that.
        @Test(arguments: tlsVersions)
        func aClientNeedsNoAuthority(version: LibraryContexts.Version) throws {
            let pair = try LibraryPair(version)
            try pair.shakeHands()
            pair.write("ping", from: pair.client)
            #expect(pair.settle().server == Array("ping".utf8))
        }

        /// The page's "client's own certificate (optional)": it is shown only to a server that asks.
        @Test(arguments: [SSL_VERIFY_NONE, SSL_VERIFY_PEER])
        func aClientShowsItsCertificateOnlyWhenAsked(mode: Int32) throws {
            let contexts = try LibraryContexts(.tls13)
            try contexts.verifyClient(mode)
            try contexts.knowClient()
            let pair = try LibraryPair(contexts)
            try pair.shakeHands()
            #expect((SSL_get0_peer_certificate(pair.server) != nil) == (mode == SSL_VERIFY_PEER))
        }

        /// The page's "the SSL structure automatically loads the same certificate that is contained in the SSL_CTX
        /// structure" and "if it needs to load a different certificate".
        @Test func aCertificateOfAConnectionOverridesThatOfItsContext() throws {
            let contexts = try LibraryContexts(.tls13)
            let other = try issued("other.example")
            let ssl = try #require(SSL_new(contexts.server))
            try other.apply(toConnection: ssl)
            let pairs = [try LibraryPair(contexts, server: ssl), try LibraryPair(contexts)]
            for pair in pairs { try pair.shakeHands() }
            #expect(pairs.map { peerCertificate($0.client)?.der } == [other, contexts.identity].map(\.certificate.der))
        }

        /// What a connection loads from its context are copies.
        @Test func aCertificateSetLaterOnTheContextDoesNotReachItsConnections() throws {
            let contexts = try LibraryContexts(.tls13)
            let ssl = try #require(SSL_new(contexts.server))
            try issued("other.example").apply(toContext: contexts.server)
            let pair = try LibraryPair(contexts, server: ssl)
            try pair.shakeHands()
            #expect(peerCertificate(pair.client)?.der == contexts.identity.certificate.der)
        }

        /// The page's `SSL_CTX_use_certificate_file` takes the first certificate of a file and leaves the rest.
        @Test func theCallForACertificateFileLeavesTheChainOut() throws {
            #expect(try chainLength { SSL_CTX_use_certificate_file($0, $1, SSL_FILETYPE_PEM) } == 1)
        }

        @Test func theCallForAChainFileTakesAll() throws {
            #expect(try chainLength { SSL_CTX_use_certificate_chain_file($0, $1) } == 2)
        }

        @Test func theBindingTakesAllOfAFileAndOfMemory() throws {
            let bytes = Array(try intermediateIdentity().pem.utf8)
            for source in [Identity.Source.file(try TemporaryFolder.write(bytes)), .bytes(bytes)] {
                let contexts = try LibraryContexts(.tls13)
                try Identity(certificate: source).apply(toContext: contexts.server)
                let pair = try LibraryPair(contexts)
                try pair.shakeHands()
                #expect(CertificateChain(copying: SSL_get_peer_cert_chain(pair.client)).certificates.count == 2)
            }
        }

        @Test func filesMayBeInPEMOrDER() throws {
            let identity = try issued("localhost")
            let key = try identity.key
            let files = try Files(identity)
            let der = (
                certificate: try TemporaryFolder.write(identity.certificate.der),
                key: try TemporaryFolder.write(Certificate.encode { i2d_PrivateKey(key.pointer, $0) })
            )
            for (type, certificate, key) in [
                (SSL_FILETYPE_PEM, files.certificate, files.key), (SSL_FILETYPE_ASN1, der.certificate, der.key),
            ] {
                let context = try OwnContext(TLS_method())
                #expect(SSL_CTX_use_certificate_file(context.pointer, certificate, type) == 1)
                #expect(SSL_CTX_use_PrivateKey_file(context.pointer, key, type) == 1)
                #expect(try serves(context, identity))
            }
        }

        @Test func aFileInTheOtherFormIsRefused() throws {
            let identity = try issued("localhost")
            let context = try OwnContext(TLS_method())
            let (pem, der) = (try Files(identity).certificate, try TemporaryFolder.write(identity.certificate.der))
            let asDER = Answer { SSL_CTX_use_certificate_file(context.pointer, pem, SSL_FILETYPE_ASN1) }
            #expect(asDER.status == 0 && asDER.library == ERR_LIB_ASN1)
            let asPEM = Answer { SSL_CTX_use_certificate_file(context.pointer, der, SSL_FILETYPE_PEM) }
            #expect(asPEM == Answer(0, ERR_LIB_PEM, PEM_R_NO_START_LINE))
        }

        /// The page's `SSL_CTX_use_PrivateKey_ASN1`, and its sister for the certificate: neither needs a file.
        @Test func certificateAndKeyMayComeFromMemory() throws {
            let identity = try issued("localhost")
            let key = try identity.key
            let context = try OwnContext(TLS_method())
            let certificate = identity.certificate.der
            let bytes = Certificate.encode { i2d_PrivateKey(key.pointer, $0) }
            #expect(SSL_CTX_use_certificate_ASN1(context.pointer, Int32(certificate.count), certificate) == 1)
            #expect(SSL_CTX_use_PrivateKey_ASN1(EVP_PKEY_EC, context.pointer, bytes, bytes.count) == 1)
            #expect(try serves(context, identity))
        }

        /// Corrects "the encrypted message sent from the peer can be decrypted only using the private key": the key signs the
        /// handshake. Only the old ciphers of RSA, which TLS 1.3 does not have, decrypt with it, and have no
        /// ServerKeyExchange that could be signed.
        @Test func theKeySignsAndDecryptsOnlyWithOldCiphers() throws {
            var template = LeafTemplate(names: ["localhost"])
            template.key = .rsa(bits: 2048)
            let identity = try ConnectionEnds.authority.get().issue(template)
            for (cipher, isSigned) in [("ECDHE-RSA-AES128-GCM-SHA256", true), ("AES128-GCM-SHA256", false)] {
                let contexts = try LibraryContexts(.tls12)
                try identity.apply(toContext: contexts.server)
                try #require(SSL_CTX_set_cipher_list(contexts.client, cipher) == 1)
                let pair = try LibraryPair(contexts)
                try pair.shakeHands()
                #expect(pair.trace.contains("s>server_key_exchange") == isSigned)
            }
            let pair = try LibraryPair(.tls13)
            try pair.shakeHands()
            #expect(pair.trace.contains("s>certificate_verify"))
        }

        /// The page's "a private key that corresponds to the certificate".
        @Test func aKeyThatDoesNotCorrespondIsRefused() throws {
            let (one, other) = (try Files(issued("one.example")), try Files(issued("other.example")))
            let context = try OwnContext(TLS_method())
            try #require(SSL_CTX_use_certificate_file(context.pointer, one.certificate, SSL_FILETYPE_PEM) == 1)
            let answer = Answer { SSL_CTX_use_PrivateKey_file(context.pointer, other.key, SSL_FILETYPE_PEM) }
            #expect(answer == Answer(0, ERR_LIB_X509, X509_R_KEY_VALUES_MISMATCH))
        }

        /// The other way round it succeeds, and there is no key any more: every handshake fails.
        @Test func aCertificateAfterAKeyThatDoesNotCorrespondDropsTheKeyWithoutAWord() throws {
            let (one, other) = (try Files(issued("one.example")), try Files(issued("other.example")))
            let context = try OwnContext(TLS_method())
            try #require(SSL_CTX_use_certificate_file(context.pointer, one.certificate, SSL_FILETYPE_PEM) == 1)
            try #require(SSL_CTX_use_PrivateKey_file(context.pointer, one.key, SSL_FILETYPE_PEM) == 1)
            let answer = Answer { SSL_CTX_use_certificate_file(context.pointer, other.certificate, SSL_FILETYPE_PEM) }
            #expect(answer == Answer(1))
            let check = Answer { SSL_CTX_check_private_key(context.pointer) }
            #expect(check == Answer(0, ERR_LIB_SSL, SSL_R_NO_PRIVATE_KEY_ASSIGNED))
            let pair = try LibraryPair(LibraryContexts(.tls12), server: SSL_new(context.pointer))
            #expect(pair.conclude().server.cause == SSL_R_NO_SHARED_CIPHER)
        }

        @Test func theBindingRefusesAKeyOfAnotherCertificate() throws {
            let (one, other) = (try Files(issued("one.example")), try Files(issued("other.example")))
            let refusal = IdentityError.keyMismatch(certificate: one.certificate, key: other.key)
            #expect(throws: refusal) {
                try Identity(certificate: .file(one.certificate), key: .file(other.key))
            }
        }

        @Test func aKeyCannotBeCheckedWithoutACertificate() throws {
            let context = try OwnContext(TLS_method())
            let expected = Answer(0, ERR_LIB_SSL, SSL_R_NO_CERTIFICATE_ASSIGNED)
            #expect(Answer { SSL_CTX_check_private_key(context.pointer) } == expected)
        }

        /// The page's `SSL_CTX_use_RSAPrivateKey_file`, deprecated since 3.0: the call without RSA takes every kind.
        @Test func theCallsForRSAKeysTakeNoOther() throws {
            var template = LeafTemplate(names: ["localhost"])
            template.key = .rsa(bits: 2048)
            let rsa = try Files(ConnectionEnds.authority.get().issue(template))
            let ec = try Files(issued("localhost"))
            let context = try OwnContext(TLS_method())
            let load = { probe_SSL_CTX_use_RSAPrivateKey_file(context.pointer, $0, SSL_FILETYPE_PEM) }
            #expect(Answer { load(rsa.key) } == Answer(1))
            #expect(Answer { load(ec.key) } == Answer(0, ERR_LIB_EVP, EVP_R_EXPECTING_AN_RSA_KEY))
            for key in [rsa.key, ec.key] {
                #expect(SSL_CTX_use_PrivateKey_file(context.pointer, key, SSL_FILETYPE_PEM) == 1)
            }
        }

        /// A callback must be there: without any, OpenSSL asks on the terminal.
        @Test func anEncryptedKeyNeedsAPasswordFromACallback() throws {
            let path = try TemporaryFolder.write(encryptedKey(of: issued("localhost"), password: "secret"))
            let context = try OwnContext(TLS_method())
            SSL_CTX_set_default_passwd_cb(context.pointer, refusePassword)
            let refused = OpenSSLError(refusing: SSL_CTX_use_PrivateKey_file(context.pointer, path, SSL_FILETYPE_PEM))
            #expect(refused?.reasons.last?.library == ERR_LIB_SSL || refused?.reasons.last?.library == ERR_LIB_PEM)
            #expect(refused?.reasons.contains { $0.library == ERR_LIB_PEM } == true)
            SSL_CTX_set_default_passwd_cb(context.pointer) { buffer, _, _, _ in
                buffer?.update(from: "secret", count: 6)
                return 6
            }
            #expect(SSL_CTX_use_PrivateKey_file(context.pointer, path, SSL_FILETYPE_PEM) == 1)
        }

        @Test func theBindingTellsAMissingPasswordFromAWrongOne() throws {
            let identity = try issued("localhost")
            let key = try TemporaryFolder.write(encryptedKey(of: identity, password: "secret"))
            let certificate = Identity.Source.bytes(Array(identity.certificate.pem.utf8))
            #expect(throws: IdentityError.encryptedKey(path: key)) {
                try Identity(certificate: certificate, key: .file(key))
            }
            #expect(throws: IdentityError.wrongPassword(path: key)) {
                try Identity(certificate: certificate, key: .file(key), password: .value(Array("wrong".utf8)))
            }
            let opened = try Identity(certificate: certificate, key: .file(key), password: .value(Array("secret".utf8)))
            #expect(try opened.pem == identity.pem)
        }

        /// The level of security decides as early as here.
        @Test func aKeyBelowTheSecurityLevelIsRefused() throws {
            var template = LeafTemplate(names: ["localhost"])
            template.key = .rsa(bits: 1024)
            let weak = try ConnectionEnds.authority.get().issue(template)
            let context = try OwnContext(TLS_method())
            SSL_CTX_set_security_level(context.pointer, 2)
            let answer = Answer { SSL_CTX_use_certificate(context.pointer, weak.certificate.pointer) }
            #expect(answer == Answer(0, ERR_LIB_SSL, SSL_R_EE_KEY_TOO_SMALL))
        }

        // MARK: Helpers

        /// How many certificates a client sees of a file that holds two.
        private func chainLength(_ load: (OpaquePointer, String) -> Int32) throws -> Int {
            let files = try Files(intermediateIdentity())
            let contexts = try LibraryContexts(.tls13)
            try #require(load(contexts.server, files.all) == 1)
            try #require(SSL_CTX_use_PrivateKey_file(contexts.server, files.all, SSL_FILETYPE_PEM) == 1)
            let pair = try LibraryPair(contexts)
            try pair.shakeHands()
            return CertificateChain(copying: SSL_get_peer_cert_chain(pair.client)).certificates.count
        }

        /// Whether a server of the context shows the identity.
        private func serves(_ context: OwnContext, _ identity: Identity) throws -> Bool {
            let pair = try LibraryPair(LibraryContexts(.tls13), server: SSL_new(context.pointer))
            try pair.shakeHands()
            return peerCertificate(pair.client)?.der == identity.certificate.der
        }

        /// The key in PEM, encrypted.
        private func encryptedKey(of identity: Identity, password: String) throws -> [UInt8] {
            let key = try identity.key
            let output = try MemoryBIO([])
            let word = Array(password.utf8).map { CChar(bitPattern: $0) }
            let status = PEM_write_bio_PKCS8PrivateKey(
                output.pointer, key.pointer, EVP_aes_256_cbc(), word, Int32(word.count), nil, nil)
            try #require(status == 1)
            var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(output.pointer))
            try #require(BIO_read(output.pointer, &bytes, Int32(bytes.count)) == Int32(bytes.count))
            return bytes
        }
    }
}

// MARK: - Loading a CA Certificate

extension SSLProgrammingTutorialTests {
    @Suite struct LoadingAnAuthority {
        /// Corrects "the certificate must exist in the same directory as the SSL application": any path will do.
        @Test func aFileOfAuthoritiesMayBeAnywhere() throws {
            let root = try EphemeralAuthority(commonName: "Root")
            let path = try TemporaryFolder.write(Array(root.certificate.pem.utf8))
            let code = try verdict(of: root.issue(LeafTemplate(names: ["localhost"]))) { contexts, _ in
                try #require(SSL_CTX_load_verify_locations(contexts.client, path, nil) == 1)
            }
            #expect(code == .good)
        }

        /// Corrects "if the certificate is specified by CAfile, specify NULL for CApath" and "to use CApath, specify NULL for
        /// CAfile": both may be given, and both count.
        @Test func aFileAndADirectoryMayBeGivenTogether() throws {
            let roots = [try CertificateAuthority("In the file"), try CertificateAuthority("In the directory")]
            let directory = try CertificateAuthority.hashedDirectory(of: [roots[1]])
            for root in roots {
                let code = try verdict(of: identity(root.issue())) { contexts, _ in
                    let status = SSL_CTX_load_verify_locations(contexts.client, roots[0].certificatePath, directory)
                    try #require(status == 1)
                }
                #expect(code == .good)
            }
        }

        /// The page's "first searches the certificates in CAfile, then those in CApath": of two roots with one name and one
        /// key the chain ends with that of the file.
        @Test func theFileIsSearchedBeforeTheDirectory() throws {
            let root = try CertificateAuthority("Root")
            let directory = try CertificateAuthority.hashedDirectory(of: [root])
            let file = try TemporaryFolder.write(Array(renewed(root).pem.utf8))
            for (file, serial) in [(file, "63"), (nil, try Certificate(der: root.certificate.der).serialHex)] {
                let contexts = try LibraryContexts(.tls13)
                try #require(SSL_CTX_load_verify_locations(contexts.client, file, directory) == 1)
                try identity(root.issue()).apply(toContext: contexts.server)
                SSL_CTX_set_verify(contexts.client, SSL_VERIFY_PEER, nil)
                let pair = try LibraryPair(contexts)
                try pair.shakeHands()
                let path = CertificateChain(copying: SSL_get0_verified_chain(pair.client)).certificates
                #expect(path.last?.serialHex == serial)
            }
        }

        /// The page's "you must also hash the CA certificates in the directory".
        @Test func aDirectoryWithoutHashedNamesIsOfNoUse() throws {
            let root = try CertificateAuthority("Root")
            let directory = TemporaryFolder.path(UUID().uuidString)
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
            try FileManager.default.copyItem(atPath: root.certificatePath, toPath: directory + "/root.pem")
            let code = try verdict(of: identity(root.issue())) { contexts, _ in
                try #require(SSL_CTX_load_verify_locations(contexts.client, nil, directory) == 1)
            }
            #expect(code == Verdict(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, SSL_AD_UNKNOWN_CA))
            #expect(throws: TrustStoreError.notHashed(path: directory)) { try TrustStore([.path(directory)]) }
        }

        /// A typing error in the directory passes unseen; the binding reports it.
        @Test func aMissingDirectoryIsNoError() throws {
            let context = try OwnContext(TLS_method())
            let path = TemporaryFolder.path("missing")
            #expect(Answer { SSL_CTX_load_verify_locations(context.pointer, nil, path) } == Answer(1))
            #expect(throws: TrustStoreError.self) { try TrustStore([.path(path)]) }
        }

        @Test func aMissingFileIsAnErrorOfTheSystem() throws {
            let context = try OwnContext(TLS_method())
            let path = TemporaryFolder.path("missing.pem")
            let answer = Answer { SSL_CTX_load_verify_locations(context.pointer, path, nil) }
            #expect(answer == Answer(0, ERR_LIB_SYS, ENOENT))
        }

        @Test(arguments: ["", "junk"])
        func aFileWithoutACertificateIsAnErrorOfItsOwn(content: String) throws {
            let context = try OwnContext(TLS_method())
            let path = try TemporaryFolder.write(Array(content.utf8))
            let answer = Answer { SSL_CTX_load_verify_locations(context.pointer, path, nil) }
            #expect(answer == Answer(0, ERR_LIB_X509, X509_R_NO_CERTIFICATE_OR_CRL_FOUND))
        }

        @Test func neitherFileNorDirectoryIsRefusedWithoutAReason() throws {
            let context = try OwnContext(TLS_method())
            #expect(Answer { SSL_CTX_load_verify_locations(context.pointer, nil, nil) } == Answer(0))
        }

        /// Trust is not told to the peer: the names in a CertificateRequest are a list of its own, which the binding fills.
        @Test(arguments: tlsVersions)
        func trustingAnAuthorityDoesNotNameItToTheClient(version: LibraryContexts.Version) throws {
            let authority = try ConnectionEnds.authority.get().certificate
            for isNamed in [false, true] {
                let contexts = try LibraryContexts(version)
                try contexts.verifyClient(SSL_VERIFY_PEER)
                if isNamed { SSL_CTX_add_client_CA(contexts.server, authority.pointer) }
                let pair = try LibraryPair(contexts)
                try pair.shakeHands()
                #expect(max(0, OPENSSL_sk_num(SSL_get0_peer_CA_list(pair.client))) == (isNamed ? 1 : 0))
            }
        }

        /// The same root with another serial number, 99.
        private func renewed(_ root: CertificateAuthority) throws -> Certificate {
            let original = try Certificate(der: root.certificate.der)
            let copy = Certificate(adopting: try #require(X509_dup(original.pointer)))
            let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: root.certificate.keyPath)))
            let key = try PrivateKey(bytes, name: "root", password: nil)
            try #require(ASN1_INTEGER_set(X509_get_serialNumber(copy.pointer), 99) == 1)
            try #require(X509_sign(copy.pointer, key.pointer, EVP_sha256()) > 0)
            return copy
        }
    }
}

// MARK: - Setting Up Peer Certificate Verification

extension SSLProgrammingTutorialTests {
    @Suite struct VerifyingThePeer {
        /// The page's "signed with the CA certificate directly or indirectly (a proper certificate chain exists)".
        @Test(arguments: tlsVersions)
        func aChainMayLeadToTheAuthorityIndirectly(version: LibraryContexts.Version) throws {
            #expect(try verdict(of: issued("localhost"), version) == .good)
            #expect(try verdict(of: intermediateIdentity(), version) == .good)
        }

        @Test func withoutTheIntermediateNoChainExists() throws {
            var template = LeafTemplate(names: ["localhost"])
            template.sendsIssuers = false
            let between = try ConnectionEnds.authority.get().intermediate(commonName: "Between")
            try expect(between.issue(template), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, SSL_AD_UNKNOWN_CA)
        }

        /// Corrects "setting verify_depth to 1 means that the peer certificate must be directly signed by the CA
        /// certificate": that is 0, for the depth counts the certificates in between.
        @Test func theDepthCountsIntermediates() throws {
            let (direct, indirect) = (try issued("localhost"), try intermediateIdentity())
            let verdicts = try [(direct, 0), (indirect, 1), (indirect, 0)].map { identity, depth in
                try verdict(of: identity) { _, ssl in SSL_set_verify_depth(ssl, Int32(depth)) }
            }
            #expect(verdicts == [.good, .good, Verdict(X509_V_ERR_CERT_CHAIN_TOO_LONG, SSL_AD_UNKNOWN_CA)])
        }

        @Test func theBindingCountsTheSame() throws {
            let ends = try ConnectionEnds(identities: [intermediateIdentity()])
            let codes = try ([1, 0] as [Int32]).map { depth in
                var settings = ConnectionSettings()
                settings.verifyDepth = depth
                let pair = try ConnectionPair(ends, client: settings)
                try pair.shakeHands()
                return pair.client.observer.verification?.errors.map(\.code) ?? []
            }
            #expect(codes.first?.isEmpty == true)
            #expect(codes.last?.contains(X509_V_ERR_CERT_CHAIN_TOO_LONG) == true)
        }

        /// Nothing limits a chain of usual length unless told.
        @Test func withoutADepthALongChainIsGood() throws {
            var authority = try ConnectionEnds.authority.get()
            for index in 0..<10 { authority = try authority.intermediate(commonName: "Between \(index)") }
            #expect(try verdict(of: authority.issue(LeafTemplate(names: ["localhost"]))) == .good)
        }

        /// The page's "the value in SSL is inherited from SSL_CTX when you create an SSL structure": a copy of then.
        @Test(arguments: [true, false])
        func aConnectionInheritsTheDepthWhenItIsMade(isSetBefore: Bool) throws {
            let contexts = try LibraryContexts(.tls13)
            try contexts.verifyServer()
            try intermediateIdentity().apply(toContext: contexts.server)
            if isSetBefore { SSL_CTX_set_verify_depth(contexts.client, 0) }
            let client = SSL_new(contexts.client)
            if !isSetBefore { SSL_CTX_set_verify_depth(contexts.client, 0) }
            let cause = try LibraryPair(contexts, client: client).conclude().client.cause
            #expect(cause == (isSetBefore ? SSL_R_CERTIFICATE_VERIFY_FAILED : nil))
        }

        /// The page's "variants of the APIs": what is set on a connection counts for it alone.
        @Test func theModeOfAConnectionOverridesThatOfItsContext() throws {
            let contexts = try LibraryContexts(.tls13)
            SSL_CTX_set_verify(contexts.client, SSL_VERIFY_PEER, nil)
            let lenient = try #require(SSL_new(contexts.client))
            SSL_set_verify(lenient, SSL_VERIFY_NONE, nil)
            let causes = [
                try LibraryPair(contexts, client: lenient).conclude().client.cause,
                try LibraryPair(contexts).conclude().client.cause,
            ]
            #expect(causes == [nil, SSL_R_CERTIFICATE_VERIFY_FAILED])
        }

        // MARK: What can be wrong, and what the peer is told

        @Test func anExpiredCertificate() throws {
            var template = LeafTemplate(names: ["localhost"])
            template.validity = -2 * LeafTemplate.day ... -LeafTemplate.day
            try expect(issued(template), X509_V_ERR_CERT_HAS_EXPIRED, SSL_AD_CERTIFICATE_EXPIRED)
        }

        @Test func aCertificateThatIsNotValidYet() throws {
            var template = LeafTemplate(names: ["localhost"])
            template.validity = LeafTemplate.day...2 * LeafTemplate.day
            try expect(issued(template), X509_V_ERR_CERT_NOT_YET_VALID, SSL_AD_BAD_CERTIFICATE)
        }

        @Test func aCertificateThatSignedItself() throws {
            var template = LeafTemplate(names: ["localhost"])
            template.isSelfSigned = true
            try expect(issued(template), X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, SSL_AD_UNKNOWN_CA)
        }

        @Test func anAuthorityThatIsNotTrusted() throws {
            let other = try EphemeralAuthority(commonName: "Other")
            let leaf = try other.issue(LeafTemplate(names: ["localhost"]))
            try expect(leaf, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, SSL_AD_UNKNOWN_CA)
        }

        @Test func anAuthorityThatIsSentAndNotTrusted() throws {
            let other = try EphemeralAuthority(commonName: "Other")
            let leaf = try other.issue(LeafTemplate(names: ["localhost"])).sending([other.certificate])
            try expect(leaf, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, SSL_AD_UNKNOWN_CA)
        }

        @Test func aCertificateForAnotherHost() throws {
            try expect(issued("localhost"), X509_V_ERR_HOSTNAME_MISMATCH, SSL_AD_BAD_CERTIFICATE) {
                try #require(SSL_set1_host($0, "other.example") == 1)
            }
        }

        @Test func aWildcardStandsForOneLabel() throws {
            let identity = try issued("*.example.com")
            let verdicts = try ["a.example.com", "a.b.example.com", "example.com"].map { (host: String) in
                try verdict(of: identity) { _, ssl in try #require(SSL_set1_host(ssl, host) == 1) }
            }
            let mismatch = Verdict(X509_V_ERR_HOSTNAME_MISMATCH, SSL_AD_BAD_CERTIFICATE)
            #expect(verdicts == [.good, mismatch, mismatch])
        }

        @Test func aCertificateForAnotherAddress() throws {
            try expect(issued("127.0.0.1"), X509_V_ERR_IP_ADDRESS_MISMATCH, SSL_AD_BAD_CERTIFICATE) {
                try PeerIdentity.address("192.0.2.1").apply(to: #require(SSL_get0_param($0)))
            }
        }

        @Test func aCertificateForClientsOnly() throws {
            var template = LeafTemplate(names: ["localhost"])
            template.usage = .client
            try expect(issued(template), X509_V_ERR_INVALID_PURPOSE, SSL_AD_UNSUPPORTED_CERTIFICATE)
        }

        @Test func aKeyThatIsTooSmallForTheLevel() throws {
            var template = LeafTemplate(names: ["localhost"])
            template.key = .rsa(bits: 1024)
            try expect(issued(template), X509_V_ERR_EE_KEY_TOO_SMALL, SSL_AD_BAD_CERTIFICATE) {
                SSL_set_security_level($0, 2)
            }
        }

        @Test func aChainThatIsTooLong() throws {
            try expect(intermediateIdentity(), X509_V_ERR_CERT_CHAIN_TOO_LONG, SSL_AD_UNKNOWN_CA) {
                SSL_set_verify_depth($0, 0)
            }
        }

        /// The certificate itself in the file of authorities is no root.
        @Test func theCertificateItselfAmongTheAuthorities() throws {
            let other = try EphemeralAuthority(commonName: "Other")
            let leaf = try other.issue(LeafTemplate(names: ["localhost"]))
            for (flags, expected) in [
                (0, Verdict(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, SSL_AD_UNKNOWN_CA)),
                (UInt(X509_V_FLAG_PARTIAL_CHAIN), .good),
            ] {
                let found = try verdict(of: leaf) { contexts, ssl in
                    X509_STORE_add_cert(SSL_CTX_get_cert_store(contexts.client), leaf.certificate.pointer)
                    X509_VERIFY_PARAM_set_flags(SSL_get0_param(ssl), flags)
                }
                #expect(found == expected)
            }
        }

        // MARK: The callback

        /// The page's "callback function for customized verification".
        @Test func aCallbackThatSaysNoEndsTheHandshake() throws {
            let judge = Judge(.no(nil))
            try expect(issued("localhost"), X509_V_ERR_UNSPECIFIED, SSL_AD_INTERNAL_ERROR) { judge.attach(to: $0) }
            #expect(judge.calls.first == X509_V_OK)
        }

        @Test func aCallbackMayNameTheFault() throws {
            let judge = Judge(.no(X509_V_ERR_CERT_REVOKED))
            try expect(issued("localhost"), X509_V_ERR_CERT_REVOKED, SSL_AD_CERTIFICATE_REVOKED) {
                judge.attach(to: $0)
            }
        }

        /// The page's "setting NULL to the callback function means the built-in default": it stops at the first fault.
        @Test func withoutACallbackTheFirstFaultHidesTheOthers() throws {
            try expect(faultyTwice(), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, SSL_AD_UNKNOWN_CA) {
                try #require(SSL_set1_host($0, "other.example") == 1)
            }
        }

        /// The result that stays is the last of the three, not the worst and not the first.
        @Test func aCallbackThatSaysYesHearsOfEveryFault() throws {
            let judge = Judge(.yes)
            let found = try verdict(of: faultyTwice()) { _, ssl in
                try #require(SSL_set1_host(ssl, "other.example") == 1)
                judge.attach(to: ssl)
            }
            let faults = judge.calls.filter { $0 != X509_V_OK }
            #expect(
                Array(faults.prefix(3)) == [
                    X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_HOSTNAME_MISMATCH,
                    X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
                ])
            #expect(found == Verdict(X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, nil))
        }

        @Test func aCallbackThatSaysYesMustAlsoClearTheResult() throws {
            var template = LeafTemplate(names: ["localhost"])
            template.validity = -2 * LeafTemplate.day ... -LeafTemplate.day
            let identity = try issued(template)
            let verdicts = try [Judge(.yes), Judge(.clears)].map { judge in
                try verdict(of: identity) { _, ssl in judge.attach(to: ssl) }
            }
            #expect(verdicts == [Verdict(X509_V_ERR_CERT_HAS_EXPIRED, nil), .good])
        }

        // MARK: SSL_get_verify_result

        /// The page's "this method allows you to obtain the peer certificate verification result without using the
        /// SSL_CTX_set_verify() API": the handshake goes on, and the first fault is the result.
        @Test(arguments: tlsVersions)
        func theResultIsThereWithoutAnyMode(version: LibraryContexts.Version) throws {
            let pair = try LibraryPair(version)
            try pair.shakeHands()
            #expect(SSL_get_verify_result(pair.client) == Int(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY))
        }

        /// The page's "cannot obtain the result before the verification process": what it says then is X509_V_OK.
        @Test func beforeTheHandshakeTheResultIsGood() throws {
            let pair = try LibraryPair(.tls13)
            let before = SSL_get_verify_result(pair.client)
            try pair.shakeHands()
            #expect(before == Int(X509_V_OK) && SSL_get_verify_result(pair.client) != before)
        }

        /// The page's "X509_V_OK is returned when a peer certificate is not presented as well".
        @Test(arguments: tlsVersions)
        func withoutACertificateTheResultIsGood(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            try contexts.verifyClient(SSL_VERIFY_PEER)
            let pair = try LibraryPair(contexts)
            try pair.shakeHands()
            #expect(SSL_get_verify_result(pair.server) == Int(X509_V_OK))
            #expect(SSL_get0_peer_certificate(pair.server) == nil)
        }

        /// The same on a client that verifies, when the cipher has no certificates at all.
        @Test func anAnonymousServerPassesAsVerified() throws {
            let contexts = try LibraryContexts(.tls12)
            for context in [contexts.client, contexts.server] {
                SSL_CTX_set_security_level(context, 0)
                try #require(SSL_CTX_set_cipher_list(context, "AECDH-AES128-SHA") == 1)
            }
            try contexts.verifyServer()
            let pair = try LibraryPair(contexts)
            try pair.shakeHands()
            #expect(SSL_get_verify_result(pair.client) == Int(X509_V_OK))
            #expect(peerCertificate(pair.client) == nil)
            #expect(!pair.trace.contains("c<certificate"))
        }

        /// What the binding makes of both: a verdict only when there was a certificate.
        @Test func theBindingHasNoVerdictWithoutACertificate() throws {
            var settings = ServerSettings()
            settings.clientCertificate = .request
            let pair = try ConnectionPair(ConnectionEnds(settings))
            try pair.shakeHands()
            let (server, client) = (pair.server.observer.verification, pair.client.observer.verification)
            #expect(server == nil && client?.isOK == true)
        }

        // MARK: Names

        /// A certificate without alternative names is judged by its common name.
        @Test func theCommonNameCountsWithoutAlternativeNames() throws {
            var template = LeafTemplate(names: [])
            template.subject = [.commonName("localhost")]
            let found = try verdict(of: issued(template)) { _, ssl in
                try #require(SSL_set1_host(ssl, "localhost") == 1)
            }
            #expect(found == .good)
        }

        @Test func theNameThatMatchedIsKeptAndNoAddressIs() throws {
            for (name, host, expected) in [
                ("*.example.com", PeerIdentity.name("a.example.com"), "*.example.com"),
                ("127.0.0.1", .address("127.0.0.1"), nil),
            ] {
                let contexts = try LibraryContexts(.tls13)
                try contexts.verifyServer()
                try issued(name).apply(toContext: contexts.server)
                let client = try #require(SSL_new(contexts.client))
                try host.apply(to: #require(SSL_get0_param(client)))
                let pair = try LibraryPair(contexts, client: client)
                try pair.shakeHands()
                #expect(SSL_get0_peername(client).map { String(cString: $0) } == expected)
            }
        }

        // MARK: The modes of a server

        @Test(arguments: [
            SSL_VERIFY_NONE, SSL_VERIFY_FAIL_IF_NO_PEER_CERT, SSL_VERIFY_CLIENT_ONCE,
            SSL_VERIFY_FAIL_IF_NO_PEER_CERT | SSL_VERIFY_CLIENT_ONCE,
        ])
        func withoutPeerNothingIsAskedFor(mode: Int32) throws {
            let contexts = try LibraryContexts(.tls13)
            try contexts.verifyClient(mode)
            let pair = try LibraryPair(contexts)
            try pair.shakeHands()
            #expect(!pair.trace.contains("s>certificate_request"))
        }

        /// The page's first example, which sets SSL_VERIFY_PEER alone: "require peer (client) certificate verification" is
        /// too much said.
        @Test(arguments: tlsVersions)
        func peerAloneAsksAndServesClientsWithout(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            try contexts.verifyClient(SSL_VERIFY_PEER)
            let pair = try LibraryPair(contexts)
            try pair.shakeHands()
            #expect(pair.trace.contains("s>certificate_request"))
            pair.write("ping", from: pair.client)
            #expect(pair.settle().server == Array("ping".utf8))
        }

        /// TLS 1.3 has an alert for it, TLS 1.2 has not.
        @Test(arguments: tlsVersions)
        func failIfNoPeerCertRefusesClientsWithout(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            try contexts.verifyClient(SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT)
            let pair = try LibraryPair(contexts)
            let (client, server) = pair.conclude()
            #expect(server.cause == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
            let alert = version == .tls13 ? SSL_AD_CERTIFICATE_REQUIRED : SSL_AD_HANDSHAKE_FAILURE
            let told = version == .tls13 ? pair.read(pair.client) : client
            #expect(told.cause == SSL_AD_REASON_OFFSET + alert)
        }

        /// Corrects "if this API returns a value of 1, the handshake has completed successfully": in TLS 1.3 the client is
        /// done before the server has looked at its certificate.
        @Test func aClientOfTLS13IsDoneBeforeItIsRefused() throws {
            let contexts = try LibraryContexts(.tls13)
            try contexts.verifyClient(SSL_VERIFY_PEER)
            try contexts.knowClient(EphemeralAuthority(commonName: "Other"))
            let pair = try LibraryPair(contexts)
            let (client, server) = pair.conclude()
            #expect(client.status == 1 && SSL_is_init_finished(pair.client) == 1)
            #expect(server.cause == SSL_R_CERTIFICATE_VERIFY_FAILED)
            // A client that only writes and goes away never learns of it.
            #expect(pair.write("lost", from: pair.client).status == 4)
            #expect(pair.read(pair.client).cause == SSL_AD_REASON_OFFSET + SSL_AD_UNKNOWN_CA)
        }

        /// Codes and alerts are those that a client has for a server.
        @Test(arguments: tlsVersions)
        func aServerTellsWhatIsWrongWithAClient(version: LibraryContexts.Version) throws {
            var expired = LeafTemplate(names: ["client.example"])
            expired.usage = .client
            expired.validity = -2 * LeafTemplate.day ... -LeafTemplate.day
            let (authority, other) = (try ConnectionEnds.authority.get(), try EphemeralAuthority(commonName: "Other"))
            for (issuer, template, code, alert) in [
                (authority, expired, X509_V_ERR_CERT_HAS_EXPIRED, SSL_AD_CERTIFICATE_EXPIRED),
                (authority, LeafTemplate(names: ["a"]), X509_V_ERR_INVALID_PURPOSE, SSL_AD_UNSUPPORTED_CERTIFICATE),
                (other, clientTemplate, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, SSL_AD_UNKNOWN_CA),
            ] {
                let contexts = try LibraryContexts(version)
                try contexts.verifyClient(SSL_VERIFY_PEER)
                try issuer.issue(template).apply(toContext: contexts.client)
                let pair = try LibraryPair(contexts)
                let server = pair.conclude().server
                #expect(server.cause == SSL_R_CERTIFICATE_VERIFY_FAILED)
                #expect(SSL_get_verify_result(pair.server) == Int(code))
                #expect(pair.trace.contains("s>alert(\(alert))"))
            }
        }

        // MARK: Helpers

        /// What a client that verifies says of the identity, in both versions.
        private func expect(
            _ identity: Identity, _ code: Int32, _ alert: Int32, sourceLocation: SourceLocation = #_sourceLocation,
            prepare: (OpaquePointer) throws -> Void = { _ in }
        ) throws {
            for version in tlsVersions {
                let found = try verdict(of: identity, version) { _, ssl in try prepare(ssl) }
                #expect(found == Verdict(code, alert), sourceLocation: sourceLocation)
            }
        }

        private func issued(_ template: LeafTemplate) throws -> Identity {
            try ConnectionEnds.authority.get().issue(template)
        }

        private func issued(_ name: String) throws -> Identity { try issued(LeafTemplate(names: [name])) }

        /// Its issuer is unknown, and it is not for other.example.
        private func faultyTwice() throws -> Identity {
            try EphemeralAuthority(commonName: "Other").issue(LeafTemplate(names: ["localhost"]))
        }
    }

    /// What else a handshake can fail of, and what the peer is told.
    @Suite struct DisagreeingInTheHandshake {
        @Test(arguments: tlsVersions)
        func withoutACommonCipher(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            if version == .tls12 {
                try #require(SSL_CTX_set_cipher_list(contexts.client, "ECDHE-ECDSA-AES128-GCM-SHA256") == 1)
                try #require(SSL_CTX_set_cipher_list(contexts.server, "ECDHE-ECDSA-AES256-GCM-SHA384") == 1)
            } else {
                try #require(SSL_CTX_set_ciphersuites(contexts.client, "TLS_AES_128_GCM_SHA256") == 1)
                try #require(SSL_CTX_set_ciphersuites(contexts.server, "TLS_AES_256_GCM_SHA384") == 1)
            }
            try expectFailure(contexts, SSL_R_NO_SHARED_CIPHER, SSL_AD_HANDSHAKE_FAILURE)
        }

        @Test func withoutACommonGroupInTLS13() throws {
            let contexts = try LibraryContexts(.tls13)
            try #require(probe_SSL_CTX_set1_groups_list(contexts.client, "P-384") == 1)
            try #require(probe_SSL_CTX_set1_groups_list(contexts.server, "P-256") == 1)
            try expectFailure(contexts, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_AD_HANDSHAKE_FAILURE)
        }

        /// In TLS 1.2 the groups are also those of the certificate.
        @Test func withoutTheGroupOfTheCertificateInTLS12() throws {
            let contexts = try LibraryContexts(.tls12)
            try #require(probe_SSL_CTX_set1_groups_list(contexts.client, "P-384") == 1)
            try expectFailure(contexts, SSL_R_NO_SHARED_CIPHER, SSL_AD_HANDSHAKE_FAILURE)
        }

        @Test(arguments: [SSL_TLSEXT_ERR_ALERT_FATAL, SSL_TLSEXT_ERR_ALERT_WARNING])
        func withoutACommonProtocol(answer: Int32) throws {
            let contexts = try LibraryContexts(.tls13)
            try setProtocols(of: contexts, answering: answer)
            try expectFailure(contexts, SSL_R_NO_APPLICATION_PROTOCOL, SSL_AD_NO_APPLICATION_PROTOCOL)
        }

        @Test func aServerMayPassOverTheProtocols() throws {
            let contexts = try LibraryContexts(.tls13)
            try setProtocols(of: contexts, answering: SSL_TLSEXT_ERR_NOACK)
            let pair = try LibraryPair(contexts)
            try pair.shakeHands()
            var (name, count): (UnsafePointer<UInt8>?, UInt32) = (nil, 1)
            SSL_get0_alpn_selected(pair.client, &name, &count)
            #expect(count == 0)
        }

        @Test func aServerMayRefuseAName() throws {
            let contexts = try LibraryContexts(.tls13)
            _ = probe_SSL_CTX_set_tlsext_servername_callback(contexts.server) { _, _, _ in SSL_TLSEXT_ERR_ALERT_FATAL }
            try expectFailure(contexts, SSL_R_CALLBACK_FAILED, SSL_AD_UNRECOGNIZED_NAME)
        }

        /// TLS 1.3 has no warnings but close_notify and user_canceled.
        @Test(arguments: tlsVersions)
        func aServerMayWarnOfANameInTLS12(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            _ = probe_SSL_CTX_set_tlsext_servername_callback(contexts.server) { _, alert, _ in
                alert?.pointee = SSL_AD_UNRECOGNIZED_NAME
                return SSL_TLSEXT_ERR_ALERT_WARNING
            }
            let pair = try LibraryPair(contexts)
            try pair.shakeHands()
            #expect(pair.trace.contains("c<alert(112)") == (version == .tls12))
        }

        private func setProtocols(of contexts: LibraryContexts, answering answer: Int32) throws {
            try #require(SSL_CTX_set_alpn_protos(contexts.client, [2, 104, 50], 3) == 0)
            SSL_CTX_set_alpn_select_cb(
                contexts.server, { _, _, _, _, _, answer in Int32(truncatingIfNeeded: Int(bitPattern: answer)) },
                UnsafeMutableRawPointer(bitPattern: Int(answer)))
        }

        /// The server fails for the reason, and the client is told by the alert.
        private func expectFailure(
            _ contexts: LibraryContexts, _ reason: Int32, _ alert: Int32,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let (client, server) = try LibraryPair(contexts).conclude()
            #expect(server.cause == reason, sourceLocation: sourceLocation)
            #expect(client.cause == SSL_AD_REASON_OFFSET + alert, sourceLocation: sourceLocation)
        }
    }
}

// MARK: - Setting Up the Socket/Socket BIO in the SSL Structure

extension SSLProgrammingTutorialTests {
    @Suite struct SettingUpTheSocket {
        /// The page's three ways: `SSL_set_fd`, and a socket BIO made in one step or in two.
        @Test(arguments: ["SSL_set_fd", "BIO_new", "BIO_new_socket"])
        func aSocketCanBeGivenInThreeWays(way: String) throws {
            let pair = try LibraryPair(.tls13)
            for ssl in [pair.client, pair.server] {
                let descriptor = SSL_get_fd(ssl)
                switch way {
                case "BIO_new":
                    let bio = try #require(BIO_new(BIO_s_socket()))
                    BIO_int_ctrl(bio, BIO_C_SET_FD, Int(BIO_NOCLOSE), descriptor)
                    SSL_set_bio(ssl, bio, bio)
                case "BIO_new_socket":
                    let bio = try #require(BIO_new_socket(descriptor, BIO_NOCLOSE))
                    SSL_set_bio(ssl, bio, bio)
                default:
                    try #require(SSL_set_fd(ssl, descriptor) == 1)
                }
            }
            try pair.shakeHands()
            pair.write("ping", from: pair.client)
            #expect(pair.settle().server == Array("ping".utf8))
        }

        @Test func freeingAConnectionLeavesItsSocketOpen() throws {
            let (sockets, context) = (try Sockets(), try OwnContext(TLS_method()))
            let ssl = try #require(SSL_new(context.pointer))
            #expect(SSL_set_fd(ssl, sockets.ours) == 1)
            SSL_free(ssl)
            #expect(sockets.isOpen)
        }

        @Test func aConnectionOfTheBindingLeavesItsSocketOpen() throws {
            let sockets = try Sockets()
            let context = try ConnectionEnds().client
            func attachAndDrop() throws {
                let connection = try Connection(client: context, settings: ConnectionSettings())
                try connection.attach(descriptor: sockets.ours)
                _ = connection.handshake()
            }
            try attachAndDrop()
            #expect(sockets.isOpen)
        }

        /// The page's BIO_NOCLOSE; with BIO_CLOSE the socket goes with the connection.
        @Test func aSocketGoesWithTheConnectionWhenTheBIOIsToldSo() throws {
            let (sockets, context) = (try Sockets(), try OwnContext(TLS_method()))
            let ssl = try #require(SSL_new(context.pointer))
            let bio = try #require(BIO_new_socket(sockets.ours, BIO_CLOSE))
            SSL_set_bio(ssl, bio, bio)
            SSL_free(ssl)
            #expect(!sockets.isOpen)
            sockets.forgetOurs()
        }

        /// The page's note: "if there is already a BIO connected to ssl, BIO_free() is called (for both the reading and
        /// writing side, if different)".
        @Test(arguments: [1, 2])
        func aBIOThatIsReplacedIsFreed(count: Int) throws {
            let (deaths, context) = (Deaths(), try OwnContext(TLS_method()))
            let ssl = try #require(SSL_new(context.pointer))
            defer { SSL_free(ssl) }
            let bios = try (0..<count).map { _ in try #require(BIO_new(BIO_s_mem())) }
            for bio in bios { deaths.watch(bio) }
            SSL_set_bio(ssl, bios.first, bios.last)
            #expect(deaths.count == 0)
            let other = try #require(BIO_new(BIO_s_mem()))
            SSL_set_bio(ssl, other, other)
            #expect(deaths.count == count)
        }

        /// The page's "a BIO structure created with SSL_new() is freed when you call SSL_free()". Corrects "if the
        /// application program called BIO_new() to allocate a BIO structure, you must free that structure with BIO_free()":
        /// one that was given to a connection is the connection's.
        @Test func aBIOGoesWithItsConnection() throws {
            let (deaths, context) = (Deaths(), try OwnContext(TLS_method()))
            let ssl = try #require(SSL_new(context.pointer))
            let bio = try #require(BIO_new(BIO_s_mem()))
            deaths.watch(bio)
            SSL_set_bio(ssl, bio, bio)
            SSL_free(ssl)
            #expect(deaths.count == 1)
        }

        @Test func anExtraReferenceKeepsABIOBeyondItsConnection() throws {
            let (deaths, context) = (Deaths(), try OwnContext(TLS_method()))
            let ssl = try #require(SSL_new(context.pointer))
            let bio = try #require(BIO_new(BIO_s_mem()))
            deaths.watch(bio)
            try #require(BIO_up_ref(bio) == 1)
            SSL_set_bio(ssl, bio, bio)
            SSL_free(ssl)
            #expect(deaths.count == 0)
            #expect(BIO_write(bio, "x", 1) == 1)
            BIO_free(bio)
            #expect(deaths.count == 1)
        }

        /// The page's "as long as a BIO structure is set up properly, you can establish SSL connections over any I/O".
        @Test(arguments: tlsVersions)
        func aConnectionCanRunInMemory(version: LibraryContexts.Version) throws {
            let pair = try LibraryPair(version)
            var (near, far): (OpaquePointer?, OpaquePointer?)
            try #require(BIO_new_bio_pair(&near, 0, &far, 0) == 1)
            SSL_set_bio(pair.client, near, near)
            SSL_set_bio(pair.server, far, far)
            try pair.shakeHands()
            #expect(pair.write("ping", from: pair.client).status == 4)
            #expect(pair.read(pair.server).status == 4)
        }
    }
}

// MARK: - SSL Handshake

extension SSLProgrammingTutorialTests {
    @Suite struct ShakingHands {
        // A peer that went away is not to end the tests.
        init() { signal(SIGPIPE, SIG_IGN) }

        /// The page's "SSL_accept() waits for an SSL handshake initiation from the SSL client".
        @Test(arguments: LibraryContexts.Version.allCases)
        func theServerWaitsForTheClient(version: LibraryContexts.Version) throws {
            let pair = try LibraryPair(version)
            let outcome = Outcome(pair.server) { SSL_accept($0) }
            #expect(outcome.error == SSL_ERROR_WANT_READ && pair.trace.isEmpty)
        }

        /// The page's "if this API returns a value of 1, the handshake has completed": asked again it says so at once, which
        /// makes the doubled SSL_connect of the recipe for resumption harmless.
        @Test(arguments: LibraryContexts.Version.allCases)
        func aFinishedHandshakeIsNotBegunAgain(version: LibraryContexts.Version) throws {
            let pair = try LibraryPair(version)
            try pair.shakeHands()
            pair.settle()
            pair.clearTrace()
            #expect(SSL_connect(pair.client) == 1 && SSL_accept(pair.server) == 1)
            #expect(pair.trace.isEmpty)
        }

        /// The page's "Performing an SSL Handshake with SSL_read and SSL_write".
        @Test(arguments: LibraryContexts.Version.allCases)
        func readingAndWritingShakeHands(version: LibraryContexts.Version) throws {
            let pair = try LibraryPair(version)
            var written = pair.write("ping", from: pair.client)
            #expect(written.error == SSL_ERROR_WANT_READ)
            var received: [UInt8] = []
            for _ in 0..<20 where received.isEmpty {
                received += pair.drain(pair.server)
                if written.status <= 0 { written = pair.write("ping", from: pair.client) }
            }
            #expect(received == Array("ping".utf8))
            #expect(pair.trace.filter { $0 == "c>finished" }.count == 1)
        }

        /// The page's "SSL_set_accept_state() must be called prior to SSL_read()", and its counterpart.
        @Test func readingAndWritingNeedToKnowWhichEndTheyAre() throws {
            let (sockets, context) = (try Sockets(), try OwnContext(TLS_method()))
            let ssl = try #require(SSL_new(context.pointer))
            defer { SSL_free(ssl) }
            try #require(SSL_set_fd(ssl, sockets.ours) == 1)
            var byte: UInt8 = 0
            let outcomes = [
                Outcome(ssl) { SSL_read($0, &byte, 1) }, Outcome(ssl) { SSL_write($0, &byte, 1) },
                Outcome(ssl) { SSL_shutdown($0) },
            ]
            #expect(outcomes.map(\.status) == [-1, -1, -1])
            #expect(outcomes.map(\.cause) == [SSL_R_UNINITIALIZED, SSL_R_UNINITIALIZED, SSL_R_UNINITIALIZED])
            let handshake = Outcome(ssl) { SSL_do_handshake($0) }
            #expect(handshake.cause == SSL_R_CONNECTION_TYPE_NOT_SET)
        }

        /// A connection that ends in the handshake.
        @Test(arguments: tlsVersions)
        func anEndInTheHandshakeIsAnError(version: LibraryContexts.Version) throws {
            let pair = try LibraryPair(version)
            SSL_connect(pair.client)
            _ = pair.takeRaw(pair.server)
            pair.closeServerSocket()
            let outcome = Outcome(pair.client) { SSL_connect($0) }
            #expect(outcome.status == -1 && outcome.error == SSL_ERROR_SSL)
            #expect(outcome.cause == SSL_R_UNEXPECTED_EOF_WHILE_READING)
        }

        /// The peer went away with our hello unread.
        @Test(arguments: tlsVersions)
        func aResetInTheHandshakeIsAnErrorOfTheSystem(version: LibraryContexts.Version) throws {
            let pair = try LibraryPair(version)
            SSL_connect(pair.client)
            pair.closeServerSocket()
            let outcome = Outcome(pair.client) { SSL_connect($0) }
            #expect(outcome.error == SSL_ERROR_SYSCALL && outcome.systemError == ECONNRESET)
        }

        /// The page's "obtaining a peer certificate, after the SSL handshake".
        @Test func aPeerHasNoCertificateBeforeTheHandshake() throws {
            let pair = try ConnectionPair(ConnectionEnds())
            let before = pair.serverCertificate == nil
            try pair.shakeHands()
            #expect(before && pair.serverCertificate?.subjectCommonName == "localhost")
            #expect(pair.clientCertificate == nil)
        }

        /// `SSL_get_peer_certificate`, today `SSL_get1_peer_certificate`: the caller's, to be freed, beyond the connection.
        @Test func aPeerCertificateOutlivesTheConnection() throws {
            func certificate() throws -> Certificate {
                let pair = try LibraryPair(.tls13)
                try pair.shakeHands()
                return Certificate(adopting: try #require(SSL_get1_peer_certificate(pair.client)))
            }
            #expect(try certificate().subjectCommonName == "localhost")
        }
    }
}

// MARK: - Transmitting SSL Data

extension SSLProgrammingTutorialTests {
    @Suite struct TransmittingData {
        /// The page's "data can be transmitted securely": what is in the socket is not what was written.
        @Test(arguments: tlsVersions)
        func whatGoesOverTheWireIsEncrypted(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            #expect(pair.write("SECRET", from: pair.client).status == 6)
            let raw = pair.takeRaw(pair.server)
            #expect(raw.prefix(3) == [UInt8(SSL3_RT_APPLICATION_DATA), 3, 3] && raw.count > 5 + 6)
            #expect(!String(decoding: raw, as: UTF8.self).contains("SECRET"))
        }

        /// The page's "just as write() and read() are used": one that reads less leaves the rest for the next.
        @Test(arguments: tlsVersions)
        func aReadTakesWhatThereIsRoomForAndKeepsTheRest(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            pair.write("onetwo", from: pair.client)
            var buffer = [UInt8](repeating: 0, count: 3)
            #expect(SSL_read(pair.server, &buffer, 3) == 3 && buffer == Array("one".utf8))
            // The socket is empty, which a wait for it would not survive.
            #expect(pair.takeRaw(pair.server).isEmpty && SSL_pending(pair.server) == 3)
            #expect(SSL_read(pair.server, &buffer, 3) == 3 && buffer == Array("two".utf8))
        }

        /// Corrects the same words: a read gives no more than one record, where read(2) would join what came.
        @Test(arguments: tlsVersions)
        func aReadDoesNotJoinTwoWrites(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            pair.write("one", from: pair.client)
            pair.write("two", from: pair.client)
            #expect([pair.read(pair.server).status, pair.read(pair.server).status] == [3, 3])
        }
    }

    /// The page's "using BIOs for SSL data transmission": a buffer BIO before an SSL BIO.
    @Suite struct TransmittingDataByLines {
        /// What the page does not say: without BIO_flush the line stays in the buffer.
        @Test(arguments: [ProtocolVersion.tls12, .tls13])
        func aLineIsSentWhenItIsFlushed(version: ProtocolVersion) throws {
            let pair = try connectedByTheBinding(version)
            let stream = try LineStream(pair.client)
            let written = [UInt8]("line\n".utf8).withUnsafeBytes { stream.write($0).count }
            let before = try pair.drainServer()
            let flushed = stream.flush().count
            let after = try pair.drainServer()
            #expect(written == 5 && flushed == 1)
            #expect(before.isEmpty && after == Array("line\n".utf8))
        }

        /// The page's BIO_gets: one line at a time, however they came.
        @Test func linesAreReadOneByOne() throws {
            let pair = try connectedByTheBinding(.tls13)
            pair.send("one\ntwo\nthree\n")
            let stream = try LineStream(pair.client)
            let lines = (0..<3).map { _ in stream.nextLine().text }
            #expect(lines == ["one\n", "two\n", "three\n"])
        }

        /// What has come of a line is handed out although its end has not.
        @Test func aLineMayComeInParts() throws {
            let pair = try connectedByTheBinding(.tls13)
            let stream = try LineStream(pair.client)
            pair.send("partial")
            let first = stream.nextLine().text
            pair.send(" rest\n")
            let second = stream.nextLine().text
            #expect(first == "partial" && second == " rest\n")
        }

        /// A line longer than the room for it is no whole line either.
        @Test func aLongLineIsReadInParts() throws {
            let pair = try connectedByTheBinding(.tls13)
            pair.send("123456\n")
            let stream = try LineStream(pair.client)
            let parts = (0..<2).map { _ in stream.nextLine(room: 5).text }
            #expect(parts == ["1234", "56\n"])
        }

        @Test func withoutAnythingToReadALineHasToWait() throws {
            let pair = try connectedByTheBinding(.tls13)
            let stream = try LineStream(pair.client)
            var isWaiting = false
            if case .wantsRead = stream.nextLine().step { isWaiting = true }
            #expect(isWaiting)
        }

        @Test func theEndOfTheDataEndsTheLines() throws {
            let pair = try connectedByTheBinding(.tls13)
            pair.send("last\n")
            _ = pair.server.shutdown()
            let stream = try LineStream(pair.client)
            let last = stream.nextLine().text
            var isClosed = false
            if case .closed = stream.nextLine().step { isClosed = true }
            #expect(last == "last\n" && isClosed)
        }

        /// At the end BIO_gets says 0 and "do not retry"; BIO_eof, which sounds right, knows nothing of it.
        @Test func theEndIsToldByTheResultAndNotByEOF() throws {
            let pair = try connected(.tls13)
            let lines = try Lines(pair.client)
            SSL_shutdown(pair.server)
            var buffer = [CChar](repeating: 0, count: 64)
            #expect(BIO_gets(lines.buffer, &buffer, 64) == 0)
            #expect(BIO_test_flags(lines.buffer, BIO_FLAGS_SHOULD_RETRY) == 0)
            #expect(BIO_ctrl(lines.buffer, BIO_CTRL_EOF, 0, nil) == 0)
        }

        /// The page's "provided that a buffer BIO is created".
        @Test func withoutABufferThereAreNoLines() throws {
            let pair = try connected(.tls13)
            let lines = try Lines(pair.client)
            pair.write("line\n", from: pair.server)
            var buffer = [CChar](repeating: 0, count: 64)
            #expect(BIO_gets(lines.filter, &buffer, 64) == -2)
            #expect(BIO_puts(lines.filter, "line\n") == 5)
            #expect(pair.drain(pair.server) == Array("line\n".utf8))
        }

        /// The page's BIO_CLOSE in BIO_set_ssl: the connection goes with the BIO, and would not with BIO_NOCLOSE.
        @Test(arguments: [BIO_CLOSE, BIO_NOCLOSE])
        func theConnectionGoesWithTheBIOWhenItIsToldSo(close: Int32) throws {
            let (deaths, context) = (Deaths(), try OwnContext(TLS_method()))
            let ssl = try #require(SSL_new(context.pointer))
            let inner = try #require(BIO_new(BIO_s_mem()))
            deaths.watch(inner)
            SSL_set_bio(ssl, inner, inner)
            let filter = try #require(BIO_new(BIO_f_ssl()))
            _ = probe_BIO_set_ssl(filter, ssl, Int(close))
            // All, for the filter has a reference of its own to the BIO below.
            BIO_free_all(filter)
            #expect(deaths.count == (close == BIO_CLOSE ? 1 : 0))
            if close == BIO_NOCLOSE { SSL_free(ssl) }
        }

        /// The BIOs of the binding give back what they hold, and the connection goes on without them.
        @Test func aLineStreamLeavesTheConnectionAsItWas() throws {
            let deaths = Deaths()
            func use() throws {
                let pair = try connectedByTheBinding(.tls13)
                deaths.watch(try #require(SSL_get_rbio(pair.client.pointer)))
                func read() throws -> String? {
                    pair.send("line\n")
                    let stream = try LineStream(pair.client)
                    return stream.nextLine().text
                }
                let line = try read()
                let written = [UInt8]("after".utf8).withUnsafeBytes { pair.client.write($0).count }
                let arrived = try pair.drainServer()
                #expect(line == "line\n" && written == 5 && arrived == Array("after".utf8))
                #expect(deaths.count == 0)
            }
            try use()
            #expect(deaths.count == 1)
        }

        /// A buffer BIO in front of an SSL BIO in front of a connection that stays its owner's.
        private final class Lines {
            let buffer: OpaquePointer
            let filter: OpaquePointer

            init(_ ssl: OpaquePointer) throws {
                filter = try #require(BIO_new(BIO_f_ssl()))
                _ = probe_BIO_set_ssl(filter, ssl, Int(BIO_NOCLOSE))
                buffer = try #require(BIO_new(BIO_f_buffer()))
                BIO_push(buffer, filter)
            }

            deinit { BIO_free_all(buffer) }
        }
    }
}

// MARK: - Closing an SSL Connection

extension SSLProgrammingTutorialTests {
    @Suite struct Closing {
        // A peer that went away is not to end the tests.
        init() { signal(SIGPIPE, SIG_IGN) }

        /// The page's two steps: "sending a close_notify alert" and "receiving a close_notify from the peer".
        @Test(arguments: LibraryContexts.Version.allCases)
        func aCloseTakesTwoCallsOfTheInitiatorAndOneOfTheOther(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            pair.clearTrace()
            #expect(SSL_shutdown(pair.client) == 0 && SSL_get_shutdown(pair.client) == SSL_SENT_SHUTDOWN)
            #expect(Outcome(pair.client) { SSL_shutdown($0) }.error == SSL_ERROR_WANT_READ)
            #expect(pair.read(pair.server).error == SSL_ERROR_ZERO_RETURN)
            #expect(SSL_shutdown(pair.server) == 1)
            #expect(SSL_shutdown(pair.client) == 1)
            #expect(SSL_get_shutdown(pair.client) == SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
            #expect(pair.trace == ["c>alert(0)", "s<alert(0)", "s>alert(0)", "c<alert(0)"])
        }

        /// The page's "either party can initiate a close".
        @Test(arguments: LibraryContexts.Version.allCases)
        func theServerMayBeginAsWell(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            #expect(SSL_shutdown(pair.server) == 0)
            #expect(pair.read(pair.client).error == SSL_ERROR_ZERO_RETURN)
            #expect(SSL_shutdown(pair.client) == 1 && SSL_shutdown(pair.server) == 1)
        }

        @Test(arguments: LibraryContexts.Version.allCases)
        func bothMayBeginAtOnce(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            #expect([SSL_shutdown(pair.client), SSL_shutdown(pair.server)] == [0, 0])
            #expect([SSL_shutdown(pair.client), SSL_shutdown(pair.server)] == [1, 1])
        }

        @Test func theBindingTellsTheSteps() throws {
            let pair = try connectedByTheBinding(.tls13)
            let first = pair.client.shutdown().count
            var waits = false
            if case .wantsRead(drained: true) = pair.client.shutdown() { waits = true }
            _ = pair.endOfServer()
            let answer = pair.server.shutdown().count
            let second = pair.client.shutdown().count
            #expect(first == 0 && waits && answer == 1 && second == 1)
        }

        /// 0 is no error, although SSL_get_error makes one of it.
        @Test func theFirstOfTwoStepsLooksLikeAnError() throws {
            let pair = try connected(.tls13)
            let outcome = Outcome(pair.client) { SSL_shutdown($0) }
            #expect(outcome.status == 0 && outcome.error == SSL_ERROR_SYSCALL)
            #expect(outcome.systemError == 0 && outcome.reasons.isEmpty)
        }

        /// The page's "the initiator is not required to wait for the responding alert": the answer then finds nobody, which
        /// is no fault of either.
        @Test(arguments: tlsVersions)
        func anInitiatorMayGoWithoutWaiting(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            #expect(SSL_shutdown(pair.client) == 0)
            pair.closeClientSocket()
            #expect(pair.read(pair.server).error == SSL_ERROR_ZERO_RETURN)
            let answer = Outcome(pair.server) { SSL_shutdown($0) }
            #expect(answer.status == -1)
            #expect(answer.error == (LibraryVersion.isAtLeast(3, 5) ? SSL_ERROR_SYSCALL : SSL_ERROR_ZERO_RETURN))
        }

        /// The page's "each party is required to send a close_notify alert before closing the write side": otherwise the
        /// reader cannot tell an end from a cut, says so by decode_error, and is of no more use.
        @Test(arguments: tlsVersions)
        func anEndWithoutCloseNotifyIsATruncation(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            // Only the way to the server ends, so that the client still hears of it.
            shutdown(SSL_get_fd(pair.client), Int32(SHUT_WR))
            let end = pair.read(pair.server)
            #expect(end.status <= 0 && end.error == SSL_ERROR_SSL)
            #expect(end.cause == SSL_R_UNEXPECTED_EOF_WHILE_READING)
            #expect(SSL_get_shutdown(pair.server) & SSL_RECEIVED_SHUTDOWN == 0)
            #expect(pair.read(pair.client).cause == SSL_AD_REASON_OFFSET + SSL_AD_DECODE_ERROR)
            #expect(pair.read(pair.server).error == SSL_ERROR_SYSCALL)
            #expect(Outcome(pair.server) { SSL_shutdown($0) }.cause == SSL_R_SHUTDOWN_WHILE_IN_INIT)
        }

        @Test func theBindingTellsATruncationFromAClose() throws {
            let kinds: [StepFailure.Kind?] = try [false, true].map { isPolite in
                let pair = try connectedByTheBinding(.tls13)
                if isPolite { _ = pair.client.shutdown() }
                shutdown(SSL_get_fd(pair.client.pointer), Int32(SHUT_WR))
                return pair.endOfServer().failure?.kind
            }
            #expect(kinds == [.endOfStream, nil])
        }

        /// The option makes a cut look like a close.
        @Test(arguments: tlsVersions)
        func aTruncationCanBeOverlooked(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            SSL_set_options(pair.server, probe_SSL_OP_IGNORE_UNEXPECTED_EOF)
            shutdown(SSL_get_fd(pair.client), Int32(SHUT_WR))
            #expect(pair.read(pair.server).error == SSL_ERROR_ZERO_RETURN)
            #expect(SSL_get_shutdown(pair.server) == SSL_RECEIVED_SHUTDOWN)
            #expect(pair.write("late", from: pair.server).status == 4 && SSL_shutdown(pair.server) == 1)
            #expect(pair.settle().client == Array("late".utf8))
        }

        @Test func anOverlookedTruncationOfAHandshakeLooksLikeAClose() throws {
            let pair = try LibraryPair(.tls13)
            SSL_set_options(pair.client, probe_SSL_OP_IGNORE_UNEXPECTED_EOF)
            SSL_connect(pair.client)
            shutdown(SSL_get_fd(pair.server), Int32(SHUT_WR))
            let outcome = Outcome(pair.client) { SSL_connect($0) }
            #expect(outcome.status == -1 && outcome.error == SSL_ERROR_ZERO_RETURN && outcome.reasons.isEmpty)
        }

        @Test(arguments: tlsVersions)
        func aResetIsAnErrorOfTheSystem(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            pair.write("unread", from: pair.client)
            pair.closeServerSocket()
            let outcome = pair.read(pair.client)
            #expect(outcome.status == -1 && outcome.error == SSL_ERROR_SYSCALL)
            #expect(outcome.systemError == ECONNRESET)
        }

        /// Corrects "any data received after sending a closure alert is ignored": it is delivered.
        @Test(arguments: tlsVersions)
        func dataAfterOurCloseNotifyIsDelivered(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            #expect(SSL_shutdown(pair.client) == 0)
            pair.write("late", from: pair.server)
            #expect(pair.drain(pair.client) == Array("late".utf8))
            #expect(SSL_shutdown(pair.server) == 0)
            #expect(pair.read(pair.client).error == SSL_ERROR_ZERO_RETURN)
            #expect(SSL_shutdown(pair.client) == 1)
        }

        /// The same words: to the second SSL_shutdown such data is fatal. It has to be read first.
        @Test(arguments: tlsVersions)
        func unreadDataIsFatalToTheSecondStep(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            #expect(SSL_shutdown(pair.client) == 0)
            pair.write("late", from: pair.server)
            let outcome = Outcome(pair.client) { SSL_shutdown($0) }
            #expect(outcome.status == -1 && outcome.cause == SSL_R_APPLICATION_DATA_AFTER_CLOSE_NOTIFY)
        }

        /// Corrects "the other party is required to respond with a close_notify alert and to close down the connection
        /// immediately, discarding any pending writes": it may go on writing, and the connection is half closed.
        @Test(arguments: tlsVersions)
        func whoReceivedCloseNotifyMayGoOnWriting(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            #expect(SSL_shutdown(pair.client) == 0)
            #expect(pair.read(pair.server).error == SSL_ERROR_ZERO_RETURN)
            for text in ["one", "two"] {
                pair.write(text, from: pair.server)
                #expect(pair.drain(pair.client) == Array(text.utf8))
            }
        }

        @Test(arguments: tlsVersions)
        func nothingCanBeWrittenAfterOurCloseNotify(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            #expect(SSL_shutdown(pair.client) == 0)
            let outcome = pair.write("late", from: pair.client)
            #expect(outcome.status == -1 && outcome.cause == SSL_R_PROTOCOL_IS_SHUTDOWN)
        }

        @Test func aConnectionIsNotClosedBeforeItsHandshake() throws {
            let pair = try LibraryPair(.tls13)
            #expect(Outcome(pair.client) { SSL_shutdown($0) }.cause == SSL_R_SHUTDOWN_WHILE_IN_INIT)
            SSL_connect(pair.client)
            #expect(Outcome(pair.client) { SSL_shutdown($0) }.cause == SSL_R_SHUTDOWN_WHILE_IN_INIT)
            #expect(!pair.trace.contains("c>alert(0)"))
            try pair.shakeHands()
        }

        /// It claims that both alerts went over the wire, and the peer sees a truncation.
        @Test(arguments: tlsVersions)
        func aQuietShutdownSendsNothing(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            pair.clearTrace()
            SSL_set_quiet_shutdown(pair.client, 1)
            #expect(SSL_shutdown(pair.client) == 1)
            #expect(SSL_get_shutdown(pair.client) == SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
            #expect(pair.trace.isEmpty)
            pair.closeClientSocket()
            #expect(pair.read(pair.server).cause == SSL_R_UNEXPECTED_EOF_WHILE_READING)
        }

        @Test(arguments: tlsVersions)
        func aPeerThatIsGoneCannotBeTold(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            pair.closeServerSocket()
            let outcome = Outcome(pair.client) { SSL_shutdown($0) }
            #expect(outcome.status == -1 && outcome.error == SSL_ERROR_SYSCALL && outcome.systemError == EPIPE)
        }

        /// A fatal alert in place of the answer: the second step says 1 all the same, and only the queue knows.
        @Test(arguments: tlsVersions)
        func theSecondStepTakesAFatalAlertForAClose(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            try breakServer(of: pair)
            #expect(SSL_shutdown(pair.client) == 0)
            let outcome = Outcome(pair.client) { SSL_shutdown($0) }
            #expect(outcome.status == 1)
            #expect(outcome.cause.map { $0 > SSL_AD_REASON_OFFSET } == true)
        }

        /// A second read after a fatal alert says "closed", as if there had been a close_notify.
        @Test(arguments: tlsVersions)
        func theSecondReadTakesAFatalAlertForAClose(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            try breakServer(of: pair)
            let first = pair.read(pair.client)
            #expect(first.error == SSL_ERROR_SSL && first.cause.map { $0 > SSL_AD_REASON_OFFSET } == true)
            #expect(pair.read(pair.client).error == SSL_ERROR_ZERO_RETURN)
        }

        /// The binding remembers the first failure.
        @Test func theBindingDoesNotTakeAFatalAlertForAClose() throws {
            let pair = try connectedByTheBinding(.tls13)
            writeRaw(brokenRecord, to: pair.client.pointer)
            _ = pair.endOfServer()
            let failures = (0..<2).map { _ in pair.endOfClient().failure }
            #expect(failures.first.flatMap { $0 }?.kind == .tls && failures.first == failures.last)
        }

        // MARK: What is no TLS at all

        @Test(arguments: [
            ("GET / HTTP/1.1\r\n\r\n", SSL_R_HTTP_REQUEST),
            ("CONNECT a:443 HTTP/1.1\r\n\r\n", SSL_R_HTTPS_PROXY_REQUEST),
            ("SSH-2.0-client\r\n", SSL_R_WRONG_VERSION_NUMBER),
        ])
        func plainTextToAServerIsRecognisedAndNotAnswered(text: String, reason: Int32) throws {
            let pair = try LibraryPair(.tls13)
            writeRaw(Array(text.utf8), to: pair.client)
            #expect(Outcome(pair.server) { SSL_accept($0) }.cause == reason)
            #expect(pair.trace.isEmpty && pair.takeRaw(pair.client).isEmpty)
        }

        @Test(arguments: tlsVersions)
        func plainTextToAClientIsAWrongVersion(version: LibraryContexts.Version) throws {
            let pair = try LibraryPair(version)
            SSL_connect(pair.client)
            writeRaw(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), to: pair.server)
            #expect(Outcome(pair.client) { SSL_connect($0) }.cause == SSL_R_WRONG_VERSION_NUMBER)
        }

        /// OpenSSL 3.5 has another name for it in TLS 1.3.
        @Test(arguments: tlsVersions)
        func plainTextInAConnectionEndsIt(version: LibraryContexts.Version) throws {
            let pair = try connected(version)
            writeRaw(Array("GET / HTTP/1.1\r\n\r\n".utf8), to: pair.client)
            let isRenamed = version == .tls13 && LibraryVersion.isAtLeast(3, 5)
            #expect(pair.read(pair.server).cause == (isRenamed ? SSL_R_BAD_RECORD_TYPE : SSL_R_WRONG_VERSION_NUMBER))
        }

        // MARK: Helpers

        /// A record of application data that cannot be decrypted.
        private let brokenRecord: [UInt8] = [23, 3, 3, 0, 32] + [UInt8](repeating: 7, count: 32)

        /// Makes the server send a fatal alert.
        private func breakServer(of pair: LibraryPair) throws {
            writeRaw(brokenRecord, to: pair.client)
            try #require(pair.read(pair.server).error == SSL_ERROR_SSL)
        }

        private func writeRaw(_ bytes: [UInt8], to ssl: OpaquePointer) {
            #expect(send(SSL_get_fd(ssl), bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
        }
    }
}

// MARK: - Resuming an SSL Connection

extension SSLProgrammingTutorialTests {
    @Suite struct Resuming {
        /// How the server of TLS 1.2 keeps a session.
        enum Keeping: CaseIterable { case ticket, cache }

        /// The page's recipe, word for word: SSL_connect, SSL_get1_session, SSL_shutdown, SSL_new, SSL_set_session,
        /// SSL_connect.
        @Test(arguments: Keeping.allCases)
        func theRecipeResumesInTLS12(keeping: Keeping) throws {
            let contexts = try LibraryContexts(.tls12)
            if keeping == .cache { SSL_CTX_set_options(contexts.server, probe_SSL_OP_NO_TICKET) }
            let session = try session(of: contexts, reads: false)
            let pair = try connect(contexts, session)
            #expect(SSL_session_reused(pair.client) == 1)
        }

        /// Corrects step 2, "save the SSL session information" right after SSL_connect: in TLS 1.3 there is no ticket yet,
        /// and the second connection is a new one, without an error.
        @Test func theRecipeDoesNotResumeInTLS13() throws {
            let contexts = try LibraryContexts(.tls13)
            let session = try session(of: contexts, reads: false)
            let pair = try connect(contexts, session)
            #expect(!session.isResumable && SSL_session_reused(pair.client) == 0)
        }

        /// What the step needs today: something must be read first, and the session asked for afterwards.
        @Test func theRecipeResumesInTLS13OnceTheTicketsWereRead() throws {
            let contexts = try LibraryContexts(.tls13)
            let session = try session(of: contexts)
            let pair = try connect(contexts, session)
            #expect(session.isResumable && SSL_session_reused(pair.client) == 1)
        }

        /// The page's "the new SSL connection is reusing the same master secret". In TLS 1.3 every ticket has its own.
        @Test(arguments: tlsVersions)
        func theMasterSecretStaysTheSameInTLS12(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let session = try session(of: contexts)
            let pair = try connect(contexts, session)
            pair.settle()
            let resumed = Session(adopting: try #require(SSL_get1_session(pair.client)))
            #expect(SSL_session_reused(pair.client) == 1)
            #expect(resumed.hasSameSecret(as: session) == (version == .tls12))
        }

        /// The page's "the SSL handshake can be performed more quickly": no certificate and, in TLS 1.2, no key exchange.
        @Test(arguments: tlsVersions)
        func aResumptionLeavesMessagesOut(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let pair = try connect(contexts, session(of: contexts))
            let messages = Set(pair.trace.map { $0.dropFirst(2) })
            #expect(messages.isDisjoint(with: ["certificate", "certificate_verify", "server_key_exchange"]))
            #expect(messages.isSuperset(of: ["client_hello", "server_hello", "finished"]))
        }

        /// The page's "the SSL server can accept a new SSL connection using the same session without calling special APIs":
        /// true, but for one that asks for certificates. It needs a session id context, or the second connection dies.
        @Test(arguments: tlsVersions)
        func aServerThatVerifiesNeedsASessionContext(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            try contexts.verifyClient(SSL_VERIFY_PEER)
            let pair = try LibraryPair(contexts, client: client(contexts, session(of: contexts)))
            let (client, server) = pair.conclude()
            #expect(server.cause == SSL_R_SESSION_ID_CONTEXT_UNINITIALIZED)
            #expect(client.cause == SSL_AD_REASON_OFFSET + SSL_AD_INTERNAL_ERROR)
        }

        /// The binding gives every server one.
        @Test(arguments: [ProtocolVersion.tls12, .tls13])
        func aServerOfTheBindingResumesThoughItVerifies(version: ProtocolVersion) throws {
            var settings = ServerSettings()
            settings.clientCertificate = .request
            settings.tls.maximum = version
            #expect(try resumesWithTheBinding(ConnectionEnds(settings)))
        }

        @Test func aSessionContextHasAtMost32Bytes() throws {
            let context = try OwnContext(TLS_method())
            let bytes = [UInt8](repeating: 1, count: 33)
            let refused = Answer(0, ERR_LIB_SSL, SSL_R_SSL_SESSION_ID_CONTEXT_TOO_LONG)
            #expect(Answer { SSL_CTX_set_session_id_context(context.pointer, bytes, 33) } == refused)
            #expect(Answer { SSL_CTX_set_session_id_context(context.pointer, bytes, 32) } == Answer(1))
        }

        @Test(arguments: tlsVersions)
        func anotherSessionContextMeansAFullHandshake(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            try #require(SSL_CTX_set_session_id_context(contexts.server, "one", 3) == 1)
            let session = try session(of: contexts)
            try #require(SSL_CTX_set_session_id_context(contexts.server, "two", 3) == 1)
            #expect(try !connect(contexts, session).isResumed)
        }

        // MARK: "Calling SSL_free() results in the failure of the SSL session to resume"

        /// The page's note, and "you must call SSL_shutdown() before you call SSL_free()": true when close_notify was not
        /// sent.
        @Test(arguments: tlsVersions)
        func freeingWithoutAGoodbyeSpoilsTheSession(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let session = try session(of: contexts) { _ in }
            #expect(!session.isResumable)
            #expect(try !connect(contexts, session).isResumed)
        }

        /// Corrects "calling SSL_free() results in the failure of the SSL session to resume, even if you saved the SSL
        /// session": not after SSL_shutdown.
        @Test(arguments: tlsVersions)
        func freeingAfterAGoodbyeLeavesTheSessionGood(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let session = try session(of: contexts) { SSL_shutdown($0.client) }
            #expect(session.isResumable)
            #expect(try connect(contexts, session).isResumed)
        }

        /// The binding relies on it: what a connection gave away survives its end, once it said goodbye.
        @Test(arguments: [ProtocolVersion.tls12, .tls13])
        func aConnectionOfTheBindingThatSaidGoodbyeLeavesItsSessionGood(version: ProtocolVersion) throws {
            var settings = ServerSettings()
            settings.tls.maximum = version
            let ends = try ConnectionEnds(settings)
            #expect(try resumesWithTheBinding(ends) && !resumesWithTheBinding(ends, saysGoodbye: false))
        }

        @Test(arguments: tlsVersions)
        func theGoodbyeOfThePeerAloneDoesNotSaveTheSession(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let session = try session(of: contexts) { pair in
                SSL_shutdown(pair.server)
                pair.read(pair.client)
            }
            #expect(!session.isResumable)
        }

        /// Neither does the wish to be quiet; that the connection believes it said goodbye does.
        @Test(arguments: tlsVersions)
        func theFlagSavesTheSessionAndTheQuietModeDoesNot(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let quiet = try session(of: contexts) { SSL_set_quiet_shutdown($0.client, 1) }
            let flagged = try session(of: contexts) { SSL_set_shutdown($0.client, SSL_SENT_SHUTDOWN) }
            #expect(!quiet.isResumable && flagged.isResumable)
        }

        /// A copy that was made before is none of the connection's business.
        @Test(arguments: tlsVersions)
        func aCopyIsNotSpoiled(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            var copy: Session?
            let session = try session(of: contexts) { pair in
                copy = SSL_get1_session(pair.client).flatMap { try? Session(adopting: $0).copy() }
            }
            let pair = try connect(contexts, copy)
            #expect(!session.isResumable && SSL_session_reused(pair.client) == 1)
        }

        /// The server's SSL_free drops the session from its cache; what is in the ticket is out of its reach.
        @Test(arguments: Keeping.allCases, [true, false])
        func aServerThatSaysNoGoodbyeForgetsWhatItKept(keeping: Keeping, saysGoodbye: Bool) throws {
            let contexts = try LibraryContexts(.tls12)
            if keeping == .cache { SSL_CTX_set_options(contexts.server, probe_SSL_OP_NO_TICKET) }
            let session = try session(of: contexts) { pair in
                SSL_shutdown(pair.client)
                if saysGoodbye { SSL_shutdown(pair.server) }
            }
            let isResumed = try connect(contexts, session).isResumed
            #expect(isResumed == (keeping == .ticket || saysGoodbye))
        }

        /// Without waiting for SSL_free.
        @Test(arguments: tlsVersions)
        func aFatalErrorSpoilsTheSessionAtOnce(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let pair = try connect(contexts, nil)
            pair.settle()
            let session = Session(adopting: try #require(SSL_get1_session(pair.client)))
            let before = session.isResumable
            shutdown(SSL_get_fd(pair.server), Int32(SHUT_WR))
            #expect(pair.read(pair.client).error == SSL_ERROR_SSL)
            #expect(before && !session.isResumable)
        }

        // MARK: What a resumption does not check

        /// Neither the chain nor the name: what was accepted once stays accepted.
        @Test(arguments: tlsVersions)
        func aClientVerifiesNothingInAResumption(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let client = try client(contexts, session(of: contexts))
            SSL_set_verify(client, SSL_VERIFY_PEER, nil)
            try #require(SSL_set1_host(client, "other.example") == 1)
            let pair = try LibraryPair(contexts, client: client)
            try pair.shakeHands()
            #expect(SSL_session_reused(client) == 1)
            #expect(SSL_get_verify_result(client) == Int(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY))
        }

        /// The certificate comes back with the session; the chain only with the very object, not with one that was saved.
        @Test(arguments: tlsVersions)
        func aSavedSessionKeepsTheCertificateAndLosesTheChain(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let session = try session(of: contexts)
            let pairs = try [session.copy(), session].map { try connect(contexts, $0) }
            let certificate = contexts.identity.certificate.der
            #expect(pairs.map { peerCertificate($0.client)?.der } == [certificate, certificate])
            #expect(pairs.map { SSL_session_reused($0.client) } == [1, 1])
            #expect(pairs.map { SSL_get_peer_cert_chain($0.client) != nil } == [false, true])
        }

        /// A server that began to demand certificates serves who comes back without one.
        @Test(arguments: tlsVersions)
        func aServerDemandsNothingInAResumption(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            try #require(SSL_CTX_set_session_id_context(contexts.server, "one", 3) == 1)
            let session = try session(of: contexts)
            try contexts.verifyClient(SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT)
            let pair = try connect(contexts, session)
            #expect(SSL_session_reused(pair.server) == 1 && peerCertificate(pair.server) == nil)
        }

        @Test(arguments: tlsVersions)
        func aServerKnowsTheClientAgainWithoutItsCertificate(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            try #require(SSL_CTX_set_session_id_context(contexts.server, "one", 3) == 1)
            try contexts.verifyClient(SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT)
            try contexts.knowClient()
            let session = try session(of: contexts)
            let client = try client(contexts, session)
            SSL_certs_clear(client)
            let pair = try LibraryPair(contexts, client: client)
            try pair.shakeHands()
            #expect(peerCertificate(pair.server)?.subjectCommonName == "client.example")
            #expect(!pair.trace.contains("s>certificate_request"))
        }

        /// In TLS 1.2 the name of the session is what both ends are told, whatever was sent.
        @Test func theNameOfAResumptionIsThatOfTheSession() throws {
            let contexts = try LibraryContexts(.tls12)
            _ = probe_SSL_CTX_set_tlsext_servername_callback(contexts.server) { _, _, _ in SSL_TLSEXT_ERR_OK }
            let first = try #require(SSL_new(contexts.client))
            try #require(probe_SSL_set_tlsext_host_name(first, "first.example") == 1)
            let session = try session(of: contexts, client: first)
            let second = try client(contexts, session)
            try #require(probe_SSL_set_tlsext_host_name(second, "second.example") == 1)
            let pair = try LibraryPair(contexts, client: second)
            try pair.shakeHands()
            let names = [pair.client, pair.server].map { ssl in
                SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
            }
            #expect(SSL_session_reused(pair.client) == 1)
            #expect(names == ["first.example", "first.example"])
        }

        /// Another name does not hinder a resumption.
        @Test(arguments: tlsVersions)
        func aSessionIsResumedUnderAnotherName(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let first = try #require(SSL_new(contexts.client))
            try #require(probe_SSL_set_tlsext_host_name(first, "first.example") == 1)
            let second = try client(contexts, session(of: contexts, client: first))
            try #require(probe_SSL_set_tlsext_host_name(second, "second.example") == 1)
            let pair = try LibraryPair(contexts, client: second)
            try pair.shakeHands()
            #expect(SSL_session_reused(pair.client) == 1)
        }

        // MARK: What hinders a resumption

        @Test func aSessionThatTheServerFindsTooOldIsNotResumed() throws {
            let contexts = try LibraryContexts(.tls12)
            SSL_CTX_set_options(contexts.server, probe_SSL_OP_NO_TICKET)
            let session = try session(of: contexts) { pair in
                probe_SSL_SESSION_set_time(SSL_get_session(pair.server), 1)
                SSL_shutdown(pair.client)
                SSL_shutdown(pair.server)
            }
            let pair = try connect(contexts, session)
            #expect(session.isResumable && SSL_session_reused(pair.client) == 0)
        }

        /// The client's own limit is not asked; in TLS 1.3 the lifetime that the server gave the ticket is.
        @Test(arguments: tlsVersions)
        func aClientOffersAnOldSessionInTLS12(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let session = try session(of: contexts)
            SSL_SESSION_set_timeout(session.pointer, 1)
            probe_SSL_SESSION_set_time(session.pointer, probe_SSL_SESSION_get_time(session.pointer) - 100_000)
            #expect(try connect(contexts, session).isResumed == (version == .tls12))
        }

        @Test(arguments: tlsVersions)
        func aSessionOfOneVersionIsNotResumedInTheOther(version: LibraryContexts.Version) throws {
            let session = try session(of: LibraryContexts(version))
            let other = try LibraryContexts(version == .tls12 ? .tls13 : .tls12)
            #expect(try !connect(other, session).isResumed)
        }

        /// The key that sealed the ticket is the context's.
        @Test(arguments: tlsVersions)
        func anotherContextOfTheServerDoesNotResume(version: LibraryContexts.Version) throws {
            let session = try session(of: LibraryContexts(version))
            #expect(try !connect(LibraryContexts(version), session).isResumed)
        }

        /// A cipher that the server dropped since comes back with the session.
        @Test func aServerResumesWithACipherThatItDropped() throws {
            let contexts = try LibraryContexts(.tls12)
            try #require(SSL_CTX_set_cipher_list(contexts.server, "ECDHE-ECDSA-AES128-GCM-SHA256") == 1)
            let session = try session(of: contexts)
            try #require(SSL_CTX_set_cipher_list(contexts.server, "ECDHE-ECDSA-AES256-GCM-SHA384") == 1)
            let pair = try connect(contexts, session)
            #expect(SSL_session_reused(pair.server) == 1)
            let name = SSL_CIPHER_get_name(SSL_get_current_cipher(pair.server)).map { String(cString: $0) }
            #expect(name == "ECDHE-ECDSA-AES128-GCM-SHA256")
        }

        /// A client that dropped it is not merely given a full handshake.
        @Test func aClientThatDroppedTheCipherIsRefused() throws {
            let contexts = try LibraryContexts(.tls12)
            try #require(SSL_CTX_set_cipher_list(contexts.client, "ECDHE-ECDSA-AES128-GCM-SHA256") == 1)
            let session = try session(of: contexts)
            let client = try client(contexts, session)
            try #require(SSL_set_cipher_list(client, "ECDHE-ECDSA-AES256-GCM-SHA384") == 1)
            let (outcome, server) = try LibraryPair(contexts, client: client).conclude()
            #expect(server.cause == SSL_R_REQUIRED_CIPHER_MISSING)
            #expect(outcome.cause == SSL_AD_REASON_OFFSET + SSL_AD_ILLEGAL_PARAMETER)
        }

        /// In TLS 1.3 only the hash of the suite has to be the same.
        @Test(arguments: [("TLS_CHACHA20_POLY1305_SHA256", true), ("TLS_AES_256_GCM_SHA384", false)])
        func anotherSuiteMayResumeInTLS13(suite: String, isResumed: Bool) throws {
            let contexts = try LibraryContexts(.tls13)
            try #require(SSL_CTX_set_ciphersuites(contexts.client, "TLS_AES_128_GCM_SHA256") == 1)
            let session = try session(of: contexts)
            let client = try client(contexts, session)
            try #require(SSL_set_ciphersuites(client, suite) == 1)
            let pair = try LibraryPair(contexts, client: client)
            try pair.shakeHands()
            #expect((SSL_session_reused(client) == 1) == isResumed)
            let name = SSL_CIPHER_standard_name(SSL_get_current_cipher(client)).map { String(cString: $0) }
            #expect(name == suite)
        }

        /// A client that keeps sessions in its context may use each of TLS 1.3 once; copies are for more.
        @Test(arguments: [SSL_SESS_CACHE_OFF, SSL_SESS_CACHE_CLIENT])
        func aSessionOfTLS13IsUsedUpWhereTheClientKeepsSessions(mode: Int32) throws {
            let contexts = try LibraryContexts(.tls13)
            _ = probe_SSL_CTX_set_session_cache_mode(contexts.client, Int(mode))
            let session = try session(of: contexts)
            let copy = try session.copy()
            let resumed = try [session, session, copy].map { session in
                let pair = try connect(contexts, session)
                pair.settle()
                SSL_shutdown(pair.client)
                return SSL_session_reused(pair.client) == 1
            }
            #expect(resumed == [true, mode == SSL_SESS_CACHE_OFF, true])
        }

        /// The page's step 5, which knows no failure, and has none: whatever is set, the call returns 1.
        @Test func settingASessionNeverFails() throws {
            let contexts = try LibraryContexts(.tls13)
            let spoiled = try session(of: contexts, reads: false)
            let client = try #require(SSL_new(contexts.client))
            #expect([SSL_set_session(client, nil), SSL_set_session(client, spoiled.pointer)] == [1, 1])
            let pair = try LibraryPair(contexts, client: client)
            try pair.shakeHands()
            #expect(SSL_session_reused(client) == 0)
            #expect(SSL_set_session(client, spoiled.pointer) == 1)
        }

        /// The binding fails in place of SSL_set_session.
        @Test func theBindingRefusesASessionThatCannotBeResumed() throws {
            let contexts = try LibraryContexts(.tls13)
            let spoiled = try session(of: contexts, reads: false)
            let good = try session(of: contexts)
            let connection = try Connection(client: ConnectionEnds().client, settings: ConnectionSettings())
            #expect(throws: OpenSSLError.self) { try connection.offer(spoiled) }
            try connection.offer(good)
        }

        @Test(arguments: tlsVersions)
        func aSavedSessionStaysWhatItWas(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let session = try session(of: contexts)
            for saved in [try Session(der: session.der), try Session(pem: Array(session.pem.utf8))] {
                #expect(saved.isResumable && saved.hasSameSecret(as: session))
                #expect(try connect(contexts, saved).isResumed)
            }
        }

        /// That it was spoiled is not saved with it; that it never had a ticket is.
        @Test(arguments: tlsVersions)
        func aCopyOfASpoiledSessionIsGoodAgain(version: LibraryContexts.Version) throws {
            let contexts = try LibraryContexts(version)
            let spoiled = try session(of: contexts) { _ in }
            let copy = try spoiled.copy()
            #expect(!spoiled.isResumable && copy.isResumable)
            #expect(try connect(contexts, copy).isResumed)
            let early = try session(of: contexts, reads: false).copy()
            #expect(early.isResumable == (version == .tls12))
        }

        @Test func whatIsNoSessionIsRefused() throws {
            let certificate = try issued("localhost").certificate.pem
            for text in ["", "junk", certificate] {
                let error = thrown(OpenSSLError.self) { try Session(pem: Array(text.utf8)) }
                #expect(error?.cause?.library == ERR_LIB_PEM && error?.cause?.reason == PEM_R_NO_START_LINE)
            }
            let error = thrown(OpenSSLError.self) { try Session(der: [0x30, 0x03, 0x02, 0x01, 0x01]) }
            #expect(error?.reasons.contains { $0.library == ERR_LIB_ASN1 } == true)
        }

        // MARK: Helpers

        /// A client that offers the session.
        private func client(_ contexts: LibraryContexts, _ session: Session) throws -> OpaquePointer {
            let ssl = try #require(SSL_new(contexts.client))
            try #require(SSL_set_session(ssl, session.pointer) == 1)
            return ssl
        }

        /// A connection that offered it.
        private func connect(_ contexts: LibraryContexts, _ session: Session?) throws -> LibraryPair {
            let pair = try LibraryPair(contexts, client: session.map { try client(contexts, $0) })
            try pair.shakeHands()
            return pair
        }

        /// The session of a connection that is ended, by the client's goodbye unless told otherwise, and freed.
        private func session(
            of contexts: LibraryContexts, client: OpaquePointer? = nil, reads: Bool = true,
            end: (LibraryPair) -> Void = { pair in
                SSL_shutdown(pair.client)
                SSL_shutdown(pair.server)
            }
        ) throws -> Session {
            let pair = try LibraryPair(contexts, client: client)
            try pair.shakeHands()
            if reads { pair.settle() }
            let session = Session(adopting: try #require(SSL_get1_session(pair.client)))
            end(pair)
            return session
        }

        /// Whether the very session that a connection was given is resumed by the next.
        private func resumesWithTheBinding(_ ends: ConnectionEnds, saysGoodbye: Bool = true) throws -> Bool {
            func session() throws -> Session {
                let pair = try ConnectionPair(ends)
                try pair.shakeHands()
                try pair.drainClient()
                if saysGoodbye { _ = pair.client.shutdown() }
                return try #require(pair.sessions.last)
            }
            let session = try session()
            guard session.isResumable else { return false }
            let pair = try ConnectionPair(ends, resuming: session)
            try pair.shakeHands()
            return pair.isResumed
        }
    }
}

// MARK: - Renegotiating the SSL Handshake

extension SSLProgrammingTutorialTests {
    /// The page's note says "use SSLv3 or TLSv3 for this operation"; all of this is TLS 1.2.
    @Suite struct Renegotiating {
        /// Corrects the note: there is no renegotiation in TLS 1.3, whichever end asks.
        @Test func thereIsNoneInTLS13() throws {
            let pair = try connected(.tls13)
            for ssl in [pair.client, pair.server] {
                let outcome = Outcome(ssl) { SSL_renegotiate($0) }
                #expect(outcome.status == 0 && outcome.cause == SSL_R_WRONG_SSL_VERSION)
            }
        }

        /// The page's "this API does not actually initiate the renegotiation".
        @Test func schedulingSendsNothing() throws {
            let pair = try connected(.tls12)
            pair.clearTrace()
            #expect(SSL_renegotiate(pair.server) == 1 && SSL_renegotiate(pair.client) == 1)
            #expect(pair.trace.isEmpty)
        }

        /// Corrects "the first call sends a Server Hello message": it is a HelloRequest.
        @Test func theFirstCallOfTheServerSendsAHelloRequest() throws {
            let pair = try connected(.tls12)
            pair.clearTrace()
            #expect(SSL_renegotiate(pair.server) == 1 && SSL_do_handshake(pair.server) == 1)
            #expect(pair.trace == ["s>hello_request"])
        }

        /// Corrects "if the first call succeeds, the client has agreed to perform an SSL renegotiation": it may refuse yet.
        @Test func theFirstCallSucceedsThoughTheClientWillRefuse() throws {
            let pair = try connected(.tls12)
            SSL_set_options(pair.client, probe_SSL_OP_NO_RENEGOTIATION)
            #expect(SSL_renegotiate(pair.server) == 1 && SSL_do_handshake(pair.server) == 1)
            #expect(pair.read(pair.client).error == SSL_ERROR_WANT_READ)
            #expect(pair.trace.contains("c>alert(100)"))
            #expect(pair.read(pair.server).cause == SSL_R_NO_RENEGOTIATION)
        }

        /// Corrects "calls SSL_do_handshake() again to complete the rest of the renegotiation": the second call returns 1 and
        /// reads nothing.
        @Test func theSecondCallOfTheServerDoesNothing() throws {
            let pair = try connected(.tls12)
            #expect(SSL_renegotiate(pair.server) == 1 && SSL_do_handshake(pair.server) == 1)
            pair.read(pair.client)
            pair.clearTrace()
            #expect([SSL_do_handshake(pair.server), SSL_accept(pair.server)] == [1, 1])
            #expect(pair.trace.isEmpty && SSL_renegotiate_pending(pair.server) == 1)
        }

        /// Corrects "the server then sets the SSL_ST_ACCEPT state": the field is hidden, and what sets it today begins a new
        /// connection in the middle of the old one.
        @Test func settingTheStateEndsTheConnection() throws {
            let pair = try connected(.tls12)
            #expect(SSL_renegotiate(pair.server) == 1 && SSL_do_handshake(pair.server) == 1)
            pair.read(pair.client)
            SSL_set_accept_state(pair.server)
            let outcome = Outcome(pair.server) { SSL_do_handshake($0) }
            #expect(outcome.status <= 0 && outcome.cause == probe_ERR_R_INTERNAL_ERROR)
        }

        /// What completes it is SSL_read, on both ends; the page has that right for the client: "SSL_read() can also handle
        /// connection-related functions such as renegotiation".
        @Test func readingCompletesIt() throws {
            let pair = try connected(.tls12)
            pair.clearTrace()
            #expect(SSL_renegotiate(pair.server) == 1 && SSL_do_handshake(pair.server) == 1)
            pair.settle()
            #expect(SSL_renegotiate_pending(pair.server) == 0)
            #expect(pair.trace.filter { $0.hasSuffix("finished") }.sorted() == finishes)
            pair.write("after", from: pair.client)
            #expect(pair.drain(pair.server) == Array("after".utf8))
        }

        /// Corrects "to complete this operation, the SSL client calls SSL_renegotiate() and SSL_do_handshake() only once": a
        /// server refuses unless told, and to an OpenSSL client the refusal is fatal.
        @Test func aClientIsRefusedByDefault() throws {
            let pair = try connected(.tls12)
            #expect(SSL_renegotiate(pair.client) == 1)
            #expect(Outcome(pair.client) { SSL_do_handshake($0) }.error == SSL_ERROR_WANT_READ)
            #expect(pair.read(pair.server).error == SSL_ERROR_WANT_READ)
            #expect(Outcome(pair.client) { SSL_do_handshake($0) }.cause == SSL_R_NO_RENEGOTIATION)
            #expect(pair.read(pair.server).cause == SSL_AD_REASON_OFFSET + SSL_AD_HANDSHAKE_FAILURE)
        }

        /// Where it is allowed the page is right: the client's SSL_do_handshake covers it all, the server only reads.
        @Test func anAllowedClientNeedsOnlyItsHandshake() throws {
            let pair = try connected(.tls12)
            SSL_set_options(pair.server, probe_SSL_OP_ALLOW_CLIENT_RENEGOTIATION)
            pair.clearTrace()
            #expect(SSL_renegotiate(pair.client) == 1)
            var outcome = Outcome(pair.client) { SSL_do_handshake($0) }
            for _ in 0..<10 where outcome.status != 1 {
                _ = pair.drain(pair.server)
                outcome = Outcome(pair.client) { SSL_do_handshake($0) }
            }
            #expect(outcome.status == 1 && SSL_renegotiate_pending(pair.client) == 0)
            #expect(pair.trace.filter { $0.hasSuffix("finished") }.sorted() == finishes)
            #expect(!pair.trace.contains("s>hello_request"))
        }

        /// The same call kills a connection on which data is under way; SSL_read gets over it.
        @Test(arguments: [true, false])
        func dataUnderWayIsForSSLReadOnly(reads: Bool) throws {
            let pair = try connected(.tls12)
            SSL_set_options(pair.server, probe_SSL_OP_ALLOW_CLIENT_RENEGOTIATION)
            pair.write("data", from: pair.server)
            #expect(SSL_renegotiate(pair.client) == 1)
            if reads {
                #expect(pair.settle().client == Array("data".utf8))
                #expect(SSL_renegotiate_pending(pair.client) == 0)
            } else {
                var outcome = Outcome(pair.client) { SSL_do_handshake($0) }
                if outcome.error == SSL_ERROR_WANT_READ { outcome = Outcome(pair.client) { SSL_do_handshake($0) } }
                #expect(outcome.cause == SSL_R_UNEXPECTED_RECORD)
                _ = pair.drain(pair.server)
                #expect(pair.trace.contains("s<alert(10)"))
            }
        }

        /// The page's "different set of encryption and decryption keys" and "algorithms".
        @Test func aRenegotiationCanChangeTheCipher() throws {
            let pair = try connected(.tls12)
            SSL_set_options(pair.server, probe_SSL_OP_ALLOW_CLIENT_RENEGOTIATION)
            let before = Session(adopting: try #require(SSL_get1_session(pair.client)))
            try #require(SSL_set_cipher_list(pair.client, "ECDHE-ECDSA-AES128-GCM-SHA256") == 1)
            let first = SSL_CIPHER_get_id(SSL_get_current_cipher(pair.server))
            #expect(SSL_renegotiate(pair.client) == 1)
            pair.settle()
            let after = Session(adopting: try #require(SSL_get1_session(pair.client)))
            let second = SSL_CIPHER_get_name(SSL_get_current_cipher(pair.server)).map { String(cString: $0) }
            #expect(second == "ECDHE-ECDSA-AES128-GCM-SHA256")
            #expect(first != SSL_CIPHER_get_id(SSL_get_current_cipher(pair.server)))
            #expect(!after.hasSameSecret(as: before))
        }

        // MARK: "When you require client authentication"

        /// Without a session id context the server dies of the session that the client offers.
        @Test func aServerWithoutASessionContextCannotAskForACertificate() throws {
            let pair = try authenticated { _ in }
            #expect(pair.read(pair.server).cause == SSL_R_SESSION_ID_CONTEXT_UNINITIALIZED)
            #expect(pair.read(pair.client).cause == SSL_AD_REASON_OFFSET + SSL_AD_INTERNAL_ERROR)
        }

        /// With one the renegotiation resumes the session and succeeds, and nobody was asked.
        @Test func aRenegotiationThatResumesAsksForNoCertificate() throws {
            let pair = try authenticated { contexts in
                SSL_CTX_set_session_id_context(contexts.server, "one", 3)
            }
            pair.settle()
            #expect(SSL_renegotiate_pending(pair.server) == 0 && SSL_session_reused(pair.server) == 1)
            #expect(!pair.trace.contains("s>certificate_request") && peerCertificate(pair.server) == nil)
        }

        /// What it takes: no resumption in renegotiations, or another context.
        @Test(arguments: [true, false])
        func aRenegotiationThatDoesNotResumeAsksForACertificate(byOption: Bool) throws {
            let pair = try authenticated(
                before: { server in if !byOption { SSL_set_session_id_context(server, "two", 3) } },
                prepare: { contexts in
                    SSL_CTX_set_session_id_context(contexts.server, "one", 3)
                    guard byOption else { return }
                    SSL_CTX_set_options(contexts.server, probe_SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION)
                })
            pair.settle()
            #expect(peerCertificate(pair.server)?.subjectCommonName == "client.example")
        }

        /// The page's SSL_VERIFY_CLIENT_ONCE: it does not ask again, and forgets whom it has asked.
        @Test func clientOnceLosesTheCertificate() throws {
            let contexts = try LibraryContexts(.tls12)
            try contexts.verifyClient(SSL_VERIFY_PEER | SSL_VERIFY_CLIENT_ONCE)
            try contexts.knowClient()
            SSL_CTX_set_session_id_context(contexts.server, "one", 3)
            SSL_CTX_set_options(contexts.server, probe_SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION)
            let pair = try LibraryPair(contexts)
            try pair.shakeHands()
            pair.settle()
            let before = peerCertificate(pair.server)
            pair.clearTrace()
            #expect(SSL_renegotiate(pair.server) == 1 && SSL_do_handshake(pair.server) == 1)
            pair.settle()
            #expect(!pair.trace.contains("s>certificate_request") && pair.trace.contains("s>server_hello_done"))
            #expect(before != nil && peerCertificate(pair.server) == nil)
        }

        // MARK: Helpers

        private let finishes = ["c<finished", "c>finished", "s<finished", "s>finished"]

        /// A server that demands a certificate of a connected client that has one, and sent its HelloRequest.
        private func authenticated(
            before: (OpaquePointer) -> Void = { _ in }, prepare: (LibraryContexts) -> Void
        ) throws -> LibraryPair {
            let contexts = try LibraryContexts(.tls12)
            prepare(contexts)
            try contexts.knowClient()
            let authority = try ConnectionEnds.authority.get().certificate
            X509_STORE_add_cert(SSL_CTX_get_cert_store(contexts.server), authority.pointer)
            let pair = try LibraryPair(contexts)
            try pair.shakeHands()
            pair.settle()
            pair.clearTrace()
            SSL_set_verify(pair.server, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
            before(pair.server)
            #expect(SSL_renegotiate(pair.server) == 1 && SSL_do_handshake(pair.server) == 1)
            pair.read(pair.client)
            return pair
        }
    }
}

// MARK: - Finishing the SSL Application

extension SSLProgrammingTutorialTests {
    @Suite struct Finishing {
        /// The page's last note, "you must call SSL_shutdown() before you call SSL_free()": nothing does it in its place.
        @Test(arguments: tlsVersions)
        func freeingSaysNoGoodbye(version: LibraryContexts.Version) throws {
            let (contexts, sockets) = (try LibraryContexts(version), try Sockets())
            let client = try #require(SSL_new(contexts.client))
            try #require(SSL_up_ref(client) == 1)
            func use() throws -> OpaquePointer {
                let pair = try LibraryPair(contexts, client: client)
                try pair.shakeHands()
                pair.settle()
                return client
            }
            let kept = try use()
            // The pair has freed its reference, and this is the last.
            try #require(SSL_set_fd(kept, sockets.ours) == 1)
            SSL_set_msg_callback(kept, nil)
            SSL_free(kept)
            #expect(sockets.received().isEmpty && sockets.isOpen)
        }

        @Test func theEndOfAConnectionOfTheBindingSaysNoGoodbye() throws {
            let sockets = try Sockets()
            let ends = try ConnectionEnds()
            func use() throws {
                let pair = try ConnectionPair(ends)
                try pair.shakeHands()
                try pair.client.attach(descriptor: sockets.ours)
            }
            try use()
            #expect(sockets.received().isEmpty)
        }

        /// The page's "data structures that were created inside another structure are automatically deallocated": and a
        /// structure that another uses lives on with it, whoever freed it.
        @Test func aContextLivesAsLongAsItsConnections() throws {
            let contexts = try LibraryContexts(.tls13)
            let context = try #require(SSL_CTX_new(TLS_method()))
            try contexts.identity.apply(toContext: context)
            let server = SSL_new(context)
            SSL_CTX_free(context)
            let pair = try LibraryPair(contexts, server: server)
            try pair.shakeHands()
            #expect(peerCertificate(pair.client)?.der == contexts.identity.certificate.der)
        }

        /// All calls that free take NULL, so nothing has to be asked before.
        @Test func nothingMayBeFreed() throws {
            SSL_free(nil)
            SSL_CTX_free(nil)
            SSL_SESSION_free(nil)
            X509_free(nil)
            EVP_PKEY_free(nil)
            #expect(BIO_free(nil) == 0)
            try LibraryPair(.tls13).shakeHands()
        }
    }
}

// MARK: - Helpers

/// What a call that needs no connection left behind.
private struct Answer: Equatable {
    let status: Int32
    let library: Int32?
    let reason: Int32?

    /// What is expected; without a reason the queue is empty.
    init(_ status: Int32, _ library: Int32? = nil, _ reason: Int32? = nil) {
        self.status = status
        self.library = library
        self.reason = reason
    }

    init(_ call: () -> Int32) {
        ERR_clear_error()
        status = call()
        let cause = OpenSSLError(draining: "").cause
        library = cause?.library
        reason = cause?.reason
    }
}

/// How a client took the certificates of a server.
private struct Verdict: Equatable {
    /// `X509_V_*`.
    let code: Int
    /// What the server was told; nil when the client took them.
    let alert: Int32?

    static let good = Verdict(X509_V_OK, nil)

    init(_ code: Int32, _ alert: Int32?) {
        self.code = Int(code)
        self.alert = alert
    }
}

/// A server shows the identity to a client that trusts the authority of `ConnectionEnds` and checks.
private func verdict(
    of identity: Identity, _ version: LibraryContexts.Version = .tls13,
    prepare: (LibraryContexts, OpaquePointer) throws -> Void = { _, _ in }
) throws -> Verdict {
    let contexts = try LibraryContexts(version)
    try contexts.verifyServer()
    let (client, server) = (try #require(SSL_new(contexts.client)), try #require(SSL_new(contexts.server)))
    // So that it may show what the client's level refuses, and nothing else.
    SSL_set_security_level(server, 0)
    SSL_certs_clear(server)
    let pair = try LibraryPair(contexts, client: client, server: server)
    try identity.apply(toConnection: server)
    try prepare(contexts, client)
    let outcome = pair.conclude()
    let code = Int32(clamping: SSL_get_verify_result(client))
    if outcome.client.status == 1 { return Verdict(code, nil) }
    try #require(outcome.client.cause == SSL_R_CERTIFICATE_VERIFY_FAILED)
    return Verdict(code, (outcome.server.cause ?? 0) - SSL_AD_REASON_OFFSET)
}

/// A verify callback that keeps what it is asked.
private final class Judge {
    enum Answer {
        /// Refuses everything, and names a fault of its own.
        case no(Int32?)
        /// Accepts everything.
        case yes
        /// Accepts everything, and says that nothing was wrong.
        case clears
    }

    let answer: Answer
    /// `X509_V_*` of each call.
    private(set) var calls: [Int32] = []

    init(_ answer: Answer) { self.answer = answer }

    /// The connection must not outlive the judge.
    func attach(to ssl: OpaquePointer) {
        // The slot that OpenSSL leaves to applications.
        SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
        SSL_set_verify(ssl, SSL_VERIFY_PEER) { _, context in
            let ssl = X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx())
            guard let context, let ssl, let judge = SSL_get_ex_data(OpaquePointer(ssl), 0) else { return 0 }
            return Unmanaged<Judge>.fromOpaque(judge).takeUnretainedValue().judge(context)
        }
    }

    private func judge(_ context: OpaquePointer) -> Int32 {
        calls.append(X509_STORE_CTX_get_error(context))
        switch answer {
        case .no(let error):
            if let error { X509_STORE_CTX_set_error(context, error) }
            return 0
        case .yes: return 1
        case .clears:
            X509_STORE_CTX_set_error(context, X509_V_OK)
            return 1
        }
    }
}

/// Counts the BIOs that are freed.
private final class Deaths {
    private(set) var count = 0

    /// The BIO must not outlive the counter.
    func watch(_ bio: OpaquePointer) {
        BIO_set_callback_arg(bio, Unmanaged.passUnretained(self).toOpaque().assumingMemoryBound(to: CChar.self))
        BIO_set_callback_ex(bio) { bio, operation, _, _, _, _, result, _ in
            if operation == BIO_CB_FREE, let argument = BIO_get_callback_arg(bio) {
                Unmanaged<Deaths>.fromOpaque(argument).takeUnretainedValue().count += 1
            }
            return Int(result)
        }
    }
}

/// A context that is freed with this.
private final class OwnContext {
    let pointer: OpaquePointer

    init(_ method: OpaquePointer?) throws { pointer = try #require(SSL_CTX_new(method)) }

    deinit { SSL_CTX_free(pointer) }
}

/// Two sockets, of which one is for a connection.
private final class Sockets {
    let ours: Int32
    private let other: Int32
    private var isOurs = true

    init() throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        (ours, other) = (ends[0], ends[1])
    }

    deinit {
        if isOurs { close(ours) }
        close(other)
    }

    /// Somebody else has closed it.
    func forgetOurs() { isOurs = false }

    /// Whether the other end has not seen the end of ours.
    var isOpen: Bool {
        _ = received()
        var byte: UInt8 = 0
        return recv(other, &byte, 1, 0) == -1 && errno == EAGAIN
    }

    /// What has come to the other end.
    func received() -> [UInt8] { receive(other) }
}

/// What is in a non-blocking socket.
private func receive(_ descriptor: Int32) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return Array(buffer.prefix(max(0, count)))
}

/// An identity in files.
private struct Files {
    let certificate: String
    let key: String
    /// The certificate, its chain and the key.
    let all: String

    init(_ identity: Identity) throws {
        certificate = try TemporaryFolder.write(Array(identity.certificate.pem.utf8))
        key = try TemporaryFolder.write(Array(identity.key.pem.utf8))
        all = try TemporaryFolder.write(Array(identity.pem.utf8))
    }
}

/// An identity for a name, of the authority that everybody trusts.
private func issued(_ name: String) throws -> Identity {
    try ConnectionEnds.authority.get().issue(LeafTemplate(names: [name]))
}

/// One for localhost, with an authority in between.
private func intermediateIdentity() throws -> Identity {
    try ConnectionEnds.authority.get().intermediate(commonName: "Between").issue(LeafTemplate(names: ["localhost"]))
}

/// The same from files.
private func identity(_ issued: IssuedCertificate) throws -> Identity {
    try Identity(certificate: .file(issued.chainPath), key: .file(issued.keyPath))
}

private let clientTemplate: LeafTemplate = {
    var template = LeafTemplate(names: ["client.example"])
    template.usage = .client
    return template
}()

/// A pair that has shaken hands and read what came after.
private func connected(_ version: LibraryContexts.Version) throws -> LibraryPair {
    let pair = try LibraryPair(version)
    try pair.shakeHands()
    pair.settle()
    return pair
}

private func connectedByTheBinding(_ version: ProtocolVersion) throws -> ConnectionPair {
    var settings = ServerSettings()
    settings.tls.maximum = version
    let pair = try ConnectionPair(ConnectionEnds(settings))
    try pair.shakeHands()
    try pair.drainClient()
    return pair
}

private func peerCertificate(_ ssl: OpaquePointer) -> Certificate? {
    SSL_get0_peer_certificate(ssl).map { Certificate(sharing: $0) }
}

extension Identity {
    /// Read back, since an identity keeps it to itself.
    fileprivate var key: PrivateKey {
        get throws { try PrivateKey(Array(pem.utf8), name: "memory", password: nil) }
    }

    /// The same with another chain.
    fileprivate func sending(_ chain: [Certificate]) throws -> Identity {
        try Identity(certificate: certificate, chain: chain, key: key)
    }
}

extension OpenSSLError {
    /// Nil for a call that succeeded.
    fileprivate init?(refusing status: Int32) {
        guard status != 1 else { return nil }
        self.init(draining: "")
    }
}

extension LibraryContexts {
    /// Makes the server trust the authority of the clients.
    fileprivate func verifyClient(_ mode: Int32) throws {
        let authority = try ConnectionEnds.authority.get().certificate
        X509_STORE_add_cert(SSL_CTX_get_cert_store(server), authority.pointer)
        SSL_CTX_set_verify(server, mode, nil)
    }

    /// Gives the client a certificate, of the trusted authority unless told otherwise.
    fileprivate func knowClient(_ authority: EphemeralAuthority? = nil) throws {
        try (authority ?? ConnectionEnds.authority.get()).issue(clientTemplate).apply(toContext: client)
    }
}

extension Outcome {
    /// Whether a handshake came to an end, good or bad.
    fileprivate var isOver: Bool { error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE }
}

extension LibraryPair {
    /// Both go on until each is done or has failed.
    fileprivate func conclude() -> (client: Outcome, server: Outcome) {
        var client = Outcome(client) { SSL_do_handshake($0) }
        var server = Outcome(server) { SSL_do_handshake($0) }
        for _ in 0..<20 {
            if !client.isOver { client = Outcome(self.client) { SSL_do_handshake($0) } }
            if !server.isOver { server = Outcome(self.server) { SSL_do_handshake($0) } }
        }
        return (client, server)
    }

    /// Takes what is in the socket past TLS.
    fileprivate func takeRaw(_ ssl: OpaquePointer) -> [UInt8] { receive(SSL_get_fd(ssl)) }
}

extension ConnectionPair {
    /// Sends a text to the client.
    fileprivate func send(_ text: String) {
        let step = [UInt8](text.utf8).withUnsafeBytes { server.write($0) }
        #expect(step.count == text.utf8.count)
    }

    /// How the server's reading ends: closed, failed, or with nothing there.
    fileprivate func endOfServer() -> Step { end { server.read(into: $0) } }

    /// How the client's reading ends.
    fileprivate func endOfClient() -> Step { end { client.read(into: $0) } }

    private func end(_ read: (UnsafeMutableRawBufferPointer) -> Step) -> Step {
        var buffer = [UInt8](repeating: 0, count: 1024)
        while true {
            let step = buffer.withUnsafeMutableBytes { read($0) }
            switch step {
            case .done, .wantsRead(drained: false): continue
            default: return step
            }
        }
    }
}

extension Step {
    fileprivate var count: Int? { if case .done(let count) = self { count } else { nil } }
    fileprivate var failure: StepFailure? { if case .failed(let failure) = self { failure } else { nil } }
}

extension LineStream {
    /// What a read of a line gave.
    fileprivate struct Line {
        let step: Step
        let text: String?
    }

    fileprivate borrowing func nextLine(room: Int = 64) -> Line {
        var buffer = [UInt8](repeating: 0, count: room)
        let step = buffer.withUnsafeMutableBytes { nextLine(into: $0) }
        return Line(step: step, text: step.count.map { String(decoding: buffer.prefix($0), as: UTF8.self) })
    }
}
