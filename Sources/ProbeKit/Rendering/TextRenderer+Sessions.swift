// What `tickets` and `resume` found.

extension TextRenderer {
    func tickets(_ report: Report, on page: inout Page) {
        guard let summary = report.ticketSummary else {
            if report.command == .tickets, report.tls == nil, let ticket = report.tickets.first {
                decoded(ticket, on: &page)
            }
            return
        }
        let counts = summary.perConnection
        page.line(
            "tickets",
            Set(counts).count == 1
                ? "\(counts[0]) on each of \(Measure.count(counts.count, "connection"))"
                : "\(counts.map(String.init).joined(separator: ", ")) on \(counts.count) connections",
            summary.afterResumption.map { "\($0) after a resumption" },
            summary.elicited.map { "elicited by \(Self.words($0))" })
        if summary.resumed == false {
            page.more("the server does not take back what it hands out: sslprobe resume says more")
        }
        let late = report.tickets.count { $0.afterData == true }
        if late > 0 { page.more("\(late) of \(report.tickets.count) came only after data") }
        kinds(report.tickets, on: &page)
        if summary.sessionIds > 0 {
            page.line("session id", "on \(summary.sessionIds) of \(Measure.count(summary.connections, "connection"))")
        }
        rotation(summary.rotation, summary.keyNames, on: &page)
    }

    /// `--decode`: a ticket without a server.
    private func decoded(_ ticket: Report.Ticket, on page: inout Page) {
        page.line(
            "ticket", Measure.size(ticket.ticketBytes), ticket.version == "unknown" ? nil : "of \(ticket.version)",
            ticket.lifetimeS.flatMap { $0 > 0 ? "lifetime \($0) s" : nil },
            ticket.maxEarlyData.flatMap { $0 > 0 ? "early data up to \(Measure.size($0))" : nil })
        page.line(
            "kind",
            ticket.kind == .unknown ? "not known: \(ticket.kindWhy)" : "\(ticket.kind.rawValue): \(ticket.kindWhy)")
        page.line("begins with", ticket.prefixHex.map { "\($0), the name of the key if the server seals its tickets" })
    }

    private func kinds(_ tickets: [Report.Ticket], on page: inout Page) {
        // A server may count the lifetime down from ticket to ticket.
        var kinds: [(sample: Report.Ticket, lifetimes: Set<Int>, count: Int)] = []
        for ticket in tickets {
            let lifetimes = Set([ticket.lifetimeS].compactMap { $0 })
            if let index = kinds.firstIndex(where: { isAlike($0.sample, ticket) }) {
                kinds[index].count += 1
                kinds[index].lifetimes.formUnion(lifetimes)
            } else {
                kinds.append((ticket, lifetimes, 1))
            }
        }
        for (ticket, lifetimes, count) in kinds {
            let range = Set([lifetimes.min(), lifetimes.max()].compactMap { $0 }).sorted().map(String.init)
            page.line(
                "kind", "\(count) \(ticket.kind.rawValue)", ticket.keyName.map { "key \($0)" },
                "\(ticket.ticketBytes) B, lifetime \(range.joined(separator: " to ")) s",
                ticket.maxEarlyData.flatMap { $0 > 0 ? "early data up to \(Measure.size($0))" : nil })
        }
        for why in Set(tickets.map(\.kindWhy)).sorted() { page.more(why) }
    }

    private func isAlike(_ one: Report.Ticket, _ other: Report.Ticket) -> Bool {
        one.kind == other.kind && one.keyName == other.keyName && one.ticketBytes == other.ticketBytes
            && one.maxEarlyData == other.maxEarlyData
    }

    private func rotation(
        _ rotation: Report.TicketSummary.Rotation?, _ keyNames: [String], on page: inout Page
    ) {
        guard let rotation else { return }
        let since = rotation.since.map { "last seen \($0.prefix(19))Z" }
        switch rotation.value {
        case .new: page.line("ticket key", "seen for the first time")
        case .same: page.line("ticket key", "the same as before", since)
        case .rotated: page.line("ticket key", "rotated", rotation.previousKeyName.map { "before: \($0)" }, since)
        case .unknown: page.line("ticket key", "not known, so it cannot be compared")
        }
    }

    func resumption(_ report: Report, on page: inout Page) {
        tickets(report, on: &page)
        guard let resumption = report.resumption else { return }
        let attempts = resumption.attempts
        let resumed = attempts.filter(\.resumed)
        page.line(
            "resumed", "\(resumed.count) of \(Measure.count(attempts.count, "attempt"))",
            Set(resumed.compactMap(\.mechanism)).sorted { $0.rawValue < $1.rawValue }.map(\.words)
                .joined(separator: ", "),
            resumed.contains { $0.pskKe == true } ? "without a key exchange (psk_ke)" : nil)
        for attempt in attempts {
            guard let change = attempt.change else { continue }
            let isMoment = change.hasPrefix("at=")
            page.line(
                isMoment ? "life" : "changed", isMoment ? "after \(change.dropFirst(3))" : change,
                attempt.resumed
                    ? "resumed" : attempt.offered || attempt.whyNot == .noTicket ? "not resumed" : "not tried",
                attempt.whyNot?.words,
                isMoment ? attempt.sessionAgeS.map { "\($0) s old" } : nil)
        }
        page.line(
            "to come",
            resumption.pending.flatMap { $0 > 0 ? Measure.count($0, "moment") : nil },
            resumption.nextAt.map { "the next at \($0.prefix(19))Z" })
        var misses: [Report.Resumption.Miss] = []
        for miss in attempts.filter({ $0.change == nil }).compactMap(\.whyNot) where !misses.contains(miss) {
            misses.append(miss)
        }
        for miss in misses {
            page.line("not resumed", "\(attempts.count { $0.whyNot == miss }): \(miss.words)")
        }
        if let matrix = resumption.matrix { tell(matrix, on: &page) }
        let early = attempts.compactMap(\.earlyData)
        if !early.isEmpty {
            page.line("early data", early.map { $0.rawValue.replacing("_", with: " ") }.joined(separator: ", "))
        }
        page.line("latency", latency("full", resumption.full), latency("resumed", resumption.abbreviated))
    }

    private func tell(_ matrix: Report.Resumption.Matrix, on page: inout Page) {
        let numbers = Dictionary(
            matrix.nodes.enumerated().map { ($0.element, "\($0.offset + 1)") }, uniquingKeysWith: { first, _ in first })
        func number(_ node: String) -> String { numbers[node] ?? node }
        page.line(
            "places",
            zip(matrix.nodes, matrix.keyNames).map { node, key in
                "\(number(node)) \(node)" + (key.map { ", key \($0.prefix(8))…" } ?? "")
            })
        for from in matrix.nodes {
            page.line(
                "from \(number(from))",
                matrix.cells.filter { $0.from == from }.map { cell in
                    "to \(number(cell.to)) " + (cell.resumed.map { $0 ? "yes" : "no" } ?? "unknown")
                })
        }
        page.line("groups", matrix.groups.map { $0.map(number).joined(separator: " + ") })
        page.line(
            "chance",
            matrix.chance.map {
                "a client that returns to any of them resumes in \(Int(exactly: ($0 * 100).rounded()) ?? 0) % of cases"
            })
    }

    private func latency(_ name: String, _ latency: Report.Latency) -> String? {
        guard let median = latency.medianMs else { return nil }
        return "\(name) \(Measure.phase(median)) ms" + (latency.count > 1 ? " (median of \(latency.count))" : "")
    }
}

extension Report.Resumption.Mechanism {
    fileprivate var words: String {
        switch self {
        case .id: "by session identifier"
        case .ticket: "by ticket"
        case .psk: "by ticket (PSK)"
        }
    }
}
