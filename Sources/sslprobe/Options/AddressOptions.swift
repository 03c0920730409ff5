import ArgumentParser
import ProbeKit

/// Which address is dialed.
struct AddressOptions: ParsableArguments {
    @Flag(name: .customShort("4"), help: "IPv4 only.") var v4 = false
    @Flag(name: .customShort("6"), help: "IPv6 only.") var v6 = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Dial this; SNI and name check stay the target's. curl's HOST1:PORT1:HOST2:PORT2 works too.",
            valueName: "HOST:PORT"))
    var connectTo: String?

    /// What was asked for, checked.
    func plan(for target: Target) throws(UsageError) -> AddressPlan {
        if v4 && v6 { throw UsageError("-4 and -6 exclude each other") }
        var plan = AddressPlan()
        if v4 { plan.family = .v4 }
        if v6 { plan.family = .v6 }
        if let connectTo { plan.connectTo = try target.connectTo(connectTo) }
        return plan
    }
}
