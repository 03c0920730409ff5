import OpenSSL
import Reactor

/// The renegotiations of one connection, as its messages tell them.
struct Renegotiations {
    /// One of them, from the request or the ClientHello on.
    struct Attempt {
        fileprivate(set) var initiator: Report.Renegotiation.Initiator
        let began: Instant
        fileprivate(set) var started: Instant?
        fileprivate(set) var result: Report.Renegotiation.Result?
        fileprivate(set) var duration = 0.0
        fileprivate(set) var isAbbreviated: Bool?
        fileprivate(set) var alert: Failure.AlertEntry?
        /// Whether the server asked for a certificate in it.
        fileprivate(set) var asksForCertificate = false
        /// The event that decided it.
        fileprivate(set) var evidence: Evidence?
        fileprivate var hasKeyExchange = false
        fileprivate var finished: [OpenSSL.Direction] = []
    }

    /// The first ones and the latest.
    private(set) var attempts: [Attempt] = []
    /// How many there were, those included that are not kept.
    private(set) var count = 0
    private(set) var acceptedCount = 0
    /// Whether it was us who said no_renegotiation.
    private(set) var wasDeclinedByUs = false

    /// How many are kept; more are none of a diagnosis.
    private static let kept = 256

    /// Whether one has begun and not ended.
    var isPending: Bool { attempts.last.map { $0.result == nil } ?? false }
    /// Whether a handshake is on its way.
    var isRunning: Bool { isPending && attempts.last?.started != nil }

    /// A HelloRequest went over the wire.
    mutating func request(at now: Instant, by initiator: Report.Renegotiation.Initiator) {
        guard !isPending else {
            // Our ClientHello crossed it on the way: the server takes the one for an answer to the other.
            if initiator == .server { change { $0.initiator = .server } }
            return
        }
        count += 1
        if attempts.count == Self.kept { attempts.removeLast() }
        attempts.append(Attempt(initiator: initiator, began: now))
    }

    /// A ClientHello after the handshake; says who began.
    mutating func start(at now: Instant) -> Report.Renegotiation.Initiator {
        request(at: now, by: .client)
        change { $0.started = now }
        return attempts.last?.initiator ?? .client
    }

    /// The server wants to see a certificate.
    mutating func sawCertificateRequest() { change { $0.asksForCertificate = true } }

    /// Only a full handshake exchanges keys.
    mutating func sawKeyExchange() { change { $0.hasKeyExchange = true } }

    /// A Finished; with the second one the renegotiation is done.
    mutating func finish(_ direction: OpenSSL.Direction, at now: Instant) -> RenegotiationDone? {
        guard isRunning else { return nil }
        change { $0.finished.append(direction) }
        guard let attempt = attempts.last, attempt.finished.contains(.sent), attempt.finished.contains(.received) else {
            return nil
        }
        end(.accepted, at: now)
        acceptedCount += 1
        change(evenWhenOver: true) { $0.isAbbreviated = !$0.hasKeyExchange }
        return RenegotiationDone(
            initiatedBy: attempt.initiator, resumed: !attempt.hasKeyExchange,
            durationMs: now.milliseconds(since: attempt.started ?? attempt.began))
    }

    /// One of the two said no_renegotiation.
    ///
    /// A server that declines does so before OpenSSL shows the ClientHello.
    mutating func refuse(_ direction: OpenSSL.Direction, _ alert: Failure.AlertEntry, at now: Instant) {
        if direction == .sent { wasDeclinedByUs = true }
        request(at: now, by: .client)
        change { $0.alert = alert }
        end(.refusedWarning, at: now)
    }

    /// Nobody answered; how long that was waited for, or nil when there was nothing to wait for.
    mutating func ignore(at now: Instant) -> Double? {
        guard isPending else { return nil }
        end(.ignored, at: now)
        return attempts.last?.duration
    }

    /// The connection ended in the middle of one: by the peer's alert, which is a refusal, by ours, or without any.
    mutating func close(by alert: Failure.AlertEntry?, orByOurs own: Failure.AlertEntry?, at now: Instant) {
        guard isPending else { return }
        change { $0.alert = alert ?? own }
        end(alert == nil ? .closed : .refusedFatal, at: now)
    }

    /// Keeps the event that tells how the latest one ended.
    mutating func note(_ evidence: Evidence?) { change(evenWhenOver: true) { $0.evidence = evidence } }

    private mutating func end(_ result: Report.Renegotiation.Result, at now: Instant) {
        change {
            $0.duration = now.milliseconds(since: $0.began)
            $0.result = result
        }
    }

    private mutating func change(evenWhenOver: Bool = false, _ change: (inout Attempt) -> Void) {
        guard let last = attempts.indices.last, evenWhenOver || attempts[last].result == nil else { return }
        change(&attempts[last])
    }
}
