# Tries edits, one after the other, until one makes the tests pass, which then stays: try.pl SECONDS EACH < EDITS
# With "all" behind that it goes on, and none stays.
# An edit is a line "FILE:FIRST-LAST|TEXT": TEXT stands in place of these lines (of none where LAST is less than FIRST), with \n and \\.
use strict; use warnings;
my ($seconds, $each, $all) = (@ARGV, '');
my ($begun, $number) = (time, 0);
while (my $line = <STDIN>) {
    chomp $line;
    my ($file, $first, $last, $text) = $line =~ /^(.+?):(\d+)-(\d+)\|(.*)$/ or next;
    if (time - $begun > $seconds) { print "time is over: $number were tried\n"; exit 1; }
    $number++;
    $text =~ s/\\(.)/$1 eq 'n' ? "\n" : $1/ge;
    open(my $in, '<', $file) or do { print "$file: $!\n"; next };
    my @lines = <$in>;
    close $in;
    my $old = join '', @lines;
    splice @lines, $first - 1, $last - $first + 1, $text eq '' ? () : "$text\n";
    put($file, join '', @lines);
    my $code = system('timeout', '-k', '1', $each, 'sh', '-c', 'sh /tmp/repair/decide.sh >/tmp/repair/out 2>&1');
    if ($code == 0) { print "$number passes\n"; exit 0 if $all ne 'all'; }
    put($file, $old);
}
print "end: $number were tried\n";
exit 1;
sub put { my ($file, $text) = @_; open(my $out, '>', $file) or die "$file: $!"; print $out $text; close $out; }
