/// A version of TLS as it travels on the wire; ordered by age.
public struct ProtocolVersion: WireNumber {
    /// The two bytes of the wire, 0x0304 for TLS 1.3.
    public let rawValue: UInt16

    /// Any number is a version, known or not.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// SSL 3.0.
    public static let ssl3 = ProtocolVersion(rawValue: 0x0300)
    /// TLS 1.0.
    public static let tls10 = ProtocolVersion(rawValue: 0x0301)
    /// TLS 1.1.
    public static let tls11 = ProtocolVersion(rawValue: 0x0302)
    /// TLS 1.2.
    public static let tls12 = ProtocolVersion(rawValue: 0x0303)
    /// TLS 1.3.
    public static let tls13 = ProtocolVersion(rawValue: 0x0304)
    /// DTLS 1.0, the age of TLS 1.1.
    public static let dtls10 = ProtocolVersion(rawValue: 0xfeff)
    /// DTLS 1.2.
    public static let dtls12 = ProtocolVersion(rawValue: 0xfefd)
    /// DTLS 1.3.
    public static let dtls13 = ProtocolVersion(rawValue: 0xfefc)

    /// The spelling of reports: `TLSv1.3`.
    public var knownName: String? {
        switch self {
        case .ssl3: "SSLv3"
        case .tls10: "TLSv1"
        case .tls11: "TLSv1.1"
        case .tls12: "TLSv1.2"
        case .tls13: "TLSv1.3"
        case .dtls10: "DTLSv1"
        case .dtls12: "DTLSv1.2"
        case .dtls13: "DTLSv1.3"
        default: nil
        }
    }

    /// Whether the number is one of DTLS, which counts downwards.
    public var isDatagram: Bool { rawValue >> 8 == 0xfe }

    /// The number of the TLS version of the same age.
    private var age: UInt16 {
        switch self {
        case .dtls10: Self.tls11.rawValue
        case .dtls12: Self.tls12.rawValue
        case .dtls13: Self.tls13.rawValue
        default: rawValue
        }
    }
}

extension ProtocolVersion: Comparable {
    /// Older versions are smaller.
    public static func < (one: ProtocolVersion, other: ProtocolVersion) -> Bool {
        (one.age, one.rawValue) < (other.age, other.rawValue)
    }
}

extension ProtocolVersion {
    /// Reads a version as people write it: `1.2`, `TLS1.2`, `TLSv1.2`, `tlsv1_2`, `tls12`, `SSLv3`, `DTLS1.2`.
    public init?(spelling: String) {
        var rest = Substring(spelling.lowercased())
        let family = ["dtls", "tls", "ssl"].first { rest.hasPrefix($0) }
        rest = rest.dropFirst(family?.count ?? 0)
        if family != nil, let first = rest.first, first == " " || first == "_" || first == "-" {
            rest = rest.dropFirst()
        }
        if rest.first == "v" { rest = rest.dropFirst() }
        let minor: Int
        switch rest {
        case "1", "1.0", "1_0", "10": minor = 0
        case "1.1", "1_1", "11": minor = 1
        case "1.2", "1_2", "12": minor = 2
        case "1.3", "1_3", "13": minor = 3
        case "3", "3.0", "3_0", "30": minor = -1
        default: return nil
        }
        switch (family, minor) {
        case ("ssl", -1): self = .ssl3
        case ("tls", 0), (nil, 0): self = .tls10
        case ("tls", 1), (nil, 1): self = .tls11
        case ("tls", 2), (nil, 2): self = .tls12
        case ("tls", 3), (nil, 3): self = .tls13
        case ("dtls", 0): self = .dtls10
        case ("dtls", 2): self = .dtls12
        case ("dtls", 3): self = .dtls13
        default: return nil
        }
    }
}
