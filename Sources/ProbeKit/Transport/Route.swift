import Reactor

/// The way to a peer: its addresses, and a TCP connection to one of them.
struct Route {
    let plan: ProbePlan
    let loop: EventLoop
    let recorder: Recorder

    private var host: String { plan.dialed.host }
    private var port: UInt16 { plan.dialed.port }

    func lookUp(until deadline: Deadline, into findings: Findings) async throws(Ending) -> [SocketAddress] {
        // Nothing to look up, and so nothing to tell.
        if let numeric = SocketAddress(numeric: host, port: port) { return [numeric] }
        let started = Instant.now
        let family: AddressFamily? =
            switch plan.client.address.family {
            case .any: nil
            case .v4: .v4
            case .v6: .v6
            }
        do throws(LookupError) {
            let addresses = try await Resolver().addresses(
                of: host, port: port, family: family, on: loop, until: deadline)
            let duration = Instant.now.milliseconds(since: started)
            findings.timings.dnsMs = duration
            recorder.record(
                .dnsResolved, nil,
                .dnsResolved(DNSResolved(host: host, addresses: addresses.map(\.host), dnsMs: duration)))
            return addresses
        } catch {
            throw ending(of: error)
        }
    }

    func dial(
        _ addresses: [SocketAddress], until deadline: Deadline, into findings: Findings
    ) async throws(Ending) -> Socket {
        let started = Instant.now
        let time = plan.client.time
        var result = await Dialer().connect(
            to: addresses, until: deadline, attemptTimeout: time.connectTimeout, on: loop,
            report: { if case .ended(let attempt) = $0 { note(attempt) } })
        findings.addresses = result.attempts.map(Report.AddressAttempt.init)
        guard let socket = result.takeSocket() else {
            throw ending(of: result.attempts, interruption: result.interruption)
        }
        findings.address = result.address
        findings.timings.tcpMs = Instant.now.milliseconds(since: started)
        return socket
    }

    private func note(_ attempt: DialAttempt) {
        let entry = Report.AddressAttempt(attempt)
        switch attempt.outcome {
        case .connected:
            recorder.record(
                .tcpConnected, nil,
                .tcpConnected(TCPConnected(address: entry.address, port: Int(port), tcpMs: entry.tcpMs ?? 0)))
        case .failed, .timedOut, .abandoned:
            recorder.record(
                .tcpFailed, nil,
                .tcpFailed(
                    TCPFailed(
                        address: entry.address, port: Int(port), outcome: entry.outcome, error: entry.error,
                        tcpMs: entry.tcpMs)))
        }
    }

    private func ending(of error: LookupError) -> Ending {
        switch error {
        case .cancelled: return .interrupted(.dns)
        case .deadline:
            recorder.record(.timeout, nil, .timeout(TimedOut(stage: .dns, afterMs: recorder.waited)))
            return Ending(
                .timeout,
                Failure(
                    .dns, .timedOut, "the lookup of \(host) gave no answer in \(Words.seconds(recorder.waited))",
                    hint: "does the resolver answer? try getent hosts \(host)"))
        case .failed(_, let message):
            let isUnknown = error.isNotFound
            return Ending(
                .dns,
                Failure(
                    .dns, isUnknown ? .nameNotFound : .lookupFailed,
                    isUnknown ? "\(host) has no \(familyWords)address" : "the lookup of \(host) failed: \(message)",
                    hint: plan.client.address.family == .any
                        ? "is the name spelled right? try getent hosts \(host)" : "try without -4 or -6"))
        }
    }

    private var familyWords: String {
        switch plan.client.address.family {
        case .any: ""
        case .v4: "IPv4 "
        case .v6: "IPv6 "
        }
    }

    private func ending(of attempts: [DialAttempt], interruption: WaitError?) -> Ending {
        if interruption == .cancelled { return .interrupted(.tcp) }
        let errors = attempts.compactMap { attempt in
            if case .failed(let error) = attempt.outcome { error } else { nil }
        }
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        // A refusal is an answer of the host. That one address has no route says nothing about another that is silent.
        let isSilent = errors.count < attempts.count || interruption == .deadline
        guard let error = errors.min(by: { $0.kind < $1.kind }), !isSilent || error.kind != .unreachable else {
            recorder.record(.timeout, nil, .timeout(TimedOut(stage: .tcp, afterMs: recorder.waited)))
            return Ending(
                .timeout,
                Failure(
                    .tcp, .timedOut, "no TCP connection in \(Words.seconds(recorder.waited))",
                    hint: "a firewall that drops packets looks like this; try nc -v \(host) \(port)"))
        }
        switch error.kind {
        case .refused:
            return Ending(
                .connect,
                Failure(
                    .tcp, .refused, "connection refused",
                    hint: "nothing listens on \(place); is the port right?"))
        case .unreachable:
            return Ending(
                .connect,
                Failure(.tcp, .unreachable, error.message, hint: "there is no route to \(place) from here"))
        case .reset:
            return Ending(
                .connect,
                Failure(
                    .tcp, .resetBeforeTLS, "connection reset",
                    hint: "a firewall or a full server does that; try nc -v \(host) \(port)"))
        case .other where error.isOutOfDescriptors:
            return Ending(
                .local,
                Failure(
                    .local, .internalError, error.message,
                    hint: "fewer at once with --jobs or --parallel, or a higher ulimit -n"))
        case .other:
            return Ending(
                .connect, Failure(.tcp, .connectFailed, error.message, hint: "try nc -v \(host) \(port)"))
        }
    }
}

extension ProbePlan {
    /// Where the connection goes: to the target, unless `--connect-to` says otherwise.
    var dialed: (host: String, port: UInt16) { client.address.connectTo ?? (target.host, target.port) }
}

extension Report.AddressAttempt {
    init(_ attempt: DialAttempt) {
        let (result, error): (Result, String?) =
            switch attempt.outcome {
            case .connected: (.connected, nil)
            case .failed(let error): (.failed, error.message)
            case .timedOut: (.timeout, nil)
            case .abandoned: (.abandoned, nil)
            }
        self.init(
            address: attempt.address.host, outcome: result, error: error, tcpMs: attempt.milliseconds,
            tlsVersion: nil, leafSha256: nil)
    }
}

extension Ending {
    /// The user, or whoever sent the signal, ended the probe.
    static func interrupted(_ stage: Outcome.Stage) -> Ending {
        Ending(.signal, Failure(stage, .interrupted, "interrupted by a signal"))
    }
}

/// Numbers as people read them.
enum Words {
    /// A time as `10.0 s` or `250 ms`.
    static func time(_ duration: Duration) -> String {
        seconds(Double(duration.components.seconds) * 1000 + Double(duration.components.attoseconds) / 1e15)
    }

    /// Milliseconds as `10.0 s`, or `250 ms` below a second.
    static func seconds(_ milliseconds: Double) -> String {
        if milliseconds < 999.5 { return "\(Int(milliseconds.rounded())) ms" }
        let tenths = Int((milliseconds / 100).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
