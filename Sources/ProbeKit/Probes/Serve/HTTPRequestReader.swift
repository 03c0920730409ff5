/// What a request says about its answer; nothing else of it matters, for no request changes what is served.
struct HTTPRequest {
    /// Whether the answer has no body.
    var isHead = false
    /// Whether the connection stays open after the answer.
    var keepsAlive = false
    /// Whether what came was no request.
    var isMalformed = false
}

/// Finds HTTP/1 requests in a stream of bytes (RFC 9112), and passes over their bodies.
struct HTTPRequestReader {
    private var header: [UInt8] = []
    private var lineLength = 0
    private var bodyBytes = 0
    private var isOver = false

    /// A longer header is refused.
    private static let longestHeader = 16_384

    /// Whether a request has begun and is not complete.
    var isInsideRequest: Bool { !header.isEmpty || bodyBytes > 0 }

    /// Takes the bytes in and returns the requests that they complete.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> [HTTPRequest] {
        var requests: [HTTPRequest] = []
        for byte in bytes where !isOver {
            if bodyBytes > 0 {
                bodyBytes -= 1
                continue
            }
            // Some clients send empty lines between requests.
            if header.isEmpty, byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") { continue }
            header.append(byte)
            switch byte {
            case UInt8(ascii: "\r"): break
            case UInt8(ascii: "\n") where lineLength == 0: requests.append(finish())
            case UInt8(ascii: "\n"): lineLength = 0
            default: lineLength += 1
            }
            if header.count >= Self.longestHeader {
                requests.append(HTTPRequest(isMalformed: true))
                isOver = true
            }
        }
        return requests
    }

    private mutating func finish() -> HTTPRequest {
        defer {
            header.removeAll(keepingCapacity: true)
            lineLength = 0
        }
        var lines = header.split(separator: UInt8(ascii: "\n")).map { line in
            line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        }[...]
        let words = lines.popFirst()?.split(separator: UInt8(ascii: " ")) ?? []
        guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8) else {
            isOver = true
            return HTTPRequest(isMalformed: true)
        }
        var request = HTTPRequest(isHead: words[0].elementsEqual("HEAD".utf8))
        request.keepsAlive = !words[2].elementsEqual("HTTP/1.0".utf8)
        for line in lines { read(line, into: &request) }
        if !request.keepsAlive { isOver = true }
        return request
    }

    private mutating func read(_ line: ArraySlice<UInt8>, into request: inout HTTPRequest) {
        let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
        guard parts.count == 2, let first = parts[0].first else { return }
        // Three of all the headers there are: their first letters spare the rest the work.
        guard [UInt8(ascii: "c"), UInt8(ascii: "t")].contains(first | 0x20) else { return }
        let value = String(decoding: parts[1], as: UTF8.self).lowercased().filter { $0 != " " && $0 != "\t" }
        switch String(decoding: parts[0], as: UTF8.self).lowercased() {
        case "connection":
            if value.split(separator: ",").contains("close") { request.keepsAlive = false }
        case "content-length": bodyBytes = Int(value).map { max(0, $0) } ?? 0
        // Where such a body ends is not worth finding out.
        case "transfer-encoding": request.keepsAlive = false
        default: break
        }
    }
}
