import OpenSSL
import Reactor

/// Turns the messages that OpenSSL reports into events, and keeps what verdicts rest on.
///
/// Evidence comes from here, never from return codes: a second read after a fatal alert looks like a clean close.
final class WireLog {
    private let recorder: Recorder
    private let idleLimit: Int
    private var keys = KeyEpochs()

    /// Counts everything that OpenSSL reports.
    private(set) var messageCount = 0
    private(set) var hasServerHello = false
    private(set) var wasRetried = false
    private(set) var group: NamedGroup?
    private(set) var signature: SignatureScheme?
    private(set) var usesPreSharedKey = false
    /// The request for a client certificate in the handshake.
    private(set) var certificateRequest: OpenSSL.CertificateRequest?
    /// Our answer to it: whether it held a certificate.
    private(set) var answeredWithCertificate: Bool?
    /// Whether any certificate of ours went out; one that does not fit the request stays home.
    private(set) var hasSentCertificate = false
    private(set) var lateRequests = 0
    private(set) var lateAnswers = 0
    private(set) var tickets: [TicketSeen] = []
    private(set) var alertReceived: AlertFound?
    private(set) var alertSent: AlertFound?
    private(set) var hasDeclinedRenegotiation = false
    private(set) var closeNotifySent = false
    private(set) var closeNotifyReceived: Evidence?
    private(set) var finishedReceived: Evidence?
    /// The first five bytes from the peer, whatever it speaks.
    private(set) var firstHeader: RecordHeader?
    private(set) var roundTrips = 0
    /// From our first message to the peer's first.
    private(set) var roundTripTime: Duration?
    private(set) var idle = IdleMessages()
    /// Set when the handshake is done: what comes later is read differently.
    var isEstablished = false
    var hasReceivedData = false

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

    init(recorder: Recorder, idleLimit: Int) {
        self.recorder = recorder
        self.idleLimit = idleLimit
    }

    /// Whether more messages without data came in a row than are taken.
    var isFlooded: Bool { idle.count > idleLimit }

    /// The version that the server chose.
    var version: ProtocolVersion? { keys.version }

    /// Application data came: what came before it was no flood.
    func receivedData() {
        idle = IdleMessages()
        hasReceivedData = true
    }

    /// Takes in one message.
    func observe(_ message: Message) {
        messageCount += 1
        if case .recordHeader(let header) = message.content {
            guard message.direction == .received else { return }
            if firstHeader == nil { firstHeader = header }
            // After our close_notify OpenSSL passes over handshake messages without a word; only their records show.
            if closeNotifySent, header.contentType == .handshake { idle.add(.helloRequests) }
            return
        }
        countRoundTrip(message.direction)
        let wire = keys.wire(for: message)
        switch message.content {
        case .clientHello(let hello): sentHello(hello, wire)
        case .helloRetryRequest(let hello):
            wasRetried = true
            recorder.record(.helloRetryRequest, wire, .helloRetryRequest(ServerHello(hello)))
        case .serverHello(let hello):
            hasServerHello = true
            group = hello.group ?? group
            usesPreSharedKey = hello.selectedIdentity != nil
            recorder.record(.serverHello, wire, .serverHello(ServerHello(hello)))
        case .encryptedExtensions(let extensions):
            recorder.record(
                .encryptedExtensions, wire, .encryptedExtensions(EncryptedExtensions(extensions)))
        case .certificateRequest(let request): sawRequest(request, wire)
        case .certificate(let chain):
            sawCertificate(chain.entries.count, from: message.direction)
            recorder.record(.certificate, wire, .certificate(CertificateMessage(chain)))
        case .compressedCertificate(let chain):
            // Nobody compresses an empty list.
            sawCertificate(1, from: message.direction)
            recorder.record(.certificate, wire, .certificate(CertificateMessage(chain)))
        case .certificateStatus: recorder.record(.certificateStatus, wire, .certificateStatus)
        case .serverKeyExchange(let exchange):
            group = exchange.group ?? group
            signature = exchange.signatureScheme ?? signature
            recorder.record(.serverKeyExchange, wire, .serverKeyExchange(ServerKeyExchange(exchange)))
        case .certificateVerify(let scheme):
            if message.direction == .received { signature = scheme ?? signature }
            recorder.record(
                .certificateVerify, wire, .certificateVerify(CertificateVerify(signatureAlgorithm: scheme?.name)))
        case .serverHelloDone: recorder.record(.serverHelloDone, wire, .serverHelloDone)
        case .clientKeyExchange: recorder.record(.clientKeyExchange, wire, .clientKeyExchange)
        case .changeCipherSpec: recorder.record(.changeCipherSpec, wire, .changeCipherSpec)
        case .finished: sawFinished(message.direction, wire)
        case .helloRequest:
            // Thousands fit into a record, and OpenSSL skips them in one go.
            guard !isFlooded else { return }
            idle.add(.helloRequests)
            recorder.record(.helloRequest, wire, .helloRequest)
            recorder.record(.renegotiationRequested, wire, .renegotiationRequested)
        case .endOfEarlyData: recorder.record(.endOfEarlyData, wire, .endOfEarlyData)
        case .newSessionTicket(let ticket): sawTicket(ticket, wire)
        case .keyUpdate(let request):
            if message.direction == .received { idle.add(.keyUpdates) }
            recorder.record(.keyUpdate, wire, .keyUpdate(KeyUpdate(request)))
        case .alert(let alert): sawAlert(alert, message.direction, wire)
        case .recordHeader, .other, .malformed: break
        }
    }

    private func countRoundTrip(_ direction: OpenSSL.Direction) {
        defer { lastDirection = direction }
        guard !isEstablished, direction == .received, lastDirection == .sent else { return }
        roundTrips += 1
        if let helloSent, roundTripTime == nil {
            roundTripTime = .milliseconds(Instant.now.milliseconds(since: helloSent))
        }
    }

    private func sentHello(_ hello: OpenSSL.ClientHello, _ wire: EventRecord.Wire) {
        if helloSent == nil { helloSent = .now }
        recorder.record(.clientHello, wire, .clientHello(ClientHello(hello)))
    }

    private func sawRequest(_ request: OpenSSL.CertificateRequest, _ wire: EventRecord.Wire) {
        recorder.record(.certificateRequest, wire, .certificateRequest(CertificateRequest(request)))
        if isEstablished { lateRequests += 1 } else { certificateRequest = request }
    }

    private func sawCertificate(_ count: Int, from direction: OpenSSL.Direction) {
        guard direction == .sent else { return }
        if count > 0 { hasSentCertificate = true }
        if lateRequests > lateAnswers {
            lateAnswers += 1
            recorder.record(
                .postHandshakeAuth, nil, .postHandshakeAuth(PostHandshakeAuth(certificateSent: count > 0)))
        } else {
            answeredWithCertificate = count > 0
        }
    }

    private func sawFinished(_ direction: OpenSSL.Direction, _ wire: EventRecord.Wire) {
        let evidence = recorder.record(.finished, wire, .finished)
        if direction == .received { finishedReceived = finishedReceived ?? evidence }
    }

    private func sawTicket(_ ticket: OpenSSL.NewSessionTicket, _ wire: EventRecord.Wire) {
        if isEstablished { idle.add(.tickets) }
        // A flood is reported as such; its tickets need not all be kept.
        let index = tickets.count
        let evidence = recorder.record(
            .newSessionTicket, wire,
            .newSessionTicket(NewSessionTicket(ticket, index: index, version: keys.version ?? .tls12)))
        guard index < IdleMessages.kept, !ticket.ticket.isEmpty else { return }
        tickets.append(TicketSeen(ticket: ticket, afterData: hasReceivedData, evidence: evidence))
    }

    private func sawAlert(_ alert: Alert, _ direction: OpenSSL.Direction, _ wire: EventRecord.Wire) {
        if alert.isCloseNotify {
            let evidence = recorder.record(.closeNotify, wire, .closeNotify)
            switch direction {
            case .sent: closeNotifySent = true
            case .received: closeNotifyReceived = closeNotifyReceived ?? evidence
            }
            return
        }
        let entry = Failure.AlertEntry(alert, wire.dir)
        let seen = AlertSeen(level: entry.level, description: entry.description, number: entry.number)
        let found = AlertFound(alert: alert, entry: entry, evidence: recorder.record(.alert, wire, .alert(seen)))
        switch direction {
        case .sent where alert.kind == .noRenegotiation:
            hasDeclinedRenegotiation = true
            recorder.record(.renegotiationRefused, wire, .renegotiationRefused)
        case .sent: alertSent = alertSent ?? found
        case .received where endsConnection(alert): alertReceived = alertReceived ?? found
        case .received: idle.add(.warningAlerts)
        }
    }
}

extension WireLog {
    /// In TLS 1.3 every alert but user_canceled is fatal, whatever level it names (RFC 8446, 6).
    private func endsConnection(_ alert: Alert) -> Bool {
        version ?? .tls12 >= .tls13 ? alert.kind != .userCanceled : alert.isFatal
    }
}

/// Messages in a row that carry no data: what a flood is made of.
struct IdleMessages {
    private(set) var kind = FloodStopped.Kind.tickets
    private(set) var count = 0

    /// How many tickets of one connection are kept for the report.
    static let kept = 1024

    mutating func add(_ kind: FloodStopped.Kind) {
        self.kind = kind
        count += 1
    }
}

extension FloodStopped {
    init(_ idle: IdleMessages) { self.init(kind: idle.kind, count: idle.count) }
}
