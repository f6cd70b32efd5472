#include "media/recorder/gstreamer_plugins.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <gst/gst.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Depayloaders, one parser and Matroska record; the rest makes the files that are played: MP4, and
 * Opus -> AAC for tablets. No network, no file, no decoder of pictures. A recorder that starts in
 * the middle of a visit loads no more than it needs. */
static const struct {
    const char *name;
    bool finishes_only;
} plugins[] = {
    {"rtp", false}, /* rtpopusdepay, rtpvp8depay, rtph264depay */
    {"videoparsersbad", false},
    {"matroska", false},
    {"coreelements", true}, /* capsfilter */
    {"app", true},          /* appsrc */
    {"isomp4", true},
    {"opus", true},
    {"audioconvert", true},
    {"audioresample", true},
    {"voaacenc", true},
};

/* Of what these plugins bring along, the elements that the recorder uses; the others are taken out
 * of the registry. */
static const char *const elements[] = {
    "appsrc",        "audioconvert", "audioresample", "bin",     "capsfilter", "h264parse",
    "matroskademux", "matroskamux",  "mp4mux",        "opusdec", "pipeline",   "rtph264depay",
    "rtpopusdepay",  "rtpvp8depay",  "voaacenc",      "webmmux",
};

static bool is_listed(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(elements); i++) {
        if (strcmp(elements[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void remove_unlisted_features(void)
{
    GstRegistry *registry = gst_registry_get();
    GList *plugin_list = gst_registry_get_plugin_list(registry);
    for (GList *plugin = plugin_list; plugin; plugin = plugin->next) {
        GList *features =
            gst_registry_get_feature_list_by_plugin(registry, gst_plugin_get_name(plugin->data));
        for (GList *feature = features; feature; feature = feature->next) {
            if (!is_listed(GST_OBJECT_NAME(feature->data))) {
                gst_registry_remove_feature(registry, feature->data);
            }
        }
        gst_plugin_feature_list_free(features);
    }
    gst_plugin_list_free(plugin_list);
}

int gstreamer_plugins_load(enum recorder_mode mode, const char **ret_missing)
{
    setenv("GST_REGISTRY_DISABLE", "yes", 1);
    setenv("GST_REGISTRY_FORK", "no", 1);
    setenv("GST_PLUGIN_SYSTEM_PATH_1_0", "", 1);
    setenv("GST_PLUGIN_PATH_1_0", "", 1);
    setenv("ORC_CODE", "backup",
           1); /* no code is made at run time: pages are never both written and executed */
    gst_registry_fork_set_enabled(FALSE);
    if (!gst_init_check(NULL, NULL, NULL)) {
        return -ENOTSUP;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(plugins); i++) {
        char path[512];
        if (plugins[i].finishes_only && mode != RECORDER_MODE_FINISH) {
            continue;
        }
        snprintf(path, sizeof path, BEDSIDE_GST_PLUGIN_DIRECTORY "/libgst%s.so", plugins[i].name);
        g_autoptr(GstPlugin) plugin = gst_plugin_load_file(path, NULL);
        if (!plugin) {
            *ret_missing = plugins[i].name;
            return -ELIBACC;
        }
    }
    remove_unlisted_features();
    return 0;
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(GST_OBJECT_NAME(a), GST_OBJECT_NAME(b));
}

char *gstreamer_plugins_list_elements(void)
{
    GList *features = gst_registry_get_feature_list(gst_registry_get(), GST_TYPE_ELEMENT_FACTORY);
    features = g_list_sort(features, compare_names);
    GString *text = g_string_new(NULL);
    for (GList *feature = features; feature; feature = feature->next) {
        g_string_append_printf(text, "%s\n", GST_OBJECT_NAME(feature->data));
    }
    gst_plugin_feature_list_free(features);
    char *names = strdup(text->str);
    g_string_free(text, TRUE);
    return names;
}
