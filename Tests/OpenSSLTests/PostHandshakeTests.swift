import TestSupport
import Testing

@testable import OpenSSL

/// What a server does after the handshake: tickets, KeyUpdates, renegotiations, requests for a certificate.
@Suite struct PostHandshakeTests {
    @Test(arguments: [1, 3, 100])
    func issuesSeveralTicketsAtOnce(count: Int) throws {
        let pair = try connected(.tls13)
        let before = pair.tickets.count
        for _ in 0..<count { try pair.server.issueTicket() }
        _ = pair.server.handshake()
        try pair.drainClient()
        #expect(pair.tickets.count - before == count)
    }

    @Test func aTicketMayWaitForTheNextWrite() throws {
        let pair = try connected(.tls13)
        let before = pair.tickets.count
        try pair.server.issueTicket()
        try pair.server.issueTicket()
        try pair.drainClient()
        #expect(pair.tickets.count == before)
        #expect([UInt8]("x".utf8).withUnsafeBytes { pair.server.write($0) }.count == 1)
        #expect(try pair.drainClient() == Array("x".utf8))
        #expect(pair.tickets.count == before + 2)
    }

    @Test func issuesNoTicketBeforeTheHandshakeOrInTLS12() throws {
        var settings = ServerSettings()
        settings.tls.maximum = .tls12
        #expect(throws: OpenSSLError.self) { try ConnectionPair(ConnectionEnds()).server.issueTicket() }
        #expect(throws: OpenSSLError.self) { try connected(.tls12).server.issueTicket() }
        #expect(throws: OpenSSLError.self) { try connected(.tls13).client.issueTicket() }
    }

    @Test(arguments: [KeyUpdateRequest.updateRequested, .updateNotRequested])
    func updatesKeys(request: KeyUpdateRequest) throws {
        let pair = try connected(.tls13)
        var seen: [KeyUpdateRequest] = []
        pair.server.observer.onMessage = {
            if $0.direction == .received, case .keyUpdate(let answer) = $0.content { seen.append(answer) }
        }
        try pair.server.updateKey(request)
        #expect(pair.server.pendingKeyUpdate == request)
        _ = pair.server.handshake()
        #expect(pair.server.pendingKeyUpdate == nil)
        try pair.drainClient()
        // A peer answers with its next write.
        #expect(pair.client.pendingKeyUpdate == (request == .updateRequested ? .updateNotRequested : nil))
        #expect([UInt8]("x".utf8).withUnsafeBytes { pair.client.write($0) }.count == 1)
        #expect(try pair.drainServer() == Array("x".utf8))
        #expect(seen == (request == .updateRequested ? [.updateNotRequested] : []))
    }

    @Test func nothingIsArrangedForInTheMiddleOfAHandshake() throws {
        let pair = try ConnectionPair(ConnectionEnds())
        _ = pair.client.handshake()
        _ = pair.server.handshake()
        #expect(throws: OpenSSLError.self) { try pair.server.updateKey(.updateRequested) }
        #expect(throws: OpenSSLError.self) { try pair.server.renegotiate() }
        #expect(throws: OpenSSLError.self) { try pair.server.requestCertificate() }
        try pair.shakeHands()
    }

    @Test(arguments: [true, false])
    func aRenegotiationResumesUnlessToldNotTo(resumes: Bool) throws {
        var settings = ServerSettings()
        settings.resumesInRenegotiation = resumes
        let pair = try connected(.tls12, settings)
        var exchanges = 0
        pair.server.observer.onMessage = { if case .clientKeyExchange = $0.content { exchanges += 1 } }
        try pair.server.renegotiate()
        _ = pair.server.handshake()
        #expect(pair.isRenegotiating)
        try pair.drainClient()
        try pair.settle()
        #expect(!pair.isRenegotiating)
        #expect(pair.server.renegotiationCount == 1)
        #expect(exchanges == (resumes ? 0 : 1))
    }

    @Test(arguments: [true, false])
    func aClientMayRenegotiateOnlyWhereItIsAllowed(isAllowed: Bool) throws {
        var settings = ServerSettings()
        settings.allowsClientRenegotiation = isAllowed
        let pair = try connected(.tls12, settings)
        try pair.client.renegotiate()
        _ = pair.client.handshake()
        if isAllowed {
            try pair.settle()
            #expect(!pair.isRenegotiating)
            #expect(pair.alerts.isEmpty)
        } else {
            #expect(throws: StepFailure.self) { try pair.settle() }
            #expect(pair.alerts.first == .noRenegotiation)
        }
    }

    /// Without another session context the renegotiation would resume, and ask for nothing.
    @Test(arguments: [true, false])
    func aRenegotiationAsksForACertificateOnlyWithoutTheSession(leaves: Bool) throws {
        let pair = try connected(.tls12, isClientKnown: true)
        pair.server.demandCertificate(.require)
        if leaves { try pair.server.leaveSessionContext() }
        try pair.server.renegotiate()
        _ = pair.server.handshake()
        try pair.drainClient()
        try pair.settle()
        #expect((pair.clientCertificate != nil) == leaves)
    }

    @Test(arguments: [true, false])
    func asksForACertificateOnlyWhoOffersIt(offers: Bool) throws {
        let pair = try connected(.tls13, isClientKnown: true, offersPostHandshakeAuth: offers)
        pair.server.demandCertificate(.require)
        guard offers else {
            #expect(throws: OpenSSLError.self) { try pair.server.requestCertificate() }
            return
        }
        try pair.server.requestCertificate()
        _ = pair.server.handshake()
        try pair.drainClient()
        try pair.settle()
        #expect(pair.clientCertificate?.subjectCommonName == "client.example")
        #expect(pair.server.observer.verification?.isOK == true)
    }

    @Test(arguments: [(true, false), (false, true)])
    func takesEarlyDataTwiceOnlyWithoutProtection(prevents: Bool, isTakenTwice: Bool) throws {
        var settings = ServerSettings()
        settings.maxEarlyData = 100
        settings.preventsReplay = prevents
        let ends = try ConnectionEnds(settings)
        let first = try ConnectionPair(ends)
        try first.shakeHands()
        try first.drainClient()
        let session = try #require(first.sessions.first)
        #expect(session.maxEarlyData == 100)
        let results = try (0..<2).map { _ in try sendEarly("hello", to: ends, with: Session(der: session.der)) }
        #expect(results == ["hello", isTakenTwice ? "hello" : ""])
    }

    /// What the server takes of the early data.
    private func sendEarly(_ text: String, to ends: ConnectionEnds, with session: Session) throws -> String {
        let pair = try ConnectionPair(ends, resuming: session)
        try pair.writeEarlyData(Array(text.utf8))
        var buffer = [UInt8](repeating: 0, count: 1024)
        var data: [UInt8] = []
        reading: for _ in 0..<50 {
            let step = buffer.withUnsafeMutableBytes { pair.server.readEarlyData(into: $0) }
            switch step {
            case .data(let count): data += buffer.prefix(count)
            case .finished: break reading
            case .step: _ = pair.client.handshake()
            }
        }
        try pair.shakeHands()
        #expect(pair.server.earlyData == (data.isEmpty ? .rejected : .accepted))
        return String(decoding: data, as: UTF8.self)
    }

    private func connected(
        _ version: ProtocolVersion, _ settings: ServerSettings = ServerSettings(), isClientKnown: Bool = false,
        offersPostHandshakeAuth: Bool = false
    ) throws -> ConnectionPair {
        var settings = settings
        settings.tls.maximum = version
        var template = LeafTemplate(names: ["client.example"])
        template.usage = .client
        let identity = isClientKnown ? try ConnectionEnds.authority.get().issue(template) : nil
        var client = ConnectionSettings()
        client.offersPostHandshakeAuth = offersPostHandshakeAuth
        let pair = try ConnectionPair(ConnectionEnds(settings, clientIdentity: identity), client: client)
        try pair.shakeHands()
        try pair.drainClient()
        return pair
    }
}

extension Step {
    /// How many bytes were written; nil when it was not done.
    fileprivate var count: Int? { if case .done(let count) = self { count } else { nil } }
}
