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
            'schema:Print the JSON Schema of the report or of the events.'
            'help:Show subcommand help information.'
        )
        _describe -V subcommand subcommands && ret=0
        ;;
    arg)
        case "${words[1]}" in
        connect|schema|help)
            "_sslprobe_${words[1]}" && ret=0
            ;;
        esac
        ;;
    esac

    return "${ret}"
}

_sslprobe_connect() {
    local -i ret=1
    local -ar ___format=('text' 'json' 'jsonl')
    local -ar ___color=('auto' 'always' 'never')
    local -ar ___tls=('1.0' '1.1' '1.2' '1.3' '1.2-1.3')
    local -ar ___settle=('auto')
    local -ar arg_specs=(
        '(-j --json)'{-j,--json}'[One JSON object.]'
        '--jsonl[Events as JSON lines, as they happen.]'
        '*--get[Print these paths of the report, tab-separated.]:PATH\[,PATH\]:'
        '*'{--expect,--expect-client}'[Exit 1 unless this holds of the report, such as '\''tls.version >= 1.2'\''; repeatable.]:FIELD OP VALUE:'
        '-v[Show the messages of the handshake.]'
        '-q[No text; one line on stderr for a failure.]'
        '-o[Write the result here; - is stdout.]:FILE:_files'
        '(--show-certs --showcerts)'{--show-certs,--showcerts}'[Certificates as PEM, in text and report.]'
        '--save-report[Write the --json line here as well.]:FILE:_files'
        '--keylog[Append the secrets for Wireshark. (default\: $SSLKEYLOGFILE)]:FILE:_files'
        '--save-certs[Write the server'\''s certificates, as PEM.]:FILE:_files'
        '--format[text, json or jsonl. (default\: text)]:FORMAT:{__sslprobe_complete "${___format[@]}"}'
        '--events[Events inside the JSON report too.]'
        '--color[auto, always or never. (default\: auto)]:WHEN:{__sslprobe_complete "${___color[@]}"}'
        '*'{--ca,--cacert,--capath,--CAfile}'[File, directory, system or none; replaces the system'\''s store; repeatable.]:CA:_files'
        '(-k --insecure)'{-k,--insecure}'[Report a failed verification, but exit 0.]'
        '--verify-name[Name to check. (default\: --sni, else the host)]:NAME:'
        '--verify-depth[How many intermediates are allowed, 0 to 100.]:N:'
        '--cert[Client certificate, PEM or DER.]:FILE:_files'
        '--key[Its private key, PEM or DER. (default\: in --cert)]:FILE:_files'
        '--cert-chain[Intermediate certificates to send with it.]:FILE:_files'
        '--key-password[Where the key'\''s password is; there is no prompt.]:env\:NAME|file\:PATH:'
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
        '--connect-to[Dial this; SNI and name check stay the target'\''s. curl'\''s HOST1\:PORT1\:HOST2\:PORT2 works too.]:HOST\:PORT:'
        '--max-idle-messages[Messages in a row without data, 1 to 1000000. (default\: 64)]:N:'
        '*:target:'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_sslprobe_schema() {
    local -i ret=1
    local -ar _report|event=('report' 'event')
    local -ar arg_specs=(
        '*:report|event:{__sslprobe_complete "${_report|event[@]}"}'
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
