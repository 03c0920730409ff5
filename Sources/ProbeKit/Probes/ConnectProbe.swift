import Reactor

/// One handshake: what was negotiated, whether it is to be trusted, and whether the peer accepts us.
struct ConnectProbe {
    let visit: Visit

    func run(until limit: Deadline) async -> Report {
        let errand = RequestErrand(visit.provisions.request, plan: visit.plan.client.data)
        return await visit.run(errand, offering: visit.loadedOffer, until: limit).report()
    }
}
