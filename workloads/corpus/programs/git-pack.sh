package=git
program=git
does='All objects of a generated history are packed by two threads: deltas are searched in windows
of similar objects, so that blocks of file size come and go beside long-lived tables.'
environment=(GIT_CONFIG_NOSYSTEM=1)

input() {
    (. "$corpus/programs/git.sh" && input)
}

run() {
    trace git -C repository -c pack.threads=2 pack-objects --all --no-reuse-delta --window=20 -q pack
}
