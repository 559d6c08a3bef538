/*
 * Rows decide: forms, argument ranges, test answers and plain parameters are handled here once for
 * all commands.
 */
#include "at/dispatch.h"

#include "at/table.h"
#include "modem/cms.h"

#include <hl78sim/scenario.h>

#include <stdio.h>
#include <string.h>

static int check_arg(const struct hlsim__at_topic *topic, const struct hlsim__at_spec *spec,
                     const struct hlsim__at_arg *arg)
{
    if (arg->type == HLSIM__AT_ARG_EMPTY) {
        return spec->may_be_empty || spec->optional ? HLSIM__AT_OK : topic->cme_missing;
    }
    if (spec->range == NULL) {
        return HLSIM__AT_OK;
    }
    if (arg->type != HLSIM__AT_ARG_NUMBER || !hlsim__at_in_range(spec->range, arg->number)) {
        return topic->cme_range;
    }
    return HLSIM__AT_OK;
}

static int check_args(const struct hlsim__at_topic *topic, const struct hlsim__at_row *row,
                      const struct hlsim__at_request *request)
{
    if (request->arg_count > row->spec_count + row->more_args) {
        return topic->cme_unexpected != 0 ? topic->cme_unexpected : topic->cme_range;
    }
    for (size_t i = 0; i < row->spec_count; i++) {
        int result;

        if (i >= request->arg_count) {
            return row->specs[i].optional ? HLSIM__AT_OK : topic->cme_missing;
        }
        result = check_arg(topic, &row->specs[i], &request->args[i]);
        if (result != HLSIM__AT_OK) {
            return result;
        }
    }
    return HLSIM__AT_OK;
}

/* "(0-1)" for an argument that is a number. */
static int show_range(const struct hlsim__at_port *port, const struct hlsim__at_spec *spec,
                      char *ret_text, size_t size)
{
    int64_t last;

    if (spec->last == 0) {
        return snprintf(ret_text, size, "(%s)", spec->range);
    }
    memcpy(&last, (const char *)hlsim__at_figures(port) + spec->last, sizeof last);
    return snprintf(ret_text, size, "(1-%d)", (int)last);
}

/* "+NAME: (0-1),(0-2)" from the specs; a command without numbers answers only OK. */
static void answer_test(struct hlsim__at_port *port, const struct hlsim__at_row *row)
{
    char text[HLSIM_PROFILE_TEXT_MAX] = "";
    size_t size = 0;

    for (size_t i = 0; i < row->spec_count && row->specs[i].range != NULL; i++) {
        if (i > 0) {
            text[size++] = ',';
        }
        size += (size_t)show_range(port, &row->specs[i], text + size, sizeof text - size);
        if (size + 1 >= sizeof text) {
            return;
        }
    }
    if (size > 0) {
        hlsim__at_answer(port, "%s: %s", row->name, text);
    }
}

static int plain_parameter(struct hlsim__at_port *port, const struct hlsim__at_row *row,
                           const struct hlsim__at_request *request)
{
    struct hlsim__settings *settings = &hlsim__at_ram(port)->settings;

    if (request->form == HLSIM__AT_READ) {
        hlsim__at_answer(port, "%s: %s", row->name, hlsim__setting_text(settings, row->setting));
        return HLSIM__AT_OK;
    }
    if (request->arg_count == 0 || request->args[0].type == HLSIM__AT_ARG_EMPTY) {
        return HLSIM__AT_OK;
    }
    if (hlsim__setting_put_number(settings, row->setting, request->args[0].number) < 0) {
        return HLSIM__AT_ERROR;
    }
    return HLSIM__AT_OK;
}

static const struct hlsim__answer *constant_answer(const struct hlsim__at_port *port,
                                                   const struct hlsim__at_request *request)
{
    const struct hlsim_profile *personality = hlsim__at_ram(port)->personality;
    char command[HLSIM__AT_NAME_MAX + 4];

    if (request->form == HLSIM__AT_SET) {
        return NULL;
    }
    strcpy(command, request->name);
    strcat(command, request->form == HLSIM__AT_READ   ? "?"
                    : request->form == HLSIM__AT_TEST ? "=?"
                                                      : "");
    return hlsim__at_table_answer(personality, command);
}

static int64_t latency_of(const struct hlsim__at_port *port, const struct hlsim__at_row *row,
                          enum hlsim__at_form form)
{
    const struct hlsim__figures *figures = hlsim__at_figures(port);

    if (row->slow_forms != 0 && (row->slow_forms & form) == 0) {
        return figures->answer_latency;
    }
    switch (row->latency) {
    case HLSIM__AT_LIST:
        return figures->list_latency;
    case HLSIM__AT_CARD:
        return figures->sim_latency;
    case HLSIM__AT_RADIO:
        return figures->radio_latency;
    case HLSIM__AT_SCAN:
        return figures->scan_latency;
    default:
        return figures->answer_latency;
    }
}

/* The same refusal of the card as 27.005 says it. */
static int cms_of(int cme)
{
    switch (cme) {
    case HLSIM__CME_SIM_PIN:
        return HLSIM__AT_CMS(HLSIM__CMS_SIM_PIN);
    case HLSIM__CME_SIM_PUK:
        return HLSIM__AT_CMS(HLSIM__CMS_SIM_PUK);
    case HLSIM__CME_SIM_FAILURE:
        return HLSIM__AT_CMS(HLSIM__CMS_SIM_FAILURE);
    default:
        return HLSIM__AT_CMS(HLSIM__CMS_SIM_ABSENT);
    }
}

/* What the row asks for before its handler is called. */
static int check(struct hlsim__at_port *port, const struct hlsim__at_topic *topic,
                 const struct hlsim__at_row *row, const struct hlsim__at_request *request)
{
    int result = HLSIM__AT_OK;

    if ((row->sim_forms & request->form) != 0) {
        result = hlsim__sim_refusal(&port->modem->sim);
        result = result != HLSIM__AT_OK && topic->cms ? cms_of(result) : result;
    }
    if (result == HLSIM__AT_OK && request->form == HLSIM__AT_SET) {
        result = check_args(topic, row, request);
    }
    return result;
}

static int carry_out(struct hlsim__at_port *port, const struct hlsim__at_request *request)
{
    const struct hlsim__answer *constant = constant_answer(port, request);
    const struct hlsim__at_topic *topic;
    const struct hlsim__at_row *row;
    int result;

    if (constant != NULL) {
        char text[HLSIM_PROFILE_TEXT_MAX];

        hlsim__modem_expand(port->modem, constant->lines, text, sizeof text);
        hlsim__at_answer_lines(port, text);
        return HLSIM__AT_OK;
    }
    row = hlsim__at_table_recall(&port->ram->found, hlsim__at_ram(port)->personality, request->name,
                                 &topic);
    if (row == NULL || (row->forms & request->form) == 0) {
        return HLSIM__AT_ERROR;
    }
    if (topic->of_sockets && hlsim__at_ram(port)->sockets.half_deaf) {
        return HLSIM__AT_SILENT;
    }
    result = check(port, topic, row, request);
    if (result != HLSIM__AT_OK) {
        return result;
    }
    hlsim__at_takes(port, latency_of(port, row, request->form));
    if (request->form == HLSIM__AT_TEST && !row->own_test) {
        answer_test(port, row);
        return HLSIM__AT_OK;
    }
    return row->handle != NULL ? row->handle(port, request) : plain_parameter(port, row, request);
}

/* What the scenario says instead of the module; NULL: nothing. */
static const struct hlsim_response *planned_response(const struct hlsim__at_port *port,
                                                     const char *line)
{
    const struct hlsim_modem_config *config = &port->modem->config;
    char whole[HLSIM__AT_LINE_MAX + 4];

    if (config->response_count == 0) {
        return NULL;
    }
    snprintf(whole, sizeof whole, "AT%s", line);
    for (size_t i = 0; i < config->response_count; i++) {
        const struct hlsim_response *response = &config->responses[i];
        uint32_t *given = &port->modem->responses_given[i];

        if ((response->count == 0 || *given < response->count) &&
            hlsim_pattern_match(response->command, whole)) {
            (*given)++;
            return response;
        }
    }
    return NULL;
}

static int say_response(struct hlsim__at_port *port, const struct hlsim_response *response)
{
    if (response->lines != NULL) {
        hlsim__at_answer_lines(port, response->lines);
    }
    port->ram->latency = response->delay;
    switch (response->result) {
    case HLSIM_RESPONSE_ERROR:
        return HLSIM__AT_ERROR;
    case HLSIM_RESPONSE_NO_CARRIER:
        return HLSIM__AT_NO_CARRIER;
    case HLSIM_RESPONSE_CME:
        return response->code;
    case HLSIM_RESPONSE_OK:
    default:
        return HLSIM__AT_OK;
    }
}

int hlsim__at_dispatch(struct hlsim__at_port *port, char *line)
{
    const struct hlsim_response *response = planned_response(port, line);
    struct hlsim__at_line rest;
    struct hlsim__at_request request;
    int result = HLSIM__AT_OK;

    if (response != NULL) {
        return say_response(port, response);
    }
    hlsim__at_line_init(&rest, line);
    while (result == HLSIM__AT_OK) {
        int more = hlsim__at_line_next(&rest, &request);

        if (more == 0) {
            break;
        }
        result = more < 0 ? HLSIM__AT_ERROR : carry_out(port, &request);
    }
    return result;
}
