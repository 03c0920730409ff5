/// The JSON Schemas (draft 2020-12) of what this program prints, derived from the types that are printed.
///
/// All keys are required except those of an event's envelope that do not always apply. Further keys are allowed: a
/// later version may add some.
package enum Schema {
    /// A line of `--json`.
    package static let report = document(
        Report.schemaName, reportObject, definitions: [.init("event", reportEvents)])

    /// The report alone, with its events by reference: what is needed to judge a path, at a tenth of the cost.
    static let reportObject = reportObject(events: "#/$defs/event")

    /// The events of a report.
    static let reportEvents = events(report: "#", connection: nil)

    /// The events of a connection's report.
    static let connectionEvents = events(report: nil, connection: "#")

    /// A line of `--jsonl`.
    package static let event = document(
        EventRecord.schemaName, events(report: "#/$defs/report", connection: "#/$defs/connection"),
        definitions: [
            .init("report", reportObject(events: "#")), .init("connection", connectionObject(events: "#")),
        ])

    /// A line of `serve --json` for a connection.
    package static let connection = document(
        ConnectionReport.schemaName, connectionObject, definitions: [.init("event", connectionEvents)])

    /// The connection report alone, with its events by reference.
    static let connectionObject = connectionObject(events: "#/$defs/event")

    /// The last line of `serve --json`.
    package static let serveSummary = document(
        ServeSummary.schemaName,
        shape(of: ServeSummary.self, SchemaRecorder()).replacing("schema", by: constant(ServeSummary.schemaName)),
        definitions: [])

    /// A line of `explain --json`.
    package static let explanation = document(
        ExplanationList.schemaName,
        shape(of: ExplanationList.self, SchemaRecorder()).replacing("schema", by: constant(ExplanationList.schemaName)),
        definitions: [])

    private static func document(
        _ name: String, _ body: JSONValue, definitions: [JSONValue.Member]
    ) -> JSONValue {
        let identifier = "urn:sslprobe:" + String(name.dropFirst("sslprobe.".count).map { $0 == "/" ? ":" : $0 })
        var members: [JSONValue.Member] = [
            .init("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            .init("$id", .string(identifier)), .init("title", .string(name)),
        ]
        if case .object(let body) = body { members += body }
        return .object(members + [.init("$defs", .object(definitions))])
    }

    private static func reportObject(events: String) -> JSONValue {
        let recorder = SchemaRecorder(references: [(EventRecord.self, events)])
        return shape(of: Report.self, recorder).replacing("schema", by: constant(Report.schemaName))
    }

    private static func connectionObject(events: String) -> JSONValue {
        let recorder = SchemaRecorder(references: [(EventRecord.self, events)])
        return shape(of: ConnectionReport.self, recorder)
            .replacing("schema", by: constant(ConnectionReport.schemaName))
    }

    /// One of the events, told apart by the constant under `event`; without the events that hold a report to which there is
    /// no reference, for these are never inside a report.
    private static func events(report: String?, connection: String?) -> JSONValue {
        let references = [
            report.map { (Report.self as any Decodable.Type, $0) }, connection.map { (ConnectionReport.self, $0) },
        ]
        let recorder = SchemaRecorder(references: references.compactMap { $0 })
        let envelope = shape(of: EventRecord.self, recorder)
            .replacing("schema", by: constant(EventRecord.schemaName))
        let sometimes = [JSONValue.Member("time", .type("string"))] + wire(recorder)
        let names = Event.Name.allCases.filter { name in
            switch name {
            case .summary: report != nil
            case .clientClosed: connection != nil
            default: true
            }
        }
        let alternatives = names.flatMap { name in
            let types = Event.payloadTypes(of: name)
            let payloads = types.isEmpty ? [.object([])] : types.map { shape(of: $0, recorder) }
            return payloads.map { payload in
                envelope.replacing("event", by: constant(name.rawValue)).joined(with: payload, optional: sometimes)
            }
        }
        return .object([.init("type", .string("object")), .init("oneOf", .array(alternatives))])
    }

    /// What a message on the wire adds to the envelope; absent, not null, where it does not apply.
    private static func wire(_ recorder: SchemaRecorder) -> [JSONValue.Member] {
        shape(of: EventRecord.Wire.self, recorder).properties.map { member in
            guard case .object(let members) = member.value, case .array(let types)? = member.value["type"],
                let type = types.first
            else { return member }
            return .init(member.key, .object(members.map { $0.key == "type" ? .init("type", type) : $0 }))
        }
    }

    private static func shape(of type: any Decodable.Type, _ recorder: SchemaRecorder) -> JSONValue {
        do {
            return try recorder.schema(of: type)
        } catch {
            preconditionFailure("a type of ours cannot be described: \(error)")
        }
    }

    private static func constant(_ text: String) -> JSONValue { .object([.init("const", .string(text))]) }
}

extension JSONValue {
    /// The properties that an object's schema declares.
    var properties: [Member] {
        guard case .object(let properties)? = self["properties"] else { return [] }
        return properties
    }

    fileprivate var required: [JSONValue] {
        guard case .array(let names)? = self["required"] else { return [] }
        return names
    }

    fileprivate func replacing(_ key: String, by schema: JSONValue) -> JSONValue {
        .objectSchema(properties.map { $0.key == key ? Member(key, schema) : $0 }, required: required)
    }

    fileprivate func joined(with payload: JSONValue, optional: [Member]) -> JSONValue {
        .objectSchema(properties + optional + payload.properties, required: required + payload.required)
    }

    private static func objectSchema(_ properties: [Member], required: [JSONValue]) -> JSONValue {
        .object([
            Member("type", .string("object")), Member("properties", .object(properties)),
            Member("required", .array(required)),
        ])
    }
}
