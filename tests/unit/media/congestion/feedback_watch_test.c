#include "media/congestion/feedback_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS 1000u

/* One receiver: a packet every `packet_us`, feedback every `feedback_us`, which tells of what was
 * sent `trip_us` before. */
struct receiver {
    uint64_t now_us;
    uint64_t packet_us;
    uint64_t feedback_us;
    uint64_t trip_us;
    uint64_t told_us;
    uint64_t next_packet_us;
    uint64_t next_feedback_us;
    unsigned lost_every; /* of feedback; 0: none */
    unsigned feedbacks;
    unsigned holds;
    unsigned ends;
    bool learns; /* from each hold */
};

static void receiver_init(struct receiver *receiver, uint64_t packet_us, uint64_t feedback_us,
                          uint64_t trip_us)
{
    *receiver = (struct receiver){.now_us = 5000000,
                                  .packet_us = packet_us,
                                  .feedback_us = feedback_us,
                                  .trip_us = trip_us,
                                  .next_packet_us = 5000000,
                                  .next_feedback_us = 5000000 + trip_us};
}

static void tell(struct feedback_watch *watch, struct receiver *receiver, uint64_t sent_us)
{
    receiver->told_us = sent_us;
    if (feedback_watch_on_told(watch, sent_us, receiver->now_us)) {
        receiver->ends++;
        if (receiver->learns) {
            feedback_watch_learn(watch);
        }
    }
}

/* `answers`: whether feedback comes. */
static void run(struct feedback_watch *watch, struct receiver *receiver, uint64_t span_us,
                bool answers)
{
    const uint64_t end_us = receiver->now_us + span_us;
    for (; receiver->now_us < end_us; receiver->now_us += 5 * MS) {
        if (receiver->now_us >= receiver->next_packet_us) {
            receiver->next_packet_us += receiver->packet_us;
            feedback_watch_on_sent(watch, receiver->now_us);
        }
        if (receiver->now_us >= receiver->next_feedback_us) {
            receiver->next_feedback_us += receiver->feedback_us;
            receiver->feedbacks++;
            const bool is_lost =
                receiver->lost_every > 0 && receiver->feedbacks % receiver->lost_every == 0;
            if (answers && !is_lost) {
                tell(watch, receiver, receiver->now_us - receiver->trip_us);
            }
        }
        receiver->holds += feedback_watch_on_tick(watch, receiver->now_us);
    }
}

static void is_quiet_about_what_is_usual(void **state)
{
    (void)state;
    static const struct {
        uint32_t packet_ms;
        uint32_t feedback_ms;
        uint32_t trip_ms;
    } links[] = {{10, 50, 20}, {10, 50, 60}, {20, 100, 600}, {60, 250, 100}, {400, 250, 100}};
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        struct feedback_watch watch;
        struct receiver receiver;
        feedback_watch_init(&watch);
        receiver_init(&receiver, links[i].packet_ms * MS, links[i].feedback_ms * MS,
                      links[i].trip_ms * MS);
        run(&watch, &receiver, 60000 * MS, true);
        assert_int_equal(receiver.holds, 0);
    }
}

static void says_soon_that_nothing_is_known(void **state)
{
    (void)state;
    static const struct {
        uint32_t feedback_ms;
        uint32_t trip_ms;
        uint32_t within_ms; /* of the feedback that did not come */
    } links[] = {{50, 60, 60}, {100, 60, 60}, {250, 60, 60}, {100, 600, 60}};
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        struct feedback_watch watch;
        struct receiver receiver;
        feedback_watch_init(&watch);
        receiver_init(&receiver, 10 * MS, links[i].feedback_ms * MS, links[i].trip_ms * MS);
        run(&watch, &receiver, 30000 * MS, true);
        const uint64_t due_us = receiver.next_feedback_us;
        run(&watch, &receiver, due_us - receiver.now_us + links[i].within_ms * MS, false);
        assert_int_equal(receiver.holds, 1);
        assert_true(feedback_watch_held_us(&watch, receiver.now_us) <= links[i].within_ms * MS);
        run(&watch, &receiver, 5000 * MS, false);
        assert_int_equal(receiver.holds, 1);
        assert_true(feedback_watch_held_us(&watch, receiver.now_us) > 5000 * MS);
    }
}

static void says_nothing_before_it_knows(void **state)
{
    (void)state;
    struct feedback_watch watch;
    struct receiver receiver;
    feedback_watch_init(&watch);
    receiver_init(&receiver, 10 * MS, 100 * MS, 60 * MS);
    run(&watch, &receiver, 1000 * MS, true);
    run(&watch, &receiver, 10000 * MS, false);
    assert_int_equal(receiver.holds, 0);
}

static void is_over_with_fresh_news(void **state)
{
    (void)state;
    struct feedback_watch watch;
    struct receiver receiver;
    feedback_watch_init(&watch);
    receiver_init(&receiver, 10 * MS, 50 * MS, 60 * MS);
    run(&watch, &receiver, 30000 * MS, true);
    run(&watch, &receiver, 200 * MS, false);
    assert_int_equal(receiver.holds, 1);
    run(&watch, &receiver, 1000 * MS, true);
    assert_int_equal(receiver.ends, 1);
    assert_int_equal(receiver.holds, 1);
    assert_int_equal(feedback_watch_held_us(&watch, receiver.now_us), 0);
}

/* What is suspected before news is late holds, and costs nothing when news is as fresh as ever. */
static void a_suspicion_holds_until_there_is_news(void **state)
{
    (void)state;
    struct feedback_watch watch;
    struct receiver receiver;
    feedback_watch_init(&watch);
    assert_false(feedback_watch_suspect(&watch, 5000000)); /* it knows nothing yet */
    receiver_init(&receiver, 10 * MS, 50 * MS, 60 * MS);
    receiver.learns = true;
    run(&watch, &receiver, 30000 * MS, true);
    const uint32_t usual_us = watch.age.mean_us;
    assert_true(feedback_watch_suspect(&watch, receiver.now_us));
    assert_false(feedback_watch_suspect(&watch, receiver.now_us));
    run(&watch, &receiver, 60 * MS, true);
    assert_int_equal(receiver.ends, 1);
    assert_int_equal(receiver.holds, 0);
    assert_in_range(watch.age.mean_us, usual_us - 10 * MS, usual_us + 10 * MS);
    assert_false(feedback_watch_is_old(&watch, 100 * MS));
}

static void news_is_old_by_what_is_usual(void **state)
{
    (void)state;
    static const uint32_t trips_ms[] = {20, 60, 600};
    for (size_t i = 0; i < sizeof(trips_ms) / sizeof(trips_ms[0]); i++) {
        struct feedback_watch watch;
        struct receiver receiver;
        feedback_watch_init(&watch);
        receiver_init(&receiver, 10 * MS, 50 * MS, trips_ms[i] * MS);
        run(&watch, &receiver, 30000 * MS, true);
        assert_false(feedback_watch_is_old(&watch, 600 * MS));
        run(&watch, &receiver, 800 * MS, false);
        tell(&watch, &receiver, receiver.now_us - 100 * MS); /* it stayed away, and is fresh */
        assert_false(feedback_watch_is_old(&watch, 600 * MS));
        tell(&watch, &receiver, receiver.now_us - (trips_ms[i] + 650) * MS);
        assert_true(feedback_watch_is_old(&watch, 600 * MS));
    }
}

/* Old news is no reason to go on, until it tells of all that was on its way. */
static void is_not_over_with_old_news(void **state)
{
    (void)state;
    struct feedback_watch watch;
    struct receiver receiver;
    feedback_watch_init(&watch);
    receiver_init(&receiver, 10 * MS, 50 * MS, 60 * MS);
    run(&watch, &receiver, 30000 * MS, true);
    const uint64_t told_us = receiver.told_us;
    run(&watch, &receiver, 300 * MS, false);
    const uint64_t held_us = receiver.now_us - feedback_watch_held_us(&watch, receiver.now_us);
    tell(&watch, &receiver, told_us + 10 * MS);
    tell(&watch, &receiver, held_us - 10 * MS);
    assert_int_equal(receiver.ends, 0);
    tell(&watch, &receiver, held_us);
    assert_int_equal(receiver.ends, 1);
}

static void is_over_when_all_was_told(void **state)
{
    (void)state;
    struct feedback_watch watch;
    struct receiver receiver;
    feedback_watch_init(&watch);
    receiver_init(&receiver, 10 * MS, 50 * MS, 60 * MS);
    run(&watch, &receiver, 30000 * MS, true);
    const uint64_t last_us = receiver.now_us;
    feedback_watch_on_sent(&watch, last_us);
    receiver.next_packet_us = UINT64_MAX; /* sends no more */
    run(&watch, &receiver, 500 * MS, false);
    assert_int_equal(receiver.holds, 1);
    tell(&watch, &receiver, last_us);
    assert_int_equal(receiver.ends, 1);
    run(&watch, &receiver, 60000 * MS, false);
    assert_int_equal(receiver.holds, 1);
}

/* A queue that grows delays each news a little more than the one before. */
static void does_not_get_used_to_a_queue(void **state)
{
    (void)state;
    struct feedback_watch watch;
    struct receiver receiver;
    feedback_watch_init(&watch);
    receiver_init(&receiver, 10 * MS, 50 * MS, 60 * MS);
    run(&watch, &receiver, 30000 * MS, true);
    for (unsigned i = 0; i < 4; i++) {
        receiver.trip_us += 40 * MS;
        run(&watch, &receiver, 50 * MS, true);
    }
    assert_int_equal(receiver.holds, 1);
    assert_int_equal(receiver.ends, 0);
}

static void gets_used_to_a_longer_way(void **state)
{
    (void)state;
    struct feedback_watch watch;
    struct receiver receiver;
    feedback_watch_init(&watch);
    receiver_init(&receiver, 10 * MS, 50 * MS, 60 * MS);
    run(&watch, &receiver, 30000 * MS, true);
    receiver.trip_us += 600 * MS;
    run(&watch, &receiver, 600 * MS, false);
    assert_int_equal(receiver.holds, 1);
    receiver.learns = true;
    run(&watch, &receiver, 60000 * MS, true);
    assert_int_equal(receiver.ends, 1);
    assert_int_equal(receiver.holds, 1);
}

/* One in ten lost, evenly: each loss may hold for the rest of an interval, not more. */
static void bears_lost_feedback(void **state)
{
    (void)state;
    struct feedback_watch watch;
    struct receiver receiver;
    uint64_t held_us = 0;
    feedback_watch_init(&watch);
    receiver_init(&receiver, 10 * MS, 50 * MS, 60 * MS);
    receiver.lost_every = 10;
    run(&watch, &receiver, 10000 * MS, true);
    for (unsigned i = 0; i < 10000; i++) {
        run(&watch, &receiver, 5 * MS, true);
        held_us += feedback_watch_held_us(&watch, receiver.now_us) > 0 ? 5 * MS : 0;
    }
    assert_true(held_us < 50000 * MS / 25); /* 4 % of the time */
    assert_int_equal(receiver.ends, receiver.holds);
}

/* Where packets are always lost, so is feedback: one that is missing says nothing. */
static void waits_for_another_where_some_is_lost(void **state)
{
    (void)state;
    unsigned holds[2];
    for (unsigned lossy = 0; lossy < 2; lossy++) {
        struct feedback_watch watch;
        struct receiver receiver;
        feedback_watch_init(&watch);
        feedback_watch_set_lossy(&watch, lossy);
        receiver_init(&receiver, 20 * MS, 75 * MS, 60 * MS);
        run(&watch, &receiver, 5000 * MS, true);
        receiver.lost_every = 30;
        receiver.holds = 0;
        run(&watch, &receiver, 60000 * MS, true);
        holds[lossy] = receiver.holds;
        run(&watch, &receiver, 1000 * MS, false);
        assert_int_equal(receiver.holds, holds[lossy] + 1); /* all of it is another thing */
    }
    assert_true(holds[0] > 5);
    assert_int_equal(holds[1], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_quiet_about_what_is_usual),
        cmocka_unit_test(says_soon_that_nothing_is_known),
        cmocka_unit_test(says_nothing_before_it_knows),
        cmocka_unit_test(is_over_with_fresh_news),
        cmocka_unit_test(a_suspicion_holds_until_there_is_news),
        cmocka_unit_test(news_is_old_by_what_is_usual),
        cmocka_unit_test(is_not_over_with_old_news),
        cmocka_unit_test(is_over_when_all_was_told),
        cmocka_unit_test(does_not_get_used_to_a_queue),
        cmocka_unit_test(gets_used_to_a_longer_way),
        cmocka_unit_test(bears_lost_feedback),
        cmocka_unit_test(waits_for_another_where_some_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
