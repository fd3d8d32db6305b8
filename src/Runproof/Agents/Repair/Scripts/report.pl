# What a report says of failures: report.pl failed|why FILE. Knows JUnit XML, TRX, the JSON lines of Go, and TAP.
use strict; use warnings;
my ($what, $file) = @ARGV;
open(my $in, '<', $file) or exit 0;
my $text = do { local $/; <$in> } // '';
my ($shown, @order, %why) = (0);
sub failed { my ($id, $why) = @_; $id =~ s/\s*\n\s*/ /g; push @order, $id unless exists $why{$id}; $why{$id} = $why if length($why // '') >= length($why{$id} // ''); }
sub plain { my ($one) = @_; $one =~ s/<!\[CDATA\[(.*?)\]\]>/$1/gs; $one =~ s/&#(\d+);/chr $1/ge; $one =~ s/&#x([0-9a-f]+);/chr hex $1/gei; $one =~ s/&lt;/</g; $one =~ s/&gt;/>/g; $one =~ s/&quot;/"/g; $one =~ s/&apos;/'/g; $one =~ s/&amp;/&/g; return $one; }
if ($text =~ /^\s*</ && $text =~ /<TestRun/) {
    while ($text =~ /<UnitTestResult\b([^>]*?)(?:\/>|>(.*?)<\/UnitTestResult>)/gs) {
        my ($head, $body) = ($1, $2 // '');
        next unless $head =~ /outcome="(?:Failed|Error|Timeout)"/ && $head =~ /testName="([^"]*)"/;
        failed(plain($1), plain($body =~ /<ErrorInfo>(.*?)<\/ErrorInfo>/s ? $1 : ''));
    }
} elsif ($text =~ /^\s*</) {
    for my $case (split /(?=<testcase\b)/, $text) {
        next unless $case =~ /^<testcase\b([^>]*)>/;
        my $head = $1;
        next unless $case =~ /<(failure|error)\b([^>]*)>(.*?)<\/\1>/s || $case =~ /<(failure|error)\b([^>]*)\/>()/s;
        my ($inner, $body) = ($2, $3);
        my $id = $case =~ /name="nodeid" value="([^"]*)"/ ? $1 : join('.', grep { length } ($head =~ /classname="([^"]*)"/ ? $1 : ''), ($head =~ /\bname="([^"]*)"/ ? $1 : ''));
        my $message = $inner =~ /message="([^"]*)"/ ? $1 : '';
        failed(plain($id), plain(index($body, substr($message, 0, 40)) >= 0 ? $body : "$message\n$body"));
    }
} elsif ($text =~ /^(?:TAP|1\.\.|(?:not )?ok )/m && $text !~ /"Action"/) {
    while ($text =~ /^not ok \d+ -? ?([^\n]*)((?:\n[ #][^\n]*)*)/gm) { my ($id, $body) = ($1, $2); failed($id, $body) unless $id =~ /# (?:TODO|SKIP)/i; }
} else {
    require JSON::PP;
    my (%said, $built);
    for my $line (split /\n/, $text) {
        if ($line !~ /^\{/) { $built .= "$line\n" if $line =~ /\.go:\d+|^#/; next; }
        my $event = eval { JSON::PP::decode_json($line) } or next;
        my $id = ($event->{Package} // '') . ($event->{Test} ? ".$event->{Test}" : '');
        $said{$id} .= $event->{Output} if defined $event->{Output};
        failed($id, $said{$id} // '') if $event->{Action} eq 'fail' && $event->{Test};
        failed("build $id", $built // $said{$id} // '') if $event->{Action} eq 'fail' && !$event->{Test} && !grep { index($_, "$id.") == 0 } @order;
    }
    failed('build', $built) if $built && !@order;
}
if ($what eq 'failed') { print "$_\n" for sort @order; exit; }
printf "%d failing\n", scalar @order;
for my $id (sort { length $why{$b} <=> length $why{$a} } @order[0 .. ($#order < 40 ? $#order : 40)]) {
    last if ++$shown > 3;
    my @lines = grep { /\S/ } split /\n/, $why{$id};
    @lines = (@lines[0 .. 9], '...', @lines[-14 .. -1]) if @lines > 25;
    print "--- $id\n", map { substr($_, 0, 300) . "\n" } @lines;
}
