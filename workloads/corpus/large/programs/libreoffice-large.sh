package=libreoffice-writer-nogui
program=/usr/lib/libreoffice/program/soffice.bin
does='A document of many hundred pages, with headings and tables, is read from RTF, laid out and written as
PDF: C++ objects, strings and caches, in some threads.'
outside='nothing of note.'

input() {
    gawk -v sections="$(times 160)" 'BEGIN {
        srand(107)
        print "{\\rtf1\\ansi{\\fonttbl{\\f0 Liberation Serif;}}\\f0\\fs22"
        for (s = 1; s <= sections; s++) {
            printf "{\\b\\fs32 Section %d\\par}\n", s
            for (p = 0; p < 6; p++) {
                for (w = 0; w < 120; w++) printf "word%d ", rand() * 3000
                print "\\par"
            }
            for (r = 0; r < 8; r++) {
                printf "\\trowd"
                for (c = 1; c <= 5; c++) printf "\\cellx%d", 1800 * c
                for (c = 1; c <= 5; c++) printf "\\intbl %d\\cell", rand() * 1e6
                print "\\row"
            }
            print "\\pard\\page"
        }
        print "}"
    }' >document.rtf
    # With a new profile, the program makes it and ends, for its launcher to start it again.
    "$program" -env:UserInstallation="file://$PWD/profile" --headless --terminate_after_init || true
}

run() {
    trace "$program" -env:UserInstallation="file://$PWD/profile" --headless --norestore --convert-to pdf document.rtf
    [ -s document.pdf ] || { echo "record: libreoffice wrote no PDF" >&2; return 1; }
}
