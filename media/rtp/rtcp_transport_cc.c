#include "media/rtp/rtcp_transport_cc.h"

#include "gateway/base/byte_reader.h"
#include "media/rtp/rtcp_feedback.h"

#include <errno.h>

#define FORMAT 15
#define FIXED_SIZE 16 /* body up to the chunks */
#define CHUNK_SIZE 2
#define REFERENCE_TICKS (TRANSPORT_CC_REFERENCE_US / TRANSPORT_CC_DELTA_US)
#define REFERENCE_MASK 0xffffff
#define RUN_MAX 0x1fff
#define ONE_BIT_SYMBOLS 14
#define TWO_BIT_SYMBOLS 7

/* A symbol is also the size of its delta, but for the reserved one. */
enum symbol {
    SYMBOL_LOST = 0,
    SYMBOL_SMALL_DELTA = 1,
    SYMBOL_LARGE_DELTA = 2,
    SYMBOL_RESERVED = 3
};

/* ---- writing ---- */

struct delta_line {
    uint8_t symbols[TRANSPORT_CC_STATUSES_MAX];
    int16_t deltas[TRANSPORT_CC_STATUSES_MAX];
    size_t count;
    uint32_t reference;
};

/* Makes symbols up to the first arrival that is too far from the one before. Returns 0, or -EINVAL
 * without any arrival. */
static int measure(const uint64_t *arrivals_us, size_t count, struct delta_line *ret_line)
{
    const size_t most = count < TRANSPORT_CC_STATUSES_MAX ? count : TRANSPORT_CC_STATUSES_MAX;
    int64_t last_tick = -1;
    size_t at = 0;
    for (; at < most; at++) {
        ret_line->symbols[at] = SYMBOL_LOST;
        ret_line->deltas[at] = 0;
        if (arrivals_us[at] == 0) {
            continue;
        }
        const int64_t tick = (int64_t)(arrivals_us[at] / TRANSPORT_CC_DELTA_US);
        if (last_tick < 0) {
            const uint64_t reference = arrivals_us[at] / TRANSPORT_CC_REFERENCE_US;
            ret_line->reference = (uint32_t)(reference & REFERENCE_MASK);
            last_tick = (int64_t)reference * REFERENCE_TICKS;
        }
        const int64_t delta = tick - last_tick;
        if (delta < INT16_MIN || delta > INT16_MAX) {
            break;
        }
        const bool is_small = delta >= 0 && delta <= UINT8_MAX;
        ret_line->symbols[at] = is_small ? SYMBOL_SMALL_DELTA : SYMBOL_LARGE_DELTA;
        ret_line->deltas[at] = (int16_t)delta;
        last_tick = tick;
    }
    ret_line->count = at;
    return last_tick < 0 ? -EINVAL : 0;
}

struct chunk {
    uint16_t bits;
    size_t symbols; /* how many it tells */
};

static struct chunk vector_chunk(const uint8_t *symbols, size_t count, unsigned symbol_bits)
{
    const size_t most = symbol_bits == 1 ? ONE_BIT_SYMBOLS : TWO_BIT_SYMBOLS;
    uint16_t bits = symbol_bits == 1 ? 0x8000 : 0xc000;
    const size_t told = count < most ? count : most;
    for (size_t i = 0; i < told; i++) {
        bits |= (uint16_t)(symbols[i] << (ONE_BIT_SYMBOLS - symbol_bits * (i + 1)));
    }
    return (struct chunk){.bits = bits, .symbols = told};
}

/* The chunk that tells most of what comes next. */
static struct chunk next_chunk(const uint8_t *symbols, size_t count)
{
    size_t run = 1;
    while (run < count && run < RUN_MAX && symbols[run] == symbols[0]) {
        run++;
    }
    size_t one_bit = 0;
    while (one_bit < count && one_bit < ONE_BIT_SYMBOLS && symbols[one_bit] <= SYMBOL_SMALL_DELTA) {
        one_bit++;
    }
    const bool one_bit_fits = one_bit == ONE_BIT_SYMBOLS || one_bit == count;
    if (run == count || run >= (one_bit_fits ? ONE_BIT_SYMBOLS : TWO_BIT_SYMBOLS)) {
        return (struct chunk){.bits = (uint16_t)(symbols[0] << 13 | run), .symbols = run};
    }
    return vector_chunk(symbols, count, one_bit_fits ? 1 : 2);
}

static size_t padded(size_t size)
{
    return (size + 3) & ~(size_t)3;
}

/* How many of the statuses fit into `room` bytes of body; `ret_size` is what they take. */
static size_t fit(const struct delta_line *line, size_t room, size_t *ret_size)
{
    for (size_t count = line->count; count > 0; count--) {
        size_t size = FIXED_SIZE;
        bool any_arrival = false;
        for (size_t at = 0; at < count; at++) {
            size += line->symbols[at];
            any_arrival |= line->symbols[at] != SYMBOL_LOST;
        }
        if (!any_arrival) {
            break;
        }
        for (size_t at = 0; at < count; size += CHUNK_SIZE) {
            at += next_chunk(line->symbols + at, count - at).symbols;
        }
        if (padded(size) <= room) {
            *ret_size = padded(size);
            return count;
        }
    }
    return 0;
}

int rtcp_write_transport_cc(struct byte_writer *writer,
                            const struct transport_cc_feedback *feedback,
                            const uint64_t *arrivals_us, size_t count)
{
    struct delta_line line;
    const int rc = measure(arrivals_us, count, &line);
    if (rc < 0) {
        return rc;
    }
    const size_t room = writer->capacity - writer->size;
    size_t body_size = 0;
    const size_t told =
        room > RTCP_HEADER_SIZE ? fit(&line, room - RTCP_HEADER_SIZE, &body_size) : 0;
    uint8_t *body =
        told > 0 ? rtcp_write_begin(writer, RTCP_TRANSPORT_FEEDBACK, FORMAT, body_size) : NULL;
    if (!body) {
        return -ENOBUFS;
    }

    struct byte_writer to = byte_writer_over(body, body_size);
    byte_writer_u32(&to, feedback->sender_ssrc);
    byte_writer_u32(&to, feedback->media_ssrc);
    byte_writer_u16(&to, feedback->base_sequence);
    byte_writer_u16(&to, (uint16_t)told);
    byte_writer_u24(&to, line.reference);
    byte_writer_u8(&to, feedback->feedback_count);
    for (size_t at = 0; at < told;) {
        const struct chunk chunk = next_chunk(line.symbols + at, told - at);
        byte_writer_u16(&to, chunk.bits);
        at += chunk.symbols;
    }
    for (size_t at = 0; at < told; at++) {
        if (line.symbols[at] == SYMBOL_SMALL_DELTA) {
            byte_writer_u8(&to, (uint8_t)line.deltas[at]);
        } else if (line.symbols[at] == SYMBOL_LARGE_DELTA) {
            byte_writer_u16(&to, (uint16_t)line.deltas[at]);
        }
    }
    byte_writer_zeros(&to, body_size - to.size);
    return (int)told;
}

/* ---- reading ---- */

/* Unpacks chunk number `bits`. Returns how many symbols of it count, or -EBADMSG for a reserved
 * one. The statuses hold the symbol in arrival_us until the deltas are read. */
static int read_chunk(uint16_t bits, struct transport_cc_status *ret_statuses, size_t wanted)
{
    const bool is_vector = bits & 0x8000;
    const bool two_bits = bits & 0x4000;
    size_t count = !is_vector ? bits & RUN_MAX : two_bits ? TWO_BIT_SYMBOLS : ONE_BIT_SYMBOLS;
    count = count < wanted ? count : wanted;
    for (size_t i = 0; i < count; i++) {
        unsigned symbol = bits >> 13 & 3;
        if (is_vector && two_bits) {
            symbol = bits >> (ONE_BIT_SYMBOLS - 2 * (i + 1)) & 3;
        } else if (is_vector) {
            symbol = bits >> (ONE_BIT_SYMBOLS - (i + 1)) & 1;
        }
        if (symbol == SYMBOL_RESERVED) {
            return -EBADMSG;
        }
        ret_statuses[i].arrival_us = symbol;
    }
    return (int)count;
}

static int read_chunks(struct byte_reader *reader, struct transport_cc_status *ret_statuses,
                       size_t count)
{
    for (size_t at = 0; at < count;) {
        const uint16_t bits = byte_reader_u16(reader);
        if (byte_reader_failed(reader)) {
            return -EBADMSG;
        }
        const int told = read_chunk(bits, ret_statuses + at, count - at);
        if (told < 0) {
            return told;
        }
        at += (size_t)told;
    }
    return 0;
}

static void read_deltas(struct byte_reader *reader, uint16_t base_sequence, uint32_t reference,
                        struct transport_cc_status *statuses, size_t count)
{
    const int64_t wrap_ticks = (int64_t)(REFERENCE_MASK + 1) * REFERENCE_TICKS;
    int64_t tick = (int64_t)reference * REFERENCE_TICKS;
    for (size_t i = 0; i < count; i++) {
        const int64_t symbol = statuses[i].arrival_us;
        if (symbol == SYMBOL_SMALL_DELTA) {
            tick += byte_reader_u8(reader);
        } else if (symbol == SYMBOL_LARGE_DELTA) {
            tick += (int16_t)byte_reader_u16(reader);
        }
        tick = (tick + wrap_ticks) % wrap_ticks;
        statuses[i].sequence = (uint16_t)(base_sequence + i);
        statuses[i].received = symbol != SYMBOL_LOST;
        statuses[i].arrival_us = statuses[i].received ? tick * TRANSPORT_CC_DELTA_US : 0;
    }
}

int rtcp_transport_cc_read(const struct rtcp_packet *packet,
                           struct transport_cc_feedback *ret_feedback,
                           struct transport_cc_status *ret_statuses, size_t capacity)
{
    if (rtcp_feedback_kind_of(packet) != RTCP_FEEDBACK_TRANSPORT_CC) {
        return -EINVAL;
    }
    struct byte_reader reader = byte_reader_over(packet->body, packet->body_size);
    struct transport_cc_feedback feedback;
    feedback.sender_ssrc = byte_reader_u32(&reader);
    feedback.media_ssrc = byte_reader_u32(&reader);
    feedback.base_sequence = byte_reader_u16(&reader);
    const size_t count = byte_reader_u16(&reader);
    const uint32_t reference = byte_reader_u24(&reader);
    feedback.feedback_count = byte_reader_u8(&reader);
    if (byte_reader_failed(&reader) || count == 0) {
        return -EBADMSG;
    }
    if (count > capacity) {
        return -ENOBUFS;
    }
    const int rc = read_chunks(&reader, ret_statuses, count);
    if (rc < 0) {
        return rc;
    }
    read_deltas(&reader, feedback.base_sequence, reference, ret_statuses, count);
    if (byte_reader_failed(&reader)) {
        return -EBADMSG;
    }
    *ret_feedback = feedback;
    return (int)count;
}
