#include "gateway/visits/visit_picture.h"

#include "gateway/base/allocate.h"

#include <string.h>

struct visit_picture *visit_picture_create(void)
{
    return allocate_zeroed(1, sizeof(struct visit_picture));
}

struct visit_picture *visit_picture_destroy(struct visit_picture *picture)
{
    free(picture);
    return NULL;
}

const struct participant *visit_picture_find(const struct visit_picture *picture,
                                             const char *participant_id)
{
    for (size_t i = 0; i < picture->participant_count; i++) {
        if (strcmp(picture->participants[i].id, participant_id) == 0) {
            return &picture->participants[i];
        }
    }
    return NULL;
}

/* The patient, inside, sees which guests stand outside. */
static bool stands_at_door_of(const struct participant *viewer, const struct participant *subject)
{
    return viewer->person.role == ROLE_PATIENT && participant_role_is_guest(subject->person.role) &&
           (subject->state == SEAT_WAITING || subject->state == SEAT_DENIED);
}

static bool are_together(const struct visit_picture *picture, const struct participant *viewer,
                         const struct participant *subject)
{
    return visit_picture_is_in_help(picture, viewer) && visit_picture_is_in_help(picture, subject);
}

bool visit_picture_shows(const struct visit_picture *picture, const struct participant *viewer,
                         const struct participant *subject)
{
    if (viewer == subject || strcmp(viewer->id, subject->id) == 0) {
        return true;
    }
    if (participant_role_is_staff(viewer->person.role) || are_together(picture, viewer, subject)) {
        return true;
    }
    if (viewer->state == SEAT_IN_VISIT) {
        return subject->state == SEAT_IN_VISIT || stands_at_door_of(viewer, subject);
    }
    if (viewer->state != SEAT_WAITING) {
        return false;
    }
    return participant_role_is_staff(subject->person.role) || subject->person.role == ROLE_PATIENT;
}

bool visit_picture_hears(const struct visit_picture *picture, const struct participant *participant)
{
    return participant->state == SEAT_IN_VISIT && picture->visit.state != VISIT_ENDED &&
           !visit_picture_sets_apart(picture, participant) &&
           (picture->visit.huddle_since_ms == 0 || visit_huddle_seats(participant->person.role));
}

bool visit_picture_is_in_help(const struct visit_picture *picture,
                              const struct participant *participant)
{
    return picture->visit.state != VISIT_ENDED && help_session_is_on(&picture->help) &&
           help_session_is_of(&picture->help, participant->id);
}

bool visit_picture_sets_apart(const struct visit_picture *picture,
                              const struct participant *participant)
{
    return picture->visit.state != VISIT_ENDED &&
           help_session_sets_apart(&picture->help, participant->id);
}

bool visit_picture_opens_contents(const struct participant *viewer)
{
    return viewer->state == SEAT_IN_VISIT;
}
