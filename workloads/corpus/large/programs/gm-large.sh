package=graphicsmagick
program=gm
does='An image of 64 million pixels is made, enlarged at the edges, blurred, sharpened, reduced and written as
PNG. Few blocks, whole images of half a gigabyte among them.'
outside='nothing.'

input() {
    (. "$corpus/programs/gm.sh" && photo 2000 1500)
}

run() {
    (. "$corpus/programs/gm.sh" && edit "$(times 8000)")
}
