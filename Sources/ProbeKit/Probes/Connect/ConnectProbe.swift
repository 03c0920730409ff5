import Reactor

/// One handshake: what was negotiated, whether it is to be trusted, and whether the peer accepts us.
struct ConnectProbe {
    let visit: Visit
    let question: RepetitionPlan

    func run(until limit: Deadline) async -> Draft {
        if question.count > 1 {
            do { return try await RepeatedConnections(visit, question, until: limit).run() } catch {
                let ending = Ending(.internal, Failure(.tls, .internalError, "\(error)"))
                return .ended(ending, plan: visit.plan, recorder: visit.recorder)
            }
        }
        let errand = RequestErrand(visit.provisions.request, plan: visit.plan.client.data)
        return await visit.run(errand, offering: visit.loadedOffer, until: limit).draft()
    }
}
