#include "gateway/visits/recording_rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/base/cleanup.h"

#define P 1 /* in the visit and connected */
#define W 2 /* waiting, connected */
#define L 3 /* in the visit, connection lost */

#define NOT_YET CONSENT_NOT_ASKED
#define YES CONSENT_GIVEN
#define NO CONSENT_REFUSED
#define BACK CONSENT_WITHDRAWN

/* Up to three people: where they are, and what they answered. */
static const struct {
    const char *name;
    int where[3];
    enum consent_answer answers[3];
    enum visit_state visit;
    enum recording_wish wish;
    bool flowed_before;
    enum recording_state state;
    enum recording_reason reason;
    enum recording_flow flow;
    int who; /* -1: nobody */
} rows[] = {
    {"everybody has consented",
     {P, P, P},
     {YES, YES, YES},
     VISIT_OPEN,
     RECORDING_WISH_RUN,
     false,
     RECORDING_STATE_RECORDING,
     RECORDING_REASON_NONE,
     RECORDING_FLOW_RUN,
     -1},
    {"one alone",
     {P},
     {YES},
     VISIT_OPEN,
     RECORDING_WISH_RUN,
     true,
     RECORDING_STATE_RECORDING,
     RECORDING_REASON_NONE,
     RECORDING_FLOW_RUN,
     -1},
    {"one has not answered",
     {P, P, P},
     {YES, NOT_YET, YES},
     VISIT_OPEN,
     RECORDING_WISH_RUN,
     false,
     RECORDING_STATE_ASKING,
     RECORDING_REASON_CONSENT_MISSING,
     RECORDING_FLOW_HOLD,
     1},
    {"one refused",
     {P, P},
     {YES, NO},
     VISIT_OPEN,
     RECORDING_WISH_RUN,
     false,
     RECORDING_STATE_ASKING,
     RECORDING_REASON_CONSENT_REFUSED,
     RECORDING_FLOW_HOLD,
     1},
    {"a late joiner",
     {P, P, P},
     {YES, YES, NOT_YET},
     VISIT_OPEN,
     RECORDING_WISH_RUN,
     true,
     RECORDING_STATE_PAUSED,
     RECORDING_REASON_CONSENT_MISSING,
     RECORDING_FLOW_HOLD,
     2},
    {"a late joiner who refuses",
     {P, P, P},
     {YES, YES, NO},
     VISIT_OPEN,
     RECORDING_WISH_RUN,
     true,
     RECORDING_STATE_PAUSED,
     RECORDING_REASON_CONSENT_REFUSED,
     RECORDING_FLOW_HOLD,
     2},
    {"one took it back",
     {P, P},
     {BACK, YES},
     VISIT_OPEN,
     RECORDING_WISH_RUN,
     true,
     RECORDING_STATE_PAUSED,
     RECORDING_REASON_CONSENT_WITHDRAWN,
     RECORDING_FLOW_HOLD,
     0},
    {"who waits does not count",
     {P, W},
     {YES, NOT_YET},
     VISIT_OPEN,
     RECORDING_WISH_RUN,
     true,
     RECORDING_STATE_RECORDING,
     RECORDING_REASON_NONE,
     RECORDING_FLOW_RUN,
     -1},
    {"who is disconnected does not count",
     {P, L},
     {YES, NO},
     VISIT_OPEN,
     RECORDING_WISH_RUN,
     true,
     RECORDING_STATE_RECORDING,
     RECORDING_REASON_NONE,
     RECORDING_FLOW_RUN,
     -1},
    {"after a restart nobody is there yet",
     {L, L},
     {YES, YES},
     VISIT_OPEN,
     RECORDING_WISH_RUN,
     true,
     RECORDING_STATE_PAUSED,
     RECORDING_REASON_NOBODY_PRESENT,
     RECORDING_FLOW_HOLD,
     -1},
    {"paused by hand",
     {P, P},
     {YES, YES},
     VISIT_OPEN,
     RECORDING_WISH_PAUSE,
     true,
     RECORDING_STATE_PAUSED,
     RECORDING_REASON_BY_HAND,
     RECORDING_FLOW_HOLD,
     -1},
    {"paused by hand before it began",
     {P},
     {YES},
     VISIT_OPEN,
     RECORDING_WISH_PAUSE,
     false,
     RECORDING_STATE_PAUSED,
     RECORDING_REASON_BY_HAND,
     RECORDING_FLOW_HOLD,
     -1},
    {"the visit is not open",
     {P},
     {YES},
     VISIT_SCHEDULED,
     RECORDING_WISH_RUN,
     false,
     RECORDING_STATE_ASKING,
     RECORDING_REASON_VISIT_NOT_OPEN,
     RECORDING_FLOW_HOLD,
     -1},
    {"the visit is over",
     {P},
     {YES},
     VISIT_ENDED,
     RECORDING_WISH_RUN,
     true,
     RECORDING_STATE_PAUSED,
     RECORDING_REASON_VISIT_NOT_OPEN,
     RECORDING_FLOW_HOLD,
     -1},
};

static struct consent_words words_of(const char *text)
{
    struct consent_words words = {.version = "v1", .count = 1, .texts = {{.language = "en"}}};
    strcpy(words.texts[0].text, text);
    consent_words_seal(&words);
    return words;
}

static void it_flows_only_with_everybodys_consent(void **state)
{
    (void)state;
    const struct consent_words words = words_of("May we?");
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct participant people[3] = {0};
        struct consent consents[3] = {0};
        size_t count = 0;
        size_t answers = 0;
        for (; count < 3 && rows[i].where[count]; count++) {
            struct participant *person = &people[count];
            person->id[0] = (char)('a' + count);
            person->state = rows[i].where[count] == W ? SEAT_WAITING : SEAT_IN_VISIT;
            person->connected = rows[i].where[count] != L;
            if (rows[i].answers[count] != NOT_YET) {
                consents[answers].answer = rows[i].answers[count];
                strcpy(consents[answers].participant_id, person->id);
                strcpy(consents[answers++].text_sha256, words.texts[0].sha256);
            }
        }
        const struct visit visit = {.state = rows[i].visit};
        const struct recording recording = {
            .id = "r", .wish = rows[i].wish, .first_flowed_at_ms = rows[i].flowed_before ? 9 : 0};
        const struct recording_rule_input input = {
            .visit = &visit,
            .participants = people,
            .participant_count = count,
            .consents = consents,
            .consent_count = answers,
            .words = &words,
            .recording = &recording,
        };
        const struct recording_status status = recording_rule_decide(&input);
        const char *who = rows[i].who >= 0 ? people[rows[i].who].id : "";
        if (status.state != rows[i].state || status.reason != rows[i].reason ||
            status.flow != rows[i].flow || strcmp(status.who, who) != 0) {
            fail_msg("%s: %s, %s, flow %d, who '%s'", rows[i].name,
                     recording_state_name(status.state), recording_reason_name(status.reason),
                     (int)status.flow, status.who);
        }
        assert_string_equal(status.recording_id, "r");
    }
}

static void without_a_recording_it_is_off(void **state)
{
    (void)state;
    const struct visit visit = {.state = VISIT_OPEN};
    const struct consent_words words = words_of("May we?");
    const struct recording_status status =
        recording_rule_decide(&(struct recording_rule_input){.visit = &visit, .words = &words});
    assert_int_equal(status.state, RECORDING_STATE_OFF);
    assert_int_equal(status.flow, RECORDING_FLOW_NONE);
    assert_string_equal(status.recording_id, "");
}

static void a_closed_recording_never_flows(void **state)
{
    (void)state;
    static const struct {
        enum recording_phase phase;
        enum recording_failure failure;
        enum recording_reason reason;
        enum recording_flow flow;
    } closed[] = {
        {RECORDING_FINISHING, RECORDING_FAILURE_NONE, RECORDING_REASON_BY_HAND,
         RECORDING_FLOW_FINISH},
        {RECORDING_FINISHING, RECORDING_FAILURE_NO_SPACE, RECORDING_REASON_NO_SPACE,
         RECORDING_FLOW_FINISH},
        {RECORDING_ATTACHED, RECORDING_FAILURE_RECORDER, RECORDING_REASON_RECORDER_FAILED,
         RECORDING_FLOW_NONE},
        {RECORDING_EMPTY, RECORDING_FAILURE_NO_SANDBOX, RECORDING_REASON_RECORDER_FAILED,
         RECORDING_FLOW_NONE},
    };
    const struct visit visit = {.state = VISIT_OPEN};
    const struct consent_words words = words_of("May we?");
    const struct participant person = {.id = "a", .state = SEAT_IN_VISIT, .connected = true};
    struct consent consent = {.participant_id = "a", .answer = CONSENT_GIVEN};
    strcpy(consent.text_sha256, words.texts[0].sha256);
    for (size_t i = 0; i < ARRAY_LENGTH(closed); i++) {
        const struct recording recording = {
            .id = "r", .phase = closed[i].phase, .failure = closed[i].failure};
        const struct recording_status status = recording_rule_decide(
            &(struct recording_rule_input){&visit, &person, 1, &consent, 1, &words, &recording});
        assert_int_equal(status.state, RECORDING_STATE_STOPPED);
        assert_int_equal(status.reason, closed[i].reason);
        assert_int_equal(status.flow, closed[i].flow);
    }
}

static void the_latest_answer_to_the_current_words_counts(void **state)
{
    (void)state;
    const struct consent_words now = words_of("May we record?");
    const struct consent_words before = words_of("May we?");
    struct consent consents[4] = {
        {.participant_id = "a", .answer = CONSENT_GIVEN},
        {.participant_id = "b", .answer = CONSENT_REFUSED},
        {.participant_id = "a", .answer = CONSENT_WITHDRAWN},
        {.participant_id = "c", .answer = CONSENT_GIVEN},
    };
    for (size_t i = 0; i < 4; i++) {
        strcpy(consents[i].text_sha256, i == 3 ? before.texts[0].sha256 : now.texts[0].sha256);
    }
    assert_int_equal(consent_current(consents, 4, "a", CONSENT_RECORDING, &now), CONSENT_WITHDRAWN);
    assert_int_equal(consent_current(consents, 2, "a", CONSENT_RECORDING, &now), CONSENT_GIVEN);
    assert_int_equal(consent_current(consents, 4, "b", CONSENT_RECORDING, &now), CONSENT_REFUSED);
    /* Said yes to other words. */
    assert_int_equal(consent_current(consents, 4, "c", CONSENT_RECORDING, &now), CONSENT_NOT_ASKED);
    assert_int_equal(consent_current(consents, 4, "d", CONSENT_RECORDING, &now), CONSENT_NOT_ASKED);
}

static void each_language_of_the_words_is_as_good(void **state)
{
    (void)state;
    struct consent_words words = {
        .version = "v1",
        .count = 2,
        .texts = {{.language = "en", .text = "May we?"}, {.language = "es", .text = "¿Podemos?"}}};
    consent_words_seal(&words);
    struct consent consent = {.participant_id = "a", .answer = CONSENT_GIVEN};
    for (size_t i = 0; i < words.count; i++) {
        strcpy(consent.text_sha256, words.texts[i].sha256);
        assert_int_equal(consent_current(&consent, 1, "a", CONSENT_RECORDING, &words),
                         CONSENT_GIVEN);
    }
    /* A language was taken away, or reads otherwise now: whoever agreed to it is asked again. */
    words.count = 1;
    assert_int_equal(consent_current(&consent, 1, "a", CONSENT_RECORDING, &words),
                     CONSENT_NOT_ASKED);
    assert_string_equal(consent_words_find(&words, "en")->text, "May we?");
    assert_null(consent_words_find(&words, "es"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_flows_only_with_everybodys_consent),
        cmocka_unit_test(without_a_recording_it_is_off),
        cmocka_unit_test(a_closed_recording_never_flows),
        cmocka_unit_test(the_latest_answer_to_the_current_words_counts),
        cmocka_unit_test(each_language_of_the_words_is_as_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
