# Source files by how many of some words they have, the richest first: files.pl WORDS NOT < PATHS
use strict; use warnings;
my ($words, $not) = @ARGV;
open(my $in, '<', $words) or die "$words: $!";
chomp(my @words = <$in>);
my %wanted = map { $_ => 1 } @words;
my @files;
while (my $file = <STDIN>) {
    chomp $file;
    next if $file =~ /$not/ || !open(my $text, '<', $file);
    my ($lines, %found) = (0);
    while (<$text>) { $lines++; $found{$_} = 1 for grep { $wanted{$_} } /\w+/g; }
    push @files, [$file, $lines, -s $file, scalar keys %found];
}
printf "%s: %d lines, %d bytes\n", @$_[0 .. 2] for grep { defined } (sort { $b->[3] <=> $a->[3] || $a->[0] cmp $b->[0] } @files)[0 .. 59];
