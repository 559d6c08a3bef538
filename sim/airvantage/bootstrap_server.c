/*
 * The bootstrap server: refuses who is not in the inventory, also when that is because the portal
 * has a wrong IMEI or serial number, and writes the account of the DM server into everybody else
 * (OMA LwM2M 1.0.2, 5.2). Knows nothing of operations.
 *
 * The client keeps its bootstrap account, instance 0 of object 0, when told to delete object 0; so
 * the DM server's account becomes instance 1.
 */
#include "airvantage/inside.h"

#include "base/assert.h"
#include "codec/tlv.h"

#include <string.h>

#define SHORT_SERVER_ID 1
#define ACCOUNT_SIZE    192

/* OMA LwM2M 1.0.2, E.1 */
#define MODE_PSK    0
#define MODE_NO_SEC 3

/* --- What is written ---------------------------------------------------------------------- */

/* Writes /0/1; the size. */
static int write_security(struct hlsim__av_system *system, uint8_t *buffer, size_t capacity)
{
    const struct hlsim__airvantage_credentials *credentials = &system->credentials;
    const enum hlsim__tlv_kind kind = HLSIM__TLV_RESOURCE;
    const char *told = system->av->dm_uri;
    char uri[HLSIM__SERVER_URI_SIZE];
    struct hlsim__tlv_writer writer;

    hlsim__av_issue(system);
    hlsim__airvantage_uri(system->av->security, false, uri);
    hlsim__tlv_writer_init(&writer, buffer, capacity);
    hlsim__tlv_write_text(&writer, kind, 0, told[0] != '\0' ? told : uri);
    hlsim__tlv_write_bool(&writer, kind, 1, false);
    hlsim__tlv_write_int(&writer, kind, 2,
                         system->av->security == HLSIM_SECURITY_PSK ? MODE_PSK : MODE_NO_SEC);
    hlsim__tlv_write_text(&writer, kind, 3, credentials->identity);
    hlsim__tlv_write_opaque(&writer, kind, 5, credentials->key, sizeof credentials->key);
    hlsim__tlv_write_int(&writer, kind, 10, SHORT_SERVER_ID);
    return hlsim__tlv_writer_finish(&writer);
}

/* Writes /1/0; the size. */
static int write_server(struct hlsim__av_system *system, uint8_t *buffer, size_t capacity)
{
    const enum hlsim__tlv_kind kind = HLSIM__TLV_RESOURCE;
    struct hlsim__tlv_writer writer;

    hlsim__tlv_writer_init(&writer, buffer, capacity);
    hlsim__tlv_write_int(&writer, kind, 0, SHORT_SERVER_ID);
    hlsim__tlv_write_int(&writer, kind, 1, system->av->policy.lifetime);
    hlsim__tlv_write_bool(&writer, kind, 6, true);
    hlsim__tlv_write_text(&writer, kind, 7, "UQ");
    return hlsim__tlv_writer_finish(&writer);
}

/* --- The dialogue ------------------------------------------------------------------------- */

static const struct step {
    uint8_t code;
    const char *path;
    int (*write)(struct hlsim__av_system *system, uint8_t *buffer, size_t capacity);
} steps[] = {
    {HLSIM__COAP_DELETE, "0", NULL},          {HLSIM__COAP_DELETE, "1", NULL},
    {HLSIM__COAP_PUT, "0/1", write_security}, {HLSIM__COAP_PUT, "1/0", write_server},
    {HLSIM__COAP_POST, "bs", NULL},
};

#define STEPS (sizeof steps / sizeof *steps)

static void pump(struct hlsim__av_system *system);

/* An error or a refusal ends it: the client gives up by itself and asks again some day. */
static void step_done(struct hlsim__av_system *system, int error,
                      const struct hlsim__coap_message *response)
{
    HLSIM_ASSERT(system->bootstrap_step >= 1 && system->bootstrap_step <= STEPS);
    if (error != 0 || !hlsim__av_is_success(response)) {
        system->bootstrap_step = 0;
        hlsim__av_communicated(system, "bootstrap failed");
        return;
    }
    if (system->bootstrap_step == STEPS) {
        system->bootstrap_step = 0;
        hlsim__av_communicated(system, "bootstrapped");
        return;
    }
    system->bootstrap_step++;
    pump(system);
}

static void pump(struct hlsim__av_system *system)
{
    struct hlsim__av_call call = {.format = -1, .done = step_done};
    const struct step *step;
    uint8_t account[ACCOUNT_SIZE];

    if (system->bootstrap_step == 0 || hlsim__av_busy(system, HLSIM__AV_BOOTSTRAP) ||
        !system->contacts[HLSIM__AV_BOOTSTRAP].bound) {
        return;
    }
    step = &steps[system->bootstrap_step - 1];
    call.code = step->code;
    call.path = step->path;
    if (step->write != NULL) {
        int size = step->write(system, account, sizeof account);

        HLSIM_ASSERT(size > 0);
        call.format = HLSIM__COAP_FORMAT_TLV;
        call.payload = account;
        call.size = (size_t)size;
    }
    if (hlsim__av_call(system, HLSIM__AV_BOOTSTRAP, &call, NULL) < 0) {
        system->bootstrap_step = 0;
    }
}

/* --- Bootstrap requests ------------------------------------------------------------------- */

static struct hlsim__av_system *sender(const struct hlsim__airvantage *av,
                                       const struct hlsim__coap_message *request)
{
    struct hlsim__av_system *system;
    const char *name;
    size_t size;

    if (hlsim__coap_query_get(request, "ep", &name, &size) < 0) {
        return NULL;
    }
    system = hlsim__av_by_endpoint(av, name, size);
    return system != NULL && hlsim__av_gateway_is_right(system) &&
                   hlsim__av_holds(system, HLSIM__AV_BOOTSTRAP)
               ? system
               : NULL;
}

static uint8_t answer(struct hlsim__airvantage *av, struct hlsim__av_system *system,
                      struct hlsim_address peer, const struct hlsim__coap_message *request,
                      struct hlsim__coap_message *response)
{
    const char *name;
    size_t size;

    (void)av;
    (void)response;
    if (!hlsim__coap_path_is(request, HLSIM__COAP_URI_PATH, "bs")) {
        return HLSIM__COAP_CODE(4, 4);
    }
    if (request->code != HLSIM__COAP_POST) {
        return HLSIM__COAP_CODE(4, 5);
    }
    if (hlsim__coap_query_get(request, "ep", &name, &size) < 0) {
        return HLSIM__COAP_CODE(4, 0);
    }
    if (system == NULL || !hlsim__av_is_served(system)) {
        return HLSIM__COAP_CODE(4, 3);
    }
    hlsim__av_hang_up(system, HLSIM__AV_BOOTSTRAP);
    hlsim__av_bind(system, HLSIM__AV_BOOTSTRAP, peer);
    system->bootstrap_step = 1;
    return HLSIM__COAP_CODE(2, 4);
}

const struct hlsim__av_server_ops hlsim__av_bootstrap_ops = {
    .sender = sender, .answer = answer, .pump = pump};
