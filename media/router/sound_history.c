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
                          uint8_t wanted, uint8_t *ret_found,
                          struct red_audio_frame ret_frames[SOUND_HISTORY_PLACES - 1])
{
    size_t count = 0;
    *ret_found = 0;
    assert(wanted < 1u << (SOUND_HISTORY_PLACES - 1));
    for (unsigned ago = SOUND_HISTORY_PLACES - 1; ago > 0; ago--) {
        const uint16_t sequence = (uint16_t)(packet->sequence - ago);
        const struct packet_buffer *before = history->packets[sequence % SOUND_HISTORY_PLACES];
        if (!(wanted & 1u << (ago - 1)) || !before || before->rtp.sequence != sequence) {
            continue;
        }
        ret_frames[count] = (struct red_audio_frame){
            .timestamp = before->rtp.timestamp,
            .data = rtp_packet_payload(&before->rtp),
            .size = before->rtp.payload_size,
        };
        if (red_audio_can_carry(&ret_frames[count], packet->timestamp)) {
            *ret_found |= (uint8_t)(1u << (ago - 1));
            count++;
        }
    }
    return count;
}
