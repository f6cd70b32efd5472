/* licence_view.h - what staff are told of licences: where the patient is today, what that means for
 * each physician, and whether the visit is a consultation (gateway/visits/licence.h). Pure.
 * Thread: any. */
#ifndef BEDSIDE_SIGNALING_SESSION_LICENCE_VIEW_H
#define BEDSIDE_SIGNALING_SESSION_LICENCE_VIEW_H

#include "signaling/session/visit_view.h"

/* An owned `licence_state` of docs/signaling.schema.json; for viewers who are staff. */
json_t *licence_view(const struct visit_view *view);

#endif
