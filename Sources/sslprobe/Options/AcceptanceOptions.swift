import ArgumentParser
import ProbeKit

/// Which ClientHellos are accepted.
struct AcceptanceOptions: ParsableArguments, ProtocolOptions {
    @Option(
        name: .customLong("tls"), parsing: .unconditional,
        help: ArgumentHelp("One version or a range; below 1.2 implies --legacy.", valueName: "1.2|1.2-1.3"),
        completion: .list(["1.0", "1.1", "1.2", "1.3", "1.2-1.3"]))
    var tls: String?

    @Option(
        name: .customLong("alpn"), parsing: .unconditional,
        help: ArgumentHelp(
            "Protocols, most wanted first; a client that offers only others is refused.", valueName: "LIST"))
    var alpn: String?

    @Option(
        name: [.customLong("ciphers"), .customLong("cipher")], parsing: .unconditional,
        help: ArgumentHelp("TLS 1.2 and below, as in openssl-ciphers(1).", valueName: "LIST"))
    var ciphers: String?

    @Option(
        name: [.customLong("ciphersuites"), .customLong("tls13-ciphers")], parsing: .unconditional,
        help: ArgumentHelp("TLS 1.3, separated by colons.", valueName: "LIST"))
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

    @Flag(name: .customLong("legacy"), help: "TLS 1.0 and 1.1, level 0, clients without RFC 5746.")
    var legacy = false

    @Option(
        name: .customLong("psk"), parsing: .unconditional,
        help: ArgumentHelp("External pre-shared key; the file holds it in hex.", valueName: "ID:HEXFILE"),
        completion: .file())
    var psk: String?

    /// What was asked for, checked.
    func plan() throws(UsageError) -> TLSOffer {
        var offer = try protocols()
        if let alpn { offer.alpn = try OptionText("--alpn", alpn).protocols() }
        return offer
    }
}
