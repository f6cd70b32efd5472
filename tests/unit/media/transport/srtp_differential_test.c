/* Our RTP protection against libsrtp2, packet for packet: senders must produce the same bytes or
 * the same refusal, receivers must reach the same verdict and the same bytes, whatever order,
 * damage or repetition they meet. No disagreement is known, but for one that is by design and not
 * provoked here: libsrtp2 bounds no SSRCs that it sends. */
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
#define ROUNDS 120
#endif
#define STEPS_PER_ROUND 4400 /* with 120 rounds: half a million to protect, more to unprotect */
#define WIRE_SIZE_MAX 1600
#define KEPT 1024 /* packets that may still arrive, or arrive again */

struct wire_packet {
    size_t size; /* 0: none */
    size_t header_size;
    bool wrapped; /* its SSRC's numbers had begun again */
    uint8_t bytes[WIRE_SIZE_MAX];
};

/* What happened, so that a test that exercises nothing fails. */
struct tally {
    unsigned long sent;
    unsigned long not_sent_again;
    unsigned long offered;
    unsigned long accepted;
    unsigned long accepted_wrapped;
    unsigned long replayed;
    unsigned long unauthentic;
    unsigned long malformed;
};

struct trial {
    struct srtp_parties parties;
    uint32_t ssrcs[SRTP_SSRCS_MAX];
    uint32_t next[SRTP_SSRCS_MAX]; /* sequence numbers, and how often they wrapped */
    size_t ssrc_count;
    struct wire_packet kept[KEPT]; /* ring */
    size_t kept_next;
    size_t arrived_next; /* everything before it in the ring has had its turn to arrive */
    struct tally tally;
};

static struct trial trial;

/* ---- senders ---- */

/* Writes a header with CSRCs and an extension, as chance has it. Returns its size. */
static size_t make_header(uint8_t *to, uint32_t ssrc, uint16_t seq)
{
    const size_t csrcs = chance(4) == 0 ? chance(16) : 0;
    const bool extended = chance(2);
    const size_t words = extended ? chance(6) : 0;
    const size_t size = 12 + 4 * csrcs + (extended ? 4 + 4 * words : 0);
    chance_fill(to, size);
    to[0] = (uint8_t)(0x80 | chance(2) << 5 | (unsigned)extended << 4 | csrcs);
    to[2] = (uint8_t)(seq >> 8);
    to[3] = (uint8_t)seq;
    for (unsigned i = 0; i < 4; i++) {
        to[8 + i] = (uint8_t)(ssrc >> (24 - 8 * i));
    }
    if (extended) {
        to[12 + 4 * csrcs + 2] = 0;
        to[12 + 4 * csrcs + 3] = (uint8_t)words;
    }
    return size;
}

static size_t payload_size(void)
{
    switch (chance(4)) {
    case 0:
        return chance(20);
    case 1:
        return 1100 + chance(301);
    default:
        return chance(260);
    }
}

static void protect_everywhere(const struct packet_part *parts, size_t part_count, bool wrapped)
{
    static uint8_t expected[WIRE_SIZE_MAX];
    static uint8_t actual[WIRE_SIZE_MAX];
    const int size = srtp_session_protect_rtp(trial.parties.list[0].sender, parts, part_count,
                                              expected, sizeof(expected));
    for (size_t i = 1; i < trial.parties.count; i++) {
        const int result = srtp_session_protect_rtp(trial.parties.list[i].sender, parts, part_count,
                                                    actual, sizeof(actual));
        if (result != size || (size > 0 && memcmp(actual, expected, (size_t)size) != 0)) {
            fail_msg("%s protects %d, libsrtp2 %d", trial.parties.list[i].name, result, size);
        }
    }
    if (size < 0) {
        assert_int_equal(size, -EALREADY);
        trial.tally.not_sent_again++;
        return;
    }
    trial.tally.sent++;
    struct wire_packet *kept = &trial.kept[trial.kept_next % KEPT];
    trial.kept_next++;
    kept->size = (size_t)size;
    kept->header_size = parts[0].size;
    kept->wrapped = wrapped;
    memcpy(kept->bytes, expected, kept->size);
}

/* Mostly one after the other; now and then a leap, a number that was left out, or one that was not.
 */
static uint16_t choose_number(size_t stream)
{
    const uint32_t kind = chance(100);
    if (kind < 6) {
        return (uint16_t)(trial.next[stream] - chance(kind < 3 ? 20 : 1200));
    }
    if (kind < 12) {
        trial.next[stream] += chance(kind == 6 ? 20000 : 300);
    }
    return (uint16_t)trial.next[stream]++;
}

static void send_one(void)
{
    static uint8_t payload[1400];
    uint8_t header[12 + 60 + 4 + 20];
    const size_t stream = chance((uint32_t)trial.ssrc_count);
    const size_t header_size = make_header(header, trial.ssrcs[stream], choose_number(stream));
    const size_t size = payload_size();
    const size_t cut = chance(3) > 0 ? 0 : chance((uint32_t)size + 1);
    chance_fill(payload, size < 16 ? size : 16); /* the rest is what it was */
    const struct packet_part parts[] = {
        {header, header_size}, {payload + cut, size - cut}, {payload, cut}};
    protect_everywhere(parts, cut > 0 ? 3 : 2, trial.next[stream] > 65536);
}

/* ---- receivers ---- */

static void count_verdict(int verdict)
{
    trial.tally.offered++;
    trial.tally.accepted += verdict >= 0;
    trial.tally.replayed += verdict == -EALREADY;
    trial.tally.unauthentic += verdict == -EACCES;
    trial.tally.malformed += verdict == -EBADMSG;
}

static int offer_everywhere(const uint8_t *wire, size_t size)
{
    static _Alignas(4) uint8_t expected[WIRE_SIZE_MAX];
    static uint8_t actual[WIRE_SIZE_MAX];
    const int verdict = srtp_session_unprotect_rtp(trial.parties.list[0].receiver, wire, size,
                                                   expected, sizeof(expected));
    for (size_t i = 1; i < trial.parties.count; i++) {
        const int result = srtp_session_unprotect_rtp(trial.parties.list[i].receiver, wire, size,
                                                      actual, sizeof(actual));
        if (result != verdict || (verdict > 0 && memcmp(actual, expected, (size_t)verdict) != 0)) {
            fail_msg("%s unprotects %d, libsrtp2 %d", trial.parties.list[i].name, result, verdict);
        }
    }
    count_verdict(verdict);
    return verdict;
}

static const struct wire_packet *any_kept(void)
{
    const size_t available = trial.kept_next < KEPT ? trial.kept_next : KEPT;
    return available == 0 ? NULL
                          : &trial.kept[(trial.kept_next - 1 - chance((uint32_t)available)) % KEPT];
}

/* One that is due, or a neighbour out of order; some never arrive. */
static void deliver_one(void)
{
    if (trial.arrived_next + KEPT < trial.kept_next) {
        trial.arrived_next = trial.kept_next - KEPT;
    }
    if (trial.arrived_next == trial.kept_next) {
        return;
    }
    if (chance(20) == 0) {
        trial.arrived_next++; /* lost, unless it is repeated later */
        return;
    }
    const size_t waiting = trial.kept_next - trial.arrived_next;
    const size_t ahead = chance(5) == 0 ? chance(waiting < 30 ? (uint32_t)waiting : 30) : 0;
    const struct wire_packet *packet = &trial.kept[(trial.arrived_next + ahead) % KEPT];
    const int verdict = offer_everywhere(packet->bytes, packet->size);
    trial.tally.accepted_wrapped += verdict >= 0 && packet->wrapped;
    trial.arrived_next += ahead == 0;
}

static void repeat_one(void)
{
    const struct wire_packet *packet = any_kept();
    if (packet) {
        offer_everywhere(packet->bytes, packet->size);
    }
}

/* ---- damage ---- */

/* Where a packet's fields are; the last three depend on it. */
enum field { FLAGS, TYPE, NUMBER, TIMESTAMP, SSRC, HEADER_REST, PAYLOAD, TAG, FIELDS };

static void find_field(const struct wire_packet *packet, enum field field, size_t *ret_from,
                       size_t *ret_size)
{
    const size_t payload_end = packet->size - 16;
    const struct {
        size_t from;
        size_t to;
    } ranges[FIELDS] = {{0, 1},
                        {1, 2},
                        {2, 4},
                        {4, 8},
                        {8, 12},
                        {12, packet->header_size},
                        {packet->header_size, payload_end},
                        {payload_end, packet->size}};
    *ret_from = ranges[field].from;
    *ret_size = ranges[field].to - ranges[field].from;
}

static size_t flip_bit(struct wire_packet *packet)
{
    size_t from;
    size_t size;
    find_field(packet, chance(FIELDS), &from, &size);
    if (size > 0) {
        packet->bytes[from + chance((uint32_t)size)] ^= (uint8_t)(1u << chance(8));
    }
    return packet->size;
}

static size_t cut_short(struct wire_packet *packet)
{
    return chance(2) ? chance((uint32_t)packet->size) : packet->size - 1 - chance(16);
}

static size_t make_longer(struct wire_packet *packet)
{
    const size_t more = 1 + chance(40);
    chance_fill(packet->bytes + packet->size, more);
    return packet->size + more;
}

static size_t take_another_ssrc(struct wire_packet *packet)
{
    const uint32_t ssrc =
        chance(2) ? trial.ssrcs[chance((uint32_t)trial.ssrc_count)] : chance(UINT32_MAX);
    for (unsigned i = 0; i < 4; i++) {
        packet->bytes[8 + i] = (uint8_t)(ssrc >> 8 * i);
    }
    return packet->size;
}

static size_t take_another_number(struct wire_packet *packet)
{
    chance_fill(packet->bytes + 2, 2);
    return packet->size;
}

static size_t become_rubbish(struct wire_packet *packet)
{
    chance_fill(packet->bytes, packet->size);
    return packet->size;
}

/* After it the packet itself may still come. */
static void damage_one(void)
{
    static size_t (*const damages[])(struct wire_packet * packet) = {flip_bit,
                                                                     flip_bit,
                                                                     flip_bit,
                                                                     cut_short,
                                                                     make_longer,
                                                                     take_another_ssrc,
                                                                     take_another_number,
                                                                     become_rubbish};
    const struct wire_packet *packet = chance(2) && trial.arrived_next < trial.kept_next &&
                                               trial.arrived_next + KEPT > trial.kept_next
                                           ? &trial.kept[trial.arrived_next % KEPT]
                                           : any_kept();
    if (packet) {
        static struct wire_packet damaged;
        damaged = *packet;
        const size_t size = damages[chance(ARRAY_LENGTH(damages))](&damaged);
        offer_everywhere(damaged.bytes, size);
    }
}

/* ---- rounds ---- */

static void begin_round(unsigned round)
{
    static const size_t ssrc_counts[] = {1, 5, 20, SRTP_SSRCS_MAX};
    static const uint16_t firsts[] = {0, 1, 32767, 32768, 65000, 65535};
    srtp_parties_open(&trial.parties, round);
    trial.kept_next = 0;
    trial.arrived_next = 0;
    trial.ssrc_count = ssrc_counts[chance(ARRAY_LENGTH(ssrc_counts))];
    for (size_t i = 0; i < trial.ssrc_count; i++) {
        trial.ssrcs[i] = chance(UINT32_MAX);
        trial.next[i] = chance(2) ? firsts[chance(ARRAY_LENGTH(firsts))] : chance(65536);
    }
}

static void test_agrees_with_libsrtp2_on_every_packet(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        begin_round(round);
        for (unsigned step = 0; step < STEPS_PER_ROUND; step++) {
            send_one();
            deliver_one();
            switch (chance(6)) {
            case 0:
                repeat_one();
                break;
            case 1:
                damage_one();
                break;
            default:
                break;
            }
        }
        srtp_parties_close(&trial.parties);
    }
    const struct tally *tally = &trial.tally;
    print_message("sent %lu, refused to send again %lu\n", tally->sent, tally->not_sent_again);
    print_message("offered %lu: accepted %lu (%lu after a wrap), replayed or old %lu, unauthentic "
                  "%lu, malformed %lu\n",
                  tally->offered, tally->accepted, tally->accepted_wrapped, tally->replayed,
                  tally->unauthentic, tally->malformed);
    const unsigned long steps = (unsigned long)ROUNDS * STEPS_PER_ROUND;
    assert_true(tally->sent + tally->not_sent_again == steps && tally->offered > steps);
    assert_true(tally->not_sent_again > steps / 200);
    assert_true(tally->accepted > steps / 2);
    assert_true(tally->accepted_wrapped > steps / 20);
    assert_true(tally->replayed > steps / 20);
    assert_true(tally->unauthentic > steps / 20);
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
