import OpenSSL
import TestSupport
import Testing

@testable import ProbeKit

/// The file of `resume --at --state`.
@Suite struct TicketLifeStateTests {
    private func session() throws -> SavedSession {
        func integer(_ bytes: [UInt8]) -> [UInt8] { DER.element(2, bytes) }
        let raw = DER.sequence(
            integer([1]), integer([3, 4]), DER.octets([0x13, 0x02]), DER.octets(Array(repeating: 9, count: 32)),
            DER.octets(Array(repeating: 5, count: 48)), DER.context(1, integer([0x69, 0x55, 0xB9, 0])),
            DER.context(2, integer([0x1C, 0x20])), DER.context(9, integer([0x1C, 0x20])),
            DER.context(10, DER.octets(Array(repeating: 0xAB, count: 200))))
        let origin = SavedSession.Origin(
            host: "a.example", port: 443, sni: "a.example", verdict: .trusted, time: "2026-01-01T00:00:00.000Z")
        let chain = [try EphemeralAuthority(commonName: "Session CA").certificate]
        return SavedSession(der: try Session(der: raw).der, origin: origin, chain: chain)
    }

    private func attempt(_ whyNot: Report.Resumption.Miss?) -> Report.Resumption.Attempt {
        Report.Resumption.Attempt(
            mechanism: .psk, offered: true, resumed: whyNot == nil, address: nil, change: nil, sessionAgeS: 7,
            earlyData: nil, pskKe: nil, durationMs: 1.5, whyNot: whyNot, evidence: [])
    }

    private func state() throws -> TicketLifeState {
        var points: [TicketLifeState.Point] = [
            .init(after: .zero, session: nil), .init(after: .milliseconds(1500), session: try session()),
            .init(after: .seconds(60), session: try session()), .init(after: .seconds(3600), session: nil),
        ]
        points[0].spend(after: 3)
        points[0].attempt = attempt(nil)
        points[1].spend(after: 9000)
        points[1].attempt = attempt(.expired)
        points[1].isDoubtful = true
        return TicketLifeState(target: "a.example:443", address: "192.0.2.1", start: 1_000_000, points: points)
    }

    @Test func comesBackAsItWasWritten() throws {
        let state = try state()
        let bytes = try state.file()
        let read = try #require(TicketLifeState(parsing: bytes))
        #expect(read.target == state.target && read.address == state.address && read.start == state.start)
        #expect(read.points.map(\.after) == state.points.map(\.after))
        #expect(read.points.map(\.isDoubtful) == [false, true, false, false])
        #expect(read.points.map(\.isDone) == [true, true, false, false])
        #expect(read.points.map { $0.session?.der } == state.points.map { $0.session?.der })
        #expect(read.points[2].session?.chain.count == 1 && read.points[2].session?.origin?.host == "a.example")
        let attempts = read.points.compactMap(\.attempt)
        #expect(attempts.map(\.resumed) == [true, false] && attempts.map(\.whyNot) == [nil, .expired])
        #expect(attempts.map(\.mechanism) == [.psk, .psk] && attempts.map(\.sessionAgeS) == [7, 7])
        #expect(attempts.map(\.durationMs) == [1.5, 1.5])
        #expect(attempts.map(\.change) == ["at=0 ms", "at=1.5 s"])
        // What came of the second was offered too late to tell of its moment.
        #expect(read.lateMiss?.planned == .milliseconds(1500) && read.lateMiss?.actual == .seconds(9))
        #expect(read.nextTime?.seconds == 1060)
        let again = try read.file()
        #expect(again == bytes)
    }

    @Test func knowsWhatIsDue() throws {
        let state = try state()
        #expect(state.due(at: 1_059_999).isEmpty && state.due(at: 1_060_000) == [2])
        #expect(state.due(at: 9_000_000) == [2, 3])
        #expect(state.wait(at: 1_000_000) == 60_000 && state.wait(at: 1_070_000) == 0)
        #expect(!state.isDone)
        let done = TicketLifeState(target: "", address: nil, start: 0, points: [state.points[0]])
        #expect(done.isDone && done.wait(at: 5) == nil && done.due(at: 5).isEmpty)
    }

    /// A run that was killed while it offered a session does not offer it again, and knows nothing of it.
    @Test func aSpentSessionIsNotOfferedAgain() throws {
        var state = try state()
        state.points[2].spend(after: 60_500)
        let read = try #require(TicketLifeState(parsing: state.file()))
        #expect(read.points[2].session == nil && read.points[2].isDone)
        #expect(read.attempts.map(\.resumed) == [true, false, false] && read.attempts[2].offered == false)
        #expect(read.due(at: 1_060_600).isEmpty)
    }

    @Test(arguments: [
        #"{"schema":"sslprobe.ticket-life/1","target":"a","start_ms":9223372036854775807,"points":[]}"#,
        #"{"schema":"sslprobe.ticket-life/1","target":"a","start_ms":-1,"points":[]}"#,
        #"{"schema":"sslprobe.ticket-life/1","target":"a","start_ms":1,"points":[{"after_ms":9223372036854775807}]}"#,
        "", "{}", "[]", "{", #"{"schema":"sslprobe.ticket-life/2","target":"a","start_ms":1,"points":[]}"#,
        #"{"schema":"sslprobe.ticket-life/1","start_ms":1,"points":[]}"#,
        #"{"schema":"sslprobe.ticket-life/1","target":"a","start_ms":"1","points":[]}"#,
        #"{"schema":"sslprobe.ticket-life/1","target":"a","start_ms":1,"points":[{}]}"#,
        #"{"schema":"sslprobe.ticket-life/1","target":"a","start_ms":1,"points":[{"after_ms":-1}]}"#,
        #"{"schema":"sslprobe.ticket-life/1","target":"a","start_ms":1,"points":[{"after_ms":1,"session":"x"}]}"#,
    ])
    func whatIsNotOursIsRefused(text: String) {
        #expect(TicketLifeState(parsing: Array(text.utf8)) == nil)
    }
}
