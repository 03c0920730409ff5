/// The first bytes of a peer that does not speak TLS.
struct Greeting {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The protocol, when the bytes give it away.
    var name: String? {
        if starts("HTTP/") || starts("<html") || starts("<!DOC") { return "HTTP" }
        if isRequest { return "HTTP" }
        if starts("SSH-") { return "SSH" }
        if starts("+OK") { return "POP3" }
        if starts("* OK") || starts("* PREAUTH") || starts("* BYE") { return "IMAP" }
        if starts("220") { return "SMTP or FTP" }
        if starts("EHLO ") || starts("HELO ") { return "SMTP" }
        if starts("-ERR") { return "Redis or POP3" }
        if starts("RFB ") { return "VNC" }
        if isMySQL { return "MySQL" }
        return nil
    }

    /// What to try.
    var hint: String {
        switch name {
        case "HTTP": "is TLS on another port, such as 443?"
        case "SMTP or FTP", "POP3", "IMAP", "MySQL": "it may offer TLS after STARTTLS; its TLS-only port is another one"
        default: "is the port right?"
        }
    }

    /// The bytes with everything but printable ASCII as `\xNN`; the same in text and JSON.
    var escaped: String {
        var text = ""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\\"): text += "\\\\"
            case UInt8(ascii: "\r"): text += "\\r"
            case UInt8(ascii: "\n"): text += "\\n"
            case 0x20...0x7e: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + [byte].hexText
            }
        }
        return text
    }

    private func starts(_ text: String) -> Bool { bytes.starts(with: text.utf8) }

    /// A method in capitals, a space, and something; HTTP/2 begins with `PRI * HTTP/2.0`.
    private var isRequest: Bool {
        let words = bytes.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
            .split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard let method = words.first, method.count > 2, method.allSatisfy(Self.capitals.contains) else {
            return false
        }
        return ["GET", "POST", "HEAD", "PUT", "OPTIONS", "CONNECT"].contains { method.elementsEqual($0.utf8) }
            || words.count == 3 && words[2].starts(with: "HTTP/".utf8)
    }

    private static let capitals = UInt8(ascii: "A")...UInt8(ascii: "Z")

    /// A packet length below 256, number 0, protocol version 10.
    private var isMySQL: Bool { bytes.count > 5 && bytes[1...4].elementsEqual([0, 0, 0, 10]) }
}

extension [UInt8] {
    fileprivate var hexText: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
