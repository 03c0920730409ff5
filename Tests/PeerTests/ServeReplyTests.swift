import Foundation
import TestSupport
import Testing

/// `serve --reply`, and the protocol that ALPN settles.
@Suite(.serialized) struct ServeReplyTests {
    @Test func keepsAConnectionForSeveralRequests() async throws {
        let server = try await ServeProcess()
        let curl = try await server.curl(["--http1.1", "-v"], paths: ["/1", "/2"])
        #expect(curl.status == 0, "\(curl)")
        #expect(curl.output == String(repeating: "TLSv1.3 TLS_AES_256_GCM_SHA384\n", count: 2))
        #expect(curl.errors.contains("Re-using existing "))
        let report = try await server.report(of: 1)
        #expect(report["data.first_line"] == "GET /1 HTTP/1.1")
        #expect(try await server.finish().connections().count == 1)
    }

    @Test func answersHEADWithoutABody() async throws {
        let server = try await ServeProcess()
        let curl = try await server.curl(["--http1.1", "-I"], paths: ["/1", "/2"])
        #expect(curl.status == 0, "\(curl)")
        #expect(curl.output.ranges(of: "Content-Length: 31").count == 2)
        #expect(!curl.output.contains("TLSv1.3"))
        #expect(try await server.finish().connections().count == 1)
    }

    @Test func closesAfterARequestOfHTTP10() async throws {
        let server = try await ServeProcess()
        let openssl = try await server.openssl()
        #expect(openssl.status == 0 && openssl.output.contains("Connection: close\r\n"), "\(openssl)")
        let report = try await server.report(of: 1)
        #expect(report["close.kind"] == "clean" && report["close.sent"] == true && report["close.received"] == true)
    }

    @Test func passesOverTheBodyOfAPOST() async throws {
        let server = try await ServeProcess()
        let body = try TemporaryFolder.write(Array(String(repeating: "GET / HTTP/1.1\r\n\r\n", count: 5000).utf8))
        let curl = try await server.curl(
            ["--http1.1", "--data-binary", "@\(body)", "-H", "Expect:"], paths: ["/1", "/2"])
        #expect(curl.status == 0, "\(curl)")
        #expect(curl.output.ranges(of: "TLSv1.3").count == 2)
        let report = try await server.report(of: 1)
        #expect(report["data.first_line"] == "POST /1 HTTP/1.1")
        #expect(try #require(report["data.bytes_received"]?.double) > 180_000)
    }

    @Test func refusesWhatIsNotHTTP() async throws {
        let server = try await ServeProcess()
        let openssl = try await server.openssl(sending: "\u{1}\u{2} what?\r\n\r\n")
        #expect(openssl.status == 0 && openssl.output.contains("HTTP/1.1 400 Bad Request\r\n"), "\(openssl)")
        #expect(openssl.output.contains("this is not HTTP/1"))
        // It broke no rule of TLS.
        #expect(try await server.report(of: 1)["ok"] == true)
    }

    @Test func echoesWhateverComes() async throws {
        let server = try await ServeProcess("--reply", "echo")
        let client = try await OpenSSLClient(server.port)
        for number in 1...3 {
            client.type("line \(number) \u{7F}é")
            #expect(try await client.printed("line \(number) \u{7F}é"))
        }
        #expect(try await client.quit() == 0)
        let report = try await server.report(of: 1)
        #expect(report["data.bytes_sent"] == report["data.bytes_received"])
        #expect(report["data.first_line"] == "line 1 \u{7F}é" && report["close.kind"] == "clean")
    }

    /// More than the sockets hold, from a client that writes all before it reads.
    @Test func echoesALotToAClientThatReadsLate() async throws {
        let server = try await ServeProcess("--reply", "echo")
        let script = """
            import socket, ssl, sys, threading
            context = ssl.create_default_context(cafile=sys.argv[2])
            raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=30)
            client = context.wrap_socket(raw, server_hostname="localhost")
            data = bytes(range(256)) * 4096
            sender = threading.Thread(target=client.sendall, args=(data * 8,))
            sender.start()
            sender.join(0.3)
            received = bytearray()
            while len(received) < 8 * len(data):
                received += client.recv(65536)
            print(received == data * 8)
            """
        let python = try await InstalledProgram.python3.run(["-c", script, "\(server.port)", server.authorityPath])
        #expect(python.output == "True\n", "\(python)")
        #expect(server.residentKilobytes < Program.memoryLimit)
    }

    @Test func aSinkSaysNothing() async throws {
        let server = try await ServeProcess("--reply", "sink")
        let client = try await OpenSSLClient(server.port)
        client.type("hello")
        try await server.printed(#""event":"application_data""#)
        #expect(try await client.quit() == 0)
        let report = try await server.report(of: 1)
        #expect(report["data.bytes_sent"] == 0 && report["data.bytes_received"] == 6)
        #expect(report["data.first_line"] == "hello" && report["ok"] == true)
    }

    /// What curl shows is what the report says in the end, as far as it was known then.
    @Test func showsTheClientWhatTheServerSaw() async throws {
        let server = try await ServeProcess("--reply", "status-json", "--alpn", "http/1.1")
        let curl = try await server.curl("-i")
        #expect(curl.status == 0 && curl.output.contains("Content-Type: application/json\r\n"), "\(curl)")
        let text = try #require(curl.output.components(separatedBy: "\r\n\r\n").last)
        // As a line of its own it is held against the schema.
        let line = try JSON(parsing: Array(text.utf8))
        let report = try await server.report(of: 1)
        #expect(line["schema"] == "sslprobe.connection/1")
        for path in [
            "conn", "peer", "client_hello", "tls.version", "tls.cipher", "tls.group", "tls.alpn", "tls.sni", "session",
            "tickets_issued", "started_at", "data.first_line",
        ] {
            #expect(line[path] == report[path], "\(path)")
        }
        #expect(line["close"] == .null)
        let finished = try await server.finish()
        #expect(finished.status == 0)
    }

    @Test func choosesTheProtocolThatTheServerWantsMost() async throws {
        let server = try await ServeProcess("--alpn", "one,two", "--reply", "echo")
        for (offer, chosen) in [("two,one", "one"), ("three,two", "two"), ("one", "one")] {
            let openssl = try await server.openssl("-alpn", offer, sending: nil)
            #expect(openssl.output.contains("ALPN protocol: \(chosen)\n"), "\(openssl)")
        }
        // A client that offers none is served: ALPN is not answered then.
        let silent = try await server.openssl(sending: nil)
        #expect(silent.output.contains("No ALPN negotiated"), "\(silent)")
        let reports = try await server.finish().connections()
        #expect(reports.map { $0["tls.alpn"] } == ["one", "two", "one", .null])
        #expect(reports.map { $0["tls.alpn_offered"] } == [["two", "one"], ["three", "two"], ["one"], []])
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func refusesAClientWithoutACommonProtocol(version: String) async throws {
        let server = try await ServeProcess("--alpn", "one,two", "--reply", "echo")
        let openssl = try await server.openssl(version, "-alpn", "three")
        #expect(openssl.status == 1 && openssl.transcript.contains("SSL alert number 120"), "\(openssl)")
        let report = try await server.report(of: 1)
        #expect(report["outcome"] == "handshake" && report["error.code"] == "no_shared_parameters")
        #expect(report["error.alert.description"] == "no_application_protocol")
        #expect(report["error.alert.number"] == 120 && report["error.alert.dir"] == "sent")
        #expect(report["client_hello.alpn"] == ["three"])
    }

    /// curl would take HTTP/1.1 in a connection of HTTP/2 for a breach of protocol.
    @Test func promisesHTTP2OnlyAsASink() async throws {
        let server = try await ServeProcess("--alpn", "h2")
        let client = try await OpenSSLClient(server.port, "-alpn", "h2")
        #expect(client.transcript.contains("ALPN protocol: h2"))
        client.type("PRI * HTTP/2.0\r\n\r\nSM\r\n\r")
        try await server.printed(#""event":"application_data""#)
        #expect(try await client.quit() == 0)
        let report = try await server.report(of: 1)
        #expect(report["data.bytes_sent"] == 0 && report["tls.alpn"] == "h2")
    }
}
