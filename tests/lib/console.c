/*
 * A world with two ports of one module, and who listens there.
 */
#include "lib/console.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What comes at port 0 in one test. */
#define OUT_MAX (1 << 20)

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct console *console = user;

    if (!console->reads) {
        return 0;
    }
    CU_ASSERT_TRUE_FATAL(console->size + size < OUT_MAX);
    memcpy(console->out + console->size, bytes, size);
    console->size += size;
    console->out[console->size] = '\0';
    return size;
}

static size_t receive_second(void *user, const uint8_t *bytes, size_t size)
{
    struct console *console = user;

    if (console->second_size + size < sizeof console->second) {
        memcpy(console->second + console->second_size, bytes, size);
        console->second_size += size;
        console->second[console->second_size] = '\0';
    }
    return size;
}

void console_pass(struct console *console, int64_t duration)
{
    CU_ASSERT_EQUAL_FATAL(
        hlsim_world_run_until(console->flow.world, hlsim_world_now(console->flow.world) + duration),
        0);
}

void console_forget(struct console *console)
{
    console->size = 0;
    console->out[0] = '\0';
    console->second_size = 0;
    console->second[0] = '\0';
}

void console_send(struct console *console, unsigned port, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        int taken = hlsim_link_write(console->links[port], HLSIM_HOST, bytes, size);

        CU_ASSERT_TRUE_FATAL(taken >= 0);
        bytes += taken;
        size -= (size_t)taken;
        console_pass(console, 10 * HLSIM_MS);
    }
}

void console_type_at(struct console *console, unsigned port, const char *line)
{
    console_forget(console);
    console_send(console, port, (const uint8_t *)line, strlen(line));
    console_send(console, port, (const uint8_t *)"\r", 1);
    console_pass(console, 2 * HLSIM_SECOND);
}

void console_type(struct console *console, const char *line)
{
    console_type_at(console, 0, line);
}

bool console_says(const struct console *console, const char *text)
{
    return strstr(console->out, text) != NULL;
}

struct hlsim__modem *console_modem(struct console *console)
{
    return &console->flow.world->modems[0].modem;
}

/* Up, registered, echo off, connection 1 configured. `rest` are members of the scenario's modem. */
void console_open(struct console *console, const char *rest)
{
    const struct hlsim_link_end end = {.user = console, .receive = receive};
    const struct hlsim_link_end second = {.user = console, .receive = receive_second};
    char text[1024];

    memset(console, 0, sizeof *console);
    console->out = calloc(1, OUT_MAX);
    console->reads = true;
    snprintf(text, sizeof text,
             "{\"name\": \"sockets\", \"modem\": {\"profile\": \"HL7800-4.7.1.0\"%s}, \"network\": "
             "{\"latency\": \"10ms\"}}",
             rest);
    CU_ASSERT_TRUE_FATAL(flow_open_text(&console->flow, text, NULL));
    for (unsigned port = 0; port < console->flow.world->modems[0].port_count && port < 2; port++) {
        console->links[port] = hlsim_world_port(console->flow.world, 0, port);
        hlsim_link_attach(console->links[port], HLSIM_HOST, port == 0 ? &end : &second);
    }
    flow_start(&console->flow);
    console_pass(console, 20 * HLSIM_SECOND);
    console_type(console, "ATE0");
    console_type(console, "AT+CMEE=1");
    console_type(console, "AT+KCNXCFG=1,\"GPRS\",\"internet\"");
    CU_ASSERT_TRUE(console_says(console, "OK"));
}

void console_close(struct console *console)
{
    flow_close(&console->flow);
    free(console->out);
}

void console_connect(struct console *console)
{
    console_type(console, "AT+KTCPCFG=1,0,\"echo.example\",7,,,,,,0");
    CU_ASSERT_TRUE(console_says(console, "+KTCPCFG: 1"));
    console_type(console, "AT+KTCPCNX=1");
    CU_ASSERT_TRUE(console_says(console, "+KTCP_IND: 1,1"));
}
