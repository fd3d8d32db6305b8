# Puts texts into files: plant.pl < LINES. "FILE" begins a file, "OFFSET REMOVED TEXT" is one place of it, in the order of offsets.
use strict; use warnings;
my ($file, @places);
sub done {
    return unless defined $file && @places;
    open(my $in, '<:raw', $file) or die "$file: $!";
    my $text = do { local $/; <$in> };
    substr($text, $_->[0], $_->[1], $_->[2]) for reverse @places;
    open(my $out, '>:raw', $file) or die "$file: $!";
    print $out $text;
}
while (my $line = <STDIN>) {
    chomp $line;
    if ($line =~ /^(\d+) (\d+) (.*)$/) { push @places, [$1, $2, $3]; } else { done(); ($file, @places) = ($line); }
}
done();
