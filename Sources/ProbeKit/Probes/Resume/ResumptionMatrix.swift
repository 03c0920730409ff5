import OpenSSL
import Reactor

/// Who takes whose sessions: the addresses behind one name, or several targets.
struct ResumptionMatrix {
    /// One of the places.
    struct Node {
        let label: String
        let visit: Visit
        let address: SocketAddress?
    }

    private let labels: [String]
    /// From where, to where, and which of the attempts that was.
    private var trials: [(from: String, to: String, attempt: Int)] = []
    /// Where the name of the key would be in the tickets of each place.
    private var prefixes: [String: String] = [:]

    init(_ nodes: [Node]) { labels = nodes.map(\.label) }

    mutating func add(from: Node, to: Node, attempt: Int, _ saved: SavedSession?) {
        trials.append((from.label, to.label, attempt))
        guard prefixes[from.label] == nil, let ticket = try? saved?.session().ticket, !ticket.isEmpty else { return }
        prefixes[from.label] = TicketEntries.name(of: ticket).hex
    }

    /// - Parameters:
    ///   - keyNames: those that two tickets share.
    ///   - isElicited: whether a place without a ticket had every reason to hand one out.
    func report(
        _ attempts: [Report.Resumption.Attempt], keyNames: Set<String>, isElicited: Bool
    ) -> Report.Resumption.Matrix {
        let cells = trials.map { trial in
            let attempt = attempts[trial.attempt]
            let isKnown =
                switch attempt.whyNot {
                case nil: attempt.resumed
                case .noTicket: isElicited
                default: attempt.offered
                }
            return Report.Resumption.Matrix.Cell(
                from: trial.from, to: trial.to, resumed: isKnown ? attempt.resumed : nil, whyNot: attempt.whyNot)
        }
        let known = cells.compactMap(\.resumed)
        let keys = labels.map { label in prefixes[label].flatMap { keyNames.contains($0) ? $0 : nil } }
        return Report.Resumption.Matrix(
            nodes: labels, keyNames: keys, cells: cells,
            groups: groups(cells, Dictionary(uniqueKeysWithValues: zip(labels, keys))),
            // A client comes from any of them and returns to any.
            chance: known.count == cells.count && !known.isEmpty
                ? Double(known.count(where: { $0 })) / Double(known.count) : nil)
    }

    /// Those that take one another's sessions, in the order of the places. What could not be tried the name of a key tells;
    /// of a place that could not be tried at all nothing is said.
    private func groups(_ cells: [Report.Resumption.Matrix.Cell], _ keys: [String: String?]) -> [[String]] {
        func takes(_ place: String, from other: String) -> Bool? {
            cells.first { $0.from == other && $0.to == place }?.resumed
        }
        func belongTogether(_ one: String, _ other: String) -> Bool {
            let answers = [takes(one, from: other), takes(other, from: one)]
            if answers.contains(false) { return false }
            if answers == [true, true] { return true }
            guard let key = keys[one] ?? nil else { return false }
            return key == keys[other] ?? nil
        }
        var groups: [[String]] = []
        let known = cells.filter { $0.resumed != nil }
        for label in labels where known.contains(where: { $0.from == label || $0.to == label }) {
            if let index = groups.firstIndex(where: { group in group.allSatisfy { belongTogether(label, $0) } }) {
                groups[index].append(label)
            } else {
                groups.append([label])
            }
        }
        return groups
    }
}

extension ResumeProbe {
    /// For each pair of places a full handshake at the one, and one with its session at the other.
    func runMatrix(until limit: Deadline) async -> Draft {
        var course = ResumptionCourse(question)
        let nodes: [ResumptionMatrix.Node]
        do throws(Ending) {
            nodes = try await findNodes(until: limit)
        } catch {
            return .ended(error, plan: visit.plan, recorder: visit.recorder)
        }
        var matrix = ResumptionMatrix(nodes)
        for from in nodes {
            for to in nodes where !course.isInterrupted {
                let session = await start(&course, from.visit, at: from.address, until: limit)
                // The place is another on purpose; but what is not trusted is not offered.
                let obstacle = session.flatMap { self.obstacle(to: $0, to.visit, isElsewhere: true) }
                if let session, obstacle == nil {
                    let findings = await to.visit.run(
                        ResumptionErrand(data: nil), offering: Offer(saved: session), at: to.address, until: limit)
                    course.cameBack(with: session, findings)
                } else {
                    course.missed(session, because: obstacle)
                }
                matrix.add(from: from, to: to, attempt: course.attemptCount - 1, session)
            }
        }
        return course.draft(visit, matrix: matrix)
    }

    /// The targets that were given, or every address of the only one.
    private func findNodes(until limit: Deadline) async throws(Ending) -> [ResumptionMatrix.Node] {
        guard question.others.isEmpty else {
            var nodes = [ResumptionMatrix.Node(label: visit.plan.target.input, visit: visit, address: nil)]
            for target in question.others {
                var plan = visit.plan
                plan.target = target
                do {
                    let other = visit.adapted(to: plan, try ClientConfiguration(plan))
                    nodes.append(ResumptionMatrix.Node(label: target.input, visit: other, address: nil))
                } catch {
                    throw Ending(.internal, Failure(.local, .internalError, "\(error)"))
                }
            }
            return nodes
        }
        let addresses = try await visit.lookUp(until: limit).addresses
        if addresses.count > ResumePlan.mostNodes {
            Printer.warn(
                "\(visit.plan.target.input) has \(addresses.count) addresses; --matrix tries \(ResumePlan.mostNodes)")
        }
        return addresses.prefix(ResumePlan.mostNodes).map {
            ResumptionMatrix.Node(label: $0.host, visit: visit, address: $0)
        }
    }
}
