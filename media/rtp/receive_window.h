/* receive_window.h - tells a stream's new packets from those that came before, by whichever way (as
 * sent, or by RTX). The first gate after parsing: what passes it has a number that never passed
 * before, and that keeps an outgoing number, and so an SRTP nonce, from being used twice. Pure;
 * fields are private. Thread: the worker that owns the stream. */
#ifndef BEDSIDE_MEDIA_RTP_RECEIVE_WINDOW_H
#define BEDSIDE_MEDIA_RTP_RECEIVE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#define RECEIVE_WINDOW_SIZE 1024

struct receive_window {
    bool started;
    int64_t highest;
    uint64_t bits[RECEIVE_WINDOW_SIZE / 64];
};

void receive_window_init(struct receive_window *window);
/* Returns 0, -EALREADY for a number seen before, -ESTALE for one RECEIVE_WINDOW_SIZE or more behind
 * the highest. */
int receive_window_accept(struct receive_window *window, uint16_t sequence);
/* From now on all numbers up to the highest count as seen, whether they came or not. */
void receive_window_close(struct receive_window *window);
/* Whether accept() took this number within the window. */
bool receive_window_has(const struct receive_window *window, uint16_t sequence);

#endif
