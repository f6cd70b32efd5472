#include "gateway/visits/idempotency.h"

#include "tests/unit/gateway/visits/clinic.h"

#include <string.h>

#define HOUR 3600000

static struct idempotent_request request_of(const char *caller, const char *route, const char *key,
                                            const char *body)
{
    struct idempotent_request request = {.caller = caller, .route = route};
    digest_of_token(key, request.key_sha256);
    digest_of_token(body, request.body_sha256);
    return request;
}

static void an_answer_is_found_by_the_same_request_alone(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const struct idempotent_request request = request_of("a", "POST /x", "k", "body");
    unsigned status = 0;
    char *text = NULL;
    assert_int_equal(idempotency_find(clinic->service, &request, &status, &text),
                     REFUSAL_NOT_FOUND);
    assert_int_equal(idempotency_keep(clinic->service, &request, 201, "{\"id\":\"1\"}"), 0);
    assert_int_equal(idempotency_find(clinic->service, &request, &status, &text), 0);
    assert_int_equal(status, 201);
    assert_string_equal(text, "{\"id\":\"1\"}");
    free(text);

    const struct {
        struct idempotent_request request;
        int result;
    } rows[] = {
        {request_of("a", "POST /x", "k", "other"), REFUSAL_KEY_REUSED},
        {request_of("b", "POST /x", "k", "body"), REFUSAL_NOT_FOUND},
        {request_of("a", "POST /y", "k", "body"), REFUSAL_NOT_FOUND},
        {request_of("a", "POST /x", "j", "body"), REFUSAL_NOT_FOUND},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        text = NULL;
        assert_int_equal(idempotency_find(clinic->service, &rows[i].request, &status, &text),
                         rows[i].result);
        assert_null(text);
    }
}

static void it_is_kept_for_a_day(void **state)
{
    (void)state;
    AUTO(clinic) clinic = clinic_create(":memory:");
    const struct idempotent_request request = request_of("a", "POST /x", "k", "body");
    unsigned status;
    char *text = NULL;
    assert_int_equal(idempotency_keep(clinic->service, &request, 201, "{}"), 0);
    clinic_pass_ms(clinic, 24 * HOUR - 1);
    assert_int_equal(idempotency_find(clinic->service, &request, &status, &text), 0);
    free(text);
    clinic_pass_ms(clinic, 1);
    assert_int_equal(idempotency_find(clinic->service, &request, &status, &text),
                     REFUSAL_NOT_FOUND);
    assert_int_equal(idempotency_keep(clinic->service, &request, 201, "{}"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_found_by_the_same_request_alone),
        cmocka_unit_test(it_is_kept_for_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
