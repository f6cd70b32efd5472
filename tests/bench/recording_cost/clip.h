/* clip.h - somebody talking into a camera, as RTP payloads that an encoder made: VP8 at
 * 25 pictures a second and about 1.2 Mbit/s, Opus of 20 ms. Played in a loop, with numbers that go
 * on. Thread: its owner's. */
#ifndef BEDSIDE_TESTS_BENCH_RECORDING_COST_CLIP_H
#define BEDSIDE_TESTS_BENCH_RECORDING_COST_CLIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLIP_LENGTH_US UINT64_C(4000000)
#define CLIP_AUDIO_PAYLOAD_TYPE 111
#define CLIP_VIDEO_PAYLOAD_TYPE 96
#define CLIP_PACKET_SIZE_MAX 1400

struct clip_packet {
    uint64_t at_us; /* from the start of the clip */
    bool is_audio;
    bool marker;
    uint8_t *payload; /* owned by the clip */
    size_t size;
};

/* In the order of time. It begins with a key frame. */
struct clip {
    struct clip_packet *packets;
    size_t count;
    uint64_t length_us; /* CLIP_LENGTH_US: measure whole ones, since pictures differ in size */
};

/* Takes a few seconds. Ends the program when GStreamer lacks an encoder. */
void clip_create(struct clip *ret_clip);
void clip_destroy(struct clip *clip);

/* One person who plays it. */
struct clip_player {
    const struct clip *clip; /* borrowed */
    uint64_t start_us;       /* when it began, on the monotonic clock */
    size_t next;
    uint16_t audio_sequence;
    uint16_t video_sequence;
};

struct clip_moment {
    const struct clip_packet *packet;
    uint64_t capture_us; /* on the monotonic clock */
    uint16_t sequence;
    uint32_t timestamp;
};

/* Returns whether a packet is due at `now_us`, and moves past it. */
bool clip_player_take(struct clip_player *player, uint64_t now_us, struct clip_moment *ret_moment);

#endif
