package=ghostscript
program=gs
does='The PostScript interpreter draws generated pages of text, curves, clipped shapes and shadings
into a bitmap. Paths, tokens and font caches from its own chunks, and large bands.'

input() {
    gawk -v pages="$(times 8)" 'BEGIN {
        srand(51)
        print "%!PS-Adobe-3.0"
        for (p = 1; p <= pages; p++) {
            print "%%Page: " p, p
            for (i = 0; i < 400; i++) {
                printf "/%s findfont %d scalefont setfont %.2f setgray %d %d moveto (Sample %d) show\n", i % 2 ? "Times-Roman" : "Helvetica", 6 + rand() * 20, rand(), rand() * 500, rand() * 780, rand() * 1e4
                printf "gsave newpath %d %d moveto", rand() * 600, rand() * 800
                for (k = 0; k < 5; k++) printf " %d %d %d %d %d %d curveto", rand() * 600, rand() * 800, rand() * 600, rand() * 800, rand() * 600, rand() * 800
                printf " closepath %s grestore\n", i % 3 ? "stroke" : "clip newpath 0 0 300 400 rectfill"
                printf "/d%d %d dict def d%d /k (%d) put\n", i, 2 + rand() * 40, i, rand() * 1e6
            }
            print "showpage"
        }
    }' >pages.ps
}

run() {
    trace gs -q -dSAFER -dNOPAUSE -dBATCH -sDEVICE=png16m -r100 -sOutputFile=page%d.png pages.ps
}
