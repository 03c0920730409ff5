import Testing

@testable import ProbeKit

/// What `--get` says about a path that it refuses, after its name.
private func mistake(_ path: String) -> String {
    do {
        try ReportPath.validate(path)
        return "accepted"
    } catch {
        #expect(error.description.hasPrefix("--get: "))
        return String(error.description.dropFirst(7))
    }
}

struct ReportPathTests {
    @Test(arguments: [
        ("tls.version", "TLSv1.3"), (".tls.version", "TLSv1.3"), ("certificates[0].days_left", "38"),
        ("certificates.0.days_left", "38"), ("certificates.length", "3"), ("certificates[0].sans.length", "3"),
        (".certificates[0].sans.1.value", "www.example.com"), ("ok", "true"), ("timings.tcp_ms", "11.2"),
        ("tls.alpn_offered", #"["h2","http/1.1"]"#), ("close", #"{"sent":true,"received":true,"kind":"clean"}"#),
    ])
    func findsAValue(path: String, expected: String) throws {
        let line = GetRenderer.line(.trusted, paths: [try ReportPath.validate(path)])
        #expect(line.text == expected + "\n")
        #expect(line.missing == [])
    }

    @Test func putsTabsBetweenAndLeavesNullEmpty() throws {
        let paths = try ["tls.version", "error.code", "certificates[7].sha256", "exit_code"].map {
            try ReportPath.validate($0)
        }
        let line = GetRenderer.line(.trusted, paths: paths)
        #expect(line.text == "TLSv1.3\t\t\t0\n")
        #expect(line.missing == ["error.code", "certificates[7].sha256"])
    }

    @Test func keepsAHostileValueOnItsLine() throws {
        var report = Report.trusted
        report.tls?.alpn = "h2\n\t\u{1b}[2J"
        #expect(GetRenderer.line(report, paths: [try ReportPath("tls.alpn")]).text == "h2\\x0a\\x09\\x1b[2J\n")
        let list = GetRenderer.line(report, paths: [try ReportPath("tls")]).text
        #expect(list.contains(#""alpn":"h2\n\t\u001b[2J""#))
    }

    @Test func namesTheNearestFields() {
        #expect(mistake("tls.versoin") == #"tls has no "versoin"; did you mean tls.version?"#)
        #expect(
            mistake("days_left") == #"the report has no "days_left"; did you mean certificates[0].days_left?"#)
        #expect(
            mistake("certificates[0].sha25") == #"certificates[0] has no "sha25"; did you mean certificates[0].sha256?"#
        )
        #expect(mistake("close.zzz") == #"close has no "zzz"; it has sent, received, kind"#)
    }

    @Test func tellsAListFromAnObject() {
        #expect(mistake("certificates.days_left").contains("certificates[0].days_left"))
        #expect(mistake("tls[0]") == "tls is not a list")
        #expect(mistake("scts[0]") == "scts is always empty in this version")
        #expect(mistake("tls.length") == "tls is not a list")
        #expect(mistake("ocsp.status") == #"ocsp has no fields, so no "status""#)
        #expect(mistake("ok.value") == #"ok has no fields, so no "value""#)
    }

    @Test(arguments: ["", ".", "tls.", "tls..version", "certificates[0", "certificates[]", "certificates[-1]", "a[x]"])
    func refusesWhatIsNoPath(text: String) {
        #expect(mistake(text).contains("is not a path such as certificates[0].days_left"))
    }

    @Test(arguments: ["certificates[*].days_left", "certificates[any].days_left"])
    func refusesManyValues(text: String) throws {
        #expect(mistake(text).contains("names many values"))
        try ReportPath(text).requireShape(in: Schema.reportObject)
    }

    @Test func reachesIntoEvents() throws {
        try ReportPath("events[0].t_ms").requireShape(in: Schema.reportObject)
        try ReportPath("events[0].signature_algorithm").requireShape(in: Schema.reportObject)
        #expect(mistake("events[0].report.tls.version") == "accepted")
    }

    @Test func countsMistakesAsAPersonMakesThem() {
        #expect(editDistance("version", "version") == 0)
        #expect(editDistance("version", "versoin") == 1)
        #expect(editDistance("version", "vresio") == 2)
        #expect(editDistance("", "abc") == 3)
    }
}
