# Runs a command with a way to one Unix socket: what connects to a port of this machine's loopback, which nobody outside of the sandbox reaches, is passed on to it. Arguments: SOCKET PORT COMMAND...
# Ends with the command's exit code; of Perl's own modules alone.
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;

my ($path, $port, @command) = @ARGV;
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 64, ReuseAddr => 1) or die "no port $port: $!\n";
my $forwarder = fork() // die "no process: $!\n";
if ($forwarder == 0) {
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    open STDERR, '>', '/dev/null';
    $SIG{CHLD} = 'IGNORE';
    $SIG{PIPE} = 'IGNORE';
    while (1) {
        my $client = $listener->accept or next;
        my $child = fork();
        if (defined $child && $child == 0) {
            close $listener;
            pass($client);
            exit 0;
        }
        close $client;
    }
}
close $listener;
my $status = system { $command[0] } @command;
exit($status == -1 ? 127 : $status & 127 ? 128 + ($status & 127) : $status >> 8);

sub pass {
    my ($client) = @_;
    my $server = IO::Socket::UNIX->new(Peer => $path) or return;
    my $both = IO::Select->new($client, $server);
    while ($both->count) {
        for my $from ($both->can_read) {
            my $to = $from == $client ? $server : $client;
            my $count = sysread($from, my $bytes, 65536);
            if (!$count) {
                $both->remove($from);
                shutdown($to, 1);
                next;
            }
            for (my $sent = 0; $sent < $count;) {
                my $more = syswrite($to, $bytes, $count - $sent, $sent) // return;
                $sent += $more;
            }
        }
    }
}
