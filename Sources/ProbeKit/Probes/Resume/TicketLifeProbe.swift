import OpenSSL
import Reactor

/// `resume --at`: for how long a server takes its sessions. One is spent at each of the given moments.
///
/// Without a state file it waits; with one each run does what is due and returns at once.
struct TicketLifeProbe {
    let probe: ResumeProbe
    let schedule: ResumePlan.Schedule

    private var visit: Visit { probe.visit }

    func run(until limit: Deadline) async -> Draft {
        var course = ResumptionCourse(probe.question)
        var state: TicketLifeState
        let file: LockedFile?
        do throws(Ending) {
            file = try schedule.state.map(Self.lock)
            if let file, let known = try read(file) {
                state = known
            } else if let collected = await collect(&course, until: limit) {
                state = collected
                try Self.save(state, to: file)
            } else {
                // A file without sessions would be in the way of the next run.
                try? file?.remove()
                return course.draft(visit)
            }
        } catch {
            return course.isEmpty
                ? .ended(error, plan: visit.plan, recorder: visit.recorder) : course.draft(visit, stopped: error)
        }
        do {
            try await proceed(&state, &course, file, until: limit)
            return course.draft(visit, life: state)
        } catch {
            return course.draft(visit, life: state, stopped: error)
        }
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

    private static func save(_ state: TicketLifeState, to file: LockedFile?) throws(Ending) {
        guard let file else { return }
        do {
            if state.isDone { try file.remove() } else { try file.replace(with: state.file()) }
        } catch {
            throw Ending(.local, Failure(.local, .fileUnwritable, "--state: \(error)"))
        }
    }

    private var name: String { "\(visit.plan.target.host):\(visit.plan.target.port)" }

    // MARK: The course

    /// One unused session for each moment, over as many connections as that takes; nil when there is none to offer.
    private func collect(_ course: inout ResumptionCourse, until limit: Deadline) async -> TicketLifeState? {
        let count = schedule.points.count
        var sessions: [SavedSession] = []
        while sessions.count < count {
            let before = sessions.count
            sessions += await probe.startings(&course, upTo: count - sessions.count, until: limit)
            if course.isOver || sessions.count == before { break }
        }
        guard !course.isOver else { return nil }
        guard let first = sessions.first else {
            course.missed(nil)
            return nil
        }
        if let obstacle = probe.obstacle(to: first, visit) {
            course.missed(first, because: obstacle)
            return nil
        }
        let points = schedule.points.enumerated().map { index, after in
            TicketLifeState.Point(after: after, session: index < sessions.count ? sessions[index] : nil)
        }
        return TicketLifeState(
            target: name, address: course.address?.host, start: WallClock.now.milliseconds, points: points)
    }

    /// Does what is due, and without a file waits for the rest.
    private func proceed(
        _ state: inout TicketLifeState, _ course: inout ResumptionCourse, _ file: LockedFile?, until limit: Deadline
    ) async throws(Ending) {
        while !state.isDone, !course.isOver {
            for index in state.due(at: WallClock.now.milliseconds) where !course.isOver {
                try await spend(index, &state, &course, file, until: limit)
            }
            guard file == nil, !course.isOver, let wait = state.wait(at: WallClock.now.milliseconds) else { return }
            if Output.diagnostics.isTerminal {
                let number = state.points.count - state.pending.count + 1
                Printer.warn("attempt \(number) of \(state.points.count) in \(Words.time(.milliseconds(wait)))")
            }
            do throws(WaitError) {
                try await visit.loop.sleep(until: Deadline.after(.milliseconds(wait)).earlier(of: limit))
            } catch {
                throw .interrupted(.postHandshake)
            }
            if limit.hasPassed { throw Ending(.timeout, Failure(.data, .timedOut, "--max-time ended the wait")) }
        }
    }

    /// Offers the session of a moment. A miss counts only when a fresh session is taken at once.
    private func spend(
        _ index: Int, _ state: inout TicketLifeState, _ course: inout ResumptionCourse, _ file: LockedFile?,
        until limit: Deadline
    ) async throws(Ending) {
        let point = state.points[index]
        state.points[index].spend(after: WallClock.now.milliseconds - state.start)
        // Some are taken only once: a run that is killed now must not offer it again.
        try Self.save(state, to: file)
        let address = state.address.flatMap { SocketAddress(numeric: $0, port: visit.plan.dialed.port) }
        await probe.comeBack(with: point.session, &course, at: address, until: limit)
        guard var attempt = course.latestAttempt else { return }
        if course.isOver, !attempt.offered {
            // It never got there.
            state.points[index] = point
            return try Self.save(state, to: file)
        }
        attempt.change = point.change
        if attempt.whyNot == .expired, let hint = try? point.session?.session().lifetimeHint,
            .seconds(Int64(clamping: hint)) < point.after
        {
            // However late the run is: it had expired by its moment.
            state.points[index].spend(after: point.after.inMilliseconds)
        }
        if attempt.offered, attempt.whyNot != nil {
            let isResumed = await probe.compare(&course, at: address, until: limit)
            state.points[index].isDoubtful = !isResumed
        }
        state.points[index].attempt = attempt
        try Self.save(state, to: file)
    }
}
