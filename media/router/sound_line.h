/* sound_line.h - what a line of sound does beside forwarding, so that the voice arrives: it repeats
 * earlier frames for a receiver who loses packets (RFC 2198, where negotiated), and knows what was
 * heard.
 *
 *   frame --> earlier ones beside it --> packet --> sound_delivery --> unheard_speech
 *                     ^                    feedback ------^    |
 *              sound_redundancy <------------------------------'
 *
 * Pure. Thread: belongs to the worker of its room. */
#ifndef BEDSIDE_MEDIA_ROUTER_SOUND_LINE_H
#define BEDSIDE_MEDIA_ROUTER_SOUND_LINE_H

#include "gateway/base/cleanup.h"
#include "media/router/sink.h"
#include "media/router/sound_history.h"
#include "media/router/sound_redundancy.h"
#include "media/router/unheard_speech.h"
#include "media/rtp/media_codec.h"
#include "media/rtp/rtcp_transport_cc.h"

struct sound_line;

struct sound_line *sound_line_create(void);
/* Accepts NULL, returns NULL. */
struct sound_line *sound_line_destroy(struct sound_line *line);
DEFINE_AUTO(sound_line)

/* Somebody else, or nobody, is in the slot: what they say is another matter. */
void sound_line_begin(struct sound_line *line);

/* ---- one packet ---- */

#define SOUND_LINE_PARTS_MAX (2 + SOUND_REPEATS_MAX)

/* A packet that leaves: its frame, and what goes before it. */
struct sound_packet {
    bool is_red;
    uint8_t repeated; /* the frames before its own; bit 0: the last one */
    uint8_t headers[RED_AUDIO_HEADERS_SIZE_MAX];
    struct packet_part parts[SOUND_LINE_PARTS_MAX]; /* the payload; point into this struct, too */
    size_t part_count;
};

/* Puts the payload together: Opus alone, or RED with earlier frames, if `payload` says that the
 * receiver takes it and it needs it. `history` is the stream's; NULL: it keeps none. */
void sound_line_pack(const struct sound_line *line, const struct media_payload *payload,
                     const struct packet_buffer *frame, const struct sound_history *history,
                     struct sound_packet *ret_packet);
/* It left, as packet `sequence` of the line. */
void sound_line_on_sent(struct sound_line *line, const struct packet_buffer *frame,
                        const struct sound_packet *packet, uint16_t sequence, bool is_numbered,
                        uint16_t transport_sequence, uint64_t now_us);

/* ---- what its receiver says ---- */

/* Of one transport-wide feedback; before it `missing` others were lost. */
void sound_line_on_feedback(struct sound_line *line, const struct transport_cc_status *statuses,
                            size_t count, unsigned missing);
/* Of one receiver report about the line. */
void sound_line_on_report(struct sound_line *line, uint8_t fraction_lost);

/* Decides how much is repeated; for the tick. `share_bps`: of the link, for this line; 0 while
 * unknown; `beside_picture`: a picture needs the rest. Returns true when words were missed. */
bool sound_line_on_tick(struct sound_line *line, uint32_t share_bps, bool beside_picture,
                        uint64_t now_us, struct unheard_speech_event *ret_missed);

/* ---- what is known ---- */

/* Packets came within the last second. */
bool sound_line_flows(const struct sound_line *line, uint64_t now_us);
/* Earlier frames go along in each packet now. */
bool sound_line_repeats(const struct sound_line *line);
/* Lost on the way to the receiver, in 1/256, before repair. */
uint8_t sound_line_loss(const struct sound_line *line);

/* Frames sent, and those of them that were not heard after repair; both since the last call. */
struct sound_line_figures {
    uint32_t frames;
    uint32_t unheard;
};
void sound_line_take_figures(struct sound_line *line, struct sound_line_figures *ret_figures);
/* The same, since the last call of this one: for who looks more often. Of a receiver that gives no
 * transport-wide feedback there are none. */
void sound_line_take_recent(struct sound_line *line, struct sound_line_figures *ret_figures);

#endif
