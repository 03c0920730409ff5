import Reactor

/// One handshake: what was negotiated, whether it is to be trusted, and whether the peer accepts us.
struct ConnectProbe {
    let visit: Visit
    /// What `--send` or `--http` sends, read before the network is touched.
    let request: Request.Pieces

    func run(until limit: Deadline) async -> Report {
        await visit.run(RequestErrand(request, plan: visit.plan.client.data), until: limit).report()
    }
}
