// What `serve` was asked to do, checked and typed, before anything listens.

/// What `serve` was asked to do.
package struct ServePlan: Sendable {
    package enum ClientAuth: String, CaseIterable, Sendable {
        case none, request, require
        case postHandshake = "post-handshake"
        case renegotiation
    }

    package enum TicketMode: String, CaseIterable, Sendable { case stateless, stateful, off }
    package enum Reply: String, CaseIterable, Sendable {
        case http, echo, sink
        case statusJSON = "status-json"
    }
    package enum Close: String, CaseIterable, Sendable { case clean, half, abrupt }

    package var listen = ListenPlan()
    /// `--ready-file`: holds address and port as long as clients are accepted.
    package var readyFile: String?
    package var offer = TLSOffer()
    /// `--cert` and `--key`; empty: a certificate made in memory.
    package var identities: [IdentityPlan] = []
    package var selfMade = SelfMadePlan()
    package var clientAuth = ClientAuth.none
    /// `--client-ca`; nil: the authority in memory.
    package var clientCA: String?
    package var tickets = TicketPlan()
    /// `--early-data`: how many bytes are taken; 0 for none.
    package var earlyData: UInt32 = 0
    package var preventsReplay = true
    package var script = ScriptPlan()
    package var allowsClientRenegotiation = false
    package var resumesInRenegotiation = true
    package var reply = Reply.http
    package var close = Close.clean
    package var limits = LimitPlan()
    package var output = OutputPlan()
    package var capture = CapturePlan()
    /// What the user should know about how the options were read; one line each on stderr.
    package var notes: [String] = []

    package init() {}
}

/// Where to listen.
package struct ListenPlan: Sendable {
    /// As it was typed.
    package var input = "127.0.0.1:4433"
    /// A numeric address; nil for every address of the machine.
    package var host: String? = "127.0.0.1"
    package var port: UInt16 = 4433

    package init() {}
}

/// The certificates that are made in memory.
package struct SelfMadePlan: Sendable {
    /// `--auto-cert`.
    package var names = ["localhost", "127.0.0.1", "::1"]
    /// `--cert-profile`; nil: a good one.
    package var profile: CertificateProfile?
    /// `--write-ca`.
    package var authorityFile: String?
    /// `--write-client-cert`.
    package var clientFile: String?

    package init() {}
}

/// How sessions are handed out.
package struct TicketPlan: Sendable {
    package var mode = ServePlan.TicketMode.stateless
    /// `--tickets`: after a full handshake.
    package var count = 2
    package var lifetime = Duration.seconds(7200)
    /// `--rotate-ticket-key`: how long a key is the current one; nil for ever.
    package var rotation: Duration?

    package init() {}
}

/// What is done after the handshake, and when.
package struct ScriptPlan: Sendable {
    /// When something is done: each time that so much time has passed or so many bytes of data have come and gone, or
    /// before each request is answered.
    package enum Trigger: Hashable, Sendable {
        case after(Duration)
        case bytes(Int)
        case request
    }

    package enum KeyUpdateKind: String, CaseIterable, Sendable {
        case request
        case oneWay = "one-way"
    }

    /// Whether a message goes out at once or with the next data.
    package enum Push: String, CaseIterable, Sendable { case write, handshake }

    /// `--extra-tickets`: how many at a time.
    package var extraTickets = 0
    /// `--new-ticket-after`; nil: the extra ones come right after the handshake.
    package var ticketsAfter: Trigger?
    package var keyUpdateAfter: Trigger?
    package var keyUpdate = KeyUpdateKind.request
    package var renegotiateAfter: Trigger?
    package var authenticateAfter: Trigger?
    package var push = Push.handshake

    package init() {}
}

/// How much and how long.
package struct LimitPlan: Sendable {
    /// `--count`: stop after so many connections.
    package var count: Int?
    /// `--for`: stop after that time.
    package var duration: Duration?
    package var openAtOnce = 10000
    package var handshakeTimeout = Duration.seconds(10)
    package var workers = 1

    package init() {}
}

extension ListenPlan {
    /// Whether the text is a numeric address; one of IPv6 has to stand in brackets before a port.
    package static func isAddress(_ text: String, bracketed: Bool) -> Bool {
        bracketed ? NumericAddress.isIPv6(text) : NumericAddress.isIPv4(text)
    }
}
