import OpenSSL
import Reactor

/// A session to come back with, and what is known of the handshake that made it.
///
/// It holds secrets: files with it have mode 0600.
struct SavedSession: Sendable {
    /// As DER: the object of a TLS 1.3 session is used up by offering it once, and spoiled when its connection breaks.
    let der: [UInt8]
    /// Nil for a file that is not ours.
    let origin: Origin?
    /// The server's certificates as it sent them, leaf first.
    let chain: [Certificate]

    /// Where a session comes from.
    struct Origin: Sendable, Equatable {
        let host: String
        let port: UInt16
        /// The name sent as SNI.
        let sni: String?
        /// What came of checking the chain and the name.
        let verdict: Verdict
        /// RFC 3339, UTC.
        let time: String
        /// Where that server was, as a number.
        var address: String?
        /// Whether the client showed a certificate; nil when the file does not say.
        var hasClientCertificate: Bool?

        enum Verdict: String, CaseIterable, Sendable { case trusted, untrusted, unchecked }
    }

    /// What OpenSSL offers; a new object for each use.
    func session() throws(OpenSSLError) -> Session { try Session(der: der) }

    /// How old it is, in seconds; nil when nobody knows.
    var age: Int64? { (try? session())?.age(at: .now) }
}

extension SavedSession {
    /// More than a session with a large ticket and a long chain has.
    static let largestFile = 1 << 20

    private static let title = "# sslprobe session"

    /// The file: comment lines that `openssl s_client -sess_in` passes over, the session, the received chain.
    func file() throws(OpenSSLError) -> String {
        var lines = Self.title + "\n"
        if let origin {
            lines += """
                # target: \(Self.bracketed(origin.host)):\(origin.port)
                # sni: \(origin.sni ?? "none")
                # verdict: \(origin.verdict.rawValue)
                # time: \(origin.time)

                """
            if let address = origin.address { lines += "# address: \(address)\n" }
            if let isShown = origin.hasClientCertificate {
                lines += "# client-certificate: \(isShown ? "yes" : "no")\n"
            }
        }
        return lines + (try session().pem) + CertificateChain(chain).pem
    }

    private static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    /// Reads a session from PEM, with or without our lines, or from DER.
    init(parsing bytes: [UInt8]) throws(OpenSSLError) {
        if let session = try? Session(der: bytes) {
            self.init(der: session.der, origin: nil, chain: [])
            return
        }
        let session = try Session(pem: bytes)
        // What follows the session may be anything; it is checked like what a server sends.
        let chain = (try? CertificateChain(pem: bytes))?.certificates ?? []
        // Somebody else's chain would speak for a session that was never verified.
        guard session.peerCertificate.map({ $0.der == chain.first?.der }) ?? true else {
            self.init(der: session.der, origin: nil, chain: [])
            return
        }
        self.init(der: session.der, origin: Origin(parsing: String(decoding: bytes, as: UTF8.self)), chain: chain)
    }
}

extension SavedSession.Origin {
    /// Reads our comment lines; nil when one is missing.
    fileprivate init?(parsing text: String) {
        // An editor or a mail may have changed the ends of the lines, which Swift takes for one character.
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.first == "# sslprobe session" else { return nil }
        var fields: [Substring: Substring] = [:]
        for line in lines.dropFirst().prefix(while: { $0.hasPrefix("# ") }) {
            let parts = line.dropFirst(2).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            fields[parts[0]] = parts[1].drop { $0 == " " }
        }
        guard let target = fields["target"].flatMap({ try? Target.parse(String($0)) }), let sni = fields["sni"],
            let verdict = fields["verdict"].flatMap({ Verdict(rawValue: String($0)) }), let time = fields["time"]
        else { return nil }
        self.init(
            host: target.host, port: target.port, sni: sni == "none" ? nil : String(sni), verdict: verdict,
            time: String(time), address: fields["address"].map(String.init),
            hasClientCertificate: fields["client-certificate"].map { $0 == "yes" })
    }
}

extension Session {
    /// How old it is, in seconds. Its time may come from a file, and be any number.
    func age(at now: WallClock) -> Int64 {
        let (age, isAbsurd) = now.seconds.subtractingReportingOverflow(time)
        return isAbsurd ? .max : age
    }

    /// Whether the server does not promise to take it any longer; a client does not offer it then.
    func isExpired(at now: WallClock) -> Bool { lifetimeHint > 0 && age(at: now) > Int64(clamping: lifetimeHint) }
}
