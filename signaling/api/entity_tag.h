/* entity_tag.h - ETag, If-Match and If-None-Match (RFC 9110, 8.8.3 and 13.1).
 *
 * A tag is made of what a resource says, so that everything that can be read has one and none has
 * to be kept.
 * Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_ENTITY_TAG_H
#define BEDSIDE_SIGNALING_API_ENTITY_TAG_H

#include <jansson.h>
#include <stdbool.h>

#define ENTITY_TAG_SIZE 35 /* quotes, 32 digits and the terminating 0 */

/* Of a representation, whatever the order of its members. */
void entity_tag_of(const json_t *representation, char ret_tag[ENTITY_TAG_SIZE]);

/* Whether the field (a list of tags, or "*") has `tag`. Weak tags count for If-None-Match alone. */
bool entity_tag_if_none_match(const char *field, const char *tag);
bool entity_tag_if_match(const char *field, const char *tag);

#endif
