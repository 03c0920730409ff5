import OpenSSL
import Reactor

/// `resume --at`: for how long a server takes its sessions. One is spent at each of the given moments.
///
/// Without a state file it waits; with one each run does what is due and returns at once.
struct TicketLifeProbe {
    let probe: ResumeProbe
    let schedule: ResumePlan.Schedule

    private var visit: Visit { probe.visit }

    func run(until limit: Deadline) async -> Report {
        var course = ResumptionCourse(probe.question)
        let report: Report
        do throws(Ending) {
            guard let path = schedule.state else {
                var state = try await collect(&course, until: limit)
                try await proceed(&state, &course, waits: true, until: limit)
                return conclude(state, course)
            }
            let file = try Self.lock(path)
            var state: TicketLifeState
            if let known = try read(file) { state = known } else { state = try await collect(&course, until: limit) }
            try await proceed(&state, &course, waits: false, until: limit)
            try Self.write(state, to: path)
            report = conclude(state, course)
        } catch {
            return course.isEmpty
                ? Report.ended(error, plan: visit.plan, recorder: visit.recorder)
                : course.report(visit, isElicited: probe.isElicited(course), stopped: error)
        }
        return report
    }

    // MARK: The file

    private static func lock(_ path: String) throws(Ending) -> LockedFile {
        do {
            return try LockedFile(path)
        } catch {
            throw Ending(.local, Failure(.local, .fileUnwritable, "--state: \(error)"))
        }
    }

    /// Nil when the file is new.
    private func read(_ file: LockedFile) throws(Ending) -> TicketLifeState? {
        let bytes: [UInt8]
        do {
            bytes = try file.read(limit: TicketLifeState.largestFile)
        } catch {
            throw Ending(.local, Failure(.local, .fileUnreadable, "--state: \(error)"))
        }
        if bytes.isEmpty { return nil }
        guard let state = TicketLifeState(parsing: bytes) else {
            throw Ending(
                .local, Failure(.local, .fileUnreadable, "--state: \(file.path) was not written by resume --state"))
        }
        guard state.target == name, state.points.map(\.after) == schedule.points else {
            throw Ending(
                .local,
                Failure(
                    .local, .fileUnreadable, "--state: \(file.path) is for \(state.target) or for other moments",
                    hint: "name the same target and the same --at, or another file"))
        }
        return state
    }

    private static func write(_ state: TicketLifeState, to path: String) throws(Ending) {
        do {
            if state.isDone {
                try FileWriter.remove(path)
            } else {
                try FileWriter.replace(path, with: state.file())
            }
        } catch {
            throw Ending(.local, Failure(.local, .fileUnwritable, "--state: \(error)"))
        }
    }

    private var name: String { "\(visit.plan.target.host):\(visit.plan.target.port)" }

    // MARK: The course

    /// One unused session for each moment, over as many connections as that takes.
    private func collect(
        _ course: inout ResumptionCourse, until limit: Deadline
    ) async throws(Ending) -> TicketLifeState {
        let count = schedule.points.count
        var sessions: [SavedSession] = []
        while sessions.count < count {
            let before = sessions.count
            sessions += await probe.startings(&course, upTo: count - sessions.count, until: limit)
            if course.isOver || sessions.count == before { break }
        }
        let points = schedule.points.enumerated().map { index, after in
            TicketLifeState.Point(after: after, session: index < sessions.count ? sessions[index] : nil)
        }
        return TicketLifeState(
            target: name, address: course.address?.host, start: WallClock.now.seconds, points: points)
    }

    private func proceed(
        _ state: inout TicketLifeState, _ course: inout ResumptionCourse, waits: Bool, until limit: Deadline
    ) async throws(Ending) {
        while !state.isDone, !course.isOver {
            for index in state.due(at: WallClock.now.seconds) where !course.isOver {
                await spend(index, &state, &course, until: limit)
            }
            guard waits, !course.isOver, let seconds = state.wait(at: WallClock.now.seconds), !state.isDone else {
                return
            }
            if Output.diagnostics.isTerminal {
                StandardError.write("sslprobe: next attempt in \(Words.time(.seconds(seconds)))\n")
            }
            do throws(WaitError) {
                try await visit.loop.sleep(until: Deadline.after(.seconds(max(1, seconds))).earlier(of: limit))
            } catch {
                throw .interrupted(.postHandshake)
            }
            if limit.hasPassed { throw Ending(.timeout, Failure(.data, .timedOut, "--max-time ended the wait")) }
        }
    }

    /// Offers the session of a moment. A miss counts only when a fresh session is taken at once.
    private func spend(
        _ index: Int, _ state: inout TicketLifeState, _ course: inout ResumptionCourse, until limit: Deadline
    ) async {
        let address = state.address.flatMap { SocketAddress(numeric: $0, port: visit.plan.dialed.port) }
        await probe.comeBack(with: state.points[index].session, &course, at: address, until: limit)
        guard !course.isOver, var attempt = course.latestAttempt else { return }
        attempt.change = state.points[index].change
        if attempt.offered, !attempt.resumed {
            let fresh = await probe.start(&course, at: address, until: limit)
            await probe.comeBack(with: fresh, &course, at: address, until: limit)
            state.points[index].isDoubtful = course.latestAttempt?.resumed != true
        }
        state.points[index].session = nil
        state.points[index].attempt = attempt
    }

    private func conclude(_ state: TicketLifeState, _ course: ResumptionCourse) -> Report {
        course.report(
            visit, isElicited: probe.isElicited(course), life: state.points.compactMap(\.attempt),
            isDoubtful: state.points.contains(where: \.isDoubtful))
    }
}
