import OpenSSL

/// A fault that `serve` can show to clients: each certificate has this one and no other.
package enum CertificateProfile: String, CaseIterable, Sendable {
    /// Ended yesterday.
    case expired
    /// Begins tomorrow.
    case notYetValid = "not-yet-valid"
    /// For somebody else.
    case wrongHost = "wrong-host"
    /// Signed by itself.
    case selfSigned = "self-signed"
    /// Issued by an authority that is not sent.
    case noIntermediate = "no-intermediate"
    /// For clients alone.
    case clientOnlyEKU = "client-only-eku"
    /// A key that is too short.
    case rsa1024 = "rsa-1024"
    /// A signature over SHA-1.
    case sha1
    /// A thousand names more than needed: valid, but large.
    case manySANs = "many-sans"
    /// A subject that attacks whoever prints it: valid all the same.
    case hostileSubject = "hostile-subject"

    /// The names of a certificate when the user gives none.
    package static let localNames = ["localhost", "127.0.0.1", "::1"]

    /// Whether OpenSSL shows the certificate only at security level 0.
    package var needsSecurityLevelZero: Bool {
        switch self {
        case .rsa1024, .sha1: true
        case .expired, .notYetValid, .wrongHost, .selfSigned, .noIntermediate, .clientOnlyEKU, .manySANs,
            .hostileSubject:
            false
        }
    }

    /// Makes the certificate of this profile for the given names.
    package func issue(
        by root: EphemeralAuthority, for names: [String] = localNames
    ) throws(OpenSSLError) -> Identity {
        let issuer = self == .noIntermediate ? try root.intermediate(commonName: "sslprobe intermediate") : root
        return try issuer.issue(template(for: names))
    }

    /// What the certificate says.
    package func template(for names: [String] = localNames) -> LeafTemplate {
        let day = LeafTemplate.day
        var template = LeafTemplate(names: names)
        switch self {
        case .expired: template.validity = -2 * day ... -day
        case .notYetValid: template.validity = day...LeafTemplate.currentValidity.upperBound
        // RFC 6761 keeps this domain from ever being anybody's.
        case .wrongHost: template = LeafTemplate(names: ["wrong.host.invalid"])
        case .selfSigned: template.isSelfSigned = true
        case .noIntermediate: template.sendsIssuers = false
        case .clientOnlyEKU: template.usage = .client
        case .rsa1024: template.key = .rsa(bits: 1024)
        case .sha1: template.digest = .sha1
        // The good names come last, so a client has to read them all.
        case .manySANs: template.names = (1...1000).map { "name-\($0).many.invalid" } + names
        case .hostileSubject: template.subject = Self.attack
        }
        return template
    }

    private static let attack: [LeafTemplate.Attribute] = [
        // Clears the screen, sets the title, begins a line that looks like ours, ends a string of JSON, of a shell and of
        // SQL, adds an attribute, and turns the rest of the line round.
        .commonName(
            "\u{1B}[2J\u{1B}[31m\u{1B}]0;owned\u{07}good.example\0.evil.example\r\nverified: yes\n"
                + #""}'`$(id)`;--\,CN=good.example<b>"# + "\u{202E}\u{2066}\u{200F}\u{FEFF}\u{85}\u{9B}1A\u{7F}"),
        // A PrintableString that is neither that nor UTF-8: a stray byte, an overlong slash, a surrogate, an end too early.
        .init("O", Array("Org".utf8) + [0xFF, 0xC0, 0xAF, 0xED, 0xA0, 0x80, 0xE2, 0x82], as: .printable),
        // In T.61, read as Latin-1, this is the one-byte form of the escape sequence.
        .init("OU", [0x9B] + Array("31mUnit".utf8) + [0xA0, 0xFF], as: .t61),
    ]
}
