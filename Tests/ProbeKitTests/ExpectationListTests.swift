import Testing

@testable import ProbeKit

/// Paths that lead through lists.
@Suite struct ExpectationListTests {
    /// Three certificates with 38, 5 and 400 days left; the last without names.
    private var report: Report {
        var report = Report.trusted
        report.certificates[1].daysLeft = 5
        report.certificates[2].daysLeft = 400
        return report
    }

    @Test(arguments: [
        "certificates[0].days_left = 38", "certificates.0.days_left = 38", ".certificates[1].days_left = 5",
        "certificates.length = 3", "certificates[0].sans.length > 2", "tls.alpn_offered[1] = http/1.1",
        "tls.alpn_offered.length <= 2", ".certificates.0.sans.1.value = www.example.com",
        "certificates.0.sans[any].value = www.example.com", "certificates[*].sans.length >= 0",
        "certificates[any].sans.length == 3",
    ])
    func findsOneElement(_ text: String) throws {
        #expect(try holds(text, of: report))
    }

    @Test func holdsWhenEveryElementDoes() throws {
        #expect(try holds("certificates[*].days_left >= 5", of: report))
        let failed = try expected("certificates[*].days_left > 30", of: report)
        #expect(!failed.ok && failed.actual == "5")
        #expect(try expected("certificates[*].days_left >= 5", of: report).actual == "38")
        #expect(try holds("tls.alpn_offered[*] ~ h", of: report))
    }

    @Test func holdsWhenAnyElementDoes() throws {
        let held = try expected("certificates[any].days_left > 100", of: report)
        #expect(held.ok && held.actual == "400")
        let failed = try expected("certificates[any].days_left < 0", of: report)
        #expect(!failed.ok && failed.actual == "38")
        #expect(try holds("tls.alpn_offered[any] = http/1.1", of: report))
        #expect(try holds("certificates[any].days_left != 38", of: report))
    }

    @Test func findsNothingInAnEmptyList() throws {
        var report = report
        report.certificates = []
        for text in [
            "certificates[*].days_left > 0", "certificates[any].days_left > 0", "certificates[*].pem = null",
            "certificates[*].days_left != 5", "certificates[*].subject !~ x", "certificates[any].subject !~ x",
            "certificates[*].sans.length = 0", "certificates[0].days_left != 5",
        ] {
            let expected = try expected(text, of: report)
            #expect(!expected.ok && expected.actual == nil)
        }
        #expect(try holds("certificates.length = 0", of: report))
    }

    @Test func wantsAValueOfEveryElement() throws {
        var report = report
        report.certificates[2].daysLeft = nil
        #expect(try !holds("certificates[*].days_left > 0", of: report))
        #expect(try holds("certificates[any].days_left > 0", of: report))
        #expect(try holds("certificates[any].days_left = null", of: report))
    }

    @Test func mixesTheTwo() throws {
        // The authorities have no names.
        #expect(try !holds("certificates[*].sans[any].type = DNS", of: report))
        #expect(try holds("certificates[any].sans[*].type = DNS", of: report))
        #expect(try holds("certificates[0].sans[any].value = www.example.com", of: report))
        #expect(try expected("certificates[any].sans[any].value = nobody", of: report).actual == "api.example.com")
    }

    @Test func looksForAnEvent() throws {
        var report = report
        report.events = [.sample(.handshakeDone), .sample(.alert), .sample(.keyUpdate)]
        #expect(try holds("events[any].event = alert", of: report))
        #expect(try !holds("events[any].event = timeout", of: report))
        // Most events lack the key.
        #expect(try holds("events[any].version = 1.3", of: report))
        #expect(try holds("events[any].number >= 48", of: report))
    }
}
