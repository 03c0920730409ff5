import Testing

@testable import ProbeKit

/// What a client's data is answered with.
@Suite struct ResponderTests {
    private func responder(_ reply: ServePlan.Reply, taking texts: String...) -> Responder {
        var responder = Responder(reply)
        for text in texts { Array(text.utf8).withUnsafeBytes { responder.take($0) } }
        return responder
    }

    /// What is to be sent back for each request that waits.
    private func answers(_ responder: inout Responder) -> [String] {
        var answers: [String] = []
        while let request = responder.next() {
            switch request {
            case .data(let bytes): answers.append(String(decoding: bytes, as: UTF8.self))
            case .http: answers.append("HTTP")
            }
        }
        return answers
    }

    @Test func echoesEveryPieceInOrder() {
        var responder = responder(.echo, taking: "one", "two\n")
        #expect(!responder.isIdle)
        #expect(answers(&responder) == ["one", "two\n"])
        #expect(responder.isIdle && responder.next() == nil)
    }

    /// So that what is due before a request comes before data as well; once for what came together.
    @Test func aSinkAnswersWithNothing() {
        var responder = responder(.sink, taking: "one", "two")
        #expect(answers(&responder) == [""])
        #expect(responder.isIdle)
    }

    @Test(arguments: [ServePlan.Reply.http, .statusJSON])
    func answersRequestsAndNothingElse(reply: ServePlan.Reply) {
        var responder = responder(reply, taking: "GET / HTTP/1.1\r\n", "\r\nGET / HT")
        #expect(answers(&responder) == ["HTTP"])
        // The second one has begun.
        #expect(!responder.isIdle)
    }

    @Test func takesInOnlySoMuch() {
        var responder = Responder(.echo)
        let bytes = [UInt8](repeating: 7, count: 65_536)
        for _ in 0..<3 { bytes.withUnsafeBytes { responder.take($0) } }
        #expect(!responder.isFull)
        bytes.withUnsafeBytes { responder.take($0) }
        #expect(responder.isFull)
        _ = responder.next()
        #expect(!responder.isFull)

        var many = Responder(.echo)
        for _ in 0..<1024 { bytes.prefix(1).withUnsafeBytes { many.take($0) } }
        #expect(many.isFull)
    }

    @Test func writesAnAnswerOfHTTP() {
        let request = HTTPRequest(keepsAlive: true)
        let answer = Responder.answer(request, type: "text/plain", body: Array("hello\n".utf8))
        #expect(
            String(decoding: answer, as: UTF8.self)
                == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\nConnection: keep-alive\r\n\r\nhello\n"
        )
    }

    @Test func leavesTheBodyOutForHEAD() {
        let answer = String(
            decoding: Responder.answer(HTTPRequest(isHead: true), type: "a/b", body: [1, 2, 3]), as: UTF8.self)
        #expect(answer.contains("Content-Length: 3\r\nConnection: close\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test func refusesWhatIsNoRequest() {
        let answer = String(
            decoding: Responder.answer(HTTPRequest(isMalformed: true), type: "a/b", body: Array("secret".utf8)),
            as: UTF8.self)
        #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(answer.contains("Connection: close\r\n"))
        #expect(answer.hasSuffix("\r\n\r\nthis is not HTTP/1\n"))
        #expect(!answer.contains("secret"))
    }
}
