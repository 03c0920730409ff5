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

    init(_ nodes: [Node]) { labels = nodes.map(\.label) }

    mutating func add(from: Node, to: Node, attempt: Int) {
        trials.append((from.label, to.label, attempt))
    }

    func report(_ attempts: [Report.Resumption.Attempt]) -> Report.Resumption.Matrix {
        let cells = trials.map { trial in
            let attempt = attempts[trial.attempt]
            // Without a handshake there is nothing to tell by, and so without a session.
            let isKnown = attempt.offered || attempt.resumed || attempt.whyNot == .noTicket
            return Report.Resumption.Matrix.Cell(
                from: trial.from, to: trial.to, resumed: isKnown ? attempt.resumed : nil, whyNot: attempt.whyNot)
        }
        let known = cells.compactMap(\.resumed)
        return Report.Resumption.Matrix(
            nodes: labels, cells: cells, groups: groups(cells),
            // A client comes from any of them and returns to any.
            chance: known.count == cells.count && !known.isEmpty
                ? Double(known.count(where: { $0 })) / Double(known.count) : nil)
    }

    /// Those that take one another's sessions, in the order of the places.
    private func groups(_ cells: [Report.Resumption.Matrix.Cell]) -> [[String]] {
        func takes(_ place: String, from other: String) -> Bool {
            cells.contains { $0.from == other && $0.to == place && $0.resumed == true }
        }
        var groups: [[String]] = []
        for label in labels {
            let index = groups.firstIndex { group in
                group.allSatisfy { takes($0, from: label) && takes(label, from: $0) }
            }
            if let index { groups[index].append(label) } else { groups.append([label]) }
        }
        return groups
    }
}

extension ResumeProbe {
    /// For each pair of places a full handshake at the one, and one with its session at the other.
    func runMatrix(until limit: Deadline) async -> Report {
        var course = ResumptionCourse(question)
        let nodes: [ResumptionMatrix.Node]
        do throws(Ending) {
            nodes = try await findNodes(until: limit)
        } catch {
            return Report.ended(error, plan: visit.plan, recorder: visit.recorder)
        }
        var matrix = ResumptionMatrix(nodes)
        for from in nodes {
            for to in nodes where !course.isInterrupted {
                let session = await start(&course, from.visit, at: from.address, until: limit)
                // The place is another on purpose; but what is not trusted is not offered.
                if let session, session.origin?.verdict != .untrusted || visit.plan.client.trust.insecure {
                    let findings = await to.visit.run(
                        ResumptionErrand(data: nil), offering: Offer(saved: session), at: to.address, until: limit)
                    course.cameBack(with: session, findings, nil, wantedEarlyData: false)
                } else {
                    course.missed(session, nil)
                }
                matrix.add(from: from, to: to, attempt: course.attemptCount - 1)
            }
        }
        return course.report(visit, isElicited: isElicited(course), matrix: matrix)
    }

    /// The targets that were given, or every address of the only one.
    private func findNodes(until limit: Deadline) async throws(Ending) -> [ResumptionMatrix.Node] {
        guard question.others.isEmpty else {
            var nodes = [ResumptionMatrix.Node(label: visit.plan.target.input, visit: visit, address: nil)]
            for target in question.others {
                var plan = visit.plan
                plan.target = target
                do {
                    let other = Visit(
                        plan: plan, configuration: try ClientConfiguration(plan), provisions: visit.provisions,
                        loop: visit.loop, recorder: visit.recorder)
                    nodes.append(ResumptionMatrix.Node(label: target.input, visit: other, address: nil))
                } catch {
                    throw Ending(.internal, Failure(.local, .internalError, "\(error)"))
                }
            }
            return nodes
        }
        var findings = Findings(plan: visit.plan, configuration: visit.configuration, recorder: visit.recorder)
        let deadline = Deadline.after(visit.plan.client.time.timeout).earlier(of: limit)
        let addresses = try await Route(plan: visit.plan, loop: visit.loop, recorder: visit.recorder)
            .lookUp(until: deadline, into: &findings)
        return addresses.prefix(ResumePlan.mostNodes).map {
            ResumptionMatrix.Node(label: $0.host, visit: visit, address: $0)
        }
    }
}
