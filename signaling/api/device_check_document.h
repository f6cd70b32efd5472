/* device_check_document.h - device checks as JSON: as a page reports one, and as the team reads
 * them. Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_DEVICE_CHECK_DOCUMENT_H
#define BEDSIDE_SIGNALING_API_DEVICE_CHECK_DOCUMENT_H

#include "gateway/visits/device_check.h"
#include "signaling/api/document_reader.h"

/* What a page may say of itself; the rest is left 0. Returns 0, or -EBADMSG with the problem. */
int device_check_document_read(const json_t *document, struct device_check *ret_check,
                               struct document_problem *ret_problem);
/* Owned. With `marks` it is for the device itself. */
json_t *device_check_document_write(const struct device_check *check, bool marks);

#endif
