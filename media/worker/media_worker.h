/* media_worker.h - one thread, one loop, one port, and the rooms that live on it.
 *
 * Run to completion: a batch of datagrams is received, told apart, decrypted, routed, encrypted and
 * sent before the next one is looked at. Nothing is allocated per packet, nothing is shared with
 * other workers. Thread: create, start, post and destroy from control; the rest happens on the
 * worker's own. */
#ifndef BEDSIDE_MEDIA_WORKER_MEDIA_WORKER_H
#define BEDSIDE_MEDIA_WORKER_MEDIA_WORKER_H

#include "gateway/base/cleanup.h"
#include "media/transport/srtp_aead.h"

#include <stdbool.h>
#include <stdint.h>

struct dtls_identity;
struct mailbox;
struct mailbox_message;

struct media_worker_config {
    unsigned index;
    const char *listen_address;
    uint16_t udp_port; /* 0: the system chooses */
    bool tcp;          /* serve TCP on the same number */
    unsigned peers_max;
    unsigned packets;
    uint32_t full_permille; /* worker_load.h; 0: its own */
    enum srtp_aead_choice srtp_aead;
    const struct dtls_identity *identity; /* borrowed */
    struct mailbox *events;               /* borrowed */
};

struct media_worker;

/* Binds the socket and takes all bounded memory. Returns 0 or a negative errno of the socket calls.
 */
int media_worker_create(const struct media_worker_config *config, struct media_worker **ret_worker);
/* Starts the thread. Returns 0 or a negative errno of pthread_create. */
int media_worker_start(struct media_worker *worker);
/* Stops and joins the thread, if it runs. Accepts NULL. Always returns NULL. */
struct media_worker *media_worker_destroy(struct media_worker *worker);
DEFINE_AUTO(media_worker)

uint16_t media_worker_udp_port(const struct media_worker *worker);
/* Takes ownership of a command of worker_messages.h. */
void media_worker_post(struct media_worker *worker, struct mailbox_message *command);

#endif
