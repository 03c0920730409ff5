import COpenSSL
import Glibc
import TestSupport
import Testing

@testable import OpenSSL

/// The page "SSL_CTX_set_num_tickets" of OpenSSL 3.3, claim by claim and in its order.
///
/// It holds, but for tickets that it promises and that a callback takes back, and for a pending write that keeps
/// SSL_do_handshake from sending anything. The tests that correct it quote its words; those after the page's own
/// claims say what is in a ticket, and what becomes of it.
@Suite struct SSLSetNumTicketsPageTests {
    private static let before13 = [LibraryContexts.Version.tls12, .dtls12]
    private static let keyed = [LibraryContexts.Version.tls12, .tls13]

    // MARK: - The number of tickets

    @Test func withoutAWordItIsTwo() throws {
        let pair = try connected(LibraryContexts(.tls13))
        #expect(pair.count("s>new_session_ticket") == 2 && pair.count("c<new_session_ticket") == 2)
        #expect(SSL_CTX_get_num_tickets(pair.contexts.server) == 2 && SSL_get_num_tickets(pair.server) == 2)
    }

    @Test(arguments: [0, 1, 2, 5, 100])
    func asManyAreSentAndReceivedAsWereSet(count: Int) throws {
        let station = try Station(count: count)
        var sent = 0
        let pair = try ConnectionPair(station.ends)
        pair.server.observer.onMessage = { if $0.isTicket { sent += 1 } }
        try pair.shakeHands()
        try pair.drainClient()
        #expect(sent == count && pair.tickets.count == count && pair.sessions.count == count)
    }

    @Test func zeroMeansNoneAfterAResumptionAsWell() throws {
        let station = try Station(count: 0)
        let first = try station.visit()
        try first.server.issueTicket()
        _ = first.server.handshake()
        try first.drainClient()
        let second = try station.visit(with: #require(first.sessions.first))
        #expect(second.isResumed && second.tickets.isEmpty)
    }

    @Test(arguments: [1, 2, 5, 100])
    func afterAResumptionThereIsOne(count: Int) throws {
        let station = try Station(count: count)
        let second = try station.visit(with: #require(station.visit().sessions.first))
        #expect(second.isResumed && second.tickets.count == 1)
    }

    @Test func everyResumptionInARowGivesOneForTheNext() throws {
        let station = try Station(count: 5)
        var pair = try station.visit()
        for _ in 0..<5 {
            pair = try station.visit(with: #require(pair.sessions.last))
            #expect(pair.isResumed && pair.tickets.count == 1)
        }
    }

    /// "Following a resumption the number of tickets issued will never be more than 1": with a ticket key callback
    /// that is content with the old ticket (1) it is 0, and 1 only with one that wants it renewed (2).
    @Test(arguments: [(1, 0), (2, 1)])
    func afterAResumptionByATicketKeyCallbackItMayBeNone(answer: Int32, count: Int) throws {
        let keys = try TicketKeys(.tls13)
        let session = try keys.visit().pair.clientSession()
        keys.opening = answer
        let pair = try keys.visit(with: session).pair
        #expect(SSL_session_reused(pair.server) == 1)
        #expect(pair.count("s>new_session_ticket") == count)
    }

    @Test func whatTheContextIsSetToReachesTheConnectionsToCome() throws {
        let contexts = try LibraryContexts(.tls13)
        let before = try LibraryPair(contexts)
        SSL_CTX_set_num_tickets(contexts.server, 5)
        let after = try LibraryPair(contexts)
        try before.connect()
        try after.connect()
        #expect(before.count("c<new_session_ticket") == 2)
        #expect(after.count("c<new_session_ticket") == 5)
    }

    @Test func aConnectionMayBeSetForItselfBeforeItsHandshake() throws {
        let contexts = try LibraryContexts(.tls13)
        let (one, other) = (try LibraryPair(contexts), try LibraryPair(contexts))
        SSL_set_num_tickets(one.server, 3)
        try one.connect()
        try other.connect()
        #expect(one.count("c<new_session_ticket") == 3)
        #expect(other.count("c<new_session_ticket") == 2)
    }

    @Test func evenInTheMiddleOfItsHandshake() throws {
        let pair = try LibraryPair(.tls13)
        SSL_do_handshake(pair.client)
        SSL_do_handshake(pair.server)
        SSL_set_num_tickets(pair.server, 4)
        try pair.connect()
        #expect(pair.count("c<new_session_ticket") == 4)
    }

    /// "Typically these functions should be called before the start of the handshake": afterwards the call is taken,
    /// and nothing comes of it.
    @Test func afterTheHandshakeItSendsNothing() throws {
        let pair = try connected(LibraryContexts(.tls13))
        pair.clearTrace()
        let outcome = Outcome(pair.server) { SSL_set_num_tickets($0, 5) }
        SSL_do_handshake(pair.server)
        pair.write("x", from: pair.server)
        pair.settle()
        #expect(outcome.status == 1 && SSL_get_num_tickets(pair.server) == 5)
        #expect(pair.trace.isEmpty)
    }

    /// "can be called for a server application": a client may call it as well, and gets what the server likes.
    @Test func aClientThatSetsItGetsNoMore() throws {
        let pair = try LibraryPair(.tls13)
        let outcome = Outcome(pair.client) { SSL_set_num_tickets($0, 7) }
        try pair.connect()
        #expect(outcome.status == 1 && pair.count("c<new_session_ticket") == 2)
    }

    @Test(arguments: before13, [0, 1, 5])
    func beforeTLS13ThereIsOneWhateverTheNumber(version: LibraryContexts.Version, count: Int) throws {
        let contexts = try LibraryContexts(version)
        SSL_CTX_set_num_tickets(contexts.server, count)
        #expect(try connected(contexts).count("c<new_session_ticket") == 1)
    }

    /// The tickets are written within the server's handshake, which ends only when there was room for all of them.
    @Test(arguments: [255, 256, 1000])
    func manyKeepTheServerFromAcceptingUntilTheClientReads(count: Int) throws {
        let contexts = try LibraryContexts(.tls13)
        SSL_CTX_set_num_tickets(contexts.server, count)
        let pair = try LibraryPair(contexts)
        var accept = Outcome(pair.server) { SSL_do_handshake($0) }
        for _ in 0..<20 {
            SSL_do_handshake(pair.client)
            accept = Outcome(pair.server) { SSL_do_handshake($0) }
        }
        try #require(SSL_is_init_finished(pair.client) == 1)
        let sent = pair.count("s>new_session_ticket")
        #expect(accept.error == SSL_ERROR_WANT_WRITE && SSL_is_init_finished(pair.server) == 0)
        #expect((50..<count).contains(sent))
        for _ in 0..<100 where accept.status != 1 {
            pair.drain(pair.client)
            accept = Outcome(pair.server) { SSL_do_handshake($0) }
        }
        pair.drain(pair.client)
        #expect(accept.status == 1 && pair.count("c<new_session_ticket") == count)
    }

    // MARK: - When the client sees them

    @Test func theClientSeesThemOnlyWhenItReads() throws {
        let pair = try ConnectionPair(ConnectionEnds())
        try pair.shakeHands()
        _ = pair.client.handshake()
        _ = Array("x".utf8).withUnsafeBytes { pair.client.write($0) }
        let unread = (pair.tickets.count, pair.sessions.count)
        try pair.drainClient()
        #expect(unread == (0, 0) && pair.tickets.count == 2 && pair.sessions.count == 2)
    }

    @Test func theSecondStepOfAShutdownReadsThemAsWell() throws {
        let pair = try ConnectionPair(ConnectionEnds())
        try pair.shakeHands()
        _ = pair.client.shutdown()
        let first = pair.sessions.count
        for _ in 0..<3 { _ = pair.client.shutdown() }
        #expect(first == 0 && pair.sessions.count == 2)
    }

    @Test func inTLS12TheTicketComesWithinTheHandshake() throws {
        var settings = ServerSettings()
        settings.tls.maximum = .tls12
        let pair = try ConnectionPair(ConnectionEnds(settings))
        try pair.shakeHands()
        #expect(pair.tickets.count == 1 && pair.sessions.count == 1)
    }

    /// The new-session callback of a client is called only where sessions of clients are cached.
    @Test(arguments: [
        (SSL_SESS_CACHE_OFF, 0), (SSL_SESS_CACHE_SERVER, 0), (SSL_SESS_CACHE_CLIENT, 2),
        (SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE, 2),
    ])
    func theClientsCallbackNeedsTheCacheOfAClient(mode: Int32, calls: Int) throws {
        final class Counter { var count = 0 }
        let counter = Counter()
        let contexts = try LibraryContexts(.tls13)
        _ = probe_SSL_CTX_set_session_cache_mode(contexts.client, Int(mode))
        SSL_CTX_set_ex_data(contexts.client, 0, Unmanaged.passUnretained(counter).toOpaque())
        SSL_CTX_sess_set_new_cb(contexts.client) { ssl, _ in
            guard let ssl, let stored = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0) else { return 0 }
            Unmanaged<Counter>.fromOpaque(stored).takeUnretainedValue().count += 1
            return 0
        }
        let pair = try connected(contexts)
        #expect(pair.count("c<new_session_ticket") == 2)
        #expect(withExtendedLifetime(counter) { counter.count } == calls)
    }

    // MARK: - Tickets after post-handshake authentication

    @Test func aCertificateAfterTheHandshakeBringsAsManyAgain() throws {
        let pair = try Station(count: 3, isClientKnown: true).authenticate()
        #expect(pair.clientCertificate?.subjectCommonName == "client.example")
        #expect(pair.tickets.count == 6)
    }

    @Test func theNumberMayBeChangedBeforeTheRequest() throws {
        let station = try Station(isClientKnown: true)
        let pair = try station.visit()
        SSL_set_num_tickets(pair.server.pointer, 4)
        try pair.authenticate()
        #expect(pair.tickets.count == 2 + 4)
    }

    /// "If the initial handshake was a full handshake then SSL_set_num_tickets() can be called again": else to no
    /// effect.
    @Test func afterAResumptionItIsOneWhateverTheNumber() throws {
        let station = try Station(isClientKnown: true)
        let pair = try station.visit(with: #require(station.visit().sessions.first))
        try #require(pair.isResumed)
        SSL_set_num_tickets(pair.server.pointer, 4)
        try pair.authenticate()
        #expect(pair.clientCertificate != nil && pair.tickets.count == 1 + 1)
    }

    @Test(arguments: [true, false])
    func theNewTicketsCarryTheIdentityAndTheOldOnesDoNot(isNew: Bool) throws {
        let station = try Station(isClientKnown: true)
        let first = try station.visit()
        try first.authenticate()
        try #require(first.sessions.count == 4)
        let second = try station.visit(with: first.sessions[isNew ? 3 : 0])
        #expect(second.isResumed)
        #expect(second.clientCertificate?.subjectCommonName == (isNew ? "client.example" : nil))
        #expect(second.server.verificationError == nil)
    }

    @Test func aClientWithoutACertificateGetsThemAsWellWhereItNeedsNone() throws {
        let pair = try Station().visit()
        try pair.authenticate(.request)
        #expect(pair.clientCertificate == nil && pair.tickets.count == 2 + 2)
    }

    @Test func everyFurtherRequestBringsMore() throws {
        let pair = try Station(isClientKnown: true).authenticate()
        try pair.authenticate()
        #expect(pair.tickets.count == 2 + 2 + 2)
    }

    @Test func aClientWithoutTheCertificateThatItNeedsIsRefused() throws {
        let pair = try Station().visit()
        pair.server.demandCertificate(.require)
        try pair.server.requestCertificate()
        _ = pair.server.handshake()
        try pair.drainClient()
        let server = thrown(StepFailure.self) { try pair.drainServer() }
        #expect(server?.error.cause?.isTLS(SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE) == true)
        let client = thrown(StepFailure.self) { try pair.drainClient() }
        // 1000 and the number of the alert.
        #expect(client?.error.cause?.isTLS(1116) == true && pair.alerts == [.certificateRequired])
        #expect(pair.tickets.count == 2)
    }

    @Test func aClientWhoseCertificateIsNotTrustedIsRefused() throws {
        let station = try Station(isClientKnown: true, clientAuthority: EphemeralAuthority(commonName: "Stranger"))
        let pair = try station.visit()
        pair.server.demandCertificate(.require)
        try pair.server.requestCertificate()
        _ = pair.server.handshake()
        try pair.drainClient()
        let server = thrown(StepFailure.self) { try pair.drainServer() }
        #expect(server?.error.cause?.isTLS(SSL_R_CERTIFICATE_VERIFY_FAILED) == true)
        #expect(throws: StepFailure.self) { try pair.drainClient() }
        #expect(pair.alerts == [.unknownCA])
    }

    @Test func whoeverAsksForNoCertificateCannotRequestOne() throws {
        let pair = try Station().visit()
        let error = thrown(OpenSSLError.self) { try pair.server.requestCertificate() }
        #expect(error?.cause?.isTLS(SSL_R_INVALID_CONFIG) == true)
    }

    @Test func norFromAClientThatDidNotOfferIt() throws {
        let pair = try ConnectionPair(ConnectionEnds())
        try pair.shakeHands()
        pair.server.demandCertificate(.request)
        let error = thrown(OpenSSLError.self) { try pair.server.requestCertificate() }
        #expect(error?.cause?.isTLS(SSL_R_EXTENSION_NOT_RECEIVED) == true)
    }

    @Test func norInTLS12() throws {
        let pair = try Station(version: .tls12).visit()
        pair.server.demandCertificate(.request)
        let error = thrown(OpenSSLError.self) { try pair.server.requestCertificate() }
        #expect(error?.cause?.isTLS(SSL_R_WRONG_SSL_VERSION) == true)
    }

    @Test func norAsAClient() throws {
        let pair = try Station().visit()
        let error = thrown(OpenSSLError.self) { try pair.client.requestCertificate() }
        #expect(error?.cause?.isTLS(SSL_R_NOT_SERVER) == true)
    }

    @Test func aSecondRequestBeforeTheFirstIsSentIsAnError() throws {
        let pair = try Station(isClientKnown: true).visit()
        pair.server.demandCertificate(.request)
        try pair.server.requestCertificate()
        let outcome = Outcome(pair.server.pointer) { SSL_verify_client_post_handshake($0) }
        #expect(outcome.status == 0 && outcome.cause == SSL_R_STILL_IN_INIT)
        _ = pair.server.handshake()
        try pair.settle()
        #expect(pair.clientCertificate != nil)
    }

    @Test func aSecondRequestBeforeTheFirstIsAnsweredIsAnotherError() throws {
        let pair = try Station(isClientKnown: true).visit()
        pair.server.demandCertificate(.request)
        try pair.server.requestCertificate()
        _ = pair.server.handshake()
        let error = thrown(OpenSSLError.self) { try pair.server.requestCertificate() }
        #expect(error?.cause?.isTLS(SSL_R_REQUEST_SENT) == true)
    }

    @Test func aClientThatOnlyWritesNeverAnswers() throws {
        let pair = try Station(isClientKnown: true).visit()
        pair.server.demandCertificate(.request)
        try pair.server.requestCertificate()
        _ = pair.server.handshake()
        for _ in 0..<3 { pair.write("x", from: .client) }
        #expect(try pair.drainServer() == Array("xxx".utf8))
        #expect(pair.clientCertificate == nil && pair.tickets.count == 2)
    }

    // MARK: - SSL_new_session_ticket

    @Test(arguments: [false, true])
    func beforeTheHandshakeIsFinishedItFailsWithoutAReason(hasBegun: Bool) throws {
        let pair = try ConnectionPair(ConnectionEnds())
        if hasBegun {
            _ = pair.client.handshake()
            _ = pair.server.handshake()
        }
        let error = thrown(OpenSSLError.self) { try pair.server.issueTicket() }
        #expect(error?.reasons == [])
        try pair.shakeHands()
        try pair.drainClient()
        #expect(pair.tickets.count == 2)
    }

    @Test(arguments: before13)
    func beforeTLS13ItFailsWithoutAReason(version: LibraryContexts.Version) throws {
        let pair = try connected(LibraryContexts(version))
        let outcome = Outcome(pair.server) { SSL_new_session_ticket($0) }
        #expect(outcome.status == 0 && outcome.reasons.isEmpty)
        pair.write("x", from: pair.server)
        #expect(pair.count("s>new_session_ticket") == 1)
    }

    @Test func asAClientItFailsWithoutAReason() throws {
        let pair = try Station().visit()
        let error = thrown(OpenSSLError.self) { try pair.client.issueTicket() }
        #expect(error?.reasons == [])
    }

    @Test func theTicketWaitsForTheNextWriteAndGoesAheadOfItsData() throws {
        let pair = try connected(LibraryContexts(.tls13))
        pair.clearTrace()
        let before = pair.bytesFromServer
        let outcome = Outcome(pair.server) { SSL_new_session_ticket($0) }
        #expect(outcome.status == 1 && pair.bytesFromServer == before && pair.trace.isEmpty)
        pair.write("data", from: pair.server)
        #expect(pair.trace == ["s>new_session_ticket"])
        let first = pair.read(pair.client)
        #expect(first.error == SSL_ERROR_WANT_READ && pair.trace.last == "c<new_session_ticket")
        let second = pair.read(pair.client)
        #expect(second.status == 4)
    }

    @Test func theHandshakeSendsItImmediately() throws {
        let pair = try connected(LibraryContexts(.tls13))
        pair.clearTrace()
        SSL_new_session_ticket(pair.server)
        let outcome = Outcome(pair.server) { SSL_do_handshake($0) }
        #expect(outcome.status == 1 && pair.trace == ["s>new_session_ticket"])
    }

    /// "delayed until the server is starting a new write operation": a read is enough.
    @Test func aReadOfTheServerSendsItAsWell() throws {
        let pair = try connected(LibraryContexts(.tls13))
        pair.clearTrace()
        SSL_new_session_ticket(pair.server)
        let outcome = pair.read(pair.server)
        #expect(outcome.error == SSL_ERROR_WANT_READ && pair.trace == ["s>new_session_ticket"])
    }

    @Test func aShutdownFailsAndSendsNothingWhileATicketWaits() throws {
        let pair = try Station().visit()
        try pair.server.issueTicket()
        guard case .failed(let failure) = pair.server.shutdown() else {
            Issue.record("it closed")
            return
        }
        #expect(failure.error.cause?.isTLS(SSL_R_SHUTDOWN_WHILE_IN_INIT) == true)
        try pair.drainClient()
        #expect(pair.tickets.count == 2 && pair.alerts.isEmpty)
        // The connection is as good as before.
        _ = pair.server.handshake()
        try pair.drainClient()
        _ = pair.server.shutdown()
        #expect(pair.tickets.count == 3)
    }

    @Test(arguments: [2, 3, 100])
    func severalAreQueuedAndTheNextWriteSendsThemTogether(count: Int) throws {
        let pair = try connected(LibraryContexts(.tls13))
        pair.clearTrace()
        for _ in 0..<count {
            let outcome = Outcome(pair.server) { SSL_new_session_ticket($0) }
            #expect(outcome.status == 1)
        }
        let written = pair.write("x", from: pair.server)
        #expect(written.status == 1 && pair.trace == Array(repeating: "s>new_session_ticket", count: count))
        #expect(pair.drain(pair.client) == Array("x".utf8))
        #expect(pair.count("c<new_session_ticket") == count)
    }

    @Test(arguments: [2, 3, 100])
    func soDoesTheHandshake(count: Int) throws {
        let pair = try Station().visit()
        for _ in 0..<count { try pair.server.issueTicket() }
        _ = pair.server.handshake()
        try pair.drainClient()
        #expect(pair.tickets.count == 2 + count && pair.sessions.count == 2 + count)
    }

    /// "the ticket can be sent immediately […] by calling SSL_do_handshake()": it says so, but while a write waits
    /// nothing is sent, nor by the end of that write. The next one sends it.
    @Test func aWriteThatWaitsKeepsTheHandshakeFromSendingIt() throws {
        let pair = try Station().visit()
        let piece = String(repeating: "x", count: 16384)
        var isFull = false
        for _ in 0..<10000 where !isFull {
            if case .wantsWrite = pair.write(piece, from: .server) { isFull = true }
        }
        try #require(isFull)
        try pair.server.issueTicket()
        let isFinished = pair.server.isFinished
        #expect(isFinished)
        guard case .done = pair.server.handshake() else {
            Issue.record("the handshake did not say that it was done")
            return
        }
        var counts: [Int] = []
        for text in ["", piece, "new"] {
            if !text.isEmpty { pair.write(text, from: .server) }
            try pair.drainClient()
            counts.append(pair.tickets.count)
        }
        #expect(counts == [2, 2, 3])
    }

    @Test func whileAKeyUpdateWaitsItFailsWithoutAReason() throws {
        let pair = try Station().visit()
        try pair.server.updateKey(.updateNotRequested)
        let error = thrown(OpenSSLError.self) { try pair.server.issueTicket() }
        #expect(error?.reasons == [])
        pair.write("x", from: .server)
        try pair.drainClient()
        #expect(pair.tickets.count == 2)
    }

    @Test func whileATicketWaitsAKeyUpdateFails() throws {
        let pair = try connected(LibraryContexts(.tls13))
        SSL_new_session_ticket(pair.server)
        let outcome = Outcome(pair.server) { SSL_key_update($0, SSL_KEY_UPDATE_NOT_REQUESTED) }
        #expect(outcome.status == 0 && outcome.cause == SSL_R_STILL_IN_INIT)
        pair.write("x", from: pair.server)
        #expect(pair.count("s>new_session_ticket") == 3 && pair.count("s>key_update") == 0)
    }

    @Test func itWorksWhereNoTicketsAreSentOtherwise() throws {
        let station = try Station(count: 0)
        let pair = try station.visit()
        try #require(pair.tickets.isEmpty)
        try pair.server.issueTicket()
        pair.write("x", from: .server)
        try pair.drainClient()
        let second = try station.visit(with: #require(pair.sessions.first))
        #expect(pair.tickets.count == 1 && second.isResumed)
    }

    @Test func itWorksOnConnectionsThatWereResumed() throws {
        let station = try Station()
        let second = try station.visit(with: #require(station.visit().sessions.first))
        try #require(second.isResumed && second.tickets.count == 1)
        for _ in 0..<3 { try second.server.issueTicket() }
        _ = second.server.handshake()
        try second.drainClient()
        let third = try station.visit(with: #require(second.sessions.last))
        #expect(second.tickets.count == 4 && third.isResumed)
    }

    @Test func theNewSessionCallbackTellsWhenATicketIsMadeNotWhenItIsAskedFor() throws {
        let pair = try Station().visit()
        var made = 0
        pair.server.observer.onSession = { _ in made += 1 }
        try pair.server.issueTicket()
        try pair.server.issueTicket()
        let asked = made
        _ = pair.server.handshake()
        #expect(asked == 0 && made == 2)
    }

    @Test(arguments: [0, 1, 2, 5])
    func theServersCallbackIsCalledForEveryTicketThoughItKeepsNone(count: Int) throws {
        let station = try Station(count: count)
        let pair = try ConnectionPair(station.ends)
        var made = 0
        pair.server.observer.onSession = { _ in made += 1 }
        try pair.shakeHands()
        #expect(made == count)
    }

    /// "a new-session callback […] will be invoked as the ticket or tickets are generated": in TLS 1.2 only for a
    /// session that the server keeps.
    @Test(arguments: [(TicketSettings.Mode.stateless, 0), (.stateful, 1)])
    func inTLS12ItIsCalledOnlyForASessionThatIsKept(mode: TicketSettings.Mode, count: Int) throws {
        let station = try Station(version: .tls12, mode: mode)
        let pair = try ConnectionPair(station.ends)
        var made = 0
        pair.server.observer.onSession = { _ in made += 1 }
        try pair.shakeHands()
        #expect(made == count)
    }

    /// The client's callback takes a reference over: the session outlives its connection, and goes with its last owner.
    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func whoTakesASessionInTheCallbackOwnsIt(version: ProtocolVersion) throws {
        var life: Life?
        var session: Session? = try lastSession(of: Station(version: version).ends) {
            life = try Life(of: #require($0.sessions.last))
        }
        let isOver = try #require(life).isOver
        #expect(!isOver && session?.isResumable == false)
        session = nil
        #expect(life?.isOver == true)
    }

    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func whoAsksAConnectionForItsSessionHasAReferenceToo(version: ProtocolVersion) throws {
        var (life, session): (Life?, Session?)
        _ = try lastSession(of: Station(version: version).ends) {
            session = $0.client.session
            life = try Life(of: #require(session))
        }
        let isOver = try #require(life).isOver
        #expect(!isOver && session?.der.isEmpty == false)
        session = nil
        #expect(life?.isOver == true)
    }

    // MARK: - What is in a ticket

    @Test func theLifetimeIsTheServersTimeout() throws {
        let pair = try Station(lifetime: 100).visit()
        #expect(pair.tickets.map(\.lifetime) == [100, 100] && pair.sessions.map(\.lifetimeHint) == [100, 100])
    }

    @Test func theLifetimeIsAWeekAtMost() throws {
        let pair = try Station(lifetime: 10_000_000).visit()
        #expect(pair.tickets.map(\.lifetime) == [604_800, 604_800])
    }

    @Test func inTLS12TheLifetimeIsNotCapped() throws {
        let pair = try Station(version: .tls12, lifetime: 10_000_000).visit()
        #expect(pair.tickets.map(\.lifetime) == [10_000_000])
    }

    /// The client keeps a timeout of its own; what the server promised is the hint.
    @Test func theClientsTimeoutIsItsOwn() throws {
        let pair = try Station(lifetime: 100).visit()
        let session = try #require(pair.sessions.first)
        #expect(SSL_SESSION_get_timeout(session.pointer) == 7200 && session.lifetimeHint == 100)
    }

    @Test func theNonceCountsFromZeroInEveryConnection() throws {
        let station = try Station(count: 3)
        for _ in 0..<2 {
            let pair = try station.visit()
            #expect(pair.tickets.map(\.nonce) == (0..<3).map { Array(repeating: 0, count: 7) + [$0] })
        }
    }

    @Test func theNonceCountsOnForTicketsThatAreAskedFor() throws {
        let pair = try Station().visit()
        try pair.server.issueTicket()
        _ = pair.server.handshake()
        try pair.drainClient()
        #expect(pair.tickets.map { $0.nonce.last } == [0, 1, 2])
    }

    @Test func everyTicketHidesItsAgeWithAnotherNumber() throws {
        let station = try Station(count: 10)
        let tickets = try station.visit().tickets + station.visit().tickets
        #expect(Set(tickets.compactMap(\.ageAdd)).count == 20)
    }

    @Test func everyTicketHasASecretOfItsOwn() throws {
        let pair = try Station().visit()
        try #require(pair.sessions.count == 2)
        #expect(!pair.sessions[0].hasSameSecret(as: pair.sessions[1]))
        #expect(pair.sessions[0].ticket != pair.sessions[1].ticket)
    }

    @Test func onlyWhereEarlyDataIsTakenTheTicketSaysHowMuch() throws {
        let without = try #require(Station().visit().tickets.first)
        let with = try #require(Station(maxEarlyData: 1000).visit().tickets.first)
        #expect(without.extensions.isEmpty)
        #expect(with.extensions == [TLSExtension(type: .earlyData, byteCount: 4)] && with.maxEarlyData == 1000)
    }

    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func aTicketBeginsWithTheNameOfItsKeyWhichTheContextKeeps(version: ProtocolVersion) throws {
        let station = try Station(version: version)
        let tickets = try station.visit().tickets + station.visit().tickets
        let name = try Array(station.ticketKeys().prefix(16))
        #expect(tickets.count >= 2 && tickets.allSatisfy { Array($0.ticket.prefix(16)) == name })
        #expect(tickets.allSatisfy { $0.ticket.count > 100 })
    }

    @Test func theKeysOfAnotherContextHaveAnotherName() throws {
        let names = try (0..<2).map { _ in try Array(Station().ticketKeys().prefix(16)) }
        #expect(names[0] != names[1] && names[0] != Array(repeating: 0, count: 16))
    }

    // MARK: - Tickets that only name a session

    /// SSL_OP_NO_TICKET does not mean what it says in TLS 1.3.
    @Test func aServerThatIsToSendNoTicketsSendsSuchOnes() throws {
        let station = try Station(mode: .stateful)
        let pair = try station.visit()
        try #require(pair.tickets.map(\.ticket.count) == [32, 32])
        #expect(pair.tickets[0].ticket.prefix(16) != pair.tickets[1].ticket.prefix(16))
    }

    @Test func suchATicketIsGoodMoreThanOnce() throws {
        let station = try Station(mode: .stateful)
        let first = try station.visit()
        let session = try #require(first.sessions.first)
        let copies = try (0..<3).map { _ in try session.copy() }
        for copy in copies {
            #expect(try station.visit(with: copy).isResumed)
        }
    }

    @Test func aClientThatWantsNoTicketsGetsThem() throws {
        var settings = ClientSettings()
        settings.offersNoTicket = true
        let pair = try ConnectionPair(ConnectionEnds(client: settings))
        try pair.shakeHands()
        try pair.drainClient()
        #expect(pair.tickets.count == 2 && pair.tickets.allSatisfy { $0.ticket.count > 100 })
    }

    /// They are sent all the same, and name sessions that nobody kept.
    @Test func withoutACacheNoneOfThemCanBeResumed() throws {
        let contexts = try LibraryContexts(.tls13)
        SSL_CTX_set_options(contexts.server, probe_SSL_OP_NO_TICKET)
        _ = probe_SSL_CTX_set_session_cache_mode(contexts.server, Int(SSL_SESS_CACHE_OFF))
        let first = try connected(contexts)
        let session = try first.clientSession()
        #expect(first.count("c<new_session_ticket") == 2 && session.isResumable && session.ticket.count == 32)
        let second = try connected(contexts, with: session)
        #expect(SSL_session_reused(second.client) == 0 && second.trace.contains("s>certificate"))
    }

    /// The binding does not send what cannot be used.
    @Test func theBindingSendsNoneWhereSessionsAreNotKept() throws {
        #expect(try Station(mode: .off).visit().tickets.isEmpty)
    }

    @Test(arguments: [Side.client, .server])
    func inTLS12NoTicketsOnEitherSideMeansAnIdentifier(side: Side) throws {
        var client = ClientSettings()
        client.offersNoTicket = side == .client
        let station = try Station(version: .tls12, mode: side == .server ? .stateful : .stateless, client: client)
        let first = try station.visit()
        let session = try #require(first.sessions.first)
        #expect(first.tickets.isEmpty && session.ticket.isEmpty && session.identifier.count == 32)
        #expect(try station.visit(with: session).isResumed)
    }

    /// Nothing has to be read first, as it has in TLS 1.3.
    @Test func suchASessionIsResumableAtOnce() throws {
        let station = try Station(version: .tls12, mode: .stateful)
        let pair = try ConnectionPair(station.ends)
        try pair.shakeHands()
        let session = pair.client.session
        #expect(try #require(session).isResumable)
    }

    // MARK: - Early data

    @Test func earlyDataMakesTicketsThatOnlyNameASession() throws {
        let pair = try Station(maxEarlyData: 100).visit()
        #expect(pair.tickets.map(\.ticket.count) == [32, 32])
    }

    @Test func suchATicketIsGoodOnce() throws {
        let station = try Station(maxEarlyData: 100)
        let first = try station.visit()
        let copies = try (0..<2).map { _ in try #require(first.sessions.first).copy() }
        let visits = try copies.map { try station.visit(with: $0).isResumed }
        #expect(visits == [true, false])
    }

    @Test func withoutProtectionAgainstReplayTheyAreGoodMoreThanOnce() throws {
        let station = try Station(maxEarlyData: 100, preventsReplay: false)
        let first = try station.visit()
        #expect(first.tickets.allSatisfy { $0.ticket.count > 100 && $0.maxEarlyData == 100 })
        let copies = try (0..<2).map { _ in try #require(first.sessions.first).copy() }
        let visits = try copies.map { try station.visit(with: $0).isResumed }
        #expect(visits == [true, true])
    }

    // MARK: - What a client may do with a ticket

    @Test func aSessionIsNotResumableBeforeATicketWasRead() throws {
        let pair = try LibraryPair(.tls13)
        try pair.shakeHands()
        let before = try pair.clientSession()
        let isResumable = before.isResumable
        pair.settle()
        let after = try pair.clientSession()
        #expect(!isResumable && after.isResumable)
    }

    /// A ticket makes a new object: what was taken before stays as it was.
    @Test func norDoesItBecomeSoLater() throws {
        let contexts = try LibraryContexts(.tls13)
        let pair = try LibraryPair(contexts)
        try pair.shakeHands()
        let early = try pair.clientSession()
        pair.settle()
        #expect(SSL_get_session(pair.client) != early.pointer && !early.isResumable)
        let second = try connected(contexts, with: early)
        #expect(SSL_session_reused(second.client) == 0)
    }

    @Test func aSessionIsUsedUpByAResumptionThatBroughtATicket() throws {
        let station = try Station()
        let first = try station.visit()
        let session = try #require(first.sessions.first)
        try #require(session.isResumable)
        let second = try station.visit(with: session)
        #expect(second.isResumed && !session.isResumable)
        let third = try ConnectionPair(station.ends)
        #expect(throws: OpenSSLError.self) { try third.client.offer(session) }
    }

    /// It is no error: what was to be a resumption is a full handshake, without a word.
    @Test func theLibraryTakesASessionThatIsUsedUp() throws {
        let contexts = try LibraryContexts(.tls13)
        _ = probe_SSL_CTX_set_session_cache_mode(contexts.client, Int(SSL_SESS_CACHE_CLIENT))
        let first = try connected(contexts)
        let session = try first.clientSession()
        let second = try connected(contexts, with: session)
        let third = try connected(contexts, with: session)
        #expect(SSL_session_reused(second.client) == 1 && SSL_session_reused(third.client) == 0)
        #expect(third.trace.contains("s>certificate"))
        withExtendedLifetime(first) {}
    }

    @Test(arguments: [SSL_SESS_CACHE_OFF, SSL_SESS_CACHE_SERVER])
    func withoutTheCacheOfAClientItIsNotUsedUp(mode: Int32) throws {
        let contexts = try LibraryContexts(.tls13)
        _ = probe_SSL_CTX_set_session_cache_mode(contexts.client, Int(mode))
        let first = try connected(contexts)
        let session = try first.clientSession()
        var visits = [first]
        for _ in 0..<3 { visits.append(try connected(contexts, with: session)) }
        #expect(visits.map { SSL_session_reused($0.client) } == [0, 1, 1, 1])
    }

    @Test func copiesThatWereMadeBeforeAreNotUsedUp() throws {
        let station = try Station()
        let first = try station.visit()
        let session = try #require(first.sessions.first)
        let duplicate = SSL_SESSION_dup(session.pointer)
        let copies = [
            try session.copy(), try Session(pem: Array(session.pem.utf8)), Session(adopting: try #require(duplicate)),
        ]
        try #require(station.visit(with: session).isResumed && !session.isResumable)
        for copy in copies {
            #expect(try station.visit(with: copy).isResumed)
        }
    }

    /// Being used up is not part of the encoding.
    @Test func norIsACopyFromTheEncodingThatIsMadeAfterwards() throws {
        let station = try Station()
        let session = try #require(station.visit().sessions.first)
        try #require(station.visit(with: session).isResumed && !session.isResumable)
        #expect(try station.visit(with: session.copy()).isResumed)
    }

    @Test func aDuplicateThatIsMadeAfterwardsIs() throws {
        let station = try Station()
        let session = try #require(station.visit().sessions.first)
        try #require(station.visit(with: session).isResumed)
        let duplicate = SSL_SESSION_dup(session.pointer)
        #expect(!Session(adopting: try #require(duplicate)).isResumable)
    }

    @Test func aDuplicateHasTheTicketTheIdentifierAndTheLimitOfEarlyData() throws {
        let pair = try Station(maxEarlyData: 100).visit()
        let session = try #require(pair.sessions.first)
        let duplicate = SSL_SESSION_dup(session.pointer)
        let copy = Session(adopting: try #require(duplicate))
        #expect(copy.ticket == session.ticket && copy.identifier == session.identifier)
        #expect(copy.maxEarlyData == 100 && copy.isResumable && copy.hasSameSecret(as: session))
    }

    @Test(arguments: [ProtocolVersion.tls12, .tls13], [true, false])
    func aClientThatGoesWithoutACloseTakesItsSessionAlong(version: ProtocolVersion, closes: Bool) throws {
        let ends = try Station(version: version).ends
        let session = try lastSession(of: ends) { if closes { _ = $0.client.shutdown() } }
        #expect(session.isResumable == closes)
    }

    @Test func aCopyOutlivesAClientThatGoesWithoutAClose() throws {
        let station = try Station()
        var copy: Session?
        _ = try lastSession(of: station.ends) { copy = try $0.sessions.last?.copy() }
        #expect(try station.visit(with: #require(copy)).isResumed)
    }

    @Test func norIsItEnoughThatTheServerClosed() throws {
        let ends = try Station().ends
        let session = try lastSession(of: ends) { pair in
            _ = pair.server.shutdown()
            try pair.readToTheEnd()
        }
        #expect(!session.isResumable)
    }

    /// Its cache loses the session; a ticket that holds the session itself does not notice.
    @Test(arguments: [
        (TicketSettings.Mode.stateful, false, false), (.stateful, true, true), (.stateless, false, true),
    ])
    func aServerThatGoesWithoutACloseForgetsIt(mode: TicketSettings.Mode, closes: Bool, isKept: Bool) throws {
        let station = try Station(mode: mode)
        var copy: Session?
        _ = try lastSession(of: station.ends) {
            copy = try $0.sessions.last?.copy()
            if closes { _ = $0.server.shutdown() }
        }
        #expect(try station.visit(with: #require(copy)).isResumed == isKept)
    }

    /// The first connection is as good as any; only who comes back with a ticket finds out.
    @Test(arguments: keyed)
    func aServerThatAsksForCertificatesMustNameItsSessions(version: LibraryContexts.Version) throws {
        let contexts = try LibraryContexts(version)
        SSL_CTX_set_verify(contexts.server, SSL_VERIFY_PEER, nil)
        let first = try connected(contexts)
        let session = try first.clientSession()
        let second = try LibraryPair(contexts)
        try #require(SSL_set_session(second.client, session.pointer) == 1)
        let ends = second.tryToShakeHands()
        #expect(ends.server.cause == SSL_R_SESSION_ID_CONTEXT_UNINITIALIZED)
        #expect(ends.client.cause == SSL_R_TLSV1_ALERT_INTERNAL_ERROR && second.trace.contains("s>alert(80)"))
        withExtendedLifetime(first) {}
    }

    @Test(arguments: keyed)
    func oneThatKeepsItsSessionsForgetsThemInstead(version: LibraryContexts.Version) throws {
        let contexts = try LibraryContexts(version)
        SSL_CTX_set_verify(contexts.server, SSL_VERIFY_PEER, nil)
        SSL_CTX_set_options(contexts.server, probe_SSL_OP_NO_TICKET)
        let first = try connected(contexts)
        let second = try connected(contexts, with: first.clientSession())
        #expect(SSL_session_reused(second.server) == 0 && second.trace.contains("s>certificate"))
        withExtendedLifetime(first) {}
    }

    @Test func aFatalErrorTakesTheSessionAtOnce() throws {
        signal(SIGPIPE, SIG_IGN)
        let pair = try connected(LibraryContexts(.tls13))
        let session = try pair.clientSession()
        try #require(session.isResumable)
        pair.closeServerSocket()
        let outcome = pair.read(pair.client)
        #expect(outcome.cause == SSL_R_UNEXPECTED_EOF_WHILE_READING && !session.isResumable)
    }

    @Test func theClientDoesNotOfferATicketWhoseLifetimeIsOver() throws {
        let station = try Station(lifetime: 100)
        let session = try #require(station.visit().sessions.first).copy()
        probe_SSL_SESSION_set_time(session.pointer, probe_SSL_SESSION_get_time(session.pointer) - 200)
        var offers: [Bool] = []
        let pair = try ConnectionPair(station.ends, resuming: session)
        pair.server.observer.onMessage = {
            if case .clientHello(let hello) = $0.content { offers.append(hello.offersPSK) }
        }
        try pair.shakeHands()
        #expect(offers == [false] && !pair.isResumed)
    }

    @Test func itsOwnTimeoutDoesNotKeepItFromThat() throws {
        let station = try Station()
        let session = try #require(station.visit().sessions.first).copy()
        SSL_SESSION_set_timeout(session.pointer, 1)
        probe_SSL_SESSION_set_time(session.pointer, probe_SSL_SESSION_get_time(session.pointer) - 200)
        #expect(try station.visit(with: session).isResumed)
    }

    @Test func aClientThatClosesItsSocketOverUnreadTicketsCutsTheServerOff() throws {
        signal(SIGPIPE, SIG_IGN)
        let pair = try LibraryPair(.tls13)
        try pair.shakeHands()
        pair.write("data", from: pair.client)
        pair.closeClientSocket()
        let data = pair.read(pair.server)
        let end = pair.read(pair.server)
        #expect(data.status == 4)
        #expect(end.error == SSL_ERROR_SYSCALL && end.systemError == ECONNRESET)
    }

    @Test func oneThatSaysSoFirstDoesNot() throws {
        signal(SIGPIPE, SIG_IGN)
        let pair = try LibraryPair(.tls13)
        try pair.shakeHands()
        pair.write("data", from: pair.client)
        SSL_shutdown(pair.client)
        pair.closeClientSocket()
        let data = pair.read(pair.server)
        let end = pair.read(pair.server)
        #expect(data.status == 4 && end.error == SSL_ERROR_ZERO_RETURN)
    }

    // MARK: - The keys of tickets

    @Test func aTicketKeyCallbackThatDoesNotKnowTheKeyMakesAFullHandshake() throws {
        for version in Self.keyed {
            let keys = try TicketKeys(version)
            let session = try keys.visit().pair.clientSession()
            keys.opening = 0
            let visit = try keys.visit(with: session)
            #expect(SSL_session_reused(visit.pair.server) == 0 && visit.pair.trace.contains("s>certificate"))
            #expect(visit.pair.count("s>new_session_ticket") == (version == .tls13 ? 2 : 1))
        }
    }

    @Test(arguments: keyed)
    func oneThatFailsToOpenEndsTheHandshakeOfBoth(version: LibraryContexts.Version) throws {
        let keys = try TicketKeys(version)
        let session = try keys.visit().pair.clientSession()
        keys.opening = -1
        let visit = try keys.visit(with: session)
        #expect(visit.server.error == SSL_ERROR_SSL && visit.server.cause == TicketKeys.internalError)
        #expect(visit.client.error == SSL_ERROR_SSL && visit.client.cause == SSL_R_TLSV1_ALERT_INTERNAL_ERROR)
    }

    @Test func oneThatFailsToSealEndsTheHandshakeInTLS12() throws {
        let keys = try TicketKeys(.tls12)
        keys.sealing = -1
        let visit = try keys.visit()
        #expect(visit.server.error == SSL_ERROR_SSL)
        #expect(visit.client.error == SSL_ERROR_SSL && visit.client.cause == SSL_R_TLSV1_ALERT_INTERNAL_ERROR)
    }

    /// The client is told only when it reads.
    @Test func inTLS13OnlyThatOfTheServer() throws {
        let keys = try TicketKeys(.tls13)
        keys.sealing = -1
        let visit = try keys.visit()
        #expect(visit.client.status == 1)
        #expect(visit.server.error == SSL_ERROR_SSL && visit.server.cause == SSL_R_CALLBACK_FAILED)
        let later = visit.pair.read(visit.pair.client)
        #expect(later.error == SSL_ERROR_SSL && later.cause == SSL_R_TLSV1_ALERT_INTERNAL_ERROR)
    }

    @Test func oneThatDeclinesToSealSendsNone() throws {
        let keys = try TicketKeys(.tls13)
        keys.sealing = 0
        let visit = try keys.visit()
        #expect(visit.client.status == 1 && visit.server.status == 1)
        #expect(visit.pair.count("s>new_session_ticket") == 0)
    }

    /// The lifetime of a ticket that replaces another is not said again.
    @Test func inTLS12ATicketThatIsRenewedHasTheLifetime0() throws {
        let ring = try TicketKeyRing()
        let station = try Station(version: .tls12, keys: ring)
        let session = try #require(station.visit().sessions.first)
        try ring.rotate()
        let second = try station.visit(with: session)
        #expect(second.isResumed && second.tickets.map(\.lifetime) == [0])
    }

    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func otherKeysLeadToAFullHandshakeWithoutAnError(version: ProtocolVersion) throws {
        let station = try Station(version: version)
        let first = try station.visit()
        let copies = try (0..<2).map { _ in try #require(first.sessions.first).copy() }
        let old = try station.ticketKeys()
        try station.setTicketKeys(Array(repeating: 7, count: 80))
        let second = try station.visit(with: copies[0])
        let names = Set(second.tickets.map { Array($0.ticket.prefix(16)) })
        #expect(!second.isResumed && names == [Array(repeating: 7, count: 16)])
        try station.setTicketKeys(old)
        #expect(try station.visit(with: copies[1]).isResumed)
    }

    @Test func keysOfAnotherLengthAreAnError() throws {
        let station = try Station()
        let error = thrown(OpenSSLError.self) { try station.setTicketKeys(Array(repeating: 7, count: 48)) }
        #expect(error?.cause?.isTLS(SSL_R_INVALID_TICKET_KEYS_LENGTH) == true)
    }

    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func aTicketThatWasChangedLeadsToAFullHandshakeWithoutAnError(version: ProtocolVersion) throws {
        let station = try Station(version: version)
        let first = try station.visit()
        let session = try #require(first.sessions.first)
        var der = session.der
        let place = try #require(der.firstRange(of: session.ticket))
        der[place.upperBound - 1] ^= 1
        let second = try station.visit(with: Session(der: der))
        #expect(!second.isResumed && second.serverCertificate != nil && !second.tickets.isEmpty)
    }

    // MARK: - Helpers

    /// Which end does something.
    enum Side { case client, server }

    private func connected(_ contexts: LibraryContexts, with session: Session? = nil) throws -> LibraryPair {
        let pair = try LibraryPair(contexts)
        if let session { try #require(SSL_set_session(pair.client, session.pointer) == 1) }
        try pair.connect()
        return pair
    }

    /// The last session of a connection that is gone when this returns.
    private func lastSession(of ends: ConnectionEnds, _ body: (ConnectionPair) throws -> Void) throws -> Session {
        let pair = try ConnectionPair(ends)
        try pair.shakeHands()
        try pair.drainClient()
        try body(pair)
        return try #require(pair.sessions.last)
    }
}

/// A server, and clients that come and stay: one that went without a close would take its session along.
private final class Station {
    let ends: ConnectionEnds
    private var guests: [ConnectionPair] = []

    init(
        version: ProtocolVersion = .tls13, count: Int? = nil, mode: TicketSettings.Mode = .stateless,
        lifetime: Int? = nil, keys: TicketKeyRing? = nil, maxEarlyData: UInt32 = 0, preventsReplay: Bool = true,
        client: ClientSettings = ClientSettings(), isClientKnown: Bool = false,
        clientAuthority: EphemeralAuthority? = nil
    ) throws {
        var settings = ServerSettings()
        settings.tls.maximum = version
        settings.tickets.count = count
        settings.tickets.mode = mode
        settings.tickets.lifetime = lifetime
        settings.tickets.keys = keys
        settings.maxEarlyData = maxEarlyData
        settings.preventsReplay = preventsReplay
        var template = LeafTemplate(names: ["client.example"])
        template.usage = .client
        let authority = try clientAuthority ?? ConnectionEnds.authority.get()
        ends = try ConnectionEnds(
            settings, client: client, clientIdentity: isClientKnown ? authority.issue(template) : nil)
    }

    /// A client that can be asked for a certificate later; what the server sent after the handshake is read.
    func visit() throws -> ConnectionPair { try visit(resuming: nil) }

    /// The same with a session.
    func visit(with session: Session) throws -> ConnectionPair { try visit(resuming: session) }

    private func visit(resuming session: Session?) throws -> ConnectionPair {
        var settings = ConnectionSettings()
        settings.offersPostHandshakeAuth = true
        let pair = try ConnectionPair(ends, client: settings, resuming: session)
        guests.append(pair)
        try pair.shakeHands()
        try pair.drainClient()
        return pair
    }

    /// A visit on which the client shows its certificate.
    func authenticate() throws -> ConnectionPair {
        let pair = try visit()
        try pair.authenticate()
        return pair
    }

    /// Name and secrets of the keys that seal the tickets. Wraps `SSL_CTX_get_tlsext_ticket_keys(3)`.
    func ticketKeys() throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 80)
        let status = SSL_CTX_ctrl(ends.server.pointer, SSL_CTRL_GET_TLSEXT_TICKET_KEYS, bytes.count, &bytes)
        try require(Int32(clamping: status), "SSL_CTX_get_tlsext_ticket_keys")
        return bytes
    }

    /// Wraps `SSL_CTX_set_tlsext_ticket_keys(3)`.
    func setTicketKeys(_ keys: [UInt8]) throws {
        var keys = keys
        ERR_clear_error()
        let status = SSL_CTX_ctrl(ends.server.pointer, SSL_CTRL_SET_TLSEXT_TICKET_KEYS, keys.count, &keys)
        try require(Int32(clamping: status), "SSL_CTX_set_tlsext_ticket_keys")
    }
}

/// Contexts whose tickets are sealed by a callback that answers as it is told.
private final class TicketKeys {
    /// What it says when a ticket is to be sealed, and when one is to be opened.
    var (sealing, opening): (Int32, Int32) = (1, 1)
    private let contexts: LibraryContexts
    /// They stay: whoever goes without a close takes the session along.
    private var guests: [LibraryPair] = []

    /// `ERR_R_INTERNAL_ERROR`, as a reason.
    static let internalError: Int32 = 786_691

    init(_ version: LibraryContexts.Version) throws {
        contexts = try LibraryContexts(version)
        SSL_CTX_set_ex_data(contexts.server, 0, Unmanaged.passUnretained(self).toOpaque())
        let status = SSL_CTX_set_tlsext_ticket_key_evp_cb(contexts.server) { ssl, name, vector, cipher, mac, seals in
            guard let ssl, let stored = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0) else { return -1 }
            var key = [UInt8](repeating: 5, count: 32)
            if seals == 1 {
                name?.update(repeating: 1, count: 16)
                vector?.update(repeating: 2, count: 16)
                EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key, vector)
            } else {
                EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key, vector)
            }
            _ = probe_EVP_MAC_CTX_set_hmac_sha256(mac, &key, key.count)
            let keys = Unmanaged<TicketKeys>.fromOpaque(stored).takeUnretainedValue()
            return seals == 1 ? keys.sealing : keys.opening
        }
        try #require(status == 1)
    }

    /// A handshake, and how it ended for each.
    func visit(with session: Session? = nil) throws -> (pair: LibraryPair, client: Outcome, server: Outcome) {
        let pair = try LibraryPair(contexts)
        guests.append(pair)
        if let session { try #require(SSL_set_session(pair.client, session.pointer) == 1) }
        let (client, server) = pair.tryToShakeHands()
        return (pair, client, server)
    }
}

/// Tells when OpenSSL frees a session.
private final class Life {
    private(set) var isOver = false

    private static let slot = CRYPTO_get_ex_new_index(
        CRYPTO_EX_INDEX_SSL_SESSION, 0, nil, nil,
        // A copy has a life of its own.
        { _, _, source, _, _, _ in
            source?.pointee = nil
            return 1
        },
        { _, stored, _, _, _, _ in
            if let stored { Unmanaged<Life>.fromOpaque(stored).takeRetainedValue().isOver = true }
        })

    init(of session: Session) throws {
        let retained = Unmanaged.passRetained(self)
        try #require(SSL_SESSION_set_ex_data(session.pointer, Self.slot, retained.toOpaque()) == 1)
    }
}

extension Message {
    fileprivate var isTicket: Bool { if case .newSessionTicket = content { true } else { false } }
}

extension ConnectionPair {
    @discardableResult
    fileprivate func write(_ text: String, from side: SSLSetNumTicketsPageTests.Side) -> Step {
        Array(text.utf8).withUnsafeBytes { bytes in
            switch side {
            case .client: client.write(bytes)
            case .server: server.write(bytes)
            }
        }
    }

    /// The client reads up to close_notify.
    fileprivate func readToTheEnd() throws {
        var buffer = [UInt8](repeating: 0, count: 1024)
        for _ in 0..<100 {
            if case .closed = buffer.withUnsafeMutableBytes({ client.read(into: $0) }) { return }
        }
        throw Stuck()
    }

    /// The server asks for a certificate, the client answers, and reads what comes of it.
    fileprivate func authenticate(_ demand: ClientCertificateDemand = .require) throws {
        server.demandCertificate(demand)
        try server.requestCertificate()
        _ = server.handshake()
        try settle()
    }
}

extension LibraryPair {
    /// How often a line is in the trace.
    fileprivate func count(_ line: String) -> Int { trace.filter { $0 == line }.count }

    /// The handshake, and what was sent after it.
    fileprivate func connect() throws {
        try shakeHands()
        settle()
    }

    /// How the handshake ended for each; when it did well, what was sent after it is read.
    fileprivate func tryToShakeHands() -> (client: Outcome, server: Outcome) {
        var ends = (client: Outcome(client) { SSL_do_handshake($0) }, server: Outcome(server) { SSL_do_handshake($0) })
        for _ in 0..<10 {
            if ends.client.error == SSL_ERROR_WANT_READ { ends.client = Outcome(client) { SSL_do_handshake($0) } }
            if ends.server.error == SSL_ERROR_WANT_READ { ends.server = Outcome(server) { SSL_do_handshake($0) } }
        }
        if ends.client.status == 1, ends.server.status == 1 { settle() }
        return ends
    }

    /// The client's, with a reference of its own.
    fileprivate func clientSession() throws -> Session {
        Session(adopting: try #require(SSL_get1_session(client)))
    }

    fileprivate var bytesFromServer: UInt64 { SSL_get_wbio(server).map { BIO_number_written($0) } ?? 0 }
}
