#include "gateway/base/random.h"

#include "gateway/base/clock.h"
#include "gateway/base/secret.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/random.h>

void random_bytes(void *ret_bytes, size_t size)
{
    unsigned char *bytes = ret_bytes;
    while (size > 0) {
        const ssize_t count = getrandom(bytes, size, 0);
        if (count < 0) {
            if (errno == EINTR) {
                continue;
            }
            abort();
        }
        bytes += count;
        size -= (size_t)count;
    }
}

uint32_t random_u32(void)
{
    uint32_t value;
    random_bytes(&value, sizeof(value));
    return value;
}

uint32_t random_below(uint32_t bound)
{
    assert(bound > 0);
    /* Values below 2^32 mod bound would make the small results more likely. */
    const uint32_t uneven = (uint32_t)-bound % bound;
    uint32_t value;
    do {
        value = random_u32();
    } while (value < uneven);
    return value % bound;
}

void random_alphanumeric(char *ret_text, size_t length)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const unsigned letter_count = sizeof(letters) - 1;
    unsigned char bytes[64];
    size_t available = 0;
    for (size_t i = 0; i < length;) {
        if (available == 0) {
            random_bytes(bytes, sizeof(bytes));
            available = sizeof(bytes);
        }
        const unsigned char byte = bytes[--available];
        if (byte < 256 / letter_count * letter_count) {
            ret_text[i++] = letters[byte % letter_count];
        }
    }
    ret_text[length] = '\0';
    secret_wipe(bytes, sizeof(bytes));
}

void random_token(char ret_token[RANDOM_TOKEN_SIZE])
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char bytes[33]; /* the last is 0 and only fills up the last group */
    random_bytes(bytes, 32);
    bytes[32] = 0;
    char *to = ret_token;
    for (size_t i = 0; i < 33; i += 3) {
        const uint32_t group =
            (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
        *to++ = letters[group >> 18];
        *to++ = letters[group >> 12 & 63];
        *to++ = letters[group >> 6 & 63];
        *to++ = letters[group & 63];
    }
    ret_token[RANDOM_TOKEN_SIZE - 1] = '\0'; /* in place of the 44th, which says nothing */
    secret_wipe(bytes, sizeof(bytes));
}

/* RFC 9562, 6.2, method 1: 48 bits of milliseconds and a counter of 12 bits in one number that only
 * grows. The counter begins at a random value with its highest bit clear; when it overflows, the
 * milliseconds run ahead of the clock. */
static uint64_t next_uuid_time(void)
{
    static _Atomic(uint64_t) last;
    const uint64_t fresh = (uint64_t)clock_wall_ms() << 12 | (random_u32() & 0x7ff);
    uint64_t before = atomic_load(&last);
    uint64_t next;
    do {
        next = fresh > before ? fresh : before + 1;
    } while (!atomic_compare_exchange_weak(&last, &before, next));
    return next;
}

void random_uuid_v7(char ret_text[UUID_TEXT_SIZE])
{
    const uint64_t time = next_uuid_time();
    unsigned char bytes[16];
    random_bytes(bytes, sizeof(bytes));
    for (int i = 0; i < 6; i++) {
        bytes[i] = (unsigned char)(time >> (52 - 8 * i));
    }
    bytes[6] = (unsigned char)(0x70 | (time >> 8 & 0x0f));
    bytes[7] = (unsigned char)time;
    bytes[8] = (unsigned char)(0x80 | (bytes[8] & 0x3f));

    static const char hex[] = "0123456789abcdef";
    char *to = ret_text;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *to++ = '-';
        }
        *to++ = hex[bytes[i] >> 4];
        *to++ = hex[bytes[i] & 15];
    }
    *to = '\0';
}
