#include "gateway/hooks/http_fetcher.h"

#include "gateway/base/allocate.h"
#include "gateway/base/list.h"
#include "gateway/base/secret.h"
#include "gateway/base/thread_priority.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define TIMEOUT_MS 10000
#define CONNECT_TIMEOUT_MS 5000
#define IDLE_POLL_MS 60000

enum { MESSAGE_FETCH, MESSAGE_STOP };

struct http_fetcher {
    struct http_fetcher_config config;
    CURLM *multi;
    struct mailbox *requests;
    struct list transfers;
    size_t transfer_count;
    pthread_t thread;
    bool stopping;
};

struct transfer {
    struct list link;
    struct http_fetcher *fetcher;
    struct http_fetch *fetch;
    CURL *easy;
    bool address_refused;
    bool too_large;
};

/* ---- addresses ---- */

static bool is_local_ipv4(uint32_t address)
{
    return address >> 24 == 127 || address >> 24 == 0 || address >> 16 == 0xa9fe;
}

static bool is_local_ipv6(const struct in6_addr *address)
{
    if (IN6_IS_ADDR_V4MAPPED(address) || IN6_IS_ADDR_V4COMPAT(address)) {
        uint32_t last;
        memcpy(&last, &address->s6_addr[12], sizeof(last));
        return is_local_ipv4(ntohl(last));
    }
    return IN6_IS_ADDR_LOOPBACK(address) || IN6_IS_ADDR_UNSPECIFIED(address) ||
           IN6_IS_ADDR_LINKLOCAL(address);
}

static bool is_local(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof(in));
        return is_local_ipv4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, address, sizeof(in));
        return is_local_ipv6(&in.sin6_addr);
    }
    return true;
}

/* The address is known here and not before: a name may lead anywhere. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    struct transfer *transfer = context;
    if (!transfer->fetcher->config.allow_loopback && is_local(&address->addr)) {
        transfer->address_refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- one transfer ---- */

static size_t take_body(char *bytes, size_t unit, size_t count, void *context)
{
    struct transfer *transfer = context;
    struct http_fetch *fetch = transfer->fetch;
    const size_t size = unit * count;
    if (size > fetch->size_max - fetch->body_size) {
        transfer->too_large = true;
        return 0;
    }
    /* A copy, so that what is left behind is wiped. */
    char *body = allocate_zeroed(fetch->body_size + size + 1, 1);
    if (fetch->body) {
        memcpy(body, fetch->body, fetch->body_size);
        secret_wipe(fetch->body, fetch->body_size);
        free(fetch->body);
    }
    memcpy(body + fetch->body_size, bytes, size);
    fetch->body = body;
    fetch->body_size += size;
    return size;
}

static int error_of(const struct transfer *transfer, CURLcode code)
{
    if (transfer->address_refused) {
        return -EACCES;
    }
    if (transfer->too_large) {
        return -EMSGSIZE;
    }
    switch (code) {
    case CURLE_OK:
        return 0;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
        return -EACCES;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
        return -ECONNREFUSED;
    case CURLE_OPERATION_TIMEDOUT:
        return -ETIMEDOUT;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
        return -EPROTO;
    default:
        return -EIO;
    }
}

static void answer(struct http_fetch *fetch, int result)
{
    fetch->result = result;
    if (!fetch->body) {
        fetch->body = allocate_zeroed(1, 1);
    }
    mailbox_post(fetch->reply, &fetch->message);
}

static void end_transfer(struct transfer *transfer, int result)
{
    struct http_fetcher *fetcher = transfer->fetcher;
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    transfer->fetch->status = (unsigned)status;
    curl_multi_remove_handle(fetcher->multi, transfer->easy);
    curl_easy_cleanup(transfer->easy);
    answer(transfer->fetch, result);
    list_remove(&transfer->link);
    fetcher->transfer_count--;
    free(transfer);
}

static void set_question(CURL *easy, const struct http_fetch *fetch)
{
    curl_easy_setopt(easy, CURLOPT_URL, fetch->url);
    if (fetch->form) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(fetch->form));
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, fetch->form);
    }
    if (fetch->user) {
        curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(easy, CURLOPT_USERNAME, fetch->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, fetch->password ? fetch->password : "");
    }
}

static void set_rules(CURL *easy, const struct http_fetcher_config *config)
{
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)config->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "bedside");
    if (config->authority_file) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, config->authority_file);
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
}

static void start_transfer(struct http_fetcher *fetcher, struct http_fetch *fetch)
{
    CURL *easy = fetcher->transfer_count < HTTP_FETCHER_TRANSFERS_MAX ? curl_easy_init() : NULL;
    if (!easy) {
        answer(fetch, -EAGAIN);
        return;
    }
    struct transfer *transfer = allocate_zeroed(1, sizeof(*transfer));
    transfer->fetcher = fetcher;
    transfer->fetch = fetch;
    transfer->easy = easy;
    list_append(&fetcher->transfers, &transfer->link);
    fetcher->transfer_count++;
    set_question(easy, fetch);
    set_rules(easy, &fetcher->config);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    if (curl_multi_add_handle(fetcher->multi, easy) != CURLM_OK) {
        end_transfer(transfer, -EIO);
    }
}

/* ---- the thread ---- */

static void take_requests(struct http_fetcher *fetcher)
{
    struct mailbox_message *message;
    while ((message = mailbox_take(fetcher->requests))) {
        if (message->type == MESSAGE_STOP) {
            fetcher->stopping = true;
            mailbox_message_destroy(message);
        } else {
            start_transfer(fetcher, CONTAINER_OF(message, struct http_fetch, message));
        }
    }
}

static void end_what_is_done(struct http_fetcher *fetcher)
{
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(fetcher->multi, &left))) {
        struct transfer *transfer = NULL;
        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer) == CURLE_OK) {
            end_transfer(transfer, error_of(transfer, message->data.result));
        }
    }
}

static void *run(void *context)
{
    struct http_fetcher *fetcher = context;
    thread_run_behind(THREAD_BEHIND_CONVERSATION);
    while (!fetcher->stopping) {
        int running;
        struct curl_waitfd wake = {.fd = mailbox_fd(fetcher->requests), .events = CURL_WAIT_POLLIN};
        take_requests(fetcher);
        curl_multi_perform(fetcher->multi, &running);
        end_what_is_done(fetcher);
        if (!fetcher->stopping) {
            curl_multi_poll(fetcher->multi, &wake, 1, IDLE_POLL_MS, NULL);
        }
    }
    LIST_FOR_EACH (cursor, &fetcher->transfers) {
        end_transfer(LIST_ENTRY(cursor, struct transfer, link), -ECANCELED);
    }
    return NULL;
}

static void start(void *context, struct http_fetch *fetch)
{
    struct http_fetcher *fetcher = context;
    fetch->message.type = MESSAGE_FETCH;
    mailbox_post(fetcher->requests, &fetch->message);
}

const struct http_fetch_ops http_fetcher_ops = {.start = start};

int http_fetcher_create(const struct http_fetcher_config *config, struct http_fetcher **ret_fetcher)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return -ENOMEM;
    }
    struct http_fetcher *fetcher = allocate_zeroed(1, sizeof(*fetcher));
    fetcher->config = *config;
    fetcher->config.timeout_ms = config->timeout_ms ? config->timeout_ms : TIMEOUT_MS;
    list_init(&fetcher->transfers);
    fetcher->requests = mailbox_create();
    fetcher->multi = curl_multi_init();
    const int error =
        fetcher->multi ? pthread_create(&fetcher->thread, NULL, run, fetcher) : ENOMEM;
    if (error != 0) {
        curl_multi_cleanup(fetcher->multi);
        mailbox_destroy(fetcher->requests);
        free(fetcher);
        return -error;
    }
    pthread_setname_np(fetcher->thread, "fetcher");
    *ret_fetcher = fetcher;
    return 0;
}

struct http_fetcher *http_fetcher_destroy(struct http_fetcher *fetcher)
{
    if (!fetcher) {
        return NULL;
    }
    struct mailbox_message *stop = allocate_zeroed(1, sizeof(*stop));
    stop->type = MESSAGE_STOP;
    mailbox_post(fetcher->requests, stop);
    pthread_join(fetcher->thread, NULL);
    curl_multi_cleanup(fetcher->multi);
    mailbox_destroy(fetcher->requests);
    curl_global_cleanup();
    free(fetcher);
    return NULL;
}
