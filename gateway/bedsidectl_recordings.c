/* Recordings: which there are, and how they come out, decrypted. */
#include "gateway/bedsidectl.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void print_recordings(const json_t *page)
{
    const json_t *list = json_object_get(page, "recordings");
    size_t index = 0;
    json_t *recording = NULL;
    json_array_foreach(list, index, recording)
    {
        printf("%s  %s  visit %s\n", bedsidectl_text_of(recording, "id"),
               bedsidectl_text_of(recording, "state"), bedsidectl_text_of(recording, "visit"));
    }
    if (json_array_size(list) == 0) {
        puts("no recordings");
    }
}

/* All pages, one after the other. */
int recording_list(struct invocation *invocation)
{
    const char *visit = invocation->argument_count > 0 ? invocation->arguments[0] : "";
    g_autofree gchar *cursor = g_strdup("");
    while (cursor) {
        g_autofree gchar *path =
            g_strdup_printf("/api/v1/recordings?limit=200%s%s%s%s", *visit ? "&visit=" : "", visit,
                            *cursor ? "&cursor=" : "", cursor);
        json_t *page = NULL;
        if (control_client_call(invocation->client, path, NULL, &page) < 0) {
            return bedsidectl_refuse(invocation);
        }
        if (invocation->json) {
            bedsidectl_print_json(page);
        } else {
            print_recordings(page);
        }
        g_free(cursor);
        cursor = g_strdup(json_string_value(json_object_get(page, "next")));
        json_decref(page);
    }
    return EXIT_SUCCESS;
}

static int download(struct invocation *invocation, const char *path, const char *folder,
                    const char *name)
{
    g_autofree gchar *target = g_build_filename(folder, name, NULL);
    FILE *file = fopen(target, "wbx");
    if (!file) {
        return bedsidectl_fail("%s: %s", target, strerror(errno));
    }
    const int result = control_client_download(invocation->client, path, file);
    const bool written = fclose(file) == 0;
    if (result < 0 || !written) {
        remove(target);
        return result < 0 ? bedsidectl_refuse(invocation)
                          : bedsidectl_fail("%s: %s", target, strerror(errno));
    }
    printf("%s\n", target);
    return EXIT_SUCCESS;
}

/* Writes the manifest and one decrypted file for each participant into a new folder. */
int recording_export(struct invocation *invocation)
{
    const char *id = invocation->arguments[0];
    const char *folder = invocation->arguments[1];
    g_autofree gchar *manifest_path = g_strdup_printf("/api/v1/recordings/%s/manifest", id);
    json_t *manifest = NULL;
    if (control_client_call(invocation->client, manifest_path, NULL, &manifest) < 0) {
        return bedsidectl_refuse(invocation);
    }
    int result = EXIT_SUCCESS;
    if (mkdir(folder, 0700) < 0) {
        result = bedsidectl_fail("%s: %s", folder, strerror(errno));
    } else {
        g_autofree gchar *target = g_build_filename(folder, "manifest.json", NULL);
        if (json_dump_file(manifest, target, JSON_INDENT(2)) < 0) {
            result = bedsidectl_fail("%s: could not be written", target);
        }
    }
    size_t index = 0;
    json_t *file = NULL;
    json_array_foreach(json_object_get(manifest, "files"), index, file)
    {
        if (result != EXIT_SUCCESS || strcmp(bedsidectl_text_of(file, "kind"), "playable") != 0) {
            continue;
        }
        const char *participant = bedsidectl_text_of(file, "participant");
        const char *mime = bedsidectl_text_of(file, "mime");
        g_autofree gchar *path =
            g_strdup_printf("/api/v1/recordings/%s/participants/%s/media", id, participant);
        g_autofree gchar *name =
            g_strdup_printf("%s.%s", participant, g_str_has_suffix(mime, "mp4") ? "mp4" : "webm");
        result = download(invocation, path, folder, name);
    }
    json_decref(manifest);
    return result;
}
