import Foundation
import Testing

@testable import ProbeKit

/// The schemas as they were recorded last, in Tests/Schemas: what users have built on stays true.
///
/// What was added is recorded by `make record`, or `RECORD=1 swift test --filter SchemaRecordTests`. A change that breaks
/// a promise is never recorded: the schema needs a new number, or the old file has to be deleted by hand.
@Suite struct SchemaRecordTests {
    private static func file(_ subject: SchemaSubject) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Schemas/\(subject.rawValue).json").standardized
    }

    private static func schema(_ subject: SchemaSubject) throws -> JSONValue {
        try #require(JSONParser.parse(ProgramText.schema(subject).utf8))
    }

    @Test(arguments: SchemaSubject.allCases)
    func keepsWhatWasRecorded(subject: SchemaSubject) throws {
        let file = Self.file(subject)
        let schema = try Self.schema(subject)
        let isRecording = ProcessInfo.processInfo.environment["RECORD"] == "1"
        let isNew = isRecording && !FileManager.default.fileExists(atPath: file.path)
        let recorded = isNew ? schema : try #require(JSONParser.parse(Data(contentsOf: file)), "\(file.path)")
        let broken = SchemaChanges.breaking(recorded, schema)
        #expect(broken.isEmpty, "sslprobe schema \(subject.rawValue) breaks what users rely on")
        guard isNew || recorded != schema else { return }
        if isRecording, broken.isEmpty {
            try Data(JSONWriter.bytes(schema, indented: true) + [UInt8(ascii: "\n")]).write(to: file)
        } else if broken.isEmpty {
            print("sslprobe schema \(subject.rawValue) has additions; make record keeps them from getting lost")
        }
    }

    @Test(arguments: SchemaSubject.allCases)
    func findsNothingWhereNothingChanged(subject: SchemaSubject) throws {
        #expect(try SchemaChanges.breaking(Self.schema(subject), Self.schema(subject)).isEmpty)
    }

    /// The text of a schema after a change, held against the schema itself.
    private func broken(
        _ subject: SchemaSubject, by old: String, _ new: String, isAfter: Bool = true
    ) throws -> [String] {
        let text = ProgramText.schema(subject)
        let changed = text.replacingOccurrences(of: old, with: new)
        try #require(changed != text, "\(old)")
        let other = try #require(JSONParser.parse(changed.utf8))
        let schema = try Self.schema(subject)
        return isAfter ? SchemaChanges.breaking(schema, other) : SchemaChanges.breaking(other, schema)
    }

    static let breaks: [(SchemaSubject, String, String, String)] = [
        (.report, #""days_left":"#, #""days":"#, "$.certificates[].days_left is gone"),
        (
            .report, #""exit_code":{"type":"integer"}"#, #""exit_code":{"type":"string"}"#,
            "$.exit_code was integer and is string"
        ),
        (
            .report, #""days_left":{"type":["integer","null"]}"#, #""days_left":{"type":"integer"}"#,
            "$.certificates[].days_left was integer or null and is integer"
        ),
        (
            .report, #""started_at":{"type":"string"}"#, #""started_at":{"type":["string","null"]}"#,
            "$.started_at was string and is string or null"
        ),
        (.report, #""handshake","verify","#, #""handshake","#, "$.outcome lacks the word verify"),
        (.report, #""required":["schema","tool","#, #""required":["schema","#, "$.tool may be absent"),
        (.report, "sslprobe.report/1", "sslprobe.report/2", "$.schema is another constant"),
        (.report, #""ocsp":{"type":"null"}"#, #""ocsp":{"type":"object"}"#, "$.ocsp is no longer null"),
        (
            .report, #""alpn_offered":{"type":"array","items":{"type":"string"}}"#,
            #""alpn_offered":{"type":"array","maxItems":0}"#, "$.tls.alpn_offered is always empty"
        ),
        (
            .report, #""subject_cn":{"type":["string","null"]}"#, #""subject_cn":{"enum":["a",null]}"#,
            "$.certificates[].subject_cn was open and is a closed list"
        ),
        (.event, #""const":"alert""#, #""const":"alarm""#, "$(alert) is gone"),
        (.event, #""days_left":"#, #""days":"#, "$(summary).report.certificates[].days_left is gone"),
        (.connection, #""early_data_offered":"#, #""early":"#, "$.client_hello.early_data_offered is gone"),
        (.serveSummary, #""duration_ms":"#, #""ms":"#, "$.duration_ms is gone"),
    ]

    @Test(arguments: breaks.indices)
    func findsABrokenPromise(index: Int) throws {
        let (subject, old, new, problem) = Self.breaks[index]
        let broken = try broken(subject, by: old, new)
        #expect(broken.contains(problem), "\(broken)")
    }

    static let additions: [(SchemaSubject, String, String)] = [
        (.report, #""days_left":"#, #""hours_left":{"type":"integer"},"days_left":"#),
        (.report, #""required":["schema","tool","#, #""required":["brand_new","schema","tool","#),
        (.report, #""handshake","verify","#, #""handshake","brand_new","verify","#),
        (.report, #""ocsp":{"type":"null"}"#, #""ocsp":{"type":["object","null"],"properties":{},"required":[]}"#),
        (.report, #""scts":{"type":"array","maxItems":0}"#, #""scts":{"type":"array","items":{"type":"string"}}"#),
        (
            .event, #""oneOf":[{"#,
            #""oneOf":[{"type":"object","properties":{"event":{"const":"brand_new"}},"required":["event"]},{"#
        ),
    ]

    @Test(arguments: additions.indices)
    func letsAdditionsPass(index: Int) throws {
        let (subject, old, new) = Self.additions[index]
        #expect(try broken(subject, by: old, new).isEmpty)
    }

    /// A word that was added is one that cannot go again.
    @Test func holdsAnAdditionOnceItIsRecorded() throws {
        let problems = try broken(
            .report, by: #""handshake","verify","#, #""handshake","brand_new","verify","#, isAfter: false)
        #expect(problems.contains("$.outcome lacks the word brand_new"))
    }
}
