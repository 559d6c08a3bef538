/*
 * Secure sockets: +KCERTSTORE, +KPRIVKSTORE, +KSSLCFG, +KSSLCRYPTO. They take what they are given
 * as the module does; a session that wants TLS ends with notification 13, for there is none.
 */
#include "at/args.h"
#include "at/port.h"

#include <stdio.h>
#include <string.h>

/* --- What is stored ------------------------------------------------------------------------- */

static size_t take(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_socket_data *data = &port->ram->socket_data;
    size_t taken = 0;

    while (taken < size && !data->ended) {
        uint8_t kept[HLSIM__AT_SOCKET_CHUNK + HLSIM__EOF_PATTERN_MAX];
        size_t part = size - taken < HLSIM__AT_SOCKET_CHUNK ? size - taken : HLSIM__AT_SOCKET_CHUNK;
        size_t count;

        taken += hlsim__eof_pattern_take(&data->pattern, bytes + taken, part, kept, &count,
                                         &data->ended);
        data->came += (int64_t)count;
    }
    if (data->ended) {
        hlsim__at_port_end_data(port, data->came < data->announced   ? HLSIM__CME_CONTENT
                                      : data->came > data->announced ? HLSIM__CME_LENGTH
                                                                     : HLSIM__AT_OK);
    }
    return taken;
}

static const struct hlsim__at_taker taker = {.receive = take};

static int begin(struct hlsim__at_port *port, int64_t size)
{
    struct hlsim__at_socket_data *data = &port->ram->socket_data;

    if (data->socket != NULL) {
        return HLSIM__CME_SESSION_BUSY;
    }
    data->announced = size;
    data->came = 0;
    data->ended = false;
    hlsim__at_port_set_pattern(port, &data->pattern);
    hlsim__at_port_connect(port, &taker);
    return HLSIM__AT_DATA;
}

static int handle_certificate(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int64_t last = hlsim__at_figures(port)->certificate_index_max;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "%s: (0-1),(1-4096),(0-%d)", request->name, (int)last);
        return HLSIM__AT_OK;
    }
    return hlsim__at_number(request, 2, 0) > last ? HLSIM__CME_OUT_OF_RANGE
                                                  : begin(port, request->args[1].number);
}

static int handle_key(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    int64_t last = hlsim__at_figures(port)->certificate_index_max;

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "%s: (0-%d),(1-4096)", request->name, (int)last);
        return HLSIM__AT_OK;
    }
    return request->args[0].number > last ? HLSIM__CME_OUT_OF_RANGE
                                          : begin(port, request->args[1].number);
}

/* --- What is configured --------------------------------------------------------------------- */

enum { VERSION = 0, CACHE = 1, OTHERS = 2 };

static int handle_config(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    static const enum hlsim__setting settings[] = {HLSIM__SETTING_TLS_VERSION,
                                                   HLSIM__SETTING_TLS_CACHE};
    static const char *const ranges[] = {"0-3", "0-1"};
    struct hlsim__settings *all = &hlsim__at_ram(port)->settings;
    int64_t option = request->args[0].number;

    if (request->form != HLSIM__AT_SET) {
        for (size_t i = VERSION; i <= CACHE; i++) {
            bool read = request->form == HLSIM__AT_READ;

            hlsim__at_answer(port, read ? "+KSSLCFG: %zu,%s" : "+KSSLCFG: %zu,(%s)", i,
                             read ? hlsim__setting_text(all, settings[i]) : ranges[i]);
        }
        return HLSIM__AT_OK;
    }
    if (option >= OTHERS) {
        return HLSIM__CME_FEATURE;
    }
    if (!hlsim__at_in_range(ranges[option], request->args[1].number)) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    return hlsim__setting_put_number(all, settings[option], request->args[1].number) < 0
               ? HLSIM__AT_ERROR
               : HLSIM__AT_OK;
}

/* Behind the profile's number: key exchange, authentication, encryption, hash, version, and whose
 * certificates are looked at. */
#define CRYPTO_NUMBERS 6

static int handle_crypto(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);
    size_t numbers = CRYPTO_NUMBERS + (figures->tls_root_index != 0);

    if (request->form == HLSIM__AT_TEST) {
        hlsim__at_answer(port, "%s: (0-%d),(0-65535),(0-255),(0-65535),(0-255),(0-15),(0-3)%s",
                         request->name, (int)figures->tls_profile_max,
                         figures->tls_root_index != 0 ? ",(0-3)" : "");
        return HLSIM__AT_OK;
    }
    if (request->args[0].number > figures->tls_profile_max || request->arg_count > numbers + 1) {
        return HLSIM__CME_OUT_OF_RANGE;
    }
    if (request->arg_count <= CRYPTO_NUMBERS) {
        return HLSIM__CME_MISSING;
    }
    return hlsim__at_fits(request, CRYPTO_NUMBERS, "0-3") &&
                   hlsim__at_fits(request, CRYPTO_NUMBERS + 1, "0-3")
               ? HLSIM__AT_OK
               : HLSIM__CME_OUT_OF_RANGE;
}

#define TEST_SET HLSIM__AT_TEST | HLSIM__AT_SET

static const struct hlsim__at_row rows[] = {
    {.name = "+KCERTSTORE",
     .forms = TEST_SET,
     .specs = {{.range = "0-1"}, {.range = "1-4096"}, {.range = "0-3", .optional = true}},
     .spec_count = 3,
     .handle = handle_certificate,
     .own_test = true,
     .help = "store a certificate",
     .evidence = HLSIM_EVIDENCE_TEST,
     .source = "KCERTSTORE: the last range, 930 and 931; the others are a guess",
     .lacks = "the certificate: its bytes are counted and forgotten"},
    {.name = "+KPRIVKSTORE",
     .forms = TEST_SET,
     .specs = {{.range = "0-3"}, {.range = "1-4096"}},
     .spec_count = 2,
     .handle = handle_key,
     .own_test = true,
     .help = "store a private key",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "as +KCERTSTORE",
     .lacks = "the key: its bytes are counted and forgotten"},
    {.name = "+KSSLCFG",
     .forms = HLSIM__AT_READ | TEST_SET,
     .specs = {{.range = "0-2"}, {.range = "0-255"}},
     .spec_count = 2,
     .handle = handle_config,
     .own_test = true,
     .help = "options of TLS",
     .evidence = HLSIM_EVIDENCE_GUESS,
     .source = "known: 2,1 gives 918 (SSL tests)",
     .lacks = "any effect: there is no TLS"},
    {.name = "+KSSLCRYPTO",
     .forms = TEST_SET,
     .specs = {{.range = "0-15"},
               {.range = "0-65535", .optional = true},
               {.range = "0-255", .optional = true},
               {.range = "0-65535", .optional = true},
               {.range = "0-255", .optional = true},
               {.range = "0-15", .optional = true}},
     .spec_count = 6,
     .more_args = 2,
     .handle = handle_crypto,
     .own_test = true,
     .help = "cipher suites of TLS",
     .evidence = HLSIM_EVIDENCE_INFERRED,
     .source = "SSL tests: 16 profiles before 4.6, then 8 and a root index; the ranges are a guess",
     .lacks = "any effect, and reading it back: there is no TLS"},
};

const struct hlsim__at_topic hlsim__at_secure_sockets = {
    HLSIM__AT_OF_HL,
    .of_sockets = true,
    HLSIM__AT_ROWS(rows),
};
