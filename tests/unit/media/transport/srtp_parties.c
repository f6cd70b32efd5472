#include "tests/unit/media/transport/srtp_parties.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static uint64_t chance_state;

uint32_t chance(uint32_t below)
{
    chance_state ^= chance_state << 13;
    chance_state ^= chance_state >> 7;
    chance_state ^= chance_state << 17;
    return (uint32_t)((chance_state >> 32) * below >> 32);
}

void chance_fill(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)chance(256);
    }
}

void srtp_parties_gather(struct srtp_parties *parties)
{
    static const enum srtp_aead_choice choices[] = {SRTP_AEAD_CHOICE_OPENSSL,
                                                    SRTP_AEAD_CHOICE_IPSEC_MB};
    *parties = (struct srtp_parties){.list = {{.name = "libsrtp2"}}, .count = 1};
    for (size_t i = 0; i < ARRAY_LENGTH(choices); i++) {
        const char *obstacle = NULL;
        const struct srtp_aead_provider *provider = srtp_aead_choose(choices[i], &obstacle);
        if (provider) {
            parties->list[parties->count].name = provider->name;
            parties->list[parties->count].provider = provider;
            parties->count++;
        } else {
            print_message("not compared: %s\n", obstacle);
        }
    }
}

void srtp_parties_open(struct srtp_parties *parties, unsigned round)
{
    const enum srtp_profile profile =
        round % 4 == 3 ? SRTP_PROFILE_AEAD_AES_256_GCM : SRTP_PROFILE_AEAD_AES_128_GCM;
    uint8_t block[2 * (SRTP_KEY_SIZE_MAX + SRTP_SALT_SIZE_MAX)];
    struct srtp_keys server;
    struct srtp_keys client;
    chance_state = UINT64_C(0x9e3779b97f4a7c15) * (round + 1);
    chance_fill(block, sizeof(block));
    srtp_keys_from_block(profile, block, true, &server);
    srtp_keys_from_block(profile, block, false, &client);
    for (size_t i = 0; i < parties->count; i++) {
        struct srtp_party *party = &parties->list[i];
        assert_int_equal(srtp_session_create(&server, party->provider, &party->sender), 0);
        assert_int_equal(srtp_session_create(&client, party->provider, &party->receiver), 0);
    }
}

void srtp_parties_close(struct srtp_parties *parties)
{
    for (size_t i = 0; i < parties->count; i++) {
        struct srtp_party *party = &parties->list[i];
        party->sender = srtp_session_destroy(party->sender);
        party->receiver = srtp_session_destroy(party->receiver);
    }
}
