#include "gateway/visits/alert.h"

const struct alert_ladder alert_ladder_default = {
    .levels = {{ROLE_COORDINATOR, 15 * 60},
               {ROLE_TREATING_PHYSICIAN, 15 * 60},
               {ROLE_REVIEWING_PHYSICIAN, 0}},
    .count = 3,
};

const char *alert_ladder_find_problem(const struct alert_ladder *ladder)
{
    if (ladder->count == 0 || ladder->count > ALERT_LEVELS_MAX) {
        return "Somebody is told, and at most four one after the other.";
    }
    for (size_t i = 0; i < ladder->count; i++) {
        if (!participant_role_is_staff(ladder->levels[i].role)) {
            return "Physicians and coordinators are told, nobody else.";
        }
        if ((ladder->levels[i].seconds == 0) != (i + 1 == ladder->count)) {
            return "All but the last have some time to acknowledge.";
        }
    }
    return NULL;
}

bool alert_is_open(const struct alert *alert)
{
    return alert->closed_at_ms == 0;
}

bool alert_is_pressing(const struct alert *alert)
{
    return alert_is_open(alert) && alert->acknowledged_at_ms == 0;
}

uint32_t alert_level_at(const struct alert_ladder *ladder, const struct alert *alert,
                        int64_t now_ms)
{
    uint32_t level = 0;
    int64_t due_ms = alert->raised_at_ms;
    if (!alert_is_pressing(alert)) {
        return alert->level;
    }
    while (level + 1 < ladder->count) {
        due_ms += (int64_t)ladder->levels[level].seconds * 1000;
        if (now_ms < due_ms) {
            break;
        }
        level++;
    }
    return level > alert->level ? level : alert->level;
}

bool alert_judge_again(struct alert *alert, const struct screening_finding *finding, int64_t now_ms)
{
    const bool graver = finding->follow > alert->follow || finding->value > alert->value;
    const bool anew = graver && !alert_is_pressing(alert);
    if (graver) {
        alert->value = finding->value;
        alert->at_least = finding->at_least;
        alert->follow = finding->follow > alert->follow ? finding->follow : alert->follow;
    }
    if (anew) {
        alert->raised_at_ms = now_ms;
        alert->level = 0;
        alert->acknowledged_at_ms = 0;
        alert->acknowledged_by[0] = '\0';
        alert->closed_at_ms = 0;
    }
    return anew;
}
