extension JSONValue {
    /// The value as JSON: keys in the order of declaration and in snake_case, nil as null.
    ///
    /// Foundation's encoder keeps no order and leaves nil out, hence an encoder of our own.
    package static func encoding(_ value: some Encodable) throws -> JSONValue {
        let node = JSONNode()
        try value.encode(to: node)
        return node.value
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

/// A place in the document that is being written. Asking for several containers adds to the same place: an event's
/// payload joins its envelope.
private final class JSONNode: Encoder {
    enum Content {
        case empty
        case value(JSONValue)
        case object([(key: String, slot: Slot)])
        case array([Slot])
    }

    /// Plain values need no node of their own; most values are plain.
    enum Slot {
        case value(JSONValue)
        case node(JSONNode)

        var value: JSONValue {
            switch self {
            case .value(let value): value
            case .node(let node): node.value
            }
        }
    }

    var content = Content.empty
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    var value: JSONValue {
        switch content {
        case .empty: .null
        case .value(let value): value
        case .object(let members): .object(members.map { Member($0.key, $0.slot.value) })
        case .array(let slots): .array(slots.map(\.value))
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .object = content {} else { content = .object([]) }
        return KeyedEncodingContainer(ObjectContainer(node: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .array = content {} else { content = .array([]) }
        return ArrayContainer(node: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { ValueContainer(node: self) }

    func set(_ slot: Slot, forKey key: any CodingKey) {
        guard case .object(var members) = content else { return }
        // Without this the enum holds a second reference and every append copies the array.
        content = .empty
        members.append((snakeCase(key.stringValue), slot))
        content = .object(members)
    }

    func append(_ slot: Slot) {
        guard case .array(var slots) = content else { return }
        content = .empty
        slots.append(slot)
        content = .array(slots)
    }

    typealias Member = JSONValue.Member
}

extension JSONValue {
    fileprivate init(_ value: some BinaryInteger) {
        self = Int64(exactly: value).map(JSONValue.int) ?? .number(Double(value))
    }
}

/// What one `encode` call writes; the three containers differ only in where they put it.
private protocol JSONSink {
    func put(_ slot: JSONNode.Slot)
}

extension JSONSink {
    func putEncoded(_ value: some Encodable) throws {
        let node = JSONNode()
        try value.encode(to: node)
        put(.value(node.value))
    }
}

private struct ValueContainer: SingleValueEncodingContainer, JSONSink {
    let node: JSONNode
    var codingPath: [any CodingKey] { [] }

    func put(_ slot: JSONNode.Slot) { node.content = .value(slot.value) }

    func encodeNil() { put(.value(.null)) }
    func encode(_ value: Bool) { put(.value(.bool(value))) }
    func encode(_ value: String) { put(.value(.string(value))) }
    func encode(_ value: Double) { put(.value(.number(value))) }
    func encode(_ value: Float) { put(.value(.number(Double(value)))) }
    func encode<T: Encodable & BinaryInteger>(_ value: T) { put(.value(JSONValue(value))) }
    func encode<T: Encodable>(_ value: T) throws { try putEncoded(value) }
}

private struct ArrayContainer: UnkeyedEncodingContainer, JSONSink {
    let node: JSONNode
    var codingPath: [any CodingKey] { [] }
    var count: Int {
        guard case .array(let slots) = node.content else { return 0 }
        return slots.count
    }

    func put(_ slot: JSONNode.Slot) { node.append(slot) }

    func encodeNil() { put(.value(.null)) }
    func encode(_ value: Bool) { put(.value(.bool(value))) }
    func encode(_ value: String) { put(.value(.string(value))) }
    func encode(_ value: Double) { put(.value(.number(value))) }
    func encode(_ value: Float) { put(.value(.number(Double(value)))) }
    func encode<T: Encodable & BinaryInteger>(_ value: T) { put(.value(JSONValue(value))) }
    func encode<T: Encodable>(_ value: T) throws { try putEncoded(value) }

    func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        child().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { child().unkeyedContainer() }
    func superEncoder() -> any Encoder { child() }

    private func child() -> JSONNode {
        let child = JSONNode()
        put(.node(child))
        return child
    }
}

private struct ObjectContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: JSONNode
    var codingPath: [any CodingKey] { [] }

    private func put(_ value: JSONValue?, _ key: Key) { node.set(.value(value ?? .null), forKey: key) }

    func encodeNil(forKey key: Key) { put(nil, key) }
    func encode(_ value: Bool, forKey key: Key) { put(.bool(value), key) }
    func encode(_ value: String, forKey key: Key) { put(.string(value), key) }
    func encode(_ value: Double, forKey key: Key) { put(.number(value), key) }
    func encode(_ value: Float, forKey key: Key) { put(.number(Double(value)), key) }
    func encode<T: Encodable & BinaryInteger>(_ value: T, forKey key: Key) { put(JSONValue(value), key) }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        let child = JSONNode()
        try value.encode(to: child)
        put(child.value, key)
    }

    // Every key is present: what synthesized code would leave out is null. Each type is spelled out, since the
    // protocol's own defaults, which write nothing, win over anything generic.
    func encodeIfPresent(_ value: Bool?, forKey key: Key) { put(value.map(JSONValue.bool), key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) { put(value.map(JSONValue.string), key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) { put(value.map(JSONValue.number), key) }
    func encodeIfPresent(_ value: Float?, forKey key: Key) { put(value.map { .number(Double($0)) }, key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) { put(value.map { JSONValue($0) }, key) }
    func encodeIfPresent(_ value: Int8?, forKey key: Key) { put(value.map { JSONValue($0) }, key) }
    func encodeIfPresent(_ value: Int16?, forKey key: Key) { put(value.map { JSONValue($0) }, key) }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) { put(value.map { JSONValue($0) }, key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) { put(value.map { JSONValue($0) }, key) }
    func encodeIfPresent(_ value: UInt?, forKey key: Key) { put(value.map { JSONValue($0) }, key) }
    func encodeIfPresent(_ value: UInt8?, forKey key: Key) { put(value.map { JSONValue($0) }, key) }
    func encodeIfPresent(_ value: UInt16?, forKey key: Key) { put(value.map { JSONValue($0) }, key) }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) { put(value.map { JSONValue($0) }, key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) { put(value.map { JSONValue($0) }, key) }
    func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws {
        guard let value else { return put(nil, key) }
        try encode(value, forKey: key)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        child(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { child(key).unkeyedContainer() }
    func superEncoder(forKey key: Key) -> any Encoder { child(key) }
    func superEncoder() -> any Encoder {
        let child = JSONNode()
        node.set(.node(child), forKey: SuperKey())
        return child
    }

    private func child(_ key: Key) -> JSONNode {
        let child = JSONNode()
        node.set(.node(child), forKey: key)
        return child
    }
}

private struct SuperKey: CodingKey {
    let stringValue = "super"
    let intValue: Int? = nil

    init() {}
    init?(stringValue: String) { nil }
    init?(intValue: Int) { nil }
}
