extension JSONValue {
    /// The value as JSON: keys in the order of declaration and in snake_case, nil as null.
    ///
    /// Foundation's encoder keeps no order and leaves nil out, hence an encoder of our own.
    package static func encoding(_ value: some Encodable) throws -> JSONValue {
        let tree = JSONTree()
        let stream = JSONStream.allocate(tree: tree)
        defer { JSONStream.deallocate(stream) }
        try JSONEncoding(stream: stream).encode(value)
        return tree.value
    }

    init(_ record: EventRecord) { self.init(own: record) }
    init(_ report: Report) { self.init(own: report) }
    init(_ report: ConnectionReport) { self.init(own: report) }
    init(_ summary: ServeSummary) { self.init(own: summary) }
    init(_ tool: Report.Tool) { self.init(own: tool) }

    private init(own value: some Encodable) {
        do {
            self = try .encoding(value)
        } catch {
            preconditionFailure("neither our encoder nor our types throw: \(error)")
        }
    }
}

/// Encodes to a stream, which has to outlive it. Asking for several containers adds to the same place: an event's payload
/// joins its envelope.
struct JSONEncoding: Encoder {
    let stream: UnsafeMutablePointer<JSONStream>
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Writes a value in its place.
    func encode<Value: Encodable>(_ value: Value) throws {
        // Most lists are of these.
        if Value.self == [String].self, let strings = value as? [String] { return stream.pointee.strings(strings) }
        let outer = stream.pointee.frame
        stream.pointee.frame = JSONStream.Frame()
        try value.encode(to: self)
        stream.pointee.finish()
        stream.pointee.frame = outer
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        stream.pointee.begin(.object)
        return KeyedEncodingContainer(JSONObjectContainer<Key>(stream: stream, level: 0))
    }

    /// The members of the frame's object, for whoever knows that it is ours: no box is between, and all is specialized.
    func members<Key: CodingKey>(keyedBy type: Key.Type) -> JSONObjectContainer<Key> {
        stream.pointee.begin(.object)
        return JSONObjectContainer(stream: stream, level: 0)
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        stream.pointee.begin(.array)
        return JSONArrayContainer(stream: stream, level: 0)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { JSONValueContainer(stream: stream) }
}
