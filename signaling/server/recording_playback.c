#include "signaling/server/recording_playback.h"

#include "gateway/base/log.h"
#include "gateway/base/mailbox.h"
#include "gateway/base/secret.h"
#include "gateway/base/thread_priority.h"
#include "media/recording_file/recording_file.h"
#include "signaling/server/byte_range.h"
#include "signaling/server/static_files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>

LOG_TOPIC("playback");

#define CHUNK_SIZE RECORDING_CHUNK_SIZE
#define CHUNKS_AHEAD 4

/* Control to playback: OPEN, READ, CLOSE, STOP. Back: OPENED, CHUNK. One struct for all; a stream
 * is named by its id. */
enum playback_message_type {
    PLAYBACK_OPEN,
    PLAYBACK_READ,
    PLAYBACK_CLOSE,
    PLAYBACK_STOP,
    PLAYBACK_OPENED,
    PLAYBACK_CHUNK,
};

struct playback_message {
    struct mailbox_message message;
    uint64_t stream_id;
    char *path;                           /* OPEN */
    uint8_t data_key[RECORDING_KEY_SIZE]; /* OPEN; wiped */
    uint64_t offset;                      /* READ */
    size_t size;                          /* READ, CHUNK */
    int result;                           /* OPENED, CHUNK: 0 or a negative errno */
    uint64_t file_size;                   /* OPENED */
    uint8_t *bytes;                       /* CHUNK; owned */
};

struct stream {
    struct recording_playback *playback;
    uint64_t id; /* of the exchange */
    char *content_type;
    char *etag;
    char *download_name;
    uint64_t next_offset; /* to ask for */
    uint64_t left_to_ask;
    unsigned asked; /* chunks on their way */
    GQueue chunks;  /* struct playback_message, read and not yet written */
    size_t taken;   /* of the first */
    int error;
};

struct recording_playback {
    struct http_server *server;
    struct mailbox *orders;  /* to the thread */
    struct mailbox *results; /* from it */
    GHashTable *streams;     /* id -> struct stream */
    pthread_t thread;
};

static void message_destroy(struct mailbox_message *message)
{
    struct playback_message *playback_message =
        CONTAINER_OF(message, struct playback_message, message);
    secret_wipe(playback_message->data_key, sizeof(playback_message->data_key));
    g_free(playback_message->path);
    g_free(playback_message->bytes);
    g_free(playback_message);
}

static struct playback_message *create_message(enum playback_message_type type, uint64_t stream_id)
{
    struct playback_message *message = g_new0(struct playback_message, 1);
    message->message.type = type;
    message->message.destroy = message_destroy;
    message->stream_id = stream_id;
    return message;
}

/* ---- the thread ---- */

static void reader_free(gpointer reader)
{
    recording_file_reader_destroy(reader);
}

static void open_reader(struct recording_playback *playback, GHashTable *readers,
                        struct playback_message *order)
{
    struct recording_file_reader *reader = NULL;
    struct playback_message *answer = create_message(PLAYBACK_OPENED, order->stream_id);
    answer->result =
        recording_file_reader_open(AT_FDCWD, order->path, order->data_key, false, &reader);
    if (answer->result == 0) {
        answer->file_size = recording_file_reader_size(reader);
        g_hash_table_insert(readers, g_memdup2(&order->stream_id, sizeof(order->stream_id)),
                            reader);
    }
    mailbox_post(playback->results, &answer->message);
}

static void read_chunk(struct recording_playback *playback, GHashTable *readers,
                       const struct playback_message *order)
{
    struct recording_file_reader *reader = g_hash_table_lookup(readers, &order->stream_id);
    struct playback_message *answer = create_message(PLAYBACK_CHUNK, order->stream_id);
    answer->bytes = g_malloc(order->size);
    const ssize_t size =
        reader ? recording_file_reader_read(reader, order->offset, answer->bytes, order->size)
               : -EBADF;
    answer->size = size > 0 ? (size_t)size : 0;
    answer->result = size == (ssize_t)order->size ? 0 : size < 0 ? (int)size : -EIO;
    mailbox_post(playback->results, &answer->message);
}

static void *run(void *context)
{
    struct recording_playback *playback = context;
    thread_run_behind(THREAD_BEHIND_CONVERSATION);
    GHashTable *readers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, reader_free);
    bool stopped = false;
    while (!stopped) {
        struct mailbox_message *message = mailbox_take(playback->orders);
        if (!message) {
            struct pollfd readable = {.fd = mailbox_fd(playback->orders), .events = POLLIN};
            (void)poll(&readable, 1, -1);
            continue;
        }
        struct playback_message *order = CONTAINER_OF(message, struct playback_message, message);
        switch ((enum playback_message_type)message->type) {
        case PLAYBACK_OPEN:
            open_reader(playback, readers, order);
            break;
        case PLAYBACK_READ:
            read_chunk(playback, readers, order);
            break;
        case PLAYBACK_CLOSE:
            g_hash_table_remove(readers, &order->stream_id);
            break;
        default:
            stopped = true;
            break;
        }
        mailbox_message_destroy(message);
    }
    g_hash_table_destroy(readers);
    return NULL;
}

/* ---- streams, on the control thread ---- */

static void stream_free(gpointer object)
{
    struct stream *stream = object;
    struct playback_message *chunk;
    while ((chunk = g_queue_pop_head(&stream->chunks))) {
        mailbox_message_destroy(&chunk->message);
    }
    g_free(stream->content_type);
    g_free(stream->etag);
    g_free(stream->download_name);
    g_free(stream);
}

static void forget(struct stream *stream)
{
    mailbox_post(stream->playback->orders, &create_message(PLAYBACK_CLOSE, stream->id)->message);
    g_hash_table_remove(stream->playback->streams, &stream->id);
}

/* Keeps a few chunks ahead of the player, never the whole file. */
static void ask_ahead(struct stream *stream)
{
    while (stream->left_to_ask > 0 &&
           stream->asked + g_queue_get_length(&stream->chunks) < CHUNKS_AHEAD) {
        struct playback_message *order = create_message(PLAYBACK_READ, stream->id);
        const uint64_t until_boundary = CHUNK_SIZE - stream->next_offset % CHUNK_SIZE;
        order->offset = stream->next_offset;
        order->size = (size_t)MIN(until_boundary, stream->left_to_ask);
        stream->next_offset += order->size;
        stream->left_to_ask -= order->size;
        stream->asked++;
        mailbox_post(stream->playback->orders, &order->message);
    }
}

static ssize_t read_stream(void *context, void *ret_bytes, size_t capacity)
{
    struct stream *stream = context;
    struct playback_message *chunk = g_queue_peek_head(&stream->chunks);
    if (!chunk) {
        return stream->error;
    }
    const size_t left = chunk->size - stream->taken;
    const size_t size = left < capacity ? left : capacity;
    memcpy(ret_bytes, chunk->bytes + stream->taken, size);
    stream->taken += size;
    if (stream->taken == chunk->size) {
        stream->taken = 0;
        g_queue_pop_head(&stream->chunks);
        mailbox_message_destroy(&chunk->message);
        ask_ahead(stream);
    }
    return (ssize_t)size;
}

static void close_stream(void *context)
{
    forget(context);
}

static const struct http_body_source source = {.read = read_stream, .close = close_stream};

/* If-Range with another ETag: the file is not the one that was begun, so all of it is sent. */
static struct byte_range range_of(const struct http_request *request, const struct stream *stream,
                                  uint64_t size)
{
    const bool same = request->if_range[0] == 0 || strcmp(request->if_range, stream->etag) == 0;
    return byte_range_parse(same ? request->range : "", size);
}

static void add_headers(struct http_exchange *exchange, const struct stream *stream)
{
    http_exchange_add_header(exchange, "Accept-Ranges", "bytes");
    http_exchange_add_header(exchange, "ETag", stream->etag);
    http_exchange_add_header(exchange, "Cache-Control", "private, no-cache");
    if (stream->download_name) {
        g_autofree char *value =
            g_strdup_printf("attachment; filename=\"%s\"", stream->download_name);
        http_exchange_add_header(exchange, "Content-Disposition", value);
    }
}

static void begin(struct stream *stream, struct http_exchange *exchange, uint64_t file_size)
{
    const struct http_request *request = http_exchange_request(exchange);
    const struct byte_range range = range_of(request, stream, file_size);
    char text[96];
    add_headers(exchange, stream);
    if (static_files_is_same(request->if_none_match, stream->etag)) {
        http_exchange_reply(exchange, 304, NULL, NULL, 0);
        forget(stream);
        return;
    }
    if (range.kind == BYTE_RANGE_UNSATISFIABLE) {
        g_snprintf(text, sizeof(text), "bytes */%" G_GUINT64_FORMAT, file_size);
        http_exchange_add_header(exchange, "Content-Range", text);
        http_exchange_fail(exchange, 416, "bad_range", "The recording is shorter than that.", NULL);
        forget(stream);
        return;
    }
    const bool part = range.kind == BYTE_RANGE_PART;
    if (part) {
        g_snprintf(text, sizeof(text),
                   "bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
                   range.first, range.last, file_size);
        http_exchange_add_header(exchange, "Content-Range", text);
    }
    const uint64_t length = part ? range.last - range.first + 1 : file_size;
    stream->next_offset = part ? range.first : 0;
    stream->left_to_ask = request->method == HTTP_HEAD ? 0 : length;
    ask_ahead(stream);
    http_exchange_stream(exchange, part ? 206 : 200, stream->content_type, length, &source, stream);
}

static void on_opened(struct stream *stream, struct http_exchange *exchange,
                      const struct playback_message *answer)
{
    if (!exchange) {
        forget(stream);
    } else if (answer->result < 0) {
        log_error("recording_unreadable", "exchange=%" G_GUINT64_FORMAT " error=%d", stream->id,
                  answer->result);
        http_exchange_fail(exchange, answer->result == -ENOENT ? 404 : 500, "recording_unreadable",
                           "The recording cannot be opened.", NULL);
        forget(stream);
    } else {
        begin(stream, exchange, answer->file_size);
    }
}

static void on_chunk(struct stream *stream, struct http_exchange *exchange,
                     struct playback_message *answer)
{
    stream->asked--;
    if (answer->result < 0) {
        stream->error = answer->result;
        log_error("recording_unreadable", "exchange=%" G_GUINT64_FORMAT " error=%d", stream->id,
                  answer->result);
        mailbox_message_destroy(&answer->message);
    } else {
        g_queue_push_tail(&stream->chunks, answer);
    }
    if (exchange) {
        http_exchange_wake(exchange);
    }
}

static void on_results(void *context)
{
    struct recording_playback *playback = context;
    struct mailbox_message *message;
    while ((message = mailbox_take(playback->results))) {
        struct playback_message *answer = CONTAINER_OF(message, struct playback_message, message);
        struct stream *stream = g_hash_table_lookup(playback->streams, &answer->stream_id);
        struct http_exchange *exchange =
            http_server_find_exchange(playback->server, answer->stream_id);
        if (stream && message->type == PLAYBACK_CHUNK) {
            on_chunk(stream, exchange, answer); /* takes it */
            continue;
        }
        if (stream) {
            on_opened(stream, exchange, answer);
        }
        mailbox_message_destroy(message);
    }
}

struct recording_playback *recording_playback_create(struct http_server *server)
{
    struct recording_playback *playback = g_new0(struct recording_playback, 1);
    playback->server = server;
    playback->orders = mailbox_create();
    playback->results = mailbox_create();
    playback->streams = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, stream_free);
    if (http_server_watch(server, mailbox_fd(playback->results), on_results, playback) < 0 ||
        pthread_create(&playback->thread, NULL, run, playback) != 0) {
        abort();
    }
    pthread_setname_np(playback->thread, "playback");
    return playback;
}

struct recording_playback *recording_playback_destroy(struct recording_playback *playback)
{
    if (playback) {
        mailbox_post(playback->orders, &create_message(PLAYBACK_STOP, 0)->message);
        pthread_join(playback->thread, NULL);
        g_hash_table_destroy(playback->streams);
        mailbox_destroy(playback->orders);
        mailbox_destroy(playback->results);
        g_free(playback);
    }
    return NULL;
}

void recording_playback_serve(struct recording_playback *playback,
                              const struct recording_playback_request *request)
{
    if (g_hash_table_size(playback->streams) >= RECORDING_PLAYBACKS_MAX) {
        struct http_exchange *exchange =
            http_server_find_exchange(playback->server, request->exchange_id);
        if (exchange) {
            http_exchange_add_header(exchange, "Retry-After", "2");
            http_exchange_fail(exchange, 503, "busy",
                               "Too many recordings are being played. Try again soon.", NULL);
        }
        return;
    }
    struct stream *stream = g_new0(struct stream, 1);
    stream->playback = playback;
    stream->id = request->exchange_id;
    stream->content_type = g_strdup(request->content_type);
    stream->etag = g_strdup(request->etag);
    stream->download_name = g_strdup(request->download_name);
    g_queue_init(&stream->chunks);
    g_hash_table_insert(playback->streams, &stream->id, stream);
    struct playback_message *order = create_message(PLAYBACK_OPEN, stream->id);
    order->path = g_strdup(request->path);
    memcpy(order->data_key, request->data_key, sizeof(order->data_key));
    mailbox_post(playback->orders, &order->message);
}
