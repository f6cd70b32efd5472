#include "gateway/notifications/mail_message.h"

#include <gmime/gmime.h>
#include <string.h>

static void add_part(GMimeMultipart *parts, const char *subtype, const char *text,
                     const char *method, bool attached)
{
    GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);
    g_mime_text_part_set_charset(part, "utf-8");
    g_mime_text_part_set_text(part, text);
    /* Quoted-printable: long lines of a calendar stay whole, and no gateway on the way folds them.
     */
    g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    if (method) {
        g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "method", method);
    }
    if (attached) {
        g_mime_object_set_disposition(GMIME_OBJECT(part), GMIME_DISPOSITION_ATTACHMENT);
        g_mime_part_set_filename(GMIME_PART(part), "visit.ics");
    }
    g_mime_multipart_add(parts, GMIME_OBJECT(part));
    g_object_unref(part);
}

static GMimeMultipart *write_parts(const struct letter *letter)
{
    const char *method = letter->cancels ? "CANCEL" : "REQUEST";
    GMimeMultipart *alternatives = g_mime_multipart_new_with_subtype("alternative");
    add_part(alternatives, "plain", letter->text, NULL, false);
    add_part(alternatives, "html", letter->html, NULL, false);
    if (!letter->calendar) {
        return alternatives;
    }
    GMimeMultipart *whole = g_mime_multipart_new_with_subtype("mixed");
    add_part(alternatives, "calendar", letter->calendar, method, false);
    g_mime_multipart_add(whole, GMIME_OBJECT(alternatives));
    g_object_unref(alternatives);
    add_part(whole, "calendar", letter->calendar, method, true);
    return whole;
}

static void set_head(GMimeMessage *message, const struct letter *letter,
                     const struct mail_addresses *addresses, int64_t now_ms)
{
    const char *host = strchr(addresses->from, '@');
    g_autofree char *id = g_strconcat(addresses->id, host ? host : "@localhost", NULL);
    g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(now_ms / 1000);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, addresses->from_name,
                               addresses->from);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, addresses->to_name, addresses->to);
    if (addresses->reply_to[0]) {
        g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_REPLY_TO, addresses->from_name,
                                   addresses->reply_to);
    }
    g_mime_message_set_subject(message, letter->subject, "utf-8");
    g_mime_message_set_date(message, now);
    g_mime_message_set_message_id(message, id);
    GMimeObject *object = GMIME_OBJECT(message);
    g_mime_object_set_header(object, "Content-Language", letter->language, "utf-8");
    g_mime_object_set_header(object, "Auto-Submitted", "auto-generated", "utf-8"); /* RFC 3834 */
}

char *mail_message_write(const struct letter *letter, const struct mail_addresses *addresses,
                         int64_t now_ms)
{
    static gsize ready = 0;
    if (g_once_init_enter(&ready)) {
        g_mime_init();
        g_once_init_leave(&ready, 1);
    }
    GMimeMessage *message = g_mime_message_new(TRUE);
    GMimeMultipart *parts = write_parts(letter);
    set_head(message, letter, addresses, now_ms);
    g_mime_message_set_mime_part(message, GMIME_OBJECT(parts));
    GMimeFormatOptions *options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    char *text = g_mime_object_to_string(GMIME_OBJECT(message), options);
    g_mime_format_options_free(options);
    g_object_unref(parts);
    g_object_unref(message);
    return text;
}
