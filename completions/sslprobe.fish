function __sslprobe_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __sslprobe_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __sslprobe_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __sslprobe_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __sslprobe_parse_tokens -S
    set -l unparsed_tokens (__sslprobe_tokens -pc)
    switch $unparsed_tokens[1]
    case 'sslprobe'
        __sslprobe_parse_subcommand 0 'V/version' 'h/help'
        switch $unparsed_tokens[1]
        case 'connect'
            __sslprobe_parse_subcommand -r 1 'count=' 'parallel=' 'interval=' 'j/json' 'jsonl' 'get=+' 'expect=+' 'v' 'q' 'o=' 'show-certs' 'save-report=' 'save-junit=' 'keylog=' 'format=' 'events' 'color=' 'ca=+' 'k/insecure' 'verify-name=' 'verify-depth=' 'min-days=' 'cert=' 'key=' 'cert-chain=' 'key-password=' 'save-certs=' 'tls=' 'sni=' 'noservername' 'alpn=' 'ciphers=' 'ciphersuites=' 'groups=' 'sigalgs=' 'seclevel=' 'legacy' 'no-ticket' 'psk=' 'post-handshake-auth' 'http' 'http-path=' 'send=' 'read-for=' 't/timeout=' 'connect-timeout=' 'm/max-time=' 'settle=' '4' '6' 'all-addresses' 'connect-to=' 'load-session=' 'save-session=' 'targets=' 'jobs=' 'retry=' 'retry-delay=' 'max-idle-messages=' 'h/help'
        case 'serve'
            __sslprobe_parse_subcommand 0 'listen=' 'ready-file=' 'count=' 'for=' 'max-connections=' 'handshake-timeout=' 'workers=' 'reply=' 'close=' 'cert=+' 'key=+' 'key-password=' 'auto-cert=' 'cert-profile=' 'write-ca=' 'write-client-cert=' 'client-auth=' 'client-ca=' 'tls=' 'alpn=' 'ciphers=' 'ciphersuites=' 'groups=' 'sigalgs=' 'seclevel=' 'legacy' 'psk=' 'tickets=' 'ticket-lifetime=' 'ticket-mode=' 'rotate-ticket-key=' 'early-data=' 'anti-replay=' 'extra-tickets=' 'new-ticket-after=' 'keyupdate-after=' 'keyupdate=' 'renegotiate-after=' 'post-handshake-auth-after=' 'post-trigger=' 'allow-client-renegotiation' 'no-resumption-on-renegotiation' 'j/json' 'jsonl' 'get=+' 'expect=+' 'v' 'q' 'o=' 'show-certs' 'save-report=' 'save-junit=' 'keylog=' 'format=' 'events' 'color=' 'h/help'
        case 'renegotiate'
            __sslprobe_parse_subcommand -r 1 'mode=' 'count=' 'until-refused' 'interval=' 'after=' 'await-request=' 'answer-timeout=' 'allow-unsafe' 'j/json' 'jsonl' 'get=+' 'expect=+' 'v' 'q' 'o=' 'show-certs' 'save-report=' 'save-junit=' 'keylog=' 'format=' 'events' 'color=' 'ca=+' 'k/insecure' 'verify-name=' 'verify-depth=' 'min-days=' 'cert=' 'key=' 'cert-chain=' 'key-password=' 'save-certs=' 'tls=' 'sni=' 'noservername' 'alpn=' 'ciphers=' 'ciphersuites=' 'groups=' 'sigalgs=' 'seclevel=' 'legacy' 'no-ticket' 'psk=' 'post-handshake-auth' 'http' 'http-path=' 'send=' 'read-for=' 't/timeout=' 'connect-timeout=' 'm/max-time=' 'settle=' '4' '6' 'all-addresses' 'connect-to=' 'load-session=' 'save-session=' 'targets=' 'jobs=' 'retry=' 'retry-delay=' 'max-idle-messages=' 'h/help'
        case 'keyupdate'
            __sslprobe_parse_subcommand -r 1 'direction=' 'count=' 'interval=' 'trigger=' 'elicit=' 'echo-check' 'answer-timeout=' 'j/json' 'jsonl' 'get=+' 'expect=+' 'v' 'q' 'o=' 'show-certs' 'save-report=' 'save-junit=' 'keylog=' 'format=' 'events' 'color=' 'ca=+' 'k/insecure' 'verify-name=' 'verify-depth=' 'min-days=' 'cert=' 'key=' 'cert-chain=' 'key-password=' 'save-certs=' 'tls=' 'sni=' 'noservername' 'alpn=' 'ciphers=' 'ciphersuites=' 'groups=' 'sigalgs=' 'seclevel=' 'legacy' 'no-ticket' 'psk=' 'post-handshake-auth' 'http' 'http-path=' 'send=' 'read-for=' 't/timeout=' 'connect-timeout=' 'm/max-time=' 'settle=' '4' '6' 'all-addresses' 'connect-to=' 'load-session=' 'save-session=' 'targets=' 'jobs=' 'retry=' 'retry-delay=' 'max-idle-messages=' 'h/help'
        case 'tickets'
            __sslprobe_parse_subcommand -r 1 'count=' 'elicit=' 'wait=' 'track=' 'decode=' 'j/json' 'jsonl' 'get=+' 'expect=+' 'v' 'q' 'o=' 'show-certs' 'save-report=' 'save-junit=' 'keylog=' 'format=' 'events' 'color=' 'ca=+' 'k/insecure' 'verify-name=' 'verify-depth=' 'min-days=' 'cert=' 'key=' 'cert-chain=' 'key-password=' 'save-certs=' 'tls=' 'sni=' 'noservername' 'alpn=' 'ciphers=' 'ciphersuites=' 'groups=' 'sigalgs=' 'seclevel=' 'legacy' 'no-ticket' 'psk=' 'post-handshake-auth' 'http' 'http-path=' 'send=' 'read-for=' 't/timeout=' 'connect-timeout=' 'm/max-time=' 'settle=' '4' '6' 'all-addresses' 'connect-to=' 'load-session=' 'save-session=' 'targets=' 'jobs=' 'retry=' 'retry-delay=' 'max-idle-messages=' 'h/help'
        case 'resume'
            __sslprobe_parse_subcommand -r 1 'mechanism=' 'count=' 'reuse-ticket=' 'lineage=' 'early-data=' 'replay' 'allow-psk-ke' 'close=' 'at=' 'state=' 'matrix' 'vary=+' 'elicit=' 'j/json' 'jsonl' 'get=+' 'expect=+' 'v' 'q' 'o=' 'show-certs' 'save-report=' 'save-junit=' 'keylog=' 'format=' 'events' 'color=' 'ca=+' 'k/insecure' 'verify-name=' 'verify-depth=' 'min-days=' 'cert=' 'key=' 'cert-chain=' 'key-password=' 'save-certs=' 'tls=' 'sni=' 'noservername' 'alpn=' 'ciphers=' 'ciphersuites=' 'groups=' 'sigalgs=' 'seclevel=' 'legacy' 'no-ticket' 'psk=' 'post-handshake-auth' 'http' 'http-path=' 'send=' 'read-for=' 't/timeout=' 'connect-timeout=' 'm/max-time=' 'settle=' '4' '6' 'all-addresses' 'connect-to=' 'load-session=' 'save-session=' 'targets=' 'jobs=' 'retry=' 'retry-delay=' 'max-idle-messages=' 'h/help'
        case 'explain'
            __sslprobe_parse_subcommand -r 1 'j/json' 'h/help'
        case 'schema'
            __sslprobe_parse_subcommand -r 1 'h/help'
        case 'help'
            __sslprobe_parse_subcommand -r 1 
        end
    end
end

function __sslprobe_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __sslprobe_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __sslprobe_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __sslprobe_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__sslprobe_tokens -p)
    if test -z "$(__sslprobe_tokens -t)"
        set -l index (count (__sslprobe_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'sslprobe' -f
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe" V version' -s 'V' -l 'version' -d 'Show the versions of sslprobe and OpenSSL; with --json as JSON.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_positional "sslprobe" -eq 1' -fa 'connect' -d 'Do one handshake and say what was negotiated and verified.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_positional "sslprobe" -eq 1' -fa 'serve' -d 'Be a TLS server for testing clients, and say what each of them did.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_positional "sslprobe" -eq 1' -fa 'renegotiate' -d 'Renegotiate in TLS 1.2 and say whether the server lets a client do that.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_positional "sslprobe" -eq 1' -fa 'keyupdate' -d 'Send KeyUpdates in TLS 1.3 and say whether the server answers them.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_positional "sslprobe" -eq 1' -fa 'tickets' -d 'Count the session tickets of a server and say what they are.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_positional "sslprobe" -eq 1' -fa 'resume' -d 'Come back with a session and say whether the server takes it, and if not, why.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_positional "sslprobe" -eq 1' -fa 'explain' -d 'Say what a code or a name means, its causes, and how to confirm it.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_positional "sslprobe" -eq 1' -fa 'schema' -d 'Print the JSON Schema of what --json and --jsonl print.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_positional "sslprobe" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" attempts connections count repeat' -l 'count' -l 'repeat' -l 'attempts' -l 'connections' -d 'How many handshakes, 1 to 100000; tells how long they took and how many failed. (default: 1)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" parallel' -l 'parallel' -d 'How many of them at once, 1 to 1000. (default: 1)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" interval' -l 'interval' -d 'From the start of one to the start of the next. (default: 0)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" j json' -s 'j' -l 'json' -d 'The report as JSON.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" jsonl' -l 'jsonl' -d 'Events as JSON lines, as they happen.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect"' -l 'get' -d 'Print these paths of the report, tab-separated.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect"' -l 'expect' -l 'expect-client' -d 'Exit 1 unless this holds of the report, such as \'tls.version >= 1.2\'; repeatable.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" v' -s 'v' -d 'Show the messages of the handshake.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" q' -s 'q' -d 'No text; one line on stderr for a failure.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" o' -s 'o' -d 'Write the result here; - is stdout.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" show-certs showcerts' -l 'show-certs' -l 'showcerts' -d 'With the peer\'s certificates as PEM.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" save-report' -l 'save-report' -d 'Write what --json prints here as well.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" save-junit' -l 'save-junit' -d 'Write what --format junit prints here as well.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" keylog' -l 'keylog' -d 'Append the secrets for Wireshark. (default: $SSLKEYLOGFILE)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" format' -l 'format' -d 'text, json, jsonl, junit or github. (default: text)' -rfka 'text json jsonl junit github'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" events' -l 'events' -d 'Events inside the JSON report too.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" color' -l 'color' -d 'auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect"' -l 'ca' -l 'cacert' -l 'capath' -l 'CAfile' -d 'File, directory, system or none; replaces the system\'s store; repeatable.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" insecure k' -s 'k' -l 'insecure' -d 'Report a failed verification, but exit 0.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" verify-name' -l 'verify-name' -d 'Name to check. (default: --sni, else the host)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" verify-depth' -l 'verify-depth' -d 'How many intermediates are allowed, 0 to 100.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" min-days' -l 'min-days' -d 'Exit 1 unless every certificate sent has N days left.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" cert' -l 'cert' -d 'Client certificate, PEM or DER.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" key' -l 'key' -d 'Its private key, PEM or DER. (default: in --cert)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" cert-chain' -l 'cert-chain' -d 'Intermediate certificates to send with it.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" key-password' -l 'key-password' -d 'Where the key\'s password is; there is no prompt.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" save-certs' -l 'save-certs' -d 'Write the server\'s certificates, as PEM.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" tls' -l 'tls' -d 'One version or a range; below 1.2 implies --legacy.' -rfka '1.0 1.1 1.2 1.3 1.2-1.3'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" servername sni' -l 'sni' -l 'servername' -d 'Server name to send. (default: the target\'s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" noservername' -l 'noservername' -d 'Same as --sni none.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" alpn' -l 'alpn' -d 'Protocols to offer, such as h2,http/1.1. (default: none)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" cipher ciphers' -l 'ciphers' -l 'cipher' -d 'TLS 1.2 and below, as in openssl-ciphers(1).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" ciphersuites tls13-ciphers' -l 'ciphersuites' -l 'tls13-ciphers' -d 'TLS 1.3, in order, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" curves groups' -l 'groups' -l 'curves' -d 'Key exchange groups, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" sigalgs' -l 'sigalgs' -d 'Signature algorithms, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" seclevel' -l 'seclevel' -d 'OpenSSL\'s security level, 0 to 5.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" legacy' -l 'legacy' -d 'TLS 1.0 and 1.1, level 0, servers without RFC 5746.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" no-ticket' -l 'no-ticket' -d 'Do not offer to take session tickets (TLS 1.2).'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" psk' -l 'psk' -d 'External pre-shared key; the file holds it in hex.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" post-handshake-auth' -l 'post-handshake-auth' -d 'Offer client authentication after the handshake.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" http' -l 'http' -d 'Send HEAD / and show the status; offers http/1.1.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" http-path' -l 'http-path' -d 'Like --http, with this path.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" send' -l 'send' -d 'Send this text, file or stdin.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" read-for' -l 'read-for' -d 'Read what the server says for this long.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" t timeout' -s 't' -l 'timeout' -d 'Deadline from lookup to close, such as 500ms, 10s, 2m. (default: 10s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" connect-timeout' -l 'connect-timeout' -d 'Deadline of each TCP attempt. (default: 5s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" m max-time' -s 'm' -l 'max-time' -d 'Deadline of the whole run.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" settle' -l 'settle' -d 'How long to listen for a late rejection; auto: 250ms or three round trips. (default: auto)' -rfka 'auto'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" 4' -s '4' -d 'IPv4 only.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" 6' -s '6' -d 'IPv6 only.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" all-addresses' -l 'all-addresses' -d 'Ask every address of the name, and say what differs.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" connect-to' -l 'connect-to' -d 'Dial this; SNI and name check stay the target\'s. curl\'s HOST1:PORT1:HOST2:PORT2 works too.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" load-session sess-in' -l 'load-session' -l 'sess-in' -d 'Offer the session in this file, if it is this server\'s.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" save-session sess-out' -l 'save-session' -l 'sess-out' -d 'Write the last session that came to this file; it holds secrets.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" targets' -l 'targets' -d 'Ask the targets in this file or stdin, one on each line; SNI after a tab.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" jobs' -l 'jobs' -d 'How many targets at once, 1 to 10000. (default: 32)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" retry' -l 'retry' -d 'Ask again up to N times when a server was not reached (exit 3 to 5).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" retry-delay' -l 'retry-delay' -d 'How long to wait before that. (default: 1s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" max-idle-messages' -l 'max-idle-messages' -d 'Messages in a row without data, 1 to 1000000. (default: 64)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe connect" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" listen' -l 'listen' -d 'Where: ADDR:PORT, PORT (127.0.0.1) or *:PORT (every address); port 0 is any free one. (default: 127.0.0.1:4433)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" ready-file' -l 'ready-file' -d 'Write ADDR:PORT here when clients can come.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" accept attempts connections count repeat' -l 'count' -l 'accept' -l 'repeat' -l 'attempts' -l 'connections' -d 'End after so many clients. (default: never)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" for' -l 'for' -d 'End after this time. (default: never)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" max-connections' -l 'max-connections' -d 'Open at once; more clients wait. (default: 10000)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" handshake-timeout' -l 'handshake-timeout' -d 'Deadline of each handshake. (default: 10s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" workers' -l 'workers' -d 'Threads that serve clients, 1 to 64. (default: 1)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" reply' -l 'reply' -d 'http (one line), status-json (the connection\'s report), echo or sink (nothing). (default: http)' -rfka 'http echo sink status-json'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" close' -l 'close' -d 'clean (close_notify), half (close_notify, then read on) or abrupt (neither). (default: clean)' -rfka 'clean half abrupt'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve"' -l 'cert' -d 'Certificate and its chain, PEM or DER; repeatable: chosen by SNI and kind of key. (default: one made in memory)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve"' -l 'key' -d 'Private key of each --cert, in the same order. (default: in --cert)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" key-password' -l 'key-password' -d 'Where the keys\' password is; there is no prompt.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" auto-cert' -l 'auto-cert' -d 'Names and addresses for the certificate in memory. (default: localhost,127.0.0.1,::1)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" cert-profile' -l 'cert-profile' -d 'One fault for that certificate: expired, not-yet-valid, wrong-host, self-signed, no-intermediate, client-only-eku, rsa-1024, sha1, many-sans, hostile-subject.' -rfka 'expired not-yet-valid wrong-host self-signed no-intermediate client-only-eku rsa-1024 sha1 many-sans hostile-subject'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" write-ca' -l 'write-ca' -d 'Write the authority in memory, for clients to trust.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" write-client-cert' -l 'write-client-cert' -d 'Write a client certificate of that authority, with its key.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" client-auth' -l 'client-auth' -d 'When to ask for a client certificate: none, request, require, post-handshake, renegotiation. (default: none)' -rfka 'none request require post-handshake renegotiation'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" client-ca' -l 'client-ca' -d 'File or directory of authorities for client certificates. (default: the one in memory)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" tls' -l 'tls' -d 'One version or a range; below 1.2 implies --legacy.' -rfka '1.0 1.1 1.2 1.3 1.2-1.3'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" alpn' -l 'alpn' -d 'Protocols, most wanted first; a client that offers only others is refused.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" cipher ciphers' -l 'ciphers' -l 'cipher' -d 'TLS 1.2 and below, as in openssl-ciphers(1).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" ciphersuites tls13-ciphers' -l 'ciphersuites' -l 'tls13-ciphers' -d 'TLS 1.3, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" curves groups' -l 'groups' -l 'curves' -d 'Key exchange groups, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" sigalgs' -l 'sigalgs' -d 'Signature algorithms, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" seclevel' -l 'seclevel' -d 'OpenSSL\'s security level, 0 to 5.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" legacy' -l 'legacy' -d 'TLS 1.0 and 1.1, level 0, clients without RFC 5746.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" psk' -l 'psk' -d 'External pre-shared key; the file holds it in hex.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" tickets' -l 'tickets' -d 'After a full handshake, 0 to 255 (TLS 1.3). (default: 2)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" ticket-lifetime' -l 'ticket-lifetime' -d 'How long a session can be resumed, up to 168h. (default: 2h)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" ticket-mode' -l 'ticket-mode' -d 'stateless (sealed in the ticket), stateful (kept here) or off. (default: stateless)' -rfka 'stateless stateful off'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" rotate-ticket-key' -l 'rotate-ticket-key' -d 'Seal with a new key as often; the one before is still taken. (default: never)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" early-data' -l 'early-data' -d 'How much is taken, 0 to 16MB (TLS 1.3). (default: 0)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" anti-replay' -l 'anti-replay' -d 'off: tickets for early data work again and again. (default: on)' -rfka 'on off'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" extra-tickets' -l 'extra-tickets' -d 'More tickets after the handshake, 1 to 255 (TLS 1.3).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" new-ticket-after' -l 'new-ticket-after' -d 'When to send those, or one, each time. (default: once, at once)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" keyupdate-after' -l 'keyupdate-after' -d 'Send a KeyUpdate every D, every SIZE of data, or before each answer (TLS 1.3).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" keyupdate' -l 'keyupdate' -d 'Whether it asks for one in return. (default: request)' -rfka 'request one-way'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" renegotiate-after' -l 'renegotiate-after' -d 'Send a HelloRequest as often (TLS 1.2).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" post-handshake-auth-after' -l 'post-handshake-auth-after' -d 'When --client-auth post-handshake asks for it. (default: request)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" post-trigger' -l 'post-trigger' -d 'Send these at once (handshake) or with the next data (write). (default: handshake)' -rfka 'write handshake'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" allow-client-renegotiation' -l 'allow-client-renegotiation' -d 'Let clients renegotiate (TLS 1.2).'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" no-resumption-on-renegotiation' -l 'no-resumption-on-renegotiation' -d 'Make every renegotiation a full handshake.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" j json' -s 'j' -l 'json' -d 'The report as JSON.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" jsonl' -l 'jsonl' -d 'Events as JSON lines, as they happen.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve"' -l 'get' -d 'Print these paths of the report, tab-separated.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve"' -l 'expect' -l 'expect-client' -d 'Exit 1 unless this holds of the report, such as \'tls.version >= 1.2\'; repeatable.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" v' -s 'v' -d 'Show the messages of the handshake.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" q' -s 'q' -d 'No text; one line on stderr for a failure.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" o' -s 'o' -d 'Write the result here; - is stdout.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" show-certs showcerts' -l 'show-certs' -l 'showcerts' -d 'With the peer\'s certificates as PEM.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" save-report' -l 'save-report' -d 'Write what --json prints here as well.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" save-junit' -l 'save-junit' -d 'Write what --format junit prints here as well.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" keylog' -l 'keylog' -d 'Append the secrets for Wireshark. (default: $SSLKEYLOGFILE)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" format' -l 'format' -d 'text, json, jsonl, junit or github. (default: text)' -rfka 'text json jsonl junit github'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" events' -l 'events' -d 'Events inside the JSON report too.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" color' -l 'color' -d 'auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe serve" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" mode' -l 'mode' -d 'Full handshakes, the session resumed, or each on its own connection. (default: full)' -rfka 'full abbreviated both'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" attempts connections count repeat' -l 'count' -l 'repeat' -l 'attempts' -l 'connections' -d 'How many renegotiations, 1 to 1000. (default: 1)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" until-refused' -l 'until-refused' -d 'Go on until the server refuses, 20 times at most; exit 0 when one was accepted.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" interval' -l 'interval' -d 'Wait between two renegotiations. (default: 0)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" after' -l 'after' -d 'Before the first, wait this long, or until exactly this much data went both ways.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" await-request' -l 'await-request' -d 'Start none; wait this long for the server to ask with a HelloRequest.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" answer-timeout refusal-timeout' -l 'answer-timeout' -l 'refusal-timeout' -d 'How long each renegotiation may take. (default: 3s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" allow-unsafe' -l 'allow-unsafe' -d 'Also connect to a server without RFC 5746, and try it there.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" j json' -s 'j' -l 'json' -d 'The report as JSON.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" jsonl' -l 'jsonl' -d 'Events as JSON lines, as they happen.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate"' -l 'get' -d 'Print these paths of the report, tab-separated.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate"' -l 'expect' -l 'expect-client' -d 'Exit 1 unless this holds of the report, such as \'tls.version >= 1.2\'; repeatable.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" v' -s 'v' -d 'Show the messages of the handshake.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" q' -s 'q' -d 'No text; one line on stderr for a failure.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" o' -s 'o' -d 'Write the result here; - is stdout.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" show-certs showcerts' -l 'show-certs' -l 'showcerts' -d 'With the peer\'s certificates as PEM.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" save-report' -l 'save-report' -d 'Write what --json prints here as well.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" save-junit' -l 'save-junit' -d 'Write what --format junit prints here as well.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" keylog' -l 'keylog' -d 'Append the secrets for Wireshark. (default: $SSLKEYLOGFILE)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" format' -l 'format' -d 'text, json, jsonl, junit or github. (default: text)' -rfka 'text json jsonl junit github'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" events' -l 'events' -d 'Events inside the JSON report too.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" color' -l 'color' -d 'auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate"' -l 'ca' -l 'cacert' -l 'capath' -l 'CAfile' -d 'File, directory, system or none; replaces the system\'s store; repeatable.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" insecure k' -s 'k' -l 'insecure' -d 'Report a failed verification, but exit 0.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" verify-name' -l 'verify-name' -d 'Name to check. (default: --sni, else the host)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" verify-depth' -l 'verify-depth' -d 'How many intermediates are allowed, 0 to 100.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" min-days' -l 'min-days' -d 'Exit 1 unless every certificate sent has N days left.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" cert' -l 'cert' -d 'Client certificate, PEM or DER.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" key' -l 'key' -d 'Its private key, PEM or DER. (default: in --cert)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" cert-chain' -l 'cert-chain' -d 'Intermediate certificates to send with it.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" key-password' -l 'key-password' -d 'Where the key\'s password is; there is no prompt.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" save-certs' -l 'save-certs' -d 'Write the server\'s certificates, as PEM.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" tls' -l 'tls' -d 'One version or a range; below 1.2 implies --legacy.' -rfka '1.0 1.1 1.2 1.3 1.2-1.3'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" servername sni' -l 'sni' -l 'servername' -d 'Server name to send. (default: the target\'s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" noservername' -l 'noservername' -d 'Same as --sni none.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" alpn' -l 'alpn' -d 'Protocols to offer, such as h2,http/1.1. (default: none)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" cipher ciphers' -l 'ciphers' -l 'cipher' -d 'TLS 1.2 and below, as in openssl-ciphers(1).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" ciphersuites tls13-ciphers' -l 'ciphersuites' -l 'tls13-ciphers' -d 'TLS 1.3, in order, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" curves groups' -l 'groups' -l 'curves' -d 'Key exchange groups, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" sigalgs' -l 'sigalgs' -d 'Signature algorithms, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" seclevel' -l 'seclevel' -d 'OpenSSL\'s security level, 0 to 5.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" legacy' -l 'legacy' -d 'TLS 1.0 and 1.1, level 0, servers without RFC 5746.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" no-ticket' -l 'no-ticket' -d 'Do not offer to take session tickets (TLS 1.2).'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" psk' -l 'psk' -d 'External pre-shared key; the file holds it in hex.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" post-handshake-auth' -l 'post-handshake-auth' -d 'Offer client authentication after the handshake.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" http' -l 'http' -d 'Send HEAD / and show the status; offers http/1.1.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" http-path' -l 'http-path' -d 'Like --http, with this path.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" send' -l 'send' -d 'Send this text, file or stdin.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" read-for' -l 'read-for' -d 'Read what the server says for this long.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" t timeout' -s 't' -l 'timeout' -d 'Deadline from lookup to close, such as 500ms, 10s, 2m. (default: 10s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" connect-timeout' -l 'connect-timeout' -d 'Deadline of each TCP attempt. (default: 5s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" m max-time' -s 'm' -l 'max-time' -d 'Deadline of the whole run.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" settle' -l 'settle' -d 'How long to listen for a late rejection; auto: 250ms or three round trips. (default: auto)' -rfka 'auto'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" 4' -s '4' -d 'IPv4 only.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" 6' -s '6' -d 'IPv6 only.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" all-addresses' -l 'all-addresses' -d 'Ask every address of the name, and say what differs.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" connect-to' -l 'connect-to' -d 'Dial this; SNI and name check stay the target\'s. curl\'s HOST1:PORT1:HOST2:PORT2 works too.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" load-session sess-in' -l 'load-session' -l 'sess-in' -d 'Offer the session in this file, if it is this server\'s.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" save-session sess-out' -l 'save-session' -l 'sess-out' -d 'Write the last session that came to this file; it holds secrets.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" targets' -l 'targets' -d 'Ask the targets in this file or stdin, one on each line; SNI after a tab.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" jobs' -l 'jobs' -d 'How many targets at once, 1 to 10000. (default: 32)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" retry' -l 'retry' -d 'Ask again up to N times when a server was not reached (exit 3 to 5).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" retry-delay' -l 'retry-delay' -d 'How long to wait before that. (default: 1s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" max-idle-messages' -l 'max-idle-messages' -d 'Messages in a row without data, 1 to 1000000. (default: 64)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe renegotiate" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" direction' -l 'direction' -d 'Request a KeyUpdate in return, change our keys alone, or one of each. (default: request)' -rfka 'request one-way both'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" attempts connections count repeat' -l 'count' -l 'repeat' -l 'attempts' -l 'connections' -d 'How many KeyUpdates, 1 to 1000; of each kind with both. (default: 1)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" interval' -l 'interval' -d 'Await each answer, then pause this long; 0: send all without waiting. (default: 0)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" trigger' -l 'trigger' -d 'Send each together with the next data, or by itself before any data. (default: write)' -rfka 'write handshake'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" elicit' -l 'elicit' -d 'Send this so that the server writes; auto: HEAD / on ports 443 and 8443 or with http/1.1. (default: auto)' -rfka 'auto http none'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" echo-check' -l 'echo-check' -d 'Send a line with each, and check that the server sends it back.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" answer-timeout refusal-timeout' -l 'answer-timeout' -l 'refusal-timeout' -d 'How long to wait for each answer. (default: 3s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" j json' -s 'j' -l 'json' -d 'The report as JSON.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" jsonl' -l 'jsonl' -d 'Events as JSON lines, as they happen.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate"' -l 'get' -d 'Print these paths of the report, tab-separated.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate"' -l 'expect' -l 'expect-client' -d 'Exit 1 unless this holds of the report, such as \'tls.version >= 1.2\'; repeatable.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" v' -s 'v' -d 'Show the messages of the handshake.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" q' -s 'q' -d 'No text; one line on stderr for a failure.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" o' -s 'o' -d 'Write the result here; - is stdout.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" show-certs showcerts' -l 'show-certs' -l 'showcerts' -d 'With the peer\'s certificates as PEM.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" save-report' -l 'save-report' -d 'Write what --json prints here as well.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" save-junit' -l 'save-junit' -d 'Write what --format junit prints here as well.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" keylog' -l 'keylog' -d 'Append the secrets for Wireshark. (default: $SSLKEYLOGFILE)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" format' -l 'format' -d 'text, json, jsonl, junit or github. (default: text)' -rfka 'text json jsonl junit github'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" events' -l 'events' -d 'Events inside the JSON report too.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" color' -l 'color' -d 'auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate"' -l 'ca' -l 'cacert' -l 'capath' -l 'CAfile' -d 'File, directory, system or none; replaces the system\'s store; repeatable.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" insecure k' -s 'k' -l 'insecure' -d 'Report a failed verification, but exit 0.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" verify-name' -l 'verify-name' -d 'Name to check. (default: --sni, else the host)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" verify-depth' -l 'verify-depth' -d 'How many intermediates are allowed, 0 to 100.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" min-days' -l 'min-days' -d 'Exit 1 unless every certificate sent has N days left.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" cert' -l 'cert' -d 'Client certificate, PEM or DER.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" key' -l 'key' -d 'Its private key, PEM or DER. (default: in --cert)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" cert-chain' -l 'cert-chain' -d 'Intermediate certificates to send with it.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" key-password' -l 'key-password' -d 'Where the key\'s password is; there is no prompt.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" save-certs' -l 'save-certs' -d 'Write the server\'s certificates, as PEM.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" tls' -l 'tls' -d 'One version or a range; below 1.2 implies --legacy.' -rfka '1.0 1.1 1.2 1.3 1.2-1.3'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" servername sni' -l 'sni' -l 'servername' -d 'Server name to send. (default: the target\'s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" noservername' -l 'noservername' -d 'Same as --sni none.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" alpn' -l 'alpn' -d 'Protocols to offer, such as h2,http/1.1. (default: none)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" cipher ciphers' -l 'ciphers' -l 'cipher' -d 'TLS 1.2 and below, as in openssl-ciphers(1).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" ciphersuites tls13-ciphers' -l 'ciphersuites' -l 'tls13-ciphers' -d 'TLS 1.3, in order, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" curves groups' -l 'groups' -l 'curves' -d 'Key exchange groups, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" sigalgs' -l 'sigalgs' -d 'Signature algorithms, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" seclevel' -l 'seclevel' -d 'OpenSSL\'s security level, 0 to 5.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" legacy' -l 'legacy' -d 'TLS 1.0 and 1.1, level 0, servers without RFC 5746.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" no-ticket' -l 'no-ticket' -d 'Do not offer to take session tickets (TLS 1.2).'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" psk' -l 'psk' -d 'External pre-shared key; the file holds it in hex.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" post-handshake-auth' -l 'post-handshake-auth' -d 'Offer client authentication after the handshake.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" http' -l 'http' -d 'Send HEAD / and show the status; offers http/1.1.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" http-path' -l 'http-path' -d 'Like --http, with this path.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" send' -l 'send' -d 'Send this text, file or stdin.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" read-for' -l 'read-for' -d 'Read what the server says for this long.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" t timeout' -s 't' -l 'timeout' -d 'Deadline from lookup to close, such as 500ms, 10s, 2m. (default: 10s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" connect-timeout' -l 'connect-timeout' -d 'Deadline of each TCP attempt. (default: 5s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" m max-time' -s 'm' -l 'max-time' -d 'Deadline of the whole run.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" settle' -l 'settle' -d 'How long to listen for a late rejection; auto: 250ms or three round trips. (default: auto)' -rfka 'auto'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" 4' -s '4' -d 'IPv4 only.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" 6' -s '6' -d 'IPv6 only.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" all-addresses' -l 'all-addresses' -d 'Ask every address of the name, and say what differs.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" connect-to' -l 'connect-to' -d 'Dial this; SNI and name check stay the target\'s. curl\'s HOST1:PORT1:HOST2:PORT2 works too.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" load-session sess-in' -l 'load-session' -l 'sess-in' -d 'Offer the session in this file, if it is this server\'s.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" save-session sess-out' -l 'save-session' -l 'sess-out' -d 'Write the last session that came to this file; it holds secrets.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" targets' -l 'targets' -d 'Ask the targets in this file or stdin, one on each line; SNI after a tab.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" jobs' -l 'jobs' -d 'How many targets at once, 1 to 10000. (default: 32)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" retry' -l 'retry' -d 'Ask again up to N times when a server was not reached (exit 3 to 5).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" retry-delay' -l 'retry-delay' -d 'How long to wait before that. (default: 1s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" max-idle-messages' -l 'max-idle-messages' -d 'Messages in a row without data, 1 to 1000000. (default: 64)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe keyupdate" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" attempts connections count repeat' -l 'count' -l 'repeat' -l 'attempts' -l 'connections' -d 'How many full handshakes, 1 to 1000. (default: 2)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" elicit' -l 'elicit' -d 'Some servers send tickets only with data; auto: HEAD / on port 443, 8443 or with http/1.1. (default: auto)' -rfka 'auto http none'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" wait' -l 'wait' -d 'Same as --settle: how long to wait for tickets.' -rfka 'auto'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" track' -l 'track' -d 'Remember the name of the ticket key here, and say whether it has changed.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" decode' -l 'decode' -d 'Show a saved session, or a ticket in hex or base64, without a server.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" j json' -s 'j' -l 'json' -d 'The report as JSON.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" jsonl' -l 'jsonl' -d 'Events as JSON lines, as they happen.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets"' -l 'get' -d 'Print these paths of the report, tab-separated.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets"' -l 'expect' -l 'expect-client' -d 'Exit 1 unless this holds of the report, such as \'tls.version >= 1.2\'; repeatable.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" v' -s 'v' -d 'Show the messages of the handshake.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" q' -s 'q' -d 'No text; one line on stderr for a failure.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" o' -s 'o' -d 'Write the result here; - is stdout.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" show-certs showcerts' -l 'show-certs' -l 'showcerts' -d 'With the peer\'s certificates as PEM.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" save-report' -l 'save-report' -d 'Write what --json prints here as well.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" save-junit' -l 'save-junit' -d 'Write what --format junit prints here as well.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" keylog' -l 'keylog' -d 'Append the secrets for Wireshark. (default: $SSLKEYLOGFILE)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" format' -l 'format' -d 'text, json, jsonl, junit or github. (default: text)' -rfka 'text json jsonl junit github'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" events' -l 'events' -d 'Events inside the JSON report too.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" color' -l 'color' -d 'auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets"' -l 'ca' -l 'cacert' -l 'capath' -l 'CAfile' -d 'File, directory, system or none; replaces the system\'s store; repeatable.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" insecure k' -s 'k' -l 'insecure' -d 'Report a failed verification, but exit 0.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" verify-name' -l 'verify-name' -d 'Name to check. (default: --sni, else the host)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" verify-depth' -l 'verify-depth' -d 'How many intermediates are allowed, 0 to 100.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" min-days' -l 'min-days' -d 'Exit 1 unless every certificate sent has N days left.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" cert' -l 'cert' -d 'Client certificate, PEM or DER.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" key' -l 'key' -d 'Its private key, PEM or DER. (default: in --cert)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" cert-chain' -l 'cert-chain' -d 'Intermediate certificates to send with it.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" key-password' -l 'key-password' -d 'Where the key\'s password is; there is no prompt.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" save-certs' -l 'save-certs' -d 'Write the server\'s certificates, as PEM.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" tls' -l 'tls' -d 'One version or a range; below 1.2 implies --legacy.' -rfka '1.0 1.1 1.2 1.3 1.2-1.3'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" servername sni' -l 'sni' -l 'servername' -d 'Server name to send. (default: the target\'s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" noservername' -l 'noservername' -d 'Same as --sni none.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" alpn' -l 'alpn' -d 'Protocols to offer, such as h2,http/1.1. (default: none)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" cipher ciphers' -l 'ciphers' -l 'cipher' -d 'TLS 1.2 and below, as in openssl-ciphers(1).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" ciphersuites tls13-ciphers' -l 'ciphersuites' -l 'tls13-ciphers' -d 'TLS 1.3, in order, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" curves groups' -l 'groups' -l 'curves' -d 'Key exchange groups, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" sigalgs' -l 'sigalgs' -d 'Signature algorithms, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" seclevel' -l 'seclevel' -d 'OpenSSL\'s security level, 0 to 5.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" legacy' -l 'legacy' -d 'TLS 1.0 and 1.1, level 0, servers without RFC 5746.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" no-ticket' -l 'no-ticket' -d 'Do not offer to take session tickets (TLS 1.2).'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" psk' -l 'psk' -d 'External pre-shared key; the file holds it in hex.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" post-handshake-auth' -l 'post-handshake-auth' -d 'Offer client authentication after the handshake.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" http' -l 'http' -d 'Send HEAD / and show the status; offers http/1.1.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" http-path' -l 'http-path' -d 'Like --http, with this path.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" send' -l 'send' -d 'Send this text, file or stdin.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" read-for' -l 'read-for' -d 'Read what the server says for this long.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" t timeout' -s 't' -l 'timeout' -d 'Deadline from lookup to close, such as 500ms, 10s, 2m. (default: 10s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" connect-timeout' -l 'connect-timeout' -d 'Deadline of each TCP attempt. (default: 5s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" m max-time' -s 'm' -l 'max-time' -d 'Deadline of the whole run.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" settle' -l 'settle' -d 'How long to listen for a late rejection; auto: 250ms or three round trips. (default: auto)' -rfka 'auto'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" 4' -s '4' -d 'IPv4 only.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" 6' -s '6' -d 'IPv6 only.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" all-addresses' -l 'all-addresses' -d 'Ask every address of the name, and say what differs.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" connect-to' -l 'connect-to' -d 'Dial this; SNI and name check stay the target\'s. curl\'s HOST1:PORT1:HOST2:PORT2 works too.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" load-session sess-in' -l 'load-session' -l 'sess-in' -d 'Offer the session in this file, if it is this server\'s.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" save-session sess-out' -l 'save-session' -l 'sess-out' -d 'Write the last session that came to this file; it holds secrets.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" targets' -l 'targets' -d 'Ask the targets in this file or stdin, one on each line; SNI after a tab.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" jobs' -l 'jobs' -d 'How many targets at once, 1 to 10000. (default: 32)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" retry' -l 'retry' -d 'Ask again up to N times when a server was not reached (exit 3 to 5).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" retry-delay' -l 'retry-delay' -d 'How long to wait before that. (default: 1s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" max-idle-messages' -l 'max-idle-messages' -d 'Messages in a row without data, 1 to 1000000. (default: 64)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe tickets" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" mechanism' -l 'mechanism' -d 'id: session ID, ticket: both TLS 1.2; psk: ticket of TLS 1.3; auto: what the server has. (default: auto)' -rfka 'auto id ticket psk'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" attempts connections count repeat' -l 'count' -l 'repeat' -l 'attempts' -l 'connections' -d 'How many attempts, each after a full handshake, 1 to 1000. (default: 3; 1 with --load-session)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" reuse-ticket' -l 'reuse-ticket' -d 'Come back N times with the same session: is it taken only once?' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" lineage' -l 'lineage' -d 'Come back N times, each time with the newest session.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" early-data' -l 'early-data' -d 'Send this with the ClientHello (0-RTT), and again when it is rejected.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" replay' -l 'replay' -d 'Send the --early-data with the same session twice: is it taken twice?'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" allow-psk-ke' -l 'allow-psk-ke' -d 'Offer to resume without a new key exchange as well (TLS 1.3).'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" close' -l 'close' -d 'How the first connection ends; abrupt: without close_notify. (default: clean)' -rfka 'clean abrupt'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" at' -l 'at' -d 'Spend a session at each of these moments, such as 0s,10s,1m: how long do they live?' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" state' -l 'state' -d 'Do what --at has due and return; this file remembers the rest and holds secrets.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" matrix' -l 'matrix' -d 'Offer everyone\'s session to everyone: all addresses of the target, or all targets given.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume"' -l 'vary' -d 'Offer the session with this changed, one change a time: sni=NAME, alpn=A:B, no-client-cert, tls=1.2, port=N.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" elicit' -l 'elicit' -d 'Some servers send tickets only with data; auto: HEAD / on port 443, 8443 or with http/1.1. (default: auto)' -rfka 'auto http none'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" j json' -s 'j' -l 'json' -d 'The report as JSON.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" jsonl' -l 'jsonl' -d 'Events as JSON lines, as they happen.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume"' -l 'get' -d 'Print these paths of the report, tab-separated.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume"' -l 'expect' -l 'expect-client' -d 'Exit 1 unless this holds of the report, such as \'tls.version >= 1.2\'; repeatable.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" v' -s 'v' -d 'Show the messages of the handshake.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" q' -s 'q' -d 'No text; one line on stderr for a failure.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" o' -s 'o' -d 'Write the result here; - is stdout.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" show-certs showcerts' -l 'show-certs' -l 'showcerts' -d 'With the peer\'s certificates as PEM.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" save-report' -l 'save-report' -d 'Write what --json prints here as well.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" save-junit' -l 'save-junit' -d 'Write what --format junit prints here as well.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" keylog' -l 'keylog' -d 'Append the secrets for Wireshark. (default: $SSLKEYLOGFILE)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" format' -l 'format' -d 'text, json, jsonl, junit or github. (default: text)' -rfka 'text json jsonl junit github'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" events' -l 'events' -d 'Events inside the JSON report too.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" color' -l 'color' -d 'auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume"' -l 'ca' -l 'cacert' -l 'capath' -l 'CAfile' -d 'File, directory, system or none; replaces the system\'s store; repeatable.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" insecure k' -s 'k' -l 'insecure' -d 'Report a failed verification, but exit 0.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" verify-name' -l 'verify-name' -d 'Name to check. (default: --sni, else the host)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" verify-depth' -l 'verify-depth' -d 'How many intermediates are allowed, 0 to 100.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" min-days' -l 'min-days' -d 'Exit 1 unless every certificate sent has N days left.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" cert' -l 'cert' -d 'Client certificate, PEM or DER.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" key' -l 'key' -d 'Its private key, PEM or DER. (default: in --cert)' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" cert-chain' -l 'cert-chain' -d 'Intermediate certificates to send with it.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" key-password' -l 'key-password' -d 'Where the key\'s password is; there is no prompt.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" save-certs' -l 'save-certs' -d 'Write the server\'s certificates, as PEM.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" tls' -l 'tls' -d 'One version or a range; below 1.2 implies --legacy.' -rfka '1.0 1.1 1.2 1.3 1.2-1.3'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" servername sni' -l 'sni' -l 'servername' -d 'Server name to send. (default: the target\'s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" noservername' -l 'noservername' -d 'Same as --sni none.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" alpn' -l 'alpn' -d 'Protocols to offer, such as h2,http/1.1. (default: none)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" cipher ciphers' -l 'ciphers' -l 'cipher' -d 'TLS 1.2 and below, as in openssl-ciphers(1).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" ciphersuites tls13-ciphers' -l 'ciphersuites' -l 'tls13-ciphers' -d 'TLS 1.3, in order, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" curves groups' -l 'groups' -l 'curves' -d 'Key exchange groups, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" sigalgs' -l 'sigalgs' -d 'Signature algorithms, separated by colons.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" seclevel' -l 'seclevel' -d 'OpenSSL\'s security level, 0 to 5.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" legacy' -l 'legacy' -d 'TLS 1.0 and 1.1, level 0, servers without RFC 5746.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" no-ticket' -l 'no-ticket' -d 'Do not offer to take session tickets (TLS 1.2).'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" psk' -l 'psk' -d 'External pre-shared key; the file holds it in hex.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" post-handshake-auth' -l 'post-handshake-auth' -d 'Offer client authentication after the handshake.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" http' -l 'http' -d 'Send HEAD / and show the status; offers http/1.1.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" http-path' -l 'http-path' -d 'Like --http, with this path.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" send' -l 'send' -d 'Send this text, file or stdin.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" read-for' -l 'read-for' -d 'Read what the server says for this long.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" t timeout' -s 't' -l 'timeout' -d 'Deadline from lookup to close, such as 500ms, 10s, 2m. (default: 10s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" connect-timeout' -l 'connect-timeout' -d 'Deadline of each TCP attempt. (default: 5s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" m max-time' -s 'm' -l 'max-time' -d 'Deadline of the whole run.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" settle' -l 'settle' -d 'How long to listen for a late rejection; auto: 250ms or three round trips. (default: auto)' -rfka 'auto'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" 4' -s '4' -d 'IPv4 only.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" 6' -s '6' -d 'IPv6 only.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" all-addresses' -l 'all-addresses' -d 'Ask every address of the name, and say what differs.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" connect-to' -l 'connect-to' -d 'Dial this; SNI and name check stay the target\'s. curl\'s HOST1:PORT1:HOST2:PORT2 works too.' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" load-session sess-in' -l 'load-session' -l 'sess-in' -d 'Offer the session in this file, if it is this server\'s.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" save-session sess-out' -l 'save-session' -l 'sess-out' -d 'Write the last session that came to this file; it holds secrets.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" targets' -l 'targets' -d 'Ask the targets in this file or stdin, one on each line; SNI after a tab.' -rF
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" jobs' -l 'jobs' -d 'How many targets at once, 1 to 10000. (default: 32)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" retry' -l 'retry' -d 'Ask again up to N times when a server was not reached (exit 3 to 5).' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" retry-delay' -l 'retry-delay' -d 'How long to wait before that. (default: 1s)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" max-idle-messages' -l 'max-idle-messages' -d 'Messages in a row without data, 1 to 1000000. (default: 64)' -rfka ''
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe resume" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe explain" j json' -s 'j' -l 'json' -d 'As JSON; without a word, all explanations.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_positional "sslprobe explain" -ge 1' -fka 'exit alert verify event error'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe explain" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_positional "sslprobe schema" -ge 1' -fka 'report event connection serve-summary explanation'
complete -c 'sslprobe' -n '__sslprobe_should_offer_completions_for_flags_or_options "sslprobe schema" h help' -s 'h' -l 'help' -d 'Show help information.'
