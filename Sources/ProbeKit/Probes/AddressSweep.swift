import OpenSSL
import Reactor

/// `--all-addresses`: the same question to every address of a name at once, and what is not the same at all of them.
final class AddressSweep: @unchecked Sendable {
    // Sendable without a check: used by tasks of its loop alone.
    private let visit: Visit
    private let limit: Deadline
    private var addresses: [SocketAddress] = []
    /// How many were begun.
    private var count = 0
    private var drafts: [(index: Int, draft: Draft)] = []

    /// How many addresses of one name are asked at once.
    static let mostAtOnce = 8

    /// What servers behind one name have in common, or should have.
    private static let facts = [
        "outcome", "tls.version", "tls.cipher.name", "tls.group", "tls.signature_algorithm", "tls.alpn", "verify.ok",
        "certificates[*].sha256", "client_auth.demand", "renegotiation.verdict.value", "key_update.verdict.value",
        "ticket_summary.key_names", "resumption.verdict.value",
    ]

    init(_ visit: Visit, until limit: Deadline) {
        self.visit = visit
        self.limit = limit
    }

    func run() async -> Draft {
        do throws(Ending) {
            addresses = try await visit.lookUp(until: limit).addresses
        } catch {
            return .ended(error, plan: visit.plan, recorder: visit.recorder)
        }
        await withDiscardingTaskGroup { group in
            for _ in 0..<min(visit.plan.many.jobs, addresses.count, Self.mostAtOnce) {
                group.addTask { while let index = self.next() { await self.ask(index) } }
            }
        }
        return summary() ?? .ended(.interrupted(.tcp), plan: visit.plan, recorder: visit.recorder)
    }

    private func next() -> Int? {
        guard count < addresses.count, !Task.isCancelled else { return nil }
        defer { count += 1 }
        return count
    }

    private func ask(_ index: Int) async {
        var plan = visit.plan
        plan.client.address.connectTo = (addresses[index].host, plan.dialed.port)
        let one = Visit(
            plan: plan, configuration: visit.configuration, provisions: visit.provisions, loop: visit.loop,
            recorder: visit.recorder.another())
        let draft = await one.answer(until: limit)
        visit.recorder.take(one.recorder.events)
        drafts.append((index, draft))
    }

    /// The gravest report, with all addresses and what differs; apart, see `Draft`.
    @inline(never)
    private func summary() -> Draft? {
        let reports = drafts.sorted { $0.index < $1.index }.map(\.draft.report)
        guard var summary = reports.min(by: { $0.outcome.rank < $1.outcome.rank }) else { return nil }
        summary.addresses = reports.flatMap(\.addresses)
        let documents = reports.map { JSONValue($0) }
        summary.differs = Self.facts.filter { fact in
            guard let path = try? ReportPath(fact) else { return false }
            return Set(documents.map { path.all(in: $0) }).count > 1
        }
        return Draft(summary)
    }
}
