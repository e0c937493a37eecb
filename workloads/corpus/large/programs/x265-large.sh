package=x265
program=x265
does='The HEVC encoder on a moving pattern of 3840 x 2160 pixels, with four worker threads and three frames at
a time: frames, motion vectors and statistics in large aligned blocks.'
outside='nothing.'

input() {
    (. "$corpus/programs/x265.sh" && pattern 3840 2160 "$(times 26)")
}

run() {
    trace x265 --input pattern.yuv --input-res 3840x2160 --fps 25 --preset ultrafast --pools 4 -F 3 \
        --rc-lookahead 20 --no-progress -o video.hevc
}
