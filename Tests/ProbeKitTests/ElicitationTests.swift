import Foundation
import Testing

@testable import ProbeKit

/// What makes a server write, and when its answer is one.
@Suite struct ElicitationTests {
    private static let head = Array("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)

    private func reply(_ elicitation: Elicitation, writes: Int = 1, _ answer: String...) -> Elicitation.Reply {
        var reply = elicitation.next(writes: writes)
        reply.isSent = true
        for part in answer { take(part, into: &reply) }
        return reply
    }

    private func take(_ text: String, into reply: inout Elicitation.Reply) {
        Array(text.utf8).withUnsafeBytes { reply.take($0) }
    }

    private func lines(of reply: Elicitation.Reply) -> [String] {
        reply.pieces.map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: What is sent

    @Test(arguments: [1, 2, 3, 36, 37, 38, 39, 49, 50, 200, 1000, 2000])
    func aHeaderIsPartedAndStaysOneRequest(writes: Int) throws {
        let pieces = Elicitation.http(Self.head).next(writes: writes).pieces
        #expect(pieces.count == writes)
        #expect(pieces.allSatisfy { !$0.isEmpty })
        let whole = String(decoding: pieces.joined(), as: UTF8.self)
        let lines = whole.components(separatedBy: "\r\n")
        #expect(lines.first == "HEAD / HTTP/1.1" && lines[1] == "Host: localhost")
        // It ends with an empty line, which is the only one; every other is a field.
        #expect(lines.suffix(2) == ["", ""] && lines.dropLast(2).allSatisfy { !$0.isEmpty })
        #expect(lines.dropFirst().dropLast(2).allSatisfy { $0.contains(": ") })
    }

    @Test func aShortRequestIsNotPadded() {
        let pieces = Elicitation.http(Self.head).next(writes: 3).pieces
        #expect(Array(pieces.joined()) == Self.head)
    }

    @Test func dataIsRepeated() {
        #expect(Elicitation.data([1, 2]).next(writes: 3).pieces == [[1, 2], [1, 2], [1, 2]])
    }

    @Test func everyLineIsAnother() {
        let all = lines(of: Elicitation.echo.next(writes: 3))
        #expect(Set(all).count == 3)
        #expect(all.allSatisfy { $0.hasPrefix("sslprobe ") && $0.hasSuffix("\n") })
    }

    // MARK: Headers

    @Test func aHeaderIsWholeAtItsEmptyLine() {
        var reply = reply(.http(Self.head), "HTTP/1.1 200 OK\r\nServer: x\r\n")
        #expect(reply.hasEnd && !reply.isEmpty && !reply.isWhole && !reply.isAnswer && reply.isIntact == nil)
        take("\r\n", into: &reply)
        #expect(reply.isWhole && reply.isAnswer && reply.isIntact == true)
    }

    @Test(arguments: [
        "HTTP/1.1 404 Not Found\r\n\r\n", "HTTP/1.0 200 OK\r\nA: b\r\n\r\nbody", "HTTP/1.1 302 \r\n\r\n",
    ])
    func mostStatusesAreAnswers(_ text: String) {
        #expect(reply(.http(Self.head), text).isAnswer)
    }

    /// They come unasked, or before the request is complete.
    @Test(arguments: [100, 103, 400, 408, 414, 421, 431, 500, 503])
    func someStatusesShowNothing(_ status: Int) {
        let reply = reply(.http(Self.head), "HTTP/1.1 \(status) Something\r\n\r\n")
        #expect(reply.isWhole && !reply.isAnswer)
    }

    /// What came before the request was sent whole is an answer to something else.
    @Test func whatCameBeforeIsNoAnswer() {
        var reply = Elicitation.http(Self.head).next()
        take("HTTP/1.1 200 OK\r\n\r\n", into: &reply)
        #expect(!reply.isWhole)
        reply.isSent = true
        take("HTTP/1.1 200 OK\r\n\r\n", into: &reply)
        #expect(reply.isWhole && !reply.isAnswer && reply.isIntact == nil)
    }

    @Test(arguments: ["220 smtp.example.com ESMTP\r\n\r\n", "hello\n\nhello\n\n"])
    func whatIsNoHTTPIsNoAnswer(_ text: String) {
        #expect(!reply(.http(Self.head), text).isAnswer)
    }

    // MARK: Data and echoes

    @Test func nobodyKnowsWhenDataEnds() {
        let reply = reply(.data([1]), "anything\r\n\r\n")
        #expect(!reply.hasEnd && !reply.isEmpty && !reply.isWhole && !reply.isAnswer && reply.isIntact == nil)
    }

    @Test(arguments: [1, 3])
    func anEchoIsIntact(writes: Int) {
        var reply = Elicitation.echo.next(writes: writes)
        for line in lines(of: reply) {
            #expect(reply.isIntact == nil)
            take(line, into: &reply)
        }
        #expect(reply.isWhole && reply.isIntact == true)
    }

    @Test func soIsAReversedOne() {
        var reply = Elicitation.echo.next(writes: 3)
        for line in lines(of: reply) { take(String(line.dropLast().reversed()) + "\n", into: &reply) }
        #expect(reply.isWhole && reply.isIntact == true)
    }

    @Test func anEchoMayComeInParts() {
        var reply = Elicitation.echo.next()
        for byte in lines(of: reply)[0] { take(String(byte), into: &reply) }
        #expect(reply.isIntact == true)
    }

    @Test func anythingElseIsDamaged() {
        var reply = Elicitation.echo.next(writes: 2)
        for line in lines(of: reply).reversed() { take(line, into: &reply) }
        #expect(reply.isWhole && reply.isIntact == false && !reply.isAnswer)
    }
}
