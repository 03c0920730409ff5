import OpenSSL
import Reactor

// What both ends of a connection read from their options, checked before any connection is made.

extension TLSSettings {
    init(_ offer: TLSOffer, _ capture: CapturePlan) {
        self.init()
        logsKeys = capture.keyLogPath != nil
        // Some builds of OpenSSL offer older versions by default, only to refuse them by their security level.
        minimum = offer.versions.map { ProtocolVersion($0.lowerBound) } ?? (offer.legacy ? .tls10 : .tls12)
        maximum = offer.versions.map { ProtocolVersion($0.upperBound) }
        securityLevel = offer.securityLevel ?? (offer.legacy ? 0 : nil)
        ciphers = offer.ciphers
        ciphersuites = offer.ciphersuites
        groups = offer.groups
        signatureAlgorithms = offer.signatureAlgorithms
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

extension Identity {
    static func load(_ plan: IdentityPlan) throws(Ending) -> Identity {
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
}

extension PreSharedKey {
    static func load(_ plan: TLSOffer.PreSharedKey) throws(Ending) -> PreSharedKey {
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
}

extension SettingError {
    /// OpenSSL's setters often say nothing; the option and the value are what helps.
    var complaint: any Error {
        if let neededVersion {
            return Ending(
                .unsupported,
                Failure(
                    .local, .needsNewerOpenSSL,
                    "\(option): \(value) needs OpenSSL \(neededVersion); this is \(LibraryVersion.linked)"))
        }
        let hint = setting == .ciphers && value.hasPrefix("TLS_") ? "; TLS 1.3 names go with --ciphersuites" : ""
        return UsageError("\(option): OpenSSL does not know \(UsageError.quoted(value))\(hint)")
    }

    private var option: String {
        switch setting {
        case .ciphers: "--ciphers"
        case .ciphersuites: "--ciphersuites"
        case .groups: "--groups"
        case .signatureAlgorithms: "--sigalgs"
        case .alpn: "--alpn"
        case .versions: "--tls"
        case .serverName: "--sni"
        case .verifyName: "--verify-name"
        }
    }
}
