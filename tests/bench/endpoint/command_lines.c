#include "tests/bench/endpoint/command_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void command_lines_begin(void)
{
    (void)fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
}

bool command_lines_read(void (*obey)(void *context, char *line), void *context)
{
    static char text[1 << 16];
    static size_t size;
    ssize_t got;
    while ((got = read(STDIN_FILENO, text + size, sizeof(text) - 1 - size)) > 0) {
        size += (size_t)got;
        text[size] = 0;
        char *line = text;
        for (char *end; (end = strchr(line, '\n')); line = end + 1) {
            *end = 0;
            obey(context, line);
        }
        size -= (size_t)(line - text);
        memmove(text, line, size);
    }
    return got < 0 && errno == EAGAIN;
}
