#include "media/router/sound_history.h"

#include <assert.h>

void sound_history_clear(struct sound_history *history)
{
    for (size_t i = 0; i < SOUND_HISTORY_PLACES; i++) {
        history->packets[i] = packet_buffer_unlock(history->packets[i]);
    }
}

void sound_history_set_wanted(struct sound_history *history, bool wanted)
{
    if (history->wanted && !wanted) {
        sound_history_clear(history);
    }
    history->wanted = wanted;
}

void sound_history_put(struct sound_history *history, struct packet_buffer *packet)
{
    struct packet_buffer **place = &history->packets[packet->rtp.sequence % SOUND_HISTORY_PLACES];
    if (history->wanted) {
        packet_buffer_unlock(*place);
        *place = packet_buffer_lock(packet);
    }
}

size_t sound_history_find(const struct sound_history *history, const struct rtp_packet *packet,
                          size_t most, struct red_audio_frame ret_frames[SOUND_HISTORY_PLACES - 1])
{
    struct red_audio_frame found[SOUND_HISTORY_PLACES - 1];
    size_t count = 0;
    assert(most < SOUND_HISTORY_PLACES);
    while (count < most) {
        const uint16_t sequence = (uint16_t)(packet->sequence - count - 1);
        const struct packet_buffer *before = history->packets[sequence % SOUND_HISTORY_PLACES];
        if (!before || before->rtp.sequence != sequence) {
            break;
        }
        found[count] = (struct red_audio_frame){
            .timestamp = before->rtp.timestamp,
            .data = rtp_packet_payload(&before->rtp),
            .size = before->rtp.payload_size,
        };
        if (!red_audio_can_carry(&found[count], packet->timestamp)) {
            break;
        }
        count++;
    }
    for (size_t i = 0; i < count; i++) {
        ret_frames[i] = found[count - 1 - i];
    }
    return count;
}
