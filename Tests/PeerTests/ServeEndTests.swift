import Foundation
import Glibc
import TestSupport
import Testing

/// How `serve` begins and ends for scripts: ports, counts, times, signals, readers.
@Suite(.serialized) struct ServeEndTests {
    @Test func aSecondOneOnThePortSaysSo() async throws {
        let server = try await ServeProcess()
        let address = "127.0.0.1:\(server.port)"
        let message = "--listen \(address): address already in use"
        let sentence = "sslprobe: \(message); --listen 127.0.0.1:0 takes a port that is free (exit 13)\n"

        let text = try await Program.run(["serve", "--listen", address])
        #expect(text.status == 13 && text.outputBytes.isEmpty && text.errors == sentence, "\(text)")

        let json = try await Program.run(["serve", "--listen", address, "--json"])
        let summary = try #require(try await json.lines().first)
        #expect(json.status == 13 && json.errors == sentence, "\(json)")
        #expect(try await json.lines().count == 1)
        #expect(summary["schema"] == "sslprobe.serve-summary/1")
        #expect(summary["ok"] == false && summary["exit_code"] == 13 && summary["connections"] == 0)
        #expect(summary["error.code"] == "address_unavailable" && summary["error.stage"] == "local")
        #expect(summary["error.message"] == .string(message))

        let events = try await Program.run(["serve", "--listen", address, "--jsonl"])
        #expect(events.status == 13)
        #expect(try await events.eventNames() == ["error", "summary"])
        #expect(try await events.serveSummary()?["exit_code"] == 13)

        // The first one is none the worse for it.
        #expect(try await server.curl().status == 0)
    }

    @Test func filesThatCannotBeUsedAreToldBeforeItListens() async throws {
        let fixtures = try Fixtures.get()
        let junk = try TemporaryFolder.write(Array("junk".utf8))
        let nowhere = TemporaryFolder.path("nowhere/x")
        let pairs: [([String], String)] = [
            (["--cert", nowhere, "--key", junk], nowhere), (["--cert", junk], "--cert"),
            (["--cert", fixtures.ecdsa.chainPath, "--key", junk], "--key"),
            (["--cert", fixtures.ecdsa.chainPath, "--key", fixtures.rsa.keyPath], "--key"),
            (["--client-auth", "require", "--client-ca", nowhere], "--client-ca"),
            (["--write-ca", nowhere], "--write-ca"), (["--ready-file", nowhere], "--ready-file"),
            (["--client-auth", "request", "--write-client-cert", nowhere], "--write-client-cert"),
            (["--keylog", nowhere], "--keylog"), (["--psk", "id:" + nowhere], "--psk"), (["-o", nowhere], nowhere),
        ]
        for (arguments, word) in pairs {
            let run = try await Program.run(["serve", "--listen", "127.0.0.1:0", "--for", "5s", "--json"] + arguments)
            #expect(run.status == 13, "\(run)")
            #expect(run.errors.contains(word), "\(run)")
            if arguments[0] != "-o" { #expect(try await run.serveSummary()?["exit_code"] == 13) }
        }
    }

    @Test func valuesThatOpenSSLDoesNotTakeAreMistakes() async throws {
        for (option, value) in [
            ("--ciphers", "NOSUCH"), ("--ciphersuites", "NOSUCH"), ("--groups", "NOSUCH"), ("--sigalgs", "NOSUCH"),
            ("--get", "nosuch.path"),
        ] {
            let file = try TemporaryFolder.write(Array("precious".utf8))
            let run = try await Program.run([
                "serve", "--listen", "127.0.0.1:0", "--for", "5s", "-o", file, option, value,
            ])
            #expect(run.status == 64 && run.outputBytes.isEmpty, "\(run)")
            #expect(run.errors.contains(option) || run.errors.contains(value), "\(run)")
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
        }
    }

    @Test func endsAfterSoManyConnections() async throws {
        let server = try await ServeProcess("--count", "2")
        for _ in 0..<2 { #expect(try await server.curl().status == 0) }
        let run = try await server.finish(by: nil)
        #expect(run.status == 0 && !run.wasKilled, "\(run)")
        #expect(try await run.connections().count == 2)
    }

    /// `&`, a client, `wait`: with a port that nobody knows beforehand.
    @Test func isMadeForScripts() async throws {
        let folder = TemporaryFolder.path(UUID().uuidString)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let script = """
            cd "$1" && "$0" serve --listen 127.0.0.1:0 --ready-file r --write-ca ca --accept 1 --jsonl > events &
            while [ ! -e "$1/r" ]; do :; done
            curl -sS --cacert "$1/ca" "https://localhost:$(cut -d: -f2 "$1/r")/" > "$1/page"
            wait $! && [ ! -e "$1/r" ]
            """
        let status = try await OwnThread.run {
            let child = try ChildProcess("/bin/sh", ["-c", script, Program.path, folder])
            child.wait(seconds: 20)
            return child.ending?.status
        }
        #expect(status == 0)
        let page = try String(contentsOfFile: folder + "/page", encoding: .utf8)
        #expect(page.hasPrefix("TLSv1.3 "))
        let events = try String(contentsOfFile: folder + "/events", encoding: .utf8).split(separator: "\n")
        #expect(events.first?.contains(#""event":"listening""#) == true)
        #expect(events.last?.contains(#""event":"summary""#) == true)
    }

    /// Health checks and port scans.
    @Test func aConnectionWithoutAClientHelloIsListedAndNotCounted() async throws {
        let server = try await ServeProcess("--accept", "1")
        for _ in 0..<3 { _ = try RawClient(port: server.port) }
        for number in 1...3 {
            let report = try await server.report(of: number)
            #expect(report["outcome"] == "connect" && report["error.code"] == "no_client_hello")
            #expect(report["client_hello"] == .null && report["tls"] == .null && report["verify"] == .null)
        }
        #expect(try await server.curl().status == 0)
        let run = try await server.finish(by: nil)
        let summary = try await run.serveSummary()
        #expect(run.status == 0 && !run.wasKilled)
        #expect(summary?["connections"] == 4 && summary?["ok_count"] == 1)
        #expect(summary?["by_outcome.connect"] == 3)
    }

    /// A failed handshake is a client that came.
    @Test func aRefusedClientCounts() async throws {
        let server = try await ServeProcess("--count", "1", "--tls", "1.3")
        #expect(try await server.openssl("-tls1_2").status == 1)
        let run = try await server.finish(by: nil)
        #expect(run.status == 0 && !run.wasKilled)
        let report = try #require(try await run.connections().first)
        #expect(report["error.code"] == "unsupported_protocol" && report["error.alert.number"] == 70)
    }

    @Test func timeIsUpBeforeAllHaveCome() async throws {
        let server = try await ServeProcess("--count", "1000", "--for", "2s")
        _ = try await server.curl()
        let run = try await server.finish(by: nil)
        #expect(run.status == 5 && !run.wasKilled, "\(run)")
        let summary = try await run.serveSummary()
        #expect(summary?["exit_code"] == 5 && summary?["ok"] == false)
        #expect(summary?["error.code"] == "timed_out")
        // A busy machine may bring curl too late.
        let count = try await run.connections().count
        #expect(summary?["error.message"] == .string("\(count) of 1000 connections came in the time of --for"))
        #expect(try await run.eventNames().suffix(2) == ["error", "summary"])
        #expect(run.errors.contains("(exit 5)"))
    }

    @Test func timeIsUp() async throws {
        let run = try await ServeProcess("--for", "300ms").finish(by: nil)
        #expect(run.status == 0 && !run.wasKilled)
        #expect(try await run.eventNames() == ["listening", "summary"])
        #expect(run.errorBytes.isEmpty)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func aSignalEndsItInPeace(number: Int32) async throws {
        let server = try await ServeProcess("--reply", "echo")
        let client = try await OpenSSLClient(server.port)
        client.type("hello")
        #expect(try await client.printed("hello"))
        let run = try await server.finish(by: number)
        #expect(run.status == 0 && !run.wasKilled, "\(run)")
        // An idle client is sent close_notify, and need not be waited for.
        #expect(run.seconds < 3)
        let report = try #require(try await run.connections().first)
        #expect(report["ok"] == true && report["close.sent"] == true)
        let summary = try await run.serveSummary()
        #expect(summary?["ok"] == true && summary?["connections"] == 1 && summary?["exit_code"] == 0)
        #expect(try await client.printed("closed"))
    }

    /// A client that has said hello gets a second to come to an end; one that has not is not waited for.
    @Test func aSignalEndsHandshakesToo() async throws {
        let hello = try await recordedClientHello()
        let server = try await ServeProcess()
        let clients = try (0..<5).map { _ in try RawClient(port: server.port) }
        try await server.printed(#""event":"client_connected""#, times: 5)
        clients[0].send(hello)
        try await server.printed(#""event":"client_hello""#)
        clients[1].send(Array(hello.prefix(100)))
        let run = try await server.finish()
        withExtendedLifetime(clients) {}
        #expect(run.status == 0 && !run.wasKilled)
        #expect(run.seconds < 4)
        let reports = try await run.connections()
        #expect(reports.map { $0["outcome"] } == ["signal", "connect", "connect", "connect", "connect"], "\(run)")
        #expect(reports[0]["error.code"] == "interrupted" && reports[0]["client_hello.sni"] == "localhost")
        #expect(reports.dropFirst().allSatisfy { $0["error.code"] == "no_client_hello" })
        #expect(try await run.serveSummary()?["ok"] == true)
    }

    @Test func theReadyFileOfAnEarlierRunIsWithdrawn() async throws {
        let path = try TemporaryFolder.write(Array("127.0.0.1:1\n".utf8))
        let server = try await ServeProcess()
        let other = try await Program.run(["serve", "--listen", "127.0.0.1:\(server.port)", "--ready-file", path])
        #expect(other.status == 13)
        // One of an earlier run would send clients to where nobody is.
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aReaderThatLeftEndsIt() async throws {
        let script = #"mkfifo "$0" && exec 3<>"$0" 4>"$0" 3>&- && exec "$@" >&4"#
        for output in ["--jsonl", "--json", "--color=never"] {
            let arguments = ["serve", "--listen", "127.0.0.1:0", output]
            let (status, errors) = try await OwnThread.run {
                let pipe = TemporaryFolder.path(UUID().uuidString)
                let child = try ChildProcess("/bin/sh", ["-c", script, pipe, Program.path] + arguments)
                child.wait(seconds: 20)
                return (child.ending?.status, child.errors)
            }
            #expect(status == 141 && errors.isEmpty, "\(output)")
        }
    }
}
