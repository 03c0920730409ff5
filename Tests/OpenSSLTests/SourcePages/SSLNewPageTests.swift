import COpenSSL
import Glibc
import TestSupport
import Testing

@testable import OpenSSL

/// The page "SSL_new": `SSL_new`, `SSL_dup`, `SSL_up_ref`, and with them `SSL_free`.
///
/// What it says of references and of most settings holds. It is wrong about the timeout, which no connection has, and
/// inexact about verification parameters and about certificates once a session is set. It does not say that its list of
/// what `SSL_dup` copies is short of the host name, ALPN, groups and more: `Connection.duplicate()` adds what the commands
/// need.
@Suite struct SSLNewPageTests {
    // MARK: - SSL_new: "The new structure inherits the settings of the underlying context"

    @Test(arguments: LibraryContexts.Version.allCases)
    func aConnectionSpeaksTheProtocolOfItsContextsMethod(version: LibraryContexts.Version) throws {
        let client = try Handle(clientOf: LibraryContexts(version))
        #expect(try client.firstFlight()[1] == (version.isDatagram ? 0xfe : 0x03))
    }

    /// Changing a connection changes neither the context nor its other connections.
    @Test func whatOneConnectionSetsIsItsOwn() throws {
        let contexts = try LibraryContexts(.tls12)
        let (one, other) = (try Handle(contexts.client), try Handle(contexts.client))
        one { SSL_set_options($0, probe_SSL_OP_NO_TICKET) }
        let later = try Handle(contexts.client)
        let offers = try [one, other, later].map { try $0.hello().extensions.contains(.sessionTicket) }
        #expect(offers == [false, true, true])
    }

    /// Here and in what follows `before` is made before the context changes, and keeps what it inherited.
    @Test func optionsAreThoseThatTheContextHadThen() throws {
        let contexts = try LibraryContexts(.tls12)
        let before = try Handle(contexts.client)
        SSL_CTX_set_options(contexts.client, probe_SSL_OP_NO_TICKET)
        let after = try Handle(contexts.client)
        let offers = try [before, after].map { try $0.hello().extensions.contains(.sessionTicket) }
        #expect(offers == [true, false])
    }

    @Test func modesAreThoseThatTheContextHadThen() throws {
        let contexts = try LibraryContexts(.tls12)
        let before = try Handle(contexts.client)
        _ = probe_SSL_CTX_set_mode(contexts.client, Int(SSL_MODE_SEND_FALLBACK_SCSV))
        let after = try Handle(contexts.client)
        let signals = try [before, after].map { try $0.hello().cipherSuites.contains(.fallback) }
        #expect(signals == [false, true])
    }

    @Test func versionsAreThoseThatTheContextHadThen() throws {
        let contexts = try LibraryContexts(.tls12)
        let before = try Handle(contexts.client)
        try #require(probe_SSL_CTX_set_max_proto_version(contexts.client, TLS1_3_VERSION) == 1)
        try #require(probe_SSL_CTX_set_min_proto_version(contexts.client, TLS1_3_VERSION) == 1)
        let after = try Handle(contexts.client)
        let versions = try [before, after].map { try $0.hello().versions }
        #expect(versions == [[.tls12], [.tls13]])
    }

    @Test(arguments: [LibraryContexts.Version.tls12, .tls13])
    func whetherThePeerIsVerifiedIsInherited(version: LibraryContexts.Version) throws {
        let contexts = try LibraryContexts(version)
        let before = try Handle(contexts.client)
        SSL_CTX_set_verify(contexts.client, SSL_VERIFY_PEER, nil)
        let after = try Handle(contexts.client)
        try Wire(before, Handle(contexts.server)).shakeHands()
        #expect(throws: Refusal(.client, SSL_R_CERTIFICATE_VERIFY_FAILED)) {
            try Wire(after, Handle(contexts.server)).shakeHands()
        }
    }

    @Test func theVerifyCallbackIsInherited() throws {
        let contexts = try LibraryContexts(.tls13)
        SSL_CTX_set_verify(contexts.client, SSL_VERIFY_PEER) { _, _ in 1 }
        let before = try Handle(contexts.client)
        SSL_CTX_set_verify(contexts.client, SSL_VERIFY_PEER) { _, _ in 0 }
        let after = try Handle(contexts.client)
        try Wire(before, Handle(contexts.server)).shakeHands()
        #expect(throws: Refusal(.client, SSL_R_CERTIFICATE_VERIFY_FAILED)) {
            try Wire(after, Handle(contexts.server)).shakeHands()
        }
    }

    @Test func theVerifyDepthIsInherited() throws {
        let contexts = try LibraryContexts(.tls13)
        try contexts.verifyServer()
        let chain = try Self.longChain.get()
        let before = try Handle(contexts.client)
        SSL_CTX_set_verify_depth(contexts.client, 0)
        let after = try Handle(contexts.client)
        try Wire(before, Handle(contexts.server, showing: chain)).shakeHands()
        #expect(throws: Refusal(.client, SSL_R_CERTIFICATE_VERIFY_FAILED)) {
            try Wire(after, Handle(contexts.server, showing: chain)).shakeHands()
        }
        #expect(after { SSL_get_verify_result($0) } == Int(X509_V_ERR_CERT_CHAIN_TOO_LONG))
    }

    @Test func verificationParametersAreInherited() throws {
        let contexts = try LibraryContexts(.tls13)
        try contexts.verifyServer()
        X509_VERIFY_PARAM_set1_host(SSL_CTX_get0_param(contexts.client), "localhost", 0)
        let before = try Handle(contexts.client)
        X509_VERIFY_PARAM_set1_host(SSL_CTX_get0_param(contexts.client), "other.example", 0)
        let after = try Handle(contexts.client)
        try Wire(before, Handle(contexts.server)).shakeHands()
        #expect(throws: Refusal(.client, SSL_R_CERTIFICATE_VERIFY_FAILED)) {
            try Wire(after, Handle(contexts.server)).shakeHands()
        }
        #expect(after { SSL_get_verify_result($0) } == Int(X509_V_ERR_HOSTNAME_MISMATCH))
    }

    @Test(arguments: [LibraryContexts.Version.tls12, .tls13])
    func certificateAndKeyAreThoseThatTheContextHadThen(version: LibraryContexts.Version) throws {
        let contexts = try LibraryContexts(version)
        let before = try Handle(contexts.server)
        let other = try Self.otherIdentity.get()
        try other.apply(toContext: contexts.server)
        let after = try Handle(contexts.server)
        let shown = try [before, after].map { server in
            let client = try Handle(contexts.client)
            try Wire(client, server).shakeHands()
            return client.peerCertificate
        }
        #expect(shown == [contexts.identity.certificate, other.certificate])
    }

    @Test func theLimitOfCertificatesIsInherited() throws {
        let contexts = try LibraryContexts(.tls12)
        let before = try Handle(contexts.client)
        SSL_CTX_ctrl(contexts.client, SSL_CTRL_SET_MAX_CERT_LIST, 100, nil)
        let after = try Handle(contexts.client)
        try Wire(before, Handle(contexts.server)).shakeHands()
        #expect(throws: Refusal(.client, SSL_R_EXCESSIVE_MESSAGE_SIZE)) {
            try Wire(after, Handle(contexts.server)).shakeHands()
        }
    }

    @Test func readingAheadIsInherited() throws {
        let contexts = try LibraryContexts(.tls12)
        let before = try Handle(contexts.client)
        SSL_CTX_ctrl(contexts.client, SSL_CTRL_SET_READ_AHEAD, 1, nil)
        let after = try Handle(contexts.client)
        let readsAhead = try [before, after].map { try Wire($0, Handle(contexts.server)).readsAhead() }
        #expect(readsAhead == [false, true])
    }

    @Test func theNumberOfTicketsIsInherited() throws {
        let contexts = try LibraryContexts(.tls13)
        let before = try Handle(contexts.server)
        try #require(SSL_CTX_set_num_tickets(contexts.server, 5) == 1)
        let after = try Handle(contexts.server)
        let counts = try [before, after].map { try Wire(Handle(contexts.client), $0).tickets().count }
        #expect(counts == [2, 5])
    }

    @Test func theSessionContextIsInherited() throws {
        let contexts = try LibraryContexts(.tls12)
        let client = try Self.settledClient(contexts, Handle(contexts.server, inContext: "old"))
        try #require(SSL_CTX_set_session_id_context(contexts.server, Array("old".utf8), 3) == 1)
        let before = try Handle(contexts.server)
        try #require(SSL_CTX_set_session_id_context(contexts.server, Array("new".utf8), 3) == 1)
        let after = try Handle(contexts.server)
        // A session is resumed only in the context in which it was made.
        let isResumed = try [before, after].map { server in
            let returning = try Handle(contexts.client, resuming: client)
            try Wire(returning, server).shakeHands()
            return returning.isResumed
        }
        #expect(isResumed == [true, false])
    }

    @Test func closingQuietlyIsInherited() throws {
        let contexts = try LibraryContexts(.tls13)
        let before = try Handle(contexts.server)
        SSL_CTX_set_quiet_shutdown(contexts.server, 1)
        let after = try Handle(contexts.server)
        let closesQuietly = try [before, after].map { try Wire(Handle(contexts.client), $0).closesQuietly() }
        #expect(closesQuietly == [false, true])
    }

    /// The page does not name them.
    @Test func protocolsAndGroupsAreInherited() throws {
        let contexts = try LibraryContexts(.tls13)
        let before = try Handle(contexts.client)
        try #require(SSL_CTX_set_alpn_protos(contexts.client, Self.wireALPN, UInt32(Self.wireALPN.count)) == 0)
        try #require(probe_SSL_CTX_set1_groups_list(contexts.client, "P-384") == 1)
        let after = try Handle(contexts.client)
        let hellos = try [before, after].map { try $0.hello() }
        #expect(hellos.map { $0.alpn.map(\.text) } == [[], ["h2"]])
        #expect(hellos.map { $0.groups.map(\.rawValue) == [Self.secp384r1] } == [false, true])
    }

    /// The page speaks of all settings alike; but this one is looked up when the handshake begins.
    @Test func ciphersAreNotInheritedButLookedUp() throws {
        let contexts = try LibraryContexts(.tls12)
        let before = try Handle(contexts.client)
        try #require(SSL_CTX_set_cipher_list(contexts.client, "ECDHE-ECDSA-AES128-GCM-SHA256") == 1)
        let suites = try before.hello().cipherSuites
        #expect(suites.filter { $0 != .emptyRenegotiationInfo }.map(\.rawValue) == [0xc02b])
    }

    /// As are the authorities: the store belongs to the context.
    @Test func authoritiesAreNotInheritedButLookedUp() throws {
        let contexts = try LibraryContexts(.tls13)
        SSL_CTX_set_verify(contexts.client, SSL_VERIFY_PEER, nil)
        let before = try Handle(contexts.client)
        try contexts.verifyServer()
        try Wire(before, Handle(contexts.server)).shakeHands()
    }

    /// Corrects "timeout settings": a connection has none. A session takes that of the context when it is made.
    @Test(arguments: [LibraryContexts.Version.tls12, .tls13])
    func theTimeoutOfASessionIsTheContextsWhenItIsMade(version: LibraryContexts.Version) throws {
        let contexts = try LibraryContexts(version)
        SSL_CTX_set_timeout(contexts.server, 100)
        let server = try Handle(contexts.server)
        SSL_CTX_set_timeout(contexts.server, 200)
        let client = try Self.settledClient(contexts, server)
        #expect(server { SSL_SESSION_get_timeout(SSL_get_session($0)) } == 200)
        #expect(client { SSL_SESSION_get_ticket_lifetime_hint(SSL_get_session($0)) } == 200)
    }

    @Test(arguments: [LibraryContexts.Version.tls12, .tls13])
    func aSessionLastsTwoHoursWhenNobodySaysOtherwise(version: LibraryContexts.Version) throws {
        let contexts = try LibraryContexts(version)
        let client = try Self.settledClient(contexts, Handle(contexts.server))
        #expect(client { SSL_SESSION_get_ticket_lifetime_hint(SSL_get_session($0)) } == 7200)
    }

    /// Through the binding: what two connections of one context send differs only in what each was told itself.
    @Test func connectionsOfOneContextOfferTheSame() throws {
        let ends = try ConnectionEnds()
        var settings = ConnectionSettings()
        settings.serverName = "one.example"
        let named = try Self.hello(of: Connection(client: ends.client, settings: settings))
        let plain = try Self.hello(of: Connection(client: ends.client, settings: ConnectionSettings()))
        #expect(named.cipherSuites == plain.cipherSuites && named.groups == plain.groups)
        #expect(named.extensions.filter { $0.type != .serverName } == plain.extensions)
        #expect(named.serverName?.text == "one.example" && plain.serverName == nil)
    }

    // MARK: - "NULL: the creation of a new SSL structure failed. Check the error stack"

    @Test func withoutAContextThereIsNoConnection() {
        ERR_clear_error()
        #expect(SSL_new(nil) == nil)
        #expect(OpenSSLError(draining: "SSL_new").cause?.isTLS(SSL_R_NULL_SSL_CTX) == true)
    }

    @Test func withoutAMethodThereIsNoContext() {
        ERR_clear_error()
        #expect(SSL_CTX_new(nil) == nil)
        #expect(OpenSSLError(draining: "SSL_CTX_new").cause?.isTLS(SSL_R_NULL_SSL_METHOD_PASSED) == true)
    }

    /// The error stack is the thread's, not the connection's: what is left in it spoils calls on others.
    @Test func anErrorLeftInTheStackMakesWaitingLookLikeFailure() throws {
        let contexts = try LibraryContexts(.tls13)
        let wire = try Wire(Handle(contexts.client), Handle(contexts.server))
        try wire.shakeHands()
        wire.settle()
        let errors = [false, true].map { isStale in
            ERR_clear_error()
            if isStale { Self.leaveAnError() }
            defer { ERR_clear_error() }
            var byte: UInt8 = 0
            return wire.client { SSL_get_error($0, SSL_read($0, &byte, 1)) }
        }
        #expect(errors == [SSL_ERROR_WANT_READ, SSL_ERROR_SSL])
    }

    /// The binding clears the stack before each step.
    @Test func anErrorLeftInTheStackDoesNotReachAReadOfTheBinding() throws {
        let pair = try ConnectionPair(ConnectionEnds())
        try pair.shakeHands()
        try pair.settle()
        var buffer = [UInt8](repeating: 0, count: 16)
        Self.leaveAnError()
        let step = buffer.withUnsafeMutableBytes { pair.client.read(into: $0) }
        guard case .wantsRead(drained: true) = step else {
            Issue.record("\(step)")
            return
        }
        _ = Array("alive".utf8).withUnsafeBytes { pair.server.write($0) }
        #expect(try pair.drainClient() == Array("alive".utf8))
    }

    @Test func anErrorLeftInTheStackDoesNotReachAWriteOfTheBinding() throws {
        let pair = try ConnectionPair(ConnectionEnds())
        try pair.shakeHands()
        try pair.settle()
        let block = [UInt8](repeating: 0, count: 16_384)
        // Nobody reads, so the socket is full before long.
        for _ in 0..<1000 {
            Self.leaveAnError()
            switch block.withUnsafeBytes({ pair.client.write($0) }) {
            case .done: continue
            case .wantsWrite: return
            case let other:
                Issue.record("\(other)")
                return
            }
        }
        Issue.record("the socket was never full")
    }

    // MARK: - "An SSL structure is reference counted"

    /// "When the reference count drops to zero, any memory or resources allocated to the SSL structure are freed": once, and
    /// not before.
    @Test func theLastReferenceFreesIt() throws {
        let contexts = try LibraryContexts(.tls13)
        let sightings = Sightings()
        let ssl = try #require(SSL_new(contexts.client))
        sightings.attach(to: ssl)
        #expect(SSL_up_ref(ssl) == 1)
        SSL_free(ssl)
        #expect(sightings.freed == 0)
        SSL_free(ssl)
        #expect(sightings.freed == 1)
    }

    /// "Creating an SSL structure for the first time increments the reference count": to one.
    @Test func aNewOneHasOneReference() throws {
        let contexts = try LibraryContexts(.tls13)
        let sightings = Sightings()
        let ssl = try #require(SSL_new(contexts.client))
        sightings.attach(to: ssl)
        SSL_free(ssl)
        #expect(sightings.freed == 1)
    }

    @Test func aConnectionIsUsableAfterOneOfTwoReferencesIsGone() throws {
        let contexts = try LibraryContexts(.tls13)
        let wire = try Wire(Handle(contexts.client), Handle(contexts.server))
        try wire.client {
            try #require(SSL_up_ref($0) == 1)
            SSL_free($0)
        }
        try wire.shakeHands()
        try wire.server.write("still here")
        #expect(wire.client.drain() == Array("still here".utf8))
    }

    /// The same through the binding, where the second reference is `share()`.
    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func aSharedConnectionOutlivesTheOneThatSharedIt(version: ProtocolVersion) throws {
        var settings = ServerSettings()
        settings.tls.maximum = version
        let ends = try ConnectionEnds(settings)
        let client = try Self.sharedOnly(Connection(client: ends.client, settings: ConnectionSettings()))
        let pair = try ConnectionPair(joining: client, to: Connection(server: ends.server))
        try pair.shakeHands()
        _ = Array("ping".utf8).withUnsafeBytes { pair.client.write($0) }
        #expect(try pair.drainServer() == Array("ping".utf8))
    }

    @Test func bothReferencesOfTheBindingAreOneConnection() throws {
        let pair = try ConnectionPair(ConnectionEnds())
        let other = try pair.client.share()
        try pair.shakeHands()
        try pair.settle()
        _ = Array("ping".utf8).withUnsafeBytes { other.write($0) }
        let facts = (isFinished: other.isFinished, isSame: other.observer === pair.client.observer)
        #expect(facts.isFinished && facts.isSame)
        #expect(try pair.drainServer() == Array("ping".utf8))
    }

    /// The descriptor is not among the "resources allocated to the SSL structure".
    @Test func theDescriptorOutlivesTheConnection() throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        try Self.attachAndLose(Connection(client: ConnectionEnds().client, settings: ConnectionSettings()), ends[0])
        var byte: UInt8 = 42
        #expect(Glibc.write(ends[0], &byte, 1) == 1)
        byte = 0
        #expect(Glibc.read(ends[1], &byte, 1) == 1 && byte == 42)
    }

    @Test func aConnectionKeepsItsContextAlive() throws {
        let contexts = try LibraryContexts(.tls13)
        let sightings = Sightings()
        let context = try #require(SSL_CTX_new(TLS_client_method()))
        SSL_CTX_set_options(context, probe_SSL_OP_NO_TICKET)
        sightings.attach(toContext: context)
        var client: Handle? = try Handle(context)
        SSL_CTX_free(context)
        #expect(sightings.freed == 0)
        try Wire(#require(client), Handle(contexts.server)).shakeHands()
        client = nil
        #expect(sightings.freed == 1)
    }

    // MARK: - SSL_dup: "creates and returns a new SSL structure from the same SSL_CTX"

    @Test(arguments: LibraryContexts.Version.allCases)
    func aDuplicateIsAConnectionOfItsOwn(version: LibraryContexts.Version) throws {
        let contexts = try LibraryContexts(version)
        let (client, server) = (try Handle(contexts.client), try Handle(contexts.server))
        client { SSL_set_connect_state($0) }
        server { SSL_set_accept_state($0) }
        let (copyOfClient, copyOfServer) = (try client.duplicate(), try server.duplicate())
        #expect(copyOfClient.ssl != client.ssl && copyOfServer.ssl != server.ssl)
        #expect(copyOfClient { SSL_get_SSL_CTX($0) } == contexts.client)
        for (one, other) in [(client, server), (copyOfClient, copyOfServer)] {
            for end in [one, other] { try #require(SSL_up_ref(end.ssl) == 1) }
            let pair = try LibraryPair(contexts, client: one.ssl, server: other.ssl)
            try pair.shakeHands()
            pair.write("ping", from: pair.client)
            #expect(pair.settle().server == Array("ping".utf8))
        }
    }

    /// "For connections that are not in their initial state SSL_dup() just increments an internal reference count and returns
    /// the same handle."
    @Test(arguments: LibraryContexts.Version.allCases, Started.allCases)
    func aStartedConnectionIsNotCopiedButShared(version: LibraryContexts.Version, started: Started) throws {
        let pair = try LibraryPair(version)
        switch started {
        case .clientAfterItsHello: SSL_do_handshake(pair.client)
        case .clientWhenDone, .serverWhenDone: try pair.shakeHands()
        }
        let ssl = started == .serverWhenDone ? pair.server : pair.client
        let sightings = Sightings()
        sightings.attach(to: ssl)
        #expect(SSL_dup(ssl) == ssl)
        SSL_free(ssl)
        // The pair has the other reference.
        #expect(sightings.freed == 0)
        try pair.shakeHands()
    }

    /// `duplicate()` promises a second connection, so it refuses.
    @Test func theBindingDuplicatesNoStartedConnection() throws {
        let pair = try ConnectionPair(ConnectionEnds())
        _ = pair.client.handshake()
        _ = pair.server.handshake()
        #expect(throws: Connection.DuplicationError.started) { _ = try pair.client.duplicate() }
        #expect(throws: Connection.DuplicationError.started) { _ = try pair.server.duplicate() }
        try pair.shakeHands()
        #expect(throws: Connection.DuplicationError.started) { _ = try pair.client.duplicate() }
        #expect(throws: Connection.DuplicationError.started) { _ = try pair.server.duplicate() }
    }

    /// "It may be possible to use SSL_clear(3) to recycle an SSL handle": after it there is a real copy again.
    @Test(arguments: [LibraryContexts.Version.tls12, .tls13])
    func afterSSLClearItCanBeCopied(version: LibraryContexts.Version) throws {
        let contexts = try LibraryContexts(version)
        let client = try Self.settledClient(contexts, Handle(contexts.server))
        try #require(client { SSL_clear($0) } == 1)
        let copy = try client.duplicate()
        #expect(copy.ssl != client.ssl)
        try Wire(copy, Handle(contexts.server)).shakeHands()
    }

    @Test func theBindingDuplicatesAfterSSLClear() throws {
        let ends = try ConnectionEnds()
        let pair = try ConnectionPair(ends)
        try pair.shakeHands()
        let client = pair.client.pointer
        try #require(SSL_clear(client) == 1)
        let again = try ConnectionPair(joining: pair.client.duplicate(), to: Connection(server: ends.server))
        try again.shakeHands()
    }

    /// Why that "is best avoided": whether the next handshake resumes depends on how the last connection ended.
    @Test(arguments: [LibraryContexts.Version.tls12, .tls13], [false, true])
    func aRecycledConnectionResumesIfItWasShutDown(version: LibraryContexts.Version, wasShutDown: Bool) throws {
        let contexts = try LibraryContexts(version)
        let client = try Self.settledClient(contexts, Handle(contexts.server))
        if wasShutDown { client { _ = SSL_shutdown($0) } }
        try #require(client { SSL_clear($0) } == 1)
        try Wire(client, Handle(contexts.server)).shakeHands()
        #expect(client.isResumed == wasShutDown)
    }

    /// "Instead, save and restore the session, if desired, and construct a fresh handle for each connection."
    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func aFreshConnectionResumesASavedSession(version: ProtocolVersion) throws {
        var settings = ServerSettings()
        settings.tls.maximum = version
        let ends = try ConnectionEnds(settings)
        let first = try ConnectionPair(ends)
        try first.shakeHands()
        try first.drainClient()
        let saved = try #require(first.sessions.first).der
        let second = try ConnectionPair(ends, resuming: Session(der: saved))
        try second.shakeHands()
        #expect(second.isResumed && !first.isResumed)
    }

    // MARK: - "any session data if configured (including the session_id_context)"

    @Test(arguments: [LibraryContexts.Version.tls12, .tls13])
    func aDuplicateResumesTheSessionOfItsTemplate(version: LibraryContexts.Version) throws {
        let contexts = try LibraryContexts(version)
        let first = try Self.settledClient(contexts, Handle(contexts.server))
        let template = try Handle(contexts.client, resuming: first)
        let copy = try template.duplicate()
        try Wire(copy, Handle(contexts.server)).shakeHands()
        #expect(copy.isResumed)
    }

    /// The same through the binding.
    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func aDuplicateOfTheBindingResumesTheSessionOfItsTemplate(version: ProtocolVersion) throws {
        var settings = ServerSettings()
        settings.tls.maximum = version
        let ends = try ConnectionEnds(settings)
        let first = try ConnectionPair(ends)
        try first.shakeHands()
        try first.drainClient()
        let template = try Connection(client: ends.client, settings: ConnectionSettings())
        try template.offer(#require(first.sessions.first))
        let second = try ConnectionPair(joining: template.duplicate(), to: Connection(server: ends.server))
        try second.shakeHands()
        #expect(second.isResumed)
    }

    @Test func aDuplicateHasTheSessionContextOfItsTemplate() throws {
        let contexts = try LibraryContexts(.tls12)
        let template = try Handle(contexts.server, inContext: "own")
        let client = try Self.settledClient(contexts, template.duplicate())
        let isResumed = try ["own", "other"].map { name in
            let returning = try Handle(contexts.client, resuming: client)
            try Wire(returning, Handle(contexts.server, inContext: name)).shakeHands()
            return returning.isResumed
        }
        #expect(isResumed == [true, false])
    }

    // MARK: - "any tmp_dh settings"

    @Test func aDuplicateHasTheDiffieHellmanKeyOfItsTemplate() throws {
        let contexts = try Self.anonymousContexts()
        let template = try Handle(contexts.server)
        let key = try Self.diffieHellmanKey(group: "ffdhe2048")
        try #require(template { SSL_set0_tmp_dh_pkey($0, key) } == 1)
        let client = try Handle(contexts.client)
        try Wire(client, template.duplicate()).shakeHands()
        #expect(client.bitsOfTheServersTemporaryKey == 2048)
    }

    /// `SSL_set_tmp_dh_callback(3)` itself is deprecated.
    @Test func aDuplicateAsksTheDiffieHellmanCallbackOfItsTemplate() throws {
        let contexts = try Self.anonymousContexts()
        let template = try Handle(contexts.server)
        let callback: @convention(c) (OpaquePointer?, Int32, Int32) -> OpaquePointer? = { ssl, _, _ in
            Sightings.of(ssl)?.names.append("parameters")
            return nil
        }
        template {
            SSL_callback_ctrl($0, SSL_CTRL_SET_TMP_DH_CB, unsafeBitCast(callback, to: (@convention(c) () -> Void).self))
        }
        let copy = try template.duplicate()
        let sightings = copy.watch()
        // There is nothing to agree on without parameters, but the duplicate asked for them.
        #expect(throws: Refusal.self) { try Wire(Handle(contexts.client), copy).shakeHands() }
        #expect(sightings.names == ["parameters"])
    }

    /// Without, an anonymous server has no cipher in common with anybody.
    @Test func aDuplicateChoosesDiffieHellmanParametersAsItsTemplateDoes() throws {
        let contexts = try Self.anonymousContexts()
        let template = try Handle(contexts.server)
        template { _ = SSL_ctrl($0, SSL_CTRL_SET_DH_AUTO, 1, nil) }
        let client = try Handle(contexts.client)
        try Wire(client, template.duplicate()).shakeHands()
        #expect(client.bitsOfTheServersTemporaryKey ?? 0 >= 1024)
        #expect(throws: Refusal(.server, SSL_R_NO_SHARED_CIPHER)) {
            try Wire(Handle(contexts.client), Handle(contexts.server)).shakeHands()
        }
    }

    // MARK: - "any configured certificates, private keys or certificate chains"

    @Test(arguments: [LibraryContexts.Version.tls12, .tls13])
    func aDuplicateProvesTheIdentityOfItsTemplate(version: LibraryContexts.Version) throws {
        let contexts = try LibraryContexts(version)
        let other = try Self.otherIdentity.get()
        let template = try Handle(contexts.server, showing: other)
        let client = try Handle(contexts.client)
        // The handshake ends well only for who has the key, too.
        try Wire(client, template.duplicate()).shakeHands()
        #expect(client.peerCertificate == other.certificate && other.certificate != contexts.identity.certificate)
    }

    @Test func aDuplicateSendsTheChainOfItsTemplate() throws {
        let contexts = try LibraryContexts(.tls13)
        let chain = try Self.longChain.get()
        let template = try Handle(contexts.server, showing: chain)
        let client = try Handle(contexts.client)
        try Wire(client, template.duplicate()).shakeHands()
        #expect(client { probe_sk_X509_num(SSL_get_peer_cert_chain($0)) } == 2)
    }

    @Test func whatTheTemplateShowsLaterIsItsOwn() throws {
        let contexts = try LibraryContexts(.tls13)
        let template = try Handle(contexts.server)
        let copy = try template.duplicate()
        try template { try Self.otherIdentity.get().apply(toConnection: $0) }
        let client = try Handle(contexts.client)
        try Wire(client, copy).shakeHands()
        #expect(client.peerCertificate == contexts.identity.certificate)
    }

    /// Corrects "duplicated": once a session is set, the certificates are not copied but shared with the template, for good.
    @Test func withASessionTheCertificatesAreSharedWithTheTemplate() throws {
        let (contexts, others) = (try LibraryContexts(.tls13), try LibraryContexts(.tls13))
        // A server that cannot read the ticket of the first, and asks for a certificate.
        SSL_CTX_set_verify(others.server, SSL_VERIFY_PEER) { _, _ in 1 }
        let first = try Self.settledClient(contexts, Handle(contexts.server))
        let shown = try [nil, first].map { session in
            let template = try session.map { try Handle(contexts.client, resuming: $0) } ?? Handle(contexts.client)
            let copy = try template.duplicate()
            try template { try Self.otherIdentity.get().apply(toConnection: $0) }
            let server = try Handle(others.server)
            let wire = try Wire(copy, server)
            try wire.shakeHands()
            wire.settle()
            return server.peerCertificate
        }
        let certificate = try Self.otherIdentity.get().certificate
        #expect(shown == [nil, certificate])
    }

    // MARK: - "any configured signature algorithms, or client signature algorithms"

    @Test(arguments: [LibraryContexts.Version.tls12, .tls13])
    func aDuplicateOffersTheSignatureAlgorithmsOfItsTemplate(version: LibraryContexts.Version) throws {
        let template = try Handle(clientOf: LibraryContexts(version))
        try template.set(SSL_CTRL_SET_SIGALGS_LIST, "ECDSA+SHA384:ECDSA+SHA256")
        #expect(try template.duplicate().hello().signatureSchemes.map(\.rawValue) == [0x0503, 0x0403])
    }

    @Test(arguments: [LibraryContexts.Version.tls12, .tls13])
    func aDuplicateAsksForTheClientSignatureAlgorithmsOfItsTemplate(version: LibraryContexts.Version) throws {
        let contexts = try LibraryContexts(version)
        let template = try Handle(contexts.server)
        template { SSL_set_verify($0, SSL_VERIFY_PEER, nil) }
        try template.set(SSL_CTRL_SET_CLIENT_SIGALGS_LIST, "ECDSA+SHA384")
        let request = try Self.certificateRequest(of: template.duplicate(), contexts)
        #expect(request.signatureSchemes.map(\.rawValue) == [0x0503])
    }

    // MARK: - "any DANE settings"

    @Test func aDuplicateTrustsTheTLSARecordsOfItsTemplate() throws {
        let contexts = try LibraryContexts(.tls13)
        SSL_CTX_set_verify(contexts.client, SSL_VERIFY_PEER, nil)
        try #require(SSL_CTX_dane_enable(contexts.client) == 1)
        let template = try Handle(contexts.client)
        let certificate = contexts.identity.certificate.der
        try template {
            try #require(SSL_dane_enable($0, "localhost") == 1)
            // DANE-EE, the whole certificate, as it is: nobody else has to vouch for it.
            try #require(SSL_dane_tlsa_add($0, 3, 0, 0, certificate, certificate.count) == 1)
        }
        let copy = try template.duplicate()
        try Wire(copy, Handle(contexts.server)).shakeHands()
        #expect(copy { SSL_get0_dane_authority($0, nil, nil) } == 0)
        #expect(throws: Refusal(.client, SSL_R_CERTIFICATE_VERIFY_FAILED)) {
            try Wire(Handle(contexts.client), Handle(contexts.server)).shakeHands()
        }
    }

    // MARK: - "any Options", "any Mode", "any minimum or maximum protocol settings"

    @Test func aDuplicateHasTheOptionsOfItsTemplate() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls12))
        template { SSL_set_options($0, probe_SSL_OP_NO_TICKET) }
        #expect(try !template.duplicate().hello().extensions.contains(.sessionTicket))
    }

    /// An option that the template cleared does not come back from the context.
    @Test func aDuplicateHasNoOptionThatItsTemplateCleared() throws {
        let contexts = try LibraryContexts(.tls12)
        SSL_CTX_set_options(contexts.client, probe_SSL_OP_NO_TICKET)
        let template = try Handle(contexts.client)
        template { SSL_clear_options($0, probe_SSL_OP_NO_TICKET) }
        #expect(try template.duplicate().hello().extensions.contains(.sessionTicket))
    }

    @Test func aDuplicateHasTheModeOfItsTemplate() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls12))
        template { _ = SSL_ctrl($0, SSL_CTRL_MODE, Int(SSL_MODE_SEND_FALLBACK_SCSV), nil) }
        #expect(try template.duplicate().hello().cipherSuites.contains(.fallback))
    }

    @Test func aDuplicateHasTheMinimumOfItsTemplate() throws {
        let template = try Handle(clientOf: Self.contextsOfBothVersions())
        template { _ = SSL_ctrl($0, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_3_VERSION), nil) }
        #expect(try template.duplicate().hello().versions == [.tls13])
    }

    @Test func aDuplicateHasTheMaximumOfItsTemplate() throws {
        let template = try Handle(clientOf: Self.contextsOfBothVersions())
        template { _ = SSL_ctrl($0, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(TLS1_2_VERSION), nil) }
        #expect(try template.duplicate().hello().versions == [.tls12])
    }

    // MARK: - "any Verify mode, callback or depth … or any configured X509 verification parameters"

    @Test func aDuplicateVerifiesIfItsTemplateDoes() throws {
        let contexts = try LibraryContexts(.tls13)
        let template = try Handle(contexts.client)
        template { SSL_set_verify($0, SSL_VERIFY_PEER, nil) }
        #expect(throws: Refusal(.client, SSL_R_CERTIFICATE_VERIFY_FAILED)) {
            try Wire(template.duplicate(), Handle(contexts.server)).shakeHands()
        }
    }

    @Test func aDuplicateVerifiesWithTheCallbackOfItsTemplate() throws {
        let contexts = try LibraryContexts(.tls13)
        SSL_CTX_set_verify(contexts.client, SSL_VERIFY_PEER, nil)
        let template = try Handle(contexts.client)
        template {
            SSL_set_verify($0, SSL_VERIFY_PEER) { _, store in
                let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx())
                Sightings.of(ssl.map { OpaquePointer($0) })?.names.append("verify")
                return 1
            }
        }
        let copy = try template.duplicate()
        let sightings = copy.watch()
        try Wire(copy, Handle(contexts.server)).shakeHands()
        #expect(sightings.names.contains("verify"))
    }

    @Test func aDuplicateVerifiesToTheDepthOfItsTemplate() throws {
        let contexts = try LibraryContexts(.tls13)
        try contexts.verifyServer()
        let template = try Handle(contexts.client)
        template { SSL_set_verify_depth($0, 0) }
        let copy = try template.duplicate()
        #expect(throws: Refusal(.client, SSL_R_CERTIFICATE_VERIFY_FAILED)) {
            try Wire(copy, Handle(contexts.server, showing: Self.longChain.get())).shakeHands()
        }
        #expect(copy { SSL_get_verify_result($0) } == Int(X509_V_ERR_CERT_CHAIN_TOO_LONG))
    }

    @Test func aDuplicateLooksForTheNameOfItsTemplate() throws {
        let (template, contexts) = try Self.verifyingTemplate()
        try #require(template { SSL_set1_host($0, "other.example") } == 1)
        #expect(try Self.verdict(of: template.duplicate(), contexts) == X509_V_ERR_HOSTNAME_MISMATCH)
    }

    /// How names are compared is a parameter of its own.
    @Test func aDuplicateTakesAWildcardOnlyIfItsTemplateDoes() throws {
        let wildcard = try ConnectionEnds.authority.get().issue(LeafTemplate(names: ["*.wild.example"]))
        let verdicts = try [0, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NO_WILDCARDS)].map {
            flags in
            let (template, contexts) = try Self.verifyingTemplate()
            try wildcard.apply(toContext: contexts.server)
            try #require(template { SSL_set1_host($0, "www.wild.example") } == 1)
            template { SSL_set_hostflags($0, flags) }
            return try Self.verdict(of: template.duplicate(), contexts)
        }
        #expect(verdicts == [X509_V_OK, X509_V_ERR_HOSTNAME_MISMATCH])
    }

    @Test func aDuplicateDemandsTheStrengthThatItsTemplateDoes() throws {
        let (template, contexts) = try Self.verifyingTemplate()
        // 256 bits of security, which P-256 does not have.
        template { X509_VERIFY_PARAM_set_auth_level(SSL_get0_param($0), 5) }
        #expect(try Self.verdict(of: template.duplicate(), contexts) == X509_V_ERR_EE_KEY_TOO_SMALL)
    }

    @Test func aDuplicateHasTheVerificationFlagsOfItsTemplate() throws {
        let (template, contexts) = try Self.verifyingTemplate()
        template { _ = X509_VERIFY_PARAM_set_flags(SSL_get0_param($0), UInt(X509_V_FLAG_CRL_CHECK)) }
        #expect(try Self.verdict(of: template.duplicate(), contexts) == X509_V_ERR_UNABLE_TO_GET_CRL)
    }

    @Test func aDuplicateVerifiesAsOfTheTimeOfItsTemplate() throws {
        let (template, contexts) = try Self.verifyingTemplate()
        template { X509_VERIFY_PARAM_set_time(SSL_get0_param($0), 1) }
        #expect(try Self.verdict(of: template.duplicate(), contexts) == X509_V_ERR_CERT_NOT_YET_VALID)
    }

    /// Corrects "any configured X509 verification parameters": they are not copied but inherited. What the context says is
    /// there first, and stays.
    @Test func aNameOfTheContextWinsOverThatOfTheTemplate() throws {
        let (_, contexts) = try Self.verifyingTemplate()
        X509_VERIFY_PARAM_set1_host(SSL_CTX_get0_param(contexts.client), "a.example", 0)
        let template = try Handle(contexts.client)
        try #require(template { SSL_set1_host($0, "localhost") } == 1)
        let copy = try template.duplicate()
        #expect(try Self.verdict(of: template, contexts) == X509_V_OK)
        #expect(try Self.verdict(of: copy, contexts) == X509_V_ERR_HOSTNAME_MISMATCH)
    }

    /// Corrects the same words: flags of both are put together, so none can be taken away.
    @Test func aFlagThatTheTemplateClearedComesBackFromTheContext() throws {
        let (_, contexts) = try Self.verifyingTemplate()
        X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(contexts.client), UInt(X509_V_FLAG_CRL_CHECK))
        let template = try Handle(contexts.client)
        template { _ = X509_VERIFY_PARAM_clear_flags(SSL_get0_param($0), UInt(X509_V_FLAG_CRL_CHECK)) }
        let copy = try template.duplicate()
        #expect(try Self.verdict(of: template, contexts) == X509_V_OK)
        #expect(try Self.verdict(of: copy, contexts) == X509_V_ERR_UNABLE_TO_GET_CRL)
    }

    // MARK: - "any msg callback or info callback", "any default password callback"

    @Test func aDuplicateReportsMessagesWhereItsTemplateDoes() throws {
        let contexts = try LibraryContexts(.tls13)
        let template = try Handle(contexts.client)
        let sightings = template.watch()
        let copy = try template.duplicate()
        try Wire(copy, Handle(contexts.server)).shakeHands()
        #expect(sightings.messages.compactMap(\.name).prefix(2) == ["client_hello", "server_hello"])
        // The callback is the template's; so is its argument, which says where it reports.
        #expect(Sightings.of(copy.ssl) === sightings)
    }

    @Test func aDuplicateReportsProgressWhereItsTemplateDoes() throws {
        let contexts = try LibraryContexts(.tls13)
        let template = try Handle(contexts.client)
        template {
            SSL_set_info_callback($0) { ssl, place, _ in
                if place & SSL_CB_HANDSHAKE_DONE != 0 { Sightings.of(ssl)?.names.append("done") }
            }
        }
        let copy = try template.duplicate()
        let sightings = Sightings()
        sightings.attach(to: copy.ssl)
        try Wire(copy, Handle(contexts.server)).shakeHands()
        #expect(sightings.names.first == "done")
    }

    @Test func aDuplicateAsksThePasswordCallbackOfItsTemplate() throws {
        // It has no certificate, with which the key would have to go.
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        template {
            SSL_set_default_passwd_cb($0) { buffer, _, _, _ in
                guard let buffer else { return -1 }
                for (offset, byte) in "secret".utf8.enumerated() { buffer[offset] = CChar(bitPattern: byte) }
                return 6
            }
        }
        #expect(try template.duplicate().opensKey(encryptedWith: "secret"))
        #expect(try !template.duplicate().opensKey(encryptedWith: "another"))
    }

    /// OpenSSL's own callback takes the user data for the password.
    @Test func aDuplicateHasTheUserDataOfItsTemplatesPasswordCallback() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        var password = Array("from user data".utf8CString)
        let opens = try password.withUnsafeMutableBufferPointer { password in
            template { SSL_set_default_passwd_cb_userdata($0, password.baseAddress) }
            return try template.duplicate().opensKey(encryptedWith: "from user data")
        }
        #expect(opens)
    }

    // MARK: - "any session id generation callback", "any configured Cipher List"

    @Test func aDuplicateNamesSessionsAsItsTemplateDoes() throws {
        let contexts = try LibraryContexts(.tls12)
        let template = try Handle(contexts.server)
        try template {
            // A session in a ticket has no name.
            SSL_set_options($0, probe_SSL_OP_NO_TICKET)
            let status = SSL_set_generate_session_id($0) { _, identifier, count in
                guard let identifier, let count else { return 0 }
                identifier.update(repeating: 0xa5, count: Int(count.pointee))
                return 1
            }
            try #require(status == 1)
        }
        let client = try Self.settledClient(contexts, template.duplicate())
        let session = try #require(client { SSL_get1_session($0) })
        #expect(Session(adopting: session).identifier == [UInt8](repeating: 0xa5, count: 32))
    }

    @Test func aDuplicateOffersTheCiphersOfItsTemplate() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls12))
        try #require(template { SSL_set_cipher_list($0, "ECDHE-ECDSA-AES128-GCM-SHA256") } == 1)
        let suites = try template.duplicate().hello().cipherSuites
        #expect(suites.filter { $0 != .emptyRenegotiationInfo }.map(\.rawValue) == [0xc02b])
    }

    @Test func aDuplicateOffersTheTLS13CiphersOfItsTemplate() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        try #require(template { SSL_set_ciphersuites($0, "TLS_AES_128_GCM_SHA256") } == 1)
        let suites = try template.duplicate().hello().cipherSuites
        #expect(suites.filter { $0 != .emptyRenegotiationInfo }.map(\.rawValue) == [0x1301])
    }

    /// Corrects "any configured Cipher List": of the TLS 1.3 list only the outcome is copied. As soon as the duplicate sets
    /// its TLS 1.2 ciphers, those of the context are back.
    @Test func aDuplicateForgetsTheTLS13CiphersWhenItSetsOthers() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        try #require(template { SSL_set_ciphersuites($0, "TLS_AES_128_GCM_SHA256") } == 1)
        let copy = try template.duplicate()
        let suites = try [template, copy].map { end in
            try #require(end { SSL_set_cipher_list($0, "ECDHE-ECDSA-AES128-GCM-SHA256") } == 1)
            return try end.hello().cipherSuites.map(\.rawValue).filter { $0 >> 8 == 0x13 }
        }
        #expect(suites == [[0x1301], [0x1302, 0x1303, 0x1301]])
    }

    // MARK: - "initial accept (server) or connect (client) state"

    @Test(arguments: [LibraryContexts.Version.tls12, .tls13])
    func aDuplicateIsAtTheEndThatItsTemplateIs(version: LibraryContexts.Version) throws {
        let contexts = try LibraryContexts(version)
        let (client, server) = (try Handle(contexts.client), try Handle(contexts.server))
        client { SSL_set_connect_state($0) }
        server { SSL_set_accept_state($0) }
        try Wire(client.duplicate(), server.duplicate(), setsStates: false).shakeHands()
    }

    /// A template that was told neither has nothing to copy: the handshake cannot begin.
    @Test func withoutAStateThereIsNoHandshake() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        for end in [template, try template.duplicate()] {
            #expect(end { SSL_is_server($0) } == 1)
            let outcome = Outcome(end.ssl) { SSL_do_handshake($0) }
            #expect(outcome.status == -1 && outcome.cause == SSL_R_CONNECTION_TYPE_NOT_SET)
        }
    }

    @Test(arguments: Call.allCases)
    func withoutAStateThereIsNeitherReadingNorWritingNorShutdown(call: Call) throws {
        let copy = try Handle(clientOf: LibraryContexts(.tls13)).duplicate()
        let outcome = Outcome(copy.ssl) { ssl in
            var byte: UInt8 = 0
            return switch call {
            case .read: SSL_read(ssl, &byte, 1)
            case .write: SSL_write(ssl, &byte, 1)
            case .shutdown: SSL_shutdown(ssl)
            }
        }
        #expect(outcome.status == -1 && outcome.cause == SSL_R_UNINITIALIZED)
    }

    // MARK: - "the max cert list value", "the read_ahead value", "application specific data"

    @Test func aDuplicateTakesNoMoreCertificatesThanItsTemplate() throws {
        let contexts = try LibraryContexts(.tls12)
        let template = try Handle(contexts.client)
        template { _ = SSL_ctrl($0, SSL_CTRL_SET_MAX_CERT_LIST, 100, nil) }
        #expect(throws: Refusal(.client, SSL_R_EXCESSIVE_MESSAGE_SIZE)) {
            try Wire(template.duplicate(), Handle(contexts.server)).shakeHands()
        }
    }

    @Test func aDuplicateReadsAheadIfItsTemplateDoes() throws {
        let contexts = try LibraryContexts(.tls12)
        let template = try Handle(contexts.client)
        template { SSL_set_read_ahead($0, 1) }
        #expect(try Wire(template.duplicate(), Handle(contexts.server)).readsAhead())
    }

    /// Whoever put them there is asked, and can count: each is let go once, with its own SSL.
    @Test func applicationDataIsHandedOverByItsDuplicator() throws {
        let sightings = Sightings()
        try Self.useAndLose { template in
            sightings.attach(to: template.ssl)
            let copy = try template.duplicate()
            #expect(sightings.copied == 1)
            #expect(Sightings.of(copy.ssl) === sightings)
        }
        #expect(sightings.freed == 2)
    }

    /// The slot of the binding refuses: two connections with one observer would report each other's messages.
    @Test func theObserverIsNotHandedOver() throws {
        let template = try Connection(client: ConnectionEnds().client, settings: ConnectionSettings())
        let copy = try template.duplicate()
        let hasOwn = copy.observer !== template.observer && Observer.of(copy.pointer) === copy.observer
        #expect(hasOwn)
        let ssl = SSL_dup(template.pointer)
        let raw = Handle(adopting: try #require(ssl))
        #expect(raw { Observer.of($0) } == nil)
    }

    // MARK: - "any CA list or client CA list"

    @Test func aDuplicateNamesTheAuthoritiesOfItsTemplate() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        let authority = try ConnectionEnds.authority.get().certificate
        try #require(template { SSL_add1_to_CA_list($0, authority.pointer) } == 1)
        #expect(try template.duplicate().hello().extensions.contains(.certificateAuthorities))
    }

    /// Corrects "SSL_set0_client_CA_list()", which does not exist: the function is `SSL_set_client_CA_list(3)`.
    @Test(arguments: [LibraryContexts.Version.tls12, .tls13])
    func aDuplicateAsksForCertificatesOfTheAuthoritiesOfItsTemplate(version: LibraryContexts.Version) throws {
        let contexts = try LibraryContexts(version)
        let template = try Handle(contexts.server)
        let authority = try ConnectionEnds.authority.get().certificate
        try template {
            SSL_set_verify($0, SSL_VERIFY_PEER, nil)
            try #require(SSL_add_client_CA($0, authority.pointer) == 1)
        }
        let request = try Self.certificateRequest(of: template.duplicate(), contexts)
        let name = Certificate.encode { i2d_X509_NAME(X509_get_subject_name(authority.pointer), $0) }
        #expect(request.authorities == [name])
    }

    // MARK: - "any security level settings or callbacks"

    /// At level 4 a group needs 192 bits of security.
    @Test func aDuplicateHasTheSecurityLevelOfItsTemplate() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        template { SSL_set_security_level($0, 4) }
        let groups = try template.duplicate().hello().groups.map(\.rawValue)
        #expect(groups.contains(Self.secp384r1) && !groups.contains(Self.secp256r1))
    }

    @Test func aDuplicateAsksTheSecurityCallbackOfItsTemplate() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        template { SSL_set_security_callback($0) { _, _, _, _, nid, _, _ in nid == NID_X9_62_prime256v1 ? 0 : 1 } }
        let groups = try template.duplicate().hello().groups.map(\.rawValue)
        #expect(groups.contains(Self.secp384r1) && !groups.contains(Self.secp256r1))
    }

    @Test func aDuplicateHandsItsSecurityCallbackTheDataOfItsTemplate() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        let sightings = Sightings()
        template {
            SSL_set0_security_ex_data($0, Unmanaged.passUnretained(sightings).toOpaque())
            SSL_set_security_callback($0) { _, _, _, _, _, _, data in
                guard let data else { return 0 }
                Unmanaged<Sightings>.fromOpaque(data).takeUnretainedValue().names.append("asked")
                return 1
            }
        }
        _ = try template.duplicate().hello()
        #expect(sightings.names.contains("asked"))
    }

    // MARK: - "any configured serverinfo data", "PSK identity hint", "custom extensions", "client certificate types"

    /// There is no setter for a connection: both live in the context, and so come to its duplicates as to all others.
    @Test func aDuplicateSendsTheServerinfoOfItsContext() throws {
        let contexts = try LibraryContexts(.tls12)
        let info: [UInt8] = [0x03, 0xe8, 0x00, 0x02, 0xaa, 0xbb]
        try #require(SSL_CTX_use_serverinfo_ex(contexts.server, UInt32(SSL_SERVERINFOV1), info, info.count) == 1)
        try Self.addCustomExtension(to: contexts.client)
        let client = try Handle(contexts.client)
        let sightings = client.watch()
        try Wire(client, Handle(contexts.server).duplicate()).shakeHands()
        #expect(sightings.names == ["[170, 187]"])
    }

    @Test func aDuplicateOffersTheCustomExtensionsOfItsContext() throws {
        let contexts = try LibraryContexts(.tls12)
        try Self.addCustomExtension(to: contexts.client)
        let hello = try Handle(contexts.client).duplicate().hello()
        #expect(hello.extensions.contains(ExtensionType(rawValue: 1000)))
    }

    @Test func aDuplicateSendsTheKeyHintOfItsTemplate() throws {
        let contexts = try LibraryContexts(.tls12)
        for context in [contexts.client, contexts.server] {
            try #require(SSL_CTX_set_cipher_list(context, "PSK-AES128-GCM-SHA256") == 1)
        }
        SSL_CTX_set_psk_client_callback(contexts.client) { ssl, hint, identity, _, key, _ in
            Sightings.of(ssl)?.names.append(hint.map { String(cString: $0) } ?? "no hint")
            identity?[0] = 0
            key?.update(repeating: 7, count: 16)
            return 16
        }
        SSL_CTX_set_psk_server_callback(contexts.server) { _, _, key, _ in
            key?.update(repeating: 7, count: 16)
            return 16
        }
        let template = try Handle(contexts.server)
        try #require(template { SSL_use_psk_identity_hint($0, "which key") } == 1)
        let client = try Handle(contexts.client)
        let sightings = client.watch()
        try Wire(client, template.duplicate()).shakeHands()
        #expect(sightings.names == ["which key"])
    }

    @Test func aDuplicateAsksForTheKindsOfCertificatesThatItsTemplateDoes() throws {
        let contexts = try LibraryContexts(.tls12)
        let template = try Handle(contexts.server)
        try template {
            SSL_set_verify($0, SSL_VERIFY_PEER, nil)
            var types = [UInt8(TLS_CT_ECDSA_SIGN)]
            try #require(SSL_ctrl($0, SSL_CTRL_SET_CLIENT_CERT_TYPES, types.count, &types) == 1)
        }
        let request = try Self.certificateRequest(of: template.duplicate(), contexts)
        #expect(request.certificateTypes == [UInt8(TLS_CT_ECDSA_SIGN)])
    }

    /// The page does not name it: another callback that lives in the context.
    @Test func aDuplicateLogsItsKeysWhereItsContextDoes() throws {
        let contexts = try LibraryContexts(.tls13)
        SSL_CTX_set_keylog_callback(contexts.client) { ssl, line in
            guard let line else { return }
            Sightings.of(ssl)?.names.append(String(String(cString: line).prefix(while: { $0 != " " })))
        }
        let copy = try Handle(contexts.client).duplicate()
        let sightings = copy.watch()
        try Wire(copy, Handle(contexts.server)).shakeHands()
        #expect(sightings.names.contains("CLIENT_TRAFFIC_SECRET_0"))
    }

    // MARK: - What the list leaves out, and SSL_dup with it

    @Test func aDuplicateDoesNotAskForTheNameOfItsTemplate() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        try #require(template { probe_SSL_set_tlsext_host_name($0, "copy.example") } == 1)
        let names = try [template.duplicate(), template].map { try $0.hello().serverName?.text }
        #expect(names == [nil, "copy.example"])
    }

    @Test func aDuplicateDoesNotOfferTheProtocolsOfItsTemplate() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        try #require(template { SSL_set_alpn_protos($0, Self.wireALPN, UInt32(Self.wireALPN.count)) } == 0)
        let protocols = try [template.duplicate(), template].map { try $0.hello().alpn.map(\.text) }
        #expect(protocols == [[], ["h2"]])
    }

    @Test func aDuplicateDoesNotOfferTheGroupsOfItsTemplate() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        try template.set(SSL_CTRL_SET_GROUPS_LIST, "P-384")
        let isOnly = try [template.duplicate(), template].map {
            try $0.hello().groups.map(\.rawValue) == [Self.secp384r1]
        }
        #expect(isOnly == [false, true])
    }

    @Test func aDuplicateDoesNotSendAsManyTicketsAsItsTemplate() throws {
        let contexts = try LibraryContexts(.tls13)
        let template = try Handle(contexts.server)
        try #require(template { SSL_set_num_tickets($0, 5) } == 1)
        let counts = try [template.duplicate(), template].map { try Wire(Handle(contexts.client), $0).tickets().count }
        #expect(counts == [2, 5])
    }

    @Test func aDuplicateDoesNotOfferToAuthenticateLaterAsItsTemplateDoes() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        template { SSL_set_post_handshake_auth($0, 1) }
        let offers = try [template.duplicate(), template].map { try $0.hello().extensions.contains(.postHandshakeAuth) }
        #expect(offers == [false, true])
    }

    @Test func aDuplicateDoesNotAllowTheEarlyDataThatItsTemplateDoes() throws {
        let contexts = try LibraryContexts(.tls13)
        let template = try Handle(contexts.server)
        try #require(template { SSL_set_max_early_data($0, 100) } == 1)
        let limits = try [template.duplicate(), template].map {
            try Wire(Handle(contexts.client), $0).tickets().first?.maxEarlyData
        }
        #expect(limits == [nil, 100])
    }

    @Test func aDuplicateDoesNotCloseQuietlyAsItsTemplateDoes() throws {
        let contexts = try LibraryContexts(.tls13)
        let template = try Handle(contexts.server)
        template { SSL_set_quiet_shutdown($0, 1) }
        let closesQuietly = try [template.duplicate(), template].map {
            try Wire(Handle(contexts.client), $0).closesQuietly()
        }
        #expect(closesQuietly == [false, true])
    }

    /// No release of 3.0 copies it; of 3.5 those from 3.5.9 on do.
    @Test func aDuplicateOfAnOlderReleaseDoesNotAskForTheStatusThatItsTemplateDoes() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        template { _ = SSL_ctrl($0, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, Int(TLSEXT_STATUSTYPE_ocsp), nil) }
        let asks = try [template.duplicate(), template].map { try $0.hello().extensions.contains(.statusRequest) }
        #expect(asks == [LibraryVersion.isAtLeast(3, 5, 9), true])
    }

    @Test func aDuplicateDoesNotHaveTheVerdictOfItsTemplate() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        template { SSL_set_verify_result($0, Int(X509_V_ERR_CERT_HAS_EXPIRED)) }
        let copy = try template.duplicate()
        #expect(copy { SSL_get_verify_result($0) } == Int(X509_V_OK))
    }

    @Test func aDuplicateDoesNotOfferThePreSharedKeyOfItsTemplate() throws {
        let template = try Handle(clientOf: LibraryContexts(.tls13))
        template {
            SSL_set_psk_client_callback($0) { _, _, identity, _, key, _ in
                identity?[0] = 0x78
                identity?[1] = 0
                key?.update(repeating: 7, count: 16)
                return 16
            }
        }
        let offers = try [template.duplicate(), template].map { try $0.hello().offersPSK }
        #expect(offers == [false, true])
    }

    @Test func aDuplicateDoesNotCutItsRecordsAsItsTemplateDoes() throws {
        let contexts = try LibraryContexts(.tls12)
        let template = try Handle(contexts.server)
        try #require(template { SSL_ctrl($0, SSL_CTRL_SET_MAX_SEND_FRAGMENT, 512, nil) } == 1)
        let counts = try [template.duplicate(), template].map { server in
            let client = try Handle(contexts.client)
            let sightings = client.watch()
            try Wire(client, server).shakeHands()
            try server.write(String(repeating: "x", count: 1024))
            _ = client.drain()
            return sightings.applicationRecords
        }
        #expect(counts == [1, 2])
    }

    /// A fresh connection is copied even when it is joined to something, but the copy is joined to nothing.
    @Test func aDuplicateIsNotJoinedToWhatItsTemplateIs() throws {
        let contexts = try LibraryContexts(.tls13)
        let wire = try Wire(Handle(contexts.client), Handle(contexts.server))
        let copy = try wire.client.duplicate()
        #expect(copy.ssl != wire.client.ssl)
        #expect(copy { SSL_get_rbio($0) == nil && SSL_get_wbio($0) == nil })
        let outcome = Outcome(copy.ssl) { SSL_do_handshake($0) }
        #expect(outcome.status != 1 && outcome.error != SSL_ERROR_WANT_READ)
        #expect(wire.server { BIO_ctrl_pending(SSL_get_rbio($0)) } == 0)
        try wire.shakeHands()
    }

    // MARK: - What Connection.duplicate() completes

    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func aDuplicateOfTheBindingOffersExactlyWhatItsTemplateDoes(version: ProtocolVersion) throws {
        var client = ClientSettings()
        client.tls.maximum = version
        let ends = try ConnectionEnds(client: client)
        let template = try Connection(client: ends.client, settings: Self.everySetting)
        let copy = try Self.hello(of: template.duplicate())
        let original = try Self.hello(of: template)
        #expect(copy.extensions == original.extensions && copy.cipherSuites == original.cipherSuites)
        #expect(copy.versions == original.versions && copy.groups == original.groups)
        #expect(copy.signatureSchemes == original.signatureSchemes && copy.keyShareGroups == original.keyShareGroups)
        #expect(copy.serverName?.text == "localhost" && copy.alpn.map(\.text) == ["h2", "http/1.1"])
        #expect(copy.extensions.contains(.postHandshakeAuth) == (version == .tls13))
        #expect(copy.offersPSK == (version == .tls13))
    }

    /// The name as the server uses it: to choose a certificate.
    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func aDuplicateOfTheBindingIsShownTheCertificateOfItsName(version: ProtocolVersion) throws {
        var settings = ServerSettings()
        settings.tls.maximum = version
        let authority = try ConnectionEnds.authority.get()
        let identities = try ["first.example", "second.example"].map { name in
            try authority.issue(LeafTemplate(names: [name]))
        }
        let ends = try ConnectionEnds(settings, identities: identities)
        var client = ConnectionSettings()
        client.serverName = "second.example"
        client.peer = .name("second.example")
        let template = try Connection(client: ends.client, settings: client)
        let pair = try ConnectionPair(joining: template.duplicate(), to: Connection(server: ends.server))
        try pair.shakeHands()
        #expect(pair.serverCertificate == identities[1].certificate)
        #expect(pair.client.observer.verification?.isOK == true)
    }

    /// A copy that checks less than its template would be a hole.
    @Test func aDuplicateOfTheBindingChecksTheNameOfItsTemplate() throws {
        let ends = try ConnectionEnds()
        var settings = ConnectionSettings()
        settings.peer = .name("other.example")
        let template = try Connection(client: ends.client, settings: settings)
        let pair = try ConnectionPair(joining: template.duplicate(), to: Connection(server: ends.server))
        try pair.shakeHands()
        let verification = try #require(pair.client.observer.verification)
        #expect(verification.isChainOK == true && verification.isNameOK == false)
        #expect(verification.errors.map(\.code) == [X509_V_ERR_HOSTNAME_MISMATCH])
    }

    @Test func aDuplicateOfTheBindingAgreesOnTheProtocolOfItsTemplate() throws {
        var server = ServerSettings()
        server.alpn = ["http/1.1", "h2"]
        let ends = try ConnectionEnds(server)
        var settings = ConnectionSettings()
        settings.alpn = ["h2"]
        let template = try Connection(client: ends.client, settings: settings)
        // The server's end is a duplicate as well: its callback needs its own observer.
        let pair = try ConnectionPair(
            joining: template.duplicate(), to: Connection(server: ends.server).duplicate())
        var chosen: [String?] = []
        pair.server.observer.onALPN = { chosen.append($1?.text) }
        try pair.shakeHands()
        let selected = pair.client.selectedProtocol
        #expect(selected == Array("h2".utf8) && chosen == ["h2"])
    }

    @Test func aDuplicateOfTheBindingAuthenticatesAfterTheHandshake() throws {
        var leaf = LeafTemplate(names: ["client.example"])
        leaf.usage = .client
        let ends = try ConnectionEnds(clientIdentity: ConnectionEnds.authority.get().issue(leaf))
        var settings = ConnectionSettings()
        settings.offersPostHandshakeAuth = true
        let template = try Connection(client: ends.client, settings: settings)
        let pair = try ConnectionPair(joining: template.duplicate(), to: Connection(server: ends.server))
        try pair.shakeHands()
        try pair.settle()
        pair.server.demandCertificate(.require)
        try pair.server.requestCertificate()
        _ = pair.server.handshake()
        try pair.drainClient()
        try pair.settle()
        #expect(pair.clientCertificate?.subjectCommonName == "client.example")
    }

    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func aDuplicateOfTheBindingHasThePreSharedKeyOfItsTemplate(version: ProtocolVersion) throws {
        let key = PreSharedKey(identity: "probe", key: [UInt8](repeating: 7, count: 16))
        var server = ServerSettings()
        server.tls.maximum = version
        server.preSharedKey = key
        let ends = try ConnectionEnds(server, identities: [])
        var settings = ConnectionSettings()
        settings.preSharedKey = key
        let template = try Connection(client: ends.client, settings: settings)
        let pair = try ConnectionPair(
            joining: template.duplicate(), to: Connection(server: ends.server).duplicate())
        try pair.shakeHands()
        #expect(pair.server.observer.usesPreSharedKey)
        #expect(pair.serverCertificate == nil)
    }

    /// SSL_dup copies that the server asks, and the observer must know what to say to whoever has no good answer.
    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func aDuplicateOfTheBindingDemandsTheCertificateThatItsTemplateDoes(version: ProtocolVersion) throws {
        var settings = ServerSettings()
        settings.tls.maximum = version
        let stranger = try EphemeralAuthority(commonName: "Stranger CA").issue(
            LeafTemplate(names: ["stranger.example"]))
        let ends = try ConnectionEnds(settings, clientIdentity: stranger)
        let template = try Connection(server: ends.server)
        template.demandCertificate(.require)
        let pair = try ConnectionPair(
            joining: Connection(client: ends.client, settings: ConnectionSettings()), to: template.duplicate())
        #expect(throws: StepFailure.self) {
            try pair.shakeHands()
            try pair.settle()
        }
        let failure = pair.server.observer.failure
        #expect(failure?.error.cause?.isTLS(SSL_R_CERTIFICATE_VERIFY_FAILED) == true)
    }

    /// All fifty shake hands at once, after their template is gone, and nothing is reported to another's observer.
    @Test func fiftyDuplicatesOutliveTheirTemplate() throws {
        let ends = try ConnectionEnds()
        let (pairs, template) = try Self.pairs(50, ends)
        #expect(template.value == nil)
        var seen = [[String]](repeating: [], count: pairs.count)
        var secrets = [Set<String>](repeating: [], count: pairs.count)
        for (index, pair) in pairs.enumerated() {
            pair.client.observer.onMessage = { message in message.name.map { seen[index].append($0) } }
            pair.client.observer.onKeyLogLine = { line in
                secrets[index].insert(String(line.split(separator: " ").dropFirst().first ?? ""))
            }
        }
        for pair in pairs { _ = pair.client.handshake() }
        for pair in pairs.reversed() { _ = pair.server.handshake() }
        for pair in pairs { try pair.shakeHands() }
        let verdicts = pairs.map { $0.client.observer.verification?.isOK }
        #expect(verdicts.allSatisfy { $0 == true })
        #expect(seen.allSatisfy { $0.filter { $0 == "client_hello" }.count == 1 })
        #expect(seen.allSatisfy { $0.filter { $0 == "finished" }.count == 2 })
        #expect(secrets.allSatisfy { $0.count == 1 } && Set(secrets).count == pairs.count)
    }
}

// MARK: - What the tests share

extension SSLNewPageTests {
    /// When a connection no longer is in its initial state.
    enum Started: CaseIterable { case clientAfterItsHello, clientWhenDone, serverWhenDone }

    /// What needs to know which end it is at.
    enum Call: CaseIterable { case read, write, shutdown }

    private static let wireALPN = [UInt8(2)] + Array("h2".utf8)
    private static let secp256r1: UInt16 = 23
    private static let secp384r1: UInt16 = 24

    /// A certificate that is no context's.
    private static let otherIdentity = Result {
        try ConnectionEnds.authority.get().issue(LeafTemplate(names: ["localhost"]))
    }

    /// One with an intermediate.
    private static let longChain = Result {
        try ConnectionEnds.authority.get().intermediate(commonName: "Middle CA").issue(
            LeafTemplate(names: ["localhost"]))
    }

    private static var everySetting: ConnectionSettings {
        var settings = ConnectionSettings()
        settings.serverName = "localhost"
        settings.peer = .name("localhost")
        settings.verifyDepth = 3
        settings.alpn = ["h2", "http/1.1"]
        settings.preSharedKey = PreSharedKey(identity: "probe", key: [UInt8](repeating: 7, count: 16))
        settings.offersPostHandshakeAuth = true
        return settings
    }

    private static func leaveAnError() { _ = SSL_new(nil) }

    private static func contextsOfBothVersions() throws -> LibraryContexts {
        let contexts = try LibraryContexts(.tls13)
        try #require(probe_SSL_CTX_set_min_proto_version(contexts.client, TLS1_2_VERSION) == 1)
        return contexts
    }

    /// Contexts that need no certificate, but a Diffie-Hellman key.
    private static func anonymousContexts() throws -> LibraryContexts {
        let contexts = try LibraryContexts(.tls12)
        for context in [contexts.client, contexts.server] {
            try #require(SSL_CTX_set_cipher_list(context, "ADH-AES128-GCM-SHA256:@SECLEVEL=0") == 1)
        }
        return contexts
    }

    /// The caller's.
    private static func diffieHellmanKey(group: String) throws -> OpaquePointer {
        let context = try #require(EVP_PKEY_CTX_new_from_name(nil, "DH", nil))
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        try #require(EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_CTX_set_group_name(context, group) == 1)
        try #require(EVP_PKEY_generate(context, &key) == 1)
        return try #require(key)
    }

    /// Offers extension 1000, empty, and notes the answer.
    private static func addCustomExtension(to context: OpaquePointer) throws {
        let status = SSL_CTX_add_client_custom_ext(
            context, 1000, { _, _, _, _, _, _ in 1 }, nil, nil,
            { ssl, _, bytes, count, _, _ in
                Sightings.of(ssl)?.names.append("\(Array(UnsafeBufferPointer(start: bytes, count: count)))")
                return 1
            }, nil)
        try #require(status == 1)
    }

    /// A client that has been connected to the server, and has its session.
    private static func settledClient(_ contexts: LibraryContexts, _ server: Handle) throws -> Handle {
        let client = try Handle(contexts.client)
        let wire = try Wire(client, server)
        try wire.shakeHands()
        wire.settle()
        return client
    }

    /// A client that verifies, and would like what the server shows.
    private static func verifyingTemplate() throws -> (Handle, LibraryContexts) {
        let contexts = try LibraryContexts(.tls13)
        try contexts.verifyServer()
        return (try Handle(contexts.client), contexts)
    }

    /// `X509_V_*`: what a client says of the server's certificate.
    private static func verdict(of client: Handle, _ contexts: LibraryContexts) throws -> Int32 {
        do {
            try Wire(client, Handle(contexts.server)).shakeHands()
        } catch Refusal(.client, SSL_R_CERTIFICATE_VERIFY_FAILED) {}
        return Int32(client { SSL_get_verify_result($0) })
    }

    /// What a server asks its clients for.
    private static func certificateRequest(of server: Handle, _ contexts: LibraryContexts) throws -> CertificateRequest
    {
        let client = try Handle(contexts.client)
        let sightings = client.watch()
        try Wire(client, server).shakeHands()
        let requests = sightings.messages.compactMap { message in
            if case .certificateRequest(let request) = message.content { request } else { nil }
        }
        return try #require(requests.first)
    }

    /// What a connection of the binding sends first.
    private static func hello(of connection: consuming Connection) throws -> ClientHello {
        let pair = try ConnectionPair(joining: connection, to: Connection(server: ConnectionEnds().server))
        var hello: ClientHello?
        pair.client.observer.onMessage = { if case .clientHello(let sent) = $0.content { hello = sent } }
        _ = pair.client.handshake()
        return try #require(hello)
    }

    /// The first reference is gone when this returns.
    private static func sharedOnly(_ connection: consuming Connection) throws -> Connection { try connection.share() }

    /// The connection is gone when this returns.
    private static func attachAndLose(_ connection: consuming Connection, _ descriptor: Int32) throws {
        try connection.attach(descriptor: descriptor)
    }

    /// The template is gone when this returns.
    private static func useAndLose(_ use: (Handle) throws -> Void) throws {
        try use(Handle(clientOf: LibraryContexts(.tls13)))
    }

    /// The template is gone when this returns; its observer would show if it were not.
    private static func pairs(_ count: Int, _ ends: ConnectionEnds) throws -> ([ConnectionPair], WeakObserver) {
        var settings = everySetting
        settings.preSharedKey = nil
        let template = try Connection(client: ends.client, settings: settings)
        let pairs = try (0..<count).map { _ in
            try ConnectionPair(joining: template.duplicate(), to: Connection(server: ends.server))
        }
        return (pairs, WeakObserver(template.observer))
    }
}

/// One reference to an SSL of the C library; calling it gives the pointer for the length of a closure.
private final class Handle {
    let ssl: OpaquePointer

    init(adopting ssl: OpaquePointer) { self.ssl = ssl }

    /// A new one.
    convenience init(_ context: OpaquePointer) throws { self.init(adopting: try #require(SSL_new(context))) }

    /// A client's, which keeps the context alive when nobody else does.
    convenience init(clientOf contexts: LibraryContexts) throws {
        try self.init(adopting: withExtendedLifetime(contexts) { try #require(SSL_new(contexts.client)) })
    }

    /// One that shows an identity of its own.
    convenience init(_ context: OpaquePointer, showing identity: Identity) throws {
        try self.init(context)
        try identity.apply(toConnection: ssl)
    }

    /// One with a session id context of its own.
    convenience init(_ context: OpaquePointer, inContext name: String) throws {
        try self.init(context)
        try #require(SSL_set_session_id_context(ssl, Array(name.utf8), UInt32(name.utf8.count)) == 1)
    }

    /// One that offers the session of another.
    convenience init(_ context: OpaquePointer, resuming other: Handle) throws {
        try self.init(context)
        try #require(SSL_set_session(ssl, SSL_get_session(other.ssl)) == 1)
    }

    deinit { SSL_free(ssl) }

    @discardableResult
    func callAsFunction<Value>(_ use: (OpaquePointer) throws -> Value) rethrows -> Value {
        try withExtendedLifetime(self) { try use(ssl) }
    }

    /// Nothing but `SSL_dup(3)`.
    func duplicate() throws -> Handle { Handle(adopting: try #require(SSL_dup(ssl))) }

    /// Sets one of the lists that are macros in C.
    func set(_ command: Int32, _ list: String) throws {
        let status = list.withCString { SSL_ctrl(ssl, command, 0, UnsafeMutableRawPointer(mutating: $0)) }
        try #require(status == 1)
    }

    /// Notes the messages in either direction.
    func watch() -> Sightings {
        let sightings = Sightings()
        sightings.attach(to: ssl)
        SSL_set_msg_callback(ssl) { isWritten, _, type, bytes, count, _, argument in
            guard let argument else { return }
            Unmanaged<Sightings>.fromOpaque(argument).takeUnretainedValue()
                .note(type, UnsafeRawBufferPointer(start: bytes, count: count), isWritten == 1 ? .sent : .received)
        }
        // The SSL keeps the object, in its slot.
        SSL_ctrl(ssl, SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, Unmanaged.passUnretained(sightings).toOpaque())
        return sightings
    }

    /// The bytes that it sends first as a client.
    func firstFlight() throws -> [UInt8] {
        let (input, output) = (try #require(BIO_new(BIO_s_mem())), try #require(BIO_new(BIO_s_mem())))
        SSL_set_bio(ssl, input, output)
        SSL_set_connect_state(ssl)
        ERR_clear_error()
        SSL_do_handshake(ssl)
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = BIO_read(output, &bytes, Int32(bytes.count))
        try #require(count > 5)
        return Array(bytes.prefix(Int(count)))
    }

    /// What they say.
    func hello() throws -> ClientHello {
        let flight = try firstFlight()
        var decoder = MessageDecoder()
        let message = flight.dropFirst(5).withUnsafeBytes {
            decoder.decode(direction: .sent, contentType: SSL3_RT_HANDSHAKE, bytes: $0)
        }
        guard case .clientHello(let hello) = message?.content else {
            throw ConnectionPair.Stuck()
        }
        return hello
    }

    /// Writes a short text.
    func write(_ text: String) throws {
        let bytes = Array(text.utf8)
        try #require(SSL_write(ssl, bytes, Int32(bytes.count)) == Int32(bytes.count))
    }

    /// Reads what is there.
    func drain() -> [UInt8] {
        var data: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<100 {
            let outcome = Outcome(ssl) { SSL_read($0, &buffer, Int32(buffer.count)) }
            // A read ends after each message, not only where there is no more.
            guard outcome.status > 0 || BIO_ctrl_pending(SSL_get_rbio(ssl)) > 0 else { break }
            data += buffer.prefix(max(0, Int(outcome.status)))
        }
        return data
    }

    /// Loads an encrypted key, for which the connection's password callback is asked.
    func opensKey(encryptedWith password: String) throws -> Bool {
        let memory = try #require(BIO_new(BIO_s_mem()))
        defer { BIO_free(memory) }
        let key = try #require(probe_EVP_EC_gen("P-256"))
        defer { EVP_PKEY_free(key) }
        let status = password.withCString {
            PEM_write_bio_PKCS8PrivateKey(memory, key, EVP_aes_128_cbc(), $0, Int32(password.utf8.count), nil, nil)
        }
        try #require(status == 1)
        var pem = [UInt8](repeating: 0, count: 4096)
        let count = Int(BIO_read(memory, &pem, Int32(pem.count)))
        // A pipe has a path as well: no key is ever on a disk.
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let written = Glibc.write(ends[1], pem, count)
        close(ends[1])
        try #require(written == count)
        ERR_clear_error()
        defer { ERR_clear_error() }
        return SSL_use_PrivateKey_file(ssl, "/dev/fd/\(ends[0])", SSL_FILETYPE_PEM) == 1
    }

    var isResumed: Bool { SSL_session_reused(ssl) == 1 }

    var peerCertificate: Certificate? { SSL_get0_peer_certificate(ssl).map { Certificate(sharing: $0) } }

    var bitsOfTheServersTemporaryKey: Int32? {
        var key: OpaquePointer?
        guard SSL_ctrl(ssl, SSL_CTRL_GET_PEER_TMP_KEY, 0, &key) == 1, let key else { return nil }
        defer { EVP_PKEY_free(key) }
        return EVP_PKEY_get_bits(key)
    }
}

/// Who failed, and the first reason in its queue.
private struct Refusal: Error, Equatable {
    enum End { case client, server }
    let end: End
    let reason: Int32?

    init(_ end: End, _ reason: Int32?) {
        self.end = end
        self.reason = reason
    }

    static func ~= (pattern: Refusal, error: any Error) -> Bool { error as? Refusal == pattern }
}

/// Two connections joined in memory. Beside their BIOs and ends nothing is set on them, as a `LibraryPair` would: what they
/// do is what they were told before.
private final class Wire {
    let client: Handle
    let server: Handle

    init(_ client: Handle, _ server: Handle, setsStates: Bool = true) throws {
        self.client = client
        self.server = server
        var ends: (OpaquePointer?, OpaquePointer?)
        try #require(BIO_new_bio_pair(&ends.0, 0, &ends.1, 0) == 1)
        SSL_set_bio(client.ssl, ends.0, ends.0)
        SSL_set_bio(server.ssl, ends.1, ends.1)
        if setsStates {
            SSL_set_connect_state(client.ssl)
            SSL_set_accept_state(server.ssl)
        }
    }

    /// Both go on until neither waits for the other.
    func shakeHands() throws {
        for _ in 0..<20 {
            let isDone = try (step(client, .client), step(server, .server))
            if isDone.0, isDone.1 { return }
        }
        throw ConnectionPair.Stuck()
    }

    private func step(_ handle: Handle, _ end: Refusal.End) throws -> Bool {
        let outcome = Outcome(handle.ssl) { SSL_do_handshake($0) }
        guard outcome.status == 1 || outcome.error == SSL_ERROR_WANT_READ else { throw Refusal(end, outcome.cause) }
        return outcome.status == 1
    }

    /// Both read what the other sent after its handshake.
    func settle() {
        _ = server.drain()
        _ = client.drain()
    }

    /// The tickets that come with the handshake.
    func tickets() throws -> [NewSessionTicket] {
        let sightings = client.watch()
        try shakeHands()
        settle()
        return sightings.messages.compactMap { message in
            if case .newSessionTicket(let ticket) = message.content { ticket } else { nil }
        }
    }

    /// Whether the client, when it reads one record, takes the next from the wire as well.
    func readsAhead() throws -> Bool {
        try shakeHands()
        settle()
        try server.write("a")
        try server.write("b")
        var buffer = [UInt8](repeating: 0, count: 16)
        try #require(SSL_read(client.ssl, &buffer, 16) == 1)
        return BIO_ctrl_pending(SSL_get_rbio(client.ssl)) == 0
    }

    /// Whether the server says nothing when it closes.
    func closesQuietly() throws -> Bool {
        try shakeHands()
        settle()
        ERR_clear_error()
        SSL_shutdown(server.ssl)
        return BIO_ctrl_pending(SSL_get_rbio(client.ssl)) == 0
    }
}

/// What the callbacks of a connection saw. It is in a slot of the SSL, where they find it.
private final class Sightings {
    /// What they are called is up to the test.
    var names: [String] = []
    private(set) var messages: [Message] = []
    /// How often a duplicate got it.
    private(set) var copied = 0
    /// How often an SSL that had it was freed.
    private(set) var freed = 0
    private var decoder = MessageDecoder()

    private static let slot = makeSlot(CRYPTO_EX_INDEX_SSL)
    private static let contextSlot = makeSlot(CRYPTO_EX_INDEX_SSL_CTX)

    private static func makeSlot(_ kind: Int32) -> Int32 {
        CRYPTO_get_ex_new_index(
            kind, 0, nil, nil,
            { _, _, source, _, _, _ in
                guard let stored = source?.pointee else { return 1 }
                Unmanaged<Sightings>.fromOpaque(stored).retain().takeUnretainedValue().copied += 1
                return 1
            },
            { _, stored, _, _, _, _ in
                guard let stored else { return }
                Unmanaged<Sightings>.fromOpaque(stored).takeRetainedValue().freed += 1
            })
    }

    /// What a connection has.
    static func of(_ ssl: OpaquePointer?) -> Sightings? {
        guard let ssl, let stored = SSL_get_ex_data(ssl, slot) else { return nil }
        return Unmanaged<Sightings>.fromOpaque(stored).takeUnretainedValue()
    }

    /// Only for one that has none.
    func attach(to ssl: OpaquePointer) { SSL_set_ex_data(ssl, Self.slot, Unmanaged.passRetained(self).toOpaque()) }

    /// Only for one that has none.
    func attach(toContext context: OpaquePointer) {
        SSL_CTX_set_ex_data(context, Self.contextSlot, Unmanaged.passRetained(self).toOpaque())
    }

    func note(_ type: Int32, _ bytes: UnsafeRawBufferPointer, _ direction: Direction) {
        guard let message = decoder.decode(direction: direction, contentType: type, bytes: bytes) else { return }
        messages.append(message)
    }

    var applicationRecords: Int {
        messages.filter { message in
            if case .recordHeader(let header) = message.content {
                header.contentType == .applicationData
            } else {
                false
            }
        }.count
    }
}
