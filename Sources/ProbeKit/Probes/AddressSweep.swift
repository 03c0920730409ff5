import OpenSSL
import Reactor

/// `--all-addresses`: the same question to every address of a name, and what is not the same at all of them.
struct AddressSweep {
    let visit: Visit

    /// What servers behind one name have in common, or should have.
    private static let facts = [
        "outcome", "tls.version", "tls.cipher.name", "tls.group", "tls.signature_algorithm", "tls.alpn", "verify.ok",
        "certificates[*].sha256", "client_auth.demand", "renegotiation.verdict.value", "key_update.verdict.value",
        "ticket_summary.key_names", "resumption.verdict.value",
    ]

    func run(until limit: Deadline) async -> Report {
        var findings = Findings(plan: visit.plan, configuration: visit.configuration, recorder: visit.recorder)
        let addresses: [SocketAddress]
        do throws(Ending) {
            let deadline = Deadline.after(visit.plan.client.time.timeout).earlier(of: limit)
            addresses = try await Route(plan: visit.plan, loop: visit.loop, recorder: visit.recorder)
                .lookUp(until: deadline, into: &findings)
        } catch {
            return Report.ended(error, plan: visit.plan, recorder: visit.recorder)
        }
        var reports: [Report] = []
        for address in addresses where !Task.isCancelled {
            var plan = visit.plan
            plan.client.address.connectTo = (address.host, plan.dialed.port)
            let visit = Visit(
                plan: plan, configuration: visit.configuration, provisions: visit.provisions, loop: visit.loop,
                recorder: visit.recorder)
            reports.append(await visit.answer(until: limit))
        }
        return Self.summary(of: reports) ?? Report.ended(.interrupted(.tcp), plan: visit.plan, recorder: visit.recorder)
    }

    /// The gravest report, with all addresses and what differs.
    private static func summary(of reports: [Report]) -> Report? {
        guard var summary = reports.min(by: { $0.outcome.rank < $1.outcome.rank }) else { return nil }
        summary.addresses = reports.flatMap(\.addresses)
        let documents = reports.map { JSONValue($0) }
        summary.differs = facts.filter { fact in
            guard let path = try? ReportPath(fact) else { return false }
            return Set(documents.map { path.all(in: $0) }).count > 1
        }
        return summary
    }
}
