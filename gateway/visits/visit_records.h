/* visit_records.h - the case record outside a running visit: cases, opinions, schedules, links, the
 * audit trail. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_RECORDS_H
#define BEDSIDE_VISITS_VISIT_RECORDS_H

#include "gateway/visits/clinical_case.h"
#include "gateway/visits/visit_event.h"
#include "gateway/visits/visit_service.h"

/* Gives ids to the case, its people and its opinion, and keeps it. Refusals: INVALID (ask
 * clinical_case_find_problem() first for the field), CASE_EXISTS. */
int visit_records_import_case(struct visit_service *service, const struct visit_actor *actor,
                              struct clinical_case *clinical_case);
/* With people and opinion, without the document's bytes. Refusal: NOT_FOUND. */
int visit_records_read_case(struct visit_service *service, const struct visit_actor *actor,
                            const char *case_id, struct clinical_case **ret_case);

struct visit_list {
    struct visit *visits; /* owned, oldest first */
    size_t count;
};
struct visit_list *visit_list_create(void);
struct visit_list *visit_list_destroy(struct visit_list *list);
DEFINE_AUTO(visit_list)
int visit_records_list_visits(struct visit_service *service, const struct visit_actor *actor,
                              const char *case_id, struct visit_list **ret_list);
/* A visit's timeline. For staff and operator. */
int visit_records_timeline(struct visit_service *service, const struct visit_actor *actor,
                           const char *visit_id, struct visit_event_list **ret_events);

/* Of the actor's own case, `case_id` for staff and operator, NULL for somebody in a seat. With
 * `with_bytes` the document's bytes, else the sections. Participants must be in the visit (refusal
 * NOT_IN_VISIT). Refusal: NOT_FOUND. */
int visit_records_read_opinion(struct visit_service *service, const struct visit_actor *actor,
                               const char *case_id, bool with_bytes, struct opinion **ret_opinion);

/* Whoever wrote the opinion, as the case knows them; for who was just allowed to read it. Refusal:
 * NOT_FOUND. */
int visit_records_find_author(struct visit_service *service, const char *case_id,
                              const struct opinion *opinion, struct person *ret_author);

struct visit_schedule_request {
    const char *case_id;
    enum visit_shape shape;
    int64_t scheduled_at_ms;
    uint32_t minutes;
    const char *time_zone;
    const char *title;     /* NULL: none */
    const char *expert_id; /* into whose time it is booked; NULL: nobody's */
    const char *const
        *person_labels; /* in words the patient reads, for this visit; NULL, or parallel to
                           person_ids, where NULL stands for the person's own label */
    const struct person
        *guests; /* people whom the case does not know yet: added to it and invited */
    size_t guest_count;
    const char *const *person_ids; /* who is invited; */
    size_t person_count;           /* 0: everybody of the case whom the shape seats */
    bool allow_overlap; /* also when an expert who is invited has another visit at the time */
};
/* All of it or nothing. Refusals: NOT_FOUND, INVALID, TOO_MANY, SLOT_TAKEN (team_booking.h). */
int visit_records_schedule(struct visit_service *service, const struct visit_actor *actor,
                           const struct visit_schedule_request *request,
                           struct visit_picture **ret_picture);

struct minted_link {
    char participant_id[UUID_TEXT_SIZE]; /* empty: a staff link to the case page */
    char person_id[UUID_TEXT_SIZE];
    enum participant_role role;
    char display_name[PERSON_NAME_SIZE];
    char secret[RANDOM_TOKEN_SIZE];
    int64_t expires_at_ms;
};
struct minted_links {
    struct minted_link *links; /* owned; wiped when destroyed */
    size_t count;
};
struct minted_links *minted_links_destroy(struct minted_links *links);
DEFINE_AUTO(minted_links)
/* A join link for every participant (older ones stop working; devices that have arrived stay), and
 * a staff link for every physician and coordinator of the case. The secrets are nowhere else. Of a
 * visit that has ended: staff links alone, so that its recording can be seen. Refusal: NOT_FOUND.
 */
int visit_records_mint_links(struct visit_service *service, const struct visit_actor *actor,
                             const char *visit_id, struct minted_links **ret_links);

/* The same for one participant alone, without staff links. Refusals: NOT_FOUND, VISIT_ENDED. */
int visit_records_mint_link(struct visit_service *service, const struct visit_actor *actor,
                            const char *visit_id, const char *participant_id,
                            struct minted_links **ret_links);

struct audit_verdict {
    uint64_t rows;
    uint64_t chains;
    bool intact;
    /* When broken: the first row that does not fit. */
    char broken_chain[UUID_TEXT_SIZE]; /* a case id, or "installation" */
    uint64_t broken_sequence;
    const char
        *problem; /* static: "row was changed", "row is missing", "rows are missing at the end" */
};
int visit_records_verify_audit(struct visit_service *service, const struct visit_actor *actor,
                               struct audit_verdict *ret_verdict);

#endif
