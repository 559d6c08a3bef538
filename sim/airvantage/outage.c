/*
 * Servers that are down: their endpoints in the network, and nothing else. What they know stays.
 */
#include "airvantage/inside.h"

static struct hlsim__endpoint *endpoint_of(struct hlsim__airvantage *av, int server)
{
    switch (server) {
    case HLSIM__AIRVANTAGE_BOOTSTRAP:
        return &av->servers[HLSIM__AV_BOOTSTRAP].endpoint;
    case HLSIM__AIRVANTAGE_DM:
        return &av->servers[HLSIM__AV_DM].endpoint;
    default:
        return &av->store.endpoint;
    }
}

int hlsim__airvantage_set_outage(struct hlsim__airvantage *av, enum hlsim__airvantage_server which,
                                 enum hlsim__airvantage_outage outage)
{
    bool reachable = outage != HLSIM__AIRVANTAGE_SILENT;
    bool refusing = outage == HLSIM__AIRVANTAGE_REFUSING;
    int changed = 0;

    for (int server = 0; server < HLSIM__AIRVANTAGE_SERVERS; server++) {
        struct hlsim__endpoint *endpoint = endpoint_of(av, server);

        if ((which != HLSIM__AIRVANTAGE_SERVERS && (int)which != server) ||
            (endpoint->reachable == reachable && endpoint->refusing == refusing)) {
            continue;
        }
        hlsim__endpoint_set_reachable(endpoint, reachable);
        hlsim__endpoint_set_refusing(endpoint, refusing);
        if (refusing && server == HLSIM__AIRVANTAGE_HTTP) {
            hlsim__av_http_abort(&av->store);
        }
        changed++;
    }
    return changed;
}
