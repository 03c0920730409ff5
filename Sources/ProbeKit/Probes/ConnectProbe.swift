import Reactor

/// One handshake: what was negotiated, whether it is to be trusted, and whether the peer accepts us.
struct ConnectProbe {
    let visit: Visit

    func run(until limit: Deadline) async -> Report {
        await visit.run(RequestErrand(visit.provisions.request, plan: visit.plan.client.data), until: limit).report()
    }
}
