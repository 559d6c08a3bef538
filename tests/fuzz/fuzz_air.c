/*
 * A man in the middle of a whole module and AirVantage, from the first handshake to an offered
 * package: the input says which datagrams he changes and how. The first byte chooses whether there
 * is DTLS. Each change is a datagram's number, a kind, a place (two bytes), and bytes behind their
 * count. Nothing crashes, no promise is broken, the module lives.
 */
#include "modem.h"

#include "lib/middle.h"

#include <string.h>

#define DATAGRAMS_MAX 48
#define HEAD          5 /* of a change */

static const char secured[] =
    "{\"name\": \"fuzz\", \"modem\": {\"profile\": \"HL7800-4.4.14.0\","
    " \"settings\": {\"wdsi\": 4479}}, \"airvantage\": {\"system\": \"registered\","
    " \"packages\": [{\"id\": \"p\", \"full\": true, \"to\": \"4.6.8.0\", \"size\": 3000}],"
    " \"operations\": [{\"at\": 0, \"upgrade\": \"p\"}]}}";

static const char plain[] =
    "{\"name\": \"fuzz\", \"modem\": {\"profile\": \"HL7800-4.4.14.0\","
    " \"settings\": {\"wdsi\": 4479}}, \"airvantage\": {\"system\": \"registered\","
    " \"security\": \"none\","
    " \"packages\": [{\"id\": \"p\", \"full\": true, \"to\": \"4.6.8.0\", \"size\": 3000}],"
    " \"operations\": [{\"at\": 0, \"upgrade\": \"p\"}]}}";

/* What is done to a datagram. */
enum kind {
    XOR,
    REPLACE,
    INSERT,
    REMOVE,  /* as many bytes as there are in the change */
    CUT,     /* at the place */
    PRECEDE, /* by a datagram of these bytes */
    FOLLOW,  /* the same */
    LOSE,
    REPEAT,
    STRANGE, /* comes from somebody else */
    KINDS
};

struct air {
    struct middle middle;
    const uint8_t *bytes;
    size_t size;
    unsigned number;
};

struct change {
    enum kind kind;
    size_t place;
    const uint8_t *bytes;
    size_t size;
};

/* The datagram as it is changed on its way. */
struct draft {
    bool lost;
    bool twice;
    struct hlsim_address from;
    size_t size;
    uint8_t bytes[HLSIM_DATAGRAM_MAX];
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Puts the bytes of a change in the place of `gone` bytes. */
static void splice(struct draft *draft, const struct change *change, size_t gone)
{
    size_t place = change->place % (draft->size + 1);
    size_t size = least(change->size, sizeof draft->bytes - place);
    size_t rest;

    gone = least(gone, draft->size - place);
    rest = least(draft->size - place - gone, sizeof draft->bytes - place - size);
    memmove(draft->bytes + place + size, draft->bytes + place + gone, rest);
    if (size > 0) {
        memcpy(draft->bytes + place, change->bytes, size);
    }
    draft->size = place + size + rest;
}

static void apply(struct air *air, struct draft *draft, const struct change *change)
{
    const struct change nothing = {.place = change->place};

    switch (change->kind) {
    case XOR:
        for (size_t i = 0; i < change->size && change->place + i < draft->size; i++) {
            draft->bytes[change->place + i] ^= change->bytes[i];
        }
        break;
    case REPLACE:
        splice(draft, change, change->size);
        break;
    case INSERT:
        splice(draft, change, 0);
        break;
    case REMOVE:
        splice(draft, &nothing, change->size);
        break;
    case CUT:
        draft->size = least(draft->size, change->place);
        break;
    case PRECEDE:
    case FOLLOW:
        (void)middle_deliver(&air->middle, draft->from, change->bytes, change->size);
        break;
    case LOSE:
        draft->lost = true;
        break;
    case REPEAT:
        draft->twice = true;
        break;
    case STRANGE:
        draft->from.port ^= (uint16_t)(change->place | 1);
        break;
    case KINDS:
        break;
    }
}

/* All changes of the datagram at hand that come before it, or behind it. */
static void apply_all(struct air *air, struct draft *draft, bool behind)
{
    size_t at = 0;

    while (at + HEAD <= air->size) {
        const uint8_t *head = air->bytes + at;
        struct change change = {.kind = (enum kind)(head[1] % KINDS),
                                .place = (size_t)head[2] << 8 | head[3],
                                .bytes = head + HEAD,
                                .size = least(head[4], air->size - at - HEAD)};

        if (head[0] % DATAGRAMS_MAX == air->number && behind == (change.kind == FOLLOW)) {
            apply(air, draft, &change);
        }
        at += HEAD + change.size;
    }
}

static void shown(void *user, const struct middle_datagram *datagram)
{
    struct air *air = user;
    struct draft draft = {.from = datagram->from, .size = datagram->size};

    memcpy(draft.bytes, datagram->bytes, datagram->size);
    apply_all(air, &draft, false);
    for (int i = 0; !draft.lost && i <= draft.twice; i++) {
        (void)middle_deliver(&air->middle, draft.from, draft.bytes, draft.size);
    }
    apply_all(air, &draft, true);
    air->number++;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_modem modem;
    struct air air = {.bytes = bytes + 1, .size = size > 0 ? size - 1 : 0};

    if (size == 0) {
        return 0;
    }
    fuzz_modem_open_with(&modem, (bytes[0] & 1) != 0 ? secured : plain);
    middle_stand(&air.middle, hlsim_world_network(modem.world), shown, &air);
    fuzz_modem_send(&modem, (const uint8_t *)"AT+WDSS=1,1\r", 12);
    fuzz_modem_run(&modem, 10 * HLSIM_MINUTE);
    fuzz_modem_expect_alive(&modem);
    fuzz_modem_close(&modem);
    return 0;
}
