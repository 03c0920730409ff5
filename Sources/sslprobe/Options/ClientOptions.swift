import ArgumentParser
import ProbeKit

/// What every client command takes, the everyday options first.
struct ClientOptions: ParsableArguments {
    @OptionGroup(title: "Trust") var trust: TrustOptions
    @OptionGroup(title: "TLS offer") var offer: OfferOptions
    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Time") var time: TimeOptions
    @OptionGroup(title: "Address") var address: AddressOptions
    @OptionGroup(title: "Client certificate") var identity: IdentityOptions
    @OptionGroup(title: "Capture") var capture: CaptureOptions
    @OptionGroup(title: "Bounds") var bounds: BoundOptions

    /// What was asked for, checked.
    func plan(for target: Target) throws(UsageError) -> ClientPlan {
        var plan = ClientPlan()
        plan.address = try address.plan(for: target)
        plan.time = try time.plan()
        plan.offer = try offer.plan(http: data.isHTTP)
        plan.trust = try trust.plan()
        plan.identity = try identity.plan()
        plan.data = try data.plan()
        plan.capture = try capture.plan()
        plan.maxIdleMessages = try bounds.limit()
        return plan
    }
}
