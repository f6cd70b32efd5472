#include "media/recorder/element_chain.h"

#include "gateway/base/allocate.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

struct element_chain {
    GstElement *bin;
    GstBus *bus;
    GstPad *in;  /* our source pad, linked to the first element */
    GstPad *out; /* our sink pad, linked to the last one */
    bool announced;
    int error; /* of on_buffer */
    const struct element_chain_ops *ops;
    void *context;
    char reason[ELEMENT_CHAIN_REASON_SIZE];
};

static GstFlowReturn on_chain(GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
    (void)parent;
    struct element_chain *chain = gst_pad_get_element_private(pad);
    const int error = chain->error ? chain->error : chain->ops->on_buffer(chain->context, buffer);
    gst_buffer_unref(buffer);
    chain->error = error;
    return error < 0 ? GST_FLOW_ERROR : GST_FLOW_OK;
}

static gboolean on_event_out(GstPad *pad, GstObject *parent, GstEvent *event)
{
    (void)parent;
    struct element_chain *chain = gst_pad_get_element_private(pad);
    if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS && chain->ops->on_caps) {
        GstCaps *caps = NULL;
        gst_event_parse_caps(event, &caps);
        chain->ops->on_caps(chain->context, caps);
    }
    gst_event_unref(event);
    return TRUE;
}

/* Upstream events arrive here from the first element. */
static gboolean on_event_in(GstPad *pad, GstObject *parent, GstEvent *event)
{
    (void)parent;
    struct element_chain *chain = gst_pad_get_element_private(pad);
    const GstStructure *structure = gst_event_get_structure(event);
    if (structure && gst_structure_has_name(structure, "GstForceKeyUnit") &&
        chain->ops->on_keyframe_wanted) {
        chain->ops->on_keyframe_wanted(chain->context);
    }
    gst_event_unref(event);
    return TRUE;
}

static void on_pad_added(GstElement *element, GstPad *pad, gpointer context)
{
    (void)element;
    struct element_chain *chain = context;
    if (GST_PAD_IS_SRC(pad) && !gst_pad_is_linked(chain->out)) {
        gst_pad_link(pad, chain->out);
    }
}

static bool link_out(struct element_chain *chain, GstElement *last)
{
    GstPad *source = gst_element_get_static_pad(last, "src");
    if (!source) {
        g_signal_connect(last, "pad-added", G_CALLBACK(on_pad_added), chain);
        return true;
    }
    const bool linked = GST_PAD_LINK_SUCCESSFUL(gst_pad_link(source, chain->out));
    gst_object_unref(source);
    return linked;
}

static bool link_in(struct element_chain *chain, GstElement *first, const char *sink_pad)
{
    GstPad *sink = sink_pad ? gst_element_request_pad_simple(first, sink_pad)
                            : gst_element_get_static_pad(first, "sink");
    const bool linked = sink && GST_PAD_LINK_SUCCESSFUL(gst_pad_link(chain->in, sink));
    g_clear_pointer(&sink, gst_object_unref);
    return linked;
}

/* A pad with a template answers with its caps when the element before it asks what it may send. */
static GstPad *make_out(const char *out_caps)
{
    if (!out_caps) {
        return gst_pad_new("out", GST_PAD_SINK);
    }
    g_autoptr(GstCaps) caps = gst_caps_from_string(out_caps);
    g_autoptr(GstPadTemplate) template =
        gst_object_ref_sink(gst_pad_template_new("out", GST_PAD_SINK, GST_PAD_ALWAYS, caps));
    return gst_pad_new_from_template(template, "out");
}

static void make_pads(struct element_chain *chain)
{
    chain->in = gst_object_ref_sink(gst_pad_new("in", GST_PAD_SRC));
    chain->out = gst_object_ref_sink(make_out(chain->ops->out_caps));
    gst_pad_set_element_private(chain->in, chain);
    gst_pad_set_element_private(chain->out, chain);
    gst_pad_set_event_function(chain->in, on_event_in);
    gst_pad_set_event_function(chain->out, on_event_out);
    gst_pad_set_chain_function(chain->out, on_chain);
    gst_pad_set_active(chain->in, TRUE);
    gst_pad_set_active(chain->out, TRUE);
}

int element_chain_create(GstElement *const *elements, size_t count, const char *sink_pad,
                         const struct element_chain_ops *ops, void *context,
                         struct element_chain **ret_chain)
{
    AUTO(element_chain) chain = allocate_zeroed(1, sizeof *chain);
    chain->ops = ops;
    chain->context = context;
    chain->bin = gst_object_ref_sink(gst_bin_new(NULL));
    chain->bus = gst_bus_new();
    gst_element_set_bus(chain->bin, chain->bus);
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        good = good && elements[i];
        if (elements[i]) {
            gst_bin_add(GST_BIN(chain->bin), elements[i]);
        }
    }
    for (size_t i = 0; good && i + 1 < count; i++) {
        good = gst_element_link(elements[i], elements[i + 1]);
    }
    make_pads(chain);
    good = good && link_in(chain, elements[0], sink_pad) && link_out(chain, elements[count - 1]) &&
           gst_element_set_state(chain->bin, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
    if (!good) {
        return -ENOTSUP;
    }
    *ret_chain = TAKE(chain);
    return 0;
}

struct element_chain *element_chain_destroy(struct element_chain *chain)
{
    if (chain) {
        if (chain->bin) {
            gst_element_set_state(chain->bin, GST_STATE_NULL);
            gst_element_set_bus(chain->bin, NULL);
        }
        if (chain->in) {
            gst_pad_set_active(chain->in, FALSE);
            gst_pad_set_active(chain->out, FALSE);
        }
        g_clear_pointer(&chain->in, gst_object_unref);
        g_clear_pointer(&chain->out, gst_object_unref);
        g_clear_pointer(&chain->bin, gst_object_unref);
        g_clear_pointer(&chain->bus, gst_object_unref);
        free(chain);
    }
    return NULL;
}

int element_chain_set_caps(struct element_chain *chain, GstCaps *caps, GstFormat format)
{
    if (!chain->announced) {
        gst_pad_push_event(chain->in, gst_event_new_stream_start("in"));
    }
    if (caps && !gst_pad_push_event(chain->in, gst_event_new_caps(caps))) {
        return -EBADMSG;
    }
    if (!chain->announced) {
        GstSegment segment;
        gst_segment_init(&segment, format);
        gst_pad_push_event(chain->in, gst_event_new_segment(&segment));
        chain->announced = true;
    }
    return 0;
}

/* Keeps the first error that an element posted, and drops the rest. */
static void read_bus(struct element_chain *chain)
{
    GstMessage *message = NULL;
    while ((message = gst_bus_pop(chain->bus))) {
        if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR && !chain->reason[0]) {
            g_autoptr(GError) error = NULL;
            gst_message_parse_error(message, &error, NULL);
            snprintf(chain->reason, sizeof chain->reason, "%s: %s", GST_MESSAGE_SRC_NAME(message),
                     error->message);
        }
        gst_message_unref(message);
    }
}

int element_chain_push(struct element_chain *chain, GstBuffer *buffer)
{
    const GstFlowReturn flow = gst_pad_push(chain->in, buffer);
    read_bus(chain);
    if (chain->error < 0) {
        return chain->error;
    }
    if (flow != GST_FLOW_OK && !chain->reason[0]) {
        snprintf(chain->reason, sizeof chain->reason, "flow %s", gst_flow_get_name(flow));
    }
    return flow == GST_FLOW_OK ? 0 : -EBADMSG;
}

int element_chain_end(struct element_chain *chain)
{
    gst_pad_push_event(chain->in, gst_event_new_eos());
    read_bus(chain);
    return chain->error;
}

const char *element_chain_reason(const struct element_chain *chain)
{
    return chain->reason;
}
