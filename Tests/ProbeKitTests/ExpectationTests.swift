import Testing

@testable import ProbeKit

/// What becomes of an expectation of a report.
func expected(_ text: String, of report: Report = .trusted) throws -> Expected {
    try Expectation(text, of: Schema.reportObject).evaluate(in: JSONValue(report))
}

/// Whether an expectation holds.
func holds(_ text: String, of report: Report = .trusted) throws -> Bool { try expected(text, of: report).ok }

/// How each kind of value is compared.
@Suite struct ExpectationTests {
    @Test(arguments: [
        ("certificates[0].days_left = 38", true), ("certificates[0].days_left == 38", true),
        ("certificates[0].days_left = 38.0", true), ("certificates[0].days_left = 3.8e1", true),
        ("certificates[0].days_left != 38", false), ("certificates[0].days_left < 38", false),
        ("certificates[0].days_left <= 38", true), ("certificates[0].days_left > 9", true),
        ("certificates[0].days_left > 100", false), ("certificates[0].days_left >= 38", true),
        ("certificates[0].days_left > -1", true), ("timings.tcp_ms = 11.2", true), ("timings.tcp_ms < 11.21", true),
        ("tls.cipher.bits >= 128", true),
    ])
    func comparesNumbersAsNumbers(_ text: String, _ ok: Bool) throws {
        #expect(try holds(text) == ok)
    }

    @Test func comparesTheNumberThatIsPrinted() throws {
        var report = Report.trusted
        report.timings.tcpMs = 11.2001
        #expect(try holds("timings.tcp_ms = 11.2", of: report))
        #expect(try expected("timings.tcp_ms = 11.2", of: report).actual == "11.2")
    }

    @Test(arguments: ["1.2", "TLSv1.2", "tls1_2", "TLS 1.2", "tlsv1.2", "TLS1.2", "tls12"])
    func comparesVersionsByAgeInAnySpelling(_ version: String) throws {
        for (sign, isNewer, isSame, isOlder) in [
            (">=", true, true, false), (">", true, false, false), ("=", false, true, false), ("!=", true, false, true),
            ("<", false, false, true), ("<=", false, true, true),
        ] {
            for (actual, ok) in [("TLSv1.3", isNewer), ("TLSv1.2", isSame), ("TLSv1", isOlder)] {
                var report = Report.trusted
                report.tls?.version = actual
                #expect(try holds("tls.version \(sign) \(version)", of: report) == ok, "\(actual) \(sign) \(version)")
            }
        }
    }

    @Test func knowsEveryFieldThatHoldsAVersion() throws {
        for field in ["tls.version", "addresses[0].tls_version", "tickets[*].version"] {
            #expect(try holds("\(field) > SSLv3"))
            #expect(try holds("\(field) ~ ^TLSv"))
        }
        // That of a program is text.
        #expect(try holds("tool.version = 0.1.0"))
    }

    @Test func findsAnUnknownVersionUnequalAndNothingElse() throws {
        var report = Report.trusted
        report.tls?.version = "0x7f1c"
        #expect(try holds("tls.version != 1.3", of: report))
        for sign in ["=", "<", "<=", ">", ">="] { #expect(try !holds("tls.version \(sign) 1.3", of: report)) }
    }

    @Test(arguments: [
        ("certificates[0].not_after = 2026-12-29T23:59:59Z", true),
        ("certificates[0].not_after = 2026-12-30T01:59:59+02:00", true),
        ("certificates[0].not_after = 2026-12-29T18:29:59.000-05:30", true),
        ("certificates[0].not_after = 2026-12-29", false), ("certificates[0].not_after > 2026-12-29", true),
        ("certificates[0].not_after < 2026-12-30", true),
        ("certificates[0].not_after < 2026-12-29T23:59:59.001Z", true),
        ("certificates[0].not_after > 2026-12-30T00:00:00+01:00", true),
        ("certificates[0].not_before = 2026-09-30", true), ("certificates[0].not_before != 2026-09-30", false),
        ("certificates[0].not_before <= 2026-09-30", true), ("certificates[0].not_before < 2026-09-30", false),
        ("certificates[0].not_before == 2026-09-30T02:00:00+02:00", true),
        ("started_at >= 2026-11-21 03:00:00Z", true), ("certificates[0].not_after ~ ^2026-12", true),
    ])
    func comparesDatesAsPointsInTime(_ text: String, _ ok: Bool) throws {
        #expect(try holds(text) == ok)
    }

    @Test(arguments: [
        ("tls.alpn = h2", true), ("tls.alpn == h2", true), ("tls.alpn = H2", false), ("tls.alpn != h2", false),
        ("tls.alpn != http/1.1", true), ("certificates[0].subject_cn = api.example.com", true),
        ("certificates[0].serial_hex = 1", false), ("certificates[0].serial_hex = 01", true),
        ("certificates[0].issuer_cn = Example CA R11", true), ("outcome = ok", true), ("close.kind != truncated", true),
    ])
    func comparesTextsExactly(_ text: String, _ ok: Bool) throws {
        #expect(try holds(text) == ok)
    }

    @Test(arguments: [
        ("tls.cipher.name ~ GCM", true), ("tls.cipher.name ~ ^AES", false), ("tls.cipher.name !~ CBC|RC4", true),
        ("tls.cipher.name !~ _256_", false), ("tls.alpn ~ ^h[23]$", true), ("tls.cipher.name ~ (?i)tls_aes", true),
        (#"certificates[0].subject ~ CN=api\.example\.com$"#, true), ("certificates[0].subject ~ a = b", false),
    ])
    func findsAPatternAnywhere(_ text: String, _ ok: Bool) throws {
        #expect(try holds(text) == ok)
    }

    @Test(arguments: [
        ("verify.ok = true", true), ("verify.ok != true", false), ("verify.ok = false", false),
        ("tls.resumed != true", true), ("ok == true", true),
    ])
    func comparesTruth(_ text: String, _ ok: Bool) throws {
        #expect(try holds(text) == ok)
    }

    @Test func findsNullWhereItIsAskedFor() throws {
        var failed = Report.trusted
        failed.fail(.handshake, Failure(.tls, .alertReceived, "refused"))
        #expect(try holds("error = null") && !holds("error = null", of: failed))
        #expect(try !holds("error != null") && holds("error != null", of: failed))
        #expect(try holds("tls.early_data = null") && !holds("tls.alpn = null"))
        #expect(try holds("tls.alpn != null") && holds("ocsp = null"))
    }

    @Test func takesNullInQuotesForText() throws {
        var report = Report.trusted
        report.tls?.alpn = "null"
        #expect(try holds(#"tls.alpn = "null""#, of: report))
        #expect(try !holds("tls.alpn = null", of: report))
    }

    /// What is not known is not unequal to anything.
    @Test(arguments: [
        "verify.ok = true", "verify.ok != true", "verify.ok = null", "verify.ok != null", "tls.alpn = h2",
        "tls.alpn != h2", "tls.alpn ~ h", "tls.alpn !~ h", "certificates[0].days_left < 5",
        "certificates[0].days_left != 5", "certificates[0].not_after < 2027-01-01",
        "certificates[0].not_after != 2027-01-01", "addresses[0].tls_version != 1.2", "certificates[7].sha256 != a",
        "certificates[7].subject_cn = null", "verify != null", "tls.cipher.name = AES",
    ])
    func letsNullSatisfyNothing(_ text: String) throws {
        var report = Report.trusted
        report.verify = nil
        report.tls?.alpn = nil
        report.tls?.cipher = nil
        report.certificates = [report.certificates[0]]
        report.certificates[0].daysLeft = nil
        report.certificates[0].notAfter = nil
        report.addresses[0].tlsVersion = nil
        let expected = try expected(text, of: report)
        #expect(!expected.ok && expected.actual == nil)
    }

    /// The whole object is null: no field of it is anything, and only the object itself is null.
    @Test(arguments: [
        "tls.version = 1.3", "tls.version != 1.3", "tls.version = null", "tls.cipher.name !~ CBC",
        "tls.resumed != true",
        "tls.cipher.bits < 128", "tls.alpn_offered.length = 0", "tls.alpn_offered[*] != h3",
        "tls.alpn_offered[any] != h3",
        "tls.alpn_offered[0] != h3", "tls != null",
    ])
    func findsNothingBehindNull(_ text: String) throws {
        var report = Report.trusted
        report.tls = nil
        let expected = try expected(text, of: report)
        #expect(!expected.ok && expected.actual == nil)
        #expect(try holds("tls = null", of: report))
    }

    @Test(arguments: [
        ("tls.version = 1.2", "TLSv1.3"), ("certificates[0].days_left > 100", "38"), ("ok = false", "true"),
        ("timings.tcp_ms < 1", "11.2"), ("tls.early_data != null", nil),
        ("close = null", #"{"sent":true,"received":true,"kind":"clean"}"#),
    ])
    func tellsTheValueAsGetPrintsIt(_ text: String, _ actual: String?) throws {
        let expected = try expected(text)
        #expect(!expected.ok)
        #expect(expected.actual == actual)
        #expect(expected.expression == text)
    }

    @Test func keepsAHostileValueOnItsLine() throws {
        var report = Report.trusted
        report.tls?.alpn = "h2\n\u{1b}[2J"
        #expect(try expected("tls.alpn = h2", of: report).actual == #"h2\x0a\x1b[2J"#)
    }
}
