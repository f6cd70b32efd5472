#include "gateway/visits/device_check.h"

#include "gateway/visits/name_table.h"

#include <string.h>

static const char *const item_names[] = {
    [CHECK_CAMERA] = "camera",   [CHECK_MICROPHONE] = "microphone", [CHECK_SPEAKER] = "speaker",
    [CHECK_BROWSER] = "browser", [CHECK_NETWORK] = "network",
};
static const char *const verdict_names[] = {
    [CHECK_GOOD] = "good",
    [CHECK_UNTRIED] = "untried",
    [CHECK_FAIR] = "fair",
    [CHECK_PROBLEM] = "problem",
};
static const char *const reason_names[CHECK_REASON_COUNT] = {
    [CHECK_REASON_NONE] = "none",
    [CHECK_REASON_DENIED] = "denied",
    [CHECK_REASON_DENIED_ABOVE] = "denied_by_system",
    [CHECK_REASON_NOT_FOUND] = "not_found",
    [CHECK_REASON_IN_USE] = "in_use",
    [CHECK_REASON_DARK] = "dark",
    [CHECK_REASON_NOT_HEARD] = "not_heard",
    [CHECK_REASON_SKIPPED] = "skipped",
    [CHECK_REASON_FAILED] = "failed",
    [CHECK_REASON_OLD] = "old",
    [CHECK_REASON_INSIDE_APP] = "inside_app",
    [CHECK_REASON_NOT_SUPPORTED] = "not_supported",
    [CHECK_REASON_BLOCKED] = "blocked",
    [CHECK_REASON_SLOW] = "slow",
    [CHECK_REASON_LOSSY] = "lossy",
    [CHECK_REASON_UNEVEN] = "uneven",
    [CHECK_REASON_FAR] = "far",
    [CHECK_REASON_BY_TCP] = "by_tcp",
    [CHECK_REASON_BY_RELAY] = "by_relay",
    [CHECK_REASON_BUSY] = "busy",
};
static const char *const moment_names[CHECK_MOMENTS] = {
    [CHECK_BEFORE] = "before",
    [CHECK_AT_DOOR] = "door",
};
static const char *const device_names[CHECK_DEVICES] = {
    [CHECK_IPAD] = "ipad",
    [CHECK_IPHONE] = "iphone",
    [CHECK_ANDROID] = "android",
    [CHECK_COMPUTER] = "computer",
};
static const char *const browser_names[CHECK_BROWSERS] = {
    [CHECK_SAFARI] = "safari",   [CHECK_CHROME] = "chrome",       [CHECK_EDGE] = "edge",
    [CHECK_FIREFOX] = "firefox", [CHECK_OTHER_BROWSER] = "other",
};
static const char *const way_names[CHECK_WAYS] = {
    [CHECK_WAY_UNTRIED] = "untried",
    [CHECK_WAY_OPEN] = "open",
    [CHECK_WAY_CLOSED] = "closed",
};
static const char *const path_names[CHECK_PATHS] = {
    [CHECK_PATH_NONE] = "none",
    [CHECK_PATH_UDP] = "udp",
    [CHECK_PATH_TCP] = "tcp",
    [CHECK_PATH_RELAY] = "relay",
};
static const char *const change_names[CHECK_CHANGES] = {
    [CHECK_CHANGE_NONE] = "none",
    [CHECK_CHANGE_OTHER_DEVICE] = "other_device",
    [CHECK_CHANGE_MICROPHONE_LOST] = "microphone_lost",
    [CHECK_CHANGE_CAMERA_LOST] = "camera_lost",
    [CHECK_CHANGE_NETWORK_WORSE] = "network_worse",
    [CHECK_CHANGE_SPEAKER_LOST] = "speaker_lost",
    [CHECK_CHANGE_OTHER_MICROPHONE] = "other_microphone",
    [CHECK_CHANGE_OTHER_CAMERA] = "other_camera",
    [CHECK_CHANGE_OTHER_BROWSER] = "other_browser",
};

const char *check_item_name(enum check_item item)
{
    return NAME_OF(item_names, item);
}

DEFINE_NAMES(check_verdict, check_verdict, verdict_names)
DEFINE_NAMES(check_reason, check_reason, reason_names)
DEFINE_NAMES(check_moment, check_moment, moment_names)
DEFINE_NAMES(check_device, check_device, device_names)
DEFINE_NAMES(check_browser_kind, check_browser_kind, browser_names)
DEFINE_NAMES(check_way, check_way, way_names)
DEFINE_NAMES(check_path, check_path, path_names)
DEFINE_NAMES(check_change, check_change, change_names)

/* ---- bad input ---- */

#define BROWSER_VERSION_MAX 9999
#define KBPS_MAX 10000000
#define MS_MAX 60000
#define SECONDS_MAX 600

static bool is_mark(const char *mark)
{
    const size_t length = strnlen(mark, CHECK_MARK_SIZE);
    return length == 0 ||
           (length == CHECK_MARK_SIZE - 1 && strspn(mark, "0123456789abcdef") == length);
}

static bool is_figure(int32_t figure, int32_t most)
{
    return figure >= CHECK_UNKNOWN && figure <= most;
}

static const char *find_network_problem(const struct check_network *network)
{
    const struct {
        const char *name;
        int32_t figure;
        int32_t most;
    } figures[] = {
        {"network.up_kbps", network->up_kbps, KBPS_MAX},
        {"network.down_kbps", network->down_kbps, KBPS_MAX},
        {"network.rtt_ms", network->rtt_ms, MS_MAX},
        {"network.jitter_ms", network->jitter_ms, MS_MAX},
        {"network.loss_permille", network->loss_permille, 1000},
        {"network.seconds", network->seconds, SECONDS_MAX},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(figures); i++) {
        if (!is_figure(figures[i].figure, figures[i].most)) {
            return figures[i].name;
        }
    }
    return NULL;
}

const char *device_check_find_problem(const struct device_check *check)
{
    if (check->browser_version > BROWSER_VERSION_MAX) {
        return "platform.version";
    }
    if (!is_mark(check->camera_mark)) {
        return "camera.mark";
    }
    if (!is_mark(check->microphone_mark)) {
        return "microphone.mark";
    }
    return find_network_problem(&check->network);
}

/* ---- the network ---- */

/* Sound in both directions takes less than 100 kbit/s, a small picture 300. */
#define PICTURE_UP_KBPS 400
#define PICTURE_DOWN_KBPS 500
#define SOUND_KBPS 80
#define LOSS_FAIR_PERMILLE 30
#define LOSS_PROBLEM_PERMILLE 250
#define RTT_FAIR_MS 350
#define JITTER_FAIR_MS 60

static bool is_below(int32_t figure, int32_t least)
{
    return figure != CHECK_UNKNOWN && figure < least;
}

static bool was_tried(const struct check_network *network)
{
    return network->udp == CHECK_WAY_CLOSED || network->tcp == CHECK_WAY_CLOSED ||
           network->relay == CHECK_WAY_CLOSED;
}

struct check_outcome device_check_judge_network(const struct check_network *network)
{
    const struct {
        bool holds;
        struct check_outcome outcome;
    } rules[] = {
        {network->path == CHECK_PATH_NONE && was_tried(network),
         {CHECK_PROBLEM, CHECK_REASON_BLOCKED}},
        {network->path == CHECK_PATH_NONE, {CHECK_UNTRIED, CHECK_REASON_NONE}},
        {is_below(network->up_kbps, SOUND_KBPS) || is_below(network->down_kbps, SOUND_KBPS),
         {CHECK_PROBLEM, CHECK_REASON_SLOW}},
        {network->loss_permille > LOSS_PROBLEM_PERMILLE, {CHECK_PROBLEM, CHECK_REASON_LOSSY}},
        {is_below(network->up_kbps, PICTURE_UP_KBPS) ||
             is_below(network->down_kbps, PICTURE_DOWN_KBPS),
         {CHECK_FAIR, CHECK_REASON_SLOW}},
        {network->loss_permille > LOSS_FAIR_PERMILLE, {CHECK_FAIR, CHECK_REASON_LOSSY}},
        {network->jitter_ms > JITTER_FAIR_MS, {CHECK_FAIR, CHECK_REASON_UNEVEN}},
        {network->rtt_ms > RTT_FAIR_MS, {CHECK_FAIR, CHECK_REASON_FAR}},
        {network->path == CHECK_PATH_TCP, {CHECK_FAIR, CHECK_REASON_BY_TCP}},
        {network->path == CHECK_PATH_RELAY, {CHECK_FAIR, CHECK_REASON_BY_RELAY}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
        if (rules[i].holds) {
            return rules[i].outcome;
        }
    }
    return (struct check_outcome){CHECK_GOOD, CHECK_REASON_NONE};
}

/* ---- what changed ---- */

static bool is_lost(const struct device_check *before, const struct device_check *now,
                    enum check_item item)
{
    return before->items[item].verdict == CHECK_GOOD && now->items[item].verdict == CHECK_PROBLEM;
}

static bool is_another(const char *before, const char *now)
{
    return before[0] && now[0] && strcmp(before, now) != 0;
}

/* UNTRIED stands between the others in the order of what needs a hand, not in this one. */
static bool is_worse(const struct check_outcome *before, const struct check_outcome *now)
{
    return before->verdict != CHECK_UNTRIED && now->verdict != CHECK_UNTRIED &&
           now->verdict > before->verdict;
}

enum check_change device_check_compare(const struct device_check *before,
                                       const struct device_check *now)
{
    const bool same_device = before->device == now->device;
    const bool same_browser = same_device && before->browser == now->browser;
    const struct {
        bool holds;
        enum check_change change;
    } rules[] = {
        {is_lost(before, now, CHECK_MICROPHONE), CHECK_CHANGE_MICROPHONE_LOST},
        {is_lost(before, now, CHECK_CAMERA), CHECK_CHANGE_CAMERA_LOST},
        {is_worse(&before->items[CHECK_NETWORK], &now->items[CHECK_NETWORK]),
         CHECK_CHANGE_NETWORK_WORSE},
        {is_lost(before, now, CHECK_SPEAKER), CHECK_CHANGE_SPEAKER_LOST},
        {!same_device, CHECK_CHANGE_OTHER_DEVICE},
        /* Another browser may name the same microphone otherwise. */
        {!same_browser, CHECK_CHANGE_OTHER_BROWSER},
        {is_another(before->microphone_mark, now->microphone_mark), CHECK_CHANGE_OTHER_MICROPHONE},
        {is_another(before->camera_mark, now->camera_mark), CHECK_CHANGE_OTHER_CAMERA},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
        if (rules[i].holds) {
            return rules[i].change;
        }
    }
    return CHECK_CHANGE_NONE;
}

/* ---- one row ---- */

void device_check_summarise(const struct device_check *check,
                            struct device_check_summary *ret_summary)
{
    size_t worst = 0;
    for (size_t i = 1; i < CHECK_ITEMS; i++) {
        worst = check->items[i].verdict > check->items[worst].verdict ? i : worst;
    }
    *ret_summary = (struct device_check_summary){
        .at_ms = check->at_ms,
        .moment = check->moment,
        .verdict = check->items[worst].verdict,
        .item = (enum check_item)worst,
        .reason = check->items[worst].reason,
        .network = check->items[CHECK_NETWORK].verdict,
        .path = check->network.path,
        .change = check->change,
    };
    memcpy(ret_summary->participant_id, check->participant_id, UUID_TEXT_SIZE);
}
