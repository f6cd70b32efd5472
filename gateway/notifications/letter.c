#include "gateway/notifications/letter.h"

#include "gateway/base/allocate.h"
#include "gateway/base/secret.h"
#include "gateway/notifications/calendar_invite.h"
#include "gateway/notifications/local_time.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>

#define VALUES_MAX 8

/* Everything that a letter is written from. */
struct writing {
    const struct letter_words *words;
    const struct letter_site *site;
    const struct notification_job *job;
    const char *language;
    struct letter_value values[VALUES_MAX];
    size_t value_count;
    const char *link; /* "": none */
    const char *host; /* "": none */
};

static void wipe_text(char *text)
{
    if (text) {
        secret_wipe(text, strlen(text));
        g_free(text);
    }
}

struct letter *letter_destroy(struct letter *letter)
{
    if (letter) {
        g_free(letter->subject);
        wipe_text(letter->text);
        wipe_text(letter->html);
        g_free(letter->calendar);
        wipe_text(letter->message);
        g_free(letter->language);
        free(letter);
    }
    return NULL;
}

static char *write_words(const struct writing *writing, const char *key)
{
    return letter_words_write(writing->words, writing->language, key, writing->values,
                              writing->value_count);
}

static bool is_of_delay(const struct notification_job *job)
{
    return job->notification.kind == NOTIFICATION_LATE;
}

/* A delay that came to nothing has words of its own. */
static char *write_words_of_kind(const struct writing *writing, const char *key)
{
    const struct notification_job *job = writing->job;
    const char *kind = is_of_delay(job) && job->expected_at_ms == 0
                           ? "on_time"
                           : notification_kind_name(job->notification.kind);
    g_autofree char *path = g_strconcat(kind, ".", key, NULL);
    return write_words(writing, path);
}

/* When the reader is to be there. */
static int64_t begins_at(const struct notification_job *job, int64_t now_ms)
{
    if (job->expected_at_ms != 0 && job->notification.kind != NOTIFICATION_CANCELLED) {
        return job->expected_at_ms;
    }
    const int64_t planned_ms = job->visit.scheduled_at_ms;
    return is_of_delay(job) && planned_ms < now_ms ? now_ms : planned_ms;
}

static void add_paragraph(const struct writing *writing, GString *text, const char *key)
{
    g_autofree char *words = write_words(writing, key);
    g_string_append_printf(text, "%s\n\n", words);
}

static char *write_text(const struct writing *writing)
{
    GString *text = g_string_new(NULL);
    g_autofree char *lead = write_words_of_kind(writing, "lead");
    add_paragraph(writing, text, "hello");
    g_string_append_printf(text, "%s\n\n", lead);
    add_paragraph(writing, text, "when");
    if (writing->host[0]) {
        add_paragraph(writing, text, "with");
    }
    if (writing->link[0]) {
        add_paragraph(writing, text, "open_text");
        add_paragraph(writing, text, "how");
        add_paragraph(writing, text, "private");
    }
    if (writing->site->phone[0]) {
        add_paragraph(writing, text, "help");
    }
    add_paragraph(writing, text, "closing");
    g_string_truncate(text, text->len - 1);
    return g_string_free(text, FALSE);
}

/* ---- the same in HTML: one column, large, no pictures, nothing that is fetched ---- */

static void add_html(const struct writing *writing, GString *html, const char *style,
                     const char *key)
{
    g_autofree char *words = write_words(writing, key);
    g_autofree char *escaped = g_markup_escape_text(words, -1);
    g_string_append_printf(html, "<p style=\"margin:0 0 16px;%s\">%s</p>\n", style, escaped);
}

static void add_button(const struct writing *writing, GString *html)
{
    g_autofree char *words = write_words(writing, "open");
    g_autofree char *escaped = g_markup_escape_text(words, -1);
    g_autofree char *link = g_markup_escape_text(writing->link, -1);
    g_string_append_printf(
        html,
        "<p style=\"margin:0 0 16px\"><a href=\"%s\" style=\"display:inline-block;padding:16px "
        "28px;border-radius:8px;background:#1d4f91;color:#ffffff;font-size:20px;font-weight:bold;"
        "text-decoration:none\">%s</a></p>\n",
        link, escaped);
}

static char *write_html(const struct writing *writing, const char *subject)
{
    GString *html = g_string_new(NULL);
    g_autofree char *title = g_markup_escape_text(subject, -1);
    g_autofree char *lead = write_words_of_kind(writing, "lead");
    g_autofree char *escaped_lead = g_markup_escape_text(lead, -1);
    g_string_append_printf(
        html,
        "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width\"><title>%s</title></head>\n<body style=\"margin:0;padding:"
        "24px;background:#ffffff;color:#1b1f24;font:18px/1.5 sans-serif\">\n<div "
        "style=\"max-width:560px;margin:0 auto\">\n",
        writing->language, title);
    add_html(writing, html, "", "hello");
    g_string_append_printf(html, "<p style=\"margin:0 0 16px\">%s</p>\n", escaped_lead);
    add_html(writing, html, "font-weight:bold", "when");
    if (writing->host[0]) {
        add_html(writing, html, "font-weight:bold", "with");
    }
    if (writing->link[0]) {
        add_button(writing, html);
        add_html(writing, html, "", "how");
        add_html(writing, html, "", "private");
    }
    if (writing->site->phone[0]) {
        add_html(writing, html, "", "help");
    }
    add_html(writing, html, "", "closing");
    g_string_append(html, "</div></body></html>\n");
    return g_string_free(html, FALSE);
}

/* ---- the calendar ---- */

static char *write_calendar(const struct writing *writing, const char *time_zone, int64_t now_ms)
{
    const struct notification_job *job = writing->job;
    const bool cancelled = job->notification.kind == NOTIFICATION_CANCELLED;
    g_autofree char *title =
        write_words(writing, writing->host[0] ? "calendar_title_host" : "calendar_title");
    g_autofree char *text =
        write_words(writing, writing->site->phone[0] ? "calendar_text_phone" : "calendar_text");
    const char *host = strstr(writing->site->origin, "://");
    g_autofree char *uid = g_strconcat(job->visit.id, "@", host ? host + 3 : "bedside", NULL);
    const struct calendar_invite invite = {
        .uid = uid,
        .cancelled = cancelled,
        .sequence = job->notification.sequence,
        .written_at_ms = now_ms,
        .starts_at_ms = job->visit.scheduled_at_ms,
        .minutes = job->visit.scheduled_minutes,
        .time_zone = time_zone,
        .language = writing->language,
        .title = title,
        .text = text,
        .organizer = writing->site->from,
        .organizer_name = writing->site->organisation,
        .attendee = job->seat.person.email,
    };
    return calendar_invite_write(&invite);
}

static void add_value(struct writing *writing, const char *name, const char *text)
{
    writing->values[writing->value_count++] = (struct letter_value){name, text};
}

struct letter *letter_create(const struct letter_words *words, const struct letter_site *site,
                             const struct notification_job *job, int64_t now_ms)
{
    const struct person *person = &job->seat.person;
    const char *zone = person->time_zone[0] ? person->time_zone : job->visit.time_zone;
    struct letter *letter = allocate_zeroed(1, sizeof(*letter));
    letter->language = letter_words_choose(words, person->languages);
    letter->cancels = job->notification.kind == NOTIFICATION_CANCELLED;
    const int64_t begins_ms = begins_at(job, now_ms);
    g_autofree char *day = local_time_write(begins_ms, LOCAL_TIME_DAY, letter->language, zone);
    g_autofree char *when = local_time_write(begins_ms, LOCAL_TIME_FULL, letter->language, zone);
    char *link =
        job->secret[0] ? g_strconcat(site->origin, "/j#", job->secret, NULL) : g_strdup("");
    struct writing writing = {
        .words = words, .site = site, .job = job, .language = letter->language, .link = link};
    writing.host = strcmp(job->host, person->display_name) == 0 ? "" : job->host;
    add_value(&writing, "name", person->display_name);
    add_value(&writing, "host", writing.host);
    add_value(&writing, "day", day);
    add_value(&writing, "when", when);
    add_value(&writing, "link", link);
    add_value(&writing, "phone", site->phone);
    add_value(&writing, "organisation", site->organisation);
    letter->subject = write_words_of_kind(&writing, "subject");
    letter->text = write_text(&writing);
    letter->html = write_html(&writing, letter->subject);
    letter->message = write_words_of_kind(&writing, "text_message");
    letter->calendar = is_of_delay(job) ? NULL : write_calendar(&writing, zone, now_ms);
    wipe_text(link);
    return letter;
}
