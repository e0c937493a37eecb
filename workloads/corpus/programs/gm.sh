package=graphicsmagick
program=gm
does='GraphicsMagick enlarges an image to 5 million pixels, blurs, sharpens and reduces it, and writes it as
PNG. Few blocks, whole images among them.'
outside='nothing.'

photo() { # WIDTH HEIGHT
    gawk -v width="$1" -v height="$2" 'BEGIN {
        srand(97)
        printf "P3\n%d %d\n255\n", width, height
        for (y = 0; y < height; y++)
            for (x = 0; x < width; x++)
                printf "%d %d %d\n", (x * y / 900 + 20 * rand()) % 256, (x + y) / 14 % 256, 128 + 120 * sin(x / 90) * cos(y / 70)
    }' >photo.ppm
}

edit() { # WIDTH: of the enlarged image
    trace gm convert photo.ppm -resize "$1" -gaussian 3x1 -unsharp 2x1 -modulate 110 -rotate 90 -resize 30% edited.png
}

input() {
    photo 600 450
}

run() {
    edit "$(times 2600)"
}
