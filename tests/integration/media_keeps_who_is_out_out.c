/* Circles over real ICE, DTLS and SRTP: who is out receives nothing, and is heard by nobody. */
#include "gateway/base/cleanup.h"
#include "media/recorder_protocol.h"
#include "tests/integration/media_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static const uint64_t ROOM = 1000;

struct meeting {
    struct media_rig rig;
    struct rig_peer *patient;
    struct rig_peer *rao;
    struct rig_peer *feld;
};

static void bind_all(struct meeting *m)
{
    struct rig_peer *people[] = {m->patient, m->rao, m->feld};
    for (size_t i = 0; i < 3; i++) {
        for (uint32_t slot = 0; slot < 2; slot++) {
            worker_pool_bind_slot(m->rig.pool, people[i]->id, slot, people[(i + 1 + slot) % 3]->id,
                                  true);
        }
    }
}

static void meet(struct meeting *m)
{
    media_rig_start(&m->rig, 1, 8);
    worker_pool_open_room(m->rig.pool, ROOM);
    m->patient = media_rig_join(&m->rig, ROOM);
    m->rao = media_rig_join(&m->rig, ROOM);
    m->feld = media_rig_join(&m->rig, ROOM);
    bind_all(m);
}

static void perform(struct meeting *m)
{
    struct rig_peer *people[] = {m->patient, m->rao, m->feld};
    for (size_t i = 0; i < 3; i++) {
        rig_peer_speak(people[i]);
        rig_peer_show(people[i], true);
    }
}

static unsigned heard(const struct rig_peer *listener, size_t slot)
{
    return rig_peer_received(listener, rig_peer_slot(listener, slot, MEDIA_KIND_AUDIO));
}

/* What the gateway says it sent to the peer, once it says that the peer is (not) in the room. */
static uint64_t packets_sent_to(struct meeting *m, const struct rig_peer *peer, bool in_room)
{
    for (int i = 0; i < 20; i++) {
        struct mailbox_message *message =
            media_rig_await(&m->rig, WORKER_EVENT_ENDPOINT_REPORT, peer->id);
        const struct worker_endpoint_report report =
            *CONTAINER_OF(message, struct worker_endpoint_report, message);
        mailbox_message_destroy(message);
        if (report.in_room == in_room) {
            return report.packets_sent;
        }
    }
    fail_msg("the peer never was where it should be");
    return 0;
}

/* Whoever was put outside has the rest of their lives' packets counted: none. */
static void expect_nothing_for(struct meeting *m, struct rig_peer *outsider,
                               const struct rig_peer *listener, size_t outsiders_slot,
                               size_t others_slot)
{
    const uint64_t sent = packets_sent_to(m, outsider, false);
    media_rig_pump(&m->rig, 10);
    const uint64_t received = rig_peer_received_all(outsider);
    const unsigned of_outsider = heard(listener, outsiders_slot);
    const unsigned of_others = heard(listener, others_slot);
    RIG_UNTIL(&m->rig, heard(listener, others_slot) >= of_others + 100, perform(m));
    assert_int_equal(packets_sent_to(m, outsider, false), sent);
    assert_int_equal(rig_peer_received_all(outsider), received);
    assert_int_equal(heard(listener, outsiders_slot), of_outsider);
}

static void test_a_guest_sent_out_gets_nothing_and_gives_nothing(void **state)
{
    struct meeting m = {0};
    (void)state;
    meet(&m);
    struct rig_peer *guest = m.feld;
    RIG_UNTIL(&m.rig, heard(guest, 0) >= 5 && heard(m.patient, 1) >= 5, perform(&m));
    worker_pool_move(m.rig.pool, guest->id, ROOM_OUTSIDE);
    expect_nothing_for(&m, guest, m.patient, 1, 0);

    worker_pool_move(m.rig.pool, guest->id, ROOM_CIRCLE_VISIT);
    bind_all(&m);
    const unsigned before = heard(guest, 0);
    RIG_UNTIL(&m.rig, heard(guest, 0) >= before + 5, perform(&m));
    media_rig_stop(&m.rig);
}

static unsigned count_recorded(int fd)
{
    static uint8_t datagram[RECORDER_DATAGRAM_SIZE_MAX];
    unsigned count = 0;
    for (;;) {
        struct recorder_walk walk;
        struct recorder_message message;
        const ssize_t size = recv(fd, datagram, sizeof(datagram), MSG_DONTWAIT);
        if (size <= 0) {
            return count;
        }
        recorder_walk_begin(&walk, datagram, (size_t)size);
        while (recorder_walk_next(&walk, &message) > 0) {
            count += message.type == RECORDER_RTP;
        }
    }
}

/* They meet, and are recorded. Returns the end at which the recorder listens. */
static int meet_on_record(struct meeting *m)
{
    int fds[2];
    unsigned recorded = 0;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    meet(m);
    worker_pool_attach_recording(m->rig.pool, ROOM, fds[0]);
    worker_pool_resume_recording(m->rig.pool, ROOM); /* and nobody pauses it */
    RIG_UNTIL(&m->rig,
              heard(m->patient, 0) >= 5 && heard(m->feld, 0) >= 5 &&
                  (recorded += count_recorded(fds[1])) > 0,
              perform(m));
    return fds[1];
}

/* What was gathered for the recorder before somebody stood outside is written in a tenth of a
 * second: the second report from now comes later than that. */
static void forget_recorded(struct meeting *m, const struct rig_peer *outsider, int fd)
{
    (void)packets_sent_to(m, outsider, false);
    (void)packets_sent_to(m, outsider, false);
    (void)count_recorded(fd);
}

static void test_the_patient_gets_nothing_of_a_huddle_nor_does_the_recorder(void **state)
{
    struct meeting m = {0};
    unsigned recorded = 0;
    (void)state;
    const int recorder = meet_on_record(&m);
    const struct worker_place huddle[] = {
        {m.patient->id, ROOM_OUTSIDE},
        {m.rao->id, ROOM_CIRCLE_HUDDLE},
        {m.feld->id, ROOM_CIRCLE_HUDDLE},
    };
    worker_pool_arrange_room(m.rig.pool, ROOM, huddle, 3);
    bind_all(&m);
    const uint64_t sent = packets_sent_to(&m, m.patient, false);
    forget_recorded(&m, m.patient, recorder);
    expect_nothing_for(&m, m.patient, m.rao, 1, 0);
    assert_int_equal(packets_sent_to(&m, m.patient, false), sent);
    assert_int_equal(count_recorded(recorder), 0);

    const struct worker_place visit[] = {
        {m.patient->id, ROOM_CIRCLE_VISIT},
        {m.rao->id, ROOM_CIRCLE_VISIT},
        {m.feld->id, ROOM_CIRCLE_VISIT},
    };
    worker_pool_arrange_room(m.rig.pool, ROOM, visit, 3);
    bind_all(&m);
    const unsigned before = heard(m.patient, 0);
    RIG_UNTIL(&m.rig,
              heard(m.patient, 0) >= before + 5 && (recorded += count_recorded(recorder)) > 0,
              perform(&m));
    media_rig_stop(&m.rig);
    close(recorder);
}

/* Rao helps the patient; Feld stays in the visit and goes on talking there, into the recording. */
static void test_two_with_help_hear_each_other_and_nobody_else(void **state)
{
    struct meeting m = {0};
    unsigned recorded = 0;
    (void)state;
    const int recorder = meet_on_record(&m);
    /* First without anybody in the visit: nothing of the two reaches the recorder. */
    const struct worker_place apart[] = {
        {m.patient->id, ROOM_CIRCLE_HELP},
        {m.rao->id, ROOM_CIRCLE_HELP},
        {m.feld->id, ROOM_OUTSIDE},
    };
    worker_pool_arrange_room(m.rig.pool, ROOM, apart, 3);
    bind_all(&m);
    (void)packets_sent_to(&m, m.feld, false);
    forget_recorded(&m, m.feld, recorder);
    expect_nothing_for(&m, m.feld, m.patient, 1, 0);
    assert_int_equal(count_recorded(recorder), 0);

    /* And with Feld there: he gets none of theirs, they none of his. */
    worker_pool_move(m.rig.pool, m.feld->id, ROOM_CIRCLE_VISIT);
    bind_all(&m);
    (void)packets_sent_to(&m, m.feld, true);
    media_rig_pump(&m.rig, 10);
    const unsigned of_patient = heard(m.feld, 0);
    const unsigned of_rao = heard(m.feld, 1);
    const unsigned of_feld[] = {heard(m.patient, 1), heard(m.rao, 0)};
    const unsigned together = heard(m.patient, 0);
    RIG_UNTIL(&m.rig,
              heard(m.patient, 0) >= together + 100 && (recorded += count_recorded(recorder)) >= 20,
              perform(&m));
    assert_int_equal(heard(m.feld, 0), of_patient);
    assert_int_equal(heard(m.feld, 1), of_rao);
    assert_int_equal(heard(m.patient, 1), of_feld[0]);
    assert_int_equal(heard(m.rao, 0), of_feld[1]);

    const struct worker_place visit[] = {
        {m.patient->id, ROOM_CIRCLE_VISIT},
        {m.rao->id, ROOM_CIRCLE_VISIT},
    };
    worker_pool_arrange_room(m.rig.pool, ROOM, visit, 2);
    bind_all(&m);
    const unsigned before = heard(m.feld, 0);
    RIG_UNTIL(&m.rig, heard(m.feld, 0) >= before + 5, perform(&m));
    media_rig_stop(&m.rig);
    close(recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_guest_sent_out_gets_nothing_and_gives_nothing),
        cmocka_unit_test(test_the_patient_gets_nothing_of_a_huddle_nor_does_the_recorder),
        cmocka_unit_test(test_two_with_help_hear_each_other_and_nobody_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
