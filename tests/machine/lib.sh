# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# For the machine tests, to be sourced by bash: TAP, and waiting for what has no event of its own.
#
# A test is one call of ok; it goes on after a failure, and the plan is printed last by done_testing, so a script
# that ends early is seen by the runner. What a failed command printed follows its line as a comment.

test_count=0
test_failures=0

# ok NAME COMMAND...: pass if the command succeeds.
ok() {
    local name=$1 output
    shift
    test_count=$((test_count + 1))
    if output=$("$@" 2>&1 </dev/null); then
        echo "ok $test_count - $name"
        return
    fi
    test_failures=$((test_failures + 1))
    echo "not ok $test_count - $name"
    printf '%s\n' "failed: $*" "$output" | awk '
        { line[NR] = "#   " $0 }
        END {
            for (i = 1; i <= NR; i++) {
                if (NR <= 60 || i <= 30 || i > NR - 30)
                    print line[i]
                else if (i == 31)
                    print "#   (" NR - 60 " lines left out)"
            }
        }'
}

# equal VALUE EXPECTED, match TEXT REGEX, no COMMAND...: conditions for ok that say what they found.
equal() {
    [ "$1" = "$2" ] || { printf '%s\n' "is:" "$1" "not:" "$2"; return 1; }
}

match() {
    grep -qE -e "$2" <<<"$1" || { printf '%s\n' "is:" "$1" "matches not: $2"; return 1; }
}

no() {
    ! "$@"
}

# skip NAME REASON: count a test that cannot be run here.
skip() {
    test_count=$((test_count + 1))
    echo "ok $test_count - $1 # SKIP $2"
}

done_testing() {
    echo "1..$test_count"
    exit $((test_failures > 0))
}

# wait_until SECONDS COMMAND...: the one place that waits by trying again. First look for something to wait on:
# "systemctl start" and "is-system-running --wait", a pipe's end, "journalctl --sync".
wait_until() {
    local deadline=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "${EPOCHREALTIME/[.,]/}" -lt "$deadline" ] || return 1
        sleep 0.02
    done
}

# journal_of UNIT [OPTION...]: what "journalctl -u UNIT" shows of this boot, complete up to now.
journal_of() {
    local unit=$1
    shift
    journalctl --sync
    journalctl --boot --no-pager --unit="$unit" --output=cat "$@"
}
