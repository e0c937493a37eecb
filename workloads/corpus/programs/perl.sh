package=perl-base
program=perl
does='A text concordance: every word of a generated text with the lines it is on, in a hash of
arrays, then sorted by frequency and printed. Many small strings, growing arrays, and a phase
in which nearly everything dies at once.'
environment=(PERL_HASH_SEED=0)

input() {
    gawk -v lines="$(times 2500)" 'BEGIN {
        srand(11)
        for (i = 0; i < lines; i++) {
            for (j = 0; j < 8; j++) printf "w%d%s ", rand() * rand() * 4000, j % 3 ? "" : "ing,"
            print ""
        }
    }' >text
    cat >concordance.pl <<'PERL'
my %places;
open my $text, '<', 'text' or die;
while (my $line = <$text>) {
    chomp $line;
    for my $word (split /[\s,]+/, lc $line) {
        push @{$places{$word}{lines}}, $.;
        $places{$word}{longest} = $line if length $line > length($places{$word}{longest} // '');
    }
}
my @order = sort { @{$places{$b}{lines}} <=> @{$places{$a}{lines}} || $a cmp $b } keys %places;
for my $word (@order) {
    my @lines = @{$places{$word}{lines}};
    (my $context = $places{$word}{longest}) =~ s/(\w+)/<$1>/g;
    printf "%s %d: %s (%s)\n", $word, scalar @lines, join(',', @lines[0 .. ($#lines < 9 ? $#lines : 9)]), $context;
}
%places = ();
PERL
}

run() {
    trace perl concordance.pl
}
