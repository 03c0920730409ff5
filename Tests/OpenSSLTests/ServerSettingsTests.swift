import TestSupport
import Testing

@testable import OpenSSL

/// What a server context accepts and hands out.
@Suite struct ServerSettingsTests {
    @Test(arguments: [0, 1, 16, 100])
    func sendsSoManyTickets(count: Int) throws {
        var settings = ServerSettings()
        settings.tickets.count = count
        let pair = try visit(ConnectionEnds(settings))
        #expect(pair.tickets.count == count)
    }

    @Test func aTicketLastsAsLongAsAsked() throws {
        var settings = ServerSettings()
        settings.tickets.lifetime = 12
        let pair = try visit(ConnectionEnds(settings))
        #expect(pair.tickets.map(\.lifetime) == [12, 12])
    }

    @Test func aStatefulTicketOnlyNamesTheSession() throws {
        var settings = ServerSettings()
        settings.tickets.mode = .stateful
        let ends = try ConnectionEnds(settings)
        let first = try visit(ends)
        #expect(first.tickets.map(\.ticket.count) == [32, 32])
        #expect(try visit(ends, resuming: first.sessions.last).isResumed)
    }

    @Test(arguments: [ProtocolVersion.tls12, .tls13])
    func nothingCanBeResumedWithoutTickets(version: ProtocolVersion) throws {
        var settings = ServerSettings()
        settings.tls.maximum = version
        settings.tickets.mode = .off
        let ends = try ConnectionEnds(settings)
        let first = try visit(ends)
        #expect(first.tickets.isEmpty)
        let session = first.client.session
        #expect(session?.isResumable == false && first.sessions.isEmpty)
    }

    @Test func theCertificateIsTheOneOfTheName() throws {
        let authority = try ConnectionEnds.authority.get()
        let identities = try ["one.example", "*.two.example"].map { try authority.issue(LeafTemplate(names: [$0])) }
        let ends = try ConnectionEnds(identities: identities)
        for (name, common) in [
            ("one.example", "one.example"), ("a.two.example", "*.two.example"), ("ONE.example", "one.example"),
            ("three.example", "one.example"), (nil, "one.example"),
        ] {
            var settings = ConnectionSettings()
            settings.serverName = name
            let pair = try visit(ends, client: settings)
            #expect(pair.serverCertificate?.subjectCommonName == common, "\(name ?? "no name")")
        }
    }

    @Test(arguments: [("RSA-PSS+SHA256", "RSA"), ("ECDSA+SHA256", "EC")])
    func theCertificateIsOneThatTheClientCanVerify(algorithms: String, kind: String) throws {
        let authority = try ConnectionEnds.authority.get()
        var rsa = LeafTemplate(names: ["localhost"])
        rsa.key = .rsa(bits: 2048)
        let identities = try [authority.issue(LeafTemplate(names: ["localhost"])), authority.issue(rsa)]
        var client = ClientSettings()
        client.tls.signatureAlgorithms = algorithms
        let pair = try visit(ConnectionEnds(client: client, identities: identities))
        #expect(pair.serverCertificate?.key.type == kind)
    }

    @Test func aServerWithoutIdentitiesCanShowNone() throws {
        let ends = try ConnectionEnds(identities: [])
        #expect(throws: StepFailure.self) { try ConnectionPair(ends).shakeHands() }
    }

    @Test(arguments: [ClientCertificateDemand.none, .request, .require])
    func asksForACertificateAsToldTo(demand: ClientCertificateDemand) throws {
        var settings = ServerSettings()
        settings.clientCertificate = demand
        settings.tls.maximum = .tls12
        let authority = try ConnectionEnds.authority.get()
        var template = LeafTemplate(names: ["client.example"])
        template.usage = .client
        let known = try visit(ConnectionEnds(settings, clientIdentity: authority.issue(template)))
        let isAsked = demand != .none
        #expect((known.clientCertificate != nil) == isAsked)
        #expect(known.server.observer.verification?.isOK == (isAsked ? true : nil))

        let nobody = try ConnectionPair(ConnectionEnds(settings))
        let stranger = try EphemeralAuthority(commonName: "Others").issue(template)
        let other = try ConnectionPair(ConnectionEnds(settings, clientIdentity: stranger))
        if demand == .require {
            #expect(throws: StepFailure.self) { try nobody.shakeHands() }
            #expect(throws: StepFailure.self) { try other.shakeHands() }
        } else {
            try nobody.shakeHands()
            try other.shakeHands()
        }
        #expect(nobody.server.observer.verification == nil)
        #expect(other.server.observer.verification?.isOK == (isAsked ? false : nil))
    }

    private func visit(
        _ ends: ConnectionEnds, client settings: ConnectionSettings = ConnectionSettings(),
        resuming session: Session? = nil
    ) throws -> ConnectionPair {
        let pair = try ConnectionPair(ends, client: settings, resuming: session)
        try pair.shakeHands()
        try pair.drainClient()
        return pair
    }
}
