extension Event.Name {
    /// What an event means, in the words of sslprobe-report(5) where it has some.
    var topic: Topic {
        switch self {
        case .probeStarted: Self.course("The first event on a server.")
        case .dnsResolved:
            Topic(
                "The name, or the one of --connect-to, was looked up.",
                confirm: ["connect HOST --get timings.dns_ms": "how long it took"])
        case .tcpConnected:
            Topic(
                "The TCP connection was made.", confirm: ["connect HOST --get timings.tcp_ms": "how long it took"])
        case .tcpFailed:
            Topic(
                "An attempt to connect ended otherwise.", "IPv6 without a route, and IPv4 is tried next",
                "a port without a listener, or a firewall",
                confirm: ["connect HOST --all-addresses": "what each address says"])
        case .handshakeStarted: Self.course("The ClientHello is about to be sent.")
        case .handshakeDone: Self.course("The handshake is done as far as our side can tell.")
        case .verifyDone:
            Topic("The certificates were verified.", confirm: ["connect HOST --get verify.ok": "whether to trust"])
        case .handshakeConfirmed:
            Topic(
                "The settle window has ended.", "value unknown: the server said nothing in it, which is no refusal",
                confirm: ["connect HOST --get tls.confirmed.value,tls.confirmed.why": "what proved it"])
        case .handshakeFailed:
            Topic(
                "The handshake did not come about.", "code says why: sslprobe explain CODE",
                confirm: ["connect HOST -v": "every message until then"])
        case .newSessionTicket:
            Topic(
                "The server sent a ticket.", "TLS 1.3: after the handshake, two as a rule; 1.2: within it",
                confirm: ["tickets HOST": "how many, and of what kind"])
        case .sessionSaved:
            Topic(
                "The last session that the server handed out was written; not when serving.",
                confirm: ["connect HOST --save-session FILE --jsonl": "prints it"])
        case .sessionOffered:
            Topic(
                "The ClientHello offers a session; not when serving.",
                confirm: ["connect HOST --load-session FILE --jsonl": "prints it"])
        case .sessionResumed:
            Topic("The session that the client offered was resumed.", confirm: ["resume HOST": "does it each time?"])
        case .sessionNotResumed:
            Topic(
                "The client offered a session, and the handshake was a full one.",
                "a ticket of another machine, of an old key, or used up",
                confirm: ["resume HOST --count 10": "how often, and why"])
        case .earlyData:
            Topic(
                "The client announced early data; when we are the client, it was sent.",
                "rejected: the server does not take it, or it was replayed",
                confirm: ["resume HOST --early-data 'GET / HTTP/1.0'": "whether it is taken"])
        case .renegotiationRequested:
            Topic(
                "The server sent a HelloRequest.", "it wants a client certificate for a path, or new keys",
                confirm: ["renegotiate HOST --await-request 5s --http-path /": "waits for one"])
        case .renegotiationStarted:
            Topic("A ClientHello came after the handshake.", confirm: ["renegotiate HOST --jsonl": "sends one"])
        case .renegotiationDone:
            Topic("The new handshake is done.", confirm: ["renegotiate HOST": "whether the server goes along"])
        case .renegotiationRefused:
            Topic(
                "One side answered with the alert no_renegotiation.", "the default of OpenSSL 3 and most servers",
                confirm: ["renegotiate HOST": "whether the server goes along"])
        case .renegotiationIgnored:
            Topic(
                "There was no answer in time, to a HelloRequest or to a ClientHello.",
                "one side does not renegotiate, and does not say so",
                confirm: ["renegotiate HOST --answer-timeout 10s": "waiting longer"])
        case .keyUpdate:
            Topic("One side changes its keys (TLS 1.3).", confirm: ["keyupdate HOST": "whether the server answers one"])
        case .postHandshakeAuth:
            Topic(
                "The server's request for a certificate after the handshake was answered.",
                "a server that asks for one on some paths only",
                confirm: ["connect HOST --post-handshake-auth --http --jsonl": "offers to answer"])
        case .applicationData:
            Topic("Data was sent or received.", confirm: ["connect HOST --http --jsonl": "sends HEAD / and reads"])
        case .alert:
            Topic(
                "An alert other than close_notify.", "description and number say which: sslprobe explain alert NUMBER",
                confirm: ["connect HOST -v": "the message before it"])
        case .closeNotify:
            Topic("One side has no more to say.", confirm: ["connect HOST --get close.kind": "clean when both sent it"])
        case .tcpClosed:
            Topic(
                "The connection is over.", "truncated: the peer went without close_notify, as many servers do",
                confirm: ["connect HOST --get close.kind": "how it ended"])
        case .floodStopped:
            Topic(
                "More than --max-idle-messages came in a row; more than 64 when serving.",
                "a broken or hostile peer; or --tickets of a test server",
                confirm: ["connect HOST --max-idle-messages 1000": "takes more of them"])
        case .timeout:
            Topic(
                "A deadline passed.", "stage says where it waited; exit code 5 says more",
                confirm: ["connect HOST -t 60s": "with more time"])
        case .expectation:
            Topic(
                "What --expect said was held against the report.",
                confirm: ["connect HOST --expect 'tls.version >= 1.2' --jsonl": "prints one"])
        case .error:
            Topic(
                "Why the exit code will not be 0.", "code says what: sslprobe explain CODE",
                confirm: ["connect HOST --get error.code,error.hint": "and what to try"])
        case .summary: Self.course("The last event; with several targets, of each.")
        case .runDone:
            Topic(
                "All targets were asked; only with several, and the last event then.",
                confirm: ["connect HOST HOST --jsonl": "prints it last"])
        case .listening: Self.served("The first event of a server: clients can come.")
        case .clientConnected: Self.served("The first event of a connection.")
        case .clientClosed: Self.served("The last event of a connection.")
        case .clientHello: Self.message("The client's first message: what it offers.")
        case .helloRetryRequest:
            Self.message("The server asks for another ClientHello (TLS 1.3).").or(
                "the client guessed a group that the server does not take")
        case .serverHello: Self.message("The server's first message: what it chose.")
        case .encryptedExtensions: Self.message("What else the server chose, ALPN among it (TLS 1.3).")
        case .certificateRequest:
            Self.message("One side asks for a certificate, and says which it takes.").or(
                "the server wants to know its clients, and may insist on it or not")
        case .certificate: Self.message("The certificates of one side, its own first; none when it has none.")
        case .certificateStatus:
            Topic("The stapled OCSP answer (TLS 1.2 and below).", "a client that asked for it; sslprobe does not")
        case .serverKeyExchange: Self.message("The server's signed key for this handshake (TLS 1.2 and below).")
        case .certificateVerify: Self.message("One side proves that it has the key of its certificate.")
        case .serverHelloDone: Self.message("The server's first turn is over (TLS 1.2 and below).")
        case .clientKeyExchange: Self.message("The client's key for this handshake (TLS 1.2 and below).")
        case .changeCipherSpec: Self.message("From here on the new keys count; in TLS 1.3 it means nothing.")
        case .finished: Self.message("One side proves that it saw the same handshake.")
        case .helloRequest: Self.message("The server asks for a renegotiation (TLS 1.2 and below).")
        case .endOfEarlyData: Self.message("The client's early data is over (TLS 1.3).")
        }
    }

    private static func course(_ meaning: String) -> Topic {
        Topic(meaning, confirm: ["connect HOST --jsonl": "prints it"])
    }

    private static func served(_ meaning: String) -> Topic {
        Topic(meaning, confirm: ["serve --jsonl": "prints it"])
    }

    private static func message(_ meaning: String) -> Topic {
        Topic(
            meaning,
            confirm: [
                "connect HOST -v": "when it went, and what is in it", "connect HOST --jsonl -v": "the same as events",
            ])
    }
}
