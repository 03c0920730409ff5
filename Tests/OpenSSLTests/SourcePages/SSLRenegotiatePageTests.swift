import COpenSSL
import Glibc
import TestSupport
import Testing

@testable import OpenSSL

/// The page "SSL_renegotiate" of LibreSSL, claim by claim and in its order, with OpenSSL 3.
///
/// What it says of the two functions holds. Corrected is the rest: a server refuses what a client begins unless told
/// otherwise, `SSL_renegotiate_pending` is 1 for longer than until something was acted on, the limits belong to a BIO and
/// have hidden minimums, not every I/O function handles everything, and before the handshake the functions do harm.
@Suite struct SSLRenegotiatePageTests {
    // MARK: - A client calls SSL_renegotiate

    /// "A completely new handshake": message by message, and with new keys.
    @Test func aFullOneIsACompletelyNewHandshake() throws {
        let pair = try TracedPair()
        let before = try pair.secret()
        try pair.renegotiate(.renegotiate, from: .client)
        #expect(
            pair.trace == [
                "c>client_hello", "s<client_hello",
                "s>server_hello", "s>certificate", "s>server_key_exchange", "s>server_hello_done",
                "c<server_hello", "c<certificate", "c<server_key_exchange", "c<server_hello_done",
                "c>client_key_exchange", "c>change_cipher_spec", "c>finished",
                "s<client_key_exchange", "s<finished",
                "s>new_session_ticket", "s>change_cipher_spec", "s>finished",
                "c<new_session_ticket", "c<finished",
            ])
        let isSame = try pair.secret().hasSameSecret(as: before)
        #expect(!isSame && !pair.isResumed(.client) && !pair.isResumed(.server))
    }

    /// "Schedules": the call itself sends nothing.
    @Test(arguments: Function.allCases, End.allCases)
    func theCallItselfSendsNothing(function: Function, end: End) throws {
        let pair = try TracedPair()
        try pair.arrange(function, at: end)
        let step = pair.read(at: end.other)
        #expect(pair.trace.isEmpty && pair.isPending(end) && step.isDrained)
    }

    /// "The next time an I/O operation such as SSL_read() or SSL_write() takes place".
    @Test(arguments: InputOutput.allCases)
    func eachKindOfIOOfAClientBeginsIt(operation: InputOutput) throws {
        let pair = try libraryPair()
        #expect(SSL_renegotiate(pair.client) == 1)
        let outcome = operation.perform(pair.client)
        #expect(outcome.status == -1 && outcome.error == SSL_ERROR_WANT_READ)
        #expect(pair.trace == ["c>client_hello"])
        pair.settle()
        #expect(pair.trace.last == "c<finished" && SSL_renegotiate_pending(pair.client) == 0)
    }

    /// A client's SSL_write begins it, but writes nothing of its own before the end of it.
    @Test func aWriteOfAClientWaitsForTheEndOfIt() throws {
        let pair = try libraryPair()
        #expect(SSL_renegotiate(pair.client) == 1)
        pair.write("data", from: pair.client)
        _ = pair.drain(pair.server)
        let half = pair.write("data", from: pair.client)
        #expect(half.status == -1 && half.error == SSL_ERROR_WANT_READ && pair.drain(pair.server).isEmpty)
        #expect(pair.write("data", from: pair.client).status == 4)
        #expect(pair.settle().server == Array("data".utf8))
        #expect(pair.trace.count { $0 == "c>client_hello" } == 1)
    }

    /// "An I/O operation": SSL_shutdown is none. close_notify goes out, and the renegotiation stays behind.
    @Test(arguments: End.allCases)
    func shutdownDoesNotBeginIt(end: End) throws {
        let pair = try TracedPair()
        try pair.arrange(.renegotiate, at: end)
        let step = pair.with(end) { $0.shutdown() }
        #expect(step.byteCount == 0)
        #expect(pair.trace == ["\(end.letter)>close_notify"] && pair.isPending(end))
    }

    /// "A check is performed to confirm that it is a suitable time": not while a record is half written.
    @Test func itWaitsForARecordThatIsHalfWritten() throws {
        let pair = try TracedPair()
        let piece = [UInt8](repeating: 1, count: 16384)
        var written = 0
        var step = Step.done(0)
        while let count = step.byteCount {
            written += count
            step = pair.with(.client) { client in piece.withUnsafeBytes { client.write($0) } }
        }
        guard case .wantsWrite = step else {
            Issue.record("the socket was never full: \(step)")
            return
        }
        try pair.arrange(.renegotiate, at: .client)
        _ = pair.read(at: .client)
        #expect(pair.trace.isEmpty && pair.isPending(.client))
        let first = try pair.pair.drainServer().count
        let rest = pair.with(.client) { client in piece.withUnsafeBytes { client.write($0) } }
        #expect(rest.byteCount == piece.count && pair.trace.isEmpty)
        _ = pair.read(at: .client)
        #expect(pair.trace == ["c>client_hello"])
        let second = try pair.pair.drainServer().count
        #expect(first + second == written + piece.count)
        try pair.pair.settle()
        #expect(!pair.isPending(.client))
    }

    /// "An existing session associated with the connection is not resumed": it is not even offered, be it in a ticket or by
    /// its identifier.
    @Test(arguments: [TicketSettings.Mode.stateless, .stateful])
    func aFullOneOffersNoSession(mode: TicketSettings.Mode) throws {
        let pair = try TracedPair { $0.tickets.mode = mode }
        try pair.renegotiate(.renegotiate, from: .client)
        #expect(pair.hellos.map(\.offersSession) == [false])
        #expect(pair.hellos.first?.sessionID.isEmpty == true)
        #expect(pair.trace.contains("s>new_session_ticket") == (mode == .stateless))
    }

    /// New to the client's user as well: the session of the new handshake is handed over.
    @Test func aFullOneMakesANewSession() throws {
        let pair = try TracedPair()
        let count = pair.pair.sessions.count
        try pair.renegotiate(.renegotiate, from: .client)
        let sessions = pair.pair.sessions
        #expect(sessions.count == count + 1)
        let isNew = try #require(sessions.last).hasSameSecret(as: pair.secret())
        #expect(isNew)
    }

    @Test func aFullOneShowsTheCertificateThatTheServerHasByThen() throws {
        let pair = try TracedPair()
        let identity = try ConnectionEnds.authority.get().issue(LeafTemplate(names: ["second.example"]))
        try identity.apply(toConnection: pair.pointer(.server))
        #expect(pair.pair.serverCertificate?.subjectCommonName == "localhost")
        try pair.renegotiate(.renegotiate, from: .client)
        #expect(pair.pair.serverCertificate?.subjectCommonName == "second.example")
    }

    @Test func aFullOneTakesTheCiphersThatTheClientOffersByThen() throws {
        let (first, second) = ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384")
        let pair = try TracedPair(client: { $0.tls.ciphers = first })
        #expect(pair.cipher == first)
        try #require(SSL_set_cipher_list(pair.pointer(.client), second) == 1)
        try pair.renegotiate(.renegotiate, from: .client)
        #expect(pair.cipher == second)
    }

    /// RFC 5746: the new hellos prove that they know the handshake before, by 12 bytes for each Finished.
    @Test func theHellosNameTheHandshakeBefore() throws {
        let pair = try TracedPair()
        try pair.renegotiate(.renegotiate, from: .client)
        let renegotiationInfo = ExtensionType(rawValue: 0xff01)
        let client = pair.hellos.first?.extensions.first { $0.type == renegotiationInfo }
        #expect(client?.byteCount == 1 + 12)
        // The signalling value of a first hello has no place in a second one.
        #expect(pair.hellos.first?.cipherSuites.contains(CipherSuite(rawValue: 0x00ff)) == false)
    }

    @Test(arguments: [Function.allCases, Function.allCases.reversed()])
    func theLastOfTwoCallsCountsAndMakesOneHandshake(functions: [Function]) throws {
        let pair = try TracedPair()
        for function in functions { try pair.arrange(function, at: .client) }
        _ = pair.read(at: .client)
        try pair.pair.settle()
        #expect(pair.hellos.map(\.offersSession) == [functions.last == .renegotiateAbbreviated])
        #expect(pair.isResumed(.client) == (functions.last == .renegotiateAbbreviated))
        #expect(pair.counts(.client) == [1, 1])
    }

    /// The key log has one line for each handshake, and for one that resumes as well.
    @Test(arguments: Function.allCases)
    func eachHandshakeLogsItsKey(function: Function) throws {
        let pair = try TracedPair()
        var lines: [String] = []
        let observer = pair.with(.client) { $0.observer }
        observer.onKeyLogLine = { lines.append($0) }
        try pair.renegotiate(function, from: .client)
        #expect(lines.map { $0.prefix(14) } == ["CLIENT_RANDOM "])
    }

    /// The page has no word on versions. Before TLS 1.2 both ends have to give up all security, at level 0.
    @Test(arguments: [ProtocolVersion.tls10, .tls11], Function.allCases)
    func olderVersionsRenegotiateAtSecurityLevel0(version: ProtocolVersion, function: Function) throws {
        let pair = try TracedPair(version, securityLevel: 0)
        try pair.renegotiate(function, from: .client)
        #expect(pair.with(.client) { $0.version } == version)
        #expect(pair.isResumed(.client) == (function == .renegotiateAbbreviated))
        #expect(pair.trace.last == (function == .renegotiate ? "c<finished" : "s<finished"))
    }

    /// Level 1 is enough to end it before it begins: at the server in 3.0, at the client in 3.5.
    @Test(arguments: [ProtocolVersion.tls10, .tls11])
    func olderVersionsHaveNoHandshakeAtSecurityLevel1(version: ProtocolVersion) throws {
        let error = try #require(thrown(StepFailure.self) { try TracedPair(version, securityLevel: 1) })
        #expect(
            error.error.cause?.reason
                == (LibraryVersion.isAtLeast(3, 5)
                    ? SSL_R_NO_PROTOCOLS_AVAILABLE : SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM))
    }

    // MARK: - Whether a server takes part

    /// Not in the page: without `SSL_OP_ALLOW_CLIENT_RENEGOTIATION` an OpenSSL server refuses, by a warning, which ends the
    /// connection only because an OpenSSL client takes it so.
    @Test(arguments: Function.allCases)
    func aServerRefusesByDefault(function: Function) throws {
        let pair = try TracedPair { $0.allowsClientRenegotiation = false }
        try pair.arrange(function, at: .client)
        _ = pair.read(at: .client)
        let refusal = pair.read(at: .server)
        let client = pair.read(at: .client)
        let server = pair.read(at: .server)
        #expect(
            pair.trace == [
                "c>client_hello", "s<client_hello", "s>warning(100)", "c<warning(100)", "c>fatal(40)", "s<fatal(40)",
            ])
        #expect(!refusal.isFailure)
        #expect(client.cause == SSL_R_NO_RENEGOTIATION)
        #expect(server.cause == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)
    }

    @Test func aServerThatRefusedGoesOnServing() throws {
        let pair = try TracedPair { $0.allowsClientRenegotiation = false }
        try pair.arrange(.renegotiate, at: .client)
        _ = pair.read(at: .client)
        let refusal = pair.read(at: .server)
        let written = pair.write("still here", at: .server)
        #expect(!refusal.isFailure && written.byteCount == 10)
        #expect(pair.with(.server) { $0.isFinished } && pair.counts(.server) == [0, 0])
    }

    /// Whatever the client does next, it learns of the refusal, and the refused one stays pending and counts.
    @Test(arguments: InputOutput.allCases)
    func eachKindOfIOOfAClientFailsWhenRefused(operation: InputOutput) throws {
        let pair = try LibraryPair(.tls12)
        try pair.shakeHands()
        pair.settle()
        #expect(SSL_renegotiate(pair.client) == 1)
        _ = operation.perform(pair.client)
        _ = pair.drain(pair.server)
        let outcome = operation.perform(pair.client)
        #expect(outcome.status == -1 && outcome.error == SSL_ERROR_SSL && outcome.cause == SSL_R_NO_RENEGOTIATION)
        #expect(SSL_renegotiate_pending(pair.client) == 1)
        #expect(probe_SSL_num_renegotiations(pair.client) == 1)
    }

    @Test func aServerMayAllowItAfterTheHandshake() throws {
        let pair = try TracedPair { $0.allowsClientRenegotiation = false }
        SSL_set_options(pair.pointer(.server), probe_SSL_OP_ALLOW_CLIENT_RENEGOTIATION)
        try pair.renegotiate(.renegotiate, from: .client)
        #expect(pair.trace.last == "c<finished" && !pair.isPending(.client))
    }

    /// Of `SSL_OP_NO_RENEGOTIATION` and `SSL_OP_ALLOW_CLIENT_RENEGOTIATION` the first wins.
    @Test func aServerThatIsToldBothRefuses() throws {
        let pair = try TracedPair()
        SSL_set_options(
            pair.pointer(.server), probe_SSL_OP_NO_RENEGOTIATION | probe_SSL_OP_ALLOW_CLIENT_RENEGOTIATION)
        try pair.arrange(.renegotiate, at: .client)
        let failure = thrown(StepFailure.self) { try pair.pair.settle() }
        #expect(failure?.error.cause?.reason == SSL_R_NO_RENEGOTIATION)
        #expect(pair.trace.contains("s>warning(100)"))
    }

    // MARK: - Limits of a BIO

    /// "This function is automatically called by SSL_read(3) and SSL_write(3)": by BIO_read and BIO_write of a BIO with
    /// limits. SSL_read and SSL_write beside it do not even count.
    @Test func readsAndWritesBesideTheBIODoNotCount() throws {
        let pair = try TracedPair()
        let filter = try pair.with(.client) { client throws(OpenSSLError) in try ConnectionFilter(client) }
        try filter.renegotiate(everyBytes: 600)
        for _ in 0..<4 {
            _ = pair.write(String(repeating: "x", count: 500), at: .client)
            _ = pair.write(String(repeating: "x", count: 500), at: .server)
            try pair.pair.settle()
        }
        let count = filter.renegotiationCount
        #expect(count == 0 && pair.trace.isEmpty)
    }

    /// "Whenever the renegotiation byte count … [is] exceeded": to reach it is not enough.
    @Test func theByteCountIsToBeExceeded() throws {
        let pair = try TracedPair()
        let filter = try pair.with(.client) { client throws(OpenSSLError) in try ConnectionFilter(client) }
        try filter.renegotiate(everyBytes: 600)
        let full = write(600, to: filter)
        let before = filter.renegotiationCount
        let more = write(1, to: filter)
        let after = filter.renegotiationCount
        #expect(full.byteCount == 600 && before == 0 && more.byteCount == 1 && after == 1)
        // What exceeded it still went out before.
        #expect(pair.trace.isEmpty && pair.isPending(.client))
        let third = write(1, to: filter)
        #expect(third.isWaiting && pair.trace == ["c>client_hello"])
        let received = try pair.pair.drainServer()
        #expect(received.count == 601)
        try pair.pair.settle()
        #expect(!pair.isPending(.client) && !pair.isResumed(.client) && pair.counts(.client) == [1, 1])
    }

    @Test func bytesOfBothDirectionsCount() throws {
        let pair = try TracedPair()
        let filter = try pair.with(.client) { client throws(OpenSSLError) in try ConnectionFilter(client) }
        try filter.renegotiate(everyBytes: 600)
        _ = pair.write(String(repeating: "x", count: 400), at: .server)
        let step = read(from: filter)
        let half = filter.renegotiationCount
        _ = write(201, to: filter)
        let whole = filter.renegotiationCount
        #expect(step.byteCount == 400 && half == 0 && whole == 1)
    }

    @Test func theCountBeginsAgainAfterEachRenegotiation() throws {
        let pair = try TracedPair()
        let filter = try pair.with(.client) { client throws(OpenSSLError) in try ConnectionFilter(client) }
        try filter.renegotiate(everyBytes: 600)
        for round in 1...3 {
            #expect(write(500, to: filter).byteCount == 500)
            #expect(write(500, to: filter).byteCount == 500)
            let begun = write(500, to: filter)
            try pair.pair.settle()
            let count = filter.renegotiationCount
            #expect(begun.isWaiting && count == round && pair.counts(.client) == [round, round])
        }
    }

    /// In front of a server it asks for renegotiations.
    @Test func theBIOOfAServerSendsHelloRequests() throws {
        let pair = try TracedPair()
        let filter = try pair.with(.server) { server throws(OpenSSLError) in try ConnectionFilter(server) }
        try filter.renegotiate(everyBytes: 600)
        #expect(write(601, to: filter).byteCount == 601)
        #expect(pair.trace.isEmpty)
        #expect(write(1, to: filter).byteCount == 1)
        #expect(pair.trace == ["s>hello_request"])
        try pair.pair.settle()
        let count = filter.renegotiationCount
        #expect(count == 1 && pair.counts(.server) == [1, 1] && !pair.isPending(.server))
    }

    @Test func theBIOOfAClientFailsWhereTheServerRefuses() throws {
        let pair = try TracedPair { $0.allowsClientRenegotiation = false }
        let filter = try pair.with(.client) { client throws(OpenSSLError) in try ConnectionFilter(client) }
        try filter.renegotiate(everyBytes: 600)
        _ = write(601, to: filter)
        _ = write(1, to: filter)
        try pair.pair.drainServer()
        #expect(write(1, to: filter).cause == SSL_R_NO_RENEGOTIATION)
    }

    /// The page has no minimum: OpenSSL ignores less than 512 bytes without a word, and returns the limit before.
    @Test func fewerThan512BytesAreNoLimit() throws {
        let pair = try TracedPair()
        let filter = try pair.with(.client) { client throws(OpenSSLError) in try ConnectionFilter(client) }
        #expect(throws: OpenSSLError.self) { try filter.renegotiate(everyBytes: 511) }
        let first = probe_BIO_set_ssl_renegotiate_bytes(filter.pointer, 511)
        #expect(write(1000, to: filter).byteCount == 1000)
        let count = filter.renegotiationCount
        let second = probe_BIO_set_ssl_renegotiate_bytes(filter.pointer, 512)
        #expect(first == 0 && second == 0 && count == 0)
        #expect(write(513, to: filter).byteCount == 513)
        let counted = filter.renegotiationCount
        #expect(counted == 1)
    }

    /// 0 is below the minimum as well: who has set a limit cannot take it back.
    @Test func theByteLimitCannotBeSwitchedOff() throws {
        let pair = try TracedPair()
        let filter = try pair.with(.client) { client throws(OpenSSLError) in try ConnectionFilter(client) }
        let before = probe_BIO_set_ssl_renegotiate_bytes(filter.pointer, 600)
        let after = probe_BIO_set_ssl_renegotiate_bytes(filter.pointer, 0)
        #expect(before == 0 && after == 600)
        _ = write(601, to: filter)
        let count = filter.renegotiationCount
        #expect(count == 1)
    }

    /// Without a connection the BIO keeps nothing, and says 0, which is what it says to a first limit too.
    @Test func limitsThatAreSetBeforeTheConnectionAreLost() throws {
        let bio = try #require(BIO_new(BIO_f_ssl()))
        // All: it takes a reference to the BIO of the connection.
        defer { BIO_free_all(bio) }
        #expect(probe_BIO_set_ssl_renegotiate_bytes(bio, 600) == 0)
        #expect(probe_BIO_set_ssl_renegotiate_timeout(bio, 600) == 0)
        let pair = try libraryPair()
        _ = probe_BIO_set_ssl(bio, pair.client, Int(BIO_NOCLOSE))
        let bytes = [UInt8](repeating: 7, count: 1000)
        #expect(BIO_write(bio, bytes, 1000) == 1000)
        #expect(probe_BIO_get_num_renegotiates(bio) == 0)
        #expect(probe_BIO_set_ssl_renegotiate_bytes(bio, 512) == 0)
        #expect(probe_BIO_set_ssl_renegotiate_timeout(bio, 60) == 0)
    }

    /// The page has no minimum: less than 60 seconds are 5.
    @Test(arguments: [0, 1, 59])
    func fewerThan60SecondsAre5(seconds: Int) throws {
        let pair = try TracedPair()
        let filter = try pair.with(.client) { client throws(OpenSSLError) in try ConnectionFilter(client) }
        #expect(throws: OpenSSLError.self) { try filter.renegotiate(everySeconds: seconds) }
        _ = probe_BIO_set_ssl_renegotiate_timeout(filter.pointer, seconds)
        try FilterClock(filter).turnBack(by: 4)
        _ = write(1, to: filter)
        let early = filter.renegotiationCount
        try FilterClock(filter).turnBack(by: 3)
        _ = write(1, to: filter)
        let late = filter.renegotiationCount
        #expect(early == 0 && late == 1)
        let effective = probe_BIO_set_ssl_renegotiate_timeout(filter.pointer, 60)
        #expect(effective == 5)
    }

    /// "The timeout … [is] exceeded": which is noticed by the next read or write, and begun by the one after.
    @Test func theTimeIsLookedAtByReadsAndWritesOnly() throws {
        let pair = try TracedPair()
        let filter = try pair.with(.client) { client throws(OpenSSLError) in try ConnectionFilter(client) }
        try filter.renegotiate(everySeconds: 60)
        try FilterClock(filter).turnBack(by: 62)
        _ = pair.write("x", at: .client)
        _ = pair.read(at: .client)
        let unseen = filter.renegotiationCount
        #expect(unseen == 0 && pair.trace.isEmpty)
        #expect(write(1, to: filter).byteCount == 1)
        let seen = filter.renegotiationCount
        #expect(seen == 1 && pair.trace.isEmpty && pair.isPending(.client))
        #expect(write(1, to: filter).isWaiting)
        try pair.pair.settle()
        #expect(pair.trace.last == "c<finished")
        // The time runs anew.
        #expect(write(1, to: filter).byteCount == 1)
        let settled = filter.renegotiationCount
        #expect(settled == 1)
    }

    /// In TLS 1.3 the BIO counts what does not happen, and leaves the refusal in the queue of a write that succeeded.
    @Test func theBIOCountsInTLS13WhatDoesNotHappen() throws {
        let pair = try TracedPair(.tls13)
        let filter = try pair.with(.client) { client throws(OpenSSLError) in try ConnectionFilter(client) }
        try filter.renegotiate(everyBytes: 600)
        for round in 1...3 {
            let step = write(601, to: filter)
            let cause = OpenSSLError(draining: "BIO_write").cause
            #expect(step.byteCount == 601 && cause?.isTLS(SSL_R_WRONG_SSL_VERSION) == true)
            let count = filter.renegotiationCount
            #expect(count == round)
        }
        let received = try pair.pair.drainServer()
        #expect(received.count == 3 * 601 && pair.trace.isEmpty && pair.counts(.client) == [0, 0])
    }

    // MARK: - A client calls SSL_renegotiate_abbreviated

    /// "Similar … except that resuming the session … is attempted": message by message, and with the keys of before.
    @Test func anAbbreviatedOneResumesTheSession() throws {
        let pair = try TracedPair()
        let before = try pair.secret()
        let count = pair.pair.sessions.count
        try pair.renegotiate(.renegotiateAbbreviated, from: .client)
        #expect(pair.trace == Self.resumption)
        let isSame = try pair.secret().hasSameSecret(as: before)
        #expect(isSame && pair.isResumed(.client) && pair.isResumed(.server))
        // No new session, so none is handed over.
        #expect(pair.pair.sessions.count == count)
    }

    private static let resumption = [
        "c>client_hello", "s<client_hello",
        "s>server_hello", "s>change_cipher_spec", "s>finished",
        "c<server_hello", "c<finished", "c>change_cipher_spec", "c>finished",
        "s<finished",
    ]

    @Test func anAbbreviatedOneResumesByTheIdentifierWhereThereIsNoTicket() throws {
        let pair = try TracedPair { $0.tickets.mode = .stateful }
        let session = try pair.secret()
        #expect(session.ticket.isEmpty && !session.identifier.isEmpty)
        try pair.renegotiate(.renegotiateAbbreviated, from: .client)
        #expect(pair.hellos.map(\.sessionID) == [session.identifier] && pair.trace == Self.resumption)
    }

    /// "Is attempted": a server that keeps no sessions makes a full handshake of it.
    @Test func anAbbreviatedOneWithoutASessionIsAFullOne() throws {
        let pair = try TracedPair { $0.tickets.mode = .off }
        try pair.renegotiate(.renegotiateAbbreviated, from: .client)
        #expect(pair.hellos.map(\.offersSession) == [false])
        #expect(pair.trace.contains("s>certificate") && !pair.isResumed(.client) && !pair.isPending(.client))
    }

    /// "Is attempted": with `SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION` a server makes a full handshake of it, and
    /// keeps no session of that.
    @Test func aServerMayDeclineToResume() throws {
        let pair = try TracedPair { $0.resumesInRenegotiation = false }
        let before = try pair.secret()
        try pair.renegotiate(.renegotiateAbbreviated, from: .client)
        #expect(pair.hellos.map(\.offersSession) == [true])
        #expect(pair.trace.contains("s>certificate") && !pair.trace.contains("s>new_session_ticket"))
        let isSame = try pair.secret().hasSameSecret(as: before)
        #expect(!isSame && !pair.isResumed(.client) && !pair.isResumed(.server))
    }

    @Test func anAbbreviatedOneKeepsTheCertificateOfBefore() throws {
        let pair = try TracedPair()
        let identity = try ConnectionEnds.authority.get().issue(LeafTemplate(names: ["second.example"]))
        try identity.apply(toConnection: pair.pointer(.server))
        try pair.renegotiate(.renegotiateAbbreviated, from: .client)
        #expect(pair.isResumed(.client) && pair.pair.serverCertificate?.subjectCommonName == "localhost")
    }

    // MARK: - A server calls either

    /// "From the server side [they] behave identically": a HelloRequest, which our client answers by resuming.
    @Test(arguments: Function.allCases)
    func bothFunctionsOfAServerAskForOne(function: Function) throws {
        let pair = try TracedPair()
        try pair.renegotiate(function, from: .server)
        #expect(pair.trace == ["s>hello_request", "c<hello_request"] + Self.resumption)
        #expect(pair.isResumed(.client) && !pair.isPending(.server))
    }

    /// "A request for a new handshake": a HelloRequest is all of it, four bytes that say nothing.
    @Test func theRequestIsAHelloRequest() throws {
        let pair = try TracedPair()
        try pair.arrange(.renegotiate, at: .server)
        let step = pair.with(.server) { $0.handshake() }
        #expect(step.isDone && pair.trace == ["s>hello_request"] && pair.sizes == [4])
    }

    /// "The next time an I/O operation is performed": any, and a write goes out after the request at once.
    @Test(arguments: InputOutput.allCases)
    func eachKindOfIOOfAServerSendsTheRequest(operation: InputOutput) throws {
        let pair = try libraryPair()
        #expect(SSL_renegotiate(pair.server) == 1)
        let outcome = operation.perform(pair.server)
        #expect(pair.trace == ["s>hello_request"])
        switch operation {
        case .read, .peek: #expect(outcome.status == -1 && outcome.error == SSL_ERROR_WANT_READ)
        case .write: #expect(outcome.status == 1)
        case .handshake: #expect(outcome.status == 1)
        }
        #expect(pair.settle().client.count == (operation == .write ? 1 : 0))
        #expect(pair.trace.contains("c>finished") && SSL_renegotiate_pending(pair.server) == 0)
    }

    /// A server that begins needs nobody's permission.
    @Test func aServerThatRefusesClientsMayAskItself() throws {
        let pair = try TracedPair { $0.allowsClientRenegotiation = false }
        try pair.renegotiate(.renegotiate, from: .server)
        #expect(pair.trace.last == "s<finished" && !pair.isPending(.server))
    }

    /// Success of SSL_do_handshake says that the request was sent. The client has not even seen it.
    @Test func theRequestIsSentBeforeAnybodyAgreed() throws {
        let pair = try TracedPair { _ in
        } client: {
            $0.refusesRenegotiation = true
        }
        try pair.arrange(.renegotiate, at: .server)
        let step = pair.with(.server) { $0.handshake() }
        #expect(step.isDone && pair.with(.server) { $0.isFinished } && pair.isPending(.server))
        _ = pair.read(at: .client)
        #expect(pair.trace.last == "c>warning(100)")
    }

    /// More of SSL_do_handshake or SSL_accept reads nothing: the answer is for SSL_read, or SSL_peek.
    @Test(arguments: [InputOutput.read, .peek])
    func onlyAReadTakesTheAnswer(operation: InputOutput) throws {
        let pair = try libraryPair()
        #expect(SSL_renegotiate(pair.server) == 1 && SSL_do_handshake(pair.server) == 1)
        _ = pair.drain(pair.client)
        pair.clearTrace()
        for _ in 0..<3 { #expect(SSL_do_handshake(pair.server) == 1 && SSL_accept(pair.server) == 1) }
        #expect(pair.trace.isEmpty)
        let outcome = operation.perform(pair.server)
        #expect(outcome.status == -1 && outcome.error == SSL_ERROR_WANT_READ)
        #expect(pair.trace.prefix(2) == ["s<client_hello", "s>server_hello"])
    }

    /// What old books set the state for, today ends the connection.
    @Test func toSetTheStateOfAServerAnewFails() throws {
        let pair = try libraryPair()
        #expect(SSL_renegotiate(pair.server) == 1 && SSL_do_handshake(pair.server) == 1)
        _ = pair.drain(pair.client)
        SSL_set_accept_state(pair.server)
        let outcome = Outcome(pair.server) { SSL_do_handshake($0) }
        #expect(outcome.status == -1 && outcome.cause == Self.internalError)
    }

    /// `ERR_R_INTERNAL_ERROR`, a cast macro.
    private static let internalError: Int32 = 786_691

    /// Each call before the answer sends a request of its own, and all have one answer.
    @Test func aServerMayAskAgain() throws {
        let pair = try TracedPair()
        for _ in 0..<3 {
            try pair.arrange(.renegotiate, at: .server)
            _ = pair.with(.server) { $0.handshake() }
        }
        try pair.pair.settle()
        #expect(pair.trace.count { $0 == "s>hello_request" } == 3 && pair.hellos.count == 1)
        #expect(pair.counts(.server) == [3, 3] && pair.counts(.client) == [1, 1] && !pair.isPending(.server))
    }

    // MARK: - What the client makes of it

    /// "The client may or may not respond": one that only writes never sees the request, and nobody minds.
    @Test func aServerServesOnWhileItsRequestIsIgnored() throws {
        let pair = try TracedPair()
        try pair.arrange(.renegotiate, at: .server)
        for _ in 0..<5 {
            _ = pair.write("ping", at: .client)
            let data = try pair.pair.drainServer()
            let answer = pair.write("pong", at: .server)
            #expect(data == Array("ping".utf8) && answer.byteCount == 4)
        }
        #expect(pair.trace == ["s>hello_request"])
        #expect(pair.isPending(.server) && pair.with(.server) { $0.isFinished })
    }

    /// "The client may or may not respond": one with `SSL_OP_NO_RENEGOTIATION` says no and would go on; the server, ours,
    /// takes that for the end.
    @Test(arguments: Function.allCases)
    func aServerDiesOfARefusal(function: Function) throws {
        let pair = try TracedPair { _ in
        } client: {
            $0.refusesRenegotiation = true
        }
        try pair.arrange(function, at: .server)
        _ = pair.read(at: .server)
        let refusal = pair.read(at: .client)
        let written = pair.write("still here", at: .client)
        let server = pair.read(at: .server)
        let client = pair.read(at: .client)
        #expect(
            pair.trace == [
                "s>hello_request", "c<hello_request", "c>warning(100)",
                "s<warning(100)", "s>fatal(40)", "c<fatal(40)",
            ])
        #expect(!refusal.isFailure && written.byteCount == 10)
        #expect(server.cause == SSL_R_NO_RENEGOTIATION)
        #expect(client.cause == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)
        #expect(pair.isPending(.server))
    }

    /// "It may or may not attempt to resume": ours attempts it, and the server decides.
    @Test(arguments: [true, false])
    func aClientAnswersByOfferingItsSession(resumes: Bool) throws {
        let pair = try TracedPair { $0.resumesInRenegotiation = resumes }
        try pair.renegotiate(.renegotiate, from: .server)
        #expect(pair.hellos.map(\.offersSession) == [true])
        #expect(pair.isResumed(.client) == resumes && pair.trace.contains("s>certificate") == !resumes)
    }

    /// "Handled transparently during any I/O function": a read is enough at both ends, and loses no data.
    @Test(arguments: End.allCases, Function.allCases)
    func readsAreEnoughAndLoseNothing(end: End, function: Function) throws {
        let pair = try TracedPair()
        _ = pair.write("to the server", at: .client)
        _ = pair.write("to the client", at: .server)
        try pair.arrange(function, at: end)
        var (toServer, toClient): ([UInt8], [UInt8]) = ([], [])
        for _ in 0..<4 {
            toClient += try pair.pair.drainClient()
            toServer += try pair.pair.drainServer()
        }
        #expect(toServer == Array("to the server".utf8) && toClient == Array("to the client".utf8))
        #expect(pair.hellos.count == 1 && !pair.isPending(end))
        #expect(pair.isResumed(.client) == (end == .server || function == .renegotiateAbbreviated))
    }

    /// "During any I/O function": a write that has nothing to wait for reads nothing, so it does not answer either.
    @Test func aWriteOfTheClientDoesNotAnswer() throws {
        let pair = try TracedPair()
        try pair.arrange(.renegotiate, at: .server)
        _ = pair.with(.server) { $0.handshake() }
        let written = pair.write("data", at: .client)
        #expect(written.byteCount == 4 && pair.trace == ["s>hello_request"])
        _ = pair.read(at: .client)
        #expect(pair.trace.last == "c>client_hello")
    }

    /// "Transparently": one SSL_read takes the end of the handshake and the data behind it.
    @Test func oneReadTakesTheEndOfItAndTheDataBehind() throws {
        let pair = try libraryPair()
        #expect(SSL_renegotiate_abbreviated(pair.client) == 1)
        pair.read(pair.client)
        _ = pair.drain(pair.server)
        #expect(pair.write("data", from: pair.client).status == 4)
        #expect(pair.read(pair.server).status == 4 && pair.trace.last == "s<finished")
    }

    /// "Transparently": on a socket that blocks, one SSL_read of the server takes all of the handshake and the data behind
    /// it, with SSL_MODE_AUTO_RETRY, the default. Without it, it returns after the handshake and wants to be called again.
    @Test(arguments: [true, false])
    func aReadThatBlocksTakesAllOfIt(retries: Bool) async throws {
        let pair = try libraryPair()
        if retries { SSL_ctrl(pair.server, SSL_CTRL_MODE, Int(SSL_MODE_AUTO_RETRY), nil) }
        // The trace belongs to this thread.
        SSL_set_msg_callback(pair.server, nil)
        try #require(fcntl(SSL_get_fd(pair.server), F_SETFL, 0) == 0)
        let (client, server) = (HandedOver(ssl: pair.client), HandedOver(ssl: pair.server))
        // Each end has a thread of its own, and none waits for the pool: others may have taken all of it.
        let (isAnswered, outcome) = try await OwnThread.run {
            let reading = OwnThread.Result {
                var buffer = [UInt8](repeating: 0, count: 64)
                return Outcome(server.ssl) { SSL_read($0, &buffer, Int32(buffer.count)) }
            }
            var buffer = [UInt8](repeating: 0, count: 64)
            _ = Outcome(client.ssl) { SSL_renegotiate($0) }
            for _ in 0..<10 where SSL_renegotiate_pending(client.ssl) == 1 {
                _ = Outcome(client.ssl) { SSL_read($0, &buffer, Int32(buffer.count)) }
                var entry = pollfd(fd: SSL_get_fd(client.ssl), events: Int16(POLLIN), revents: 0)
                if SSL_renegotiate_pending(client.ssl) == 1 { poll(&entry, 1, 10_000) }
            }
            let isAnswered = SSL_renegotiate_pending(client.ssl) == 0
            // Whatever came of it, something ends the read.
            if isAnswered {
                _ = Outcome(client.ssl) { SSL_write($0, "data", 4) }
            } else {
                shutdown(SSL_get_fd(client.ssl), Int32(SHUT_RDWR))
            }
            return (isAnswered, reading.wait())
        }
        #expect(isAnswered)
        if retries {
            #expect(outcome.status == 4)
        } else {
            #expect(outcome.status == -1 && outcome.error == SSL_ERROR_WANT_READ)
            #expect(pair.read(pair.server).status == 4)
        }
    }

    /// "Any I/O function": SSL_do_handshake of a client takes no data that is on its way, and ends the connection.
    @Test(arguments: Function.allCases)
    func aHandshakeOfTheClientDiesOfDataInFlight(function: Function) throws {
        let pair = try TracedPair()
        _ = pair.write("in flight", at: .server)
        try pair.arrange(function, at: .client)
        let client = pair.with(.client) { $0.handshake() }
        #expect(client.cause == SSL_R_UNEXPECTED_RECORD)
        #expect(pair.trace.suffix(1) == ["c>fatal(10)"])
        _ = pair.read(at: .server)
        let server = pair.read(at: .server)
        #expect(server.cause == SSL_R_SSLV3_ALERT_UNEXPECTED_MESSAGE)
    }

    /// With SSL_read instead, the same data are delivered in the middle of the handshake.
    @Test func aReadOfTheClientSurvivesDataInFlight() throws {
        let pair = try TracedPair()
        _ = pair.write("in flight", at: .server)
        try pair.arrange(.renegotiate, at: .client)
        let data = try pair.pair.drainClient()
        #expect(data == Array("in flight".utf8))
        #expect(pair.trace == ["c>client_hello"] && pair.isPending(.client))
        try pair.pair.settle()
        #expect(pair.trace.last == "c<finished")
    }

    /// A server's SSL_do_handshake reads nothing, so it survives.
    @Test func aHandshakeOfTheServerSurvivesDataInFlight() throws {
        let pair = try TracedPair()
        _ = pair.write("in flight", at: .client)
        try pair.arrange(.renegotiate, at: .server)
        let step = pair.with(.server) { $0.handshake() }
        let data = try pair.pair.drainServer()
        #expect(step.isDone && data == Array("in flight".utf8))
        try pair.pair.settle()
        #expect(pair.trace.last == "s<finished" && !pair.isPending(.server))
    }

    @Test(arguments: Function.allCases)
    func bothEndsMayBeginAtOnceAndMakeOneHandshake(function: Function) throws {
        let pair = try TracedPair()
        try pair.arrange(function, at: .client)
        try pair.arrange(.renegotiate, at: .server)
        _ = pair.read(at: .client)
        _ = pair.with(.server) { $0.handshake() }
        #expect(pair.trace == ["c>client_hello", "s>hello_request"])
        try pair.pair.settle()
        #expect(pair.hellos.count == 1 && !pair.isPending(.client) && !pair.isPending(.server))
        #expect(pair.isResumed(.client) == (function == .renegotiateAbbreviated))
        _ = pair.write("after", at: .client)
        #expect(try pair.pair.drainServer() == Array("after".utf8))
    }

    // MARK: - DTLS

    /// "DTLS clients do not attempt to resume the session": an answer to a HelloRequest is a full handshake, whichever
    /// function the server called. So it is in OpenSSL 3.
    @Test(arguments: Function.allCases)
    func aDTLSClientAnswersWithAFullHandshake(function: Function) throws {
        let pair = try libraryPair(.dtls12)
        #expect(function.call(pair.server) == 1 && SSL_do_handshake(pair.server) == 1)
        pair.settle()
        #expect(pair.trace.first == "s>hello_request" && pair.trace.contains("s>certificate"))
        #expect(SSL_session_reused(pair.client) == 0 && SSL_session_reused(pair.server) == 0)
        #expect(SSL_renegotiate_pending(pair.server) == 0)
        // It is the answer that does not resume: the session could be.
        pair.clearTrace()
        #expect(SSL_renegotiate_abbreviated(pair.client) == 1)
        pair.settle()
        #expect(SSL_session_reused(pair.client) == 1)
    }

    /// When the client begins, DTLS is as TLS.
    @Test(arguments: Function.allCases)
    func aDTLSClientThatBeginsResumesWhenAbbreviated(function: Function) throws {
        let pair = try libraryPair(.dtls12)
        #expect(function.call(pair.client) == 1)
        pair.read(pair.client)
        #expect(pair.trace == ["c>client_hello"])
        pair.settle()
        let isFull = function == .renegotiate
        #expect(pair.trace.contains("s>certificate") == isFull)
        #expect(SSL_session_reused(pair.client) == (isFull ? 0 : 1) && SSL_renegotiate_pending(pair.client) == 0)
        pair.write("after", from: pair.client)
        #expect(pair.settle().server == Array("after".utf8))
    }

    @Test func aDTLSServerRefusesByDefault() throws {
        let pair = try LibraryPair(.dtls12)
        try pair.shakeHands()
        pair.settle()
        pair.clearTrace()
        #expect(SSL_renegotiate(pair.client) == 1)
        pair.read(pair.client)
        _ = pair.drain(pair.server)
        let client = pair.read(pair.client)
        #expect(client.status == -1 && client.cause == SSL_R_NO_RENEGOTIATION)
        #expect(pair.trace.contains("s>alert(100)") && pair.trace.last == "c>alert(40)")
    }

    // MARK: - Return values

    /// "0 on error": in TLS 1.3 there is no renegotiation, for either function at either end.
    @Test(arguments: Function.allCases, End.allCases)
    func thereIsNoneInTLS13(function: Function, end: End) throws {
        let pair = try TracedPair(.tls13)
        let status = function.call(pair.pointer(end))
        #expect(status == 0 && OpenSSLError(draining: "").cause?.isTLS(SSL_R_WRONG_SSL_VERSION) == true)
        let error = thrown(OpenSSLError.self) { try pair.arrange(function, at: end) }
        #expect(error?.cause?.isTLS(SSL_R_WRONG_SSL_VERSION) == true)
        _ = pair.read(at: end)
        #expect(!pair.isPending(end) && pair.trace.isEmpty && pair.counts(end) == [0, 0])
    }

    /// "0 on error": with `SSL_OP_NO_RENEGOTIATION` an end does not begin one either.
    @Test(arguments: Function.allCases, End.allCases)
    func anEndThatIsToldNotToDoesNotBegin(function: Function, end: End) throws {
        let pair = try TracedPair()
        SSL_set_options(pair.pointer(end), probe_SSL_OP_NO_RENEGOTIATION)
        let error = thrown(OpenSSLError.self) { try pair.arrange(function, at: end) }
        #expect(error?.cause?.isTLS(SSL_R_NO_RENEGOTIATION) == true)
        _ = pair.read(at: end)
        #expect(!pair.isPending(end) && pair.trace.isEmpty)
    }

    /// "1 on success": the library also says 1 before the first handshake. That then fails, and the next data go out in
    /// clear.
    @Test(arguments: Function.allCases)
    func calledBeforeTheHandshakeTheLibrarySendsTheNextDataInClear(function: Function) throws {
        let wire = try BareClient()
        #expect(function.call(wire.client) == 1 && SSL_renegotiate_pending(wire.client) == 1)
        let handshake = Outcome(wire.client) { SSL_do_handshake($0) }
        #expect(handshake.status == -1 && handshake.cause == Self.internalError)
        #expect(wire.sent().isEmpty)
        let secret = Array("SECRET".utf8)
        let write = Outcome(wire.client) { SSL_write($0, secret, 6) }
        #expect(write.status == 6 && wire.sent() == [0x17, 3, 3, 0, 6] + secret)
    }

    /// Nor need anybody call SSL_do_handshake: the second of two writes goes out in clear.
    @Test func aWriteThatIsRepeatedGoesOutInClear() throws {
        let wire = try BareClient()
        #expect(SSL_renegotiate(wire.client) == 1)
        let secret = Array("SECRET".utf8)
        let first = Outcome(wire.client) { SSL_write($0, secret, 6) }
        let second = Outcome(wire.client) { SSL_write($0, secret, 6) }
        #expect(first.status == -1 && first.cause == Self.internalError)
        #expect(second.status == 6 && wire.sent().suffix(6) == secret)
    }

    /// In the middle of the first handshake the library says 1 too; later the client waits for an answer to what it never
    /// sent.
    @Test func calledInTheMiddleOfTheHandshakeTheLibraryGetsStuck() throws {
        let pair = try LibraryPair(.tls12)
        SSL_set_options(pair.server, probe_SSL_OP_ALLOW_CLIENT_RENEGOTIATION)
        _ = Outcome(pair.client) { SSL_do_handshake($0) }
        #expect(SSL_renegotiate(pair.client) == 1)
        try pair.shakeHands()
        pair.clearTrace()
        let write = pair.write("data", from: pair.client)
        #expect(write.status == -1 && write.error == SSL_ERROR_WANT_READ && pair.trace.isEmpty)
    }

    /// The binding refuses both, at either end, and then the handshake and the data are as ever.
    @Test(arguments: Function.allCases, End.allCases)
    func calledTooEarlyTheBindingRefuses(function: Function, end: End) throws {
        let pair = try TracedPair(isFinished: false)
        #expect(throws: OpenSSLError(operation: function.name, reasons: [])) { try pair.arrange(function, at: end) }
        _ = pair.with(.client) { $0.handshake() }
        _ = pair.with(.server) { $0.handshake() }
        #expect(throws: OpenSSLError(operation: function.name, reasons: [])) { try pair.arrange(function, at: end) }
        #expect(!pair.isPending(end))
        try pair.pair.shakeHands()
        try pair.pair.settle()
        _ = pair.write("SECRET", at: .client)
        #expect(try pair.pair.drainServer() == Array("SECRET".utf8))
        #expect(pair.hellos.count == 1)
    }

    /// "1 on success": after close_notify as well, and a hello follows what was to be the last record.
    @Test func theLibraryRenegotiatesAfterCloseNotify() throws {
        let pair = try TracedPair()
        _ = pair.with(.client) { $0.shutdown() }
        try pair.arrange(.renegotiate, at: .client)
        _ = pair.read(at: .client)
        #expect(pair.trace == ["c>close_notify", "c>client_hello"])
    }

    /// "1 if a renegotiation … has been scheduled but not yet acted on": it stays 1 until the end of the handshake.
    @Test(arguments: Function.allCases)
    func itIsPendingForAClientUntilTheHandshakeIsOver(function: Function) throws {
        let pair = try TracedPair()
        #expect(!pair.isPending(.client))
        try pair.arrange(function, at: .client)
        #expect(pair.isPending(.client))
        _ = pair.read(at: .client)
        #expect(pair.trace == ["c>client_hello"] && pair.isPending(.client))
        try pair.pair.drainServer()
        #expect(pair.isPending(.client))
        try pair.pair.settle()
        #expect(!pair.isPending(.client))
    }

    /// The same of a server: the request was acted on when it was sent, but stays pending until the client has done its
    /// part.
    @Test func itIsPendingForAServerUntilTheClientFinished() throws {
        let pair = try TracedPair()
        try pair.arrange(.renegotiate, at: .server)
        _ = pair.with(.server) { $0.handshake() }
        #expect(pair.trace == ["s>hello_request"] && pair.isPending(.server))
        try pair.pair.drainClient()
        #expect(pair.trace.last == "c>client_hello" && pair.isPending(.server))
        try pair.pair.drainServer()
        #expect(pair.isPending(.server))
        try pair.pair.drainClient()
        #expect(pair.trace.last == "c>finished" && pair.isPending(.server))
        try pair.pair.drainServer()
        #expect(!pair.isPending(.server))
    }

    // MARK: - See also: SSL_num_renegotiations

    /// A client counts what it begins and what it answers; a server only what it asks for.
    @Test func aServerCountsOnlyItsRequests() throws {
        let pair = try TracedPair()
        try pair.renegotiate(.renegotiate, from: .client)
        #expect(pair.counts(.client) == [1, 1] && pair.counts(.server) == [0, 0])
        try pair.renegotiate(.renegotiate, from: .server)
        #expect(pair.counts(.client) == [2, 2] && pair.counts(.server) == [1, 1])
        try pair.renegotiate(.renegotiateAbbreviated, from: .client)
        #expect(pair.counts(.client) == [3, 3] && pair.counts(.server) == [1, 1])
    }

    /// To clear the count returns it, and leaves the total alone.
    @Test func toClearTheCountKeepsTheTotal() throws {
        let pair = try TracedPair()
        for _ in 0..<2 { try pair.renegotiate(.renegotiate, from: .client) }
        let cleared = SSL_ctrl(pair.pointer(.client), SSL_CTRL_CLEAR_NUM_RENEGOTIATIONS, 0, nil)
        #expect(cleared == 2 && pair.counts(.client) == [0, 2])
        try pair.renegotiate(.renegotiate, from: .client)
        #expect(pair.counts(.client) == [1, 3])
    }

    /// The contexts count apart from that, what begins and what is completed, whoever began.
    @Test func theContextsCountWhatAClientBegins() throws {
        let pair = try TracedPair()
        for function in Function.allCases { try pair.renegotiate(function, from: .client) }
        #expect(pair.statistics(.client) == .init(first: 1, completed: 3, renegotiations: 2))
        #expect(pair.statistics(.server) == .init(first: 1, completed: 3, renegotiations: 2))
    }

    /// A refused one counts as well, at both ends.
    @Test func theContextsCountWhatWasRefused() throws {
        let pair = try TracedPair { $0.allowsClientRenegotiation = false }
        try pair.arrange(.renegotiate, at: .client)
        _ = pair.read(at: .client)
        _ = pair.read(at: .server)
        #expect(pair.statistics(.client) == .init(first: 1, completed: 1, renegotiations: 1))
        #expect(pair.statistics(.server) == .init(first: 1, completed: 1, renegotiations: 1))
    }

    /// To a server's context its own request is one more; only what is completed can be counted there.
    @Test func theContextOfAServerCountsARequestMoreThanOnce() throws {
        let pair = try TracedPair()
        try pair.renegotiate(.renegotiate, from: .server)
        #expect(pair.statistics(.client) == .init(first: 1, completed: 2, renegotiations: 1))
        let server = pair.statistics(.server)
        #expect(server.first == 1 && server.completed == 2 && server.renegotiations > 1)
    }

    /// The info callback counts a HelloRequest as a handshake of its own, so nobody should count there.
    @Test(arguments: End.allCases)
    func aHelloRequestLooksLikeAHandshakeToTheInfoCallback(end: End) throws {
        let pair = try TracedPair()
        var (client, server): ([String], [String]) = ([], [])
        pair.with(.client) { $0.observeProgress { client += $0.isStart ? ["start"] : $0.isDone ? ["done"] : [] } }
        pair.with(.server) { $0.observeProgress { server += $0.isStart ? ["start"] : $0.isDone ? ["done"] : [] } }
        try pair.renegotiate(.renegotiate, from: end)
        #expect(client == ["start", "done"])
        #expect(server == (end == .client ? ["start", "done"] : ["start", "done", "start", "done"]))
    }

    /// A HelloRetryRequest is a ServerHello to the message callback: two hellos of a client are not yet a renegotiation.
    @Test func aRetriedHandshakeLooksLikeTwoToTheMessageCallback() throws {
        let contexts = try LibraryContexts(.tls13)
        try #require(probe_SSL_CTX_set1_groups_list(contexts.client, "P-384:P-256") == 1)
        try #require(probe_SSL_CTX_set1_groups_list(contexts.server, "P-256") == 1)
        let pair = try LibraryPair(contexts)
        try pair.shakeHands()
        #expect(pair.trace.count { $0 == "c>client_hello" } == 2)
        #expect(pair.trace.count { $0 == "c<server_hello" } == 2)
        #expect(probe_SSL_total_renegotiations(pair.client) == 0)
    }

    // MARK: - Secure renegotiation

    /// In TLS 1.3 the question has no meaning, and a server's answer changed with 3.5.
    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func bothEndsSupportRFC5746UpToTLS12(version: ProtocolVersion) throws {
        let pair = try TracedPair(version)
        let client = pair.with(.client) { $0.supportsSecureRenegotiation }
        let server = pair.with(.server) { $0.supportsSecureRenegotiation }
        #expect(client == (version == .tls12))
        #expect(server == (version == .tls12 || !LibraryVersion.isAtLeast(3, 5)))
    }

    /// A client leaves a server that does not speak RFC 5746, unless it is told to stay.
    @Test(arguments: [false, true])
    func aClientLeavesAServerWithoutRFC5746(stays: Bool) throws {
        var settings = ClientSettings()
        settings.tls.maximum = .tls12
        settings.allowsUnsafeLegacyRenegotiation = stays
        let ends = try ConnectionEnds(client: settings)
        let client = try Connection(client: ends.client, settings: ConnectionSettings())
        let peer = try BarePeer(client)
        _ = client.handshake()
        try peer.send(Self.oldServerHello)
        let step = client.handshake()
        let supports = client.supportsSecureRenegotiation
        let alerts = peer.received().suffix(7)
        if stays {
            #expect(step.isWaiting && !supports)
        } else {
            #expect(step.cause == SSL_R_UNSAFE_LEGACY_RENEGOTIATION_DISABLED)
            #expect(alerts == [21, 3, 3, 0, 2, 2, 40])
        }
    }

    /// A server serves a client that does not speak RFC 5746 by default, and knows which is which.
    @Test(arguments: [false, true])
    func aServerServesAClientWithoutRFC5746(speaks: Bool) throws {
        let ends = try ConnectionEnds()
        let server = try Connection(server: ends.server)
        let peer = try BarePeer(server)
        var sent: [String] = []
        server.observer.onMessage = { if $0.direction == .sent, let name = $0.name { sent.append(name) } }
        try peer.send(Self.oldClientHello(speaks: speaks))
        let step = server.handshake()
        let supports = server.supportsSecureRenegotiation
        #expect(step.isWaiting && supports == speaks)
        #expect(sent == ["server_hello", "certificate", "server_key_exchange", "server_hello_done"])
    }

    /// A client that stays may renegotiate as well, although nothing ties the handshakes together. GnuTLS is the server.
    @Test func aClientThatStaysRenegotiatesWithoutRFC5746() async throws {
        let server = try await GnuTLSServer(
            Self.withoutRFC5746, "--disable-client-cert", certificate: ConnectionFixtures.get().leaf)
        let port = server.port
        var settings = ClientSettings()
        settings.tls.maximum = .tls12
        settings.allowsUnsafeLegacyRenegotiation = true
        let context = try ConnectionEnds(client: settings).client
        let (supports, counts, failure) = try await OwnThread.run {
            let socket = try WaitingSocket(RawSocket.connected(to: port))
            let client = try Connection(client: context, settings: ConnectionSettings())
            try client.attach(descriptor: socket.descriptor)
            _ = socket.read(client) { $0.isFinished }
            try client.renegotiate()
            let failure = socket.read(client) { !$0.isRenegotiationPending }
            return (
                client.supportsSecureRenegotiation, [client.renegotiationCount, client.isFinished ? 1 : 0],
                failure?.error.cause?.reason
            )
        }
        #expect(!supports && counts == [1, 1] && failure == nil)
    }

    /// What such a client begins, a server takes only when it allows both: to begin, and to do so unsafely. Refused, it may
    /// try again, and stays connected. GnuTLS is the client.
    @Test(arguments: [false, true])
    func aServerRenegotiatesWithoutRFC5746OnlyWhereThatIsAllowed(allowsUnsafe: Bool) async throws {
        var settings = ServerSettings()
        settings.tls.maximum = .tls12
        settings.allowsClientRenegotiation = true
        settings.allowsUnsafeLegacyRenegotiation = allowsUnsafe
        let context = try ConnectionEnds(settings).server
        let listener = try OneVisit()
        let port = listener.port
        async let client = InstalledProgram.gnutlsCli.run(
            ["--inline-commands", "--insecure", Self.withoutRFC5746, "-p", "\(port)", "127.0.0.1"],
            input: "^renegotiate^\n")
        let trace = try await OwnThread.run {
            let socket = try listener.accept()
            let server = try Connection(server: context)
            try server.attach(descriptor: socket.descriptor)
            var trace: [String] = []
            server.observer.onMessage = { message in
                guard message.direction == .sent, let name = message.name else { return }
                if case .alert(let alert) = message.content { trace.append("\(alert)") } else { trace.append(name) }
            }
            _ = socket.read(server) { _ in trace.count { $0 == "warning no_renegotiation" } == 3 }
            return trace
        }
        _ = try await client
        #expect(trace.count { $0 == "finished" } == (allowsUnsafe ? 2 : 1), "\(trace)")
        #expect(trace.count { $0 == "warning no_renegotiation" } == (allowsUnsafe ? 0 : 3), "\(trace)")
    }

    private static let withoutRFC5746 = "--priority=NORMAL:-VERS-ALL:+VERS-TLS1.2:%DISABLE_SAFE_RENEGOTIATION"

    /// A TLS 1.2 ServerHello without a single extension, in a record.
    private static let oldServerHello: [UInt8] =
        [22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3] + [UInt8](repeating: 1, count: 32) + [0, 0xc0, 0x2b, 0]

    /// A TLS 1.2 ClientHello without renegotiation_info, in a record; with the signalling value of RFC 5746 or without.
    private static func oldClientHello(speaks: Bool) -> [UInt8] {
        let suites: [UInt8] = [0xc0, 0x2b] + (speaks ? [0, 0xff] : [])
        // secp256r1, and signatures by it.
        let extensions: [UInt8] = [0, 10, 0, 4, 0, 2, 0, 23] + [0, 13, 0, 4, 0, 2, 4, 3]
        var hello: [UInt8] = [3, 3]
        hello += [UInt8](repeating: 1, count: 32)
        hello += [0, 0, UInt8(suites.count)]
        hello += suites
        hello += [1, 0, 0, UInt8(extensions.count)]
        hello += extensions
        let header: [UInt8] = [22, 3, 1, 0, UInt8(hello.count + 4), 1, 0, 0, UInt8(hello.count)]
        return header + hello
    }

    // MARK: - Renegotiation to demand a certificate

    /// Nothing in the page warns of it: the client resumes, so the server that demands a certificate never asks for one,
    /// and everything succeeds. For that the server's sessions need a context, which the binding gives them.
    @Test func aDemandIsForgottenWhereTheSessionIsResumed() throws {
        let pair = try TracedPair(knowsClient: true)
        pair.with(.server) { $0.demandCertificate(.require) }
        try pair.renegotiate(.renegotiate, from: .server)
        #expect(pair.trace == ["s>hello_request", "c<hello_request"] + Self.resumption)
        #expect(pair.pair.clientCertificate == nil)
    }

    /// Without a session context the same ends the connection.
    @Test func aDemandWithoutASessionContextIsFatal() throws {
        let pair = try libraryPair()
        SSL_set_verify(pair.server, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        #expect(SSL_renegotiate(pair.server) == 1 && SSL_do_handshake(pair.server) == 1)
        _ = pair.drain(pair.client)
        let server = pair.read(pair.server)
        let client = pair.read(pair.client)
        #expect(server.error == SSL_ERROR_SSL && server.cause == SSL_R_SESSION_ID_CONTEXT_UNINITIALIZED)
        #expect(pair.trace.suffix(2) == ["s>alert(80)", "c<alert(80)"])
        #expect(client.cause == SSL_R_TLSV1_ALERT_INTERNAL_ERROR)
    }

    /// Another session context before the request makes the handshake a full one, and asks.
    @Test func aDemandIsMetInAnotherSessionContext() throws {
        let pair = try TracedPair(knowsClient: true)
        pair.with(.server) { $0.demandCertificate(.require) }
        try pair.with(.server) { server throws(OpenSSLError) in try server.leaveSessionContext() }
        try pair.renegotiate(.renegotiate, from: .server)
        #expect(pair.trace.contains("s>certificate_request") && pair.trace.contains("s<certificate_verify"))
        #expect(pair.pair.clientCertificate?.subjectCommonName == "client.example" && !pair.isResumed(.client))
    }

    /// So does a server that never resumes in a renegotiation.
    @Test func aDemandIsMetWhereNothingIsResumed() throws {
        let pair = try TracedPair(knowsClient: true) { $0.resumesInRenegotiation = false }
        pair.with(.server) { $0.demandCertificate(.require) }
        try pair.renegotiate(.renegotiate, from: .server)
        #expect(pair.trace.contains("s>certificate_request"))
        #expect(pair.pair.clientCertificate?.subjectCommonName == "client.example")
    }

    @Test func aDemandThatIsNotMetIsFatal() throws {
        let pair = try TracedPair { $0.resumesInRenegotiation = false }
        pair.with(.server) { $0.demandCertificate(.require) }
        try pair.arrange(.renegotiate, at: .server)
        let server = thrown(StepFailure.self) { try pair.pair.settle() }
        #expect(server?.error.cause?.reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
        let client = thrown(StepFailure.self) { try pair.pair.drainClient() }
        #expect(client?.error.cause?.reason == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)
        #expect(pair.trace.suffix(2) == ["s>fatal(40)", "c<fatal(40)"])
    }

    /// With `SSL_VERIFY_CLIENT_ONCE` a renegotiation does not ask again, and the server forgets what it was shown.
    @Test(arguments: [false, true])
    func aServerThatAsksOnceForgetsTheCertificate(once: Bool) throws {
        let contexts = try LibraryContexts(.tls12)
        let authority = try ConnectionEnds.authority.get()
        X509_STORE_add_cert(SSL_CTX_get_cert_store(contexts.server), authority.certificate.pointer)
        SSL_CTX_set_verify(contexts.server, SSL_VERIFY_PEER | (once ? SSL_VERIFY_CLIENT_ONCE : 0), nil)
        try #require(SSL_CTX_set_session_id_context(contexts.server, [1], 1) == 1)
        try TracedPair.clientIdentity().apply(toContext: contexts.client)
        let pair = try libraryPair(contexts)
        #expect(SSL_get0_peer_certificate(pair.server) != nil)
        #expect(SSL_renegotiate(pair.client) == 1)
        pair.read(pair.client)
        pair.settle()
        #expect(pair.trace.last == "c<finished")
        #expect(pair.trace.contains("s>certificate_request") == !once)
        #expect((SSL_get0_peer_certificate(pair.server) == nil) == once)
    }

    // MARK: - What the tests share

    /// A pair of the library that has shaken hands, whose server takes part in what the client begins.
    private func libraryPair(_ version: LibraryContexts.Version = .tls12) throws -> LibraryPair {
        try libraryPair(LibraryContexts(version))
    }

    private func libraryPair(_ contexts: LibraryContexts) throws -> LibraryPair {
        let pair = try LibraryPair(contexts)
        SSL_set_options(pair.server, probe_SSL_OP_ALLOW_CLIENT_RENEGOTIATION)
        try pair.shakeHands()
        pair.settle()
        pair.clearTrace()
        return pair
    }

    private func write(_ count: Int, to filter: borrowing ConnectionFilter) -> Step {
        [UInt8](repeating: 7, count: count).withUnsafeBytes { filter.write($0) }
    }

    private func read(from filter: borrowing ConnectionFilter) -> Step {
        var buffer = [UInt8](repeating: 0, count: 1024)
        return buffer.withUnsafeMutableBytes { filter.read(into: $0) }
    }

    /// The functions of the page.
    enum Function: CaseIterable {
        case renegotiate, renegotiateAbbreviated

        var name: String { self == .renegotiate ? "SSL_renegotiate" : "SSL_renegotiate_abbreviated" }

        func call(_ ssl: OpaquePointer) -> Int32 {
            ERR_clear_error()
            return self == .renegotiate ? SSL_renegotiate(ssl) : SSL_renegotiate_abbreviated(ssl)
        }
    }

    /// The ends of a connection.
    enum End: CaseIterable {
        case client, server

        var other: End { self == .client ? .server : .client }
        var letter: String { self == .client ? "c" : "s" }
    }

    /// An SSL that another thread uses while the one it comes from keeps away from it.
    private struct HandedOver: @unchecked Sendable { let ssl: OpaquePointer }

    /// The calls that read and write.
    enum InputOutput: CaseIterable {
        case read, write, peek, handshake

        func perform(_ ssl: OpaquePointer) -> Outcome {
            var byte: UInt8 = 0x78
            return Outcome(ssl) { ssl in
                switch self {
                case .read: SSL_read(ssl, &byte, 1)
                case .write: SSL_write(ssl, &byte, 1)
                case .peek: SSL_peek(ssl, &byte, 1)
                case .handshake: SSL_do_handshake(ssl)
                }
            }
        }
    }
}

/// A pair of the binding that has shaken hands, and the trace of all that follows.
private final class TracedPair {
    typealias End = SSLRenegotiatePageTests.End
    typealias Function = SSLRenegotiatePageTests.Function

    let pair: ConnectionPair
    /// `c>client_hello` is what the client sent, `s<client_hello` what the server received; alerts with level and number.
    private(set) var trace: [String] = []
    /// The size of each message in the trace.
    private(set) var sizes: [Int] = []
    /// What the client offered.
    private(set) var hellos: [ClientHello] = []

    /// The server takes part in what the client begins, unless told otherwise.
    init(
        _ version: ProtocolVersion = .tls12, securityLevel: Int32? = nil, knowsClient: Bool = false,
        isFinished: Bool = true, server change: (inout ServerSettings) -> Void = { _ in },
        client changeClient: (inout ClientSettings) -> Void = { _ in }
    ) throws {
        var (server, client) = (ServerSettings(), ClientSettings())
        server.allowsClientRenegotiation = true
        (server.tls.minimum, server.tls.maximum) = (version, version)
        (server.tls.securityLevel, client.tls.securityLevel) = (securityLevel, securityLevel)
        if version < .tls12 { client.tls.minimum = version }
        change(&server)
        changeClient(&client)
        let identity = knowsClient ? try Self.clientIdentity() : nil
        pair = try ConnectionPair(ConnectionEnds(server, client: client, clientIdentity: identity))
        if isFinished {
            try pair.shakeHands()
            try pair.settle()
        }
        pair.client.observer.onMessage = { [unowned self] in record($0, of: .client) }
        pair.server.observer.onMessage = { [unowned self] in record($0, of: .server) }
    }

    static func clientIdentity() throws -> Identity {
        var template = LeafTemplate(names: ["client.example"])
        template.usage = .client
        return try ConnectionEnds.authority.get().issue(template)
    }

    private func record(_ message: Message, of end: End) {
        guard let name = message.name else { return }
        let isSent = message.direction == .sent
        // Versions of OpenSSL do not tell those alike.
        if !isSent, message.content == .changeCipherSpec { return }
        if case .clientHello(let hello) = message.content, isSent { hellos.append(hello) }
        var text = name
        if case .alert(let alert) = message.content, !alert.isCloseNotify { text = "\(alert.level)(\(alert.number))" }
        trace.append(end.letter + (isSent ? ">" : "<") + text)
        sizes.append(message.byteCount)
    }

    /// Connections cannot be copied, so they are lent.
    func with<Result, Failure>(
        _ end: End, _ use: (borrowing Connection) throws(Failure) -> Result
    ) throws(Failure) -> Result where Result: ~Copyable {
        switch end {
        case .client: try use(pair.client)
        case .server: try use(pair.server)
        }
    }

    func pointer(_ end: End) -> OpaquePointer { with(end) { $0.pointer } }
    func isPending(_ end: End) -> Bool { with(end) { $0.isRenegotiationPending } }
    func isResumed(_ end: End) -> Bool { with(end) { $0.isResumed } }
    /// SSL_num_renegotiations and SSL_total_renegotiations.
    func counts(_ end: End) -> [Int] { with(end) { [$0.renegotiationCount, $0.totalRenegotiationCount] } }
    /// What the context of an end counted.
    func statistics(_ end: End) -> Statistics {
        let context = SSL_get_SSL_CTX(pointer(end))
        let isClient = end == .client
        return Statistics(
            first: SSL_CTX_ctrl(context, isClient ? SSL_CTRL_SESS_CONNECT : SSL_CTRL_SESS_ACCEPT, 0, nil),
            completed: SSL_CTX_ctrl(
                context, isClient ? SSL_CTRL_SESS_CONNECT_GOOD : SSL_CTRL_SESS_ACCEPT_GOOD, 0, nil),
            renegotiations: SSL_CTX_ctrl(
                context, isClient ? SSL_CTRL_SESS_CONNECT_RENEGOTIATE : SSL_CTRL_SESS_ACCEPT_RENEGOTIATE, 0, nil))
    }

    struct Statistics: Equatable {
        let first: Int
        let completed: Int
        let renegotiations: Int
    }

    var cipher: String? { with(.client) { $0.cipher?.opensslName } }

    /// The session that the client's keys are made from.
    func secret() throws -> Session {
        let session = with(.client) { $0.session }
        return try #require(session)
    }

    func arrange(_ function: Function, at end: End) throws(OpenSSLError) {
        try with(end) { connection throws(OpenSSLError) in
            switch function {
            case .renegotiate: try connection.renegotiate()
            case .renegotiateAbbreviated: try connection.renegotiateAbbreviated()
            }
        }
    }

    /// Calls the function, begins by a read, and takes it to its end.
    func renegotiate(_ function: Function, from end: End) throws {
        try arrange(function, at: end)
        _ = read(at: end)
        try pair.settle()
    }

    /// Reads once.
    func read(at end: End) -> Step {
        var buffer = [UInt8](repeating: 0, count: 1024)
        return buffer.withUnsafeMutableBytes { bytes in with(end) { $0.read(into: bytes) } }
    }

    func write(_ text: String, at end: End) -> Step {
        Array(text.utf8).withUnsafeBytes { bytes in with(end) { $0.write(bytes) } }
    }
}

/// A client of the library before its handshake, and what it sends, as it is.
private final class BareClient {
    let client: OpaquePointer
    private let contexts: LibraryContexts
    private let output: OpaquePointer

    init() throws {
        contexts = try LibraryContexts(.tls12)
        client = try #require(SSL_new(contexts.client))
        output = try #require(BIO_new(BIO_s_mem()))
        SSL_set_connect_state(client)
        SSL_set_bio(client, BIO_new(BIO_s_mem()), output)
    }

    deinit { SSL_free(client) }

    /// What was sent since the last call.
    func sent() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = BIO_read(output, &buffer, Int32(buffer.count))
        return Array(buffer.prefix(max(0, Int(count))))
    }
}

/// The other end of a connection's socket, without TLS.
private final class BarePeer {
    private let descriptors: [Int32]

    init(_ connection: borrowing Connection) throws {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &ends) == 0)
        descriptors = ends
        try connection.attach(descriptor: ends[0])
    }

    deinit { for descriptor in descriptors { close(descriptor) } }

    func send(_ bytes: [UInt8]) throws {
        try #require(Glibc.send(descriptors[1], bytes, bytes.count, 0) == bytes.count)
    }

    func received() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptors[1], &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, count)))
    }
}

/// A socket of a connection to another program, waited for by poll.
private final class WaitingSocket {
    let descriptor: Int32

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit { close(descriptor) }

    /// Reads, which shakes hands too, until it is over, the connection has ended or nothing comes any more.
    func read(_ connection: borrowing Connection, until isOver: (borrowing Connection) -> Bool) -> StepFailure? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !isOver(connection) {
            let step = buffer.withUnsafeMutableBytes { connection.read(into: $0) }
            switch step {
            case .done, .wantsRead(drained: false): continue
            case .wantsRead, .wantsWrite:
                guard !isOver(connection) else { return nil }
                var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&entry, 1, 10_000) == 1 else { return nil }
            case .closed: return nil
            case .failed(let failure): return failure
            }
        }
        return nil
    }
}

/// A port of the loopback that waits for one program to connect.
private final class OneVisit: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) + listen(descriptor, 1) + getsockname(descriptor, $0, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        try #require(status == 0)
    }

    deinit { close(descriptor) }

    func accept() throws -> WaitingSocket {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // The program is started when a thread of the pool is free, behind tests that take their time under a sanitizer.
        try #require(poll(&entry, 1, 300_000) == 1)
        return WaitingSocket(Glibc.accept(descriptor, nil, nil))
    }
}

/// The time from which a filter's limit runs. OpenSSL has no function for it, and a test should not wait: it is turned back
/// where the BIO keeps it, in `struct bio_ssl_st`, whose layout is the same in 3.0 and 3.5.
private struct FilterClock {
    private let field: UnsafeMutablePointer<UInt>

    init(_ filter: borrowing ConnectionFilter) throws {
        let data = try #require(BIO_get_data(filter.pointer))
        // Behind the SSL, the two counts of renegotiations, the count of bytes and the limit.
        field = data.advanced(by: 40).assumingMemoryBound(to: UInt.self)
    }

    func turnBack(by seconds: UInt) throws {
        let now = UInt(time(nil))
        // Where it is not the time, nothing is changed.
        try #require(field.pointee <= now && field.pointee + 600 > now)
        field.pointee -= seconds
    }
}

extension Step {
    /// How many bytes were read or written; nil when it was not done.
    fileprivate var byteCount: Int? { if case .done(let count) = self { count } else { nil } }
    fileprivate var isDone: Bool { byteCount != nil }
    fileprivate var isDrained: Bool { if case .wantsRead(drained: true) = self { true } else { false } }
    fileprivate var isWaiting: Bool { if case .wantsRead = self { true } else { false } }
    fileprivate var isFailure: Bool { failure != nil }
    /// The reason that names the cause of a failure.
    fileprivate var cause: Int32? { failure?.error.cause?.reason }

    private var failure: StepFailure? { if case .failed(let failure) = self { failure } else { nil } }
}
