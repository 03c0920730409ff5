import OpenSSL

// What the wire alone shows of the peer's consent, and of how it left.

extension WireLog {
    /// What kind of close it was when a read after the handshake failed.
    func closeKind(of failure: StepFailure) -> Report.Close.Kind {
        if closeNotifyReceived != nil { return closeNotifySent ? .clean : .half }
        switch failure.kind {
        case .system: return .reset
        case .endOfStream: return .truncated
        // An alert of either side says why; the peer did not just leave.
        case .tls: return alertReceived == nil && alertSent == nil ? .truncated : .none
        }
    }

    /// What the wire alone shows of the peer's consent: its Finished up to TLS 1.2, a ticket after it in TLS 1.3.
    var acceptance: Report.Confirmation? {
        if let version, version < .tls13, let finishedReceived { return .yes(.finished, finishedReceived) }
        return tickets.first.map { .yes(.ticket, $0.evidence) }
    }
}

extension Report.Confirmation {
    static func yes(_ basis: Basis, _ evidence: Evidence) -> Report.Confirmation {
        Report.Confirmation(value: .yes, basis: basis, why: nil, evidence: [evidence])
    }

    static func silence(_ milliseconds: Double) -> Report.Confirmation {
        Report.Confirmation(
            value: .unknown, basis: .silence, why: "no objection in \(Words.seconds(milliseconds))", evidence: [])
    }

    static func unknown(_ why: String?) -> Report.Confirmation {
        Report.Confirmation(value: .unknown, basis: nil, why: why, evidence: [])
    }
}
