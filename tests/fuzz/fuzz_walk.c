/* A host, a network and a user who do anything at any time: pairs of bytes, each a command line, a
 * piece of data or an action, and how long the world goes on behind it; the highest bit of the
 * second chooses the port. Nothing crashes, no promise breaks. */
#include "modem.h"

#include <hl78sim/scenario.h>

#include <stdio.h>
#include <string.h>

#define STEPS_MAX 400

static const char scenario[] =
    "{\"name\": \"fuzz\", \"modem\": {\"profile\": \"HL7800-4.6.8.0\", \"credentials\": \"dm\","
    " \"settings\": {\"wdsi\": 4479}}, \"airvantage\": {\"system\": \"registered\","
    " \"packages\": [{\"id\": \"p\", \"full\": true, \"to\": \"4.7.1.0\", \"size\": 9000}],"
    " \"operations\": [{\"at\": \"60s\", \"upgrade\": \"p\"}]}, \"network\": {\"peers\": ["
    "{\"name\": \"a.example\", \"port\": 7}, {\"name\": \"a.example\", \"port\": 9, "
    "\"behaviour\": \"stall\"}, {\"name\": \"a.example\", \"port\": 7, \"protocol\": \"udp\"},"
    "{\"name\": \"a.example\", \"port\": 80, \"behaviour\": \"http\", \"files\": {\"/a\": 9000}},"
    "{\"name\": \"a.example\", \"port\": 21, \"behaviour\": \"ftp\", \"files\": {\"/a\": 9000}}]}}";

static const char *const beginning[] = {
    "ATE0",           "AT+KCNXCFG=1,\"GPRS\",\"a\"", "AT+KTCPCFG=1,0,\"a.example\",7",
    "AT+KUDPCFG=1,0", "AT+KHTTPCFG=1,\"a.example\"", "AT+KFTPCFG=1,\"a.example\""};

static const char *const lines[] = {"AT",
                                    "ATO",
                                    "ATH",
                                    "ATZ",
                                    "AT&D2",
                                    "A/",
                                    "AT+KTCPCFG=1,0,\"a.example\",7",
                                    "AT+KTCPCFG=1,0,\"a.example\",9",
                                    "AT+KTCPCFG=1,1,,99",
                                    "AT+KTCPCNX=1",
                                    "AT+KTCPCNX=3",
                                    "AT+KTCPCNX=4",
                                    "AT+KTCPSND=1,5",
                                    "AT+KTCPSND=3,3000",
                                    "AT+KTCPRCV=1,100",
                                    "AT+KTCPSTART=1",
                                    "AT+KTCPSTART=3",
                                    "AT+KTCPCLOSE=1",
                                    "AT+KTCPCLOSE=3",
                                    "AT+KTCPDEL=1",
                                    "AT+KTCPDEL=3",
                                    "AT+KUDPSND=2,\"a.example\",7,5",
                                    "AT+KUDPRCV=2,5",
                                    "AT+KUDPCLOSE=2",
                                    "AT+KUDPDEL=2",
                                    "AT+KUDPCFG=1,1,99",
                                    "AT+KCNXUP=1",
                                    "AT+KCNXDOWN=1,1",
                                    "AT+KCNXDOWN=1",
                                    "AT+KHTTPGET=1,\"/a\"",
                                    "AT+KHTTPPOST=1,,\"/b\"",
                                    "AT+KHTTPHEADER=1",
                                    "AT+KHTTPCLOSE=1",
                                    "AT+KHTTPDEL=1",
                                    "AT+KHTTPCFG=1,\"a.example\"",
                                    "AT+KFTPRCV=1,,,\"a\"",
                                    "AT+KFTPSND=1,,,\"b\"",
                                    "AT+KFTPLS=1",
                                    "AT+KFTPCLOSE=1",
                                    "AT+KFTPCFGDEL=1",
                                    "AT+KFTPCFG=1,\"a.example\"",
                                    "ATD*99#",
                                    "AT+CGDATA=\"PPP\",2",
                                    "AT+CGDCONT=2,\"IP\",\"b\"",
                                    "AT+CGDCONT=2",
                                    "AT+CMUX=0",
                                    "AT+CMGF=1",
                                    "AT+CMGS=\"1\"",
                                    "AT+CMGW=\"1\"",
                                    "AT+CMGL=\"ALL\"",
                                    "AT+CMGD=1,4",
                                    "AT+CNMI=2,1",
                                    "AT+COPS=2",
                                    "AT+COPS=0",
                                    "AT+CGATT=0",
                                    "AT+CGATT=1",
                                    "AT+CFUN=0",
                                    "AT+CFUN=1",
                                    "AT+CFUN=1,1",
                                    "AT+KSLEEP=1,1,0",
                                    "AT+KSLEEP=0,2,0",
                                    "AT+KSLEEP=2",
                                    "AT+CPSMS=1,,,\"00100001\",\"00000001\"",
                                    "AT+CPSMS=0",
                                    "AT+CEDRXS=1,4,\"0010\"",
                                    "AT+CLCK=\"SC\",1,\"0000\"",
                                    "AT+CPIN=\"0000\"",
                                    "AT+WDSS=1,1",
                                    "AT+WDSS=1,0",
                                    "AT+WDSC=2,1",
                                    "AT+WDSR=3",
                                    "AT+WDSR=4",
                                    "AT+WDSD=5000",
                                    "AT+CPOF",
                                    "AT+RESTOREDEFAULTS=0"};

static const char *const pieces[] = {"hello",
                                     "--EOF--Pattern--",
                                     "--EO",
                                     "+++",
                                     "\x1a",
                                     "\x1b",
                                     "\x18\x18",
                                     "A: b\r\n",
                                     "\xf9\x03\x3f\x01\x1c\xf9",
                                     "\xf9\x07\x3f\x01\xde\xf9",
                                     "\xf9\x03\xef\x05\xc3\x01\xf2\xf9"};

/* With one parameter at most; a text or a number. */
static const struct deed {
    const char *name;
    bool undo;
    const char *key;
    const char *text;
    int64_t number;
} deeds[] = {
    {.name = "power_cut"},
    {.name = "power_cut", .undo = true},
    {.name = "reset"},
    {.name = "network_lost"},
    {.name = "network_back"},
    {.name = "tcp_close", .key = "how", .text = "fin"},
    {.name = "tcp_close", .key = "how", .text = "rst"},
    {.name = "tcp_close", .key = "how", .text = "stall"},
    {.name = "dns_down"},
    {.name = "dns_down", .undo = true},
    {.name = "sim_remove"},
    {.name = "sim_insert"},
    {.name = "usb_reenumerate", .key = "times", .number = 2},
    {.name = "line", .key = "dtr", .number = 0},
    {.name = "line", .key = "dtr", .number = 1},
    {.name = "wake"},
    {.name = "nat_release"},
    {.name = "uart_garble", .key = "bytes", .number = 3},
};

static const int64_t pauses[] = {0,
                                 HLSIM_MS,
                                 20 * HLSIM_MS,
                                 100 * HLSIM_MS,
                                 300 * HLSIM_MS,
                                 3 * HLSIM_SECOND / 2,
                                 5 * HLSIM_SECOND,
                                 HLSIM_MINUTE};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    (void)user;
    (void)bytes;
    return size;
}

/* What the link does not take is lost. */
static void say(struct hlsim_link *link, const char *text, bool line)
{
    (void)hlsim_link_write(link, HLSIM_HOST, (const uint8_t *)text, strlen(text));
    if (line) {
        (void)hlsim_link_write(link, HLSIM_HOST, (const uint8_t *)"\r", 1);
    }
}

static void act(const struct fuzz_modem *modem, const struct deed *deed)
{
    struct hlsim_actor actor = hlsim_world_actor(modem->world);
    struct hlsim_action action = {.param_count = deed->key != NULL ? 1 : 0};
    struct hlsim_value *value = &action.params[0].value;

    snprintf(action.name, sizeof action.name, "%s", deed->name);
    if (deed->key != NULL) {
        snprintf(action.params[0].key, sizeof action.params[0].key, "%s", deed->key);
        value->type = deed->text != NULL ? HLSIM_VALUE_TEXT : HLSIM_VALUE_INT;
        value->integer = deed->number;
        snprintf(value->text, sizeof value->text, "%s", deed->text != NULL ? deed->text : "");
    }
    (void)(deed->undo ? actor.undo(actor.user, &action) : actor.act(actor.user, &action));
}

static void step(struct fuzz_modem *modem, struct hlsim_link *link, uint8_t what)
{
    if (what < COUNT(lines)) {
        say(link, lines[what], true);
    } else if (what < COUNT(lines) + COUNT(pieces)) {
        say(link, pieces[what - COUNT(lines)], false);
    } else {
        act(modem, &deeds[(what - COUNT(lines) - COUNT(pieces)) % COUNT(deeds)]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct hlsim_link_end end = {.receive = receive};
    struct fuzz_modem modem;
    struct hlsim_link *links[2];

    fuzz_modem_open_with(&modem, scenario);
    links[0] = modem.link;
    links[1] = hlsim_world_port(modem.world, 0, 1);
    hlsim_link_attach(links[1], HLSIM_HOST, &end);
    for (size_t i = 0; i < COUNT(beginning); i++) {
        say(links[0], beginning[i], true);
        fuzz_modem_run(&modem, 2 * HLSIM_SECOND);
    }
    for (size_t steps = 0; size >= 2 && steps < STEPS_MAX; steps++, bytes += 2, size -= 2) {
        step(&modem, links[bytes[1] >> 7], bytes[0]);
        fuzz_modem_run(&modem, pauses[bytes[1] % COUNT(pauses)]);
    }
    fuzz_modem_run(&modem, HLSIM_HOUR);
    fuzz_modem_close(&modem);
    return 0;
}
