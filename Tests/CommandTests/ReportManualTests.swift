import Testing

@testable import ProbeKit

@Suite struct ReportManualTests {
    private let page: ManualPage

    init() throws { page = try ManualPage("sslprobe-report.5") }

    @Test func documentsEveryKeyOfTheReportWithItsType() throws {
        let documented = try page.items(of: "REPORT").map { $0.head.joined(separator: " ") }
        #expect(documented == Self.fields(of: Schema.report).map { "Cm \($0.path) Pq \($0.type)" })
    }

    @Test func namesEveryValueOfAClosedList() throws {
        let items = try page.items(of: "REPORT")
        for field in Self.fields(of: Schema.report) where !field.values.isEmpty {
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

    // MARK: What the schema says

    private struct Field {
        var path: String
        var type: String
        /// What a closed list allows.
        var values: [String]
    }

    private static func fields(of schema: JSONValue, at prefix: String = "") -> [Field] {
        schema.properties.flatMap { property -> [Field] in
            let path = prefix + property.key
            let field = Field(path: path, type: type(of: property.value), values: values(of: property.value))
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
