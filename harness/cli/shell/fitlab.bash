# Completion of fitlab for bash. What can come next is asked of fitlab itself.

_fitlab_candidates() { # COMMAND PREVIOUS WORD
    local command=$1 previous=$2 word=$3
    case $previous in
    -p | --policy | --baseline) fitlab complete policy "$word" ;;
    -w | --workload) fitlab complete workload "$word" ;;
    -f | --figure) fitlab complete figure "$word" ;;
    -m | --pass) fitlab complete pass "$word" ;;
    --format) compgen -W 'pdf svg png' -- "$word" ;;
    --goal) compgen -W 'memory time worst' -- "$word" ;;
    --as) compgen -W 'header kconfig malloc-conf' -- "$word" ;;
    --touch) compgen -W 'none first all' -- "$word" ;;
    *)
        case $word in
        -*) compgen -W "$(fitlab "$command" --help 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)" -- "$word" ;;
        *)
            case $command in
            check | emit | exec | prove | attack | tune) fitlab complete policy "$word" ;;
            generate | info | advise) fitlab complete workload "$word" ;;
            list) compgen -W 'policies workloads figures metrics' -- "$word" ;;
            complete) compgen -W 'command policy workload figure pass' -- "$word" ;;
            esac
            compgen -f -- "$word"
            ;;
        esac
        ;;
    esac
}

_fitlab() {
    local line=${COMP_LINE:0:COMP_POINT} words word previous
    read -ra words <<<"$line"
    word=
    [[ $line == *[[:space:]] ]] || {
        word=${words[-1]}
        unset 'words[-1]'
    }
    mapfile -t COMPREPLY < <(
        if ((${#words[@]} < 2)); then
            fitlab complete command "$word"
        else
            previous=${words[-1]}
            # several policies or workloads may follow one -p or -w
            if [[ $word != -* && $previous != -* ]]; then
                local i
                for ((i = ${#words[@]} - 1; i > 1; i--)); do
                    [[ ${words[i]} == -* ]] && break
                done
                case ${words[i]} in -p | -w | --policy | --workload) previous=${words[i]} ;; esac
            fi
            _fitlab_candidates "${words[1]}" "$previous" "$word"
        fi
    )
    # bash replaces only what follows the last ':' or '=' of the word
    if [[ $word == *[:=]* && $COMP_WORDBREAKS == *[:=]* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*[:=]}"}"}")
    fi
    # a key wants its value next, a layer what is below it, and no space
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=+] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o filenames -F _fitlab fitlab
