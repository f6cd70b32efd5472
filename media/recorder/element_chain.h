/* element_chain.h - GStreamer elements in a row, driven by hand: what is pushed in at one end comes
 * out at the other before the push returns. No thread, no clock, no queue. Thread: its owner's. */
#ifndef BEDSIDE_MEDIA_RECORDER_ELEMENT_CHAIN_H
#define BEDSIDE_MEDIA_RECORDER_ELEMENT_CHAIN_H

#include "gateway/base/cleanup.h"

#include <gst/gst.h>

#define ELEMENT_CHAIN_REASON_SIZE 120

struct element_chain_ops {
    /* What may come out, in GStreamer's words, where the last element has a choice; NULL: anything.
     */
    const char *out_caps;
    /* What comes out; borrowed. `on_caps` may be NULL. on_buffer returns 0, or a negative errno
     * that ends the chain. */
    void (*on_caps)(void *context, GstCaps *caps);
    int (*on_buffer)(void *context, GstBuffer *buffer);
    /* A depayloader lost something it needs a key frame to go on from. May be NULL. */
    void (*on_keyframe_wanted)(void *context);
};

struct element_chain;

/* `elements` are in order of flow; owned from here on, also on failure. The last one may add its
 * source pad later (demuxers). `sink_pad` names the request pad of the first ("video_%u"), or is
 * NULL for its "sink". `ops` is borrowed. Returns 0, or -ENOTSUP when they do not fit together (an
 * element may be NULL: a plugin is missing). */
int element_chain_create(GstElement *const *elements, size_t count, const char *sink_pad,
                         const struct element_chain_ops *ops, void *context,
                         struct element_chain **ret_chain);
struct element_chain *element_chain_destroy(struct element_chain *chain);
DEFINE_AUTO(element_chain)

/* Says what follows: `caps` is borrowed; NULL for bytes of unknown type. Call it again when the
 * caps change. */
int element_chain_set_caps(struct element_chain *chain, GstCaps *caps, GstFormat format);
/* Takes ownership of `buffer`. Returns 0, the error of on_buffer, or -EBADMSG when an element gave
 * up (element_chain_reason()). */
int element_chain_push(struct element_chain *chain, GstBuffer *buffer);
/* No more will come: what is still inside comes out. Returns as push does. */
int element_chain_end(struct element_chain *chain);
/* What an element said of its failure; empty when nothing. */
const char *element_chain_reason(const struct element_chain *chain);

#endif
