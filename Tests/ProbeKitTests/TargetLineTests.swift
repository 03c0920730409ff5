import Testing

@testable import ProbeKit

/// A line of `--targets`.
@Suite struct TargetLineTests {
    private func read(_ text: String) -> (host: String, port: UInt16, name: TLSOffer.ServerName?)? {
        guard case .target(let target, let name)? = TargetLine(.text(Array(text.utf8))) else { return nil }
        return (target.host, target.port, name)
    }

    @Test(arguments: ["", "   ", "\t", "# a.example", "  # a.example", "\t# x", "#", "#\u{301}", "\u{FEFF}"])
    func passesOverWhatNamesNone(text: String) {
        #expect(TargetLine(.text(Array(text.utf8))) == nil)
    }

    @Test(
        arguments: [
            ("a.example", "a.example", 443), ("a.example:8443", "a.example", 8443), ("  a.example  ", "a.example", 443),
            ("[2001:db8::1]:1", "2001:db8::1", 1), ("https://a.example/#top", "a.example", 443),
            ("a.example # the old one", "a.example", 443), ("\u{FEFF}a.example", "a.example", 443),
        ] as [(String, String, UInt16)])
    func readsATarget(text: String, host: String, port: UInt16) {
        let target = read(text)
        #expect(target?.host == host && target?.port == port && target?.name == nil)
    }

    @Test(
        arguments: [
            ("192.0.2.1\ta.example", .name("a.example")), ("192.0.2.1\t none ", TLSOffer.ServerName.none),
            ("192.0.2.1\t", nil),
            ("192.0.2.1\ta.example # comment", .name("a.example")), ("192.0.2.1\t# comment", nil),
        ] as [(String, TLSOffer.ServerName?)])
    func readsAServerName(text: String, name: TLSOffer.ServerName?) {
        let target = read(text)
        #expect(target?.host == "192.0.2.1" && target?.name == name)
    }

    @Test(arguments: [
        ("bad/line", "bad/line"), ("a b", "a b"), ("a.example:99999", "a.example:99999"),
        ("a.example\tb c", "a.example"),
        ("a.example\tb\tc", "a.example"), ("\ta.example", "a.example"),
    ])
    func keepsWhatNamesNoTarget(text: String, input: String) {
        guard case .mistake(let kept, let mistake)? = TargetLine(.text(Array(text.utf8))) else {
            Issue.record("\(text) was taken")
            return
        }
        #expect(kept == input && !mistake.description.isEmpty)
    }

    @Test func refusesWhatIsNoText() {
        guard case .mistake(_, let long)? = TargetLine(.tooLong),
            case .mistake(let input, let invalid)? = TargetLine(.text([0x61, 0xff]))
        else {
            Issue.record("they were taken")
            return
        }
        #expect(long.description == "longer than 4096 bytes" && invalid.description == "not valid UTF-8")
        #expect(input == "a\u{FFFD}")
    }
}
