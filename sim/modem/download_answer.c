/*
 * Reads statuses and lengths against what was asked. Where they disagree nothing is believed.
 */
#include "modem/download_answer.h"

static struct hlsim__download_answer nonsense(const char *why)
{
    return (struct hlsim__download_answer){.meaning = HLSIM__ANSWER_NONSENSE, .why = why};
}

static enum hlsim__download_meaning meaning_of(const struct hlsim__http_response *head)
{
    switch (head->status) {
    case 200:
    case 206:
        return HLSIM__ANSWER_BODY;
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return HLSIM__ANSWER_ELSEWHERE;
    case 401:
    case 403:
    case 404:
    case 410:
    case 414:
        return HLSIM__ANSWER_ABSENT;
    default:
        return head->status >= 500 ? HLSIM__ANSWER_TROUBLE : HLSIM__ANSWER_REFUSED;
    }
}

static struct hlsim__download_answer understand_size(const struct hlsim__http_fields *fields)
{
    if (!fields->has_content_length) {
        return nonsense("no Content-Length");
    }
    if (fields->content_length == 0) {
        return nonsense("an empty package");
    }
    return (struct hlsim__download_answer){.meaning = HLSIM__ANSWER_SIZE,
                                           .size = fields->content_length};
}

/* Why a 206 is not the part that was asked for; NULL when it is. */
static const char *wrong_part(const struct hlsim__download_question *question,
                              const struct hlsim__http_response *head)
{
    if (!head->has_content_range || !head->content_range_has_bytes) {
        return "206 without a Content-Range";
    }
    if (head->content_range_first != question->offset) {
        return "another part than was asked for";
    }
    if (head->content_range_last != question->expected - 1 ||
        (head->content_range_has_total && head->content_range_total != question->expected)) {
        return "the package has another size than before";
    }
    return NULL;
}

static struct hlsim__download_answer
understand_body(const struct hlsim__download_question *question,
                const struct hlsim__http_response *head)
{
    const struct hlsim__http_fields *fields = &head->fields;
    /* A server may ignore Range (RFC 7233 3.1): what is stored already passes by again. */
    bool whole = head->status == 200;
    uint64_t coming = whole ? question->expected : question->expected - question->offset;
    const char *wrong = whole ? NULL : wrong_part(question, head);

    if (wrong != NULL) {
        return nonsense(wrong);
    }
    if (fields->has_transfer_encoding && (!fields->is_chunked || fields->has_content_length)) {
        return nonsense("a transfer coding that cannot be undone");
    }
    if (!fields->has_content_length && !question->takes_unsized) {
        return nonsense("no Content-Length");
    }
    if (fields->has_content_length && fields->content_length != coming) {
        return nonsense("Content-Length is not what HEAD said");
    }
    return (struct hlsim__download_answer){.meaning = HLSIM__ANSWER_BODY,
                                           .skip = whole ? question->offset : 0,
                                           .chunked = fields->has_transfer_encoding};
}

struct hlsim__download_answer
hlsim__download_understand(const struct hlsim__download_question *question,
                           const struct hlsim__http_response *head)
{
    enum hlsim__download_meaning meaning = meaning_of(head);

    if (meaning != HLSIM__ANSWER_BODY) {
        return (struct hlsim__download_answer){.meaning = meaning,
                                               .why = "an HTTP answer of another status"};
    }
    return question->asks_size ? understand_size(&head->fields) : understand_body(question, head);
}
