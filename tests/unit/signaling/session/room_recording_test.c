/* What is done to worker and recorder, written down as letters: S start, F finish; a attach, p
 * pause, r resume, d detach. */
#include "signaling/session/room_recording.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct journal {
    char text[64];
    int start_result;
    struct room_recording recording;
};

static void note(struct journal *journal, char letter)
{
    const size_t length = strlen(journal->text);
    assert_true(length + 1 < sizeof(journal->text));
    journal->text[length] = letter;
    journal->text[length + 1] = 0;
}

static int start(void *context, const struct recording_order *order)
{
    struct journal *journal = context;
    assert_string_not_equal(order->recording_id, "");
    assert_string_equal(order->visit_id, "visit");
    note(journal, 'S');
    return journal->start_result;
}

static void finish(void *context, const char *recording_id)
{
    assert_string_not_equal(recording_id, "");
    note(context, 'F');
}

static void attach(void *context, uint64_t room_id, int recorder_fd)
{
    assert_int_equal(room_id, 7);
    assert_int_equal(recorder_fd, 33);
    note(context, 'a');
}

static void pause_flow(void *context, uint64_t room_id)
{
    (void)room_id;
    note(context, 'p');
}

static void resume_flow(void *context, uint64_t room_id)
{
    (void)room_id;
    note(context, 'r');
}

static void detach(void *context, uint64_t room_id)
{
    (void)room_id;
    note(context, 'd');
}

static const struct recording_control_ops control = {.start = start, .finish = finish};
static const struct room_recording_worker worker = {
    .attach = attach, .pause = pause_flow, .resume = resume_flow, .detach = detach};

static void begin(struct journal *journal)
{
    *journal = (struct journal){0};
    room_recording_init(&journal->recording, 7, &control, journal, &worker, journal);
}

static int apply(struct journal *journal, const char *recording_id, enum recording_flow flow)
{
    struct recording_status status = {.flow = flow};
    strcpy(status.recording_id, recording_id);
    return room_recording_apply(&journal->recording, &status, "visit", "case");
}

/* Plays a script: N H R F apply a flow to recording "one" (n h ... to "two"); ! ready; x died; -
 * hold; + release. */
static void play(const char *script, const char *expected)
{
    struct journal journal;
    begin(&journal);
    for (const char *step = script; *step; step++) {
        switch (*step) {
        case '!':
            room_recording_on_ready(&journal.recording, 33);
            break;
        case 'x':
            room_recording_on_died(&journal.recording);
            break;
        case '-':
            room_recording_hold(&journal.recording);
            break;
        case '+':
            room_recording_release(&journal.recording);
            break;
        case 'N':
            apply(&journal, "", RECORDING_FLOW_NONE);
            break;
        default: {
            const bool two = *step >= 'a';
            const char letter = two ? (char)(*step - 'a' + 'A') : *step;
            apply(&journal, two ? "two" : "one",
                  letter == 'H'   ? RECORDING_FLOW_HOLD
                  : letter == 'R' ? RECORDING_FLOW_RUN
                                  : RECORDING_FLOW_FINISH);
        }
        }
    }
    assert_string_equal(journal.text, expected);
}

static void flow_is_made_true(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        const char *expected;
    } cases[] = {
        {"N", ""},           {"H", ""}, /* asked for, consents are missing: no recorder yet */
        {"R", "S"},                     /* consented: the recorder starts, nothing flows yet */
        {"RR", "S"},                    /* once */
        {"R!", "Sar"},                  /* it is ready: attached, then resumed */
        {"RH!", "Sa"},                  /* consent went while it started: attached, stays paused */
        {"RH!R", "Sar"},                /* and flows when it is back */
        {"R!H", "Sarp"},                /* a newcomer */
        {"R!HR", "Sarpr"},   {"R!HH", "Sarp"},
        {"R!F", "SarpdF"},   {"R!FF", "SarpdF"}, /* once */
        {"R!HF", "SarpdF"},  {"RF", "SF"},
        {"R!x!", "Sarar"},                           /* died and replaced: resumed at once */
        {"R!xH!", "Sara"},                           /* died, and consent went meanwhile */
        {"R!xH!R", "Sarar"}, {"R!Fr!", "SarpdFSar"}, /* a second recording of the visit */
        {"R!N", "Sarpd"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        play(cases[i].script, cases[i].expected);
    }
}

/* A withdrawal pauses before the store has answered; pictures of before change nothing. */
static void holding_comes_first(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        const char *expected;
    } cases[] = {
        {"R!-", "Sarp"},       {"R!-R", "Sarp"}, /* a picture from before the withdrawal */
        {"R!-RH+", "Sarp"},                      /* the picture that answers it */
        {"R!-R+", "Sarpr"},  /* the store said no to the withdrawal (it was none): it flows again */
        {"R!--R+R", "Sarp"}, /* two are under way */
        {"R!--R+R+", "Sarpr"}, {"R-!", "Sa"}, /* held while the recorder starts */
        {"R-!H+R", "Sar"},     {"-+", ""},       {"+", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        play(cases[i].script, cases[i].expected);
    }
}

static void a_recorder_that_cannot_start_is_reported(void **state)
{
    (void)state;
    struct journal journal;
    begin(&journal);
    journal.start_result = -ENOTSUP;
    assert_int_equal(apply(&journal, "one", RECORDING_FLOW_RUN), -ENOTSUP);
    journal.start_result = 0;
    assert_int_equal(apply(&journal, "one", RECORDING_FLOW_RUN), 0); /* and may be tried again */
    assert_string_equal(journal.text, "SS");
}

static void recorded_time_counts_what_flowed(void **state)
{
    (void)state;
    struct journal journal;
    begin(&journal);
    apply(&journal, "one", RECORDING_FLOW_RUN);
    room_recording_on_flowing(&journal.recording, 1000);
    assert_int_equal(journal.recording.recorded_ms, 0);
    room_recording_on_stopped(&journal.recording, 3000);
    room_recording_on_stopped(&journal.recording, 3500); /* paused, then broken */
    assert_int_equal(journal.recording.recorded_ms, 2000);
    room_recording_on_flowing(&journal.recording, 10000);
    room_recording_on_stopped(&journal.recording, 10500);
    assert_int_equal(journal.recording.recorded_ms, 2500);
    apply(&journal, "two", RECORDING_FLOW_HOLD);
    assert_int_equal(journal.recording.recorded_ms, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flow_is_made_true),
        cmocka_unit_test(holding_comes_first),
        cmocka_unit_test(a_recorder_that_cannot_start_is_reported),
        cmocka_unit_test(recorded_time_counts_what_flowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
