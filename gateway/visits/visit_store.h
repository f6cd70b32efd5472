/* visit_store.h - what the domain asks of a database. Implemented in gateway/store (SQLite;
 * PostgreSQL later).
 *
 * Functions return 0 or a negative errno: -ENOENT (no such row), -EEXIST (a unique value is taken),
 * -ENOSPC (disk full), -EIO (everything else, logged by the store). Lists are owned by the caller,
 * oldest first. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_STORE_H
#define BEDSIDE_VISITS_VISIT_STORE_H

#include "gateway/visits/alert_store.h"
#include "gateway/visits/api_client_store.h"
#include "gateway/visits/audit_event.h"
#include "gateway/visits/board_store.h"
#include "gateway/visits/case_flow_store.h"
#include "gateway/visits/chat_message.h"
#include "gateway/visits/clinical_case.h"
#include "gateway/visits/consent.h"
#include "gateway/visits/delay_store.h"
#include "gateway/visits/device_check_store.h"
#include "gateway/visits/emergency_store.h"
#include "gateway/visits/expert_time_store.h"
#include "gateway/visits/help_store.h"
#include "gateway/visits/join_link.h"
#include "gateway/visits/licence_store.h"
#include "gateway/visits/notification_store.h"
#include "gateway/visits/practice_store.h"
#include "gateway/visits/quality_minute.h"
#include "gateway/visits/recording.h"
#include "gateway/visits/screening_store.h"
#include "gateway/visits/seat_step_store.h"
#include "gateway/visits/staff_store.h"
#include "gateway/visits/team_store.h"
#include "gateway/visits/visit.h"
#include "gateway/visits/visit_event.h"

struct visit_store;
struct audit_verdict;
struct outbox_entry;

struct visit_store_ops {
    struct visit_store *(*destroy)(struct visit_store *store);

    /* Nest: only the outermost commit writes to disk. A rollback undoes its own level. */
    int (*begin)(struct visit_store *store);
    int (*commit)(struct visit_store *store);
    void (*rollback)(struct visit_store *store);

    struct staff_store_ops staff;             /* accounts and their sessions */
    struct case_flow_store_ops case_flow;     /* steps, owners, due dates, plans, orders */
    struct team_store_ops teams;              /* experts, their hours */
    struct expert_time_store_ops expert_time; /* what is booked */
    struct api_client_store_ops api_clients;
    struct licence_store_ops licences;
    struct emergency_store_ops emergencies;
    struct delay_store_ops delays;
    struct help_store_ops help;
    struct alert_store_ops alerts;
    struct screening_store_ops screening;  /* answers before a visit */
    struct board_store_ops board;          /* a day's visits */
    struct seat_step_store_ops seat_steps; /* how far people are on the way in */
    struct device_check_store_ops device_checks;
    struct notification_store_ops notifications;
    struct practice_store_ops practice;

    /* -- cases -- */
    int (*insert_case)(struct visit_store *store, const struct clinical_case *clinical_case);
    /* Opinion without the document's bytes; people without those who only came to help. */
    int (*read_case)(struct visit_store *store, const char *case_id,
                     struct clinical_case **ret_case);
    /* After the people whom the case has; -ENOSPC beyond CASE_PEOPLE_MAX of those who belong to it.
     */
    int (*insert_person)(struct visit_store *store, const char *case_id,
                         const struct person *person);
    int (*read_person)(struct visit_store *store, const char *person_id, struct person *ret_person);
    int (*read_opinion)(struct visit_store *store, const char *case_id, bool with_bytes,
                        struct opinion **ret_opinion);
    int (*has_opinion)(struct visit_store *store, const char *case_id, bool *ret_has);
    int (*read_birth_date_of_patient)(struct visit_store *store, const char *case_id,
                                      char ret_date[PERSON_DATE_SIZE]);

    /* -- visits -- */
    int (*insert_visit)(struct visit_store *store, const struct visit *visit);
    int (*read_visit)(struct visit_store *store, const char *visit_id, struct visit *ret_visit);
    /* State and time. */
    int (*update_visit)(struct visit_store *store, const struct visit *visit);
    int (*list_visits)(struct visit_store *store, const char *case_id, struct visit **ret_visits,
                       size_t *ret_count);
    int (*insert_participant)(struct visit_store *store, const struct participant *participant);
    int (*read_participant)(struct visit_store *store, const char *participant_id,
                            struct participant *ret_participant);
    /* State, presence and stamps of the seat; not the person. */
    int (*update_participant)(struct visit_store *store, const struct participant *participant);
    /* With the VISIT_HELPERS_MAX who came last to help one of them. */
    int (*list_participants)(struct visit_store *store, const char *visit_id,
                             struct participant ret_participants[VISIT_PARTICIPANTS_MAX],
                             size_t *ret_count);
    int (*disconnect_everybody)(struct visit_store *store, int64_t now_ms);

    /* -- ways in -- */
    int (*insert_join_link)(struct visit_store *store, const struct join_link *link);
    int (*find_join_link)(struct visit_store *store, const char *secret_sha256,
                          struct join_link *ret_link);
    int (*latest_join_link)(struct visit_store *store, const char *participant_id,
                            struct join_link *ret_link);
    /* Wrong tries are those of the seat: they count for all its links that are good. */
    int (*update_join_link)(struct visit_store *store, const struct join_link *link);
    /* Of all links of a visit that are not revoked. */
    int (*set_join_links_expiry)(struct visit_store *store, const char *visit_id,
                                 int64_t expires_at_ms);
    int (*revoke_join_links)(struct visit_store *store, const char *participant_id, int64_t now_ms);
    int (*insert_device)(struct visit_store *store, const struct device *device);
    int (*find_device)(struct visit_store *store, const char *token_sha256,
                       struct device *ret_device);
    int (*read_device)(struct visit_store *store, const char *device_id, struct device *ret_device);
    /* The participant's newest device in `state`. */
    int (*latest_device)(struct visit_store *store, const char *participant_id,
                         enum device_state state, struct device *ret_device);
    int (*update_device)(struct visit_store *store, const struct device *device);
    int (*insert_staff_link)(struct visit_store *store, const struct staff_link *link);
    int (*find_staff_link)(struct visit_store *store, const char *secret_sha256,
                           struct staff_link *ret_link);
    int (*revoke_staff_links)(struct visit_store *store, const char *person_id, int64_t now_ms);
    int (*insert_staff_session)(struct visit_store *store, const struct staff_session_row *session);
    int (*find_staff_session)(struct visit_store *store, const char *token_sha256,
                              struct staff_session_row *ret_session);
    int (*read_staff_session)(struct visit_store *store, const char *session_id,
                              struct staff_session_row *ret_session);

    /* It is over at `now_ms`, if it was not before. */
    int (*end_staff_session)(struct visit_store *store, const char *session_id, int64_t now_ms);

    /* -- what happens -- */
    /* The words that an answer refers to; kept once. */
    int (*keep_consent_text)(struct visit_store *store, const char *version,
                             const struct consent_text *text);
    int (*insert_consent)(struct visit_store *store, const struct consent *consent);
    int (*list_consents)(struct visit_store *store, const char *visit_id,
                         struct consent **ret_consents, size_t *ret_count);
    int (*insert_chat)(struct visit_store *store, const struct chat_message *message);
    int (*count_chat)(struct visit_store *store, const char *visit_id, size_t *ret_count);
    int (*list_chat)(struct visit_store *store, const char *visit_id, struct chat_list **ret_list);
    int (*insert_event)(struct visit_store *store, const struct visit_event *event);
    int (*list_events)(struct visit_store *store, const char *visit_id,
                       struct visit_event_list **ret_list);
    /* One that is kept already stays as it is. */
    int (*insert_quality_minute)(struct visit_store *store, const char *visit_id,
                                 const struct quality_minute *minute);
    int (*list_quality_minutes)(struct visit_store *store, const char *visit_id,
                                struct quality_minute_list **ret_list);

    /* -- recordings -- */
    int (*insert_recording)(struct visit_store *store, const struct recording *recording);
    int (*read_recording)(struct visit_store *store, const char *recording_id,
                          struct recording *ret_recording);
    int (*latest_recording)(struct visit_store *store, const char *visit_id,
                            struct recording *ret_recording);
    int (*update_recording)(struct visit_store *store, const struct recording *recording);
    /* With intervals, segments and files. */
    int (*read_recording_record)(struct visit_store *store, const char *recording_id,
                                 struct recording_list **ret_list);
    /* Of one case; "": of all. */
    int (*list_recordings)(struct visit_store *store, const char *case_id,
                           struct recording_list **ret_list);
    int (*list_unfinished_recordings)(struct visit_store *store, struct recording_list **ret_list);
    int (*insert_interval)(struct visit_store *store, const char *recording_id,
                           const struct recording_interval *interval);
    int (*close_interval)(struct visit_store *store, const char *recording_id,
                          int64_t started_at_ms, int64_t ended_at_ms);
    int (*insert_segment)(struct visit_store *store, const char *recording_id,
                          const struct recording_segment *segment);
    int (*insert_file)(struct visit_store *store, const char *recording_id,
                       const struct recording_file *file);
    int (*find_file)(struct visit_store *store, const char *recording_id, const char *file_name,
                     struct recording_file *ret_file);

    /* -- audit -- */
    /* Sets `sequence` and the digests. */
    int (*append_audit)(struct visit_store *store, const struct audit_event *event);
    int (*verify_audit)(struct visit_store *store, struct audit_verdict *ret_verdict);

    /* -- outbox -- */
    int (*append_outbox)(struct visit_store *store, const struct visit_event *event);
    int (*pending_outbox)(struct visit_store *store, const char *destination,
                          struct outbox_entry *ret_entries, size_t capacity, size_t *ret_count);
    int (*mark_outbox)(struct visit_store *store, const char *destination, int64_t sequence,
                       bool delivered, int64_t at_ms);
};

/* An implementation's struct begins with this. */
struct visit_store {
    const struct visit_store_ops *ops;
};

/* Accepts NULL. Always returns NULL. */
static inline struct visit_store *visit_store_destroy(struct visit_store *store)
{
    return store ? store->ops->destroy(store) : NULL;
}
DEFINE_AUTO(visit_store)

#endif
