import ProbeKit

/// Versions, algorithms and keys, which both ends of a connection may set.
///
/// Each end declares them with its own words: a shared group would cost every start of the program a million instructions.
protocol ProtocolOptions {
    var tls: String? { get }
    var ciphers: String? { get }
    var ciphersuites: String? { get }
    var groups: String? { get }
    var sigalgs: String? { get }
    var seclevel: String? { get }
    var legacy: Bool { get }
    var psk: String? { get }
}

extension ProtocolOptions {
    /// What was asked for, checked; without ALPN and what only one end has.
    func protocols() throws(UsageError) -> TLSOffer {
        var offer = TLSOffer()
        offer.versions = try versions()
        offer.legacy = legacy || reachesBelowTLS12
        if let ciphers { offer.ciphers = try OptionText("--ciphers", ciphers).notEmpty() }
        if let ciphersuites { offer.ciphersuites = try OptionText("--ciphersuites", ciphersuites).notEmpty() }
        if let groups { offer.groups = try OptionText("--groups", groups).notEmpty() }
        if let sigalgs { offer.signatureAlgorithms = try OptionText("--sigalgs", sigalgs).notEmpty() }
        if let seclevel { offer.securityLevel = try OptionText("--seclevel", seclevel).integer(in: 0...5) }
        if let psk { offer.preSharedKey = try OptionText("--psk", psk).preSharedKey() }
        return offer
    }

    /// What the user should know about how the options were read.
    var notes: [String] {
        !legacy && reachesBelowTLS12 ? ["--tls reaches below TLS 1.2, so --legacy applies"] : []
    }

    private var reachesBelowTLS12: Bool {
        (try? versions()).map { $0.lowerBound < .tls12 } ?? false
    }

    private func versions() throws(UsageError) -> ClosedRange<TLSOffer.Version>? {
        guard let tls else { return nil }
        return try OptionText("--tls", tls).versions()
    }
}
