import OpenSSL

/// What the peer answered to a request, as far as a report tells.
struct Answer {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The first line without its end, repaired where it is no UTF-8; nil when nothing came.
    var firstLine: String? { bytes.isEmpty ? nil : String(decoding: lineBytes, as: UTF8.self) }

    /// The bytes of the first line in hex, when they are no UTF-8.
    var firstLineHex: String? {
        guard !bytes.isEmpty, String(validating: lineBytes, as: UTF8.self) == nil else { return nil }
        return lineBytes.hex
    }

    private var lineBytes: ArraySlice<UInt8> {
        let line = bytes.prefix(1024).prefix { $0 != UInt8(ascii: "\n") }
        return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }

    /// The status of an HTTP answer, such as 404.
    var httpStatus: Int? {
        guard let words = firstLine?.split(separator: " ", maxSplits: 2), words.count >= 2,
            words[0].hasPrefix("HTTP/"), words[1].utf8.count == 3, let status = UInt16(words[1])
        else { return nil }
        return Int(status)
    }

    /// Whether an empty line ended the header, or it is longer than is kept.
    var isHeaderComplete: Bool {
        var length = 0
        var hasLine = false
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n"):
                if hasLine, length == 0 { return true }
                hasLine = true
                length = 0
            case UInt8(ascii: "\r"): break
            default: length += 1
            }
        }
        return bytes.count >= 65536
    }
}
