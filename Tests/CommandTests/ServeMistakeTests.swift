import ProbeKit
import Testing

@testable import sslprobe

/// Options of `serve` that nobody can have meant; each message names the option.
@Suite struct ServeMistakeTests {
    private static let listen = "does not end in a port from 0 to 65535; give ADDR:PORT, PORT or *:PORT"
    private static let address = "needs a numeric address before the port, such as 127.0.0.1 or [::1], or * for all"

    @Test(arguments: [
        "", "x", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:1e3", "127.0.0.1:٤٤٣",
        "127.0.0.1:000443", "127.0.0.1:+5", "[::1]", "127.0.0.1: 5",
    ])
    func namesTheListenerWithoutPort(text: String) {
        #expect(throws: UsageError("--listen: \(UsageError.quoted(text)) \(Self.listen)")) {
            try OptionText("--listen", text).listener()
        }
    }

    @Test(arguments: [
        "example.com:443", "300.1.1.1:1", "::1:443", "1.2.3:4", "[127.0.0.1]:4", "[::1:4", "[]:4", "**:1",
    ])
    func namesTheListenerWithoutAddress(text: String) {
        #expect(throws: UsageError("--listen: \(UsageError.quoted(text)) \(Self.address)")) {
            try OptionText("--listen", text).listener()
        }
    }

    @Test(arguments: [
        ("--count", "1", "1000000000"), ("--max-connections", "1", "1000000"), ("--workers", "1", "64"),
        ("--tickets", "0", "255"), ("--extra-tickets", "1", "255"), ("--seclevel", "0", "5"),
    ])
    func namesTheRangeOfANumber(option: String, first: String, last: String) throws {
        let beyond = try #require(Int(last)) + 1
        let before = try #require(Int(first)) - 1
        for word in ["\(beyond)", "\(before)"] {
            #expect(
                mistake("serve", option, word)
                    == "\(option): \(UsageError.quoted(word)) is not a whole number from \(first) to \(last)")
        }
        #expect(mistake("serve", option, last) == nil)
    }

    @Test(arguments: [
        ("--for", "1ms", "24h"), ("--handshake-timeout", "1ms", "24h"), ("--rotate-ticket-key", "1ms", "24h"),
        ("--ticket-lifetime", "1s", "168h"),
    ])
    func namesTheRangeOfADuration(option: String, first: String, last: String) {
        let allowed = "give 500ms, 10s, 2m (\(first) to \(last))"
        #expect(mistake("serve", option, "-1") == "\(option): \"-1\" is not a duration; \(allowed)")
        for word in ["0", "169h"] {
            #expect(mistake("serve", option, word) == "\(option): \"\(word)\" is out of range; \(allowed)")
        }
        #expect(mistake("serve", option, last) == nil)
    }

    @Test(arguments: [
        ("--reply", "http, echo, sink, status-json"), ("--close", "clean, half, abrupt"),
        ("--client-auth", "none, request, require, post-handshake, renegotiation"),
        ("--ticket-mode", "stateless, stateful, off"), ("--post-trigger", "write, handshake"),
        (
            "--cert-profile",
            "expired, not-yet-valid, wrong-host, self-signed, no-intermediate, client-only-eku, rsa-1024, sha1, "
                + "many-sans, hostile-subject"
        ),
    ])
    func namesTheChoices(option: String, choices: String) {
        #expect(mistake("serve", option, "Clean") == "\(option): \"Clean\" is not one of \(choices)")
    }

    private static let unit = "needs a unit: 500ms, 10s, 2m for a time, 512B, 4kB, 1MB for a size; or give request"

    @Test(arguments: [
        ("", unit), ("5", unit), ("1.5", unit), (".", unit),
        ("0B", "is out of range: 1 to 1073741824 bytes"), ("1025MB", "is out of range: 1 to 1073741824 bytes"),
        ("99999999999999999MB", "is out of range: 1 to 1073741824 bytes"),
        ("99999999999999999999B", "is not a size; give 512, 512B, 4kB or 1MB"),
        ("1.5kB", "is not a size; give 512, 512B, 4kB or 1MB"), ("B", "is not a size; give 512, 512B, 4kB or 1MB"),
        ("-1B", "is not a size; give 512, 512B, 4kB or 1MB"), ("4KB", "is not a size; give 512, 512B, 4kB or 1MB"),
        ("25h", "is out of range; give 4kB, request, 500ms, 10s, 2m (0 to 24h)"),
        ("requests", "is not a duration; give 4kB, request, 500ms, 10s, 2m (0 to 24h)"),
        ("-1s", "is not a duration; give 4kB, request, 500ms, 10s, 2m (0 to 24h)"),
    ])
    func namesWhatIsNoTrigger(word: String, complaint: String) {
        #expect(throws: UsageError("--x-after: \(UsageError.quoted(word)) \(complaint)")) {
            try OptionText("--x-after", word).trigger()
        }
    }

    @Test(arguments: ["--keyupdate-after", "--renegotiate-after", "--new-ticket-after", "--post-handshake-auth-after"])
    func namesTheTrigger(option: String) {
        #expect(mistake("serve", option, "5") == "\(option): \"5\" \(Self.unit)")
    }

    @Test(arguments: [
        (["--early-data", "17MB"], "--early-data: \"17MB\" is out of range: 0 to 16777216 bytes"),
        (["--early-data", "x"], "--early-data: \"x\" is not a size; give 512, 512B, 4kB or 1MB"),
        (["--early-data", "1s"], "--early-data: \"1s\" is not a size; give 512, 512B, 4kB or 1MB"),
        (["--early-data", "1kB", "--anti-replay", "yes"], "--anti-replay: \"yes\" is neither on nor off"),
        (["--anti-replay", "on"], "--anti-replay needs --early-data"),
        (["--early-data", "0", "--anti-replay", "off"], "--anti-replay needs --early-data"),
        (
            ["--early-data", "1", "--rotate-ticket-key", "1s"],
            "--rotate-ticket-key needs --anti-replay off here: with it, tickets for early data are not sealed"
        ),
        (
            ["--ticket-mode", "stateful", "--rotate-ticket-key", "1s"],
            "--rotate-ticket-key is about keys that seal tickets; --ticket-mode stateful seals none"
        ),
        (["--keyupdate", "one-way"], "--keyupdate needs --keyupdate-after: when to send it"),
        (
            ["--keyupdate-after", "1s", "--keyupdate", "both"],
            "--keyupdate: \"both\" is not one of request, one-way"
        ),
        (
            ["--post-handshake-auth-after", "1s"],
            "--post-handshake-auth-after needs --client-auth post-handshake"
        ),
        (["--client-ca", "x"], "--client-ca needs --client-auth: nobody is asked for a certificate"),
        (
            ["--client-auth", "require", "--client-ca", "x", "--write-client-cert", "y"],
            "--write-client-cert writes one of the authority in memory; --client-ca trusts another"
        ),
        (
            ["--key", "k"],
            "0 --cert and 1 --key: give one of each, in the same order, or no --key when each file holds both"
        ),
        (
            ["--cert", "a", "--cert", "b", "--key", "k"],
            "2 --cert and 1 --key: give one of each, in the same order, or no --key when each file holds both"
        ),
        (["--key-password", "env:X"], "--key-password needs --cert"),
        (
            ["--cert", "c", "--key-password", "hunter2"],
            "--key-password: give env:NAME or file:PATH, not the password itself"
        ),
        (["--auto-cert", ""], "--auto-cert: \"\": the host is empty"),
        (["--auto-cert", "a.example,"], "--auto-cert: \"\": the host is empty"),
        (["--auto-cert", "a b"], "--auto-cert: \"a b\": a host name cannot hold \" \""),
        (["--auto-cert", "*.192.0.2.1"], "--auto-cert: \"*.192.0.2.1\" is neither a name nor an address"),
        (["--ready-file", "-"], "--ready-file: \"-\" is not taken here; name a file"),
        (["--write-ca", ""], "--write-ca: the value is empty"),
        (["--write-client-cert", "-"], "--write-client-cert: \"-\" is not taken here; name a file"),
        (["--cert", ""], "--cert: the value is empty"),
        (["--alpn", "h2,"], "--alpn: \"h2,\" is not a list of ALPN names of 1 to 255 bytes, such as h2,http/1.1"),
        (
            ["--alpn", "h2,http/1.1"],
            "--reply http, the default, speaks HTTP/1.1, so --alpn cannot promise h2 with it; "
                + "--reply sink and echo go with any protocol"
        ),
        (
            ["--alpn", "h2", "--reply", "status-json"],
            "--reply status-json speaks HTTP/1.1, so --alpn cannot promise h2 with it; "
                + "--reply sink and echo go with any protocol"
        ),
        (["--format", "junit"], "--format junit: serve has text, json and jsonl alone"),
        (["--format", "github"], "--format github: serve has text, json and jsonl alone"),
        (["--save-junit", "f"], "--save-junit: serve has no junit; --save-report writes its reports"),
    ])
    func namesTheOption(options: [String], message: String) {
        #expect(mistake(["serve"] + options) == message)
    }

    @Test(arguments: ["--auto-cert", "--cert-profile", "--write-ca"])
    func theCertificateInMemoryIsEitherMadeOrNot(option: String) {
        #expect(
            mistake("serve", "--cert", "c", option, "expired")
                == "\(option) is about the certificate in memory; --cert takes its place")
    }

    @Test(arguments: [
        ["--tickets", "1"], ["--ticket-lifetime", "1s"], ["--rotate-ticket-key", "1s"], ["--early-data", "1"],
        ["--extra-tickets", "1"], ["--new-ticket-after", "1s"],
    ])
    func withoutTicketsThereIsNothingToSayOfThem(options: [String]) {
        #expect(
            mistake(["serve", "--ticket-mode", "off"] + options)
                == "\(options[0]) is about tickets, and --ticket-mode off sends none")
    }

    @Test(arguments: [
        ["--early-data", "1"], ["--extra-tickets", "1"], ["--new-ticket-after", "1s"], ["--keyupdate-after", "1s"],
        ["--client-auth", "post-handshake"],
    ])
    func whatTLS12CannotDoNeedsTLS13(options: [String]) {
        let name = options[0] == "--client-auth" ? options.joined(separator: " ") : options[0]
        #expect(mistake(["serve", "--tls", "1.2"] + options) == "\(name) needs TLS 1.3, which --tls excludes")
        #expect(mistake(["serve", "--tls", "1.2-1.3"] + options) == nil)
    }

    @Test(arguments: [
        ["--renegotiate-after", "1s"], ["--allow-client-renegotiation"], ["--no-resumption-on-renegotiation"],
        ["--client-auth", "renegotiation"],
    ])
    func whatTLS13CannotDoNeedsTLS12(options: [String]) {
        let name = options[0] == "--client-auth" ? options.joined(separator: " ") : options[0]
        let said = mistake(["serve", "--tls", "1.3"] + options)
        #expect(said?.hasPrefix("\(name) needs TLS 1.2, which --tls excludes") == true, "\(said ?? "")")
        #expect(mistake(["serve"] + options) == nil)
    }

    @Test func takesNoTarget() {
        #expect(mistake("serve", "localhost:443")?.hasPrefix("unexpected argument 'localhost:443'") == true)
    }

    @Test(arguments: ["--interval", "--insecure", "-k", "--sni", "--ca", "--http", "--timeout", "--connect-to"])
    func takesNoneOfAClientsOptions(option: String) {
        #expect(mistake("serve", option)?.hasPrefix("unknown option '\(option)'") == true)
    }
}
