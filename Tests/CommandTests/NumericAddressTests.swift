import Glibc
import Testing

@testable import ProbeKit

@Suite struct NumericAddressTests {
    @Test(arguments: [
        "127.0.0.1", "127.1", "0x7f.1", "1.2.3.4.5", "1.2.3", "01.2.3.4", "0.0.0.0", "255.255.255.255", "256.1.1.1",
        "1.2.3.4 ", " 1.2.3.4", "1..2.3", ".1.2.3.4", "1.2.3.4.", "", ".", "1.2.3.0004", "٤.1.1.1",
    ])
    func tellsIPv4AsInetPtonDoes(text: String) {
        #expect(NumericAddress.isIPv4(text) == isAddress(text, AF_INET))
    }

    @Test(arguments: [
        "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", ":::", "1::2::3", ":1", "1:", ":", "", "12345::", "::g", "::1.2.3.4", "1::1.2.3.4",
        "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::ffff:256.1.1.1", "FE80::ABCD",
        "::1 ", "::01.2.3.4", "::00001", "[::1]", "1.2.3.4",
    ])
    func tellsIPv6AsInetPtonDoes(text: String) {
        #expect(NumericAddress.isIPv6(text) == isAddress(text, AF_INET6))
    }

    @Test func agreesWithInetPtonOnRandomText() {
        var generator = SystemRandomNumberGenerator()
        let pieces = [":", "::", ".", "0", "1", "25", "255", "256", "ff", "abcd", "12345", "1.2.3.4"]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...17, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            #expect(NumericAddress.isIPv4(text) == isAddress(text, AF_INET), "\(text)")
            #expect(NumericAddress.isIPv6(text) == isAddress(text, AF_INET6), "\(text)")
        }
    }

    @Test(arguments: [
        ("fe80::1%lo", true), ("fe80::1%1", true), ("fe80::1%", false), ("fe80::1%a/b", false), ("fe80::1%a%b", false),
        ("fe80::1%abcdefghijklmnop", false), ("%lo", false), ("1.2.3.4%lo", false),
    ])
    func allowsAScopeAfterIPv6(text: String, isAddress: Bool) {
        #expect(NumericAddress.isIPv6(text) == isAddress)
    }

    private func isAddress(_ text: String, _ family: Int32) -> Bool {
        var storage = in6_addr()
        return inet_pton(family, text, &storage) == 1
    }
}
