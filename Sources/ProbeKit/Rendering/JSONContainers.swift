/// The place of a single value.
struct JSONValueContainer: SingleValueEncodingContainer {
    let stream: UnsafeMutablePointer<JSONStream>
    var codingPath: [any CodingKey] { [] }

    private func fill() { stream.pointee.frame.content = .value }

    func encodeNil() {
        fill()
        stream.pointee.null()
    }

    func encode(_ value: Bool) {
        fill()
        stream.pointee.bool(value)
    }

    func encode(_ value: String) {
        fill()
        stream.pointee.string(value)
    }

    func encode(_ value: Double) {
        fill()
        stream.pointee.number(value)
    }

    func encode(_ value: Float) { encode(Double(value)) }

    func encode<Value: Encodable & BinaryInteger>(_ value: Value) {
        fill()
        stream.pointee.integer(value)
    }

    func encode<Value: Encodable>(_ value: Value) throws { try value.encode(to: JSONEncoding(stream: stream)) }
}

/// The elements of a list.
struct JSONArrayContainer: UnkeyedEncodingContainer {
    private let stream: UnsafeMutablePointer<JSONStream>
    private let level: Int
    private(set) var count = 0
    var codingPath: [any CodingKey] { [] }

    init(stream: UnsafeMutablePointer<JSONStream>, level: Int) {
        self.stream = stream
        self.level = level
    }

    private mutating func proceed() {
        stream.pointee.settle(level)
        count += 1
    }

    mutating func encodeNil() {
        proceed()
        stream.pointee.null()
    }

    mutating func encode(_ value: Bool) {
        proceed()
        stream.pointee.bool(value)
    }

    mutating func encode(_ value: String) {
        proceed()
        stream.pointee.string(value)
    }

    mutating func encode(_ value: Double) {
        proceed()
        stream.pointee.number(value)
    }

    mutating func encode(_ value: Float) { encode(Double(value)) }

    mutating func encode<Value: Encodable & BinaryInteger>(_ value: Value) {
        proceed()
        stream.pointee.integer(value)
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        proceed()
        try JSONEncoding(stream: stream).encode(value)
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        proceed()
        return KeyedEncodingContainer(JSONObjectContainer(stream: stream, level: stream.pointee.nest(.object)))
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        proceed()
        return JSONArrayContainer(stream: stream, level: stream.pointee.nest(.array))
    }

    func superEncoder() -> any Encoder { preconditionFailure("no type of ours has a superclass") }
}

/// The members of an object.
struct JSONObjectContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    private let stream: UnsafeMutablePointer<JSONStream>
    private let level: Int
    var codingPath: [any CodingKey] { [] }

    init(stream: UnsafeMutablePointer<JSONStream>, level: Int) {
        self.stream = stream
        self.level = level
    }

    @inline(__always)
    private func name(_ key: Key) {
        stream.pointee.settle(level)
        stream.pointee.key(key)
    }

    func encodeNil(forKey key: Key) {
        name(key)
        stream.pointee.null()
    }

    func encode(_ value: Bool, forKey key: Key) {
        name(key)
        stream.pointee.bool(value)
    }

    func encode(_ value: String, forKey key: Key) {
        name(key)
        stream.pointee.string(value)
    }

    func encode(_ value: Double, forKey key: Key) {
        name(key)
        stream.pointee.number(value)
    }

    func encode(_ value: Float, forKey key: Key) { encode(Double(value), forKey: key) }

    /// Not generic, since most integers are of this type.
    func encode(_ value: Int, forKey key: Key) {
        name(key)
        stream.pointee.integer(Int64(value))
    }

    func encode<Value: Encodable & BinaryInteger>(_ value: Value, forKey key: Key) {
        name(key)
        stream.pointee.integer(value)
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        name(key)
        try JSONEncoding(stream: stream).encode(value)
    }

    // Every key is present: what synthesized code would leave out is null. Each type is spelled out, since the
    // protocol's own defaults, which write nothing, win over anything generic.
    func encodeIfPresent(_ value: Bool?, forKey key: Key) {
        if let value { encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }

    func encodeIfPresent(_ value: String?, forKey key: Key) {
        if let value { encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }

    func encodeIfPresent(_ value: Double?, forKey key: Key) {
        if let value { encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }

    func encodeIfPresent(_ value: Float?, forKey key: Key) { encodeIfPresent(value.map(Double.init), forKey: key) }

    func encodeIfPresent(_ value: Int?, forKey key: Key) {
        if let value { encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }

    func encodeIfPresent(_ value: Int8?, forKey key: Key) { encodeInteger(value, forKey: key) }
    func encodeIfPresent(_ value: Int16?, forKey key: Key) { encodeInteger(value, forKey: key) }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) { encodeInteger(value, forKey: key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) { encodeInteger(value, forKey: key) }
    func encodeIfPresent(_ value: UInt?, forKey key: Key) { encodeInteger(value, forKey: key) }
    func encodeIfPresent(_ value: UInt8?, forKey key: Key) { encodeInteger(value, forKey: key) }
    func encodeIfPresent(_ value: UInt16?, forKey key: Key) { encodeInteger(value, forKey: key) }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) { encodeInteger(value, forKey: key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) { encodeInteger(value, forKey: key) }

    private func encodeInteger<Value: Encodable & BinaryInteger>(_ value: Value?, forKey key: Key) {
        if let value { encode(value, forKey: key) } else { encodeNil(forKey: key) }
    }

    func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
        guard let value else { return encodeNil(forKey: key) }
        try encode(value, forKey: key)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        name(key)
        return KeyedEncodingContainer(
            JSONObjectContainer<NestedKey>(stream: stream, level: stream.pointee.nest(.object)))
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        name(key)
        return JSONArrayContainer(stream: stream, level: stream.pointee.nest(.array))
    }

    func superEncoder() -> any Encoder { preconditionFailure("no type of ours has a superclass") }
    func superEncoder(forKey key: Key) -> any Encoder { superEncoder() }
}
