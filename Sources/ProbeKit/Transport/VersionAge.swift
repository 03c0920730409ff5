import OpenSSL

/// Tells which of two TLS versions is older.
enum VersionAge {
    /// A number that grows with the version, from any spelling that people use: `1.2`, `TLSv1.2`, `tls1_2`, `SSLv3`.
    static func of(_ spelling: String) -> Int? {
        guard let version = ProtocolVersion(spelling: spelling), !version.isDatagram else { return nil }
        return Int(version.rawValue)
    }
}
