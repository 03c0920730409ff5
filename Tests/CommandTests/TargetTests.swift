import ProbeKit
import Testing

@Suite struct TargetTests {
    @Test(arguments: [
        ("example.com", "example.com", 443, false),
        ("example.com:8443", "example.com", 8443, false),
        ("example.com.:8443", "example.com", 8443, false),
        ("EXAMPLE.com", "EXAMPLE.com", 443, false),
        ("localhost", "localhost", 443, false),
        ("_dns.example.com:853", "_dns.example.com", 853, false),
        ("xn--bcher-kva.example", "xn--bcher-kva.example", 443, false),
        ("192.0.2.1", "192.0.2.1", 443, true),
        ("192.0.2.1:65535", "192.0.2.1", 65535, true),
        ("192.0.2.1.", "192.0.2.1", 443, true),
        ("127.1", "127.1", 443, false),
        ("0x7f.1", "0x7f.1", 443, false),
        ("127.0.0.01", "127.0.0.01", 443, false),
        ("256.0.0.1", "256.0.0.1", 443, false),
        ("::1", "::1", 443, true),
        ("::1:443", "::1:443", 443, true),
        ("[::1]", "::1", 443, true),
        ("[::1]:8443", "::1", 8443, true),
        ("[::ffff:192.0.2.1]:1", "::ffff:192.0.2.1", 1, true),
        ("fe80::1%lo", "fe80::1%lo", 443, true),
        ("[fe80::1%lo]:4433", "fe80::1%lo", 4433, true),
        ("https://example.com", "example.com", 443, false),
        ("https://example.com/", "example.com", 443, false),
        ("HTTPS://example.com:8443/a/b?c=d:e#f", "example.com", 8443, false),
        ("https://example.com?x", "example.com", 443, false),
        ("https://example.com:", "example.com", 443, false),
        ("https://[::1]:8443/", "::1", 8443, true),
        ("https://[::1]/x@y", "::1", 443, true),
        ("host:0443", "host", 443, false),
    ])
    func reads(input: String, host: String, port: UInt16, isAddress: Bool) throws {
        #expect(try Target.parse(input) == Target(input: input, host: host, port: port, isAddress: isAddress))
    }

    @Test(arguments: [
        "0", "65536", "-1", "1e3", "٤٤٣", "", "443 ", "+443", "0x1bb", "99999999999999999999", "000443", "https",
        "4\u{301}",
    ])
    func namesTheRangeOfPorts(port: String) {
        for host in ["example.com", "[::1]", "192.0.2.1", "https://example.com"] {
            // A URL may end with a bare colon.
            if port.isEmpty, host.hasPrefix("https:") { continue }
            #expect(complaint("\(host):\(port)")?.hasSuffix(": the port must be a number from 1 to 65535") == true)
        }
    }

    @Test(arguments: [
        ("", "the target is empty; give HOST:PORT"),
        (":443", "\":443\": the host is empty"),
        (".", "\".\": the host is empty"),
        ("https://", "\"https://\": the host is empty"),
        ("https:///x", "\"https:///x\": the host is empty"),
        ("a..b", "\"a..b\": each label of a host name has 1 to 63 characters"),
        ("a.b..", "\"a.b..\": each label of a host name has 1 to 63 characters"),
        ("[::1", "\"[::1\": the \"[\" is not closed"),
        ("[::1:443", "\"[::1:443\": the \"[\" is not closed"),
        ("[::1]443", "\"[::1]443\": only \":PORT\" may follow the \"]\""),
        ("[::1]\u{301}:443", "\"[::1]\u{301}:443\": only \":PORT\" may follow the \"]\""),
        ("[::1]\u{FE0F}:443", "\"[::1]\u{FE0F}:443\": only \":PORT\" may follow the \"]\""),
        ("https://[::1]\u{301}/", "\"https://[::1]\u{301}/\": only \":PORT\" may follow the \"]\""),
        ("[\u{301}::1]:443", "\"[\u{301}::1]:443\": what stands in brackets is not an IPv6 address"),
        ("[\u{200D}::1]", "\"[\u{200D}::1]\": what stands in brackets is not an IPv6 address"),
        ("[]", "\"[]\": what stands in brackets is not an IPv6 address"),
        ("[192.0.2.1]:1", "\"[192.0.2.1]:1\": what stands in brackets is not an IPv6 address"),
        ("[example.com]:1", "\"[example.com]:1\": what stands in brackets is not an IPv6 address"),
        ("a:b:c", "\"a:b:c\" is neither HOST:PORT nor an IPv6 address; write [ADDRESS]:PORT"),
        ("::1::2", "\"::1::2\" is neither HOST:PORT nor an IPv6 address; write [ADDRESS]:PORT"),
        ("a b", "\"a b\": a host name cannot hold \" \""),
        ("a\0b:443", #""a\x00b:443": a host name cannot hold "\x00""#),
        ("a\r\nb", #""a\x0d\x0ab": a host name cannot hold "\x0d""#),
        ("a\nb", #""a\x0ab": a host name cannot hold "\x0a""#),
        ("\u{1b}[31m", #""\x1b[31m": a host name cannot hold "\x1b""#),
        ("a\u{7f}", #""a\x7f": a host name cannot hold "\x7f""#),
        ("user@host", "\"user@host\": a host name cannot hold \"@\""),
        ("fe80::1%", "\"fe80::1%\" is neither HOST:PORT nor an IPv6 address; write [ADDRESS]:PORT"),
        ("-", "\"-\": a host name cannot begin with \"-\""),
        ("host/x", "\"host/x\" is not HOST:PORT: it holds \"/\"; write a URL with https:// before it"),
        ("host:443/x", "\"host:443/x\" is not HOST:PORT: it holds \"/\"; write a URL with https:// before it"),
        ("/etc/passwd", "\"/etc/passwd\" is not HOST:PORT: it holds \"/\"; write a URL with https:// before it"),
        ("smtp://mail", "\"smtp://mail\" has an unknown scheme; give HOST:PORT or https://HOST[:PORT]/"),
        ("http://host", "\"http://host\" has an unknown scheme; give HOST:PORT or https://HOST[:PORT]/"),
        ("://host", "\"://host\" has an unknown scheme; give HOST:PORT or https://HOST[:PORT]/"),
        ("unix:/run/x", "\"unix:/run/x\" has an unknown scheme; give HOST:PORT or https://HOST[:PORT]/"),
        ("unix:///run/x", "\"unix:///run/x\" has an unknown scheme; give HOST:PORT or https://HOST[:PORT]/"),
        ("https://u:p@h/", "\"https://u:p@h/\" holds a user name; leave out everything up to the \"@\""),
        ("bücher.example", "\"bücher.example\": write the name in its ASCII form, with the xn--… labels (A-labels)"),
    ])
    func refuses(input: String, message: String) {
        #expect(complaint(input) == message)
    }

    @Test func boundsLabelsAndNames() throws {
        let label = String(repeating: "a", count: 63)
        #expect(try Target.parse(label).host == label)
        #expect(complaint(label + "a")?.hasSuffix("each label of a host name has 1 to 63 characters") == true)
        let name = [label, label, label, String(repeating: "a", count: 61)].joined(separator: ".")
        #expect(try Target.parse(name + ".").host == name)
        #expect(complaint(name + "a")?.hasSuffix("a host name has at most 253 characters") == true)
    }

    @Test func keepsMessagesShortAndOnOneLine() {
        let message = complaint(String(repeating: "x\n\u{202e}", count: 100_000)) ?? ""
        #expect(message.count < 800)
        #expect(message.unicodeScalars.allSatisfy { $0 != "\n" && $0 != "\u{202e}" })
        #expect(message.contains("…"))
    }

    @Test(arguments: [
        ("192.0.2.7:8443", "192.0.2.7", 8443),
        ("other.example:1", "other.example", 1),
        ("[::1]:8443", "::1", 8443),
        ("::127.0.0.1:8443", "127.0.0.1", 8443),
        ("example.com:443:other:8443", "other", 8443),
        ("EXAMPLE.com::other:8443", "other", 8443),
        (":443:other:", "other", 443),
        ("::::", nil, 0),
        ("example.com:443::8443", "example.com", 8443),
        ("::[::1]:8443", "::1", 8443),
        ("::1:443", "1", 443),
    ])
    func readsBothFormsOfConnectTo(text: String, host: String?, port: UInt16) throws {
        let target = try Target.parse("example.com")
        let place = try? target.connectTo(text)
        #expect(place?.host == host)
        #expect(place?.port ?? 0 == port)
    }

    @Test(arguments: [
        (
            "other:443:x:1", "--connect-to: \"other:443:x:1\" is for other:443, not for the target example.com"
        ),
        (
            "example.com:444:x:1",
            "--connect-to: \"example.com:444:x:1\" is for example.com:444, not for the target example.com"
        ),
        ("x:0", "--connect-to: \"x:0\": the port must be a number from 1 to 65535"),
        (
            "x",
            "--connect-to: \"x\" is not HOST:PORT or HOST1:PORT1:HOST2:PORT2; put an IPv6 address in brackets"
        ),
        (":443", "--connect-to: \":443\": the host is empty"),
    ])
    func refusesConnectTo(text: String, message: String) throws {
        let target = try Target.parse("example.com")
        #expect(throws: UsageError(message)) { try target.connectTo(text) }
    }

    private func complaint(_ input: String) -> String? {
        do {
            _ = try Target.parse(input)
            return nil
        } catch {
            return error.description
        }
    }
}
