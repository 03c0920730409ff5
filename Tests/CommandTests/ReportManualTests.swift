import Testing

@testable import ProbeKit

@Suite struct ReportManualTests {
    private let page: ManualPage

    init() throws { page = try ManualPage("sslprobe-report.5") }

    @Test(arguments: documents)
    fileprivate func documentsEveryKeyWithItsType(of document: Document) throws {
        let items = try page.items(of: document.title)
        let fields = try fields(of: document)
        #expect(items.map { $0.head.joined(separator: " ") } == fields.map { "Cm \($0.path) Pq \($0.type)" })
    }

    @Test(arguments: documents)
    fileprivate func refersOnlyToKeysOfTheReportThatAreTheSame(document: Document) throws {
        let report = Self.fields(of: Schema.report)
        for field in Self.fields(of: document.schema) {
            guard let path = try reference(from: field.path, in: document) else { continue }
            let same = try #require(report.first { $0.path == path }, "\(field.path) refers to \(path)")
            #expect(Self.bare(field.schema) == Self.bare(same.schema), "\(field.path)")
        }
    }

    @Test(arguments: documents)
    fileprivate func namesEveryValueOfAClosedList(in document: Document) throws {
        let items = try page.items(of: document.title)
        for field in try fields(of: document) where !field.values.isEmpty {
            let item = try #require(items.first { $0.head.starts(with: ["Cm", field.path]) })
            var named = Set(item.body.filter { $0.first == ".Dq" && $0.count > 1 }.map { $0[1] })
            for line in item.body where line.first == ".Sx" {
                let title = line.dropFirst().filter { $0 != "." }.joined(separator: " ")
                named.formUnion(try page.items(of: title).map { $0.head[1] })
            }
            #expect(Set(field.values).subtracting(named) == [], "\(field.path)")
        }
    }

    @Test func documentsTheKeysThatAllEventsHave() throws {
        let documented = try page.items(of: "EVENTS").filter { $0.depth == 1 }.flatMap { $0.head.words(after: "Va") }
        #expect(documented == Self.envelope)
    }

    @Test func documentsEveryEventWithItsKeys() throws {
        var documented: [String: [String]] = [:]
        var names: [String] = []
        for item in try page.items(of: "EVENTS") {
            if item.depth == 1 {
                names = item.head.words(after: "Ic")
                for name in names {
                    #expect(documented[name] == nil, "\(name) is there twice")
                    documented[name] = []
                }
            } else {
                for name in names { documented[name, default: []] += item.head.words(after: "Va") }
            }
        }
        #expect(Set(documented.keys) == Set(Event.Name.allCases.map(\.rawValue)))
        for event in Self.events {
            #expect(documented[event.name] == event.keys.filter { !Self.envelope.contains($0) }, "\(event.name)")
        }
    }

    @Test func explainsEveryErrorCode() throws {
        let items = try page.items(of: "ERROR CODES")
        #expect(items.map(\.head) == Failure.Code.allCases.map { ["Ic", $0.rawValue] })
        #expect(items.allSatisfy { !$0.body.isEmpty })
    }

    @Test func listsEveryOutcomeWithItsExitCode() throws {
        let rows = try page.items(of: "OUTCOMES").dropFirst().map { $0.head.prefix(4).joined(separator: " ") }
        #expect(rows == Outcome.allCases.map { "Cm \($0.rawValue) Ta \($0.exitCode)" })
    }

    // MARK: What the page leaves to REPORT

    /// The fields that a section has to list: what it leaves to REPORT, it lists without what is inside.
    private func fields(of document: Document) throws -> [Field] {
        let all = Self.fields(of: document.schema)
        let shared = try all.map(\.path).filter { try reference(from: $0, in: document) != nil }
        return all.filter { field in
            !shared.contains { field.path.hasPrefix($0 + ".") || field.path.hasPrefix($0 + "[]") }
        }
    }

    /// The path in the report that an entry refers to: the one that it names before `.Sx REPORT`, or its own.
    private func reference(from path: String, in document: Document) throws -> String? {
        let item = try page.items(of: document.title).first { $0.head.starts(with: ["Cm", path]) }
        guard let body = item?.body, let end = body.firstIndex(where: { $0.starts(with: [".Sx", "REPORT"]) }) else {
            return nil
        }
        return body[..<end].first { $0.first == ".Cm" }?.dropFirst().first ?? path
    }

    /// A schema without the null that it may allow, or that of a list's elements.
    private static func bare(_ schema: JSONValue) -> JSONValue {
        if let items = schema["items"] { return bare(items) }
        guard case .object(let members) = schema else { return schema }
        return .object(
            members.map { member in
                guard member.key == "type", case .array(let types) = member.value, let first = types.first else {
                    return member
                }
                return JSONValue.Member("type", first)
            })
    }

    // MARK: What the schema says

    /// A section, and the schema of what it describes.
    fileprivate struct Document: Sendable, CustomTestStringConvertible {
        var title: String
        var schema: JSONValue
        var testDescription: String { title }
    }

    private static let documents = [
        Document(title: "REPORT", schema: Schema.report),
        Document(title: "CONNECTION REPORT", schema: Schema.connection),
        Document(title: "SERVE SUMMARY", schema: Schema.serveSummary),
        Document(title: "EXPLANATION", schema: Schema.explanation),
    ]

    private struct Field {
        var path: String
        var schema: JSONValue
        var type: String
        /// What a closed list allows.
        var values: [String]
    }

    private static func fields(of schema: JSONValue, at prefix: String = "") -> [Field] {
        schema.properties.flatMap { property -> [Field] in
            let path = prefix + property.key
            let field = Field(
                path: path, schema: property.value, type: type(of: property.value), values: values(of: property.value))
            let inner = property.value["items"].map { fields(of: $0, at: path + "[].") }
            return [field] + (inner ?? fields(of: property.value, at: path + "."))
        }
    }

    private static func type(of schema: JSONValue) -> String {
        if schema["const"] != nil { return "string" }
        if case .array(let values)? = schema["enum"] { return values.contains(.null) ? "string or null" : "string" }
        switch schema["type"] {
        case .string("array")?:
            guard let items = schema["items"], items.properties.isEmpty, items["$ref"] == nil else { return "list" }
            return "list of " + type(of: items)
        case .string(let name)?: return name
        case .array(let names)?: return names.compactMap(text).joined(separator: " or ")
        default: return "unknown"
        }
    }

    private static func values(of schema: JSONValue) -> [String] {
        guard case .array(let values)? = schema["enum"] else { return [] }
        return values.compactMap(text)
    }

    private static var events: [(name: String, keys: [String])] {
        guard case .array(let alternatives)? = Schema.event["oneOf"] else { return [] }
        return alternatives.map { alternative in
            let name = alternative.properties.first { $0.key == "event" }?.value["const"].flatMap(text)
            return (name ?? "", alternative.properties.map(\.key))
        }
    }

    /// The keys of an event that has no payload.
    private static var envelope: [String] { events.first { $0.name == Event.Name.finished.rawValue }?.keys ?? [] }

    private static func text(_ value: JSONValue) -> String? {
        if case .string(let text) = value { text } else { nil }
    }
}
