#!/usr/bin/env bash
# second_best.sh BEST SECOND_BEST CHECK...: what is known about best-fit distinguishes it from a best-fit that is
# broken on purpose. BEST is the real source as a plug-in and passes every check in best-fit's place;
# SECOND_BEST, which no check of consistency finds fault with, fails three of them at least.
#
# A CHECK is a result of `fitlab reproduce`, prove:M:N:SIZES:WORST, or killer:M:N:HIGH, a row of the
# result best-fit-killer alone.
set -uo pipefail
best=$1 second=$2
shift 2

# holds PLUGIN CHECK
holds() {
    case $2 in
    prove:*)
        IFS=: read -r _ live largest sizes worst <<<"$2"
        "$FITLAB" prove "$1" --live "$live" --largest "$largest" --sizes "$sizes" |
            head -n 1 | grep -q "exactly $worst\$"
        ;;
    killer:*)
        IFS=: read -r _ live largest high <<<"$2"
        "$FITLAB" play best-fit-killer -p "$1" --live "$live" --largest "$largest" |
            tail -n 1 | grep -q " $high "
        ;;
    *) "$FITLAB" reproduce "$2" --quiet -p best-fit="$1" >/dev/null ;;
    esac
}

status=0 noticed=()
"$FITLAB" check "$second" >/dev/null || {
    echo "second_best.sh: the broken best-fit is not even consistent: it proves nothing"
    status=1
}
for check in "$@"; do
    holds "$best" "$check" || {
        echo "second_best.sh: best-fit as a plug-in fails '$check'"
        status=1
    }
    holds "$second" "$check" || noticed+=("$check")
done
echo "second_best.sh: the second smallest hole is noticed by ${#noticed[@]} of $#: ${noticed[*]}"
[ ${#noticed[@]} -ge 3 ] || status=1
exit $status
