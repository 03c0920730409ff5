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
        TicketLifeState(
            target: "a.example:443", address: "192.0.2.1", start: 1000,
            points: [
                .init(after: .zero, session: nil, attempt: attempt(nil)),
                .init(after: .milliseconds(1500), session: nil, attempt: attempt(.expired), isDoubtful: true),
                .init(after: .seconds(60), session: try session()), .init(after: .seconds(3600), session: nil),
            ])
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
        let again = try read.file()
        #expect(again == bytes)
    }

    @Test func knowsWhatIsDue() throws {
        let state = try state()
        #expect(state.due(at: 1059).isEmpty && state.due(at: 1060) == [2] && state.due(at: 9000) == [2, 3])
        #expect(state.wait(at: 1000) == 60 && state.wait(at: 1070) == 0)
        #expect(!state.isDone)
        let done = TicketLifeState(target: "", address: nil, start: 0, points: [state.points[0]])
        #expect(done.isDone && done.wait(at: 5) == nil && done.due(at: 5).isEmpty)
    }

    @Test(arguments: [
        "", "{}", "[]", "{", #"{"schema":"sslprobe.ticket-life/2","target":"a","start":1,"points":[]}"#,
        #"{"schema":"sslprobe.ticket-life/1","start":1,"points":[]}"#,
        #"{"schema":"sslprobe.ticket-life/1","target":"a","start":"1","points":[]}"#,
        #"{"schema":"sslprobe.ticket-life/1","target":"a","start":1,"points":[{}]}"#,
        #"{"schema":"sslprobe.ticket-life/1","target":"a","start":1,"points":[{"after_ms":-1}]}"#,
        #"{"schema":"sslprobe.ticket-life/1","target":"a","start":1,"points":[{"after_ms":1,"session":"x"}]}"#,
    ])
    func whatIsNotOursIsRefused(text: String) {
        #expect(TicketLifeState(parsing: Array(text.utf8)) == nil)
    }
}
