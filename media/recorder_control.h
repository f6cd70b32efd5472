/* recorder_control.h - messages between the gateway's recorder_supervisor and bedside-recorder, one
 * per datagram of a Unix SOCK_SEQPACKET pair. Numbers are big-endian.
 *
 *   supervisor to recorder   CONFIGURE first and once; STOP
 *   recorder to supervisor   READY, SEGMENT_OPENED, SEGMENT_CLOSED, SEGMENT_CHECKED, PLAYABLE,
 * DISK_FULL, FAILED, DONE
 *
 * CONFIGURE carries the data key: wipe what held it.
 * Pure. Thread: any. */
#ifndef BEDSIDE_MEDIA_RECORDER_CONTROL_H
#define BEDSIDE_MEDIA_RECORDER_CONTROL_H

#include "gateway/base/digest.h"
#include "media/recorder_protocol.h"
#include "media/rtp/media_codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDER_CONTROL_VERSION 1
#define RECORDER_CONTROL_SIZE_MAX 32768
#define RECORDER_DATA_KEY_SIZE 32
#define RECORDER_PATH_SIZE 1024
#define RECORDER_FILE_NAME_SIZE 80
#define RECORDER_REASON_SIZE 160
#define RECORDER_MIME_SIZE 48
#define RECORDER_INTERVALS_MAX 1024

/* The descriptors with which a recorder is started. */
#define RECORDER_MEDIA_FD 3
#define RECORDER_CONTROL_FD 4

enum recorder_control_type {
    RECORDER_CONTROL_CONFIGURE = 1,
    RECORDER_CONTROL_STOP = 2,
    RECORDER_CONTROL_READY = 16,
    RECORDER_CONTROL_SEGMENT_OPENED = 17,
    RECORDER_CONTROL_SEGMENT_CLOSED = 18,
    RECORDER_CONTROL_SEGMENT_CHECKED = 19,
    RECORDER_CONTROL_PLAYABLE = 20,
    RECORDER_CONTROL_DISK_FULL = 21,
    RECORDER_CONTROL_FAILED = 22,
    RECORDER_CONTROL_DONE = 23,
};

enum recorder_mode { RECORDER_MODE_RECORD = 1, RECORDER_MODE_FINISH = 2 };

/* A consented interval on the wall clock, in milliseconds since 1970 (UTC). */
struct recorder_interval {
    int64_t start_ms;
    int64_t end_ms;
};

struct recorder_configuration {
    enum recorder_mode mode;
    bool allow_weak_sandbox;
    uint32_t uid; /* to become when root; 0: stay */
    uint32_t gid;
    uint64_t minimum_free_bytes;
    uint64_t memory_limit_bytes;
    uint8_t data_key[RECORDER_DATA_KEY_SIZE];
    char directory[RECORDER_PATH_SIZE];
    size_t interval_count; /* of finishing */
    struct recorder_interval intervals[RECORDER_INTERVALS_MAX];
};

/* What is known of a segment or a playable file. */
struct recorder_file_report {
    char name[RECORDER_FILE_NAME_SIZE];  /* in the recording's directory */
    char label[RECORDER_LABEL_SIZE_MAX]; /* of the participant */
    enum media_kind kind;                /* of a segment: each holds one track */
    enum media_codec codec;              /* of a segment; of a playable file its picture, or NONE */
    uint32_t number;                     /* of a segment; 0 of a playable file */
    bool complete;                       /* false: broken off, readable up to the last second */
    int64_t interval_start_ms; /* of a segment: wall clock of the consented interval it lies in */
    int64_t interval_end_ms;   /* 0 while unknown */
    uint64_t start_us;   /* of a segment: media time since the interval's start, first frame */
    uint64_t end_us;     /* ... and where the last one ends; of a playable file its duration */
    uint64_t size;       /* bytes on disk; 0 of SEGMENT_OPENED */
    uint64_t plain_size; /* bytes for Range */
    uint8_t sha256[DIGEST_SHA256_SIZE]; /* of the bytes on disk */
    char mime[RECORDER_MIME_SIZE];      /* of a playable file */
};

struct recorder_control_message {
    enum recorder_control_type type;
    struct recorder_configuration configuration; /* CONFIGURE */
    struct recorder_file_report file;            /* SEGMENT_*, PLAYABLE */
    char reason[RECORDER_REASON_SIZE]; /* DISK_FULL, FAILED; READY: what of the sandbox is missing,
                                          or empty */
};

/* Returns 0, or -EBADMSG for a datagram that is none of the above. */
int recorder_control_parse(const uint8_t *datagram, size_t size,
                           struct recorder_control_message *ret_message);
/* Returns the size written. Texts that are too long are cut. */
size_t recorder_control_write(const struct recorder_control_message *message,
                              uint8_t ret_datagram[RECORDER_CONTROL_SIZE_MAX]);

#endif
