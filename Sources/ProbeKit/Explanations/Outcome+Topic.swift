extension Outcome {
    /// The exit codes with this outcome; a signal has one for each that may end us, and one for a reader who left.
    package var exitCodes: [Int32] { self == .signal ? [130, 141, 143] : [exitCode] }

    /// What an exit code of this outcome means, in the words of sslprobe(1).
    func topic(exitCode: Int32) -> Topic {
        switch self {
        case .ok:
            Topic(
                "What was asked happened, and every --expect held.",
                "with -k also where the certificate is not acceptable",
                "an --expect that names the outcome made a success of a failure",
                "serve: a signal, --count or --for ended it as planned",
                confirm: ["connect HOST --get outcome,verify.ok": "the outcome, and whether to trust"])
        case .expectation:
            Topic(
                "The probe went well, but an --expect does not hold.",
                "the field has another value; the text shows which one",
                "what is null, or [*] of an empty list, satisfies nothing",
                "serve: a client missed an --expect, or none came",
                confirm: ["connect HOST --json": "every value that can be expected"])
        case .dns:
            Topic(
                "The name did not resolve.",
                "a slip in the name, or one that only another resolver knows",
                "-4 or -6, and the name has no address of that kind",
                "the resolver itself is down (error code lookup_failed)",
                confirm: ["connect HOST --connect-to ADDRESS:443": "without looking it up"])
        case .connect:
            Topic(
                "The connection was refused, the host unreachable, or the connection reset before TLS.",
                "nothing listens at that port: refused",
                "a wrong address, no route, or a firewall: unreachable",
                "a firewall or a server that is full: reset_before_tls",
                confirm: ["connect HOST --all-addresses": "what each address of the name says"])
        case .timeout:
            Topic(
                "A deadline passed.",
                "at stage tcp: a firewall drops the packets, or the host is down",
                "at stage tls: what listens is overloaded, or waits for no TLS",
                "serve: --for was over before --count clients had come",
                confirm: [
                    "connect HOST --get error.stage": "how far it got",
                    "connect HOST -t 60s --connect-timeout 30s": "or is it only slow?",
                ])
        case .handshake:
            Topic(
                "The TLS handshake failed: an alert, no version or cipher in common, or a peer that does not speak TLS.",
                "the server is older, or stricter, than what was offered",
                "something else is at that port: HTTP, SSH, SMTP",
                "an alert says more: sslprobe explain alert NUMBER",
                confirm: [
                    "connect HOST -v": "every message until the end",
                    "connect HOST --tls 1.0-1.3": "with all versions and old ciphers",
                ])
        case .verify:
            Topic(
                "The handshake was finished; the certificate or the name is not acceptable.",
                "it expired, or it is for another name than the one asked for",
                "the server does not send its intermediate certificates",
                "the authority is a private one and was not given with --ca",
                confirm: [
                    "connect HOST": "every reason, with names and dates",
                    "connect HOST --ca FILE": "trusting the authorities in FILE",
                ])
        case .rejected:
            Topic(
                "The server asked for a client certificate and refused ours, or us without one; or it refused us for another "
                    + "reason after the handshake.",
                "--cert was not given, and the server requires one",
                "its issuer is not known there, or an intermediate is missing",
                confirm: [
                    "connect HOST --get error.code": "which of these it is",
                    "connect HOST --cert FILE --key FILE --cert-chain FILE": "with certificate and intermediates",
                ])
        case .unmet:
            Topic(
                "The server declined what the command asked, or cut the connection at it.",
                "renegotiate: refused, as OpenSSL 3 and most servers do by default",
                "tickets, resume: none came, or a key that other machines lack",
                "keyupdate: provably unanswered, or answered by a close",
                confirm: ["resume HOST --get resumption.verdict.why": "the reason, as with each command"])
        case .notApplicable:
            Topic(
                "The wrong version for the command.",
                "renegotiate: TLS 1.3 has none, and the server speaks nothing else",
                "renegotiate: no RFC 5746, which --allow-unsafe does without",
                "keyupdate, resume --mechanism psk: the server lacks TLS 1.3",
                confirm: [
                    "connect HOST --tls 1.2 --get tls.version": "does it speak 1.2?",
                    "connect HOST --tls 1.3 --get tls.version": "does it speak 1.3?",
                ])
        case .inconclusive:
            Topic(
                "The probe ran and could not decide.",
                "the server hung up without a word, or never answered",
                "tickets, keyupdate: nothing made the server write",
                "messages without end: error code flood",
                confirm: [
                    "connect HOST --get error.message": "what was seen",
                    "tickets HOST --elicit http": "with a request that makes it write",
                ])
        case .local:
            Topic(
                "A file of ours cannot be read, used or written, or standard output cannot be written.",
                "a file is missing, not for us to read, or holds something else",
                "the key is not that of the certificate, or has a password",
                "serve: another program has the port",
                confirm: ["connect HOST --cert FILE --key FILE": "names the option and the file"])
        case .unsupported:
            Topic(
                "The linked OpenSSL lacks what was asked for.",
                "an older OpenSSL than the option needs; the message names it",
                confirm: ["--version --json": "what it was built with, and runs with"])
        case .unsafe:
            Topic(
                "The server does what it must not.",
                "it renegotiates without RFC 5746",
                "it accepts the same early data twice: no anti-replay",
                "it resumes a session without the authentication that it had",
                confirm: [
                    "renegotiate HOST --allow-unsafe": "cause 1",
                    "resume HOST --early-data @FILE --replay": "cause 2",
                    "resume HOST --cert FILE --vary no-client-cert": "cause 3",
                ])
        case .usage:
            Topic(
                "A mistake on the command line.",
                "standard error names the option, the value and what it takes",
                confirm: ["connect --help": "the options of a command"])
        case .internal:
            Topic(
                "A bug in sslprobe.",
                "please report it, with what the command below prints",
                confirm: ["connect HOST --json --events": "all that happened until then"])
        case .signal: Self.signal(exitCode)
        }
    }

    private static func signal(_ exitCode: Int32) -> Topic {
        switch exitCode {
        case 130:
            Topic(
                "Ended by SIGINT.", "somebody pressed Ctrl-C", "serve: pressed it twice; once is exit code 0",
                confirm: ["connect HOST -m 30s": "ends by itself, with exit code 5"])
        case 143:
            Topic(
                "Ended by SIGTERM.", "a job or a service manager had no more time for it",
                "serve: it came twice; once is exit code 0",
                confirm: ["connect HOST -m 30s": "ends by itself, with exit code 5"])
        default:
            Topic(
                "Nobody reads standard output any more.", "a pipe into head, or into a program that ended",
                confirm: ["connect HOST -o FILE": "writes the result to a file"])
        }
    }
}
