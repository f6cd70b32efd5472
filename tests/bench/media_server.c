/* bench_media_server - the gateway's media workers without the gateway, led by lines on standard
 * input, so that shapes which no visit has (one person and 32 listeners) can be measured, and so
 * that a figure of the whole gateway can be held against that of its workers.
 *
 *   bench_media_server ADDRESS WORKERS PEERS_PER_WORKER PACKETS_PER_WORKER
 *
 * | room ID
 * | peer ID ROOM UFRAG PWD FINGERPRINT AUDIO_SSRC VIDEO_SSRC SLOTS
 * |     what the other end says (SSRC 0: none); it enters the room. Answered with
 * |     "peer ID UFRAG PWD ADDRESS PORT FINGERPRINT"
 * | bind ID SLOT SOURCE
 * | quit
 *
 * Payload types and extensions are those of every bench endpoint (enum bench_media). */

#include "certs/dtls_identity.h"
#include "gateway/base/allocate.h"
#include "gateway/base/cleanup.h"
#include "gateway/base/log.h"
#include "gateway/base/loop.h"
#include "gateway/base/random.h"
#include "gateway/base/thread_priority.h"
#include "media/worker/worker_pool.h"
#include "tests/bench/endpoint/command_lines.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* As tests/bench/support/endpoints.mjs has them. */
enum bench_media {
    OPUS = 111,
    VP8 = 96,
    VP8_RTX = 97,
    AUDIO_LEVEL_ID = 1,
    TRANSPORT_CC_ID = 3,
    MID_ID = 4,
};

#define AUDIO_MID "0"
#define VIDEO_MID "1"

static struct worker_pool *pool;
static struct dtls_identity *identity;
static struct loop *loop;
static const char *address;
static uint32_t next_ssrc = 0x40000000;

static const struct media_payload opus = {
    .codec = MEDIA_CODEC_OPUS,
    .payload_type = OPUS,
    .rtx_payload_type = MEDIA_PAYLOAD_TYPE_NONE,
    .transport_cc = true,
};
static const struct media_payload vp8 = {
    .codec = MEDIA_CODEC_VP8,
    .payload_type = VP8,
    .rtx_payload_type = VP8_RTX,
    .nack = true,
    .pli = true,
    .fir = true,
    .transport_cc = true,
};

/* ---- what was negotiated ---- */

static void add_publication(struct endpoint_media *media, enum media_kind kind, uint32_t ssrc)
{
    struct endpoint_publication *publication = &media->publications[media->publication_count++];
    publication->kind = kind;
    (void)snprintf(publication->mid, sizeof(publication->mid), "%s",
                   kind == MEDIA_KIND_AUDIO ? AUDIO_MID : VIDEO_MID);
    publication->payloads[0] = kind == MEDIA_KIND_AUDIO ? opus : vp8;
    publication->payload_count = 1;
    publication->sources[0].ssrc = ssrc;
    publication->source_count = 1;
}

static void add_slot(struct endpoint_media *media)
{
    struct endpoint_slot *slot = &media->slots[media->slot_count];
    (void)snprintf(slot->audio.mid, sizeof(slot->audio.mid), "a%zu", media->slot_count);
    slot->audio.payloads[0] = opus;
    slot->audio.payload_count = 1;
    slot->audio.ssrc = next_ssrc++;
    (void)snprintf(slot->video.mid, sizeof(slot->video.mid), "v%zu", media->slot_count);
    slot->video.payloads[0] = vp8;
    slot->video.payload_count = 1;
    slot->video.ssrc = next_ssrc++;
    slot->video.rtx_ssrc = next_ssrc++;
    media->slot_count++;
}

/* ---- commands ---- */

static bool parse_fingerprint(const char *text, uint8_t ret_digest[DTLS_FINGERPRINT_SIZE])
{
    for (size_t i = 0; i < DTLS_FINGERPRINT_SIZE; i++) {
        unsigned byte;
        if (sscanf(text + 3 * i, "%2x", &byte) != 1) {
            return false;
        }
        ret_digest[i] = (uint8_t)byte;
    }
    return true;
}

static bool open_room(const char *arguments)
{
    uint64_t id;
    if (sscanf(arguments, "%" SCNu64, &id) != 1) {
        return false;
    }
    worker_pool_open_room(pool, id);
    return true;
}

static bool open_peer(const char *arguments)
{
    uint64_t id;
    uint64_t room;
    char fingerprint[DTLS_FINGERPRINT_TEXT_SIZE];
    uint32_t audio;
    uint32_t video;
    unsigned slots;
    struct endpoint_transport transport = {0};
    struct endpoint_media media = {.extensions = {.mid = MID_ID,
                                                  .audio_level = AUDIO_LEVEL_ID,
                                                  .transport_cc = TRANSPORT_CC_ID}};
    const int count = sscanf(
        arguments, "%" SCNu64 " %" SCNu64 " %256s %256s %95s %" SCNu32 " %" SCNu32 " %u", &id,
        &room, transport.remote.ufrag, transport.remote.pwd, fingerprint, &audio, &video, &slots);
    if (count != 8 || slots > ENDPOINT_SLOTS_MAX ||
        !parse_fingerprint(fingerprint, transport.remote_fingerprint)) {
        return false;
    }
    random_alphanumeric(transport.local.ufrag, LOCAL_UFRAG_LENGTH);
    random_alphanumeric(transport.local.pwd, LOCAL_PWD_LENGTH);
    if (audio != 0) {
        add_publication(&media, MEDIA_KIND_AUDIO, audio);
    }
    if (video != 0) {
        add_publication(&media, MEDIA_KIND_VIDEO, video);
    }
    for (unsigned i = 0; i < slots; i++) {
        add_slot(&media);
    }
    worker_pool_open_endpoint(pool, room, id, "bench", &transport);
    worker_pool_set_media(pool, id, &media);
    worker_pool_move(pool, id, ROOM_CIRCLE_VISIT);
    (void)printf("peer %" PRIu64 " %s %s %s %u %s\n", id, transport.local.ufrag,
                 transport.local.pwd, address, worker_pool_room_port(pool, room),
                 dtls_identity_fingerprint_text(identity));
    return true;
}

static bool bind_slot(const char *arguments)
{
    uint64_t id;
    uint32_t slot;
    uint64_t source;
    if (sscanf(arguments, "%" SCNu64 " %" SCNu32 " %" SCNu64, &id, &slot, &source) != 3) {
        return false;
    }
    worker_pool_bind_slot(pool, id, slot, source, true);
    return true;
}

static bool quit(const char *arguments)
{
    (void)arguments;
    loop_stop(loop);
    return true;
}

static void obey(void *context, char *line)
{
    (void)context;
    static const struct {
        const char *name;
        bool (*run)(const char *arguments);
    } commands[] = {{"room", open_room}, {"peer", open_peer}, {"bind", bind_slot}, {"quit", quit}};
    char *space = strchr(line, ' ');
    const char *arguments = space ? space + 1 : "";
    if (space) {
        *space = 0;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        if (strcmp(line, commands[i].name) == 0 && commands[i].run(arguments)) {
            return;
        }
    }
    (void)printf("error %s %s\n", line, arguments);
}

static void on_input(void *context, uint32_t events)
{
    (void)context, (void)events;
    if (!command_lines_read(obey, NULL)) {
        loop_stop(loop);
    }
}

static void on_event(void *context, struct mailbox_message *message)
{
    (void)context;
    if (message->type == WORKER_EVENT_ENDPOINT_FAILED) {
        const struct worker_endpoint_event *event =
            CONTAINER_OF(message, const struct worker_endpoint_event, message);
        (void)printf("failed %" PRIu64 " %d\n", event->endpoint_id, (int)event->failure);
    }
    mailbox_message_destroy(message);
}

static unsigned number_of(const char *text)
{
    return (unsigned)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        (void)fprintf(stderr, "usage: bench_media_server ADDRESS WORKERS PEERS_PER_WORKER "
                              "PACKETS_PER_WORKER\n");
        return 2;
    }
    address = argv[1];
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    log_set_level(LOG_LEVEL_WARNING);
    struct mailbox *events = mailbox_create();
    const struct worker_pool_config config = {
        .worker_count = number_of(argv[2]),
        .listen_address = address,
        .peers_per_worker_max = number_of(argv[3]),
        .packets_per_worker = number_of(argv[4]),
    };
    if (dtls_identity_create(&identity) < 0 ||
        worker_pool_create(&config, identity, events, &pool) < 0) {
        (void)fprintf(stderr, "bench_media_server: cannot listen on %s\n", address);
        return 1;
    }
    thread_run_behind(THREAD_BEHIND_CONVERSATION); /* as the gateway does */
    loop = loop_create("bench");
    struct loop_source *from_workers = loop_watch_mailbox(loop, events, "events", on_event, NULL);
    command_lines_begin();
    struct loop_source *input = loop_watch(loop, STDIN_FILENO, EPOLLIN, "commands", on_input, NULL);
    (void)loop_run(loop);
    input = loop_source_destroy(input);
    from_workers = loop_source_destroy(from_workers);
    pool = worker_pool_destroy(pool);
    loop = loop_destroy(loop);
    events = mailbox_destroy(events);
    identity = dtls_identity_destroy(identity);
    return 0;
}
