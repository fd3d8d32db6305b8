# Ochiai's coefficient of each line that failing tests run: rank.pl REACH FAILING NOT MOST (Abreu, Zoeteweij and van Gemund, TAIC PART 2007).
# REACH: JSON lines, or "test ID" with "FILE:FIRST,LAST" below it. FAILING: test ids, one a line. NOT: pattern of files that are none of the product's.
use strict; use warnings; use JSON::PP;
my ($reach, $failing, $not, $most) = @ARGV;
my (%failing, %fails, %passes, %tests, $module);
open(my $ids, '<', $failing) or die "$failing: $!";
while (<$ids>) { chomp; $failing{$_} = 1; $failing{$1} = 1 if m{^(.+?\.(?:Test|Example|Fuzz)[^./]*)/}; }
sub each_hit {
    my ($take) = @_;
    open(my $in, '<', $reach) or die "$reach: $!";
    my $test = '';
    while (my $line = <$in>) {
        if ($line =~ /^\{/) {
            my $one = eval { decode_json($line) } or next;
            my $id = $one->{test} // next;
            $take->($id, undef);
            $take->($id, "probe:$_") for @{$one->{probes} // []};
            for my $file (keys %{$one->{lines} // {}}) {
                next if $file =~ /$not/;
                for my $run (@{$one->{lines}{$file}}) { $take->($id, "$file:$_") for $run->[0] .. $run->[1]; }
            }
        } elsif ($line =~ /^module (\S+)/) { $module = $1; }
        elsif ($line =~ /^test (\S+)/) { $test = $1; $take->($test, undef); }
        elsif ($line =~ /^(\S+):(\d+),(\d+)$/) {
            my ($file, $first, $last) = ($1, $2, $3);
            $file =~ s{^\Q$module\E/}{} if defined $module;
            next if $file =~ /$not/;
            $take->($test, "$file:$_") for $first .. $last;
        }
    }
}
my %last;
each_hit(sub { my ($id, $place) = @_; $tests{$id} = 1; return unless defined $place && $failing{$id} && ($last{$place} // '') ne $id; $last{$place} = $id; $fails{$place}++; });
%last = ();
each_hit(sub { my ($id, $place) = @_; return unless defined $place && exists $fails{$place} && !$failing{$id} && ($last{$place} // '') ne $id; $last{$place} = $id; $passes{$place}++; });
my $bad = grep { $failing{$_} } keys %tests;
printf "%d failing and %d passing tests measured, %d places are run by failing ones\n", $bad, keys(%tests) - $bad, scalar keys %fails;
my %score = map { $_ => sprintf('%.3f', $fails{$_} / sqrt($bad * ($fails{$_} + ($passes{$_} // 0)))) } keys %fails;
my @runs;
for my $place (sort { my ($f, $l) = $a =~ /^(.*):(\d+)$/; my ($g, $m) = $b =~ /^(.*):(\d+)$/; $f cmp $g || $l <=> $m } keys %score) {
    my ($file, $line) = $place =~ /^(.*):(\d+)$/;
    if (@runs && $runs[-1][0] eq $file && $runs[-1][2] == $line - 1 && $runs[-1][3] eq $score{$place}) { $runs[-1][2] = $line; } else { push @runs, [$file, $line, $line, $score{$place}]; }
}
@runs = sort { $b->[3] <=> $a->[3] || $a->[0] cmp $b->[0] || $a->[1] <=> $b->[1] } @runs;
printf "%s %s:%s\n", $_->[3], $_->[0], $_->[1] == $_->[2] ? $_->[1] : "$_->[1]-$_->[2]" for @runs[0 .. ($#runs < $most - 1 ? $#runs : $most - 1)];
my %seen;
my @files = grep { !$seen{$_}++ } map { $_->[0] } @runs;
for my $file (@files[0 .. ($#files < 9 ? $#files : 9)]) {
    next unless open(my $in, '<', $file);
    my $lines = () = <$in>;
    printf "%s: %d lines, %d bytes\n", $file, $lines, -s $file;
}
