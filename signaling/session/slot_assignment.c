#include "signaling/session/slot_assignment.h"

#include <stdio.h>
#include <string.h>

void slot_assignment_init(struct slot_assignment *assignment)
{
    memset(assignment, 0, sizeof(*assignment));
    for (size_t i = 0; i < ENDPOINT_SLOTS_MAX; i++) {
        assignment->slots[i].video = true;
    }
}

void slot_assignment_resize(struct slot_assignment *assignment, size_t slot_count)
{
    assignment->slot_count = slot_count;
    for (size_t i = slot_count; i < ENDPOINT_SLOTS_MAX; i++) {
        assignment->slots[i].participant_id[0] = 0;
    }
}

static bool is_among(const char *id, const char *const *people, size_t people_count)
{
    for (size_t i = 0; i < people_count; i++) {
        if (strcmp(people[i], id) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_slot(const struct slot_assignment *assignment, const char *id)
{
    for (size_t i = 0; i < assignment->slot_count; i++) {
        if (strcmp(assignment->slots[i].participant_id, id) == 0) {
            return true;
        }
    }
    return false;
}

static bool take_free_slot(struct slot_assignment *assignment, const char *id)
{
    for (size_t i = 0; i < assignment->slot_count; i++) {
        if (assignment->slots[i].participant_id[0] == 0) {
            snprintf(assignment->slots[i].participant_id, UUID_TEXT_SIZE, "%s", id);
            return true;
        }
    }
    return false;
}

bool slot_assignment_update(struct slot_assignment *assignment, const char *const *people,
                            size_t people_count)
{
    bool changed = false;
    for (size_t i = 0; i < assignment->slot_count; i++) {
        char *id = assignment->slots[i].participant_id;
        if (id[0] && !is_among(id, people, people_count)) {
            memset(id, 0, UUID_TEXT_SIZE);
            changed = true;
        }
    }
    for (size_t i = 0; i < people_count; i++) {
        if (!has_slot(assignment, people[i])) {
            changed |= take_free_slot(assignment, people[i]);
        }
    }
    return changed;
}

void slot_assignment_show(struct slot_assignment *assignment, size_t slot, bool video,
                          uint32_t width, uint32_t height)
{
    assignment->slots[slot].video = video;
    assignment->slots[slot].width = width;
    assignment->slots[slot].height = height;
}
