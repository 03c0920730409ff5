#!/bin/sh
# Fails when a certificate is about to expire, and prints a table with the most urgent first:
#   expiry-gate.sh DAYS HOST[:PORT]...      or the hosts on standard input, one a line
# Exit code 0: every certificate lives on for so many days. 1: one does not. 8: one has expired or is not to be trusted.
# The others are those of sslprobe too: 4 when nobody listens, say. A private authority goes into SSL_CERT_FILE.
set -eu

days=${1:?how many days}
shift
[ $# -gt 0 ] || set -- --targets -

reports=$(mktemp)
trap 'rm -f "$reports"' EXIT
code=0
sslprobe connect "$@" --min-days "$days" --json >"$reports" || code=$?

# A chain lives as long as the first of it to expire. Of a server that was not reached there is no certificate.
jq -r '[.certificates[].days_left] as $days
    | [($days | min) // "-", .outcome, .target.input, (.error.message // "")] | @tsv' "$reports" | sort -n
exit "$code"
