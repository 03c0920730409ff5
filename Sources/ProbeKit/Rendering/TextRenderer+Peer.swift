// What the normal block says about the peer: its certificate, its tickets, what it wants from us, what it sent.

extension TextRenderer {
    func certificate(_ report: Report, on page: inout Page) {
        if let leaf = report.certificates.first {
            let others = leaf.hostNames.filter { $0 != leaf.name }.count
            let name = leaf.name + (others > 0 ? " +" + Measure.count(others, "name") : "")
            let issuer = leaf.subject == leaf.issuer ? "self-signed" : leaf.issuerCn ?? leaf.issuer
            page.line("certificate", name, described(leaf.key), issuer)
            page.more(dates(leaf), leaf.daysLeft.map(remaining))
            if !leaf.rawHex.isEmpty {
                page.more(
                    "not valid text: \(leaf.rawHex.map(\.field).joined(separator: ", ")) (raw_hex in --json)")
            }
        }
        guard let verify = report.verify, !report.certificates.isEmpty else { return }
        let distrust = Distrust(verify: verify, certificates: report.certificates)
        guard !distrust.concernsChain else { return }
        page.line("chain", distrust.sent, trust(verify, distrust), verify.nameOk == true ? "name matches" : nil)
    }

    private func trust(_ verify: Report.Verify, _ distrust: Distrust) -> String? {
        switch verify.chainOk {
        case true: "trusted by \(distrust.storeName)"
        case false: nil
        default: verify.store == "none" ? "not verified (--ca none)" : "not verified"
        }
    }

    private func described(_ key: Report.CertificateEntry.Key) -> String {
        if let curve = key.curve { return "\(key.type) \(curve)" }
        // Everyone knows these by name; their bits are the same for all.
        if key.type == "Ed25519" || key.type == "Ed448" { return key.type }
        return key.bits.map { "\(key.type) \($0)" } ?? key.type
    }

    private func dates(_ certificate: Report.CertificateEntry) -> String? {
        guard let from = certificate.notBefore, let to = certificate.notAfter else { return nil }
        return "\(from.prefix(10)) to \(to.prefix(10))"
    }

    private func remaining(_ days: Int) -> String {
        if days < 0 { return "expired " + Distrust.ago(days) }
        return days == 0 ? "less than a day left" : Measure.count(days, "day") + " left"
    }

    func session(_ report: Report, on page: inout Page) {
        guard report.tls?.version != nil, !report.stoppedEarly, report.ticketSummary == nil else { return }
        let tickets = report.tickets
        guard !tickets.isEmpty else {
            page.line("session", "no tickets")
            return
        }
        let lifetimes = Set(tickets.compactMap(\.lifetimeS)).sorted().map { "\($0) s" }
        let keys = Set(tickets.compactMap(\.keyName)).sorted().map { "key " + String($0.prefix(8)) }
        let kinds = Set(tickets.map(\.kind)).subtracting([.unknown]).map(\.rawValue).sorted()
        let kind = (kinds + keys).joined(separator: ", ")
        let earlyData = tickets.compactMap(\.maxEarlyData).max() ?? 0
        page.line(
            "session", Measure.count(tickets.count, "ticket"), lifetimes.joined(separator: ", "),
            kind.isEmpty ? nil : kind, earlyData > 0 ? "early data up to \(Measure.size(earlyData))" : nil)
    }

    func clientAuth(_ report: Report, on page: inout Page) {
        if let clientAuth = report.clientAuth, clientAuth.requested {
            page.line("client auth", demand(clientAuth), authorities(clientAuth.caNames))
        }
        if let late = report.postHandshakeAuth, late.requested {
            page.line("client auth", "requested after the handshake", late.answered ? "answered" : "not answered")
        }
    }

    private func demand(_ clientAuth: Report.ClientAuth) -> String {
        let sent = clientAuth.certificateSent ? "we sent a certificate" : "we sent no certificate"
        switch clientAuth.demand {
        case .required: return "required; \(sent) and were refused"
        case .requested: return "requested; \(sent), and TLS went on (the application may still refuse: --http)"
        case .none, .unknown:
            return clientAuth.certificateSent ? "requested; \(sent)" : "requested; whether required is unknown"
        }
    }

    private func authorities(_ names: [String]) -> String? {
        guard !names.isEmpty else { return nil }
        let others = names.count > 3 ? " and \(names.count - 3) more" : ""
        return "accepts issuers \(names.prefix(3).joined(separator: " or "))\(others)"
    }

    /// Enough to recognise an answer by; the JSON has more of it.
    private func shortened(_ line: String) -> String {
        let start = String(String.UnicodeScalarView(line.unicodeScalars.prefix(60)))
        return start.unicodeScalars.count < line.unicodeScalars.count ? start + (style.unicode ? "…" : "...") : start
    }

    func data(_ report: Report, on page: inout Page) {
        guard let data = report.data else { return }
        if data.withheld { page.line("data", "nothing sent: the peer is not trusted (-k sends anyway)") }
        guard data.bytesSent > 0 || data.bytesReceived > 0 else { return }
        page.line(
            "data", data.firstLine.map(shortened),
            "\(Measure.size(data.bytesSent)) sent, \(Measure.size(data.bytesReceived)) received"
        )
    }
}
