import OpenSSL

/// What a person is told when `serve` begins: where it listens, what it shows its clients, what to try.
struct ServeBanner {
    let address: String
    let facts: [String]
    let next: String?

    init(at address: String, port: UInt16, _ plan: ServePlan, _ configuration: ServerConfiguration) {
        self.address = address
        let certificates = configuration.identities.map { identity in
            "a certificate for \(Self.names(of: identity.certificate))"
                + (plan.identities.isEmpty ? ", made in memory" : "")
        }
        facts =
            certificates
            + [
                plan.selfMade.profile.map { "profile \($0.rawValue)" },
                plan.clientAuth == .none ? nil : "client certificate: \(plan.clientAuth.rawValue)",
                "reply \(plan.reply.rawValue)",
            ].compactMap { $0 }
        next = Self.command(port, plan)
    }

    /// Four of them are enough to recognise a certificate by.
    private static func names(of certificate: Certificate) -> String {
        let names = certificate.sans.filter { $0.type == "DNS" || $0.type == "IP" }.map(\.value)
        let shown = names.isEmpty ? [certificate.subjectCommonName ?? certificate.subject] : Array(names.prefix(4))
        return shown.joined(separator: ", ") + (names.count > 4 ? " and \(names.count - 4) more" : "")
    }

    /// A client that trusts what is shown.
    private static func command(_ port: UInt16, _ plan: ServePlan) -> String? {
        let made = plan.selfMade
        guard plan.identities.isEmpty else { return nil }
        guard let authority = made.authorityFile else {
            return "--write-ca FILE writes the authority that clients are to trust"
        }
        var words = ["curl --cacert", quoted(authority)]
        if plan.clientAuth != .none, let client = made.clientFile { words += ["--cert", quoted(client)] }
        if let name = ["localhost", "127.0.0.1"].first(where: made.names.contains) ?? nil {
            words.append("https://\(name):\(port)/")
        } else if let name = made.names.first {
            words += ["--connect-to ::127.0.0.1:\(port)", "https://\(name)/"]
        }
        return words.joined(separator: " ")
    }

    /// As a shell takes it.
    private static func quoted(_ path: String) -> String {
        path.utf8.allSatisfy { $0 > 0x20 && !"'\"\\$`&;|<>()*?[]!#~".utf8.contains($0) }
            ? path
            : "'\(path.replacing("'", with: #"'\''"#))'"
    }
}
