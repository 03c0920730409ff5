extension Failure.Code {
    /// What a value of `error.code` means, in the words of sslprobe-report(5).
    var topic: Topic {
        switch self {
        case .addressUnavailable:
            Topic(
                "It is not possible to listen there: another program does, or it is no address of this machine.",
                confirm: ["serve --listen 127.0.0.1:0 --for 1s": "on a port that is free"])
        case .alertReceived:
            Topic(
                "The peer refused the handshake with an alert.", "which alert says why: sslprobe explain alert NUMBER",
                confirm: [
                    "connect HOST --get error.alert.description": "which one",
                    "connect HOST -v": "the messages before it",
                ])
        case .badMessage:
            Topic(
                "What the peer sent breaks the protocol.", "a bug in its TLS, or a middlebox that changes messages",
                confirm: ["connect HOST -v": "which message was the last"])
        case .badTarget:
            Topic(
                "A line of --targets names no target.",
                "a blank in the name, a bad port, or a scheme other than https",
                confirm: [
                    "connect --targets FILE --get error.message": "which line"
                ])
        case .clientCertificateRefused:
            Topic(
                "The server asked for a client certificate and refused ours.",
                "it does not trust the issuer, or an intermediate is missing",
                "it expired, or is not for client authentication",
                confirm: ["connect HOST --cert FILE --key FILE --cert-chain FILE": "with the intermediates"])
        case .clientCertificateRequired:
            Topic(
                "The server asked for a client certificate, and refused us without one; or we refused a client without one.",
                "--cert was not given; serve: --client-auth require",
                confirm: [
                    "connect HOST --get client_auth.demand": "required, when it is so",
                    "connect HOST --cert FILE --key FILE": "with a certificate",
                ])
        case .closedAfterHandshake:
            Topic(
                "The server hung up right after the handshake without saying why.",
                "a server behind a TLS proxy that is down",
                "it wanted a client certificate or another first message",
                confirm: ["connect HOST --http -v": "what it does after a request"])
        case .closedDuringHandshake:
            Topic(
                "The peer closed the connection before the handshake was done.",
                "it does not speak TLS, or wants no such client",
                "serve: a client that does not trust the certificate",
                confirm: ["connect HOST -v": "what came last"])
        case .connectFailed:
            Topic(
                "TCP failed for a reason without a code of its own; the message has it.",
                confirm: ["connect HOST --get error.message": "the reason"])
        case .earlyDataRejected:
            Topic(
                "The server resumed the session and did not take the early data, or it could not be sent early.",
                "early data is off, which is the default of most servers",
                "anti-replay: this session, or this data, was seen before",
                confirm: ["resume HOST --early-data 'GET / HTTP/1.0' -v": "what the server said to it"])
        case .expectationFailed:
            Topic(
                "The probe went well, but what --expect said does not hold; the message has the first, and expectations all.",
                confirm: ["connect HOST --json": "every value that can be expected"])
        case .fileUnreadable:
            Topic(
                "A file that an option names cannot be read, or holds something else.",
                "a slip in its name, or no right to read it", "a key with a password: see --key-password",
                confirm: ["connect HOST --cert FILE --key FILE": "names the option and the file"])
        case .fileUnwritable:
            Topic(
                "A file that an option names cannot be written.",
                "no such folder, no right, a full disk, or a symbolic link",
                confirm: ["connect HOST --save-session FILE": "names the option and the file"])
        case .flood:
            Topic(
                "The peer sent messages without end; see --max-idle-messages.",
                confirm: ["connect HOST --max-idle-messages 1000": "takes more of them"])
        case .internalError:
            Topic(
                "A bug in sslprobe.", "please report it, with what the command below prints",
                confirm: ["connect HOST --json --events": "all that happened until then"])
        case .interrupted:
            Topic(
                "A signal ended the probe.", "Ctrl-C, or a job that ran out of time",
                confirm: ["connect HOST -m 30s": "ends by itself, with exit code 5"])
        case .keyUpdateRefused:
            Topic(
                "The server refused a KeyUpdate with an alert, or closed the connection at it.",
                "a TLS of its own making, or a middlebox that ends TLS",
                confirm: ["keyupdate HOST --direction one-way": "without asking for an answer"])
        case .keyUpdateUnanswered:
            Topic(
                "The server provably did not answer a KeyUpdate that requested it.",
                "a TLS that ignores the request, against RFC 8446",
                confirm: ["keyupdate HOST --count 3 -v": "what came instead"])
        case .keyUpdateUnproven:
            Topic(
                "Whether the server takes and answers KeyUpdates could not be found out.",
                "an answer comes with the next data, and the server wrote none",
                confirm: ["keyupdate HOST --elicit http": "makes it write"])
        case .legacyRenegotiation:
            Topic(
                "The server does not support secure renegotiation (RFC 5746); --legacy connects anyway, and so does "
                    + "--allow-unsafe of renegotiate.",
                "a server or a device from before 2010",
                confirm: ["connect HOST --legacy": "connects anyway"])
        case .lookupFailed:
            Topic(
                "The resolver failed, so nothing is known about the name.", "no network, or a name server that is down",
                confirm: ["connect HOST --connect-to ADDRESS:443": "without looking it up"])
        case .messageTooLarge:
            Topic(
                "A message of the server is larger than OpenSSL takes.", "a chain of certificates of more than 100 kB",
                confirm: ["connect HOST -v": "how large they are"])
        case .nameNotFound:
            Topic(
                "The name does not exist, or has no address of the kind asked for.",
                "a slip in the name; a name that only another resolver knows",
                confirm: ["connect HOST --connect-to ADDRESS:443": "without looking it up"])
        case .needsNewerOpenSSL:
            Topic(
                "The linked OpenSSL lacks what was asked for.",
                confirm: ["--version --json": "what it was built with, and runs with"])
        case .noClient:
            Topic(
                "No client came to be held against what was expected.",
                "--for was too short, or the client went elsewhere",
                confirm: ["serve --jsonl": "where it listens, and who comes"])
        case .noClientHello:
            Topic(
                "The client left without a whole ClientHello, as port scans and health checks do.",
                confirm: ["serve --jsonl -v": "what it sent"])
        case .noSharedParameters:
            Topic(
                "There is no version, cipher, group, signature algorithm, protocol or key size that both sides accept.",
                "an old server, or a security level that is too high for it",
                confirm: [
                    "connect HOST --legacy --tls 1.0-1.3": "with everything that OpenSSL has",
                    "connect HOST -v": "what was offered",
                ])
        case .noTicket:
            Topic(
                "No session ticket came, and no session identifier in its place; the exit code says whether one had to.",
                "tickets are off, or come with the first data only",
                confirm: ["tickets HOST --elicit http": "makes the server write"])
        case .notResumed:
            Topic(
                "The server made a full handshake although a session was offered, or there was none that may be offered; "
                    + "resumption.attempts say why.",
                "a load balancer before machines that do not share ticket keys",
                confirm: [
                    "resume HOST --count 10": "how often, and why",
                    "resume HOST --matrix": "which machines share sessions",
                ])
        case .notTLS:
            Topic(
                "The peer does not speak TLS; error.peer_bytes shows what it said.",
                "the wrong port, such as 80 for 443", "a protocol that turns to TLS later: SMTP, IMAP, databases",
                confirm: ["connect HOST --get error.peer_bytes": "what it said"])
        case .notTrusted:
            Topic(
                "The peer's chain of certificates is not acceptable.", "it expired, or an intermediate was not sent",
                "a private authority that was not given with --ca",
                confirm: [
                    "connect HOST": "every reason, with names and dates",
                    "connect HOST --ca FILE": "trusting the authorities in FILE",
                ])
        case .refused:
            Topic(
                "The TCP connection was refused: nothing listens there.", "the server is down, or has another port",
                confirm: ["connect HOST --all-addresses": "at each address"])
        case .rejected:
            Topic(
                "The peer refused us after the handshake, and not for our certificate.",
                "the alert says why: sslprobe explain alert NUMBER",
                confirm: ["connect HOST --get error.alert.description": "which alert"])
        case .renegotiationDeclined:
            Topic(
                "The server asked for a renegotiation, the client declined, and the connection was given up.",
                "a server that asks for a client certificate in this way",
                confirm: ["renegotiate HOST --await-request 5s --http-path /": "goes along with it"])
        case .renegotiationRefused:
            Topic(
                "The server refused to renegotiate, or closed the connection when asked to.",
                "the default of OpenSSL 3 and most servers, and a good one",
                confirm: ["renegotiate HOST --mode both": "in full and by resuming"])
        case .renegotiationUnproven:
            Topic(
                "Whether the server renegotiates could not be found out.", "it said neither yes nor no in time",
                confirm: ["renegotiate HOST --answer-timeout 10s": "waiting longer"])
        case .replayedEarlyData:
            Topic(
                "The server accepted the same early data twice.", "anti-replay is off, or each machine has its own",
                confirm: ["resume HOST --early-data 'GET / HTTP/1.0' --replay": "sends it twice"])
        case .resetBeforeTLS:
            Topic(
                "The server reset the connection before it said a word.", "a firewall that looks at the name (SNI)",
                "a server that is full, or a load balancer without servers",
                confirm: ["connect HOST --sni none": "without a name to look at"])
        case .resetDuringHandshake:
            Topic(
                "The peer reset the connection before the handshake was done.",
                "its process died; its log may say why", "a middlebox that wants no such connection",
                confirm: ["connect HOST -v": "what came last"])
        case .timedOut:
            Topic(
                "A deadline passed; error.stage says where.", "sslprobe explain exit 5 says more",
                confirm: ["connect HOST --get error.stage": "how far it got"])
        case .unreachable:
            Topic(
                "There is no way to that address.", "no IPv6 here, no route, a VPN that is down",
                confirm: ["connect HOST -4": "by IPv4 alone"])
        case .unsafeRenegotiation:
            Topic(
                "The server renegotiated without RFC 5746.", "a server or a device from before 2010: CVE-2009-3555",
                confirm: ["renegotiate HOST --allow-unsafe": "does it again"])
        case .unsafeResumption:
            Topic(
                "The server resumed a session with a client certificate after a change of --vary that drops it.",
                "names that share ticket keys, but not what they ask of clients",
                confirm: ["resume HOST --cert FILE --key FILE --vary no-client-cert": "does it again"])
        case .unsupportedProtocol:
            Topic(
                "The server chose a version that was not offered, or the client offers none that is accepted.",
                "one side is old: TLS 1.0 or 1.1 alone",
                confirm: ["connect HOST --tls 1.0-1.3 --get tls.version": "which version it takes"])
        case .wrongName:
            Topic(
                "The chain is good, but the certificate is for another name.",
                "another virtual host answered, or a name was not added",
                confirm: [
                    "connect HOST": "the names that it holds",
                    "connect HOST --verify-name NAME": "against another name",
                ])
        case .wrongVersion:
            Topic(
                "The connection, or the server, has no version with what the command asks for.",
                "renegotiation ends with TLS 1.2; KeyUpdate begins with 1.3",
                confirm: ["connect HOST --tls 1.2 --get tls.version": "does it speak 1.2?"])
        }
    }
}
