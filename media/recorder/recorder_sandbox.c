#include "media/recorder/recorder_sandbox.h"

#include "gateway/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#else
#define SANITIZED false
#endif

#define OPEN_FILES_MAX 256

/* Younger than Debian 12's headers. */
#define ACCESS_FS_TRUNCATE (1ull << 14)  /* Landlock ABI 3 */
#define ACCESS_FS_IOCTL_DEV (1ull << 15) /* ABI 5 */

static void note_missing(char *ret_missing, const char *what)
{
    const size_t size = strlen(ret_missing);
    snprintf(ret_missing + size, SANDBOX_MISSING_SIZE - size, "%s%s", size ? ", " : "", what);
}

/* ---- limits and uid ---- */

static int set_limits(const struct recorder_sandbox_config *config)
{
    static const struct rlimit none = {0, 0};
    static const struct rlimit files = {OPEN_FILES_MAX, OPEN_FILES_MAX};
    const struct rlimit memory = {config->memory_limit_bytes, config->memory_limit_bytes};
    if (setrlimit(RLIMIT_CORE, &none) < 0 || setrlimit(RLIMIT_NOFILE, &files) < 0) {
        return -errno;
    }
    /* The sanitizers' shadow memory takes terabytes of address space. */
    if (!SANITIZED && config->memory_limit_bytes && setrlimit(RLIMIT_AS, &memory) < 0) {
        return -errno;
    }
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    return 0;
}

static int drop_uid(const struct recorder_sandbox_config *config)
{
    if (geteuid() == 0 && config->uid != 0) {
        if (setgroups(0, NULL) < 0 || setresgid(config->gid, config->gid, config->gid) < 0 ||
            setresuid(config->uid, config->uid, config->uid) < 0) {
            return -errno;
        }
        if (setuid(0) == 0) {
            return -EPERM;
        }
    }
    return prctl(PR_SET_DUMPABLE, 0) < 0 ? -errno : 0;
}

/* ---- files ---- */

static int restrict_files(int directory_fd)
{
    const long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1) {
        return -ENOTSUP;
    }
    const uint64_t allowed = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                             LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                             LANDLOCK_ACCESS_FS_REMOVE_FILE | (abi >= 3 ? ACCESS_FS_TRUNCATE : 0);
    const uint64_t handled =
        allowed | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
        LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK |
        LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM |
        (abi >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0) | (abi >= 5 ? ACCESS_FS_IOCTL_DEV : 0);
    const struct landlock_ruleset_attr attributes = {.handled_access_fs = handled};
    AUTO_CLOSE int ruleset =
        (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (ruleset < 0) {
        return -errno;
    }
    const struct landlock_path_beneath_attr beneath = {.allowed_access = allowed,
                                                       .parent_fd = directory_fd};
    if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0 ||
        syscall(SYS_landlock_restrict_self, ruleset, 0) < 0) {
        return -errno;
    }
    return 0;
}

/* ---- system calls ---- */

static const int allowed_calls[] = {
    /* descriptors that are open */
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(lseek),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(fstatfs),
    SCMP_SYS(ftruncate),
    SCMP_SYS(fsync),
    SCMP_SYS(fdatasync),
    SCMP_SYS(fcntl),
    SCMP_SYS(getdents64),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_pwait2),
    SCMP_SYS(epoll_ctl),
    SCMP_SYS(epoll_create1),
    SCMP_SYS(eventfd2),
    /* files, as far as Landlock lets them */
    SCMP_SYS(openat),
    SCMP_SYS(unlinkat),
    SCMP_SYS(renameat),
    SCMP_SYS(renameat2),
    /* memory, threads, time */
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getcpu),
    SCMP_SYS(membarrier),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrusage),
    /* itself */
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(uname),
};

#ifdef __SANITIZE_ADDRESS__
#define SANITIZER_CALLS SCMP_SYS(readlink), SCMP_SYS(readlinkat)
#elif defined(__SANITIZE_THREAD__)
#define SANITIZER_CALLS SCMP_SYS(readlink), SCMP_SYS(readlinkat)
#endif

static int allow_with_conditions(scmp_filter_ctx filter)
{
    int error = 0;
    /* Memory is never both chosen and run. */
    error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    /* Threads, but no processes. glibc tries clone3 first, whose arguments can't be seen, and is
     * told to use clone. */
    error |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                              SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
    error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
                              SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
    /* GstBus wakes its readers through one. A pair is connected to itself and reaches nobody else.
     */
    error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 1,
                              SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
    /* Reading limits, not setting them. */
    error |=
        seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A2(SCMP_CMP_EQ, 0));
    /* abort(), of itself alone. */
    error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                              SCMP_A0(SCMP_CMP_EQ, (unsigned)getpid()));
    return error;
}

/* What is not listed fails with EPERM: GStreamer and glibc ask for things that they can do without.
 */
static int restrict_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter) {
        return -ENOTSUP;
    }
    int error = allow_with_conditions(filter);
    for (size_t i = 0; i < ARRAY_LENGTH(allowed_calls); i++) {
        error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_calls[i], 0);
    }
#ifdef SANITIZER_CALLS
    static const int sanitizer_calls[] = {SANITIZER_CALLS};
    for (size_t i = 0; i < ARRAY_LENGTH(sanitizer_calls); i++) {
        error |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, sanitizer_calls[i], 0);
    }
#endif
    error = error ? -ENOTSUP : seccomp_load(filter);
    seccomp_release(filter);
    return error;
}

int recorder_sandbox_enter(const struct recorder_sandbox_config *config,
                           char ret_missing[SANDBOX_MISSING_SIZE])
{
    ret_missing[0] = 0;
    int error = set_limits(config);
    if (error == 0) {
        error = drop_uid(config);
    }
    if (error == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
        error = -errno;
    }
    if (error < 0) {
        note_missing(ret_missing, "limits or uid");
        return error;
    }
    if (restrict_files(config->directory_fd) < 0) {
        note_missing(ret_missing, "Landlock");
    }
    if (restrict_calls() < 0) {
        note_missing(ret_missing, "seccomp");
    }
    return ret_missing[0] && !config->allow_weak ? -ENOTSUP : 0;
}
