import Testing

@testable import ProbeKit

/// Requests in a stream of bytes, however it is cut.
@Suite struct HTTPRequestReaderTests {
    /// What a reader makes of the text, taken in whole or byte by byte: `GET`, `HEAD` or `400`, with `+` for keep-alive.
    private func read(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) -> [String] {
        var whole = HTTPRequestReader()
        let requests = take(text, by: &whole)
        var cut = HTTPRequestReader()
        let again = text.utf8.flatMap { take(String(UnicodeScalar($0)), by: &cut) }
        #expect(requests == again, sourceLocation: sourceLocation)
        #expect(whole.isInsideRequest == cut.isInsideRequest, sourceLocation: sourceLocation)
        return requests
    }

    private func take(_ text: String, by reader: inout HTTPRequestReader) -> [String] {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { reader.take($0) }.map { request in
            request.isMalformed ? "400" : (request.isHead ? "HEAD" : "GET") + (request.keepsAlive ? "+" : "")
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", ["GET+"]), ("GET / HTTP/1.0\r\n\r\n", ["GET"]),
        ("HEAD / HTTP/1.1\r\n\r\n", ["HEAD+"]),
        ("POST /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n", ["GET+"]), ("GET / HTTP/1.1\n\n", ["GET+"]),
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", ["GET+"]), ("GET / HTTP/1.9\r\n\r\n", ["GET+"]),
    ])
    func readsARequest(text: String, requests: [String]) {
        #expect(read(text) == requests)
    }

    @Test(arguments: [
        "Connection: close", "connection:close", "CONNECTION:\t Close ", "Connection: te, close",
        "Transfer-Encoding: chunked",
    ])
    func endsWithTheAnswerWhenTold(header: String) {
        #expect(read("GET / HTTP/1.1\r\n\(header)\r\n\r\n") == ["GET"])
        // What follows is nobody's request.
        #expect(read("GET / HTTP/1.1\r\n\(header)\r\n\r\nGET / HTTP/1.1\r\n\r\n") == ["GET"])
    }

    @Test(arguments: [
        "Connection: keep-alive", "Connection: closed", "X-Connection: close", "Cookie: close", "Connection close", ":",
        "Content-Length: -5", "Content-Length: x", "Content-Length: 99999999999999999999",
    ])
    func staysOpenOtherwise(header: String) {
        #expect(read("GET / HTTP/1.1\r\n\(header)\r\n\r\nHEAD / HTTP/1.1\r\n\r\n") == ["GET+", "HEAD+"])
    }

    @Test func readsRequestsThatComeTogether() {
        let text =
            "GET /1 HTTP/1.1\r\n\r\nHEAD /2 HTTP/1.1\r\nA: b\r\n\r\nGET /3 HTTP/1.0\r\n\r\nGET /4 HTTP/1.1\r\n\r\n"
        #expect(read(text) == ["GET+", "HEAD+", "GET"])
    }

    @Test func passesOverABody() {
        let body = "GET / HTTP/1.1\r\n\r\n"
        let post = "POST / HTTP/1.1\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        #expect(read(post + body + "HEAD / HTTP/1.1\r\n\r\n") == ["GET+", "HEAD+"])
    }

    @Test func knowsThatARequestIsNotComplete() {
        for text in [
            "G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\n\r", "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab",
        ] {
            var reader = HTTPRequestReader()
            _ = take(text, by: &reader)
            #expect(reader.isInsideRequest, "\(text.debugDescription)")
        }
        var reader = HTTPRequestReader()
        #expect(!reader.isInsideRequest)
        _ = take("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc\r\n", by: &reader)
        #expect(!reader.isInsideRequest)
    }

    @Test(arguments: [
        "hello\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/2\r\n\r\n", "GET / x HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n",
        "\u{0}\u{1}\u{2} \n\n", "GET / http/1.1\r\n\r\n",
    ])
    func saysWhatIsNoRequest(text: String) {
        #expect(read(text + "GET / HTTP/1.1\r\n\r\n") == ["400"])
    }

    @Test(arguments: ["a", "a\r\n", "GET / HTTP/1.1\r\nX: y\r\n"])
    func refusesAHeaderWithoutEnd(piece: String) {
        let text = String(repeating: piece, count: 20_000 / piece.utf8.count)
        #expect(read(text) == ["400"])
    }
}
