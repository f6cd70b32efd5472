/* Our RTCP protection against libsrtp2, packet for packet: senders must produce the same bytes,
 * receivers must let the same packets through and refuse the same, whatever order, damage or
 * repetition they meet.
 *
 * One disagreement is by design and not provoked here: libsrtp2 remembers the last 128 indices of
 * an SSRC, we the last 1024, so that it refuses as too old what we can still tell from a replay. */
#include "media/transport/srtp_session.h"
#include "tests/unit/media/transport/srtp_parties.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ROUNDS 12
#else
#define ROUNDS 60
#endif
#define STEPS_PER_ROUND 2000 /* with 60 rounds: 120000 to protect, more to unprotect */
#define COMPOUND_SIZE_MAX 1200
#define WIRE_SIZE_MAX (COMPOUND_SIZE_MAX + 100)
#define SSRCS_MAX 5
#define KEPT                                                                                       \
    100 /* packets that may still arrive, or arrive again: fewer than libsrtp2 remembers           \
         */

struct wire_packet {
    size_t size; /* 0: none */
    uint8_t bytes[WIRE_SIZE_MAX];
};

/* What happened, so that a test that exercises nothing fails. */
struct tally {
    unsigned long sent;
    unsigned long accepted;
    unsigned long replayed;
    unsigned long damaged;
    unsigned long malformed;
};

static struct trial {
    struct srtp_parties parties;
    uint32_t ssrcs[SSRCS_MAX];
    size_t ssrc_count;
    struct wire_packet kept[KEPT]; /* ring */
    size_t kept_next;
    struct tally tally;
} trial;

/* ---- senders ---- */

static size_t make_compound(uint8_t *to)
{
    const size_t size = 8 + (chance(8) == 0 ? chance(COMPOUND_SIZE_MAX - 8) : 4 * chance(40));
    const uint32_t ssrc = trial.ssrcs[chance((uint32_t)trial.ssrc_count)];
    chance_fill(to, size);
    to[0] = (uint8_t)(0x80 | chance(32));
    to[1] = (uint8_t)(200 + chance(8));
    for (unsigned i = 0; i < 4; i++) {
        to[4 + i] = (uint8_t)(ssrc >> (24 - 8 * i));
    }
    return size;
}

static void send_one(void)
{
    static uint8_t compound[COMPOUND_SIZE_MAX];
    static uint8_t actual[WIRE_SIZE_MAX];
    struct wire_packet *kept = &trial.kept[trial.kept_next++ % KEPT];
    const size_t size = make_compound(compound);
    const int expected = srtp_session_protect_rtcp(trial.parties.list[0].sender, compound, size,
                                                   kept->bytes, sizeof(kept->bytes));
    assert_int_equal(expected, size + SRTP_OVERHEAD_MAX);
    kept->size = (size_t)expected;
    for (size_t i = 1; i < trial.parties.count; i++) {
        const int result = srtp_session_protect_rtcp(trial.parties.list[i].sender, compound, size,
                                                     actual, sizeof(actual));
        if (result != expected || memcmp(actual, kept->bytes, kept->size) != 0) {
            fail_msg("%s protects %d, libsrtp2 %d", trial.parties.list[i].name, result, expected);
        }
    }
    trial.tally.sent++;
}

/* ---- receivers ---- */

/* Of a damaged index we may say "not authentic" where libsrtp2 says "too old". */
static bool is_same_verdict(int ours, int expected, bool damaged)
{
    const bool both_refuse =
        (ours == -EACCES || ours == -EALREADY) && (expected == -EACCES || expected == -EALREADY);
    return ours == expected || (damaged && both_refuse);
}

static int offer_everywhere(const uint8_t *wire, size_t size, bool damaged)
{
    static _Alignas(4) uint8_t expected[WIRE_SIZE_MAX];
    static uint8_t actual[WIRE_SIZE_MAX];
    const int verdict = srtp_session_unprotect_rtcp(trial.parties.list[0].receiver, wire, size,
                                                    expected, sizeof(expected));
    for (size_t i = 1; i < trial.parties.count; i++) {
        const int result = srtp_session_unprotect_rtcp(trial.parties.list[i].receiver, wire, size,
                                                       actual, sizeof(actual));
        if (!is_same_verdict(result, verdict, damaged) ||
            (verdict > 0 && memcmp(actual, expected, (size_t)verdict) != 0)) {
            fail_msg("%s unprotects %d, libsrtp2 %d", trial.parties.list[i].name, result, verdict);
        }
    }
    return verdict;
}

static const struct wire_packet *any_kept(void)
{
    const size_t available = trial.kept_next < KEPT ? trial.kept_next : KEPT;
    return &trial.kept[(trial.kept_next - 1 - chance((uint32_t)available)) % KEPT];
}

/* The newest, one out of order, or one that came before. */
static void deliver_one(void)
{
    const struct wire_packet *packet =
        chance(3) > 0 ? &trial.kept[(trial.kept_next - 1) % KEPT] : any_kept();
    const int verdict = offer_everywhere(packet->bytes, packet->size, false);
    assert_true(verdict > 0 || verdict == -EALREADY);
    trial.tally.accepted += verdict > 0;
    trial.tally.replayed += verdict == -EALREADY;
}

/* Any byte counts, among them the flag that says "encrypted" and the index. */
static void damage_one(void)
{
    static struct wire_packet damaged;
    damaged = *any_kept();
    switch (chance(5)) {
    case 0:
        damaged.size = chance((uint32_t)damaged.size);
        break;
    case 1:
        damaged.size += 1 + chance(60);
        break;
    case 2:
        damaged.bytes[damaged.size - 1 - chance(4)] ^= (uint8_t)(1u << chance(8));
        break;
    case 3:
        chance_fill(damaged.bytes + 4, 4);
        break;
    default:
        damaged.bytes[chance((uint32_t)damaged.size)] ^= (uint8_t)(1u << chance(8));
    }
    const int verdict = offer_everywhere(damaged.bytes, damaged.size, true);
    assert_true(verdict < 0);
    trial.tally.damaged += verdict == -EACCES;
    trial.tally.malformed += verdict == -EBADMSG;
}

/* ---- rounds ---- */

static void begin_round(unsigned round)
{
    srtp_parties_open(&trial.parties, round);
    trial.kept_next = 0;
    trial.ssrc_count = 1 + chance(SSRCS_MAX);
    for (size_t i = 0; i < trial.ssrc_count; i++) {
        trial.ssrcs[i] = chance(UINT32_MAX);
    }
}

static void test_agrees_with_libsrtp2_on_every_packet(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        begin_round(round);
        for (unsigned step = 0; step < STEPS_PER_ROUND; step++) {
            send_one();
            if (chance(10) > 0) {
                deliver_one();
            }
            if (chance(4) == 0) {
                damage_one();
            }
        }
        srtp_parties_close(&trial.parties);
    }
    const struct tally *tally = &trial.tally;
    print_message("sent %lu: accepted %lu, replayed %lu, damaged %lu, malformed %lu\n", tally->sent,
                  tally->accepted, tally->replayed, tally->damaged, tally->malformed);
    const unsigned long steps = (unsigned long)ROUNDS * STEPS_PER_ROUND;
    assert_true(tally->accepted > steps / 2);
    assert_true(tally->replayed > steps / 20);
    assert_true(tally->damaged > steps / 20);
    assert_true(tally->malformed > steps / 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_libsrtp2_on_every_packet),
    };
    srtp_parties_gather(&trial.parties);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
