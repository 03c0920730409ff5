import Foundation
import TestSupport
import Testing

@testable import ProbeKit

private func object(_ schema: JSONValue) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(JSONWriter.bytes(schema)))
}

private func problems(_ report: Report) throws -> [String] {
    SchemaValidator.validate(
        Data(JSONReport.line(report, indented: false)), schema: try object(Schema.report), closed: true)
}

private func problems(_ line: [UInt8], _ schema: JSONValue) throws -> [String] {
    SchemaValidator.validate(Data(line), schema: try object(schema), closed: true)
}

private func problems(_ record: EventRecord) throws -> [String] {
    SchemaValidator.validate(Data(JSONLines.line(record)), schema: try object(Schema.event), closed: true)
}

/// The bytes after a change to the text, held against a schema.
private func problems(
    _ bytes: [UInt8], replacing old: String, by new: String, schema: JSONValue, closed: Bool = true
) throws -> [String] {
    let text = String(decoding: bytes, as: UTF8.self)
    let changed = text.replacingOccurrences(of: old, with: new)
    try #require(changed != text)
    return SchemaValidator.validate(Data(changed.utf8), schema: try object(schema), closed: closed)
}

struct SchemaTests {
    @Test func describesAReportWithoutAndWithContent() throws {
        #expect(try problems(Report.sample()) == [])
        #expect(try problems(Report.trusted) == [])
        var failed = Report.trusted
        failed.fail(.handshake, Failure(.tls, .alertReceived, "refused", alert: nil))
        failed.expectations = [
            Expected(expression: "ok = true", ok: true, actual: "true"),
            Expected(expression: "tls = null", ok: false, actual: nil),
        ]
        failed.events = Event.Name.allCases.filter { $0 != .clientClosed }.map { EventRecord.sample($0) }
        #expect(try problems(failed) == [])
    }

    @Test func describesTheReportOfAServedConnection() throws {
        var report = ConnectionReport.served
        #expect(try problems(JSONReport.line(report, indented: false), Schema.connection) == [])
        report.error = Failure(.tls, .alertReceived, "refused")
        (report.clientHello, report.tls, report.verify, report.session) = (nil, nil, nil, nil)
        (report.renegotiation, report.keyUpdate, report.postHandshakeAuth) = (nil, nil, nil)
        report.events = Event.Name.allCases.filter { $0 != .clientClosed && $0 != .summary }.map { .sample($0) }
        #expect(try problems(JSONReport.line(report, indented: false), Schema.connection) == [])
    }

    @Test func describesTheSummaryOfAServerAloneAndAsAnEvent() throws {
        #expect(try problems(JSONReport.line(ServeSummary.sample, indented: false), Schema.serveSummary) == [])
        let record = EventRecord(event: .serveSummary(.sample), seq: 9, tMs: 900, conn: 0, target: "127.0.0.1:0")
        #expect(try problems(record) == [])
    }

    @Test(arguments: Event.Name.allCases)
    func describesEveryEvent(name: Event.Name) throws {
        #expect(EventRecord.sample(name).event.name == name)
        #expect(try problems(EventRecord.sample(name)) == [])
        var record = EventRecord.sample(name, wire: .init(.sent, bytes: 5, epoch: 2, generation: 0))
        record.time = "2026-11-21T03:00:00Z"
        #expect(try problems(record) == [])
        record.wire = .init(.received, bytes: 5)
        #expect(try problems(record) == [])
    }

    @Test(arguments: Event.Name.allCases)
    func noPayloadHidesAKeyOfTheEnvelope(name: Event.Name) throws {
        let line = JSONValue(EventRecord.sample(name, wire: .init(.sent, bytes: 5, epoch: 2, generation: 0)))
        guard case .object(let members) = line else {
            Issue.record("an event is an object")
            return
        }
        #expect(Set(members.map(\.key)).count == members.count)
    }

    @Test(arguments: [
        (#""exit_code":0"#, #""exit_code":"0""#), (#""outcome":"ok""#, #""outcome":"fine""#),
        (#""ok":true"#, #""ok":1"#), (#","close":{"#, #","closed":{"#), (#""dns_ms":3"#, #""dns_ms":true"#),
        (#""expectations":[]"#, #""expectations":[{"expression":"a","ok":true}]"#), (#""scts":[]"#, #""scts":[1]"#),
        (#""ocsp":null"#, #""ocsp":{}"#), (#""index":0,"#, ""),
        (#""sans":[{"type":"DNS""#, #""sans":[{"typ":"DNS""#), (#"sslprobe.report/1"#, #"sslprobe.report/2"#),
    ])
    func findsAPlantedMistakeInAReport(old: String, new: String) throws {
        let line = JSONReport.line(.trusted, indented: false)
        #expect(try !problems(line, replacing: old, by: new, schema: Schema.report).isEmpty)
    }

    @Test(arguments: [
        (#""request_update":"update_requested""#, #""request_update":"yes""#), (#""seq":1"#, #""seq":1.5"#),
        (#""event":"key_update""#, #""event":"key_updated""#), (#""event":"key_update""#, #""event":"alert""#),
        (#""dir":"sent""#, #""dir":null"#),
    ])
    func findsAPlantedMistakeInAnEvent(old: String, new: String) throws {
        let record = EventRecord(
            event: .keyUpdate(.init(requestUpdate: .updateRequested)), seq: 1, tMs: 1, conn: 1, target: "a",
            wire: .init(.sent, bytes: 5))
        #expect(try !problems(JSONLines.line(record), replacing: old, by: new, schema: Schema.event).isEmpty)
    }

    @Test func allowsWhatALaterVersionAdds() throws {
        let line = JSONReport.line(.trusted, indented: false)
        let change = (old: #""ok":true"#, new: #""ok":true,"brand_new":1"#)
        for (closed, count) in [(false, 0), (true, 1)] {
            let found = try problems(
                line, replacing: change.old, by: change.new, schema: Schema.report, closed: closed)
            // `ok` is in the verification, too.
            #expect(found.count == count * 2)
        }
    }

    @Test func saysWhatItIs() {
        #expect(Schema.report["$id"] == .string("urn:sslprobe:report:1"))
        #expect(Schema.event["$id"] == .string("urn:sslprobe:event:1"))
        #expect(Schema.event["$schema"] == .string("https://json-schema.org/draft/2020-12/schema"))
    }

    @Test func listsTheReportInTheOrderOfTheContract() {
        guard case .object(let members) = JSONValue(.trusted) else {
            Issue.record("a report is an object")
            return
        }
        #expect(members.map(\.key) == Schema.report.properties.map(\.key))
        #expect(
            members.map(\.key).joined(separator: " ") == """
                schema tool command target started_at ok outcome exit_code address addresses differs timings tls verify \
                certificates ocsp scts client_auth data tickets ticket_summary renegotiation key_update \
                post_handshake_auth resumption repeat close expectations error events
                """)
    }
}
