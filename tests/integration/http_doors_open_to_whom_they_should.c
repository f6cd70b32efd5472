/* What each door of the gateway serves to whom, within which bounds, and what everything carries
 * that goes out by HTTP. */
#include "tests/integration/demo_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void every_door_has_its_own_routes(void **state)
{
    (void)state;
    AUTO(browser) browser = browser_create(&demo.rig);
    const struct {
        struct request request;
        long status;
    } rows[] = {
        /* The operator's are not there for others; those of programs ask who it is. */
        {{.path = "/api/v1/audit/verify"}, 404},
        {{.path = "/api/v1/clients"}, 404},
        {{.path = "/api/v1/visits/x/media"}, 404},
        {{.path = "/api/v1/visits/x/end", .body = "{}"}, 404},
        {{.path = "/api/v1/recordings"}, 401},
        {{.path = "/api/v1/visits/x"}, 401},
        {{.path = "/api/v1/visits/x/links", .body = "{}"}, 401},
        /* Methods, types, origins. */
        {{.path = "/api/v1/join-links/look"}, 405},
        {{.method = "DELETE", .path = "/api/v1/session"}, 405},
        {{.path = "/api/v1/join-links/look", .body = "{}", .content_type = "text/plain"}, 415},
        {{.path = "/api/v1/join-links/look", .body = "{}", .origin = "https://evil.example"}, 403},
        {{.path = "/api/v1/join-links/look", .body = "{}", .origin = "null"}, 403},
        {{.path = "/api/v1/session/end", .body = "{}", .origin = "https://evil.example"}, 403},
        /* Files. */
        {{.path = "/"}, 200},
        {{.path = "/j"}, 200},
        {{.path = "/staff"}, 200},
        {{.path = "/case"}, 200},
        {{.path = "/assets/main-abc123.js"}, 200},
        {{.path = "/.hidden"}, 404},
        {{.path = "/assets/../record.sqlite"}, 404},
        {{.path = "/../record.sqlite"}, 404},
        {{.path = "/%2e%2e/record.sqlite"}, 404},
        {{.path = "/assets/..%2f..%2frecord.sqlite"}, 404},
        {{.path = "/assets"}, 404},
        {{.path = "/nope"}, 404},
        {{.path = "/healthz"}, 200},
        {{.path = "/readyz"}, 200},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        browser_ask(browser, &rows[i].request, &demo.answer);
        if (demo.answer.status != rows[i].status) {
            fail_msg("%s: %ld instead of %ld", rows[i].request.path, demo.answer.status,
                     rows[i].status);
        }
        AUTO_FREE char *policy = answer_header(&demo.answer, "Content-Security-Policy");
        assert_non_null(policy);
        assert_non_null(strstr(policy, "frame-ancestors 'none'"));
        demo_assert_header("X-Content-Type-Options", "nosniff");
        demo_assert_header("Referrer-Policy", "no-referrer");
        AUTO_FREE char *transport = answer_header(&demo.answer, "Strict-Transport-Security");
        assert_non_null(transport);
    }
}

static void a_body_larger_than_the_route_takes_is_refused(void **state)
{
    (void)state;
    AUTO(browser) browser = browser_create(&demo.rig);
    const size_t size = 70000;
    char *body = malloc(size + 1);
    assert_non_null(body);
    memset(body, ' ', size);
    body[size] = '\0';
    memcpy(body, "{}", 2);
    demo_post(browser, "/api/v1/join-links/look", body);
    assert_int_equal(demo.answer.status, 413);
    /* The same is no size at all for a case. */
    demo_post(demo.operator_browser, "/api/v1/cases", body);
    assert_int_equal(demo.answer.status, 422);
    free(body);
}

static void files_of_the_client_are_cached_as_they_should(void **state)
{
    (void)state;
    AUTO(browser) browser = browser_create(&demo.rig);
    demo_ask(browser, "/assets/main-abc123.js");
    assert_string_equal(demo.answer.body, "export {};");
    AUTO_FREE char *caching = answer_header(&demo.answer, "Cache-Control");
    assert_non_null(strstr(caching, "immutable"));
    AUTO_FREE char *etag = answer_header(&demo.answer, "ETag");
    assert_non_null(etag);
    assert_int_equal(etag[0], '"');

    char header[128];
    snprintf(header, sizeof(header), "If-None-Match: %s", etag);
    browser_ask(browser, &(struct request){.path = "/assets/main-abc123.js", .header = header},
                &demo.answer);
    assert_int_equal(demo.answer.status, 304);

    browser_ask(browser,
                &(struct request){.path = "/assets/main-abc123.js",
                                  .header = "Accept-Encoding: br, gzip;q=0.9"},
                &demo.answer);
    demo_assert_header("Content-Encoding", "gzip");
    assert_string_equal(demo.answer.body, "pretend this is gzip");

    demo_ask(browser, "/j");
    AUTO_FREE char *page_caching = answer_header(&demo.answer, "Cache-Control");
    assert_null(strstr(page_caching, "immutable"));
    browser_ask(browser, &(struct request){.method = "HEAD", .path = "/"}, &demo.answer);
    assert_int_equal(demo.answer.status, 200);
    assert_int_equal(demo.answer.size, 0);
}

/* Each line is a comment, or a name with a value; each name was described once, before its values.
 */
static void metrics_are_in_the_text_format(void **state)
{
    (void)state;
    demo_ask(demo.operator_browser, "/metrics");
    assert_int_equal(demo.answer.status, 200);
    assert_true(demo.answer.size > 0 && demo.answer.body[demo.answer.size - 1] == '\n');
    assert_non_null(strstr(demo.answer.body, "\nbedside_srtp_aead_info{provider=\"openssl\"} 1\n"));
    static const char *const families[] = {
        "\nbedside_people_by_score{score=\"5\"} ",
        "\nbedside_people_by_path{path=\"turn_tls\"} ",
        "\nbedside_pictures_by_step{step=\"sound_lost\"} ",
        "\nbedside_downlink_estimate_bytes_per_second_bucket{le=\"625000\"} ",
        "\nbedside_round_trip_seconds_bucket{le=\"0.025\"} ",
        "\nbedside_sound_concealed_ratio_bucket{le=\"+Inf\"} ",
        "\nbedside_repairs_total{what=\"ice_restart\"} ",
        "\n# TYPE bedside_worker_recorder_dropped_total counter\n",
    };
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        assert_non_null(strstr(demo.answer.body, families[i]));
    }
    char described[128] = "";
    char type[32] = "";
    char *rest = demo.answer.body;
    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        char name[128];
        if (sscanf(line, "# TYPE %127s %31s", name, type) == 2) {
            strcpy(described, name);
        } else if (line[0] != '#') {
            size_t length = strcspn(line, "{ ");
            if (strcmp(type, "histogram") == 0) { /* _bucket, _sum, _count */
                assert_in_range(length, strlen(described) + 4, strlen(described) + 7);
                length = strlen(described);
            }
            assert_int_equal(strlen(described), length);
            assert_memory_equal(described, line, length);
            const char *value = strrchr(line, ' ');
            assert_non_null(value);
            char *end;
            strtod(value + 1, &end);
            assert_true(end != value + 1 && *end == '\0');
        }
    }
}

static void the_setup_door_opens_nothing_else(void **state)
{
    (void)state;
    AUTO(browser) browser = browser_create(&demo.rig);
    char url[96];
    snprintf(url, sizeof(url), "%s/", demo.rig.setup_url);
    demo_ask(browser, url);
    assert_int_equal(demo.answer.status, 200);
    assert_non_null(strstr(demo.answer.body, "Certificate Trust Settings"));
    assert_non_null(strstr(demo.answer.body, demo.rig.origin));
    assert_null(strstr(demo.answer.body, "<script"));
    snprintf(url, sizeof(url), "%s/bedside-development-ca.crt", demo.rig.setup_url);
    demo_ask(browser, url);
    demo_assert_header("Content-Type", "application/x-x509-ca-cert");
    snprintf(url, sizeof(url), "%s/api/v1/session", demo.rig.setup_url);
    demo_ask(browser, url);
    assert_int_equal(demo.answer.status, 404);
    snprintf(url, sizeof(url), "%s/j", demo.rig.setup_url);
    demo_ask(browser, url);
    assert_int_equal(demo.answer.status, 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_door_has_its_own_routes),
        cmocka_unit_test(a_body_larger_than_the_route_takes_is_refused),
        cmocka_unit_test(files_of_the_client_are_cached_as_they_should),
        cmocka_unit_test(metrics_are_in_the_text_format),
        cmocka_unit_test(the_setup_door_opens_nothing_else),
    };
    return cmocka_run_group_tests(tests, demo_start, demo_stop);
}
