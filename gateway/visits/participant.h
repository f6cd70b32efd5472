/* participant.h - the people of a case, their roles, and the seat each has in a visit.
 *
 *   A seat (functions of admission.h):
 *
 *     invited --arrive--> arrived --enter--> waiting --admit--> in_visit <--enter--> left
 *                            |                  |                  ^       leave      ^
 *                            |                deny                 |                  |
 *                            |                  v                  |                  |
 *                            |               denied ------- admit -+------------------'
 *                            '-- enter: staff, or admitted before -'
 *
 * Admission lasts for the visit: whoever left comes back without waiting. Somebody who was sent out
 * (by the patient, a guest) or back to the waiting room (by the team) waits, held, until whoever
 * sent them lets them back in; leaving and returning changes nothing about it.
 * A lost connection leaves the seat as it is: `connected` alone changes.
 * Pure. Thread: any; an object belongs to one. */
#ifndef BEDSIDE_VISITS_PARTICIPANT_H
#define BEDSIDE_VISITS_PARTICIPANT_H

#include "gateway/base/random.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum participant_role {
    ROLE_PATIENT,
    ROLE_CAREGIVER,
    ROLE_REVIEWING_PHYSICIAN,
    ROLE_TREATING_PHYSICIAN,
    ROLE_COORDINATOR,
    ROLE_INTERPRETER,
    ROLE_TRAINEE,
    ROLE_TECHNICAL_HELPER,
    /* Never in a seat: who acts from the outside. */
    ROLE_OPERATOR, /* bedsidectl over the Unix socket */
    ROLE_GATEWAY,  /* the product itself: recorder book-keeping, recovery */
    ROLE_SYSTEM,   /* a program of the organisation's, with an access token (api_client.h) */
    ROLE_COUNT,
};
#define ROLE_SEATED_COUNT ROLE_OPERATOR
/* In a set of roles. */
#define PARTICIPANT_ROLE_BIT(role) (1u << (role))

/* "patient", "reviewing_physician", ...: the name in JSON, SQL and the audit trail. */
const char *participant_role_name(enum participant_role role);
/* Roles of seats only. Returns 0, or -EINVAL. */
int participant_role_from_name(const char *name, enum participant_role *ret_role);
bool participant_role_is_physician(enum participant_role role);
/* Physicians and the coordinator. */
bool participant_role_is_staff(enum participant_role role);

enum seat_state {
    SEAT_INVITED,
    SEAT_ARRIVED,
    SEAT_WAITING,
    SEAT_IN_VISIT,
    SEAT_LEFT,
    SEAT_DENIED,
    SEAT_STATE_COUNT,
};
const char *seat_state_name(enum seat_state state);
int seat_state_from_name(const char *name, enum seat_state *ret_state);

/* Who keeps somebody out for a while who had been let in. */
enum seat_hold {
    SEAT_HOLD_NONE,
    SEAT_HOLD_PATIENT, /* a guest was sent out */
    SEAT_HOLD_TEAM,    /* sent back to the waiting room */
    SEAT_HOLD_COUNT,
};
/* "none", "patient", "team". */
const char *seat_hold_name(enum seat_hold hold);
int seat_hold_from_name(const char *name, enum seat_hold *ret_hold);

/* Sizes in bytes of UTF-8 with the terminating 0. */
#define PERSON_NAME_SIZE 201
#define PERSON_LABEL_SIZE 101
#define PERSON_DATE_SIZE 11 /* YYYY-MM-DD */
#define PERSON_KEY_SIZE 33
#define PERSON_PHONE_SIZE 41
#define PERSON_ADDRESS_SIZE 401
#define PERSON_STAFF_KEY_SIZE 129
#define PERSON_EMAIL_SIZE 255     /* RFC 5321, 4.5.3.1.3 */
#define PERSON_LANGUAGES_SIZE 101 /* BCP 47 tags, separated by one space */
#define TIME_ZONE_SIZE 65         /* IANA name */
#define SUBDIVISION_SIZE 8        /* ISO 3166-2: "US-MT" */

/* A person of a case: patient, family, care team, helpers. Empty text means unknown. */
struct person {
    char id[UUID_TEXT_SIZE];
    char key[PERSON_KEY_SIZE]; /* what the programme calls them within the case; may be empty */
    enum participant_role role;
    char display_name[PERSON_NAME_SIZE];
    char label[PERSON_LABEL_SIZE]; /* "Daughter", "Spanish interpreter", "Haematology, St. Anne" */
    char birth_date[PERSON_DATE_SIZE];
    char phone[PERSON_PHONE_SIZE];
    char email[PERSON_EMAIL_SIZE];
    char address[PERSON_ADDRESS_SIZE];
    char emergency_contact_name[PERSON_NAME_SIZE];
    char emergency_contact_phone[PERSON_PHONE_SIZE];
    char time_zone[TIME_ZONE_SIZE];
    char languages[PERSON_LANGUAGES_SIZE];
    char staff_key[PERSON_STAFF_KEY_SIZE]; /* what the sign-in calls a member of staff */
    bool beside;                           /* came to help: of the case, and invited only by name */
};

/* One person's seat in one visit. */
struct participant {
    char id[UUID_TEXT_SIZE];
    char visit_id[UUID_TEXT_SIZE];
    struct person
        person; /* its role is the role in this visit; its address is where the person is now */
    enum seat_state state;
    bool connected;           /* a signaling session is there, or was within its 30 s of grace */
    int64_t last_seen_ms;     /* when `connected` last changed; 0: never */
    int64_t waiting_since_ms; /* 0 unless waiting */
    int64_t admitted_at_ms;   /* 0: not admitted; kept when the person leaves and returns */
    int64_t knocked_at_ms;    /* they let it be known that they wait; 0: never */
    enum seat_hold hold;      /* keeps one who was admitted out */
    char subdivision[SUBDIVISION_SIZE]; /* where the person said they are today; may be empty */
    int64_t placed_at_ms;               /* when they said so; 0: not yet */
    bool beside;             /* made for a help session, and for nothing else: never in the visit */
    bool second_device_asks; /* another device wants this seat; the first, or staff, must say */
};

/* In the visit and connected: whose consent counts. */
bool participant_is_present(const struct participant *participant);
/* Neither the patient nor a member of the team: family, interpreter, trainee, helper. */
bool participant_role_is_guest(enum participant_role role);

/* A date of the Gregorian calendar, 1880-01-01 or later, YYYY-MM-DD. */
bool person_date_is_valid(const char *text);
/* UTF-8 without control characters other than those of `multiline` text (\n, \t). */
bool person_text_is_clean(const char *text, bool multiline);
/* "Area/Place", "UTC" and the like: letters, digits, '_', '+', '-', '/'. Not looked up. */
bool time_zone_is_well_formed(const char *text);
/* One address of RFC 5322's plain form: somebody@host.example, no names, quotes or comments. */
bool email_is_well_formed(const char *text);
/* "CC-S", "CC-SS" or "CC-SSS" in capitals and digits. Not looked up. */
bool subdivision_is_well_formed(const char *text);
/* Checks every field. Returns NULL, or the name of the first bad field (static). */
const char *person_find_problem(const struct person *person);

#endif
