package=libxml2-utils
program=xmllint
does='A generated XML catalogue is parsed to a tree, queried with XPath and freed: the tree grows
node by node, is walked, and goes in one sweep from its root.'

input() {
    gawk -v books="$(times 4000)" 'BEGIN {
        srand(31)
        print "<catalogue>"
        for (i = 0; i < books; i++) {
            printf "  <book id=\"b%d\" lang=\"%s\">\n    <title>Title %d of %d</title>\n", i, rand() < .3 ? "de" : "en", i, rand() * 1e6
            n = 1 + int(rand() * 4)
            for (a = 0; a < n; a++) printf "    <author>Author %d</author>\n", rand() * 700
            printf "    <price currency=\"EUR\">%.2f</price>\n    <summary>", rand() * 90
            for (w = 0; w < rand() * 30; w++) printf "word%d ", rand() * 2000
            print "</summary>\n  </book>"
        }
        print "</catalogue>"
    }' >catalogue.xml
}

run() {
    trace xmllint --xpath '//book[@lang="de"][price > 45][count(author) > 1]/title' catalogue.xml
}
