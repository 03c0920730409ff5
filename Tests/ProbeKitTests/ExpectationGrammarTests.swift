import Testing

@testable import ProbeKit

/// What is wrong with an expectation, without the option and the quoted text.
private func mistake(_ text: String) -> String {
    do {
        _ = try Expectation(text, of: Schema.reportObject)
        return "accepted"
    } catch {
        let start = "--expect: \(UsageError.quoted(text)): "
        #expect(error.description.hasPrefix(start))
        return String(error.description.dropFirst(start.count))
    }
}

/// How FIELD OP VALUE is read, and what is refused.
@Suite struct ExpectationGrammarTests {
    @Test(arguments: [
        "tls.version=TLSv1.3", "tls.version = TLSv1.3", "  tls.version  =  TLSv1.3\t", ".tls.version==TLSv1.3",
        "tls.version\t>=1.3", "tls.version>1.2", "tls.version<=\"1.3\"",
    ])
    func needsNoBlanks(_ text: String) throws {
        #expect(try holds(text))
    }

    @Test(arguments: [
        ("tls.alpn = a=b", "a=b"), ("tls.alpn=a ~ b", "a ~ b"), ("tls.alpn = ~x", "~x"), ("tls.alpn = \"a", "\"a"),
        ("tls.alpn = \"", "\""), ("tls.alpn = \"  a \"", "  a "), ("tls.alpn = \"\"", ""),
        ("tls.alpn = a\"b\"c", "a\"b\"c"),
        ("tls.alpn = \"\"a\"\"", "\"a\""), ("tls.alpn = 'a'", "'a'"), ("tls.alpn = é\u{301}", "é\u{301}"),
    ])
    func takesTheRestAsItIs(_ text: String, _ value: String) throws {
        #expect(try Expectation(text, of: Schema.reportObject).operand == .text(value))
        var report = Report.trusted
        report.tls?.alpn = value
        #expect(try holds(text, of: report))
    }

    @Test func keepsWhatWasTyped() throws {
        let expectation = try Expectation("  .tls.version>=tls1_2 ", of: Schema.reportObject)
        #expect(expectation.text == ".tls.version>=tls1_2")
        #expect(try expectation.path == ReportPath(".tls.version"))
    }

    @Test(arguments: ["", " ", "tls.version", "= 1.3", ">", "~", " != x"])
    func wantsThreeParts(_ text: String) {
        #expect(
            mistake(text)
                == "give FIELD OP VALUE, such as \"tls.version >= 1.2\"; OP is one of = == != < <= > >= ~ !~")
    }

    @Test(arguments: [
        ("tls.alpn =~ h2", "=~"), ("tls.version => 1.2", "=>"), ("tls.version =< 1.2", "=<"), ("ok ! true", "!"),
        ("tls.version <> 1.2", "<>"), ("tls.version === 1.2", "==="), ("tls.alpn~<h", "~<"), ("ok !== true", "!=="),
    ])
    func findsASlipInTheOperator(_ text: String, _ symbol: String) {
        #expect(
            mistake(text)
                == "\(symbol) is not one of = == != < <= > >= ~ !~; a VALUE that begins with such a character needs a blank before it"
        )
    }

    @Test(arguments: ["tls.version =", "tls.alpn ~  ", "ok!="])
    func wantsAValue(_ text: String) {
        #expect(mistake(text) == "a VALUE is missing; \"\" is the empty text")
    }

    @Test(arguments: [
        ("tls.versoin = 1.3", #"tls has no "versoin"; did you mean tls.version?"#),
        ("days_left > 5", #"the report has no "days_left"; did you mean certificates[0].days_left?"#),
        ("certificates[any].sha25 = a", #"certificates[any] has no "sha25"; did you mean certificates[any].sha256?"#),
        ("tls[*] = 1", "tls is not a list"), ("scts[any] = 1", "scts is always empty in this version"),
        ("ok.x = 1", #"ok has no fields, so no "x""#), ("certificates.length.x = 1", "certificates is a list"),
    ])
    func namesTheNearestFields(_ text: String, _ message: String) {
        #expect(mistake(text).hasPrefix(message), "\(mistake(text))")
    }

    @Test func namesTheNearestFieldsOfAnyReport() throws {
        let schema = JSONValue.object([
            .init("type", .string("object")),
            .init("properties", .object([.init("peer", .type("string")), .init("conn", .type("integer"))])),
        ])
        let report = JSONValue.object([.init("peer", .string("::1")), .init("conn", .int(3))])
        #expect(try Expectation("conn > 2", of: schema).evaluate(in: report).ok)
        #expect(throws: UsageError(#"--expect: "pere = a": the report has no "pere"; did you mean peer?"#)) {
            try Expectation("pere = a", of: schema)
        }
        #expect(throws: UsageError.self) { try Expectation("tls.version = 1.3", of: schema) }
    }

    @Test(arguments: [
        ("tls.version = 1.4", #""1.4" is not a TLS version, such as 1.2 or TLSv1.2"#),
        (
            "certificates[0].not_after > tomorrow",
            #""tomorrow" is not a date, such as 2027-01-31 or 2027-01-31T23:59:59Z"#
        ),
        ("certificates[0].days_left > soon", #"certificates[0].days_left is a number, not "soon""#),
        ("certificates[0].days_left > nan", #"certificates[0].days_left is a number, not "nan""#),
        ("certificates[0].days_left > 0x10", #"certificates[0].days_left is a number, not "0x10""#),
        ("certificates.length > 1e999", #"certificates.length is a number, not "1e999""#),
        ("verify.ok = yes", #"verify.ok is true or false, not "yes""#),
        ("data.http_status ~ ^2", "data.http_status is a number, which ~ does not compare; use = != < <= > >="),
        ("verify.ok > false", "verify.ok is true or false, which > does not compare; use = !="),
        ("tls.alpn < h2", "tls.alpn is a text, which < does not compare; use = != ~ !~"),
        ("outcome = handshke", #"outcome is never "handshke"; did you mean handshake?"#),
        ("error.code = flod", #"error.code is never "flod"; did you mean flood?"#),
        ("close.kind = open", #"close.kind is never "open"; it is one of clean, half, truncated, reset, none"#),
        ("events[any].event = alret", #"events[any].event is never "alret"; did you mean alert?"#),
        ("close = clean", "close is an object; name one of its fields: sent, received, kind"),
        (
            "tls.alpn_offered = h2",
            "tls.alpn_offered is a list; name its tls.alpn_offered.length, tls.alpn_offered[*] for every element, [any] or [0]"
        ),
        ("certificates != null", "certificates is never null"), ("ok = null", "ok is never null"),
        ("target.input = null", #"target.input is never null; the text null is written "null""#),
        ("ocsp = good", "ocsp is always null in this version"),
        ("tls.version < null", #""null" is not a TLS version, such as 1.2 or TLSv1.2"#),
    ])
    func refusesWhatTheFieldCanNeverBe(_ text: String, _ message: String) {
        #expect(mistake(text) == message)
    }

    @Test(arguments: ["(", "[", "*a", "a{2,1}", "(?<=a)b", "(?R)", "\\", #"(a)\2"#, "[z-a]"])
    func refusesWhatIsNoPattern(_ pattern: String) {
        #expect(
            mistake("tls.alpn ~ " + pattern).hasPrefix("\(UsageError.quoted(pattern)) is not a regular expression: "))
    }

    @Test func survivesAPatternOfAnyDepth() {
        for (open, close) in [("(", ")"), ("[", "]"), ("(?:a+|", ")*")] {
            for depth in [50, 240, 100_000] {
                let pattern = String(repeating: open, count: depth) + "a" + String(repeating: close, count: depth)
                _ = mistake("tls.alpn ~ " + pattern)
            }
        }
        // Swift 6.0 takes it, later ones do not.
        _ = mistake("tls.alpn ~ x{1000000}")
        #expect(
            mistake("tls.alpn ~ " + String(repeating: "a", count: 501))
                == "the regular expression has more than 500 characters")
    }

    @Test func quotesNothingThatSteersATerminal() {
        for text in ["tls.\u{1b}[2J = 1", "tls.version = \u{1b}[2J", "tls.alpn ~ [\u{1b}", "\u{202e}= 1"] {
            #expect(mistake(text).unicodeScalars.allSatisfy { !TerminalText.steers($0) })
        }
    }
}
