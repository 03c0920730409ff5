import ArgumentParser
import ProbeKit

/// What the ClientHello offers.
struct OfferOptions: ParsableArguments, ProtocolOptions {
    @Option(
        name: .customLong("tls"), parsing: .unconditional,
        help: ArgumentHelp("One version or a range; below 1.2 implies --legacy.", valueName: "1.2|1.2-1.3"),
        completion: .list(["1.0", "1.1", "1.2", "1.3", "1.2-1.3"]))
    var tls: String?

    @Option(
        name: [.customLong("sni"), .customLong("servername")], parsing: .unconditional,
        help: ArgumentHelp("Server name to send. (default: the target's)", valueName: "NAME|none"))
    var sni: String?

    @Flag(name: .customLong("noservername"), help: "Same as --sni none.")
    var noServerName = false

    @Option(
        name: .customLong("alpn"), parsing: .unconditional,
        help: ArgumentHelp("Protocols to offer, such as h2,http/1.1. (default: none)", valueName: "LIST"))
    var alpn: String?

    @Option(
        name: [.customLong("ciphers"), .customLong("cipher")], parsing: .unconditional,
        help: ArgumentHelp("TLS 1.2 and below, as in openssl-ciphers(1).", valueName: "LIST"))
    var ciphers: String?

    @Option(
        name: [.customLong("ciphersuites"), .customLong("tls13-ciphers")], parsing: .unconditional,
        help: ArgumentHelp("TLS 1.3, in order, separated by colons.", valueName: "LIST"))
    var ciphersuites: String?

    @Option(
        name: [.customLong("groups"), .customLong("curves")], parsing: .unconditional,
        help: ArgumentHelp("Key exchange groups, separated by colons.", valueName: "LIST"))
    var groups: String?

    @Option(
        name: .customLong("sigalgs"), parsing: .unconditional,
        help: ArgumentHelp("Signature algorithms, separated by colons.", valueName: "LIST"))
    var sigalgs: String?

    @Option(
        name: .customLong("seclevel"), parsing: .unconditional,
        help: ArgumentHelp("OpenSSL's security level, 0 to 5.", valueName: "N"))
    var seclevel: String?

    @Flag(name: .customLong("legacy"), help: "TLS 1.0 and 1.1, level 0, servers without RFC 5746.")
    var legacy = false

    @Flag(name: .customLong("no-ticket"), help: "Do not offer to take session tickets (TLS 1.2).")
    var noTicket = false

    @Option(
        name: .customLong("psk"), parsing: .unconditional,
        help: ArgumentHelp("External pre-shared key; the file holds it in hex.", valueName: "ID:HEXFILE"),
        completion: .file())
    var psk: String?

    @Flag(name: .customLong("post-handshake-auth"), help: "Offer client authentication after the handshake.")
    var postHandshakeAuth = false

    /// What was asked for, checked.
    ///
    /// - Parameter http: a HEAD request will be sent, which needs http/1.1 unless `--alpn` says otherwise.
    func plan(http: Bool) throws(UsageError) -> TLSOffer {
        if noServerName, let sni, sni != "none" { throw UsageError("--noservername and --sni exclude each other") }
        var offer = try protocols()
        if let alpn {
            offer.alpn = try OptionText("--alpn", alpn).protocols()
            if http, let other = offer.alpn.first(where: { !$0.hasPrefix("http/1.") }) {
                throw UsageError("--http speaks HTTP/1.1, so --alpn cannot offer \(UsageError.quoted(other)) with it")
            }
        } else if http {
            offer.alpn = ["http/1.1"]
        }
        if let sni { offer.serverName = try OptionText("--sni", sni).serverName() }
        if noServerName { offer.serverName = .none }
        offer.noTicket = noTicket
        offer.postHandshakeAuth = postHandshakeAuth
        return offer
    }
}
