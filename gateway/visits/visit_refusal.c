#include "gateway/visits/visit_refusal.h"

static const struct {
    const char *code;
    const char *sentence;
} refusals[REFUSAL_COUNT] = {
    [REFUSAL_NONE] = {"none", "Done."},
    [REFUSAL_NOT_PERMITTED] = {"not_permitted", "You may not do this."},
    [REFUSAL_NOT_FOUND] = {"not_found", "There is no such thing here."},
    [REFUSAL_INVALID] = {"invalid", "Something in this request makes no sense."},
    [REFUSAL_LINK_UNKNOWN] = {"link_unknown",
                              "This link does not work. Ask for the newest one you were sent."},
    [REFUSAL_LINK_EXPIRED] = {"link_expired", "This link is no longer valid. Ask for a new one."},
    [REFUSAL_BIRTH_DATE_NEEDED] = {"birth_date_needed", "Please enter the date of birth."},
    [REFUSAL_BIRTH_DATE_WRONG] = {"birth_date_wrong",
                                  "This date of birth is not the one we have on record."},
    [REFUSAL_LINK_LOCKED] = {"link_locked",
                             "Too many wrong dates of birth. The care team can unlock the link."},
    [REFUSAL_SECOND_DEVICE_PENDING] = {"second_device_pending",
                                       "Your seat is in use on another device. Please confirm "
                                       "there, or wait for the care team."},
    [REFUSAL_DEVICE_REPLACED] = {"device_replaced", "Your seat is now in use on another device."},
    [REFUSAL_DEVICE_REFUSED] = {"device_refused", "This device was not let into your seat."},
    [REFUSAL_SEAT_UNKNOWN] = {"seat_unknown",
                              "We do not know this device. Please open your link again."},
    [REFUSAL_SESSION_EXPIRED] = {"session_expired",
                                 "Your session is over. Please open your link again."},
    [REFUSAL_VISIT_ENDED] = {"visit_ended", "This visit is over."},
    [REFUSAL_VISIT_NOT_OPEN] = {"visit_not_open", "This visit has not started yet."},
    [REFUSAL_DENIED] = {"denied", "You were not let into this visit."},
    [REFUSAL_NOT_IN_VISIT] = {"not_in_visit", "This works only in the visit itself."},
    [REFUSAL_WRONG_STATE] = {"wrong_state", "This is not possible right now."},
    [REFUSAL_CONSENT_TEXT_OUTDATED] = {"consent_text_outdated",
                                       "The question has changed. Please read it again."},
    [REFUSAL_CASE_EXISTS] = {"case_exists",
                             "The programme already has a case with this reference."},
    [REFUSAL_NO_LICENCE] = {"no_licence", "A physician in this visit has no licence for the place "
                                          "where the patient is today."},
    [REFUSAL_LICENCE_WARNING] = {"licence_warning",
                                 "Please confirm first that you know about the licence."},
    [REFUSAL_SLOT_TAKEN] = {"slot_taken", "This time is not free. Choose another."},
    [REFUSAL_HELP_TAKEN] = {"help_taken",
                            "Somebody of your team is helping in this visit already."},
    [REFUSAL_NOT_IN_PRACTICE] = {"not_in_practice",
                                 "This is practice: nothing is recorded or kept."},
    [REFUSAL_TOO_SOON] = {"too_soon", "This was done a moment ago. Please wait a little."},
    [REFUSAL_TOO_MANY] = {"too_many", "There is no room for more."},
    [REFUSAL_CHANGED] = {"changed",
                         "Somebody else has changed this in the meantime. Read it again first."},
    [REFUSAL_KEY_REUSED] = {"idempotency_key_reused",
                            "This Idempotency-Key was sent before, with another request."},
    [REFUSAL_TOKEN_UNKNOWN] = {"invalid_token",
                               "This access token is unknown or over. Ask for a new one."},
    [REFUSAL_ASSERTION_USED] = {"assertion_used", "This assertion was used before."},
};

const char *visit_refusal_code(enum visit_refusal refusal)
{
    return (unsigned)refusal < REFUSAL_COUNT ? refusals[refusal].code : "unknown";
}

const char *visit_refusal_sentence(enum visit_refusal refusal)
{
    return (unsigned)refusal < REFUSAL_COUNT ? refusals[refusal].sentence : "This did not work.";
}
