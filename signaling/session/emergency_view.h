/* emergency_view.h - what the care team needs when a patient far away needs help at once: where the
 * patient is, whom to call, the local emergency number and the site's script. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_SESSION_EMERGENCY_VIEW_H
#define BEDSIDE_SIGNALING_SESSION_EMERGENCY_VIEW_H

#include "gateway/visits/emergency_site.h"
#include "signaling/session/visit_view.h"

/* Whether there is one that this viewer may see: whoever may call for help, and is in the visit.
 * Somebody who was sent out does not read on where the patient is. */
bool emergency_view_is_open(const struct visit_view *view);
/* An owned `emergency_state` of docs/signaling.schema.json; JSON null when none is open to the
 * viewer. `site` may be NULL. */
json_t *emergency_view(const struct visit_view *view, const struct emergency_site *site);
/* Whether this viewer's page says that help is being arranged. */
bool emergency_view_is_told(const struct visit_view *view);

#endif
