/*
 * The CoAP traffic of a system with one server: a message layer of its own for each pair, so that
 * message ids, tokens, repetitions and remembered answers of systems never mix. Finds out whose
 * datagram came; what is said is the servers' business.
 *
 * A dialogue is large because of the answers it remembers. It is made at the first datagram and
 * taken for another system once it has been silent for as long as an answer must be remembered: a
 * thousand systems that are not connected cost nothing.
 */
#include "airvantage/inside.h"

#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ACK_TIMEOUT    (2 * HLSIM_SECOND) /* RFC 7252 4.8 */
#define MAX_RETRANSMIT 4

struct hlsim__av_dialogue {
    struct hlsim__av_server *server; /* NULL: free */
    struct hlsim__av_system *system;
    struct hlsim__av_dialogue *older;
    struct hlsim__av_dialogue *newer;
    int64_t used_at;
    bool busy; /* an answer is waited for */
    char request[HLSIM__AV_REQUEST_SIZE];
    void (*done)(struct hlsim__av_system *system, int error,
                 const struct hlsim__coap_message *response);
    struct hlsim__exchange exchange;
    struct hlsim__exchange_slot slot;
};

/* --- The list, in the order of use -------------------------------------------------------- */

static void unlink_dialogue(struct hlsim__airvantage *av, struct hlsim__av_dialogue *dialogue)
{
    if (dialogue->older != NULL) {
        dialogue->older->newer = dialogue->newer;
    } else {
        av->oldest = dialogue->newer;
    }
    if (dialogue->newer != NULL) {
        dialogue->newer->older = dialogue->older;
    } else {
        av->newest = dialogue->older;
    }
}

static void link_newest(struct hlsim__airvantage *av, struct hlsim__av_dialogue *dialogue)
{
    dialogue->older = av->newest;
    dialogue->newer = NULL;
    if (av->newest != NULL) {
        av->newest->newer = dialogue;
    } else {
        av->oldest = dialogue;
    }
    av->newest = dialogue;
}

static void link_oldest(struct hlsim__airvantage *av, struct hlsim__av_dialogue *dialogue)
{
    dialogue->newer = av->oldest;
    dialogue->older = NULL;
    if (av->oldest != NULL) {
        av->oldest->older = dialogue;
    } else {
        av->newest = dialogue;
    }
    av->oldest = dialogue;
}

/* Takes a dialogue from its system, whose random numbers go on where they are. */
static void leave(struct hlsim__av_dialogue *dialogue)
{
    struct hlsim__av_contact *contact = &dialogue->system->contacts[dialogue->server->role];

    hlsim__exchange_cancel(&dialogue->slot);
    dialogue->busy = false;
    contact->rng = dialogue->exchange.config.rng;
    contact->dialogue = NULL;
    dialogue->server = NULL;
    dialogue->system = NULL;
}

/* --- Requests of systems ------------------------------------------------------------------ */

/* `system` NULL: to whoever is there. */
static int send_datagram(struct hlsim__av_server *server, const struct hlsim__av_system *system,
                         struct hlsim_address peer, const uint8_t *bytes, size_t size)
{
    if (server->av->security == HLSIM_SECURITY_PSK) {
        return hlsim__av_secure_send(server, peer, system, bytes, size);
    }
    return hlsim__endpoint_udp_send(&server->endpoint, server->port, peer, bytes, size);
}

static void request_text(const struct hlsim__coap_message *request,
                         char text[HLSIM__AV_REQUEST_SIZE])
{
    char method[HLSIM__COAP_CODE_TEXT_SIZE];
    char joined[HLSIM__AV_REQUEST_SIZE];
    int size = hlsim__coap_path_text(request, HLSIM__COAP_URI_PATH, joined, sizeof joined);
    char path[HLSIM__AV_REQUEST_SIZE - HLSIM__COAP_CODE_TEXT_SIZE - 2];

    if (size < 0) {
        snprintf(path, sizeof path, "?");
    } else {
        hlsim__av_printable(path, sizeof path, joined, (size_t)size);
    }
    snprintf(text, HLSIM__AV_REQUEST_SIZE, "%s /%s", hlsim__coap_code_text(request->code, method),
             path);
}

/*
 * Whom a request may be from: who has proved to send it must be who is named, else it is a
 * stranger's, whatever it asks for. Without security one can but believe it.
 */
static struct hlsim__av_system *admit(const struct hlsim__av_server *server,
                                      struct hlsim__av_system *system,
                                      const struct hlsim__coap_message *request)
{
    if (server->proved == NULL || server->ops->sender(server->av, request) == system) {
        return system;
    }
    return NULL;
}

static void answer(struct hlsim__av_server *server, struct hlsim__av_system *system,
                   struct hlsim_address peer, const struct hlsim__coap_message *request,
                   struct hlsim__coap_message *response)
{
    char text[HLSIM__AV_REQUEST_SIZE];
    char code[HLSIM__COAP_CODE_TEXT_SIZE];
    char endpoint[2 * HLSIM__AV_ENDPOINT_SIZE];
    const char *named = NULL;
    size_t size = 0;

    request_text(request, text);
    if (system != NULL) {
        hlsim__av_seen(system);
        hlsim__av_printable(endpoint, sizeof endpoint, system->endpoint, strlen(system->endpoint));
    } else if (hlsim__coap_query_get(request, "ep", &named, &size) == 0) {
        hlsim__av_printable(endpoint, sizeof endpoint, named, size);
    } else {
        endpoint[0] = '\0';
    }
    response->code = hlsim__av_answer_instead(server, request);
    if (response->code == 0) {
        response->code = server->ops->answer(server->av, admit(server, system, request), peer,
                                             request, response);
    }
    hlsim__av_emit_server(server->av, server->name, text,
                          hlsim__coap_code_text(response->code, code),
                          endpoint[0] != '\0' ? endpoint : NULL);
}

static int dialogue_send(void *user, struct hlsim_address peer, const uint8_t *bytes, size_t size)
{
    struct hlsim__av_dialogue *dialogue = user;

    return send_datagram(dialogue->server, dialogue->system, peer, bytes, size);
}

static void dialogue_request(void *user, struct hlsim_address peer,
                             const struct hlsim__coap_message *request,
                             struct hlsim__coap_message *response)
{
    struct hlsim__av_dialogue *dialogue = user;

    answer(dialogue->server, dialogue->system, peer, request, response);
}

static bool dialogue_notification(void *user, struct hlsim_address peer,
                                  const struct hlsim__coap_message *message)
{
    struct hlsim__av_dialogue *dialogue = user;

    (void)peer;
    return dialogue->server->ops->notification != NULL &&
           dialogue->server->ops->notification(dialogue->system, message);
}

static int lobby_send(void *user, struct hlsim_address peer, const uint8_t *bytes, size_t size)
{
    return send_datagram(user, NULL, peer, bytes, size);
}

static void lobby_request(void *user, struct hlsim_address peer,
                          const struct hlsim__coap_message *request,
                          struct hlsim__coap_message *response)
{
    answer(user, NULL, peer, request, response);
}

static struct hlsim__exchange_config exchange_config(struct hlsim__airvantage *av,
                                                     struct hlsim__rng rng, void *user)
{
    return (struct hlsim__exchange_config){.stream = av->stream,
                                           .source = HLSIM__AIRVANTAGE_SOURCE,
                                           .timers = &av->timers,
                                           .rng = rng,
                                           .ack_timeout = ACK_TIMEOUT,
                                           .max_retransmit = MAX_RETRANSMIT,
                                           .user = user};
}

/* --- Dialogues ---------------------------------------------------------------------------- */

/* One that nobody needs any more, or a new one; NULL when there is no memory. */
static struct hlsim__av_dialogue *take(struct hlsim__airvantage *av)
{
    struct hlsim__av_dialogue *dialogue = av->oldest;

    if (dialogue != NULL && dialogue->server != NULL && !dialogue->busy &&
        hlsim__av_now(av) - dialogue->used_at > HLSIM__EXCHANGE_LIFETIME) {
        leave(dialogue);
    }
    if (dialogue == NULL || dialogue->server != NULL) {
        dialogue = calloc(1, sizeof *dialogue);
        if (dialogue != NULL) {
            link_newest(av, dialogue);
        }
    }
    return dialogue;
}

/* The system's dialogue with a server, now the one used last. */
static struct hlsim__av_dialogue *use(struct hlsim__av_server *server,
                                      struct hlsim__av_system *system)
{
    struct hlsim__av_contact *contact = &system->contacts[server->role];
    struct hlsim__av_dialogue *dialogue = contact->dialogue;

    if (dialogue == NULL) {
        struct hlsim__exchange_config config;

        dialogue = take(server->av);
        if (dialogue == NULL) {
            return NULL;
        }
        config = exchange_config(server->av, contact->rng, dialogue);
        config.send = dialogue_send;
        config.request = dialogue_request;
        config.notification = dialogue_notification;
        hlsim__exchange_init(&dialogue->exchange, &config);
        dialogue->server = server;
        dialogue->system = system;
        contact->dialogue = dialogue;
    }
    unlink_dialogue(server->av, dialogue);
    link_newest(server->av, dialogue);
    dialogue->used_at = hlsim__av_now(server->av);
    return dialogue;
}

void hlsim__av_dialogues_leave(struct hlsim__av_system *system)
{
    for (int role = 0; role < HLSIM__AV_ROLES; role++) {
        struct hlsim__av_dialogue *dialogue = system->contacts[role].dialogue;

        if (dialogue != NULL) {
            leave(dialogue);
            unlink_dialogue(system->av, dialogue);
            link_oldest(system->av, dialogue);
        }
    }
}

void hlsim__av_dialogues_free(struct hlsim__airvantage *av)
{
    while (av->oldest != NULL) {
        struct hlsim__av_dialogue *dialogue = av->oldest;

        av->oldest = dialogue->newer;
        free(dialogue);
    }
    av->newest = NULL;
}

/* --- What comes in ------------------------------------------------------------------------ */

/* A message of an unknown address that may be a notification; NULL when nobody observes that. */
static struct hlsim__av_system *sender_by_token(struct hlsim__av_server *server,
                                                struct hlsim_address from,
                                                const struct hlsim__coap_message *message)
{
    struct hlsim__av_system *system = NULL;

    if (server->ops->notification != NULL &&
        hlsim__coap_option_find(message, HLSIM__COAP_OBSERVE) != NULL) {
        system = hlsim__av_by_token(server->av, message->token, message->token_size);
    }
    if (system != NULL) {
        hlsim__av_hang_up(system, server->role);
        hlsim__av_bind(system, server->role, from);
    }
    return system;
}

/* Whose datagram it is, when nobody has proved anything; NULL: that cannot be told. */
static struct hlsim__av_system *guess_sender(struct hlsim__av_server *server,
                                             struct hlsim_address from,
                                             const struct hlsim__coap_message *message)
{
    struct hlsim__av_system *system;

    if (message != NULL && hlsim__coap_is_request(message->code)) {
        return server->ops->sender(server->av, message);
    }
    system = hlsim__av_by_address(server, from);
    if (system == NULL && message != NULL) {
        system = sender_by_token(server, from, message);
    }
    return system;
}

/*
 * Without security, requests name their sender. Anything else belongs to whom the server heard at
 * that address; a notification from a new address, after the NAT box gave the old one away, is
 * known by its token, as it is by its DTLS association otherwise.
 */
void hlsim__av_handle(struct hlsim__av_server *server, const struct hlsim__av_datagram *datagram)
{
    const char *proved = datagram->proved;
    struct hlsim__coap_message message;
    bool understood = hlsim__coap_parse(datagram->bytes, datagram->size, &message) == 0;
    bool request = understood && hlsim__coap_is_request(message.code);
    struct hlsim__av_system *system =
        proved != NULL ? hlsim__av_by_endpoint(server->av, proved, strlen(proved))
                       : guess_sender(server, datagram->from, understood ? &message : NULL);
    struct hlsim__av_dialogue *dialogue;

    if (system == NULL && request && server->silent) {
        hlsim__av_ignore(server, "an unknown system");
        return;
    }
    server->proved = proved;
    if (system == NULL) {
        hlsim__exchange_receive(&server->lobby, datagram->from, datagram->bytes, datagram->size);
        server->proved = NULL;
        return;
    }
    dialogue = use(server, system);
    if (dialogue == NULL) {
        hlsim__av_ignore(server, hlsim_error_text(HLSIM_E_NO_MEMORY));
    } else {
        hlsim__exchange_receive(&dialogue->exchange, datagram->from, datagram->bytes,
                                datagram->size);
        server->ops->pump(system);
    }
    server->proved = NULL;
}

void hlsim__av_deliver(struct hlsim__av_server *server, const struct hlsim__av_datagram *datagram)
{
    if (!hlsim__av_hold(server, datagram)) {
        hlsim__av_handle(server, datagram);
    }
}

static void receive(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    struct hlsim__av_server *server = user;
    const struct hlsim__av_datagram datagram = {.from = from, .bytes = bytes, .size = size};

    if (server->av->security == HLSIM_SECURITY_PSK) {
        hlsim__av_secure_receive(server, from, bytes, size);
    } else {
        hlsim__av_deliver(server, &datagram);
    }
}

int hlsim__av_server_open(struct hlsim__airvantage *av, struct hlsim_network *network,
                          const struct hlsim__av_server_setup *setup)
{
    struct hlsim__av_server *server = &av->servers[setup->role];
    struct hlsim__exchange_config config;
    struct hlsim__rng cookies;
    struct hlsim__rng rng;
    char name[32];
    int rc;

    server->av = av;
    server->role = setup->role;
    server->name = setup->name;
    server->ops = setup->ops;
    server->port = setup->port;
    snprintf(name, sizeof name, "airvantage/%s", setup->name);
    hlsim__rng_init(&rng, av->seed, name);
    cookies = rng;
    for (size_t i = 0; i < sizeof server->cookie_seed; i++) {
        server->cookie_seed[i] = (uint8_t)hlsim__rng_next(&cookies);
    }
    config = exchange_config(av, rng, server);
    config.send = lobby_send;
    config.request = lobby_request;
    hlsim__exchange_init(&server->lobby, &config);
    rc = hlsim__endpoint_init(&server->endpoint, network, setup->ip, setup->name);
    if (rc == 0) {
        rc = hlsim__endpoint_udp_bind(&server->endpoint, setup->port, receive, server);
    }
    if (rc == 0) {
        rc = hlsim__network_add_name(network, setup->host, setup->ip);
    }
    return rc;
}

/* --- Requests to systems ------------------------------------------------------------------ */

bool hlsim__av_busy(const struct hlsim__av_system *system, enum hlsim__av_role role)
{
    const struct hlsim__av_dialogue *dialogue = system->contacts[role].dialogue;

    return dialogue != NULL && dialogue->busy;
}

void hlsim__av_hang_up(struct hlsim__av_system *system, enum hlsim__av_role role)
{
    struct hlsim__av_dialogue *dialogue = system->contacts[role].dialogue;

    if (dialogue != NULL && dialogue->busy) {
        hlsim__exchange_cancel(&dialogue->slot);
        dialogue->busy = false;
    }
}

static void call_done(void *user, int error, const struct hlsim__coap_message *response)
{
    struct hlsim__av_dialogue *dialogue = user;
    struct hlsim__av_system *system = dialogue->system;
    char code[HLSIM__COAP_CODE_TEXT_SIZE];
    const char *outcome = error == HLSIM_E_UNREACHABLE ? "silence" : "reset";

    dialogue->busy = false;
    if (error == 0) {
        hlsim__av_seen(system);
        outcome = hlsim__coap_code_text(response->code, code);
    }
    hlsim__av_emit_server(system->av, dialogue->server->name, dialogue->request, outcome,
                          system->endpoint);
    dialogue->done(system, error, response);
}

int hlsim__av_call(struct hlsim__av_system *system, enum hlsim__av_role role,
                   const struct hlsim__av_call *call, struct hlsim__av_observation *ret_token)
{
    struct hlsim__av_dialogue *dialogue;
    struct hlsim__coap_message message = {.code = call->code};
    char method[HLSIM__COAP_CODE_TEXT_SIZE];
    int rc = 0;

    HLSIM_ASSERT(system->contacts[role].bound);
    HLSIM_ASSERT(!hlsim__av_busy(system, role));
    dialogue = use(&system->av->servers[role], system);
    if (dialogue == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    if (call->observe) {
        rc = hlsim__coap_option_add_uint(&message, HLSIM__COAP_OBSERVE, 0);
    }
    if (rc == 0) {
        rc = hlsim__coap_option_add_path(&message, HLSIM__COAP_URI_PATH, call->path);
    }
    if (rc == 0 && call->format >= 0) {
        message.payload = call->payload;
        message.payload_size = call->size;
        rc = hlsim__coap_option_add_uint(&message, HLSIM__COAP_CONTENT_FORMAT,
                                         (uint32_t)call->format);
    }
    if (rc != 0) {
        return rc;
    }
    snprintf(dialogue->request, sizeof dialogue->request, "%s /%s",
             hlsim__coap_code_text(call->code, method), call->path);
    dialogue->done = call->done;
    rc = hlsim__exchange_send(&dialogue->exchange, &dialogue->slot, system->contacts[role].address,
                              &message, call_done, dialogue);
    dialogue->busy = rc == 0;
    if (rc == 0 && ret_token != NULL) {
        *ret_token = (struct hlsim__av_observation){.token_size = message.token_size};
        memcpy(ret_token->token, message.token, message.token_size);
    }
    return rc;
}
