/* bedside-gateway: arguments, configuration, run, exit code. */

#include "gateway/config.h"
#include "gateway/gateway.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

#define CONFIG_DEFAULT "/etc/bedside/bedside.conf"
#define EXIT_USAGE 2

extern char **environ;

/* Returns the exit code. */
static int serve(const char *path)
{
    AUTO(gateway_config) config = NULL;
    AUTO_FREE char *faults = NULL;
    if (gateway_config_load(path, environ, &config, &faults) < 0) {
        fputs(faults ? faults : "the configuration cannot be read\n", stderr);
        return EXIT_FAILURE;
    }
    log_set_level(config->gateway.log_level);
    AUTO(gateway) gateway = NULL;
    if (gateway_create(config, &gateway) < 0) {
        return EXIT_FAILURE;
    }
    return gateway_run(gateway) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    g_autofree gchar *path = NULL;
    gboolean check = FALSE;
    gboolean sample = FALSE;
    const GOptionEntry options[] = {
        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &path,
         "the configuration (default " CONFIG_DEFAULT ")", "FILE"},
        {"check-config", 0, 0, G_OPTION_ARG_NONE, &check,
         "check it, print what is in effect, and exit", NULL},
        {"sample-config", 0, 0, G_OPTION_ARG_NONE, &sample,
         "print every key with its default, and exit", NULL},
        {0},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- the video visit gateway");
    g_option_context_add_main_entries(context, options, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error) || argc > 1) {
        fprintf(stderr, "bedside-gateway: %s\n", error ? error->message : "unexpected argument");
        return EXIT_USAGE;
    }
    if (!path) {
        path = g_strdup(CONFIG_DEFAULT);
    }
    if (sample) {
        gateway_config_print_sample(stdout);
        return EXIT_SUCCESS;
    }
    if (check) {
        return gateway_config_check(path, environ, stdout, stderr) == 0 ? EXIT_SUCCESS
                                                                        : EXIT_FAILURE;
    }
    return serve(path);
}
