import COpenSSL
import TestSupport
import Testing

@testable import OpenSSL

/// The page "SSL_key_update" of OpenSSL 1.1.1, claim by claim and in its order.
///
/// What it says of key updates holds, but for what counts as I/O; what it says of renegotiation holds only once a
/// handshake is finished, and only for calls that read. The tests that correct it quote its words.
@Suite struct SSLKeyUpdatePageTests {
    /// Which end does something.
    enum Side: CaseIterable {
        case client, server

        fileprivate var letter: String { self == .client ? "c" : "s" }
        fileprivate var other: Side { self == .client ? .server : .client }
        /// What the key log calls the secrets of this end after an update.
        fileprivate var label: String { self == .client ? "CLIENT_TRAFFIC_SECRET_N" : "SERVER_TRAFFIC_SECRET_N" }
    }

    /// What is asked of the peer: nothing, or an update of its own.
    private static let types = [SSL_KEY_UPDATE_NOT_REQUESTED, SSL_KEY_UPDATE_REQUESTED]

    // MARK: - SSL_key_update schedules an update of the keys

    @Test(arguments: types)
    func schedulesAnUpdateAndSendsNothingByItself(type: Int32) throws {
        let pair = try connected(.tls13)
        let before = pair.bytesOnTheWire(from: pair.client)
        let outcome = pair.updateKey(type, by: pair.client)
        #expect(outcome.status == 1)
        #expect(pair.bytesOnTheWire(from: pair.client) == before && pair.trace.isEmpty)
        #expect(SSL_get_key_update_type(pair.client) == type)
    }

    @Test func tellsThePeerWithTheByte0WhenNothingIsRequested() throws {
        #expect(try messageOfAnUpdate(SSL_KEY_UPDATE_NOT_REQUESTED) == [0x18, 0, 0, 1, 0])
    }

    @Test func asksThePeerWithTheByte1WhenAnUpdateIsRequested() throws {
        #expect(try messageOfAnUpdate(SSL_KEY_UPDATE_REQUESTED) == [0x18, 0, 0, 1, 1])
    }

    /// Five bytes of header, five of message, one of type and sixteen of tag.
    @Test(arguments: types)
    func isARecordOf27Bytes(type: Int32) throws {
        let pair = try connected(.tls13)
        let before = pair.bytesOnTheWire(from: pair.client)
        pair.updateKey(type, by: pair.client)
        let outcome = Outcome(pair.client) { SSL_do_handshake($0) }
        #expect(outcome.status == 1)
        #expect(pair.bytesOnTheWire(from: pair.client) - before == 27)
    }

    @Test(arguments: Side.allCases)
    func onlyTheSendersKeysChangeWhenNothingIsRequested(side: Side) throws {
        let (pair, log) = try joined()
        try pair.updateKey(.updateNotRequested, by: side)
        pair.handshake(side)
        try pair.exchange()
        #expect(log.labels(at: .client) == [side.label])
        #expect(log.labels(at: .server) == [side.label])
    }

    @Test(arguments: Side.allCases)
    func theKeysOfBothChangeWhenAnUpdateIsRequested(side: Side) throws {
        let (pair, log) = try joined()
        try pair.updateKey(.updateRequested, by: side)
        pair.handshake(side)
        try pair.settle()
        try pair.exchange()
        #expect(log.labels(at: .client) == [side.label, side.other.label])
        #expect(log.labels(at: .server) == [side.label, side.other.label])
    }

    @Test func everyUpdateMakesAnotherSecretThatBothKnow() throws {
        let (pair, log) = try joined()
        for _ in 0..<3 {
            try pair.updateKey(.updateNotRequested, by: .client)
            pair.handshake(.client)
        }
        try pair.drainServer()
        #expect(Set(log.lines(at: .client)).count == 3)
        #expect(log.lines(at: .client) == log.lines(at: .server))
    }

    /// No number is counted up in the label: it ends in the letter N.
    @Test func theKeyLogNamesEverySecretAlike() throws {
        let (pair, log) = try joined()
        for _ in 0..<2 {
            try pair.updateKey(.updateRequested, by: .client)
            pair.handshake(.client)
            try pair.exchange()
        }
        #expect(log.labels(at: .server).filter { $0 == "CLIENT_TRAFFIC_SECRET_N" }.count == 2)
        #expect(log.labels(at: .server).filter { $0 == "SERVER_TRAFFIC_SECRET_N" }.count == 2)
    }

    @Test func theKeyLogHasTheSecretWhenItIsSentAndWhenItIsReceived() throws {
        let (pair, log) = try joined()
        try pair.updateKey(.updateNotRequested, by: .client)
        let scheduled = log.lines(at: .client).count
        pair.handshake(.client)
        let sent = (log.lines(at: .client).count, log.lines(at: .server).count)
        try pair.drainServer()
        #expect(scheduled == 0 && sent == (1, 0))
        #expect(log.lines(at: .server).count == 1)
    }

    @Test func theSessionStaysWhatItWas() throws {
        let pair = try connected(.tls13)
        let before = SSL_get_session(pair.client)
        let secret = try #require(SSL_get1_session(pair.client).map { Session(adopting: $0) }).copy()
        try pair.updateBothKeys()
        #expect(SSL_get_session(pair.client) == before)
        let after = try #require(SSL_get1_session(pair.client).map { Session(adopting: $0) })
        #expect(after.hasSameSecret(as: secret))
        #expect(SSL_session_reused(pair.client) == 0)
    }

    @Test func exportedSecretsStayWhatTheyWere() throws {
        let pair = try connected(.tls13)
        let before = pair.exportedSecret(of: pair.client)
        try pair.updateBothKeys()
        #expect(before.contains { $0 != 0 })
        #expect(pair.exportedSecret(of: pair.client) == before)
        #expect(pair.exportedSecret(of: pair.server) == before)
    }

    @Test func ticketsOfBeforeAndAfterResume() throws {
        let ends = try ConnectionEnds()
        let first = try ConnectionPair(ends)
        try first.shakeHands()
        try first.drainClient()
        try first.client.updateKey(.updateRequested)
        try first.exchange()
        try first.server.issueTicket()
        first.handshake(.server)
        try first.drainClient()
        #expect(first.sessions.count == 3)
        for session in [first.sessions.first, first.sessions.last] {
            let second = try ConnectionPair(ends, resuming: #require(session).copy())
            try second.shakeHands()
            #expect(second.isResumed)
        }
    }

    @Test func aThousandUpdatesInTurnAreNotTooMany() throws {
        let pair = try connected(.tls13)
        for _ in 0..<1000 {
            pair.updateKey(SSL_KEY_UPDATE_REQUESTED, by: pair.client)
            let written = pair.write("q", from: pair.client)
            let asked = pair.drain(pair.server)
            pair.write("a", from: pair.server)
            let answered = pair.drain(pair.client)
            try #require(written.status == 1 && asked == Array("q".utf8) && answered == Array("a".utf8))
        }
        #expect(pair.count("c>key_update") == 1000 && pair.count("s>key_update") == 1000)
    }

    // MARK: - It is an error

    @Test(arguments: Side.allCases)
    func noneIsAnError(side: Side) throws {
        let pair = try connected(.tls13)
        let outcome = pair.updateKey(SSL_KEY_UPDATE_NONE, by: pair.end(side))
        #expect(outcome.status == 0 && outcome.cause == SSL_R_INVALID_KEY_UPDATE_TYPE)
        pair.write("x", from: pair.end(side))
        #expect(!pair.trace.contains { $0.contains("key_update") })
    }

    @Test(arguments: [-2, 2, 7, 256] as [Int32])
    func soIsANumberThatIsNoType(number: Int32) throws {
        let pair = try connected(.tls13)
        let outcome = pair.updateKey(number, by: pair.client)
        #expect(outcome.status == 0 && outcome.cause == SSL_R_INVALID_KEY_UPDATE_TYPE)
        #expect(SSL_get_key_update_type(pair.client) == SSL_KEY_UPDATE_NONE)
    }

    @Test func theBindingHandsTheReasonOn() throws {
        let (pair, _) = try joined()
        let error = thrown(OpenSSLError.self) { try pair.client.updateKey(KeyUpdateRequest(rawValue: 7)) }
        #expect(error?.cause?.isTLS(SSL_R_INVALID_KEY_UPDATE_TYPE) == true)
    }

    @Test(arguments: Side.allCases, types)
    func inTLS12ItIsAnError(side: Side, type: Int32) throws {
        let pair = try connected(.tls12)
        let outcome = pair.updateKey(type, by: pair.end(side))
        #expect(outcome.status == 0 && outcome.cause == SSL_R_WRONG_SSL_VERSION)
        pair.write("x", from: pair.end(side))
        #expect(!pair.trace.contains { $0.contains("key_update") })
    }

    @Test(arguments: Side.allCases, types)
    func inDTLS12ItIsAnErrorAsWell(side: Side, type: Int32) throws {
        let pair = try connected(.dtls12)
        let outcome = pair.updateKey(type, by: pair.end(side))
        #expect(outcome.status == 0 && outcome.cause == SSL_R_WRONG_SSL_VERSION)
    }

    @Test(arguments: [LibraryContexts.Version.tls12, .dtls12])
    func theVersionIsLookedAtBeforeTheType(version: LibraryContexts.Version) throws {
        let pair = try connected(version)
        let outcome = pair.updateKey(SSL_KEY_UPDATE_NONE, by: pair.client)
        #expect(outcome.status == 0 && outcome.cause == SSL_R_WRONG_SSL_VERSION)
    }

    /// "must only be called after the initial handshake has been completed": what it says before that is that the
    /// version is wrong, though no other than TLS 1.3 is possible.
    @Test(arguments: Side.allCases)
    func beforeTheHandshakeTheVersionIsSaidToBeWrong(side: Side) throws {
        let pair = try LibraryPair(.tls13)
        let outcome = pair.updateKey(SSL_KEY_UPDATE_REQUESTED, by: pair.end(side))
        #expect(outcome.status == 0 && outcome.cause == SSL_R_WRONG_SSL_VERSION)
        try pair.shakeHands()
        pair.settle()
        #expect(!pair.trace.contains { $0.contains("key_update") })
    }

    @Test func afterTheClientHelloItStillIs() throws {
        let pair = try LibraryPair(.tls13)
        let hello = Outcome(pair.client) { SSL_do_handshake($0) }
        try #require(hello.error == SSL_ERROR_WANT_READ)
        let outcome = pair.updateKey(SSL_KEY_UPDATE_REQUESTED, by: pair.client)
        #expect(outcome.status == 0 && outcome.cause == SSL_R_WRONG_SSL_VERSION)
    }

    @Test func aServerInTheMiddleOfItsHandshakeHearsThatItIsInIt() throws {
        let pair = try LibraryPair(.tls13)
        SSL_do_handshake(pair.client)
        SSL_do_handshake(pair.server)
        try #require(pair.trace.last == "s>finished")
        let outcome = pair.updateKey(SSL_KEY_UPDATE_REQUESTED, by: pair.server)
        #expect(outcome.status == 0 && outcome.cause == SSL_R_STILL_IN_INIT)
        try pair.shakeHands()
    }

    /// "after the initial handshake has been completed" is the caller's own: the server has not seen its end.
    @Test func aClientThatIsFinishedNeedNotWaitForTheServer() throws {
        let pair = try LibraryPair(.tls13)
        SSL_do_handshake(pair.client)
        SSL_do_handshake(pair.server)
        let finished = Outcome(pair.client) { SSL_do_handshake($0) }
        try #require(finished.status == 1 && !pair.trace.contains("s<finished"))
        let outcome = pair.updateKey(SSL_KEY_UPDATE_REQUESTED, by: pair.client)
        #expect(outcome.status == 1)
        pair.write("early", from: pair.client)
        try pair.shakeHands()
        #expect(pair.drain(pair.server) == Array("early".utf8))
        #expect(pair.count("s<key_update") == 1)
    }

    @Test func aWriteThatWaitsKeepsItOff() throws {
        let (pair, log) = try joined()
        try pair.fill(from: .client)
        let error = thrown(OpenSSLError.self) { try pair.client.updateKey(.updateRequested) }
        #expect(error?.cause?.isTLS(SSL_R_BAD_WRITE_RETRY) == true)
        // It is the write that keeps it off, not the full socket: once the bytes are gone it is taken.
        try pair.drainServer()
        try pair.finishFilling(from: .client)
        try pair.client.updateKey(.updateRequested)
        pair.handshake(.client)
        #expect(log.messages == ["c>key_update(1)"])
    }

    // MARK: - It takes place with the next I/O

    @Test func theNextWriteSendsItAheadOfItsData() throws {
        let pair = try connected(.tls13)
        pair.updateKey(SSL_KEY_UPDATE_NOT_REQUESTED, by: pair.client)
        let written = pair.write("data", from: pair.client)
        #expect(written.status == 4 && pair.trace == ["c>key_update"])
        let first = pair.read(pair.server)
        #expect(first.error == SSL_ERROR_WANT_READ && pair.trace.last == "s<key_update")
        let second = pair.read(pair.server)
        #expect(second.status == 4)
    }

    @Test func theNextReadSendsItThoughThereIsNothingToRead() throws {
        let pair = try connected(.tls13)
        pair.updateKey(SSL_KEY_UPDATE_NOT_REQUESTED, by: pair.client)
        let outcome = pair.read(pair.client)
        #expect(outcome.error == SSL_ERROR_WANT_READ && pair.trace == ["c>key_update"])
        pair.drain(pair.server)
        #expect(pair.trace.last == "s<key_update")
    }

    @Test func soDoesTheNextPeek() throws {
        let pair = try connected(.tls13)
        pair.updateKey(SSL_KEY_UPDATE_NOT_REQUESTED, by: pair.server)
        var byte: UInt8 = 0
        let outcome = Outcome(pair.server) { SSL_peek($0, &byte, 1) }
        #expect(outcome.error == SSL_ERROR_WANT_READ && pair.trace == ["s>key_update"])
    }

    @Test(arguments: Side.allCases, types)
    func theHandshakeForcesItImmediately(side: Side, type: Int32) throws {
        let pair = try connected(.tls13)
        pair.updateKey(type, by: pair.end(side))
        let outcome = Outcome(pair.end(side)) { SSL_do_handshake($0) }
        #expect(outcome.status == 1)
        #expect(pair.trace == ["\(side.letter)>key_update"])
        #expect(SSL_get_key_update_type(pair.end(side)) == SSL_KEY_UPDATE_NONE)
    }

    /// "The key update will not take place until the next time an IO operation […] takes place": SSL_shutdown is
    /// none, and fails for as long as there is no other.
    @Test func theShutdownDoesNotSendIt() throws {
        let pair = try connected(.tls13)
        pair.updateKey(SSL_KEY_UPDATE_REQUESTED, by: pair.client)
        for _ in 0..<2 {
            let outcome = Outcome(pair.client) { SSL_shutdown($0) }
            #expect(outcome.status == -1 && outcome.cause == SSL_R_SHUTDOWN_WHILE_IN_INIT)
        }
        #expect(pair.trace.isEmpty && SSL_get_key_update_type(pair.client) == SSL_KEY_UPDATE_REQUESTED)
        SSL_do_handshake(pair.client)
        let outcome = Outcome(pair.client) { SSL_shutdown($0) }
        #expect(outcome.status == 0 && pair.trace == ["c>key_update", "c>alert(0)"])
    }

    @Test func untilThenTheHandshakeCountsAsUnfinished() throws {
        let pair = try connected(.tls13)
        let before = (SSL_is_init_finished(pair.client), SSL_in_init(pair.client))
        pair.updateKey(SSL_KEY_UPDATE_NOT_REQUESTED, by: pair.client)
        let scheduled = (SSL_is_init_finished(pair.client), SSL_in_init(pair.client))
        SSL_do_handshake(pair.client)
        let after = (SSL_is_init_finished(pair.client), SSL_in_init(pair.client))
        #expect(before == (1, 0) && scheduled == (0, 1) && after == (1, 0))
    }

    /// The second is refused for being in the middle of a handshake, and does not change the first.
    @Test func untilThenASecondOneIsAnError() throws {
        let pair = try connected(.tls13)
        pair.updateKey(SSL_KEY_UPDATE_REQUESTED, by: pair.client)
        let outcome = pair.updateKey(SSL_KEY_UPDATE_NOT_REQUESTED, by: pair.client)
        #expect(outcome.status == 0 && outcome.cause == SSL_R_STILL_IN_INIT)
        SSL_do_handshake(pair.client)
        pair.drain(pair.server)
        #expect(pair.count("c>key_update") == 1)
        // The peer owes an answer, as the first had asked.
        #expect(SSL_get_key_update_type(pair.server) == SSL_KEY_UPDATE_NOT_REQUESTED)
    }

    @Test func dataThatWasNotReadYetIsNotLost() throws {
        let pair = try connected(.tls13)
        pair.write("before", from: pair.server)
        pair.updateKey(SSL_KEY_UPDATE_REQUESTED, by: pair.client)
        let outcome = Outcome(pair.client) { SSL_do_handshake($0) }
        #expect(outcome.status == 1)
        pair.drain(pair.server)
        pair.write(" and after", from: pair.server)
        #expect(pair.drain(pair.client) == Array("before and after".utf8))
        #expect(pair.trace == ["c>key_update", "s<key_update", "s>key_update", "c<key_update"])
    }

    @Test func norIsTheRestOfARecordThatWasReadInPart() throws {
        let pair = try connected(.tls13)
        pair.write("hello world", from: pair.server)
        var bytes = [UInt8](repeating: 0, count: 5)
        let part = Outcome(pair.client) { SSL_read($0, &bytes, 5) }
        try #require(part.status == 5 && SSL_pending(pair.client) == 6)
        pair.updateKey(SSL_KEY_UPDATE_NOT_REQUESTED, by: pair.client)
        let outcome = Outcome(pair.client) { SSL_do_handshake($0) }
        #expect(outcome.status == 1 && pair.trace == ["c>key_update"])
        #expect(pair.drain(pair.client) == Array(" world".utf8))
    }

    @Test func norIsDataThatThePeerHasNotReadYet() throws {
        let pair = try connected(.tls13)
        pair.write("old keys, ", from: pair.client)
        pair.updateKey(SSL_KEY_UPDATE_NOT_REQUESTED, by: pair.client)
        pair.write("new keys", from: pair.client)
        #expect(pair.drain(pair.server) == Array("old keys, new keys".utf8))
        #expect(pair.count("s<key_update") == 1)
    }

    /// Nobody reads it any more, and nothing says so: whoever closed must not update.
    @Test func afterOurOwnCloseNotifyItIsSentAllTheSame() throws {
        let (pair, log) = try joined()
        guard case .done(0) = pair.client.shutdown() else {
            Issue.record("no close_notify")
            return
        }
        try pair.client.updateKey(.updateRequested)
        pair.handshake(.client)
        #expect(log.messages == ["c>alert(0)", "c>key_update(1)"])
        #expect(try pair.drainServer(ends: true).isEmpty)
        #expect(log.messages.last == "s<alert(0)")
    }

    // MARK: - SSL_get_key_update_type

    @Test(arguments: types)
    func theTypeIsThatOfTheScheduledUpdateAndNoneBeforeAndAfter(type: Int32) throws {
        let pair = try connected(.tls13)
        let before = SSL_get_key_update_type(pair.client)
        pair.updateKey(type, by: pair.client)
        let scheduled = SSL_get_key_update_type(pair.client)
        pair.write("x", from: pair.client)
        let after = SSL_get_key_update_type(pair.client)
        #expect([before, scheduled, after] == [SSL_KEY_UPDATE_NONE, type, SSL_KEY_UPDATE_NONE])
    }

    @Test(arguments: [LibraryContexts.Version.tls12, .dtls12])
    func theTypeIsNoneWhereThereAreNoUpdates(version: LibraryContexts.Version) throws {
        let pair = try connected(version)
        pair.updateKey(SSL_KEY_UPDATE_REQUESTED, by: pair.client)
        #expect(SSL_get_key_update_type(pair.client) == SSL_KEY_UPDATE_NONE)
    }

    /// "a key update operation has been scheduled but not yet performed": by the peer as well.
    @Test(arguments: Side.allCases)
    func atThePeerItIsTheAnswerThatItOwes(side: Side) throws {
        let pair = try connected(.tls13)
        let peer = pair.end(side.other)
        pair.updateKey(SSL_KEY_UPDATE_REQUESTED, by: pair.end(side))
        SSL_do_handshake(pair.end(side))
        let sent = SSL_get_key_update_type(peer)
        pair.drain(peer)
        let received = SSL_get_key_update_type(peer)
        pair.write("x", from: peer)
        let answered = SSL_get_key_update_type(peer)
        #expect(sent == SSL_KEY_UPDATE_NONE && answered == SSL_KEY_UPDATE_NONE)
        #expect(received == SSL_KEY_UPDATE_NOT_REQUESTED)
    }

    /// Other than an update of one's own, an answer that is owed does not count as a handshake.
    @Test func anAnswerThatIsOwedLeavesTheHandshakeFinished() throws {
        let pair = try owingAnswer()
        #expect(SSL_get_key_update_type(pair.server) == SSL_KEY_UPDATE_NOT_REQUESTED)
        #expect(SSL_is_init_finished(pair.server) == 1 && SSL_in_init(pair.server) == 0)
    }

    // MARK: - The answer of the peer

    @Test(arguments: Side.allCases)
    func thePeerAnswersWithItsNextWriteAndRequestsNothing(side: Side) throws {
        let (pair, log) = try joined()
        try pair.updateKey(.updateRequested, by: side)
        pair.handshake(side)
        try pair.settle()
        #expect(log.messages == ["\(side.letter)>key_update(1)", "\(side.other.letter)<key_update(1)"])
        try pair.exchange()
        #expect(
            log.messages.dropFirst(2) == ["\(side.other.letter)>key_update(0)", "\(side.letter)<key_update(0)"])
    }

    /// "The key update will not take place until the next time an IO operation such as SSL_read_ex()": an answer
    /// waits on.
    @Test func aReadOfDataDoesNotSendTheAnswer() throws {
        let pair = try owingAnswer()
        for _ in 0..<3 {
            pair.write("x", from: pair.client)
            #expect(pair.drain(pair.server) == Array("x".utf8))
        }
        #expect(!pair.trace.contains("s>key_update"))
        #expect(SSL_get_key_update_type(pair.server) == SSL_KEY_UPDATE_NOT_REQUESTED)
    }

    /// "Alternatively SSL_do_handshake() can be called to force the update to take place immediately": not the answer.
    @Test func norDoesTheHandshake() throws {
        let pair = try owingAnswer()
        let outcome = Outcome(pair.server) { SSL_do_handshake($0) }
        #expect(outcome.status == 1 && !pair.trace.contains("s>key_update"))
    }

    @Test func norDoesTheShutdownWhichGoesOutWithTheOldKeys() throws {
        let (pair, log) = try joined()
        try pair.client.updateKey(.updateRequested)
        pair.handshake(.client)
        try pair.drainServer()
        _ = pair.server.shutdown()
        #expect(try pair.drainClient(ends: true).isEmpty)
        #expect(log.messages == ["c>key_update(1)", "s<key_update(1)", "s>alert(0)", "c<alert(0)"])
        #expect(log.labels(at: .client) == [Side.client.label])
    }

    @Test func thePeerDoesNotAnswerWhereNothingIsRequested() throws {
        let (pair, log) = try joined()
        try pair.client.updateKey(.updateNotRequested)
        pair.handshake(.client)
        for _ in 0..<3 { try pair.exchange() }
        #expect(log.messages == ["c>key_update(0)", "s<key_update(0)"])
    }

    /// An answer that is owed goes out before the next message of a handshake is read, without any write.
    @Test(arguments: Side.allCases)
    func ofManyRequestsThatAreReadTogetherOnlyTheLastWaitsForAWrite(side: Side) throws {
        let pair = try connected(.tls13)
        let (end, peer) = (pair.end(side), pair.end(side.other))
        for _ in 0..<200 {
            pair.updateKey(SSL_KEY_UPDATE_REQUESTED, by: end)
            SSL_do_handshake(end)
        }
        pair.drain(peer)
        let read = pair.count("\(side.other.letter)<key_update")
        let before = pair.count("\(side.other.letter)>key_update")
        pair.write("x", from: peer)
        let after = pair.count("\(side.other.letter)>key_update")
        #expect(read == 200 && before == 199 && after == 200)
        #expect(pair.drain(end) == Array("x".utf8))
    }

    @Test func aTicketThatIsReadSendsTheAnswerAsWell() throws {
        let (pair, log) = try joined()
        try pair.server.updateKey(.updateRequested)
        pair.handshake(.server)
        try pair.drainClient()
        let owed = log.messages
        try pair.server.issueTicket()
        pair.handshake(.server)
        try pair.drainClient()
        #expect(owed == ["s>key_update(1)", "c<key_update(1)"])
        #expect(log.messages.contains("c>key_update(0)") && log.count("c<new_session_ticket") == 1)
    }

    @Test func requestsThatAreReadOneByOneGetOneAnswerEach() throws {
        let (pair, log) = try joined()
        for _ in 0..<20 {
            try pair.client.updateKey(.updateRequested)
            pair.handshake(.client)
            try pair.exchange()
        }
        #expect(log.count("c<key_update(0)") == 20)
    }

    @Test func bothMayRequestAtOnceAndBothAnswer() throws {
        let (pair, log) = try joined()
        for side in Side.allCases {
            try pair.updateKey(.updateRequested, by: side)
            pair.handshake(side)
        }
        try pair.settle()
        try pair.exchange()
        for side in Side.allCases {
            #expect(log.count("\(side.letter)>key_update(1)") == 1 && log.count("\(side.letter)>key_update(0)") == 1)
        }
        #expect(log.labels(at: .client).count == 4 && log.labels(at: .server).count == 4)
    }

    // MARK: - SSL_renegotiate on this page

    @Test(arguments: Side.allCases, [false, true])
    func inTLS13BothRenegotiationsAreErrors(side: Side, isAbbreviated: Bool) throws {
        let pair = try connected(.tls13)
        let outcome = Outcome(pair.end(side)) { isAbbreviated ? SSL_renegotiate_abbreviated($0) : SSL_renegotiate($0) }
        #expect(outcome.status == 0 && outcome.cause == SSL_R_WRONG_SSL_VERSION)
        #expect(SSL_renegotiate_pending(pair.end(side)) == 0)
    }

    /// "Calling them on any other connection will result in an error": before the handshake nothing but TLS 1.3 can
    /// come of this one, and they are taken.
    @Test(arguments: Side.allCases, [false, true])
    func beforeTheHandshakeTheyAreNone(side: Side, isAbbreviated: Bool) throws {
        let pair = try LibraryPair(.tls13)
        let outcome = Outcome(pair.end(side)) { isAbbreviated ? SSL_renegotiate_abbreviated($0) : SSL_renegotiate($0) }
        #expect(outcome.status == 1 && outcome.reasons.isEmpty)
        #expect(SSL_renegotiate_pending(pair.end(side)) == 1)
    }

    /// "a check will be performed to confirm that it is a suitable time": while a write waits it is not.
    @Test func aRenegotiationLetsAWriteThatWaitsEndFirst() throws {
        let (pair, log) = try joined(.tls12)
        try pair.fill(from: .client)
        try pair.client.renegotiate()
        try pair.drainServer()
        try pair.finishFilling(from: .client)
        #expect(log.messages.isEmpty)
        try pair.drainClient()
        #expect(log.messages == ["c>client_hello"])
        try pair.settle()
        #expect(log.messages.contains("c<finished"))
    }

    @Test func aTLSClientThatIsAskedOffersTheSession() throws {
        let pair = try renegotiated(.tls12)
        #expect(SSL_session_reused(pair.client) == 1)
        #expect(!pair.trace.contains("s>certificate") && pair.trace.contains("c<finished"))
    }

    @Test func aDTLSClientThatIsAskedDoesNot() throws {
        let pair = try renegotiated(.dtls12)
        #expect(SSL_session_reused(pair.client) == 0)
        #expect(pair.trace.contains("s>certificate") && pair.trace.contains("c<finished"))
    }

    @Test(arguments: [LibraryContexts.Version.tls12, .dtls12], [false, true])
    func aClientOffersItByItselfWhenItAbbreviates(version: LibraryContexts.Version, isAbbreviated: Bool) throws {
        let contexts = try LibraryContexts(version)
        SSL_CTX_set_options(contexts.server, probe_SSL_OP_ALLOW_CLIENT_RENEGOTIATION)
        let pair = try LibraryPair(contexts)
        try pair.shakeHands()
        pair.settle()
        pair.clearTrace()
        let outcome = Outcome(pair.client) { isAbbreviated ? SSL_renegotiate_abbreviated($0) : SSL_renegotiate($0) }
        try #require(outcome.status == 1)
        pair.drain(pair.client)
        pair.settle()
        #expect(pair.count("c<finished") == 1)
        #expect(pair.trace.contains("s>certificate") == !isAbbreviated)
    }

    @Test(arguments: [LibraryContexts.Version.tls12, .dtls12])
    func onAServerBothDoTheSame(version: LibraryContexts.Version) throws {
        let full = try renegotiated(version)
        let abbreviated = try renegotiated(version, isAbbreviated: true)
        #expect(full.trace.first == "s>hello_request")
        #expect(full.trace == abbreviated.trace)
    }

    /// "this will be handled transparently through calling any OpenSSL IO function": writing does not even see the
    /// request.
    @Test func aClientThatOnlyWritesDoesNotAnswer() throws {
        let pair = try askedToRenegotiate(LibraryContexts(.tls12))
        for _ in 0..<3 {
            let outcome = pair.write("x", from: pair.client)
            #expect(outcome.status == 1)
        }
        #expect(pair.drain(pair.server) == Array("xxx".utf8))
        #expect(pair.trace == ["s>hello_request"])
    }

    @Test func aClientThatPeeksAnswers() throws {
        let pair = try askedToRenegotiate(LibraryContexts(.tls12))
        var byte: UInt8 = 0
        let outcome = Outcome(pair.client) { SSL_peek($0, &byte, 1) }
        #expect(outcome.error == SSL_ERROR_WANT_READ)
        #expect(pair.trace == ["s>hello_request", "c<hello_request", "c>client_hello"])
    }

    /// "The client may or may not respond with a new handshake": one that says no ends the connection.
    @Test func aServerDoesNotSurviveTheClientsNo() throws {
        let contexts = try LibraryContexts(.tls12)
        SSL_CTX_set_options(contexts.client, probe_SSL_OP_NO_RENEGOTIATION)
        let pair = try askedToRenegotiate(contexts)
        let client = pair.read(pair.client)
        #expect(client.error == SSL_ERROR_WANT_READ && pair.trace.last == "c>alert(100)")
        let server = pair.read(pair.server)
        #expect(server.error == SSL_ERROR_SSL && server.cause == SSL_R_NO_RENEGOTIATION)
    }

    /// "_pending() returns 1 if a […] request has been scheduled but not yet acted on": the request was sent, and it
    /// still does.
    @Test func aRequestThatWasSentIsPendingUntilTheClientFinished() throws {
        let pair = try askedToRenegotiate(LibraryContexts(.dtls12))
        #expect(SSL_renegotiate_pending(pair.server) == 1)
        pair.settle()
        #expect(SSL_renegotiate_pending(pair.server) == 0 && pair.trace.contains("s>finished"))
    }

    // MARK: - Helpers

    /// Two ends of the library, finished and with an empty trace.
    private func connected(_ version: LibraryContexts.Version) throws -> LibraryPair {
        try connected(LibraryContexts(version))
    }

    private func connected(_ contexts: LibraryContexts) throws -> LibraryPair {
        let pair = try LibraryPair(contexts)
        try pair.shakeHands()
        pair.settle()
        pair.clearTrace()
        return pair
    }

    /// Two ends of the binding, finished, and what they send from then on.
    private func joined(_ version: ProtocolVersion = .tls13) throws -> (pair: ConnectionPair, log: Log) {
        var settings = ServerSettings()
        settings.tls.maximum = version
        settings.tls.logsKeys = true
        settings.allowsClientRenegotiation = true
        let pair = try ConnectionPair(ConnectionEnds(settings))
        try pair.shakeHands()
        try pair.drainClient()
        return (pair, Log(of: pair))
    }

    /// The message as the client gives it to the record layer.
    private func messageOfAnUpdate(_ type: Int32) throws -> [UInt8] {
        final class Sent { var bytes: [UInt8] = [] }
        let pair = try connected(.tls13)
        let sent = Sent()
        SSL_set_msg_callback(pair.client) { isWritten, _, type, bytes, count, _, argument in
            guard isWritten == 1, type == SSL3_RT_HANDSHAKE, let argument else { return }
            let sent = Unmanaged<Sent>.fromOpaque(argument).takeUnretainedValue()
            sent.bytes += UnsafeRawBufferPointer(start: bytes, count: count)
        }
        SSL_ctrl(pair.client, SSL_CTRL_SET_MSG_CALLBACK_ARG, 0, Unmanaged.passUnretained(sent).toOpaque())
        pair.updateKey(type, by: pair.client)
        let outcome = Outcome(pair.client) { SSL_do_handshake($0) }
        #expect(outcome.status == 1)
        return withExtendedLifetime(sent) { sent.bytes }
    }

    /// A server that has read the client's request and has not written since.
    private func owingAnswer() throws -> LibraryPair {
        let pair = try connected(.tls13)
        pair.updateKey(SSL_KEY_UPDATE_REQUESTED, by: pair.client)
        SSL_do_handshake(pair.client)
        pair.drain(pair.server)
        try #require(pair.trace == ["c>key_update", "s<key_update"])
        return pair
    }

    /// A client for which a HelloRequest is waiting.
    private func askedToRenegotiate(_ contexts: LibraryContexts, isAbbreviated: Bool = false) throws -> LibraryPair {
        let pair = try connected(contexts)
        let asked = Outcome(pair.server) { isAbbreviated ? SSL_renegotiate_abbreviated($0) : SSL_renegotiate($0) }
        let sent = Outcome(pair.server) { SSL_do_handshake($0) }
        try #require(asked.status == 1 && sent.status == 1)
        return pair
    }

    /// Ends that went through a renegotiation for which the server asked.
    private func renegotiated(_ version: LibraryContexts.Version, isAbbreviated: Bool = false) throws -> LibraryPair {
        let pair = try askedToRenegotiate(LibraryContexts(version), isAbbreviated: isAbbreviated)
        pair.settle()
        return pair
    }
}

private typealias Side = SSLKeyUpdatePageTests.Side

/// What both ends of a pair sent and received, and the lines of their key logs.
private final class Log {
    /// `c>key_update(1)` is what the client sent, `s<alert(0)` what the server received.
    private(set) var messages: [String] = []
    private var secrets: [Side: [String]] = [:]

    // The observers keep the log alive, which does not know them.
    init(of pair: ConnectionPair) {
        pair.client.observer.onMessage = { self.add($0, .client) }
        pair.server.observer.onMessage = { self.add($0, .server) }
        pair.client.observer.onKeyLogLine = { self.secrets[.client, default: []].append($0) }
        pair.server.observer.onKeyLogLine = { self.secrets[.server, default: []].append($0) }
    }

    private func add(_ message: Message, _ side: Side) {
        guard let name = message.name else { return }
        let text =
            switch message.content {
            case .keyUpdate(let request): "\(name)(\(request.rawValue))"
            case .alert(let alert): "alert(\(alert.number))"
            default: name
            }
        messages.append(side.letter + (message.direction == .sent ? ">" : "<") + text)
    }

    func count(_ message: String) -> Int { messages.filter { $0 == message }.count }

    func lines(at side: Side) -> [String] { secrets[side] ?? [] }

    func labels(at side: Side) -> [String] {
        lines(at: side).map { String($0.prefix { $0 != " " }) }
    }
}

extension ConnectionPair {
    fileprivate func updateKey(_ request: KeyUpdateRequest, by side: Side) throws {
        switch side {
        case .client: try client.updateKey(request)
        case .server: try server.updateKey(request)
        }
    }

    fileprivate func handshake(_ side: Side) {
        switch side {
        case .client: _ = client.handshake()
        case .server: _ = server.handshake()
        }
    }

    fileprivate func write(_ bytes: [UInt8], from side: Side) -> Step {
        bytes.withUnsafeBytes { bytes in
            switch side {
            case .client: client.write(bytes)
            case .server: server.write(bytes)
            }
        }
    }

    /// A byte goes each way and arrives.
    fileprivate func exchange() throws {
        let byte = Array("x".utf8)
        _ = write(byte, from: .client)
        #expect(try drainServer() == byte)
        _ = write(byte, from: .server)
        #expect(try drainClient() == byte)
    }

    private static let piece = [UInt8](repeating: 1, count: 16384)

    /// Writes until the socket takes no more and a record is left over.
    fileprivate func fill(from side: Side) throws {
        for _ in 0..<10000 {
            if case .wantsWrite = write(Self.piece, from: side) { return }
        }
        throw Stuck()
    }

    /// Writes what was left over.
    fileprivate func finishFilling(from side: Side) throws {
        guard case .done = write(Self.piece, from: side) else { throw Stuck() }
    }

    /// Reads up to close_notify.
    fileprivate func drainClient(ends: Bool) throws -> [UInt8] { try drain { client.read(into: $0) } }

    /// Reads up to close_notify.
    fileprivate func drainServer(ends: Bool) throws -> [UInt8] { try drain { server.read(into: $0) } }

    private func drain(_ read: (UnsafeMutableRawBufferPointer) -> Step) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1024)
        var data: [UInt8] = []
        for _ in 0..<100 {
            switch buffer.withUnsafeMutableBytes({ read($0) }) {
            case .done(let count): data += buffer.prefix(count)
            case .closed: return data
            case .wantsRead(drained: false), .wantsWrite: break
            case .wantsRead(drained: true): throw Stuck()
            case .failed(let failure): throw failure
            }
        }
        throw Stuck()
    }
}

extension LibraryPair {
    fileprivate func end(_ side: Side) -> OpaquePointer { side == .client ? client : server }

    @discardableResult
    fileprivate func updateKey(_ type: Int32, by ssl: OpaquePointer) -> Outcome {
        Outcome(ssl) { SSL_key_update($0, type) }
    }

    /// How often a line is in the trace.
    fileprivate func count(_ line: String) -> Int { trace.filter { $0 == line }.count }

    fileprivate func bytesOnTheWire(from ssl: OpaquePointer) -> UInt64 {
        SSL_get_wbio(ssl).map { BIO_number_written($0) } ?? 0
    }

    /// Each end sends a KeyUpdate that the other has read.
    fileprivate func updateBothKeys() throws {
        updateKey(SSL_KEY_UPDATE_REQUESTED, by: client)
        write("x", from: client)
        drain(server)
        write("x", from: server)
        drain(client)
        try #require(count("s<key_update") == 1 && count("c<key_update") == 1)
    }

    /// Wraps `SSL_export_keying_material(3)`.
    fileprivate func exportedSecret(of ssl: OpaquePointer) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        let label = "EXPERIMENTAL sslprobe"
        SSL_export_keying_material(ssl, &bytes, bytes.count, label, label.utf8.count, nil, 0, 0)
        return bytes
    }
}
