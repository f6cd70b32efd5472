/* form_fields.h - fields of "a=1&b=x%20y" (application/x-www-form-urlencoded): queries, and the
 * bodies of forms.
 * Pure. Thread: any. */
#ifndef BEDSIDE_SIGNALING_API_FORM_FIELDS_H
#define BEDSIDE_SIGNALING_API_FORM_FIELDS_H

/* Decodes the value of `name`. Returns 0 and sets *ret_value (owned: g_free()); -ENOENT when there
 * is no such field; -EBADMSG when it comes twice, or is not UTF-8 without control bytes. */
int form_field_read(const char *text, const char *name, char **ret_value);

#endif
