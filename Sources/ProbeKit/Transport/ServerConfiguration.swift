import OpenSSL
import Reactor

/// What a plan means to OpenSSL, checked as a whole before anything listens.
struct ServerConfiguration: Sendable {
    let context: Context
    /// What it shows.
    let identities: [Identity]
    /// The keys that seal tickets, when they are to change.
    let ticketKeys: TicketKeyRing?
    /// Tickets that would make the handshake wait for a client that does not read: they are sent when it is done.
    let lateTickets: Int
    /// What `--write-ca` and `--write-client-cert` write.
    private let files: [(option: String, path: String, mode: FileMode, text: String)]

    /// OpenSSL sends the tickets inside SSL_accept; as many as any socket takes without waiting.
    private static let mostTicketsAtOnce = 16

    private enum FileMode: Sendable { case everybody, owner }

    /// - Throws: `UsageError` for values that OpenSSL does not take, `Ending` for files that cannot be used and for
    ///   what the linked library lacks.
    init(_ plan: ServePlan) throws {
        do {
            let needsAuthority =
                plan.identities.isEmpty || plan.selfMade.clientFile != nil
                || (plan.clientAuth != .none && plan.clientCA == nil)
            let authority = needsAuthority ? try EphemeralAuthority(commonName: "sslprobe test CA") : nil
            ticketKeys = try plan.tickets.rotation.map { _ in try TicketKeyRing() }
            lateTickets = plan.tickets.mode == .off ? 0 : max(0, plan.tickets.count - Self.mostTicketsAtOnce)
            identities = try Self.identities(plan, authority)
            context = try Context(
                server: Self.settings(plan, keys: ticketKeys), identities: identities,
                trust: Self.trust(plan, authority))
            files = try Self.files(plan.selfMade, authority)
        } catch let error as SettingError {
            throw error.complaint
        } catch let error as OpenSSLError {
            throw Ending(.local, Failure(.local, .internalError, "\(error)", openssl: error.entries))
        } catch let error as IdentityError {
            throw Ending(.local, Failure(.local, .fileUnreadable, "--cert: \(error)"))
        }
    }

    /// Writes what clients need, before any of them can come.
    func writeFiles() throws(Ending) {
        for file in files {
            do {
                try FileWriter.replace(
                    file.path, with: Array(file.text.utf8), mode: file.mode == .owner ? 0o600 : 0o644)
            } catch {
                throw Ending(.local, Failure(.local, .fileUnwritable, "\(file.option): \(error)"))
            }
        }
    }

    private static func settings(_ plan: ServePlan, keys: TicketKeyRing?) throws -> ServerSettings {
        var settings = ServerSettings()
        settings.tls = TLSSettings(plan.offer, plan.capture)
        if plan.selfMade.profile?.needsSecurityLevelZero == true { settings.tls.securityLevel = 0 }
        settings.alpn = plan.offer.alpn
        settings.tickets.mode =
            switch plan.tickets.mode {
            case .stateless: .stateless
            case .stateful: .stateful
            case .off: .off
            }
        settings.tickets.count = min(plan.tickets.count, mostTicketsAtOnce)
        settings.tickets.lifetime = Int(clamping: plan.tickets.lifetime.components.seconds)
        settings.tickets.keys = keys
        settings.maxEarlyData = plan.earlyData
        settings.preventsReplay = plan.preventsReplay
        settings.clientCertificate =
            switch plan.clientAuth {
            case .none, .postHandshake, .renegotiation: .none
            case .request: .request
            case .require: .require
            }
        settings.allowsClientRenegotiation = plan.allowsClientRenegotiation
        settings.allowsUnsafeLegacyRenegotiation = plan.offer.legacy
        settings.resumesInRenegotiation = plan.resumesInRenegotiation
        settings.preSharedKey = try plan.offer.preSharedKey.map(PreSharedKey.load)
        return settings
    }

    private static func identities(_ plan: ServePlan, _ authority: EphemeralAuthority?) throws -> [Identity] {
        guard plan.identities.isEmpty, let authority else { return try plan.identities.map(Identity.load) }
        guard let profile = plan.selfMade.profile else {
            return [try authority.issue(LeafTemplate(names: plan.selfMade.names))]
        }
        return [try profile.issue(by: authority, for: plan.selfMade.names)]
    }

    private static func trust(_ plan: ServePlan, _ authority: EphemeralAuthority?) throws -> TrustStore {
        guard plan.clientAuth != .none else { return try .none() }
        do {
            if let path = plan.clientCA { return try TrustStore([.path(path)]) }
        } catch let error as TrustStoreError {
            throw Ending(.local, Failure(.local, .fileUnreadable, "--client-ca: \(error)"))
        }
        return try TrustStore(authority.map { [.certificates([$0.certificate], name: "in memory")] } ?? [])
    }

    private static func files(
        _ plan: SelfMadePlan, _ authority: EphemeralAuthority?
    ) throws -> [(option: String, path: String, mode: FileMode, text: String)] {
        guard let authority else { return [] }
        var files: [(option: String, path: String, mode: FileMode, text: String)] = []
        if let path = plan.authorityFile {
            files.append(("--write-ca", path, .everybody, authority.certificate.pem))
        }
        if let path = plan.clientFile {
            var template = LeafTemplate(names: ["client.sslprobe.test"])
            template.usage = .client
            files.append(("--write-client-cert", path, .owner, try authority.issue(template).pem))
        }
        return files
    }
}
