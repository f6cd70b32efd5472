/* bedside-recorder: records one visit, or finishes one recording. Started by the gateway's
 * recorder_supervisor with its two sockets as descriptors 3 and 4; it has no arguments, and what it
 * needs to know comes over the second.
 *
 * The order at the start matters: configuration, directory, plugins, sandbox; only then is a thread
 * started or a byte read that a stranger wrote. */
#include "gateway/base/allocate.h"
#include "gateway/base/cleanup.h"
#include "gateway/base/log.h"
#include "gateway/base/loop.h"
#include "gateway/base/secret.h"
#include "media/recorder/control_sender.h"
#include "media/recorder/gstreamer_plugins.h"
#include "media/recorder/recorder_sandbox.h"
#include "media/recorder/recording_remuxer.h"
#include "media/recorder/visit_recorder.h"
#include "media/recorder_control.h"
#include "media/recording_file/recording_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

LOG_TOPIC("recorder");

#define CONFIGURE_TIMEOUT_MS 10000

enum exit_code {
    EXIT_GOOD = 0,
    EXIT_USAGE = 2,
    EXIT_CONFIGURATION = 3,
    EXIT_SANDBOX = 4,
    EXIT_FINISHING = 5
};

#ifdef __SANITIZE_ADDRESS__
/* Looking for leaks at the end takes system calls that the sandbox refuses. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}
#endif

#ifdef __SANITIZE_THREAD__
/* GStreamer's own locks are invisible to a sanitizer that it was not built with. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "ignore_noninstrumented_modules=1";
}
#endif

static bool is_socket(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
}

static int receive_configuration(struct recorder_configuration *ret_configuration)
{
    struct pollfd wait = {.fd = RECORDER_CONTROL_FD, .events = POLLIN};
    AUTO_FREE struct recorder_control_message *message = allocate_zeroed(1, sizeof *message);
    AUTO_FREE uint8_t *datagram = allocate_zeroed(1, RECORDER_CONTROL_SIZE_MAX);
    if (poll(&wait, 1, CONFIGURE_TIMEOUT_MS) <= 0) {
        return -ETIMEDOUT;
    }
    const ssize_t size = recv(RECORDER_CONTROL_FD, datagram, RECORDER_CONTROL_SIZE_MAX, 0);
    const bool good = size > 0 && recorder_control_parse(datagram, (size_t)size, message) == 0 &&
                      message->type == RECORDER_CONTROL_CONFIGURE;
    if (good) {
        *ret_configuration = message->configuration;
    }
    secret_wipe(datagram, RECORDER_CONTROL_SIZE_MAX);
    secret_wipe(message, sizeof *message);
    return good ? 0 : -EBADMSG;
}

/* systemd tells all of a service's processes to end. A recorder ends when the gateway has let go of
 * it, and closes its files first. */
static void ignore_signals(void)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < ARRAY_LENGTH(signals); i++) {
        signal(signals[i], SIG_IGN);
    }
}

/* OpenSSL and GLib look for files when they are first used: let them do it now. */
static void warm_up(const struct recorder_configuration *configuration, int directory_fd)
{
    uint8_t sha256[DIGEST_SHA256_SIZE];
    uint8_t wrapped[RECORDING_WRAPPED_KEY_SIZE];
    struct recording_file_reader *none = NULL;
    digest_sha256("", 0, sha256);
    recording_key_wrap(configuration->data_key, configuration->data_key, wrapped);
    (void)recording_file_reader_open(directory_fd, "none", configuration->data_key, true, &none);
    secret_wipe(wrapped, sizeof wrapped);
}

static int prepare(const struct recorder_configuration *configuration, int directory_fd)
{
    const char *missing_plugin = "";
    char missing[SANDBOX_MISSING_SIZE] = "";
    char reason[RECORDER_REASON_SIZE] = "";
    int error = gstreamer_plugins_load(configuration->mode, &missing_plugin);
    if (error < 0) {
        snprintf(reason, sizeof reason, "GStreamer's plugin '%s' is missing", missing_plugin);
        control_send_reason(RECORDER_CONTROL_FD, RECORDER_CONTROL_FAILED, reason);
        return error;
    }
    warm_up(configuration, directory_fd);
    const struct recorder_sandbox_config sandbox = {
        .directory_fd = directory_fd,
        .uid = configuration->uid,
        .gid = configuration->gid,
        .memory_limit_bytes = configuration->memory_limit_bytes,
        .allow_weak = configuration->allow_weak_sandbox,
    };
    error = recorder_sandbox_enter(&sandbox, missing);
    if (error < 0) {
        snprintf(reason, sizeof reason,
                 "the recorder's sandbox lacks %.60s; see recording.sandbox in the configuration",
                 missing);
        control_send_reason(RECORDER_CONTROL_FD, RECORDER_CONTROL_FAILED, reason);
        return error;
    }
    if (missing[0]) {
        log_warning("weak_sandbox", "missing=%s", missing);
    }
    control_send_reason(RECORDER_CONTROL_FD, RECORDER_CONTROL_READY, missing);
    return 0;
}

static int record(const struct recorder_configuration *configuration, int directory_fd)
{
    AUTO(loop) loop = loop_create("recorder");
    AUTO(visit_recorder)
    recorder = visit_recorder_create(loop, configuration, directory_fd, RECORDER_MEDIA_FD,
                                     RECORDER_CONTROL_FD);
    loop_run(loop);
    return EXIT_GOOD;
}

static int finish(const struct recorder_configuration *configuration, int directory_fd)
{
    if (recording_remuxer_run(configuration, directory_fd, RECORDER_CONTROL_FD) < 0) {
        return EXIT_FINISHING;
    }
    AUTO_FREE struct recorder_control_message *done = allocate_zeroed(1, sizeof *done);
    done->type = RECORDER_CONTROL_DONE;
    control_send(RECORDER_CONTROL_FD, done);
    return EXIT_GOOD;
}

static int run(const struct recorder_configuration *configuration)
{
    AUTO_CLOSE int directory_fd =
        open(configuration->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (directory_fd < 0) {
        char reason[RECORDER_REASON_SIZE];
        snprintf(reason, sizeof reason, "the recording's directory can't be opened: %s",
                 strerror(errno));
        control_send_reason(RECORDER_CONTROL_FD, RECORDER_CONTROL_FAILED, reason);
        return EXIT_CONFIGURATION;
    }
    if (prepare(configuration, directory_fd) < 0) {
        return EXIT_SANDBOX;
    }
    return configuration->mode == RECORDER_MODE_RECORD ? record(configuration, directory_fd)
                                                       : finish(configuration, directory_fd);
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc != 1 || !is_socket(RECORDER_MEDIA_FD) || !is_socket(RECORDER_CONTROL_FD)) {
        fputs("bedside-recorder is started by bedside-gateway, not by hand.\n", stderr);
        return EXIT_USAGE;
    }
    ignore_signals();
    AUTO_FREE struct recorder_configuration *configuration =
        allocate_zeroed(1, sizeof *configuration);
    if (receive_configuration(configuration) < 0) {
        log_error("no_configuration", "fd=%d", RECORDER_CONTROL_FD);
        return EXIT_CONFIGURATION;
    }
    const int code = run(configuration);
    secret_wipe(configuration, sizeof *configuration);
    return code;
}
