import ArgumentParser
import ProbeKit

/// What the server shows, and what it asks its clients for.
struct ServerCertificateOptions: ParsableArguments {
    @Option(
        name: .customLong("cert"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Certificate and its chain, PEM or DER; repeatable: chosen by SNI and kind of key. "
                + "(default: one made in memory)", valueName: "FILE"),
        completion: .file())
    var cert: [String] = []

    @Option(
        name: .customLong("key"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Private key of each --cert, in the same order. (default: in --cert)", valueName: "FILE"),
        completion: .file())
    var key: [String] = []

    @Option(
        name: .customLong("key-password"), parsing: .unconditional,
        help: ArgumentHelp("Where the keys' password is; there is no prompt.", valueName: "env:NAME|file:PATH"))
    var keyPassword: String?

    @Option(
        name: .customLong("auto-cert"), parsing: .unconditional,
        help: ArgumentHelp(
            "Names and addresses for the certificate in memory. (default: localhost,127.0.0.1,::1)",
            valueName: "NAME,..."))
    var autoCert: String?

    @Option(
        name: .customLong("cert-profile"), parsing: .unconditional,
        help: ArgumentHelp(
            "One fault for that certificate: \(CertificateProfile.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "NAME"),
        completion: .list(CertificateProfile.allCases.map(\.rawValue)))
    var certProfile: String?

    @Option(
        name: .customLong("write-ca"), parsing: .unconditional,
        help: ArgumentHelp("Write the authority in memory, for clients to trust.", valueName: "FILE"),
        completion: .file())
    var writeCA: String?

    @Option(
        name: .customLong("write-client-cert"), parsing: .unconditional,
        help: ArgumentHelp("Write a client certificate of that authority, with its key.", valueName: "FILE"),
        completion: .file())
    var writeClientCert: String?

    @Option(
        name: .customLong("client-auth"), parsing: .unconditional,
        help: ArgumentHelp(
            "When to ask for a client certificate: \(ServePlan.ClientAuth.allCases.map(\.rawValue).joined(separator: ", ")). "
                + "(default: none)", valueName: "WHEN"),
        completion: .list(ServePlan.ClientAuth.allCases.map(\.rawValue)))
    var clientAuth: String?

    @Option(
        name: .customLong("client-ca"), parsing: .unconditional,
        help: ArgumentHelp(
            "File or directory of authorities for client certificates. (default: the one in memory)", valueName: "FILE"),
        completion: .file())
    var clientCA: String?

    /// Adds what was asked for, checked.
    func add(to plan: inout ServePlan) throws(UsageError) {
        plan.identities = try identities()
        try addSelfMade(to: &plan)
        if let clientAuth { plan.clientAuth = try OptionText("--client-auth", clientAuth).choice() }
        if let clientCA { plan.clientCA = try OptionText("--client-ca", clientCA).path() }
        if plan.clientAuth == .none {
            if clientCA != nil {
                throw UsageError("--client-ca needs --client-auth: nobody is asked for a certificate")
            }
            if writeClientCert != nil {
                plan.notes.append("nobody asks for the certificate of --write-client-cert; see --client-auth")
            }
        } else if writeClientCert == nil, clientCA == nil, plan.clientAuth != .request {
            plan.notes.append(
                "no client has a certificate of the authority in memory; --write-client-cert FILE makes one")
        }
        if let writeCA, writeCA == writeClientCert {
            throw UsageError("--write-ca and --write-client-cert name the same file")
        }
        if plan.clientAuth == .postHandshake, !plan.isTLS13Only {
            plan.notes.append(
                "clients of TLS 1.2, and those that do not offer it, are not asked; --tls 1.3 leaves out the former")
        }
        if plan.clientAuth == .postHandshake, plan.excludesTLS13 {
            throw UsageError("--client-auth post-handshake needs TLS 1.3, which --tls excludes")
        }
        if plan.clientAuth == .renegotiation, plan.isTLS13Only {
            throw UsageError("--client-auth renegotiation needs TLS 1.2, which --tls excludes")
        }
    }

    private func identities() throws(UsageError) -> [IdentityPlan] {
        guard key.isEmpty || key.count == cert.count else {
            throw UsageError(
                "\(cert.count) --cert and \(key.count) --key: give one of each, in the same order, "
                    + "or no --key when each file holds both")
        }
        if keyPassword != nil, cert.isEmpty { throw UsageError("--key-password needs --cert") }
        var plans: [IdentityPlan] = []
        for (index, path) in cert.enumerated() {
            var plan = IdentityPlan(certificate: try OptionText("--cert", path).path())
            if !key.isEmpty { plan.key = try OptionText("--key", key[index]).path() }
            if let keyPassword { plan.password = try OptionText("--key-password", keyPassword).password() }
            plans.append(plan)
        }
        return plans
    }

    private func addSelfMade(to plan: inout ServePlan) throws(UsageError) {
        if !cert.isEmpty {
            for (option, value) in [
                ("--auto-cert", autoCert), ("--cert-profile", certProfile), ("--write-ca", writeCA),
            ]
            where value != nil {
                throw UsageError("\(option) is about the certificate in memory; --cert takes its place")
            }
        }
        if let autoCert {
            let names = autoCert.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            plan.selfMade.names = []
            for name in names { plan.selfMade.names.append(try OptionText("--auto-cert", name).certificateName()) }
        }
        if let certProfile { plan.selfMade.profile = try OptionText("--cert-profile", certProfile).choice() }
        if let writeCA { plan.selfMade.authorityFile = try OptionText("--write-ca", writeCA).path() }
        if let writeClientCert {
            if clientCA != nil {
                throw UsageError(
                    "--write-client-cert writes one of the authority in memory; --client-ca trusts another")
            }
            plan.selfMade.clientFile = try OptionText("--write-client-cert", writeClientCert).path()
        }
    }
}

extension OptionText {
    /// A name or an address for a certificate; `*.` may begin a name.
    func certificateName() throws(UsageError) -> String {
        let isWildcard = text.hasPrefix("*.")
        let (host, isAddress) = try OptionText(option, isWildcard ? String(text.dropFirst(2)) : text).hostName()
        if isWildcard, isAddress { throw mistake("is neither a name nor an address") }
        return isWildcard ? "*." + host : host
    }

    /// Where a password is. The message does not quote the value: it may be the password.
    func password() throws(UsageError) -> IdentityPlan.Password {
        if text.hasPrefix("env:"), text.utf8.count > 4 { return .environment(String(text.dropFirst(4))) }
        if text.hasPrefix("file:"), text.utf8.count > 5 { return .file(String(text.dropFirst(5))) }
        throw UsageError("\(option): give env:NAME or file:PATH, not the password itself")
    }
}
