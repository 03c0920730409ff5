import ProbeKit
import Testing

@testable import sslprobe

/// What `serve` makes of its options.
@Suite struct ServePlanTests {
    @Test func fillsInTheDefaults() throws {
        let plan = try servePlan()
        #expect(plan.listen.host == "127.0.0.1" && plan.listen.port == 4433 && plan.readyFile == nil)
        #expect(plan.limits.count == nil && plan.limits.duration == nil)
        #expect(plan.limits.openAtOnce == 10000 && plan.limits.workers == 1)
        #expect(plan.limits.handshakeTimeout == .seconds(10))
        #expect(plan.reply == .http && plan.close == .clean)
        #expect(plan.identities.isEmpty && plan.selfMade.names == ["localhost", "127.0.0.1", "::1"])
        #expect(plan.selfMade.profile == nil && plan.selfMade.authorityFile == nil && plan.selfMade.clientFile == nil)
        #expect(plan.clientAuth == .none && plan.clientCA == nil)
        #expect(plan.tickets.mode == .stateless && plan.tickets.count == 2 && plan.tickets.rotation == nil)
        #expect(plan.tickets.lifetime == .seconds(7200))
        #expect(plan.earlyData == 0 && plan.preventsReplay)
        #expect(plan.script.extraTickets == 0 && plan.script.ticketsAfter == nil)
        #expect(plan.script.keyUpdateAfter == nil && plan.script.keyUpdate == .request)
        #expect(plan.script.renegotiateAfter == nil && plan.script.authenticateAfter == nil)
        #expect(plan.script.push == .handshake)
        #expect(!plan.allowsClientRenegotiation && plan.resumesInRenegotiation)
        #expect(plan.offer.versions == nil && plan.offer.alpn.isEmpty && !plan.offer.legacy)
        #expect(plan.output.format == .text && plan.notes.isEmpty)
    }

    @Test(arguments: [
        ("127.0.0.1:0", "127.0.0.1", UInt16(0)), ("8443", "127.0.0.1", 8443), (":8443", "127.0.0.1", 8443),
        ("localhost:1", "127.0.0.1", 1), ("*:65535", nil, 65535), ("0.0.0.0:7", "0.0.0.0", 7), ("[::1]:0", "::1", 0),
        ("[::]:443", "::", 443),
    ])
    func readsWhereToListen(text: String, host: String?, port: UInt16) throws {
        let listen = try OptionText("--listen", text).listener()
        #expect(listen.host == host && listen.port == port && listen.input == text)
    }

    @Test func readsLimits() throws {
        let plan = try servePlan(
            "--count", "3", "--for", "2m", "--max-connections", "7", "--handshake-timeout", "500ms", "--workers", "64",
            "--ready-file", "r", "--listen", ":7")
        #expect(plan.limits.count == 3 && plan.limits.duration == .seconds(120) && plan.limits.openAtOnce == 7)
        #expect(plan.limits.handshakeTimeout == .milliseconds(500) && plan.limits.workers == 64)
        #expect(plan.readyFile == "r" && plan.listen.port == 7)
    }

    @Test(arguments: ["--accept", "--repeat", "--attempts", "--connections"])
    func takesOtherSpellingsOfCount(option: String) throws {
        #expect(try servePlan(option, "5").limits.count == 5)
    }

    @Test func readsReplyAndClose() throws {
        let plan = try servePlan("--reply", "status-json", "--close", "abrupt")
        #expect(plan.reply == .statusJSON && plan.close == .abrupt)
        #expect(ServePlan.Reply.allCases.map(\.rawValue) == ["http", "echo", "sink", "status-json"])
        #expect(ServePlan.Close.allCases.map(\.rawValue) == ["clean", "half", "abrupt"])
    }

    @Test func pairsCertificatesWithKeys() throws {
        let pairs = try servePlan(
            "--cert", "a", "--key", "ak", "--cert", "b", "--key", "bk", "--key-password", "env:P"
        ).identities
        #expect(pairs.map(\.certificate) == ["a", "b"] && pairs.map(\.key) == ["ak", "bk"])
        for pair in pairs {
            guard case .environment("P") = pair.password else {
                Issue.record("not an environment variable")
                return
            }
        }
        #expect(try servePlan("--cert", "a", "--cert", "b").identities.map(\.key) == [nil, nil])
    }

    @Test func readsTheCertificateInMemory() throws {
        let made = try servePlan(
            "--auto-cert", "a.example,*.b.example,192.0.2.1,::1", "--cert-profile", "expired", "--write-ca", "ca",
            "--write-client-cert", "client", "--client-auth", "request"
        ).selfMade
        #expect(made.names == ["a.example", "*.b.example", "192.0.2.1", "::1"])
        #expect(made.profile == .expired && made.authorityFile == "ca" && made.clientFile == "client")
    }

    @Test(arguments: ServePlan.ClientAuth.allCases)
    func readsWhenToAskForACertificate(when: ServePlan.ClientAuth) throws {
        #expect(try servePlan("--client-auth", when.rawValue).clientAuth == when)
    }

    @Test func readsTickets() throws {
        let plan = try servePlan(
            "--tickets", "255", "--ticket-lifetime", "168h", "--rotate-ticket-key", "10m", "--early-data", "16MB",
            "--anti-replay", "off", "--extra-tickets", "255", "--new-ticket-after", "1kB")
        #expect(plan.tickets.count == 255 && plan.tickets.lifetime == .seconds(604_800))
        #expect(plan.tickets.rotation == .seconds(600))
        #expect(plan.earlyData == 16 << 20 && !plan.preventsReplay)
        #expect(plan.script.extraTickets == 255 && plan.script.ticketsAfter == .bytes(1024))
        #expect(try servePlan("--ticket-mode", "off", "--tickets", "0").tickets.mode == .off)
        #expect(try servePlan("--ticket-mode", "stateful").tickets.mode == .stateful)
    }

    @Test(arguments: [
        ("request", ScriptPlan.Trigger.request), ("10s", .after(.seconds(10))), ("1.5m", .after(.seconds(90))),
        ("0s", .after(.zero)), ("24h", .after(.seconds(86_400))), ("1B", .bytes(1)), ("512B", .bytes(512)),
        ("4kB", .bytes(4096)), ("2MB", .bytes(2 << 20)), ("1024MB", .bytes(1 << 30)),
    ])
    func readsTriggers(text: String, trigger: ScriptPlan.Trigger) throws {
        #expect(try OptionText("--x-after", text).trigger() == trigger)
    }

    @Test func readsEachTrigger() throws {
        let plan = try servePlan(
            "--keyupdate-after", "1s", "--renegotiate-after", "2B", "--new-ticket-after", "request", "--client-auth",
            "post-handshake", "--post-handshake-auth-after", "3s")
        #expect(plan.script.keyUpdateAfter == .after(.seconds(1)) && plan.script.renegotiateAfter == .bytes(2))
        #expect(plan.script.ticketsAfter == .request && plan.script.authenticateAfter == .after(.seconds(3)))
    }

    @Test(arguments: [
        ("0", 0), ("1", 1), ("512", 512), ("512B", 512), ("4kB", 4096), ("16MB", 16_777_216),
        ("16777216", 16_777_216),
    ])
    func readsSizes(text: String, bytes: Int) throws {
        #expect(try OptionText("--size", text).size(in: 0...(16 << 20)) == bytes)
    }

    @Test func readsTheScript() throws {
        let plan = try servePlan(
            "--keyupdate-after", "1s", "--keyupdate", "one-way", "--post-trigger", "write",
            "--allow-client-renegotiation", "--no-resumption-on-renegotiation", "--tls", "1.2-1.3")
        #expect(plan.script.keyUpdate == .oneWay && plan.script.push == .write)
        #expect(plan.allowsClientRenegotiation && !plan.resumesInRenegotiation)
    }

    @Test func readsTheOffer() throws {
        let offer = try servePlan(
            "--tls", "1.2", "--alpn", "http/1.1,x", "--ciphers", "ALL", "--ciphersuites", "A", "--groups", "x25519",
            "--sigalgs", "ed25519", "--seclevel", "0", "--psk", "id:file"
        ).offer
        #expect(offer.versions == .tls12 ... .tls12 && offer.alpn == ["http/1.1", "x"])
        #expect(offer.ciphers == "ALL" && offer.ciphersuites == "A" && offer.groups == "x25519")
        #expect(offer.signatureAlgorithms == "ed25519" && offer.securityLevel == 0)
        #expect(offer.preSharedKey?.identity == "id" && offer.preSharedKey?.keyPath == "file")
    }

    @Test(arguments: [
        (["--alpn", "h2"], ServePlan.Reply.sink), (["--alpn", "h2", "--reply", "echo"], .echo),
        (["--alpn", "h2,http/1.1", "--reply", "sink"], .sink), (["--alpn", "http/1.1"], .http), ([], .http),
    ])
    func promisesHTTP2OnlyToASink(options: [String], reply: ServePlan.Reply) throws {
        #expect(try servePlan(options).reply == reply)
    }

    @Test(arguments: [
        (["--renegotiate-after", "1s"], "TLS 1.3 has no renegotiation"),
        (["--allow-client-renegotiation"], "TLS 1.3 has no renegotiation"),
        (["--client-auth", "renegotiation", "--write-client-cert", "c"], "TLS 1.3 has no renegotiation"),
        (["--client-auth", "require"], "--write-client-cert"), (["--write-client-cert", "c"], "--client-auth"),
        (["--tls", "1.0"], "--legacy"),
    ])
    func saysWhatIsLikelyToSurprise(options: [String], word: String) throws {
        let notes = try servePlan(options).notes
        #expect(notes.count == 1)
        #expect(notes.first?.contains(word) == true)
    }

    @Test(arguments: [
        ["--renegotiate-after", "1s", "--tls", "1.2"], ["--client-auth", "require", "--client-ca", "ca"],
        ["--client-auth", "require", "--write-client-cert", "c"], ["--tls", "1.2"], ["--keyupdate-after", "1s"],
    ])
    func saysNothingOtherwise(options: [String]) throws {
        #expect(try servePlan(options).notes.isEmpty)
    }
}
