import OpenSSL
import Reactor

/// What a plan means to OpenSSL, checked as a whole before any connection is made.
struct ClientConfiguration {
    let context: Context
    let settings: ConnectionSettings
    /// What the run has read of certificates.
    let entries: CertificateEntries

    /// - Throws: `UsageError` for values that OpenSSL does not take, `Ending` for files that cannot be used and for
    ///   what the linked library lacks.
    init(_ plan: ProbePlan) throws {
        let (question, target) = (plan.question, plan.target)
        let plan = plan.client
        let trust = try Self.trust(plan.trust)
        let identity = try plan.identity.map(Identity.load)
        entries = CertificateEntries()
        do {
            context = try Context(client: Self.settings(plan, question), trust: trust, identity: identity)
            settings = Self.connectionSettings(
                plan, target: target, try plan.offer.preSharedKey.map(PreSharedKey.load))
            // Host names are only looked at when they are set on a connection.
            _ = try Connection(client: context, settings: settings)
        } catch let error as SettingError {
            throw error.complaint
        } catch let error as OpenSSLError {
            throw Ending(.local, Failure(.local, .fileUnreadable, "\(error)", openssl: error.entries))
        }
    }

    /// The same for another target; what costs time is shared.
    func adapted(to plan: ProbePlan) -> ClientConfiguration {
        ClientConfiguration(
            context: context,
            settings: Self.connectionSettings(plan.client, target: plan.target, settings.preSharedKey),
            entries: entries)
    }

    private init(context: Context, settings: ConnectionSettings, entries: CertificateEntries) {
        self.context = context
        self.settings = settings
        self.entries = entries
    }

    private static func settings(_ plan: ClientPlan, _ question: ProbePlan.Question) -> ClientSettings {
        let offer = plan.offer
        var settings = ClientSettings()
        settings.tls = TLSSettings(offer, plan.capture)
        settings.allowsUnsafeLegacyRenegotiation = offer.legacy
        settings.offersNoTicket = offer.noTicket
        settings.refusesRenegotiation = true
        if case .resume(let question) = question {
            settings.allowsPSKWithoutKeyExchange = question.allowsPSKWithoutKeyExchange
            if question.mechanism == .id { settings.offersNoTicket = true }
        }
        if case .renegotiate(let question) = question {
            settings.refusesRenegotiation = false
            if question.allowsUnsafe { settings.allowsUnsafeLegacyRenegotiation = true }
        }
        return settings
    }

    private static func connectionSettings(
        _ plan: ClientPlan, target: Target, _ preSharedKey: PreSharedKey?
    ) -> ConnectionSettings {
        var settings = ConnectionSettings()
        settings.serverName = plan.offer.sni(for: target)
        let name = plan.checkedName(for: target)
        // That of a list has none of its own.
        settings.peer = name.isEmpty ? .none : PeerIdentity(host: name)
        settings.verifyDepth = plan.trust.depth
        settings.alpn = plan.offer.alpn
        settings.offersPostHandshakeAuth = plan.offer.postHandshakeAuth
        settings.preSharedKey = preSharedKey
        return settings
    }

    private static func trust(_ plan: TrustPlan) throws -> TrustStore {
        do {
            if plan.sources.contains(.none) {
                guard plan.sources.allSatisfy({ $0 == .none }) else {
                    throw UsageError("--ca none cannot be combined with other --ca options")
                }
                return try .none()
            }
            let sources = plan.sources.isEmpty ? [.system] : plan.sources
            return try TrustStore(
                sources.map { source in
                    switch source {
                    case .system, .none: .system
                    case .path(let path): .path(path)
                    }
                })
        } catch let error as TrustStoreError {
            throw Ending(.local, Failure(.local, .fileUnreadable, "--ca: \(error)"))
        }
    }
}

extension ClientPlan {
    /// The name or address that the certificate must hold.
    func checkedName(for target: Target) -> String {
        if let name = trust.name { return name }
        if case .name(let name) = offer.serverName { return name }
        return target.host
    }
}

extension TLSOffer {
    /// The name sent as SNI: none for an address (RFC 6066).
    func sni(for target: Target) -> String? {
        switch serverName {
        case .none: nil
        case .name(let name): name
        case .target: target.isAddress ? nil : target.host
        }
    }
}

extension OpenSSLError {
    /// The queue as the report shows it.
    var entries: [Failure.Reason] {
        reasons.map { reason in
            let code = String(reason.code, radix: 16, uppercase: true)
            return Failure.Reason(
                library: Int(reason.library), reason: Int(reason.reason),
                code: String(repeating: "0", count: max(0, 8 - code.count)) + code, text: reason.text)
        }
    }
}

/// A connection that is set up and never started: others begin as copies of it.
final class ConnectionTemplate: @unchecked Sendable {
    // Sendable without a check: used by tasks of one loop alone.
    private let original: Connection

    init(_ original: consuming Connection) { self.original = original }

    func connection() throws -> Connection { try original.duplicate() }
}
