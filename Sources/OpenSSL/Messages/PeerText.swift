/// Bytes of a peer that are meant as text: a host name or an ALPN protocol. Any bytes are possible.
public struct PeerText: Hashable, Sendable {
    /// What was sent.
    public let bytes: [UInt8]

    /// Makes a text from what was sent.
    public init(bytes: [UInt8]) { self.bytes = bytes }

    /// The bytes as UTF-8, repaired where they are not. Not escaped: control characters are still in it.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The names in an ALPN list without the length of the whole, as OpenSSL hands it over.
    static func protocols(inWire wire: [UInt8]) -> [PeerText] {
        var names: [PeerText] = []
        var rest = wire[...]
        while let count = rest.popFirst(), rest.count >= Int(count) {
            names.append(PeerText(bytes: Array(rest.prefix(Int(count)))))
            rest = rest.dropFirst(Int(count))
        }
        return names
    }

    /// Reads the list of names of the ALPN extension; the same list without its length, when it is one.
    static func readProtocolList(_ content: ByteReader) -> [UInt8]? {
        var content = content
        guard let list = content.readVector16(), content.isEmpty else { return nil }
        var rest = list
        while !rest.isEmpty { if rest.readVector8() == nil { return nil } }
        return list.array()
    }

    /// Reads the list of names of the ALPN extension.
    static func readProtocols(_ content: ByteReader) -> [PeerText]? {
        var content = content
        guard var list = content.readVector16(), content.isEmpty else { return nil }
        var names: [PeerText] = []
        while !list.isEmpty {
            guard let name = list.readVector8() else { return nil }
            names.append(PeerText(bytes: name.array()))
        }
        return names
    }

    /// Reads the host name of the server_name extension.
    static func readHostName(_ content: ByteReader) -> PeerText? {
        var content = content
        guard var list = content.readVector16() else { return nil }
        while let type = list.readUInt8(), let name = list.readVector16() {
            if type == 0 { return PeerText(bytes: name.array()) }
        }
        return nil
    }
}

extension PeerText: CustomStringConvertible {
    /// The same as `text`.
    public var description: String { text }
}
