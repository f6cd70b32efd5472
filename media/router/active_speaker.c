#include "media/router/active_speaker.h"

#include <stddef.h>

#define DB(value) ((uint32_t)(value)*256u)

static const uint32_t SPEECH_LOUDNESS = DB(AUDIO_LEVEL_SILENCE - 50); /* -50 dBov */
static const uint32_t CLEARLY_LOUDER = DB(6);
static const uint64_t TAKE_FROM_QUIET_US = 200000;
static const uint64_t TAKE_FROM_SPEAKING_US = 700000;
static const uint64_t LEVEL_LIFETIME_US = 400000; /* Opus DTX sends a packet each 400 ms */
static const uint64_t NOBODY_AFTER_US = 8000000;

void active_speaker_init(struct active_speaker *speaker)
{
    *speaker = (struct active_speaker){0};
    list_init(&speaker->members);
}

void active_speaker_add(struct active_speaker *speaker, struct speaker_member *member, uint64_t id)
{
    *member = (struct speaker_member){.id = id};
    list_append(&speaker->members, &member->in_room);
}

void active_speaker_remove(struct active_speaker *speaker, struct speaker_member *member)
{
    (void)speaker;
    list_remove(&member->in_room);
}

void speaker_member_on_level(struct speaker_member *member, uint8_t level, uint64_t now_us)
{
    const uint32_t heard = DB(AUDIO_LEVEL_SILENCE - (level & 0x7f));
    if (heard > member->loudness) {
        member->loudness += (heard - member->loudness) / 4;
    } else {
        member->loudness -= (member->loudness - heard) / 16;
    }
    member->heard_at_us = now_us;
}

static bool is_speaking(const struct speaker_member *member)
{
    return member && member->loudness >= SPEECH_LOUDNESS;
}

/* Forgets the levels of those from whom nothing comes; returns the loudest of the others. */
static struct speaker_member *find_loudest(struct active_speaker *speaker, uint64_t now_us)
{
    struct speaker_member *loudest = NULL;
    LIST_FOR_EACH (element, &speaker->members) {
        struct speaker_member *member = LIST_ENTRY(element, struct speaker_member, in_room);
        if (now_us - member->heard_at_us > LEVEL_LIFETIME_US) {
            member->loudness = 0;
        }
        if (!loudest || member->loudness > loudest->loudness) {
            loudest = member;
        }
    }
    return loudest;
}

static struct speaker_member *find_speaker(struct active_speaker *speaker)
{
    LIST_FOR_EACH (element, &speaker->members) {
        struct speaker_member *member = LIST_ENTRY(element, struct speaker_member, in_room);
        if (member->id == speaker->speaker_id) {
            return member;
        }
    }
    return NULL;
}

/* Only the one who leads keeps the time since when. */
static void note_leader(struct active_speaker *speaker, struct speaker_member *leader,
                        uint64_t now_us)
{
    LIST_FOR_EACH (element, &speaker->members) {
        struct speaker_member *member = LIST_ENTRY(element, struct speaker_member, in_room);
        if (member != leader) {
            member->leading_since_us = 0;
        } else if (member->leading_since_us == 0) {
            member->leading_since_us = now_us;
        }
    }
}

bool active_speaker_update(struct active_speaker *speaker, uint64_t now_us, uint64_t *ret_id)
{
    const uint64_t before = speaker->speaker_id;
    struct speaker_member *loudest = find_loudest(speaker, now_us);
    struct speaker_member *current = find_speaker(speaker);
    if (!current) {
        speaker->speaker_id = 0;
    }
    if (is_speaking(current)) {
        speaker->spoken_at_us = now_us;
    }

    const uint32_t bar =
        is_speaking(current) ? current->loudness + CLEARLY_LOUDER : SPEECH_LOUDNESS;
    const bool leads = loudest && loudest != current && loudest->loudness >= bar;
    note_leader(speaker, leads ? loudest : NULL, now_us);

    const uint64_t needed_us = is_speaking(current) ? TAKE_FROM_SPEAKING_US : TAKE_FROM_QUIET_US;
    if (leads && now_us - loudest->leading_since_us >= needed_us) {
        loudest->leading_since_us = 0;
        speaker->speaker_id = loudest->id;
        speaker->spoken_at_us = now_us;
    } else if (speaker->speaker_id != 0 && now_us - speaker->spoken_at_us > NOBODY_AFTER_US) {
        speaker->speaker_id = 0;
    }
    if (speaker->speaker_id == before) {
        return false;
    }
    *ret_id = speaker->speaker_id;
    return true;
}
