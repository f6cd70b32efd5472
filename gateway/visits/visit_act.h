/* visit_act.h - one operation of the service from begin to end: transaction, permission, audit,
 * picture.
 *
 *   struct visit_act act = {.operation = OPERATION_ADMIT, .actor = actor, .subject = id};
 *   int result = visit_act_begin_in_visit(service, &act, actor->visit_id);
 *   if (result == 0) {
 *       result = do_it(service, &act);
 *   }
 *   return visit_act_end(service, &act, result, ret_picture);
 *
 * Private to gateway/visits. Thread: the store thread. */
#ifndef BEDSIDE_VISITS_VISIT_ACT_H
#define BEDSIDE_VISITS_VISIT_ACT_H

#include "gateway/visits/permission_table.h"
#include "gateway/visits/staff_account.h"
#include "gateway/visits/visit_board.h"
#include "gateway/visits/visit_service.h"

/* Visits of which a board that is open does not know yet (visit_board.h). */
struct changed_visits {
    bool wanted; /* somebody asked before */
    bool all;
    size_t count;
    char ids[CHANGED_VISITS_MAX][UUID_TEXT_SIZE];
};

struct visit_service {
    struct visit_service_config config;
    struct visit_store *store; /* borrowed */
    struct consent_words consent_words;
    int64_t now_ms;
    uint64_t picture_version;
    bool outbox_signal;
    struct changed_visits changed;
};

struct visit_act {
    enum operation operation;
    const struct visit_actor *actor;
    const char *subject; /* on whom or what, an id, for the audit trail; NULL: nobody */
    bool quiet;          /* not audited when done: too frequent, and in the timeline anyway */
    char detail[AUDIT_DETAIL_SIZE];
    /* Set by begin: */
    enum participant_role role; /* in which the actor acts: of several the first that may */
    unsigned roles;             /* of an account, in this case or at large; 0: it is none */
    char staff_key[PERSON_STAFF_KEY_SIZE]; /* of the account */
    char programme[CASE_PROGRAMME_SIZE];   /* of the account or the program; empty: all */
    unsigned scopes;                       /* of a program, now */
    char case_id[UUID_TEXT_SIZE];          /* empty: not known; the installation's chain is used */
    struct visit visit;                    /* its id is empty when the act is about none */
    struct participant seat;               /* of the actor, when in one */
    bool has_seat;
    int begin_error; /* the transaction could not begin */
};

/* Starts the transaction and checks that the actor may. Whatever they return, visit_act_end() must
 * follow. `visit_id` must be the actor's own for somebody in a seat, and of the own case for a
 * staff session. An account acts in a case as the person whom the case knows by its key, when its
 * roles bear that out, or as a coordinator or technical helper of its programme. */
int visit_act_begin_in_visit(struct visit_service *service, struct visit_act *act,
                             const char *visit_id);
int visit_act_begin_in_case(struct visit_service *service, struct visit_act *act,
                            const char *case_id);
/* For acts that are about no case yet, or whose case is found on the way. */
int visit_act_begin(struct visit_service *service, struct visit_act *act);

/* Audits (what is done in a practice visit is not), makes the picture when `ret_picture` is given
 * and `result` is 0, and commits; rolls back when something failed. Returns `result`, or the error
 * of what it did. */
int visit_act_end(struct visit_service *service, struct visit_act *act, int result,
                  struct visit_picture **ret_picture);

/* Adds to the timeline, and to the outbox when the kind is announced; of practice there is none.
 * `subject_id` and `recording_id` may be NULL. */
int visit_act_note(struct visit_service *service, const struct visit_act *act,
                   enum visit_event_kind kind, const char *subject_id, const char *recording_id,
                   const char *detail, int64_t at_ms);

int visit_act_make_picture(struct visit_service *service, const char *visit_id,
                           struct visit_picture **ret_picture);

/* Something may have been written about it: boards look again. (visit_board.c) */
void visit_board_note_changed(struct visit_service *service, const char *visit_id);

/* -ENOENT becomes REFUSAL_NOT_FOUND. */
int visit_act_or_not_found(int result);

/* The visit of an act that began is over for everybody, with all that was on. Refusals:
 * NOT_IN_VISIT, VISIT_ENDED. (visit_conduct.c) */
int visit_conduct_end_within(struct visit_service *service, struct visit_act *act);

/* Ends an open recording: FINISHING when a recorder may have been started, else EMPTY.
 * (visit_recording.c) */
int visit_recording_stop_open(struct visit_service *service, const struct visit_act *act,
                              struct recording *recording, const char *detail);

/* Verdicts on the physicians among `seats`, in their order; `ret_colleague` is the treating
 * physician whose licence vouches, or NULL. (visit_licence.c) */
int visit_licence_judge(struct visit_service *service, const struct visit *visit,
                        const struct participant *seats, size_t count,
                        struct licence_verdict ret_verdicts[VISIT_PARTICIPANTS_MAX],
                        const struct participant **ret_colleague);
/* Whether the patient, or a physician, may come into the visit to whom is there. `knows`: the one
 * who opens knows of a warning. Refusals: NO_LICENCE, LICENCE_WARNING. (visit_licence.c) */
int visit_licence_check_meeting(struct visit_service *service, const struct visit_act *act,
                                const struct participant *comer, bool knows);
/* After somebody came, went, or said where they are: notes where a consultation begins and ends.
 * (visit_licence.c) */
int visit_licence_follow(struct visit_service *service, struct visit_act *act);

/* A finding of the actor's answers: a new alert, or the one there is, judged again; in practice
 * nobody is alerted, here and below. (visit_alert.c) */
int visit_alert_raise(struct visit_service *service, const struct visit_act *act,
                      const char *response_id, const struct screening_finding *finding);
/* Somebody needs help at once: whose address it is, a participant. (visit_alert.c) */
int visit_alert_raise_emergency(struct visit_service *service, const struct visit_act *act,
                                const char *participant_id);

/* Everybody of a visit is written to: invited, told of a new time, or that it does not take place;
 * what was planned before is dropped. (visit_notification.c) */
int visit_notification_plan(struct visit_service *service, const struct visit *visit,
                            enum notification_kind kind);
/* Whoever is not there yet is told of the delay; or, of those who were told of one before, that
 * there is none. (visit_notification.c) */
int visit_notification_tell_delay(struct visit_service *service, const struct visit_act *act,
                                  const struct visit_delay *delay);
/* By which way each of the seats would be written to; NOTIFICATION_ANY: by none.
 * (visit_notification.c) */
int visit_notification_find_ways(struct visit_service *service, const struct participant *seats,
                                 size_t count,
                                 enum notification_channel ret_ways[VISIT_PARTICIPANTS_MAX]);
/* The links that people have are good for as long as new ones would be: the visit has another time.
 * (visit_records_schedule.c) */
int visit_records_keep_links_good(struct visit_service *service, const struct visit *visit);
/* A second secret for the link that `seat` has, which stays; a first one when it has none. It
 * vouches for nobody anew and its wrong tries count together. (visit_records_schedule.c) */
int visit_records_mint_another(struct visit_service *service, const struct visit_act *act,
                               const struct participant *seat, char ret_secret[RANDOM_TOKEN_SIZE]);

/* Whose session it is, while it lasts. Refusal: SESSION_EXPIRED. (staff_sign_in.c) */
int staff_sign_in_check(struct visit_service *service, const char *session_id,
                        struct staff_account *ret_account);

#endif
