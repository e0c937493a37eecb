package=bash
program=bash
does='A shell script with functions, arrays, string surgery, here-documents and a pipeline of child
processes; the shell itself is recorded. Every word of every command is a block of its own, gone
with the command.'

input() {
    cat >script.sh <<'SCRIPT'
declare -A count
collatz() {
    local n=$1 steps=0
    while ((n != 1)); do
        ((n = n % 2 ? 3 * n + 1 : n / 2, steps++))
    done
    printf -v "$2" '%d' "$steps"
}
names=()
for ((i = 1; i <= $1; i++)); do
    collatz "$i" steps
    key=len${steps}
    count[$key]=$((${count[$key]:-0} + 1))
    name="item-${i}-${key^^}"
    name=${name//-/_}
    names+=("${name%_*}:${name##*_}")
    case $name in
    *LEN1[0-9]) set -- "$@" "${name:0:8}" ;;
    esac
done
text=$(for key in "${!count[@]}"; do echo "$key ${count[$key]}"; done | sort -k2n | tail -n 20)
while read -r key value; do
    cat <<END
$key occurs $value times, ${#names[@]} names, $# arguments
END
done <<<"$text"
printf '%s\n' "${names[@]}" | tr a-z A-Z | sort -u | wc -l
SCRIPT
}

run() {
    trace bash script.sh "$(times 120)"
}
