/* local_program.h - runs one program once, with a document on standard input, in a process group of
 * its own.
 *
 * The program gets a bare environment (PATH, LANG), "/" as its directory, and /dev/null for its
 * output; none of our descriptors. When the time is over its whole group is killed. Thread: the
 * loop's. */
#ifndef BEDSIDE_HOOKS_LOCAL_PROGRAM_H
#define BEDSIDE_HOOKS_LOCAL_PROGRAM_H

#include "gateway/base/loop.h"

#include <stddef.h>

#define LOCAL_PROGRAM_DOCUMENT_SIZE_MAX 4096 /* PIPE_BUF: written before the program starts */

enum local_program_end {
    LOCAL_PROGRAM_SUCCEEDED, /* exit code 0 */
    LOCAL_PROGRAM_FAILED,    /* another exit code (`detail`), or a signal (128 + number) */
    LOCAL_PROGRAM_TIMED_OUT,
};

struct local_program;

/* `on_end` is called once, from the loop; the program is still the caller's to destroy. Returns 0;
 * -EMSGSIZE; or why the program could not be started (-ENOENT, -EACCES, -EAGAIN ...). */
int local_program_start(struct loop *loop, const char *path, const void *document, size_t size,
                        uint32_t timeout_ms,
                        void (*on_end)(void *context, enum local_program_end end, int detail),
                        void *context, struct local_program **ret_program);
/* Kills it if it still runs; then `on_end` is not called. Accepts NULL, also from within `on_end`.
 */
struct local_program *local_program_destroy(struct local_program *program);
DEFINE_AUTO(local_program)

#endif
