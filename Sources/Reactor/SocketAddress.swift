import CPlatform
import Glibc

/// The two generations of the Internet protocol.
package enum AddressFamily: Hashable, Sendable {
    case v4
    case v6

    /// Wraps `AF_INET` and `AF_INET6`.
    var number: Int32 {
        switch self {
        case .v4: AF_INET
        case .v6: AF_INET6
        }
    }
}

/// An IP address and a port. Wraps `sockaddr_in(3type)` and `sockaddr_in6(3type)`.
package struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    package let family: AddressFamily
    package let port: UInt16
    // The address as it lies in memory; an IPv4 address uses the first four bytes.
    private let bytes: SIMD16<UInt8>
    private let scope: UInt32

    /// Parses a numeric host, IPv6 with an optional `%scope`; nil for anything else. Wraps `inet_pton(3)`.
    package init?(numeric host: String, port: UInt16) {
        // C would stop at a NUL and take what is before it for the address.
        guard !host.utf8.contains(0) else { return nil }
        var bytes = SIMD16<UInt8>()
        self.port = port
        if withUnsafeMutableBytes(of: &bytes, { inet_pton(AF_INET, host, $0.baseAddress) }) == 1 {
            (family, self.bytes, scope) = (.v4, bytes, 0)
            return
        }
        let parts = host.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let literal = parts.first.map(String.init),
            withUnsafeMutableBytes(of: &bytes, { inet_pton(AF_INET6, literal, $0.baseAddress) }) == 1
        else { return nil }
        (family, self.bytes) = (.v6, bytes)
        guard let zone = parts.dropFirst().first.map(String.init) else {
            scope = 0
            return
        }
        let index = if_nametoindex(zone)
        guard let scope = index == 0 ? UInt32(zone) : index, scope != 0 else { return nil }
        self.scope = scope
    }

    /// Copies an address the system gave; nil for a family that is not IP.
    init?(_ address: UnsafePointer<sockaddr>, length: socklen_t) {
        let raw = UnsafeRawBufferPointer(start: address, count: Int(length))
        var bytes = SIMD16<UInt8>()
        switch Int32(address.pointee.sa_family) {
        case AF_INET where raw.count >= MemoryLayout<sockaddr_in>.size:
            let v4 = raw.loadUnaligned(as: sockaddr_in.self)
            withUnsafeMutableBytes(of: &bytes) { $0.storeBytes(of: v4.sin_addr, as: in_addr.self) }
            (family, port, scope) = (.v4, UInt16(bigEndian: v4.sin_port), 0)
        case AF_INET6 where raw.count >= MemoryLayout<sockaddr_in6>.size:
            let v6 = raw.loadUnaligned(as: sockaddr_in6.self)
            withUnsafeMutableBytes(of: &bytes) { $0.storeBytes(of: v6.sin6_addr, as: in6_addr.self) }
            (family, port, scope) = (.v6, UInt16(bigEndian: v6.sin6_port), v6.sin6_scope_id)
        default:
            return nil
        }
        self.bytes = bytes
    }

    /// Every address of the machine in one family. Wraps `INADDR_ANY` and `in6addr_any`.
    init(everyAddressIn family: AddressFamily, port: UInt16) {
        (self.family, self.port, bytes, scope) = (family, port, SIMD16(), 0)
    }

    /// The address a socket is bound to; nil when it is none of IP. Wraps `getsockname(2)`.
    package init?(boundTo descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let address = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length) == 0 ? SocketAddress($0, length: length) : nil
            }
        }
        guard let address else { return nil }
        self = address
    }

    package var isIPv6: Bool { family == .v6 }

    /// The address without the port, such as `127.0.0.1` or `fe80::1%eth0`. Wraps `inet_ntop(3)`.
    package var host: String {
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
            let length = socklen_t(INET6_ADDRSTRLEN)
            return withUnsafeBytes(of: bytes) { bytes in
                inet_ntop(family.number, bytes.baseAddress, buffer.baseAddress, length).map { String(cString: $0) }
                    ?? ""
            }
        }
        return scope == 0 ? text : text + "%" + scopeName
    }

    /// The address with its port, such as `127.0.0.1:443` or `[::1]:443`.
    package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The IPv4 address inside `::ffff:192.0.2.1`, as a socket of both families shows IPv4 clients; otherwise the address.
    var unmapped: SocketAddress {
        guard isIPv6, (0..<12).allSatisfy({ bytes[$0] == ($0 < 10 ? 0 : 0xFF) }) else { return self }
        return SocketAddress(v4: bytes.highHalf.highHalf, port: port)
    }

    private init(v4: SIMD4<UInt8>, port: UInt16) {
        var bytes = SIMD16<UInt8>()
        bytes.lowHalf.lowHalf = v4
        (family, self.port, self.bytes, scope) = (.v4, port, bytes, 0)
    }

    /// Lends the address in the system's form.
    func withSystemForm<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        func lend<Form>(_ form: Form) -> Result {
            withUnsafePointer(to: form) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<Form>.size))
                }
            }
        }
        switch family {
        case .v4:
            var form = sockaddr_in()
            form.sin_family = sa_family_t(AF_INET)
            form.sin_port = port.bigEndian
            form.sin_addr = withUnsafeBytes(of: bytes) { $0.loadUnaligned(as: in_addr.self) }
            return lend(form)
        case .v6:
            var form = sockaddr_in6()
            form.sin6_family = sa_family_t(AF_INET6)
            form.sin6_port = port.bigEndian
            form.sin6_addr = withUnsafeBytes(of: bytes) { $0.loadUnaligned(as: in6_addr.self) }
            form.sin6_scope_id = scope
            return lend(form)
        }
    }

    private var scopeName: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { buffer in
            if_indextoname(scope, buffer.baseAddress).map { String(cString: $0) } ?? String(scope)
        }
    }
}
