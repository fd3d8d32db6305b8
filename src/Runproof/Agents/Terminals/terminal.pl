# The inside of an agent's terminal: commands in a fresh shell, a shell that stays (on a pseudoterminal of its own), and files. See Terminal.cs.
#
# Requests on stdin: a line "NONCE LENGTH" and LENGTH bytes: a line of words, the first one the verb, then the body. Answers on stdout: a line of words, then output, then the nonce.
#   fresh SECONDS | COMMAND    a shell of its own, killed at its time                       -> exit CODE | timeout
#   shell SECONDS QUIET | COMMAND    in the shell that stays                                -> exit CODE FOLDER | running | died CODE
#   input SECONDS QUIET | KEYS    to what runs there                                        -> as above
#   restart |                   ends the shell that stays and all that it started           -> ok
#   read LIMIT | PATH           a file                                                      -> file SIZE | folder | none REASON
#   write LENGTH | PATH CONTENT    LENGTH bytes of path                                     -> ok | none REASON
#   list DEPTH | PATH           what lies below a folder, without hidden names              -> ok (a path a line)
# "running" after QUIET seconds without output, or after SECONDS in all; the rest of the output comes with the next answer.
use strict;
use warnings;
use Fcntl;
use POSIX ();

my ($half, $most_listed) = (100 * 1024, 2000);
my $clock = eval { require Time::HiRes; 1 } ? \&Time::HiRes::time : sub { time };
my ($unlock_terminal, $terminal_number) = (0x40045431, 0x80045430);

binmode STDIN;
binmode STDOUT;
open(my $null, '+<', '/dev/null') or die "null: $!";
open(my $requests, '<&', \*STDIN) or die "stdin: $!";
open(my $replies, '>&', \*STDOUT) or die "stdout: $!";
POSIX::dup2(fileno($null), 0);
POSIX::dup2(fileno($null), 1);
$SIG{PIPE} = 'IGNORE';

my ($shell, $terminal, $status) = (0);
my ($head, $tail, $dropped) = ('', '', 0);

# Keeps the first and the last part of what was printed.
sub take {
    my ($bytes) = @_;
    my $room = $half - length $head;
    if ($room > 0) { $head .= substr($bytes, 0, $room); $bytes = length $bytes > $room ? substr($bytes, $room) : ''; }
    $tail .= $bytes;
    if (length $tail > 2 * $half) { $dropped += length($tail) - $half; $tail = substr($tail, -$half); }
}

sub taken {
    if (length $tail > $half) { $dropped += length($tail) - $half; $tail = substr($tail, -$half); }
    my $all = $dropped ? "$head\n[... $dropped bytes left out ...]\n$tail" : $head . $tail;
    ($head, $tail, $dropped) = ('', '', 0);
    return $all;
}

# Waits until one of these can be read; gives those that can.
sub ready {
    my ($seconds, @handles) = @_;
    my $bits = '';
    vec($bits, fileno($_), 1) = 1 for @handles;
    my $some = select($bits, undef, undef, $seconds < 0 ? 0 : $seconds);
    return () if !$some || $some < 0;
    return grep { vec($bits, fileno($_), 1) } @handles;
}

# What this program was started with (in the background of a shell without Ctrl-C) or ignores itself is no matter of the agent's commands.
sub plain_signals { $SIG{$_} = 'DEFAULT' for qw(INT QUIT HUP TERM PIPE TSTP TTIN TTOU CHLD) }

sub fresh {
    my ($seconds, $command) = @_;
    pipe(my $read, my $write) or die "pipe: $!";
    my $child = fork();
    die "fork: $!" if !defined $child;
    if (!$child) {
        plain_signals();
        POSIX::setsid();
        POSIX::dup2(fileno($write), 1);
        POSIX::dup2(fileno($write), 2);
        POSIX::close($_) for 3 .. 31;
        exec('bash', '-c', $command) or POSIX::_exit(127);
    }
    close $write;
    my ($end, $open, $code) = ($clock->() + $seconds, 1);
    while (1) {
        # What a background process holds open must not hold the answer.
        if (waitpid($child, POSIX::WNOHANG()) == $child) { $code = $?; last }
        my $left = $end - $clock->();
        if ($left <= 0) { kill 'KILL', -$child; kill 'KILL', $child; waitpid($child, 0); last }
        if ($open && ready($left < 0.05 ? $left : 0.05, $read)) {
            $open = sysread($read, my $bytes, 65536);
            take($bytes) if $open;
        }
        elsif (!$open) { select(undef, undef, undef, 0.001) }
    }
    while (ready(0, $read) && sysread($read, my $bytes, 65536)) { take($bytes) }
    close $read;
    return (defined $code ? 'exit ' . ($code & 127 ? 128 + ($code & 127) : $code >> 8) : 'timeout', taken());
}

sub begin_shell {
    sysopen($terminal, '/dev/ptmx', O_RDWR | O_NOCTTY) or die "ptmx: $!";
    my $number = pack('i', 0);
    ioctl($terminal, $unlock_terminal, $number) or die "unlock: $!";
    ioctl($terminal, $terminal_number, $number) or die "number: $!";
    my $path = '/dev/pts/' . unpack('i', $number);
    pipe($status, my $write) or die "pipe: $!";
    $shell = fork();
    die "fork: $!" if !defined $shell;
    if (!$shell) {
        plain_signals();
        POSIX::setsid();
        sysopen(my $slave, $path, O_RDWR) or POSIX::_exit(126);
        my $settings = POSIX::Termios->new;
        $settings->getattr(fileno $slave);
        $settings->setlflag($settings->getlflag & ~(POSIX::ECHO() | POSIX::ECHONL()));
        $settings->setoflag($settings->getoflag & ~POSIX::OPOST());
        $settings->setattr(fileno($slave), POSIX::TCSANOW());
        POSIX::dup2(fileno($slave), $_) for 0 .. 2;
        POSIX::dup2(fileno($write), 9);
        POSIX::close($_) for 3 .. 8, 10 .. 31;
        $ENV{PS1} = $ENV{PS2} = '';
        $ENV{$_} = 'cat' for qw(PAGER GIT_PAGER MANPAGER SYSTEMD_PAGER);
        $ENV{PROMPT_COMMAND} = q({ printf '%d %s\0' "$?" "$PWD"; } >&9 2>/dev/null);
        exec('bash', '--noediting', '--noprofile', '--norc', '-i') or POSIX::_exit(127);
    }
    close $write;
    follow(20, 20);
    taken();
}

sub end_shell {
    return if !$shell;
    # What the shell runs has groups of its own; the hangup of its terminal ends what listens, and this the rest.
    for my $pid (map { m{/(\d+)/} } glob '/proc/[0-9]*/stat') {
        open(my $stat, '<', "/proc/$pid/stat") or next;
        my $line = <$stat> // '';
        kill 'KILL', $pid if $line =~ /\) \S (\d+) (\d+) (\d+)/ && $3 == $shell && $pid != $$;
    }
    kill 'KILL', $shell;
    waitpid($shell, 0);
    close $terminal;
    close $status;
    $shell = 0;
}

# Until the shell's prompt, the time, or silence.
sub follow {
    my ($seconds, $quiet) = @_;
    my $end = $clock->() + $seconds;
    my $told = '';
    while (1) {
        my $left = $end - $clock->();
        my @ready = ready($left < $quiet ? $left : $quiet, $terminal, $status);
        return 'running' if !@ready;
        my $over = 0;
        for my $handle (@ready) {
            my $read = sysread($handle, my $bytes, 65536);
            if ($handle == $terminal) { if ($read) { take($bytes) } else { $over = 1 } }
            elsif ($read) { $told .= $bytes }
            else { $over = 1 }
        }
        if ($told =~ /\A(?:.*\0)?(\d+) ([^\0]*)\0\z/s) {
            my ($code, $folder) = ($1, $2);
            while (ready(0, $terminal) && sysread($terminal, my $bytes, 65536)) { take($bytes) }
            $folder =~ s/[\r\n]/?/g;
            return "exit $code $folder";
        }
        if ($over) {
            my $code = 255;
            for (1 .. 100) {
                if (waitpid($shell, POSIX::WNOHANG()) == $shell) { $code = $? & 127 ? 128 + ($? & 127) : $? >> 8; last }
                select(undef, undef, undef, 0.01);
            }
            end_shell();
            return "died $code";
        }
    }
}

my $command_file = '/runproof/exchange/command';

sub in_shell {
    my ($seconds, $quiet, $command) = @_;
    begin_shell() if !$shell;
    unlink $command_file;
    sysopen(my $file, $command_file, O_WRONLY | O_CREAT | O_EXCL, 0600) or return ('none ' . $!, '');
    syswrite($file, $command . "\n");
    close $file;
    syswrite($terminal, " . $command_file\n");
    my $end = follow($seconds, $quiet);
    return ($end, taken());
}

sub input {
    my ($seconds, $quiet, $keys) = @_;
    return ('none no command is running', '') if !$shell;
    # A terminal takes 4095 bytes of a line; what reads slowly must not hold this.
    my $flags = fcntl($terminal, F_GETFL, 0);
    fcntl($terminal, F_SETFL, $flags | O_NONBLOCK);
    for (my $at = 0; $at < length $keys;) {
        my $written = syswrite($terminal, substr($keys, $at, 1024));
        if (defined $written) { $at += $written } else { last }
    }
    fcntl($terminal, F_SETFL, $flags);
    my $end = follow($seconds, $quiet);
    return ($end, taken());
}

sub read_file {
    my ($limit, $path) = @_;
    return ('folder', '') if -d $path;
    # Opening a pipe would wait for a writer.
    sysopen(my $file, $path, O_RDONLY | O_NONBLOCK) or return ('none ' . $!, '');
    return ('none not a regular file', '') if !-f $file;
    my ($size, $all) = (-s $file, '');
    while (length $all < $limit) {
        my $read = sysread($file, my $bytes, $limit - length $all < 65536 ? $limit - length $all : 65536);
        return ('none ' . $!, '') if !defined $read;
        last if !$read;
        $all .= $bytes;
    }
    return ("file $size", $all);
}

sub write_file {
    my ($length, $body) = @_;
    my ($path, $content) = (substr($body, 0, $length), substr($body, $length));
    my $folder = $path;
    while ($folder =~ s{/[^/]*\z}{} && length $folder && !-d $folder) { }
    my @missing = split m{/}, substr($path, length $folder);
    pop @missing;
    for (@missing) { next if !length; $folder .= "/$_"; mkdir $folder or return ('none ' . $!, '') }
    return ('none not a regular file', '') if -e $path && !-f $path;
    sysopen(my $file, $path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0644) or return ('none ' . $!, '');
    for (my $at = 0; $at < length $content;) {
        my $written = syswrite($file, $content, length($content) - $at, $at) or return ('none ' . $!, '');
        $at += $written;
    }
    close $file or return ('none ' . $!, '');
    return ('ok', '');
}

sub list {
    my ($depth, $path) = @_;
    my @found;
    my $walk;
    $walk = sub {
        my ($folder, $left) = @_;
        opendir(my $handle, $folder) or return;
        for my $name (sort grep { !/^\./ } readdir $handle) {
            return if @found >= $most_listed;
            my $one = "$folder/$name";
            my $is_folder = -d $one && !-l $one;
            push @found, $is_folder ? "$one/" : $one;
            $walk->($one, $left - 1) if $is_folder && $left > 1;
        }
    };
    return ('none no such folder', '') if !-d $path;
    $walk->($path =~ s{(?<=.)/+\z}{}r, $depth);
    return ('ok', join("\n", @found));
}

sub answer {
    my ($verb, $words, $body) = @_;
    return fresh($words->[0], $body) if $verb eq 'fresh';
    return in_shell(@$words, $body) if $verb eq 'shell';
    return input(@$words, $body) if $verb eq 'input';
    return read_file($words->[0], $body) if $verb eq 'read';
    return write_file($words->[0], $body) if $verb eq 'write';
    return list($words->[0], $body) if $verb eq 'list';
    if ($verb eq 'restart') { end_shell(); return ('ok', taken()) }
    die "no verb '$verb'";
}

my $buffer = '';

sub fill {
    my ($wanted) = @_;
    while (length $buffer < $wanted) {
        # Between requests somebody must listen to what still runs, or it would wait for its output to be read.
        my @ready = ready(3600, $requests, $shell ? $terminal : ());
        if (grep { $_ == $requests } @ready) { sysread($requests, $buffer, 65536, length $buffer) or exit 0 }
        elsif (@ready) {
            if (sysread($terminal, my $bytes, 65536)) { take($bytes) }
            else { select(undef, undef, undef, 0.01) }
        }
    }
}

while (1) {
    while ($buffer !~ /\n/) { fill(1 + length $buffer) }
    $buffer =~ s/\A(\S+) (\d+)\n// or die 'not a request';
    my ($nonce, $length) = ($1, $2);
    fill($length);
    my $request = substr($buffer, 0, $length, '');
    my ($line, $body) = split /\n/, $request, 2;
    my ($verb, @words) = split / /, $line;
    my ($head_line, $output) = answer($verb, \@words, $body // '');
    my $reply = "$head_line\n$output$nonce";
    for (my $at = 0; $at < length $reply;) { $at += syswrite($replies, $reply, length($reply) - $at, $at) // exit 0 }
}
