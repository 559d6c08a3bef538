#!/usr/bin/perl
# A customer's driver in another language, which shares nothing with hl78sim: Perl's own library.
#
#     customer_host.pl TTY VERSION STAGE...
#
# VERSION is the firmware that should run, as in the module's manuals (4.4.14.0). Each stage is a part
# of a product's life: boot, identity, services, registration, udp, tcp, transparent, sleep,
# update=VERSION. Every byte that comes is accounted for: it is the answer that was expected, an
# unsolicited line, or a failure. What has no wire is done by the program in $HL78SIM with the
# control socket $HL78SIM_CONTROL: the reset pin, the wake pin, the far end that closes.
# Exit status 0: all as it should be; 1: something was not.
use strict;
use warnings;
use POSIX ();

use constant PATIENCE => 30;
use constant PATTERN => '--EOF--Pattern--';

my ($tty, $version, @stages) = @ARGV;
die "usage: customer_host.pl TTY VERSION STAGE...\n" unless @stages;

my $fd;               # of the terminal
my $in = '';          # what came and was not looked at yet
my @told;             # unsolicited lines that nobody has asked for yet
my $echo = 1;         # whether the module repeats what it is sent

sub fail {
    my ($what) = @_;
    my $rest = $in;
    $rest =~ s/([^ -~])/sprintf '\\x%02x', ord $1/ge;
    die "$what\n  what came: $rest\n  told before: @told\n";
}

# --- The line ---------------------------------------------------------------------------------

sub open_line {
    $fd = POSIX::open($tty, &POSIX::O_RDWR | &POSIX::O_NOCTTY) // die "$tty: $!\n";
    my $mode = POSIX::Termios->new;
    $mode->getattr($fd) // die "$tty: $!\n";
    $mode->setiflag(0);
    $mode->setoflag(0);
    $mode->setlflag(0);
    $mode->setcflag(&POSIX::CS8 | &POSIX::CREAD | &POSIX::CLOCAL);
    $mode->setcc(&POSIX::VMIN, 1);
    $mode->setcc(&POSIX::VTIME, 0);
    $mode->setattr($fd, &POSIX::TCSANOW) // die "$tty: $!\n";
}

sub put {
    my ($bytes) = @_;
    while (length $bytes) {
        my $done = POSIX::write($fd, $bytes, length $bytes) // die "$tty: $!\n";
        substr($bytes, 0, $done, '');
    }
}

# Whether more came before so many seconds were over.
sub more {
    my ($seconds) = @_;
    my $wanted = '';
    vec($wanted, $fd, 1) = 1;
    return 0 unless select($wanted, undef, undef, $seconds) > 0;
    my $got;
    my $count = POSIX::read($fd, $got, 4096);
    die "$tty: gone\n" unless $count;
    $in .= substr($got, 0, $count);
    return 1;
}

# --- Answers and what comes unasked -----------------------------------------------------------

# Takes a whole unsolicited line off the front, unless it may be the answer to that command.
sub take_told {
    my ($command) = @_;
    return 0 unless $in =~ /\A\0?\r\n\+(KSUP|CEREG|WDSI|KCNX_IND|K(?:TCP|UDP)_[A-Z]+): [^\r\n]*\r\n/;
    return 0 if $command =~ /\+$1\b/;
    $in =~ s/\A\0?\r\n([^\r\n]*)\r\n//;
    push @told, $1;
    return 1;
}

# What the pattern captures, of bytes that must come next but for unsolicited lines.
sub next_bytes {
    my ($what, $pattern) = @_;
    my $end = time + PATIENCE;
    while (1) {
        if ($in =~ /\A$pattern/) {
            my @caught = @{^CAPTURE};
            substr($in, 0, $+[0], '');
            return @caught;
        }
        next if take_told($what);
        my $over = $in =~ /\r\n(?:OK|ERROR|\+CME ERROR: \d+|NO CARRIER)\r\n\z/;
        fail("$what: not as expected: $pattern") if $over || (!more(1) && time >= $end);
    }
}

# A command whose answer, behind its echo, is exactly so.
sub command {
    my ($line, $pattern) = @_;
    put("$line\r");
    my $head = $echo ? quotemeta("$line\r") : '';
    return next_bytes($line, qr/$head$pattern/s);
}

sub ok { return command($_[0], qr/\r\nOK\r\n/); }

# One line of information and OK.
sub asks {
    my ($line, $pattern) = @_;
    return command($line, qr/\r\n$pattern\r\n\r\nOK\r\n/);
}

# Several: the first behind a line's end, the others not, then an empty one.
sub asks_lines {
    my ($line, @lines) = @_;
    my $all = join('', map { "$_\r\n" } @lines);
    return command($line, qr/\r\n$all\r\nOK\r\n/);
}

sub refused {
    my ($line, $code) = @_;
    return command($line, qr/\r\n\+CME ERROR: $code\r\n/);
}

# The next unsolicited line; those that match `passed` do not matter now.
sub told {
    my ($wanted, $passed) = @_;
    my $end = time + PATIENCE;
    while (1) {
        while (@told) {
            my $line = shift @told;
            return $line if $line =~ /\A$wanted\z/;
            next if $line =~ /\A\+(KCNX_IND|CEREG|KUDP_RCV)/ || ($passed && $line =~ /\A$passed\z/);
            fail("$line came, not $wanted");
        }
        next if take_told('');
        more(1) or time < $end or fail("$wanted did not come");
    }
}

# What the module's surroundings do.
sub ctl {
    my @words = ($ENV{HL78SIM}, 'ctl', '--control', $ENV{HL78SIM_CONTROL}, @_);
    open(my $said, '-|', @words) or die "$words[0]: $!\n";
    my $text = join '', <$said>;
    close $said or fail("ctl @_: $text");
}

sub at_least {
    my @have = split /\./, $version;
    my @want = split /\./, $_[0];
    for my $i (0 .. $#want) {
        return $have[$i] > $want[$i] if $have[$i] != $want[$i];
    }
    return 1;
}

# --- Stages -----------------------------------------------------------------------------------

# Behind every start: it has forgotten that we want no echo.
sub settle {
    $echo = 1;
    ok('ATE0');
    $echo = 0;
    ok('AT+CMEE=1');
}

sub is_up {
    told(qr/\+KSUP: 0/);
    settle();
}

sub boot {
    more(1);          # what it said when the power came
    take_told('') while $in ne '';
    @told = ();
    ctl('reset');
    is_up();
}

sub identity {
    my ($model) = asks('AT+CGMM', qr/(HL78\d\d)/);
    asks('ATI', qr/$model/);
    my ($revision) = asks('AT+CGMR', qr/($model\.\Q$version\E)/);
    asks('ATI3', qr/\Q$revision\E/);
    ok('AT+CGMR=?');
    asks('AT+CGMI', qr/Sierra Wireless/);
    my ($imei) = asks('AT+CGSN', qr/(\d{15})/);
    fail("IMEI $imei: wrong check digit") if luhn($imei) != 0;
    asks('AT+KGSN=?', qr/\+KGSN: \(0-4\)/);
    asks('AT+KGSN=0', qr/\+KGSN: $imei/);
    my $first = substr $imei, 0, 14;
    my ($sv) = asks('AT+KGSN=1', qr/\+KGSN: $first(\d\d)/);
    asks('AT+KGSN=2', qr/\+KGSN: $first-@{[substr $imei, 14]} SV:$sv/);
    asks('AT+KGSN=3', qr/\+KGSN: [0-9A-Z]{14}/);
    my ($iccid) = asks('AT+CCID', qr/\+CCID: (\d{18,20})/);
    asks('AT%CCID', qr/%CCID: $iccid/);
    asks('AT+CIMI', qr/\d{14,15}/);
    if (at_least('4.7.0')) {
        command('AT+CCID=?', qr/\r\n(?:\+CME )?ERROR(?:: \d+)?\r\n/);
    } else {
        ok('AT+CCID=?');
    }
    asks('AT+CPIN?', qr/\+CPIN: READY/);
    asks('AT+KSREP=?', qr/\+KSREP: \(0-1\).*/);
    asks('AT+KSREP?', at_least('4.5.1') ? qr/\+KSREP: 1,0,\d/ : qr/\+KSREP: 1,0/);
    asks('AT+CMEE=?', qr/\+CMEE: \(0-1\)/);
    asks('AT+CMEE?', qr/\+CMEE: 1/);
    my ($settings) = command('AT&V', qr/\r\n(ACTIVE PROFILE:\r\n.*?)\r\n\r\nOK\r\n/s);
    fail('AT&V: no &K3 at the tenth place') if (split / /, (split /\r\n/, $settings)[1])[9] ne '&K3';
    fail('AT&V: not three profiles') if $settings !~ /STORED PROFILE 0:.*STORED PROFILE 1:/s;
    asks('AT+IPR?', qr/\+IPR: 115200/);
    # The fourth radio of 5.7.4 speaks to satellites.
    asks_lines('AT+KBNDCFG?', map { qr/\+KBNDCFG: $_,(?:0|[0-9A-F]{20})/ }
               0 .. (at_least('5.7.4') ? 3 : 2));
}

sub luhn {
    my @digits = reverse split //, $_[0];
    my $sum = 0;
    for my $i (0 .. $#digits) {
        my $part = $digits[$i] * ($i % 2 + 1);
        $sum += $part > 9 ? $part - 9 : $part;
    }
    return $sum % 10;
}

sub services {
    asks_lines('AT+WDSC=?', qr/\+WDSC: \(0-2,5,6\),\(0-1\)/, qr/\+WDSC: 3,\(0-525600\)/,
               qr/\+WDSC: 4,\(0-20160\)(?:,\(1-20160\)){7}/);
    asks_lines('AT+WDSC?', (map { qr/\+WDSC: $_,0/ } 0 .. 3),
               qr/\+WDSC: 4,15,60,240,480,1440,2880/, qr/\+WDSC: 5,0/, qr/\+WDSC: 6,0/);
    asks_lines('AT+WDSS=?', qr/\+WDSS: 1,\(0-1\)/, qr/\+WDSS: 2,\(1-2\)/);
    asks('AT+WDSR=?', qr/\+WDSR: \(0-9\),\(0-1440\)/);
    ok('AT+WDSG=?');
    refused('AT+WDSC=2,2', 916);
    refused('AT+WDSC=2', 917);
    command('AT+WDSC', qr/\r\nERROR\r\n/);
    refused('AT+WDSD=0', 3);
}

sub registration {
    ok('AT+CEREG=2');
    ok('AT+CFUN=4');
    told(qr/\+CEREG: 0/); # what was told of the registration before is past
    ok('AT+CFUN=1');
    told(qr/\+CEREG: [15],"[0-9A-F]{4}","[0-9A-F]{8}",[79]/);
    asks('AT+CEREG?', qr/\+CEREG: 2,[15],"[0-9A-F]{4}","[0-9A-F]{8}",[79]/);
    asks('AT+COPS?', qr/\+COPS: 0,0,"[^"]+",[79]/);
    asks('AT+CSQ', qr/\+CSQ: (?:[0-9]|[12][0-9]|3[01]),99/);
    asks('AT+CGATT?', qr/\+CGATT: 1/);
    my ($address) = asks('AT+CGPADDR=1', qr/\+CGPADDR: 1,"(\d+\.\d+\.\d+\.\d+)"/);
    asks('AT+KCGPADDR=1', qr/\+KCGPADDR: 1,"\Q$address\E"/);
    asks('AT+CGCONTRDP=1', qr/\+CGCONTRDP: 1,\d+,[^,]*,"?\Q$address\E[^,]*,[^,]*,[^,]*,[^,]*/);
    ok('AT+CEREG=0');
}

# All values that a byte can have, so often.
sub bytes { return join('', map { chr } 0 .. 255) x $_[0]; }

sub sends {
    my ($line, $data) = @_;
    command($line, qr/\r\nCONNECT\r\n/);
    put($data . PATTERN);
    next_bytes($line, qr/\r\nOK\r\n/);
}

sub receives {
    my ($line, $size) = @_;
    my ($data) = command($line, qr/\r\nCONNECT\r\n(.{$size})${\PATTERN}\r\nOK\r\n/s);
    return $data;
}

sub connection { ok('AT+KCNXCFG=1,"GPRS","internet"'); }

sub udp {
    connection();
    asks('AT+KUDPCFG=1,0', qr/\+KUDPCFG: 1/);
    told(qr/\+KUDP_IND: 1,1/);
    for my $data ('ping', bytes(3)) {
        my $size = length $data;
        sends("AT+KUDPSND=1,\"echo.example\",7,$size", $data);
        told(qr/\+KUDP_DATA: 1,$size/);
        fail('the datagram is another') if receives("AT+KUDPRCV=1,$size", $size) ne $data;
    }
    ok('AT+KUDPCLOSE=1,1');
    ok('AT+KUDPDEL=1');
    refused('AT+KUDPSND=1,"echo.example",7,1', 910);
}

sub connects {
    my ($id) = asks('AT+KTCPCFG=1,0,"echo.example",7', qr/\+KTCPCFG: (\d)/);
    asks("AT+KTCPSTAT=$id", qr/\+KTCPSTAT: 1,-1,0,0/);
    ok("AT+KTCPCNX=$id");
    told(qr/\+KTCP_IND: $id,1/);
    asks("AT+KTCPSTAT=$id", qr/\+KTCPSTAT: 3,-1,0,0/);
    return $id;
}

sub tcp {
    connection();
    my $id = connects();
    my $data = bytes(8);
    sends("AT+KTCPSND=$id,2048", $data);
    my $got = '';
    while (length $got < length $data) {
        my ($size) = told(qr/\+KTCP_DATA: $id,\d+/) =~ /(\d+)\z/;
        $got .= receives("AT+KTCPRCV=$id,$size", $size);
        @told = grep { !/\+KTCP_DATA/ } @told if length $got == length $data;
    }
    fail('the stream is another') if $got ne $data;
    asks('AT+KTCPCFG?', qr/\+KTCPCFG: $id,1,1,0,,"echo.example",7,\d*,0,0,0.*/);
    # More bytes than were announced.
    command("AT+KTCPSND=$id,2", qr/\r\nCONNECT\r\n/);
    put('abc' . PATTERN);
    next_bytes('the end of too much', qr/\r\n(?:OK|\+CME ERROR: 909)\r\n/);
    told(qr/\+KTCP_NOTIF: $id,8/, qr/\+KTCP_DATA: $id,\d+/);
    # The far end leaves.
    ctl('tcp_close', "session=$id");
    told(qr/\+KTCP_NOTIF: $id,4/, qr/\+KTCP_DATA: $id,\d+/);
    asks("AT+KTCPSTAT=$id", qr/\+KTCPSTAT: 5,-?\d+,0,\d+/);
    ok("AT+KTCPCLOSE=$id,1");
    ok("AT+KTCPDEL=$id");
    refused("AT+KTCPSTAT=$id", 910);
    # And the host connects again.
    $id = connects();
    sends("AT+KTCPSND=$id,5", 'again');
    told(qr/\+KTCP_DATA: $id,5/);
    fail('not the echo') if receives("AT+KTCPRCV=$id,5", 5) ne 'again';
    ok("AT+KTCPCLOSE=$id,1");
    ok("AT+KTCPDEL=$id");
    refused('AT+KTCPCNX=9', qr/910|916/);
}

sub transparent {
    connection();
    my ($id) = asks('AT+KTCPCFG=1,0,"echo.example",7', qr/\+KTCPCFG: (\d)/);
    command("AT+KTCPSTART=$id", qr/\r\nCONNECT\r\n/);
    put('over and back');
    next_bytes('the echo', qr/over and back/);
    more(1.5) and fail('nobody spoke');      # the guard time is a time
    put('+++');
    next_bytes('+++', qr/\r\nOK\r\n/);
    command('ATO', qr/\r\nCONNECT[^\r\n]*\r\n/);
    put('once more');
    next_bytes('the echo', qr/once more/);
    put(PATTERN);
    next_bytes('the pattern', qr/\r\nOK\r\n/);
    ok("AT+KTCPCLOSE=$id,1");
    ok("AT+KTCPDEL=$id");
}

sub sleeps {
    connection();
    my $id = connects();
    ok('AT+KSLEEP=1,2,5');
    ctl('wait', 'modem.sleep=hibernate', '--timeout', '30s');
    put("AT\r");
    more(1) and fail('it should sleep');
    ctl('wake');
    is_up();
    ok('AT+KSLEEP=2');
    # What is left of the sessions has no connection; a driver clears it away.
    my ($left) = command('AT+KTCPCFG?', qr/((?:\r\n\+KTCPCFG: $id,0,[^\r\n]*\r\n)?)\r\nOK\r\n/);
    ok("AT+KTCPDEL=$id") if $left ne '';
    refused("AT+KTCPSND=$id,1", 910);
    udp();
}

sub update {
    my ($to) = @_;
    ok('AT+WDSI=4479');
    asks('AT+WDSI?', qr/\+WDSI: 4479/);
    ok("AT+WDSC=$_,1") for 1, 2;
    ok('AT+WDSS=1,1');
    told(qr/\+WDSI: $_/) for 4, 6, '23,1';
    my ($size) = told(qr/\+WDSI: 9,\d+/) =~ /(\d+)\z/;
    told(qr/\+WDSI: 2/);
    refused('AT+WDSS=1,1', 650);
    ok('AT+WDSR=3');
    told(qr/\+WDSI: 18/, qr/\+WDSI: 9,$size/);
    told(qr/\+WDSI: 18,$_/) for 1 .. 100;
    told(qr/\+WDSI: 12/);
    told(qr/\+WDSI: 10/);
    told(qr/\+WDSI: 3/, qr/\+WDSI: 8/);
    ok('AT+WDSR=4');
    told(qr/\+WDSI: 14/, qr/\+WDSI: 8/);
    told(qr/\+KSUP: 0/, qr/\+WDSI: [08]/);
    told(qr/\+WDSI: 16/, qr/\+WDSI: 0/);
    told(qr/\+WDSI: 4/, qr/\+WDSI: 0/);
    told(qr/\+WDSI: $_/) for 6, '23,1';
    settle();
    $version = $to;
    asks('AT+CGMR', qr/HL78\d\d\.\Q$to\E/);
    told(qr/\+WDSI: 8/);
    asks('ATI3', qr/HL78\d\d\.\Q$to\E/);
    command('AT+WDSG', qr/\r\n\+WDSG: 0,3\r\n\+WDSG: 1,0\r\n\r\nOK\r\n/);
}

my %stages = (
    boot => \&boot, identity => \&identity, services => \&services, registration => \&registration,
    udp => \&udp, tcp => \&tcp, transparent => \&transparent, sleep => \&sleeps, update => \&update,
);

open_line();
for my $stage (@stages) {
    my ($name, $value) = split /=/, $stage;
    my $does = $stages{$name} // die "no stage $name\n";
    eval { $does->($value); 1 } or do {
        print STDERR "$name: $@";
        exit 1;
    };
    print "$name\n";
}
