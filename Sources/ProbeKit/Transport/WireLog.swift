import OpenSSL
import Reactor

/// Turns the messages that OpenSSL reports into events, and keeps what verdicts rest on.
///
/// Evidence comes from here, never from return codes: a second read after a fatal alert looks like a clean close.
final class WireLog {
    private let recorder: Recorder
    private let role: Role
    private let idleLimit: Int
    private var keys = KeyEpochs()

    /// Which end we are.
    enum Role { case client, server }

    /// Counts everything that OpenSSL reports.
    private(set) var messageCount = 0
    /// The first one.
    private(set) var clientHello: OpenSSL.ClientHello?
    /// The latest one that is no HelloRetryRequest.
    private(set) var serverHello: OpenSSL.ServerHello?
    private(set) var serverHelloEvidence: Evidence?
    private(set) var hasClientHello = false
    /// Of the first ClientHello; before TLS 1.3 the highest alone.
    private(set) var versionsOffered: [ProtocolVersion] = []
    private(set) var hasServerHello = false
    private(set) var wasRetried = false
    private(set) var group: NamedGroup?
    private(set) var signature: SignatureScheme?
    private(set) var usesPreSharedKey = false
    /// The request for a client certificate in the handshake.
    private(set) var certificateRequest: OpenSSL.CertificateRequest?
    /// The client's answer to it: whether it held a certificate.
    private(set) var answeredWithCertificate: Bool?
    /// Whether any client certificate went over the wire; one that does not fit the request stays home.
    private(set) var hasSentCertificate = false
    private(set) var lateRequests = 0
    private(set) var lateAnswers = 0
    /// Tickets received; a server's own are only counted.
    private(set) var tickets: [TicketSeen] = []
    private(set) var ticketsIssued = 0
    private(set) var alerts: [AlertFound] = []
    private(set) var alertReceived: AlertFound?
    private(set) var alertSent: AlertFound?
    private(set) var renegotiations = Renegotiations()
    private(set) var keyUpdates: KeyUpdateLog
    private(set) var closeNotifySent = false
    private(set) var closeNotifyReceived: Evidence?
    private(set) var finishedReceived: Evidence?
    /// The first five bytes from the peer, whatever it speaks.
    private(set) var firstHeader: RecordHeader?
    private(set) var roundTrips = 0
    /// From our first message to the peer's first.
    private(set) var roundTripTime: Duration?
    private(set) var idle = IdleMessages()
    /// The session that a client brings along, and by which mechanism its ClientHello really offers it.
    var session: OpenSSL.Session?
    private(set) var offeredMechanism: Report.Resumption.Mechanism?
    /// Set when the handshake is done: what comes later is read differently.
    var isEstablished = false
    var hasReceivedData = false
    /// Set when something was sent that makes the server write; a ticket may come in front of the answer.
    var hasElicited = false

    private var helloSent: Instant?
    private var lastDirection: OpenSSL.Direction?

    struct TicketSeen {
        let ticket: OpenSSL.NewSessionTicket
        let afterData: Bool
        let evidence: Evidence
    }

    struct AlertFound {
        let alert: Alert
        let entry: Failure.AlertEntry
        let evidence: Evidence
    }

    init(recorder: Recorder, role: Role, idleLimit: Int) {
        self.recorder = recorder
        self.role = role
        self.idleLimit = idleLimit
        // A client sends no more than it was told to.
        keyUpdates = KeyUpdateLog(keeping: role == .client ? .max : KeyUpdateLog.usuallyKept)
    }

    /// Whether more messages without data came in a row than are taken.
    var isFlooded: Bool { idle.count > idleLimit }

    /// The version that the server chose.
    var version: ProtocolVersion? { keys.version }

    /// Whether we answered a HelloRequest, or a ClientHello after the handshake, with no_renegotiation.
    var hasDeclinedRenegotiation: Bool { renegotiations.wasDeclinedByUs }

    /// Application data came: what came before it was no flood.
    func receivedData() {
        idle = IdleMessages()
        hasReceivedData = true
    }

    /// No answer came to our HelloRequest.
    func gaveUpOnRenegotiation() {
        guard let waited = renegotiations.ignore(at: .now) else { return }
        renegotiations.note(
            recorder.record(.renegotiationIgnored, nil, .renegotiationIgnored(RenegotiationIgnored(afterMs: waited))))
    }

    /// The connection is gone; a renegotiation that ran ends with it. False when there was none.
    @discardableResult
    func lostConnection(by failure: StepFailure? = nil) -> Bool {
        guard renegotiations.isPending else { return false }
        // OpenSSL answers the end of the stream with an alert: that is not why the connection ended.
        let own = failure?.kind == .endOfStream ? nil : alertSent
        renegotiations.close(by: alertReceived?.entry, orByOurs: own?.entry, at: .now)
        renegotiations.note(alertReceived?.evidence ?? own?.evidence ?? closeNotifyReceived)
        return true
    }

    /// Takes in one message.
    func observe(_ message: Message) {
        messageCount += 1
        if case .recordHeader(let header) = message.content { return observe(header, message.direction) }
        if case .other(.clientHello) = message.content { hasClientHello = true }
        guard let name = Event.Name(message) else { return }
        countRoundTrip(message.direction)
        let wire = keys.wire(for: message)
        // Thousands of these fit into a record, and OpenSSL skips them in one go.
        if name == .helloRequest, isFlooded { return }
        let version = keys.version ?? .tls12
        let index = role == .client ? tickets.count : ticketsIssued
        // Every message that has a name is an event.
        let evidence = recorder.record(name, wire, Event(message, ticket: index, version: version) ?? .finished)
        follow(message, evidence, wire)
    }

    private func observe(_ header: RecordHeader, _ direction: OpenSSL.Direction) {
        guard direction == .received else { return }
        if firstHeader == nil { firstHeader = header }
        // After our close_notify OpenSSL passes over handshake messages without a word; only their records show.
        if closeNotifySent, header.contentType == .handshake { idle.add(.helloRequests) }
    }

    private func follow(_ message: Message, _ evidence: Evidence, _ wire: EventRecord.Wire) {
        switch message.content {
        case .clientHello(let hello): sawClientHello(hello, message.direction)
        case .helloRetryRequest: wasRetried = true
        case .serverHello(let hello):
            hasServerHello = true
            if !isEstablished { (serverHello, serverHelloEvidence) = (hello, evidence) }
            group = hello.group ?? group
            usesPreSharedKey = hello.selectedIdentity != nil
        case .certificateRequest(let request):
            if isEstablished, !renegotiations.isRunning { lateRequests += 1 } else { certificateRequest = request }
            renegotiations.sawCertificateRequest()
        case .certificate(let chain): sawCertificate(chain.entries.count, message.direction)
        // Nobody compresses an empty list.
        case .compressedCertificate: sawCertificate(1, message.direction)
        case .serverKeyExchange(let exchange):
            group = exchange.group ?? group
            signature = exchange.signatureScheme ?? signature
        case .certificateVerify(let scheme):
            if message.direction == serverDirection { signature = scheme ?? signature }
        case .clientKeyExchange: renegotiations.sawKeyExchange()
        case .finished: sawFinished(message.direction, evidence)
        case .helloRequest:
            if message.direction == .received { idle.add(.helloRequests) }
            renegotiations.request(at: .now, by: .server)
            recorder.record(.renegotiationRequested, wire, .renegotiationRequested)
        case .newSessionTicket(let ticket): sawTicket(ticket, message.direction, evidence)
        case .keyUpdate(let request):
            // What we asked for is no flood.
            if message.direction == .received, !keyUpdates.isAnswer(request) { idle.add(.keyUpdates) }
            keyUpdates.add(request, message.direction, at: .now, evidence)
        case .alert(let alert): sawAlert(alert, message.direction, evidence, wire)
        case .encryptedExtensions, .certificateStatus, .serverHelloDone, .changeCipherSpec, .endOfEarlyData,
            .recordHeader, .other, .malformed:
            break
        }
    }

    /// Which way the server's messages go.
    private var serverDirection: OpenSSL.Direction { role == .client ? .received : .sent }

    private func countRoundTrip(_ direction: OpenSSL.Direction) {
        defer { lastDirection = direction }
        guard !isEstablished, direction == .received, lastDirection == .sent else { return }
        roundTrips += 1
        if let helloSent, roundTripTime == nil {
            roundTripTime = .milliseconds(Instant.now.milliseconds(since: helloSent))
        }
    }

    private func sawClientHello(_ hello: OpenSSL.ClientHello, _ direction: OpenSSL.Direction) {
        if !hasClientHello { versionsOffered = hello.versions }
        hasClientHello = true
        if clientHello == nil {
            clientHello = hello
            noteOffer(in: hello)
        }
        if role == .client, helloSent == nil { helloSent = .now }
        guard isEstablished else { return }
        let initiator = renegotiations.start(at: .now)
        if direction == .received, initiator == .client { idle.add(.renegotiations) }
        recorder.record(
            .renegotiationStarted, nil, .renegotiationStarted(RenegotiationStarted(initiatedBy: initiator)))
    }

    private func noteOffer(in hello: OpenSSL.ClientHello) {
        guard role == .client, let session else { return }
        if session.version >= .tls13 {
            offeredMechanism = hello.offersPSK ? .psk : nil
        } else if !session.ticket.isEmpty {
            offeredMechanism = hello.offersSessionTicket ? .ticket : nil
        } else {
            offeredMechanism = hello.sessionID == session.identifier ? .id : nil
        }
        guard let offeredMechanism else { return }
        recorder.record(.sessionOffered, nil, .sessionOffered(SessionOffered(mechanism: offeredMechanism)))
    }

    private func sawCertificate(_ count: Int, _ direction: OpenSSL.Direction) {
        guard direction != serverDirection else { return }
        if count > 0 { hasSentCertificate = true }
        if lateRequests > lateAnswers {
            lateAnswers += 1
            recorder.record(
                .postHandshakeAuth, nil, .postHandshakeAuth(PostHandshakeAuth(certificateSent: count > 0)))
        } else {
            answeredWithCertificate = count > 0
        }
    }

    private func sawFinished(_ direction: OpenSSL.Direction, _ evidence: Evidence) {
        if direction == .received { finishedReceived = finishedReceived ?? evidence }
        guard isEstablished, let done = renegotiations.finish(direction, at: .now) else { return }
        renegotiations.note(recorder.record(.renegotiationDone, nil, .renegotiationDone(done)))
    }

    private func sawTicket(
        _ ticket: OpenSSL.NewSessionTicket, _ direction: OpenSSL.Direction, _ evidence: Evidence
    ) {
        guard direction == .received else {
            ticketsIssued += 1
            return
        }
        // The one in a renegotiation belongs to it.
        if isEstablished, !renegotiations.isRunning { idle.add(.tickets) }
        // A flood is reported as such; its tickets need not all be kept.
        guard tickets.count < IdleMessages.kept, !ticket.ticket.isEmpty else { return }
        tickets.append(TicketSeen(ticket: ticket, afterData: hasReceivedData || hasElicited, evidence: evidence))
    }

    private func sawAlert(
        _ alert: Alert, _ direction: OpenSSL.Direction, _ evidence: Evidence, _ wire: EventRecord.Wire
    ) {
        if alert.isCloseNotify {
            switch direction {
            case .sent: closeNotifySent = true
            case .received: closeNotifyReceived = closeNotifyReceived ?? evidence
            }
            return
        }
        let found = AlertFound(
            alert: alert, entry: Failure.AlertEntry(alert, Direction(direction)), evidence: evidence)
        if alerts.count < IdleMessages.kept { alerts.append(found) }
        if alert.kind == .noRenegotiation, !alert.isFatal, direction == .sent || renegotiations.isPending {
            renegotiations.refuse(direction, found.entry, at: .now)
            renegotiations.note(recorder.record(.renegotiationRefused, wire, .renegotiationRefused))
        }
        switch direction {
        case .sent: if alert.kind != .noRenegotiation { alertSent = alertSent ?? found }
        case .received where endsConnection(alert): alertReceived = alertReceived ?? found
        case .received: idle.add(.warningAlerts)
        }
    }

    /// In TLS 1.3 every alert but user_canceled is fatal, whatever level it names (RFC 8446, 6).
    private func endsConnection(_ alert: Alert) -> Bool {
        version ?? .tls12 >= .tls13 ? alert.kind != .userCanceled : alert.isFatal
    }
}
