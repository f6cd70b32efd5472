#include "media/recorder/webm_sound_flags.h"

#include "gateway/base/allocate.h"

#include <stdbool.h>

#define ID_LENGTH_MAX 4
#define VINT_LENGTH_MAX 8
#define NUMBER_LENGTH_MAX 8
#define BLOCK_TIME_LENGTH 2
#define FLAG_KEY_FRAME 0x80
#define TRACK_TYPE_SOUND 2
#define TRACK_NUMBER_MAX 63 /* bits of sound_tracks; muxers count from 1 */
#define DEPTH_MAX 4         /* file, Segment, Tracks, TrackEntry */

enum element_id {
    ID_FILE = 0, /* around everything */
    ID_SEGMENT = 0x18538067,
    ID_TRACKS = 0x1654AE6B,
    ID_TRACK_ENTRY = 0xAE,
    ID_TRACK_NUMBER = 0xD7,
    ID_TRACK_TYPE = 0x83,
    ID_CLUSTER = 0x1F43B675,
    ID_SIMPLE_BLOCK = 0xA3,
};

/* What the next byte belongs to. */
enum place {
    PLACE_ID,
    PLACE_SIZE,
    PLACE_NUMBER, /* the body of TrackNumber or TrackType */
    PLACE_BLOCK_TRACK,
    PLACE_BLOCK_TIME,
    PLACE_BLOCK_FLAGS,
    PLACE_SKIPPED, /* up to the element's end */
    PLACE_LOST,    /* for good */
};

struct element {
    uint32_t id;
    uint32_t parent;
    enum place body; /* PLACE_ID: elements */
};

/* Only these are looked into. */
static const struct element elements[] = {
    {ID_SEGMENT, ID_FILE, PLACE_ID},
    {ID_TRACKS, ID_SEGMENT, PLACE_ID},
    {ID_TRACK_ENTRY, ID_TRACKS, PLACE_ID},
    {ID_TRACK_NUMBER, ID_TRACK_ENTRY, PLACE_NUMBER},
    {ID_TRACK_TYPE, ID_TRACK_ENTRY, PLACE_NUMBER},
    {ID_CLUSTER, ID_SEGMENT, PLACE_ID},
    {ID_SIMPLE_BLOCK, ID_CLUSTER, PLACE_BLOCK_TRACK},
};

struct level {
    uint32_t id;
    uint64_t end;      /* of its parent when its size is unknown */
    bool size_unknown; /* it ends where an element begins that can't be in it */
};

struct webm_sound_flags {
    uint64_t position; /* of the next byte */
    enum place place;
    /* The field being read. */
    uint64_t value;
    unsigned field_length;
    unsigned field_taken;
    /* The element being read. */
    uint32_t id;
    uint64_t element_end;
    struct level levels[DEPTH_MAX]; /* the elements around it */
    size_t depth;
    /* The TrackEntry being read. */
    uint64_t track_number;
    uint64_t track_type;
    uint64_t sound_tracks; /* bit n: track n is sound */
};

struct webm_sound_flags *webm_sound_flags_create(void)
{
    struct webm_sound_flags *flags = allocate_zeroed(1, sizeof *flags);
    flags->levels[0] = (struct level){.id = ID_FILE, .end = UINT64_MAX};
    flags->depth = 1;
    return flags;
}

struct webm_sound_flags *webm_sound_flags_destroy(struct webm_sound_flags *flags)
{
    free(flags);
    return NULL;
}

static struct level *innermost(struct webm_sound_flags *flags)
{
    return &flags->levels[flags->depth - 1];
}

/* Goes on with a field of `length` bytes; 0: its first byte says how many. */
static void enter(struct webm_sound_flags *flags, enum place place, unsigned length)
{
    flags->place = place;
    flags->value = 0;
    flags->field_length = length;
    flags->field_taken = 0;
}

static void enter_next_element(struct webm_sound_flags *flags)
{
    while (flags->position == innermost(flags)->end) {
        flags->depth--; /* never the file, whose end is out of reach */
    }
    enter(flags, PLACE_ID, 0);
}

static void skip_rest(struct webm_sound_flags *flags)
{
    if (flags->position < flags->element_end) {
        flags->place = PLACE_SKIPPED;
    } else {
        enter_next_element(flags);
    }
}

/* Returns whether the field is whole. */
static bool take(struct webm_sound_flags *flags, uint8_t byte)
{
    if (flags->field_taken == 0 && flags->field_length == 0) {
        flags->field_length = byte ? (unsigned)__builtin_clz(byte) - 23 : VINT_LENGTH_MAX + 1;
        if (flags->field_length > (flags->place == PLACE_ID ? ID_LENGTH_MAX : VINT_LENGTH_MAX)) {
            flags->place = PLACE_LOST;
            return false;
        }
    }
    flags->value = flags->value << 8 | byte;
    return ++flags->field_taken == flags->field_length;
}

/* The marker of the length is not part of the value. */
static uint64_t value_mask(const struct webm_sound_flags *flags)
{
    return (UINT64_C(1) << (7 * flags->field_length)) - 1;
}

static const struct element *find_element(uint32_t id)
{
    for (size_t i = 0; i < ARRAY_LENGTH(elements); i++) {
        if (elements[i].id == id) {
            return &elements[i];
        }
    }
    return NULL;
}

/* Closes what an element of `parent` can't be in. Returns false when it can't be here at all. */
static bool close_down_to(struct webm_sound_flags *flags, uint32_t parent)
{
    while (innermost(flags)->id != parent && innermost(flags)->size_unknown) {
        flags->depth--;
    }
    return innermost(flags)->id == parent;
}

static void enter_body(struct webm_sound_flags *flags, const struct element *element, uint64_t size,
                       bool size_unknown)
{
    flags->element_end = flags->position + size;
    switch (element ? element->body : PLACE_SKIPPED) {
    case PLACE_ID:
        flags->levels[flags->depth] =
            (struct level){.id = element->id,
                           .end = size_unknown ? innermost(flags)->end : flags->element_end,
                           .size_unknown = size_unknown};
        flags->depth++;
        if (element->id == ID_TRACK_ENTRY) {
            flags->track_number = 0;
            flags->track_type = 0;
        }
        enter_next_element(flags);
        break;
    case PLACE_NUMBER:
        if (size > 0 && size <= NUMBER_LENGTH_MAX) {
            enter(flags, PLACE_NUMBER, (unsigned)size);
        } else {
            flags->place = PLACE_LOST;
        }
        break;
    case PLACE_BLOCK_TRACK:
        enter(flags, PLACE_BLOCK_TRACK, 0);
        break;
    default:
        skip_rest(flags);
        break;
    }
}

static void on_size(struct webm_sound_flags *flags)
{
    const struct element *element = find_element(flags->id);
    const uint64_t mask = value_mask(flags);
    const uint64_t size = flags->value & mask;
    const bool size_unknown = size == mask;
    if ((size_unknown && (!element || element->body != PLACE_ID)) ||
        (element && !close_down_to(flags, element->parent)) ||
        flags->position > innermost(flags)->end ||
        (!size_unknown && size > innermost(flags)->end - flags->position)) {
        flags->place = PLACE_LOST;
        return;
    }
    enter_body(flags, element, size_unknown ? 0 : size, size_unknown);
}

static void on_number(struct webm_sound_flags *flags)
{
    *(flags->id == ID_TRACK_NUMBER ? &flags->track_number : &flags->track_type) = flags->value;
    if (flags->track_type == TRACK_TYPE_SOUND && flags->track_number <= TRACK_NUMBER_MAX) {
        flags->sound_tracks |= UINT64_C(1) << flags->track_number;
    }
    enter_next_element(flags);
}

static void on_block_track(struct webm_sound_flags *flags)
{
    const uint64_t track = flags->value & value_mask(flags);
    if (track > 0 && track <= TRACK_NUMBER_MAX && flags->sound_tracks >> track & 1) {
        enter(flags, PLACE_BLOCK_TIME, BLOCK_TIME_LENGTH);
    } else {
        skip_rest(flags);
    }
}

static void walk_byte(struct webm_sound_flags *flags, uint8_t *byte)
{
    if (flags->place >= PLACE_NUMBER && flags->position >= flags->element_end) {
        flags->place = PLACE_LOST; /* too short for what must be in it */
        return;
    }
    flags->position++;
    if (flags->place == PLACE_BLOCK_FLAGS) {
        *byte |= FLAG_KEY_FRAME;
        skip_rest(flags);
        return;
    }
    if (!take(flags, *byte)) {
        return;
    }
    switch (flags->place) {
    case PLACE_ID:
        flags->id = (uint32_t)flags->value;
        enter(flags, PLACE_SIZE, 0);
        break;
    case PLACE_SIZE:
        on_size(flags);
        break;
    case PLACE_NUMBER:
        on_number(flags);
        break;
    case PLACE_BLOCK_TRACK:
        on_block_track(flags);
        break;
    default:
        flags->place = PLACE_BLOCK_FLAGS; /* the time is over */
        break;
    }
}

static void walk(struct webm_sound_flags *flags, uint8_t *bytes, size_t size)
{
    size_t walked = 0;
    while (walked < size && flags->place != PLACE_LOST) {
        if (flags->place == PLACE_SKIPPED) {
            const uint64_t left = flags->element_end - flags->position;
            const size_t count = left < size - walked ? (size_t)left : size - walked;
            flags->position += count;
            walked += count;
            skip_rest(flags);
        } else {
            walk_byte(flags, &bytes[walked]);
            walked++;
        }
    }
}

void webm_sound_flags_set(struct webm_sound_flags *flags, uint64_t offset, uint8_t *bytes,
                          size_t size)
{
    if (offset == flags->position) {
        walk(flags, bytes, size);
    } else if (offset > flags->position || size > flags->position - offset) {
        flags->place = PLACE_LOST; /* over the end, or beyond it */
    }
}
