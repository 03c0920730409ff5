import OpenSSL
import Reactor

/// What a plan means to OpenSSL, checked as a whole before any connection is made.
struct ClientConfiguration {
    let context: Context
    let settings: ConnectionSettings

    /// - Throws: `UsageError` for values that OpenSSL does not take, `Ending` for files that cannot be used and for
    ///   what the linked library lacks.
    init(_ plan: ClientPlan, target: Target) throws {
        let trust = try Self.trust(plan.trust)
        let identity = try plan.identity.map(Self.identity)
        do {
            context = try Context(client: Self.settings(plan.offer), trust: trust, identity: identity)
            settings = try Self.connectionSettings(plan, target: target)
            // Host names are only looked at when they are set on a connection.
            _ = try Connection(client: context, settings: settings)
        } catch let error as SettingError {
            throw Self.complaint(about: error)
        } catch let error as OpenSSLError {
            throw Ending(.local, Failure(.local, .fileUnreadable, "\(error)", openssl: error.entries))
        }
    }

    private static func settings(_ offer: TLSOffer) -> ClientSettings {
        var settings = ClientSettings()
        settings.minimum = offer.versions.map { ProtocolVersion($0.lowerBound) }
        settings.maximum = offer.versions.map { ProtocolVersion($0.upperBound) }
        // Some builds of OpenSSL offer older versions by default, only to refuse them by their security level.
        settings.minimum = settings.minimum ?? (offer.legacy ? .tls10 : .tls12)
        if offer.legacy {
            settings.securityLevel = 0
            settings.allowsUnsafeLegacyRenegotiation = true
        }
        settings.securityLevel = offer.securityLevel ?? settings.securityLevel
        settings.ciphers = offer.ciphers
        settings.ciphersuites = offer.ciphersuites
        settings.groups = offer.groups
        settings.signatureAlgorithms = offer.signatureAlgorithms
        settings.offersNoTicket = offer.noTicket
        settings.refusesRenegotiation = true
        return settings
    }

    private static func connectionSettings(_ plan: ClientPlan, target: Target) throws -> ConnectionSettings {
        var settings = ConnectionSettings()
        settings.serverName = plan.offer.sni(for: target)
        settings.peer = PeerIdentity(host: plan.checkedName(for: target))
        settings.verifyDepth = plan.trust.depth
        settings.alpn = plan.offer.alpn
        settings.offersPostHandshakeAuth = plan.offer.postHandshakeAuth
        settings.preSharedKey = try plan.offer.preSharedKey.map(preSharedKey)
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

    private static func identity(_ plan: IdentityPlan) throws -> Identity {
        let password: PasswordSource? =
            switch plan.password {
            case .environment(let name): .environment(name)
            case .file(let path): .file(path)
            case nil: nil
            }
        do {
            return try Identity(
                certificate: .file(plan.certificate), key: plan.key.map(Identity.Source.file),
                chain: plan.chain.map(Identity.Source.file), password: password)
        } catch {
            throw Ending(.local, Failure(.local, .fileUnreadable, "--cert, --key: \(error)"))
        }
    }

    private static func preSharedKey(_ plan: TLSOffer.PreSharedKey) throws -> PreSharedKey {
        let text = try LocalFile.read(plan.keyPath, option: "--psk", limit: 4096)
        guard let key = [UInt8](hexText: text), let shared = PreSharedKey(identity: plan.identity, key: key) else {
            throw Ending(
                .local,
                Failure(
                    .local, .fileUnreadable,
                    "--psk: \(plan.keyPath) does not hold 1 to 256 bytes in hexadecimal"))
        }
        return shared
    }

    /// OpenSSL's setters often say nothing; the option and the value are what helps.
    private static func complaint(about error: SettingError) -> any Error {
        let option =
            switch error.setting {
            case .ciphers: "--ciphers"
            case .ciphersuites: "--ciphersuites"
            case .groups: "--groups"
            case .signatureAlgorithms: "--sigalgs"
            case .alpn: "--alpn"
            case .versions: "--tls"
            case .serverName: "--sni"
            case .verifyName: "--verify-name"
            }
        if let version = error.neededVersion {
            return Ending(
                .unsupported,
                Failure(
                    .local, .needsNewerOpenSSL,
                    "\(option): \(error.value) needs OpenSSL \(version); this is \(LibraryVersion.linked)"))
        }
        let hint =
            option == "--ciphers" && error.value.hasPrefix("TLS_") ? "; TLS 1.3 names go with --ciphersuites" : ""
        return UsageError("\(option): OpenSSL does not know \(UsageError.quoted(error.value))\(hint)")
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

extension ProtocolVersion {
    init(_ version: TLSOffer.Version) {
        switch version {
        case .tls10: self = .tls10
        case .tls11: self = .tls11
        case .tls12: self = .tls12
        case .tls13: self = .tls13
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
