package=x265
program=x265
does='The HEVC encoder on a moving pattern of 1280 x 720 pixels, with four worker threads and three frames at a
time: frames, motion vectors and statistics in large aligned blocks.'
outside='nothing.'

pattern() { # WIDTH HEIGHT FRAMES
    /usr/bin/python3 - "$@" >pattern.yuv <<'PYTHON'
import random, sys

width, height, frames = map(int, sys.argv[1:])
rng = random.Random(89)
noise = [bytes((x * (3 + y % 5) // 7 + rng.randrange(24)) % 256 for x in range(2 * width)) for y in range(64)]
for frame in range(frames):
    for row in range(height):
        start = (5 * frame + row // 3) % width
        sys.stdout.buffer.write(noise[(row + frame) % 64][start:start + width])
    for row in range(height):
        sys.stdout.buffer.write(noise[(row // 4 + 2 * frame) % 64][frame:frame + width // 2])
PYTHON
}

input() {
    pattern 1280 720 "$(times 30)"
}

run() {
    trace x265 --input pattern.yuv --input-res 1280x720 --fps 25 --preset veryfast --pools 4 -F 3 \
        --rc-lookahead 20 --no-progress -o video.hevc
}
