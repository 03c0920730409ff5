/// One extension as it stood in a message: its type and size; what we understand of it is in the message's own fields.
public struct TLSExtension: Hashable, Sendable {
    /// What it is.
    public let type: ExtensionType
    /// The size of its content, without type and length.
    public var byteCount: Int { Int(size) }
    private let size: UInt16

    /// Makes an extension from its type and size.
    public init(type: ExtensionType, byteCount: UInt16) {
        self.type = type
        size = byteCount
    }

    /// Reads a block of extensions, length first, that ends the message; `nil` when its structure is broken.
    static func readBlock(
        _ reader: inout ByteReader, each visit: (ExtensionType, ByteReader) -> Void = { _, _ in }
    ) -> [TLSExtension]? {
        guard var block = reader.readVector16() else { return nil }
        var extensions: [TLSExtension] = []
        while !block.isEmpty {
            guard let type = block.readUInt16(), let content = block.readVector16() else { return nil }
            let known = ExtensionType(rawValue: type)
            extensions.append(TLSExtension(type: known, byteCount: UInt16(truncatingIfNeeded: content.count)))
            visit(known, content)
        }
        return extensions
    }
}

extension [TLSExtension] {
    /// Whether an extension of this type is in the list.
    public func contains(_ type: ExtensionType) -> Bool {
        contains { $0.type == type }
    }
}
