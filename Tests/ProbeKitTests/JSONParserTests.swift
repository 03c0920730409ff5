import Testing

@testable import ProbeKit

/// What is a JSON document and what is none (RFC 8259), whatever a file holds.
@Suite struct JSONParserTests {
    private func parse(_ text: String) -> JSONValue? { JSONParser.parse(text.utf8) }

    @Test func readsEveryKindOfValue() {
        #expect(parse("null") == .null)
        #expect(parse("true") == .bool(true))
        #expect(parse("false") == .bool(false))
        #expect(parse("\"\"") == .string(""))
        #expect(parse("[]") == .array([]))
        #expect(parse("{}") == .object([]))
        #expect(parse(" \t\r\n[ 1 , \"a\" , null ]\n") == .array([.int(1), .string("a"), .null]))
        #expect(
            parse(#"{"a": {"b": []}, "c": false}"#)
                == .object([.init("a", .object([.init("b", .array([]))])), .init("c", .bool(false))]))
    }

    static let numbers: [(String, JSONValue)] = [
        ("0", .int(0)), ("-0", .int(0)), ("7", .int(7)), ("-12", .int(-12)), ("10", .int(10)),
        ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)), ("0.5", .number(0.5)),
        ("-0.25", .number(-0.25)), ("1e3", .number(1000)), ("1E+3", .number(1000)), ("25e-2", .number(0.25)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)),
    ]

    @Test(arguments: numbers)
    func readsNumbers(text: String, value: JSONValue) {
        #expect(parse(text) == value)
        #expect(parse("[\(text)]") == .array([value]))
    }

    @Test(arguments: [
        "", "-", "+1", "01", "-01", "00", ".5", "1.", "1.e3", "1e", "1e+", "--1", "1-1", "0x10", "1_000", "inf", "nan",
        "Infinity", "-Infinity", "NaN", "1e999", "-1e999",
    ])
    func refusesWhatIsNoNumber(text: String) {
        #expect(parse(text) == nil)
        #expect(parse("[\(text)]") == nil || text.isEmpty)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"), (#""\ud83d\ude00""#, "😀"),
        (#""\uD800\uDC00""#, "\u{10000}"), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\u0000""#, "\0"), ("\"é€😀\"", "é€😀"),
        ("\"\u{7f}\"", "\u{7f}"), (#""\u0041b""#, "Ab"),
    ])
    func readsEscapes(text: String, value: String) {
        #expect(parse(text) == .string(value))
        #expect(parse("{\(text): \(text)}") == .object([.init(value, .string(value))]))
    }

    @Test(arguments: [
        "\"", "\"a", #""\"#, #""\""#, #""\a""#, #""\u""#, #""\u12""#, #""\u12g4""#, #""\u+123""#, #""\u-123""#,
        #""\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ud83d\u0041""#, #""\ud83d\ud83d""#, #""\ude00""#, "\"a\nb\"",
        "\"\t\"", "\"\0\"", "'a'", "a",
    ])
    func refusesWhatIsNoString(text: String) {
        #expect(parse(text) == nil)
    }

    @Test(arguments: [
        "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1]]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,",
        "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "[}", "{]", "tru", "nul", "falsey", "True",
        "null null", "1 1", "{}{}", "// a\n1", "\u{FEFF}1", "[1\u{a0}]",
    ])
    func refusesWhatIsNoDocument(text: String) {
        #expect(parse(text) == nil)
    }

    @Test func refusesWhatIsNotUTF8() {
        for bytes: [UInt8] in [[0x80], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF]] {
            #expect(JSONParser.parse([0x22] + bytes + [0x22]) == nil, "\(bytes)")
            #expect(JSONParser.parse(bytes) == nil)
        }
    }

    /// A file may nest as deep as it likes; we go no deeper than 32.
    @Test func goesNoDeeperThanIsSafe() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = { (count: Int) in
                String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
            }
            #expect(parse(deep(1)) != nil && parse(deep(31)) != nil)
            #expect(parse(deep(32)) == nil)
            #expect(parse(deep(100_000)) == nil)
            #expect(parse(String(repeating: open, count: 1_000_000)) == nil)
        }
    }

    @Test func findsWhatIsUnderAKey() throws {
        let value = try #require(parse(#"{"a": 1, "b": "x"}"#))
        #expect(value["a"] == .int(1) && value["b"] == .string("x") && value["c"] == nil)
        #expect(value["a"]?["b"] == nil)
    }

    /// What our own writer writes comes back.
    @Test func readsWhatOurWriterWrites() throws {
        struct Sample: Encodable {
            var text = "a\"\\\u{1}é😀\u{2028}/"
            var list = [1, -2, Int.max]
            var fraction = 0.125
            var nothing: String?
            var flag = true
        }
        var line: [UInt8] = []
        JSONLineWriter().append(own: Sample(), to: &line)
        let value = try #require(JSONParser.parse(line))
        #expect(value["text"] == .string(Sample().text))
        #expect(value["list"] == .array([.int(1), .int(-2), .int(Int64.max)]))
        #expect(value["fraction"] == .number(0.125))
        #expect(value["flag"] == .bool(true))
    }

    /// Whatever the bytes are, it neither traps nor takes long.
    @Test func survivesAnything() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array(#"{}[]":,\u0dD8+-.eE1 truefalsn"#.utf8)
        for _ in 0..<10_000 {
            _ = JSONParser.parse((0..<Int.random(in: 0...64)).map { _ in UInt8.random(in: 0...255, using: &random) })
            _ = JSONParser.parse(
                (0..<Int.random(in: 0...64)).map { _ in alphabet.randomElement(using: &random) ?? 0x20 })
        }
    }

    @Test func survivesADamagedDocument() {
        let whole = Array(
            #"{"schema":"sslprobe.ticket-history/1","time":"2026-01-01","key_names":["\u00e9\ud83d\ude00",1.5e3,null]}"#
                .utf8)
        #expect(JSONParser.parse(whole) != nil)
        for count in 0..<whole.count { #expect(JSONParser.parse(whole.prefix(count)) == nil) }
        for index in whole.indices {
            for byte: UInt8 in [0, 0x22, 0x5C, 0x2C, 0x7B, 0x80, 0xFF] {
                var damaged = whole
                damaged[index] = byte
                _ = JSONParser.parse(damaged)
            }
        }
    }
}
