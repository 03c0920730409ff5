/// What a type looks like in JSON Schema, found out by letting its `Decodable` conformance ask for its parts.
///
/// The types stay the only place where fields are declared. Each answer is a placeholder, so a type may be read this
/// way only when its decoding does not judge values.
struct SchemaRecorder {
    /// Types that are written as a reference instead of in place.
    private let references: [ObjectIdentifier: String]

    init(references: [(any Decodable.Type, String)] = []) {
        self.references = Dictionary(uniqueKeysWithValues: references.map { (ObjectIdentifier($0.0), $0.1) })
    }

    func schema(of type: any Decodable.Type) throws -> JSONValue {
        func schema<T: Decodable>(_ type: T.Type) throws -> JSONValue { try self.describe(type).schema }
        return try schema(type)
    }

    /// The schema, and some value of the type for the initialiser that asked.
    ///
    /// A placeholder is no list and no case of an enum, so these fail to decode. They are asked what they are only then:
    /// to find that a type does not conform to a protocol costs more than all the rest.
    fileprivate func describe<T: Decodable>(_ type: T.Type) throws -> (schema: JSONValue, value: T) {
        let shape = Shape(recorder: self)
        do {
            let value = try T(from: shape)
            guard let reference = references[ObjectIdentifier(type)] else { return (shape.schema, value) }
            return (.object([.init("$ref", .string(reference))]), value)
        } catch {
            if !shape.isScalar, let list = type as? any ListType.Type, let empty = list.empty as? T {
                return (try describe(list: list), empty)
            }
            if shape.isScalar, let cases = type as? any CaseIterable.Type, let (names, first) = strings(cases),
                let value = first as? T
            {
                return (.object([.init("enum", .array(names.map(JSONValue.string)))]), value)
            }
            throw error
        }
    }

    /// A `Never` cannot be made, so nothing may ask for one: as an optional it is null, as an element it is absent.
    fileprivate func describe(optional type: any Decodable.Type) throws -> JSONValue {
        if type == Never.self { return .type("null") }
        return orNull(try schema(of: type))
    }

    private func describe(list: any ListType.Type) throws -> JSONValue {
        if list.element == Never.self { return .object([.init("type", .string("array")), .init("maxItems", .int(0))]) }
        let elements =
            if let optional = list.element as? any OptionalType.Type {
                try describe(optional: optional.wrapped)
            } else {
                try schema(of: list.element)
            }
        return .object([.init("type", .string("array")), .init("items", elements)])
    }

    private func strings(_ type: any CaseIterable.Type) -> (names: [String], first: Any)? {
        func strings<Cases: CaseIterable>(_ type: Cases.Type) -> (names: [String], first: Any)? {
            let names = type.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
            guard names.count == type.allCases.count, let first = type.allCases.first else { return nil }
            return (names, first)
        }
        return strings(type)
    }

    private func orNull(_ schema: JSONValue) -> JSONValue {
        guard case .object(var members) = schema else { return schema }
        for (index, member) in members.enumerated() {
            switch (member.key, member.value) {
            case ("type", .string): members[index].value = .array([member.value, .string("null")])
            case ("enum", .array(let cases)): members[index].value = .array(cases + [.null])
            case ("$ref", _): return .object([.init("anyOf", .array([schema, .type("null")]))])
            default: continue
            }
        }
        return .object(members)
    }
}

extension JSONValue {
    /// `{"type": name}`
    static func type(_ name: String) -> JSONValue { .object([Member("type", .string(name))]) }
}

private protocol ListType {
    static var element: any Decodable.Type { get }
    static var empty: Any { get }
}

extension Array: ListType where Element: Decodable {
    fileprivate static var element: any Decodable.Type { Element.self }
    fileprivate static var empty: Any { [Element]() }
}

private protocol OptionalType {
    static var wrapped: any Decodable.Type { get }
}

extension Optional: OptionalType where Wrapped: Decodable {
    fileprivate static var wrapped: any Decodable.Type { Wrapped.self }
}

/// The decoder that takes notes.
private final class Shape: Decoder {
    let recorder: SchemaRecorder
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]
    private var scalar: JSONValue?
    private var properties: [JSONValue.Member] = []

    init(recorder: SchemaRecorder) { self.recorder = recorder }

    var isScalar: Bool { scalar != nil }
    var schema: JSONValue {
        if let scalar { return scalar }
        return .object([
            .init("type", .string("object")), .init("properties", .object(properties)),
            .init("required", .array(properties.map { .string($0.key) })),
        ])
    }

    func note(_ schema: JSONValue) { scalar = schema }
    func note(_ schema: JSONValue, forKey key: any CodingKey) {
        properties.append(.init(snakeCase(key.stringValue), schema))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ShapeObject(shape: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw SchemaRecorder.unsupported }
    func singleValueContainer() -> any SingleValueDecodingContainer { ShapeScalar(shape: self) }
}

extension SchemaRecorder {
    fileprivate static var unsupported: DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: "a form of coding that no type of ours uses"))
    }
}

private struct ShapeScalar: SingleValueDecodingContainer {
    let shape: Shape
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { false }
    func decode(_ type: Bool.Type) -> Bool { noted("boolean", false) }
    func decode(_ type: String.Type) -> String { noted("string", "") }
    func decode(_ type: Double.Type) -> Double { noted("number", 0) }
    func decode(_ type: Float.Type) -> Float { noted("number", 0) }
    func decode<T: Decodable & BinaryInteger>(_ type: T.Type) -> T { noted("integer", 0) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let (schema, value) = try shape.recorder.describe(type)
        shape.note(schema)
        return value
    }

    private func noted<T>(_ name: String, _ value: T) -> T {
        shape.note(.type(name))
        return value
    }
}

private struct ShapeObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let shape: Shape
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool { false }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        let (schema, value) = try shape.recorder.describe(type)
        shape.note(schema, forKey: key)
        return value
    }

    // Each type is spelled out: the protocol's own defaults ask `decode` and so lose that null is allowed.
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try optional(type, key) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try optional(type, key) }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try optional(type, key) }
    func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { try optional(type, key) }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try optional(type, key) }
    func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? { try optional(type, key) }
    func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? { try optional(type, key) }
    func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try optional(type, key) }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try optional(type, key) }
    func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? { try optional(type, key) }
    func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? { try optional(type, key) }
    func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? { try optional(type, key) }
    func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? { try optional(type, key) }
    func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? { try optional(type, key) }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? { try optional(type, key) }

    private func optional<T: Decodable>(_ type: T.Type, _ key: Key) throws -> T? {
        shape.note(try shape.recorder.describe(optional: type), forKey: key)
        return nil
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        throw SchemaRecorder.unsupported
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw SchemaRecorder.unsupported
    }

    func superDecoder() throws -> any Decoder { throw SchemaRecorder.unsupported }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw SchemaRecorder.unsupported }
}
