#include "certs/tls_files.h"

#include "gateway/base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DAY_MS (24ll * 3600 * 1000)

/* A folder with two runs of make_dev_certs, "a" and "b". */
static char folder[] = "/tmp/tls_files_test.XXXXXX";

static char *in_folder(const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
    return path;
}

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void shell(const char *format, ...)
{
    char command[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof(command), format, arguments);
    va_end(arguments);
    assert_int_equal(system(command), 0);
}

static int setup(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) {
        return -1;
    }
    shell("%s --out %s/a localhost 127.0.0.1 ::1 visits.hospital.example >/dev/null",
          MAKE_DEV_CERTS, folder);
    shell("%s --out %s/b localhost >/dev/null", MAKE_DEV_CERTS, folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shell("rm -r %s", folder);
    return 0;
}

static int load(const char *certificate, const char *key, int64_t wall_ms,
                struct tls_files **ret_files, char ret_error[TLS_FILES_ERROR_SIZE])
{
    AUTO_FREE char *certificate_path = in_folder(certificate);
    AUTO_FREE char *key_path = in_folder(key);
    return tls_files_load(certificate_path, key_path, wall_ms, ret_files, ret_error,
                          TLS_FILES_ERROR_SIZE);
}

static void what_make_dev_certs_makes_is_good(void **state)
{
    (void)state;
    AUTO(tls_files) files = NULL;
    char error[TLS_FILES_ERROR_SIZE] = "";
    assert_int_equal(load("a/server.pem", "a/server.key", clock_wall_ms(), &files, error), 0);
    assert_string_equal(error, "");
    assert_null(tls_files_destroy(NULL));
}

static void an_rsa_pair_without_a_chain_is_good(void **state)
{
    (void)state;
    AUTO(tls_files) files = NULL;
    char error[TLS_FILES_ERROR_SIZE] = "";
    shell("cd %s && openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=a -days 2 -keyout rsa.key "
          "-out rsa.pem 2>/dev/null && chmod 640 rsa.key",
          folder);
    /* The gateway's clock may be a moment behind openssl's. */
    assert_int_equal(load("rsa.pem", "rsa.key", clock_wall_ms() + 1000, &files, error), 0);
}

static void names_and_addresses_are_told_apart(void **state)
{
    (void)state;
    AUTO(tls_files) files = NULL;
    char error[TLS_FILES_ERROR_SIZE];
    assert_int_equal(load("a/server.pem", "a/server.key", clock_wall_ms(), &files, error), 0);
    static const struct {
        const char *host;
        bool covered;
    } rows[] = {
        {"localhost", true},
        {"visits.hospital.example", true},
        {"hospital.example", false},
        {"127.0.0.1", true},
        {"127.0.0.2", false},
        {"::1", true},
        {"::2", false},
        {"Bedside development server", false}, /* the subject is not a host */
        {"", false},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        assert_int_equal(tls_files_covers(files, rows[i].host), rows[i].covered);
    }
}

static void faults_name_the_file_and_the_reason(void **state)
{
    (void)state;
    shell("cd %s && mkdir -p folder && : >empty && head -c 300 a/server.pem >cut.pem &&"
          " { cat a/server.pem; echo -----BEGIN CERTIFICATE-----; echo MIIB; echo -----END "
          "CERTIFICATE-----; } >bad_chain.pem &&"
          " cp a/server.key open.key && chmod 644 open.key &&"
          " openssl ec -in a/server.key -aes128 -passout pass:secret -out sealed.key 2>/dev/null &&"
          " openssl req -x509 -newkey rsa:1024 -nodes -subj /CN=weak -keyout weak.key -out "
          "weak.pem 2>/dev/null &&"
          " head -c 2000000 /dev/zero >huge",
          folder);
    const int64_t now_ms = clock_wall_ms();
    static const struct {
        const char *certificate;
        const char *key;
        int64_t days_from_now;
        int result;
        const char *words[2];
    } rows[] = {
        {"none.pem", "a/server.key", 0, -ENOENT, {"certificate file", "/none.pem"}},
        {"a/server.pem", "none.key", 0, -ENOENT, {"private key file", "/none.key"}},
        {"folder", "a/server.key", 0, -EBADMSG, {"/folder", "PEM"}},
        {"huge", "a/server.key", 0, -EBADMSG, {"/huge", "sensible size"}},
        {"empty", "a/server.key", 0, -EBADMSG, {"/empty", "no PEM certificate"}},
        {"a/server.key", "a/server.key", 0, -EBADMSG, {"/a/server.key", "no PEM certificate"}},
        {"cut.pem", "a/server.key", 0, -EBADMSG, {"/cut.pem", "damaged"}},
        {"bad_chain.pem", "a/server.key", 0, -EBADMSG, {"certificate number 3", "/bad_chain.pem"}},
        {"a/server.pem", "empty", 0, -EBADMSG, {"/empty", "no PEM private key"}},
        {"a/server.pem", "a/server.pem", 0, -EBADMSG, {"/a/server.pem", "no PEM private key"}},
        {"a/server.pem", "sealed.key", 0, -EBADMSG, {"/sealed.key", "encrypted"}},
        {"a/server.pem", "open.key", 0, -EPERM, {"/open.key", "644"}},
        {"a/server.pem", "b/server.key", 0, -EKEYREJECTED, {"/b/server.key", "/a/server.pem"}},
        {"weak.pem", "weak.key", 0, -EKEYREJECTED, {"/weak.key", "1024 bits"}},
        {"a/server.pem", "a/server.key", 398, -EKEYEXPIRED, {"/a/server.pem", "ended at 20"}},
        {"a/server.pem", "a/server.key", -1, -EKEYEXPIRED, {"/a/server.pem", "begins only at 20"}},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        struct tls_files *files = NULL;
        char error[TLS_FILES_ERROR_SIZE] = "";
        const int result = load(rows[i].certificate, rows[i].key,
                                now_ms + rows[i].days_from_now * DAY_MS, &files, error);
        if (result != rows[i].result || !strstr(error, rows[i].words[0]) ||
            !strstr(error, rows[i].words[1])) {
            fail_msg("row %zu: %d, '%s'", i, result, error);
        }
        assert_null(files);
    }
}

static void run_make_dev_certs(const char *arguments, char *ret_output, size_t size)
{
    char command[1024];
    snprintf(command, sizeof(command), "%s --out %s/again %s 2>&1", MAKE_DEV_CERTS, folder,
             arguments);
    FILE *pipe = popen(command, "r");
    const size_t count = fread(ret_output, 1, size - 1, pipe);
    ret_output[count] = '\0';
    assert_int_equal(pclose(pipe), 0);
}

static void a_second_run_keeps_what_is_good(void **state)
{
    (void)state;
    char output[1000];
    run_make_dev_certs("localhost 192.168.1.5 ::1", output, sizeof(output));
    assert_non_null(strstr(output, "Made a development authority"));
    assert_non_null(strstr(output, "Made a server certificate"));

    run_make_dev_certs("0:0::1 localhost 192.168.1.5", output, sizeof(output)); /* the same set */
    assert_non_null(strstr(output, "authority is still good"));
    assert_non_null(strstr(output, "server certificate is still good"));

    run_make_dev_certs("localhost 192.168.1.6", output,
                       sizeof(output)); /* a tablet keeps its trust */
    assert_non_null(strstr(output, "authority is still good"));
    assert_non_null(strstr(output, "Made a server certificate"));

    shell("echo broken >%s/again/server.key", folder);
    run_make_dev_certs("localhost 192.168.1.6", output, sizeof(output));
    assert_non_null(strstr(output, "authority is still good"));
    assert_non_null(strstr(output, "Made a server certificate"));

    shell("rm %s/again/ca.key", folder);
    run_make_dev_certs("localhost 192.168.1.6", output, sizeof(output));
    assert_non_null(strstr(output, "Made a development authority"));
    assert_non_null(strstr(output, "Made a server certificate"));

    struct stat status;
    static const char *const keys[] = {"again/ca.key", "again/server.key"};
    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        AUTO_FREE char *path = in_folder(keys[i]);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
    }
    shell("openssl verify -x509_strict -purpose sslserver -verify_ip 192.168.1.6 -CAfile "
          "%s/again/ca.pem"
          " %s/again/server.pem >/dev/null",
          folder, folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_make_dev_certs_makes_is_good),
        cmocka_unit_test(an_rsa_pair_without_a_chain_is_good),
        cmocka_unit_test(names_and_addresses_are_told_apart),
        cmocka_unit_test(faults_name_the_file_and_the_reason),
        cmocka_unit_test(a_second_run_keeps_what_is_good),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
