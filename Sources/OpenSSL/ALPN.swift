import COpenSSL

/// Application protocols as ALPN carries them (RFC 7301).
enum ALPN {
    /// The list on the wire: each name with its length in front.
    static func wire(_ names: [String]) throws(SettingError) -> [UInt8] {
        var wire: [UInt8] = []
        for name in names {
            guard let count = UInt8(exactly: name.utf8.count), count > 0 else { throw SettingError(.alpn, name) }
            wire.append(count)
            wire.append(contentsOf: name.utf8)
        }
        return wire
    }
}

/// The protocols a server speaks, at an address that does not change: OpenSSL keeps a pointer to the one chosen.
final class ProtocolPreference {
    private let list: UnsafeMutableBufferPointer<UInt8>

    init(_ names: [String]) throws(SettingError) {
        let wire = try ALPN.wire(names)
        list = .allocate(capacity: wire.count)
        _ = list.initialize(from: wire)
    }

    deinit { list.deallocate() }

    /// The first of ours that the client offers too; nil when there is none. Wraps `SSL_select_next_proto(3)`.
    func choose(from offer: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        var chosen: UnsafeMutablePointer<UInt8>?
        var count: UInt8 = 0
        guard
            SSL_select_next_proto(
                &chosen, &count, list.baseAddress, UInt32(list.count), offer.baseAddress, UInt32(offer.count))
                == OPENSSL_NPN_NEGOTIATED
        else { return nil }
        return UnsafeBufferPointer(start: chosen, count: Int(count))
    }
}
