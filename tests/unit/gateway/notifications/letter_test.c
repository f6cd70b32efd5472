/* Whole letters, and the message that a mail server gets. */
#include "gateway/notifications/letter.h"

#include "gateway/notifications/mail_message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <glib.h>
#include <gmime/gmime.h>
#include <string.h>

#define SECRET "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const struct letter_site site = {
    .organisation = "St. Anne's <Second> & Opinion",
    .phone = "+1 406 555 0100",
    .origin = "https://visits.example:8443",
    .from = "desk@hospital.example",
};

static struct notification_job make_job(enum notification_kind kind, const char *languages)
{
    struct notification_job job = {.notification = {.kind = kind, .sequence = 1}};
    strcpy(job.notification.id, "0192-notification");
    strcpy(job.visit.id, "0192-visit");
    job.visit.scheduled_at_ms = 1795555800000; /* 2026-11-24, 21:30 UTC */
    job.visit.scheduled_minutes = 45;
    strcpy(job.visit.time_zone, "UTC");
    strcpy(job.seat.person.display_name, "Ruth Alder");
    strcpy(job.seat.person.email, "ruth@mail.example");
    strcpy(job.seat.person.time_zone, "America/Denver");
    strcpy(job.seat.person.languages, languages);
    strcpy(job.host, "Dr. Sigrid Lund");
    strcpy(job.secret, kind == NOTIFICATION_CANCELLED ? "" : SECRET);
    return job;
}

static struct letter *write_letter(enum notification_kind kind, const char *languages)
{
    AUTO(letter_words) words = NULL;
    char *problem = NULL;
    const struct notification_job job = make_job(kind, languages);
    assert_int_equal(letter_words_load(NULL, &words, &problem), 0);
    return letter_create(words, &site, &job, 1795000000000);
}

static void an_invitation(void **state)
{
    (void)state;
    AUTO(letter) letter = write_letter(NOTIFICATION_INVITATION, "en");
    assert_string_equal(letter->subject, "Your video visit on Tuesday, November 24");
    assert_non_null(strstr(letter->text, "Hello Ruth Alder,\n\n"));
    assert_non_null(
        strstr(letter->text, "When: Tuesday, November 24 at 2:30 PM Mountain Time\n\n"));
    assert_non_null(strstr(letter->text, "With: Dr. Sigrid Lund\n\n"));
    assert_non_null(strstr(letter->text, "https://visits.example:8443/j#" SECRET "\n\n"));
    assert_non_null(strstr(letter->html, "href=\"https://visits.example:8443/j#" SECRET "\""));
    assert_non_null(strstr(letter->html, "St. Anne&apos;s &lt;Second&gt; &amp; Opinion"));
    assert_null(strstr(letter->html, "<Second>"));
    assert_null(strstr(letter->calendar, SECRET));
    assert_null(strstr(letter->calendar, "Ruth"));
    assert_null(strchr(letter->text, '{'));
}

static void in_spanish(void **state)
{
    (void)state;
    AUTO(letter) letter = write_letter(NOTIFICATION_REMINDER, "es-US");
    assert_string_equal(letter->subject,
                        "Recordatorio de su visita por video: martes, 24 de noviembre");
    assert_non_null(strstr(letter->html, "<html lang=\"es-US\">"));
    assert_non_null(strstr(letter->message, "/j#" SECRET));
}

static void what_does_not_take_place_has_no_link(void **state)
{
    (void)state;
    AUTO(letter) letter = write_letter(NOTIFICATION_CANCELLED, "en");
    assert_null(strstr(letter->text, "/j#"));
    assert_null(strstr(letter->html, "href"));
    assert_non_null(strstr(letter->calendar, "METHOD:CANCEL"));
}

/* A delay says when it begins after all and leaves calendars alone; one that came to nothing too.
 */
static void a_delay_and_what_came_of_it(void **state)
{
    (void)state;
    static const struct {
        int64_t expected_at_ms;
        int64_t now_ms;
        const char *subject;
    } rows[] = {
        {1795557600000, 1795555000000,
         "Your video visit begins later: Tuesday, November 24 at 3:00 PM Mountain Time"},
        {0, 1795555000000,
         "Your video visit begins earlier than we said: Tuesday, November 24 at 2:30 PM Mountain "
         "Time"},
        /* The planned time has passed meanwhile: now. */
        {0, 1795556400000,
         "Your video visit begins earlier than we said: Tuesday, November 24 at 2:40 PM Mountain "
         "Time"},
    };
    AUTO(letter_words) words = NULL;
    char *problem = NULL;
    assert_int_equal(letter_words_load(NULL, &words, &problem), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct notification_job job = make_job(NOTIFICATION_LATE, "en");
        job.expected_at_ms = rows[i].expected_at_ms;
        AUTO(letter) letter = letter_create(words, &site, &job, rows[i].now_ms);
        assert_string_equal(letter->subject, rows[i].subject);
        assert_null(letter->calendar);
        assert_non_null(strstr(letter->message, "/j#" SECRET));
        const struct mail_addresses addresses = {.from = site.from,
                                                 .from_name = "Desk",
                                                 .reply_to = "",
                                                 .to = "ruth@mail.example",
                                                 .to_name = "Ruth",
                                                 .id = "0192-notification"};
        char *text = mail_message_write(letter, &addresses, rows[i].now_ms);
        assert_non_null(strstr(text, "multipart/alternative"));
        assert_null(strstr(text, "text/calendar"));
        g_free(text);
    }
    /* A reminder of a visit that is late says so by its time; the calendar keeps the planned one.
     */
    struct notification_job job = make_job(NOTIFICATION_REMINDER, "en");
    job.expected_at_ms = 1795557600000;
    AUTO(letter) letter = letter_create(words, &site, &job, 1795555000000);
    assert_non_null(strstr(letter->text, "at 3:00 PM"));
    assert_non_null(strstr(letter->calendar, "T143000"));
}

static void every_kind_has_words_in_every_language(void **state)
{
    (void)state;
    static const char *const languages[] = {"en", "es"};
    for (int kind = 0; kind < NOTIFICATION_KIND_COUNT; kind++) {
        for (size_t i = 0; i < ARRAY_LENGTH(languages); i++) {
            AUTO(letter) letter = write_letter((enum notification_kind)kind, languages[i]);
            assert_true(strlen(letter->subject) > 10);
            assert_true(strlen(letter->message) > 40 && strlen(letter->message) < 600);
            assert_non_null(strstr(letter->text, "406 555 0100"));
        }
    }
}

/* As a mail program reads it. */
static void the_message_is_read_again(void **state)
{
    (void)state;
    AUTO(letter) letter = write_letter(NOTIFICATION_INVITATION, "es");
    const struct mail_addresses addresses = {.from = site.from,
                                             .from_name = "Cl\xc3\xadnica, S\xc3\xad",
                                             .reply_to = "",
                                             .to = "ruth@mail.example",
                                             .to_name = "Ruth\r\nBcc: all@x.example",
                                             .id = "0192-notification"};
    char *text = mail_message_write(letter, &addresses, 1795000000000);
    for (const char *line = strchr(text, '\n'); line; line = strchr(line + 1, '\n')) {
        assert_int_equal(line[-1], '\r');
    }
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(text, strlen(text));
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    assert_non_null(message);
    assert_string_equal(g_mime_message_get_subject(message), letter->subject);
    assert_string_equal(g_mime_message_get_message_id(message),
                        "0192-notification@hospital.example");
    assert_int_equal(internet_address_list_length(g_mime_message_get_from(message)), 1);
    assert_int_equal(internet_address_list_length(g_mime_message_get_to(message)), 1);
    assert_null(g_mime_object_get_header(GMIME_OBJECT(message), "Bcc"));
    GMimeObject *part = g_mime_message_get_mime_part(message);
    assert_true(GMIME_IS_MULTIPART(part));
    GMimeObject *alternatives = g_mime_multipart_get_part(GMIME_MULTIPART(part), 0);
    assert_int_equal(g_mime_multipart_get_count(GMIME_MULTIPART(alternatives)), 3);
    g_autofree char *plain = g_mime_text_part_get_text(
        GMIME_TEXT_PART(g_mime_multipart_get_part(GMIME_MULTIPART(alternatives), 0)));
    g_auto(GStrv) lines = g_strsplit(plain, "\r\n", -1);
    g_autofree char *joined = g_strjoinv("\n", lines);
    assert_string_equal(joined, letter->text);
    g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
    g_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_invitation),
        cmocka_unit_test(in_spanish),
        cmocka_unit_test(what_does_not_take_place_has_no_link),
        cmocka_unit_test(a_delay_and_what_came_of_it),
        cmocka_unit_test(every_kind_has_words_in_every_language),
        cmocka_unit_test(the_message_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
