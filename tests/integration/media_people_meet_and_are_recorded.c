/* A visit over real ICE, DTLS and SRTP on the loopback. */
#include "gateway/base/clock.h"
#include "media/recorder_protocol.h"
#include "tests/integration/media_rig.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static const uint64_t ROOM = 1000;

static void test_two_peers_see_and_hear_each_other(void **state)
{
    struct media_rig rig;
    (void)state;
    media_rig_start(&rig, 1, 8);
    worker_pool_open_room(rig.pool, ROOM);
    struct rig_peer *patient = media_rig_join(&rig, ROOM);
    struct rig_peer *physician = media_rig_join(&rig, ROOM);
    worker_pool_bind_slot(rig.pool, patient->id, 0, physician->id, true);
    worker_pool_bind_slot(rig.pool, physician->id, 2, patient->id, true);

    RIG_UNTIL(&rig, patient->key_frame_requests > 0, rig_peer_show(patient, false));
    RIG_UNTIL(&rig, physician->key_frame_requests > 0, rig_peer_show(physician, false));
    rig_peer_show(patient, true);
    rig_peer_show(physician, true);
    const uint32_t at_patient = rig_peer_slot(patient, 0, MEDIA_KIND_VIDEO);
    const uint32_t at_physician = rig_peer_slot(physician, 2, MEDIA_KIND_VIDEO);
    const uint32_t heard = rig_peer_slot(physician, 2, MEDIA_KIND_AUDIO);
    RIG_UNTIL(
        &rig,
        rig_peer_received(patient, at_patient) >= 20 &&
            rig_peer_received(physician, at_physician) >= 20 &&
            rig_peer_received(physician, heard) >= 20,
        (rig_peer_show(patient, false), rig_peer_show(physician, false), rig_peer_speak(patient)));
    assert_int_equal(rig_peer_last_origin(patient, at_patient), physician->source.video_ssrc);
    assert_int_equal(rig_peer_last_origin(physician, at_physician), patient->source.video_ssrc);

    RIG_UNTIL(&rig,
              physician->sender_reports >= 2 && patient->receiver_reports >= 1 &&
                  patient->transport_feedbacks >= 1,
              rig_peer_show(patient, false));
    assert_int_equal(test_peer_statistics(patient->peer)->srtp_rejected, 0);
    media_rig_stop(&rig);
}

static void test_who_waits_outside_gets_nothing_and_gives_nothing(void **state)
{
    struct media_rig rig;
    (void)state;
    media_rig_start(&rig, 1, 8);
    worker_pool_open_room(rig.pool, ROOM);
    struct rig_peer *patient = media_rig_open(&rig, ROOM);
    media_rig_connect(patient);
    struct rig_peer *physician = media_rig_join(&rig, ROOM);
    struct rig_peer *caregiver = media_rig_join(&rig, ROOM);
    worker_pool_bind_slot(rig.pool, caregiver->id, 0, physician->id, true);
    worker_pool_bind_slot(rig.pool, caregiver->id, 1, patient->id, true);
    worker_pool_bind_slot(rig.pool, patient->id, 0, physician->id, true);

    const uint32_t heard = rig_peer_slot(caregiver, 0, MEDIA_KIND_AUDIO);
    RIG_UNTIL(&rig, rig_peer_received(caregiver, heard) >= 50,
              (rig_peer_speak(physician), rig_peer_speak(patient)));
    assert_int_equal(rig_peer_received(caregiver, rig_peer_slot(caregiver, 1, MEDIA_KIND_AUDIO)),
                     0);
    assert_int_equal(rig_peer_received_all(patient), 0);
    assert_int_equal(test_peer_statistics(patient->peer)->rtcp_received, 0);

    worker_pool_move(rig.pool, patient->id, ROOM_CIRCLE_VISIT); /* admitted */
    worker_pool_bind_slot(rig.pool, caregiver->id, 1, patient->id, true);
    RIG_UNTIL(&rig,
              rig_peer_received(caregiver, rig_peer_slot(caregiver, 1, MEDIA_KIND_AUDIO)) >= 5,
              rig_peer_speak(patient));
    media_rig_stop(&rig);
}

static void test_a_slot_changes_hands(void **state)
{
    struct media_rig rig;
    (void)state;
    media_rig_start(&rig, 1, 8);
    worker_pool_open_room(rig.pool, ROOM);
    struct rig_peer *patient = media_rig_join(&rig, ROOM);
    struct rig_peer *sources[] = {media_rig_join(&rig, ROOM), media_rig_join(&rig, ROOM)};
    const uint32_t seen = rig_peer_slot(patient, 0, MEDIA_KIND_VIDEO);
    for (int turn = 0; turn < 6; turn++) {
        struct rig_peer *source = sources[turn % 2];
        worker_pool_bind_slot(rig.pool, patient->id, 0, source->id, true);
        RIG_UNTIL(&rig, rig_peer_last_origin(patient, seen) == source->source.video_ssrc,
                  (rig_peer_show(sources[0], true), rig_peer_show(sources[1], true)));
    }
    worker_pool_close_endpoint(rig.pool, sources[1]->id);
    RIG_UNTIL(&rig, test_peer_was_closed(sources[1]->peer), (void)0);
    media_rig_stop(&rig);
}

static void test_a_full_worker_refuses(void **state)
{
    struct media_rig rig;
    (void)state;
    media_rig_start(&rig, 1, 2);
    worker_pool_open_room(rig.pool, ROOM);
    media_rig_join(&rig, ROOM);
    media_rig_join(&rig, ROOM);
    struct rig_peer *third = media_rig_open(&rig, ROOM);
    struct mailbox_message *message =
        media_rig_await(&rig, WORKER_EVENT_ENDPOINT_FAILED, third->id);
    assert_int_equal(CONTAINER_OF(message, struct worker_endpoint_event, message)->failure,
                     ENDPOINT_FAILURE_WORKER_FULL);
    mailbox_message_destroy(message);

    worker_pool_close_endpoint(rig.pool, 1); /* a place is free again */
    struct rig_peer *fourth = media_rig_join(&rig, ROOM);
    assert_true(test_peer_is_connected(fourth->peer));
    media_rig_stop(&rig);
}

/* A report may be on its way already while the peer enters: the first ones may say "outside". */
static void expect_report_from_room(struct media_rig *rig, const struct rig_peer *peer)
{
    const uint64_t began_ms = media_rig_now_ms();
    bool in_room = false;
    while (!in_room) {
        assert_true(media_rig_now_ms() - began_ms < RIG_TIMEOUT_MS);
        struct mailbox_message *message =
            media_rig_await(rig, WORKER_EVENT_ENDPOINT_REPORT, peer->id);
        const struct worker_endpoint_report *report =
            CONTAINER_OF(message, struct worker_endpoint_report, message);
        assert_true(report->connected);
        assert_string_equal(report->srtp_profile, "SRTP_AEAD_AES_128_GCM");
        in_room = report->in_room;
        mailbox_message_destroy(message);
    }
}

static void test_rooms_spread_over_workers(void **state)
{
    struct media_rig rig;
    (void)state;
    media_rig_start(&rig, 2, 8);
    worker_pool_open_room(rig.pool, ROOM);
    struct rig_peer *patient = media_rig_join(&rig, ROOM);
    worker_pool_open_room(rig.pool, ROOM + 1);
    worker_pool_open_room(rig.pool, ROOM + 2);
    const uint16_t first = worker_pool_room_port(rig.pool, ROOM);
    assert_int_not_equal(first, 0);
    assert_int_not_equal(worker_pool_room_port(rig.pool, ROOM + 1), first);
    /* Where nobody is yet, three are expected: more than the one who is here. */
    assert_int_equal(worker_pool_room_port(rig.pool, ROOM + 2), first);
    struct rig_peer *other = media_rig_join(&rig, ROOM + 1);
    worker_pool_bind_slot(rig.pool, patient->id, 0, other->id, true); /* another visit: never */
    expect_report_from_room(&rig, other);
    media_rig_await_event(&rig, WORKER_EVENT_REPORT, 1);

    worker_pool_close_room(rig.pool, ROOM);
    assert_int_equal(worker_pool_room_port(rig.pool, ROOM), 0);
    RIG_UNTIL(&rig, test_peer_was_closed(patient->peer), (void)0);
    media_rig_stop(&rig);
}

/* ---- recording ---- */

struct recorder_end {
    int fd;
    unsigned counts[8]; /* by enum recorder_message_type */
    enum recorder_message_type last;
    bool ended;
};

static void read_recorder(struct recorder_end *end)
{
    static uint8_t datagram[RECORDER_DATAGRAM_SIZE_MAX];
    for (;;) {
        struct recorder_walk walk;
        struct recorder_message message;
        int r = 0;
        const ssize_t size = recv(end->fd, datagram, sizeof(datagram), MSG_DONTWAIT);
        if (size <= 0) {
            end->ended = size == 0;
            return;
        }
        recorder_walk_begin(&walk, datagram, (size_t)size);
        while ((r = recorder_walk_next(&walk, &message)) > 0) {
            end->counts[message.type]++;
            end->last = message.type;
        }
        assert_int_equal(r, 0);
    }
}

static void test_a_recorder_gets_what_flows_and_nothing_else(void **state)
{
    struct media_rig rig;
    struct recorder_end end = {0};
    int fds[2];
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    end.fd = fds[1];
    media_rig_start(&rig, 1, 8);
    worker_pool_open_room(rig.pool, ROOM);
    struct rig_peer *patient = media_rig_join(&rig, ROOM);
    struct rig_peer *physician = media_rig_join(&rig, ROOM);
    worker_pool_bind_slot(rig.pool, physician->id, 0, patient->id, false);
    const uint32_t heard = rig_peer_slot(physician, 0, MEDIA_KIND_AUDIO);

    worker_pool_attach_recording(rig.pool, ROOM, fds[0]);
    RIG_UNTIL(&rig, rig_peer_received(physician, heard) >= 5, rig_peer_speak(patient));
    read_recorder(&end);
    assert_int_equal(end.last, 0);

    worker_pool_resume_recording(rig.pool, ROOM);
    media_rig_await_event(&rig, WORKER_EVENT_RECORDING_FLOWING, ROOM);
    RIG_UNTIL(&rig, end.counts[RECORDER_RTP] >= 10 && end.counts[RECORDER_TRACK] == 2,
              (rig_peer_speak(patient), rig_peer_show(patient, patient->key_frame_requests > 0),
               read_recorder(&end)));
    assert_int_equal(end.counts[RECORDER_FLOW], 1);

    worker_pool_pause_recording(rig.pool, ROOM);
    media_rig_await_event(&rig, WORKER_EVENT_RECORDING_PAUSED, ROOM);
    const unsigned before = rig_peer_received(physician, heard);
    RIG_UNTIL(&rig, rig_peer_received(physician, heard) >= before + 10, rig_peer_speak(patient));
    read_recorder(&end);
    assert_int_equal(end.last, RECORDER_PAUSE);

    worker_pool_detach_recording(rig.pool, ROOM);
    media_rig_await_event(&rig, WORKER_EVENT_RECORDING_PAUSED, ROOM);
    read_recorder(&end);
    assert_int_equal(end.last, RECORDER_END);
    assert_true(end.ended);
    close(fds[1]);
    media_rig_stop(&rig);
}

static void test_a_recorder_that_dies_disturbs_nobody(void **state)
{
    struct media_rig rig;
    int fds[2];
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    media_rig_start(&rig, 1, 8);
    worker_pool_open_room(rig.pool, ROOM);
    struct rig_peer *patient = media_rig_join(&rig, ROOM);
    struct rig_peer *physician = media_rig_join(&rig, ROOM);
    worker_pool_bind_slot(rig.pool, physician->id, 0, patient->id, false);
    const uint32_t heard = rig_peer_slot(physician, 0, MEDIA_KIND_AUDIO);
    worker_pool_attach_recording(rig.pool, ROOM, fds[0]);
    worker_pool_resume_recording(rig.pool, ROOM);
    RIG_UNTIL(&rig, rig_peer_received(physician, heard) >= 5, rig_peer_speak(patient));
    close(fds[1]);
    media_rig_await_event(&rig, WORKER_EVENT_RECORDING_BROKEN, ROOM);
    const unsigned before = rig_peer_received(physician, heard);
    RIG_UNTIL(&rig, rig_peer_received(physician, heard) >= before + 5, rig_peer_speak(patient));

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    struct recorder_end end = {.fd = fds[1]};
    worker_pool_attach_recording(rig.pool, ROOM, fds[0]); /* the next one goes on */
    worker_pool_resume_recording(rig.pool, ROOM);
    RIG_UNTIL(&rig, end.counts[RECORDER_RTP] >= 5, (rig_peer_speak(patient), read_recorder(&end)));
    close(fds[1]);
    media_rig_stop(&rig);
}

/* ---- control is careless ---- */

static void test_commands_for_what_is_gone_do_nothing(void **state)
{
    struct media_rig rig;
    int fds[2];
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    media_rig_start(&rig, 2, 4);
    worker_pool_open_room(rig.pool, ROOM);
    struct rig_peer *patient = media_rig_join(&rig, ROOM);
    worker_pool_close_endpoint(rig.pool, patient->id);
    worker_pool_close_endpoint(rig.pool, patient->id);
    worker_pool_move(rig.pool, patient->id, ROOM_CIRCLE_VISIT);
    worker_pool_set_media(rig.pool, patient->id, &patient->media);
    worker_pool_bind_slot(rig.pool, patient->id, 0, 99, true);
    worker_pool_restart_ice(rig.pool, patient->id, &patient->transport);
    worker_pool_resume_recording(rig.pool, ROOM);
    worker_pool_close_room(rig.pool, ROOM);
    worker_pool_close_room(rig.pool, ROOM);
    worker_pool_attach_recording(rig.pool, ROOM, fds[0]);
    worker_pool_open_endpoint(rig.pool, ROOM, 5, "label", &patient->transport);
    uint8_t byte = 0;
    assert_int_equal(recv(fds[1], &byte, 1, 0), 0); /* the descriptor was closed */
    close(fds[1]);
    worker_pool_open_room(rig.pool, ROOM + 1);
    struct rig_peer *next = media_rig_join(&rig, ROOM + 1);
    assert_true(test_peer_is_connected(next->peer));
    media_rig_stop(&rig);
}

static void test_a_peer_that_says_goodbye_ends_its_endpoint(void **state)
{
    struct media_rig rig;
    (void)state;
    media_rig_start(&rig, 1, 4);
    worker_pool_open_room(rig.pool, ROOM);
    struct rig_peer *patient = media_rig_join(&rig, ROOM);
    test_peer_close(patient->peer);
    struct mailbox_message *message =
        media_rig_await(&rig, WORKER_EVENT_ENDPOINT_FAILED, patient->id);
    assert_int_equal(CONTAINER_OF(message, struct worker_endpoint_event, message)->failure,
                     ENDPOINT_FAILURE_CLOSED);
    mailbox_message_destroy(message);
    worker_pool_move(rig.pool, patient->id, ROOM_CIRCLE_VISIT); /* stays outside */
    message = media_rig_await(&rig, WORKER_EVENT_ENDPOINT_REPORT, patient->id);
    const struct worker_endpoint_report *report =
        CONTAINER_OF(message, struct worker_endpoint_report, message);
    assert_false(report->connected);
    mailbox_message_destroy(message);
    media_rig_stop(&rig);
}

static void test_an_ice_restart_disturbs_nobody(void **state)
{
    struct media_rig rig;
    (void)state;
    media_rig_start(&rig, 1, 4);
    worker_pool_open_room(rig.pool, ROOM);
    struct rig_peer *patient = media_rig_join(&rig, ROOM);
    struct rig_peer *physician = media_rig_join(&rig, ROOM);
    worker_pool_bind_slot(rig.pool, physician->id, 0, patient->id, false);
    const uint32_t heard = rig_peer_slot(physician, 0, MEDIA_KIND_AUDIO);
    RIG_UNTIL(&rig, rig_peer_received(physician, heard) >= 5, rig_peer_speak(patient));

    test_peer_renew_credentials(patient->peer);
    test_peer_rebind(patient->peer); /* another network */
    media_rig_offer_transport(patient);
    worker_pool_restart_ice(rig.pool, patient->id, &patient->transport);
    const uint64_t answers = test_peer_statistics(patient->peer)->check_answers;
    RIG_UNTIL(&rig, test_peer_statistics(patient->peer)->check_answers > answers, (void)0);
    const unsigned before = rig_peer_received(physician, heard);
    RIG_UNTIL(&rig, rig_peer_received(physician, heard) >= before + 5, rig_peer_speak(patient));
    media_rig_stop(&rig);
}

static void test_another_certificate_never_gets_in(void **state)
{
    struct media_rig rig;
    (void)state;
    media_rig_start(&rig, 1, 4);
    worker_pool_open_room(rig.pool, ROOM);
    struct rig_peer *impostor = media_rig_open(&rig, ROOM);
    worker_pool_close_endpoint(rig.pool, impostor->id);
    impostor->id = 50;
    media_rig_offer_transport(impostor);
    impostor->transport.remote_fingerprint[0] ^= 1;
    worker_pool_open_endpoint(rig.pool, ROOM, impostor->id, "label", &impostor->transport);
    worker_pool_move(rig.pool, impostor->id, ROOM_CIRCLE_VISIT);
    test_peer_start(impostor->peer);
    struct mailbox_message *message =
        media_rig_await(&rig, WORKER_EVENT_ENDPOINT_FAILED, impostor->id);
    assert_int_equal(CONTAINER_OF(message, struct worker_endpoint_event, message)->failure,
                     ENDPOINT_FAILURE_FINGERPRINT);
    mailbox_message_destroy(message);
    media_rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_peers_see_and_hear_each_other),
        cmocka_unit_test(test_who_waits_outside_gets_nothing_and_gives_nothing),
        cmocka_unit_test(test_a_slot_changes_hands),
        cmocka_unit_test(test_a_full_worker_refuses),
        cmocka_unit_test(test_rooms_spread_over_workers),
        cmocka_unit_test(test_a_recorder_gets_what_flows_and_nothing_else),
        cmocka_unit_test(test_a_recorder_that_dies_disturbs_nobody),
        cmocka_unit_test(test_commands_for_what_is_gone_do_nothing),
        cmocka_unit_test(test_a_peer_that_says_goodbye_ends_its_endpoint),
        cmocka_unit_test(test_an_ice_restart_disturbs_nobody),
        cmocka_unit_test(test_another_certificate_never_gets_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
