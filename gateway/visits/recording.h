/* recording.h - what the case record knows of one recording.
 *
 *     open --wish: stopped, visit ended, failed--> finishing --finished with files--> attached
 *       |                                              '------ finished with nothing --> empty
 *       '--- stopped before a recorder was started --> empty
 * Pure. Thread: an object belongs to one. */
#ifndef BEDSIDE_VISITS_RECORDING_H
#define BEDSIDE_VISITS_RECORDING_H

#include "gateway/base/cleanup.h"
#include "gateway/base/digest.h"
#include "gateway/base/random.h"
#include "gateway/visits/participant.h"

enum recording_phase {
    RECORDING_OPEN,
    RECORDING_FINISHING,
    RECORDING_ATTACHED,
    RECORDING_EMPTY,
    RECORDING_PHASE_COUNT,
};
const char *recording_phase_name(enum recording_phase phase);
int recording_phase_from_name(const char *name, enum recording_phase *ret_phase);

/* What people asked for last. */
enum recording_wish {
    RECORDING_WISH_RUN,
    RECORDING_WISH_PAUSE,
    RECORDING_WISH_STOP,
    RECORDING_WISH_COUNT
};
const char *recording_wish_name(enum recording_wish wish);
int recording_wish_from_name(const char *name, enum recording_wish *ret_wish);

/* Why it ended by itself. */
enum recording_failure {
    RECORDING_FAILURE_NONE,
    RECORDING_FAILURE_NO_SPACE,   /* disk full: what was written is kept */
    RECORDING_FAILURE_NO_SANDBOX, /* the kernel cannot confine the recorder, and the configuration
                                     insists */
    RECORDING_FAILURE_RECORDER,   /* the recorder keeps failing */
    RECORDING_FAILURE_COUNT,
};
const char *recording_failure_name(enum recording_failure failure);
int recording_failure_from_name(const char *name, enum recording_failure *ret_failure);

#define RECORDING_WRAPPED_KEY_SIZE_MAX 256
#define RECORDING_KEY_NAME_SIZE 65
#define RECORDING_FILE_NAME_SIZE 129
#define RECORDING_MEDIA_TYPE_SIZE 65

struct recording {
    char id[UUID_TEXT_SIZE];
    char case_id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    enum recording_phase phase;
    enum recording_wish wish;
    enum recording_failure failure;
    char asked_by[UUID_TEXT_SIZE]; /* participant */
    int64_t asked_at_ms;
    bool prepared;              /* a data key is stored: a recorder may have been started */
    int64_t flowing_since_ms;   /* start of the open interval; 0: nothing flows */
    int64_t first_flowed_at_ms; /* 0: never */
    int64_t stopped_at_ms;      /* 0: not yet */
    int64_t attached_at_ms;     /* 0: not yet */
    uint8_t wrapped_key[RECORDING_WRAPPED_KEY_SIZE_MAX];
    size_t wrapped_key_size;
    char key_name[RECORDING_KEY_NAME_SIZE]; /* which master key wrapped it */
    char manifest_sha256[DIGEST_SHA256_HEX_SIZE];
};

/* A stretch of time in which everybody present had consented, and media flowed. */
struct recording_interval {
    int64_t started_at_ms;
    int64_t ended_at_ms; /* 0: still open */
};

/* A piece as it was written. */
struct recording_segment {
    char participant_id[UUID_TEXT_SIZE];
    char file_name[RECORDING_FILE_NAME_SIZE]; /* within the recording's folder */
    int64_t started_at_ms;
    int64_t ended_at_ms;
    uint64_t size_bytes; /* on disk, sealed */
    bool complete;       /* false: broken off, readable up to its last second */
    char sha256[DIGEST_SHA256_HEX_SIZE];
};

/* What players get. */
struct recording_file {
    char participant_id[UUID_TEXT_SIZE];
    char file_name[RECORDING_FILE_NAME_SIZE];
    char media_type[RECORDING_MEDIA_TYPE_SIZE]; /* "video/webm" */
    uint64_t size_bytes;                        /* on disk, sealed */
    uint64_t plain_size_bytes;
    uint64_t duration_ms;
    int64_t started_at_ms;
    char sha256[DIGEST_SHA256_HEX_SIZE];
};

/* A recording with everything that belongs to it. */
struct recording_record {
    struct recording recording;
    struct recording_interval *intervals; /* owned, oldest first */
    size_t interval_count;
    struct recording_segment *segments; /* owned */
    size_t segment_count;
    struct recording_file *files; /* owned */
    size_t file_count;
};

struct recording_list {
    struct recording_record *records; /* owned, oldest first */
    size_t count;
};
struct recording_list *recording_list_create(void);
struct recording_list *recording_list_destroy(struct recording_list *list);
DEFINE_AUTO(recording_list)

/* SHA-256 of the manifest: one line per segment, then per file, sorted by name:
 * "<sha256>  <size in bytes>  <name>\n". */
void recording_manifest_digest(const struct recording_record *record,
                               char ret_digest[DIGEST_SHA256_HEX_SIZE]);

/* A plain name: letters, digits, '.', '_', '-'; neither empty nor beginning with a dot. */
bool recording_file_name_is_safe(const char *name);

#endif
