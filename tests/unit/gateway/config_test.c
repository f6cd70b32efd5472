#include "gateway/config.h"

#include "gateway/config_faults.h"
#include "gateway/config_file.h"
#include "gateway/config_keys.h"
#include "gateway/config_reader.h"
#include "gateway/config_value.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A folder with the file under test, so that relative paths have somewhere to lie. */
struct fixture {
    char *folder;
    char *path;
};

static int setup(void **state)
{
    struct fixture *fixture = g_new0(struct fixture, 1);
    fixture->folder = g_dir_make_tmp("config_test.XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->folder, "bedside.conf", NULL);
    *state = fixture;
    return fixture->folder ? 0 : -1;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    g_unlink(fixture->path);
    g_rmdir(fixture->folder);
    g_free(fixture->path);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

#define SMALLEST                                                                                   \
    "[gateway]\norganisation=Harbor Clinic\n"                                                      \
    "[http]\ncertificate=tls/server.pem\nprivate_key=/tls/server.key\n"                            \
    "public_origin=https://visits.example\n"                                                       \
    "[media]\nadvertise=192.0.2.1\n"

static int load(const struct fixture *fixture, const char *text, const char *const *environment,
                struct gateway_config **ret_config, char **ret_faults)
{
    assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
    return gateway_config_load(fixture->path, (char *const *)environment, ret_config, ret_faults);
}

static struct gateway_config *load_good(const struct fixture *fixture, const char *text,
                                        const char *const *environment)
{
    struct gateway_config *config = NULL;
    g_autofree char *faults = NULL;
    if (load(fixture, text, environment, &config, &faults) < 0) {
        fail_msg("%s", faults);
    }
    return config;
}

/* `expected` is the faults without the folder of the file. */
static void expect_faults(const struct fixture *fixture, const char *text,
                          const char *const *environment, const char *expected)
{
    struct gateway_config *config = NULL;
    g_autofree char *faults = NULL;
    assert_int_equal(load(fixture, text, environment, &config, &faults), -EINVAL);
    assert_null(config);
    g_autofree char *prefix = g_strconcat(fixture->folder, "/", NULL);
    g_auto(GStrv) parts = g_strsplit(faults, prefix, -1);
    g_autofree char *without_folder = g_strjoinv("", parts);
    assert_string_equal(without_folder, expected);
}

/* ---- what is good ---- */

static void the_smallest_file_gets_every_default(void **state)
{
    const struct fixture *fixture = *state;
    AUTO(gateway_config) config = load_good(fixture, SMALLEST, NULL);
    g_autofree char *certificate = g_build_filename(fixture->folder, "tls/server.pem", NULL);
    assert_int_equal(config->gateway.mode, GATEWAY_MODE_PRODUCTION);
    assert_string_equal(config->gateway.state_directory, "/var/lib/bedside");
    assert_string_equal(config->gateway.organisation, "Harbor Clinic");
    assert_string_equal(config->gateway.support_phone, "");
    assert_int_equal(config->gateway.log_level, LOG_LEVEL_INFO);
    assert_string_equal(config->http.listen, "127.0.0.1");
    assert_int_equal(config->http.port, 8443);
    assert_string_equal(config->http.certificate, certificate);
    assert_string_equal(config->http.private_key, "/tls/server.key");
    assert_int_equal(config->http.public_origin.count, 1);
    assert_string_equal(config->http.public_origin.items[0], "https://visits.example");
    assert_null(config->http.public_origin.items[1]);
    assert_int_equal(config->http.trusted_proxies.count, 0);
    assert_null(config->http.development_ca);
    assert_int_equal(config->http.sockets_per_address_max, 200);
    assert_true(config->media.workers >= 1); /* one per core */
    assert_string_equal(config->media.listen, "::");
    assert_int_equal(config->media.udp_port, 7000);
    assert_int_equal(config->media.srtp_aead, SRTP_AEAD_CHOICE_AUTO);
    assert_int_equal(config->visit.slots_max, 8);
    assert_int_equal(config->visit.resume_seconds, 30);
    assert_false(config->recording.enabled);
    assert_null(config->recording.master_key_file);
    assert_string_equal(config->recording.directory, "/var/lib/bedside/recordings");
    assert_int_equal(config->recording.sandbox, RECORDING_SANDBOX_REQUIRED);
    assert_true(config->recording.minimum_free_bytes == 1u << 30);
    assert_string_equal(config->store.database, "/var/lib/bedside/bedside.db");
    assert_int_equal(config->hooks.programs.count, 0);
    assert_null(gateway_config_destroy(NULL));
}

static void every_kind_of_value_is_read(void **state)
{
    const struct fixture *fixture = *state;
    AUTO(gateway_config)
    config =
        load_good(fixture,
                  "# a comment\r\n"
                  "[gateway]\r\n"
                  "mode = development\r\n"
                  "  state_directory=state  \n"
                  "organisation=\\sHarbor\\\\Clinic # 5\\s\n"
                  "log_level=error\n"
                  "\n[http]\nlisten=::1\nport=443\ncertificate=a\nprivate_key=b\n"
                  "public_origin=https://localhost:8443; https://[::1]:8443;https://10.0.0.1;\n"
                  "trusted_proxies=0:0:0:0:0:0:0:1;127.0.0.1\n"
                  "development_ca=@state/ca.pem\nsetup_port=8080\n"
                  "[media]\nworkers=3\nsrtp_aead=openssl\nadvertise=192.0.2.1;2001:DB8::5\n"
                  "[recording]\nenabled=true\nmaster_key_file=master.key\nsandbox=best-effort\n"
                  "minimum_free_bytes=9007199254740993\n"
                  "[hooks]\nprograms=/bin/a\\;b;c d\n",
                  NULL);
    g_autofree char *ca = g_build_filename(fixture->folder, "state/ca.pem", NULL);
    g_autofree char *program = g_build_filename(fixture->folder, "c d", NULL);
    assert_int_equal(config->gateway.mode, GATEWAY_MODE_DEVELOPMENT);
    assert_string_equal(config->gateway.organisation, " Harbor\\Clinic # 5 ");
    assert_int_equal(config->gateway.log_level, LOG_LEVEL_ERROR);
    assert_string_equal(config->http.listen, "::1");
    assert_int_equal(config->http.public_origin.count, 3);
    assert_string_equal(config->http.public_origin.items[1], "https://[::1]:8443");
    assert_string_equal(config->http.trusted_proxies.items[0], "::1");
    assert_string_equal(config->http.development_ca, ca);
    assert_int_equal(config->media.workers, 3);
    assert_int_equal(config->media.srtp_aead, SRTP_AEAD_CHOICE_OPENSSL);
    assert_string_equal(config->media.advertise.items[1], "2001:db8::5");
    assert_true(config->recording.enabled);
    assert_int_equal(config->recording.sandbox, RECORDING_SANDBOX_BEST_EFFORT);
    assert_true(config->recording.minimum_free_bytes == 9007199254740993u);
    assert_int_equal(config->hooks.programs.count, 2);
    assert_string_equal(config->hooks.programs.items[0], "/bin/a;b");
    assert_string_equal(config->hooks.programs.items[1], program);
}

static void the_environment_overrides_the_file(void **state)
{
    const char *const environment[] = {"PATH=/bin",
                                       "BEDSIDE_HTTP__PORT=444",
                                       "BEDSIDE_GATEWAY__STATE_DIRECTORY=/srv",
                                       "BEDSIDE_SOCKET=/not/ours",
                                       "BEDSIDE_MEDIA__ADVERTISE=198.51.100.7;198.51.100.8",
                                       NULL};
    AUTO(gateway_config)
    config = load_good(*state, SMALLEST "[store]\ndatabase=@state/x.db\n", environment);
    assert_int_equal(config->http.port, 444);
    assert_string_equal(config->store.database, "/srv/x.db");
    assert_int_equal(config->media.advertise.count, 2);
    assert_string_equal(config->media.advertise.items[0], "198.51.100.7");
}

/* ---- what is wrong ---- */

static void a_file_that_cannot_be_read_is_named(void **state)
{
    const struct fixture *fixture = *state;
    struct gateway_config *config = NULL;
    g_autofree char *faults = NULL;
    assert_int_equal(gateway_config_load("/nowhere/bedside.conf", NULL, &config, &faults), -ENOENT);
    assert_string_equal(faults, "/nowhere/bedside.conf: the configuration cannot be read: No such "
                                "file or directory\n");
    g_autofree char *folder_faults = NULL;
    assert_int_equal(gateway_config_load(fixture->folder, NULL, &config, &folder_faults), -EISDIR);
    assert_null(config);
}

static void what_is_missing_is_named_with_its_section(void **state)
{
    expect_faults(*state, "", NULL,
                  "bedside.conf: section [gateway], which must hold organisation, is missing\n"
                  "bedside.conf: section [http], which must hold certificate, is missing\n"
                  "bedside.conf: section [http], which must hold private_key, is missing\n"
                  "bedside.conf: section [http], which must hold public_origin, is missing\n"
                  "bedside.conf: section [media], which must hold advertise, is missing\n");
    expect_faults(*state,
                  "\n[media]\n[http]\ncertificate=\nprivate_key=k\npublic_origin=;\n"
                  "[gateway]\norganisation=x\nstate_directory=\n",
                  NULL,
                  "bedside.conf:2: [media] advertise is missing\n"
                  "bedside.conf:4: [http] certificate must not be empty\n"
                  "bedside.conf:6: [http] public_origin must not be empty\n"
                  "bedside.conf:9: [gateway] state_directory must not be empty\n");
}

static void all_faults_are_named_at_once_in_order(void **state)
{
    const char *const environment[] = {"BEDSIDE_HTTP__PORTS=1", "BEDSIDE_HTTP__PORT=zero",
                                       "BEDSIDE_VISIT__CONSENT_TEXT_VERSION=", NULL};
    expect_faults(
        *state,
        "port=1\n" SMALLEST /* lines 2 to 9 */
        "udp_port=70000\n"
        "[store]\n"
        "databse=/x\n"
        "no equals sign\n"
        "=value\n"
        "[http]\n"
        "port=1\n"
        "[hook]\n"
        "programs=/x\n"
        "[broken\n"
        "[recording]\n"
        "enabled=yes\n"
        "enabled=true\n"
        "minimum_free_bytes=-1\n"
        "sandbox=none\n"
        "directory=bad\\q\n"
        "user=\xff\n",
        environment,
        "bedside.conf:1: this key stands before the first [section]\n"
        "bedside.conf:10: [media] udp_port: '70000' is not a whole number from 0 to 65535\n"
        "bedside.conf:12: [store] has no key databse\n"
        "bedside.conf:13: this is neither a [section], nor key=value, nor a # comment\n"
        "bedside.conf:14: this is neither a [section], nor key=value, nor a # comment\n"
        "bedside.conf:15: section [http] appears twice; it began at line 4\n"
        "bedside.conf:17: there is no section [hook]\n"
        "bedside.conf:19: a section's header is its name in brackets, such as [http]\n"
        "bedside.conf:21: [recording] enabled: 'yes' is neither true nor false\n"
        "bedside.conf:22: [recording] enabled appears twice; it is already set at line 21\n"
        "bedside.conf:23: [recording] minimum_free_bytes: '-1' is not a whole number from "
        "0 to 9223372036854775807\n"
        "bedside.conf:24: [recording] sandbox: 'none' is none of: required, best-effort\n"
        "bedside.conf:25: [recording] directory: a backslash begins an escape: \\s (space), "
        "\\t, \\n, \\r, \\\\ or, in a list, \\;\n"
        "bedside.conf:26: this line is not UTF-8 text\n"
        "environment: BEDSIDE_HTTP__PORTS is no key of bedside.conf\n"
        "environment: BEDSIDE_HTTP__PORT: 'zero' is not a whole number from 0 to 65535\n"
        "environment: BEDSIDE_VISIT__CONSENT_TEXT_VERSION must not be empty\n");
}

static void each_kind_of_value_refuses_what_it_is_not(void **state)
{
    static const struct {
        const char *section;
        const char *line;
        const char *words;
    } rows[] = {
        {"visit", "slots_max=", "'' is not a whole number"},
        {"visit", "slots_max=0", "from 1 to 16"},
        {"visit", "slots_max=17", "from 1 to 16"},
        {"visit", "slots_max=+3", "'+3' is not"},
        {"visit", "slots_max=3 4", "'3 4' is not"},
        {"visit", "slots_max=0x3", "'0x3' is not"},
        {"visit", "slots_max=99999999999999999999999", "is not a whole number"},
        {"recording", "enabled=TRUE", "neither true nor false"},
        {"recording", "enabled=", "neither true nor false"},
        {"recording", "sandbox=", "is none of"},
        {"recording", "directory=\\", "escape"},
        {"recording", "directory=a\\;b", "escape"}, /* only in lists */
        {"hooks", "programs=a\\qb", "escape"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        g_autofree char *text =
            g_strconcat(SMALLEST "[", rows[i].section, "]\n", rows[i].line, "\n", NULL);
        struct gateway_config *config = NULL;
        g_autofree char *faults = NULL;
        assert_int_equal(load(*state, text, NULL, &config, &faults), -EINVAL);
        if (!strstr(faults, ":10: [") || !strstr(faults, rows[i].words)) {
            fail_msg("row %zu: %s", i, faults);
        }
    }
}

static void addresses_and_origins_are_checked(void **state)
{
    static const struct {
        const char *key;
        const char *value;
        const char *words; /* NULL: good */
    } rows[] = {
        {"LISTEN", "0.0.0.0", NULL},
        {"LISTEN", "::", NULL},
        {"LISTEN", "", "an address is needed"},
        {"LISTEN", "localhost", "not an IPv4 or IPv6 address"},
        {"LISTEN", "127.0.0.256", "not an IPv4"},
        {"LISTEN", "127.1", "not an IPv4"},
        {"LISTEN", "[::1]", "not an IPv4"},
        {"TRUSTED_PROXIES", "127.0.0.1;proxy", "'proxy' is not"},
        {"PUBLIC_ORIGIN", "https://a", NULL},
        {"PUBLIC_ORIGIN", "https://a-b.example:8443", NULL},
        {"PUBLIC_ORIGIN", "https://[2001:db8::1]", NULL},
        {"PUBLIC_ORIGIN", "http://a", "begins with https://"},
        {"PUBLIC_ORIGIN", "HTTPS://a", "begins with https://"},
        {"PUBLIC_ORIGIN", "https://", "no host"},
        {"PUBLIC_ORIGIN", "https://:443", "no host"},
        {"PUBLIC_ORIGIN", "https://a/", "no slash"},
        {"PUBLIC_ORIGIN", "https://a/path", "no path"},
        {"PUBLIC_ORIGIN", "https://a:443", "leave out :443"},
        {"PUBLIC_ORIGIN", "https://a:0", "port from 1"},
        {"PUBLIC_ORIGIN", "https://a:65536", "port from 1"},
        {"PUBLIC_ORIGIN", "https://a:8443/", "port from 1"},
        {"PUBLIC_ORIGIN", "https://a:", "port from 1"},
        {"PUBLIC_ORIGIN", "https://A.example", "small letters"},
        {"PUBLIC_ORIGIN", "https://user@a", "small letters"},
        {"PUBLIC_ORIGIN", "https://*.example", "small letters"},
        {"PUBLIC_ORIGIN", "https://[::1", "no host"},
        {"PUBLIC_ORIGIN", "https://[0:0::1]", "short form"},
        {"PUBLIC_ORIGIN", "null", "begins with https://"},
        {"PUBLIC_ORIGIN", "https://a;https://b c", "'https://b c'"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        g_autofree char *variable =
            g_strconcat("BEDSIDE_HTTP__", rows[i].key, "=", rows[i].value, NULL);
        const char *const environment[] = {variable, NULL};
        AUTO(gateway_config) config = NULL;
        g_autofree char *faults = NULL;
        const int result = load(*state, SMALLEST, environment, &config, &faults);
        if (result != (rows[i].words ? -EINVAL : 0) ||
            (rows[i].words && !strstr(faults, rows[i].words))) {
            fail_msg("row %zu: %d %s", i, result, faults ? faults : "");
        }
    }
}

static void keys_must_fit_each_other(void **state)
{
    g_autofree char *long_path = g_strnfill(120, 'x');
    static const struct {
        const char *variables[3];
        const char *expected;
    } rows[] = {
        {{"BEDSIDE_RECORDING__ENABLED=true"}, "[recording] master_key_file is missing"},
        {{"BEDSIDE_TURN__URIS=turn:relay.example"}, "[turn] secret_file is missing"},
        {{"BEDSIDE_HTTP__SETUP_PORT=80"}, "bedside.conf:3: [http] setup_port is for development"},
        {{"BEDSIDE_HTTP__DEVELOPMENT_CA=/ca"}, "[http] development_ca is for development"},
        {{"BEDSIDE_HTTP__SETUP_PORT=80", "BEDSIDE_GATEWAY__MODE=development"},
         "[http] setup_port needs development_ca"},
        {{"BEDSIDE_HTTP__SETUP_PORT=8443", "BEDSIDE_GATEWAY__MODE=development"},
         "[http] setup_port must differ from port"},
        {{"BEDSIDE_MEDIA__UDP_PORT=65535", "BEDSIDE_MEDIA__WORKERS=2"},
         "[media] udp_port leaves no port"},
        {{"BEDSIDE_MEDIA__ADVERTISE=192.0.2.1;::"}, "bedside.conf:8: [media] advertise must name"},
        {{"BEDSIDE_SIGN_IN__DEVELOPMENT_STAFF=/staff.json"},
         "[sign_in] development_staff is for development"},
        {{"BEDSIDE_SIGN_IN__ISSUER=https://id.example", "BEDSIDE_SIGN_IN__CLIENT_ID=bedside"},
         "[sign_in] roles is missing"},
        {{"BEDSIDE_SIGN_IN__ISSUER=https://id.example", "BEDSIDE_SIGN_IN__ROLES=a=coordinator"},
         "[sign_in] client_id is missing"},
        {{"BEDSIDE_SIGN_IN__ISSUER=http://id.example", "BEDSIDE_SIGN_IN__ROLES=a=coordinator",
          "BEDSIDE_SIGN_IN__CLIENT_ID=bedside"},
         "[sign_in] issuer must be an https address"},
        {{"BEDSIDE_SIGN_IN__ROLES=a=patient"}, "[sign_in] roles must be entries"},
        {{"BEDSIDE_SIGN_IN__SCOPES=profile openid2"}, "[sign_in] scopes must hold openid"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const char *const environment[] = {rows[i].variables[0], rows[i].variables[1],
                                           rows[i].variables[2], NULL};
        AUTO(gateway_config) config = NULL;
        g_autofree char *faults = NULL;
        assert_int_equal(load(*state, SMALLEST, environment, &config, &faults), -EINVAL);
        if (!strstr(faults, rows[i].expected) || strchr(faults, '\n')[1] != '\0') {
            fail_msg("row %zu: %s", i, faults);
        }
    }
    g_autofree char *variable = g_strconcat("BEDSIDE_HTTP__ADMIN_SOCKET=/", long_path, NULL);
    const char *const environment[] = {variable, NULL};
    struct gateway_config *config = NULL;
    g_autofree char *faults = NULL;
    assert_int_equal(load(*state, SMALLEST, environment, &config, &faults), -EINVAL);
    assert_non_null(strstr(faults, "[http] admin_socket is too long"));
}

/* ---- what is printed ---- */

static char *printed(const struct gateway_config *config)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    if (config) {
        gateway_config_print(config, to);
    } else {
        gateway_config_print_sample(to);
    }
    fclose(to);
    return text;
}

static void what_is_printed_reads_back_the_same(void **state)
{
    AUTO(gateway_config)
    config = load_good(*state,
                       SMALLEST "[recording]\nenabled=true\nmaster_key_file=@state/k\n"
                                "[hooks]\nprograms=/a\\;b;/c\\\\d;/e\\s\n",
                       NULL);
    AUTO_FREE char *first = printed(config);
    assert_non_null(strstr(first, "\n[hooks]\nprograms=/a\\;b;/c\\\\d;/e\n"));
    AUTO(gateway_config) again = load_good(*state, first, NULL);
    AUTO_FREE char *second = printed(again);
    assert_string_equal(first, second);
}

static void the_sample_is_the_table(void **state)
{
    (void)state;
    g_autofree char *file = NULL;
    assert_true(g_file_get_contents(SAMPLE_FILE, &file, NULL, NULL));
    AUTO_FREE char *expected = printed(NULL);
    if (strcmp(file, expected) != 0) {
        fail_msg("deploy/bedside.conf is not what `bedside-gateway --sample-config` prints:\n%s",
                 expected);
    }
}

static void the_sample_loads_and_its_comments_are_the_defaults(void **state)
{
    AUTO_FREE char *sample = printed(NULL);
    AUTO(gateway_config) config = load_good(*state, sample, NULL);
    AUTO_FREE char *effective = printed(config);
    /* With every "#key=value" made active nothing changes. */
    g_autoptr(GRegex) regex = g_regex_new("^#([a-z_]+=)", G_REGEX_MULTILINE, 0, NULL);
    g_autofree char *active = g_regex_replace(regex, sample, -1, 0, "\\1", 0, NULL);
    AUTO(gateway_config) again = load_good(*state, active, NULL);
    AUTO_FREE char *effective_again = printed(again);
    assert_string_equal(effective, effective_again);
    const struct config_table table = config_keys();
    for (size_t i = 0; i < table.count; i++) {
        g_autofree char *line = g_strconcat("\n", table.keys[i].name, "=", NULL);
        assert_non_null(strstr(active, line));
    }
}

/* ---- secrets, of which the gateway's own table has none yet ---- */

struct with_secret {
    char *folder;
    char *token;
};

static const struct config_key secret_keys[] = {
    {"part", "token", CONFIG_SECRET, offsetof(struct with_secret, token), "", "A secret.",
     .presence = CONFIG_MAY_BE_EMPTY},
};

static void read_secret(const struct fixture *fixture, const char *const *environment,
                        struct with_secret *ret_config, char **ret_faults)
{
    AUTO(config_faults) faults = config_faults_create("x");
    static const char text[] = "[part]\ntoken=from\\sfile\n";
    AUTO(config_file) file = config_file_parse(text, strlen(text), faults);
    const struct config_source source = {file, fixture->folder, (char *const *)environment};
    const struct config_table table = {secret_keys, 1, offsetof(struct with_secret, folder)};
    config_reader_read(&table, &source, ret_config, faults);
    *ret_faults = config_faults_text(faults);
}

static void secrets_come_from_files_and_are_never_printed(void **state)
{
    const struct fixture *fixture = *state;
    assert_true(g_file_set_contents(fixture->path, "from\\nowhere \n", -1, NULL));
    g_autofree char *variable = g_strconcat("BEDSIDE_PART__TOKEN_FILE=", fixture->path, NULL);
    const struct {
        const char *variable;
        const char *token;
        const char *faults;
    } rows[] = {
        {"A=b", "from file", ""},
        {"BEDSIDE_PART__TOKEN=from environment", "from environment", ""},
        {variable, "from\\nowhere ", ""}, /* as it stands, without the line's end */
        {"BEDSIDE_PART__TOKEN_FILE=/nowhere/token", "", "environment: BEDSIDE_PART__TOKEN_FILE: "},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const char *const environment[] = {rows[i].variable, NULL};
        struct with_secret config = {0};
        g_autofree char *faults = NULL;
        read_secret(fixture, environment, &config, &faults);
        assert_true(g_str_has_prefix(faults, rows[i].faults));
        assert_string_equal(config.token, rows[i].token);
        g_autoptr(GString) text = g_string_new(NULL);
        config_value_print(&secret_keys[0], &config, text);
        assert_string_equal(text->str, *rows[i].token != '\0' ? "(secret)" : "");
        config_value_clear(&secret_keys[0], &config);
        assert_null(config.token);
    }
}

/* ---- against GLib's own reader ---- */

static void values_mean_what_gkeyfile_reads(void **state)
{
    static const char *const values[] = {
        "plain", "two words", "\\sspace\\s", "tab\\tnewline\\nreturn\\r", "back\\\\slash",
        "a#b",   "a=b",       "[x]",         "\xc3\xa9t\xc3\xa9",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
        g_autofree char *text = g_strconcat("[gateway]\n organisation =  ", values[i],
                                            "\n[http]\ncertificate=c\nprivate_key=k\npublic_origin="
                                            "https://a\n[media]\nadvertise=::1\n",
                                            NULL);
        AUTO(gateway_config) config = load_good(*state, text, NULL);
        g_autoptr(GKeyFile) key_file = g_key_file_new();
        assert_true(g_key_file_load_from_data(key_file, text, strlen(text), G_KEY_FILE_NONE, NULL));
        g_autofree char *expected =
            g_key_file_get_string(key_file, "gateway", "organisation", NULL);
        assert_string_equal(config->gateway.organisation, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_smallest_file_gets_every_default, setup, teardown),
        cmocka_unit_test_setup_teardown(every_kind_of_value_is_read, setup, teardown),
        cmocka_unit_test_setup_teardown(the_environment_overrides_the_file, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_that_cannot_be_read_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_missing_is_named_with_its_section, setup, teardown),
        cmocka_unit_test_setup_teardown(all_faults_are_named_at_once_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(each_kind_of_value_refuses_what_it_is_not, setup, teardown),
        cmocka_unit_test_setup_teardown(addresses_and_origins_are_checked, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_must_fit_each_other, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_printed_reads_back_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(the_sample_is_the_table, setup, teardown),
        cmocka_unit_test_setup_teardown(the_sample_loads_and_its_comments_are_the_defaults, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(secrets_come_from_files_and_are_never_printed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(values_mean_what_gkeyfile_reads, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
