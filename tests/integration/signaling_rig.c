#include "tests/integration/signaling_rig.h"

#include "certs/dtls_identity.h"
#include "gateway/base/allocate.h"
#include "gateway/store/sqlite_store.h"
#include "media/worker/worker_pool.h"
#include "signaling/api/screening_settings.h"
#include "tests/unit/signaling/openapi_checker.h"

#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cmocka.h>

enum {
    PATH_CERTIFICATE,
    PATH_KEY,
    PATH_AUTHORITY,
    PATH_WEB,
    PATH_SOCKET,
    PATH_DATABASE,
    PATH_RECORDINGS
};

/* ---- the recorder that is not there ---- */

static int start_recorder(void *context, const struct recording_order *order)
{
    (void)context;
    (void)order;
    return 0;
}

static void finish_recorder(void *context, const char *recording_id)
{
    (void)context;
    (void)recording_id;
}

static bool recorder_is_available(void *context)
{
    (void)context;
    return true;
}

static int unwrap_key(void *context, const void *wrapped, size_t size,
                      uint8_t ret_data_key[RECORDING_KEY_SIZE])
{
    const struct signaling_rig *rig = context;
    return size == RECORDING_WRAPPED_KEY_SIZE
               ? recording_key_unwrap(rig->master_key, wrapped, ret_data_key)
               : -EINVAL;
}

static const struct recording_control_ops recorder_ops = {.start = start_recorder,
                                                          .finish = finish_recorder,
                                                          .is_available = recorder_is_available,
                                                          .unwrap_key = unwrap_key};

/* ---- files ---- */

static void run_command(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void run_command(const char *format, ...)
{
    char command[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof(command), format, arguments);
    va_end(arguments);
    assert_int_equal(system(command), 0);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void make_files(struct signaling_rig *rig)
{
    static const char *const names[] = {
        "certs/server.pem", "certs/server.key", "certs/ca.pem", "web",
        "control.sock",     "record.sqlite",    "recordings"};
    strcpy(rig->folder, "/tmp/bedside-signaling-XXXXXX");
    assert_non_null(mkdtemp(rig->folder));
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        snprintf(rig->paths[i], sizeof(rig->paths[i]), "%s/%s", rig->folder, names[i]);
    }
    run_command("%s/certs/make_dev_certs --out %s/certs localhost 127.0.0.1 >/dev/null 2>&1",
                SOURCE_FOLDER, rig->folder);
    run_command("mkdir -p %s/web/assets %s/recordings", rig->folder, rig->folder);
    write_file(rig->paths[PATH_WEB], "index.html", "<!doctype html><title>Bedside</title>");
    write_file(rig->paths[PATH_WEB], "assets/main-abc123.js", "export {};");
    write_file(rig->paths[PATH_WEB], "assets/main-abc123.js.gz", "pretend this is gzip");
    write_file(rig->paths[PATH_WEB], ".hidden", "not for anybody");
}

/* ---- the server ---- */

static int bind_any_port(uint16_t *ret_port)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

/* Two that were free a moment ago; never one twice. */
static void find_free_ports(uint16_t ret_ports[2])
{
    AUTO_CLOSE int first = bind_any_port(&ret_ports[0]);
    AUTO_CLOSE int second = bind_any_port(&ret_ports[1]);
}

static void *serve(void *context)
{
    struct signaling_rig *rig = context;
    signaling_server_run(rig->server);
    return NULL;
}

static const struct consent_words consent_words = {
    .version = "1",
    .texts = {{.language = "en", .text = "May we record?"},
              {.language = "es", .text = "¿Podemos grabar?"}},
    .count = 2,
};

static void start_store(struct signaling_rig *rig)
{
    struct visit_store *store = NULL;
    assert_int_equal(sqlite_store_open(rig->paths[PATH_DATABASE], &store), 0);
    const struct visit_service_thread_config config = {
        .service = {.consent_words = &consent_words,
                    .licence_rules = rig->licence_rules,
                    .alert_ladder = rig->screening ? &rig->screening->ladder : NULL,
                    .screening_rules = rig->screening ? &rig->screening->rules : NULL,
                    .second_device_silence_ms = 30000}};
    assert_int_equal(visit_service_thread_create(&config, store, &rig->visits), 0);
}

static void start_workers(struct signaling_rig *rig)
{
    const struct worker_pool_config config = {.worker_count = 1,
                                              .listen_address = "127.0.0.1",
                                              .peers_per_worker_max = 16,
                                              .packets_per_worker = 1024};
    assert_int_equal(dtls_identity_create(&rig->identity), 0);
    assert_int_equal(worker_pool_create(&config, rig->identity, rig->worker_events, &rig->workers),
                     0);
}

static void start_server(struct signaling_rig *rig)
{
    uint16_t ports[2];
    find_free_ports(ports);
    snprintf(rig->origin, sizeof(rig->origin), "https://localhost:%u", ports[0]);
    snprintf(rig->setup_url, sizeof(rig->setup_url), "http://127.0.0.1:%u", ports[1]);
    rig->origins[0] = rig->origin;
    rig->addresses[0] = "127.0.0.1";
    static const char *const proxies[] = {RIG_PROXY_ADDRESS};
    const struct signaling_server_config config = {
        .listen_address = "127.0.0.1",
        .trusted_proxies = proxies,
        .trusted_proxy_count = 1,
        .port = ports[0],
        .certificate_path = rig->paths[PATH_CERTIFICATE],
        .private_key_path = rig->paths[PATH_KEY],
        .public_origins = rig->origins,
        .public_origin_count = 1,
        .admin_socket_path = rig->paths[PATH_SOCKET],
        .web_root = rig->paths[PATH_WEB],
        .setup_port = ports[1],
        .setup_authority_path = rig->paths[PATH_AUTHORITY],
        .media_addresses = rig->addresses,
        .media_address_count = 1,
        .slots_max = 4,
        .organisation = "Example Hospital",
        .support_phone = "+1 555 0100",
        .emergency = rig->emergency,
        .resume_seconds = rig->resume_seconds,
        .version = "test",
        .srtp_aead = "openssl",
        .recordings_directory = rig->paths[PATH_RECORDINGS],
        .screening = rig->screening,
        .development = rig->staff_path != NULL,
        .sign_in = {.development_staff_path = rig->staff_path},
    };
    const struct signaling_server_parts parts = {
        .visits = rig->visits,
        .workers = rig->workers,
        .worker_events = rig->worker_events,
        .identity = rig->identity,
        .recording = rig->recording ? rig->recording : &recorder_ops,
        .recording_context = rig->recording ? rig->recording_context : rig,
    };
    assert_int_equal(signaling_server_create(&config, &parts, &rig->server), 0);
    assert_int_equal(pthread_create(&rig->thread, NULL, serve, rig), 0);
}

/* `rig` has what the site has. */
static void start(struct signaling_rig *rig)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    rig->worker_events = mailbox_create();
    rig->replies = mailbox_create();
    recording_key_generate(rig->master_key);
    make_files(rig);
    start_store(rig);
    start_workers(rig);
    start_server(rig);
}

void signaling_rig_start(struct signaling_rig *rig)
{
    signaling_rig_start_recording(rig, NULL, NULL);
}

void signaling_rig_start_recording(struct signaling_rig *rig,
                                   const struct recording_control_ops *recording,
                                   void *recording_context)
{
    *rig = (struct signaling_rig){.recording = recording, .recording_context = recording_context};
    start(rig);
}

void signaling_rig_start_of_site(struct signaling_rig *rig, const struct licence_rules *rules,
                                 const struct emergency_site *emergency)
{
    *rig = (struct signaling_rig){.licence_rules = rules, .emergency = emergency};
    start(rig);
}

void signaling_rig_start_impatient(struct signaling_rig *rig, unsigned resume_seconds)
{
    *rig = (struct signaling_rig){.resume_seconds = resume_seconds};
    start(rig);
}

void signaling_rig_start_asking(struct signaling_rig *rig,
                                const struct screening_settings *screening)
{
    signaling_rig_start_asking_with_staff(rig, screening, NULL);
}

void signaling_rig_start_asking_with_staff(struct signaling_rig *rig,
                                           const struct screening_settings *screening,
                                           const char *staff_path)
{
    *rig = (struct signaling_rig){.screening = screening, .staff_path = staff_path};
    start(rig);
}

void signaling_rig_stop(struct signaling_rig *rig)
{
    signaling_server_stop(rig->server);
    pthread_join(rig->thread, NULL);
    rig->server = signaling_server_destroy(rig->server);
    rig->workers = worker_pool_destroy(rig->workers);
    rig->visits = visit_service_thread_destroy(rig->visits);
    rig->identity = dtls_identity_destroy(rig->identity);
    rig->replies = mailbox_destroy(rig->replies);
    rig->worker_events = mailbox_destroy(rig->worker_events);
    run_command("rm -rf %s", rig->folder);
    curl_global_cleanup();
}

/* ---- the store ---- */

struct rig_task {
    struct visit_task task;
    int (*operation)(void *context, struct visit_service *service);
    void *context;
};

static int run_rig_task(struct visit_task *task, struct visit_service *service)
{
    struct rig_task *rig_task = CONTAINER_OF(task, struct rig_task, task);
    return rig_task->operation(rig_task->context, service);
}

int signaling_rig_on_store(struct signaling_rig *rig,
                           int (*operation)(void *context, struct visit_service *service),
                           void *context)
{
    struct rig_task *task = allocate_zeroed(1, sizeof(*task));
    task->task.run = run_rig_task;
    task->task.reply = rig->replies;
    task->operation = operation;
    task->context = context;
    visit_service_post(rig->visits, &task->task);
    struct mailbox_message *message;
    while (!(message = mailbox_take(rig->replies))) {
        struct pollfd readable = {.fd = mailbox_fd(rig->replies), .events = POLLIN};
        assert_int_equal(poll(&readable, 1, 60000), 1);
    }
    const int result = CONTAINER_OF(message, struct rig_task, task.message)->task.result;
    mailbox_message_destroy(message);
    return result;
}

/* ---- browsers ---- */

struct browser {
    CURL *curl;
    struct signaling_rig *rig;
    bool is_operator;
};

static struct browser *create_browser(struct signaling_rig *rig, bool is_operator)
{
    struct browser *browser = allocate_zeroed(1, sizeof(*browser));
    browser->rig = rig;
    browser->is_operator = is_operator;
    browser->curl = curl_easy_init();
    assert_non_null(browser->curl);
    curl_easy_setopt(browser->curl, CURLOPT_COOKIEFILE, "");
    return browser;
}

struct browser *browser_create(struct signaling_rig *rig)
{
    return create_browser(rig, false);
}

struct browser *browser_create_operator(struct signaling_rig *rig)
{
    return create_browser(rig, true);
}

struct browser *browser_destroy(struct browser *browser)
{
    if (browser) {
        curl_easy_cleanup(browser->curl);
        free(browser);
    }
    return NULL;
}

void answer_clear(struct answer *answer)
{
    free(answer->headers);
    free(answer->body);
    json_decref(answer->json);
    *answer = (struct answer){0};
}

struct growing {
    char *bytes;
    size_t size;
};

static size_t grow(char *bytes, size_t size, size_t count, void *context)
{
    struct growing *text = context;
    text->bytes = allocate_resized(text->bytes, text->size + size * count + 1, 1);
    memcpy(text->bytes + text->size, bytes, size * count);
    text->size += size * count;
    text->bytes[text->size] = '\0';
    return size * count;
}

static struct curl_slist *headers_of(const struct browser *browser, const struct request *request)
{
    char line[256];
    struct curl_slist *list = NULL;
    const bool posts = request->body || (request->method && strcmp(request->method, "POST") == 0);
    const char *origin = request->origin                  ? request->origin
                         : browser->is_operator || !posts ? ""
                                                          : browser->rig->origin;
    if (*origin) {
        snprintf(line, sizeof(line), "Origin: %s", origin);
        list = curl_slist_append(list, line);
    }
    if (posts) {
        snprintf(line, sizeof(line), "Content-Type: %s",
                 request->content_type ? request->content_type : "application/json");
        list = curl_slist_append(list, line);
    }
    list = curl_slist_append(list, "Expect:");
    return request->header ? curl_slist_append(list, request->header) : list;
}

/* Whatever test asks: the answer is one that docs/openapi.json knows. */
static void assert_is_described(const struct browser *browser, const struct request *request,
                                const struct answer *answer)
{
    const bool is_url = strstr(request->path, "://") != NULL;
    if (answer->status == 0 || is_url || strstr(request->path, "..")) {
        return;
    }
    char path[512];
    char fault[256] = "";
    AUTO_FREE char *content_type = answer_header(answer, "Content-Type");
    snprintf(path, sizeof(path), "%.*s", (int)strcspn(request->path, "?"), request->path);
    const struct openapi_answer held = {
        .method = request->method ? request->method
                  : request->body ? "POST"
                                  : "GET",
        .path = path,
        .door = browser->is_operator ? "operator" : "public",
        .status = answer->status,
        .content_type = content_type,
        .body = answer->json,
    };
    if (!openapi_checker_accepts(&held, fault, sizeof(fault))) {
        fail_msg("%s %s, status %ld: %s: %.400s", held.method, path, held.status, fault,
                 answer->body ? answer->body : "");
    }
}

static void set_target(struct browser *browser, const struct request *request)
{
    char url[1024];
    const bool is_url = strstr(request->path, "://") != NULL;
    snprintf(url, sizeof(url), "%s%s",
             is_url                 ? ""
             : browser->is_operator ? "http://gateway"
                                    : browser->rig->origin,
             request->path);
    curl_easy_setopt(browser->curl, CURLOPT_URL, url);
    curl_easy_setopt(browser->curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(browser->curl, CURLOPT_CAINFO, browser->rig->paths[PATH_AUTHORITY]);
    curl_easy_setopt(browser->curl, CURLOPT_UNIX_SOCKET_PATH,
                     browser->is_operator ? browser->rig->paths[PATH_SOCKET] : NULL);
    curl_easy_setopt(browser->curl, CURLOPT_INTERFACE, request->from);
    curl_easy_setopt(browser->curl, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(browser->curl, CURLOPT_NOSIGNAL, 1L);
}

void browser_ask(struct browser *browser, const struct request *request, struct answer *ret_answer)
{
    answer_clear(ret_answer);
    struct growing body = {0};
    struct growing headers = {0};
    set_target(browser, request);
    struct curl_slist *lines = headers_of(browser, request);
    curl_easy_setopt(browser->curl, CURLOPT_HTTPHEADER, lines);
    curl_easy_setopt(browser->curl, CURLOPT_HTTPGET, 1L); /* whatever was asked before */
    curl_easy_setopt(browser->curl, CURLOPT_CUSTOMREQUEST, NULL);
    if (request->body) {
        curl_easy_setopt(browser->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(request->body));
        curl_easy_setopt(browser->curl, CURLOPT_POSTFIELDS, request->body);
    }
    if (request->method && strcmp(request->method, "HEAD") == 0) {
        curl_easy_setopt(browser->curl, CURLOPT_NOBODY, 1L);
    } else if (request->method) {
        curl_easy_setopt(browser->curl, CURLOPT_CUSTOMREQUEST, request->method);
    }
    curl_easy_setopt(browser->curl, CURLOPT_WRITEFUNCTION, grow);
    curl_easy_setopt(browser->curl, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(browser->curl, CURLOPT_HEADERFUNCTION, grow);
    curl_easy_setopt(browser->curl, CURLOPT_HEADERDATA, &headers);
    const CURLcode code = curl_easy_perform(browser->curl);
    curl_slist_free_all(lines);
    if (code == CURLE_OK) {
        curl_easy_getinfo(browser->curl, CURLINFO_RESPONSE_CODE, &ret_answer->status);
    }
    ret_answer->headers = headers.bytes;
    ret_answer->body = body.bytes;
    ret_answer->size = body.size;
    ret_answer->json = body.bytes ? json_loadb(body.bytes, body.size, 0, NULL) : NULL;
    assert_is_described(browser, request, ret_answer);
}

char *answer_header(const struct answer *answer, const char *name)
{
    const size_t length = strlen(name);
    for (const char *line = answer->headers; line && *line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (strncasecmp(line, name, length) == 0 && line[length] == ':') {
            const char *value = line + length + 1 + strspn(line + length + 1, " ");
            return strndup(value, strcspn(value, "\r\n"));
        }
    }
    return NULL;
}
