/* ice_lite.h - the controlled, lite side of ICE for one peer (RFC 8445, 2.5 and 7.3; RFC 7675).
 *
 * A lite agent sends no connectivity checks: it answers the peer's, remembers where authentic ones
 * came from, and sends to
 *   - the address that a check nominated last;
 *   - before the first nomination, the address of the latest check;
 *   - another address with fresh checks, when the chosen one has been silent: a NAT that rebinds
 *     moves a peer whose later checks do not nominate (Firefox's consent checks). Silent is one
 *     that has had no check for 5 s; or, of a peer that nominates but once, at once when the owner
 *     has noticed that nothing comes (ice_lite_set_silent()). Libwebrtc nominates in every check of
 *     the pair that it has selected: its checks of others are no wish to move.
 * A consent check of ours that is answered from an address counts as a check from there that
 * nominates (roaming.h): it is sent only where the peer's media came from.
 * An address without a check for 30 s is forgotten; 30 s after the last check of all, consent has
 * expired.
 *
 * Thread: its worker's. */
#ifndef BEDSIDE_MEDIA_TRANSPORT_ICE_LITE_H
#define BEDSIDE_MEDIA_TRANSPORT_ICE_LITE_H

#include "gateway/base/cleanup.h"
#include "media/transport/network_address.h"
#include "media/transport/stun_responder.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ICE_LITE_ADDRESSES_MAX 8
#define ICE_LITE_CONSENT_US 30000000 /* RFC 7675, 5.1 */
#define ICE_LITE_SILENCE_US 5000000

/* What the owner keeps a record of. */
struct ice_lite_ops {
    /* An authentic check came from a new address. Returns 0, or a negative errno to have the check
     * ignored. */
    int (*on_address_added)(void *context, const struct network_address *address, uint64_t now_us);
    void (*on_address_removed)(void *context, const struct network_address *address);
    /* Where to send from now on; NULL: nowhere, as before the first check. */
    void (*on_destination_changed)(void *context, const struct network_address *destination);
    /* After a restart: checks for the old ufrag are not answered any more. */
    void (*on_ufrag_retired)(void *context, const char *ufrag);
};

struct ice_lite_config {
    struct stun_responder *responder;    /* borrowed */
    struct stun_credentials credentials; /* copied */
    const struct ice_lite_ops *ops;      /* borrowed */
    void *context;                       /* borrowed */
};

struct ice_lite;

/* Returns 0, or -EINVAL for credentials that are empty or longer than 256 characters. */
int ice_lite_create(const struct ice_lite_config *config, struct ice_lite **ret_ice);
/* Reports no removals. Wipes the passwords. Accepts NULL. Always returns NULL. */
struct ice_lite *ice_lite_destroy(struct ice_lite *ice);
DEFINE_AUTO(ice_lite)

/* Begins a restart (RFC 8445, 9): both sets of credentials are answered, and the chosen address
 * stays, until an address that was checked with the new ones is chosen. Returns 0 or -EINVAL. A
 * restart that was still pending is replaced, its ufrag reported as retired. */
int ice_lite_restart(struct ice_lite *ice, const struct stun_credentials *credentials);

/* Handles a STUN datagram. Returns the verdict; after STUN_ACCEPTED and STUN_OBJECTED `ret_reply`
 * (STUN_REPLY_SIZE_MAX bytes) holds `*ret_reply_size` bytes for `source`. */
enum stun_verdict ice_lite_on_datagram(struct ice_lite *ice, const uint8_t *data, size_t size,
                                       const struct network_address *source, uint64_t now_us,
                                       uint8_t *ret_reply, size_t *ret_reply_size);
/* An authentic answer to a consent check came from `source`, where media goes from now on. Returns
 * 0, or -EEXIST when the owner refuses the address. */
int ice_lite_on_consent(struct ice_lite *ice, const struct network_address *source,
                        uint64_t now_us);
/* Those of the pair that is in use; borrowed. */
struct stun_credentials ice_lite_credentials(const struct ice_lite *ice);
/* Whether the peer, which was sending, has fallen silent, as its owner sees it. */
void ice_lite_set_silent(struct ice_lite *ice, bool silent);
/* Forgets addresses without consent. Returns false when consent has expired: the last authentic
 * check from anywhere is 30 s old. True before the first. */
bool ice_lite_on_tick(struct ice_lite *ice, uint64_t now_us);

/* Returns true and when the last authentic check came from `address`, or false for an address never
 * checked. */
bool ice_lite_knows(const struct ice_lite *ice, const struct network_address *address,
                    uint64_t *ret_last_check_us);
/* Gives up an address, with a report, since another peer has proven to be there. */
void ice_lite_forget(struct ice_lite *ice, const struct network_address *address);
void ice_lite_forget_all(struct ice_lite *ice);
/* How often the destination changed after the first. */
uint64_t ice_lite_changes(const struct ice_lite *ice);

#endif
