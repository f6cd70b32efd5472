/* bedsidectl - the operator's command line, over the gateway's Unix socket.
 *
 * Each command is a row of the table at the end: words, arguments, what it is for, and its
 * function. Answers are for people; with --json they are the API's own documents. Exit code 0, 1
 * (refused, with a sentence on standard error), or 2 (wrong usage). */

#include "gateway/bedsidectl.h"

#include <glib.h>
#include <qrencode.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SOCKET_DEFAULT "/run/bedside/control.sock"
#define EXIT_USAGE 2

int bedsidectl_refuse(const struct invocation *invocation)
{
    fprintf(stderr, "bedsidectl: %s\n", control_client_error(invocation->client));
    return EXIT_FAILURE;
}

int bedsidectl_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("bedsidectl: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return EXIT_FAILURE;
}

const char *bedsidectl_text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

void bedsidectl_print_json(const json_t *document)
{
    json_dumpf(document, stdout, JSON_INDENT(2));
    putchar('\n');
}

json_t *bedsidectl_read_document(const char *path)
{
    json_error_t error;
    json_t *document = strcmp(path, "-") == 0
                           ? json_loadf(stdin, JSON_REJECT_DUPLICATES, &error)
                           : json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!document) {
        bedsidectl_fail("%s, line %d: %s", path, error.line, error.text);
    }
    return document;
}

int bedsidectl_call_and_print(struct invocation *invocation, const struct control_request *request,
                              void (*print)(const struct invocation *, const json_t *))
{
    json_t *answer = NULL;
    const int result = control_client_request(invocation->client, request, &answer);
    if (result < 0) {
        return bedsidectl_refuse(invocation);
    }
    if (!print || (invocation->json && !json_is_null(answer))) {
        bedsidectl_print_json(answer);
    } else {
        print(invocation, answer);
    }
    json_decref(answer);
    return EXIT_SUCCESS;
}

static int call_and_print(struct invocation *invocation, const char *path, json_t *body,
                          void (*print)(const struct invocation *, const json_t *))
{
    const struct control_request request = {.path = path, .body = body};
    return bedsidectl_call_and_print(invocation, &request, print);
}

static void print_id(const struct invocation *invocation, const json_t *answer)
{
    (void)invocation;
    puts(bedsidectl_text_of(answer, "id"));
}

/* ---- case ---- */

static int attach_pdf(json_t *document, const char *path)
{
    g_autofree gchar *bytes = NULL;
    gsize size = 0;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &bytes, &size, &error)) {
        return bedsidectl_fail("%s", error->message);
    }
    json_t *opinion = json_object_get(document, "opinion");
    if (!json_is_object(opinion)) {
        return bedsidectl_fail("--pdf: the case has no opinion to attach it to");
    }
    g_autofree gchar *base64 = g_base64_encode((const guchar *)bytes, size);
    json_object_set_new(opinion, "pdf", json_string(base64));
    return EXIT_SUCCESS;
}

static int case_import(struct invocation *invocation)
{
    json_t *document = bedsidectl_read_document(invocation->arguments[0]);
    if (!document) {
        return EXIT_FAILURE;
    }
    int result = invocation->pdf_path ? attach_pdf(document, invocation->pdf_path) : EXIT_SUCCESS;
    if (result == EXIT_SUCCESS) {
        result = call_and_print(invocation, "/api/v1/cases", document, print_id);
    }
    json_decref(document);
    return result;
}

static int case_show(struct invocation *invocation)
{
    g_autofree gchar *path = g_strdup_printf("/api/v1/cases/%s", invocation->arguments[0]);
    return call_and_print(invocation, path, NULL, NULL);
}

/* One line for each case. */
static void print_cases(const struct invocation *invocation, const json_t *answer)
{
    (void)invocation;
    size_t index = 0;
    json_t *item = NULL;
    json_array_foreach(json_object_get(answer, "cases"), index, item)
    {
        const json_int_t due_ms = json_integer_value(json_object_get(item, "due_at"));
        g_autoptr(GDateTime) due = due_ms > 0 ? g_date_time_new_from_unix_utc(due_ms / 1000) : NULL;
        g_autofree gchar *day = due ? g_date_time_format(due, "%Y-%m-%d") : NULL;
        printf("%s  %-17s  %-10s%s  %s %s\n", bedsidectl_text_of(item, "id"),
               bedsidectl_text_of(item, "step"), day ? day : "-",
               json_is_true(json_object_get(item, "overdue")) ? " late" : "     ",
               bedsidectl_text_of(item, "programme"), bedsidectl_text_of(item, "number"));
    }
    const char *next = bedsidectl_text_of(answer, "next");
    if (*next) {
        printf("more: bedsidectl case list %s\n", next);
    }
}

static int case_list(struct invocation *invocation)
{
    g_autofree gchar *path =
        invocation->argument_count > 0
            ? g_strdup_printf("/api/v1/cases?cursor=%s", invocation->arguments[0])
            : g_strdup("/api/v1/cases");
    const struct control_request request = {.path = path};
    return bedsidectl_call_and_print(invocation, &request, print_cases);
}

/* ---- team ---- */

static int team_import(struct invocation *invocation)
{
    json_t *document = bedsidectl_read_document(invocation->arguments[0]);
    if (!document) {
        return EXIT_FAILURE;
    }
    /* One team, or a list of them. */
    json_t *teams = json_is_array(document) ? json_incref(document) : json_pack("[O]", document);
    int result = EXIT_SUCCESS;
    for (size_t i = 0; result == EXIT_SUCCESS && i < json_array_size(teams); i++) {
        const struct control_request request = {.path = "/api/v1/teams",
                                                .body = json_array_get(teams, i)};
        result = bedsidectl_call_and_print(invocation, &request, print_id);
    }
    json_decref(teams);
    json_decref(document);
    return result;
}

/* ---- visit ---- */

static int visit_schedule(struct invocation *invocation)
{
    json_t *document = bedsidectl_read_document(invocation->arguments[0]);
    if (!document) {
        return EXIT_FAILURE;
    }
    if (invocation->case_id) {
        json_object_set_new(document, "case", json_string(invocation->case_id));
    }
    if (invocation->allow_overlap) {
        json_object_set_new(document, "allow_overlap", json_true());
    }
    const int result = call_and_print(invocation, "/api/v1/visits", document, print_id);
    json_decref(document);
    return result;
}

/* ---- qr ---- */

/* Two rows of modules in one line of text, with the quiet zone of four that readers need. */
static int qr_show(struct invocation *invocation)
{
    QRcode *code = QRcode_encodeString8bit(invocation->arguments[0], 0, QR_ECLEVEL_L);
    if (!code) {
        return bedsidectl_fail("the text is too long for a QR code");
    }
    const int quiet = 4;
    for (int y = -quiet; y < code->width + quiet; y += 2) {
        fputs("    \033[97;40m", stdout);
        for (int x = -quiet; x < code->width + quiet; x++) {
            bool dark[2];
            for (int row = 0; row < 2; row++) {
                const int line = y + row;
                dark[row] = x >= 0 && line >= 0 && x < code->width && line < code->width &&
                            (code->data[line * code->width + x] & 1);
            }
            fputs(dark[0] ? (dark[1] ? " " : "\u2584") : (dark[1] ? "\u2580" : "\u2588"), stdout);
        }
        fputs("\033[0m\n", stdout);
    }
    QRcode_free(code);
    return EXIT_SUCCESS;
}

static void print_links(const struct invocation *invocation, const json_t *answer)
{
    (void)invocation;
    static const char *const lists[] = {"links", "staff"};
    for (size_t i = 0; i < 2; i++) {
        size_t index = 0;
        json_t *link = NULL;
        json_array_foreach(json_object_get(answer, lists[i]), index, link)
        {
            printf("%s%s (%s)\n    %s\n", i == 0 ? "" : "Case page for ",
                   bedsidectl_text_of(link, "name"), bedsidectl_text_of(link, "role"),
                   bedsidectl_text_of(link, "url"));
        }
    }
}

static int visit_links(struct invocation *invocation)
{
    g_autofree gchar *path = g_strdup_printf("/api/v1/visits/%s/links", invocation->arguments[0]);
    json_t *body = json_object();
    if (invocation->argument_count > 1) {
        json_object_set_new(body, "participant", json_string(invocation->arguments[1]));
    }
    const int result = call_and_print(invocation, path, body, print_links);
    json_decref(body);
    return result;
}

static int visit_show(struct invocation *invocation)
{
    g_autofree gchar *path = g_strdup_printf("/api/v1/visits/%s", invocation->arguments[0]);
    return call_and_print(invocation, path, NULL, NULL);
}

static int visit_media(struct invocation *invocation)
{
    g_autofree gchar *path = g_strdup_printf("/api/v1/visits/%s/media", invocation->arguments[0]);
    return call_and_print(invocation, path, NULL, NULL);
}

static void print_ended(const struct invocation *invocation, const json_t *answer)
{
    (void)answer;
    printf("visit %s has ended\n", invocation->arguments[0]);
}

static int visit_end(struct invocation *invocation)
{
    g_autofree gchar *path = g_strdup_printf("/api/v1/visits/%s/end", invocation->arguments[0]);
    json_t *body = json_object();
    const int result = call_and_print(invocation, path, body, print_ended);
    json_decref(body);
    return result;
}

/* ---- audit ---- */

static int audit_verify(struct invocation *invocation)
{
    json_t *answer = NULL;
    if (control_client_call(invocation->client, "/api/v1/audit/verify", NULL, &answer) < 0) {
        return bedsidectl_refuse(invocation);
    }
    const bool intact = json_is_true(json_object_get(answer, "ok"));
    if (invocation->json) {
        bedsidectl_print_json(answer);
    } else if (intact) {
        printf("the audit trail is intact: %lld entries in %lld chains\n",
               (long long)json_integer_value(json_object_get(answer, "entries")),
               (long long)json_integer_value(json_object_get(answer, "chains")));
    } else {
        json_t *entry = json_object_get(answer, "entry");
        g_autofree gchar *number =
            json_is_integer(entry)
                ? g_strdup_printf("%lld", (long long)json_integer_value(entry))
                : g_strdup(json_string_value(entry) ? json_string_value(entry) : "?");
        bedsidectl_fail("the audit trail is broken in chain %s at entry %s: %s",
                        bedsidectl_text_of(answer, "chain"), number,
                        bedsidectl_text_of(answer, "reason"));
    }
    json_decref(answer);
    return intact ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* ---- the table ---- */

struct command {
    const char *words[2];
    const char *arguments;
    int arguments_min;
    int arguments_max;
    const char *purpose;
    int (*run)(struct invocation *invocation);
};

static const struct command commands[] = {
    {{"case", "import"},
     "FILE [--pdf FILE]",
     1,
     1,
     "reads a case document, prints its id",
     case_import},
    {{"case", "show"}, "CASE", 1, 1, "the case with its visits and recordings", case_show},
    {{"case", "list"},
     "[CURSOR]",
     0,
     1,
     "open cases: step, due date, number; what is due first comes first",
     case_list},
    {{"team", "import"},
     "FILE",
     1,
     1,
     "reads a team with its experts and hours, or a list of teams",
     team_import},
    {{"visit", "schedule"},
     "FILE [--case CASE] [--allow-overlap]",
     1,
     1,
     "reads a visit document, prints its id",
     visit_schedule},
    {{"visit", "links"},
     "VISIT [PARTICIPANT]",
     1,
     2,
     "makes new links; shown this once",
     visit_links},
    {{"visit", "move"},
     "VISIT TIME [--allow-overlap]",
     2,
     2,
     "to another time, and writes to everybody",
     visit_move},
    {{"visit", "unlock"},
     "VISIT PARTICIPANT",
     2,
     2,
     "opens a link again after wrong dates of birth",
     visit_unlock},
    {{"visit", "show"}, "VISIT", 1, 1, "participants, states, recording", visit_show},
    {{"visit", "media"}, "VISIT", 1, 1, "what the media workers last reported", visit_media},
    {{"visit", "end"}, "VISIT", 1, 1, "ends the visit for everybody", visit_end},
    {{"recording", "list"}, "[VISIT]", 0, 1, "the recordings, or those of a visit", recording_list},
    {{"recording", "export"},
     "RECORDING FOLDER",
     2,
     2,
     "decrypts into a new folder, with the manifest",
     recording_export},
    {{"qr", "show"}, "TEXT", 1, 1, "draws a QR code in the terminal", qr_show},
    {{"client", "add"},
     "NAME --scope SCOPES [--programme NAME] (--keys FILE | --development FILE)",
     1,
     1,
     "lets a program use the API, prints its client_id; --development makes a key",
     client_add},
    {{"client", "list"}, "", 0, 0, "programs that may use the API", client_list},
    {{"client", "show"}, "CLIENT", 1, 1, "one of them, with its keys", client_show},
    {{"client", "keys"}, "CLIENT FILE", 2, 2, "gives it other keys (a JWK Set)", client_keys},
    {{"client", "revoke"}, "CLIENT", 1, 1, "ends it, at once and for good", client_revoke},
    {{"client", "token"}, "FILE", 1, 1, "an access token, by a development key", client_token},
    {{"audit", "verify"}, "", 0, 0, "checks every chain of the audit trail", audit_verify},
};

static gchar *usage_text(void)
{
    GString *text = g_string_new("Commands:\n");
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        const struct command *command = &commands[i];
        g_autofree gchar *call =
            g_strdup_printf("%s %s %s", command->words[0], command->words[1], command->arguments);
        g_string_append_printf(text, "  %-44s %s\n", call, command->purpose);
    }
    return g_string_free(text, FALSE);
}

static const struct command *find_command(const char *first, const char *second)
{
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        if (strcmp(commands[i].words[0], first) == 0 && strcmp(commands[i].words[1], second) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    struct invocation invocation = {0};
    g_autofree gchar *socket_path = NULL;
    gboolean json = FALSE;
    const GOptionEntry options[] = {
        {"socket", 's', 0, G_OPTION_ARG_FILENAME, &socket_path,
         "the gateway's socket (default $BEDSIDE_SOCKET, else " SOCKET_DEFAULT ")", "PATH"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "print the API's documents", NULL},
        {"pdf", 0, 0, G_OPTION_ARG_FILENAME, &invocation.pdf_path, "the opinion as delivered",
         "FILE"},
        {"case", 0, 0, G_OPTION_ARG_STRING, &invocation.case_id, "the case of the visit", "CASE"},
        {"allow-overlap", 0, 0, G_OPTION_ARG_NONE, &invocation.allow_overlap,
         "also when an expert who is invited has another visit then", NULL},
        {"scope", 0, 0, G_OPTION_ARG_STRING, &invocation.scope, "what a client may ask for",
         "SCOPES"},
        {"programme", 0, 0, G_OPTION_ARG_STRING, &invocation.programme,
         "whose cases a client reaches (default: all)", "NAME"},
        {"keys", 0, 0, G_OPTION_ARG_FILENAME, &invocation.keys_path,
         "a client's public keys, a JWK Set", "FILE"},
        {"development", 0, 0, G_OPTION_ARG_FILENAME, &invocation.key_path,
         "make a key for a client, and keep it in this file", "FILE"},
        {0},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("COMMAND...");
    g_autofree gchar *usage = usage_text();
    g_option_context_set_summary(context, usage);
    g_option_context_add_main_entries(context, options, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        bedsidectl_fail("%s", error->message);
        return EXIT_USAGE;
    }
    const struct command *command = argc >= 3 ? find_command(argv[1], argv[2]) : NULL;
    if (!command || argc - 3 < command->arguments_min || argc - 3 > command->arguments_max) {
        g_autofree gchar *help = g_option_context_get_help(context, TRUE, NULL);
        fputs(help, stderr);
        return EXIT_USAGE;
    }
    const char *from_environment = g_getenv("BEDSIDE_SOCKET");
    if (!socket_path) {
        socket_path = g_strdup(from_environment ? from_environment : SOCKET_DEFAULT);
    }
    AUTO(control_client) client = control_client_create(socket_path);
    invocation.client = client;
    invocation.json = json;
    invocation.arguments = argv + 3;
    invocation.argument_count = argc - 3;
    const int result = command->run(&invocation);
    g_free(invocation.pdf_path);
    g_free(invocation.case_id);
    g_free(invocation.scope);
    g_free(invocation.programme);
    g_free(invocation.keys_path);
    g_free(invocation.key_path);
    return result;
}
