/// `tickets`: how many connections, and what makes the server send some.
package struct TicketsPlan: Sendable {
    /// Full handshakes; the name of a key shows only when two tickets share it.
    package var count = 2
    package var elicitation = KeyUpdatePlan.Elicitation.auto
    /// A file that remembers the names of the keys.
    package var track: String?

    package init() {}
}

/// `resume`: how to come back, and how often.
package struct ResumePlan: Sendable {
    package enum Mechanism: String, CaseIterable, Sendable { case auto, id, ticket, psk }
    package enum Close: String, CaseIterable, Sendable { case clean, abrupt }

    package enum Repetition: Hashable, Sendable {
        /// Each attempt with a full handshake of its own before it.
        case pairs(Int)
        /// The same session again and again.
        case reuse(Int)
        /// Each with the newest session.
        case lineage(Int)
        /// The same session and the same early data twice.
        case replay
    }

    /// A session is offered in another context than the one that it was made in.
    package enum Variation: Hashable, Sendable {
        case sni(TLSOffer.ServerName)
        case alpn([String])
        case noClientCertificate
        case tls(ClosedRange<TLSOffer.Version>)
        case port(UInt16)
    }

    package var mechanism = Mechanism.auto
    package var repetition = Repetition.pairs(3)
    package var close = Close.clean
    package var elicitation = KeyUpdatePlan.Elicitation.auto
    package var earlyData: DataPlan.Payload?
    package var allowsPSKWithoutKeyExchange = false
    /// Each is tried once, in place of `repetition`.
    package var variations: [Variation] = []
    /// `--matrix`: everyone's session offered to everyone, once.
    package var isMatrix = false
    /// The other targets of a matrix; none: all addresses of the one target.
    package var others: [Target] = []

    /// `--at`: in place of `repetition`.
    package var schedule: Schedule?

    package struct Schedule: Hashable, Sendable {
        /// After the sessions were collected, in ascending order.
        package var points: [Duration]
        /// A file that remembers what is left to do; nil waits.
        package var state: String?

        package init(points: [Duration], state: String?) {
            self.points = points
            self.state = state
        }
    }

    /// How many places a matrix may have: it makes twice the square of it connections.
    package static let mostNodes = 16

    package init() {}
}

extension ResumePlan.Variation {
    /// As it was typed.
    var text: String {
        switch self {
        case .sni(.name(let name)): "sni=\(name)"
        case .sni: "sni=none"
        case .alpn(let protocols): "alpn=\(protocols.joined(separator: ":"))"
        case .noClientCertificate: "no-client-cert"
        case .tls(let versions) where versions.lowerBound == versions.upperBound: "tls=\(versions.lowerBound.typed)"
        case .tls(let versions): "tls=\(versions.lowerBound.typed)-\(versions.upperBound.typed)"
        case .port(let port): "port=\(port)"
        }
    }

    /// Whether what the server knew of the client does not hold any longer.
    var dropsAuthentication: Bool {
        switch self {
        case .sni, .noClientCertificate, .port: true
        case .alpn, .tls: false
        }
    }

    /// The plan in the changed context. The name that was verified stays: nothing is shown again in a resumption.
    func applied(to plan: ProbePlan) -> ProbePlan {
        var changed = plan
        switch self {
        case .sni(let name):
            changed.client.trust.name = plan.client.checkedName(for: plan.target)
            changed.client.offer.serverName = name
        case .alpn(let protocols): changed.client.offer.alpn = protocols
        case .noClientCertificate: changed.client.identity = nil
        case .tls(let versions): changed.client.offer.versions = versions
        case .port(let port):
            changed.target.port = port
            if let place = plan.client.address.connectTo { changed.client.address.connectTo = (place.host, port) }
        }
        return changed
    }
}

extension TLSOffer.Version {
    /// As `--tls` takes it: 1.2
    fileprivate var typed: Substring { self == .tls10 ? "1.0" : rawValue.dropFirst("TLSv".count) }
}
