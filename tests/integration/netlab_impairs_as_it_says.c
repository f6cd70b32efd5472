/* netimpair between two real namespaces: what arrives is exactly what its seed says, and nothing
 * arrives sooner than its delay and its rate allow. No upper bounds: the machine may be busy. */

#include "gateway/base/clock.h"
#include "tests/netlab/impairment.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cmocka.h>

#define SEED 7
#define PACKETS 600
#define PACKETS_AT_ONCE 30 /* a device's queue takes them all */
#define PACKET_SIZE 500
#define HEADERS_SIZE 28 /* IPv4 and UDP */
#define PATIENCE_MS 20000

extern char **environ;

struct lab {
    int client_namespace;
    int gateway_namespace;
    int client;  /* UDP at 10.99.0.1 */
    int gateway; /* UDP at 10.99.0.2 */
    pid_t process;
    FILE *output;
    int lines;
};

static pid_t running; /* 0: none */

/* After a test that failed half-way. */
static int end_netimpair(void **state)
{
    (void)state;
    if (running != 0) {
        kill(running, SIGKILL);
        waitpid(running, NULL, 0);
        running = 0;
    }
    return 0;
}

static int open_namespace(void)
{
    if (unshare(CLONE_NEWNET) < 0) {
        return -1;
    }
    return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

static int open_socket(int name_space, const char *address)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(7000)};
    assert_int_equal(setns(name_space, CLONE_NEWNET), 0);
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(inet_pton(AF_INET, address, &in.sin_addr), 1);
    assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
    in.sin_addr.s_addr ^= htonl(1 ^ 2); /* the other end */
    assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof(in)), 0);
    return fd;
}

static void spawn_netimpair(struct lab *lab, const char *profile)
{
    char client[64];
    char gateway[64];
    char seed[16];
    int input[2];
    int output[2];
    posix_spawn_file_actions_t actions;
    assert_int_equal(pipe2(input, O_CLOEXEC), 0);
    assert_int_equal(pipe2(output, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    (void)snprintf(client, sizeof(client), "/proc/%d/fd/%d", getpid(), lab->client_namespace);
    (void)snprintf(gateway, sizeof(gateway), "/proc/%d/fd/%d", getpid(), lab->gateway_namespace);
    (void)snprintf(seed, sizeof(seed), "%d", SEED);
    const char *words[] = {"netimpair", "--client", client,      "--gateway", gateway,
                           "--seed",    seed,       "--profile", profile,     NULL};
    assert_int_equal(posix_spawn(&lab->process, NETIMPAIR_PATH, &actions, NULL,
                                 (char **)(uintptr_t)words, environ),
                     0);
    running = lab->process;
    posix_spawn_file_actions_destroy(&actions);
    close(input[0]);
    close(output[1]);
    lab->lines = input[1];
    lab->output = fdopen(output[0], "r");
}

static void write_profile(char *path, const char *text)
{
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

/* Leaves a lab whose `process` is 0 where namespaces may not be made: the test is skipped. */
static void open_lab(struct lab *lab, const char *settings)
{
    char profile[] = "/tmp/netlab-profile-XXXXXX";
    char line[64];
    *lab =
        (struct lab){.client_namespace = open_namespace(), .gateway_namespace = open_namespace()};
    if (lab->client_namespace < 0 || lab->gateway_namespace < 0 ||
        access("/dev/net/tun", R_OK | W_OK) < 0) {
        return;
    }
    write_profile(profile, settings);
    spawn_netimpair(lab, profile);
    assert_non_null(fgets(line, sizeof(line), lab->output));
    assert_string_equal(line, "ready\n");
    unlink(profile);
    lab->client = open_socket(lab->client_namespace, "10.99.0.1");
    lab->gateway = open_socket(lab->gateway_namespace, "10.99.0.2");
}

/* Ends it; what it said about the packets from the client. */
static void close_lab(struct lab *lab, uint64_t *ret_offered, uint64_t *ret_lost)
{
    char line[1024];
    unsigned long offered = 0;
    unsigned long lost = 0;
    int status = 0;
    assert_int_equal(kill(lab->process, SIGTERM), 0);
    assert_non_null(fgets(line, sizeof(line), lab->output));
    assert_int_equal(waitpid(lab->process, &status, 0), lab->process);
    running = 0;
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(sscanf(line, "{\"up\": {\"offered\": %lu, \"lost\": %lu", &offered, &lost), 2);
    *ret_offered = offered;
    *ret_lost = lost;
    (void)fclose(lab->output);
    const int descriptors[] = {lab->lines, lab->client, lab->gateway, lab->client_namespace,
                               lab->gateway_namespace};
    for (size_t i = 0; i < ARRAY_LENGTH(descriptors); i++) {
        close(descriptors[i]);
    }
}

static void send_number(int fd, uint32_t number)
{
    uint8_t packet[PACKET_SIZE] = {0};
    memcpy(packet, &number, sizeof(number));
    assert_int_equal(send(fd, packet, sizeof(packet), 0), sizeof(packet));
}

static uint32_t receive_number(int fd)
{
    uint8_t packet[PACKET_SIZE];
    uint32_t number;
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&polled, 1, PATIENCE_MS), 1);
    assert_int_equal(recv(fd, packet, sizeof(packet), 0), sizeof(packet));
    memcpy(&number, packet, sizeof(number));
    return number;
}

/* What the pure part does with the same seed. */
static void foretell(bool ret_lost[PACKETS])
{
    AUTO(impairment) up = impairment_create(SEED * 2);
    impairment_settings(up)->loss_percent = 20;
    for (uint32_t i = 0; i < PACKETS; i++) {
        impairment_offer(up, (const uint8_t *)&i, sizeof(i), i);
        AUTO_FREE struct impaired_packet *packet = impairment_take(up, i);
        ret_lost[i] = !packet;
    }
}

static void exactly_what_the_seed_says_is_lost(void **state)
{
    (void)state;
    struct lab lab;
    bool lost[PACKETS];
    uint64_t expected_lost = 0;
    uint64_t offered;
    uint64_t counted_lost;
    open_lab(&lab, "loss-up 20\n");
    if (lab.process == 0) {
        skip();
    }
    foretell(lost);
    for (uint32_t i = 0; i < PACKETS; i += PACKETS_AT_ONCE) {
        for (uint32_t k = i; k < i + PACKETS_AT_ONCE; k++) {
            send_number(lab.client, k);
        }
        for (uint32_t k = i; k < i + PACKETS_AT_ONCE; k++) {
            expected_lost += lost[k];
            if (!lost[k]) {
                assert_int_equal(receive_number(lab.gateway), k);
            }
        }
    }
    send_number(lab.gateway, 1); /* the other direction loses nothing */
    assert_int_equal(receive_number(lab.client), 1);
    close_lab(&lab, &offered, &counted_lost);
    assert_int_equal(offered, PACKETS);
    assert_int_equal(counted_lost, expected_lost);
}

static void nothing_comes_sooner_than_its_delay(void **state)
{
    (void)state;
    struct lab lab;
    uint64_t ignored;
    open_lab(&lab, "delay-up 40\ndelay-down 20\njitter-up 10\n");
    if (lab.process == 0) {
        skip();
    }
    const uint64_t began_us = clock_now_us();
    for (uint32_t i = 0; i < PACKETS_AT_ONCE; i++) {
        send_number(lab.client, i);
    }
    for (uint32_t i = 0; i < PACKETS_AT_ONCE; i++) {
        assert_int_equal(receive_number(lab.gateway), i);
        assert_true(clock_now_us() - began_us >= 30000);
    }
    const uint64_t answered_us = clock_now_us();
    send_number(lab.gateway, 9);
    assert_int_equal(receive_number(lab.client), 9);
    assert_true(clock_now_us() - answered_us >= 20000);
    close_lab(&lab, &ignored, &ignored);
}

static void nothing_comes_faster_than_its_rate(void **state)
{
    (void)state;
    struct lab lab;
    uint64_t ignored;
    open_lab(&lab, "rate-up 1000\nqueue-up 1000000\n");
    if (lab.process == 0) {
        skip();
    }
    const uint64_t packet_us = (PACKET_SIZE + HEADERS_SIZE) * 8; /* at 1 Mbit/s */
    const uint64_t began_us = clock_now_us();
    for (uint32_t i = 0; i < PACKETS_AT_ONCE; i++) {
        send_number(lab.client, i);
    }
    for (uint32_t i = 0; i < PACKETS_AT_ONCE; i++) {
        assert_int_equal(receive_number(lab.gateway), i);
        assert_true(clock_now_us() - began_us >= (i + 1) * packet_us - 1);
    }
    close_lab(&lab, &ignored, &ignored);
}

static void settings_change_by_lines(void **state)
{
    (void)state;
    struct lab lab;
    uint64_t offered;
    uint64_t lost;
    open_lab(&lab, "cut-up 1\n");
    if (lab.process == 0) {
        skip();
    }
    send_number(lab.client, 1);
    send_number(lab.gateway, 9); /* once this has come, the one before has been read */
    assert_int_equal(receive_number(lab.client), 9);
    assert_int_equal(write(lab.lines, "nonsense\ncut-up 0\n", 18), 18);
    /* Nobody says when a line was read: packets are sent until one comes through. */
    struct pollfd polled = {.fd = lab.gateway, .events = POLLIN};
    for (int tries = 0; poll(&polled, 1, 10) == 0; tries++) {
        assert_true(tries < PATIENCE_MS / 10);
        send_number(lab.client, 2);
    }
    assert_int_equal(receive_number(lab.gateway), 2);
    close_lab(&lab, &offered, &lost);
    assert_in_range(lost, 1, offered - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(exactly_what_the_seed_says_is_lost, end_netimpair),
        cmocka_unit_test_teardown(nothing_comes_sooner_than_its_delay, end_netimpair),
        cmocka_unit_test_teardown(nothing_comes_faster_than_its_rate, end_netimpair),
        cmocka_unit_test_teardown(settings_change_by_lines, end_netimpair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
