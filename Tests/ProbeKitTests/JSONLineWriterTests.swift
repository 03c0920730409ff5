import Foundation
import Testing

@testable import ProbeKit

/// A key of one byte, as the keys of our types are, but with more of them than a writer learns.
private struct NumberedKey: CodingKey {
    let number: UInt8
    var stringValue: String { "keyNumber\(number)" }
    var intValue: Int? { nil }

    init(_ number: UInt8) { self.number = number }
    init?(stringValue: String) { nil }
    init?(intValue: Int) { nil }
}

private struct ManyKeys: Encodable {
    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: NumberedKey.self)
        for number in UInt8.min...UInt8.max { try object.encode(number, forKey: NumberedKey(number)) }
    }
}

/// Goes on with an object after lists and objects within it.
private struct Nested: Encodable {
    enum Key: String, CodingKey { case numbers, inner, last }

    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        var numbers = object.nestedUnkeyedContainer(forKey: .numbers)
        try numbers.encode(1)
        var pair = numbers.nestedUnkeyedContainer()
        try pair.encode([2: 3])
        try pair.encodeNil()
        try numbers.encode(["four"])
        #expect(numbers.count == 3)
        var inner = object.nestedContainer(keyedBy: Key.self, forKey: .inner)
        try inner.encode([Nothing()], forKey: .last)
        try object.encode(5, forKey: .last)
    }

    private struct Nothing: Encodable { func encode(to encoder: any Encoder) {} }
}

private func text(_ value: some Encodable, indented: Bool = false, times: Int = 1) -> String {
    let writer = JSONLineWriter(indented: indented)
    var bytes: [UInt8] = []
    for _ in 0..<times { writer.append(own: value, to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
}

private func treeText(_ value: some Encodable, indented: Bool = false) throws -> String {
    String(decoding: JSONWriter.bytes(try .encoding(value), indented: indented), as: UTF8.self) + "\n"
}

struct JSONLineWriterTests {
    private let reports: [Report] = {
        var failed = Report.sample(host: "bü\u{202e}cher.example", port: 65535)
        failed.fail(.handshake, Failure(.tls, .alertReceived, "said \"no\"", peerBytes: "\\x00"))
        failed.events = Event.Name.allCases.filter { $0 != .summary }.map {
            .sample($0, wire: .init(.sent, bytes: 5, epoch: 2, generation: 0))
        }
        return [.sample(), .trusted, failed]
    }()

    @Test func writesEveryEventAsItsTree() throws {
        for name in Event.Name.allCases {
            for wire in [nil, EventRecord.Wire(.received, bytes: 5, epoch: 2, generation: 0)] {
                let record = EventRecord.sample(name, wire: wire)
                #expect(try String(decoding: JSONLines.line(record), as: UTF8.self) == treeText(record))
            }
        }
    }

    @Test(arguments: [false, true])
    func writesEveryReportAsItsTree(indented: Bool) throws {
        for report in reports {
            let line = JSONReport.line(report, indented: indented)
            #expect(try String(decoding: line, as: UTF8.self) == treeText(report, indented: indented))
        }
    }

    @Test func writesTheSameWithWhatItHasLearnt() {
        let writer = JSONLineWriter()
        for _ in 0..<3 {
            for name in Event.Name.allCases {
                var lines = Array("before ".utf8)
                writer.append(.sample(name), to: &lines)
                #expect(lines == Array("before ".utf8) + JSONLines.line(.sample(name)))
            }
            for report in reports {
                var line: [UInt8] = []
                writer.append(report, to: &line)
                #expect(line == JSONReport.line(report, indented: false))
            }
        }
    }

    @Test func learnsNoMoreKeysThanItHasRoomFor() throws {
        let expected = "{" + (0...255).map { "\"key_number\($0)\":\($0)" }.joined(separator: ",") + "}\n"
        #expect(text(ManyKeys(), times: 3) == expected + expected + expected)
        #expect(try treeText(ManyKeys()) == expected)
    }

    @Test(arguments: [false, true])
    func closesWhatIsNestedBeforeItGoesOn(indented: Bool) throws {
        let expected = #"{"numbers":[1,[{"2":3},null],["four"]],"inner":{"last":[null]},"last":5}"#
        #expect(text(Nested()) == expected + "\n")
        #expect(try text(Nested(), indented: indented) == treeText(Nested(), indented: indented))
    }

    @Test func escapesTheKeysOfADictionary() {
        #expect(text(["a\"\u{1b}B": 1], times: 2) == String(repeating: #"{"a\"\u001b_b":1}"# + "\n", count: 2))
    }

    @Test func writesEveryNumberOfDigits() {
        var numbers: [Int64] = [0, .min, .max]
        var power: Int64 = 1
        for _ in 0..<18 {
            power *= 10
            numbers += [power - 1, power, -power, 1 - power]
        }
        #expect(text(numbers) == "[" + numbers.map(String.init).joined(separator: ",") + "]\n")
        #expect(text(numbers.map { Int($0) }) == text(numbers))
        #expect(text([UInt64.max]) == "[1.8446744073709552e+19]\n")
    }

    @Test(arguments: ["\"", "\\", "\0", "\u{1f}", "\u{7f}", "\u{80}", "\u{202e}", "ÿ", "🔒"] as [Character])
    func findsWhatHasToBeEscapedAnywhere(character: Character) throws {
        for length in 0...50 {
            for position in 0...length {
                var original = String(repeating: "~", count: length)
                original.insert(character, at: original.index(original.startIndex, offsetBy: position))
                let line = text([original])
                #expect(!line.unicodeScalars.dropLast().contains(where: TerminalText.steers))
                let back = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String]
                #expect(back == [original])
            }
        }
    }

    @Test func copiesPlainTextOfEveryLength() {
        let plain = String(decoding: (0x20...0x7e).filter { $0 != 0x22 && $0 != 0x5c }, as: UTF8.self)
        for start in 0..<20 {
            for length in 0...(plain.utf8.count - start) {
                let part = String(plain.dropFirst(start).prefix(length))
                #expect(text([part]) == "[\"\(part)\"]\n")
            }
        }
    }

    @Test func growsWithTheDocument() throws {
        let strings = (0..<3000).map { String(repeating: "a", count: $0 % 400) }
        let nested = [[strings], [strings, strings]]
        #expect(try text(nested) == treeText(nested))
        #expect(try text(nested, indented: true) == treeText(nested, indented: true))
    }
}
