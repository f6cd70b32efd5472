#include "media/transport/srtp_aead.h"

#include "gateway/base/cleanup.h"
#include "media/transport/srtp_aead_providers.h"
#include "tests/unit/media/transport/srtp_vectors.h"

#include <errno.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#ifdef BEDSIDE_WITH_IPSEC_MB
#define NO_COMPAT_IMB_API_053
#include <intel-ipsec-mb.h>
#endif

#include <cmocka.h>

/* Under test in this round. */
static const struct srtp_aead_provider *provider;

/* ---- vectors ---- */

struct example {
    uint8_t key[32];
    size_t key_size;
    uint8_t nonce[SRTP_AEAD_NONCE_SIZE];
    uint8_t clear[SRTP_VECTOR_SIZE_MAX];
    size_t clear_size;
    uint8_t protected[SRTP_VECTOR_SIZE_MAX];
    size_t protected_size;
};

static struct example read_vector(const struct srtp_vector *vector)
{
    struct example example;
    example.key_size = from_hex(vector->key, example.key);
    from_hex(vector->nonce, example.nonce);
    example.clear_size = from_hex(vector->packet, example.clear);
    example.protected_size = from_hex(vector->protected, example.protected);
    return example;
}

static void test_seals_and_opens_the_packets_of_rfc_7714(void **state)
{
    (void)state;
    for (size_t i = 0; i < SRTP_VECTORS; i++) {
        const struct example example = read_vector(&srtp_vectors[i]);
        void *seal = provider->create(example.key, example.key_size, SRTP_AEAD_SEAL);
        void *open = provider->create(example.key, example.key_size, SRTP_AEAD_OPEN);
        uint8_t packet[SRTP_VECTOR_SIZE_MAX] = {0};
        memcpy(packet, example.clear, SRTP_VECTOR_HEADER_SIZE);
        struct packet_part payload = {example.clear + SRTP_VECTOR_HEADER_SIZE,
                                      example.clear_size - SRTP_VECTOR_HEADER_SIZE};
        assert_int_equal(
            provider->seal(seal, example.nonce, packet, SRTP_VECTOR_HEADER_SIZE, &payload), 0);
        assert_memory_equal(packet, example.protected, example.protected_size);
        /* The payload already in its place. */
        memcpy(packet, example.clear, example.clear_size);
        payload.data = packet + SRTP_VECTOR_HEADER_SIZE;
        assert_int_equal(
            provider->seal(seal, example.nonce, packet, SRTP_VECTOR_HEADER_SIZE, &payload), 0);
        assert_memory_equal(packet, example.protected, example.protected_size);

        uint8_t clear[SRTP_VECTOR_SIZE_MAX];
        assert_int_equal(provider->open(open, example.nonce, packet, example.protected_size,
                                        SRTP_VECTOR_HEADER_SIZE, clear),
                         0);
        assert_memory_equal(clear, example.clear + SRTP_VECTOR_HEADER_SIZE, payload.size);
        provider->destroy(seal);
        provider->destroy(open);
    }
}

static void test_every_changed_bit_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < SRTP_VECTORS; i++) {
        struct example example = read_vector(&srtp_vectors[i]);
        void *open = provider->create(example.key, example.key_size, SRTP_AEAD_OPEN);
        uint8_t clear[SRTP_VECTOR_SIZE_MAX];
        for (size_t bit = 0; bit < 8 * example.protected_size; bit++) {
            example.protected[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_int_equal(provider->open(open, example.nonce, example.protected,
                                            example.protected_size, SRTP_VECTOR_HEADER_SIZE, clear),
                             -EACCES);
            example.protected[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
        /* A refusal leaves nothing behind. */
        assert_int_equal(provider->open(open, example.nonce, example.protected,
                                        example.protected_size, SRTP_VECTOR_HEADER_SIZE, clear),
                         0);
        example.nonce[11] ^= 1;
        assert_int_equal(provider->open(open, example.nonce, example.protected,
                                        example.protected_size, SRTP_VECTOR_HEADER_SIZE, clear),
                         -EACCES);
        provider->destroy(open);
    }
}

/* ---- bounds, which sanitizers do not see in assembly ---- */

#define PAGE 4096

/* One page that may be used, between two that may not be touched. */
static uint8_t *make_guarded_page(void)
{
    uint8_t *pages = mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    assert_int_equal(mprotect(pages + PAGE, PAGE, PROT_READ | PROT_WRITE), 0);
    return pages + PAGE;
}

static void free_guarded_page(uint8_t *page)
{
    assert_int_equal(munmap(page - PAGE, 3 * PAGE), 0);
}

/* The last `size` bytes before the guard, or the first after it. */
static uint8_t *place(uint8_t *page, size_t size, bool at_end)
{
    return at_end ? page + PAGE - size : page;
}

static void test_touches_nothing_but_its_arguments(void **state)
{
    (void)state;
    static const uint8_t key[16] = {1, 2, 3};
    void *seal = provider->create(key, sizeof(key), SRTP_AEAD_SEAL);
    void *open = provider->create(key, sizeof(key), SRTP_AEAD_OPEN);
    uint8_t *nonce_page = make_guarded_page();
    uint8_t *clear_page = make_guarded_page();
    uint8_t *packet_page = make_guarded_page();
    for (size_t i = 0; i < 2 * 1500; i++) {
        const bool at_end = i % 2;
        const size_t size = i / 2;
        const size_t header_size = 12 + 4 * (size % 20);
        const size_t packet_size = header_size + size + SRTP_AEAD_TAG_SIZE;
        uint8_t *nonce = place(nonce_page, SRTP_AEAD_NONCE_SIZE, at_end);
        uint8_t *clear = place(clear_page, size, at_end);
        uint8_t *packet = place(packet_page, packet_size, at_end);
        memset(nonce, (int)i, SRTP_AEAD_NONCE_SIZE);
        memset(clear, (int)size, size);
        memset(packet, 0x80, header_size);
        const struct packet_part payload = {clear, size};
        assert_int_equal(provider->seal(seal, nonce, packet, header_size, &payload), 0);
        memset(clear, 0, size);
        assert_int_equal(provider->open(open, nonce, packet, packet_size, header_size, clear), 0);
        for (size_t j = 0; j < size; j++) {
            assert_int_equal(clear[j], (uint8_t)size);
        }
    }
    free_guarded_page(nonce_page);
    free_guarded_page(clear_page);
    free_guarded_page(packet_page);
    provider->destroy(seal);
    provider->destroy(open);
}

/* ---- wiping ---- */

/* AES expands its key into a schedule whose first words are the key itself, so a block that still
 * holds it when it is freed was not wiped. Both our free() and OpenSSL's come by here. */
static const uint8_t watched_key[32] = {
    0x5e, 0xc2, 0xe7, 0x11, 0x52, 0x93, 0x14, 0xd5, 0x26, 0x97, 0x38, 0xf9, 0x4a, 0xbb, 0x6c, 0x0d,
    0x17, 0x28, 0x39, 0x4a, 0x5b, 0x6c, 0x7d, 0x8e, 0x9f, 0xa0, 0xb1, 0xc2, 0xd3, 0xe4, 0xf5, 0x06};
static unsigned blocks_freed;
static unsigned blocks_with_key;

void __real_free(void *block);
void __wrap_free(void *block);

void __wrap_free(void *block)
{
    if (block) {
        blocks_freed++;
        blocks_with_key += memmem(block, malloc_usable_size(block), watched_key, 16) != NULL;
    }
    __real_free(block);
}

static void *openssl_malloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return malloc(size);
}

static void *openssl_realloc(void *block, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return realloc(block, size);
}

static void openssl_free(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    __wrap_free(block);
}

static void test_keys_are_wiped(void **state)
{
    (void)state;
    for (size_t key_size = 16; key_size <= 32; key_size += 16) {
        for (unsigned direction = SRTP_AEAD_SEAL; direction <= SRTP_AEAD_OPEN; direction++) {
            void *cipher = provider->create(watched_key, key_size, direction);
            blocks_freed = 0;
            blocks_with_key = 0;
            provider->destroy(cipher);
            assert_true(blocks_freed > 0);
            assert_int_equal(blocks_with_key, 0);
        }
    }
    /* This would have been noticed. */
    uint8_t *block = malloc(sizeof(watched_key));
    memcpy(block, watched_key, sizeof(watched_key));
    __wrap_free(block);
    assert_int_equal(blocks_with_key, 1);
    provider->destroy(NULL);
}

/* ---- choice ---- */

static void test_openssl_is_always_there(void **state)
{
    (void)state;
    const char *obstacle = NULL;
    assert_string_equal(srtp_aead_choose(SRTP_AEAD_CHOICE_OPENSSL, &obstacle)->name, "openssl");
    const struct srtp_aead_provider *best = srtp_aead_choose(SRTP_AEAD_CHOICE_AUTO, &obstacle);
    assert_non_null(best);
    const struct srtp_aead_provider *fast = srtp_aead_choose(SRTP_AEAD_CHOICE_IPSEC_MB, &obstacle);
    if (fast) {
        assert_string_equal(fast->name, "ipsec-mb");
        assert_ptr_equal(best, fast);
    } else {
        assert_string_equal(best->name, "openssl");
        assert_non_null(obstacle);
    }
}

#ifdef BEDSIDE_WITH_IPSEC_MB
static void test_an_old_processor_is_told_why(void **state)
{
    (void)state;
    static const struct {
        uint64_t features;
        const char *obstacle; /* NULL: it runs */
    } rows[] = {
        {IMB_CPUFLAGS_SSE, NULL},
        {IMB_CPUFLAGS_AVX512_T2, NULL},
        {0, "the processor has no AES-NI"},
        {IMB_CPUFLAGS_NO_AESNI | IMB_FEATURE_AESNI_EMU, "the processor has no AES-NI"},
        {IMB_CPUFLAGS_SSE & ~IMB_FEATURE_PCLMULQDQ, "the processor has no PCLMULQDQ"},
        {IMB_CPUFLAGS_SSE & ~IMB_FEATURE_SSE4_2, "the processor has no SSE 4.2"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(rows); i++) {
        const char *obstacle = NULL;
        assert_int_equal(srtp_aead_ipsec_mb_may_run(rows[i].features, &obstacle),
                         rows[i].obstacle == NULL);
        if (rows[i].obstacle) {
            assert_string_equal(obstacle, rows[i].obstacle);
        }
    }
}
#endif

static int test_provider(enum srtp_aead_choice choice)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seals_and_opens_the_packets_of_rfc_7714),
        cmocka_unit_test(test_every_changed_bit_is_refused),
        cmocka_unit_test(test_touches_nothing_but_its_arguments),
        cmocka_unit_test(test_keys_are_wiped),
    };
    const char *obstacle = NULL;
    provider = srtp_aead_choose(choice, &obstacle);
    if (!provider) {
        print_message("not tested: %s\n", obstacle);
        return 0;
    }
    return cmocka_run_group_tests_name(provider->name, tests, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_openssl_is_always_there),
#ifdef BEDSIDE_WITH_IPSEC_MB
        cmocka_unit_test(test_an_old_processor_is_told_why),
#endif
    };
    if (CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) != 1) {
        return 1; /* too late: OpenSSL has allocated before */
    }
    return test_provider(SRTP_AEAD_CHOICE_OPENSSL) + test_provider(SRTP_AEAD_CHOICE_IPSEC_MB) +
           cmocka_run_group_tests_name("choice", tests, NULL, NULL);
}
