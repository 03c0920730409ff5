import Foundation

/// A JSON value that tests compare with literals: `#expect(report["tls.version"] == "TLSv1.3")`.
public enum JSON: Sendable, Hashable {
    /// null.
    case null
    /// true or false.
    case bool(Bool)
    /// Any number.
    case number(Double)
    /// Text.
    case string(String)
    /// A list.
    case array([JSON])
    /// An object; the order of its keys is not kept.
    case object([String: JSON])

    /// Reads one value; throws what JSONSerialization does.
    public init(parsing bytes: [UInt8]) throws {
        self.init(try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed))
    }

    /// Takes over what JSONSerialization made.
    init(_ value: Any) {
        switch value {
        case let list as [Any]: self = .array(list.map(JSON.init))
        case let object as [String: Any]: self = .object(object.mapValues(JSON.init))
        case let text as String: self = .string(text)
        case let number as NSNumber:
            // Foundation's booleans are numbers of one character.
            self = String(cString: number.objCType) == "c" ? .bool(number.boolValue) : .number(number.doubleValue)
        default: self = .null
        }
    }

    /// The value at a path such as `certificates.0.days_left`; nil when a key or an element is not there.
    public subscript(path: String) -> JSON? {
        var value = self
        for step in path.split(separator: ".") {
            switch value {
            case .object(let object):
                guard let next = object[String(step)] else { return nil }
                value = next
            case .array(let list):
                guard let index = Int(step), list.indices.contains(index) else { return nil }
                value = list[index]
            case .null, .bool, .number, .string: return nil
            }
        }
        return value
    }

    /// The elements of a list; empty for everything else.
    public var elements: [JSON] { if case .array(let list) = self { list } else { [] } }

    /// The text; nil for everything else.
    public var text: String? { if case .string(let text) = self { text } else { nil } }

    /// The number; nil for everything else.
    public var double: Double? { if case .number(let number) = self { number } else { nil } }

    /// The same without these keys of the object.
    public func without(_ keys: String...) -> JSON {
        guard case .object(let object) = self else { return self }
        return .object(object.filter { !keys.contains($0.key) })
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByFloatLiteral
{
    /// Makes text of a literal.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Makes a number of a literal.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    /// Makes a boolean of a literal.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Makes a list of a literal.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// Makes a number of a literal.
    public init(floatLiteral value: Double) { self = .number(value) }
}
