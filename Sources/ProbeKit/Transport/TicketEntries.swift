import OpenSSL

/// The tickets of one or more connections to a server as the report shows them: several of them tell more than each.
struct TicketEntries {
    /// One connection and what came over it.
    struct Source {
        let connection: Int
        let address: String?
        let log: WireLog

        init(connection: Int, address: String?, log: WireLog) {
            self.connection = connection
            self.address = address
            self.log = log
        }

        /// Nil for a connection that did not come about.
        init?(_ findings: Findings) {
            guard let channel = findings.channel else { return nil }
            self.init(connection: findings.connection, address: findings.address?.host, log: channel.log)
        }
    }

    let all: [Report.Ticket]
    /// The names of the keys that sealed them, in the order of their first appearance.
    let keyNames: [String]

    /// The server's key is named by so many bytes in front of the ticket (RFC 5077, 4).
    private static let nameLength = 16
    /// What a server that remembers sessions itself needs to find one again.
    static let longestReference = 32

    init(_ sources: [Source]) {
        let tickets = sources.flatMap { source in source.log.tickets.enumerated().map { (source, $0, $1) } }
        var counts: [[UInt8]: Int] = [:]
        for (_, _, seen) in tickets where seen.ticket.ticket.count > Self.longestReference {
            counts[Self.name(of: seen.ticket.ticket), default: 0] += 1
        }
        var names: [String] = []
        all = tickets.map { source, index, seen in
            let ticket = seen.ticket
            let isReference = ticket.ticket.count <= Self.longestReference
            let name = isReference ? nil : Self.name(of: ticket.ticket)
            let (kind, why) = Self.kind(of: ticket, shared: name.flatMap { counts[$0] } ?? 0, of: tickets.count)
            let prefix = name?.hex
            let keyName = kind == .stateless ? prefix : nil
            if let keyName, !names.contains(keyName) { names.append(keyName) }
            return Report.Ticket(
                index: index, conn: source.connection, address: source.address,
                version: (source.log.version ?? .tls12).name, lifetimeS: Int(ticket.lifetime),
                ageAdd: ticket.ageAdd.map(Int.init), nonce: ticket.ageAdd == nil ? nil : ticket.nonce.hex,
                ticketBytes: ticket.ticket.count,
                prefixHex: prefix,
                maxEarlyData: ticket.maxEarlyData.map(Int.init),
                extensions: ticket.extensions.map(\.type.name), kind: kind, kindWhy: why,
                keyName: keyName, afterData: seen.afterData)
        }
        keyNames = names
    }

    /// Where the name of a key would be; whether it is one, only a second ticket tells.
    static func name(of ticket: [UInt8]) -> [UInt8] { Array(ticket.prefix(nameLength)) }

    private static func kind(
        of ticket: OpenSSL.NewSessionTicket, shared: Int, of count: Int
    ) -> (Report.Ticket.Kind, String) {
        let bytes = ticket.ticket.count
        if bytes <= longestReference {
            return (.stateful, "\(bytes) bytes: too short to hold a session, so it names one that the server remembers")
        }
        if shared > 1 { return (.stateless, "a \(nameLength)-byte prefix shared by \(shared) of \(count) tickets") }
        return (.unknown, count > 1 ? "no other ticket begins like it" : "one ticket does not tell")
    }
}
