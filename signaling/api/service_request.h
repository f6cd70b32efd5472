/* service_request.h - an order for a second opinion as hospitals send it: FHIR R4 (4.0.1)
 * ServiceRequest, with the patient and whoever orders `contained` in it.
 *
 * FHIR resources are open: what is not known is left alone, except for what turns their meaning
 * (modifierExtension, doNotPerform), which is refused. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_SERVICE_REQUEST_H
#define BEDSIDE_SIGNALING_API_SERVICE_REQUEST_H

#include "gateway/visits/case_order.h"
#include "signaling/api/case_document.h"

/* The system of a Practitioner's identifier that says what the organisation's sign-in calls them.
 */
#define SERVICE_REQUEST_STAFF_SYSTEM "urn:bedside:staff"

/* Returns 0 and an owned order without its document, or -EBADMSG with the problem. */
int service_request_read(const json_t *resource, struct case_order **ret_order,
                         struct document_problem *ret_problem);

#endif
