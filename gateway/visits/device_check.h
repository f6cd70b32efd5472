/* device_check.h - what a device, its browser and its network can do for a visit, tried before it
 * or at its door: a verdict for each, in words, and what has changed since the last time.
 *
 * Nothing is kept that tells one device from all others: its kind, the browser and its major
 * version, and for camera and microphone a mark that the page makes of their names, which says only
 * whether it is the same one as before.
 * Pure. Thread: any. */
#ifndef BEDSIDE_VISITS_DEVICE_CHECK_H
#define BEDSIDE_VISITS_DEVICE_CHECK_H

#include "gateway/base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum check_item { CHECK_CAMERA, CHECK_MICROPHONE, CHECK_SPEAKER, CHECK_BROWSER, CHECK_NETWORK };
#define CHECK_ITEMS (CHECK_NETWORK + 1)
const char *check_item_name(enum check_item item);

/* From the best to the worst. FAIR: the visit goes, not at its best. */
enum check_verdict {
    CHECK_GOOD,
    CHECK_UNTRIED,
    CHECK_FAIR,
    CHECK_PROBLEM,
};
const char *check_verdict_name(enum check_verdict verdict);
int check_verdict_from_name(const char *name, enum check_verdict *ret_verdict);

enum check_reason {
    CHECK_REASON_NONE,
    CHECK_REASON_DENIED,       /* by the person, in the browser */
    CHECK_REASON_DENIED_ABOVE, /* by the system of the device */
    CHECK_REASON_NOT_FOUND,
    CHECK_REASON_IN_USE,
    CHECK_REASON_DARK,      /* the picture is black */
    CHECK_REASON_NOT_HEARD, /* silence came; or the person did not hear the bell */
    CHECK_REASON_SKIPPED,   /* the person goes without it */
    CHECK_REASON_FAILED,
    CHECK_REASON_OLD,        /* the browser is */
    CHECK_REASON_INSIDE_APP, /* a page inside another app */
    CHECK_REASON_NOT_SUPPORTED,
    CHECK_REASON_BLOCKED, /* no way leads to the gateway; the following are of the network, too */
    CHECK_REASON_SLOW,
    CHECK_REASON_LOSSY,
    CHECK_REASON_UNEVEN,
    CHECK_REASON_FAR,
    CHECK_REASON_BY_TCP,
    CHECK_REASON_BY_RELAY,
    CHECK_REASON_BUSY, /* not tried: the gateway had no room for it */
    CHECK_REASON_COUNT,
};
const char *check_reason_name(enum check_reason reason);
int check_reason_from_name(const char *name, enum check_reason *ret_reason);

enum check_moment { CHECK_BEFORE, CHECK_AT_DOOR, CHECK_MOMENTS };
const char *check_moment_name(enum check_moment moment);
int check_moment_from_name(const char *name, enum check_moment *ret_moment);

enum check_device { CHECK_IPAD, CHECK_IPHONE, CHECK_ANDROID, CHECK_COMPUTER, CHECK_DEVICES };
const char *check_device_name(enum check_device device);
int check_device_from_name(const char *name, enum check_device *ret_device);

enum check_browser_kind {
    CHECK_SAFARI,
    CHECK_CHROME,
    CHECK_EDGE,
    CHECK_FIREFOX,
    CHECK_OTHER_BROWSER,
    CHECK_BROWSERS
};
const char *check_browser_kind_name(enum check_browser_kind browser);
int check_browser_kind_from_name(const char *name, enum check_browser_kind *ret_browser);

struct check_outcome {
    enum check_verdict verdict;
    enum check_reason reason;
};

/* Of each way to the gateway. */
enum check_way { CHECK_WAY_UNTRIED, CHECK_WAY_OPEN, CHECK_WAY_CLOSED, CHECK_WAYS };
const char *check_way_name(enum check_way way);
int check_way_from_name(const char *name, enum check_way *ret_way);

enum check_path { CHECK_PATH_NONE, CHECK_PATH_UDP, CHECK_PATH_TCP, CHECK_PATH_RELAY, CHECK_PATHS };
const char *check_path_name(enum check_path path);
int check_path_from_name(const char *name, enum check_path *ret_path);

#define CHECK_UNKNOWN (-1) /* of a figure */

struct check_network {
    enum check_way udp;
    enum check_way tcp;
    enum check_way relay;
    enum check_path path; /* by which the figures were measured; NONE: none was */
    int32_t up_kbps;      /* CHECK_UNKNOWN, this and the following */
    int32_t down_kbps;
    int32_t rtt_ms;
    int32_t jitter_ms;
    int32_t loss_permille; /* of sound, before repair */
    int32_t seconds;       /* that the test took */
};

/* The gravest thing that changed from one check to a later one. */
enum check_change {
    CHECK_CHANGE_NONE,
    CHECK_CHANGE_OTHER_DEVICE,
    CHECK_CHANGE_MICROPHONE_LOST,
    CHECK_CHANGE_CAMERA_LOST,
    CHECK_CHANGE_NETWORK_WORSE,
    CHECK_CHANGE_SPEAKER_LOST,
    CHECK_CHANGE_OTHER_MICROPHONE,
    CHECK_CHANGE_OTHER_CAMERA,
    CHECK_CHANGE_OTHER_BROWSER,
    CHECK_CHANGES,
};
const char *check_change_name(enum check_change change);
int check_change_from_name(const char *name, enum check_change *ret_change);

#define CHECK_MARK_SIZE 17 /* hexadecimal */

struct device_check {
    char id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    char participant_id[UUID_TEXT_SIZE];
    int64_t at_ms;
    enum check_moment moment;
    enum check_device device;
    enum check_browser_kind browser;
    uint32_t browser_version; /* major; 0: unknown */
    struct check_outcome items[CHECK_ITEMS];
    struct check_network network;
    char camera_mark[CHECK_MARK_SIZE]; /* empty: none */
    char microphone_mark[CHECK_MARK_SIZE];
    enum check_change change; /* since the check before it */
};

/* NULL, or the field with which something is wrong. */
const char *device_check_find_problem(const struct device_check *check);
/* What the figures mean for a visit. */
struct check_outcome device_check_judge_network(const struct check_network *network);

enum check_change device_check_compare(const struct device_check *before,
                                       const struct device_check *now);

/* One seat's latest check, for a row of a board. */
struct device_check_summary {
    char participant_id[UUID_TEXT_SIZE];
    int64_t at_ms; /* 0: never checked; then nothing else is set */
    enum check_moment moment;
    enum check_verdict verdict; /* the worst of all items */
    enum check_item item;       /* whose it is */
    enum check_reason reason;
    enum check_verdict network;
    enum check_path path;
    enum check_change change;
};
void device_check_summarise(const struct device_check *check,
                            struct device_check_summary *ret_summary);

#endif
