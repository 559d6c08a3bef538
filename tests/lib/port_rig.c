/*
 * Opens a world, goes past its public interface for the port.
 */
#include "lib/port_rig.h"

#include "world/inside.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct port_rig *rig = user;

    if (rig->deaf) {
        return 0;
    }
    CU_ASSERT_FATAL(rig->read_size + size < sizeof rig->read);
    memcpy(rig->read + rig->read_size, bytes, size);
    rig->read_size += size;
    return size;
}

static const char *text_of(const struct hlsim_event *event, const char *name)
{
    return (const char *)hlsim_event_field(event, name)->data;
}

static void hear(void *user, const struct hlsim_event *event)
{
    struct port_rig *rig = user;
    size_t used = strlen(rig->events);
    char *end = rig->events + used;
    size_t room = sizeof rig->events - used;

    if (event->kind == HLSIM_EVENT_DATA) {
        snprintf(end, room, "data %s|", text_of(event, "dir"));
    } else if (event->kind == HLSIM_EVENT_LINE) {
        snprintf(end, room, "%s=%d|", text_of(event, "line"),
                 (int)hlsim_event_field(event, "level")->integer);
    } else {
        snprintf(end, room, "%s:%s|", hlsim_event_kind_name(event->kind), text_of(event, "line"));
    }
}

void port_rig_open(struct port_rig *rig, const char *fields)
{
    const struct hlsim_link_end end = {.user = rig, .receive = receive};
    char text[2048];

    memset(rig, 0, sizeof *rig);
    snprintf(text, sizeof text, "{\"name\": \"rig\", %s}",
             fields != NULL ? fields : "\"modem\": {\"profile\": \"HL7800-4.6.8.0\"}");
    CU_ASSERT_TRUE_FATAL(flow_open_text(&rig->flow, text, NULL));
    rig->link = hlsim_world_port(rig->flow.world, 0, 0);
    rig->port = &rig->flow.world->modems[0].ports[0].at;
    hlsim_link_attach(rig->link, HLSIM_HOST, &end);
    CU_ASSERT_EQUAL_FATAL(
        hlsim_stream_subscribe(
            hlsim_world_stream(rig->flow.world),
            HLSIM_EVENT_BIT(HLSIM_EVENT_HOST) | HLSIM_EVENT_BIT(HLSIM_EVENT_RESPONSE) |
                HLSIM_EVENT_BIT(HLSIM_EVENT_RESULT) | HLSIM_EVENT_BIT(HLSIM_EVENT_URC) |
                HLSIM_EVENT_BIT(HLSIM_EVENT_DATA) | HLSIM_EVENT_BIT(HLSIM_EVENT_LINE),
            hear, rig),
        0);
    flow_start(&rig->flow);
    port_rig_run(rig, 20000);
    port_rig_type(rig, "ATE0\r");
    port_rig_read(rig);
    port_rig_events(rig);
}

void port_rig_close(struct port_rig *rig)
{
    flow_close(&rig->flow);
}

void port_rig_run(struct port_rig *rig, int64_t milliseconds)
{
    CU_ASSERT_EQUAL(hlsim_world_run_until(rig->flow.world, hlsim_world_now(rig->flow.world) +
                                                               milliseconds * HLSIM_MS),
                    0);
}

void port_rig_send(struct port_rig *rig, const char *bytes)
{
    CU_ASSERT_EQUAL(hlsim_link_write(rig->link, HLSIM_HOST, (const uint8_t *)bytes, strlen(bytes)),
                    (int)strlen(bytes));
}

void port_rig_type(struct port_rig *rig, const char *bytes)
{
    port_rig_send(rig, bytes);
    port_rig_run(rig, 100);
}

const char *port_rig_read(struct port_rig *rig)
{
    rig->read[rig->read_size] = '\0';
    rig->read_size = 0;
    return rig->read;
}

const char *port_rig_events(struct port_rig *rig)
{
    static char text[sizeof rig->events];

    strcpy(text, rig->events);
    rig->events[0] = '\0';
    return text;
}

void port_rig_command(struct port_rig *rig, int64_t latency)
{
    struct hlsim__at_port_ram *ram = rig->port->ram;

    CU_ASSERT_FALSE_FATAL(ram->busy);
    ram->busy = true;
    ram->latency = latency;
    ram->answer_size = 0;
    ram->answer_lines = 0;
}
