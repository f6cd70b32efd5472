#include "media/router/sound_line.h"

#include "media/router/sound_delivery.h"
#include "media/rtp/opus_packet.h"

#include <stdlib.h>

static const uint64_t FLOWS_US = 1000000;
static const uint8_t SPEECH_MINUS_DBOV = 50;
/* A word is longer than the pause between its syllables. */
static const uint64_t SPEECH_LASTS_US = 200000;
static const uint32_t FRAME_US = 20000;

struct sound_line {
    struct sound_redundancy redundancy;
    struct unheard_speech missed;
    struct sound_line_figures figures;
    struct sound_line_figures recent;
    uint32_t frame_us;    /* of the last one */
    uint32_t frame_bytes; /* smoothed, in 1/16 */
    uint64_t sent_at_us;
    uint64_t spoken_at_us;
    struct sound_delivery delivery;
};

struct sound_line *sound_line_create(void)
{
    struct sound_line *line = calloc(1, sizeof(*line));
    sound_redundancy_init(&line->redundancy);
    sound_line_begin(line);
    return line;
}

struct sound_line *sound_line_destroy(struct sound_line *line)
{
    free(line);
    return NULL;
}

/* The link stays as it is: so does what it needs. */
void sound_line_begin(struct sound_line *line)
{
    sound_delivery_init(&line->delivery);
    unheard_speech_init(&line->missed);
    line->frame_us = FRAME_US;
    line->frame_bytes = 0;
    line->sent_at_us = 0;
    line->spoken_at_us = 0;
}

/* ---- one packet ---- */

void sound_line_pack(const struct sound_line *line, const struct media_payload *payload,
                     const struct packet_buffer *frame, const struct sound_history *history,
                     struct sound_packet *ret_packet)
{
    struct red_audio_frame earlier[SOUND_HISTORY_PLACES - 1];
    struct sound_packet *packet = ret_packet;
    packet->part_count = 0;
    packet->repeated = 0;
    size_t repeats = 0;
    if (payload->red_payload_type != 0 && history) {
        repeats =
            sound_history_find(history, &frame->rtp, sound_redundancy_repeated(&line->redundancy),
                               &packet->repeated, earlier);
    }
    packet->is_red = repeats > 0;
    if (packet->is_red) {
        const size_t size = red_audio_write_headers(earlier, repeats, payload->payload_type,
                                                    frame->rtp.timestamp, packet->headers);
        packet->parts[packet->part_count++] = (struct packet_part){packet->headers, size};
    }
    for (size_t i = 0; i < repeats; i++) {
        packet->parts[packet->part_count++] =
            (struct packet_part){earlier[i].data, earlier[i].size};
    }
    packet->parts[packet->part_count++] =
        (struct packet_part){rtp_packet_payload(&frame->rtp), frame->rtp.payload_size};
}

static bool is_speech(struct sound_line *line, const struct packet_buffer *frame, uint64_t now_us)
{
    if (frame->audio_level.present && frame->audio_level.minus_dbov <= SPEECH_MINUS_DBOV) {
        line->spoken_at_us = now_us;
    }
    return line->spoken_at_us != 0 && now_us - line->spoken_at_us < SPEECH_LASTS_US;
}

static void note_frame(struct sound_line *line, const struct packet_buffer *frame, uint64_t now_us)
{
    const uint32_t bytes = frame->rtp.payload_size * 16u;
    const uint32_t lasts_us =
        opus_packet_duration_us(rtp_packet_payload(&frame->rtp), frame->rtp.payload_size);
    line->frame_bytes =
        line->frame_bytes == 0 ? bytes : line->frame_bytes - line->frame_bytes / 16 + bytes / 16;
    line->frame_us = lasts_us > 0 ? lasts_us : FRAME_US;
    line->sent_at_us = now_us;
}

void sound_line_on_sent(struct sound_line *line, const struct packet_buffer *frame,
                        const struct sound_packet *packet, uint16_t sequence, bool is_numbered,
                        uint16_t transport_sequence, uint64_t now_us)
{
    note_frame(line, frame, now_us);
    if (is_numbered) {
        const struct sound_sent sent = {
            .sequence = sequence,
            .transport_sequence = transport_sequence,
            .repeated = packet->repeated,
            .is_speech = is_speech(line, frame, now_us),
        };
        sound_delivery_on_sent(&line->delivery, &sent, now_us);
    }
}

/* ---- what its receiver says ---- */

void sound_line_on_feedback(struct sound_line *line, const struct transport_cc_status *statuses,
                            size_t count, unsigned missing)
{
    sound_delivery_on_feedback(&line->delivery, statuses, count, missing);
}

void sound_line_on_report(struct sound_line *line, uint8_t fraction_lost)
{
    sound_redundancy_on_report(&line->redundancy, fraction_lost);
}

static struct sound_cost cost_of(const struct sound_line *line, uint32_t share_bps, uint64_t now_us)
{
    return (struct sound_cost){
        .frame_bytes = line->frame_bytes / 16,
        .packets_per_second = sound_line_flows(line, now_us) ? 1000000 / line->frame_us : 0,
        .share_bps = share_bps,
    };
}

bool sound_line_on_tick(struct sound_line *line, uint32_t share_bps, bool beside_picture,
                        uint64_t now_us, struct unheard_speech_event *ret_missed)
{
    struct sound_fate fate;
    bool told = false;
    while (sound_delivery_next(&line->delivery, now_us, &fate)) {
        if (fate.is_known) {
            sound_redundancy_on_packet(&line->redundancy, fate.packet_came);
        }
        line->figures.frames++;
        line->figures.unheard += !fate.heard;
        line->recent.frames++;
        line->recent.unheard += !fate.heard;
        told |= unheard_speech_on_frame(&line->missed, fate.sent_us, line->frame_us, fate.is_speech,
                                        fate.heard, ret_missed);
    }
    struct sound_cost cost = cost_of(line, share_bps, now_us);
    cost.beside_picture = beside_picture;
    sound_redundancy_decide(&line->redundancy, &cost, now_us);
    return told;
}

/* ---- what is known ---- */

bool sound_line_flows(const struct sound_line *line, uint64_t now_us)
{
    return line->sent_at_us != 0 && now_us - line->sent_at_us < FLOWS_US;
}

bool sound_line_repeats(const struct sound_line *line)
{
    return sound_redundancy_repeated(&line->redundancy) != 0;
}

uint8_t sound_line_loss(const struct sound_line *line)
{
    return sound_redundancy_loss(&line->redundancy);
}

void sound_line_take_figures(struct sound_line *line, struct sound_line_figures *ret_figures)
{
    *ret_figures = line->figures;
    line->figures = (struct sound_line_figures){0};
}

void sound_line_take_recent(struct sound_line *line, struct sound_line_figures *ret_figures)
{
    *ret_figures = line->recent;
    line->recent = (struct sound_line_figures){0};
}
