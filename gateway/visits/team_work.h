/* team_work.h - teams and experts, their protected hours, and booking a visit into a free slot.
 * Thread: the store thread. */
#ifndef BEDSIDE_VISITS_TEAM_WORK_H
#define BEDSIDE_VISITS_TEAM_WORK_H

#include "gateway/visits/team.h"
#include "gateway/visits/visit.h"
#include "gateway/visits/visit_service.h"

struct team_filter {
    const char *programme; /* "": of all that the actor reaches */
    bool with_retired;
    /* Behind this pair, in the order of the list: "" from the beginning. */
    const char *after_programme;
    const char *after_key;
    size_t limit;
};
/* A coordinator of one programme sees its teams alone; a physician sees all, to order from them. */
int team_work_list(struct visit_service *service, const struct visit_actor *actor,
                   const struct team_filter *filter, struct team_list **ret_list);
/* Refusal: NOT_FOUND. */
int team_work_read(struct visit_service *service, const struct visit_actor *actor,
                   const char *team_id, struct team **ret_team);

/* `hours`: parallel to the team's experts, NULL for whose stay as they are; or NULL for all.
 *
 * Keeps the team under its programme and key, with these experts: a new one, or in the place of
 * the one that was there (which is then at work again if it was retired). Experts are known again
 * by their staff key. Sets the ids. Refusals: INVALID (ask team_find_problem() first),
 * NOT_PERMITTED.
 */
int team_work_keep(struct visit_service *service, const struct visit_actor *actor,
                   struct team *team, struct expert_hours *const *hours, bool *ret_is_new);
/* Changes the team of this id. Refusals: as above, NOT_FOUND, CASE_EXISTS (another team of the
 * programme has this key). `team`'s programme is ignored: a team stays where it is. */
int team_work_change(struct visit_service *service, const struct visit_actor *actor,
                     const char *team_id, struct team *team, struct expert_hours *const *hours);
/* No more cases are routed to it; those that were stay. Refusals: NOT_FOUND, WRONG_STATE. */
int team_work_retire(struct visit_service *service, const struct visit_actor *actor,
                     const char *team_id);

/* Of an expert. Reading: of whom one sees a team; writing: the expert's own, or those of a
 * coordinator's programme. Refusals:
 * NOT_FOUND, INVALID (ask expert_hours_find_problem() first). */
int team_work_read_hours(struct visit_service *service, const struct visit_actor *actor,
                         const char *expert_id, struct expert_hours *ret_hours);
int team_work_write_hours(struct visit_service *service, const struct visit_actor *actor,
                          const char *expert_id, const struct expert_hours *hours);

#define SLOTS_MAX 1000

struct slot_request {
    const char *team_id;
    const char *expert_id;      /* NULL: every expert of the team */
    const char *subspecialty;   /* of the expert; NULL: any */
    const char *languages;      /* the expert speaks one of these; NULL: any */
    struct time_interval range; /* at most EXPERT_DAYS_MAX; what is past is left out */
    unsigned minutes;
};
struct free_slot {
    char expert_id[UUID_TEXT_SIZE];
    struct time_interval time;
};
struct slot_list {
    struct free_slot *slots; /* owned; by time, then expert */
    size_t count;
    struct team *team; /* owned: who the experts are */
    bool cut;          /* there would be more than SLOTS_MAX */
};
struct slot_list *slot_list_destroy(struct slot_list *list);
DEFINE_AUTO(slot_list)
/* Refusals: NOT_FOUND, INVALID. */
int team_work_list_slots(struct visit_service *service, const struct visit_actor *actor,
                         const struct slot_request *request, struct slot_list **ret_list);

struct booking_request {
    const char *expert_id;
    int64_t starts_at_ms;
    uint32_t minutes;
    enum visit_shape shape;
    const char *title;     /* NULL: none */
    const char *time_zone; /* NULL: the patient's, or else the expert's */
};
/* Schedules a visit with everybody of the case whom the shape seats (of the reviewing physicians
 * the expert alone) and the expert, who becomes one of its people if they are not. Whether the time
 * is free (protected, booked for neither the expert nor the case) is checked in the transaction
 * that books it. Refusals: NOT_FOUND, INVALID, SLOT_TAKEN, WRONG_STATE (a closed case), TOO_MANY.
 */
int team_work_book(struct visit_service *service, const struct visit_actor *actor,
                   const char *case_id, const struct booking_request *request,
                   struct visit_picture **ret_picture);

#endif
