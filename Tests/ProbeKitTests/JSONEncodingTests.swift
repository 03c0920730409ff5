import Testing

@testable import ProbeKit

private struct Plain: Codable {
    var zebra = 1
    var leafSha256: String?
    var apple: Int?
    var never: Never?
    var nested: Int?? = .some(nil)
    var already_snake = true
    var list: [Int?] = [1, nil]
    var inner = Inner()

    struct Inner: Codable {
        var tMs = 1.5
        var color: Color? = .deepRed
    }

    enum Color: String, Codable { case deepRed = "deep_red" }
}

/// Every number type through every container: a wrong overload would recurse or lose the value.
private struct Numbers: Encodable {
    var int8: Int8 = -8
    var uint8: UInt8? = 8
    var int16: Int16?
    var uint64: UInt64 = 1 << 62
    var float: Float? = 0.5
    var list: [UInt16] = [1, 65535]
    var flags: [Bool] = [true, false]
    var halves: [Double] = [0.5]
    var words: [String: Int32] = ["one": 1]
}

private struct TwoParts: Encodable {
    enum First: String, CodingKey { case envelopePart }
    enum Second: String, CodingKey { case payload }

    func encode(to encoder: any Encoder) throws {
        var first = encoder.container(keyedBy: First.self)
        try first.encode(1, forKey: .envelopePart)
        var second = encoder.container(keyedBy: Second.self)
        var list = second.nestedUnkeyedContainer(forKey: .payload)
        try list.encode("a")
        var object = list.nestedContainer(keyedBy: First.self)
        try object.encode(true, forKey: .envelopePart)
    }
}

private func text(_ value: some Encodable, indented: Bool = false) throws -> String {
    String(decoding: JSONWriter.bytes(try .encoding(value), indented: indented), as: UTF8.self)
}

struct JSONEncodingTests {
    @Test func keepsTheDeclaredOrderAndWritesNilAsNull() throws {
        #expect(
            try text(Plain()) == """
                {"zebra":1,"leaf_sha256":null,"apple":null,"never":null,"nested":null,"already_snake":true,\
                "list":[1,null],"inner":{"t_ms":1.5,"color":"deep_red"}}
                """)
    }

    @Test func takesEveryNumberType() throws {
        #expect(
            try text(Numbers()) == """
                {"int8":-8,"uint8":8,"int16":null,"uint64":4611686018427387904,"float":0.5,"list":[1,65535],\
                "flags":[true,false],"halves":[0.5],"words":{"one":1}}
                """)
    }

    @Test func addsAContainerToTheSameObject() throws {
        #expect(try text(TwoParts()) == #"{"envelope_part":1,"payload":["a",{"envelope_part":true}]}"#)
    }

    @Test func indentsLikeJq() throws {
        #expect(
            try text(["b": [[1], []]], indented: true) == """
                {
                  "b": [
                    [
                      1
                    ],
                    []
                  ]
                }
                """)
        #expect(try text([String](), indented: true) == "[]")
        #expect(try text([String: Int](), indented: true) == "{}")
    }

    @Test(arguments: [
        (0, "0"), (-0.0, "0"), (48, "48"), (0.5, "0.5"), (12.3456, "12.346"), (0.0004, "0"), (0.001, "0.001"),
        (-1.25, "-1.25"), (1e-9, "0"), (86_400_000.125, "86400000.125"), (.nan, "null"), (.infinity, "null"),
        (99.9996, "100"), (1_000_000_000_000, "1000000000000"),
    ])
    func writesMillisecondsWithThreeDecimals(number: Double, expected: String) throws {
        #expect(try text([number]) == "[\(expected)]")
    }

    @Test func tellsAnEventInTheOrderOfTheContract() {
        let record = EventRecord(
            event: .keyUpdate(KeyUpdate(requestUpdate: .updateRequested)), seq: 7, tMs: 12.5, conn: 1,
            target: "a.example", time: "2026-01-01T00:00:00Z",
            wire: .init(.received, bytes: 5, epoch: 3, generation: 1))
        #expect(
            String(decoding: JSONLines.line(record), as: UTF8.self) == """
                {"schema":"sslprobe.event/1","event":"key_update","seq":7,"t_ms":12.5,"conn":1,"target":"a.example",\
                "time":"2026-01-01T00:00:00Z","dir":"received","bytes":5,"epoch":3,"generation":1,\
                "request_update":"update_requested"}

                """)
    }
}
