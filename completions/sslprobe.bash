#!/bin/bash

__sslprobe_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__sslprobe_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__sslprobe_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__sslprobe_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_sslprobe() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(-V --version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __sslprobe_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    connect|serve|renegotiate|keyupdate|tickets|resume|explain|schema|help)
        # Offer subcommand argument completions
        "_sslprobe_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'connect serve renegotiate keyupdate tickets resume explain schema help' -- "${cur}"))
        ;;
    esac
}

_sslprobe_connect() {
    repeating_flags=()
    non_repeating_flags=(-j --json --jsonl -v -q --show-certs --showcerts --events -k --insecure --noservername --legacy --no-ticket --post-handshake-auth --http -4 -6 --all-addresses -h --help)
    repeating_options=(--get --expect --expect-client --ca --cacert --capath --CAfile)
    non_repeating_options=(--count --repeat --attempts --connections --parallel --interval -o --save-report --save-junit --keylog --format --color --verify-name --verify-depth --min-days --cert --key --cert-chain --key-password --save-certs --tls --sni --servername --alpn --ciphers --cipher --ciphersuites --tls13-ciphers --groups --curves --sigalgs --seclevel --psk --http-path --send --read-for -t --timeout --connect-timeout -m --max-time --settle --connect-to --load-session --sess-in --save-session --sess-out --targets --jobs --retry --retry-delay --max-idle-messages)
    __sslprobe_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--count'|'--repeat'|'--attempts'|'--connections')
        return
        ;;
    '--parallel')
        return
        ;;
    '--interval')
        return
        ;;
    '--get')
        return
        ;;
    '--expect'|'--expect-client')
        return
        ;;
    '-o')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-report')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-junit')
        __sslprobe_add_completions -f
        return
        ;;
    '--keylog')
        __sslprobe_add_completions -f
        return
        ;;
    '--format')
        __sslprobe_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''junit'$'\n''github'
        return
        ;;
    '--color')
        __sslprobe_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--ca'|'--cacert'|'--capath'|'--CAfile')
        __sslprobe_add_completions -f
        return
        ;;
    '--verify-name')
        return
        ;;
    '--verify-depth')
        return
        ;;
    '--min-days')
        return
        ;;
    '--cert')
        __sslprobe_add_completions -f
        return
        ;;
    '--key')
        __sslprobe_add_completions -f
        return
        ;;
    '--cert-chain')
        __sslprobe_add_completions -f
        return
        ;;
    '--key-password')
        return
        ;;
    '--save-certs')
        __sslprobe_add_completions -f
        return
        ;;
    '--tls')
        __sslprobe_add_completions -W '1.0'$'\n''1.1'$'\n''1.2'$'\n''1.3'$'\n''1.2-1.3'
        return
        ;;
    '--sni'|'--servername')
        return
        ;;
    '--alpn')
        return
        ;;
    '--ciphers'|'--cipher')
        return
        ;;
    '--ciphersuites'|'--tls13-ciphers')
        return
        ;;
    '--groups'|'--curves')
        return
        ;;
    '--sigalgs')
        return
        ;;
    '--seclevel')
        return
        ;;
    '--psk')
        __sslprobe_add_completions -f
        return
        ;;
    '--http-path')
        return
        ;;
    '--send')
        return
        ;;
    '--read-for')
        return
        ;;
    '-t'|'--timeout')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '-m'|'--max-time')
        return
        ;;
    '--settle')
        __sslprobe_add_completions -W 'auto'
        return
        ;;
    '--connect-to')
        return
        ;;
    '--load-session'|'--sess-in')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-session'|'--sess-out')
        __sslprobe_add_completions -f
        return
        ;;
    '--targets')
        __sslprobe_add_completions -f
        return
        ;;
    '--jobs')
        return
        ;;
    '--retry')
        return
        ;;
    '--retry-delay')
        return
        ;;
    '--max-idle-messages')
        return
        ;;
    esac
}

_sslprobe_serve() {
    repeating_flags=()
    non_repeating_flags=(--legacy --allow-client-renegotiation --no-resumption-on-renegotiation -j --json --jsonl -v -q --show-certs --showcerts --events -h --help)
    repeating_options=(--cert --key --get --expect --expect-client)
    non_repeating_options=(--listen --ready-file --count --accept --repeat --attempts --connections --for --max-connections --handshake-timeout --workers --reply --close --key-password --auto-cert --cert-profile --write-ca --write-client-cert --client-auth --client-ca --tls --alpn --ciphers --cipher --ciphersuites --tls13-ciphers --groups --curves --sigalgs --seclevel --psk --tickets --ticket-lifetime --ticket-mode --rotate-ticket-key --early-data --anti-replay --extra-tickets --new-ticket-after --keyupdate-after --keyupdate --renegotiate-after --post-handshake-auth-after --post-trigger -o --save-report --save-junit --keylog --format --color)
    __sslprobe_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--listen')
        return
        ;;
    '--ready-file')
        __sslprobe_add_completions -f
        return
        ;;
    '--count'|'--accept'|'--repeat'|'--attempts'|'--connections')
        return
        ;;
    '--for')
        return
        ;;
    '--max-connections')
        return
        ;;
    '--handshake-timeout')
        return
        ;;
    '--workers')
        return
        ;;
    '--reply')
        __sslprobe_add_completions -W 'http'$'\n''echo'$'\n''sink'$'\n''status-json'
        return
        ;;
    '--close')
        __sslprobe_add_completions -W 'clean'$'\n''half'$'\n''abrupt'
        return
        ;;
    '--cert')
        __sslprobe_add_completions -f
        return
        ;;
    '--key')
        __sslprobe_add_completions -f
        return
        ;;
    '--key-password')
        return
        ;;
    '--auto-cert')
        return
        ;;
    '--cert-profile')
        __sslprobe_add_completions -W 'expired'$'\n''not-yet-valid'$'\n''wrong-host'$'\n''self-signed'$'\n''no-intermediate'$'\n''client-only-eku'$'\n''rsa-1024'$'\n''sha1'$'\n''many-sans'$'\n''hostile-subject'
        return
        ;;
    '--write-ca')
        __sslprobe_add_completions -f
        return
        ;;
    '--write-client-cert')
        __sslprobe_add_completions -f
        return
        ;;
    '--client-auth')
        __sslprobe_add_completions -W 'none'$'\n''request'$'\n''require'$'\n''post-handshake'$'\n''renegotiation'
        return
        ;;
    '--client-ca')
        __sslprobe_add_completions -f
        return
        ;;
    '--tls')
        __sslprobe_add_completions -W '1.0'$'\n''1.1'$'\n''1.2'$'\n''1.3'$'\n''1.2-1.3'
        return
        ;;
    '--alpn')
        return
        ;;
    '--ciphers'|'--cipher')
        return
        ;;
    '--ciphersuites'|'--tls13-ciphers')
        return
        ;;
    '--groups'|'--curves')
        return
        ;;
    '--sigalgs')
        return
        ;;
    '--seclevel')
        return
        ;;
    '--psk')
        __sslprobe_add_completions -f
        return
        ;;
    '--tickets')
        return
        ;;
    '--ticket-lifetime')
        return
        ;;
    '--ticket-mode')
        __sslprobe_add_completions -W 'stateless'$'\n''stateful'$'\n''off'
        return
        ;;
    '--rotate-ticket-key')
        return
        ;;
    '--early-data')
        return
        ;;
    '--anti-replay')
        __sslprobe_add_completions -W 'on'$'\n''off'
        return
        ;;
    '--extra-tickets')
        return
        ;;
    '--new-ticket-after')
        return
        ;;
    '--keyupdate-after')
        return
        ;;
    '--keyupdate')
        __sslprobe_add_completions -W 'request'$'\n''one-way'
        return
        ;;
    '--renegotiate-after')
        return
        ;;
    '--post-handshake-auth-after')
        return
        ;;
    '--post-trigger')
        __sslprobe_add_completions -W 'write'$'\n''handshake'
        return
        ;;
    '--get')
        return
        ;;
    '--expect'|'--expect-client')
        return
        ;;
    '-o')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-report')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-junit')
        __sslprobe_add_completions -f
        return
        ;;
    '--keylog')
        __sslprobe_add_completions -f
        return
        ;;
    '--format')
        __sslprobe_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''junit'$'\n''github'
        return
        ;;
    '--color')
        __sslprobe_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_sslprobe_renegotiate() {
    repeating_flags=()
    non_repeating_flags=(--until-refused --allow-unsafe -j --json --jsonl -v -q --show-certs --showcerts --events -k --insecure --noservername --legacy --no-ticket --post-handshake-auth --http -4 -6 --all-addresses -h --help)
    repeating_options=(--get --expect --expect-client --ca --cacert --capath --CAfile)
    non_repeating_options=(--mode --count --repeat --attempts --connections --interval --after --await-request --answer-timeout --refusal-timeout -o --save-report --save-junit --keylog --format --color --verify-name --verify-depth --min-days --cert --key --cert-chain --key-password --save-certs --tls --sni --servername --alpn --ciphers --cipher --ciphersuites --tls13-ciphers --groups --curves --sigalgs --seclevel --psk --http-path --send --read-for -t --timeout --connect-timeout -m --max-time --settle --connect-to --load-session --sess-in --save-session --sess-out --targets --jobs --retry --retry-delay --max-idle-messages)
    __sslprobe_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--mode')
        __sslprobe_add_completions -W 'full'$'\n''abbreviated'$'\n''both'
        return
        ;;
    '--count'|'--repeat'|'--attempts'|'--connections')
        return
        ;;
    '--interval')
        return
        ;;
    '--after')
        return
        ;;
    '--await-request')
        return
        ;;
    '--answer-timeout'|'--refusal-timeout')
        return
        ;;
    '--get')
        return
        ;;
    '--expect'|'--expect-client')
        return
        ;;
    '-o')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-report')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-junit')
        __sslprobe_add_completions -f
        return
        ;;
    '--keylog')
        __sslprobe_add_completions -f
        return
        ;;
    '--format')
        __sslprobe_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''junit'$'\n''github'
        return
        ;;
    '--color')
        __sslprobe_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--ca'|'--cacert'|'--capath'|'--CAfile')
        __sslprobe_add_completions -f
        return
        ;;
    '--verify-name')
        return
        ;;
    '--verify-depth')
        return
        ;;
    '--min-days')
        return
        ;;
    '--cert')
        __sslprobe_add_completions -f
        return
        ;;
    '--key')
        __sslprobe_add_completions -f
        return
        ;;
    '--cert-chain')
        __sslprobe_add_completions -f
        return
        ;;
    '--key-password')
        return
        ;;
    '--save-certs')
        __sslprobe_add_completions -f
        return
        ;;
    '--tls')
        __sslprobe_add_completions -W '1.0'$'\n''1.1'$'\n''1.2'$'\n''1.3'$'\n''1.2-1.3'
        return
        ;;
    '--sni'|'--servername')
        return
        ;;
    '--alpn')
        return
        ;;
    '--ciphers'|'--cipher')
        return
        ;;
    '--ciphersuites'|'--tls13-ciphers')
        return
        ;;
    '--groups'|'--curves')
        return
        ;;
    '--sigalgs')
        return
        ;;
    '--seclevel')
        return
        ;;
    '--psk')
        __sslprobe_add_completions -f
        return
        ;;
    '--http-path')
        return
        ;;
    '--send')
        return
        ;;
    '--read-for')
        return
        ;;
    '-t'|'--timeout')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '-m'|'--max-time')
        return
        ;;
    '--settle')
        __sslprobe_add_completions -W 'auto'
        return
        ;;
    '--connect-to')
        return
        ;;
    '--load-session'|'--sess-in')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-session'|'--sess-out')
        __sslprobe_add_completions -f
        return
        ;;
    '--targets')
        __sslprobe_add_completions -f
        return
        ;;
    '--jobs')
        return
        ;;
    '--retry')
        return
        ;;
    '--retry-delay')
        return
        ;;
    '--max-idle-messages')
        return
        ;;
    esac
}

_sslprobe_keyupdate() {
    repeating_flags=()
    non_repeating_flags=(--echo-check -j --json --jsonl -v -q --show-certs --showcerts --events -k --insecure --noservername --legacy --no-ticket --post-handshake-auth --http -4 -6 --all-addresses -h --help)
    repeating_options=(--get --expect --expect-client --ca --cacert --capath --CAfile)
    non_repeating_options=(--direction --count --repeat --attempts --connections --interval --trigger --elicit --answer-timeout --refusal-timeout -o --save-report --save-junit --keylog --format --color --verify-name --verify-depth --min-days --cert --key --cert-chain --key-password --save-certs --tls --sni --servername --alpn --ciphers --cipher --ciphersuites --tls13-ciphers --groups --curves --sigalgs --seclevel --psk --http-path --send --read-for -t --timeout --connect-timeout -m --max-time --settle --connect-to --load-session --sess-in --save-session --sess-out --targets --jobs --retry --retry-delay --max-idle-messages)
    __sslprobe_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--direction')
        __sslprobe_add_completions -W 'request'$'\n''one-way'$'\n''both'
        return
        ;;
    '--count'|'--repeat'|'--attempts'|'--connections')
        return
        ;;
    '--interval')
        return
        ;;
    '--trigger')
        __sslprobe_add_completions -W 'write'$'\n''handshake'
        return
        ;;
    '--elicit')
        __sslprobe_add_completions -W 'auto'$'\n''http'$'\n''none'
        return
        ;;
    '--answer-timeout'|'--refusal-timeout')
        return
        ;;
    '--get')
        return
        ;;
    '--expect'|'--expect-client')
        return
        ;;
    '-o')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-report')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-junit')
        __sslprobe_add_completions -f
        return
        ;;
    '--keylog')
        __sslprobe_add_completions -f
        return
        ;;
    '--format')
        __sslprobe_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''junit'$'\n''github'
        return
        ;;
    '--color')
        __sslprobe_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--ca'|'--cacert'|'--capath'|'--CAfile')
        __sslprobe_add_completions -f
        return
        ;;
    '--verify-name')
        return
        ;;
    '--verify-depth')
        return
        ;;
    '--min-days')
        return
        ;;
    '--cert')
        __sslprobe_add_completions -f
        return
        ;;
    '--key')
        __sslprobe_add_completions -f
        return
        ;;
    '--cert-chain')
        __sslprobe_add_completions -f
        return
        ;;
    '--key-password')
        return
        ;;
    '--save-certs')
        __sslprobe_add_completions -f
        return
        ;;
    '--tls')
        __sslprobe_add_completions -W '1.0'$'\n''1.1'$'\n''1.2'$'\n''1.3'$'\n''1.2-1.3'
        return
        ;;
    '--sni'|'--servername')
        return
        ;;
    '--alpn')
        return
        ;;
    '--ciphers'|'--cipher')
        return
        ;;
    '--ciphersuites'|'--tls13-ciphers')
        return
        ;;
    '--groups'|'--curves')
        return
        ;;
    '--sigalgs')
        return
        ;;
    '--seclevel')
        return
        ;;
    '--psk')
        __sslprobe_add_completions -f
        return
        ;;
    '--http-path')
        return
        ;;
    '--send')
        return
        ;;
    '--read-for')
        return
        ;;
    '-t'|'--timeout')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '-m'|'--max-time')
        return
        ;;
    '--settle')
        __sslprobe_add_completions -W 'auto'
        return
        ;;
    '--connect-to')
        return
        ;;
    '--load-session'|'--sess-in')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-session'|'--sess-out')
        __sslprobe_add_completions -f
        return
        ;;
    '--targets')
        __sslprobe_add_completions -f
        return
        ;;
    '--jobs')
        return
        ;;
    '--retry')
        return
        ;;
    '--retry-delay')
        return
        ;;
    '--max-idle-messages')
        return
        ;;
    esac
}

_sslprobe_tickets() {
    repeating_flags=()
    non_repeating_flags=(-j --json --jsonl -v -q --show-certs --showcerts --events -k --insecure --noservername --legacy --no-ticket --post-handshake-auth --http -4 -6 --all-addresses -h --help)
    repeating_options=(--get --expect --expect-client --ca --cacert --capath --CAfile)
    non_repeating_options=(--count --repeat --attempts --connections --elicit --wait --track --decode -o --save-report --save-junit --keylog --format --color --verify-name --verify-depth --min-days --cert --key --cert-chain --key-password --save-certs --tls --sni --servername --alpn --ciphers --cipher --ciphersuites --tls13-ciphers --groups --curves --sigalgs --seclevel --psk --http-path --send --read-for -t --timeout --connect-timeout -m --max-time --settle --connect-to --load-session --sess-in --save-session --sess-out --targets --jobs --retry --retry-delay --max-idle-messages)
    __sslprobe_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--count'|'--repeat'|'--attempts'|'--connections')
        return
        ;;
    '--elicit')
        __sslprobe_add_completions -W 'auto'$'\n''http'$'\n''none'
        return
        ;;
    '--wait')
        __sslprobe_add_completions -W 'auto'
        return
        ;;
    '--track')
        __sslprobe_add_completions -f
        return
        ;;
    '--decode')
        __sslprobe_add_completions -f
        return
        ;;
    '--get')
        return
        ;;
    '--expect'|'--expect-client')
        return
        ;;
    '-o')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-report')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-junit')
        __sslprobe_add_completions -f
        return
        ;;
    '--keylog')
        __sslprobe_add_completions -f
        return
        ;;
    '--format')
        __sslprobe_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''junit'$'\n''github'
        return
        ;;
    '--color')
        __sslprobe_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--ca'|'--cacert'|'--capath'|'--CAfile')
        __sslprobe_add_completions -f
        return
        ;;
    '--verify-name')
        return
        ;;
    '--verify-depth')
        return
        ;;
    '--min-days')
        return
        ;;
    '--cert')
        __sslprobe_add_completions -f
        return
        ;;
    '--key')
        __sslprobe_add_completions -f
        return
        ;;
    '--cert-chain')
        __sslprobe_add_completions -f
        return
        ;;
    '--key-password')
        return
        ;;
    '--save-certs')
        __sslprobe_add_completions -f
        return
        ;;
    '--tls')
        __sslprobe_add_completions -W '1.0'$'\n''1.1'$'\n''1.2'$'\n''1.3'$'\n''1.2-1.3'
        return
        ;;
    '--sni'|'--servername')
        return
        ;;
    '--alpn')
        return
        ;;
    '--ciphers'|'--cipher')
        return
        ;;
    '--ciphersuites'|'--tls13-ciphers')
        return
        ;;
    '--groups'|'--curves')
        return
        ;;
    '--sigalgs')
        return
        ;;
    '--seclevel')
        return
        ;;
    '--psk')
        __sslprobe_add_completions -f
        return
        ;;
    '--http-path')
        return
        ;;
    '--send')
        return
        ;;
    '--read-for')
        return
        ;;
    '-t'|'--timeout')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '-m'|'--max-time')
        return
        ;;
    '--settle')
        __sslprobe_add_completions -W 'auto'
        return
        ;;
    '--connect-to')
        return
        ;;
    '--load-session'|'--sess-in')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-session'|'--sess-out')
        __sslprobe_add_completions -f
        return
        ;;
    '--targets')
        __sslprobe_add_completions -f
        return
        ;;
    '--jobs')
        return
        ;;
    '--retry')
        return
        ;;
    '--retry-delay')
        return
        ;;
    '--max-idle-messages')
        return
        ;;
    esac
}

_sslprobe_resume() {
    repeating_flags=()
    non_repeating_flags=(--replay --allow-psk-ke --matrix -j --json --jsonl -v -q --show-certs --showcerts --events -k --insecure --noservername --legacy --no-ticket --post-handshake-auth --http -4 -6 --all-addresses -h --help)
    repeating_options=(--vary --get --expect --expect-client --ca --cacert --capath --CAfile)
    non_repeating_options=(--mechanism --count --repeat --attempts --connections --reuse-ticket --lineage --early-data --close --at --state --elicit -o --save-report --save-junit --keylog --format --color --verify-name --verify-depth --min-days --cert --key --cert-chain --key-password --save-certs --tls --sni --servername --alpn --ciphers --cipher --ciphersuites --tls13-ciphers --groups --curves --sigalgs --seclevel --psk --http-path --send --read-for -t --timeout --connect-timeout -m --max-time --settle --connect-to --load-session --sess-in --save-session --sess-out --targets --jobs --retry --retry-delay --max-idle-messages)
    __sslprobe_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--mechanism')
        __sslprobe_add_completions -W 'auto'$'\n''id'$'\n''ticket'$'\n''psk'
        return
        ;;
    '--count'|'--repeat'|'--attempts'|'--connections')
        return
        ;;
    '--reuse-ticket')
        return
        ;;
    '--lineage')
        return
        ;;
    '--early-data')
        return
        ;;
    '--close')
        __sslprobe_add_completions -W 'clean'$'\n''abrupt'
        return
        ;;
    '--at')
        return
        ;;
    '--state')
        __sslprobe_add_completions -f
        return
        ;;
    '--vary')
        return
        ;;
    '--elicit')
        __sslprobe_add_completions -W 'auto'$'\n''http'$'\n''none'
        return
        ;;
    '--get')
        return
        ;;
    '--expect'|'--expect-client')
        return
        ;;
    '-o')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-report')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-junit')
        __sslprobe_add_completions -f
        return
        ;;
    '--keylog')
        __sslprobe_add_completions -f
        return
        ;;
    '--format')
        __sslprobe_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''junit'$'\n''github'
        return
        ;;
    '--color')
        __sslprobe_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '--ca'|'--cacert'|'--capath'|'--CAfile')
        __sslprobe_add_completions -f
        return
        ;;
    '--verify-name')
        return
        ;;
    '--verify-depth')
        return
        ;;
    '--min-days')
        return
        ;;
    '--cert')
        __sslprobe_add_completions -f
        return
        ;;
    '--key')
        __sslprobe_add_completions -f
        return
        ;;
    '--cert-chain')
        __sslprobe_add_completions -f
        return
        ;;
    '--key-password')
        return
        ;;
    '--save-certs')
        __sslprobe_add_completions -f
        return
        ;;
    '--tls')
        __sslprobe_add_completions -W '1.0'$'\n''1.1'$'\n''1.2'$'\n''1.3'$'\n''1.2-1.3'
        return
        ;;
    '--sni'|'--servername')
        return
        ;;
    '--alpn')
        return
        ;;
    '--ciphers'|'--cipher')
        return
        ;;
    '--ciphersuites'|'--tls13-ciphers')
        return
        ;;
    '--groups'|'--curves')
        return
        ;;
    '--sigalgs')
        return
        ;;
    '--seclevel')
        return
        ;;
    '--psk')
        __sslprobe_add_completions -f
        return
        ;;
    '--http-path')
        return
        ;;
    '--send')
        return
        ;;
    '--read-for')
        return
        ;;
    '-t'|'--timeout')
        return
        ;;
    '--connect-timeout')
        return
        ;;
    '-m'|'--max-time')
        return
        ;;
    '--settle')
        __sslprobe_add_completions -W 'auto'
        return
        ;;
    '--connect-to')
        return
        ;;
    '--load-session'|'--sess-in')
        __sslprobe_add_completions -f
        return
        ;;
    '--save-session'|'--sess-out')
        __sslprobe_add_completions -f
        return
        ;;
    '--targets')
        __sslprobe_add_completions -f
        return
        ;;
    '--jobs')
        return
        ;;
    '--retry')
        return
        ;;
    '--retry-delay')
        return
        ;;
    '--max-idle-messages')
        return
        ;;
    esac
}

_sslprobe_explain() {
    repeating_flags=()
    non_repeating_flags=(-j --json -h --help)
    repeating_options=()
    non_repeating_options=()
    __sslprobe_offer_flags_options -1

    # Offer positional completions
    case "${positional_number}" in
    *)
        __sslprobe_add_completions -W 'exit'$'\n''alert'$'\n''verify'$'\n''event'$'\n''error'
        return
        ;;
    esac
}

_sslprobe_schema() {
    repeating_flags=()
    non_repeating_flags=(-h --help)
    repeating_options=()
    non_repeating_options=()
    __sslprobe_offer_flags_options -1

    # Offer positional completions
    case "${positional_number}" in
    *)
        __sslprobe_add_completions -W 'report'$'\n''event'$'\n''connection'$'\n''serve-summary'$'\n''explanation'
        return
        ;;
    esac
}

_sslprobe_help() {
    :
}

complete -o filenames -F _sslprobe sslprobe
