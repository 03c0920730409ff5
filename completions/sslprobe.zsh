#compdef sslprobe

__sslprobe_complete() {
    local -ar non_empty_completions=("${@:#(|:*)}")
    local -ar empty_completions=("${(M)@:#(|:*)}")
    _describe -V '' non_empty_completions -- empty_completions -P $'\'\''
}

__sslprobe_custom_complete() {
    local -a completions
    completions=("${(@f)"$("${command_name}" "${@}" "${command_line[@]}")"}")
    if [[ "${#completions[@]}" -gt 1 ]]; then
        __sslprobe_complete "${completions[@]:0:-1}"
    fi
}

__sslprobe_cursor_index_in_current_word() {
    if [[ -z "${QIPREFIX}${IPREFIX}${PREFIX}" ]]; then
        printf 0
    else
        printf %s "${#${(z)LBUFFER}[-1]}"
    fi
}

_sslprobe() {
    emulate -RL zsh -G
    setopt extendedglob nullglob numericglobsort
    unsetopt aliases banghist

    local -xr SAP_SHELL=zsh
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(builtin emulate zsh -c 'printf %s "${ZSH_VERSION}"')"
    local -r SAP_SHELL_VERSION

    local context state state_descr line
    local -A opt_args

    local -r command_name="${words[1]}"
    local -ar command_line=("${words[@]}")
    local -ir current_word_index="$((CURRENT - 1))"

    local -i ret=1
    local -ar arg_specs=(
        '(-V --version)'{-V,--version}'[Show the versions of sslprobe and OpenSSL; with --json as JSON.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
        '(-): :->command'
        '(-)*:: :->arg'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0
    case "${state}" in
    command)
        local -ar subcommands=(
            'connect:Do one handshake and say what was negotiated and verified.'
            'serve:Be a TLS server for testing clients, and say what each of them did.'
            'renegotiate:Renegotiate in TLS 1.2 and say whether the server lets a client do that.'
            'keyupdate:Send KeyUpdates in TLS 1.3 and say whether the server answers them.'
            'tickets:Count the session tickets of a server and say what they are.'
            'resume:Come back with a session and say whether the server takes it, and if not, why.'
            'explain:Say what a code or a name means, its causes, and how to confirm it.'
            'schema:Print the JSON Schema of what --json and --jsonl print.'
            'help:Show subcommand help information.'
        )
        _describe -V subcommand subcommands && ret=0
        ;;
    arg)
        case "${words[1]}" in
        connect|serve|renegotiate|keyupdate|tickets|resume|explain|schema|help)
            "_sslprobe_${words[1]}" && ret=0
            ;;
        esac
        ;;
    esac

    return "${ret}"
}

_sslprobe_connect() {
    local -i ret=1
    local -ar ___format=('text' 'json' 'jsonl' 'junit' 'github')
    local -ar ___color=('auto' 'always' 'never')
    local -ar ___tls=('1.0' '1.1' '1.2' '1.3' '1.2-1.3')
    local -ar ___settle=('auto')
    local -ar arg_specs=(
        '(--count --repeat --attempts --connections)'{--count,--repeat,--attempts,--connections}'[How many handshakes, 1 to 100000; tells how long they took and how many failed. (default\: 1)]:N:'
        '--parallel[How many of them at once, 1 to 1000. (default\: 1)]:M:'
        '--interval[From the start of one to the start of the next. (default\: 0)]:D:'
        '(-j --json)'{-j,--json}'[The report as JSON.]'
        '--jsonl[Events as JSON lines, as they happen.]'
        '*--get[Print these paths of the report, tab-separated.]:PATH\[,PATH\]:'
        '*'{--expect,--expect-client}'[Exit 1 unless this holds of the report, such as '\''tls.version >= 1.2'\''; repeatable.]:FIELD OP VALUE:'
        '-v[Show the messages of the handshake.]'
        '-q[No text; one line on stderr for a failure.]'
        '-o[Write the result here; - is stdout.]:FILE:_files'
        '(--show-certs --showcerts)'{--show-certs,--showcerts}'[With the peer'\''s certificates as PEM.]'
        '--save-report[Write what --json prints here as well.]:FILE:_files'
        '--save-junit[Write what --format junit prints here as well.]:FILE:_files'
        '--keylog[Append the secrets for Wireshark. (default\: $SSLKEYLOGFILE)]:FILE:_files'
        '--format[text, json, jsonl, junit or github. (default\: text)]:FORMAT:{__sslprobe_complete "${___format[@]}"}'
        '--events[Events inside the JSON report too.]'
        '--color[auto, always or never. (default\: auto)]:WHEN:{__sslprobe_complete "${___color[@]}"}'
        '*'{--ca,--cacert,--capath,--CAfile}'[File, directory, system or none; replaces the system'\''s store; repeatable.]:CA:_files'
        '(-k --insecure)'{-k,--insecure}'[Report a failed verification, but exit 0.]'
        '--verify-name[Name to check. (default\: --sni, else the host)]:NAME:'
        '--verify-depth[How many intermediates are allowed, 0 to 100.]:N:'
        '--min-days[Exit 1 unless every certificate sent has N days left.]:N:'
        '--cert[Client certificate, PEM or DER.]:FILE:_files'
        '--key[Its private key, PEM or DER. (default\: in --cert)]:FILE:_files'
        '--cert-chain[Intermediate certificates to send with it.]:FILE:_files'
        '--key-password[Where the key'\''s password is; there is no prompt.]:env\:NAME|file\:PATH:'
        '--save-certs[Write the server'\''s certificates, as PEM.]:FILE:_files'
        '--tls[One version or a range; below 1.2 implies --legacy.]:1.2|1.2-1.3:{__sslprobe_complete "${___tls[@]}"}'
        '(--sni --servername)'{--sni,--servername}'[Server name to send. (default\: the target'\''s)]:NAME|none:'
        '--noservername[Same as --sni none.]'
        '--alpn[Protocols to offer, such as h2,http/1.1. (default\: none)]:LIST:'
        '(--ciphers --cipher)'{--ciphers,--cipher}'[TLS 1.2 and below, as in openssl-ciphers(1).]:LIST:'
        '(--ciphersuites --tls13-ciphers)'{--ciphersuites,--tls13-ciphers}'[TLS 1.3, in order, separated by colons.]:LIST:'
        '(--groups --curves)'{--groups,--curves}'[Key exchange groups, separated by colons.]:LIST:'
        '--sigalgs[Signature algorithms, separated by colons.]:LIST:'
        '--seclevel[OpenSSL'\''s security level, 0 to 5.]:N:'
        '--legacy[TLS 1.0 and 1.1, level 0, servers without RFC 5746.]'
        '--no-ticket[Do not offer to take session tickets (TLS 1.2).]'
        '--psk[External pre-shared key; the file holds it in hex.]:ID\:HEXFILE:_files'
        '--post-handshake-auth[Offer client authentication after the handshake.]'
        '--http[Send HEAD / and show the status; offers http/1.1.]'
        '--http-path[Like --http, with this path.]:PATH:'
        '--send[Send this text, file or stdin.]:STRING|@FILE|-:'
        '--read-for[Read what the server says for this long.]:D:'
        '(-t --timeout)'{-t,--timeout}'[Deadline from lookup to close, such as 500ms, 10s, 2m. (default\: 10s)]:D:'
        '--connect-timeout[Deadline of each TCP attempt. (default\: 5s)]:D:'
        '(-m --max-time)'{-m,--max-time}'[Deadline of the whole run.]:D:'
        '--settle[How long to listen for a late rejection; auto\: 250ms or three round trips. (default\: auto)]:auto|D:{__sslprobe_complete "${___settle[@]}"}'
        '-4[IPv4 only.]'
        '-6[IPv6 only.]'
        '--all-addresses[Ask every address of the name, and say what differs.]'
        '--connect-to[Dial this; SNI and name check stay the target'\''s. curl'\''s HOST1\:PORT1\:HOST2\:PORT2 works too.]:HOST\:PORT:'
        '(--load-session --sess-in)'{--load-session,--sess-in}'[Offer the session in this file, if it is this server'\''s.]:FILE:_files'
        '(--save-session --sess-out)'{--save-session,--sess-out}'[Write the last session that came to this file; it holds secrets.]:FILE:_files'
        '--targets[Ask the targets in this file or stdin, one on each line; SNI after a tab.]:FILE|-:_files'
        '--jobs[How many targets at once, 1 to 10000. (default\: 32)]:N:'
        '--retry[Ask again up to N times when a server was not reached (exit 3 to 5).]:N:'
        '--retry-delay[How long to wait before that. (default\: 1s)]:D:'
        '--max-idle-messages[Messages in a row without data, 1 to 1000000. (default\: 64)]:N:'
        '*:target:'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_sslprobe_serve() {
    local -i ret=1
    local -ar ___reply=('http' 'echo' 'sink' 'status-json')
    local -ar ___close=('clean' 'half' 'abrupt')
    local -ar ___cert_profile=('expired' 'not-yet-valid' 'wrong-host' 'self-signed' 'no-intermediate' 'client-only-eku' 'rsa-1024' 'sha1' 'many-sans' 'hostile-subject')
    local -ar ___client_auth=('none' 'request' 'require' 'post-handshake' 'renegotiation')
    local -ar ___tls=('1.0' '1.1' '1.2' '1.3' '1.2-1.3')
    local -ar ___ticket_mode=('stateless' 'stateful' 'off')
    local -ar ___anti_replay=('on' 'off')
    local -ar ___keyupdate=('request' 'one-way')
    local -ar ___post_trigger=('write' 'handshake')
    local -ar ___format=('text' 'json' 'jsonl' 'junit' 'github')
    local -ar ___color=('auto' 'always' 'never')
    local -ar arg_specs=(
        '--listen[Where\: ADDR\:PORT, PORT (127.0.0.1) or *\:PORT (every address); port 0 is any free one. (default\: 127.0.0.1\:4433)]:ADDR\:PORT:'
        '--ready-file[Write ADDR\:PORT here when clients can come.]:FILE:_files'
        '(--count --accept --repeat --attempts --connections)'{--count,--accept,--repeat,--attempts,--connections}'[End after so many clients. (default\: never)]:N:'
        '--for[End after this time. (default\: never)]:D:'
        '--max-connections[Open at once; more clients wait. (default\: 10000)]:N:'
        '--handshake-timeout[Deadline of each handshake. (default\: 10s)]:D:'
        '--workers[Threads that serve clients, 1 to 64. (default\: 1)]:N:'
        '--reply[http (one line), status-json (the connection'\''s report), echo or sink (nothing). (default\: http)]:KIND:{__sslprobe_complete "${___reply[@]}"}'
        '--close[clean (close_notify), half (close_notify, then read on) or abrupt (neither). (default\: clean)]:KIND:{__sslprobe_complete "${___close[@]}"}'
        '*--cert[Certificate and its chain, PEM or DER; repeatable\: chosen by SNI and kind of key. (default\: one made in memory)]:FILE:_files'
        '*--key[Private key of each --cert, in the same order. (default\: in --cert)]:FILE:_files'
        '--key-password[Where the keys'\'' password is; there is no prompt.]:env\:NAME|file\:PATH:'
        '--auto-cert[Names and addresses for the certificate in memory. (default\: localhost,127.0.0.1,\:\:1)]:NAME,...:'
        '--cert-profile[One fault for that certificate\: expired, not-yet-valid, wrong-host, self-signed, no-intermediate, client-only-eku, rsa-1024, sha1, many-sans, hostile-subject.]:NAME:{__sslprobe_complete "${___cert_profile[@]}"}'
        '--write-ca[Write the authority in memory, for clients to trust.]:FILE:_files'
        '--write-client-cert[Write a client certificate of that authority, with its key.]:FILE:_files'
        '--client-auth[When to ask for a client certificate\: none, request, require, post-handshake, renegotiation. (default\: none)]:WHEN:{__sslprobe_complete "${___client_auth[@]}"}'
        '--client-ca[File or directory of authorities for client certificates. (default\: the one in memory)]:FILE:_files'
        '--tls[One version or a range; below 1.2 implies --legacy.]:1.2|1.2-1.3:{__sslprobe_complete "${___tls[@]}"}'
        '--alpn[Protocols, most wanted first; a client that offers only others is refused.]:LIST:'
        '(--ciphers --cipher)'{--ciphers,--cipher}'[TLS 1.2 and below, as in openssl-ciphers(1).]:LIST:'
        '(--ciphersuites --tls13-ciphers)'{--ciphersuites,--tls13-ciphers}'[TLS 1.3, separated by colons.]:LIST:'
        '(--groups --curves)'{--groups,--curves}'[Key exchange groups, separated by colons.]:LIST:'
        '--sigalgs[Signature algorithms, separated by colons.]:LIST:'
        '--seclevel[OpenSSL'\''s security level, 0 to 5.]:N:'
        '--legacy[TLS 1.0 and 1.1, level 0, clients without RFC 5746.]'
        '--psk[External pre-shared key; the file holds it in hex.]:ID\:HEXFILE:_files'
        '--tickets[After a full handshake, 0 to 255 (TLS 1.3). (default\: 2)]:N:'
        '--ticket-lifetime[How long a session can be resumed, up to 168h. (default\: 2h)]:D:'
        '--ticket-mode[stateless (sealed in the ticket), stateful (kept here) or off. (default\: stateless)]:MODE:{__sslprobe_complete "${___ticket_mode[@]}"}'
        '--rotate-ticket-key[Seal with a new key as often; the one before is still taken. (default\: never)]:D:'
        '--early-data[How much is taken, 0 to 16MB (TLS 1.3). (default\: 0)]:BYTES:'
        '--anti-replay[off\: tickets for early data work again and again. (default\: on)]:on|off:{__sslprobe_complete "${___anti_replay[@]}"}'
        '--extra-tickets[More tickets after the handshake, 1 to 255 (TLS 1.3).]:N:'
        '--new-ticket-after[When to send those, or one, each time. (default\: once, at once)]:D|SIZE|request:'
        '--keyupdate-after[Send a KeyUpdate every D, every SIZE of data, or before each answer (TLS 1.3).]:D|SIZE|request:'
        '--keyupdate[Whether it asks for one in return. (default\: request)]:request|one-way:{__sslprobe_complete "${___keyupdate[@]}"}'
        '--renegotiate-after[Send a HelloRequest as often (TLS 1.2).]:D|SIZE|request:'
        '--post-handshake-auth-after[When --client-auth post-handshake asks for it. (default\: request)]:D|SIZE|request:'
        '--post-trigger[Send these at once (handshake) or with the next data (write). (default\: handshake)]:write|handshake:{__sslprobe_complete "${___post_trigger[@]}"}'
        '--allow-client-renegotiation[Let clients renegotiate (TLS 1.2).]'
        '--no-resumption-on-renegotiation[Make every renegotiation a full handshake.]'
        '(-j --json)'{-j,--json}'[The report as JSON.]'
        '--jsonl[Events as JSON lines, as they happen.]'
        '*--get[Print these paths of the report, tab-separated.]:PATH\[,PATH\]:'
        '*'{--expect,--expect-client}'[Exit 1 unless this holds of the report, such as '\''tls.version >= 1.2'\''; repeatable.]:FIELD OP VALUE:'
        '-v[Show the messages of the handshake.]'
        '-q[No text; one line on stderr for a failure.]'
        '-o[Write the result here; - is stdout.]:FILE:_files'
        '(--show-certs --showcerts)'{--show-certs,--showcerts}'[With the peer'\''s certificates as PEM.]'
        '--save-report[Write what --json prints here as well.]:FILE:_files'
        '--save-junit[Write what --format junit prints here as well.]:FILE:_files'
        '--keylog[Append the secrets for Wireshark. (default\: $SSLKEYLOGFILE)]:FILE:_files'
        '--format[text, json, jsonl, junit or github. (default\: text)]:FORMAT:{__sslprobe_complete "${___format[@]}"}'
        '--events[Events inside the JSON report too.]'
        '--color[auto, always or never. (default\: auto)]:WHEN:{__sslprobe_complete "${___color[@]}"}'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_sslprobe_renegotiate() {
    local -i ret=1
    local -ar ___mode=('full' 'abbreviated' 'both')
    local -ar ___format=('text' 'json' 'jsonl' 'junit' 'github')
    local -ar ___color=('auto' 'always' 'never')
    local -ar ___tls=('1.0' '1.1' '1.2' '1.3' '1.2-1.3')
    local -ar ___settle=('auto')
    local -ar arg_specs=(
        '--mode[Full handshakes, the session resumed, or each on its own connection. (default\: full)]:full|abbreviated|both:{__sslprobe_complete "${___mode[@]}"}'
        '(--count --repeat --attempts --connections)'{--count,--repeat,--attempts,--connections}'[How many renegotiations, 1 to 1000. (default\: 1)]:N:'
        '--until-refused[Go on until the server refuses, 20 times at most; exit 0 when one was accepted.]'
        '--interval[Wait between two renegotiations. (default\: 0)]:D:'
        '--after[Before the first, wait this long, or until exactly this much data went both ways.]:D|SIZE:'
        '--await-request[Start none; wait this long for the server to ask with a HelloRequest.]:D:'
        '(--answer-timeout --refusal-timeout)'{--answer-timeout,--refusal-timeout}'[How long each renegotiation may take. (default\: 3s)]:D:'
        '--allow-unsafe[Also connect to a server without RFC 5746, and try it there.]'
        '(-j --json)'{-j,--json}'[The report as JSON.]'
        '--jsonl[Events as JSON lines, as they happen.]'
        '*--get[Print these paths of the report, tab-separated.]:PATH\[,PATH\]:'
        '*'{--expect,--expect-client}'[Exit 1 unless this holds of the report, such as '\''tls.version >= 1.2'\''; repeatable.]:FIELD OP VALUE:'
        '-v[Show the messages of the handshake.]'
        '-q[No text; one line on stderr for a failure.]'
        '-o[Write the result here; - is stdout.]:FILE:_files'
        '(--show-certs --showcerts)'{--show-certs,--showcerts}'[With the peer'\''s certificates as PEM.]'
        '--save-report[Write what --json prints here as well.]:FILE:_files'
        '--save-junit[Write what --format junit prints here as well.]:FILE:_files'
        '--keylog[Append the secrets for Wireshark. (default\: $SSLKEYLOGFILE)]:FILE:_files'
        '--format[text, json, jsonl, junit or github. (default\: text)]:FORMAT:{__sslprobe_complete "${___format[@]}"}'
        '--events[Events inside the JSON report too.]'
        '--color[auto, always or never. (default\: auto)]:WHEN:{__sslprobe_complete "${___color[@]}"}'
        '*'{--ca,--cacert,--capath,--CAfile}'[File, directory, system or none; replaces the system'\''s store; repeatable.]:CA:_files'
        '(-k --insecure)'{-k,--insecure}'[Report a failed verification, but exit 0.]'
        '--verify-name[Name to check. (default\: --sni, else the host)]:NAME:'
        '--verify-depth[How many intermediates are allowed, 0 to 100.]:N:'
        '--min-days[Exit 1 unless every certificate sent has N days left.]:N:'
        '--cert[Client certificate, PEM or DER.]:FILE:_files'
        '--key[Its private key, PEM or DER. (default\: in --cert)]:FILE:_files'
        '--cert-chain[Intermediate certificates to send with it.]:FILE:_files'
        '--key-password[Where the key'\''s password is; there is no prompt.]:env\:NAME|file\:PATH:'
        '--save-certs[Write the server'\''s certificates, as PEM.]:FILE:_files'
        '--tls[One version or a range; below 1.2 implies --legacy.]:1.2|1.2-1.3:{__sslprobe_complete "${___tls[@]}"}'
        '(--sni --servername)'{--sni,--servername}'[Server name to send. (default\: the target'\''s)]:NAME|none:'
        '--noservername[Same as --sni none.]'
        '--alpn[Protocols to offer, such as h2,http/1.1. (default\: none)]:LIST:'
        '(--ciphers --cipher)'{--ciphers,--cipher}'[TLS 1.2 and below, as in openssl-ciphers(1).]:LIST:'
        '(--ciphersuites --tls13-ciphers)'{--ciphersuites,--tls13-ciphers}'[TLS 1.3, in order, separated by colons.]:LIST:'
        '(--groups --curves)'{--groups,--curves}'[Key exchange groups, separated by colons.]:LIST:'
        '--sigalgs[Signature algorithms, separated by colons.]:LIST:'
        '--seclevel[OpenSSL'\''s security level, 0 to 5.]:N:'
        '--legacy[TLS 1.0 and 1.1, level 0, servers without RFC 5746.]'
        '--no-ticket[Do not offer to take session tickets (TLS 1.2).]'
        '--psk[External pre-shared key; the file holds it in hex.]:ID\:HEXFILE:_files'
        '--post-handshake-auth[Offer client authentication after the handshake.]'
        '--http[Send HEAD / and show the status; offers http/1.1.]'
        '--http-path[Like --http, with this path.]:PATH:'
        '--send[Send this text, file or stdin.]:STRING|@FILE|-:'
        '--read-for[Read what the server says for this long.]:D:'
        '(-t --timeout)'{-t,--timeout}'[Deadline from lookup to close, such as 500ms, 10s, 2m. (default\: 10s)]:D:'
        '--connect-timeout[Deadline of each TCP attempt. (default\: 5s)]:D:'
        '(-m --max-time)'{-m,--max-time}'[Deadline of the whole run.]:D:'
        '--settle[How long to listen for a late rejection; auto\: 250ms or three round trips. (default\: auto)]:auto|D:{__sslprobe_complete "${___settle[@]}"}'
        '-4[IPv4 only.]'
        '-6[IPv6 only.]'
        '--all-addresses[Ask every address of the name, and say what differs.]'
        '--connect-to[Dial this; SNI and name check stay the target'\''s. curl'\''s HOST1\:PORT1\:HOST2\:PORT2 works too.]:HOST\:PORT:'
        '(--load-session --sess-in)'{--load-session,--sess-in}'[Offer the session in this file, if it is this server'\''s.]:FILE:_files'
        '(--save-session --sess-out)'{--save-session,--sess-out}'[Write the last session that came to this file; it holds secrets.]:FILE:_files'
        '--targets[Ask the targets in this file or stdin, one on each line; SNI after a tab.]:FILE|-:_files'
        '--jobs[How many targets at once, 1 to 10000. (default\: 32)]:N:'
        '--retry[Ask again up to N times when a server was not reached (exit 3 to 5).]:N:'
        '--retry-delay[How long to wait before that. (default\: 1s)]:D:'
        '--max-idle-messages[Messages in a row without data, 1 to 1000000. (default\: 64)]:N:'
        '*:target:'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_sslprobe_keyupdate() {
    local -i ret=1
    local -ar ___direction=('request' 'one-way' 'both')
    local -ar ___trigger=('write' 'handshake')
    local -ar ___elicit=('auto' 'http' 'none')
    local -ar ___format=('text' 'json' 'jsonl' 'junit' 'github')
    local -ar ___color=('auto' 'always' 'never')
    local -ar ___tls=('1.0' '1.1' '1.2' '1.3' '1.2-1.3')
    local -ar ___settle=('auto')
    local -ar arg_specs=(
        '--direction[Request a KeyUpdate in return, change our keys alone, or one of each. (default\: request)]:request|one-way|both:{__sslprobe_complete "${___direction[@]}"}'
        '(--count --repeat --attempts --connections)'{--count,--repeat,--attempts,--connections}'[How many KeyUpdates, 1 to 1000; of each kind with both. (default\: 1)]:N:'
        '--interval[Await each answer, then pause this long; 0\: send all without waiting. (default\: 0)]:D:'
        '--trigger[Send each together with the next data, or by itself before any data. (default\: write)]:write|handshake:{__sslprobe_complete "${___trigger[@]}"}'
        '--elicit[Send this so that the server writes; auto\: HEAD / on ports 443 and 8443 or with http/1.1. (default\: auto)]:auto|http|STRING|none:{__sslprobe_complete "${___elicit[@]}"}'
        '--echo-check[Send a line with each, and check that the server sends it back.]'
        '(--answer-timeout --refusal-timeout)'{--answer-timeout,--refusal-timeout}'[How long to wait for each answer. (default\: 3s)]:D:'
        '(-j --json)'{-j,--json}'[The report as JSON.]'
        '--jsonl[Events as JSON lines, as they happen.]'
        '*--get[Print these paths of the report, tab-separated.]:PATH\[,PATH\]:'
        '*'{--expect,--expect-client}'[Exit 1 unless this holds of the report, such as '\''tls.version >= 1.2'\''; repeatable.]:FIELD OP VALUE:'
        '-v[Show the messages of the handshake.]'
        '-q[No text; one line on stderr for a failure.]'
        '-o[Write the result here; - is stdout.]:FILE:_files'
        '(--show-certs --showcerts)'{--show-certs,--showcerts}'[With the peer'\''s certificates as PEM.]'
        '--save-report[Write what --json prints here as well.]:FILE:_files'
        '--save-junit[Write what --format junit prints here as well.]:FILE:_files'
        '--keylog[Append the secrets for Wireshark. (default\: $SSLKEYLOGFILE)]:FILE:_files'
        '--format[text, json, jsonl, junit or github. (default\: text)]:FORMAT:{__sslprobe_complete "${___format[@]}"}'
        '--events[Events inside the JSON report too.]'
        '--color[auto, always or never. (default\: auto)]:WHEN:{__sslprobe_complete "${___color[@]}"}'
        '*'{--ca,--cacert,--capath,--CAfile}'[File, directory, system or none; replaces the system'\''s store; repeatable.]:CA:_files'
        '(-k --insecure)'{-k,--insecure}'[Report a failed verification, but exit 0.]'
        '--verify-name[Name to check. (default\: --sni, else the host)]:NAME:'
        '--verify-depth[How many intermediates are allowed, 0 to 100.]:N:'
        '--min-days[Exit 1 unless every certificate sent has N days left.]:N:'
        '--cert[Client certificate, PEM or DER.]:FILE:_files'
        '--key[Its private key, PEM or DER. (default\: in --cert)]:FILE:_files'
        '--cert-chain[Intermediate certificates to send with it.]:FILE:_files'
        '--key-password[Where the key'\''s password is; there is no prompt.]:env\:NAME|file\:PATH:'
        '--save-certs[Write the server'\''s certificates, as PEM.]:FILE:_files'
        '--tls[One version or a range; below 1.2 implies --legacy.]:1.2|1.2-1.3:{__sslprobe_complete "${___tls[@]}"}'
        '(--sni --servername)'{--sni,--servername}'[Server name to send. (default\: the target'\''s)]:NAME|none:'
        '--noservername[Same as --sni none.]'
        '--alpn[Protocols to offer, such as h2,http/1.1. (default\: none)]:LIST:'
        '(--ciphers --cipher)'{--ciphers,--cipher}'[TLS 1.2 and below, as in openssl-ciphers(1).]:LIST:'
        '(--ciphersuites --tls13-ciphers)'{--ciphersuites,--tls13-ciphers}'[TLS 1.3, in order, separated by colons.]:LIST:'
        '(--groups --curves)'{--groups,--curves}'[Key exchange groups, separated by colons.]:LIST:'
        '--sigalgs[Signature algorithms, separated by colons.]:LIST:'
        '--seclevel[OpenSSL'\''s security level, 0 to 5.]:N:'
        '--legacy[TLS 1.0 and 1.1, level 0, servers without RFC 5746.]'
        '--no-ticket[Do not offer to take session tickets (TLS 1.2).]'
        '--psk[External pre-shared key; the file holds it in hex.]:ID\:HEXFILE:_files'
        '--post-handshake-auth[Offer client authentication after the handshake.]'
        '--http[Send HEAD / and show the status; offers http/1.1.]'
        '--http-path[Like --http, with this path.]:PATH:'
        '--send[Send this text, file or stdin.]:STRING|@FILE|-:'
        '--read-for[Read what the server says for this long.]:D:'
        '(-t --timeout)'{-t,--timeout}'[Deadline from lookup to close, such as 500ms, 10s, 2m. (default\: 10s)]:D:'
        '--connect-timeout[Deadline of each TCP attempt. (default\: 5s)]:D:'
        '(-m --max-time)'{-m,--max-time}'[Deadline of the whole run.]:D:'
        '--settle[How long to listen for a late rejection; auto\: 250ms or three round trips. (default\: auto)]:auto|D:{__sslprobe_complete "${___settle[@]}"}'
        '-4[IPv4 only.]'
        '-6[IPv6 only.]'
        '--all-addresses[Ask every address of the name, and say what differs.]'
        '--connect-to[Dial this; SNI and name check stay the target'\''s. curl'\''s HOST1\:PORT1\:HOST2\:PORT2 works too.]:HOST\:PORT:'
        '(--load-session --sess-in)'{--load-session,--sess-in}'[Offer the session in this file, if it is this server'\''s.]:FILE:_files'
        '(--save-session --sess-out)'{--save-session,--sess-out}'[Write the last session that came to this file; it holds secrets.]:FILE:_files'
        '--targets[Ask the targets in this file or stdin, one on each line; SNI after a tab.]:FILE|-:_files'
        '--jobs[How many targets at once, 1 to 10000. (default\: 32)]:N:'
        '--retry[Ask again up to N times when a server was not reached (exit 3 to 5).]:N:'
        '--retry-delay[How long to wait before that. (default\: 1s)]:D:'
        '--max-idle-messages[Messages in a row without data, 1 to 1000000. (default\: 64)]:N:'
        '*:target:'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_sslprobe_tickets() {
    local -i ret=1
    local -ar ___elicit=('auto' 'http' 'none')
    local -ar ___wait=('auto')
    local -ar ___format=('text' 'json' 'jsonl' 'junit' 'github')
    local -ar ___color=('auto' 'always' 'never')
    local -ar ___tls=('1.0' '1.1' '1.2' '1.3' '1.2-1.3')
    local -ar ___settle=('auto')
    local -ar arg_specs=(
        '(--count --repeat --attempts --connections)'{--count,--repeat,--attempts,--connections}'[How many full handshakes, 1 to 1000. (default\: 2)]:N:'
        '--elicit[Some servers send tickets only with data; auto\: HEAD / on port 443, 8443 or with http/1.1. (default\: auto)]:auto|http|STRING|none:{__sslprobe_complete "${___elicit[@]}"}'
        '--wait[Same as --settle\: how long to wait for tickets.]:auto|D:{__sslprobe_complete "${___wait[@]}"}'
        '--track[Remember the name of the ticket key here, and say whether it has changed.]:FILE:_files'
        '--decode[Show a saved session, or a ticket in hex or base64, without a server.]:FILE:_files'
        '(-j --json)'{-j,--json}'[The report as JSON.]'
        '--jsonl[Events as JSON lines, as they happen.]'
        '*--get[Print these paths of the report, tab-separated.]:PATH\[,PATH\]:'
        '*'{--expect,--expect-client}'[Exit 1 unless this holds of the report, such as '\''tls.version >= 1.2'\''; repeatable.]:FIELD OP VALUE:'
        '-v[Show the messages of the handshake.]'
        '-q[No text; one line on stderr for a failure.]'
        '-o[Write the result here; - is stdout.]:FILE:_files'
        '(--show-certs --showcerts)'{--show-certs,--showcerts}'[With the peer'\''s certificates as PEM.]'
        '--save-report[Write what --json prints here as well.]:FILE:_files'
        '--save-junit[Write what --format junit prints here as well.]:FILE:_files'
        '--keylog[Append the secrets for Wireshark. (default\: $SSLKEYLOGFILE)]:FILE:_files'
        '--format[text, json, jsonl, junit or github. (default\: text)]:FORMAT:{__sslprobe_complete "${___format[@]}"}'
        '--events[Events inside the JSON report too.]'
        '--color[auto, always or never. (default\: auto)]:WHEN:{__sslprobe_complete "${___color[@]}"}'
        '*'{--ca,--cacert,--capath,--CAfile}'[File, directory, system or none; replaces the system'\''s store; repeatable.]:CA:_files'
        '(-k --insecure)'{-k,--insecure}'[Report a failed verification, but exit 0.]'
        '--verify-name[Name to check. (default\: --sni, else the host)]:NAME:'
        '--verify-depth[How many intermediates are allowed, 0 to 100.]:N:'
        '--min-days[Exit 1 unless every certificate sent has N days left.]:N:'
        '--cert[Client certificate, PEM or DER.]:FILE:_files'
        '--key[Its private key, PEM or DER. (default\: in --cert)]:FILE:_files'
        '--cert-chain[Intermediate certificates to send with it.]:FILE:_files'
        '--key-password[Where the key'\''s password is; there is no prompt.]:env\:NAME|file\:PATH:'
        '--save-certs[Write the server'\''s certificates, as PEM.]:FILE:_files'
        '--tls[One version or a range; below 1.2 implies --legacy.]:1.2|1.2-1.3:{__sslprobe_complete "${___tls[@]}"}'
        '(--sni --servername)'{--sni,--servername}'[Server name to send. (default\: the target'\''s)]:NAME|none:'
        '--noservername[Same as --sni none.]'
        '--alpn[Protocols to offer, such as h2,http/1.1. (default\: none)]:LIST:'
        '(--ciphers --cipher)'{--ciphers,--cipher}'[TLS 1.2 and below, as in openssl-ciphers(1).]:LIST:'
        '(--ciphersuites --tls13-ciphers)'{--ciphersuites,--tls13-ciphers}'[TLS 1.3, in order, separated by colons.]:LIST:'
        '(--groups --curves)'{--groups,--curves}'[Key exchange groups, separated by colons.]:LIST:'
        '--sigalgs[Signature algorithms, separated by colons.]:LIST:'
        '--seclevel[OpenSSL'\''s security level, 0 to 5.]:N:'
        '--legacy[TLS 1.0 and 1.1, level 0, servers without RFC 5746.]'
        '--no-ticket[Do not offer to take session tickets (TLS 1.2).]'
        '--psk[External pre-shared key; the file holds it in hex.]:ID\:HEXFILE:_files'
        '--post-handshake-auth[Offer client authentication after the handshake.]'
        '--http[Send HEAD / and show the status; offers http/1.1.]'
        '--http-path[Like --http, with this path.]:PATH:'
        '--send[Send this text, file or stdin.]:STRING|@FILE|-:'
        '--read-for[Read what the server says for this long.]:D:'
        '(-t --timeout)'{-t,--timeout}'[Deadline from lookup to close, such as 500ms, 10s, 2m. (default\: 10s)]:D:'
        '--connect-timeout[Deadline of each TCP attempt. (default\: 5s)]:D:'
        '(-m --max-time)'{-m,--max-time}'[Deadline of the whole run.]:D:'
        '--settle[How long to listen for a late rejection; auto\: 250ms or three round trips. (default\: auto)]:auto|D:{__sslprobe_complete "${___settle[@]}"}'
        '-4[IPv4 only.]'
        '-6[IPv6 only.]'
        '--all-addresses[Ask every address of the name, and say what differs.]'
        '--connect-to[Dial this; SNI and name check stay the target'\''s. curl'\''s HOST1\:PORT1\:HOST2\:PORT2 works too.]:HOST\:PORT:'
        '(--load-session --sess-in)'{--load-session,--sess-in}'[Offer the session in this file, if it is this server'\''s.]:FILE:_files'
        '(--save-session --sess-out)'{--save-session,--sess-out}'[Write the last session that came to this file; it holds secrets.]:FILE:_files'
        '--targets[Ask the targets in this file or stdin, one on each line; SNI after a tab.]:FILE|-:_files'
        '--jobs[How many targets at once, 1 to 10000. (default\: 32)]:N:'
        '--retry[Ask again up to N times when a server was not reached (exit 3 to 5).]:N:'
        '--retry-delay[How long to wait before that. (default\: 1s)]:D:'
        '--max-idle-messages[Messages in a row without data, 1 to 1000000. (default\: 64)]:N:'
        '*:target:'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_sslprobe_resume() {
    local -i ret=1
    local -ar ___mechanism=('auto' 'id' 'ticket' 'psk')
    local -ar ___close=('clean' 'abrupt')
    local -ar ___elicit=('auto' 'http' 'none')
    local -ar ___format=('text' 'json' 'jsonl' 'junit' 'github')
    local -ar ___color=('auto' 'always' 'never')
    local -ar ___tls=('1.0' '1.1' '1.2' '1.3' '1.2-1.3')
    local -ar ___settle=('auto')
    local -ar arg_specs=(
        '--mechanism[id\: session ID, ticket\: both TLS 1.2; psk\: ticket of TLS 1.3; auto\: what the server has. (default\: auto)]:auto|id|ticket|psk:{__sslprobe_complete "${___mechanism[@]}"}'
        '(--count --repeat --attempts --connections)'{--count,--repeat,--attempts,--connections}'[How many attempts, each after a full handshake, 1 to 1000. (default\: 3; 1 with --load-session)]:N:'
        '--reuse-ticket[Come back N times with the same session\: is it taken only once?]:N:'
        '--lineage[Come back N times, each time with the newest session.]:N:'
        '--early-data[Send this with the ClientHello (0-RTT), and again when it is rejected.]:STRING|@FILE:'
        '--replay[Send the --early-data with the same session twice\: is it taken twice?]'
        '--allow-psk-ke[Offer to resume without a new key exchange as well (TLS 1.3).]'
        '--close[How the first connection ends; abrupt\: without close_notify. (default\: clean)]:clean|abrupt:{__sslprobe_complete "${___close[@]}"}'
        '--at[Spend a session at each of these moments, such as 0s,10s,1m\: how long do they live?]:D,D:'
        '--state[Do what --at has due and return; this file remembers the rest and holds secrets.]:FILE:_files'
        '--matrix[Offer everyone'\''s session to everyone\: all addresses of the target, or all targets given.]'
        '*--vary[Offer the session with this changed, one change a time\: sni=NAME, alpn=A\:B, no-client-cert, tls=1.2, port=N.]:CHANGE\[,CHANGE\]:'
        '--elicit[Some servers send tickets only with data; auto\: HEAD / on port 443, 8443 or with http/1.1. (default\: auto)]:auto|http|STRING|none:{__sslprobe_complete "${___elicit[@]}"}'
        '(-j --json)'{-j,--json}'[The report as JSON.]'
        '--jsonl[Events as JSON lines, as they happen.]'
        '*--get[Print these paths of the report, tab-separated.]:PATH\[,PATH\]:'
        '*'{--expect,--expect-client}'[Exit 1 unless this holds of the report, such as '\''tls.version >= 1.2'\''; repeatable.]:FIELD OP VALUE:'
        '-v[Show the messages of the handshake.]'
        '-q[No text; one line on stderr for a failure.]'
        '-o[Write the result here; - is stdout.]:FILE:_files'
        '(--show-certs --showcerts)'{--show-certs,--showcerts}'[With the peer'\''s certificates as PEM.]'
        '--save-report[Write what --json prints here as well.]:FILE:_files'
        '--save-junit[Write what --format junit prints here as well.]:FILE:_files'
        '--keylog[Append the secrets for Wireshark. (default\: $SSLKEYLOGFILE)]:FILE:_files'
        '--format[text, json, jsonl, junit or github. (default\: text)]:FORMAT:{__sslprobe_complete "${___format[@]}"}'
        '--events[Events inside the JSON report too.]'
        '--color[auto, always or never. (default\: auto)]:WHEN:{__sslprobe_complete "${___color[@]}"}'
        '*'{--ca,--cacert,--capath,--CAfile}'[File, directory, system or none; replaces the system'\''s store; repeatable.]:CA:_files'
        '(-k --insecure)'{-k,--insecure}'[Report a failed verification, but exit 0.]'
        '--verify-name[Name to check. (default\: --sni, else the host)]:NAME:'
        '--verify-depth[How many intermediates are allowed, 0 to 100.]:N:'
        '--min-days[Exit 1 unless every certificate sent has N days left.]:N:'
        '--cert[Client certificate, PEM or DER.]:FILE:_files'
        '--key[Its private key, PEM or DER. (default\: in --cert)]:FILE:_files'
        '--cert-chain[Intermediate certificates to send with it.]:FILE:_files'
        '--key-password[Where the key'\''s password is; there is no prompt.]:env\:NAME|file\:PATH:'
        '--save-certs[Write the server'\''s certificates, as PEM.]:FILE:_files'
        '--tls[One version or a range; below 1.2 implies --legacy.]:1.2|1.2-1.3:{__sslprobe_complete "${___tls[@]}"}'
        '(--sni --servername)'{--sni,--servername}'[Server name to send. (default\: the target'\''s)]:NAME|none:'
        '--noservername[Same as --sni none.]'
        '--alpn[Protocols to offer, such as h2,http/1.1. (default\: none)]:LIST:'
        '(--ciphers --cipher)'{--ciphers,--cipher}'[TLS 1.2 and below, as in openssl-ciphers(1).]:LIST:'
        '(--ciphersuites --tls13-ciphers)'{--ciphersuites,--tls13-ciphers}'[TLS 1.3, in order, separated by colons.]:LIST:'
        '(--groups --curves)'{--groups,--curves}'[Key exchange groups, separated by colons.]:LIST:'
        '--sigalgs[Signature algorithms, separated by colons.]:LIST:'
        '--seclevel[OpenSSL'\''s security level, 0 to 5.]:N:'
        '--legacy[TLS 1.0 and 1.1, level 0, servers without RFC 5746.]'
        '--no-ticket[Do not offer to take session tickets (TLS 1.2).]'
        '--psk[External pre-shared key; the file holds it in hex.]:ID\:HEXFILE:_files'
        '--post-handshake-auth[Offer client authentication after the handshake.]'
        '--http[Send HEAD / and show the status; offers http/1.1.]'
        '--http-path[Like --http, with this path.]:PATH:'
        '--send[Send this text, file or stdin.]:STRING|@FILE|-:'
        '--read-for[Read what the server says for this long.]:D:'
        '(-t --timeout)'{-t,--timeout}'[Deadline from lookup to close, such as 500ms, 10s, 2m. (default\: 10s)]:D:'
        '--connect-timeout[Deadline of each TCP attempt. (default\: 5s)]:D:'
        '(-m --max-time)'{-m,--max-time}'[Deadline of the whole run.]:D:'
        '--settle[How long to listen for a late rejection; auto\: 250ms or three round trips. (default\: auto)]:auto|D:{__sslprobe_complete "${___settle[@]}"}'
        '-4[IPv4 only.]'
        '-6[IPv6 only.]'
        '--all-addresses[Ask every address of the name, and say what differs.]'
        '--connect-to[Dial this; SNI and name check stay the target'\''s. curl'\''s HOST1\:PORT1\:HOST2\:PORT2 works too.]:HOST\:PORT:'
        '(--load-session --sess-in)'{--load-session,--sess-in}'[Offer the session in this file, if it is this server'\''s.]:FILE:_files'
        '(--save-session --sess-out)'{--save-session,--sess-out}'[Write the last session that came to this file; it holds secrets.]:FILE:_files'
        '--targets[Ask the targets in this file or stdin, one on each line; SNI after a tab.]:FILE|-:_files'
        '--jobs[How many targets at once, 1 to 10000. (default\: 32)]:N:'
        '--retry[Ask again up to N times when a server was not reached (exit 3 to 5).]:N:'
        '--retry-delay[How long to wait before that. (default\: 1s)]:D:'
        '--max-idle-messages[Messages in a row without data, 1 to 1000000. (default\: 64)]:N:'
        '*:target:'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_sslprobe_explain() {
    local -i ret=1
    local -ar _CODE|NAME=('exit' 'alert' 'verify' 'event' 'error')
    local -ar arg_specs=(
        '(-j --json)'{-j,--json}'[As JSON; without a word, all explanations.]'
        '*:CODE|NAME:{__sslprobe_complete "${_CODE|NAME[@]}"}'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_sslprobe_schema() {
    local -i ret=1
    local -ar _subject=('report' 'event' 'connection' 'serve-summary' 'explanation')
    local -ar arg_specs=(
        '*:subject:{__sslprobe_complete "${_subject[@]}"}'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_sslprobe_help() {
    local -i ret=1
    local -ar arg_specs=(
        '*:subcommands:'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

if [[ "${funcstack[1]}" = _sslprobe ]]; then
    _sslprobe "${@}"
else
    compdef _sslprobe sslprobe
fi
