/* gateway_config_check(): what lies beyond the text of the file. */
#include "gateway/config.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char *folder;

static void shell(const char *command)
{
    g_autofree char *in_folder = g_strdup_printf("cd %s && %s", folder, command);
    assert_int_equal(system(in_folder), 0);
}

static int setup(void **state)
{
    (void)state;
    folder = g_dir_make_tmp("config_check_test.XXXXXX", NULL);
    shell(MAKE_DEV_CERTS " --out . localhost >/dev/null");
    shell("mkdir web && touch web/index.html master.key && printf '#!/bin/sh\n' >program &&"
          " chmod 755 program");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shell("rm -r \"$PWD\"");
    g_free(folder);
    return 0;
}

/* Checks a file whose every key is good but for what `environment` changes. */
static int check(const char *const *environment, char **ret_output, char **ret_faults)
{
    g_autofree char *path = g_build_filename(folder, "bedside.conf", NULL);
    assert_true(g_file_set_contents(
        path,
        "[gateway]\norganisation=Harbor Clinic\n"
        "[http]\ncertificate=server.pem\nprivate_key=server.key\nweb_root=web\n"
        "public_origin=https://localhost:8443\n[media]\nadvertise=127.0.0.1\n"
        "[recording]\nenabled=true\nrecorder=program\nmaster_key_file=master.key\n"
        "[hooks]\nprograms=program\n",
        -1, NULL));
    size_t size = 0;
    FILE *output = open_memstream(ret_output, &size);
    FILE *faults = open_memstream(ret_faults, &size);
    const int result = gateway_config_check(path, (char *const *)environment, output, faults);
    fclose(output);
    fclose(faults);
    return result;
}

static void a_good_file_is_printed(void **state)
{
    (void)state;
    AUTO_FREE char *output = NULL;
    AUTO_FREE char *faults = NULL;
    assert_int_equal(check(NULL, &output, &faults), 0);
    assert_string_equal(faults, "");
    assert_non_null(strstr(output, "[http]\nlisten=127.0.0.1\nport=8443\n"));
}

static void what_is_not_there_is_named(void **state)
{
    (void)state;
    const char *obstacle;
    const bool ipsec_mb = srtp_aead_choose(SRTP_AEAD_CHOICE_IPSEC_MB, &obstacle) != NULL;
    const struct {
        const char *variable;
        const char *words; /* NULL: good */
    } rows[] = {
        {"BEDSIDE_HTTP__CERTIFICATE=none.pem", "none.pem: No such file"},
        {"BEDSIDE_HTTP__PRIVATE_KEY=ca.key", "does not belong to"},
        {"BEDSIDE_HTTP__PUBLIC_ORIGIN=https://localhost;https://other.example", "other.example"},
        {"BEDSIDE_HTTP__PUBLIC_ORIGIN=https://127.0.0.1", "not valid for 127.0.0.1"},
        {"BEDSIDE_HTTP__WEB_ROOT=none", "[http] web_root: "},
        {"BEDSIDE_RECORDING__RECORDER=none", "[recording] recorder: "},
        {"BEDSIDE_RECORDING__RECORDER=server.pem", "Permission denied"},
        {"BEDSIDE_RECORDING__MASTER_KEY_FILE=none", "[recording] master_key_file: "},
        {"BEDSIDE_HOOKS__PROGRAMS=program;none", "/none: No such file"},
        {"BEDSIDE_HTTP__PORT=x", "environment: BEDSIDE_HTTP__PORT"},
        {"BEDSIDE_HTTP__LISTEN=::", NULL},
        {"BEDSIDE_MEDIA__SRTP_AEAD=aes", "environment: BEDSIDE_MEDIA__SRTP_AEAD"},
        {"BEDSIDE_MEDIA__SRTP_AEAD=openssl", NULL},
        {"BEDSIDE_MEDIA__SRTP_AEAD=ipsec-mb", ipsec_mb ? NULL : "[media] srtp_aead: "},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const char *const environment[] = {rows[i].variable, NULL};
        AUTO_FREE char *output = NULL;
        AUTO_FREE char *faults = NULL;
        const int result = check(environment, &output, &faults);
        if ((result < 0) != (rows[i].words != NULL) || (result < 0) != (*output == '\0') ||
            (rows[i].words && !strstr(faults, rows[i].words))) {
            fail_msg("row %zu: %d, %s", i, result, faults);
        }
    }
}

static void a_proxy_may_show_another_certificate(void **state)
{
    (void)state;
    static const char *const environment[] = {"BEDSIDE_HTTP__PUBLIC_ORIGIN=https://other.example",
                                              "BEDSIDE_HTTP__TRUSTED_PROXIES=127.0.0.1", NULL};
    AUTO_FREE char *output = NULL;
    AUTO_FREE char *faults = NULL;
    assert_int_equal(check(environment, &output, &faults), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_file_is_printed),
        cmocka_unit_test(what_is_not_there_is_named),
        cmocka_unit_test(a_proxy_may_show_another_certificate),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
