#include "media/transport/ice_lite.h"

#include "gateway/base/allocate.h"
#include "gateway/base/secret.h"
#include "media/transport/packet_demux.h"

#include <errno.h>
#include <string.h>

#define CREDENTIAL_SIZE_MAX 257 /* RFC 8839, 5.4: 256 characters, and a 0 */
#define NONE SIZE_MAX

struct credentials {
    char local_ufrag[CREDENTIAL_SIZE_MAX];
    char local_pwd[CREDENTIAL_SIZE_MAX];
    char remote_ufrag[CREDENTIAL_SIZE_MAX];
    char remote_pwd[CREDENTIAL_SIZE_MAX]; /* may be empty */
};

struct checked_address {
    struct network_address address;
    uint64_t last_check_us;
};

struct ice_lite {
    struct stun_responder *responder;
    const struct ice_lite_ops *ops;
    void *context;
    struct credentials current;
    struct credentials next; /* of a pending restart; empty otherwise */
    struct checked_address addresses[ICE_LITE_ADDRESSES_MAX];
    size_t address_count;
    size_t chosen; /* NONE before the first check */
    bool nominated;
    bool nominates_again; /* what was nominated before: it says so in every check */
    bool is_silent;
    uint64_t choices;
    uint64_t last_check_us; /* from any address */
    bool was_checked;
};

/* ---- credentials ---- */

static int copy_credentials(const struct stun_credentials *from, struct credentials *ret_to)
{
    const char *texts[] = {from->local_ufrag, from->local_pwd, from->remote_ufrag,
                           from->remote_pwd ? from->remote_pwd : ""};
    char *copies[] = {ret_to->local_ufrag, ret_to->local_pwd, ret_to->remote_ufrag,
                      ret_to->remote_pwd};
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        const size_t length = texts[i] ? strlen(texts[i]) : 0;
        if ((length == 0 && copies[i] != ret_to->remote_pwd) || length >= CREDENTIAL_SIZE_MAX) {
            return -EINVAL;
        }
    }
    memset(ret_to, 0, sizeof(*ret_to));
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        memcpy(copies[i], texts[i], strlen(texts[i]));
    }
    return 0;
}

static struct stun_credentials borrow(const struct credentials *own)
{
    return (struct stun_credentials){.local_ufrag = own->local_ufrag,
                                     .local_pwd = own->local_pwd,
                                     .remote_ufrag = own->remote_ufrag,
                                     .remote_pwd = own->remote_pwd};
}

static bool restart_is_pending(const struct ice_lite *ice)
{
    return ice->next.local_ufrag[0] != '\0';
}

int ice_lite_create(const struct ice_lite_config *config, struct ice_lite **ret_ice)
{
    AUTO(ice_lite) ice = allocate_zeroed(1, sizeof(*ice));
    const int copied = copy_credentials(&config->credentials, &ice->current);
    if (copied < 0) {
        return copied;
    }
    ice->responder = config->responder;
    ice->ops = config->ops;
    ice->context = config->context;
    ice->chosen = NONE;
    *ret_ice = TAKE(ice);
    return 0;
}

struct ice_lite *ice_lite_destroy(struct ice_lite *ice)
{
    if (ice) {
        secret_wipe(ice, sizeof(*ice));
        free(ice);
    }
    return NULL;
}

int ice_lite_restart(struct ice_lite *ice, const struct stun_credentials *credentials)
{
    struct credentials copy;
    const int copied = copy_credentials(credentials, &copy);
    if (copied < 0) {
        return copied;
    }
    if (restart_is_pending(ice)) {
        ice->ops->on_ufrag_retired(ice->context, ice->next.local_ufrag);
    }
    ice->next = copy;
    secret_wipe(&copy, sizeof(copy));
    return 0;
}

/* The restart has succeeded: the new credentials are the only ones. */
static void complete_restart(struct ice_lite *ice)
{
    ice->ops->on_ufrag_retired(ice->context, ice->current.local_ufrag);
    ice->current = ice->next;
    secret_wipe(&ice->next, sizeof(ice->next));
}

/* ---- addresses ---- */

static size_t find_address(const struct ice_lite *ice, const struct network_address *address)
{
    for (size_t i = 0; i < ice->address_count; i++) {
        if (network_address_equal(&ice->addresses[i].address, address)) {
            return i;
        }
    }
    return NONE;
}

static void remove_address(struct ice_lite *ice, size_t index)
{
    const struct network_address address = ice->addresses[index].address;
    const size_t last = ice->address_count - 1;
    const bool was_chosen = ice->chosen == index;
    ice->addresses[index] = ice->addresses[last];
    ice->address_count = last;
    if (was_chosen) {
        ice->chosen = NONE;
        ice->ops->on_destination_changed(ice->context, NULL);
    } else if (ice->chosen == last) {
        ice->chosen = index;
    }
    ice->ops->on_address_removed(ice->context, &address);
}

/* The one, other than the chosen, whose last check is oldest (`newest` false) or latest; NONE
 * without any. */
static size_t find_by_age(const struct ice_lite *ice, bool newest)
{
    size_t found = NONE;
    for (size_t i = 0; i < ice->address_count; i++) {
        if (i == ice->chosen) {
            continue;
        }
        if (found == NONE ||
            (ice->addresses[i].last_check_us > ice->addresses[found].last_check_us) == newest) {
            found = i;
        }
    }
    return found;
}

/* Returns its index, or NONE when the owner refuses it. */
static size_t add_address(struct ice_lite *ice, const struct network_address *address,
                          uint64_t now_us)
{
    if (ice->address_count == ICE_LITE_ADDRESSES_MAX) {
        remove_address(ice, find_by_age(ice, false));
    }
    if (ice->ops->on_address_added(ice->context, address, now_us) < 0) {
        return NONE;
    }
    ice->addresses[ice->address_count] = (struct checked_address){.address = *address};
    return ice->address_count++;
}

static void choose(struct ice_lite *ice, size_t index)
{
    if (ice->chosen == index) {
        return;
    }
    ice->chosen = index;
    ice->choices++;
    ice->ops->on_destination_changed(ice->context, &ice->addresses[index].address);
}

/* See the rules at the top of the header. */
static bool should_choose(const struct ice_lite *ice, bool nominates, uint64_t now_us)
{
    if (nominates || ice->chosen == NONE) {
        return true;
    }
    const uint64_t silent_since_us = ice->addresses[ice->chosen].last_check_us;
    return (!ice->nominated && !restart_is_pending(ice)) ||
           (ice->is_silent && !ice->nominates_again) ||
           now_us - silent_since_us >= ICE_LITE_SILENCE_US;
}

/* ---- public ---- */

/* The credentials whose ufrag the message names. The current ones when it names none: they will not
 * match. */
static bool is_for_restart(const struct ice_lite *ice, const uint8_t *data, size_t size)
{
    const uint8_t *ufrag = NULL;
    const int length = packet_stun_ufrag(data, size, &ufrag);
    return restart_is_pending(ice) && length > 0 &&
           (size_t)length == strlen(ice->next.local_ufrag) &&
           memcmp(ufrag, ice->next.local_ufrag, (size_t)length) == 0;
}

enum stun_verdict ice_lite_on_datagram(struct ice_lite *ice, const uint8_t *data, size_t size,
                                       const struct network_address *source, uint64_t now_us,
                                       uint8_t *ret_reply, size_t *ret_reply_size)
{
    const bool of_restart = is_for_restart(ice, data, size);
    const struct stun_credentials credentials = borrow(of_restart ? &ice->next : &ice->current);
    struct stun_check check = {0};
    const enum stun_verdict verdict =
        stun_responder_judge(ice->responder, data, size, source, &credentials, ret_reply, &check);
    if (verdict == STUN_OBJECTED) {
        *ret_reply_size = check.reply_size;
    }
    if (verdict != STUN_ACCEPTED) {
        return verdict;
    }
    size_t index = find_address(ice, source);
    if (index == NONE) {
        index = add_address(ice, source, now_us);
    }
    if (index == NONE) {
        return STUN_REFUSED;
    }
    *ret_reply_size = check.reply_size;
    ice->addresses[index].last_check_us = now_us;
    ice->last_check_us = now_us;
    ice->was_checked = true;
    ice->nominates_again |= check.use_candidate && ice->nominated && index == ice->chosen;
    if (should_choose(ice, check.use_candidate, now_us)) {
        choose(ice, index);
        ice->nominated |= check.use_candidate;
        if (of_restart) {
            complete_restart(ice);
        }
    }
    return STUN_ACCEPTED;
}

int ice_lite_on_consent(struct ice_lite *ice, const struct network_address *source, uint64_t now_us)
{
    size_t index = find_address(ice, source);
    if (index == NONE) {
        index = add_address(ice, source, now_us);
    }
    if (index == NONE) {
        return -EEXIST;
    }
    ice->addresses[index].last_check_us = now_us;
    ice->last_check_us = now_us;
    choose(ice, index);
    return 0;
}

struct stun_credentials ice_lite_credentials(const struct ice_lite *ice)
{
    return borrow(&ice->current);
}

void ice_lite_set_silent(struct ice_lite *ice, bool silent)
{
    ice->is_silent = silent;
}

bool ice_lite_on_tick(struct ice_lite *ice, uint64_t now_us)
{
    for (size_t i = ice->address_count; i-- > 0;) {
        if (now_us - ice->addresses[i].last_check_us >= ICE_LITE_CONSENT_US) {
            remove_address(ice, i);
        }
    }
    if (ice->chosen == NONE && ice->address_count > 0) {
        choose(ice, find_by_age(ice, true));
    }
    return !ice->was_checked || now_us - ice->last_check_us < ICE_LITE_CONSENT_US;
}

bool ice_lite_knows(const struct ice_lite *ice, const struct network_address *address,
                    uint64_t *ret_last_check_us)
{
    const size_t index = find_address(ice, address);
    if (index == NONE) {
        return false;
    }
    *ret_last_check_us = ice->addresses[index].last_check_us;
    return true;
}

void ice_lite_forget(struct ice_lite *ice, const struct network_address *address)
{
    const size_t index = find_address(ice, address);
    if (index != NONE) {
        remove_address(ice, index);
    }
}

void ice_lite_forget_all(struct ice_lite *ice)
{
    while (ice->address_count > 0) {
        remove_address(ice, ice->address_count - 1);
    }
}

uint64_t ice_lite_changes(const struct ice_lite *ice)
{
    return ice->choices > 0 ? ice->choices - 1 : 0;
}
