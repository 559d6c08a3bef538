/*
 * What heads of HTTP answers mean, by the tables of RFC 7231 6, 7233 4 and 7230 3.3.3: the heads
 * are texts, as a server would write them.
 */
#include "modem/download_answer.h"

#include "lib/suite.h"

#include <hl78sim/error.h>

#include <stdio.h>
#include <string.h>

#define SIZE 5000

/* Bytes from 2000 on of a package of 5000. */
static const struct hlsim__download_question rest = {
    .takes_unsized = true, .offset = 2000, .expected = SIZE};
static const struct hlsim__download_question all = {.takes_unsized = true, .expected = SIZE};
static const struct hlsim__download_question size_only = {.asks_size = true, .takes_unsized = true};

static struct hlsim__download_answer understand(const struct hlsim__download_question *question,
                                                const char *status, const char *lines)
{
    struct hlsim__http_response head;
    char text[512];
    int size = snprintf(text, sizeof text, "HTTP/1.1 %s\r\n%s\r\n", status, lines);

    CU_ASSERT_EQUAL_FATAL(hlsim__http_parse_response(text, (size_t)size, &head), size);
    return hlsim__download_understand(question, &head);
}

static void tells_kinds_of_statuses_apart(void)
{
    static const struct {
        const char *status;
        enum hlsim__download_meaning meaning;
    } cases[] = {
        {"100 Continue", HLSIM__ANSWER_REFUSED},
        {"201 Created", HLSIM__ANSWER_REFUSED},
        {"204 No Content", HLSIM__ANSWER_REFUSED},
        {"300 Choices", HLSIM__ANSWER_REFUSED},
        {"301 Moved", HLSIM__ANSWER_ELSEWHERE},
        {"302 Found", HLSIM__ANSWER_ELSEWHERE},
        {"303 See Other", HLSIM__ANSWER_ELSEWHERE},
        {"304 Same", HLSIM__ANSWER_REFUSED},
        {"307 Moved", HLSIM__ANSWER_ELSEWHERE},
        {"308 Moved", HLSIM__ANSWER_ELSEWHERE},
        {"400 Bad", HLSIM__ANSWER_REFUSED},
        {"401 Who", HLSIM__ANSWER_ABSENT},
        {"403 No", HLSIM__ANSWER_ABSENT},
        {"404 Not Found", HLSIM__ANSWER_ABSENT},
        {"405 No", HLSIM__ANSWER_REFUSED},
        {"410 Gone", HLSIM__ANSWER_ABSENT},
        {"414 Too long", HLSIM__ANSWER_ABSENT},
        {"416 Range", HLSIM__ANSWER_REFUSED},
        {"500 Oh", HLSIM__ANSWER_TROUBLE},
        {"503 Later", HLSIM__ANSWER_TROUBLE},
        {"599 ", HLSIM__ANSWER_TROUBLE},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *lines = "Content-Length: 3000\r\n";

        CU_ASSERT_EQUAL(understand(&rest, cases[i].status, lines).meaning, cases[i].meaning);
        CU_ASSERT_EQUAL(understand(&size_only, cases[i].status, lines).meaning, cases[i].meaning);
    }
}

static void takes_the_size_from_content_length_alone(void)
{
    struct hlsim__download_answer answer =
        understand(&size_only, "200 OK", "Content-Length: 524648\r\n");

    CU_ASSERT_EQUAL(answer.meaning, HLSIM__ANSWER_SIZE);
    CU_ASSERT_EQUAL(answer.size, 524648);
    CU_ASSERT_EQUAL(understand(&size_only, "200 OK", "").meaning, HLSIM__ANSWER_NONSENSE);
    CU_ASSERT_EQUAL(understand(&size_only, "200 OK", "Content-Length: 0\r\n").meaning,
                    HLSIM__ANSWER_NONSENSE);
    CU_ASSERT_EQUAL(understand(&size_only, "200 OK", "Transfer-Encoding: chunked\r\n").meaning,
                    HLSIM__ANSWER_NONSENSE);
}

static void takes_the_part_that_was_asked_for(void)
{
    struct hlsim__download_answer answer = understand(
        &rest, "206 Part", "Content-Range: bytes 2000-4999/5000\r\nContent-Length: 3000\r\n");

    CU_ASSERT_TRUE(answer.meaning == HLSIM__ANSWER_BODY && answer.skip == 0 && !answer.chunked);
    answer = understand(&rest, "206 Part", "Content-Range: bytes 2000-4999/*\r\n");
    CU_ASSERT_TRUE(answer.meaning == HLSIM__ANSWER_BODY && answer.skip == 0);
    answer = understand(&rest, "200 OK", "Content-Length: 5000\r\n");
    CU_ASSERT_TRUE(answer.meaning == HLSIM__ANSWER_BODY && answer.skip == 2000);
    answer = understand(&all, "200 OK", "Transfer-Encoding: Chunked\r\n");
    CU_ASSERT_TRUE(answer.meaning == HLSIM__ANSWER_BODY && answer.skip == 0 && answer.chunked);
}

static void believes_nothing_that_does_not_fit(void)
{
    static const struct {
        const char *status;
        const char *lines;
    } cases[] = {
        {"206 Part", ""},
        {"206 Part", "Content-Length: 3000\r\n"},
        {"206 Part", "Content-Range: bytes */5000\r\nContent-Length: 3000\r\n"},
        {"206 Part", "Content-Range: bytes 1999-4999/5000\r\nContent-Length: 3001\r\n"},
        {"206 Part", "Content-Range: bytes 2001-4999/5000\r\nContent-Length: 2999\r\n"},
        {"206 Part", "Content-Range: bytes 2000-4998/5000\r\nContent-Length: 2999\r\n"},
        {"206 Part", "Content-Range: bytes 2000-5000/5001\r\nContent-Length: 3001\r\n"},
        {"206 Part", "Content-Range: bytes 2000-4999/5001\r\nContent-Length: 3000\r\n"},
        {"206 Part", "Content-Range: bytes 2000-4999/5000\r\nContent-Length: 2999\r\n"},
        {"206 Part", "Content-Range: bytes 2000-4999/5000\r\nTransfer-Encoding: gzip\r\n"},
        {"200 OK", "Content-Length: 3000\r\n"},
        {"200 OK", "Content-Length: 5001\r\n"},
        {"200 OK", "Content-Length: 0\r\n"},
        {"200 OK", "Transfer-Encoding: gzip, chunked\r\n"},
        {"200 OK", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"},
        {"200 OK", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"},
        {"200 OK", "Transfer-Encoding: chunked\r\nContent-Length: 5000\r\n"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hlsim__download_answer answer = understand(&rest, cases[i].status, cases[i].lines);

        CU_ASSERT_EQUAL(answer.meaning, HLSIM__ANSWER_NONSENSE);
        CU_ASSERT_PTR_NOT_NULL(answer.why);
    }
}

static void wants_a_length_where_it_does_not_take_others(void)
{
    struct hlsim__download_question strict = all;

    strict.takes_unsized = false;
    CU_ASSERT_EQUAL(understand(&strict, "200 OK", "Content-Length: 5000\r\n").meaning,
                    HLSIM__ANSWER_BODY);
    CU_ASSERT_EQUAL(understand(&strict, "200 OK", "").meaning, HLSIM__ANSWER_NONSENSE);
    CU_ASSERT_EQUAL(understand(&strict, "200 OK", "Transfer-Encoding: chunked\r\n").meaning,
                    HLSIM__ANSWER_NONSENSE);
    CU_ASSERT_EQUAL(understand(&all, "200 OK", "").meaning, HLSIM__ANSWER_BODY);
}

static const struct suite_test tests[] = {
    SUITE_TEST(tells_kinds_of_statuses_apart),
    SUITE_TEST(takes_the_size_from_content_length_alone),
    SUITE_TEST(takes_the_part_that_was_asked_for),
    SUITE_TEST(believes_nothing_that_does_not_fit),
    SUITE_TEST(wants_a_length_where_it_does_not_take_others),
};

int main(void)
{
    return suite_run("download answer", tests, sizeof tests / sizeof *tests);
}
