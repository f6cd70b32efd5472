/* recording_playback.h - decrypts recordings for players, on a thread of its own.
 *
 *   control                                     playback thread
 *   recording_playback_open(file, range)  --->  opens the file
 *        http_exchange_stream(source)     <---  chunks, at most PLAYBACK_AHEAD bytes ahead of the
 * reader source.read takes a chunk             --->  the next one is read source.close --->  closes
 * the file
 *
 * Nothing here decides who may: the caller has a grant of visit_recording_open().
 * Thread: control, but for the thread within. */
#ifndef BEDSIDE_SIGNALING_SERVER_RECORDING_PLAYBACK_H
#define BEDSIDE_SIGNALING_SERVER_RECORDING_PLAYBACK_H

#include "gateway/base/cleanup.h"
#include "media/recording_file/recording_key.h"
#include "signaling/server/http_server.h"

/* At a time: each holds a few chunks of 64 KiB; beyond it the answer is 503. */
#define RECORDING_PLAYBACKS_MAX 128

struct recording_playback;

struct recording_playback_request {
    uint64_t exchange_id;
    const char *path;        /* of the sealed file */
    const uint8_t *data_key; /* copied; RECORDING_KEY_SIZE */
    const char *content_type;
    const char *etag;          /* with its quotes */
    const char *download_name; /* NULL: played in the page */
};

/* `server` is borrowed and must outlive it. */
struct recording_playback *recording_playback_create(struct http_server *server);
/* Ends the thread. Accepts NULL. Always returns NULL. */
struct recording_playback *recording_playback_destroy(struct recording_playback *playback);
DEFINE_AUTO(recording_playback)

/* Answers the exchange: 200, 206, 304 or 416 with the plain content; 404 for a file that is not
 * there; 500 for one that does not open. Range, If-Range and HEAD are taken from its request. */
void recording_playback_serve(struct recording_playback *playback,
                              const struct recording_playback_request *request);

#endif
