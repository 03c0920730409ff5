/// Why a peer is not trusted, in words: short ones for the first line, whole ones for the lines below it.
struct Distrust {
    let verify: Report.Verify
    let certificates: [Report.CertificateEntry]

    /// What a verification error is about; the order is the order of the lines.
    private enum Subject: Int, Comparable {
        case name, chain, dates, other

        static func < (one: Subject, other: Subject) -> Bool { one.rawValue < other.rawValue }
    }

    /// `wrong name, issuer missing`
    var summary: String {
        // A handshake without certificates has nothing for OpenSSL to find wanting.
        if verify.errors.isEmpty { return "no certificate" }
        var words: [String] = []
        for problem in verify.errors.sorted(by: { subject($0) < subject($1) }) {
            let word = shortly(problem)
            if !words.contains(word) { words.append(word) }
        }
        return words.joined(separator: ", ")
    }

    /// Whether the line about the chain is among the failing ones already.
    var concernsChain: Bool { verify.errors.contains { subject($0) == .chain } }

    func lines(on page: inout Page) {
        if certificates.isEmpty { return page.line("certificate", "the server showed none") }
        if verify.nameOk == false { page.line("name", name) }
        if concernsChain {
            page.line("chain", sent + "; " + chain, verify.nameOk == true ? "name matches" : nil)
        }
        for problem in verify.errors where subject(problem) == .dates { page.line("dates", dates(problem)) }
        for problem in verify.errors where subject(problem) == .other {
            let owner = whose(problem)
            let subject = owner.hasSuffix(",") ? String(owner.dropLast()) : owner
            page.line("verify", "\(subject): \(problem.message) (\(problem.name), \(problem.code))")
        }
    }

    /// `3 sent, in order`
    var sent: String {
        guard certificates.count > 1 else { return "\(certificates.count) sent" }
        return "\(certificates.count) sent, \(verify.sentInOrder ? "in order" : "not in order")"
    }

    private var name: String {
        let asked = verify.checkedName.map { "; you asked for \($0)" } ?? ""
        guard let leaf = certificates.first else { return "no certificate" + asked }
        let names = leaf.hostNames
        guard !names.isEmpty else {
            return "the certificate names no host (common name \(leaf.subjectCn ?? "missing"))" + asked
        }
        let others = names.count > 3 ? " and \(names.count - 3) more" : ""
        return "the certificate is for " + names.prefix(3).joined(separator: ", ") + others + asked
    }

    private var chain: String {
        if verify.errors.contains(where: { $0.name == "X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT" }) {
            return "the certificate is self-signed"
        }
        if verify.errors.contains(where: { $0.name == "X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN" }) {
            return "the root \(quoted(verify.path.last)) is not in \(storeName)"
        }
        if verify.errors.contains(where: { $0.name == "X509_V_ERR_CERT_CHAIN_TOO_LONG" }) {
            return "more intermediates than --verify-depth allows"
        }
        guard let issuer = verify.missingIssuer else { return "an issuer is missing" }
        let name = certificates.first { $0.issuer == issuer }?.issuerCn ?? issuer
        return "the issuer \"\(name)\" is missing"
    }

    /// `the system store`, or the files of `--ca`.
    var storeName: String { verify.store == "system" ? "the system store" : verify.store }

    private func dates(_ problem: Report.Verify.Problem) -> String {
        let certificate = problem.depth == 0 ? certificates.first : certificate(at: problem.depth)
        let expired = problem.name == "X509_V_ERR_CERT_HAS_EXPIRED"
        guard let date = expired ? certificate?.notAfter : certificate?.notBefore else {
            return "\(whose(problem)): \(problem.message)"
        }
        guard expired else { return "\(whose(problem)) is not valid before \(date.prefix(10))" }
        let ago = certificate?.daysLeft.map { ", " + Self.ago($0) } ?? ""
        return "\(whose(problem)) expired on \(date.prefix(10))\(ago)"
    }

    /// From the days left, which count down to -1 in the first day after the end.
    static func ago(_ daysLeft: Int) -> String {
        daysLeft >= -1 ? "less than a day ago" : Measure.count(-(daysLeft + 1), "day") + " ago"
    }

    private func whose(_ problem: Report.Verify.Problem) -> String {
        if problem.depth == 0 { return "the certificate" }
        let subject = verify.path.indices.contains(problem.depth) ? verify.path[problem.depth] : nil
        return "the issuer \(quoted(subject)), \(problem.depth) above the certificate,"
    }

    private func certificate(at depth: Int) -> Report.CertificateEntry? {
        guard verify.path.indices.contains(depth) else { return nil }
        return certificates.first { $0.subject == verify.path[depth] }
    }

    private func quoted(_ subject: String?) -> String {
        guard let subject else { return "of the chain" }
        return "\"\(certificates.first { $0.subject == subject }?.subjectCn ?? subject)\""
    }

    private func subject(_ problem: Report.Verify.Problem) -> Subject {
        switch problem.name {
        case "X509_V_ERR_HOSTNAME_MISMATCH", "X509_V_ERR_IP_ADDRESS_MISMATCH", "X509_V_ERR_EMAIL_MISMATCH": .name
        case "X509_V_ERR_CERT_HAS_EXPIRED", "X509_V_ERR_CERT_NOT_YET_VALID": .dates
        case "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT", "X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
            "X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE", "X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT",
            "X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN", "X509_V_ERR_CERT_CHAIN_TOO_LONG":
            .chain
        default: .other
        }
    }

    private func shortly(_ problem: Report.Verify.Problem) -> String {
        let issuer = problem.depth > 0
        switch problem.name {
        case "X509_V_ERR_HOSTNAME_MISMATCH", "X509_V_ERR_EMAIL_MISMATCH": return "wrong name"
        case "X509_V_ERR_IP_ADDRESS_MISMATCH": return "wrong address"
        case "X509_V_ERR_CERT_HAS_EXPIRED": return issuer ? "issuer expired" : "expired"
        case "X509_V_ERR_CERT_NOT_YET_VALID": return issuer ? "issuer not yet valid" : "not yet valid"
        case "X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT": return "self-signed"
        case "X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN": return "root not trusted"
        case "X509_V_ERR_CERT_CHAIN_TOO_LONG": return "chain too long"
        case "X509_V_ERR_INVALID_PURPOSE": return issuer ? "issuer must not sign" : "not for servers"
        case "X509_V_ERR_EE_KEY_TOO_SMALL", "X509_V_ERR_CA_KEY_TOO_SMALL": return "key too short"
        case "X509_V_ERR_CA_MD_TOO_WEAK": return "weak hash"
        case "X509_V_ERR_CERT_REVOKED": return "revoked"
        default: return subject(problem) == .chain ? "issuer missing" : problem.message
        }
    }
}

extension Report.CertificateEntry {
    /// The names and addresses that a client may ask for.
    var hostNames: [String] { sans.filter { $0.type == "DNS" || $0.type == "IP" }.map(\.value) }

    /// What the certificate is called: the common name, else the first host, else the whole subject.
    var name: String { subjectCn ?? hostNames.first ?? subject }
}
