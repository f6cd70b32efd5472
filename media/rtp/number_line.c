#include "media/rtp/number_line.h"

#include <assert.h>
#include <errno.h>

/* Unwrapped numbers wrap themselves at 2^32, so they are compared by distance. The distance of a
 * number of `bits` bits from an unwrapped one: */
static int32_t distance_in_bits(uint32_t number, uint32_t reference, uint8_t bits)
{
    const unsigned shift = 32u - bits;
    return (int32_t)((number - reference) << shift) >> shift;
}

static uint32_t unwrap(uint32_t number, uint32_t reference, uint8_t bits)
{
    return reference + (uint32_t)distance_in_bits(number, reference, bits);
}

static bool is_before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

static uint32_t size_of(const struct number_line_segment *segment)
{
    return segment->end - segment->begin;
}

/* Segment number `age`, 0 the newest; `age` < line->count. */
static const struct number_line_segment *segment_at(const struct number_line *line, uint32_t age)
{
    return &line->segments[(line->newest - age) % NUMBER_LINE_SEGMENTS];
}

static struct number_line_segment *newest_of(struct number_line *line)
{
    return &line->segments[line->newest % NUMBER_LINE_SEGMENTS];
}

static bool is_current(const struct number_line *line, uint32_t source)
{
    return line->count > 0 && segment_at(line, 0)->source == source;
}

void number_line_init(struct number_line *line, uint32_t first_out)
{
    *line = (struct number_line){.out_next = first_out};
}

static void push(struct number_line *line, struct number_line_segment segment)
{
    /* An empty segment carries nothing and is replaced. */
    if (line->count == 0 || size_of(segment_at(line, 0)) > 0) {
        line->newest++;
        line->count += line->count < NUMBER_LINE_SEGMENTS;
    }
    *newest_of(line) = segment;
}

/* The source's latest segment, or NULL. `ret_last`: its last number seen, unwrapped. */
static const struct number_line_segment *latest_of(const struct number_line *line, uint32_t source,
                                                   uint32_t *ret_last)
{
    for (uint32_t age = 0; age < line->count; age++) {
        const struct number_line_segment *segment = segment_at(line, age);
        if (segment->source == source) {
            *ret_last = (age == 0 ? line->source_next : segment->end) - 1;
            return segment;
        }
    }
    return NULL;
}

void number_line_switch(struct number_line *line, uint32_t source, uint8_t bits, uint32_t number,
                        uint32_t note)
{
    assert(source != 0 && bits > 0 && bits < 32);
    /* A source that comes back goes on counting where it was, never before it, so that its numbers
     * of before are not taken for those of now. */
    uint32_t last;
    uint32_t begin = number;
    const struct number_line_segment *before = latest_of(line, source, &last);
    if (before && before->bits == bits) {
        begin = unwrap(number, last, bits);
        if (is_before(begin, before->end)) {
            begin += 1u << bits;
        }
    }
    push(line, (struct number_line_segment){.source = source,
                                            .begin = begin,
                                            .end = begin,
                                            .out = line->out_next,
                                            .note = note,
                                            .bits = bits});
    line->source_next = begin;
}

static struct number_line_place place_in(const struct number_line_segment *segment,
                                         uint32_t unwrapped)
{
    return (struct number_line_place){
        .source = segment->source,
        .number = unwrapped & ((1u << segment->bits) - 1),
        .out = segment->out + (unwrapped - segment->begin),
        .note = segment->note,
    };
}

static int find_unwrapped(const struct number_line *line, uint32_t source, uint32_t unwrapped,
                          struct number_line_place *ret_place)
{
    bool is_after_known = false;
    for (uint32_t age = 0; age < line->count; age++) {
        const struct number_line_segment *segment = segment_at(line, age);
        if (segment->source != source) {
            continue;
        }
        if (unwrapped - segment->begin < size_of(segment)) {
            *ret_place = place_in(segment, unwrapped);
            return 0;
        }
        is_after_known |= !is_before(unwrapped, segment->end);
    }
    return is_after_known ? -ENOENT : -ESTALE;
}

int number_line_find(const struct number_line *line, uint32_t source, uint32_t number,
                     struct number_line_place *ret_place)
{
    uint32_t last;
    const struct number_line_segment *latest = latest_of(line, source, &last);
    if (!latest) {
        return -ESTALE;
    }
    const uint32_t unwrapped = unwrap(number, last, latest->bits);
    if (is_before(last, unwrapped)) {
        return -ESTALE;
    }
    return find_unwrapped(line, source, unwrapped, ret_place);
}

/* Carries the numbers from `begin` up to `end`, all new, on to the line. */
static void carry(struct number_line *line, uint32_t begin, uint32_t end)
{
    struct number_line_segment *newest = newest_of(line);
    if (newest->end == begin) {
        newest->end = end;
    } else {
        struct number_line_segment segment = *newest;
        segment.begin = begin;
        segment.end = end;
        segment.out = line->out_next;
        push(line, segment);
    }
    line->out_next += end - begin;
    line->source_next = end;
}

/* Makes room for what was skipped before `unwrapped`: all of it, or, after a leap, one place. */
static void carry_skipped(struct number_line *line, uint32_t unwrapped)
{
    const uint32_t skipped = unwrapped - line->source_next;
    if (skipped > NUMBER_LINE_LEAP_MAX) {
        line->source_next = unwrapped;
        line->out_next++;
    } else if (skipped > 0) {
        carry(line, line->source_next, unwrapped);
    }
}

int number_line_place(struct number_line *line, uint32_t source, uint32_t number,
                      struct number_line_place *ret_place)
{
    if (!is_current(line, source)) {
        return number_line_find(line, source, number, ret_place);
    }
    const uint32_t unwrapped = unwrap(number, line->source_next - 1, segment_at(line, 0)->bits);
    if (is_before(unwrapped, line->source_next)) {
        return find_unwrapped(line, source, unwrapped, ret_place);
    }
    carry_skipped(line, unwrapped);
    carry(line, unwrapped, unwrapped + 1);
    *ret_place = place_in(segment_at(line, 0), unwrapped);
    return 0;
}

int number_line_leave_out(struct number_line *line, uint32_t source, uint32_t number)
{
    struct number_line_place place;
    if (!is_current(line, source)) {
        const int rc = number_line_find(line, source, number, &place);
        return rc == 0 ? -EALREADY : rc == -ENOENT ? 0 : rc;
    }
    const struct number_line_segment *newest = segment_at(line, 0);
    const uint32_t unwrapped = unwrap(number, line->source_next - 1, newest->bits);
    if (is_before(unwrapped, line->source_next)) {
        const int rc = find_unwrapped(line, source, unwrapped, &place);
        return rc == 0 ? -EALREADY : rc == -ENOENT ? 0 : rc;
    }
    /* What was skipped after a number that was carried might have been wanted; what was skipped
     * within a row of left-out ones belongs to them. */
    if (newest->end == line->source_next && size_of(newest) > 0) {
        carry_skipped(line, unwrapped);
    }
    line->source_next = unwrapped + 1;
    return 0;
}

int number_line_origin(const struct number_line *line, uint32_t out, uint8_t bits,
                       struct number_line_place *ret_place)
{
    const uint32_t unwrapped = unwrap(out, line->out_next - 1, bits);
    for (uint32_t age = 0; age < line->count; age++) {
        const struct number_line_segment *segment = segment_at(line, age);
        if (unwrapped - segment->out < size_of(segment)) {
            *ret_place = place_in(segment, segment->begin + (unwrapped - segment->out));
            return 0;
        }
    }
    return -ESTALE;
}
