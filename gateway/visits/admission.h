/* admission.h - the waiting room and its two doors: who waits, who opens for whom.
 *
 * Physicians and the coordinator enter directly. The team's door is for the patient: a physician
 * opens it (in a nurse-led visit the coordinator may, too). The patient's door is for guests
 * (family, interpreter, trainee, helper): the patient opens it, from inside, and nobody else does;
 * until the patient is in the visit, guests wait. Where nobody has the patient's seat (physicians
 * among themselves), guests come through the team's door.
 *
 * Who keeps a door may also say no, and take back what was said. The patient may send a guest out
 * for a while; who keeps the team's door may send the patient and any guest back to the waiting
 * room, but nobody of the team. Whoever sent somebody out lets them back in, nobody else.
 *
 * Admission lasts for the visit: whoever returns sits down again, unless sent out.
 * Pure: decides on a seat's next state, changes it, and stamps it. Thread: any. */
#ifndef BEDSIDE_VISITS_ADMISSION_H
#define BEDSIDE_VISITS_ADMISSION_H

#include "gateway/visits/participant.h"
#include "gateway/visits/visit.h"
#include "gateway/visits/visit_refusal.h"

enum admission_door { DOOR_NONE, DOOR_OF_TEAM, DOOR_OF_PATIENT };

/* Through which door somebody comes. `has_patient`: somebody has the patient's seat, whether they
 * are there or not. */
enum admission_door admission_door_of(enum participant_role comer, bool has_patient);
bool admission_has_patient(const struct participant *seats, size_t count);

/* Whether the role opens the team's door in a visit of this shape (the permission table allows it
 * in general). */
bool admission_role_opens_door(enum participant_role role, enum visit_shape shape);
/* Whether the role keeps this door in a visit of this shape. */
bool admission_role_keeps(enum participant_role role, enum admission_door door,
                          enum visit_shape shape);

/* In which visit, and by whom who is in it. */
struct admission_scene {
    const struct visit *visit;
    bool has_patient;
    enum participant_role keeper;
};

/* Each returns REFUSAL_NONE and changes `seat`, or says why not and changes nothing. */
enum visit_refusal admission_arrive(struct participant *seat, const struct visit *visit);
/* NOT_PERMITTED: a seat beside the visit, for a help session alone. */
enum visit_refusal admission_enter(struct participant *seat, const struct visit *visit,
                                   int64_t now_ms);
/* Lets in who waits, back in who was sent out, and takes a no back. */
enum visit_refusal admission_admit(struct participant *seat, const struct admission_scene *scene,
                                   int64_t now_ms);
enum visit_refusal admission_deny(struct participant *seat, const struct admission_scene *scene);
/* By the patient. */
enum visit_refusal admission_send_out(struct participant *seat, const struct admission_scene *scene,
                                      int64_t now_ms);
/* By the team. */
enum visit_refusal admission_send_back(struct participant *seat,
                                       const struct admission_scene *scene, int64_t now_ms);
enum visit_refusal admission_leave(struct participant *seat);
/* Whoever opened for this one is gone: they wait as if they had just come. */
void admission_wait_again(struct participant *seat, int64_t now_ms);
/* By who waits: "I am here". A guest whom the patient sent out does not knock. Within a minute of
 * the last time: TOO_SOON. */
#define ADMISSION_KNOCK_PAUSE_MS 60000
enum visit_refusal admission_knock(struct participant *seat, const struct visit *visit,
                                   int64_t now_ms);
/* When somebody who waits knocked last; 0: not since they came. */
int64_t admission_knocked_at_ms(const struct participant *seat);

/* What a keeper may do with a seat now. */
struct admission_powers {
    bool admit;
    bool deny;
    bool send_out;
    bool send_back;
};
struct admission_powers admission_powers_over(const struct participant *seat,
                                              const struct admission_scene *scene);

#endif
